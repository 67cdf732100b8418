/**
 * A noise process: how noise is added to data, x = data + σ z with z ~ N(0, 1), how the network sees it, and which levels
 * it meets in training and in sampling. Everything that depends on the process takes it from here: loss, denoiser,
 * downscaler, training. One of your own is an object of this shape, handed in as the option `process`.
 */
import { DomainError, OptionsError } from "../../../engine/errors.ts";
import { tf } from "../../../engine/tensors/tensor.ts";

/** Operations that are the same on numbers and on tensors, element by element, so that a formula is written once; numbers mix in. */
export interface Arithmetic<T> {
  add(a: T | number, b: T | number): T;
  sub(a: T | number, b: T | number): T;
  mul(a: T | number, b: T | number): T;
  div(a: T | number, b: T | number): T;
  square(a: T): T;
  sqrt(a: T): T;
  exp(a: T): T;
  log(a: T): T;
}

/** On numbers, in float64. */
export const numbers: Arithmetic<number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  square: (a) => a * a,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
};

/** On tensors, in a graph. */
export const tensors: Arithmetic<tf.Tensor> = {
  add: (a, b) => tf.add(a, b),
  sub: (a, b) => tf.sub(a, b),
  mul: (a, b) => tf.mul(a, b),
  div: (a, b) => tf.div(a, b),
  square: (a) => tf.square(a),
  sqrt: (a) => tf.sqrt(a),
  exp: (a) => tf.exp(a),
  log: (a) => tf.log(a),
};

/** Coefficients of the denoiser D(x; σ) = skip · x + out · F(x / scale, noise), with F the network. */
export interface Coefficients<T> {
  /** Factor of x in the estimate. */
  readonly skip: T | number;
  /** Factor of the network's output. */
  readonly out: T | number;
  /** Divisor of x before the network sees it, > 0. */
  readonly scale: T | number;
  /** Input of the network for the level. It resolves some −1.2 … 1.2 best, as ln(σ)/4 gives for σ = 0.01 … 100. */
  readonly noise: T | number;
}

/** Distribution of the noise levels of training, for processes that take one. */
export interface NoiseDistribution {
  /** Median of σ/σ_data. @defaultValue 0.7 */
  readonly median?: number;
  /** Standard deviation of ln σ. @defaultValue 1.3 */
  readonly spread?: number;
}

/** A noise process. Levels σ are standard deviations of noise in units of the data, > 0; σ_data is the data's own. */
export interface NoiseProcess {
  /** Stored with models, which ask for the process of this name when they are loaded. */
  readonly name: string;
  /** The coefficients at σ: one formula, for numbers and for tensors. */
  coefficients<T>(sigma: T, sigmaData: number, math: Arithmetic<T>): Coefficients<T>;
  /** Weight λ(σ) of the squared error of D in the loss. */
  weight<T>(sigma: T, sigmaData: number, math: Arithmetic<T>): T;
  /**
   * Noise levels of training, one for each probability in [0, 1].
   *
   * @throws OptionsError where the process takes no such distribution
   */
  trainingLevels(probabilities: ArrayLike<number>, sigmaData: number, distribution?: NoiseDistribution): Float32Array;
  /**
   * Decreasing noise levels of sampling, without the final 0.
   *
   * @param count - at least 2
   * @param range - first and last level in units of σ_data @defaultValue the process's own
   */
  schedule(count: number, sigmaData: number, range?: readonly [largest: number, smallest: number]): Float64Array;
}

/** @throws DomainError unless the value is positive and finite */
export function positive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new DomainError(`${name} is ${value}, expected a positive finite number`, value);
  }
}

export interface NoiseScheduleOptions {
  /** Number of levels, one network evaluation each for Euler and DPM-Solver++. */
  readonly count: number;
  /** Largest level, same units as the data. */
  readonly largest: number;
  /** Smallest level; the sampler steps from it to 0. */
  readonly smallest: number;
}

/**
 * Decreasing noise levels σ_i = (σ_max^{1/ρ} + i/(n−1) (σ_min^{1/ρ} − σ_max^{1/ρ}))^ρ (EDM, arXiv 2206.00364, eq. 5), without
 * the final 0; for ρ → ∞ geometric ones.
 *
 * @param rho - exponent ρ of the warp; Infinity spaces the levels evenly in their logarithm
 * @throws OptionsError when the levels are not 0 < smallest < largest, or count is not an integer ≥ 2
 */
export function noiseSchedule(options: NoiseScheduleOptions, rho = 7): Float64Array {
  const { count, largest, smallest } = options;
  if (!Number.isInteger(count) || count < 2) {
    throw new OptionsError(`noiseSchedule: count is ${count}, expected an integer of at least 2`, "count", count);
  }
  if (!(smallest > 0 && largest > smallest && Number.isFinite(largest))) {
    throw new OptionsError(
      `noiseSchedule: expected 0 < smallest < largest, got ${smallest} and ${largest}`,
      "largest",
      largest,
    );
  }
  if (!(rho > 0)) throw new OptionsError(`noiseSchedule: rho is ${rho}, expected a positive number`, "rho", rho);
  const top = largest ** (1 / rho);
  const bottom = smallest ** (1 / rho);
  const levels = Float64Array.from({ length: count }, (_, i) => {
    const part = i / (count - 1);
    return rho === Infinity ? largest * (smallest / largest) ** part : (top + part * (bottom - top)) ** rho;
  });
  levels[0] = largest;
  levels[count - 1] = smallest;
  return levels;
}
