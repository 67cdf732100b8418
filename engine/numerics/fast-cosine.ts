/**
 * The cosine transform of `engine/numerics/cosine-transform.ts`, all lines of an axis at once, for sizes that are
 * powers of two: B. G. Lee, "A new algorithm to compute the discrete cosine transform", IEEE Trans. ASSP 32 (1984)
 * 1243, doi:10.1109/TASSP.1984.1164443. Several times faster, with an error that grows with the size, about 1e-16 n.
 */
import { cosineTransform } from "./cosine-transform.ts";

const isPowerOfTwo = (n: number): boolean => (n & (n - 1)) === 0;
const factors = new Map<number, Float64Array>();

/** Transforms a row-major array along all its axes, in place; `work` has its size. */
export function fastCosineTransform(
  values: Float64Array,
  shape: readonly number[],
  work: Float64Array,
  inverse = false,
): void {
  if (!shape.every(isPowerOfTwo)) {
    cosineTransform(values, shape, inverse);
    return;
  }
  const one = inverse ? backward : forward;
  let inner = values.length;
  for (const n of shape) {
    inner /= n;
    if (n === 1) continue;
    if (inner > 1) {
      for (let block = 0; block < values.length; block += n * inner) one(values, work, block, n, inner);
    } else {
      // The last axis: its lines side by side.
      const lines = values.length / n;
      transpose(values, work, lines, n);
      one(work, values, 0, n, lines);
      transpose(work, values, n, lines);
    }
  }
  if (!inverse) return;
  const scale = shape.reduce((product, n) => (n > 1 ? (product * 2) / n : product), 1);
  for (let i = 0; i < values.length; i++) values[i]! *= scale;
}

/** 1/(2 cos(π(2j + 1)/(2n))) for j < n/2. */
function halfSecants(n: number): Float64Array {
  const known = factors.get(n);
  if (known) return known;
  const made = Float64Array.from({ length: n / 2 }, (_, j) => 0.5 / Math.cos((Math.PI * (2 * j + 1)) / (2 * n)));
  factors.set(n, made);
  return made;
}

/** n rows of m lines: even outputs are the transform of sums, odd ones sums of neighbours of that of scaled differences. */
function forward(rows: Float64Array, work: Float64Array, start: number, n: number, m: number): void {
  if (n === 1) return;
  const half = n / 2;
  const secants = halfSecants(n);
  for (let j = 0; j < half; j++) {
    const secant = secants[j]!;
    const [a, b, sum, difference] = [start + j * m, start + (n - 1 - j) * m, start + j * m, start + (half + j) * m];
    for (let i = 0; i < m; i++) {
      const x = rows[a + i]!;
      const y = rows[b + i]!;
      work[sum + i] = x + y;
      work[difference + i] = (x - y) * secant;
    }
  }
  forward(work, rows, start, half, m);
  forward(work, rows, start + half * m, half, m);
  for (let j = 0; j < half; j++) {
    const [even, odd, out] = [start + j * m, start + (half + j) * m, start + 2 * j * m];
    for (let i = 0; i < m; i++) rows[out + i] = work[even + i]!;
    if (j === half - 1) for (let i = 0; i < m; i++) rows[out + m + i] = work[odd + i]!;
    else for (let i = 0; i < m; i++) rows[out + m + i] = work[odd + i]! + work[odd + m + i]!;
  }
}

/** The transposed steps of `forward` in reverse order, with half of row 0; the factors 2/n come later. */
function backward(rows: Float64Array, work: Float64Array, start: number, n: number, m: number): void {
  for (let i = 0; i < m; i++) rows[start + i]! /= 2;
  synthesis(rows, work, start, n, m);
}

function synthesis(rows: Float64Array, work: Float64Array, start: number, n: number, m: number): void {
  if (n === 1) return;
  const half = n / 2;
  for (let j = 0; j < half; j++) {
    const [even, odd, from] = [start + j * m, start + (half + j) * m, start + 2 * j * m];
    for (let i = 0; i < m; i++) work[even + i] = rows[from + i]!;
    if (j === 0) for (let i = 0; i < m; i++) work[odd + i] = rows[from + m + i]!;
    else for (let i = 0; i < m; i++) work[odd + i] = rows[from + m + i]! + rows[from - m + i]!;
  }
  synthesis(work, rows, start, half, m);
  synthesis(work, rows, start + half * m, half, m);
  const secants = halfSecants(n);
  for (let j = 0; j < half; j++) {
    const secant = secants[j]!;
    const [a, b, sum, difference] = [start + j * m, start + (n - 1 - j) * m, start + j * m, start + (half + j) * m];
    for (let i = 0; i < m; i++) {
      const x = work[sum + i]!;
      const y = work[difference + i]! * secant;
      rows[a + i] = x + y;
      rows[b + i] = x - y;
    }
  }
}

const TILE = 16;

function transpose(from: Float64Array, to: Float64Array, height: number, width: number): void {
  for (let top = 0; top < height; top += TILE) {
    const bottom = Math.min(top + TILE, height);
    for (let left = 0; left < width; left += TILE) {
      const right = Math.min(left + TILE, width);
      for (let i = top; i < bottom; i++) for (let j = left; j < right; j++) to[j * height + i] = from[i * width + j]!;
    }
  }
}
