/**
 * A term added to the training loss, between what the network gives and the truth. One of your own is an object of this shape,
 * handed in as the option `term`; by name there is WassDiff's.
 */
import { OptionsError } from "../../engine/errors.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { batchSlicedWassersteinGraph } from "../../wasserstein/line/index.ts";

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

/** A term of the loss. No benefit of a distance between distributions was measured: research/wasserstein-term.md. */
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

/** Name and numbers of a term, as stored with a run. */
export type StoredTerm = Pick<LossTerm, "name" | "weight" | "mixed">;

/**
 * The term that an option means.
 *
 * @throws OptionsError where there is none of that name, or one of your own lacks something
 */
export function lossTerm(given: "wassdiff" | LossTerm | null = null): LossTerm | null {
  if (given === null || given === wassdiffTerm) return given;
  const fail = (name: string, value: unknown, expected: string): never => {
    throw new OptionsError(`${name} is ${JSON.stringify(value)}, expected ${expected}`, name, value);
  };
  if (typeof given === "string") {
    const way = "one of your own is handed in as the object itself, { term }";
    return given === wassdiffTerm.name ? wassdiffTerm : fail("term", given, `"wassdiff"; ${way}`);
  }
  const { name, weight, mixed = false, value } = given;
  if (typeof value !== "function") fail("term", given, "a LossTerm with a function value");
  if (typeof name !== "string" || name === "" || name === wassdiffTerm.name) {
    fail("term.name", name, "a name of its own");
  }
  if (!(weight >= 0 && Number.isFinite(weight))) fail("term.weight", weight, "a finite number ≥ 0");
  if (mixed && weight > 1) fail("term.weight", weight, "at most 1, a share of the loss");
  return given;
}

/** A term as it is stored. */
export const storedTerm = ({ name, weight, mixed }: LossTerm): StoredTerm => ({
  name,
  weight,
  ...(mixed && { mixed }),
});

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
