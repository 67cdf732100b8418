/** The Wasserstein regularizer inside of compiled steps: of values whose masses are equal, and of masses whose places are fixed. */
import type { Rng } from "../../engine/random/rng.ts";
import type { TensorSpec } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import { batchSlicedWassersteinGraph, wasserstein1dGraph } from "../line/index.ts";
import { sampleDirections } from "../sliced/index.ts";
import { type Box, cosineFeatures } from "./cosine-norm.ts";
import type { WassersteinTermOptions } from "./options.ts";

type Term = Required<WassersteinTermOptions>;

/**
 * The term between a batch of images and another. "sliced": each image is a point, the batch the cloud, as released with WassDiff
 * (arXiv 2410.00381). "sorted": the values of each image, the mean over the batch. "dual-sobolev": the norm of the difference of each image as a
 * density on the unit square, the mean over the batch.
 *
 * @param directions - [pixels, directions] for "sliced"
 */
export function ofImages(term: Term, a: tf.Tensor4D, b: tf.Tensor4D, directions?: tf.Tensor2D): tf.Scalar {
  const [batch, height, width] = a.shape;
  const flat = (x: tf.Tensor) => tf.reshape(x, [batch, height * width]) as tf.Tensor2D;
  const { norm, p, modes } = term;
  if (norm === "sliced") return batchSlicedWassersteinGraph(flat(a), flat(b), directions!, { p });
  if (norm === "sorted") return tf.mean(wasserstein1dGraph(flat(a), flat(b), { p })) as tf.Scalar;
  const count = height * width;
  const centres = Float64Array.from({ length: 2 * count }, (_, at) => {
    const cell = Math.floor(at / 2);
    return at % 2 === 0 ? (Math.floor(cell / width) + 0.5) / height : ((cell % width) + 0.5) / width;
  });
  const features = cosineFeatures(centres, { low: [0, 0], high: [1, 1] }, modes).map((v) => v / count);
  const sums = tf.matMul(flat(tf.sub(a, b)), constant(features, [count, modes]) as tf.Tensor2D);
  return tf.mean(tf.sum(tf.square(sums), 1)) as tf.Scalar;
}

/** Shapes and types of the arrays of {@link placesOf}. */
export function placesSpecs({ norm, directions, modes }: Term, count: number, dim: number): readonly TensorSpec[] {
  if (norm === "dual-sobolev") return [{ shape: [count, modes] }];
  const rows = dim === 1 ? 1 : directions;
  const indices = { shape: [rows * count], dtype: "int32" } as const;
  return [indices, indices, { shape: [rows, count] }];
}

/** The arrays that stand for fixed points in {@link ofMasses}. @param stream - draws directions */
export function placesOf(
  term: Term,
  points: Float64Array,
  box: Box,
  stream: Rng,
): readonly (Float64Array | Int32Array)[] {
  if (term.norm === "dual-sobolev") return [cosineFeatures(points, box, term.modes)];
  const dim = box.low.length;
  const n = points.length / dim;
  const { points: along, count } =
    dim === 1
      ? { points: Float64Array.of(1), count: 1 }
      : sampleDirections(term.directions, dim, { kind: "orthonormal", rng: stream });
  const [order, places, gaps] = [new Int32Array(count * n), new Int32Array(count * n), new Float64Array(count * n)];
  for (let l = 0; l < count; l++) {
    const at = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let a = 0; a < dim; a++) {
        at[i]! += (along[l * dim + a]! * (points[i * dim + a]! - box.low[a]!)) / (box.high[a]! - box.low[a]!);
      }
    }
    const ranked = Uint32Array.from(at.keys()).sort((i, j) => at[i]! - at[j]!);
    for (const [k, i] of ranked.entries()) {
      order[l * n + k] = i;
      places[l * n + i] = l * n + k;
      gaps[l * n + k] = k + 1 < n ? at[ranked[k + 1]!]! - at[i]! : 0;
    }
  }
  return [order, places, gaps];
}

/**
 * The term between two sets of masses of sum 1 at the same points, in units of the box's sides: W₁ is ∫ |F − G| of their distribution functions along
 * each direction, the dual Sobolev norm the sum of squares of cosine coefficients.
 *
 * @param a - [n]
 * @param b - [n]
 * @param places - as `placesOf` gives them
 */
export function ofMasses({ norm }: Term, a: tf.Tensor1D, b: tf.Tensor1D, places: readonly tf.Tensor[]): tf.Scalar {
  const difference = tf.sub(a, b) as tf.Tensor1D;
  const n = difference.shape[0];
  if (norm === "dual-sobolev") {
    const sums = tf.matMul(tf.reshape(difference, [1, n]) as tf.Tensor2D, places[0] as tf.Tensor2D);
    return tf.sum(tf.square(sums)) as tf.Scalar;
  }
  const [order, ranks, gaps] = places as [tf.Tensor1D, tf.Tensor1D, tf.Tensor2D];
  const rows = gaps.shape[0];
  const excess = tf.cumsum(tf.reshape(permuted(difference, order, ranks, rows), [rows, n]), 1);
  return tf.div(tf.sum(tf.mul(tf.abs(excess), gaps)), rows) as tf.Scalar;
}

/** x in the order of each row, [rows · n]. The gradient reads each element at its ranks; that of a gather is quadratic. */
function permuted(x: tf.Tensor1D, order: tf.Tensor1D, ranks: tf.Tensor1D, rows: number): tf.Tensor1D {
  const op = tf.customGrad((...args) => {
    const [values] = args as [tf.Tensor1D, tf.GradSaveFunc];
    return {
      value: tf.gather(values, order),
      gradFunc: (upstream: tf.Tensor) =>
        tf.sum(tf.reshape(tf.gather(upstream as tf.Tensor1D, ranks), [rows, values.shape[0]]), 0),
    };
  });
  return op(x) as tf.Tensor1D;
}
