/**
 * A term between samples for the loss of the one-step generator: the fair energy score of a Wasserstein distance. What is
 * compared are the values of an image, or its patches seen in random directions of mean zero (texture, not level); sorted it is
 * W₁ between their distributions over the image, blind to where they are, and without sorting its control of equal weight.
 */
import { OptionsError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/rng.ts";
import { tf } from "../../engine/tensor.ts";
import { patchDirections, patchProjections } from "../../wasserstein/images/index.ts";
import { wasserstein1dGraph } from "../../wasserstein/line/index.ts";
import { upperTailWeight } from "../../wasserstein/measure/index.ts";
import { absoluteDifference, type Distance, fairEnergy } from "./fair-energy.ts";

/** What a term may compare. */
export const sampleParts = ["pixels", "patches", "maxima"] as const;

/** A term between samples. Patches make texture finer and cost CRPS; their control does much of it too: docs/wasserstein-term.md. */
export interface SampleTerm {
  /** `wasserstein`: sorted over each image; `unsorted`: its control. */
  readonly kind: "wasserstein" | "unsorted";
  /** What is compared: values, patches on random directions, or the greatest values of blocks. @defaultValue "patches" */
  readonly of?: (typeof sampleParts)[number];
  /** Factor of the term, ≥ 0. */
  readonly weight: number;
  /** Side of a patch in pixels, or of a block, which must divide the crop; several are taken alike. @defaultValue 5, of blocks 4 */
  readonly patch?: number | readonly number[];
  /** Random directions of each step and side. @defaultValue 32 */
  readonly directions?: number;
  /** Of the kind `wasserstein`: the level q counts in proportion to 1/(1 − q + tail). @defaultValue all levels count alike */
  readonly tail?: number;
}

const withDefaults = ({ kind, of = "patches", weight, directions = 32, tail, ...term }: SampleTerm) => {
  const { patch = of === "maxima" ? 4 : 5 } = term;
  const sides: readonly number[] = typeof patch === "number" ? [patch] : patch;
  return { kind, of, weight, directions, tail, sides };
};

/** @param side - of the images @throws OptionsError where a number is out of range, or an option belongs to another form */
export function checkSampleTerm(caller: string, term: SampleTerm, side: number): void {
  const { kind, of, weight, directions, tail, sides } = withDefaults(term);
  const check = (name: string, value: unknown, holds: boolean, expected: string) => {
    if (holds) return;
    const shown = typeof value === "string" ? JSON.stringify(value) : value;
    throw new OptionsError(`${caller}: term.${name} is ${shown}, expected ${expected}`, name, value);
  };
  check("kind", kind, kind === "wasserstein" || kind === "unsorted", "wasserstein or unsorted");
  check("of", of, sampleParts.includes(of), sampleParts.join(", "));
  check("weight", weight, weight >= 0 && Number.isFinite(weight), "≥ 0");
  check("tail", tail, tail === undefined || (tail > 0 && kind === "wasserstein"), "> 0, and the kind wasserstein");
  if (of === "pixels") return;
  const fits = (n: number) => Number.isInteger(n) && n >= 2 && n <= side && (of === "patches" || side % n === 0);
  const whole = `a whole number from 2 to the side of a crop, ${side}${of === "maxima" ? ", that divides it" : ""}`;
  check("patch", term.patch ?? sides, sides.length > 0 && sides.every(fits), whole);
  check("directions", directions, Number.isInteger(directions) && directions > 0, "a whole number ≥ 1");
}

/** Shapes of the directions of a term as filters, [patch, patch, 1, directions], one for each side; none where it has none. */
export function directionShapes(term: SampleTerm): [number, number, number, number][] {
  const { of, sides, directions } = withDefaults(term);
  return of === "patches" ? sides.map((patch) => [patch, patch, 1, directions]) : [];
}

/** {@link patchDirections} for each shape. */
export const drawAllDirections = (stream: Rng, shapes: readonly (readonly number[])[]): Float32Array[] =>
  // The first has the stream itself, as where there is one side alone.
  shapes.map((shape, i) => patchDirections(i === 0 ? stream : stream.split(i), shape));

/**
 * The fair energy score of a term, without its weight.
 *
 * @param members - ln(1 + R/c), each [batch, height, width, 1]
 * @param truth - of the same shape
 * @param directions - as {@link drawAllDirections} draws them; none but for patches
 */
export function sampleEnergy(
  members: readonly tf.Tensor4D[],
  truth: tf.Tensor4D,
  term: SampleTerm,
  directions: readonly tf.Tensor4D[] = [],
): tf.Scalar {
  const { kind, of, sides, tail } = withDefaults(term);
  const weighted = tail === undefined ? {} : { quantileWeight: upperTailWeight(tail) };
  const distance: Distance =
    kind === "unsorted"
      ? absoluteDifference
      : (a, b) => wasserstein1dGraph(a as tf.Tensor2D, b as tf.Tensor2D, weighted);
  const views: readonly ((x: tf.Tensor4D) => tf.Tensor)[] =
    of === "pixels"
      ? [rowsOf]
      : of === "maxima"
        ? sides.map((k) => (x: tf.Tensor4D) => rowsOf(blockMaximaGraph(x, k)))
        : directions.map((filters) => (x: tf.Tensor4D) => patchProjections(x, filters));
  const parts = views.map((view) => fairEnergy(members.map(view), view(truth), distance));
  const sum = parts.reduce((total, part) => tf.add(total, part));
  return (parts.length === 1 ? sum : tf.div(sum, parts.length)) as tf.Scalar;
}

const rowsOf = (x: tf.Tensor4D): tf.Tensor2D => tf.reshape(x, [x.shape[0], -1]);

/** The greatest value of each k × k block of [batch, height, width, 1]; among equal ones all share the slope. */
function blockMaximaGraph(x: tf.Tensor4D, k: number): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  const [rows, columns] = [height / k, width / k];
  const down = tf.max(tf.reshape(x, [batch * rows, k, width]), 1);
  return tf.reshape(tf.max(tf.reshape(down, [batch * rows * columns, k]), 1), [batch, rows, columns, 1]);
}
