/** Assertions on numbers that agree within a tolerance. */
import * as assert from "uvu/assert";

/** |actual − expected| ≤ tolerance; NaN fails. */
export function close(actual: number, expected: number, tolerance: number, what = ""): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${what && `${what}: `}${actual} is not ${expected} ± ${tolerance}`,
  );
}

/** What a function makes of each item is what is expected. */
export function equalBy<T>(
  list: readonly T[],
  f: (item: T, index: number) => unknown,
  expected: unknown,
  what?: string,
): void {
  assert.equal(list.map(f), expected, what);
}

/** No item has a property; those that have it are shown. */
export const none = <T>(list: readonly T[], has: (item: T, index: number) => unknown, what?: string): void =>
  assert.equal(list.filter(has), [], what);

/** Each item has a property; all are shown where one has it not. */
export const all = <T>(list: ArrayLike<T>, has: (item: T, index: number) => unknown, what?: string): void => {
  const items = Array.from(list);
  assert.ok(items.every(has), what ?? `${items}`);
};

/** |actual[i] − expected(i)| ≤ tolerance(expected) for all i, or where both are NaN. */
export function allClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number> | ((i: number) => number),
  tolerance: number | ((expected: number) => number),
  what = "",
): void {
  const wanted = typeof expected === "function" ? expected : (i: number) => expected[i]!;
  if (typeof expected !== "function") assert.is(actual.length, expected.length, what);
  for (let i = 0; i < actual.length; i++) {
    const [v, own] = [actual[i]!, wanted(i)];
    if (Number.isNaN(v) && Number.isNaN(own)) continue;
    close(v, own, typeof tolerance === "function" ? tolerance(own) : tolerance, `${what} ${i}`);
  }
}

/** |actual − expected| ≤ tolerance · |expected|; NaN fails. */
export function closeRelative(actual: number, expected: number, tolerance: number, what = ""): void {
  close(actual, expected, tolerance * Math.abs(expected), what);
}
