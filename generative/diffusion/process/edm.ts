/**
 * The preconditioning of Karras, Aittala, Aila and Laine, "Elucidating the design space of diffusion-based generative
 * models" (EDM), arXiv 2206.00364, table 1: D(x; σ) = c_skip x + c_out F(c_in x, c_noise), so that the network F sees
 * unit variance and aims at unit variance at every noise level.
 */
import { DomainError, OptionsError } from "../../../engine/errors.ts";
import { normalQuantile } from "../../../engine/rng.ts";

/** The four coefficients at one noise level. */
export interface Preconditioning {
  readonly skip: number;
  readonly out: number;
  readonly in: number;
  readonly noise: number;
}

/**
 * Coefficients at noise level `sigma` for data of standard deviation `sigmaData`; in² (σ² + σ_d²) = 1.
 *
 * @throws DomainError when either argument is not positive and finite
 */
export function preconditioning(sigma: number, sigmaData: number): Preconditioning {
  positive("preconditioning: sigma", sigma);
  positive("preconditioning: sigmaData", sigmaData);
  const total = sigma * sigma + sigmaData * sigmaData;
  const root = Math.sqrt(total);
  return {
    skip: (sigmaData * sigmaData) / total,
    out: (sigma * sigmaData) / root,
    in: 1 / root,
    noise: Math.log(sigma) / 4,
  };
}

/**
 * Weight λ(σ) = (σ² + σ_d²)/(σ σ_d)² of the squared denoising error; out² λ = 1, so that all levels start equal.
 *
 * @throws DomainError when either argument is not positive and finite
 */
export function lossWeight(sigma: number, sigmaData: number): number {
  positive("lossWeight: sigma", sigma);
  positive("lossWeight: sigmaData", sigmaData);
  return (sigma * sigma + sigmaData * sigmaData) / (sigma * sigmaData) ** 2;
}

/** Options of {@link noiseSchedule}. */
export interface NoiseScheduleOptions {
  /** Number of levels, one network evaluation each for Euler and DPM-Solver++. */
  readonly count: number;
  /** Largest level, same units as the data. */
  readonly largest: number;
  /** Smallest level; the sampler steps from it to 0. */
  readonly smallest: number;
  /** Exponent ρ of the warp. @defaultValue 7 */
  readonly rho?: number;
}

/**
 * Decreasing noise levels σ_i = (σ_max^{1/ρ} + i/(n−1) (σ_min^{1/ρ} − σ_max^{1/ρ}))^ρ (EDM, eq. 5), without the final 0.
 *
 * @throws OptionsError when the levels are not 0 < smallest < largest, or count is not an integer ≥ 2
 */
export function noiseSchedule(options: NoiseScheduleOptions): Float64Array {
  const { count, largest, smallest, rho = 7 } = options;
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
  const levels = Float64Array.from({ length: count }, (_, i) => (top + (i / (count - 1)) * (bottom - top)) ** rho);
  levels[0] = largest;
  levels[count - 1] = smallest;
  return levels;
}

/** Log-normal law of the training noise levels, in units of σ_data. */
export interface NoiseLaw {
  /** Median of σ/σ_data. @defaultValue 0.7 */
  readonly median?: number;
  /** Standard deviation of ln σ. @defaultValue 1.3 */
  readonly spread?: number;
}

/**
 * Turn probabilities into training noise levels: ln σ = ln(median σ_d) + spread Φ⁻¹(p). Stratified probabilities
 * (one per slice of the batch) give every batch the whole range of noise.
 *
 * @param probabilities - in [0, 1]; clipped to [1e-4, 1 − 1e-4]
 */
export function trainingNoise(probabilities: ArrayLike<number>, sigmaData: number, law: NoiseLaw = {}): Float32Array {
  positive("trainingNoise: sigmaData", sigmaData);
  const { median = 0.7, spread = 1.3 } = law;
  return Float32Array.from(probabilities, (p) => {
    const clipped = Math.min(Math.max(p, 1e-4), 1 - 1e-4);
    return sigmaData * median * Math.exp(spread * normalQuantile(clipped));
  });
}

function positive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new DomainError(`${name} is ${value}, expected a positive finite number`, value);
  }
}
