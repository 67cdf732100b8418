/** The noise of RainFARM. */
import { filterNoise, spectralAmplitude, standardise } from "../../engine/numerics/gaussian-field.ts";
import type { Rng } from "../../engine/random/rng.ts";

/**
 * Draws exp(g), with g a Gaussian field of power |k|^−slope, mean 0 and variance 1 over its pixels.
 *
 * @param height - rows
 * @param width - columns
 * @returns takes height × width deviates from a stream for a field [height, width]; the next one overwrites it
 * @throws DomainError for a slope that is not finite
 */
export function lognormalNoise(height: number, width: number, slope: number): (random: Rng) => Float64Array {
  const amplitude = spectralAmplitude(height, width, slope);
  const normals = new Float64Array(height * width);
  return (random) => {
    const field = standardise(filterNoise(random.normal(normals), amplitude, height, width));
    for (let i = 0; i < field.length; i++) field[i] = Math.exp(field[i]!);
    return field;
  };
}
