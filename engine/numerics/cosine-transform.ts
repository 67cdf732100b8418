/**
 * The discrete cosine transform DCT-II of arrays of any sizes, X(k) = Σ_j x(j) cos(πk(2j + 1)/(2n)) along every axis,
 * and its inverse, by Fourier transforms of the same length (Makhoul 1980), two real lines in one complex one.
 */
import { fft2, inverseFft2 } from "./fft.ts";

/** Eigenvalues (2/h sin(πk/2n))² of −Δ_h on the cosines of every axis, h the distance of cells. */
export const laplacianEigenvalues = (shape: readonly number[], spacing: readonly number[]): Float64Array[] =>
  shape.map((n, axis) =>
    Float64Array.from({ length: n }, (_, k) => ((2 / spacing[axis]!) * Math.sin((Math.PI * k) / (2 * n))) ** 2),
  );

/** Transforms a row-major array along all its axes, in place. */
export function cosineTransform(values: Float64Array, shape: readonly number[], inverse = false): void {
  let inner = values.length;
  for (const n of shape) {
    inner /= n;
    if (n > 1) alongAxis(values, n, inner, inverse);
  }
}

/** `stride` is the distance of neighbours along the axis. */
function alongAxis(values: Float64Array, n: number, stride: number, inverse: boolean): void {
  const cosines = new Float64Array(n);
  const sines = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    cosines[k] = Math.cos((Math.PI * k) / (2 * n));
    sines[k] = Math.sin((Math.PI * k) / (2 * n));
  }
  const starts: number[] = [];
  for (let block = 0; block < values.length; block += n * stride) {
    for (let offset = 0; offset < stride; offset++) starts.push(block + offset);
  }
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let pair = 0; pair < starts.length; pair += 2) {
    const first = starts[pair]!;
    // An odd last line is its own partner.
    const second = starts[pair + 1] ?? first;
    if (inverse) backward(values, first, second, stride, { re, im, cosines, sines });
    else forward(values, first, second, stride, { re, im, cosines, sines });
  }
}

interface Work {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

function forward(values: Float64Array, first: number, second: number, stride: number, work: Work): void {
  const { re, im, cosines, sines } = work;
  const n = re.length;
  // Even places in order, then odd places backwards.
  for (let j = 0; j < n; j++) {
    const at = j % 2 === 0 ? j / 2 : n - (j + 1) / 2;
    re[at] = values[first + j * stride]!;
    im[at] = values[second + j * stride]!;
  }
  const z = fft2(re, 1, n, im);
  for (let k = 0; k < n; k++) {
    const mirror = k === 0 ? 0 : n - k;
    const [a, b, c, d] = [z.re[k]!, z.im[k]!, z.re[mirror]!, z.im[mirror]!];
    // The spectra of the two real lines: (Z(k) + Z*(n−k))/2 and (Z(k) − Z*(n−k))/2i.
    values[first + k * stride] = (cosines[k]! * (a + c) + sines[k]! * (b - d)) / 2;
    values[second + k * stride] = (cosines[k]! * (b + d) + sines[k]! * (c - a)) / 2;
  }
}

function backward(values: Float64Array, first: number, second: number, stride: number, work: Work): void {
  const { re, im, cosines, sines } = work;
  const n = re.length;
  for (let k = 0; k < n; k++) {
    const [x, y] = [values[first + k * stride]!, values[second + k * stride]!];
    const mirror = (n - k) * stride;
    const [p, q] = k === 0 ? [0, 0] : [values[first + mirror]!, values[second + mirror]!];
    // V(k) = e^{iπk/2n}(X(k) − iX(n−k)) for both lines, the second one times i.
    const [c, s] = [cosines[k]!, sines[k]!];
    re[k] = c * x + s * p - (s * y - c * q);
    im[k] = s * x - c * p + (c * y + s * q);
  }
  const z = inverseFft2({ re, im }, 1, n);
  for (let j = 0; j < n; j++) {
    const at = j % 2 === 0 ? j / 2 : n - (j + 1) / 2;
    values[first + j * stride] = z.re[at]!;
    values[second + j * stride] = z.im[at]!;
  }
}
