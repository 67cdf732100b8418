/**
 * The fair energy score of the members of one case in graph form: mean_i d(x_i, y) − ½ mean_{i≠j} d(x_i, x_j). For a distance of
 * negative type it is proper (Gneiting and Raftery 2007, doi:10.1198/016214506000001437), and over pairs of distinct members
 * unbiased (Ferro 2014, doi:10.1002/qj.2270). |x − y| gives the fair CRPS; W₁ of the values on a line is of negative type too,
 * since it is an L¹ distance of quantile functions. Without the second part the best ensemble has no spread.
 */
import { ShapeError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensors/tensor.ts";

/** A distance between two tensors of one shape: a tensor of any shape, whose mean is taken. */
export type Distance = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/**
 * @param members - at least two, each of the shape of the truth
 * @param distance - of negative type @defaultValue the absolute difference of each element, for the fair CRPS
 * @returns a scalar, the mean over all that the distance distinguishes; may be negative
 * @throws ShapeError where there are fewer than two members
 */
export function fairEnergy(
  members: readonly tf.Tensor[],
  truth: tf.Tensor,
  distance: Distance = absoluteDifference,
): tf.Scalar {
  const count = members.length;
  if (count < 2) throw new ShapeError("fairEnergy: members", "at least two", `${count}`);
  const mean = (a: tf.Tensor, b: tf.Tensor) => tf.mean(distance(a, b)) as tf.Scalar;
  const sum = (parts: readonly tf.Scalar[]) => parts.reduce((total, part) => tf.add(total, part));
  const error = sum(members.map((member) => mean(member, truth)));
  const apart = sum(members.flatMap((a, i) => members.slice(i + 1).map((b) => mean(a, b))));
  return tf.sub(tf.div(error, count), tf.div(apart, count * (count - 1))) as tf.Scalar;
}

/** |a − b|, whose slope is 0 where both are equal, as in dry blocks. */
export function absoluteDifference(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const op = tf.customGrad((...args) => {
    const [gap, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([gap]);
    return {
      value: tf.abs(gap),
      gradFunc: (upstream: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(upstream, tf.sign(saved!)),
    };
  });
  return op(tf.sub(a, b));
}
