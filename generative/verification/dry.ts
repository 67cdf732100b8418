/** Rain too weak to be told from none. */

/** A copy in which what lies below the threshold is 0. */
export function dryBelow<T extends Float32Array | Float64Array>(values: T, threshold: number): T {
  const out = values.slice() as T;
  // A float32 field is compared in float32, so that a stored 0.1 counts as 0.1.
  const least = out instanceof Float32Array ? Math.fround(threshold) : threshold;
  for (let i = 0; i < out.length; i++) if (out[i]! < least) out[i] = 0;
  return out;
}
