/** The multi-scale distance between batches of images as TensorFlow.js operations, for a compiled training step. */
import { ShapeError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import { batchSlicedWassersteinGraph, wasserstein1dGraph } from "../../wasserstein/line/index.ts";
import { type MultiscaleOptions, type MultiscalePlan, multiscalePlan, type ScalePlan } from "./multiscale-plan.ts";

/**
 * `multiscaleWasserstein` in graph form: the same value to rounding, differentiable in both arguments. Among equal
 * values it takes the gradient of one valid order, where the host form shares it.
 *
 * @param pred - [batch, height, width] or [batch, height, width, 1]
 * @param target - the same shape
 * @param options - scales, and the pixels that count
 * @returns a scalar
 * @throws ShapeError, OptionsError as the host form, while the graph is built
 */
export function multiscaleWassersteinGraph(
  pred: tf.Tensor,
  target: tf.Tensor,
  options: MultiscaleOptions & {
    /** 1 where pixels count, 0 elsewhere; the shape of the images. Rules as in the host form. @defaultValue all */
    readonly mask?: tf.Tensor;
  } = {},
): tf.Scalar {
  const where = "multiscaleWassersteinGraph";
  const plan = multiscalePlan(where, pred.shape, options);
  for (const [name, other] of Object.entries({ target, ...(options.mask && { mask: options.mask }) })) {
    const fits =
      other.rank >= 3 && other.size === pred.size && other.shape.slice(0, 3).every((n, k) => n === pred.shape[k]);
    if (!fits) throw new ShapeError(`${where}: ${name}`, pred.shape, other.shape, "one shape for all");
  }
  const shape: [number, number, number] = [plan.batch, plan.height, plan.width];
  const mask = options.mask && (tf.cast(tf.reshape(options.mask, shape), "float32") as tf.Tensor3D);
  const images = [pred, target].map((x) => {
    const whole = tf.reshape(x, shape) as tf.Tensor3D;
    return mask === undefined ? whole : (tf.where(tf.greater(mask, 0.5), whole, tf.zerosLike(whole)) as tf.Tensor3D);
  }) as [tf.Tensor3D, tf.Tensor3D];
  const parts = plan.scales.map((scale) => {
    const { pool, mask: coarse } = pooling(plan, scale, mask);
    const [a, b] = images.map((x) => (plan.log ? signedLog(pool(x)) : pool(x))) as [tf.Tensor3D, tf.Tensor3D];
    return tf.mul(compare(a, b, coarse, plan, scale), constant(scale.weight));
  });
  return parts.reduce((sum, part) => tf.add(sum, part)) as tf.Scalar;
}

interface Pooling {
  pool(x: tf.Tensor3D): tf.Tensor3D;
  readonly mask: tf.Tensor3D | undefined;
}

function pooling({ batch }: MultiscalePlan, { scale: k, height, width }: ScalePlan, mask?: tf.Tensor3D): Pooling {
  if (k === 1) return { pool: (x) => x, mask };
  const sums = (x: tf.Tensor): tf.Tensor3D => {
    const rows = tf.sum(tf.reshape(x, [batch * height, k, width * k]), 1);
    return tf.reshape(tf.sum(tf.reshape(rows, [batch * height * width, k]), 1), [batch, height, width]);
  };
  if (mask === undefined) return { pool: (x) => tf.div(sums(x), k * k), mask };
  const counts = sums(mask);
  const coarse = tf.cast(tf.greaterEqual(counts, (k * k) / 2), "float32") as tf.Tensor3D;
  const share = tf.div(coarse, tf.maximum(counts, 1));
  return { pool: (x) => tf.mul(sums(x), share), mask: coarse };
}

function compare(
  a: tf.Tensor3D,
  b: tf.Tensor3D,
  mask: tf.Tensor3D | undefined,
  plan: MultiscalePlan,
  scale: ScalePlan,
): tf.Tensor {
  const { batch, reduce, cost } = plan;
  const options = { p: cost.p, ...(cost.huber !== undefined && { huber: cost.huber }) };
  if (reduce === "perImage" || reduce === "pooled") {
    const rows = (x: tf.Tensor) => tf.reshape(x, [reduce === "pooled" ? 1 : batch, -1]) as tf.Tensor2D;
    if (mask === undefined) return tf.mean(wasserstein1dGraph(rows(a), rows(b), options));
    const apart = wasserstein1dGraph(rows(a), rows(b), { ...options, mask: rows(mask) });
    const counted = tf.sum(tf.cast(tf.greater(tf.sum(rows(mask), 1), 0), "float32"));
    return tf.div(tf.sum(apart), tf.maximum(counted, 1));
  }
  const [x, y] = [a, b].map((image) => tf.reshape(image, [batch, -1]) as tf.Tensor2D) as [tf.Tensor2D, tf.Tensor2D];
  const dim = x.shape[1];
  const rows = constant(scale.directions!, [scale.count, dim]);
  return batchSlicedWassersteinGraph(x, y, tf.transpose(rows) as tf.Tensor2D, options);
}

/** sign(x)·log(1 + |x|), with its own gradient: that of `abs` is wrong at 0. */
function signedLog(x: tf.Tensor3D): tf.Tensor3D {
  const op = tf.customGrad((...args) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([input]);
    return {
      value: tf.mul(tf.sign(input), tf.log1p(tf.abs(input))),
      gradFunc: (upstream: tf.Tensor, [saved]: tf.Tensor[]) => tf.div(upstream, tf.add(tf.abs(saved!), 1)),
    };
  });
  return op(x) as tf.Tensor3D;
}
