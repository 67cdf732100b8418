/**
 * The denoising loss where the truth has gaps, for any number of outputs: only pixels with a value count, and what stands at
 * the others has no influence at all, neither on the error nor through what the network sees.
 */
import { tf } from "../../engine/tensors/tensor.ts";
import { type DenoisingLoss, denoise } from "./loss.ts";
import { lossByLevel } from "./loss-by-level.ts";
import { tensors } from "./process/arithmetic.ts";
import { edm } from "./process/edm.ts";
import type { NoiseProcess } from "./process/process.ts";
import type { Unet } from "./unet.ts";

/** Options of {@link maskedDenoisingLoss}. */
export interface MaskedLossOptions {
  /** Standard deviation of the clean data, measured. */
  readonly sigmaData: number;
  /** Noise process. @defaultValue EDM */
  readonly process?: NoiseProcess;
  /** True if the network is shown the mask, as further channels behind the condition. @defaultValue false */
  readonly shown?: boolean;
  /** Increasing noise levels: metrics give the loss between them, see `lossByLevel`. @defaultValue none */
  readonly edges?: readonly number[];
}

/**
 * The loss as a function of parameters and one batch of inputs, to be given to `compileTraining`.
 *
 * Inputs, in order: clean data [b, h, w, o]; condition [b, h, w, c]; unit noise [b, h, w, o]; σ [b]; mask [b, h, w, o], 1 where
 * the clean data have a value, else 0. The noisy data are σ times noise where there is none.
 * Value: mean_b λ(σ_b) Σ_pixels mask (D − clean)² / Σ_pixels mask; an image without values counts as 0. With a full mask it
 * is that of `denoisingLoss`, bit for bit.
 */
export function maskedDenoisingLoss(
  network: Unet,
  { sigmaData, process = edm, shown = false, edges = [] }: MaskedLossOptions,
): (parameters: Readonly<Record<string, tf.Tensor>>, inputs: readonly tf.Tensor[]) => DenoisingLoss {
  return (parameters, inputs) => {
    const [given, condition, noise] = inputs as readonly [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    const sigma = inputs[3] as tf.Tensor1D;
    const mask = inputs[4] as tf.Tensor4D;
    const clean = tf.where(tf.greater(mask, 0), given, tf.zerosLike(given));
    const noisy = tf.add(clean, tf.mul(tf.reshape(sigma, [-1, 1, 1, 1]), noise)) as tf.Tensor4D;
    const seen = shown ? (tf.concat([condition, mask], 3) as tf.Tensor4D) : condition;
    const estimate = denoise(network, parameters, noisy, seen, sigma, sigmaData, process);
    const weight = process.weight<tf.Tensor>(sigma, sigmaData, tensors);
    // Means of both, not sums: a full mask has the mean 1 and changes no bit.
    const share = tf.maximum(tf.mean(mask, [1, 2, 3]), 1e-12);
    const error = tf.div(tf.mean(tf.mul(mask, tf.square(tf.sub(estimate, clean))), [1, 2, 3]), share);
    const each = tf.mul(weight, error);
    const loss = tf.mean(each) as tf.Scalar;
    return { loss, metrics: edges.length === 0 ? {} : lossByLevel(each, sigma, edges) };
  };
}
