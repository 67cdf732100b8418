/** Barycenters of Gaussian measures under the Bures–Wasserstein distance. */
import { checkPositive, checkWhole } from "../../../engine/checks.ts";
import { DomainError, ShapeError } from "../../../engine/errors.ts";
import { printingFields } from "../../../engine/text/inspect.ts";
import { checkRange, explicitWeights, massOf } from "../../../wasserstein/measure/measure.ts";
import { powerOfTwo } from "./bures.ts";
import { type Gaussian, rootOf } from "./gaussian.ts";
import { Matrix, singularValues, spectralMap, symmetricEigen, symmetricPart, valuesOf } from "./matrix.ts";

/**
 * The Gaussian that minimises Σ w W₂² to the given ones, by the fixed point G ← G^{-½}(Σ w (G^½ A_i G^½)^½)² G^{-½}
 * (Álvarez-Esteban et al., arXiv 1511.05355, eq. 7), from the mean covariance. At least one covariance should have full
 * rank on the span of all; else the iteration may be slow, which `converged` says.
 *
 * @param gaussians - at least one, all of one dimension, in any of the three forms
 * @param options - shares and stopping rule
 * @throws ShapeError, DomainError where a Gaussian is not one or there is none
 * @throws OptionsError where tolerance or maxIterations is not positive
 */
export function buresBarycenter(
  gaussians: readonly Gaussian[],
  options: {
    /** One per Gaussian, non-negative; scaled to sum one. @defaultValue equal */
    readonly weights?: ArrayLike<number>;
    /** Bound on ‖Σ w (G^½ A_i G^½)^½ − G‖/‖G‖, which vanishes at the barycenter. @defaultValue 1e-12 */
    readonly tolerance?: number;
    /** > 0. @defaultValue 500 */
    readonly maxIterations?: number;
  } = {},
): {
  /** [d] */
  readonly mean: Float64Array;
  /** [d, d] */
  readonly cov: Float64Array;
  /** Σ w W₂² from the barycenter to each Gaussian. */
  readonly value: number;
  /** Steps of the fixed point. */
  readonly iterations: number;
  /** The relative residual of the fixed point, see `tolerance`. */
  readonly residual: number;
  /** True if `residual` is within the tolerance. */
  readonly converged: boolean;
} {
  const { tolerance = 1e-12, maxIterations = 500 } = options;
  if (gaussians.length === 0) throw new DomainError("buresBarycenter: no Gaussians given, expected at least one");
  checkPositive("buresBarycenter", { tolerance });
  checkWhole("buresBarycenter", { maxIterations });
  const roots = gaussians.map((one, k) => rootOf(`buresBarycenter: Gaussian ${k}`, one));
  const { dim } = roots[0]!;
  for (const [k, one] of roots.entries()) {
    if (one.dim !== dim) throw new ShapeError(`buresBarycenter: mean of Gaussian ${k}`, [dim], [one.dim]);
  }
  const weights = explicitWeights(massOf("buresBarycenter: weights", options.weights, roots.length), roots.length);
  // In units in which squares of covariances stay in range.
  const unit = powerOfTwo(...roots.map(({ factor }) => factor));
  for (const { factor } of roots) factor.div(unit);
  const mean = new Float64Array(dim);
  let current = Matrix.zeros(dim, dim);
  let traces = 0;
  for (const [k, { mean: m, factor }] of roots.entries()) {
    for (let i = 0; i < dim; i++) mean[i]! += weights[k]! * m[i]!;
    const cov = factor.transpose().mmul(factor);
    traces += weights[k]! * cov.trace();
    current.add(cov.mul(weights[k]!));
  }
  let [iterations, residual, fidelity] = [0, Number.POSITIVE_INFINITY, 0];
  for (;;) {
    const eigen = symmetricEigen(current);
    const noise = dim * Number.EPSILON * Math.max(0, ...eigen.values);
    const half = spectralMap(eigen, (x) => (x > noise ? Math.sqrt(x) : 0));
    const sum = Matrix.zeros(dim, dim);
    for (const [k, { factor }] of roots.entries()) sum.add(rootOfProduct(half, factor).mul(weights[k]!));
    fidelity = sum.trace();
    const size = current.norm();
    residual = size === 0 ? 0 : Matrix.sub(sum, current).norm() / size;
    if (residual <= tolerance || iterations >= maxIterations) break;
    const inverse = spectralMap(eigen, (x) => (x > noise ? 1 / Math.sqrt(x) : 0));
    const side = inverse.mmul(sum);
    current = symmetricPart(side.mmul(side.transpose()));
    iterations++;
  }
  let spread = 0;
  for (const [k, { mean: m }] of roots.entries()) {
    for (let i = 0; i < dim; i++) spread += weights[k]! * ((m[i]! - mean[i]!) / unit) ** 2;
  }
  const value = Math.max(0, spread + current.trace() + traces - 2 * fidelity) * unit ** 2;
  const cov = valuesOf(current.mul(unit ** 2));
  checkRange("buresBarycenter: the result", mean, cov, value);
  const converged = residual <= tolerance;
  return printingFields("buresBarycenter", { mean, cov, value, iterations, residual, converged });
}

/** (H FᵀF H)^½ for symmetric H, through the singular values of FH: squares nothing. */
function rootOfProduct(half: Matrix, factor: Matrix): Matrix {
  const product = factor.mmul(half);
  if (product.rows < product.columns) {
    const square = Matrix.zeros(product.columns, product.columns);
    square.setSubMatrix(product, 0, 0);
    return rootOfProduct(Matrix.eye(product.columns), square);
  }
  const { values, v } = singularValues(product);
  return spectralMap({ values, vectors: v }, (x) => x);
}
