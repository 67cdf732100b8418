/** The generalised extreme value distribution of block maxima by its L-moments (Hosking 1990, doi:10.1111/j.2517-6161.1990.tb01775.x). */
import { DomainError } from "../../engine/errors.ts";
import { checkFinite } from "../../engine/numerics/shaped-array.ts";
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
 * @param values - at least 3, in any order
 * @throws DomainError for fewer, and for values that are not finite
 */
export function lMoments(values: ArrayLike<number>): LMoments {
  const n = values.length;
  checkFinite("lMoments: values", values);
  if (n < 3) throw new DomainError(`lMoments: ${n} values; at least 3 are needed`, n);
  return momentsOfSorted(Float64Array.from(values).sort(), () => 1);
}

/**
 * The same of values in ascending order, each of which counts so many times.
 *
 * @param times - a whole number ≥ 0, by position
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
 * The distribution with these L-moments. A heavier tail than shape 1 has no mean, so that every τ₃ < 1 has a distribution.
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

/** The distribution of block maxima. @throws DomainError as {@link lMoments} and {@link gevOfLMoments} */
export const fitGev = (maxima: ArrayLike<number>): ExtremeValues => gevOfLMoments(lMoments(maxima));

/** A generalised Pareto distribution of excesses over a threshold. */
export interface ParetoDistribution {
  readonly scale: number;
  /** ξ; > 0 is a heavy tail. */
  readonly shape: number;
}

/**
 * The distribution of excesses over a threshold by their first two L-moments (Hosking and Wallis 1987, doi:10.1080/00401706.1987.10488243).
 *
 * @param excesses - values less the threshold, > 0, at least 3
 * @throws DomainError
 */
export function fitPareto(excesses: ArrayLike<number>): ParetoDistribution {
  const { mean, scale } = lMoments(excesses);
  if (!(mean > 0 && scale > 0)) {
    throw new DomainError(`fitPareto: mean ${mean}, second L-moment ${scale}; excesses must be > 0 and differ`, mean);
  }
  const k = mean / scale - 2;
  return { scale: (1 + k) * mean, shape: -k };
}

/**
 * Level exceeded once in `period` blocks: u + (σ/ξ)[(T·λ)^ξ − 1] (Coles 2001, eq. 4.12).
 *
 * @param rate - λ > 0, mean number of excesses of a block
 * @throws DomainError where period · rate ≤ 1
 */
export function paretoReturnLevel(
  distribution: ParetoDistribution,
  threshold: number,
  rate: number,
  period: number,
): number {
  if (!(period * rate > 1)) {
    const what = `${period} blocks with ${rate} excesses each hold ${period * rate}`;
    throw new DomainError(`paretoReturnLevel: ${what}; more than one is needed`, period);
  }
  const x = Math.log(period * rate);
  return (
    threshold +
    distribution.scale * (distribution.shape === 0 ? x : Math.expm1(distribution.shape * x) / distribution.shape)
  );
}
