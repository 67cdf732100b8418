/** Stationary Gaussian fields on a periodic grid, made by filtering white noise in Fourier space. */
import { DomainError, ShapeError } from "../errors.ts";
import { wavenumbers } from "./fft.ts";
import { fieldOf, type HalfSpectrum, halfSpectrum, halfWidth } from "./real-fourier.ts";
import { sum } from "./vectors.ts";

/**
 * Filter amplitudes max(|k|, 1)^(−slope/2), so that filtered white noise has power |k|^−slope. Wavenumbers count
 * cycles along the longer side. Row-major over the transform's outputs, `[height, width]`.
 */
export function spectralAmplitude(height: number, width: number, slope: number): Float64Array {
  if (!Number.isFinite(slope)) throw new DomainError(`spectralAmplitude: slope is ${slope}; it must be finite`, slope);
  const n = Math.max(height, width);
  const [ky, kx] = [wavenumbers(height), wavenumbers(width)];
  const amplitude = new Float64Array(height * width);
  for (let i = 0; i < amplitude.length; i++) {
    const k = Math.hypot((n * ky[Math.floor(i / width)]!) / height, (n * kx[i % width]!) / width);
    amplitude[i] = Math.max(k, 1) ** (-slope / 2);
  }
  return amplitude;
}

/** Of the last call. */
let spectrum: HalfSpectrum | undefined;

/** F⁻¹(amplitude · F(white)) in place, real because the amplitudes are even in k. */
export function filterNoise(white: Float64Array, amplitude: Float64Array, height: number, width: number): Float64Array {
  if (amplitude.length !== white.length)
    throw new ShapeError("filterNoise: amplitude", [white.length], [amplitude.length]);
  spectrum = halfSpectrum(white, height, width, spectrum);
  const { rows, values } = spectrum;
  for (let k = 0; k < halfWidth(width); k++) {
    for (let y = 0, at = 4 * (k >> 1) * rows + (k & 1); y < height; y++, at += 4) {
      const factor = amplitude[y * width + k]!;
      values[at]! *= factor;
      values[at + 2]! *= factor;
    }
  }
  return fieldOf(spectrum, white);
}

/** In place: mean 0 and unbiased variance 1 over the field's own pixels. */
export function standardise(field: Float64Array): Float64Array {
  const n = field.length;
  const mean = sum(field) / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (field[i]! - mean) ** 2;
  const variance = squares / (n - 1);
  if (!(variance > 0)) throw new DomainError("standardise: the field is constant, so it has no scale", variance);
  const deviation = Math.sqrt(variance);
  for (let i = 0; i < n; i++) field[i] = (field[i]! - mean) / deviation;
  return field;
}
