/**
 * The one-step generator and its loss: a network that turns conditions and noise images into one member, trained on the fair CRPS
 * of two or more members over pixels and over means of blocks, in ln(1 + R/c) (as in FGN, arXiv 2506.10772, and AIFS-CRPS,
 * arXiv 2412.15832), with an optional term.
 */
import type { Rng } from "../../engine/random/rng.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { type LossTerm, withTerm } from "../diffusion/loss-term.ts";
import type { Parameter, Unet } from "../diffusion/unet.ts";
import { blockMeansGraph, conserveGraph, type RainScale } from "./conservation.ts";
import { fairEnergy } from "./fair-energy.ts";

/** Options of {@link oneStepLoss}. */
export interface OneStepLossOptions extends RainScale {
  /** Standard deviation of ln(1 + R/c) less the background, measured. */
  readonly sigmaData: number;
  /** Members of a case, ≥ 2. */
  readonly members: number;
  /** Sides of the blocks over whose means the CRPS is taken; 1 for pixels. */
  readonly scales: readonly number[];
  /** @defaultValue none */
  readonly term?: LossTerm | null;
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

/**
 * The loss as a function of parameters and one batch of inputs, to be given to `compileTraining`.
 *
 * Inputs, in order: truth ln(1 + R/c) [b, h, w, 1]; condition [b, h, w, c]; background [b, h, w, 1]; coarse rain in mm/h
 * [b, h / factor, w / factor, 1]; noise images [members · b, h, w, n]; and what a term draws.
 * Value: Σ_scales fair CRPS / sigmaData, and the term, see `withTerm`.
 */
export function oneStepLoss(
  network: Unet,
  { sigmaData, members, scales, term, ...rain }: OneStepLossOptions,
): (
  parameters: Readonly<Record<string, tf.Tensor>>,
  inputs: readonly tf.Tensor[],
) => { readonly loss: tf.Scalar; readonly metrics: Record<string, tf.Scalar> } {
  return (parameters, inputs) => {
    const [truth, condition, background, coarse, noise, ...draws] = inputs as unknown as readonly [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
      ...tf.Tensor[],
    ];
    const each = (x: tf.Tensor4D) => tf.concat(new Array<tf.Tensor4D>(members).fill(x), 0) as tf.Tensor4D;
    const output = oneStepOutput(network, parameters, noise, each(condition));
    const field = tf.add(each(background), tf.mul(output, sigmaData)) as tf.Tensor4D;
    const drawn = tf.split(conserveGraph(field, each(coarse), rain), members, 0) as tf.Tensor4D[];
    const parts = scales.map((k) =>
      fairEnergy(
        drawn.map((x) => blockMeansGraph(x, k)),
        blockMeansGraph(truth, k),
      ),
    );
    const crps = tf.div(
      parts.reduce((sum, part) => tf.add(sum, part)),
      sigmaData,
    ) as tf.Scalar;
    if (!term) return { loss: crps, metrics: { crps } };
    const { loss, metrics } = withTerm(crps, term, { samples: drawn, truth, draws }, sigmaData);
    return { loss, metrics: { crps, ...metrics } };
  };
}
