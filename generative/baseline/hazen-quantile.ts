/** Quantiles by Hazen's rule (type 5 of Hyndman and Fan 1996): the i-th of n sorted values stands at probability (i + ½)/n. */

/**
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
