/**
 * A term added to the training loss, between what the network gives and the truth: a `wassersteinTerm`, or one of your own, an object of this
 * shape.
 */
import { OptionsError } from "../../engine/errors.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import {
  isWassersteinTerm,
  ofImages,
  type WassersteinTerm,
  type WassersteinTermOptions,
  wassersteinTerm,
} from "../../wasserstein/term/index.ts";

/** The fields that a term compares, in the units of the loss, ln(1 + R/c). */
export interface LossTermFields {
  /** Denoised, [batch, height, width, 1]. */
  readonly estimate: tf.Tensor4D;
  /** [batch, height, width, 1]. */
  readonly truth: tf.Tensor4D;
  /** Noise level of each image over σ_data, [batch]. */
  readonly level: tf.Tensor1D;
  /** The arrays of {@link LossTerm.draws}, in their shapes: none unless the term has some. @defaultValue [] */
  readonly draws: readonly tf.Tensor[];
}

/** A term of the loss. A distance between distributions gained 0.09 % of CRPS at most: research/wasserstein-term.md. */
export interface LossTerm {
  /** Name of its metric. It is stored with runs, which ask for the term of this name when they go on. */
  readonly name: string;
  /** Factor of the term, ≥ 0. */
  readonly weight: number;
  /** The loss is (1 − weight) · usual + weight · term; weight ≤ 1. @defaultValue usual + weight · term / σ_data */
  readonly mixed?: boolean;
  /** Arrays that each step draws anew for crops of a side, such as directions: always of the same shapes. @defaultValue none */
  draws?(stream: Rng, crop: number): readonly (ShapedArray & { readonly values: Float32Array })[];
  /** The term, not times its weight, as a scalar; differentiable in `estimate`. */
  value(fields: LossTermFields): tf.Tensor;
}

/** Name and numbers of a term, as stored with a run; of a {@link WassersteinTerm} all its options. */
export type StoredTerm = Pick<LossTerm, "name" | "weight" | "mixed"> & {
  readonly of?: Required<Omit<WassersteinTermOptions, "weight" | "mixed">>;
};

const wasserstein = "wasserstein";
/** The term of WassDiff as released (arXiv 2410.00381): 0.8 of the denoising loss and 0.2 of the distance. */
export const wassdiffTerm: WassersteinTerm = wassersteinTerm({ weight: 0.2, mixed: true, directions: 100 });
/** The name of that term in records of earlier versions. */
const former = "wassdiff";

/**
 * The term that an option means.
 *
 * @throws OptionsError where it is a text, or one of your own lacks something
 */
export function lossTerm(given: WassersteinTerm | LossTerm | null = null): LossTerm | null {
  if (given === null) return null;
  if (isWassersteinTerm(given)) return ofWasserstein(wassersteinTerm(given));
  const fail = (name: string, value: unknown, expected: string): never => {
    throw new OptionsError(`${name} is ${JSON.stringify(value)}, expected ${expected}`, name, value);
  };
  const { name, weight, mixed = false, value } = given;
  if (typeof value !== "function") {
    const own =
      "wassersteinTerm({ … }) of monge/wasserstein, or a LossTerm with a function value, handed in as the object itself";
    fail("term", given, own);
  }
  if (typeof name !== "string" || name === "" || name === wasserstein || name === former) {
    fail("term.name", name, "a name of its own");
  }
  if (!(weight >= 0 && Number.isFinite(weight))) fail("term.weight", weight, "a finite number ≥ 0");
  if (mixed && weight > 1) fail("term.weight", weight, "at most 1, a share of the loss");
  return given;
}

/** A term as it is stored. */
export function storedTerm(term: LossTerm & Pick<StoredTerm, "of">): StoredTerm {
  const { name, weight, mixed, of } = term;
  return { name, weight, ...(mixed && { mixed }), ...(of && { of }) };
}

/** A stored term of any version in today's terms. */
export const todaysTerm = (stored: StoredTerm): StoredTerm =>
  stored.name === former
    ? storedTerm(ofWasserstein(wassersteinTerm({ ...wassdiffTerm, weight: stored.weight })))
    : stored;

/** The term of a record; of one's own, the name is all that is known of it. */
export function recordedTerm(stored: StoredTerm): WassersteinTerm | string {
  const { name, weight, mixed = false, of } = todaysTerm(stored);
  return of ? wassersteinTerm({ ...of, weight, mixed }) : name;
}

function ofWasserstein({ kind: name, weight, mixed, distance: _, ...of }: WassersteinTerm): LossTerm & StoredTerm {
  const count = of.directions;
  return {
    ...{ name, weight, mixed, of },
    ...(of.norm === "sliced" && {
      draws: (stream: Rng, crop: number) => [
        { values: unitColumns(stream, crop ** 2, count), shape: [crop ** 2, count] },
      ],
    }),
    value: ({ estimate, truth, draws: [directions] }) =>
      ofImages({ ...of, weight, mixed }, estimate, truth, directions as tf.Tensor2D | undefined),
  };
}

/** The usual loss and a term together, with the term as metric. */
export function withTerm(
  usual: tf.Scalar,
  term: LossTerm,
  fields: LossTermFields,
  sigmaData: number,
): { readonly loss: tf.Scalar; readonly metrics: Record<string, tf.Scalar> } {
  const { name, weight, mixed } = term;
  const field = term.value(fields) as tf.Scalar;
  if (mixed) {
    const loss = tf.add(tf.mul(usual, 1 - weight), tf.mul(field, weight)) as tf.Scalar;
    return { loss, metrics: { [name]: field } };
  }
  const scaled = tf.div(field, sigmaData) as tf.Scalar;
  return { loss: tf.add(usual, tf.mul(scaled, weight)) as tf.Scalar, metrics: { [name]: scaled } };
}

/** Uniform directions in `dim` dimensions, unit columns of [dim, count]. */
export function unitColumns(stream: Rng, dim: number, count: number): Float32Array {
  const values = stream.normal(new Float32Array(dim * count));
  const squares = new Float64Array(count);
  for (const [i, v] of values.entries()) squares[i % count]! += v * v;
  return values.map((v, i) => v / Math.sqrt(squares[i % count]!));
}
