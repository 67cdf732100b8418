/**
 * A noise process: how noise is added to data, x = data + σ z with z ~ N(0, 1), how the network sees it, and which levels
 * it meets in training and in sampling. Everything that depends on the process takes it from here: loss, denoiser,
 * downscaler, training. One of your own is an object of this shape, handed in as the option `process`.
 */
import { DomainError } from "../../../engine/errors.ts";
import type { Arithmetic } from "./arithmetic.ts";

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
