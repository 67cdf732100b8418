/** Stationary Gaussian fields on a periodic grid, made by filtering white noise in Fourier space. */
import { DomainError, ShapeError } from "../errors.ts";
import { fft2, inverseFft2, wavenumbers } from "./fft.ts";

/**
 * Filter amplitudes max(|k|, 1)^(−slope/2), so that filtered white noise has power |k|^−slope. Wavenumbers count
 * cycles along the longer side. Row-major over the transform's outputs, `[height, width]`.
 */
export function spectralAmplitude(height: number, width: number, slope: number): Float64Array {
  if (!Number.isFinite(slope)) throw new DomainError(`spectralAmplitude: slope is ${slope}; it must be finite`, slope);
  const n = Math.max(height, width);
  const [ky, kx] = [wavenumbers(height), wavenumbers(width)];
  return Float64Array.from({ length: height * width }, (_, i) => {
    const k = Math.hypot((n * ky[Math.floor(i / width)]!) / height, (n * kx[i % width]!) / width);
    return Math.max(k, 1) ** (-slope / 2);
  });
}

/** F⁻¹(amplitude · F(white)), real because the amplitudes are even in k. */
export function filterNoise(
  white: ArrayLike<number>,
  amplitude: Float64Array,
  height: number,
  width: number,
): Float64Array {
  if (amplitude.length !== white.length)
    throw new ShapeError("filterNoise: amplitude", [white.length], [amplitude.length]);
  const { re, im } = fft2(white, height, width);
  for (let i = 0; i < re.length; i++) {
    re[i]! *= amplitude[i]!;
    im[i]! *= amplitude[i]!;
  }
  return inverseFft2({ re, im }, height, width).re;
}

/** In place: mean 0 and unbiased variance 1 over the field's own pixels. */
export function standardise(field: Float64Array): Float64Array {
  const n = field.length;
  const mean = field.reduce((a, b) => a + b, 0) / n;
  const variance = field.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1);
  if (!(variance > 0)) throw new DomainError("standardise: the field is constant, so it has no scale", variance);
  const deviation = Math.sqrt(variance);
  for (let i = 0; i < n; i++) field[i] = (field[i]! - mean) / deviation;
  return field;
}
