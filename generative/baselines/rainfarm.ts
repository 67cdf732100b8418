/**
 * RainFARM (Rebora et al. 2006, doi:10.1175/JHM517.1; Terzago et al. 2018, doi:10.5194/nhess-18-2825-2018): a Gaussian field with
 * the power law of rain, its exponential, and areas that keep the means of the coarse field.
 */
import { DomainError } from "../../engine/errors.ts";
import { filterNoise, spectralAmplitude, standardise } from "../../engine/numerics/gaussian-field.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { rapsd, spectralSlope } from "../../verification/scores/index.ts";

/** Options of {@link lognormalNoise}. */
export interface LognormalNoiseOptions {
  /** β of the Gaussian field's power |k|^−β. */
  readonly slope: number;
  /** Stream that height × width deviates are taken from. */
  readonly random: Rng;
}

/**
 * exp(g), with g a Gaussian field of power |k|^−slope, mean 0 and variance 1 over its pixels.
 *
 * @param height - rows
 * @param width - columns
 * @returns `[height, width]`
 * @throws DomainError for a slope that is not finite
 */
export function lognormalNoise(height: number, width: number, options: LognormalNoiseOptions): Float64Array {
  const { slope, random } = options;
  const white = random.normal(height * width);
  const g = standardise(filterNoise(white, spectralAmplitude(height, width, slope), height, width));
  return g.map(Math.exp);
}

/**
 * The exponent β of rain's power |k|^−β, by least squares over the rings of its mean spectrum.
 *
 * @param rain - `[N, height, width]`, at least one field with rain, sides of at least 6
 * @throws DomainError for dry fields, gaps or sides that are too short; the message says the way out
 */
export function fitRainSlope(rain: ShapedArray): number {
  const [, height, width] = rain.shape as [number, number, number];
  if (!(height >= 6 && width >= 6)) {
    const way = "give `slope` (2 to 3 is usual for rain), or larger fields";
    throw new DomainError(
      `fitRainSlope: fields of ${height} x ${width} cells have too few wavenumbers; ${way}`,
      height,
    );
  }
  const power = rapsd(rain.values, height, width);
  if (!power.every((p) => p > 0)) throw new DomainError("fitRainSlope: the fields are dry; give `slope`", 0);
  return spectralSlope(power);
}
