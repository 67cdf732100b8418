/**
 * The one-step generator and its loss: a network that turns conditions and noise images into one member, trained on the fair CRPS
 * of two or more members over pixels and over means of blocks, in ln(1 + R/c) (as in FGN, arXiv 2506.10772, and AIFS-CRPS,
 * arXiv 2412.15832), with an optional term.
 */
import type { Rng } from "../../engine/random/rng.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import type { DenoisingLossOptions } from "../diffusion/loss.ts";
import { withTerm } from "../diffusion/loss-term.ts";
import type { Parameter, Unet } from "../diffusion/unet.ts";
import { blockMeansGraph, conserveGraph, type OutputScale, positiveGraph, type RainScale } from "./conservation.ts";
import { absoluteDifference, fairEnergy } from "./fair-energy.ts";

/** Options of {@link oneStepLoss}. */
export interface OneStepLossOptions extends Pick<DenoisingLossOptions, "term" | "shown"> {
  readonly outputs: readonly OutputScale[];
  /** Members of a case, ≥ 2. */
  readonly members: number;
  /** Sides of the blocks over whose means the CRPS is taken; 1 for pixels. */
  readonly scales: readonly number[];
  /** Blocks whose means are conserved, of one logarithm without gaps; without them targets may have gaps. */
  readonly conserved: RainScale | undefined;
}

/** The output of the network for images [batch, height, width, …]: what is added to the background, in units of sigmaData. */
export function oneStepOutput(
  network: Unet,
  parameters: Readonly<Record<string, tf.Tensor>>,
  noise: tf.Tensor4D,
  condition: tf.Tensor4D,
): tf.Tensor4D {
  // The network's modulation by a noise level has no meaning here: it is one learned constant.
  const level = tf.fill([condition.shape[0]], 0) as tf.Tensor1D;
  return network.apply(parameters, tf.concat([noise, condition], 3) as tf.Tensor4D, level);
}

/** Fresh parameters; the last convolution is small rather than 0, so that two members differ from the first step on. */
export function initializeOneStep(network: Unet, rng: Rng): Record<string, Parameter> {
  const parameters = network.initialize(rng);
  const { values } = parameters["output.filter"]!;
  values.set(
    rng
      .split("members")
      .normal(new Float32Array(values.length))
      .map((z) => 0.01 * z),
  );
  return parameters;
}

type Inputs = readonly [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, ...tf.Tensor[]];

/**
 * The loss as a function of parameters and one batch of inputs, to be given to `compileTraining`.
 *
 * Inputs, in order: the truth, with blocks ln(1 + R/c) [b, h, w, 1], else clean data (t − background)/deviation [b, h, w, o]; condition
 * [b, h, w, c]; background of t [b, h, w, o]; with blocks the coarse rain in mm/h [b, h / factor, w / factor, 1], else the mask
 * [b, h, w, o], 1 where there is a value, else 0; noise images [members · b, h, w, n]; and what a term draws.
 * Value: Σ_scales fair CRPS of t/deviation (for several outputs the energy score of all at a pixel), and the term, see `withTerm`.
 * With a mask it is a mean over the images of means over the pixels with a value; means of blocks are those of these pixels, the others
 * have no influence at all, and for a term truth and members are the background there.
 */
export function oneStepLoss(
  network: Unet,
  { outputs, members, scales, conserved, term, shown }: OneStepLossOptions,
): (
  parameters: Readonly<Record<string, tf.Tensor>>,
  inputs: readonly tf.Tensor[],
) => { readonly loss: tf.Scalar; readonly metrics: Record<string, tf.Scalar> } {
  return (parameters, inputs) => {
    const [given, condition, background, beside, noise, ...draws] = inputs as unknown as Inputs;
    const each = (x: tf.Tensor4D) => tf.concat(new Array<tf.Tensor4D>(members).fill(x), 0) as tf.Tensor4D;
    const output = (seen: tf.Tensor4D) => oneStepOutput(network, parameters, noise, each(seen));
    const split = (x: tf.Tensor4D) => tf.split(x, members, 0) as tf.Tensor4D[];
    let [drawn, truth]: [tf.Tensor4D[], tf.Tensor4D] = [[], given];
    // Of what the fields below are in; several outputs count alike in units of their deviations.
    let unit = 1;
    let parts: tf.Scalar[];
    if (conserved) {
      unit = outputs[0]!.deviation;
      const field = tf.add(each(background), tf.mul(output(condition), unit)) as tf.Tensor4D;
      drawn = split(conserveGraph(field, each(beside), conserved));
      parts = scales.map((k) =>
        fairEnergy(
          drawn.map((x) => blockMeansGraph(x, k)),
          blockMeansGraph(truth, k),
        ),
      );
    } else {
      const clean = tf.where(tf.greater(beside, 0), given, tf.zerosLike(given));
      const level = tf.div(background, deviationsOf(outputs)) as tf.Tensor4D;
      const seen = shown ? (tf.concat([condition, beside], 3) as tf.Tensor4D) : condition;
      const field = tf.add(each(level), output(seen)) as tf.Tensor4D;
      drawn = split(positiveGraph(field, outputs));
      truth = tf.add(level, clean) as tf.Tensor4D;
      parts = scales.map((k) => maskedEnergy(drawn, truth, beside, k));
      const filled = (x: tf.Tensor4D) =>
        flat(tf.add(tf.mul(beside, x), tf.mul(tf.sub(1, beside), level)) as tf.Tensor4D);
      if (term) [drawn, truth] = [drawn.map(filled), filled(truth)];
    }
    const sum = parts.reduce((total, part) => tf.add(total, part));
    const crps = (unit === 1 ? sum : tf.div(sum, unit)) as tf.Scalar;
    if (!term) return { loss: crps, metrics: { crps } };
    const { loss, metrics } = withTerm(crps, term, { samples: drawn, truth, draws }, unit);
    return { loss, metrics: { crps, ...metrics } };
  };
}

const deviationsOf = (outputs: readonly OutputScale[]): tf.Tensor =>
  tf.tensor(
    outputs.map(({ deviation }) => deviation),
    [1, 1, 1, outputs.length],
  );

/** Fair energy of means over k × k blocks, each of their pixels with a value. */
function maskedEnergy(drawn: readonly tf.Tensor4D[], truth: tf.Tensor4D, mask: tf.Tensor4D, k: number): tf.Scalar {
  const share = tf.maximum(tf.mean(mask, [1, 2, 3], true), constant(1e-12));
  const known = means(mask, k);
  const of = (x: tf.Tensor4D) => tf.div(means(tf.mul(mask, x), k), tf.maximum(known, constant(1e-12)));
  const weight = tf.div(tf.mean(known, 3, true), share);
  return fairEnergy(drawn.map(of), of(truth), (a, b) => tf.mul(weight, apart(a, b)));
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
