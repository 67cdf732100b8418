/**
 * The extra term of the loss: how far the denoised fields are from the clean ones in law, in every form of the Wasserstein module,
 * and by plain error as a control. One function a kind, inside the compiled training step.
 */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/rng.ts";
import { tf } from "../../engine/tensor.ts";
import { multiscaleWassersteinGraph, patchDirections, patchProjections } from "../../wasserstein/images/index.ts";
import { batchSlicedWassersteinGraph, wasserstein1dGraph } from "../../wasserstein/line/index.ts";
import { upperTailWeight } from "../../wasserstein/measure/index.ts";

/** Kinds of {@link FieldTerm}. */
export type FieldTermKind = "wasserstein" | "rmse" | "tail" | "pooled" | "multiscale" | "batch-sliced" | "patch-sliced";

/** The extra term of the loss. No benefit of it was measured, on radar rates and daily sums: docs/wasserstein-term.md. */
export interface FieldTerm {
  /**
   * `wasserstein`: W₁ between the pixel values of each image. `tail`: the same with weight on the upper quantiles. `pooled`: between
   * the pixels of the whole batch. `multiscale`: `wasserstein` on block means of several sizes. `batch-sliced`: each image is a
   * point, projected on random directions that every step draws anew, and sorted along the batch: the released form of WassDiff
   * (arXiv 2410.00381). `patch-sliced`: the patches of each image on random directions of mean zero, sorted over the image: texture.
   * `rmse`: the control without sorting.
   */
  readonly kind: FieldTermKind;
  /** Factor of the term, ≥ 0. */
  readonly weight: number;
  /**
   * The term acts where σ ≤ gate · σ_data, and everywhere with null. Kinds that compare whole batches take images of more noise
   * for perfect. @defaultValue 2
   */
  readonly gate?: number | null;
  /**
   * The loss is (1 − weight) · denoising + weight · term, in the data's units, as in arXiv 2410.00381; weight ≤ 1.
   * @defaultValue denoising + weight · term / σ_data
   */
  readonly mixed?: true;
  /** Of `batch-sliced` and `patch-sliced`: how many directions a step draws. @defaultValue 100, of patches 32 */
  readonly directions?: number;
  /** Of `patch-sliced`: side of a patch in pixels. @defaultValue 5 */
  readonly patch?: number;
  /** Of `multiscale`: sides of the blocks, divisors of the crop. @defaultValue [1, 2, 4, 8] */
  readonly scales?: readonly number[];
  /** Of `tail`: the level q counts in proportion to 1/(1 − q + tail). @defaultValue 0.01 */
  readonly tail?: number;
}

/** What a term compares. */
export interface TermFields {
  /** Denoised and clean data, and what added to either gives the field, [batch, height, width, 1]. */
  readonly estimate: tf.Tensor4D;
  readonly clean: tf.Tensor4D;
  readonly background: tf.Tensor4D;
  /** 1 where the term acts, else 0, [batch]. @defaultValue everywhere */
  readonly open?: tf.Tensor1D;
  /** For kinds that have directions, of {@link directionShape}: unit columns, or filters of patches. */
  readonly directions?: tf.Tensor;
}

type Distance = (fields: TermFields, term: FieldTerm) => tf.Tensor;

/** The rows. Their values are means over the batch, in the data's units. */
const rows: Readonly<Record<FieldTermKind, Distance>> = {
  wasserstein: (fields) => perImage(fields, (a, b) => wasserstein1dGraph(a, b)),
  rmse: (fields) => perImage(fields, (a, b) => tf.sqrt(tf.add(tf.mean(tf.square(tf.sub(a, b)), 1), 1e-8))),
  tail: (fields, { tail = TAIL }) =>
    perImage(fields, (a, b) => wasserstein1dGraph(a, b, { quantileWeight: upperTailWeight(tail) })),
  pooled(fields) {
    const [a, b] = whole(fields).map((x) => tf.reshape(x, [1, -1]) as tf.Tensor2D) as [tf.Tensor2D, tf.Tensor2D];
    return tf.mean(wasserstein1dGraph(a, b));
  },
  multiscale(fields, { scales = SCALES }) {
    const [a, b] = whole(fields);
    return multiscaleWassersteinGraph(a, b, { scales });
  },
  "batch-sliced"(fields) {
    const [a, b] = whole(fields).map(flat) as [tf.Tensor2D, tf.Tensor2D];
    return batchSlicedWassersteinGraph(a, b, given(fields.directions, `[${a.shape[1]}, count]`) as tf.Tensor2D);
  },
  "patch-sliced"({ estimate, clean, background, open, directions }) {
    const filters = given(directions, "[patch, patch, 1, count]") as tf.Tensor4D;
    const [a, b] = [estimate, clean].map((x) => patchProjections(tf.add(x, background) as tf.Tensor4D, filters)) as [
      tf.Tensor2D,
      tf.Tensor2D,
    ];
    const apart = tf.reshape(wasserstein1dGraph(a, b), [estimate.shape[0], -1]);
    return tf.mean(open === undefined ? apart : tf.mul(tf.reshape(open, [-1, 1]), apart));
  },
};

const TAIL = 0.01;
const SCALES = [1, 2, 4, 8];
/** Of the kinds that have directions, how many. */
const DIRECTIONS: Partial<Record<FieldTermKind, number>> = { "batch-sliced": 100, "patch-sliced": 32 };
const PATCH = 5;

/** All kinds. */
export const fieldTermKinds = Object.keys(rows) as readonly FieldTermKind[];

/** Whether a term compares whole batches, and is no mean over images. */
export const comparesBatches = ({ kind }: FieldTerm): boolean => kind === "pooled" || kind === "batch-sliced";

/** The distance of a term, not times its weight, as a scalar. */
export function fieldTerm(term: FieldTerm): (fields: TermFields) => tf.Scalar {
  const distance = rows[term.kind];
  return (fields) => distance(fields, term) as tf.Scalar;
}

/** The shape of the directions that a step draws for a term on crops of a side; undefined for kinds that have none. */
export function directionShape({ kind, directions, patch = PATCH }: FieldTerm, crop: number): number[] | undefined {
  const count = directions ?? DIRECTIONS[kind];
  if (count === undefined) return undefined;
  return kind === "patch-sliced" ? [patch, patch, 1, count] : [crop ** 2, count];
}

/** Directions of a shape by {@link directionShape}. */
export const drawDirections = (stream: Rng, shape: readonly number[]): Float32Array =>
  shape.length === 2 ? unitColumns(stream, shape[0]!, shape[1]!) : patchDirections(stream, shape);

/** Uniform directions in `dim` dimensions, unit columns of [dim, count]. */
export function unitColumns(stream: Rng, dim: number, count: number): Float32Array {
  const values = stream.normal(new Float32Array(dim * count));
  const squares = new Float64Array(count);
  for (const [i, v] of values.entries()) squares[i % count]! += v * v;
  return values.map((v, i) => v / Math.sqrt(squares[i % count]!));
}

/**
 * @param crop - side of the images, where it is known
 * @throws OptionsError where the kind is unknown, a number is out of range, or an option belongs to another kind
 */
export function checkTerm(caller: string, term: FieldTerm, crop?: number): void {
  const { kind, weight, gate, mixed, scales, tail, directions, patch } = term;
  const check = (name: string, value: unknown, holds: boolean, expected: string) => {
    if (!holds) throw new OptionsError(`${caller}: term.${name} is ${value}, expected ${expected}`, name, value);
  };
  check("kind", kind, Object.hasOwn(rows, kind), fieldTermKinds.join(", "));
  check("weight", weight, weight >= 0, "≥ 0");
  check("weight", weight, !mixed || weight <= 1, "at most 1, being a share of the loss");
  check("gate", gate, gate === undefined || gate === null || gate >= 0, "≥ 0, or null");
  check("tail", tail, tail === undefined || (tail > 0 && kind === "tail"), "> 0, and the kind tail");
  const counted = directions === undefined || (Number.isSafeInteger(directions) && directions > 0);
  check("directions", directions, counted, "a whole number ≥ 1");
  const directed = directions === undefined || DIRECTIONS[kind] !== undefined;
  check(
    "directions",
    directions,
    directed,
    Object.keys(DIRECTIONS)
      .map((name) => `the kind ${name}`)
      .join(" or "),
  );
  const most = crop ?? Number.POSITIVE_INFINITY;
  const fitting = patch === undefined || (Number.isSafeInteger(patch) && patch >= 2 && patch <= most);
  check("patch", patch, fitting, `a whole number from 2${crop === undefined ? "" : ` to the side of a crop, ${crop}`}`);
  check("patch", patch, patch === undefined || kind === "patch-sliced", "the kind patch-sliced");
  check("scales", scales, scales === undefined || kind === "multiscale", "the kind multiscale");
  if (kind !== "multiscale") return;
  const fits = (k: number) => Number.isSafeInteger(k) && k > 0 && (crop === undefined || crop % k === 0);
  const of = scales ?? SCALES;
  check("scales", of, of.length > 0 && of.every(fits), `divisors of the crop${crop === undefined ? "" : `, ${crop}`}`);
}

function given(directions: tf.Tensor | undefined, shape: string): tf.Tensor {
  if (directions !== undefined) return directions;
  throw new ShapeError("fieldTerm: directions", shape, "none");
}

const flat = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [x.shape[0]!, -1]) as tf.Tensor2D;

/** Means over the images for which the term acts; the others count as 0. */
function perImage(
  { estimate, clean, background, open }: TermFields,
  distance: (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Tensor,
): tf.Tensor {
  const apart = distance(flat(tf.add(estimate, background)), flat(tf.add(clean, background)));
  return tf.mean(open === undefined ? apart : tf.mul(open, apart));
}

/** Denoised and clean fields, where the term does not act both clean. */
function whole({ estimate, clean, background, open }: TermFields): [tf.Tensor4D, tf.Tensor4D] {
  const each = open && tf.reshape(open, [-1, 1, 1, 1]);
  const chosen = each === undefined ? estimate : tf.add(tf.mul(each, estimate), tf.mul(tf.sub(1, each), clean));
  return [tf.add(chosen, background) as tf.Tensor4D, tf.add(clean, background) as tf.Tensor4D];
}
