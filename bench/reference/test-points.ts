/** Independent points of boxes at which reference solutions are evaluated. */
import { normalMass, truncatedQuantiles } from "../../engine/numerics/normal-mass.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { unitSequence } from "../../equations/domain/index.ts";

/** Scrambled Sobol points of a box. */
export function boxPoints(low: readonly number[], high: readonly number[], count: number, rng: Rng): Float64Array {
  const d = low.length;
  return unitSequence(d, rng)
    .next(count)
    .map((u, i) => low[i % d]! + (high[i % d]! - low[i % d]!) * u);
}

/**
 * Importance samples of [−1, 1]^d around a centre: a third each from N(c, I/40), the distribution of the square of
 * exp(−10|x−c|²), from N(c, 0.09 I), both truncated to the box, and from the uniform distribution; weights 1/(n q) with q the
 * density of the mixture. So Σ w f is the integral of f over the box, precise for f that live in the peak and for
 * errors that live outside.
 *
 * @param count total number of points, rounded up to a multiple of 3
 */
export function peakMixture(
  center: readonly number[],
  count: number,
  rng: Rng,
): { readonly points: Float64Array; readonly weights: Float64Array } {
  const d = center.length;
  const each = Math.ceil(count / 3);
  const scales = [Math.sqrt(1 / 40), 0.3];
  const limits = (s: number, k: number) => [(-1 - center[k]!) / s, (1 - center[k]!) / s] as const;
  const points = new Float64Array(3 * each * d);
  for (let component = 0; component < 3; component++) {
    const s = scales[component];
    const units = unitSequence(d, rng).next(each);
    const quantiles = s === undefined ? [] : center.map((_, k) => truncatedQuantiles(...limits(s, k)));
    for (const [i, u] of units.entries()) {
      const k = i % d;
      points[component * each * d + i] = s === undefined ? 2 * u - 1 : center[k]! + s * quantiles[k]!(u);
    }
  }
  // Logarithms of the normalising constants of the truncated normal distributions.
  const constants = scales.map((s) =>
    center.reduce((sum, _, k) => sum - Math.log(normalMass(...limits(s, k)) * s * Math.sqrt(2 * Math.PI)), 0),
  );
  const weights = new Float64Array(3 * each);
  for (let i = 0; i < 3 * each; i++) {
    let squares = 0;
    for (let k = 0; k < d; k++) squares += (points[i * d + k]! - center[k]!) ** 2;
    const normal = scales.reduce((sum, s, c) => sum + Math.exp(constants[c]! - squares / (2 * s * s)), 0);
    weights[i] = 1 / (each * (normal + 2 ** -d));
  }
  return { points, weights };
}
