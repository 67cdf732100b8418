/** Clouds and differences that the tests of sliced distances share. */

import { type Rng, rng } from "../../../engine/index.ts";
import { normalize } from "../../../engine/numerics/vectors.ts";
import type { Cloud } from "../../../wasserstein/index.ts";

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
export function weightedCloud(stream: Rng, count: number, dim: number, shift = 0) {
  const weights = stream.uniform(count).map((u) => u + 0.1);
  const total = weights.reduce((sum, w) => sum + w, 0);
  return { ...normalCloud(stream, count, dim, shift), weights: weights.map((w) => w / total) };
}

/** A copy moved by a vector. */
export const shifted = (cloud: Cloud, by: ArrayLike<number>): Cloud => ({
  ...cloud,
  points: cloud.points.map((v, i) => v + by[i % cloud.dim]!),
});

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
