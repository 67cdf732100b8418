/** Assertions that the tests of transport share. */
import * as assert from "uvu/assert";

/** |actual − expected| ≤ tolerance; NaN fails. */
export function close(actual: number, expected: number, tolerance: number, what = ""): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what} ${actual} is not ${expected} ± ${tolerance}`);
}

/** The call throws this kind of error, and its message says so. */
export function throws(call: () => unknown, type: new (...args: never[]) => Error, text: RegExp): void {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof type, String(error));
    assert.match(error.message, text);
    return;
  }
  assert.unreachable(`no ${type.name} for ${text}`);
}
