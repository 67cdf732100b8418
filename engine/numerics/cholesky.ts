/** Cholesky factorisation of symmetric positive definite matrices on the host, in float64. */
import { ShapeError } from "../errors.ts";

/** A = L·Lᵀ as {@link cholesky} returns it. */
export interface CholeskyFactor {
  /** Number of rows. */
  readonly size: number;
  /** L, row-major [n, n], zero above the diagonal. */
  readonly lower: Float64Array;
  /** A⁻¹·b for one right-hand side of n numbers, as a new array. @throws ShapeError for another length */
  solve(b: Float64Array): Float64Array;
}

/** Columns of a panel: measured for 200 … 1500 rows. */
const PANEL = 48;

/**
 * Factors a symmetric positive definite matrix, or returns undefined where it is not positive definite to working
 * precision (a pivot that is not above zero; NaN and infinities too). Backward stable: the computed factor is exact for
 * a matrix within about n·2⁻⁵³·‖A‖ of `a` (Higham, Accuracy and Stability of Numerical Algorithms, Theorem 10.3).
 * Plain JavaScript, blocked, about 4 GFLOP/s on one core.
 *
 * @param a - row-major [n, n]; only the lower triangle is read
 * @param n - number of rows, at least 1
 * @throws ShapeError where `a` does not have n² numbers
 */
export function cholesky(a: Float64Array, n: number): CholeskyFactor | undefined {
  if (!Number.isInteger(n) || n < 1 || a.length !== n * n) {
    throw new ShapeError("cholesky: a", `n² numbers for n = ${n} ≥ 1`, `${a.length} numbers`);
  }
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) lower.set(a.subarray(i * n, i * n + i + 1), i * n);
  for (let from = 0; from < n; from += PANEL) {
    const to = Math.min(n, from + PANEL);
    if (!factorDiagonal(lower, n, from, to)) return undefined;
    solvePanel(lower, n, from, to);
    updateTrailing(lower, n, from, to);
  }
  return {
    size: n,
    lower,
    solve(b) {
      if (b.length !== n) throw new ShapeError("cholesky: right-hand side", `${n} numbers`, `${b.length} numbers`);
      return substitute(lower, n, b);
    },
  };
}

/** Unblocked factorisation of the diagonal block; false where a pivot is not positive. */
function factorDiagonal(l: Float64Array, n: number, from: number, to: number): boolean {
  for (let j = from; j < to; j++) {
    const rowJ = j * n;
    let pivot = l[rowJ + j]!;
    for (let k = from; k < j; k++) pivot -= l[rowJ + k]! * l[rowJ + k]!;
    if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) return false;
    const root = Math.sqrt(pivot);
    l[rowJ + j] = root;
    for (let i = j + 1; i < to; i++) {
      const rowI = i * n;
      let sum = l[rowI + j]!;
      for (let k = from; k < j; k++) sum -= l[rowI + k]! * l[rowJ + k]!;
      l[rowI + j] = sum / root;
    }
  }
  return true;
}

/** Rows below the diagonal block: X·Lᵀ = A by substitution, four rows at a time. */
function solvePanel(l: Float64Array, n: number, from: number, to: number): void {
  let i = to;
  for (; i + 3 < n; i += 4) {
    const [r0, r1, r2, r3] = [i * n, i * n + n, i * n + 2 * n, i * n + 3 * n];
    for (let j = from; j < to; j++) {
      const rowJ = j * n;
      let [s0, s1, s2, s3] = [l[r0 + j]!, l[r1 + j]!, l[r2 + j]!, l[r3 + j]!];
      for (let k = from; k < j; k++) {
        const v = l[rowJ + k]!;
        s0 -= l[r0 + k]! * v;
        s1 -= l[r1 + k]! * v;
        s2 -= l[r2 + k]! * v;
        s3 -= l[r3 + k]! * v;
      }
      const pivot = l[rowJ + j]!;
      l[r0 + j] = s0 / pivot;
      l[r1 + j] = s1 / pivot;
      l[r2 + j] = s2 / pivot;
      l[r3 + j] = s3 / pivot;
    }
  }
  for (; i < n; i++) {
    const row = i * n;
    for (let j = from; j < to; j++) {
      let sum = l[row + j]!;
      for (let k = from; k < j; k++) sum -= l[row + k]! * l[j * n + k]!;
      l[row + j] = sum / l[j * n + j]!;
    }
  }
}

/**
 * Subtracts X·Xᵀ from the lower triangle behind the panel in tiles of 4 × 4. Tiles on the diagonal compute a few
 * numbers above it, which are not stored.
 */
function updateTrailing(l: Float64Array, n: number, from: number, to: number): void {
  const width = to - from;
  const rows = n - to;
  const tiles = Math.ceil(rows / 4);
  // Packed four rows side by side; missing rows of the last tile are zero.
  const packed = new Float64Array(tiles * 4 * width);
  for (let r = 0; r < rows; r++) {
    const at = (r >> 2) * 4 * width + (r & 3);
    const row = (to + r) * n + from;
    for (let k = 0; k < width; k++) packed[at + 4 * k] = l[row + k]!;
  }
  const tile = new Float64Array(16);
  for (let p = 0; p < tiles; p++) {
    for (let q = 0; q <= p; q++) {
      multiplyTile(packed, p * 4 * width, q * 4 * width, width, tile);
      const height = Math.min(4, rows - 4 * p);
      for (let r = 0; r < height; r++) {
        const at = (to + 4 * p + r) * n + to + 4 * q;
        const columns = p === q ? r + 1 : 4;
        for (let c = 0; c < columns; c++) l[at + c]! -= tile[4 * r + c]!;
      }
    }
  }
}

/** tile = Σ_k x_k ⊗ y_k over packed rows, with all sixteen sums in registers. */
function multiplyTile(packed: Float64Array, x: number, y: number, width: number, tile: Float64Array): void {
  let [t0, t1, t2, t3, t4, t5, t6, t7] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [t8, t9, t10, t11, t12, t13, t14, t15] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let k = 0; k < 4 * width; k += 4) {
    const y0 = packed[y + k]!;
    const y1 = packed[y + k + 1]!;
    const y2 = packed[y + k + 2]!;
    const y3 = packed[y + k + 3]!;
    const x0 = packed[x + k]!;
    t0 += x0 * y0;
    t1 += x0 * y1;
    t2 += x0 * y2;
    t3 += x0 * y3;
    const x1 = packed[x + k + 1]!;
    t4 += x1 * y0;
    t5 += x1 * y1;
    t6 += x1 * y2;
    t7 += x1 * y3;
    const x2 = packed[x + k + 2]!;
    t8 += x2 * y0;
    t9 += x2 * y1;
    t10 += x2 * y2;
    t11 += x2 * y3;
    const x3 = packed[x + k + 3]!;
    t12 += x3 * y0;
    t13 += x3 * y1;
    t14 += x3 * y2;
    t15 += x3 * y3;
  }
  tile[0] = t0;
  tile[1] = t1;
  tile[2] = t2;
  tile[3] = t3;
  tile[4] = t4;
  tile[5] = t5;
  tile[6] = t6;
  tile[7] = t7;
  tile[8] = t8;
  tile[9] = t9;
  tile[10] = t10;
  tile[11] = t11;
  tile[12] = t12;
  tile[13] = t13;
  tile[14] = t14;
  tile[15] = t15;
}

/** L·Lᵀ·x = b. */
function substitute(l: Float64Array, n: number, b: Float64Array): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= l[i * n + k]! * x[k]!;
    x[i] = sum / l[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    const value = x[i]! / l[i * n + i]!;
    x[i] = value;
    for (let k = 0; k < i; k++) x[k]! -= l[i * n + k]! * value;
  }
  return x;
}
