/** Sequences of noise levels for samplers. */
import { OptionsError } from "../../../engine/errors.ts";

/** Options of {@link noiseSchedule}. */
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
