/** The loss by noise level: whether a training learns structure (much noise) or detail (little) shows only there. */

import { tf } from "../../engine/tensors/tensor.ts";
import { numberText } from "../../engine/text/number.ts";
import type { NoiseDistribution, NoiseProcess } from "./process/process.ts";

/** The quartiles of a process's training levels: three edges, increasing, that part the levels into four equal shares. */
export function quartileEdges(
  process: NoiseProcess,
  sigmaData: number,
  distribution: NoiseDistribution = {},
): number[] {
  return [...process.trainingLevels([0.25, 0.5, 0.75], sigmaData, distribution)];
}

/**
 * Parts of a loss by noise level, named `loss σ<…` and, above the last edge, `loss σ≥…`. They are scaled by the number of
 * parts, so that for levels which meet each part equally often (stratified ones do) their means over steps are the mean loss of
 * such levels, and their own mean is the loss.
 *
 * @param each - weighted error of each image, [batch]
 * @param sigma - its noise level, [batch]
 * @param edges - increasing levels
 */
export function lossByLevel(each: tf.Tensor, sigma: tf.Tensor, edges: readonly number[]): Record<string, tf.Scalar> {
  const below = (level: number): tf.Tensor => tf.cast(tf.less(sigma, level), "float32");
  const parts = [...edges, Number.POSITIVE_INFINITY].map((high, k) => {
    const low = edges[k - 1];
    const upper = high === Number.POSITIVE_INFINITY ? tf.onesLike(sigma) : below(high);
    const within = low === undefined ? upper : tf.sub(upper, below(low));
    const name =
      high === Number.POSITIVE_INFINITY ? `loss σ≥${numberText(low ?? 0, 3)}` : `loss σ<${numberText(high, 3)}`;
    return [name, tf.mul(tf.mean(tf.mul(within, each)), edges.length + 1) as tf.Scalar] as const;
  });
  return Object.fromEntries(parts);
}
