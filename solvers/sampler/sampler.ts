/**
 * The parts of a sampler of collocation points. A {@link Sampler} is a plain description (kind and options, fit for
 * JSON); `start` of kinds.ts makes it an {@link ActiveSampler}, which draws one {@link PointSet} a round. Points change
 * only between rounds: a sampler never acts inside an optimizer's accept or reject test.
 */

import type { NamedTensors } from "../../engine/files/safetensors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { SamplingDomain } from "../../equations/domain/index.ts";

export type { SamplingDomain };

/**
 * Points for training, with what is known of their distribution. Unbiased row weights are w_i = 1/(N |Ω| q_i): then Σ w_i r_i² has
 * the mean of r² over Ω as its expectation, and uniform points have w_i = 1/N.
 */
export interface PointSet {
  /** Row-major `[count, dimension]`, all inside the domain. */
  readonly points: Float64Array;
  /** Row weights w_i ≥ 0 of the loss Σ w_i r_i². */
  readonly weights: Float64Array;
  /** Density q at the points, per unit volume. */
  readonly density: Float64Array;
}

/** The input of a sampler for one round. */
export interface SampleContext {
  /** That the sampler was started on. */
  readonly domain: SamplingDomain;
  /** Number of points to draw, ≥ 1. */
  readonly count: number;
  /** A stream for this round alone, such as `rng.split("sampler").split(round)`. */
  readonly rng: Rng;
  /** 0, 1, 2, … */
  readonly round: number;
  /** |r|, the root of the sum of squares over equations, at any number of points `[n, dimension]`. */
  residual(points: Float64Array): Promise<Float64Array>;
  /**
   * The same for the function u = 0, |source| where there is one: known before any training. A sampler that has to find a
   * small feature in many dimensions looks at it in its first round, since there the residual of a network at random
   * parameters can hide it.
   */
  source?(points: Float64Array): Promise<Float64Array>;
}

/** A sampler at work. */
export interface ActiveSampler {
  /**
   * The points of one round.
   *
   * @throws DomainError if the residual is negative or not finite somewhere; the message names the point
   */
  draw(context: SampleContext): Promise<PointSet>;
  /** Density of the last round at any points `[n, dimension]`, per unit volume, 0 outside Ω; uniform before a round. */
  density(points: Float64Array): Float64Array | Promise<Float64Array>;
  /** Everything that the next round depends on; restoring it continues bit for bit. */
  state(): NamedTensors;
  /**
   * Takes over what `state` gave. @throws FormatError if the tensors are not those of such a sampler
   *
   * @throws FormatError if the tensors are not those of such a sampler
   */
  restore(tensors: NamedTensors): void;
  /** Numbers worth a line in the log: β, masses, iterations, effective sample size. */
  report(): Readonly<Record<string, number>>;
  /** Gives back what is not garbage collected. */
  dispose?(): void;
}

/** A sampler as plain data: a kind and its resolved options. */
export interface Sampler {
  /** Tells what it is: a name of this package's, or one of your own. */
  readonly kind: string;
}

/**
 * A sampler of your own, to be handed to `solve`: a kind that no sampler here has, your options as plain data (they are recorded,
 * and compared when a run goes on), and how to set it to work.
 *
 * @example see docs/how-to/your-own-sampler.md
 */
export interface OwnSampler extends Sampler {
  /** Sets it to work. @throws OptionsError where it does not work on such a domain */
  start(domain: SamplingDomain): ActiveSampler;
}
