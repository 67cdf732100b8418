/** Inputs of a network: coordinates scaled to [−1, 1], and functions of them. */
import { OptionsError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { type Jet, jetAlgebra } from "../jet/jet.ts";
import type { SlotSet } from "../jet/slots.ts";
import { type TensorOrNumber, tensorRing } from "../jet/tensor-ring.ts";
import { blockOf } from "./layers.ts";
import type { Block, Box } from "./network.ts";

/** Inputs beside the scaled coordinates themselves. Plain data. */
export interface FeatureOptions {
  /** Add the squares of the scaled coordinates: a help for solutions that depend on distance. @defaultValue false */
  readonly squares?: boolean;
  /**
   * Replace coordinate k by cos and sin of 1 … harmonics periods of the domain, so that the network is periodic in it
   * with all derivatives. By axis index. @defaultValue none
   */
  readonly periodic?: Readonly<Record<number, number>>;
  /**
   * Fourier features (arXiv 2006.10739): cos and sin of these wave vectors (radians per unit of the scaled
   * coordinates), each of d numbers. @defaultValue none
   */
  readonly fourier?: readonly (readonly number[])[];
}

/** @throws OptionsError where features mention axes that are not there */
export function checkFeatures({ periodic = {}, fourier = [] }: FeatureOptions, axes: readonly string[]): void {
  const names = axes.join(", ");
  const foreign = Object.keys(periodic).find((axis) => !(Number(axis) < axes.length));
  if (foreign !== undefined) {
    const message = `solve: network.periodic mentions axis ${foreign}; the axes 0 to ${axes.length - 1} are ${names}`;
    throw new OptionsError(message, "network.periodic", foreign);
  }
  const bad = fourier.find((wave) => wave.length !== axes.length);
  if (bad) {
    const message = `solve: the wave vector [${bad.join(", ")}] in network.fourier needs ${axes.length} numbers, for ${names}`;
    throw new OptionsError(message, "network.fourier", bad);
  }
}

/** Number of features. */
export function featureCount(options: FeatureOptions, dimension: number): number {
  const { periodic = {}, fourier = [], squares = false } = options;
  const own = Array.from({ length: dimension }, (_, k) => (periodic[k] ? 2 * periodic[k] : squares ? 2 : 1));
  return own.reduce((a, b) => a + b, 0) + 2 * fourier.length;
}

/** The coordinates of `points` [count, d] as columns with derivatives, scaled so that the box is [−1, 1]^d. */
export function scaledCoordinates(box: Box, points: tf.Tensor, set: SlotSet): Jet<TensorOrNumber>[] {
  const algebra = jetAlgebra(tensorRing, set);
  return box.low.map((low, k) => {
    const [middle, half] = [(low + box.high[k]!) / 2, (box.high[k]! - low) / 2];
    const x = algebra.variable(k, tf.slice(points, [0, k], [points.shape[0]!, 1]));
    return algebra.scale(algebra.sub(x, algebra.number(middle)), 1 / half);
  });
}

/** All features of the points [count, d], as one block. */
export function featureBlock(options: FeatureOptions, box: Box, points: tf.Tensor, set: SlotSet): Block {
  const { periodic = {}, fourier = [], squares = false } = options;
  const count = points.shape[0]!;
  const algebra = jetAlgebra(tensorRing, set);
  const scaled = scaledCoordinates(box, points, set);
  const waves = (phase: Jet<TensorOrNumber>) => [algebra.call("cos", [phase]), algebra.call("sin", [phase])];
  const columns = scaled.flatMap((x, k) => {
    const harmonics = periodic[k] ?? 0;
    if (harmonics > 0)
      return Array.from({ length: harmonics }, (_, j) => waves(algebra.scale(x, Math.PI * (j + 1)))).flat();
    return squares ? [x, algebra.mul(x, x)] : [x];
  });
  for (const wave of fourier) {
    columns.push(...waves(wave.map((w, k) => algebra.scale(scaled[k]!, w)).reduce((a, b) => algebra.add(a, b))));
  }
  return blockOf(columns, count);
}
