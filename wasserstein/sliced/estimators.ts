/**
 * From the transport costs of the slices to one number: plain mean, control variates, energy-based weights; and the
 * derivatives of that number in the costs and in the variate.
 */
import { OptionsError } from "../../engine/errors.ts";

/** Estimator that combines slices. */
export interface EstimatorOptions {
  /**
   * "mean": Σ W_l/L. "controlVariate": mean(W) − γ(mean(C) − E C), arXiv 2305.00402. "energy": Σ w_l W_l with larger
   * weights for larger W_l, arXiv 2304.13586 (a distance between sliced and max-sliced, not an estimate of the former).
   * @defaultValue "mean"
   */
  readonly estimator?: "mean" | "controlVariate" | "energy";
  /**
   * Control variate: "lower" is the squared shift of the means along the direction (LCV), "upper" adds both variances
   * (UCV). @defaultValue "lower"
   */
  readonly variate?: "lower" | "upper";
  /**
   * γ. "regression": Σ(W−W̄)(C−C̄)/Σ(C−C̄)², exact for a translation from two directions on, and kept between 0 and twice
   * its natural size (p/2)·W̄^(1−2/p), beyond which it is noise that would blow gradients up as the means meet. "paper": both centred by E C,
   * Σ(W−W̄)(C−EC)/Σ(C−EC)², as published; biased by −2 to −3 % at ten directions. @defaultValue "regression"
   */
  readonly coefficient?: "regression" | "paper";
  /** Weights of "energy": proportional to exp(W_l), or to W_l to this power. @defaultValue "softmax" */
  readonly energy?: "softmax" | number;
  /**
   * Gradients take γ, or the energy weights, for constants: an estimate of the gradient of the sliced distance (for the
   * lower variate mostly a little better than the derivative of the estimate, which `false` gives). @defaultValue true
   */
  readonly detach?: boolean;
}

/** The variate on each direction and its mean over the sphere. */
export interface Variate {
  readonly values: Float64Array;
  readonly mean: number;
}

/** The estimate and how it depends on what it was made of. */
export interface Combination {
  readonly value: number;
  /** γ; 0 without a variate. */
  readonly coefficient: number;
  /** ∂value/∂W_l. */
  readonly costs: Float64Array;
  /** ∂value/∂C_l. */
  readonly variates: Float64Array | undefined;
  /** ∂value/∂(E C). */
  readonly mean: number;
  /** W_l − γ(C_l − C̄), whose scatter is the error of the estimate. */
  readonly residuals: Float64Array;
}

/** @throws OptionsError where an option is not one of its values */
export function checkEstimator(caller: string, options: EstimatorOptions): void {
  const { energy = "softmax" } = options;
  const allowed = {
    estimator: ["mean", "controlVariate", "energy"],
    variate: ["lower", "upper"],
    coefficient: ["regression", "paper"],
  } as const;
  for (const [name, values] of Object.entries(allowed) as [keyof typeof allowed, readonly string[]][]) {
    const value = options[name];
    if (value !== undefined && !values.includes(value)) {
      throw new OptionsError(`${caller}: ${name} is "${value}", expected one of ${values.join(", ")}`, name, value);
    }
  }
  if (energy !== "softmax" && !(Number.isFinite(energy) && energy >= 0)) {
    throw new OptionsError(`${caller}: energy is ${energy}, expected "softmax" or a power ≥ 0`, "energy", energy);
  }
}

/**
 * @param costs - W_l, in units of `unit`
 * @param variate - for "controlVariate" alone
 * @param unit - what a cost of 1 stands for, which the exponential weights depend on
 * @param p - order of the costs
 */
export function combine(
  costs: Float64Array,
  variate: Variate | undefined,
  options: EstimatorOptions,
  unit: number,
  p: number,
): Combination {
  const { detach = true, coefficient = "regression", energy = "softmax" } = options;
  if (options.estimator === "energy") return byEnergy(costs, energy, detach, unit);
  const count = costs.length;
  const mean = average(costs);
  if (variate === undefined) {
    const even = new Float64Array(count).fill(1 / count);
    return { value: mean, coefficient: 0, costs: even, variates: undefined, mean: 0, residuals: costs };
  }
  const { values: c, mean: expected } = variate;
  const middle = average(c);
  const excess = middle - expected;
  const centre = coefficient === "paper" ? expected : middle;
  let covariance = 0;
  let variance = 0;
  for (let l = 0; l < count; l++) {
    covariance += (costs[l]! - mean) * (c[l]! - centre);
    variance += (c[l]! - centre) ** 2;
  }
  // A shift of the means that is nothing but rounding says nothing.
  const idle = !(Math.sqrt(variance / count) > 1e-12 * mean ** (2 / p));
  const raw = idle ? 0 : covariance / variance;
  const most = coefficient === "regression" ? p * mean ** (1 - 2 / p) : Number.POSITIVE_INFINITY;
  const gamma = coefficient === "regression" ? Math.min(Math.max(raw, 0), most) : raw;
  const byCost = new Float64Array(count).fill(1 / count);
  const byVariate = new Float64Array(count).fill(-gamma / count);
  let byMean = gamma;
  if (!detach && gamma !== 0 && gamma !== raw) {
    for (let l = 0; l < count; l++) byCost[l]! -= (excess * gamma * (1 - 2 / p)) / (mean * count);
  } else if (!detach && gamma !== 0) {
    for (let l = 0; l < count; l++) {
      byCost[l]! -= (excess * (c[l]! - middle)) / variance;
      byVariate[l]! -= (excess * (costs[l]! - mean - 2 * gamma * (c[l]! - centre))) / variance;
    }
    if (coefficient === "paper") byMean -= (2 * gamma * count * excess ** 2) / variance;
  }
  const residuals = costs.map((w, l) => w - gamma * (c[l]! - middle));
  const value = mean - gamma * excess;
  return { value, coefficient: gamma, costs: byCost, variates: byVariate, mean: byMean, residuals };
}

function byEnergy(costs: Float64Array, energy: "softmax" | number, detach: boolean, unit: number): Combination {
  const largest = costs.reduce((most, w) => Math.max(most, w), 0);
  // Relative to the largest, so that neither exponentials nor powers overflow; 0 where all costs are 0.
  const weights = costs.map((w) => {
    if (w === largest) return 1;
    return energy === "softmax" ? Math.exp((w - largest) * unit) : (w / largest) ** energy;
  });
  const total = weights.reduce((sum, w) => sum + w, 0);
  for (let l = 0; l < weights.length; l++) weights[l]! /= total;
  let value = 0;
  for (let l = 0; l < weights.length; l++) value += weights[l]! * costs[l]!;
  const byCost = detach
    ? weights
    : weights.map((w, l) => {
        const lead = costs[l]! - value;
        if (energy === "softmax") return w === 0 || lead === 0 ? w : w + w * lead * unit;
        return costs[l]! === 0 ? w : w * (1 + energy * (1 - value / costs[l]!));
      });
  return { value, coefficient: 0, costs: byCost, variates: undefined, mean: 0, residuals: costs };
}

function average(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

/**
 * Standard error of the mean of slices whose directions come in independent blocks.
 *
 * @returns null where fewer than two blocks, or a cut one, leave no scatter to estimate it from
 */
export function standardError(residuals: Float64Array, block: number): number | null {
  const blocks = residuals.length / block;
  if (blocks < 2 || !Number.isInteger(blocks)) return null;
  const means = Float64Array.from({ length: blocks }, (_, k) =>
    average(residuals.subarray(k * block, (k + 1) * block)),
  );
  const mean = average(means);
  const squares = means.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return Math.sqrt(squares / (blocks - 1) / blocks);
}
