/** Domains and residuals that the tests of samplers share. */
import { rng } from "../../../engine/index.ts";
import type { SampleContext, SamplingDomain } from "../../../solvers/index.ts";

/** The box of the given intervals. */
export function box(...sides: readonly (readonly [number, number])[]): SamplingDomain {
  const [low, high] = [sides.map(([a]) => a), sides.map(([, b]) => b)];
  const dimension = sides.length;
  const inside = (x: Float64Array) => x.every((value, k) => value >= low[k]! && value <= high[k]!);
  return {
    ...{ dimension, low, high, isBox: true },
    volume: sides.reduce((product, [a, b]) => product * (b - a), 1),
    contains: (points) =>
      Uint8Array.from({ length: points.length / dimension }, (_, i) =>
        Number(inside(points.subarray(i * dimension, (i + 1) * dimension))),
      ),
  };
}

/** The disc of radius 1 about (0.5, −0.5). */
export const disc: SamplingDomain = {
  ...{ dimension: 2, low: [-0.5, -1.5], high: [1.5, 0.5], volume: Math.PI, isBox: false },
  contains: (points) =>
    Uint8Array.from({ length: points.length / 2 }, (_, i) =>
      Number(Math.hypot(points[2 * i]! - 0.5, points[2 * i + 1]! + 0.5) <= 1),
    ),
};

/** A function of one point, made a residual callback. */
export function residualOf(dimension: number, f: (x: Float64Array) => number): SampleContext["residual"] {
  return async (points) =>
    Float64Array.from({ length: points.length / dimension }, (_, i) =>
      f(points.subarray(i * dimension, (i + 1) * dimension)),
    );
}

/** exp(−s |x − c|²) + base, with c = 0.3 on every axis. */
export function bump(dimension: number, s: number, base = 0.02): SampleContext["residual"] {
  return residualOf(dimension, (x) => Math.exp(-s * x.reduce((sum, value) => sum + (value - 0.3) ** 2, 0)) + base);
}

/** The context of one round. */
export function context(
  domain: SamplingDomain,
  residual: SampleContext["residual"],
  { count = 200, seed = 1, round = 0 } = {},
): SampleContext {
  return { domain, count, rng: rng(seed).split("sampler"), round, residual };
}
