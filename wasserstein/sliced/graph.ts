/**
 * Sliced distances inside a compiled training step: TensorFlow.js ops, directions as an input tensor, so that a step
 * gets new ones each time without being compiled again. Equal counts and weights; the host form does the rest.
 */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import { wasserstein1dGraph } from "../line/graph.ts";
import { checkOrder } from "../measure/measure.ts";

/**
 * The estimate of SW_p^p between the rows of `x` and of `y`, for use in `compile`; not clamped at 0. The host form is
 * {@link slicedWasserstein}.
 *
 * @param x - shape [n, dim]
 * @param y - shape [n, dim]
 * @param directions - shape [count, dim], rows of norm 1, such as `sampleDirections` draws
 * @param options - order and estimator
 * @returns a scalar, in units of the coordinates to the power p
 * @throws ShapeError where the shapes do not fit
 * @throws OptionsError where an option is out of range
 */
export function slicedWassersteinGraph(
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  directions: tf.Tensor2D,
  options: {
    /** Order p ≥ 1. @defaultValue 2 */
    readonly p?: number;
    /**
     * As in `slicedWasserstein`: "controlVariate" with the lower variate and the regression coefficient, "energy" with
     * softmax weights; coefficient and weights are constants of the gradient. @defaultValue "mean"
     */
    readonly estimator?: "mean" | "controlVariate" | "energy";
  } = {},
): tf.Scalar {
  const { p = 2, estimator = "mean" } = options;
  const where = "slicedWassersteinGraph";
  checkOrder(where, p);
  if (x.rank !== 2 || y.rank !== 2 || x.shape[0] !== y.shape[0] || x.shape[1] !== y.shape[1] || x.size === 0) {
    throw new ShapeError(where, x.shape, y.shape, "both clouds are [n, dim]; unequal counts need slicedWasserstein");
  }
  if (directions.rank !== 2 || directions.shape[1] !== x.shape[1] || directions.size === 0) {
    throw new ShapeError(`${where}: directions`, `[count, ${x.shape[1]}]`, directions.shape, "one direction a row");
  }
  const project = (points: tf.Tensor2D) => tf.matMul(directions, points, false, true) as tf.Tensor2D;
  const costs = wasserstein1dGraph(project(x), project(y), { p });
  if (estimator === "mean") return tf.mean(costs);
  if (estimator === "energy") return energyMean(costs);
  if (estimator !== "controlVariate") {
    const wanted = '"mean", "controlVariate" or "energy"';
    throw new OptionsError(`${where}: estimator is "${String(estimator)}", expected ${wanted}`, "estimator", estimator);
  }
  const shift = tf.sub(tf.mean(x, 0, true), tf.mean(y, 0, true)) as tf.Tensor2D;
  const variate = tf.square(tf.reshape(tf.matMul(directions, shift, false, true), [-1])) as tf.Tensor1D;
  const expected = tf.div(tf.sum(tf.square(shift)), x.shape[1]);
  const excess = tf.sub(tf.mean(variate), expected);
  return tf.sub(tf.mean(costs), tf.mul(regression(costs, variate, p), excess)) as tf.Scalar;
}

/** Options of {@link slicedWassersteinGraph}. */
export type SlicedGraphOptions = NonNullable<Parameters<typeof slicedWassersteinGraph>[3]>;

/** Σ softmax(W)_l W_l, the weights held. */
function energyMean(costs: tf.Tensor1D): tf.Scalar {
  const op = tf.customGrad((...args) => {
    const [w, save] = args as [tf.Tensor1D, tf.GradSaveFunc];
    save([w]);
    return {
      value: tf.sum(tf.mul(tf.softmax(w), w)),
      gradFunc: (upstream: tf.Tensor, [held]: tf.Tensor[]) => tf.mul(upstream, tf.softmax(held!)),
    };
  });
  return op(costs) as tf.Scalar;
}

/** The regression coefficient Σ(W−W̄)(C−C̄)/Σ(C−C̄)², between 0 and p·W̄^(1−2/p), with gradient 0. */
function regression(costs: tf.Tensor1D, variate: tf.Tensor1D, p: number): tf.Scalar {
  const op = tf.customGrad((...args) => {
    const [w, c, save] = args as [tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    save([w, c]);
    const away = tf.sub(c, tf.mean(c));
    const covariance = tf.sum(tf.mul(tf.sub(w, tf.mean(w)), away));
    const variance = tf.sum(tf.square(away));
    // γ = min(covariance, most·variance)/variance, without a quotient where the variate does not vary.
    const mean = tf.mean(w);
    const most =
      p === 2 ? tf.mul(variance, 2) : tf.mul(tf.mul(tf.pow(mean, constant(1 - 2 / p)), constant(p)), variance);
    const idle = tf.lessEqual(variance, 0);
    const numerator = tf.where(idle, tf.zerosLike(covariance), tf.minimum(tf.relu(covariance), most));
    return {
      value: tf.div(numerator, tf.where(idle, tf.onesLike(variance), variance)),
      gradFunc: (_: tf.Tensor, saved: tf.Tensor[]) => saved.map((t) => tf.zerosLike(t)),
    };
  });
  return op(costs, variate) as tf.Scalar;
}
