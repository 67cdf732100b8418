/** Scores of an ensemble from the block means of a fine field against that field. */

import { bilinearUpsample } from "../../engine/numerics/grid.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { type Scores, verifyTiles } from "../../verification/arrays/index.ts";
import { type Coverage, gapFreeCases } from "../../verification/matching/index.ts";
import { fillGaps } from "../model/gaps.ts";
import type { DrawnFrame } from "./block-ensemble.ts";

/** Scores of one way to make fine rain, and how much of the truth they are over. */
export interface CoveredScores {
  readonly method: string;
  readonly scores: Scores;
  readonly coverage: Coverage;
}

/**
 * The ensemble next to the simplest alternative, against the fine field that was coarsened. Gaps are left out.
 *
 * @param frames - as `onFrame` was given them, drawn with `coarsen: true`
 * @returns scores of the ensemble ("monge") and of bilinear interpolation
 * @throws DomainError where no tile is free of gaps
 */
export function coarsenedScores(frames: readonly DrawnFrame[]): CoveredScores[] {
  const { wetThreshold = 0 } = frames[0]!;
  const fine = stack(frames.map((frame) => frame.members));
  const truth = stack(frames.map((frame) => frame.truth!));
  const coarse = stack(frames.map((frame) => frame.coarse));
  const [members, rows, columns] = fine.shape.slice(1) as [number, number, number];
  const [height, width] = coarse.shape.slice(1) as [number, number];
  const factor = rows / height;
  const pixels = rows * columns;
  const whole = frames.map(({ coarse: { values, shape } }) => ({
    values: fillGaps(Float32Array.from(values), height, width),
    shape,
  }));
  const values = bilinearUpsample(stack(whole).values, frames.length, height, width, factor);
  const smooth: ShapedArray = { values, shape: [frames.length, 1, rows, columns] };
  for (const i of smooth.values.keys()) {
    const member = Math.floor(i / pixels) * members * pixels + (i % pixels);
    if (Number.isNaN(fine.values[member])) smooth.values[i] = Number.NaN;
  }
  const of = (method: string, ensemble: ShapedArray): CoveredScores => {
    const { coverage, ...cases } = gapFreeCases({ ensemble, truth, coarse }, factor);
    return {
      method,
      scores: verifyTiles(cases.ensemble, cases.truth, cases.coarse, { wetThreshold }).pooled,
      coverage,
    };
  };
  return [of("monge", fine), of("bilinear", smooth)];
}

function stack(parts: readonly ShapedArray[]): ShapedArray {
  const { values: first, shape } = parts[0]!;
  const values = new (first instanceof Float64Array ? Float64Array : Float32Array)(parts.length * first.length);
  for (const [n, part] of parts.entries()) values.set(part.values, n * first.length);
  return { values, shape: [parts.length, ...shape] };
}
