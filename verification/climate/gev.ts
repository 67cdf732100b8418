/**
 * The generalised extreme value distribution of block maxima by its L-moments (Hosking 1990,
 * doi:10.1111/j.2517-6161.1990.tb01775.x).
 */
import { DomainError } from "../../engine/errors.ts";
import { logGamma } from "../../engine/numerics/special.ts";
import type { ExtremeValues } from "../scores/extremes.ts";

/** Mean, half the mean difference of two draws, and the third L-moment over the second. */
export interface LMoments {
  readonly mean: number;
  readonly scale: number;
  /** τ₃ in (−1, 1); NaN where all values are equal. */
  readonly skewness: number;
}

/**
 * Unbiased sample L-moments, by probability-weighted moments b₀, b₁, b₂.
 *
 * @param sorted - values in ascending order
 * @param times - how often each counts, a whole number ≥ 0, by position
 */
export function momentsOfSorted(sorted: ArrayLike<number>, times: (i: number) => number): LMoments {
  let [n, b0, b1, b2] = [0, 0, 0, 0];
  for (let i = 0; i < sorted.length; i++) {
    const [x, count] = [sorted[i]!, times(i)];
    // Ranks n … n + count − 1: Σ 1, Σ r and Σ r(r − 1).
    b0 += count * x;
    b1 += count * (n + (count - 1) / 2) * x;
    b2 += (((n + count) * (n + count - 1) * (n + count - 2) - n * (n - 1) * (n - 2)) / 3) * x;
    n += count;
  }
  b0 /= n;
  b1 /= n * (n - 1);
  b2 /= n * (n - 1) * (n - 2);
  const scale = 2 * b1 - b0;
  return { mean: b0, scale, skewness: scale > 0 ? (6 * b2 - 6 * b1 + b0) / scale : Number.NaN };
}

/** τ₃ of the distribution with shape −k: 2(1 − 3^−k)/(1 − 2^−k) − 3. */
function skewnessOf(k: number): number {
  const ratio =
    Math.abs(k) < 1e-9 ? Math.log(3) / Math.log(2) : Math.expm1(-k * Math.log(3)) / Math.expm1(-k * Math.log(2));
  return 2 * ratio - 3;
}

/**
 * The distribution with these L-moments. A heavier tail than shape 1 has no mean, so that every τ₃ < 1 has a
 * distribution.
 *
 * @throws DomainError for a scale that is not > 0, or τ₃ outside (−1, 1)
 */
export function gevOfLMoments({ mean, scale, skewness }: LMoments): ExtremeValues {
  if (!(scale > 0 && skewness > -1 && skewness < 1)) {
    const what = `L-moments ${mean}, ${scale}, τ₃ ${skewness} belong to no distribution`;
    throw new DomainError(`gevOfLMoments: ${what}; the second must be > 0 and τ₃ within (−1, 1)`, scale);
  }
  // τ₃ falls from 1 at k = −1 towards −1.
  let [low, high] = [-1, 1];
  while (skewnessOf(high) > skewness) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-15 * Math.max(1, Math.abs(low)); i++) {
    const middle = (low + high) / 2;
    if (skewnessOf(middle) > skewness) low = middle;
    else high = middle;
  }
  const k = (low + high) / 2;
  if (Math.abs(k) < 1e-8) {
    const sigma = scale / Math.log(2);
    return { location: mean - 0.5772156649015329 * sigma, scale: sigma, shape: 0 };
  }
  const gamma = Math.exp(logGamma(1 + k));
  const sigma = (scale * k) / (-Math.expm1(-k * Math.log(2)) * gamma);
  return { location: mean - (sigma * (1 - gamma)) / k, scale: sigma, shape: -k };
}
