/**
 * Fourier transforms of real fields in the plane: half of the columns, as the others are their conjugates, and four rows
 * or two columns at once. The convention is that of `fft.ts`.
 */
import { linesOf } from "./fft.ts";

/**
 * The half F(ky, kx), 0 ≤ kx ≤ width/2, of the transform of a real field: columns two by two, each pair as
 * [rows, (re, re, im, im)].
 */
export interface HalfSpectrum {
  readonly height: number;
  readonly width: number;
  /** Height, and some rows more that hold nothing: an odd number of cache lines from one pair to the next. */
  readonly rows: number;
  readonly values: Float64Array;
}

/** Number of the columns of {@link HalfSpectrum}. */
export const halfWidth = (width: number): number => Math.floor(width / 2) + 1;

/**
 * @param field - [height, width]
 * @param known - a spectrum that is no longer needed, to be filled
 */
export function halfSpectrum(
  field: Float32Array | Float64Array,
  height: number,
  width: number,
  known?: HalfSpectrum,
): HalfSpectrum {
  const rows = 4 * Math.ceil(height / 4) + 2;
  const columns = halfWidth(width);
  const isLike = known?.height === height && known.width === width;
  const values = isLike ? known.values : new Float64Array(4 * rows * Math.ceil(columns / 2));
  const { input, output, transform } = linesOf(width);
  for (let y = 0; y < height; y += 4) {
    // Two rows are the real and the imaginary part of a line.
    const [a, b, c, d] = rowsFrom(y, height, width);
    for (let x = 0, at = 0; x < width; x++, at += 4) {
      input[at] = field[a + x]!;
      input[at + 1] = field[c + x]!;
      input[at + 2] = field[b + x]!;
      input[at + 3] = field[d + x]!;
    }
    transform();
    for (let k = 0; k < columns; k++) {
      const mirror = k === 0 ? 0 : 4 * (width - k);
      const to = 4 * ((k >> 1) * rows + y) + (k & 1);
      for (let line = 0; line < 2; line++) {
        // One by one: lists would be made for each number.
        const re = output[4 * k + line]!;
        const im = output[4 * k + line + 2]!;
        const p = output[mirror + line]!;
        const q = output[mirror + line + 2]!;
        values[to + 8 * line] = (re + p) / 2;
        values[to + 8 * line + 2] = (im - q) / 2;
        values[to + 8 * line + 4] = (im + q) / 2;
        values[to + 8 * line + 6] = (p - re) / 2;
      }
    }
  }
  eachColumnPair({ height, width, rows, values });
  return { height, width, rows, values };
}

/** Fills the real field [height, width] of a spectrum, which is used up. */
export function fieldOf(spectrum: HalfSpectrum, field: Float64Array): Float64Array {
  const { height, width, rows, values } = spectrum;
  const columns = halfWidth(width);
  // F⁻¹ is F with real and imaginary part swapped before and after it.
  swapParts(values);
  eachColumnPair(spectrum);
  const { input, output, transform } = linesOf(width);
  const scale = 1 / (height * width);
  for (let y = 0; y < height; y += 4) {
    for (let k = 0; k < columns; k++) {
      const mirror = k === 0 ? 0 : 4 * (width - k);
      const start = 4 * ((k >> 1) * rows + y) + (k & 1);
      for (let line = 0; line < 2; line++) {
        const from = start + 8 * line;
        const im = values[from]!;
        const re = values[from + 2]!;
        const q = values[from + 4]!;
        const p = values[from + 6]!;
        // The mirror first: where it is the number itself both parts of its field are real.
        input[mirror + line] = p - im;
        input[mirror + line + 2] = re + q;
        input[4 * k + line] = im + p;
        input[4 * k + line + 2] = re - q;
      }
    }
    transform();
    const [a, b, c, d] = rowsFrom(y, height, width);
    // From the last row on, so that what stands below the field is written over.
    for (let x = 0, at = 0; x < width; x++, at += 4) {
      field[d + x] = output[at + 1]! * scale;
      field[c + x] = output[at + 3]! * scale;
      field[b + x] = output[at]! * scale;
      field[a + x] = output[at + 2]! * scale;
    }
  }
  return field;
}

/** Starts of four rows; below the last one it stands again. */
const rowsFrom = (y: number, height: number, width: number) =>
  [0, 1, 2, 3].map((row) => Math.min(y + row, height - 1) * width) as [number, number, number, number];

function eachColumnPair({ height, rows, values }: HalfSpectrum): void {
  const { input, output, transform } = linesOf(height);
  for (let at = 0; at < values.length; at += 4 * rows) {
    input.set(values.subarray(at, at + 4 * height));
    transform();
    values.set(output, at);
  }
}

function swapParts(values: Float64Array): void {
  for (let i = 0; i < values.length; i += 4) {
    const re = values[i]!;
    const other = values[i + 1]!;
    values[i] = values[i + 2]!;
    values[i + 1] = values[i + 3]!;
    values[i + 2] = re;
    values[i + 3] = other;
  }
}
