/** Samplers that do not look at the residual. */

import type { Rng } from "../../engine/random/rng.ts";
import {
  accepted,
  checkCount,
  quasiUniformPoints,
  roundStream,
  toBox,
  uniformDensity,
  uniformPoints,
  uniformSet,
} from "./domain-points.ts";
import type { ActiveSampler, Sampler, SamplingDomain } from "./sampler.ts";

/** Independent uniform points, new ones every round. */
export interface UniformSampler extends Sampler {
  readonly kind: "uniform";
}

/** Scrambled Sobol points, another scrambling every round. */
export interface SobolSampler extends Sampler {
  readonly kind: "sobol";
}

/** Latin hypercube: along every axis one point in each of N equal intervals. */
export interface LatinHypercubeSampler extends Sampler {
  readonly kind: "latinHypercube";
}

/** Independent uniform points, renewed every round. How it fares against the others: docs/explanation/which-sampler.md. */
export function uniform(): UniformSampler {
  return { kind: "uniform" };
}

/**
 * Uniform points of a Sobol sequence, scrambled anew every round; above 64 dimensions independent points. How it fares
 * against the others: docs/explanation/which-sampler.md.
 */
export function sobol(): SobolSampler {
  return { kind: "sobol" };
}

/**
 * A Latin hypercube, drawn anew every round (McKay, Beckman and Conover 1979, doi:10.2307/1268522). Where the domain is not
 * a box, designs on the bounding box are drawn until enough of their points lie inside.
 */
export function latinHypercube(): LatinHypercubeSampler {
  return { kind: "latinHypercube" };
}

type EvenSampler = UniformSampler | SobolSampler | LatinHypercubeSampler;

const designs: Readonly<
  Record<EvenSampler["kind"], (domain: SamplingDomain, count: number, rng: Rng) => Float64Array>
> = {
  uniform: (domain, count, rng) => uniformPoints(domain, count, rng),
  sobol: (domain, count, rng) => quasiUniformPoints(domain, count, rng),
  latinHypercube: (domain, count, rng) =>
    accepted(domain, count, (n) => {
      const points = new Float64Array(n * domain.dimension);
      for (let k = 0; k < domain.dimension; k++) {
        const column = rng.stratified(n);
        for (let i = 0; i < n; i++) points[i * domain.dimension + k] = column[i]!;
      }
      return toBox(domain, points);
    }),
};

/** Starts one of the samplers of this file; they have no state. */
export function startEven(sampler: EvenSampler, domain: SamplingDomain): ActiveSampler {
  return {
    async draw(context) {
      checkCount(sampler.kind, context.count);
      return uniformSet(domain, designs[sampler.kind](domain, context.count, roundStream(context)));
    },
    density: (points) => uniformDensity(domain, points),
    state: () => ({}),
    restore: () => {},
    report: () => ({}),
  };
}
