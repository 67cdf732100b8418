/**
 * R3, retain–resample–release: A. Daw, J. Bu, S. Wang, P. Perdikaris and A. Karpatne, "Mitigating propagation failures in
 * physics-informed neural networks using retain-resample-release (R3) sampling" (ICML 2023), arXiv 2207.02338.
 */

import { storedNumbers, tensor } from "../stored-numbers.ts";
import { checkCount, residualAt, roundStream, uniformDensity, uniformPoints } from "./domain-points.ts";
import { rows } from "./pool-draw.ts";
import type { ActiveSampler, SampleContext, Sampler, SamplingDomain } from "./sampler.ts";

/** Retain–resample–release; made by {@link r3}. */
export interface R3Sampler extends Sampler {
  readonly kind: "r3";
}

/**
 * R3: points with |r| above the mean are kept, all others are released and drawn anew, uniformly. Rows have the weight
 * 1/N, as published: the distribution of the kept points has no known density, so unbiased weights do not exist. The densities
 * reported are estimates by nearest neighbours.
 */
export function r3(): R3Sampler {
  return { kind: "r3" };
}

/** Starts {@link r3}. */
export function startR3(_sampler: R3Sampler, domain: SamplingDomain): ActiveSampler {
  const d = domain.dimension;
  let held: Float64Array = new Float64Array(0);
  let retained = 0;
  const draw = async (context: SampleContext) => {
    checkCount("r3", context.count);
    const { count } = context;
    let kept: Float64Array = new Float64Array(0);
    if (held.length > 0) {
      const values = await residualAt("r3", context, held);
      const mean = values.reduce((sum, value) => sum + value / values.length, 0);
      const indices = [...values.keys()].filter((i) => values[i]! > mean);
      kept = rows(held, d, indices.slice(0, count));
    }
    retained = kept.length / d / count;
    const points = new Float64Array(count * d);
    points.set(kept);
    points.set(uniformPoints(domain, count - kept.length / d, roundStream(context)), kept.length);
    held = points.slice();
    return { points, weights: new Float64Array(count).fill(1 / count), density: neighbourDensity(domain, held, held) };
  };
  return {
    draw,
    density: (points) => (held.length > 0 ? neighbourDensity(domain, held, points) : uniformDensity(domain, points)),
    state: () => ({ points: tensor(held), retained: tensor([retained]) }),
    restore(tensors) {
      held = storedNumbers("r3", tensors, "points");
      retained = storedNumbers("r3", tensors, "retained", 1)[0]!;
    },
    report: () => ({ retained }),
  };
}

/** At most so many of the points are looked at for a density. */
const NEIGHBOURS = 256;

/** k/(n V) with V the volume of the cube, in units of the box's sides, that reaches the k ≈ √n-th nearest of n points. */
function neighbourDensity(domain: SamplingDomain, all: Float64Array, points: Float64Array): Float64Array {
  const d = domain.dimension;
  const sides = domain.low.map((low, k) => domain.high[k]! - low);
  const total = all.length / d;
  const n = Math.min(total, NEIGHBOURS);
  // One point has no neighbours.
  if (n < 2) return uniformDensity(domain, points);
  const known = rows(
    all,
    d,
    Float64Array.from({ length: n }, (_, j) => Math.floor((j * total) / n)),
  );
  const k = Math.ceil(Math.sqrt(n));
  const box = sides.reduce((product, side) => product * side, 1);
  const inside = domain.contains(points);
  const distances = new Float64Array(n);
  return Float64Array.from({ length: points.length / d }, (_, i) => {
    if (inside[i] !== 1) return 0;
    for (let j = 0; j < n; j++) {
      let far = 0;
      for (let axis = 0; axis < d; axis++) {
        far = Math.max(far, Math.abs(points[i * d + axis]! - known[j * d + axis]!) / sides[axis]!);
      }
      distances[j] = far;
    }
    const reach = distances.sort()[k - 1]!;
    // The part of the cube that lies in the box.
    let volume = box;
    for (let axis = 0; axis < d; axis++) {
      const u = (points[i * d + axis]! - domain.low[axis]!) / sides[axis]!;
      volume *= Math.min(1, u + reach) - Math.max(0, u - reach);
    }
    return k / (n * volume);
  });
}
