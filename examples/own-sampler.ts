/** A sampler of one's own: half of the points where the residual is above a quantile, half even. It finds a peak by itself. */
import {
  type ActiveSampler,
  mlp,
  type OwnSampler,
  pde,
  quasiUniformPoints,
  rowWeights,
  type SolveOptions,
  solve,
} from "../solvers/index.ts";

/** Points above the `quantile` of |r| among `pool` even candidates, mixed half and half with even ones. */
export const residualQuantile = (quantile = 0.9, pool = 4000): OwnSampler & { quantile: number; pool: number } => ({
  ...{ kind: "residual-quantile", quantile, pool },
  start(domain): ActiveSampler {
    const d = domain.dimension;
    let share = 1;
    return {
      async draw({ count, rng, residual }) {
        const points = quasiUniformPoints(domain, count, rng.split("even"));
        const candidates = quasiUniformPoints(domain, pool, rng.split("candidates"));
        const size = await residual(candidates);
        const threshold = size.toSorted()[Math.min(pool - 1, Math.floor(quantile * pool))]!;
        const high = Array.from(size.keys()).filter((i) => size[i]! >= threshold);
        share = high.length / pool;
        const at = high.map((i) => candidates.subarray(i * d, (i + 1) * d));
        const half = Math.floor(count / 2);
        const chosen = rng.split("chosen").uniform(half);
        chosen.forEach((u, i) => {
          points.set(at[Math.floor(u * at.length)]!, i * d);
        });
        // The distribution of the points: quasi-uniform ones, and those of the region above the threshold.
        const here = await residual(points);
        const even = (count - half) / count / domain.volume;
        const density = here.map((r) => even + (r >= threshold ? half / count / (share * domain.volume) : 0));
        return { points, density, weights: rowWeights(domain, density, "unbiased") };
      },
      density: (points) => new Float64Array(points.length / d).fill(1 / domain.volume),
      // Nothing is carried from round to round, so that there is nothing to save.
      state: () => ({}),
      restore: () => {},
      report: () => ({ share }),
    };
  },
});

/** A peak of width 0.07 in a square. */
export function solvePeak(options: SolveOptions = {}) {
  const peak = pde({
    name: "peak",
    domain: { x: [-1, 1], y: [-1, 1] },
    equations: "-lap(u) = source",
    manufactured: "exp(-100*((x-0.5)^2+(y-0.5)^2))",
    conditions: "exact",
  });
  return solve(peak, { network: mlp({ scale: 10 }), sampler: residualQuantile(), budget: { seconds: 30 }, ...options });
}
