/**
 * The process of Karras, Aittala, Aila and Laine, "Elucidating the design space of diffusion-based generative models"
 * (EDM), arXiv 2206.00364, table 1: the network sees unit variance and aims at unit variance at every noise level.
 */
import { normalQuantile } from "../../../engine/numerics/normal-quantile.ts";
import { type NoiseDistribution, type NoiseProcess, noiseSchedule, positive } from "./process.ts";

/**
 * EDM. scale² = σ² + σ_d²; λ(σ) = (σ² + σ_d²)/(σ σ_d)², so that out² λ = 1 and all levels start equal; log-normal levels in
 * training; levels from 40 σ_d to 0.02 σ_d, evenly in their seventh root, in sampling: few modes of rain less its interpolation hold most of
 * its variance, and a mode of deviation s keeps √((σ² + σ_d²)/(σ² + s²)) of it from a start at σ.
 */
export const edm: NoiseProcess = {
  name: "edm",
  coefficients(sigma, sigmaData, math) {
    const total = math.add(math.square(sigma), sigmaData * sigmaData);
    const scale = math.sqrt(total);
    return {
      skip: math.div(sigmaData * sigmaData, total),
      out: math.div(math.mul(sigma, sigmaData), scale),
      scale,
      noise: math.div(math.log(sigma), 4),
    };
  },
  weight(sigma, sigmaData, math) {
    const squared = math.square(sigma);
    return math.div(math.add(squared, sigmaData * sigmaData), math.mul(squared, sigmaData * sigmaData));
  },
  trainingLevels: trainingNoise,
  schedule(count, sigmaData, [largest, smallest] = [40, 0.02]) {
    return noiseSchedule({ count, largest: largest * sigmaData, smallest: smallest * sigmaData });
  },
};

/**
 * Turn probabilities into training noise levels: ln σ = ln(median σ_d) + spread Φ⁻¹(p). Stratified probabilities
 * (one per slice of the batch) give every batch the whole range of noise.
 *
 * @param probabilities - in [0, 1]; clipped to [1e-4, 1 − 1e-4]
 * @param sigmaData - σ_d > 0, standard deviation of the data
 */
export function trainingNoise(
  probabilities: ArrayLike<number>,
  sigmaData: number,
  distribution: NoiseDistribution = {},
): Float32Array {
  positive("trainingNoise: sigmaData", sigmaData);
  const { median = 0.7, spread = 1.3 } = distribution;
  return Float32Array.from(probabilities, (p) => {
    const clipped = Math.min(Math.max(p, 1e-4), 1 - 1e-4);
    return sigmaData * median * Math.exp(spread * normalQuantile(clipped));
  });
}
