/**
 * The term of WassDiff as released (arXiv 2410.00381): W₁ between projections of whole images on random directions, each image a
 * point, sorted along the batch; of the denoised estimate, at all noise levels.
 */
import type { Rng } from "../../engine/random/rng.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { batchSlicedWassersteinGraph } from "../../wasserstein/line/index.ts";
import type { LossTerm } from "./loss-term.ts";

const DIRECTIONS = 100;

/** 0.8 of the denoising loss and 0.2 of the distance. */
export const wassdiffTerm: LossTerm = {
  name: "wassdiff",
  weight: 0.2,
  mixed: true,
  draws: (stream, crop) => [{ values: unitColumns(stream, crop ** 2, DIRECTIONS), shape: [crop ** 2, DIRECTIONS] }],
  value({ estimate, truth, draws: [directions] }) {
    return batchSlicedWassersteinGraph(flat(estimate), flat(truth), directions as tf.Tensor2D);
  },
};

/** Uniform directions in `dim` dimensions, unit columns of [dim, count]. */
export function unitColumns(stream: Rng, dim: number, count: number): Float32Array {
  const values = stream.normal(new Float32Array(dim * count));
  const squares = new Float64Array(count);
  for (const [i, v] of values.entries()) squares[i % count]! += v * v;
  return values.map((v, i) => v / Math.sqrt(squares[i % count]!));
}

const flat = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [x.shape[0]!, -1]) as tf.Tensor2D;
