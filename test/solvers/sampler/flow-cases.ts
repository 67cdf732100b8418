/** Domains, contexts and grids of the tests of samplers with a flow. */
import { rng } from "../../../engine/index.ts";
import { gridPoints } from "../../../equations/domain/index.ts";
import type { SampleContext, SamplingDomain } from "../../../solvers/index.ts";

export const box = (low: readonly number[], high: readonly number[]): SamplingDomain => ({
  dimension: low.length,
  low,
  high,
  volume: low.reduce((product, l, k) => product * (high[k]! - l), 1),
  contains: (points) =>
    Uint8Array.from({ length: points.length / low.length }, (_, i) =>
      Number(low.every((l, k) => points[i * low.length + k]! >= l && points[i * low.length + k]! <= high[k]!)),
    ),
  isBox: true,
});
const rootOf =
  (squared: (point: Float64Array) => number, d: number) =>
  async (points: Float64Array): Promise<Float64Array> =>
    Float64Array.from({ length: points.length / d }, (_, i) => Math.sqrt(squared(points.subarray(i * d, (i + 1) * d))));
export const contextOf = (
  domain: SamplingDomain,
  squared: (point: Float64Array) => number,
  round: number,
  count = 500,
): SampleContext => ({ domain, count, rng: rng(1), round, residual: rootOf(squared, domain.dimension) });

/** Centres of side² cells of a planar domain's box, first coordinate slowest. */
export const centres = (side: number, { low, high }: SamplingDomain): Float64Array =>
  gridPoints(low, high, [side, side], true);
