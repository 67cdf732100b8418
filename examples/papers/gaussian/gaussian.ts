/** Gaussian measures in the three ways that one has them: full covariance, diagonal, or a factor (many features, few samples). */
import { DomainError, ShapeError } from "../../../engine/errors.ts";
import {
  type Cloud,
  checkRange,
  checkValues,
  cloudPoints,
  explicitWeights,
  massOf,
} from "../../../wasserstein/measure/measure.ts";
import { Matrix, matrixOf, spectralMap, symmetricEigen, valuesOf } from "./matrix.ts";

/**
 * A Gaussian measure in R^d. Covariances may be singular: a symmetric positive semi-definite matrix, variances of independent coordinates,
 * or FᵀF by its factor F [r, d], whose rank r is factor.length / d.
 */
export type Gaussian =
  | {
      /** [d] */
      readonly mean: ArrayLike<number>;
      /** [d, d], row after row, symmetric positive semi-definite. */
      readonly cov: ArrayLike<number>;
    }
  | {
      /** [d] */
      readonly mean: ArrayLike<number>;
      /** [d], each ≥ 0. */
      readonly variance: ArrayLike<number>;
    }
  | {
      /** [d] */
      readonly mean: ArrayLike<number>;
      /** F [r, d], row after row. */
      readonly factor: ArrayLike<number>;
    };

/**
 * Mean and covariance Σ w (x − m)(x − m)ᵀ of a cloud, weights summing to one (no n/(n − 1) correction), for {@link
 * buresWasserstein}.
 *
 * @param options - form of the covariance
 * @throws ShapeError, DomainError where the cloud is not one, or its covariance is beyond float64
 */
export function gaussianOf(
  cloud: Cloud,
  options: {
    /** Keep the centred samples as factor instead of forming the covariance: for dim above count. @defaultValue false */
    readonly lowRank?: boolean;
  } = {},
): Exclude<Gaussian, { variance: unknown }> {
  const { lowRank = false } = options;
  const points = cloudPoints("gaussianOf: cloud", cloud);
  const { count, dim } = cloud;
  const weights = explicitWeights(massOf("gaussianOf: weights", cloud.weights, count), count);
  const mean = new Float64Array(dim);
  for (let at = 0; at < points.length; at++) mean[at % dim]! += weights[Math.floor(at / dim)]! * points[at]!;
  const factor = points.map((x, at) => Math.sqrt(weights[Math.floor(at / dim)]!) * (x - mean[at % dim]!));
  checkRange("gaussianOf: the spread of the cloud", mean, factor);
  if (lowRank) return { mean, factor };
  const rows = matrixOf(factor, count, dim);
  const cov = Float64Array.from(rows.transpose().mmul(rows).to1DArray());
  checkRange("gaussianOf: the covariance of the cloud", cov);
  return { mean, cov };
}

/** F with cov = FᵀF. */
export interface Root {
  readonly mean: Float64Array;
  readonly dim: number;
  readonly factor: Matrix;
}

/** The factor of any Gaussian; of a full covariance its symmetric root, eigenvalues of the size of rounding set to 0. */
export function rootOf(where: string, gaussian: Gaussian): Root {
  const mean = Float64Array.from(gaussian.mean);
  const dim = mean.length;
  if (dim === 0) throw new ShapeError(`${where}.mean`, "at least one coordinate", "none");
  checkValues(`${where}.mean`, mean);
  if ("variance" in gaussian) {
    const { variance } = gaussian;
    if (variance.length !== dim) throw new ShapeError(`${where}.variance`, [dim], [variance.length]);
    checkValues(`${where}.variance`, variance);
    for (let i = 0; i < dim; i++) {
      if (variance[i]! < 0)
        throw new DomainError(`${where}.variance[${i}] is ${variance[i]}, expected ≥ 0`, variance[i]);
    }
    return { mean, dim, factor: Matrix.diag(Array.from(variance, Math.sqrt)) };
  }
  if ("factor" in gaussian) {
    const { factor } = gaussian;
    const rank = factor.length / dim;
    if (!(Number.isInteger(rank) && rank >= 1)) {
      throw new ShapeError(`${where}.factor`, `a multiple of ${dim} values`, [factor.length], "rows of length d");
    }
    checkValues(`${where}.factor`, factor);
    return { mean, dim, factor: matrixOf(factor, rank, dim) };
  }
  const eigen = symmetricEigen(checkedSymmetric(`${where}.cov`, gaussian.cov, dim));
  const largest = Math.max(0, ...eigen.values);
  const least = Math.min(...eigen.values);
  if (least < -1e-10 * largest || (largest === 0 && least < 0)) {
    const hint = "a covariance has none below 0 (missing values in its estimate?)";
    throw new DomainError(`${where}.cov has the eigenvalue ${least} beside ${largest}; ${hint}`, least);
  }
  const noise = dim * Number.EPSILON * largest;
  return { mean, dim, factor: spectralMap(eigen, (value) => (value > noise ? Math.sqrt(value) : 0)) };
}

/** A [d, d] matrix that is symmetric to rounding, made exactly so. */
function checkedSymmetric(where: string, values: ArrayLike<number>, dim: number): Matrix {
  if (values.length !== dim * dim) throw new ShapeError(where, [dim, dim], [values.length]);
  checkValues(where, values);
  const out = matrixOf(values, dim, dim);
  const scale = 1e-10 * valuesOf(out).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [out.get(i, j), out.get(j, i)];
      if (Math.abs(a - b) > scale) {
        throw new DomainError(`${where}[${i}, ${j}] is ${a} but [${j}, ${i}] is ${b}, expected a symmetric matrix`, a);
      }
      out.set(i, j, a / 2 + b / 2);
      out.set(j, i, a / 2 + b / 2);
    }
  }
  return out;
}
