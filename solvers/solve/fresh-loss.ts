/**
 * The criterion for parameters: the loss on fresh points with the mean of r² over the domain in it, whatever the
 * sampler's row weights. Losses under the weights of two rounds would compare two densities, not two parameters.
 */
import type { Rng } from "../../engine/random/rng.ts";
import { quasiUniformPoints } from "../sampler/domain-points.ts";
import type { ActiveSampler, PointSet, SamplingDomain } from "../sampler/sampler.ts";
import type { Machine } from "./machine.ts";

/** Relative deviation from w = 1/(N |Ω| q) that is rounding. */
const rounding = 1e-6;

/** Losses on fresh points. */
export interface FreshLoss {
  /** Of the parameters at hand. */
  readonly loss: number;
  /**
   * Its standard error, from the spread of the rows as if they were independent: for points that are evenly spread an
   * upper bound.
   */
  readonly error: number;
  /** Of the best parameters so far, on the same points where their old loss cannot be compared. */
  readonly best: number;
}

/** A pair of parameters to compare, and the points. */
export interface Contender {
  readonly theta: Float64Array;
  readonly best: number;
  readonly bestTheta: Float64Array;
}

/**
 * The loss of θ on fresh points, before any step on them. Where the set has unbiased weights it is the loss on the set.
 * Where not, θ and the best θ so far are compared on points that are half even and half the set's, each with the weight
 * of both together, 1/(n₁ + n₂ |Ω| q) (the balance heuristic of Veach and Guibas 1995, doi:10.1145/218380.218498):
 * unbiased, and bounded by 1/n₁ whatever q is.
 */
export async function freshLoss(
  machine: Machine,
  sampler: ActiveSampler,
  domain: SamplingDomain,
  { theta, best, bestTheta }: Contender,
  set: PointSet,
  draw: Rng,
): Promise<FreshLoss> {
  if (isUnbiased(set, domain)) return { ...(await machine.loss(theta)), best };
  machine.take(await comparisonSet(sampler, domain, set, machine.interior, draw.split("fresh")), draw);
  const found = await machine.loss(theta);
  const alternative = best === Number.POSITIVE_INFINITY ? best : (await machine.loss(bestTheta)).loss;
  machine.take(set, draw);
  return { ...found, best: alternative };
}

/** True where Σ w r² estimates the mean of r² over the domain. */
function isUnbiased({ weights, density }: PointSet, domain: SamplingDomain): boolean {
  const unit = weights.length * domain.volume;
  return weights.every((w, i) => Math.abs(w * unit * density[i]! - 1) <= rounding);
}

/** Quasi-uniform points and points of the set, as many of each as there are. */
async function comparisonSet(
  sampler: ActiveSampler,
  domain: SamplingDomain,
  set: PointSet,
  count: number,
  draw: Rng,
): Promise<PointSet> {
  const d = domain.dimension;
  const have = set.density.length;
  const own = Math.min(have, Math.floor(count / 2));
  const even = count - own;
  const points = new Float64Array(count * d);
  points.set(quasiUniformPoints(domain, even, draw));
  const density = new Float64Array(count);
  density.set(await sampler.density(points.slice(0, even * d)));
  for (let i = 0; i < own; i++) {
    // Evenly through the set, which may have its kinds of points in a row.
    const from = Math.floor(((i + 0.5) * have) / own);
    points.set(set.points.subarray(from * d, (from + 1) * d), (even + i) * d);
    density[even + i] = set.density[from]!;
  }
  return { points, density, weights: density.map((q) => 1 / (even + own * domain.volume * q)) };
}
