/** Points that fill the unit cube or a box evenly, and estimates by them. */

import { normalQuantile } from "../../engine/numerics/normal-quantile.ts";
import { type Rng, rng } from "../../engine/random/rng.ts";
import { maxSobolDimension, sobolSequence } from "../../engine/random/sobol.ts";

/** An endless even sequence in the unit cube. */
export interface UnitSequence {
  /** The next `count` points `[count, dimension]` in [0, 1). */
  next(count: number): Float64Array;
}

/** Scrambled Sobol points; above 64 dimensions independent uniform ones. */
export function unitSequence(dimension: number, random: Rng): UnitSequence {
  if (dimension <= maxSobolDimension) return sobolSequence(dimension, random);
  return { next: (count) => random.uniform(count * dimension) };
}

/**
 * Points of a grid over a box with so many along each axis, its ends included, or `centred` in cells; the last axis
 * runs fastest.
 */
export function gridPoints(
  low: readonly number[],
  high: readonly number[],
  counts: readonly number[],
  centred = false,
): Float64Array {
  const dimension = low.length;
  const total = counts.reduce((a, b) => a * b, 1);
  const points = new Float64Array(total * dimension);
  for (let i = 0; i < total; i++) {
    let rest = i;
    for (let k = dimension - 1; k >= 0; k--) {
      const n = counts[k]!;
      const j = rest % n;
      rest = (rest - j) / n;
      points[i * dimension + k] = low[k]! + (high[k]! - low[k]!) * (centred ? (j + 0.5) / n : j / (n - 1));
    }
  }
  return points;
}

/** The standard normal quantile of u in [0, 1), finite also at 0. */
export function normalOf(u: number): number {
  return normalQuantile(Math.min(Math.max(u, 2 ** -53), 1 - 2 ** -53));
}

/** Number of independent scrambles of an estimate, and points in each. */
const scrambles = 16;
const perScramble = 4096;
/** Points of an estimate. */
export const sizeOfEstimate: number = scrambles * perScramble;
/** Dimension up to which the sets of an estimate are kept. */
const mostKept = 4;
const keptSets = new Map<string, Float64Array>();

/** A scrambled set of all estimates in the unit cube. */
function setOf(dimension: number, k: number): Float64Array {
  const known = keptSets.get(`${dimension} ${k}`);
  if (known) return known;
  const set = unitSequence(dimension, rng(0).split("domain quadrature").split(k)).next(perScramble);
  if (dimension <= mostKept) keptSets.set(`${dimension} ${k}`, set);
  return set;
}

/**
 * The fraction of the unit cube where `test` holds, from 16 independently scrambled Sobol sets of 4096 points, with
 * the standard error of their mean. The sets are always the same ones: this is a quadrature rule, not a random draw.
 *
 * @param test - asked for the point that begins `at` in `unit`; its number is among the points of all sets, which come in their order
 */
export function estimateFraction(
  dimension: number,
  test: (unit: Float64Array, at: number, number: number) => boolean,
): { readonly fraction: number; readonly error: number } {
  const means = Array.from({ length: scrambles }, (_, k) => {
    const units = setOf(dimension, k);
    let hits = 0;
    for (let i = 0; i < perScramble; i++) if (test(units, i * dimension, k * perScramble + i)) hits++;
    return hits / perScramble;
  });
  const fraction = means.reduce((sum, mean) => sum + mean, 0) / scrambles;
  const variance = means.reduce((sum, mean) => sum + (mean - fraction) ** 2, 0) / (scrambles - 1);
  return { fraction, error: Math.sqrt(variance / scrambles) };
}
