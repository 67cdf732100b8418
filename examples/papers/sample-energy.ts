/**
 * Terms of one's own for the loss of a one-step generator: the fair energy score of a Wasserstein distance between members and the
 * truth, mean_i d(x_i, y) − ½ mean_{i≠j} d(x_i, x_j). W₁ of values on a line is of negative type, so that the score is proper
 * (doi:10.1198/016214506000001437) and, over pairs of distinct members, unbiased (doi:10.1002/qj.2270). Sorted over an image it is
 * blind to where values are; without sorting it is the control of equal weight. What it is worth: research/wasserstein-term.md.
 */
import { type Rng, tf } from "../../engine/index.ts";
import type { LossTerm, LossTermFields } from "../../generative/index.ts";
import { absoluteDifference, fairEnergy } from "../../generative/one-step/index.ts";
import { wasserstein1dGraph } from "../../wasserstein/line/index.ts";
import { upperTailWeight } from "../../wasserstein/measure/index.ts";
import { patchDirections, patchProjections } from "./patches.ts";

/** Choices of {@link sampleEnergy}. */
export interface SampleEnergyOptions {
  /** Features that are compared: values, patches on random directions of mean 0, or the greatest values of blocks. @defaultValue "patches" */
  readonly of?: "pixels" | "patches" | "maxima";
  /** Without sorting, as control. @defaultValue false */
  readonly unsorted?: boolean;
  /** Factor of the term, ≥ 0. */
  readonly weight: number;
  /** Sides of the patches, or of the blocks, which must divide the crop; all count alike. @defaultValue [5], of blocks [4] */
  readonly sides?: readonly number[];
  /** Random directions of each step and side. @defaultValue 32 */
  readonly directions?: number;
  /** Of sorted values: the level q counts in proportion to 1/(1 − q + tail). @defaultValue all levels count alike */
  readonly tail?: number;
}

/** The term, for the option `term` of a training with `generator: "one-step"`. */
export function sampleEnergy({
  of = "patches",
  unsorted = false,
  weight,
  sides = [of === "maxima" ? 4 : 5],
  directions = 32,
  tail,
}: SampleEnergyOptions): LossTerm {
  const weighted = tail === undefined ? {} : { quantileWeight: upperTailWeight(tail) };
  const sorted = (a: tf.Tensor, b: tf.Tensor) => wasserstein1dGraph(a as tf.Tensor2D, b as tf.Tensor2D, weighted);
  const views = (drawn: readonly tf.Tensor[]): readonly ((x: tf.Tensor4D) => tf.Tensor)[] => {
    if (of === "pixels") return [rows];
    if (of === "maxima") return sides.map((k) => (x) => rows(blockMaxima(x, k)));
    return drawn.map((filters) => (x) => patchProjections(x, filters as tf.Tensor4D));
  };
  return {
    name: unsorted ? "unsorted" : "wasserstein",
    weight,
    draws: (stream: Rng) =>
      of !== "patches"
        ? []
        : sides.map((side, i) => {
            const shape = [side, side, 1, directions];
            return { values: patchDirections(i === 0 ? stream : stream.split(i), shape), shape };
          }),
    value({ samples, truth, draws }: LossTermFields) {
      const parts = views(draws).map((view) =>
        fairEnergy(samples.map(view), view(truth), unsorted ? absoluteDifference : sorted),
      );
      return tf.div(
        parts.reduce((sum, part) => tf.add(sum, part)),
        parts.length,
      ) as tf.Scalar;
    },
  };
}

const rows = (x: tf.Tensor4D): tf.Tensor2D => tf.reshape(x, [x.shape[0], -1]);

/** The greatest value of each k × k block of [batch, height, width, 1]; among equal ones all share the slope. */
function blockMaxima(x: tf.Tensor4D, k: number): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  const [across, down] = [width / k, height / k];
  const lines = tf.max(tf.reshape(x, [batch * down, k, width]), 1);
  return tf.reshape(tf.max(tf.reshape(lines, [batch * down * across, k]), 1), [batch, down, across, 1]);
}
