/** Assertions on numbers that agree within a tolerance. */
import * as assert from "uvu/assert";

/** |actual − expected| ≤ tolerance; NaN fails. */
export function close(actual: number, expected: number, tolerance: number, what = ""): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${what && `${what}: `}${actual} is not ${expected} ± ${tolerance}`,
  );
}

/** |actual − expected| ≤ tolerance · |expected|; NaN fails. */
export function closeRelative(actual: number, expected: number, tolerance: number, what = ""): void {
  close(actual, expected, tolerance * Math.abs(expected), what);
}
