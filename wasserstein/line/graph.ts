/**
 * The one-dimensional Wasserstein distance inside a compiled training step.
 *
 * TensorFlow.js has no sort and no gradient for TopK, and the gradient of a gather is quadratic, so the op carries its
 * own backward pass: matched pairs have the same rank in both rows, hence the gradient of an element is the slope of
 * the cost at the difference of its pair, read through the element's rank.
 */
import { checkNames } from "../../engine/checks.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import { type GroundCost, type GroundCostOptions, groundCost } from "../measure/ground-cost.ts";
import type { QuantileWeight } from "../measure/quantile-weight.ts";

/**
 * Mean of |sort(a) − sort(b)|^p along each row, that is W_p^p between the empirical measures of a row of `a` and of `b`
 * (Peyré and Cuturi, arXiv 1803.00567, §2.6; for images: between their pixel distributions, blind to where the pixels
 * are). With a mask the mean is over the elements that count; a row without any gives 0.
 *
 * @param a - shape [batch, n], finite
 * @param b - shape [batch, n], finite
 * @param options - cost, mask and weight of quantiles
 * @returns shape [batch], in the units of the inputs to the power p
 * @throws ShapeError when the arguments are not matrices of one shape
 * @throws OptionsError where p < 1 or the Huber threshold is not positive, or a mask meets `quantileWeight`
 */
export function wasserstein1dGraph(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  options: GroundCostOptions & {
    /** Shape of the arguments: 1 where elements count, 0 elsewhere (where the arguments may be NaN). @defaultValue all */
    readonly mask?: tf.Tensor2D;
    /** Weight of each quantile level, as in `wasserstein1d`; not together with a mask. @defaultValue all alike */
    readonly quantileWeight?: QuantileWeight;
  } = {},
): tf.Tensor1D {
  checkNames("wasserstein1dGraph", options, "p huber mask quantileWeight");
  const shapes = [a, b, ...(options.mask ? [options.mask] : [])];
  if (shapes.some((t) => t.rank !== 2 || t.shape[0] !== a.shape[0] || t.shape[1] !== a.shape[1]) || a.size === 0) {
    throw new ShapeError("wasserstein1dGraph", a.shape, b.shape, "both arguments are [batch, n], one row per image");
  }
  const cost = groundCost("wasserstein1dGraph", options);
  const columns = a.shape[1];
  const { mask, quantileWeight } = options;
  if (quantileWeight !== undefined) {
    if (mask === undefined) return costSum(a, b, cost, massOf(quantileWeight, columns));
    const message = "wasserstein1dGraph: quantileWeight and mask exclude each other; leave one out";
    throw new OptionsError(message, "quantileWeight", quantileWeight);
  }
  if (mask === undefined) return tf.div(costSum(a, b, cost), columns) as tf.Tensor1D;
  const [x, y] = levelled(a, b, mask);
  return tf.div(costSum(x, y, cost), tf.maximum(tf.sum(mask, 1), 1)) as tf.Tensor1D;
}

/** Weight of each rank, the largest element first: that of the levels between (n − k − 1)/n and (n − k)/n. */
function massOf(weight: QuantileWeight, n: number): Float64Array {
  const below = (k: number) => weight.cumulative(1 - k / n);
  return Float64Array.from({ length: n }, (_, k) => below(k) - below(k + 1));
}

/** Σ over ranks of the cost of the differences of matched elements, times the rank's mass, row by row. */
function costSum(a: tf.Tensor2D, b: tf.Tensor2D, cost: GroundCost, masses?: Float64Array): tf.Tensor1D {
  const [rows, columns] = a.shape;
  const weighted = (x: tf.Tensor) => (masses === undefined ? x : tf.mul(x, constant(masses, [1, columns])));
  const op = tf.customGrad((...args) => {
    const [left, right, save] = args as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    save([left, right]);
    return {
      value: tf.sum(weighted(costOf(tf.sub(tf.topk(left, columns).values, tf.topk(right, columns).values), cost)), 1),
      // Sorts again: an op may keep its inputs only. The compiler sees equal nodes and sorts once.
      gradFunc: (upstream: tf.Tensor, saved: tf.Tensor[]) => {
        const [sortedLeft, sortedRight] = saved.map((x) => tf.topk(x, columns)) as [Sorted, Sorted];
        const slope = weighted(slopeOf(tf.sub(sortedLeft.values, sortedRight.values), cost));
        const pull = tf.mul(slope, tf.reshape(upstream, [rows, 1])) as tf.Tensor2D;
        return [readByRank(pull, sortedLeft.indices), tf.neg(readByRank(pull, sortedRight.indices))];
      },
    };
  });
  return op(a, b) as tf.Tensor1D;
}

/**
 * Elements that do not count, set to a value that none exceeds, in both arguments: they stand at the same ranks in both
 * and their differences are 0, exactly, for every cost.
 */
function levelled(a: tf.Tensor2D, b: tf.Tensor2D, mask: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
  const counts = tf.greater(mask, 0.5);
  const [x, y] = [a, b].map((t) => tf.where(counts, t, tf.zerosLike(t)) as tf.Tensor2D) as [tf.Tensor2D, tf.Tensor2D];
  const top = tf.customGrad((...args) => {
    const [u, v, save] = args as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([u, v]);
    return {
      value: tf.maximum(tf.max(u), tf.max(v)),
      // It cancels from the value, so it has no part in the gradient.
      gradFunc: (_: tf.Tensor, saved: tf.Tensor[]) => saved.map((t) => tf.zerosLike(t)),
    };
  })(x, y);
  const fill = tf.mul(top, tf.sub(1, mask)) as tf.Tensor2D;
  return [tf.add(x, fill) as tf.Tensor2D, tf.add(y, fill) as tf.Tensor2D];
}

interface Sorted {
  readonly values: tf.Tensor;
  readonly indices: tf.Tensor;
}

function costOf(gap: tf.Tensor, { p, huber }: GroundCost): tf.Tensor {
  const size = tf.abs(gap);
  if (huber !== undefined) {
    const delta = constant(huber);
    const near = tf.minimum(size, delta);
    return tf.div(tf.mul(near, tf.sub(size, tf.div(near, 2))), delta);
  }
  if (p === 1) return size;
  return p === 2 ? tf.square(gap) : tf.pow(size, constant(p));
}

function slopeOf(gap: tf.Tensor, { p, huber }: GroundCost): tf.Tensor {
  if (huber !== undefined) return tf.maximum(tf.minimum(tf.div(gap, constant(huber)), 1), -1);
  if (p === 1) return tf.sign(gap);
  if (p === 2) return tf.mul(gap, 2);
  return tf.mul(tf.mul(tf.sign(gap), constant(p)), tf.pow(tf.abs(gap), constant(p - 1)));
}

/** Element i of a row receives the value at its rank: the inverse of `gather(…, order)` without a scatter. */
function readByRank(values: tf.Tensor2D, order: tf.Tensor): tf.Tensor2D {
  const [rows, columns] = values.shape;
  // Sorting a permutation gives its inverse. Negated because topk is descending; exact in float32 below 2²⁴ columns.
  const ranks = tf.topk(tf.neg(tf.cast(order, "float32")), columns).indices;
  const starts = tf.tensor2d(
    Int32Array.from({ length: rows }, (_, row) => row * columns),
    [rows, 1],
    "int32",
  );
  const flat = tf.reshape(tf.add(ranks, starts), [rows * columns]) as tf.Tensor1D;
  return tf.reshape(tf.gather(tf.reshape(values, [rows * columns]), flat), [rows, columns]);
}

/**
 * The regulariser of the released WassDiff code: each image is one point, the batch is the sample. Both batches are
 * projected on the given directions, sorted along the batch, and compared: mean over directions and ranks of
 * |sort(a·v) − sort(b·v)|^p. Blind to which image belongs to which condition; at batch 1 it is in expectation
 * √(2/π) times the root mean square error (arXiv 2410.00381, supplement S2).
 *
 * @param a - shape [batch, n]
 * @param b - shape [batch, n]
 * @param directions - shape [n, count]; columns of unit norm
 * @param options - cost; p = 1 by default
 * @returns a scalar
 * @throws ShapeError when the shapes do not fit
 */
export function batchSlicedWassersteinGraph(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  directions: tf.Tensor2D,
  options: GroundCostOptions = {},
): tf.Scalar {
  checkNames("batchSlicedWassersteinGraph", options, "p huber");
  if (directions.rank !== 2 || directions.shape[0] !== a.shape[1]) {
    throw new ShapeError(
      "batchSlicedWassersteinGraph",
      `[${a.shape[1]}, count]`,
      directions.shape,
      "one direction a column",
    );
  }
  const project = (x: tf.Tensor2D) => tf.matMul(directions, x, true, true) as tf.Tensor2D;
  return tf.mean(wasserstein1dGraph(project(a), project(b), options)) as tf.Scalar;
}
