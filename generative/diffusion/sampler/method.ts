/** Interface of solvers: moves of the state at a noise level, and from there to the next. */

/** Noise that the sampler `churn` puts back at each level (EDM, arXiv 2206.00364, algorithm 2). */
export interface Churn {
  /** S_churn ≥ 0: at a level σ is raised by the factor 1 + min(amount/levels, √2 − 1). @defaultValue 40 */
  readonly amount?: number;
  /** Levels that are raised, in units of the data. @defaultValue all */
  readonly range?: readonly [smallest: number, largest: number];
  /** S_noise > 0: deviation of the noise that is put back, above 1 where a network loses detail. @defaultValue 1 */
  readonly inflation?: number;
}

/** State and inputs of a solver. */
export interface Solving {
  /** Moved in place. */
  readonly x: Float32Array;
  readonly levels: ArrayLike<number>;
  /** Samples in the state, one after the other, equally long. */
  readonly samples: number;
  readonly churn: Required<Churn>;
  /** The estimate of the clean data; the next call may change it. */
  evaluate(x: Float32Array, sigma: number): Promise<Float32Array>;
  /** Unit normal deviates, as many as the state has values; the next call changes them. */
  noise(): Float32Array;
}

/** One run of a solver. */
export interface Solver {
  /** Moves the state at level `i`; returns the noise level that it then has. */
  before?(i: number): Promise<number> | number;
  /** Moves the state from noise level `sigma`, where the estimate was made, to level `i + 1`. */
  advance(estimate: Float32Array, sigma: number, i: number): Promise<void> | void;
}
