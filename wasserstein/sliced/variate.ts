/**
 * Control variates of sliced distances, from the closed form for Gaussians with the slices' means and variances: known
 * on every direction, with a known mean over the sphere (arXiv 2305.00402).
 */

import { addScaled, dot } from "../../engine/numerics/vectors.ts";
import { type Directions, rowOf } from "./directions.ts";
import type { Combination, Variate } from "./estimators.ts";
import { meanOf, type Pull, type SlicePair } from "./slices.ts";

/** A variate that is filled direction by direction. */
export interface RunningVariate extends Variate {
  /** Takes the projections on direction `l`. */
  record(l: number, u: Float64Array, v: Float64Array): void;
  /** Adds what the combination owes to the variate and its mean to the gradients. */
  pull(into: Pull, combination: Combination): void;
}

/** One cloud and how the variate depends on it. */
interface Side {
  readonly points: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly mean: Float64Array;
}

/** "lower": ⟨θ, Δm⟩², mean ‖Δm‖²/dim. "upper": plus the variances of both projections, mean plus both traces/dim. */
export function runningVariate(pair: SlicePair, directions: Directions, kind: "lower" | "upper"): RunningVariate {
  const { dim } = pair;
  const sides = [
    { points: pair.x, weights: pair.a, mean: meanOf(pair.x, dim, pair.a) },
    { points: pair.y, weights: pair.b, mean: meanOf(pair.y, dim, pair.b) },
  ] as const;
  const shift = sides[0].mean.map((m, k) => m - sides[1].mean[k]!);
  const along = Float64Array.from({ length: directions.count }, (_, l) => dot(rowOf(directions, l), shift));
  const values = along.map((c) => c * c);
  const spread = kind === "upper" ? sides.reduce((sum, side) => sum + trace(side, dim), 0) : 0;
  return {
    values,
    mean: (dot(shift, shift) + spread) / dim,
    record(l, u, v) {
      if (kind === "upper") values[l]! += variance(u, pair.a) + variance(v, pair.b);
    },
    pull(into, { variates, mean }) {
      if (variates === undefined) return;
      const byShift = shift.map((s) => (2 * mean * s) / dim);
      for (const [l, c] of along.entries()) addScaled(byShift, 2 * variates[l]! * c, rowOf(directions, l));
      pullShift(into.x, into.a, sides[0], byShift, 1);
      pullShift(into.y, into.b, sides[1], byShift, -1);
      if (kind === "lower") return;
      pullSpread(into.x, into.a, sides[0], directions, variates, mean);
      pullSpread(into.y, into.b, sides[1], directions, variates, mean);
    },
  };
}

function pullShift(
  points: Float64Array,
  weights: Float64Array | undefined,
  side: Side,
  byShift: Float64Array,
  sign: number,
): void {
  const dim = byShift.length;
  for (let i = 0; i * dim < points.length; i++) {
    addScaled(points.subarray(i * dim, (i + 1) * dim), sign * weightOf(side, i, dim), byShift);
    if (weights) weights[i]! += sign * dot(side.points.subarray(i * dim, (i + 1) * dim), byShift);
  }
}

function pullSpread(
  points: Float64Array,
  weights: Float64Array | undefined,
  side: Side,
  directions: Directions,
  variates: Float64Array,
  mean: number,
): void {
  const dim = side.mean.length;
  for (let i = 0; i * dim < points.length; i++) {
    const away = side.points.slice(i * dim, (i + 1) * dim);
    addScaled(away, -1, side.mean);
    const pull = away.map((v) => (mean * v) / dim);
    for (const [l, share] of variates.entries()) {
      const theta = rowOf(directions, l);
      addScaled(pull, share * dot(theta, away), theta);
    }
    addScaled(points.subarray(i * dim, (i + 1) * dim), 2 * weightOf(side, i, dim), pull);
    if (weights) weights[i]! += dot(away, pull);
  }
}

function trace(side: Side, dim: number): number {
  let sum = 0;
  for (let i = 0; i * dim < side.points.length; i++) {
    let square = 0;
    for (let k = 0; k < dim; k++) square += (side.points[i * dim + k]! - side.mean[k]!) ** 2;
    sum += weightOf(side, i, dim) * square;
  }
  return sum;
}

function variance(values: Float64Array, weights: Float64Array | undefined): number {
  const n = values.length;
  const mean = meanOf(values, 1, weights)[0]!;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (weights === undefined ? 1 / n : weights[i]!) * (values[i]! - mean) ** 2;
  return sum;
}

function weightOf({ points, weights }: Side, i: number, dim: number): number {
  return weights === undefined ? dim / points.length : weights[i]!;
}
