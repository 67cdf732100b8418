/**
 * Layers of convolutional networks as tfjs functions: images NHWC, filters HWIO. Normalisation and SiLU carry their own
 * gradients, written in few passes over the image; inside `compile` their building blocks become fused operators.
 */
import { ShapeError } from "../errors.ts";
import { tf } from "./tensor.ts";
import { isTracing } from "./trace.ts";

/**
 * Convolution of `x` [N, H, W, C] with `filter` [KH, KW, C, O]; (k − 1)/2 zeros on every side, as PyTorch's
 * `padding=k//2`.
 *
 * @param bias - [O]
 * @param stride - pixels from one output to the next, whole, ≥ 1
 */
export function conv2d(x: tf.Tensor4D, filter: tf.Tensor4D, bias?: tf.Tensor1D, stride = 1): tf.Tensor4D {
  const [kh, kw] = filter.shape;
  const [ph, pw] = [(kh - 1) >> 1, (kw - 1) >> 1];
  const pad = [
    [0, 0],
    [ph, kh - 1 - ph],
    [pw, kw - 1 - pw],
    [0, 0],
  ] as unknown as "same";
  const y = tf.conv2d(x, filter, stride, pad);
  return bias ? tf.add(y, bias) : y;
}

/** x · weights + bias for `x` [N, I], `weights` [I, O], `bias` [O], none where it is left out. */
export function dense(x: tf.Tensor2D, weights: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor2D {
  const y = tf.matMul(x, weights);
  return (bias ? tf.add(y, bias) : y) as tf.Tensor2D;
}

/**
 * x·sigmoid(x) with the gradient σ + h(1 − σ), h = xσ.
 *
 * @param x - of any shape
 */
export const silu: <T extends tf.Tensor>(x: T) => T = (x) => {
  const op = tf.customGrad((input, save) => {
    const v = input as tf.Tensor;
    const s = tf.sigmoid(v);
    (save as tf.GradSaveFunc)([v]);
    return {
      value: tf.mul(v, s),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const u = saved[0]!;
        const sigma = tf.sigmoid(u);
        const h = tf.mul(u, sigma);
        return tf.mul(dy, tf.add(sigma, tf.mul(h, tf.sub(1, sigma))));
      },
    };
  });
  return op(x) as typeof x;
};

/** Options of {@link groupNorm}. */
export interface GroupNormOptions {
  /** Divides the channels. */
  readonly groups: number;
  /** Scale and shift, each [N, C]: y·(1 + scale) + shift (FiLM, arXiv 1709.07871). */
  readonly film?: readonly [scale: tf.Tensor2D, shift: tf.Tensor2D] | undefined;
  /** Activation that follows, with a gradient in fewer passes than {@link silu} of the result. @defaultValue none */
  readonly activation?: "silu";
}

/**
 * Group normalisation (arXiv 1803.08494) of `x` [N, H, W, C] with `gamma`, `beta` [C], optionally modulated per sample.
 *
 * @param epsilon - added to the variance, ≥ 0
 * @throws ShapeError where the groups do not divide the channels
 */
export function groupNorm(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  { groups, film, activation }: GroupNormOptions,
  epsilon = 1e-5,
): tf.Tensor4D {
  const [scale, shift] = film ?? [];
  const [n, , , c] = x.shape;
  if (c % groups !== 0) throw new ShapeError("groupNorm: channels", `a multiple of ${groups} groups`, `${c}`);
  const gain = scale ? tf.mul(tf.add(scale, 1), gamma) : tf.broadcastTo(tf.reshape(gamma, [1, c]), [n, c]);
  const base = scale ? tf.mul(tf.add(scale, 1), beta) : tf.broadcastTo(tf.reshape(beta, [1, c]), [n, c]);
  const offset = (shift ? tf.add(base, shift) : base) as tf.Tensor2D;
  return normalize(x, gain as tf.Tensor2D, offset, { groups, epsilon, active: activation === "silu" });
}

/**
 * y = x̂·gain + offset with gain, offset [N, C], or where `active` y·sigmoid(y); x̂ has mean 0 and variance 1 in every
 * group of channels.
 */
function normalize(
  x: tf.Tensor4D,
  gain: tf.Tensor2D,
  offset: tf.Tensor2D,
  { groups, epsilon, active }: { readonly groups: number; readonly epsilon: number; readonly active: boolean },
): tf.Tensor4D {
  const [n, h, w, c] = x.shape;
  const perGroup = c / groups;
  const length = h * w * perGroup;
  // [N, C] → the sum over each group, back on every channel of the group.
  const groupMean = (t: tf.Tensor): tf.Tensor => {
    const sums = tf.sum(tf.reshape(t, [n, groups, perGroup]), 2, true);
    return tf.reshape(tf.tile(tf.div(sums, length), [1, 1, perGroup]), [n, c]);
  };
  const moments = (v: tf.Tensor4D) => {
    const mean = groupMean(tf.sum(v, [1, 2]));
    const variance = tf.relu(tf.sub(groupMean(channelDot(v, v)), tf.square(mean)));
    return { mean, inverse: tf.rsqrt(tf.add(variance, epsilon)) };
  };
  const op = tf.customGrad((...args) => {
    const [v, a, b, save] = args as unknown as [tf.Tensor4D, tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    const line = (u: tf.Tensor4D, g: tf.Tensor2D, o: tf.Tensor2D) => {
      const { mean, inverse } = moments(u);
      const slope = tf.mul(g, inverse);
      return { mean, inverse, slope, shift: tf.sub(o, tf.mul(slope, mean)) };
    };
    const { slope, shift } = line(v, a, b);
    const y = affine(v, slope, shift);
    save(active ? [v, a, b] : [v, a]);
    return {
      value: active ? tf.mul<tf.Tensor4D>(y, tf.sigmoid(y)) : y,
      gradFunc: (upstream: tf.Tensor4D, saved: tf.Tensor[]) => {
        const [u, g, o = g] = saved as [tf.Tensor4D, tf.Tensor2D, tf.Tensor2D?];
        const { mean: m, inverse: r, slope: s, shift: t } = line(u, g, o);
        const dy = active ? againstSilu(upstream, u, s, t) : upstream;
        const sign = (v: tf.Tensor) => (active ? tf.neg(v) : v);
        const sum = sign(tf.sum(dy, [1, 2]));
        const dot = sign(channelDot(dy, u));
        const dGain = tf.mul(r, tf.sub(dot, tf.mul(m, sum)));
        // dx = r(g·dy − mean(g·dy) − x̂·mean(g·dy·x̂)), collected as P·dy + Q·x + R with P, Q, R [N, C].
        const meanDy = groupMean(tf.mul(g, sum));
        const q = tf.neg(tf.mul(tf.square(r), groupMean(tf.mul(g, dGain))));
        const rest = tf.neg(tf.add(tf.mul(r, meanDy), tf.mul(q, m)));
        const dx = affineSum(dy, sign(tf.mul(r, g)), rest, u, q);
        return [dx, dGain, sum];
      },
    };
  });
  return op(x, gain, offset) as tf.Tensor4D;
}

/** Minus the gradient before y·σ(y) with y = x·slope + offset: dy·σ·(yσ − y − 1). */
function againstSilu(dy: tf.Tensor4D, x: tf.Tensor4D, slope: tf.Tensor, offset: tf.Tensor): tf.Tensor4D {
  const y = affine(x, slope, offset);
  const sigma = tf.sigmoid(y);
  const rest = affineSum(x, tf.neg(slope), tf.sub(-1, offset), tf.mul(y, sigma));
  return tf.mul(dy, tf.mul(sigma, rest));
}

const perChannel = (t: tf.Tensor): tf.Tensor4D => tf.reshape(t, [t.shape[0]!, 1, 1, t.shape[1]!]);

/** x·slope + offset with slope, offset [N, C]: one pass over the image in a compiled graph. */
function affine(x: tf.Tensor4D, slope: tf.Tensor, offset: tf.Tensor): tf.Tensor4D {
  if (isTracing()) return tf.engine().runKernel("MongeAffine", { x, slope, offset } as unknown as tf.NamedTensorMap);
  return tf.add(tf.mul(x, perChannel(slope)), perChannel(offset));
}

/** x·slope + offset + y·factor with slope, offset, factor [N, C]; without a factor y as it is. */
function affineSum(
  x: tf.Tensor4D,
  slope: tf.Tensor,
  offset: tf.Tensor,
  y: tf.Tensor4D,
  factor?: tf.Tensor,
): tf.Tensor4D {
  if (isTracing()) {
    const named = { x, slope, offset, y, ...(factor && { factor }) };
    return tf.engine().runKernel("MongeAffineSum", named as unknown as tf.NamedTensorMap);
  }
  return tf.add(affine(x, slope, offset), factor ? tf.mul(y, perChannel(factor)) : y);
}

/** Σ over pixels of x·y, [N, C]. */
function channelDot(x: tf.Tensor4D, y: tf.Tensor4D): tf.Tensor2D {
  if (isTracing()) return tf.engine().runKernel("MongeChannelDot", { x, y } as unknown as tf.NamedTensorMap);
  return tf.sum(tf.mul(x, y), [1, 2]);
}

/** Repeats every pixel of `x` [N, H, W, C] `factor` × `factor` times. */
export function upsampleNearest(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  const [, h, w] = x.shape;
  const op = tf.customGrad((...args) => {
    const [v] = args as unknown as [tf.Tensor4D];
    return {
      value: tf.image.resizeNearestNeighbor(v, [h * factor, w * factor]),
      gradFunc: (dy: tf.Tensor4D) => tf.mul(tf.avgPool(dy, factor, factor, "valid"), factor * factor),
    };
  });
  return op(x) as tf.Tensor4D;
}
