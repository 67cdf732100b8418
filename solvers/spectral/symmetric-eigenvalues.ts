/**
 * Eigenvalues and orthonormal eigenvectors of symmetric matrices: a tridiagonal form by Householder's reflections, then
 * QL steps with implicit shifts (Golub and Van Loan, Matrix Computations, 2013, sections 8.3.1 and 8.3.3).
 */
import { dot } from "../../engine/numerics/vectors.ts";

/**
 * @param matrix - symmetric, [n, n], which is overwritten
 * @returns eigenvalues in no order, and eigenvectors as columns of a row-major matrix
 */
export function symmetricEigenvalues(matrix: Float64Array, n: number) {
  const { diagonal, beside, rows } = tridiagonal(matrix, n);
  qlSteps(diagonal, beside, rows);
  const vectors = new Float64Array(n * n);
  for (const [j, row] of rows.entries()) for (let i = 0; i < n; i++) vectors[i * n + j] = row[i]!;
  return { values: diagonal, vectors };
}

/** A = Q T Qᵀ: the diagonal of T, what stands beside it, and the columns of Q. */
function tridiagonal(matrix: Float64Array, n: number) {
  const a = Array.from({ length: n }, (_, i) => matrix.subarray(i * n, (i + 1) * n));
  const beside = new Float64Array(n);
  const [v, w] = [new Float64Array(n), new Float64Array(n)];
  const reflections: { readonly v: Float64Array; readonly scale: number }[] = [];
  for (let k = 0; k < n - 1; k++) {
    v.fill(0);
    for (let i = k + 1; i < n; i++) v[i] = a[i]![k]!;
    const size = Math.sqrt(dot(v, v));
    beside[k] = v[k + 1]! > 0 ? -size : size;
    v[k + 1]! -= beside[k]!;
    const squares = dot(v, v);
    const scale = squares > 0 ? 2 / squares : 0;
    reflections.push({ v: v.slice(), scale });
    if (scale === 0) continue;
    for (let i = k + 1; i < n; i++) w[i] = scale * dotFrom(k + 1, a[i]!, v);
    const half = (scale / 2) * dotFrom(k + 1, v, w);
    for (let i = k + 1; i < n; i++) w[i]! -= half * v[i]!;
    for (let i = k + 1; i < n; i++) {
      const [row, vi, wi] = [a[i]!, v[i]!, w[i]!];
      for (let j = k + 1; j < n; j++) row[j]! -= vi * w[j]! + wi * v[j]!;
    }
  }
  const diagonal = Float64Array.from(a, (row, i) => row[i]!);
  // Columns of Q = H₀ H₁ …, each reflection I − scale v vᵀ.
  const rows = Array.from({ length: n }, (_, i) => {
    const row = new Float64Array(n);
    row[i] = 1;
    return row;
  });
  for (let k = n - 2; k >= 0; k--) {
    const { v: own, scale } = reflections[k]!;
    for (let j = k + 1; j < n; j++) {
      const row = rows[j]!;
      const by = scale * dotFrom(k + 1, own, row);
      for (let i = k + 1; i < n; i++) row[i]! -= by * own[i]!;
    }
  }
  return { diagonal, beside, rows };
}

function dotFrom(first: number, a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = first; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Steps for one eigenvalue at most; two or three are usual. */
const mostSteps = 60;

/** Makes the diagonal eigenvalues, and turns the rows, which are columns of Q, into eigenvectors. */
function qlSteps(d: Float64Array, e: Float64Array, rows: readonly Float64Array[]): void {
  const n = d.length;
  for (let l = 0; l < n; l++) {
    for (let step = 0; step < mostSteps; step++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!))) m++;
      if (m === l) break;
      // Wilkinson's shift.
      const half = (d[l + 1]! - d[l]!) / (2 * e[l]!);
      let g = d[m]! - d[l]! + e[l]! / (half + (half >= 0 ? 1 : -1) * Math.hypot(half, 1));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const [f, b] = [s * e[i]!, c * e[i]!];
        const r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1]! -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1]! - p;
        const turned = (d[i]! - g) * s + 2 * c * b;
        p = s * turned;
        d[i + 1] = g + p;
        g = c * turned - b;
        turn(rows[i]!, rows[i + 1]!, c, s);
      }
      if (i >= l) continue;
      d[l]! -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
}

/** Turns two vectors in their plane. */
function turn(a: Float64Array, b: Float64Array, c: number, s: number): void {
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k]!, b[k]!];
    b[k] = s * x + c * y;
    a[k] = c * x - s * y;
  }
}
