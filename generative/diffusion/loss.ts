/**
 * The training loss of the downscaler: the denoising error with the weights of its noise process, and an optional term on the
 * whole denoised field.
 */
import { tf } from "../../engine/tensors/tensor.ts";
import { lossByLevel } from "./loss-by-level.ts";
import { type LossTerm, withTerm } from "./loss-term.ts";
import { edm } from "./process/edm.ts";
import { type NoiseProcess, tensors } from "./process/process.ts";
import type { Unet } from "./unet.ts";

/** Options of {@link denoisingLoss}. */
export interface DenoisingLossOptions {
  /** Standard deviation of the clean data, measured. */
  readonly sigmaData: number;
  /** Noise process. */
  readonly process: NoiseProcess;
  /** True if the truth has gaps: only pixels with a value count. */
  readonly gaps: boolean;
  /** True if the network is shown the mask of gaps, as further channels behind the condition. */
  readonly shown: boolean;
  /** Of data of one output without gaps. */
  readonly term: LossTerm | null;
  /** Increasing noise levels: metrics give the loss between them, see `lossByLevel`; none without. */
  readonly edges: readonly number[];
}

/** Value of the loss and its parts, all scalars. */
export interface DenoisingLoss {
  readonly loss: tf.Scalar;
  readonly metrics: Record<string, tf.Scalar>;
}

/**
 * Denoiser D(x; σ, condition) of a noise process in graph form.
 *
 * @param x - [batch, height, width, outputs], data plus σ times unit noise
 * @param condition - [batch, height, width, c], standardised
 * @param sigma - [batch], > 0
 * @returns the estimate of the clean data, shape of `x`
 */
export function denoise(
  network: Unet,
  parameters: Readonly<Record<string, tf.Tensor>>,
  x: tf.Tensor4D,
  condition: tf.Tensor4D,
  sigma: tf.Tensor1D,
  sigmaData: number,
  process: NoiseProcess = edm,
): tf.Tensor4D {
  const { skip, out, scale, noise } = process.coefficients<tf.Tensor>(sigma, sigmaData, tensors);
  const level = typeof noise === "number" ? tf.fill(sigma.shape, noise) : (noise as tf.Tensor1D);
  const image = tf.concat([tf.div(x, perImage(scale)), condition], 3) as tf.Tensor4D;
  const output = network.apply(parameters, image, level as tf.Tensor1D);
  return tf.add(tf.mul(perImage(skip), x), tf.mul(perImage(out), output)) as tf.Tensor4D;
}

const perImage = (c: tf.Tensor | number): tf.Tensor | number =>
  typeof c === "number" ? c : tf.reshape(c, [-1, 1, 1, 1]);

/**
 * The loss as a function of parameters and one batch of inputs, to be given to `compileTraining`.
 *
 * Inputs, in order: clean data [b, h, w, o]; condition [b, h, w, c]; unit noise [b, h, w, o]; σ [b]; with gaps the mask [b, h, w, o],
 * 1 where the clean data have a value, else 0; with a term the background [b, h, w, 1] that added to the clean data gives the field,
 * and what the term draws.
 * Value: mean_b λ(σ_b) Σ_pixels mask (D − clean)² / Σ_pixels mask, and the term, see {@link withTerm}. The noisy data are σ times
 * noise in gaps, which have no influence at all; an image without values counts as 0. A full mask changes no bit.
 */
export function denoisingLoss(
  network: Unet,
  { sigmaData, process, gaps, shown, term, edges }: DenoisingLossOptions,
): (parameters: Readonly<Record<string, tf.Tensor>>, inputs: readonly tf.Tensor[]) => DenoisingLoss {
  return (parameters, inputs) => {
    const [given, condition, noise] = inputs as readonly [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    const sigma = inputs[3] as tf.Tensor1D;
    const mask = gaps ? (inputs[4] as tf.Tensor4D) : undefined;
    const clean = mask ? tf.where(tf.greater(mask, 0), given, tf.zerosLike(given)) : given;
    const noisy = tf.add(clean, tf.mul(tf.reshape(sigma, [-1, 1, 1, 1]), noise)) as tf.Tensor4D;
    const seen = mask && shown ? (tf.concat([condition, mask], 3) as tf.Tensor4D) : condition;
    const estimate = denoise(network, parameters, noisy, seen, sigma, sigmaData, process);
    const weight = process.weight<tf.Tensor>(sigma, sigmaData, tensors);
    const squares = tf.square(tf.sub(estimate, clean));
    // Means of both, not sums: a full mask has the mean 1.
    const error = mask
      ? tf.div(tf.mean(tf.mul(mask, squares), [1, 2, 3]), tf.maximum(tf.mean(mask, [1, 2, 3]), 1e-12))
      : tf.mean(squares, [1, 2, 3]);
    const each = tf.mul(weight, error);
    const denoising = tf.mean(each) as tf.Scalar;
    const levels = edges.length === 0 ? {} : lossByLevel(each, sigma, edges);
    if (!term) return { loss: denoising, metrics: { denoising, ...levels } };
    const [background, ...draws] = inputs.slice(mask ? 5 : 4) as [tf.Tensor4D, ...tf.Tensor[]];
    const [field, truth] = [estimate, clean].map((x) => tf.add(x, background)) as [tf.Tensor4D, tf.Tensor4D];
    const fields = { estimate: field, truth, level: tf.div(sigma, sigmaData) as tf.Tensor1D, draws };
    const { loss, metrics } = withTerm(denoising, term, fields, sigmaData);
    return { loss, metrics: { denoising, ...metrics, ...levels } };
  };
}
