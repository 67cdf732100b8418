/** Dense linear algebra, by ml-matrix, which only this file imports. */
import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from "ml-matrix";

export { Matrix };

/** Eigenvalues, and their orthonormal vectors as columns. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Matrix;
}

/** Eigen-decomposition of a symmetric matrix (tridiagonal QL), repeated eigenvalues included. */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  // Quotients by entries so far below the largest would overflow; they move no eigenvalue that counts.
  // The largest becomes about 1, by a power of two: squares on the way stay in float64.
  const given = valuesOf(a);
  const largest = given.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const unit = largest > 0 ? 2 ** Math.max(-1000, Math.floor(Math.log2(largest))) : 1;
  const values = given.map((v) => v / unit);
  const least = (1e-150 * largest) / unit;
  const clean = matrixOf(
    values.map((v) => (Math.abs(v) < least ? 0 : v)),
    a.rows,
    a.columns,
  );
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(clean, { assumeSymmetric: true });
  return { values: Float64Array.from(realEigenvalues, (v) => v * unit), vectors: eigenvectorMatrix };
}

/** f of a symmetric matrix, through its eigenvalues. */
export function spectralMap({ values, vectors }: SymmetricEigen, f: (value: number) => number): Matrix {
  const scaled = vectors.clone();
  for (const [k, value] of values.entries()) scaled.mulColumn(k, f(value));
  return scaled.mmul(vectors.transpose());
}

/** a = U diag(values) Vᵀ of a square matrix. */
export interface SingularValues {
  readonly u: Matrix;
  readonly values: Float64Array;
  readonly v: Matrix;
}

export function singularValues(a: Matrix): SingularValues {
  const svd = new SingularValueDecomposition(a);
  return { u: svd.leftSingularVectors, values: Float64Array.from(svd.diagonal), v: svd.rightSingularVectors };
}

/** Row-major values as a matrix. */
export function matrixOf(values: ArrayLike<number>, rows: number, columns: number): Matrix {
  const out = Matrix.zeros(rows, columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out.set(i, j, values[i * columns + j]!);
  return out;
}

/** Row-major values of a matrix. */
export function valuesOf(a: Matrix): Float64Array {
  return Float64Array.from(a.to1DArray());
}

/** (a + aᵀ)/2 */
export function symmetricPart(a: Matrix): Matrix {
  return a.clone().add(a.transpose()).mul(0.5);
}
