/**
 * How far off a solution in time and one space axis is, by what the equations make of its residual on the way (defect correction): u + e solves them, with e by implicit
 * differences on a grid. Where the residual is 0 so is e, whatever the grid is; and a residual too small for features to see is carried on as it is, and grows as the
 * equations let it grow.
 */
import { ask, type Pace } from "../baseline/pace.ts";
import { partial } from "../expression/build.ts";
import type { Problem } from "../problem/problem.ts";
import type { Distance } from "./distance.ts";
import { type Evolution, evolutionOf, inSpace, jet } from "./evolution.ts";
import type { Solved } from "./feature-solve.ts";
import { implicitLines, type Jets, rowsAt } from "./implicit-lines.ts";

/** Steps of the grids along both axes, one after the other, and how many of all have nodes that they share. */
const [grids, shared] = [[96, 128, 192, 256], 32];
/** How many of them are tried where time is short. */
const fewGrids = 2;
/** Part of itself by which e may change from one grid to the next. */
const mostMoved = 0.5;

/** Whether the residual of a solution can be carried on. */
export const canBeCarriedOn = (problem: Problem): boolean => evolutionOf(problem) !== undefined;

/**
 * The size of e relative to u + e, on the first grid that says the same as the one before it.
 *
 * @param short - whether two grids are enough
 * @param pace - no grid is begun that takes longer
 * @returns undefined where there is none, or the problem has no such rows ({@link evolutionOf})
 * @throws OutOfTime where a grid would take longer than there is
 */
export async function carriedOn(
  problem: Problem,
  solution: Solved,
  short: boolean,
  pace: Pace,
): Promise<Distance | undefined> {
  const evolution = evolutionOf(problem);
  if (!evolution) return undefined;
  let before: Grid | undefined;
  let seconds = 0;
  for (const steps of short ? grids.slice(0, fewGrids) : grids) {
    ask(pace, "a grid", before ? seconds * (steps / stepsOf(before)) ** 2 : 0);
    const began = pace.now();
    const grid = await gridOf(problem, evolution, solution, steps);
    seconds = pace.now() - began;
    if (before?.change && grid.change && apart(grid, before) <= mostMoved) return sizeOf(problem, evolution, grid);
    before = grid;
  }
  return undefined;
}

/** What is known on a grid: derivatives of u on each line, and those of e. */
interface Grid {
  readonly x: Float64Array;
  readonly t: Float64Array;
  readonly base: readonly Jets[];
  /** Absent where it is not finite. */
  readonly change: readonly Jets[] | undefined;
}

async function gridOf(problem: Problem, evolution: Evolution, solution: Solved, steps: number): Promise<Grid> {
  const [space, time] = problem.bounds as readonly [readonly [number, number], readonly [number, number]];
  const nodes = ([low, high]: readonly [number, number], count: number) =>
    Float64Array.from({ length: count }, (_, i) => (i === steps ? high : low + (i * (high - low)) / steps));
  const [x, t] = [nodes(space, steps + (evolution.faces ? 1 : 0)), nodes(time, steps + 1)];
  // Slopes are asked for in any case.
  const { inside, faces = { low: [], high: [] } } = evolution;
  const used = new Set([
    ...[0, 1, inSpace],
    ...[...inside, ...faces.low, ...faces.high].flatMap(({ slopes }) => slopes.map(({ kind }) => kind)),
  ]);
  const kinds = [...used];
  const wanted = problem.unknowns.flatMap((_, u) => kinds.map((kind) => partial(u, jet[kind]!)));
  const points = Float64Array.from([...t].flatMap((s) => [...x].flatMap((y) => [y, s])));
  const values = await solution.expressions(wanted, points);
  const base = Array.from(t, (_, j) =>
    problem.unknowns.flatMap((_u, u) =>
      jet.map((_o, kind) => {
        const at = u * kinds.length + kinds.indexOf(kind);
        return x.map((_y, i) => (used.has(kind) ? values[(j * x.length + i) * wanted.length + at]! : Number.NaN));
      }),
    ),
  );
  return { x, t, base, change: implicitLines(problem, evolution, { x, t, base }) };
}

const stepsOf = ({ t }: Grid): number => t.length - 1;

/** ‖e − e'‖/‖e‖ at the nodes that two grids share. */
function apart(fine: Grid, coarse: Grid): number {
  const [every, other] = [stepsOf(fine) / shared, stepsOf(coarse) / shared];
  let [off, size] = [0, 0];
  for (let j = 0; j <= shared; j++) {
    const [line, known] = [fine.change![every * j]!, coarse.change![other * j]!];
    for (let c = 0; c < line.length; c += jet.length) {
      for (let i = 0; every * i < line[c]!.length; i++) {
        const finer = line[c]![every * i]!;
        off += (finer - known[c]![other * i]!) ** 2;
        size += finer ** 2;
      }
    }
  }
  return size > 0 ? Math.sqrt(off / size) : 0;
}

function sizeOf(problem: Problem, { quantities }: Evolution, { x, t, base, change }: Grid): Distance {
  const sum = base.map((line, j) => line.map((v, c) => v.map((w, i) => w + change![j]![c]![i]!)));
  /** ‖of(u + e) − of(u)‖/‖of(u + e)‖ over lines from one on. */
  const share = (from: number, of: (jets: Jets, line: number) => readonly Float64Array[]) => {
    let [off, size] = [0, 0];
    for (let j = from; j < t.length; j++) {
      const own = of(base[j]!, j);
      of(sum[j]!, j).forEach((column, k) => {
        column.forEach((v, i) => {
          off += (v - own[k]![i]!) ** 2;
          size += v ** 2;
        });
      });
    }
    return size > 0 ? Math.sqrt(off / size) : Math.sqrt(off);
  };
  const unknowns = problem.unknowns.map((_, u) => u * jet.length);
  const extents = problem.bounds.map(([low, high]) => high - low);
  const slopes = (jets: Jets) =>
    unknowns.flatMap((c) => [1, inSpace].map((kind, axis) => jets[c + kind]!.map((v) => extents[axis]! * v)));
  // Slopes of e in time are not known on the first line.
  return {
    unknowns: share(0, (jets) => unknowns.map((c) => jets[c]!)),
    each: unknowns.map((c) => share(0, (jets) => [jets[c]!])),
    gradient: share(1, slopes),
    quantities: quantities.map((formula) =>
      formula ? share(1, (jets, j) => [rowsAt(problem, x, t[j]!)(jets, 0)(formula)]) : Number.NaN,
    ),
    end: share(t.length - 1, (jets) => unknowns.map((c) => jets[c]!)),
  };
}
