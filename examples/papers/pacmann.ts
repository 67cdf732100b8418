/**
 * PACMANN as a sampler that is handed in: points that climb the squared residual, of C. Visser, A. Heinlein and B. Giovanardi, "PACMANN: Point
 * Adaptive Collocation Method for Artificial Neural Networks" (2024), arXiv 2411.19632.
 */
import { type ActiveSampler, type OwnSampler, quasiUniformPoints, type SamplingDomain } from "../../solvers/index.ts";

/** Options of {@link pacmann}. */
export interface PacmannOptions {
  /** Adam steps of the points a round. @defaultValue 5 */
  readonly steps?: number;
  /** Length of a step, in units of the box's sides halved. @defaultValue 0.01 */
  readonly stepSize?: number;
}

/** Step of the difference quotients of r², as a share of a side. */
const DIFFERENCE = 1e-5;
/** Adam's memories and the least of its divisors. */
const [FIRST, SECOND, LEAST] = [0.9, 0.999, 1e-8];
/** Neighbours by which the density of the points is estimated. */
const NEIGHBOURS = 10;

/**
 * Every round the points of the last one climb r² by some steps of Adam; those that leave the box are drawn anew. Rows have the weight 1/N,
 * as published. A sampler is handed |r| and no gradient: this one takes forward differences, d + 1 residuals a point and step where
 * reverse differentiation would cost about three. The density, which only the choice among parameters needs, is estimated from neighbours.
 */
export function pacmann({ steps = 5, stepSize = 0.01 }: PacmannOptions = {}): OwnSampler & Required<PacmannOptions> {
  return { kind: "pacmann", steps, stepSize, start: (domain) => started({ steps, stepSize }, domain) };
}

function started({ steps, stepSize }: Required<PacmannOptions>, domain: SamplingDomain): ActiveSampler {
  const { dimension: d, low, high } = domain;
  const sides = low.map((from, k) => high[k]! - from);
  let points = new Float64Array(0);

  /** r² at points and its forward differences, `[n, d]`; backward where a point is at the upper face. */
  const slopes = async (at: Float64Array, residual: (points: Float64Array) => Promise<Float64Array>) => {
    const n = at.length / d;
    const all = new Float64Array((d + 1) * n * d);
    const step = (i: number, k: number) =>
      (at[i * d + k]! > high[k]! - 2 * DIFFERENCE * sides[k]! ? -1 : 1) * DIFFERENCE * sides[k]!;
    for (let part = 0; part <= d; part++) all.set(at, part * n * d);
    for (let k = 0; k < d; k++) for (let i = 0; i < n; i++) all[((k + 1) * n + i) * d + k]! += step(i, k);
    const r = await residual(all);
    // |r| has a kink where r² has none: the slope of the square by the product rule keeps digits.
    return at.map((_, j) => {
      const [i, k] = [Math.floor(j / d), j % d];
      const [here, there] = [r[i]!, r[(k + 1) * n + i]!];
      return ((there - here) * (there + here)) / step(i, k);
    });
  };

  return {
    async draw({ count, rng, round, residual }) {
      const stream = rng.split(round);
      const kept = points.length / d;
      if (kept < count) {
        const more = quasiUniformPoints(domain, count - kept, stream.split("more"));
        points = Float64Array.from([...points, ...more]);
      }
      points = points.slice(0, count * d);
      if (round > 0) {
        const [first, second] = [new Float64Array(count * d), new Float64Array(count * d)];
        for (let step = 1; step <= steps; step++) {
          const slope = await slopes(points, residual);
          for (let j = 0; j < slope.length; j++) {
            // In units of the half side, so that the box is [−1, 1]^d as in the paper.
            const half = sides[j % d]! / 2;
            const g = slope[j]! * half;
            first[j] = FIRST * first[j]! + (1 - FIRST) * g;
            second[j] = SECOND * second[j]! + (1 - SECOND) * g * g;
            const rate = Math.sqrt(second[j]! / (1 - SECOND ** step)) + LEAST;
            points[j]! += (half * stepSize * first[j]!) / (1 - FIRST ** step) / rate;
          }
          const inside = domain.contains(points);
          const lost = Array.from(inside.keys()).filter((i) => inside[i] !== 1);
          const anew = quasiUniformPoints(domain, lost.length, stream.split("anew").split(step));
          for (const [j, i] of lost.entries()) points.set(anew.subarray(j * d, (j + 1) * d), i * d);
        }
      }
      const weights = new Float64Array(count).fill(1 / count);
      return { points: points.slice(), density: byNeighbours(points, points, domain, true), weights };
    },
    density: (at) => byNeighbours(at, points, domain, false),
    state: () => ({ points: { shape: [points.length], data: points.slice() } }),
    restore(tensors) {
      const stored = tensors instanceof Map ? tensors : new Map(Object.entries(tensors));
      points = Float64Array.from(stored.get("points")!.data);
    },
    report: () => ({ points: points.length / d }),
  };
}

/** Density of a cloud at points: k/n over the volume of the cube around the point that reaches its k-th neighbour, cut off at the box. */
function byNeighbours(at: Float64Array, cloud: Float64Array, domain: SamplingDomain, own: boolean): Float64Array {
  const { dimension: d, low, high } = domain;
  const n = cloud.length / d;
  if (n <= NEIGHBOURS) return new Float64Array(at.length / d).fill(1 / domain.volume);
  const rank = own ? NEIGHBOURS : NEIGHBOURS - 1;
  const nearest = new Float64Array(rank + 1);
  const inverse = low.map((from, k) => 1 / (high[k]! - from));
  return Float64Array.from(domain.contains(at), (inside, i) => {
    if (inside !== 1) return 0;
    nearest.fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < n; j++) {
      let distance = 0;
      for (let k = 0; k < d && distance < nearest[rank]!; k++) {
        distance = Math.max(distance, Math.abs(at[i * d + k]! - cloud[j * d + k]!) * inverse[k]!);
      }
      let place = rank;
      if (distance >= nearest[place]!) continue;
      for (; place > 0 && nearest[place - 1]! > distance; place--) nearest[place] = nearest[place - 1]!;
      nearest[place] = distance;
    }
    let share = 1;
    for (let k = 0; k < d; k++) {
      const place = (at[i * d + k]! - low[k]!) * inverse[k]!;
      share *= Math.min(1, place + nearest[rank]!) - Math.max(0, place - nearest[rank]!);
    }
    return NEIGHBOURS / n / (share * domain.volume);
  });
}
