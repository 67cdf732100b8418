/** Shared parts of the samplers with a flow: checks of options, weighted points with a payoff, draws in proportion to it. */
import { ConvergenceError, OptionsError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { WeightedPoints } from "./flow-domain.ts";
import { checkNumber } from "./options.ts";

/** Size and training of a flow. */
export interface FlowTraining {
  /** Adam steps a round, ≥ 1; the flow goes on from the last round. @defaultValue 200; 1000 for "krnet" */
  readonly steps?: number;
  /** Points of one Adam step, at least 2. @defaultValue 512; 1000 for "krnet" */
  readonly batch?: number;
  /** Points at which the residual is asked for a round, at least `batch`. @defaultValue 8192; 5000 for "krnet" */
  readonly pool?: number;
  /** Adam's rate, > 0. @defaultValue 5e-3; 8e-4 for "krnet" */
  readonly learningRate?: number;
  /** Share of uniform points among the training points, in [0, 1]. @defaultValue 0.5; 1 for "krnet" */
  readonly trainingShare?: number;
  /** Couplings of a stage, ≥ 1. @defaultValue 4; 6 for "krnet" */
  readonly layers?: number;
  /** Neurons of a hidden layer of their networks, ≥ 1. @defaultValue 24 */
  readonly width?: number;
  /** Cells of their distribution functions, ≥ 1. @defaultValue 8; 32 for "krnet" */
  readonly bins?: number;
}

const bounded = {
  ...{ steps: 200, batch: 512, pool: 8192, learningRate: 5e-3, trainingShare: 0.5 },
  ...{ layers: 4, width: 24, bins: 8 },
};
/** The published adversary, after the third-party code that aims at the paper. */
const published = {
  ...{ steps: 1000, batch: 1000, pool: 5000, learningRate: 8e-4, trainingShare: 1 },
  ...{ layers: 6, width: 24, bins: 32 },
};

/** Fills in the defaults of a flow. @throws OptionsError if a number is out of range */
export function flowTraining(sampler: string, options: FlowTraining, isPublished: boolean): Required<FlowTraining> {
  const defaults = isPublished ? published : bounded;
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

/** Weighted points with a payoff. */
export interface Pool extends WeightedPoints {
  readonly payoffs: Float64Array;
}

/** Mean of the payoff over the box. @throws ConvergenceError where it is not finite */
export function weightedMean(sampler: string, { payoffs, weights }: Pool): number {
  let sum = 0;
  for (let i = 0; i < payoffs.length; i++) sum += payoffs[i]! * weights[i]!;
  const mean = sum / payoffs.length;
  if (!Number.isFinite(mean)) {
    throw new ConvergenceError(
      `${sampler}: the mean of the payoff is ${mean}; lower the learning rate`,
      "diverged",
      mean,
    );
  }
  return mean;
}

/**
 * Draws points of a pool in proportion to payoff/q, systematically along a space-filling curve: their mean of f estimates ∫ g f/∫ g with far less noise than
 * weighted points, of which only few would count. With `smooth` each is moved by a normal step (reflected at the faces), whose
 * deviation along each axis is that of the weighted pool times (4/(d + 2))^{1/(d+4)} n^{−1/(d+4)}, n the effective number of points
 * (Silverman 1986, eq. 4.14).
 */
export function gainDraw(
  { points, payoffs, weights }: Pool,
  d: number,
  stream: Rng,
  smooth: boolean,
): (count: number) => Float64Array {
  const sums = new Float64Array(payoffs.length);
  let [total, of2] = [0, 0];
  const [first, second] = [new Float64Array(d), new Float64Array(d)];
  const order = mortonOrder(points, d);
  for (const [position, i] of order.entries()) {
    const mass = payoffs[i]! * weights[i]!;
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
