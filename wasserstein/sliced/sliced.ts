/**
 * The sliced Wasserstein distance of weighted point clouds, SW_p^p = E_θ W_p^p(⟨θ, x⟩, ⟨θ, y⟩) over uniform directions
 * θ: host form in float64, any sizes and weights, with gradients in points and weights.
 */

import { checkOptions, flag } from "../../engine/checks.ts";
import { mean as average } from "../../engine/numerics/vectors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import type { Wasserstein1dOptions } from "../line/index.ts";
import { type Cloud, checkRange, type MassOptions } from "../measure/measure.ts";
import type { TransportResult } from "../measure/result.ts";
import { type Directions, drawChecks, rowOf } from "./directions.ts";
import { directionsFor, readPair, slicedChecks } from "./input.ts";
import { emptyPull, gradientsOf, inUnits, lineOf, pull, sweep } from "./slices.ts";

/** Options of {@link slicedWasserstein}; the order p is 2 unless stated, and the `root` of an unbiased estimate is biased low. */
export interface SlicedOptions extends MassOptions, Pick<Wasserstein1dOptions, "p" | "root"> {
  /**
   * Directions, or how many to draw. @defaultValue 64, in up to 64 dimensions rounded up to whole orthonormal blocks
   */
  readonly directions?: number | Directions;
  /** Distribution of drawn directions. @defaultValue "orthonormal" */
  readonly kind?: "uniform" | "orthonormal";
  /** Seed of the directions that are drawn. @defaultValue none: this or `rng` is needed where they are drawn */
  readonly seed?: number;
  /** Random numbers to draw directions from, which are advanced, in place of `seed`. */
  readonly rng?: Rng;
}

/**
 * SW_p^p between two clouds (Bonneel, Rabin, Peyré and Pfister, doi:10.1007/s10851-014-0506-3): the mean over
 * directions. In one dimension it is exact: `wasserstein1d`. With `root` the gradient is that of SW_p, and 0 where SW_p
 * is 0. Time O(L n (log n + dim)) for the value, as much again for the gradient; memory O(n dim).
 *
 * @param x - finite points
 * @param y - finite points of the same dimension; another count is fine
 * @returns the estimate of SW_p^p (SW_p with `root`), in units of the coordinates to the power p.
 * @throws DomainError where points or weights are not finite, weights are negative, their sums differ without
 *   `normalize`, directions are not of norm 1, or the result exceeds the range of float64
 * @throws OptionsError where an option is out of range, or directions are to be drawn without `rng`
 * @throws ShapeError where sizes do not fit
 */
export function slicedWasserstein(
  x: Cloud,
  y: Cloud,
  options: SlicedOptions = {},
): TransportResult & {
  /** Monte Carlo error of `value`; null where the draw has no independent repetitions to estimate it from. */
  readonly standardError: number | null;
  /** W_p^p on each direction, with `root` too; infinite where it is beyond float64. */
  readonly slices: Float64Array;
  /** The directions. */
  readonly directions: Directions;
} {
  checkOptions("slicedWasserstein", options, { ...drawChecks, ...slicedChecks, root: flag });
  const caller = "slicedWasserstein";
  const { root = false } = options;
  const { pair, masses } = readPair(caller, x, y, options);
  const directions = directionsFor(caller, pair.dim, options);
  const line = lineOf(pair);
  const costs = new Float64Array(directions.count);
  sweep(pair, directions, (l, u, v) => {
    costs[l] = line.value(u, v);
  });
  const { p, scale } = pair;
  const value = average(costs);
  // Outer derivative, and the unit of the value: scale^p, after the root scale.
  const slope = root ? (value > 0 ? value ** (1 / p - 1) / p : 0) : 1;
  const unit = root ? scale : scale ** p;
  const error = standardError(costs, directions.kind === "orthonormal" ? pair.dim : 1);
  const found = inUnits(root ? value ** (1 / p) : value, unit);
  checkRange(`${caller}: the distance${root ? "" : " to the power p (see `root`)"}`, found);
  const take = (weights: boolean) => {
    const along = lineOf(pair, weights);
    const sum = emptyPull(pair, weights);
    sweep(pair, directions, (l, u, v) => {
      along.gradient(u, v);
      pull(sum, along, rowOf(directions, l), 1 / directions.count);
    });
    return sum;
  };
  return printingFields(caller, {
    value: found,
    standardError: error === null ? null : inUnits(error * slope, unit),
    slices: costs.map((w) => inUnits(w, scale ** p)),
    directions,
    gradient: () => gradientsOf(caller, take, pair, masses, slope * unit),
  });
}

/**
 * Standard error of the mean of slices whose directions come in independent blocks.
 *
 * @returns null where fewer than two blocks, or a cut one, leave no scatter to estimate it from
 */
function standardError(costs: Float64Array, block: number): number | null {
  const blocks = costs.length / block;
  if (blocks < 2 || !Number.isInteger(blocks)) return null;
  const means = Float64Array.from({ length: blocks }, (_, k) => average(costs.subarray(k * block, (k + 1) * block)));
  const mean = average(means);
  const squares = means.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return Math.sqrt(squares / (blocks - 1) / blocks);
}
