/** Clouds that tests of transport share. */
import { rng } from "../../engine/index.ts";
import type { Cloud } from "../../wasserstein/index.ts";

/** Numbers in [0, 1). */
export const uniform = (seed: number, name: string, count: number): Float64Array =>
  rng(seed).split(name).uniform(new Float64Array(count));

/** Points in the unit cube. */
export const uniformCloud = (seed: number, name: string, count: number, dim = 2) => ({
  points: uniform(seed, name, count * dim),
  count,
  dim,
});

/** Points as they are written. */
export const cloudOf = (points: readonly number[], dim: number, weights?: readonly number[]): Cloud => ({
  points: Float64Array.from(points),
  count: points.length / dim,
  dim,
  ...(weights && { weights }),
});

/** The planar cloud of 50 points whose angular averages are known: x_i = frac(iα), y_i = ½ frac((i+50)α) + (0.6, 0.2). */
export function planarPair(): readonly [Cloud, Cloud] {
  const alpha = [0.7548776662466927, 0.5698402909980532] as const;
  const x = new Float64Array(100);
  const y = new Float64Array(100);
  for (let i = 0; i < 50; i++) {
    for (const [k, offset] of [0.6, 0.2].entries()) {
      x[2 * i + k] = ((i + 1) * alpha[k]!) % 1;
      y[2 * i + k] = 0.5 * (((i + 51) * alpha[k]!) % 1) + offset;
    }
  }
  return [
    { points: x, count: 50, dim: 2 },
    { points: y, count: 50, dim: 2 },
  ];
}
