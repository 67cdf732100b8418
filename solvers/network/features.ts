/** What a network sees of the coordinates: scaled to [−1, 1], and functions of them. */
import { tf } from "../../engine/tensor.ts";
import { constant } from "../../engine/trace.ts";
import { type Jet, jetAlgebra } from "../jet/jet.ts";
import type { SlotSet } from "../jet/slots.ts";
import { asTensor, type TensorOrNumber, tensorRing } from "../jet/tensor-ring.ts";
import type { Block, Box } from "./network.ts";

/** Inputs beside the scaled coordinates themselves. Plain data. */
export interface FeatureOptions {
  /** Add the squares of the scaled coordinates: a help for solutions that depend on distance. @defaultValue false */
  readonly squares?: boolean;
  /**
   * Replace coordinate k by cos and sin of 1 … harmonics periods of the domain, so that the network is periodic in it with all
   * derivatives. By axis index. @defaultValue none
   */
  readonly periodic?: Readonly<Record<number, number>>;
  /**
   * Fourier features (arXiv 2006.10739): cos and sin of these wave vectors (radians per unit of the scaled coordinates), each
   * of d numbers. @defaultValue none
   */
  readonly fourier?: readonly (readonly number[])[];
}

/** Number of features. */
export function featureCount(options: FeatureOptions, dimension: number): number {
  const { periodic = {}, fourier = [], squares = false } = options;
  const own = Array.from({ length: dimension }, (_, k) => (periodic[k] ? 2 * periodic[k] : squares ? 2 : 1));
  return own.reduce((a, b) => a + b, 0) + 2 * fourier.length;
}

/** All features of the points [count, d], as one block. */
export function featureBlock(options: FeatureOptions, box: Box, points: tf.Tensor, set: SlotSet): Block {
  const { periodic = {}, fourier = [], squares = false } = options;
  const count = points.shape[0]!;
  const algebra = jetAlgebra(tensorRing, set);
  const scaled = box.low.map((low, k) => {
    const [middle, half] = [(low + box.high[k]!) / 2, (box.high[k]! - low) / 2];
    const x = algebra.variable(k, tf.slice(points, [0, k], [count, 1]));
    return algebra.scale(algebra.sub(x, algebra.number(middle)), 1 / half);
  });
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
  return set.slots.map((_, slot) =>
    glue(
      columns.map((column) => column[slot] ?? 0),
      count,
    ),
  );
}

/** Columns side by side; a row of numbers where all are numbers, absent where all are zero. */
function glue(columns: readonly TensorOrNumber[], count: number): tf.Tensor | undefined {
  if (columns.every((c) => c === 0)) return undefined;
  if (columns.every((c) => typeof c === "number")) return constant(columns as number[], [1, columns.length]);
  const full = columns.map((c) => {
    const t = asTensor(c);
    return t.shape[0] === count && t.rank === 2 ? t : tf.broadcastTo(t, [count, 1]);
  });
  return full.length === 1 ? full[0]! : tf.concat(full, 1);
}
