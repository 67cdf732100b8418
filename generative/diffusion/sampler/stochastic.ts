/** Solvers that draw noise on their way. The score is (D(x; σ) − x)/σ². */
import { heun } from "./deterministic.ts";
import type { Solver, Solving } from "./method.ts";

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
