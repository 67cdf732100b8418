/** Triangular factors of dense matrices by Householder's reflections, and least squares by them. */
import { DomainError, ShapeError } from "../errors.ts";
import { type SystemBlas, systemBlas } from "../system/system-blas.ts";

/** Reflections that are made before they are applied to the columns behind them, a multiple of 4. */
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
  triangulariseBy(blas ? systemBlas() : undefined, a, m, n, leads);
}

function triangulariseBy(
  library: SystemBlas | undefined,
  a: Float64Array,
  m: number,
  n: number,
  leads?: Int32Array,
): void {
  if (library) library.triangularise(a.subarray(0, m * n), m, n, leads);
  else byReflections(a, m, n, leads);
  for (let i = 1; i < Math.min(m, n); i++) a.fill(0, i * n, i * n + Math.min(i, n));
}

/** The library and threads that may do it. */
export interface LinearMachine {
  readonly threads: number;
  /** The machine's LAPACK, three to five times as fast; undefined for none. */
  readonly blas: SystemBlas | undefined;
}

/**
 * x that minimises ‖A·x − b‖. Backward stable: the residual reaches rounding where normal equations stop at its root.
 *
 * @param matrix - A and one or several b side by side, row-major [m, n + sides], n ≤ m, overwritten by R; behind its
 *   first n rows R has what is left of each b, in rotated rows
 * @returns x [sides, n]
 * @throws DomainError where a number is not finite, or a column depends exactly on those before it
 */
export function leastSquares(
  matrix: Float64Array,
  m: number,
  n: number,
  sides: number,
  { threads, blas }: LinearMachine = { threads: 1, blas: undefined },
): Float64Array {
  const width = n + sides;
  if (n > m || matrix.length !== m * width) {
    const found = `[${m}, ${n}], ${sides} right sides and ${matrix.length} numbers`;
    throw new ShapeError("leastSquares", "no more columns than rows, and a number for each entry", found);
  }
  blas?.useThreads(threads);
  triangulariseBy(blas, matrix, m, width);
  const x = new Float64Array(sides * n);
  for (let j = n - 1; j >= 0; j--) {
    for (let s = 0; s < sides; s++) {
      let sum = matrix[j * width + n + s]!;
      for (let k = j + 1; k < n; k++) sum -= matrix[j * width + k]! * x[s * n + k]!;
      x[s * n + j] = sum / matrix[j * (width + 1)]!;
    }
  }
  if (x.every(Number.isFinite)) return x;
  const dependent = Array.from({ length: n }, (_, j) => matrix[j * (width + 1)]).indexOf(0);
  const what =
    dependent < 0
      ? "a number of the rows is not finite"
      : `column ${dependent} is a combination of those before it; leave columns out, or regularise`;
  throw new DomainError(`leastSquares: ${what}`, dependent);
}

function byReflections(a: Float64Array, m: number, n: number, leads: Int32Array | undefined): void {
  // Columns one after the other, so that a reflection runs along memory; a column of zeros makes up pairs.
  const c = new Float64Array(m * (n + 1));
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) c[j * m + i] = a[i * n + j]!;
  const steps = Math.min(m, n);
  const factors = new Float64Array(panel);
  const vectors = new Float64Array(panel * m);
  for (let from = 0, end = 0; from < steps; from += panel) {
    const to = Math.min(steps, from + panel);
    end = leads ? Math.max(end, to) : m;
    while (end < m && leads![end]! < to) end++;
    for (let k = from; k < to; k++) {
      factors[k - from] = reflection(c, m, k, end);
      for (let j = k + 1; j < to; j++) reflect(c, m, k, factors[k - from]!, j, end);
    }
    if (to === n) break;
    const count = to - from;
    vectors.fill(0);
    for (let r = 0; r < count; r++) {
      vectors[r * m + from + r] = 1;
      vectors.set(c.subarray((from + r) * m + from + r + 1, (from + r) * m + end), r * m + from + r + 1);
    }
    const t = triangleOf(vectors, m, from, end, factors, count);
    for (let j = to; j < n; j += 2) reflectTwo(vectors, t, c, j * m, m, from, end);
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

/** T [panel, panel] with H₁H₂… = I − V·T·Vᵀ (compact WY form, Schreiber & Van Loan 1989, doi:10.1137/0910005). */
function triangleOf(
  vectors: Float64Array,
  m: number,
  from: number,
  end: number,
  factors: Float64Array,
  count: number,
): Float64Array {
  const t = new Float64Array(panel * panel);
  const products = new Float64Array(panel);
  for (let j = 0; j < count; j++) {
    for (let k = 0; k < j; k++) {
      let sum = 0;
      for (let i = from + j; i < end; i++) sum += vectors[k * m + i]! * vectors[j * m + i]!;
      products[k] = sum;
    }
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) sum += t[i * panel + k]! * products[k]!;
      t[i * panel + j] = -factors[j]! * sum;
    }
    t[j * (panel + 1)] = factors[j]!;
  }
  return t;
}

const [products, shares] = [new Float64Array(2 * panel), new Float64Array(2 * panel)];

/** Applies the reflections of a panel to two columns at once: C − V·Tᵀ·Vᵀ·C. */
function reflectTwo(
  v: Float64Array,
  t: Float64Array,
  c: Float64Array,
  c0: number,
  m: number,
  from: number,
  end: number,
) {
  const c1 = c0 + m;
  for (let r = 0; r < panel; r += 4) {
    const [v0, v1, v2, v3] = [r * m, (r + 1) * m, (r + 2) * m, (r + 3) * m];
    // Eight sums stay in registers.
    let [p0, p1, p2, p3, q0, q1, q2, q3] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let i = from; i < end; i++) {
      const x = c[c0 + i]!;
      const y = c[c1 + i]!;
      const a = v[v0 + i]!;
      p0 += a * x;
      q0 += a * y;
      const b = v[v1 + i]!;
      p1 += b * x;
      q1 += b * y;
      const d = v[v2 + i]!;
      p2 += d * x;
      q2 += d * y;
      const e = v[v3 + i]!;
      p3 += e * x;
      q3 += e * y;
    }
    products[r] = p0;
    products[r + 1] = p1;
    products[r + 2] = p2;
    products[r + 3] = p3;
    products[panel + r] = q0;
    products[panel + r + 1] = q1;
    products[panel + r + 2] = q2;
    products[panel + r + 3] = q3;
  }
  for (let j = 0; j < panel; j++) {
    let [p, q] = [0, 0];
    for (let k = 0; k <= j; k++) {
      p += t[k * panel + j]! * products[k]!;
      q += t[k * panel + j]! * products[panel + k]!;
    }
    shares[j] = p;
    shares[panel + j] = q;
  }
  for (let r = 0; r < panel; r += 4) {
    const [v0, v1, v2, v3] = [r * m, (r + 1) * m, (r + 2) * m, (r + 3) * m];
    const [p0, p1, p2, p3] = [shares[r]!, shares[r + 1]!, shares[r + 2]!, shares[r + 3]!];
    const at = panel + r;
    const [q0, q1, q2, q3] = [shares[at]!, shares[at + 1]!, shares[at + 2]!, shares[at + 3]!];
    for (let i = from; i < end; i++) {
      const a = v[v0 + i]!;
      const b = v[v1 + i]!;
      const d = v[v2 + i]!;
      const e = v[v3 + i]!;
      c[c0 + i]! -= a * p0 + b * p1 + d * p2 + e * p3;
      c[c1 + i]! -= a * q0 + b * q1 + d * q2 + e * q3;
    }
  }
}
