/** Rain too weak to be distinguished from none. */

/**
 * The least value that counts as at or above a threshold: float32 holds seven digits, so that 0.1 mm of a file of rates
 * may be 0.09999999 mm.
 */
export const leastOf = (threshold: number): number => threshold - 1e-6 * Math.abs(threshold);

/** A copy in which what lies below the threshold is 0. */
export function dryBelow<T extends Float32Array | Float64Array>(values: T, threshold: number): T {
  const out = values.slice() as T;
  const least = leastOf(threshold);
  for (let i = 0; i < out.length; i++) if (out[i]! < least) out[i] = 0;
  return out;
}
