/** Weights on quantile levels, for distances that look harder at the tails. */
import { checkPositive } from "../../engine/checks.ts";

/**
 * A probability density w on the levels (0, 1) with its integral. Where w vanishes, differences are not seen: the
 * result is a weighted quantile loss, no longer a metric between measures.
 */
export interface QuantileWeight {
  /** w(q) ≥ 0 for 0 < q < 1. */
  density(q: number): number;
  /** ∫₀^q w, from 0 at q = 0 to 1 at q = 1. */
  cumulative(q: number): number;
}

/**
 * Emphasis on the upper tail: w(q) ∝ 1/(1 − q + c). Half of all weight lies above the level 1 + c − √(c(1 + c)); for c
 * = 0.01 that is about 0.91. For {@link wasserstein1d} and {@link wasserstein1dGraph}.
 *
 * @param c - > 0; the smaller, the more the extremes count
 * @throws OptionsError where c is not a positive finite number
 */
export function upperTailWeight(c: number): QuantileWeight {
  checkPositive("upperTailWeight", { c });
  const total = Math.log1p(1 / c);
  return {
    density: (q) => 1 / ((1 - q + c) * total),
    cumulative: (q) => -Math.log1p(-q / (1 + c)) / total,
  };
}
