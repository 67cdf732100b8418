/** Samplers that do not look at the residual. */

import {
  checkCount,
  quasiUniformPoints,
  roundStream,
  uniformDensity,
  uniformPoints,
  uniformSet,
} from "./domain-points.ts";
import type { ActiveSampler, Sampler, SamplingDomain } from "./sampler.ts";

/** A sampler that does not look at the residual; made by {@link uniform} or {@link sobol}. */
export interface EvenSampler extends Sampler {
  readonly kind: "uniform" | "sobol";
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

const designs = { uniform: uniformPoints, sobol: quasiUniformPoints };

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
