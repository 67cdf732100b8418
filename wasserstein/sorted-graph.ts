/**
 * The one-dimensional Wasserstein distance inside a compiled training step.
 *
 * TensorFlow.js has no sort and no gradient for TopK, and the gradient of a gather is quadratic, so the op carries its
 * own backward pass: matched pairs have the same rank in both rows, hence the gradient of an element is the sign of
 * the difference of its pair, read through the element's rank.
 */
import { ShapeError } from "../engine/errors.ts";
import { tf } from "../engine/tensor.ts";

/**
 * Mean of |sort(a) − sort(b)| along each row, that is W₁ between the empirical measures of a row of `a` and of `b`
 * (for images: between their pixel distributions, blind to where the pixels are).
 *
 * Differentiable in both arguments. Where matched values are equal, and among ties, the subgradient 0 respectively
 * that of one valid order is taken.
 *
 * @param a - shape [batch, n], finite
 * @param b - shape [batch, n], finite
 * @returns shape [batch], in the units of the inputs
 * @throws ShapeError when the arguments are not matrices of one shape
 */
export function sortedWasserstein(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor1D {
  if (a.rank !== 2 || b.rank !== 2 || a.shape[0] !== b.shape[0] || a.shape[1] !== b.shape[1] || a.shape[1] === 0) {
    throw new ShapeError("sortedWasserstein", a.shape, b.shape, "both arguments are [batch, n], one row per image");
  }
  const [rows, columns] = a.shape;
  const op = tf.customGrad((...args) => {
    const [left, right, save] = args as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    save([left, right]);
    return {
      value: tf.mean(tf.abs(tf.sub(tf.topk(left, columns).values, tf.topk(right, columns).values)), 1),
      // Sorts again: an op may keep its inputs only. The compiler sees equal nodes and sorts once.
      gradFunc: (upstream: tf.Tensor, saved: tf.Tensor[]) => {
        const [sortedLeft, sortedRight] = saved.map((x) => tf.topk(x, columns)) as [Sorted, Sorted];
        const share = tf.div(tf.reshape(upstream, [rows, 1]), columns);
        const pull = tf.mul(tf.sign(tf.sub(sortedLeft.values, sortedRight.values)), share) as tf.Tensor2D;
        return [readByRank(pull, sortedLeft.indices), tf.neg(readByRank(pull, sortedRight.indices))];
      },
    };
  });
  return op(a, b) as tf.Tensor1D;
}

interface Sorted {
  readonly values: tf.Tensor;
  readonly indices: tf.Tensor;
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
 * |sort(a·v) − sort(b·v)|. Blind to which image belongs to which condition; at batch 1 it is in expectation
 * √(2/π) times the root mean square error (arXiv 2410.00381, supplement S2).
 *
 * @param a - shape [batch, n]
 * @param b - shape [batch, n]
 * @param directions - shape [n, count]; columns of unit norm
 * @returns a scalar
 * @throws ShapeError when the shapes do not fit
 */
export function batchSlicedWasserstein(a: tf.Tensor2D, b: tf.Tensor2D, directions: tf.Tensor2D): tf.Scalar {
  if (directions.rank !== 2 || directions.shape[0] !== a.shape[1]) {
    throw new ShapeError(
      "batchSlicedWasserstein",
      `[${a.shape[1]}, count]`,
      directions.shape,
      "one direction a column",
    );
  }
  const project = (x: tf.Tensor2D) => tf.matMul(directions, x, true, true) as tf.Tensor2D;
  return tf.mean(sortedWasserstein(project(a), project(b))) as tf.Scalar;
}
