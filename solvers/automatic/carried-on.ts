/**
 * How far off a solution in time and one space axis is, by what the equations make of its residual on the way (defect correction): u + e solves them, with e by implicit
 * differences on a grid. Where the residual is 0 so is e, whatever the grid is; and a residual too small for features to see is carried on as it is, and grows as the
 * equations let it grow.
 */
import { ask, type Pace } from "../baseline/pace.ts";
import { partial } from "../expression/build.ts";
import type { Problem } from "../problem/problem.ts";
import { MarchedSolution } from "../solve/marched-solution.ts";
import type { Distance } from "./distance.ts";
import { type Evolution, evolutionOf, inSpace, jet } from "./evolution.ts";
import type { Solved } from "./feature-solve.ts";
import { implicitLines, type Jets, type Jump, rowsAt } from "./implicit-lines.ts";

/** Steps of the grids along both axes, one after the other, and how many of all have nodes that they share. */
const [grids, shared] = [[96, 128, 192, 256], 32];
/** How many of them are tried where time is short. */
const fewGrids = 2;
/** Part of itself by which e may change from one grid to the next, and of what differences alone are away from the solution those may. */
const [mostMoved, mostOfDistance] = [0.5, 0.1];

/** Whether the residual of a solution can be carried on. */
export const canBeCarriedOn = (problem: Problem): boolean => evolutionOf(problem) !== undefined;

/**
 * The size of e relative to u + e, on the first grid that agrees with the one before it.
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
    const found = before && judged(grid, before);
    if (found) return sizeOf(problem, evolution, { ...grid, change: found });
    before = grid;
  }
  return undefined;
}

/** What is known on a grid, line by line. */
interface Grid {
  readonly x: Float64Array;
  readonly t: Float64Array;
  /** u */
  readonly base: readonly Jets[];
  /** e; absent where it is not finite. */
  readonly change: readonly Jets[] | undefined;
  /** What differences alone make of the start, with the errors that they have, found when it is asked for; undefined where it is not finite. */
  readonly alone: () => readonly Jets[] | undefined;
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
  const jumps = solution instanceof MarchedSolution ? await jumpsOf(solution, x) : [];
  return {
    ...{ x, t, base },
    change: implicitLines(problem, evolution, { x, t, base, jumps }),
    alone() {
      const nothing = problem.unknowns.flatMap(() => jet.map(() => new Float64Array(x.length)));
      return implicitLines(problem, evolution, { x, t, base: base.map(() => nothing) });
    },
  };
}

/** What each window of time has over the one before it, where it begins. */
async function jumpsOf({ problem, edges, windows }: MarchedSolution, x: Float64Array): Promise<readonly Jump[]> {
  const n = problem.unknowns.length;
  const wanted = [0, inSpace].flatMap((kind) => problem.unknowns.map((_, u) => partial(u, jet[kind]!)));
  return Promise.all(
    windows.slice(1).map(async (next, k) => {
      const t = edges[k + 1]!;
      const points = Float64Array.from([...x].flatMap((y) => [y, t]));
      const [before, after] = [await windows[k]!.expressions(wanted, points), await next.expressions(wanted, points)];
      const of = (column: number) =>
        x.map((_, i) => after[i * wanted.length + column]! - before[i * wanted.length + column]!);
      return { t, value: problem.unknowns.map((_, u) => of(u)), slope: problem.unknowns.map((_, u) => of(n + u)) };
    }),
  );
}

/**
 * e, where two grids agree on it; else the way from u to what differences alone give, where that is far more than these change from one grid to the other: a solution that
 * is wrong by much is found by them, and e is then none that differences find.
 */
function judged(fine: Grid, coarse: Grid): readonly Jets[] | undefined {
  const between = (a: readonly Jets[] | undefined, b: readonly Jets[] | undefined) =>
    a && b ? apart(a, b) : { moved: Number.POSITIVE_INFINITY, size: 0 };
  const change = between(fine.change, coarse.change);
  if (change.moved <= mostMoved * change.size) return fine.change;
  const own = fine.alone();
  const alone = between(own, coarse.alone());
  const way = own?.map((line, j) => line.map((v, c) => v.map((w, i) => w - fine.base[j]![c]![i]!)));
  const { size } = between(way, way);
  return alone.moved <= mostOfDistance * size ? way : undefined;
}

const stepsOf = ({ t }: Grid): number => t.length - 1;

/** ‖fine − coarse‖ and ‖fine‖ over the unknowns at the nodes that two grids share. */
function apart(fine: readonly Jets[], coarse: readonly Jets[]): { readonly moved: number; readonly size: number } {
  const [every, other] = [fine, coarse].map((lines) => (lines.length - 1) / shared) as [number, number];
  let [moved, size] = [0, 0];
  for (let j = 0; j <= shared; j++) {
    const [line, known] = [fine[every * j]!, coarse[other * j]!];
    for (let c = 0; c < line.length; c += jet.length) {
      for (let i = 0; every * i < line[c]!.length; i++) {
        const finer = line[c]![every * i]!;
        moved += (finer - known[c]![other * i]!) ** 2;
        size += finer ** 2;
      }
    }
  }
  return { moved: Math.sqrt(moved), size: Math.sqrt(size) };
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
