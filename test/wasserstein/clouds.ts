/** Clouds that tests of transport share. */
import { rng } from "../../engine/random/rng.ts";
import type { Cloud } from "../../wasserstein/measure/index.ts";

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
