/**
 * Sorting for one-off calls on samples: stable, long ones in O(n) operations by {@link FloatSorter}, short ones by
 * comparison.
 */
import { FloatSorter, type Ranking } from "./float-sort.ts";

/** Numbers as they come in. */
export type Values = Float32Array | Float64Array;

/** Below this the histograms cost more than the sort. */
const SMALL = 1024;

/** Plain arrays as float64; typed arrays of floats as they are. */
export function asValues(x: ArrayLike<number>): Values {
  return x instanceof Float32Array || x instanceof Float64Array ? x : new Float64Array(x);
}

const asDoubles = (x: Values): Float64Array => (x instanceof Float64Array ? x : new Float64Array(x));

/**
 * The values in ascending order, as the same type. No NaN.
 *
 * @param sorter - of their length; the result of float64 is then its own array, which the next call overwrites
 */
export function sortedValues(x: Values, sorter?: FloatSorter): Values {
  const n = x.length;
  if (n < SMALL) return x.slice().sort();
  const sorted = (sorter ?? new FloatSorter(n)).values(asDoubles(x));
  return x instanceof Float32Array ? new Float32Array(sorted) : sorted;
}

/** Values in ascending order, as float64, with the indices they come from; stable. No NaN. */
export function rank(x: Values): Ranking {
  const n = x.length;
  if (n >= SMALL) return new FloatSorter(n).rank(asDoubles(x));
  const order = Uint32Array.from(x.keys()).sort((i, j) => x[i]! - x[j]! || i - j);
  return { order, values: Float64Array.from(order, (k) => x[k]!) };
}

/** Indices of the values in ascending order, stable. No NaN. */
export function argsort(x: Values): Uint32Array {
  return rank(x).order;
}
