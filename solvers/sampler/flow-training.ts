/** Shared parts of the samplers with a flow: checks of options, weighted points with r², draws in proportion to r². */
import { ConvergenceError, OptionsError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { WeightedPoints } from "./flow-domain.ts";
import { checkNumber } from "./options.ts";

/** Size and training of a flow. Defaults of published methods are those of their papers' code. */
export interface FlowTraining {
  /** Adam steps a round, ≥ 1; the flow goes on from the last round. @defaultValue 200; 1000 for the paper's adversary */
  readonly steps?: number;
  /** Points of one Adam step, at least 2. @defaultValue 512; 1000 for the paper's adversary */
  readonly batch?: number;
  /** Points at which the residual is asked for a round, at least `batch`. @defaultValue 8192; 5000 for the paper's adversary */
  readonly pool?: number;
  /** Adam's rate, > 0. @defaultValue 5e-3; 8e-4 for the paper's adversary */
  readonly learningRate?: number;
  /** Share of uniform points among the training points, in [0, 1]. @defaultValue 0.5; 1 for the paper's adversary */
  readonly trainingShare?: number;
  /** Couplings of a stage, ≥ 1. @defaultValue 4; 6 for a published KRnet */
  readonly layers?: number;
  /** Neurons of a hidden layer of their networks, ≥ 1. @defaultValue 24 */
  readonly width?: number;
  /** Cells of their distribution functions, ≥ 1. @defaultValue 8; 32 for a published KRnet */
  readonly bins?: number;
}

/** Couplings of the published KRnet and of the bounded one. */
const [published, bounded] = [
  { layers: 6, bins: 32 },
  { layers: 4, bins: 8 },
];
const training = { steps: 200, batch: 512, pool: 8192, learningRate: 5e-3, trainingShare: 0.5 };

/**
 * Fills in the defaults of a flow.
 *
 * @param own - defaults of the sampler's own
 * @throws OptionsError if a number is out of range
 */
export function flowTraining(
  sampler: string,
  flow: "krnet" | "bounded",
  options: FlowTraining,
  own: FlowTraining = {},
): Required<FlowTraining> {
  const defaults = { ...training, width: 24, ...(flow === "krnet" ? published : bounded), ...own };
  const names = Object.keys(defaults) as (keyof FlowTraining)[];
  const all = Object.fromEntries(names.map((name) => [name, options[name] ?? defaults[name]])) as typeof defaults;
  const { learningRate, trainingShare, ...sizes } = all;
  for (const [name, value] of Object.entries(sizes)) checkNumber(sampler, name, value, { low: 1, whole: true });
  checkNumber(sampler, "learningRate", learningRate, { low: 0, above: true });
  checkNumber(sampler, "trainingShare", trainingShare, { low: 0, high: 1 });
  if (sizes.pool < sizes.batch) {
    const expected = `expected at least the batch, ${sizes.batch}`;
    throw new OptionsError(`${sampler}: pool is ${sizes.pool}, ${expected}`, "pool", sizes.pool);
  }
  return all;
}

/** Weighted points with r². */
export interface Pool extends WeightedPoints {
  readonly squares: Float64Array;
}

/** Mean of r² over the box. @throws ConvergenceError where it is not finite */
export function weightedMean(sampler: string, { squares, weights }: Pool): number {
  let sum = 0;
  for (let i = 0; i < squares.length; i++) sum += squares[i]! * weights[i]!;
  const mean = sum / squares.length;
  if (!Number.isFinite(mean)) {
    throw new ConvergenceError(`${sampler}: the mean of r² is ${mean}; lower the learning rate`, "diverged", mean);
  }
  return mean;
}

/**
 * Draws points of a pool in proportion to r²/q, systematically along a space-filling curve: their mean of g estimates ∫ r² g/∫ r² with far less noise than
 * weighted points, of which only few would count. With `smooth` each is moved by a normal step (reflected at the faces), whose
 * deviation along each axis is that of the weighted pool times (4/(d + 2))^{1/(d+4)} n^{−1/(d+4)}, n the effective number of points
 * (Silverman 1986, eq. 4.14).
 */
export function gainDraw(
  { points, squares, weights }: Pool,
  d: number,
  stream: Rng,
  smooth: boolean,
): (count: number) => Float64Array {
  const sums = new Float64Array(squares.length);
  let [total, of2] = [0, 0];
  const [first, second] = [new Float64Array(d), new Float64Array(d)];
  const order = mortonOrder(points, d);
  for (const [position, i] of order.entries()) {
    const mass = squares[i]! * weights[i]!;
    total += mass;
    of2 += mass * mass;
    sums[position] = total;
    for (let k = 0; k < d; k++) {
      first[k]! += mass * points[i * d + k]!;
      second[k]! += mass * points[i * d + k]! ** 2;
    }
  }
  const effective = (total * total) / of2;
  const width = (4 / ((d + 2) * effective)) ** (1 / (d + 4));
  // Of few points the deviation is unknown; a tenth of the side is a guess that further rounds correct.
  const steps = first.map((f, k) => {
    const deviation = Math.sqrt(Math.max(0, second[k]! / total - (f / total) ** 2));
    return smooth ? width * (effective < 2 * d ? Math.max(deviation, 0.1) : deviation) : 0;
  });
  return (count) => {
    const out = new Float64Array(count * d);
    const offset = stream.uniform();
    let at = 0;
    for (let j = 0; j < count; j++) {
      const level = ((j + offset) / count) * total;
      while (at < sums.length - 1 && sums[at]! <= level) at++;
      for (let k = 0; k < d; k++) {
        const z = points[order[at]! * d + k]! + (smooth ? steps[k]! * stream.normal() : 0);
        // Reflected as often as it takes: distance to the nearest even number.
        out[j * d + k] = smooth ? Math.abs(z - 2 * Math.round(z / 2)) : z;
      }
    }
    return out;
  };
}

/** Indices of points of the unit box along the Z-shaped curve, which interleaves the leading bits of the coordinates. */
function mortonOrder(points: Float64Array, d: number): Uint32Array {
  const bits = Math.max(1, Math.floor(30 / d));
  const keys = Float64Array.from({ length: points.length / d }, (_, i) => {
    let key = 0;
    for (let level = 1; level <= bits; level++) {
      for (let k = 0; k < Math.min(d, 30); k++) key = 2 * key + (Math.floor(points[i * d + k]! * 2 ** level) & 1);
    }
    return key;
  });
  return Uint32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b);
}
