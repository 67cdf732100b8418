/** A Latin hypercube, drawn anew every round (McKay, Beckman and Conover 1979, doi:10.2307/1268522), as a sampler that is handed in, for comparison. */
import {
  accepted,
  checkCount,
  roundStream,
  toBox,
  uniformDensity,
  uniformSet,
} from "../../solvers/sampler/domain-points.ts";
import type { ActiveSampler, OwnSampler, SamplingDomain } from "../../solvers/sampler/sampler.ts";

/** Where the domain is not a box, designs on the bounding box are drawn until enough of their points lie inside. */
export const latinHypercube = (): OwnSampler => ({ kind: "latinHypercube", start: started });

const started = (domain: SamplingDomain): ActiveSampler => ({
  async draw(context) {
    checkCount("latinHypercube", context.count);
    const rng = roundStream(context);
    const points = accepted(domain, context.count, (n) => {
      const design = new Float64Array(n * domain.dimension);
      for (let k = 0; k < domain.dimension; k++) {
        const column = rng.stratified(n);
        for (let i = 0; i < n; i++) design[i * domain.dimension + k] = column[i]!;
      }
      return toBox(domain, design);
    });
    return uniformSet(domain, points);
  },
  density: (points) => uniformDensity(domain, points),
  state: () => ({}),
  restore: () => {},
  report: () => ({}),
});
