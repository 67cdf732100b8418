/**
 * Gradient penalties for critics, as tfjs functions for the training graph. A penalty on ∇ₓf needs the derivative of a
 * gradient in the weights; nested `tf.grad` is wrong for saved outputs, so a critic gives its input gradient by an explicit
 * backward pass written in ops, and one reverse pass over everything gives the weights' gradient.
 */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";

/** A critic's values and input gradients at a batch of points. */
export interface CriticOutput {
  /** f(x), [batch]. */
  readonly value: tf.Tensor1D;
  /** ∇ₓf(x), of the shape of the points. */
  readonly gradient: tf.Tensor;
}

/** A function f with its input gradient, both made of differentiable ops. */
export type Critic = (points: tf.Tensor) => CriticOutput;

/** Elementwise nonlinearities of {@link mlpCritic}. The first two are smooth. */
export type CriticActivation = "softplus" | "tanh" | "relu" | "leakyRelu";

/** The layers of a critic; the last has one output and no activation. */
export interface MlpCriticOptions {
  /** [inputs, outputs] each. */
  readonly weights: readonly tf.Tensor2D[];
  /** [outputs] each. */
  readonly biases: readonly tf.Tensor1D[];
  /** Between layers. @defaultValue "softplus" */
  readonly activation?: CriticActivation;
}

/** Options of {@link gradientPenalty}. */
export interface GradientPenaltyOptions {
  /**
   * With s the Euclidean norm of a sample's gradient: "twoSided" (s − K)² (arXiv 1704.00028), "oneSided" max(s − K, 0)²
   * (arXiv 1709.08894), "h1" s², for the ∫|∇p|² of adversarial sampling (arXiv 2305.18702). @defaultValue "twoSided"
   */
  readonly kind?: "twoSided" | "oneSided" | "h1";
  /** The Lipschitz constant K ≥ 0. @defaultValue 1 */
  readonly target?: number;
  /** Importance weight of each sample, [batch]; with 1/q for samples from q the mean estimates an integral. @defaultValue 1 */
  readonly weights?: tf.Tensor1D;
}

/** Result of {@link gradientPenalty}. */
export interface GradientPenalty {
  /** Mean over the batch, to be multiplied by λ and added to the loss. */
  readonly penalty: tf.Scalar;
  /** The norm of each sample's gradient, [batch]: what to watch during training. */
  readonly norms: tf.Tensor1D;
}

/**
 * The mean penalty on the norm of a critic's input gradient: one norm a sample, over all its other axes. The root is that
 * of s² + 1e-12, so that a vanishing gradient has a derivative.
 *
 * @param points - [batch, …], such as {@link interpolatedPoints}
 * @throws OptionsError where the kind is unknown or the target is negative
 * @throws ShapeError where gradient or weights do not fit the points
 */
export function gradientPenalty(
  critic: Critic,
  points: tf.Tensor,
  options: GradientPenaltyOptions = {},
): GradientPenalty {
  const { kind = "twoSided", target = 1, weights } = options;
  if (!(target >= 0 && Number.isFinite(target))) {
    throw new OptionsError(`gradientPenalty: target is ${target}, expected ≥ 0`, "target", target);
  }
  const batch = points.shape[0] ?? 0;
  if (points.rank < 2 || batch < 1) throw new ShapeError("gradientPenalty: points", "[batch, …]", points.shape);
  if (weights && (weights.rank !== 1 || weights.shape[0] !== batch)) {
    throw new ShapeError("gradientPenalty: weights", [batch], weights.shape, "one weight a sample");
  }
  const { gradient } = critic(points);
  if (gradient.shape.join() !== points.shape.join()) {
    throw new ShapeError("gradientPenalty: gradient of the critic", points.shape, gradient.shape);
  }
  const squares = tf.sum(tf.square(tf.reshape(gradient, [batch, -1])), 1) as tf.Tensor1D;
  const norms = tf.sqrt(tf.add(squares, constant(1e-12))) as tf.Tensor1D;
  const each = penaltyOf(kind, squares, norms, target);
  return { penalty: tf.mean(weights ? tf.mul(weights, each) : each) as tf.Scalar, norms };
}

function penaltyOf(
  kind: NonNullable<GradientPenaltyOptions["kind"]>,
  squares: tf.Tensor1D,
  norms: tf.Tensor1D,
  target: number,
): tf.Tensor {
  switch (kind) {
    case "twoSided":
      return tf.square(tf.sub(norms, constant(target)));
    case "oneSided":
      return tf.square(tf.relu(tf.sub(norms, constant(target))));
    case "h1":
      return squares;
    default:
      throw new OptionsError(`gradientPenalty: kind is ${kind}, expected "twoSided", "oneSided" or "h1"`, "kind", kind);
  }
}

/**
 * A fully connected critic R^d → R with the input gradient that {@link gradientPenalty} asks for.
 *
 * @throws ShapeError where the layers do not chain, or the last has not one output
 * @throws OptionsError where the activation is unknown
 */
export function mlpCritic({ weights, biases, activation = "softplus" }: MlpCriticOptions): Critic {
  if (weights.length === 0 || biases.length !== weights.length) {
    throw new ShapeError(
      "mlpCritic: biases",
      [weights.length],
      [biases.length],
      "one bias a layer, one layer at least",
    );
  }
  for (const [l, w] of weights.entries()) {
    const outputs = weights[l + 1]?.shape[0] ?? 1;
    if (w.rank !== 2 || w.shape[1] !== outputs || biases[l]!.shape.join() !== `${outputs}`) {
      throw new ShapeError(`mlpCritic: layer ${l}`, `[inputs, ${outputs}] and bias [${outputs}]`, w.shape);
    }
  }
  const bend = bends[activation];
  if (!bend) {
    const known = Object.keys(bends).join(", ");
    throw new OptionsError(
      `mlpCritic: activation is ${activation}, expected one of ${known}`,
      "activation",
      activation,
    );
  }
  return (points) => {
    const batch = points.shape[0]!;
    let h = points as tf.Tensor2D;
    const slopes: tf.Tensor[] = [];
    for (const [l, w] of weights.entries()) {
      const z = tf.add(tf.matMul(h, w), biases[l]!) as tf.Tensor2D;
      if (l === weights.length - 1) {
        h = z;
        continue;
      }
      const { value, slope } = bend(z);
      slopes.push(slope);
      h = value as tf.Tensor2D;
    }
    // Backwards: the last layer's weights in every row, then slope by slope.
    let gradient = tf.reshape(weights.at(-1)!, [1, -1]) as tf.Tensor2D;
    for (let l = slopes.length - 1; l >= 0; l--) {
      gradient = tf.matMul(tf.mul(slopes[l]!, gradient) as tf.Tensor2D, weights[l]!, false, true);
    }
    if (slopes.length === 0) gradient = tf.tile(gradient, [batch, 1]);
    return { value: tf.reshape(h, [batch]) as tf.Tensor1D, gradient };
  };
}

interface Bent {
  readonly value: tf.Tensor;
  readonly slope: tf.Tensor;
}

function leaky(z: tf.Tensor, alpha: number): Bent {
  const slope = tf.add(tf.mul(tf.step(z), constant(1 - alpha)), constant(alpha));
  return { value: tf.mul(z, slope), slope };
}

/** σ and σ′ as ops whose own gradients are right. */
const bends: Readonly<Record<CriticActivation, (z: tf.Tensor) => Bent>> = {
  softplus: (z) => ({ value: tf.softplus(z), slope: tf.sigmoid(z) }),
  tanh: (z) => {
    const value = tf.tanh(z);
    return { value, slope: tf.sub(1, tf.square(value)) };
  },
  relu: (z) => leaky(z, 0),
  leakyRelu: (z) => leaky(z, 0.2),
};

/**
 * x + t(y − x), the points at which WGAN-GP watches the gradient (arXiv 1704.00028, §4).
 *
 * @param x - [batch, …]
 * @param y - the same shape
 * @param t - [batch], uniform on [0, 1]
 * @throws ShapeError where the shapes differ
 */
export function interpolatedPoints(x: tf.Tensor, y: tf.Tensor, t: tf.Tensor1D): tf.Tensor {
  if (x.shape.join() !== y.shape.join()) throw new ShapeError("interpolatedPoints: y", x.shape, y.shape);
  if (t.rank !== 1 || t.shape[0] !== x.shape[0]) throw new ShapeError("interpolatedPoints: t", [x.shape[0]!], t.shape);
  const column = tf.reshape(t, [x.shape[0]!, ...x.shape.slice(1).map(() => 1)]);
  return tf.add(x, tf.mul(column, tf.sub(y, x)));
}
