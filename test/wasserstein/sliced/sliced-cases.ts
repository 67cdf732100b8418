/** Clouds and differences that the tests of sliced distances share. */
import { normalize } from "../../../engine/numerics/vectors.ts";
import { type Rng, rng } from "../../../engine/random/rng.ts";
import type { Cloud } from "../../../wasserstein/measure/measure.ts";

/** A copy of norm 1. */
export function unitVector(vector: ArrayLike<number>): Float64Array {
  const unit = Float64Array.from(vector);
  normalize(unit);
  return unit;
}

/** Normal points, scaled and shifted along every axis alike. */
export function normalCloud(stream: Rng, count: number, dim: number, shift = 0, scale = 1): Cloud {
  return { points: stream.normal(count * dim).map((v) => shift + scale * v), count, dim };
}

/** The same with random weights of sum 1. */
export function weightedCloud(stream: Rng, count: number, dim: number, shift = 0): Cloud {
  const weights = stream.uniform(count).map((u) => u + 0.1);
  const total = weights.reduce((sum, w) => sum + w, 0);
  return { ...normalCloud(stream, count, dim, shift), weights: weights.map((w) => w / total) };
}

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

/** A copy with points, or weights, moved by `h` times `along`. */
export function moved(cloud: Cloud, part: "points" | "weights", along: Float64Array, h: number): Cloud {
  const from =
    part === "points" ? cloud.points : (cloud.weights ?? new Float64Array(cloud.count).fill(1 / cloud.count));
  return { ...cloud, [part]: Float64Array.from(from, (v, i) => v + h * along[i]!) };
}

/** Central difference of `f` in one part of a cloud along a direction. */
export function slopeAlong(
  f: (cloud: Cloud) => number,
  cloud: Cloud,
  part: "points" | "weights",
  along: Float64Array,
  h: number,
): number {
  return (f(moved(cloud, part, along, h)) - f(moved(cloud, part, along, -h))) / (2 * h);
}

/** Normal numbers of a named stream. */
export const numbers = (name: string, count: number): Float64Array => rng(77).split(name).normal(count);
