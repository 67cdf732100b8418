/**
 * The loss of the one-step generator where the truth has gaps, for any number of outputs and nothing to conserve: only pixels with a
 * value count, means of blocks are those of their pixels with a value, and what stands at the others has no influence at all.
 */
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import { type LossTerm, withTerm } from "../diffusion/loss-term.ts";
import type { Unet } from "../diffusion/unet.ts";
import { bent, blockMeansGraph, softplus } from "./conservation.ts";
import { absoluteDifference, fairEnergy } from "./fair-energy.ts";
import { oneStepOutput } from "./loss.ts";

/** One output: what is made of the network's values, t = background + deviation · value. */
export interface OutputScale {
  readonly deviation: number;
  /** True if t is a logarithm ln(1 + R/c), which is bent to be at least 0. */
  readonly log: boolean;
}

/** Options of {@link maskedOneStepLoss}. */
export interface MaskedOneStepOptions {
  readonly outputs: readonly OutputScale[];
  /** Members of a case, ≥ 2. */
  readonly members: number;
  /** Sides of the blocks over whose means the CRPS is taken; 1 for pixels. */
  readonly scales: readonly number[];
  /** @defaultValue none */
  readonly term?: LossTerm | null;
  /** True if the network is shown the mask, as further channels behind the condition. @defaultValue false */
  readonly shown?: boolean;
}

/**
 * The loss as a function of parameters and one batch of inputs, to be given to `compileTraining`.
 *
 * Inputs, in order: clean data (t − background)/deviation [b, h, w, o]; condition [b, h, w, c]; background of t [b, h, w, o]; mask
 * [b, h, w, o], 1 where there is a value, else 0; noise images [members · b, h, w, n]; and what a term draws.
 * Value: mean over images of Σ_scales fair CRPS of t/deviation (for several outputs the energy score of all at a pixel), each a mean
 * over the pixels with a value, and the term, for which truth and members are the background at gaps.
 */
export function maskedOneStepLoss(
  network: Unet,
  { outputs, members, scales, term, shown = false }: MaskedOneStepOptions,
): (
  parameters: Readonly<Record<string, tf.Tensor>>,
  inputs: readonly tf.Tensor[],
) => { readonly loss: tf.Scalar; readonly metrics: Record<string, tf.Scalar> } {
  const deviations = () =>
    tf.tensor(
      outputs.map(({ deviation }) => deviation),
      [1, 1, 1, outputs.length],
    );
  return (parameters, inputs) => {
    const [given, condition, background, mask, noise, ...draws] = inputs as unknown as readonly [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
      ...tf.Tensor[],
    ];
    const clean = tf.where(tf.greater(mask, 0), given, tf.zerosLike(given));
    const each = (x: tf.Tensor4D) => tf.concat(new Array<tf.Tensor4D>(members).fill(x), 0) as tf.Tensor4D;
    const seen = shown ? (tf.concat([condition, mask], 3) as tf.Tensor4D) : condition;
    // All in units of the deviation, so that outputs count alike.
    const level = tf.div(background, deviations()) as tf.Tensor4D;
    const field = tf.add(each(level), oneStepOutput(network, parameters, noise, each(seen))) as tf.Tensor4D;
    const drawn = tf.split(bentGraph(field, outputs), members, 0) as tf.Tensor4D[];
    const truth = tf.add(level, clean) as tf.Tensor4D;
    const share = tf.maximum(tf.mean(mask, [1, 2, 3], true), constant(1e-12));
    const parts = scales.map((k) => {
      const known = means(mask, k);
      const of = (x: tf.Tensor4D) => tf.div(means(tf.mul(mask, x), k), tf.maximum(known, constant(1e-12)));
      const weight = tf.div(tf.mean(known, 3, true), share);
      return fairEnergy(drawn.map(of), of(truth), (a, b) => tf.mul(weight, apart(a, b)));
    });
    const crps = parts.reduce((sum, part) => tf.add(sum, part)) as tf.Scalar;
    if (!term) return { loss: crps, metrics: { crps } };
    const filled = (x: tf.Tensor4D) => flat(tf.add(tf.mul(mask, x), tf.mul(tf.sub(1, mask), level)) as tf.Tensor4D);
    const { loss, metrics } = withTerm(crps, term, { samples: drawn.map(filled), truth: filled(truth), draws }, 1);
    return { loss, metrics: { crps, ...metrics } };
  };
}

/** Distance at each pixel: |a − b|, for several outputs the Euclidean one, so that their joint distribution is what is scored. */
function apart(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  if (a.shape[3] === 1) return absoluteDifference(a, b);
  return tf.sqrt(tf.add(tf.sum(tf.square(tf.sub(a, b)), 3, true), constant(1e-12)));
}

/** Means over k × k blocks, for any number of outputs. */
function means(x: tf.Tensor, k: number): tf.Tensor {
  if (k === 1) return x;
  const [batch, height, width, outputs] = x.shape as [number, number, number, number];
  if (outputs === 1) return blockMeansGraph(x as tf.Tensor4D, k);
  const own = tf.split(x, outputs, 3) as tf.Tensor4D[];
  const of = own.map((one) => blockMeansGraph(tf.reshape(one, [batch, height, width, 1]), k));
  return tf.concat(of, 3);
}

/** Outputs as images of their own, [batch · outputs, height, width, 1]. */
function flat(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, outputs] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch * outputs, height, width, 1]);
}

/** Bends the logarithms among the outputs, which come in units of their deviation. */
function bentGraph(field: tf.Tensor4D, outputs: readonly OutputScale[]): tf.Tensor4D {
  if (outputs.every(({ log }) => !log)) return field;
  const own = (outputs.length === 1 ? [field] : tf.split(field, outputs.length, 3)) as tf.Tensor4D[];
  const of = own.map((x, k) => {
    const { deviation, log } = outputs[k]!;
    return log ? (tf.div(softplus(tf.mul(x, deviation) as tf.Tensor4D), deviation) as tf.Tensor4D) : x;
  });
  return of.length === 1 ? of[0]! : (tf.concat(of, 3) as tf.Tensor4D);
}

/**
 * The same on the host: from what the network says to standardised residuals, [members, height, width, outputs], in its place.
 *
 * @param background - of t, [height, width, outputs]
 */
export function positiveResidual(
  output: Float32Array,
  background: Float32Array,
  outputs: readonly OutputScale[],
): void {
  for (let i = 0; i < output.length; i++) {
    const { deviation, log } = outputs[i % outputs.length]!;
    if (!log) continue;
    const level = background[i % background.length]!;
    output[i] = (bent(level + deviation * output[i]!) - level) / deviation;
  }
}
