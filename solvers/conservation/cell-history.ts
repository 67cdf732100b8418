/** A march of conservation laws as functions of the coordinates. */
import { list, real, record, whole } from "../../engine/checks.ts";
import { columnsAt, type Expression, evaluate, spaceAxes } from "../../equations/expression/index.ts";
import { type ConservationLaw, damaged, type Pieces, type Problem } from "../../equations/problem/index.ts";
import type { Edges } from "./edges.ts";
import type { Grid } from "./grid.ts";
import { limited } from "./limited-slope.ts";
import type { History } from "./march.ts";
import { volumeProblem } from "./volume-problem.ts";

/** The kind of solutions by finite volumes. */
export const volumeKind = "finite volumes";

/** The plain data of which, with its numbers, a march is made again. */
interface Layout {
  readonly grid: Omit<Grid, "cells">;
  readonly moments: number;
}

/**
 * The functions of a march: linear between moments, and in every cell along every axis with limited slopes. Slopes are
 * those of the cell, and higher derivatives 0.
 */
export function piecesOfHistory(
  problem: Problem,
  system: ConservationLaw,
  { along }: Edges,
  { grid, times, states }: History,
): Pieces {
  const { cells, ...plain } = grid;
  const layout: Layout = { grid: plain, moments: times.length };
  const coefficients = new Float64Array(times.length + states.length);
  coefficients.set(times);
  coefficients.set(states, times.length);
  const m = system.evolving.length;
  const space = spaceAxes(problem);
  const d = problem.axes.length;
  const periodic = along.map(({ kind }) => kind === "periodic");
  const widths = grid.counts.map((n, k) => (grid.high[k]! - grid.low[k]!) / n);
  const steps = grid.counts.map((_, k) => grid.counts.slice(k + 1).reduce((a, b) => a * b, 1));
  const last = times.length - 1;

  /** Mean of a cell, and its limited slope along each axis, at a moment. */
  const cellAt = (moment: number, k: number, cell: number, index: readonly number[], slopes: Float64Array): number => {
    const from = (moment * m + k) * cells;
    const value = states[from + cell]!;
    for (const [axis, step] of steps.entries()) {
      const [i, n] = [index[axis]!, grid.counts[axis]!];
      const neighbour = (by: number) => {
        const j = i + by;
        if (j >= 0 && j < n) return states[from + cell + by * step]!;
        return periodic[axis] ? states[from + cell + (by - by * n) * step]! : value;
      };
      const [a, b] = [value - neighbour(-1), neighbour(1) - value];
      slopes[axis] = limited(a, b) / widths[axis]!;
    }
    return value;
  };

  const at = (points: Float64Array) => {
    const count = points.length / d;
    const known = new Map<number, Float64Array>();
    /** Values, slopes along space and along time, [1 + axes + 1][count]. */
    const valuesOf = (k: number): Float64Array => {
      const width = 2 + space.length;
      const out = new Float64Array(width * count);
      const [early, late] = [new Float64Array(space.length), new Float64Array(space.length)];
      for (let i = 0; i < count; i++) {
        const t = points[i * d + problem.time!]!;
        let [a, b] = [0, last];
        while (b - a > 1) {
          const middle = (a + b) >> 1;
          if (times[middle]! <= t) a = middle;
          else b = middle;
        }
        // A march that ended before its time has no values beyond.
        const isKnown = t <= times[last]! + 1e-9 * (times[last]! - times[0]!) || last === 0;
        const index = grid.counts.map((n, axis) =>
          Math.max(0, Math.min(n - 1, Math.floor((points[i * d + space[axis]!]! - grid.low[axis]!) / widths[axis]!))),
        );
        const cell = index.reduce((sum, j, axis) => sum + j * steps[axis]!, 0);
        const length = times[b]! - times[a]!;
        const share = length > 0 ? Math.max(0, Math.min(1, (t - times[a]!) / length)) : 0;
        const [before, after] = [cellAt(a, k, cell, index, early), cellAt(b, k, cell, index, late)];
        let value = before + share * (after - before);
        for (let axis = 0; axis < space.length; axis++) {
          const slope = early[axis]! + share * (late[axis]! - early[axis]!);
          const centre = grid.low[axis]! + (index[axis]! + 0.5) * widths[axis]!;
          value += slope * (points[i * d + space[axis]!]! - centre);
          out[(1 + axis) * count + i] = isKnown ? slope : Number.NaN;
        }
        out[i] = isKnown ? value : Number.NaN;
        out[(1 + space.length) * count + i] = isKnown && length > 0 ? (after - before) / length : Number.NaN;
      }
      return out;
    };
    const evolvingAt = (unknown: number, order: readonly number[]): Float64Array => {
      const total = order.reduce((a, b) => a + b, 0);
      if (total > 1) return new Float64Array(count);
      const k = system.evolving.indexOf(unknown);
      const all = known.get(k) ?? valuesOf(k);
      known.set(k, all);
      const axis = order.indexOf(1);
      const row = total === 0 ? 0 : axis === problem.time ? 1 + space.length : 1 + space.indexOf(axis);
      return all.subarray(row * count, (row + 1) * count);
    };
    const givenAt = (value: Expression) =>
      evaluate(value, columnsAt(points, d, { constants: problem.constants, derivative: evolvingAt }));
    return (unknown: number, order: readonly number[]): Float64Array => {
      const formula = system.given.find((one) => one.unknown === unknown)?.value;
      if (formula === undefined) return evolvingAt(unknown, order);
      return order.every((o) => o === 0) ? givenAt(formula) : new Float64Array(count);
    };
  };
  const shape = grid.counts.join(" × ");
  return { kind: volumeKind, words: `${shape} cells, ${times.length} moments`, coefficients, layout, at };
}

const layoutCheck = record({
  grid: record({ low: list(real()), high: list(real()), counts: list(whole(1)) }),
  moments: whole(1),
});

/** The functions that a store has kept. @throws FormatError where they do not belong to the problem, or numbers lack */
export function readVolumePieces(path: string, problem: Problem, layout: unknown, coefficients: Float64Array): Pieces {
  const fail = damaged(path);
  const complaint = layoutCheck(layout, "the march");
  if (complaint !== undefined) return fail(complaint);
  const { grid, moments } = layout as Layout;
  const cells = grid.counts.reduce((a, b) => a * b, 1);
  const volumes = volumeProblem(problem);
  if ("refused" in volumes) return fail(`its problem has no finite volumes: ${volumes.refused}`);
  const { system, edges } = volumes;
  const axes = spaceAxes(problem).length;
  const isOfProblem = [grid.low, grid.high, grid.counts].every((list) => list.length === axes);
  if (!isOfProblem || coefficients.length !== moments * (1 + system.evolving.length * cells))
    return fail("it has another number of values than its march");
  const history = {
    grid: { ...grid, cells },
    times: coefficients.slice(0, moments),
    states: coefficients.slice(moments),
  };
  return piecesOfHistory(problem, system, edges, history);
}
