/**
 * Training objectives of a flow, as functions of its parameters and of weighted points, and the host code that prepares
 * their inputs. All densities here are relative to the uniform one (1 on average over the box).
 */
import type { Rng } from "../../engine/random/rng.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import type { Flow, FlowParameters } from "./flow.ts";

/** Longest step of the difference quotients, as a share of the box's side. */
const REACH = 0.02;

/** A loss with the numbers worth reporting. */
export interface FlowLoss {
  /** To be minimised. */
  readonly loss: tf.Scalar;
  /** By name; see the loss function. */
  readonly metrics: Readonly<Record<string, tf.Scalar>>;
}

/** Regularizers of the adversary. */
export type Regularizer = "chi-square" | "entropy" | "wasserstein";

/**
 * Minus the adversary's objective on weighted points: −[Σ a_i (p(y_i) − 1) − b D]. With a_i = g(y_i)/(G q(y_i)) this estimates ∫ g p − ∫ g − b D(p)
 * without bias. D is Σ c_i (p(z_i) − 1)² of chi-square, Σ c_i (p ln p − p + 1) of entropy, and with the weights of `differencePoints` Σ c_ji
 * (p(z_i + s_ji) − p(z_i))², which estimates ∫ |∇p|², of the dual Sobolev norm. A barrier −μ Σ a log p/Σ a, the cross-entropy of DAS, can be added: the gain's gradient vanishes with p, so that a
 * flow that has left a place does not find back to it without. Gain and penalty have points of their own, since r² and |∇p|² are large in different places. No gradient is nested.
 *
 * @param parameters - tensors by the names of `flow.shapes`
 * @param inputs - y `[G, d]`; z `[E, d]`, with the norm followed by its shifted copies `[(1 + m) E, d]`; a `[G]`; c `[E]` or `[m, E]`; b `[1]`; μ `[1]`
 * @returns metrics: `gain` Σ a (p − 1), `energy` D, `entropy` the barrier
 */
export function adversaryLoss(
  flow: Flow,
  parameters: FlowParameters,
  inputs: readonly tf.Tensor[],
  regularizer: Regularizer,
): FlowLoss {
  const [gained, paid, weights, own, penalty, barrier] = inputs as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor1D,
    tf.Tensor,
    tf.Tensor1D,
    tf.Tensor1D,
  ];
  const count = weights.shape[0];
  const logs = flow.logDensity(parameters, tf.concat([gained, paid], 0));
  const density = tf.exp(logs);
  const part = (of: tf.Tensor, from: number, size: number) => tf.slice(of, [from], [size]);
  const divergence = () => {
    if (regularizer === "wasserstein") {
      const [shifts, base] = own.shape as [number, number];
      const shifted = tf.reshape(part(density, count + base, shifts * base), [shifts, base]);
      return tf.square(tf.sub(shifted, part(density, count, base)));
    }
    const excess = tf.sub(part(density, count, own.size), 1);
    if (regularizer === "chi-square") return tf.square(excess);
    return tf.sub(tf.mul(part(density, count, own.size), part(logs, count, own.size)), excess);
  };
  const energy = tf.sum(tf.mul(own, divergence())) as tf.Scalar;
  const gain = tf.sum(tf.mul(weights, tf.sub(part(density, 0, count), 1))) as tf.Scalar;
  const entropy = tf.neg(tf.div(tf.sum(tf.mul(weights, part(logs, 0, count))), tf.sum(weights))) as tf.Scalar;
  const objective = tf.sub(tf.mul(tf.reshape(penalty, []), energy), gain);
  const loss = tf.add(objective, tf.mul(tf.reshape(barrier, []), entropy)) as tf.Scalar;
  return { loss, metrics: { gain, energy, entropy } };
}

/**
 * Cross-entropy −Σ a_i log p(z_i) of DAS (arXiv 2112.14038), a_i = r²(z_i)/(N q(z_i)) normalised to the sum one. log p is not
 * clipped: a clipped logarithm has no gradient where the density is worst.
 *
 * @param parameters - tensors by the names of `flow.shapes`
 * @param inputs - points `[N, d]`, a `[N]`
 */
export function crossEntropyLoss(flow: Flow, parameters: FlowParameters, inputs: readonly tf.Tensor[]): FlowLoss {
  const [points, weights] = inputs as [tf.Tensor2D, tf.Tensor1D];
  const loss = tf.neg(tf.sum(tf.mul(weights, flow.logDensity(parameters, points)))) as tf.Scalar;
  return { loss, metrics: {} };
}

/**
 * `points` and behind them points next to them, one step along single coordinates, none outside the box, and the weights with which squared
 * differences of p estimate the mean of |∇p|² over the box: all d coordinates where `shifts` = d, otherwise `shifts` different ones
 * drawn for each point, weighted d/shifts (unbiased).
 *
 * The steps are finite on purpose. ∇p jumps where cells of the flow's maps end (in KRnet, where a ReLU bends), and training moves
 * these places: the derivative of ∫|∇p|² then has a part that lives on them alone, which sampled derivatives, or very small
 * steps, miss. Ascent along what is left runs away from the maximum (measured: 98.8 % of it after 100 steps with steps
 * of 0.02, with 1e-6 90 % and falling). Differences over a finite step are continuous in the parameters, so their sampled gradient is
 * unbiased. Lengths are drawn between a quarter and all of 0.02·min(1, q^(−1/d)), shorter where the density q is high, so that no
 * ripple of one wavelength goes unseen; directions are drawn too, away from a face that is nearer than the step.
 *
 * @param points - unit box, row-major `[N, d]`
 * @param weights - 1/(N q), `[N]`
 * @param sides - lengths of the box; the gradient is with respect to physical coordinates
 * @param rng - draws lengths, directions and coordinates
 */
export function differencePoints(
  points: Float64Array,
  weights: Float64Array,
  sides: readonly number[],
  shifts: number,
  rng: Rng,
): { readonly points: Float64Array; readonly weights: Float64Array } {
  const d = sides.length;
  const count = weights.length;
  const all = new Float64Array((1 + shifts) * count * d);
  all.set(points);
  const shifted = all.subarray(points.length);
  const scaled = new Float64Array(shifts * count);
  const order = Int32Array.from({ length: d }, (_, k) => k);
  for (let i = 0; i < count; i++) {
    if (shifts < d) rng.shuffle(order);
    const row = points.subarray(i * d, (i + 1) * d);
    const longest = REACH * Math.min(1, (count * weights[i]!) ** (1 / d));
    const step = longest * (0.25 + 0.75 * rng.uniform());
    for (let j = 0; j < shifts; j++) {
      const axis = order[j]!;
      const at = j * count + i;
      shifted.set(row, at * d);
      if (weights[i] === 0) continue;
      const before = row[axis]!;
      const sign = before < step ? 1 : before > 1 - step || rng.uniform() < 0.5 ? -1 : 1;
      const after = before + sign * step;
      shifted[at * d + axis] = after;
      scaled[at] = (weights[i]! * d) / shifts / ((after - before) * sides[axis]!) ** 2;
    }
  }
  return { points: all, weights: scaled };
}
