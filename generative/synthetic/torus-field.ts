/** Gaussian fields on a periodic square drawn in Fourier space, and windows of them. */
import { type ComplexArray, inverseFft2 } from "../../engine/numerics/fft.ts";
import type { Rng } from "../../engine/random/rng.ts";

/**
 * Two independent stationary fields of mean 0 and the given power, which is even: the real and the imaginary part of
 * side · F⁻¹(√power · ζ) with ζ complex white noise.
 *
 * @param power - [side, side]; its mean is the variance of each field
 * @returns two of [side, side]
 */
export function torusFields(power: Float64Array, side: number, random: Rng): ComplexArray {
  const re = random.normal(side * side);
  const im = random.normal(side * side);
  for (let i = 0; i < re.length; i++) {
    const amplitude = side * Math.sqrt(power[i]!);
    re[i]! *= amplitude;
    im[i]! *= amplitude;
  }
  return inverseFft2({ re, im }, side, side);
}

/** The corner of a square as [height, width]. */
export function windowOf(square: Float64Array, side: number, height: number, width: number): Float64Array {
  const out = new Float64Array(height * width);
  for (let y = 0; y < height; y++) out.set(square.subarray(y * side, y * side + width), y * width);
  return out;
}
