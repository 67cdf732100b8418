/** Quantiles by numpy's default rule ("linear": Hyndman and Fan 1996, type 7), bit for bit; and by Hazen's (type 5). */
import { DomainError, OptionsError } from "../errors.ts";
import { sortedValues } from "./radix-sort.ts";

/**
 * The q-quantile of values that are already in ascending order.
 *
 * @param q In [0, 1].
 * @throws DomainError for no values; OptionsError for q outside [0, 1].
 */
export const quantileOfSorted = (sorted: ArrayLike<number>, q: number): number =>
  quantileAt(q, sorted.length, (rank) => sorted[rank]!);

/** The q-quantile of so many values by those of their ranks, counted from 0. @throws as {@link quantileOfSorted} */
export function quantileAt(q: number, count: number, value: (rank: number) => number): number {
  if (!(q >= 0 && q <= 1)) throw new OptionsError(`quantile: q is ${q}; it must lie in [0, 1]`, "q", q);
  if (count === 0) throw new DomainError("quantile: there are no values; give at least one");
  const at = q * (count - 1);
  const low = Math.floor(at);
  const t = at - low;
  // The upper one first, for those who walk down from the largest.
  const b = value(Math.min(low + 1, count - 1));
  const a = value(low);
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}

/** Ascending float64 copy. @throws DomainError where a value is NaN */
export function sortedCopy(values: ArrayLike<number>): Float64Array {
  const copy = new Float64Array(values);
  for (let i = 0; i < copy.length; i++) {
    if (Number.isNaN(copy[i]!)) throw new DomainError("quantile: a value is NaN; leave missing values out", Number.NaN);
  }
  return sortedValues(copy) as Float64Array;
}

/** The q-quantile of values in any order. @throws as {@link quantileOfSorted} and {@link sortedCopy} */
export function quantile(values: ArrayLike<number>, q: number): number {
  return quantileOfSorted(sortedCopy(values), q);
}

/**
 * Hazen's quantile: the i-th of n sorted values stands at probability (i + ½)/n.
 *
 * @param sorted - ascending, at least one
 * @param p - in [0, 1]
 */
export function hazenQuantile(sorted: ArrayLike<number>, p: number): number {
  const at = Math.min(Math.max(p * sorted.length - 0.5, 0), sorted.length - 1);
  // What should be a whole number is one up to rounding.
  const near = Math.round(at);
  if (Math.abs(at - near) < 1e-9) return sorted[near]!;
  const low = Math.floor(at);
  return sorted[low]! + (at - low) * (sorted[low + 1]! - sorted[low]!);
}
