/** Steady problems on finer and finer grids, while the time lasts. */
import type { AxisPlan } from "./axis.ts";
import { largestBoxes, nodeBoxes } from "./boxes.ts";
import type { SpectralForm } from "./form.ts";
import type { Grid } from "./grid.ts";
import type { NarrowPlace } from "./narrow-places.ts";
import { type NewtonResult, newton } from "./newton.ts";
import { firstPlan, gridOf, refinement, valuesOn } from "./refinement.ts";
import { SpectralRows } from "./rows.ts";

/** A solution on a grid. */
export interface GridSolve extends NewtonResult {
  readonly grid: Grid;
  /** Difference from the grid before, relative to the values: of all unknowns together, and of each. */
  readonly change: { readonly unknowns: number; readonly each: readonly number[] } | undefined;
  /** Error beside that difference. */
  readonly share: number;
  /** Nominal seconds. */
  readonly work: number;
}

export interface SpectralOptions {
  /** Relative error that is small enough. */
  readonly goal: number;
  /** Places that the first grid is to meet. */
  readonly narrow: readonly NarrowPlace[];
  /** Nominal seconds that there are, by the error so far. */
  readonly work: (error: number) => number;
  readonly isOver: (error: number) => boolean;
  /** Called after each grid, with words of it, and whether its equations were solved. */
  readonly onGrid: (words: string, error: number, isSolved: boolean) => void;
}

/** Degree on the first grid. */
const firstDegree = 8;
/** The most values of all unknowns together, by memory. */
const mostValues = 8e5;
/** Nominal seconds of a point for each derivative, in an application of the rows with its preconditioner; and to lay them out. */
const [secondsOfPoint, layingOut] = [8e-8, 12];
/** Nominal seconds of a multiplication of a factorisation, and the power of the number of points with which they grow. */
const [secondsOfProduct, growthOfProducts] = [6e-10, 1.5];
/** Growth of iterations on a finer grid. */
const moreIterations = 1.2;
/** Parts of the largest indicator from which on intervals are refined: the first that there is time for. */
const parts = [0.05, 0.3, 0.9];
/** Bounds of the error beside the last change. */
const [leastShare, mostShare] = [0.1, 3];
/** Fall of changes below which a solution is smooth; its error beside what that fall makes of the change, and beside its tail. */
const [smooth, ofFall, ofTail] = [0.05, 2, 0.5];
/** Least error beside the change where changes fall slower: an axis that grew by little changes little by chance. */
const ofSlow = 1 / 3;
/** Change above which the grid before resolved nothing, and said nothing of how changes fall. */
const unresolved = 0.3;

/** Nominal seconds of a solve; where several boxes overlap each point has about two approximate solutions. */
const workOf = (
  form: SpectralForm,
  boxes: number,
  count: number,
  { iterations, steps }: Pick<NewtonResult, "iterations" | "steps">,
): number =>
  secondsOfPoint *
  count *
  (form.leaves.length + form.faces.length / 4 + 3 * Math.min(boxes, 2)) *
  (iterations + layingOut * steps);

/** Solves on finer grids until the error is small enough or time is short; coarse ones come first. */
export function solveOnGrids(form: SpectralForm, { goal, narrow, work, isOver, onGrid }: SpectralOptions): GridSolve[] {
  const boxes = largestBoxes(form);
  const unknowns = form.inside.length;
  const solves: GridSolve[] = [];
  let plan: readonly AxisPlan[] = firstPlan(form, narrow, firstDegree);
  let [used, error] = [0, 1];
  for (;;) {
    const grid = gridOf(form, plan);
    const last = solves.at(-1);
    const rows = new SpectralRows(form, grid);
    const before = last && broughtOn(last, unknowns, grid);
    const start = before ? atNodes(before, grid) : new Float64Array(rows.size);
    // The first two have more of the time, since one alone has no estimate.
    const isLate = () => isOver(solves.length > 1 ? error : 0);
    const found = newton(rows, nodeBoxes(form, grid, boxes), start, isLate, (last?.operations ?? 0) > 0);
    const own = workOf(form, boxes.length, grid.count, found) + secondsOfProduct * found.operations;
    used += own;
    const isEnded = isLate();
    if (isEnded && !found.converged) return solves;
    const change = before && changeFrom(before, { ...found, grid });
    const { tail, plan: planOf } = refinement(form, grid, [found.values]);
    const share = shareOf(last?.change?.unknowns, change?.unknowns, tail * peakOf(grid, found.values));
    solves.push({ ...found, grid, work: own, change, share });
    error = share * (change?.unknowns ?? 1);
    onGrid(`spectral elements, ${wordsOf(grid)} after ${found.iterations} iterations`, error, found.converged);
    if (isEnded || error <= goal || isStuck(solves)) return solves;
    const finer = parts.map(planOf).find((one) => {
      const count = one.reduce((product, { degrees }) => product * degrees.reduce((sum, p) => sum + p + 1, 0), 1);
      const products = found.operations * (count / grid.count) ** growthOfProducts;
      const next = moreIterations * workOf(form, boxes.length, count, found) + secondsOfProduct * products;
      return count * unknowns <= mostValues && (solves.length === 1 || used + next <= work(error));
    });
    if (finer === undefined) return solves;
    plan = finer;
  }
}

/** The number of nodes of a grid in words. */
export const wordsOf = ({ axes }: Grid): string => `${axes.map(({ nodes }) => nodes).join(" × ")} nodes`;

/** The error of the last grid beside its change from the one before, by how changes fall. */
export function errorShare(solves: readonly Pick<GridSolve, "change">[]): number {
  const [before, last] = [solves.at(-2)?.change?.unknowns, solves.at(-1)?.change?.unknowns];
  if (before === undefined || last === undefined) return 1;
  const fall = last / before;
  const share = fall >= 0.75 ? mostShare : Math.max(leastShare, fall / (1 - fall));
  return last > unresolved ? Math.min(1, share) : share;
}

/** The same; where changes fall fast, by the last polynomials too: axes that were not refined do not change. */
function shareOf(before: number | undefined, last: number | undefined, tail: number): number {
  const share = errorShare(
    [before, last].map((unknowns) => ({ change: unknowns === undefined ? undefined : { unknowns, each: [] } })),
  );
  const fall = before && last ? last / before : 1;
  return fall < smooth ? Math.min(1, Math.max(ofFall * fall, (ofTail * tail) / last!)) : Math.max(share, ofSlow);
}

/** Largest values of unknowns beside their root mean square. */
function peakOf({ weights, nodeOf, nodes }: Grid, values: Float64Array): number {
  let [peaks, squares, volume] = [0, 0, 0];
  for (const w of weights) volume += w;
  for (let k = 0; k < values.length; k += nodes) {
    let peak = 0;
    for (let i = 0; i < weights.length; i++) {
      const value = values[k + nodeOf[i]!]!;
      squares += weights[i]! * value ** 2;
      if (weights[i]! > 0) peak = Math.max(peak, Math.abs(value));
    }
    peaks += peak ** 2;
  }
  return squares > 0 ? Math.sqrt((peaks * volume) / squares) : 1;
}

/** True where changes have come to rounding. */
const isStuck = (solves: readonly GridSolve[]): boolean => {
  const [before, last] = [solves.at(-2)?.change?.unknowns, solves.at(-1)?.change?.unknowns];
  return before !== undefined && last !== undefined && last < 1e-9 && last > 0.3 * before;
};

/** Values of each unknown at the points of a finer grid. */
const broughtOn = (
  { grid, values }: Pick<GridSolve, "grid" | "values">,
  unknowns: number,
  fine: Grid,
): Float64Array[] => Array.from({ length: unknowns }, (_, k) => valuesOn(grid, values, k * grid.nodes, fine));

/** Values at points as values at nodes. */
function atNodes(columns: readonly Float64Array[], { nodes, count, nodeOf, weights }: Grid): Float64Array {
  const out = new Float64Array(columns.length * nodes);
  for (const [k, own] of columns.entries())
    for (let i = 0; i < count; i++) if (weights[i]! > 0) out[k * nodes + nodeOf[i]!] = own[i]!;
  return out;
}

/** Difference of values on two grids, relative to those on the finer one: of all unknowns together, and of each. */
export const changeOf = (
  coarse: Pick<GridSolve, "grid" | "values">,
  fine: Pick<GridSolve, "grid" | "values">,
  unknowns: number,
) => changeFrom(broughtOn(coarse, unknowns, fine.grid), fine);

/** The same from values at the points of the finer grid, unknown by unknown. */
function changeFrom(before: readonly Float64Array[], { grid, values }: Pick<GridSolve, "grid" | "values">) {
  const { weights, nodeOf, nodes, count } = grid;
  const [moved, sizes] = [new Float64Array(before.length), new Float64Array(before.length)];
  for (const [k, own] of before.entries()) {
    let [off, size] = [0, 0];
    for (let i = 0; i < count; i++) {
      const w = weights[i]!;
      if (w === 0) continue;
      const value = values[k * nodes + nodeOf[i]!]!;
      off += w * (value - own[i]!) ** 2;
      size += w * value ** 2;
    }
    [moved[k], sizes[k]] = [off, size];
  }
  const share = (a: number, b: number) => (b > 0 ? Math.sqrt(a / b) : Math.sqrt(a));
  const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  return {
    unknowns: share(total(moved), total(sizes)),
    each: [...moved].map((v, k) => share(v, sizes[k]!)),
    /** Squares of the difference and of the values, of each unknown. */
    squares: [...moved].map((v, k) => [v, sizes[k]!] as const),
  };
}
