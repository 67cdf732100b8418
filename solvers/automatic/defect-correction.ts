/**
 * How far off a solution in time and one or two space axes is, by what the equations make of its residual on the way (defect correction): u + e solves them, with e by implicit
 * differences on a grid. Where the residual is 0 so is e, whatever the grid is; and a residual too small for features to see is carried on as it is, and grows as the
 * equations let it grow.
 */

import { partial } from "../expression/build.ts";
import { ask, type Deadline } from "../features/deadline.ts";
import type { Problem } from "../problem/problem.ts";
import { MarchedSolution } from "../solve/marched-solution.ts";
import type { Distance } from "./distance.ts";
import { type Evolution, evolutionOf, usedKinds } from "./evolution.ts";
import type { Solved } from "./feature-solve.ts";
import { implicitLines, type Jets, type Jump, rowsAt } from "./implicit-lines.ts";
import { type Axes, coordinatesOf, placesOf } from "./space-differences.ts";

/** Steps of the grids along all axes, one after the other, and how many of all have nodes that they share: on a line, and in a plane. */
const onLine = { grids: [96, 128, 192, 256], shared: 32 };
const inPlane = { grids: [24, 32, 48, 64, 96], shared: 8 };
/** How many of them are tried where time is short. */
const fewGrids = 2;
/** Part of itself by which e may change from one grid to the next, and of what differences alone are away from the solution those may. */
const [mostMoved, mostOfDistance] = [0.5, 0.1];

/** Whether the residual of a solution can be carried on. */
export const canCorrectDefect = (problem: Problem): boolean => evolutionOf(problem) !== undefined;

/**
 * The size of e relative to u + e, on the first grid that agrees with the one before it.
 *
 * @param short - whether two grids are enough
 * @param pace - no grid is begun that takes longer
 * @returns undefined where there is none, or the problem has no such rows ({@link evolutionOf})
 * @throws OutOfTime where a grid would take longer than there is
 */
export async function defectCorrection(
  problem: Problem,
  solution: Solved,
  short: boolean,
  pace: Deadline,
): Promise<Distance | undefined> {
  const evolution = evolutionOf(problem);
  if (!evolution) return undefined;
  const { grids, shared } = problem.axes.length === 2 ? onLine : inPlane;
  let before: Grid | undefined;
  let seconds = 0;
  for (const steps of short ? grids.slice(0, fewGrids) : grids) {
    ask(pace, "a grid", before ? seconds * (steps / stepsOf(before)) ** problem.axes.length : 0);
    const began = pace.now();
    const grid = await gridOf(problem, evolution, solution, steps);
    seconds = pace.now() - began;
    const found = before && judged(grid, before, { shared, kinds: evolution.jet.orders.length });
    if (found) return sizeOf(problem, evolution, { ...grid, change: found });
    before = grid;
  }
  return undefined;
}

/** What is known on a grid, line by line. */
interface Grid {
  readonly axes: Axes;
  readonly t: Float64Array;
  /** u */
  readonly base: readonly Jets[];
  /** e; absent where it is not finite. */
  readonly change: readonly Jets[] | undefined;
  /** What differences alone make of the start, with the errors that they have, found when it is asked for; undefined where it is not finite. */
  readonly alone: () => readonly Jets[] | undefined;
}

async function gridOf(problem: Problem, evolution: Evolution, solution: Solved, steps: number): Promise<Grid> {
  const nodes = ([low, high]: readonly [number, number], count: number) =>
    Float64Array.from({ length: count }, (_, i) => (i === steps ? high : low + (i * (high - low)) / steps));
  const { faces, jet } = evolution;
  const axes = faces.map((face, axis) => nodes(problem.bounds[axis]!, steps + (face ? 1 : 0)));
  const t = nodes(problem.bounds.at(-1)!, steps + 1);
  const used = usedKinds(evolution);
  const kinds = [...used];
  const wanted = problem.unknowns.flatMap((_, u) => kinds.map((kind) => partial(u, jet.orders[kind]!)));
  const space = coordinatesOf(axes);
  const count = space[0]!.length;
  const values = await solution.expressions(wanted, pointsAt(space, t));
  const base = Array.from(t, (_, j) =>
    problem.unknowns.flatMap((_u, u) =>
      jet.orders.map((_o, kind) => {
        const at = u * kinds.length + kinds.indexOf(kind);
        return Float64Array.from({ length: count }, (_n, i) =>
          used.has(kind) ? values[(j * count + i) * wanted.length + at]! : Number.NaN,
        );
      }),
    ),
  );
  const jumps = solution instanceof MarchedSolution ? await jumpsOf(solution, evolution, space) : [];
  return {
    ...{ axes, t, base },
    change: implicitLines(problem, evolution, { axes, t, base, jumps }),
    alone() {
      const nothing = problem.unknowns.flatMap(() => jet.orders.map(() => new Float64Array(count)));
      return implicitLines(problem, evolution, { axes, t, base: base.map(() => nothing) });
    },
  };
}

/** Points [n, axes]: all nodes at one moment after the other. */
const pointsAt = (space: readonly Float64Array[], t: Float64Array): Float64Array => {
  const width = space.length + 1;
  const count = space[0]!.length;
  const points = new Float64Array(count * t.length * width);
  t.forEach((moment, j) => {
    for (let i = 0; i < count; i++) {
      for (let axis = 0; axis < space.length; axis++) points[(j * count + i) * width + axis] = space[axis]![i]!;
      points[(j * count + i) * width + space.length] = moment;
    }
  });
  return points;
};

/** Which derivatives are slopes, axis by axis. */
const slopesOf = ({ jet, faces }: Evolution): readonly number[] => [...faces.map((_, axis) => 1 + axis), jet.inSpace];

/** What each window of time has over the one before it, where it begins. */
async function jumpsOf(
  { problem, edges, windows }: MarchedSolution,
  { jet }: Evolution,
  space: readonly Float64Array[],
): Promise<readonly Jump[]> {
  const n = problem.unknowns.length;
  const wanted = [0, jet.inSpace].flatMap((kind) => problem.unknowns.map((_, u) => partial(u, jet.orders[kind]!)));
  return Promise.all(
    windows.slice(1).map(async (next, k) => {
      const t = edges[k + 1]!;
      const points = pointsAt(space, Float64Array.of(t));
      const [before, after] = [await windows[k]!.expressions(wanted, points), await next.expressions(wanted, points)];
      const of = (column: number) =>
        space[0]!.map((_, i) => after[i * wanted.length + column]! - before[i * wanted.length + column]!);
      return { t, value: problem.unknowns.map((_, u) => of(u)), slope: problem.unknowns.map((_, u) => of(n + u)) };
    }),
  );
}

/**
 * e, where two grids agree on it; else the way from u to what differences alone give, where that is far more than these change from one grid to the other: a solution that
 * is wrong by much is found by them, and e is then none that differences find.
 */
function judged(fine: Grid, coarse: Grid, shared: Shared): readonly Jets[] | undefined {
  const between = (a: readonly Jets[] | undefined, b: readonly Jets[] | undefined) =>
    a && b ? apart(shared, { ...fine, of: a }, { ...coarse, of: b }) : { moved: Number.POSITIVE_INFINITY, size: 0 };
  const change = between(fine.change, coarse.change);
  if (change.moved <= mostMoved * change.size) return fine.change;
  const own = fine.alone();
  const alone = between(own, coarse.alone());
  const way = own?.map((line, j) => line.map((v, c) => v.map((w, i) => w - fine.base[j]![c]![i]!)));
  const { size } = between(way, way);
  return alone.moved <= mostOfDistance * size ? way : undefined;
}

const stepsOf = ({ t }: Pick<Grid, "t">): number => t.length - 1;

/** How many steps of all have nodes that two grids share, and how many columns of a line belong to one unknown. */
interface Shared {
  readonly shared: number;
  readonly kinds: number;
}
type Lines = Pick<Grid, "axes" | "t"> & { readonly of: readonly Jets[] };

/** ‖fine − coarse‖ and ‖fine‖ over the unknowns at the nodes that two grids share. */
function apart(
  { shared, kinds }: Shared,
  fine: Lines,
  coarse: Lines,
): { readonly moved: number; readonly size: number } {
  const [own, others] = [sharedNodes(fine, shared), sharedNodes(coarse, shared)];
  const [every, other] = [stepsOf(fine) / shared, stepsOf(coarse) / shared];
  const columns = fine.of[0]!.length;
  let [moved, size] = [0, 0];
  for (let j = 0; j <= shared; j++) {
    const [line, known] = [fine.of[every * j]!, coarse.of[other * j]!];
    for (let c = 0; c < columns; c += kinds) {
      own.forEach((node, k) => {
        const finer = line[c]![node]!;
        moved += (finer - known[c]![others[k]!]!) ** 2;
        size += finer ** 2;
      });
    }
  }
  return { moved: Math.sqrt(moved), size: Math.sqrt(size) };
}

/** Those of each axis that are a whole number of its steps, divided by `shared`, away from its end. */
function sharedNodes(grid: Lines, shared: number): readonly number[] {
  const every = stepsOf(grid) / shared;
  return placesOf(grid.axes).flatMap((places, node) => (places.every((place) => place % every === 0) ? [node] : []));
}

function sizeOf(problem: Problem, evolution: Evolution, { axes, t, base, change }: Grid): Distance {
  const { jet, quantities } = evolution;
  const space = coordinatesOf(axes);
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
  const unknowns = problem.unknowns.map((_, u) => u * jet.orders.length);
  const extents = problem.bounds.map(([low, high]) => high - low);
  const slopes = (jets: Jets) =>
    unknowns.flatMap((c) => slopesOf(evolution).map((kind, axis) => jets[c + kind]!.map((v) => extents[axis]! * v)));
  // Slopes of e in time are not known on the first line.
  return {
    unknowns: share(0, (jets) => unknowns.map((c) => jets[c]!)),
    each: unknowns.map((c) => share(0, (jets) => [jets[c]!])),
    gradient: share(1, slopes),
    quantities: quantities.map((formula) =>
      formula
        ? share(1, (jets, j) => [
            rowsAt(
              problem,
              jet,
              space,
              t[j]!,
            )(
              jets,
              axes.map(() => 0),
            )(formula),
          ])
        : Number.NaN,
    ),
    end: share(t.length - 1, (jets) => unknowns.map((c) => jets[c]!)),
  };
}
