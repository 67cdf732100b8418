/**
 * Other estimates from the slices of a sliced distance: control variates (arXiv 2305.00402) and energy-based weights (arXiv 2304.13586).
 * Orthonormal blocks, the default of `slicedWasserstein`, have a smaller error than any of them (`npm run bench -- sliced-estimators`).
 */
import { dot } from "../../engine/numerics/vectors.ts";
import type { Cloud } from "../../wasserstein/measure/index.ts";
import type { slicedWasserstein } from "../../wasserstein/sliced/index.ts";

type Slices = Pick<ReturnType<typeof slicedWasserstein>, "slices" | "directions">;

const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Weighted mean and mean square distance from it. */
function moments({ points, count, dim, weights }: Cloud): { readonly centre: Float64Array; readonly spread: number } {
  const total = weights === undefined ? count : Array.from(weights).reduce((sum, w) => sum + w, 0);
  const share = (i: number) => (weights?.[i] ?? 1) / total;
  const centre = new Float64Array(dim);
  for (let at = 0; at < points.length; at++) centre[at % dim]! += share(Math.floor(at / dim)) * points[at]!;
  let spread = 0;
  for (let at = 0; at < points.length; at++) {
    spread += share(Math.floor(at / dim)) * (points[at]! - centre[at % dim]!) ** 2;
  }
  return { centre, spread };
}

/**
 * mean(W) − γ(mean(C) − E C) for p = 2, with C the squared shift of the means along a direction ("lower", LCV), or that and both variances
 * ("upper", UCV).
 *
 * @param options - γ: "regression", exact for a translation from two directions on, and kept in [0, 2], or "paper", both centred by E C as
 *   published, which is biased
 */
export function controlled(
  x: Cloud,
  y: Cloud,
  { slices, directions }: Slices,
  options: { readonly variate?: "lower" | "upper"; readonly coefficient?: "regression" | "paper" } = {},
): { readonly value: number; readonly coefficient: number } {
  const { variate = "lower", coefficient = "regression" } = options;
  const { count, dim } = directions;
  const [a, b] = [moments(x), moments(y)];
  const shift = a.centre.map((v, k) => v - b.centre[k]!);
  const row = (l: number) => directions.points.subarray(l * dim, (l + 1) * dim);
  const along = (cloud: Cloud, l: number): Cloud => {
    const at = (i: number) => dot(Float64Array.from(cloud.points.subarray(i * dim, (i + 1) * dim)), row(l));
    return { ...cloud, points: Float64Array.from({ length: cloud.count }, (_, i) => at(i)), dim: 1 };
  };
  const c = Float64Array.from({ length: count }, (_, l) => {
    const spread = variate === "lower" ? 0 : moments(along(x, l)).spread + moments(along(y, l)).spread;
    return dot(row(l), shift) ** 2 + spread;
  });
  const expected = (dot(shift, shift) + (variate === "lower" ? 0 : a.spread + b.spread)) / dim;
  const centre = coefficient === "paper" ? expected : mean(c);
  const middle = mean(slices);
  let [covariance, variance] = [0, 0];
  for (let l = 0; l < count; l++) {
    covariance += (slices[l]! - middle) * (c[l]! - centre);
    variance += (c[l]! - centre) ** 2;
  }
  const raw = variance > 0 ? covariance / variance : 0;
  const gamma = coefficient === "paper" ? raw : Math.min(Math.max(raw, 0), 2);
  return { value: Math.max(0, middle - gamma * (mean(c) - expected)), coefficient: gamma };
}

/** Σ w_l W_l with weights in proportion to exp(W_l), or to W_l to a power: between the mean and the maximum of the slices. */
export function byEnergy({ slices }: Slices, energy: "softmax" | number = "softmax"): number {
  const largest = Math.max(...slices);
  const weights = slices.map((w) => (energy === "softmax" ? Math.exp(w - largest) : (w / largest) ** energy));
  return dot(weights, slices) / weights.reduce((sum, w) => sum + w, 0);
}
