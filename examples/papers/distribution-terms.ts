/**
 * Terms of one's own for the loss of diffusion: how far the denoised fields are from the clean ones in distribution, in several forms
 * of the Wasserstein distance, and by plain error as a control. At most 0.09 % of CRPS was gained by any: research/wasserstein-term.md.
 */
import { OptionsError, type Rng, tf } from "../../engine/index.ts";
import type { LossTerm, LossTermFields } from "../../generative/index.ts";
import { batchSlicedWassersteinGraph, wasserstein1dGraph } from "../../wasserstein/line/index.ts";
import { upperTailWeight } from "../../wasserstein/measure/index.ts";
import { multiscaleWassersteinGraph } from "./multiscale-graph.ts";
import { patchDirections, patchProjections } from "./patches.ts";

/** Choices of {@link distributionTerm}. */
export interface DistributionTermOptions extends Pick<LossTerm, "weight" | "mixed"> {
  /** The term acts where σ ≤ gate · σ_data, and everywhere with null. Beyond it images count as perfect. @defaultValue 2 */
  readonly gate?: number | null;
  /** Of `batch-sliced`, `batch-paired` and `patch-sliced`: how many directions a step draws. @defaultValue 100, of patches 32 */
  readonly directions?: number;
  /** Of `patch-sliced`: side of a patch in pixels. @defaultValue 5 */
  readonly patch?: number;
  /** Of `multiscale`: sides of the blocks, divisors of the crop. @defaultValue [1, 2, 4, 8] */
  readonly scales?: readonly number[];
  /** Of `tail`: the level q counts in proportion to 1/(1 − q + tail). @defaultValue 0.01 */
  readonly tail?: number;
}

interface Kind {
  draws?(stream: Rng, crop: number): { readonly values: Float32Array; readonly shape: readonly number[] };
  /** The mean over the batch, in the data's units; `open` is 1 where the term acts, [batch]. */
  distance(a: tf.Tensor4D, b: tf.Tensor4D, open: tf.Tensor1D, directions: tf.Tensor): tf.Tensor;
}

/** A distance between the pixels of each image, [batch, pixels] both; the mean over the images where the term acts. */
const perImage = (apart: (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Tensor): Kind => ({
  distance: (a, b, open) => tf.mean(tf.mul(open, apart(flat(a), flat(b)))),
});

/** Draws directions of whole images. */
const imageDirections =
  ({ directions: count = 100 }: DistributionTermOptions) =>
  (stream: Rng, crop: number) => ({ values: unitColumns(stream, crop ** 2, count), shape: [crop ** 2, count] });

/** The kinds by name. */
const kinds = {
  /** W₁ between the pixel values of each image. */
  wasserstein: () => perImage((a, b) => wasserstein1dGraph(a, b)),
  /** The same with weight on the upper quantiles. */
  tail: ({ tail = 0.01 }) => perImage((a, b) => wasserstein1dGraph(a, b, { quantileWeight: upperTailWeight(tail) })),
  /** The control without sorting. */
  rmse: () => perImage((a, b) => tf.sqrt(tf.add(tf.mean(tf.square(tf.sub(a, b)), 1), 1e-8))),
  /** W₁ between the pixels of the whole batch. */
  pooled: () => ({
    distance(a, b, open) {
      const row = (x: tf.Tensor) => tf.reshape(x, [1, -1]) as tf.Tensor2D;
      return tf.mean(wasserstein1dGraph(row(closed(a, b, open)), row(b)));
    },
  }),
  /** W₁ of each image on block means of several sizes. */
  multiscale: ({ scales = [1, 2, 4, 8] }) => ({
    distance: (a, b, open) => multiscaleWassersteinGraph(closed(a, b, open), b, { scales }),
  }),
  /** Each image a point, on random directions, sorted along the batch: the released form of WassDiff, with another weight. */
  "batch-sliced": (options) => ({
    draws: imageDirections(options),
    distance: (a, b, open, directions) =>
      batchSlicedWassersteinGraph(flat(closed(a, b, open)), flat(b), directions as tf.Tensor2D),
  }),
  /** Its control without sorting: the same directions, each image against its own truth. */
  "batch-paired": (options) => ({
    draws: imageDirections(options),
    distance: (a, b, open, directions) =>
      tf.mean(tf.abs(tf.matMul(flat(tf.sub(closed(a, b, open), b)), directions as tf.Tensor2D))),
  }),
  /** Patches of each image on random directions of mean zero, sorted over the image: texture. */
  "patch-sliced": ({ directions: count = 32, patch = 5 }) => ({
    draws(stream) {
      const shape = [patch, patch, 1, count];
      return { values: patchDirections(stream, shape), shape };
    },
    distance(a, b, open, directions) {
      const [x, y] = [a, b].map((image) => patchProjections(image, directions as tf.Tensor4D));
      const apart = tf.reshape(wasserstein1dGraph(x!, y!), [a.shape[0], -1]);
      return tf.mean(tf.mul(tf.reshape(open, [-1, 1]), apart));
    },
  }),
} satisfies Record<string, (o: DistributionTermOptions) => Kind>;

/** Names of the kinds. */
export type DistributionTermKind = keyof typeof kinds;
export const distributionTermKinds = Object.keys(kinds) as readonly DistributionTermKind[];

/** A term of a kind, for the option `term` of a training. @throws OptionsError where there is no such kind */
export function distributionTerm(name: DistributionTermKind, options: DistributionTermOptions): LossTerm {
  if (!Object.hasOwn(kinds, name)) {
    throw new OptionsError(`kind is ${name}, expected ${distributionTermKinds.join(", ")}`, "kind", name);
  }
  const { weight, mixed = false, gate = 2 } = options;
  const { draws, distance }: Kind = kinds[name](options);
  return {
    // The library's own term is called "wasserstein".
    name: `paper-${name}`,
    weight,
    mixed,
    ...(draws && { draws: (stream: Rng, crop: number) => [draws(stream, crop)] }),
    value({ estimate, truth, level, draws: [directions] }: LossTermFields) {
      const open = gate === null ? tf.onesLike(level) : tf.cast(tf.lessEqual(level, gate), "float32");
      return distance(estimate, truth, open as tf.Tensor1D, directions!) as tf.Scalar;
    },
  };
}

/** Uniform directions in `dim` dimensions, unit columns of [dim, count]. */
export function unitColumns(stream: Rng, dim: number, count: number): Float32Array {
  const values = stream.normal(new Float32Array(dim * count));
  const squares = new Float64Array(count);
  for (const [i, v] of values.entries()) squares[i % count]! += v * v;
  return values.map((v, i) => v / Math.sqrt(squares[i % count]!));
}

const flat = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [x.shape[0]!, -1]) as tf.Tensor2D;

/** The estimate, or the truth where the term does not act. */
function closed(a: tf.Tensor4D, b: tf.Tensor4D, open: tf.Tensor1D): tf.Tensor4D {
  const each = tf.reshape(open, [-1, 1, 1, 1]);
  return tf.add(tf.mul(each, a), tf.mul(tf.sub(1, each), b)) as tf.Tensor4D;
}
