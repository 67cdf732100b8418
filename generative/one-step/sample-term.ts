/**
 * A term between samples for the loss of the one-step generator: the fair energy score of a Wasserstein distance. What is
 * compared are the values of an image, or its patches seen in random directions of mean zero (texture, not level); sorted it is
 * W₁ between their distributions over the image, blind to where they are, and without sorting its control of equal weight.
 */
import { OptionsError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/rng.ts";
import { tf } from "../../engine/tensor.ts";
import { sortedWasserstein } from "../../wasserstein/line/index.ts";
import { absoluteDifference, type Distance, fairEnergy } from "./fair-energy.ts";

/** A term between samples. */
export interface SampleTerm {
  /** `wasserstein`: sorted over each image; `unsorted`: its control. */
  readonly kind: "wasserstein" | "unsorted";
  /** What is compared. @defaultValue "patches" */
  readonly of?: "pixels" | "patches";
  /** Factor of the term, ≥ 0. */
  readonly weight: number;
  /** Side of a patch in pixels. @defaultValue 5 */
  readonly patch?: number;
  /** Random directions of each step. @defaultValue 32 */
  readonly directions?: number;
}

const withDefaults = (term: SampleTerm): Required<SampleTerm> => ({
  of: "patches",
  patch: 5,
  directions: 32,
  ...term,
});

/** @param side - of the images @throws OptionsError where a number is out of range */
export function checkSampleTerm(caller: string, term: SampleTerm, side: number): void {
  const { kind, of, weight, patch, directions } = withDefaults(term);
  if (kind !== "wasserstein" && kind !== "unsorted") {
    const text = `${caller}: term.kind is ${JSON.stringify(kind)}, expected wasserstein or unsorted`;
    throw new OptionsError(text, "kind", kind);
  }
  if (!(weight >= 0 && Number.isFinite(weight))) {
    throw new OptionsError(`${caller}: term.weight is ${weight}, expected ≥ 0`, "weight", weight);
  }
  if (of === "pixels") return;
  if (!(Number.isInteger(patch) && patch >= 2 && patch <= side)) {
    const text = `${caller}: term.patch is ${patch}, expected a whole number from 2 to the side of a crop, ${side}`;
    throw new OptionsError(text, "patch", patch);
  }
  if (Number.isInteger(directions) && directions > 0) return;
  throw new OptionsError(`${caller}: term.directions is ${directions}, expected a whole number ≥ 1`, "directions");
}

/** Shape of the directions of a term as filters, [patch, patch, 1, directions]; undefined where it has none. */
export function directionShape(term: SampleTerm): [number, number, number, number] | undefined {
  const { of, patch, directions } = withDefaults(term);
  return of === "pixels" ? undefined : [patch, patch, 1, directions];
}

/** Random directions of mean 0 and norm 1, uniform on that sphere, as filters of the given shape. */
export function drawDirections(stream: Rng, [height, width, , count]: readonly number[]): Float32Array {
  const size = height! * width!;
  const out = stream.normal(new Float32Array(size * count!));
  for (let k = 0; k < count!; k++) {
    let mean = 0;
    for (let i = 0; i < size; i++) mean += out[i * count! + k]! / size;
    let squares = 0;
    for (let i = 0; i < size; i++) squares += (out[i * count! + k]! - mean) ** 2;
    for (let i = 0; i < size; i++) out[i * count! + k] = (out[i * count! + k]! - mean) / Math.sqrt(squares);
  }
  return out;
}

/**
 * The fair energy score of a term, without its weight.
 *
 * @param members - ln(1 + R/c), each [batch, height, width, 1]
 * @param truth - of the same shape
 * @param directions - as {@link drawDirections} draws them; none for pixels
 */
export function sampleEnergy(
  members: readonly tf.Tensor4D[],
  truth: tf.Tensor4D,
  term: SampleTerm,
  directions?: tf.Tensor4D,
): tf.Scalar {
  const rows = (x: tf.Tensor4D): tf.Tensor2D => {
    const batch = x.shape[0];
    if (directions === undefined) return tf.reshape(x, [batch, -1]);
    const seen = tf.transpose(tf.conv2d(x, directions, 1, "valid"), [0, 3, 1, 2]);
    return tf.reshape(seen, [batch * directions.shape[3], -1]);
  };
  const distance: Distance =
    term.kind === "unsorted" ? absoluteDifference : (a, b) => sortedWasserstein(a as tf.Tensor2D, b as tf.Tensor2D);
  return fairEnergy(members.map(rows), rows(truth), distance);
}
