/**
 * Batch normalisation of symmetric positive definite matrices under the generalised Bures–Wasserstein metric (Wang, Jin, Chen, Luo and
 * Wu, arXiv 2504.00660): centre at the batch's barycenter, scale the dispersion, move to a learned centre; the metric M is
 * learned as well. Host in float64, and in ops for a compiled training step.
 *
 * With H = T − I, T the transport map from the barycenter B to X, and K_B V = (BV + VB)/2, the tangent vector at B is 2K_B H, of
 * squared length d²(B, X) = ⟨H, K_B H⟩. K_G^½ K_B^{-½} takes tangent vectors at B to those at G and keeps their lengths (it is parallel
 * transport along the geodesic where B and G commute), so that X becomes (I + L) G (I + L) with L = c K_G^{-½} K_B^½ H.
 */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";

/** Options of {@link spdBatchNormalization}. */
export interface SpdNormalizationOptions {
  /** M of the metric (x − y)ᵀM⁻¹(x − y), [d, d]. @defaultValue the identity */
  readonly metric?: ArrayLike<number>;
  /** G, where the batch's barycenter goes, [d, d]. @defaultValue the identity */
  readonly center?: ArrayLike<number>;
  /** Root mean square distance from the centre that the batch gets, > 0. @defaultValue 1 */
  readonly scale?: number;
  /** Added to the variance. @defaultValue 1e-5 */
  readonly epsilon?: number;
  /**
   * [d, d], to use in place of the batch's barycenter, as gathered in training by `spdGeodesic(running, mean, 0.1, metric)`. @defaultValue that of the batch
   */
  readonly mean?: ArrayLike<number>;
  /** To use in place of the batch's, ≥ 0. @defaultValue that of the batch */
  readonly variance?: number;
  /** Fixed-point steps for the barycenter from the arithmetic mean, ≥ 1; the paper's code takes one. @defaultValue 5 */
  readonly meanSteps?: number;
}

/** Result of {@link spdBatchNormalization}. */
export interface SpdNormalization {
  /** [count, d, d] */
  readonly values: Float64Array;
  /** The batch's barycenter [d, d], or the one that was given. */
  readonly mean: Float64Array;
  /** Mean squared distance from `mean`, or what was given. */
  readonly variance: number;
}

/**
 * Normalises a batch of symmetric positive definite matrices.
 *
 * @param batch - [count, d, d]
 * @param count - number of matrices, ≥ 1
 * @throws ShapeError where sizes do not fit
 * @throws DomainError where a matrix is not symmetric positive definite or a result leaves float64
 * @throws OptionsError where scale, epsilon, variance or meanSteps is out of range
 */
export function spdBatchNormalization(
  batch: ArrayLike<number>,
  count: number,
  options: SpdNormalizationOptions = {},
): SpdNormalization {
  const where = "spdBatchNormalization";
  const { scale = 1, epsilon = 1e-5, meanSteps = 5 } = options;
  const dim = Math.round(Math.sqrt(batch.length / count));
  if (!(Number.isInteger(count) && count >= 1) || dim < 1 || count * dim * dim !== batch.length) {
    throw new ShapeError(`${where}: batch`, "count × d × d values", [batch.length]);
  }
  checkNumbers(where, { scale, epsilon, meanSteps });
  const given = (name: string, values: ArrayLike<number> | undefined) =>
    values === undefined ? Matrix.eye(dim) : positive(`${where}: ${name}`, values, dim);
  const metric = symmetricEigen(given("metric", options.metric));
  const [root, inverse] = [spectralMap(metric, Math.sqrt), spectralMap(metric, (s) => 1 / Math.sqrt(s))];
  const inward = (matrix: Matrix) => symmetricPart(inverse.mmul(matrix).mmul(inverse));
  const outward = (matrix: Matrix) => symmetricPart(root.mmul(matrix).mmul(root));
  const size = dim * dim;
  const points = Array.from({ length: count }, (_, k) => {
    const values = Float64Array.from({ length: size }, (_, i) => batch[k * size + i]!);
    return inward(positive(`${where}: batch[${k}]`, values, dim));
  });
  const center = inward(given("center", options.center));
  const mean = options.mean === undefined ? meanOf(points, meanSteps) : inward(given("mean", options.mean));
  const [from, to] = [symmetricEigen(mean), symmetricEigen(center)];
  const [half, back] = [spectralMap(from, Math.sqrt), spectralMap(from, (s) => 1 / Math.sqrt(s))];
  const tangents = points.map((x) => {
    const inner = spectralMap(symmetricEigen(symmetricPart(half.mmul(x).mmul(half))), (s) => Math.sqrt(Math.max(0, s)));
    const map = symmetricPart(back.mmul(inner).mmul(back)).sub(Matrix.eye(dim));
    return entrywise(from, map, (s, t) => Math.sqrt((s + t) / 2));
  });
  const variance = options.variance ?? tangents.reduce((sum, v) => sum + v.norm() ** 2 / count, 0);
  if (!(variance >= 0 && variance < Number.POSITIVE_INFINITY)) {
    throw new OptionsError(`${where}: variance is ${variance}, expected a finite number ≥ 0`, "variance", variance);
  }
  const factor = scale / Math.sqrt(variance + epsilon);
  const values = new Float64Array(batch.length);
  for (const [k, v] of tangents.entries()) {
    const step = entrywise(to, v, (s, t) => factor / Math.sqrt((s + t) / 2)).add(Matrix.eye(dim));
    values.set(valuesOf(outward(symmetricPart(step.mmul(center).mmul(step)))), k * size);
  }
  if (!values.every(Number.isFinite))
    throw new DomainError(`${where}: a result leaves float64; scale the matrices`, Number.NaN);
  return { values, mean: valuesOf(outward(mean)), variance };
}

interface Eigen {
  readonly values: readonly number[];
  readonly vectors: Matrix;
}

export function symmetricEigen(a: Matrix): Eigen {
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(a, {
    assumeSymmetric: true,
  });
  return { values, vectors };
}

/** f of a symmetric matrix, through its eigenvalues. */
export function spectralMap({ values, vectors }: Eigen, f: (value: number) => number): Matrix {
  const scaled = vectors.clone();
  for (const [k, value] of values.entries()) scaled.mulColumn(k, f(value));
  return scaled.mmul(vectors.transpose());
}

export const symmetricPart = (a: Matrix): Matrix => a.clone().add(a.transpose()).mul(0.5);
export const valuesOf = (a: Matrix): Float64Array => Float64Array.from(a.to1DArray());

export function positive(where: string, values: ArrayLike<number>, dim: number): Matrix {
  if (values.length !== dim * dim) throw new ShapeError(where, [dim, dim], [values.length]);
  const rows = Array.from({ length: dim }, (_, i) => Array.from({ length: dim }, (_, j) => values[i * dim + j]!));
  const matrix = new Matrix(rows);
  const scale = 1e-10 * Math.max(...matrix.to1DArray().map(Math.abs));
  if (
    !matrix
      .clone()
      .sub(matrix.transpose())
      .to1DArray()
      .every((v) => Math.abs(v) <= scale)
  ) {
    throw new DomainError(`${where} is not symmetric, or holds a number that is not finite`, Number.NaN);
  }
  const eigenvalues = symmetricEigen(matrix).values;
  const [least, largest] = [Math.min(...eigenvalues), Math.max(...eigenvalues)];
  if (least > dim * Number.EPSILON * largest) return symmetricPart(matrix);
  throw new DomainError(
    `${where} has the eigenvalue ${least} beside ${largest}, expected a positive definite matrix`,
    least,
  );
}

function checkNumbers(where: string, { scale, epsilon, meanSteps }: Record<"scale" | "epsilon" | "meanSteps", number>) {
  for (const [name, value, good] of [
    ["scale", scale, scale > 0],
    ["epsilon", epsilon, epsilon >= 0],
    ["meanSteps", meanSteps, Number.isInteger(meanSteps) && meanSteps >= 1],
  ] as const) {
    if (good && Number.isFinite(value)) continue;
    const wanted = name === "meanSteps" ? "a whole number ≥ 1" : name === "scale" ? "a number > 0" : "a number ≥ 0";
    throw new OptionsError(`${where}: ${name} is ${value}, expected ${wanted}`, name, value);
  }
}

/** Steps of the barycenter's fixed point (arXiv 1511.05355, eq. 7). */
function meanOf(points: readonly Matrix[], steps: number): Matrix {
  const dim = points[0]!.rows;
  let mean = Matrix.zeros(dim, dim);
  for (const x of points) mean.add(x.clone().mul(1 / points.length));
  for (let step = 0; step < steps; step++) {
    const eigen = symmetricEigen(mean);
    const [half, back] = [spectralMap(eigen, Math.sqrt), spectralMap(eigen, (s) => 1 / Math.sqrt(s))];
    const sum = Matrix.zeros(dim, dim);
    for (const x of points) {
      const inner = symmetricEigen(symmetricPart(half.mmul(x).mmul(half)));
      sum.add(spectralMap(inner, (s) => Math.sqrt(Math.max(0, s)) / points.length));
    }
    const side = back.mmul(sum);
    mean = symmetricPart(side.mmul(side.transpose()));
  }
  return mean;
}

/** Multiplies the entries of V in the eigenbasis by a function of both eigenvalues. */
function entrywise({ values, vectors }: Eigen, v: Matrix, f: (s: number, t: number) => number): Matrix {
  const turned = vectors.transpose().mmul(v).mmul(vectors);
  for (let i = 0; i < v.rows; i++) {
    for (let j = 0; j < v.rows; j++) turned.set(i, j, turned.get(i, j) * f(values[i]!, values[j]!));
  }
  return symmetricPart(vectors.mmul(turned).mmul(vectors.transpose()));
}

/** Options of {@link spdBatchNormalizationGraph}: what is learned comes as tensors. */
export interface SpdNormalizationGraphOptions {
  /** M [d, d], symmetric positive definite: made of a free parameter F as FFᵀ + εI, say. @defaultValue the identity */
  readonly metric?: tf.Tensor2D;
  /** G [d, d], likewise. @defaultValue the identity */
  readonly center?: tf.Tensor2D;
  /** Root mean square distance from the centre that the batch gets, > 0. @defaultValue 1 */
  readonly scale?: tf.Scalar;
  /** Added to the variance. @defaultValue 1e-5 */
  readonly epsilon?: number;
  /** Fixed-point steps for the barycenter, ≥ 1. @defaultValue 5 */
  readonly meanSteps?: number;
  /** Steps of each matrix root: 25 serve for condition numbers up to about 1e8 in float64, 1e5 in float32. @defaultValue 25 */
  readonly rootSteps?: number;
}

/** Result of {@link spdBatchNormalizationGraph}. */
export interface SpdNormalizationTensors {
  /** [batch, d, d] */
  readonly values: tf.Tensor3D;
  /** [d, d] */
  readonly mean: tf.Tensor2D;
  /** Mean squared distance from `mean`. */
  readonly variance: tf.Scalar;
}

/**
 * {@link spdBatchNormalization} in ops, differentiable in the batch, the metric, the centre and the scale, through barycenter and
 * variance as well (the paper's code holds these fixed in the derivative). Roots of matrices by Newton and Schulz's coupled
 * iteration (Higham, Functions of Matrices, 2008, eq. 6.35), so no difference of eigenvalues is divided by; those of K are
 * roots of d² × d² matrices, for d up to about 16.
 *
 * @param batch - [batch, d, d], symmetric positive definite
 * @throws ShapeError where sizes do not fit; OptionsError for an option out of range
 */
export function spdBatchNormalizationGraph(
  batch: tf.Tensor3D,
  options: SpdNormalizationGraphOptions = {},
): SpdNormalizationTensors {
  const where = "spdBatchNormalizationGraph";
  const { epsilon = 1e-5, meanSteps = 5, rootSteps = 25, scale } = options;
  const [count, dim, width] = batch.shape;
  if (batch.rank !== 3 || dim !== width) throw new ShapeError(`${where}: batch`, "[batch, d, d]", batch.shape);
  for (const name of ["metric", "center"] as const) {
    const one = options[name];
    if (one && one.shape.join() !== `${dim},${dim}`) throw new ShapeError(`${where}: ${name}`, [dim, dim], one.shape);
  }
  checkNumbers(where, { scale: 1, epsilon, meanSteps });
  if (!(Number.isInteger(rootSteps) && rootSteps >= 1)) {
    throw new OptionsError(`${where}: rootSteps is ${rootSteps}, expected a whole number ≥ 1`, "rootSteps", rootSteps);
  }
  const roots = (a: tf.Tensor) => newtonSchulz(a, rootSteps);
  const identity = eye(dim);
  const metric = options.metric && roots(tf.expandDims(options.metric, 0));
  const inward = (x: tf.Tensor) => (metric ? around(metric.inverse, x) : x);
  const outward = (x: tf.Tensor) => (metric ? around(metric.root, x) : x);
  const points = inward(batch);
  const center = options.center === undefined ? identity : inward(tf.expandDims(options.center, 0));
  let mean = tf.mean(points, 0, true);
  for (let step = 0; step < meanSteps; step++) {
    const { root, inverse } = roots(mean);
    const side = tf.matMul(inverse, tf.mean(roots(around(root, points)).root, 0, true));
    mean = tf.matMul(side, tf.transpose(side, [0, 2, 1]));
  }
  const { root, inverse } = roots(mean);
  const maps = tf.sub(around(inverse, roots(around(root, points)).root), identity);
  const flat = tf.reshape(maps, [count, dim * dim]);
  const tangents = tf.matMul(flat, tf.squeeze(roots(lyapunov(mean, dim)).root, [0]) as tf.Tensor2D);
  const variance = tf.mean(tf.sum(tf.square(tangents), 1));
  const ratio = tf.div(scale ?? constant(1), tf.sqrt(tf.add(variance, constant(epsilon))));
  const steps = tf.mul(
    tf.matMul(tangents, tf.squeeze(roots(lyapunov(center, dim)).inverse, [0]) as tf.Tensor2D),
    ratio,
  );
  const moved = around(tf.add(tf.reshape(steps, [count, dim, dim]), identity), center);
  const values = outward(moved) as tf.Tensor3D;
  return { values, mean: tf.squeeze(outward(mean), [0]) as tf.Tensor2D, variance: variance as tf.Scalar };
}

/** [1, n, n] */
function eye(n: number): tf.Tensor {
  return constant(
    Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0)),
    [1, n, n],
  );
}

/** S X S for symmetric S; one of them may be a batch. */
function around(s: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.matMul(tf.matMul(s, x), s);
}

/** The matrix [1, d², d²] of V ↦ (AV + VA)/2. */
function lyapunov(a: tf.Tensor, dim: number): tf.Tensor {
  const one = eye(dim);
  const outer = (left: tf.Tensor, right: tf.Tensor) =>
    tf.reshape(tf.mul(tf.reshape(left, [dim, 1, dim, 1]), tf.reshape(right, [1, dim, 1, dim])), [
      1,
      dim ** 2,
      dim ** 2,
    ]);
  return tf.mul(tf.add(outer(a, one), outer(one, a)), constant(0.5));
}

/** A^½ and A^{-½} of a batch of symmetric positive definite matrices. */
function newtonSchulz(a: tf.Tensor, steps: number): { readonly root: tf.Tensor; readonly inverse: tf.Tensor } {
  const identity = eye(a.shape.at(-1)!);
  const norm = tf.sqrt(tf.sum(tf.square(a), [1, 2], true));
  let [y, z] = [tf.div(a, norm), tf.mul(identity, tf.onesLike(norm))];
  for (let step = 0; step < steps; step++) {
    const t = tf.mul(tf.sub(tf.mul(identity, constant(3)), tf.matMul(z, y)), constant(0.5));
    [y, z] = [tf.matMul(y, t), tf.matMul(t, z)];
  }
  const size = tf.sqrt(norm);
  return { root: tf.mul(y, size), inverse: tf.div(z, size) };
}
