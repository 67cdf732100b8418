/** Evolutions on three axes: rows on a grid as a system in time, by Radau's method, with finer grids and steps in turn. */
import { type Expression, evaluateAt } from "../../equations/expression/index.ts";
import { soonConsistent } from "../marching/march.ts";
import { radau } from "../marching/radau.ts";
import type { Step } from "../marching/radau-stages.ts";
import { longestSteps } from "../marching/time-scales.ts";
import type { AxisPlan } from "./axis.ts";
import { largestBoxes, nodeBoxes } from "./boxes.ts";
import type { SpectralForm } from "./form.ts";
import { gauge } from "./gauge.ts";
import type { Grid } from "./grid.ts";
import { partsAt } from "./pieces.ts";
import { firstPlan, gridOf, refinement } from "./refinement.ts";
import { SpectralRows } from "./rows.ts";
import { changeOf, errorShare, type SpectralOptions, wordsOf } from "./solve.ts";
import { systemInTime } from "./system.ts";

/** States on a grid in time. */
export interface GridMarch {
  readonly grid: Grid;
  readonly steps: readonly Step[];
  readonly until: number;
  /** True where no step was short enough to go on. */
  readonly isEnded: boolean;
  /** Difference from the march before, relative to the values, over all times: of all unknowns, of each, and at the end. */
  readonly change: { readonly unknowns: number; readonly each: readonly number[]; readonly end: number } | undefined;
}

/** Tolerance of the first steps, how much smaller each next one is, and the least. */
const [firstTolerance, finer, leastTolerance] = [1e-4, 1e-2, 1e-11];
/** Tail of a state beside the tolerance; and rounds in which a grid is made finer. */
const [mostTail, rounds] = [0.3, 8];
/** Part of the largest tail from which on an interval is refined. */
const marked = 0.05;
/** The most values at nodes, by memory: a step keeps four for each. */
const mostValues = 2.5e5;
/** Operations of a nominal second. */
const rate = 9e7;
/** Moments at which marches are compared. */
const moments = 8;
/** Growth of work where steps have a smaller tolerance. */
const moreSteps = 2.5;
const firstDegree = 8;

/** Marches until the error is small enough or time is short; coarse ones come first. */
export function marchOnGrids(form: SpectralForm, { goal, narrow, work, isOver, onGrid }: SpectralOptions): GridMarch[] {
  const { problem } = form;
  const time = form.time!;
  const interval = problem.bounds[time]!;
  const boxes = largestBoxes(form);
  const longest = longestSteps(problem, { ...form, time });
  const marches: GridMarch[] = [];
  let plan: readonly AxisPlan[] = firstPlan(form, narrow, firstDegree);
  let tolerance = firstTolerance;
  let [used, error] = [0, 1];
  for (;;) {
    const grid = startGrid(form, plan, tolerance);
    const rows = new SpectralRows(form, grid);
    const system = systemInTime(rows, nodeBoxes(form, grid, boxes));
    const start = soonConsistent(system, interval, startOf(form, grid), tolerance);
    const isLate = () => isOver(error);
    const {
      steps,
      until,
      reason,
      work: operations,
    } = radau(system, interval, start, {
      ...{ tolerance, longest, isOver: isLate, mostWork: (work(error) - used) * rate },
    });
    used += operations / rate;
    for (const { start: own, coefficients } of steps) {
      gauge(form, grid, own[0]!);
      for (const part of coefficients[0]!) gauge(form, grid, part, false);
    }
    if (reason === "work" || steps.length === 0) return marches;
    const before = marches.at(-1);
    const own = { grid, steps, until, isEnded: reason === "collapse" };
    const march = { ...own, change: before && changeBetween(form, before, own) };
    marches.push(march);
    error = errorShare(marches) * (march.change?.unknowns ?? 1);
    onGrid(`${wordsOf(grid)}, ${steps.length} steps`, error);
    tolerance *= finer;
    if (error <= goal || march.isEnded || tolerance < leastTolerance) return marches;
    const states = momentsUntil(interval[0], until).map((t) => stateAt(own, t));
    let next: readonly AxisPlan[] = grid.plan.axes;
    const { tail, plan: planOf } = refinement(form, grid, states);
    if (tail > mostTail * tolerance) next = planOf(marked);
    const growth = sizeOf(next) / sizeOf(grid.plan.axes);
    const cost = (operations / rate) * moreSteps * growth;
    if (sizeOf(next) * form.inside.length > mostValues || (marches.length > 1 && used + cost > work(error)))
      return marches;
    plan = next;
  }
}

const sizeOf = (plan: readonly AxisPlan[]): number =>
  plan.reduce((product, { degrees }) => product * degrees.reduce((sum, p) => sum + p + 1, 0), 1);

/** A grid on which the start has small tails. */
function startGrid(form: SpectralForm, plan: readonly AxisPlan[], tolerance: number): Grid {
  let grid = gridOf(form, plan);
  for (let round = 0; round < rounds; round++) {
    const { tail, plan: planOf } = refinement(form, grid, startOf(form, grid));
    const next = planOf(marked);
    if (tail <= mostTail * tolerance || sizeOf(next) * form.inside.length > mostValues / 2) return grid;
    grid = gridOf(form, next);
  }
  return grid;
}

/** Derivatives in time at the first moment, level by level. */
function startOf({ starts, problem, space, time, inTime }: SpectralForm, grid: Grid): Float64Array[] {
  const d = problem.axes.length;
  const points = new Float64Array(grid.count * d).fill(problem.bounds[time!]![0]);
  for (const [k, column] of grid.columns().entries())
    for (let i = 0; i < column.length; i++) points[i * d + space[k]!] = column[i]!;
  const at = (value: Expression) => evaluateAt(value, points, d, problem.constants);
  return Array.from({ length: Math.max(...inTime) }, (_, order) => {
    const level = new Float64Array(starts.length * grid.nodes);
    for (const [k, own] of starts.entries()) {
      if (own[order] === undefined) continue;
      const values = at(own[order]);
      for (let i = 0; i < grid.count; i++)
        if (grid.weights[i]! > 0) level[k * grid.nodes + grid.nodeOf[i]!] = values[i]!;
    }
    return level;
  });
}

const momentsUntil = (begin: number, until: number): number[] =>
  Array.from({ length: moments }, (_, k) => begin + ((until - begin) * (k + 1)) / moments);

/** The unknowns at a time. */
export function stateAt({ steps }: Pick<GridMarch, "steps">, t: number): Float64Array {
  const out = new Float64Array(steps[0]!.start[0]!.length);
  for (const [weight, values] of partsAt(steps, t, 0))
    for (let i = 0; i < out.length; i++) out[i]! += weight * values[i]!;
  return out;
}

function changeBetween(form: SpectralForm, coarse: Omit<GridMarch, "change">, fine: Omit<GridMarch, "change">) {
  const begin = form.problem.bounds[form.time!]![0];
  const all = momentsUntil(begin, Math.min(coarse.until, fine.until)).map((t) =>
    changeOf({ ...coarse, values: stateAt(coarse, t) }, { ...fine, values: stateAt(fine, t) }, form.inside.length),
  );
  const share = (of: readonly (readonly [number, number])[]) => {
    const [moved, size] = [0, 1].map((k) => of.reduce((sum, pair) => sum + pair[k]!, 0)) as [number, number];
    return size > 0 ? Math.sqrt(moved / size) : Math.sqrt(moved);
  };
  return {
    unknowns: share(all.flatMap(({ squares }) => squares)),
    each: form.inside.map((_, k) => share(all.map(({ squares }) => squares[k]!))),
    end: all.at(-1)!.unknowns,
  };
}
