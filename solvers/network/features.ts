/** What a network sees of the coordinates: scaled to [−1, 1], and functions of them. */
import { OptionsError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import type { Hole } from "../domain/holes.ts";
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
   * Replace coordinate k by cos and sin of 1 … harmonics periods of the domain, so that the network is periodic in it with all
   * derivatives. By axis index. @defaultValue none
   */
  readonly periodic?: Readonly<Record<number, number>>;
  /**
   * Fourier features (arXiv 2006.10739): cos and sin of these wave vectors (radians per unit of the scaled coordinates), each
   * of d numbers. @defaultValue none
   */
  readonly fourier?: readonly (readonly number[])[];
  /**
   * Coordinates around holes of the domain beside its own: for each hole the logarithm of the distance from its centre, −1 at its boundary and 1 at the domain's
   * farthest corner, and the direction as a vector of length 1. What falls as a power of the distance is smooth in them. @defaultValue none
   */
  readonly holes?: readonly Hole[];
}

/** @throws OptionsError where features speak of axes that are not there */
export function checkFeatures(
  { periodic = {}, fourier = [], holes = [] }: FeatureOptions,
  axes: readonly string[],
): void {
  const names = axes.join(", ");
  for (const [axis, harmonics] of Object.entries(periodic)) {
    if (!(Number(axis) < axes.length)) {
      const message = `solve: network.periodic speaks of axis ${axis}; the axes 0 to ${axes.length - 1} are ${names}`;
      throw new OptionsError(message, "network.periodic", axis);
    }
    if (!(Number.isInteger(harmonics) && harmonics >= 0)) {
      const message = `solve: network.periodic[${axis}] is ${harmonics}, expected a whole number ≥ 0 of harmonics`;
      throw new OptionsError(message, "network.periodic", harmonics);
    }
  }
  const bad = fourier.find((wave) => wave.length !== axes.length || !wave.every(Number.isFinite));
  if (bad) {
    const message = `solve: the wave vector [${bad.join(", ")}] in network.fourier needs ${axes.length} finite numbers, for ${names}`;
    throw new OptionsError(message, "network.fourier", bad);
  }
  const far = holes.find(({ center }) => center.length > axes.length);
  if (far) {
    const message = `solve: network.holes has a centre of ${far.center.length} numbers; the axes are ${names}`;
    throw new OptionsError(message, "network.holes", far);
  }
}

/** @throws OptionsError where a hole is none */
export function checkHoles(who: string, holes: readonly Hole[]): void {
  for (const hole of holes) {
    const { center, radius, far } = hole;
    const placed =
      Array.isArray(center) && (center.length === 2 || center.length === 3) && center.every(Number.isFinite);
    if (placed && radius > 0 && radius < far && far < Number.POSITIVE_INFINITY) continue;
    const way = "expected { center: two or three numbers, radius > 0, far > radius }, as holesOf(domain) gives them";
    throw new OptionsError(`${who}: a hole is ${JSON.stringify(hole)}, ${way}`, "holes", hole);
  }
}

/** Number of features. */
export function featureCount(options: FeatureOptions, dimension: number): number {
  const { periodic = {}, fourier = [], squares = false, holes = [] } = options;
  const own = Array.from({ length: dimension }, (_, k) => (periodic[k] ? 2 * periodic[k] : squares ? 2 : 1));
  return own.reduce((a, b) => a + b, 0) + 2 * fourier.length + holes.reduce((sum, hole) => sum + inputsOf(hole), 0);
}

/** Number of features that a hole brings. */
export const inputsOf = ({ center }: Hole): number => center.length + 1;

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
  const { periodic = {}, fourier = [], squares = false, holes = [] } = options;
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
  for (const hole of holes) columns.push(...coordinatesAround(hole, points, set));
  return blockOf(columns, count);
}

/** What a logarithm of the distance is multiplied by, and what is taken away, so that it goes from −1 to 1. */
const logScale = ({ radius, far }: Hole) => {
  const factor = 2 / Math.log(far / radius);
  return { factor, shift: 1 + factor * Math.log(radius) };
};

/** Logarithm of the distance and direction, seen from a hole. */
function coordinatesAround(hole: Hole, points: tf.Tensor, set: SlotSet): Jet<TensorOrNumber>[] {
  const algebra = jetAlgebra(tensorRing, set);
  const offsets = hole.center.map((c, k) =>
    algebra.sub(algebra.variable(k, tf.slice(points, [0, k], [points.shape[0]!, 1])), algebra.number(c)),
  );
  const log = algebra.call("log", [offsets.map((x) => algebra.mul(x, x)).reduce((a, b) => algebra.add(a, b))]);
  const inverse = algebra.call("exp", [algebra.scale(log, -0.5)]);
  const { factor, shift } = logScale(hole);
  return [
    algebra.sub(algebra.scale(log, factor / 2), algebra.number(shift)),
    ...offsets.map((x) => algebra.mul(x, inverse)),
  ];
}

/** The same of one point on the host. */
export function plainCoordinatesAround(hole: Hole, point: readonly number[]): number[] {
  const offsets = hole.center.map((c, k) => point[k]! - c);
  const distance = Math.max(Math.hypot(...offsets), hole.radius);
  const { factor, shift } = logScale(hole);
  return [factor * Math.log(distance) - shift, ...offsets.map((x) => x / distance)];
}
