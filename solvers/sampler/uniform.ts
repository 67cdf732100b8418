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

/** A sampler that does not look at the residual; made by {@link uniform}, {@link sobol} or {@link latinHypercube}. */
export interface EvenSampler extends Sampler {
  readonly kind: "uniform" | "sobol" | "latinHypercube";
}

/** Independent uniform points, renewed every round. How it fares against the others: docs/explanation/which-sampler.md. */
export function uniform(): EvenSampler {
  return { kind: "uniform" };
}

/**
 * Uniform points of a Sobol sequence, scrambled anew every round; above 64 dimensions independent points. How it fares
 * against the others: docs/explanation/which-sampler.md.
 */
export function sobol(): EvenSampler {
  return { kind: "sobol" };
}

/**
 * A Latin hypercube, drawn anew every round (McKay, Beckman and Conover 1979, doi:10.2307/1268522). Where the domain is not
 * a box, designs on the bounding box are drawn until enough of their points lie inside.
 */
export function latinHypercube(): EvenSampler {
  return { kind: "latinHypercube" };
}

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
