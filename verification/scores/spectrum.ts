/** Radially averaged power spectra: how much variance a field holds at each scale. */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { wavenumbers } from "../../engine/numerics/fft.ts";
import { type HalfSpectrum, halfSpectrum, halfWidth } from "../../engine/numerics/real-fourier.ts";
import { checkFinite } from "../../engine/numerics/shaped-array.ts";

/**
 * Mean of |F|²/(height·width) over the rings round(k) = 1 … n/2 − 1, averaged over the images, where n is the longer
 * side and k = n·(cycles per pixel). On square images this is the convention of pysteps' `rapsd`, without its k = 0 and
 * Nyquist rings. White noise of variance σ² gives σ² in every ring. It is what {@link ralsd} compares.
 *
 * @param values Stacked images `[height, width]`
 * @param height - rows, ≥ 4
 * @param width - columns, ≥ 4. @defaultValue height
 * @returns power at wavenumbers 1 … ⌊n/2⌋ − 1
 * @throws ShapeError where the values are not whole images or a side is below 4; DomainError for non-finite values
 */
export function rapsd(values: Float32Array | Float64Array, height: number, width = height): Float64Array {
  const points = height * width;
  const count = values.length / points;
  if (!(height >= 4 && width >= 4) || !Number.isInteger(count) || count < 1) {
    throw new ShapeError("rapsd: values", `whole images of ${height} × ${width}, sides ≥ 4`, [values.length]);
  }
  checkFinite("rapsd: values", values);
  const { ring, population } = rings(height, width);
  const power = new Float64Array(population.length);
  let spectrum: HalfSpectrum | undefined;
  for (let n = 0; n < count; n++) {
    spectrum = halfSpectrum(values.subarray(n * points, (n + 1) * points), height, width, spectrum);
    const { rows, values: half } = spectrum;
    for (let k = 0; k < halfWidth(width); k++) {
      // A column and its conjugate, the middle ones alone.
      const weight = k > 0 && 2 * k < width ? 2 : 1;
      for (let y = 0, at = 4 * (k >> 1) * rows + (k & 1); y < height; y++, at += 4) {
        const r = ring[k * height + y]!;
        if (r >= 0) power[r]! += weight * (half[at]! * half[at]! + half[at + 2]! * half[at + 2]!);
      }
    }
  }
  return power.map((p, r) => p / (population[r]! * points * count));
}

/** Rings of a transform by columns. */
interface Rings {
  readonly size: string;
  /** Of each output, 0 for k = 1, −1 outside the rings. */
  readonly ring: Int32Array;
  /** Outputs of each ring. */
  readonly population: Float64Array;
}

/** Of the last size: maps of one size come one after another. */
let known: Rings | undefined;

function rings(height: number, width: number): Rings {
  const size = `${height} x ${width}`;
  if (known?.size === size) return known;
  const n = Math.max(height, width);
  const [ky, kx] = [wavenumbers(height), wavenumbers(width)];
  const last = Math.floor(n / 2) - 1;
  const ring = new Int32Array(height * width).fill(-1);
  const population = new Float64Array(last);
  for (let i = 0; i < ring.length; i++) {
    const r = Math.round(Math.hypot((n * ky[i % height]!) / height, (n * kx[Math.floor(i / height)]!) / width));
    if (r < 1 || r > last) continue;
    ring[i] = r - 1;
    population[r - 1]! += 1;
  }
  known = { size, ring, population };
  return known;
}

/**
 * Difference of two spectra in decibels, 10 log₁₀(P/O), ring by ring. A ring without power gives ±∞ or NaN, as its
 * ratio is undefined. {@link ralsd} is its root mean square.
 *
 * @param power - P, one value per ring
 * @param reference - O, one value for each of the same rings
 * @returns dB, as long as `power`
 * @throws ShapeError for different lengths
 */
export function spectrumDifference(power: ArrayLike<number>, reference: ArrayLike<number>): Float64Array {
  if (power.length !== reference.length) {
    throw new ShapeError("spectrumDifference: power", [reference.length], [power.length]);
  }
  return Float64Array.from({ length: power.length }, (_, k) => 10 * Math.log10(power[k]! / reference[k]!));
}

/**
 * Radially averaged log-spectral distance, the root mean square of the difference of the spectra in dB
 * (Harris et al. 2022, doi:10.1029/2022MS003120). RALSD(P, c²P) = |20 log₁₀ c|.
 *
 * @param power - P, one value per ring
 * @param reference - O, one value for each of the same rings
 * @returns dB
 * @throws ShapeError for different lengths
 */
export function ralsd(power: ArrayLike<number>, reference: ArrayLike<number>): number {
  const d = spectrumDifference(power, reference);
  return Math.sqrt(d.reduce((a, b) => a + b * b, 0) / d.length);
}

/**
 * Exponent β of P(k) ≈ c k^−β by least squares in log–log, over the rings from `from` on.
 *
 * @param power As {@link rapsd} returns it: `power[0]` belongs to k = 1.
 * @throws DomainError for fewer than two rings or a ring without power
 */
export function spectralSlope(power: ArrayLike<number>, from = 1): number {
  const to = power.length;
  const n = to - from + 1;
  if (!(from >= 1 && n >= 2)) {
    throw new DomainError(`spectralSlope: rings ${from} … ${to} of ${power.length}; at least two are needed`, [
      from,
      to,
    ]);
  }
  let [sx, sy, sxx, sxy] = [0, 0, 0, 0];
  for (let k = from; k <= to; k++) {
    const p = power[k - 1]!;
    if (!(p > 0)) throw new DomainError(`spectralSlope: power at k = ${k} is ${p}; it must be > 0`, p);
    const [x, y] = [Math.log(k), Math.log(p)];
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
  }
  return -(n * sxy - sx * sy) / (n * sxx - sx * sx);
}
