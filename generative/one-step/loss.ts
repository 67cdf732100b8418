/**
 * The one-step generator and its loss: a network that turns conditions and noise images into one member, trained on the fair CRPS
 * of two or more members over pixels and over means of blocks, in ln(1 + R/c) (as in FGN, arXiv 2506.10772, and AIFS-CRPS,
 * arXiv 2412.15832), with an optional term between samples.
 */
import type { Rng } from "../../engine/rng.ts";
import { tf } from "../../engine/tensor.ts";
import type { Parameter, Unet } from "../diffusion/unet.ts";
import { fairEnergy } from "./fair-energy.ts";
import { noiseBlocks } from "./noise.ts";
import { type SampleTerm, sampleEnergy } from "./sample-term.ts";
import { blockMeansGraph, type RainScale, settleGraph } from "./settle.ts";

/** Options of {@link oneStepLoss}. */
export interface OneStepLossOptions extends RainScale {
  /** Standard deviation of ln(1 + R/c) less the background, measured. */
  readonly sigmaData: number;
  /** Members of a case, ≥ 2. */
  readonly members: number;
  /** Sides of the blocks over whose means the CRPS is taken; 1 for pixels. */
  readonly scales: readonly number[];
  /** @defaultValue none */
  readonly term?: SampleTerm;
  /** Rates below it, in mm/h, are judged as 0. @defaultValue 0, all as they are */
  readonly cut?: number;
}

/** The output of the network for images [batch, height, width, …]: what is added to the background, in units of sigmaData. */
export function oneStepOutput(
  network: Unet,
  parameters: Readonly<Record<string, tf.Tensor>>,
  noise: tf.Tensor4D,
  condition: tf.Tensor4D,
): tf.Tensor4D {
  // The network's modulation by a noise level has nothing to tell here: it is one learned constant.
  const level = tf.fill([condition.shape[0]], 0) as tf.Tensor1D;
  const entering = network.noiseSides.length;
  if (entering === 0) return network.apply(parameters, tf.concat([noise, condition], 3) as tf.Tensor4D, level);
  const [seen, images] = tf.split(noise, [noiseBlocks.length, entering], 3) as [tf.Tensor4D, tf.Tensor4D];
  return network.apply(parameters, tf.concat([seen, condition], 3) as tf.Tensor4D, level, images);
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
 * [b, h / factor, w / factor, 1]; noise images [members · b, h, w, n]; and, for a term between patches, its directions for each side.
 * Value: (Σ_scales fair CRPS + weight · fair energy of the term) / sigmaData.
 */
export function oneStepLoss(
  network: Unet,
  { sigmaData, members, scales, term, cut = 0, ...rain }: OneStepLossOptions,
): (
  parameters: Readonly<Record<string, tf.Tensor>>,
  inputs: readonly tf.Tensor[],
) => { readonly loss: tf.Scalar; readonly metrics: Record<string, tf.Scalar> } {
  return (parameters, inputs) => {
    const [truth, condition, background, coarse, noise, ...directions] = inputs as unknown as readonly [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
      ...tf.Tensor4D[],
    ];
    const each = (x: tf.Tensor4D) => tf.concat(new Array<tf.Tensor4D>(members).fill(x), 0) as tf.Tensor4D;
    const output = oneStepOutput(network, parameters, noise, each(condition));
    const field = tf.add(each(background), tf.mul(output, sigmaData)) as tf.Tensor4D;
    const drawn = tf.split(settleGraph(field, each(coarse), rain, cut), members, 0) as tf.Tensor4D[];
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
    if (term === undefined) return { loss: crps, metrics: { crps } };
    const energy = tf.div(sampleEnergy(drawn, truth, term, directions), sigmaData) as tf.Scalar;
    return {
      loss: tf.add(crps, tf.mul(energy, term.weight)) as tf.Scalar,
      metrics: { crps, [term.kind]: energy },
    };
  };
}
