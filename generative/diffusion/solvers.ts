/** Solvers of the reverse process: deterministic ones of the probability-flow ODE, and those that draw noise on the way. */

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

export interface Solver {
  /** Moves the state at level `i`; returns the noise level that it then has. */
  before?(i: number): Promise<number> | number;
  /** Moves the state from noise level `sigma`, where the estimate was made, to level `i + 1`. */
  advance(estimate: Float32Array, sigma: number, i: number): Promise<void> | void;
}

/** First order; with exact noise levels it is DDIM. */
export function euler({ x, levels }: Solving): Solver {
  return {
    advance(estimate, sigma, i) {
      const ratio = levels[i + 1]! / sigma;
      for (let k = 0; k < x.length; k++) x[k] = ratio * x[k]! + (1 - ratio) * estimate[k]!;
    },
  };
}

/** Second order by the trapezoid, with a second evaluation at the next level. */
export function heun({ x, levels, evaluate }: Solving): Solver {
  const ahead = new Float32Array(x.length);
  const slope = new Float64Array(x.length);
  return {
    async advance(estimate, sigma, i) {
      const next = levels[i + 1]!;
      for (let k = 0; k < x.length; k++) {
        slope[k] = (x[k]! - estimate[k]!) / sigma;
        ahead[k] = x[k]! + (next - sigma) * slope[k]!;
      }
      const corrected = await evaluate(ahead, next);
      for (let k = 0; k < x.length; k++) {
        x[k]! += ((next - sigma) * (slope[k]! + (ahead[k]! - corrected[k]!) / next)) / 2;
      }
    },
  };
}

/** DPM-Solver++(2M) in λ = −ln σ: the estimate is extrapolated to the middle of the step. */
export function multistep({ x, levels }: Solving): Solver {
  const previous = new Float32Array(x.length);
  return {
    advance(estimate, sigma, i) {
      const step = Math.log(sigma / levels[i + 1]!);
      const extrapolation = i === 0 ? 0 : step / (2 * Math.log(levels[i - 1]! / sigma));
      const ratio = levels[i + 1]! / sigma;
      const gain = -Math.expm1(-step);
      for (let k = 0; k < x.length; k++) {
        const now = estimate[k]!;
        x[k] = ratio * x[k]! + gain * (now + extrapolation * (now - previous[k]!));
      }
      previous.set(estimate);
    },
  };
}

/** Length of a Langevin step. */
const SNR = 0.16;

/** Noise is put back before every step of Heun's (EDM, arXiv 2206.00364, algorithm 2). */
export function churned(solving: Solving): Solver {
  const { x, levels, churn, noise } = solving;
  const [smallest, largest] = churn.range;
  return {
    ...heun(solving),
    before(i) {
      const sigma = levels[i]!;
      const raise = sigma >= smallest && sigma <= largest ? Math.min(churn.amount / levels.length, Math.SQRT2 - 1) : 0;
      if (raise === 0) return sigma;
      const raised = sigma * (1 + raise);
      const deviation = churn.inflation * Math.sqrt(raised ** 2 - sigma ** 2);
      const z = noise();
      for (let k = 0; k < x.length; k++) x[k]! += deviation * z[k]!;
      return raised;
    },
  };
}

/**
 * The reverse of the variance-exploding diffusion (Song et al., arXiv 2011.13456, appendix E):
 * x ← x + Δ·score + √Δ z with Δ = σ_i² − σ_{i+1}².
 */
export function reverseDiffusion({ x, levels, noise }: Solving): Solver {
  return {
    advance(estimate, sigma, i) {
      const variance = sigma ** 2 - levels[i + 1]! ** 2;
      const [share, deviation] = [variance / sigma ** 2, Math.sqrt(variance)];
      const z = noise();
      for (let k = 0; k < x.length; k++) x[k]! += share * (estimate[k]! - x[k]!) + deviation * z[k]!;
    },
  };
}

/**
 * At each level one step of Langevin dynamics, x ← x + ε·score + √(2ε) z with ε = 2 (SNR ‖z‖/‖score‖)² (arXiv 2011.13456,
 * algorithm 4), then reverse diffusion. The norms are each sample's own, so that it does not depend on those beside it;
 * the paper's code averages them over the batch.
 */
export function predictorCorrector(solving: Solving): Solver {
  const { x, levels, samples, evaluate, noise } = solving;
  const size = x.length / samples;
  return {
    ...reverseDiffusion(solving),
    async before(i) {
      const sigma = levels[i]!;
      const estimate = await evaluate(x, sigma);
      const z = noise();
      for (let start = 0; start < x.length; start += size) {
        let [drift, noisy] = [0, 0];
        for (let k = start; k < start + size; k++) {
          drift += (estimate[k]! - x[k]!) ** 2;
          noisy += z[k]! ** 2;
        }
        // In units of σ²: ε/σ² = 2 SNR² σ² ‖z‖²/‖D − x‖². Where there is nothing to follow, x stays.
        const step = drift === 0 ? 0 : (2 * SNR ** 2 * sigma ** 2 * noisy) / drift;
        const deviation = sigma * Math.sqrt(2 * step);
        for (let k = start; k < start + size; k++) x[k]! += step * (estimate[k]! - x[k]!) + deviation * z[k]!;
      }
      return sigma;
    },
  };
}
