/**
 * RAD as a sampler that is handed in: residual-based adaptive distribution of C. Wu, M. Zhu, Q. Tan, Y. Kartha and L. Lu, "A comprehensive
 * study of non-adaptive and residual-based adaptive sampling for physics-informed neural networks" (2023), doi:10.1016/j.cma.2022.115671,
 * arXiv 2207.10289. `adversarial()` of the library is ahead of it (docs/explanation/which-sampler.md).
 */
import { type ActiveSampler, type OwnSampler, quasiUniformPoints, type SamplingDomain } from "../../solvers/index.ts";

/** Options of {@link rad}. */
export interface RadOptions {
  /** Power of |r|, ≥ 0. @defaultValue 1 */
  readonly k?: number;
  /** Uniform part, ≥ 0, in units of the mean of |r|^k. @defaultValue 1 */
  readonly c?: number;
  /** Number of scrambled Sobol points to choose from, at least the number drawn. @defaultValue 20000 */
  readonly pool?: number;
}

/**
 * Every round all points are drawn anew from a fresh uniform pool, without replacement, in proportion to |r|^k / mean(|r|^k) + c. Rows
 * have the weight 1/N, as published.
 */
export function rad({ k = 1, c = 1, pool = 20_000 }: RadOptions = {}): OwnSampler & Required<RadOptions> {
  return { kind: "rad", k, c, pool, start: (domain) => started({ k, c, pool }, domain) };
}

function started({ k, c, pool: size }: Required<RadOptions>, domain: SamplingDomain): ActiveSampler {
  const d = domain.dimension;
  // The last pool and its density, which is that of the nearest pool point elsewhere.
  let [pool, density] = [new Float64Array(0), new Float64Array(0)];
  return {
    async draw({ count, rng, round, residual }) {
      const stream = rng.split(round);
      pool = Float64Array.from(quasiUniformPoints(domain, size, stream.split("pool")));
      const values = await residual(pool);
      const largest = values.reduce((a, b) => Math.max(a, b), 0);
      const powers = values.map((value) => (largest > 0 ? (value / largest) ** k : 1));
      const mean = powers.reduce((a, b) => a + b, 0) / size;
      const chances = powers.map((power) => power / mean + c);
      const total = chances.reduce((a, b) => a + b, 0);
      density = Float64Array.from(chances, (chance) => (chance / total) * (size / domain.volume));
      // One after the other, each in proportion to those left: the smallest of exponential times (doi:10.1016/j.ipl.2005.11.003).
      const times = stream
        .split("choice")
        .uniform(size)
        .map((u, i) => -Math.log1p(-u) / chances[i]!);
      const chosen = Array.from(times.keys())
        .sort((a, b) => times[a]! - times[b]!)
        .slice(0, count);
      return {
        points: Float64Array.from(chosen.flatMap((i) => Array.from(pool.subarray(i * d, (i + 1) * d)))),
        density: Float64Array.from(chosen, (i) => density[i]!),
        weights: new Float64Array(chosen.length).fill(1 / chosen.length),
      };
    },
    density: (points) => nearest(domain, points, pool, density),
    state: () => ({
      pool: { shape: [pool.length], data: pool.slice() },
      density: { shape: [density.length], data: density.slice() },
    }),
    restore(tensors) {
      const stored = tensors instanceof Map ? tensors : new Map(Object.entries(tensors));
      [pool, density] = ["pool", "density"].map((name) => Float64Array.from(stored.get(name)!.data)) as [
        typeof pool,
        typeof pool,
      ];
    },
    report: () => ({}),
  };
}

/** The density at the nearest point of a pool, in units of the box's sides; 0 outside, uniform before a pool is drawn. */
function nearest(
  domain: SamplingDomain,
  points: Float64Array,
  pool: Float64Array,
  density: Float64Array,
): Float64Array {
  const d = domain.dimension;
  return Float64Array.from(domain.contains(points), (inside, i) => {
    if (inside !== 1) return 0;
    let [best, at] = [Number.POSITIVE_INFINITY, -1];
    for (let j = 0; j < density.length; j++) {
      let distance = 0;
      for (let axis = 0; axis < d && distance < best; axis++) {
        distance += ((points[i * d + axis]! - pool[j * d + axis]!) / (domain.high[axis]! - domain.low[axis]!)) ** 2;
      }
      if (distance < best) [best, at] = [distance, j];
    }
    return at < 0 ? 1 / domain.volume : density[at]!;
  });
}
