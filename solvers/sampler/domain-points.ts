/** Points in a domain: uniform ones by rejection from the bounding box, and the residual at points, checked. */
import { checkWhole } from "../../engine/checks.ts";
import { DomainError, ShapeError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { maxSobolDimension, sobolSequence } from "../../engine/random/sobol.ts";
import type { PointSet, SampleContext, SamplingDomain } from "./sampler.ts";

/** Shares of the bounding box below this one are taken for a mistake in `contains`. */
const LEAST_SHARE = 1e-6;

/** The stream of a round. Keyed by the round here too, so that no caller's stream can repeat the points of another. */
export function roundStream({ rng, round }: SampleContext): Rng {
  return rng.split(round);
}

/** Points of (0, 1)^d, as many as asked for; called again it goes on. */
export type UnitPoints = (count: number) => Float64Array;

/** Maps points of the unit cube onto the bounding box, in place. */
export function toBox(domain: SamplingDomain, points: Float64Array): Float64Array {
  const { dimension: d, low, high } = domain;
  for (let at = 0; at < points.length; at++) {
    const k = at % d;
    points[at] = low[k]! + points[at]! * (high[k]! - low[k]!);
  }
  return points;
}

/**
 * The first `count` points of a stream of points of the bounding box that lie in Ω.
 *
 * @throws DomainError if less than a millionth of them does
 */
export function accepted(domain: SamplingDomain, count: number, candidates: UnitPoints): Float64Array {
  if (domain.isBox) return candidates(count);
  const d = domain.dimension;
  const points = new Float64Array(count * d);
  let filled = 0;
  let tried = 0;
  while (filled < count) {
    const rate = tried === 0 ? 1 : Math.max(filled / tried, 1e-3);
    const tries = Math.ceil(((count - filled) / rate) * 1.1) + 16;
    const candidate = candidates(tries);
    const inside = domain.contains(candidate);
    for (let i = 0; i < tries && filled < count; i++) {
      if (inside[i] !== 1) continue;
      points.set(candidate.subarray(i * d, (i + 1) * d), filled * d);
      filled++;
    }
    tried += tries;
    if (filled < tried * LEAST_SHARE && tried > 1 / LEAST_SHARE) {
      const way = "check contains and the bounding box";
      throw new DomainError(
        `accepted: of ${tried} points of the bounding box ${filled} lie in the domain; ${way}`,
        tried,
      );
    }
  }
  return points;
}

/**
 * Independent uniform points of Ω, as {@link uniform} draws them.
 *
 * @param count - number of points, ≥ 0
 * @returns `[count, dimension]`, row-major
 */
export function uniformPoints(domain: SamplingDomain, count: number, rng: Rng): Float64Array {
  return accepted(domain, count, (n) => toBox(domain, rng.uniform(n * domain.dimension)));
}

/**
 * Uniform points of Ω, evenly spread, as {@link sobol} draws them: scrambled Sobol, above 64 dimensions independent
 * ones.
 *
 * @param count - number of points, ≥ 0
 * @returns `[count, dimension]`, row-major
 */
export function quasiUniformPoints(domain: SamplingDomain, count: number, rng: Rng): Float64Array {
  if (domain.dimension > maxSobolDimension) return uniformPoints(domain, count, rng);
  const sequence = sobolSequence(domain.dimension, rng);
  return accepted(domain, count, (n) => toBox(domain, sequence.next(n)));
}

/** The uniform density 1/|Ω| at points of Ω, 0 elsewhere. */
export function uniformDensity(domain: SamplingDomain, points: Float64Array): Float64Array {
  return Float64Array.from(domain.contains(points), (inside) => inside / domain.volume);
}

/** A set of uniform points. */
export function uniformSet(domain: SamplingDomain, points: Float64Array): PointSet {
  const count = points.length / domain.dimension;
  return {
    points,
    weights: new Float64Array(count).fill(1 / count),
    density: new Float64Array(count).fill(1 / domain.volume),
  };
}

/**
 * Row weights of a {@link PointSet} with density q: 1/(N |Ω| q), or 1/N where no weights are wanted.
 *
 * @param density - q > 0, one value per point, per unit volume
 * @param kind - "unbiased" makes Σ w r² an estimate of the mean of r² over Ω
 */
export function rowWeights(domain: SamplingDomain, density: Float64Array, kind: "unbiased" | "none"): Float64Array {
  const count = density.length;
  return density.map((q) => (kind === "none" ? 1 / count : 1 / (count * domain.volume * q)));
}

/** @throws OptionsError unless the count is a whole number ≥ 1 */
export function checkCount(sampler: string, count: number): void {
  checkWhole(sampler, { count });
}

/**
 * |r| at points.
 *
 * @throws ShapeError if the callback returns another number of values
 * @throws DomainError if one is negative or not finite
 */
export async function residualAt(sampler: string, context: SampleContext, points: Float64Array): Promise<Float64Array> {
  const d = context.domain.dimension;
  const values = await context.residual(points);
  if (values.length * d !== points.length) {
    throw new ShapeError(`${sampler}: residual`, [points.length / d], [values.length], "one value a point");
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >= 0 && value < Number.POSITIVE_INFINITY) continue;
    const place = Array.from(points.subarray(i * d, (i + 1) * d)).join(", ");
    const way = "the equation may be undefined there, or the network has diverged";
    throw new DomainError(`${sampler}: the residual is ${value} at (${place}), expected finite and ≥ 0; ${way}`, value);
  }
  return values;
}

/** Values divided by their greatest, so that powers neither overflow nor vanish; all zero gives zeros and scale 0. */
export function normalised(values: Float64Array): { readonly values: Float64Array; readonly scale: number } {
  let scale = 0;
  for (const value of values) scale = Math.max(scale, value);
  return { values: scale > 0 ? values.map((value) => value / scale) : values.slice(), scale };
}

/** Kish's effective share of weighted points, (Σw)²/(n Σw²), in (0, 1]. */
export function effectiveShare(weights: Float64Array): number {
  let [sum, squares] = [0, 0];
  for (const w of weights) {
    sum += w;
    squares += w * w;
  }
  return squares > 0 ? (sum * sum) / (weights.length * squares) : 0;
}
