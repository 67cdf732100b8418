/** Triangular factors of dense matrices by Householder's reflections. */
import { systemBlas } from "../system/system-blas.ts";

/** Reflections that are made before they are applied to the columns behind them. */
const panel = 8;

/**
 * Replaces A [m, n] by R of A = QR (Golub & Van Loan, Matrix Computations, 5.2): the rows of R are the first min(m, n)
 * rows, zero below the diagonal. Diagonal entries have either sign.
 *
 * @param a - row-major [m, n], overwritten; further numbers behind are left alone
 * @param leads - rising: columns of each row before which it is 0, where rows are a staircase
 * @param blas - whether the machine's own LAPACK may do it. @defaultValue true
 */
export function triangularise(a: Float64Array, m: number, n: number, leads?: Int32Array, blas = true): void {
  const library = blas ? systemBlas() : undefined;
  const r = Math.min(m, n);
  if (library) library.triangularise(a.subarray(0, m * n), m, n, leads);
  else byReflections(a, m, n, leads);
  for (let i = 1; i < r; i++) a.fill(0, i * n, i * n + Math.min(i, n));
}

function byReflections(a: Float64Array, m: number, n: number, leads: Int32Array | undefined): void {
  // Columns one after the other, so that a reflection runs along memory.
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) c[j * m + i] = a[i * n + j]!;
  const steps = Math.min(m, n);
  const factors = new Float64Array(panel);
  for (let from = 0, end = 0; from < steps; from += panel) {
    const to = Math.min(steps, from + panel);
    end = leads ? Math.max(end, to) : m;
    while (end < m && leads![end]! < to) end++;
    for (let k = from; k < to; k++) {
      factors[k - from] = reflection(c, m, k, end);
      for (let j = k + 1; j < to; j++) reflect(c, m, k, factors[k - from]!, j, end);
    }
    let j = to;
    for (; j + 3 < n; j += 4) for (let k = from; k < to; k++) reflectFour(c, m, k, factors[k - from]!, j, end);
    for (; j < n; j++) for (let k = from; k < to; k++) reflect(c, m, k, factors[k - from]!, j, end);
  }
  for (let i = 0; i < steps; i++) for (let j = i; j < n; j++) a[i * n + j] = c[j * m + i]!;
}

/**
 * Makes the reflection of column k: v below the diagonal with 1 on it understood, in rows before `end`, and R's entry
 * on it. @returns 2/vᵀv
 */
function reflection(c: Float64Array, m: number, k: number, end: number): number {
  const at = k * m;
  let below = 0;
  for (let i = k + 1; i < end; i++) below += c[at + i]! * c[at + i]!;
  const top = c[at + k]!;
  if (below === 0) return 0;
  const length = Math.hypot(top, Math.sqrt(below));
  const pivot = top > 0 ? -length : length;
  const v0 = top - pivot;
  for (let i = k + 1; i < end; i++) c[at + i]! /= v0;
  c[at + k] = pivot;
  return -v0 / pivot;
}

function reflect(c: Float64Array, m: number, k: number, factor: number, j: number, end: number): void {
  if (factor === 0) return;
  const [v, w] = [k * m, j * m];
  let sum = c[w + k]!;
  for (let i = k + 1; i < end; i++) sum += c[v + i]! * c[w + i]!;
  sum *= factor;
  c[w + k]! -= sum;
  for (let i = k + 1; i < end; i++) c[w + i]! -= sum * c[v + i]!;
}

function reflectFour(c: Float64Array, m: number, k: number, factor: number, j: number, end: number): void {
  if (factor === 0) return;
  const [v, w0, w1, w2, w3] = [k * m, j * m, (j + 1) * m, (j + 2) * m, (j + 3) * m];
  let [s0, s1, s2, s3] = [c[w0 + k]!, c[w1 + k]!, c[w2 + k]!, c[w3 + k]!];
  for (let i = k + 1; i < end; i++) {
    const x = c[v + i]!;
    s0 += x * c[w0 + i]!;
    s1 += x * c[w1 + i]!;
    s2 += x * c[w2 + i]!;
    s3 += x * c[w3 + i]!;
  }
  s0 *= factor;
  s1 *= factor;
  s2 *= factor;
  s3 *= factor;
  c[w0 + k]! -= s0;
  c[w1 + k]! -= s1;
  c[w2 + k]! -= s2;
  c[w3 + k]! -= s3;
  for (let i = k + 1; i < end; i++) {
    const x = c[v + i]!;
    c[w0 + i]! -= s0 * x;
    c[w1 + i]! -= s1 * x;
    c[w2 + i]! -= s2 * x;
    c[w3 + i]! -= s3 * x;
  }
}
