/**
 * Residual-based sampling from a pool: RAD of C. Wu, M. Zhu, Q. Tan, Y. Kartha and L. Lu, "A comprehensive study
 * of non-adaptive and residual-based adaptive sampling for physics-informed neural networks" (2023),
 * doi:10.1016/j.cma.2022.115671, arXiv 2207.10289.
 */
import { checkNames } from "../../engine/check-names.ts";
import { OptionsError } from "../../engine/errors.ts";
import { storedNumbers, tensor } from "../stored-numbers.ts";
import {
  checkCount,
  effectiveShare,
  normalised,
  quasiUniformPoints,
  residualAt,
  roundStream,
  rowWeights,
  uniformDensity,
} from "./domain-points.ts";
import { checkChoice, checkNumber } from "./options.ts";
import { chances, drawSuccessive, drawSystematic, inclusions, nearestValues, rows } from "./pool-draw.ts";
import type { ActiveSampler, Sampler, SamplingDomain } from "./sampler.ts";

/** Row weights: 1/(N |Ω| q), or 1/N as published. */
export type PoolWeights = "unbiased" | "none";

/** Options of {@link rad}. */
export interface RadOptions {
  /** Power of |r|, ≥ 0. @defaultValue 1 */
  readonly k?: number;
  /** Uniform part, ≥ 0, in units of the mean of |r|^k. @defaultValue 1 */
  readonly c?: number;
  /** Number of uniform (scrambled Sobol) points to choose from, at least the number drawn. @defaultValue 20000 */
  readonly pool?: number;
  /** Of the rows in the loss: 1/(N |Ω| q), or 1/N. @defaultValue "none", as published */
  readonly weights?: PoolWeights;
}

/** Residual-based adaptive distribution; made by {@link rad}. */
export interface RadSampler extends Sampler, Required<RadOptions> {
  readonly kind: "rad";
}

/**
 * RAD: every round all points are drawn anew from a fresh uniform pool, without replacement, in proportion to
 * p ∝ |r|^k / mean(|r|^k) + c. The published method has no row weights. With `weights: "unbiased"` points are drawn
 * systematically, so that each pool point's chance to be chosen is known exactly, and rows are weighted by its inverse.
 *
 * @throws OptionsError if an option is out of range
 */
export function rad(options: RadOptions = {}): RadSampler {
  checkNames("rad", options, "k c pool weights kind");
  const { k = 1, c = 1, pool = 20_000, weights = "none" } = options;
  checkNumber("rad", "k", k, { low: 0 });
  checkNumber("rad", "c", c, { low: 0 });
  checkNumber("rad", "pool", pool, { low: 1, whole: true });
  checkChoice("rad", "weights", weights, ["unbiased", "none"]);
  return { kind: "rad", k, c, pool, weights };
}

/** A pool with the density at each of its points. */
interface PoolDensity {
  readonly pool: Float64Array;
  readonly density: Float64Array;
}

/** Density of the last round: that of the nearest point of the pool. */
function poolDensityAt(domain: SamplingDomain, points: Float64Array, { pool, density }: PoolDensity): Float64Array {
  const inside = uniformDensity(domain, points);
  if (density.length === 0) return inside;
  const sides = domain.low.map((low, k) => domain.high[k]! - low);
  const values = nearestValues(points, pool, density, sides);
  return values.map((value, i) => (inside[i]! > 0 ? value : 0));
}

/** Starts {@link rad}. The density elsewhere than at pool points is that of the nearest one. */
export function startRad(sampler: RadSampler, domain: SamplingDomain): ActiveSampler {
  let last: PoolDensity = { pool: new Float64Array(0), density: new Float64Array(0) };
  let share = 1;
  return {
    async draw(context) {
      const { domain, count } = context;
      checkCount("rad", count);
      const { k, c, pool: size, weights: kind } = sampler;
      if (count > size) {
        throw new OptionsError(`rad: pool is ${size}, expected at least the ${count} points to draw`, "pool", size);
      }
      const rng = roundStream(context);
      const pool = quasiUniformPoints(domain, size, rng.split("pool"));
      const { values } = normalised(await residualAt("rad", context, pool));
      const chance = chances(values, k, c);
      const inclusion = inclusions(chance, count);
      const stream = rng.split("choice");
      const chosen =
        kind === "unbiased" ? drawSystematic(inclusion, count, stream) : drawSuccessive(chance, count, stream);
      last = { pool, density: inclusion.map((share) => (share * size) / (count * domain.volume)) };
      const density = rows(last.density, 1, chosen);
      const weights = rowWeights(domain, density, kind);
      share = effectiveShare(weights);
      return { points: rows(pool, domain.dimension, chosen), density, weights };
    },
    density: (points) => poolDensityAt(domain, points, last),
    state: () => ({ pool: tensor(last.pool), density: tensor(last.density), share: tensor([share]) }),
    restore(tensors) {
      const density = storedNumbers("rad", tensors, "density");
      last = { pool: storedNumbers("rad", tensors, "pool", density.length * domain.dimension), density };
      share = storedNumbers("rad", tensors, "share", 1)[0]!;
    },
    report: () => ({ effectiveShare: share }),
  };
}
