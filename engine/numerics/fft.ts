/**
 * Discrete Fourier transforms in float64, of any size: radix-4 by the `fft.js` package where the size is a power of
 * two, three of these where it is three times one, Bluestein's chirp transform elsewhere. Convention: forward F(k) =
 * Σ_x f(x) exp(−2πi kx/n), unscaled; the inverse divides by the number of points. Two-dimensional arrays are row-major
 * `[height, width]`.
 */
import FFT from "fft.js";
import { DomainError, ShapeError } from "../errors.ts";
import { type FourierLines, fourierLines } from "./fourier-lines.ts";

/** A complex array as two real ones of the same length. */
export interface ComplexArray {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Forward transform of one interleaved complex line; `out` and `line` are distinct and hold 2n numbers. */
type Transform = (out: Float64Array, line: Float64Array) => void;

const transforms = new Map<number, Transform>();

const isPowerOfTwo = (n: number): boolean => (n & (n - 1)) === 0;

/** Bluestein (1970): kj = (k² + j² − (k−j)²)/2 turns the transform into a convolution, done at a power-of-two size. */
function bluestein(n: number): Transform {
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const inner = transformOf(size);
  const chirp = new Float64Array(2 * n);
  const kernel = new Float64Array(2 * size);
  for (let k = 0; k < n; k++) {
    const angle = (Math.PI * ((k * k) % (2 * n))) / n; // k² modulo 2n keeps the angle small and exact
    chirp[2 * k] = Math.cos(angle);
    chirp[2 * k + 1] = -Math.sin(angle);
    for (const at of k === 0 ? [0] : [k, size - k]) {
      kernel[2 * at] = Math.cos(angle);
      kernel[2 * at + 1] = Math.sin(angle);
    }
  }
  const spectrum = new Float64Array(2 * size);
  inner(spectrum, kernel);
  const padded = new Float64Array(2 * size);
  const work = new Float64Array(2 * size);
  return (out, line) => {
    padded.fill(0);
    for (let k = 0; k < 2 * n; k += 2) {
      const a = line[k]!;
      const b = line[k + 1]!;
      const c = chirp[k]!;
      const d = chirp[k + 1]!;
      padded[k] = a * c - b * d;
      padded[k + 1] = a * d + b * c;
    }
    inner(work, padded);
    for (let k = 0; k < 2 * size; k += 2) {
      const a = work[k]!;
      const b = work[k + 1]!;
      const c = spectrum[k]!;
      const d = spectrum[k + 1]!;
      padded[k] = a * d + b * c; // real and imaginary part swapped: the next forward transform is an inverse one
      padded[k + 1] = a * c - b * d;
    }
    inner(work, padded);
    for (let k = 0; k < 2 * n; k += 2) {
      const a = work[k + 1]! / size;
      const b = work[k]! / size;
      const c = chirp[k]!;
      const d = chirp[k + 1]!;
      out[k] = a * c - b * d;
      out[k + 1] = a * d + b * c;
    }
  };
}

/** Cooley and Tukey (1965) for n = 3m: transforms of every third number, m each, joined by the roots of 1. */
function threefold(n: number): Transform {
  const m = n / 3;
  const inner = transformOf(m);
  const roots = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) {
    roots[2 * k] = Math.cos((2 * Math.PI * k) / n);
    roots[2 * k + 1] = -Math.sin((2 * Math.PI * k) / n);
  }
  const parts = [0, 1, 2].map(() => ({ line: new Float64Array(2 * m), out: new Float64Array(2 * m) }));
  const half = Math.sqrt(3) / 2;
  return (out, line) => {
    for (let r = 0; r < 3; r++) {
      const part = parts[r]!;
      for (let j = 0; j < m; j++) {
        part.line[2 * j] = line[2 * (3 * j + r)]!;
        part.line[2 * j + 1] = line[2 * (3 * j + r) + 1]!;
      }
      inner(part.out, part.line);
    }
    const [a, b, c] = [parts[0]!.out, parts[1]!.out, parts[2]!.out];
    for (let k = 0; k < 2 * m; k += 2) {
      const p = roots[k]!;
      const q = roots[k + 1]!;
      const s = roots[2 * k]!;
      const t = roots[2 * k + 1]!;
      const br = b[k]! * p - b[k + 1]! * q;
      const bi = b[k]! * q + b[k + 1]! * p;
      const cr = c[k]! * s - c[k + 1]! * t;
      const ci = c[k]! * t + c[k + 1]! * s;
      const sumRe = br + cr;
      const sumIm = bi + ci;
      // The cube roots of 1 are −1/2 ∓ i·√3/2.
      const re = a[k]! - sumRe / 2;
      const im = a[k + 1]! - sumIm / 2;
      const turnedRe = half * (bi - ci);
      const turnedIm = half * (br - cr);
      out[k] = a[k]! + sumRe;
      out[k + 1] = a[k + 1]! + sumIm;
      out[k + 2 * m] = re + turnedRe;
      out[k + 2 * m + 1] = im - turnedIm;
      out[k + 4 * m] = re - turnedRe;
      out[k + 4 * m + 1] = im + turnedIm;
    }
  };
}

function transformOf(n: number): Transform {
  const known = transforms.get(n);
  if (known) return known;
  let made: Transform;
  if (n === 1) made = (out, line) => out.set(line);
  else if (isPowerOfTwo(n)) {
    const plan = new FFT(n);
    made = (out, line) => plan.transform(out, line);
  } else made = n % 3 === 0 && isPowerOfTwo(n / 3) ? threefold(n) : bluestein(n);
  transforms.set(n, made);
  return made;
}

const pairs = new Map<number, FourierLines>();

/** Transforms of two lines at once; arrays that all who ask share. */
export function linesOf(n: number): FourierLines {
  const known = pairs.get(n);
  if (known) return known;
  const made = (isPowerOfTwo(n) ? fourierLines(n) : undefined) ?? lineByLine(n);
  pairs.set(n, made);
  return made;
}

function lineByLine(n: number): FourierLines {
  const [input, output] = [new Float64Array(4 * n), new Float64Array(4 * n)];
  const [line, out] = [new Float64Array(2 * n), new Float64Array(2 * n)];
  const apply = transformOf(n);
  const transform = () => {
    for (const k of [0, 1]) {
      for (let i = 0; i < 2 * n; i++) line[i] = input[2 * i + k]!;
      apply(out, line);
      for (let i = 0; i < 2 * n; i++) output[2 * i + k] = out[i]!;
    }
  };
  return { input, output, transform };
}

function transform2(data: Float64Array, height: number, width: number): void {
  const along = (n: number, lines: number, start: number, step: number) => {
    if (n === 1) return;
    const apply = transformOf(n);
    const out = new Float64Array(2 * n);
    if (step === 1) {
      for (let from = 0; from < data.length; from += 2 * n) {
        const row = data.subarray(from, from + 2 * n);
        apply(out, row);
        row.set(out);
      }
      return;
    }
    const line = new Float64Array(2 * n);
    for (let l = 0; l < lines; l++) {
      for (let k = 0, at = 2 * l * start; k < 2 * n; k += 2, at += 2 * step) {
        line[k] = data[at]!;
        line[k + 1] = data[at + 1]!;
      }
      apply(out, line);
      for (let k = 0, at = 2 * l * start; k < 2 * n; k += 2, at += 2 * step) {
        data[at] = out[k]!;
        data[at + 1] = out[k + 1]!;
      }
    }
  };
  along(width, height, width, 1);
  along(height, width, 1, width);
}

function checkSize(name: string, length: number, height: number, width: number): void {
  for (const n of [height, width]) {
    if (!Number.isInteger(n) || n < 1) throw new DomainError(`${name}: a size must be a positive integer, got ${n}`, n);
  }
  if (length !== height * width) throw new ShapeError(name, [height * width], [length], "values are [height, width]");
}

/**
 * Forward transform of a real or complex field.
 *
 * @param values Real part, `[height, width]`.
 * @param imaginary Imaginary part of the same length; absent means real input.
 * @throws ShapeError where a length is not height·width; DomainError for sizes that are not positive integers.
 */
export function fft2(
  values: ArrayLike<number>,
  height: number,
  width: number,
  imaginary?: ArrayLike<number>,
): ComplexArray {
  checkSize("fft2", values.length, height, width);
  if (imaginary) checkSize("fft2", imaginary.length, height, width);
  const n = height * width;
  const data = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    data[2 * i] = values[i]!;
    if (imaginary) data[2 * i + 1] = imaginary[i]!;
  }
  transform2(data, height, width);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    re[i] = data[2 * i]!;
    im[i] = data[2 * i + 1]!;
  }
  return { re, im };
}

/**
 * Inverse transform, scaled by 1/(height·width), so that `inverseFft2(fft2(f)) = f`.
 *
 * @throws ShapeError where a length is not height·width; DomainError for sizes that are not positive integers.
 */
export function inverseFft2(spectrum: ComplexArray, height: number, width: number): ComplexArray {
  // F⁻¹ is F with real and imaginary part swapped on both sides.
  const { re, im } = fft2(spectrum.im, height, width, spectrum.re);
  const n = height * width;
  for (let i = 0; i < n; i++) {
    re[i] = re[i]! / n;
    im[i] = im[i]! / n;
  }
  return { re: im, im: re };
}

/** Signed integer wavenumber of each of `n` transform outputs: 0, 1, …, −2, −1 (numpy's `fftfreq(n) * n`). */
export function wavenumbers(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, k) => (k < (n + 1) / 2 ? k : k - n));
}
