/** Noise processes as numbers, at one noise level. */

import { numbers } from "../../../generative/diffusion/index.ts";
import type { NoiseProcess } from "../../../generative/index.ts";

/** The coefficients of the denoiser D(x; σ) = skip · x + out · F(in · x, noise). */
export function coefficientsAt(process: NoiseProcess, sigma: number, sigmaData: number) {
  const { scale, ...rest } = process.coefficients(sigma, sigmaData, numbers);
  return { ...rest, in: 1 / scale };
}

/** λ(σ). */
export const weightAt = (process: NoiseProcess, sigma: number, sigmaData: number): number =>
  process.weight(sigma, sigmaData, numbers);
