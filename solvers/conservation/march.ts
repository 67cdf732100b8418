/** Marching of conservation laws on one grid, with what is kept of it. */
import { evaluateAt, spaceAxes } from "../../equations/expression/index.ts";
import type { ConservationLaw, Problem } from "../../equations/problem/index.ts";
import type { Edges } from "./edges.ts";
import { centresOf, type Grid } from "./grid.ts";
import { Semidiscretization } from "./semidiscretization.ts";

/** Courant number of a step: two stages of a scheme with slopes are stable and monotone below 0.5. */
const courant = 0.45;
/** The same of diffusion. */
const courantOfDiffusion = 0.4;
/** Numbers that a march keeps at most. */
const mostKept = 6e6;
/** Halvings of a step whose values do not stay finite, of first order, before a march ends. */
const mostHalvings = 8;

/** States at some moments of a march. */
export interface History {
  readonly grid: Grid;
  /** Ascending, the start first. */
  readonly times: Float64Array;
  /** Means of cells, [moments][evolving unknowns][cells]. */
  readonly states: Float64Array;
}

/** A march on one grid. */
export interface GridMarch {
  readonly history: History;
  readonly steps: number;
  /** Why it ended before its time. */
  readonly ended?: string;
  /** True where somewhere wave speeds were not real. */
  readonly isComplex: boolean;
}

/**
 * Marches a system by Heun's method, whose two stages are steps of Euler's (Shu and Osher 1988, doi:10.1016/0021-9991(88)90177-5, eq. 2.18).
 *
 * @param longest - the longest step from a time on, by sources and what is prescribed
 * @param isOver - asked at every step
 */
export function marchOnGrid(
  problem: Problem,
  system: ConservationLaw,
  edges: Edges,
  grid: Grid,
  { longest, isOver }: { readonly longest: (t: number) => number; readonly isOver: () => boolean },
): GridMarch {
  const m = system.evolving.length;
  const scheme = new Semidiscretization(problem, system, edges, grid);
  const [begin, end] = problem.bounds[problem.time!]!;
  const column = () => Array.from({ length: m }, () => new Float64Array(grid.cells));
  const [w, q, rate, first, guess, half] = [column(), column(), column(), column(), column(), column()];
  startOf(problem, edges, grid, begin).forEach((values, k) => void w[k]!.set(values));
  const kept = new Keeper(m * grid.cells, begin, end, w);
  let [t, steps, isComplex, ended] = [begin, 0, false, undefined as string | undefined];
  scheme.conserved(t, w, q);
  while (t < end) {
    if (isOver()) {
      ended = "its time is over";
      break;
    }
    const pace = scheme.rates(t, w, rate, true);
    isComplex ||= pace.complex > 0;
    const limit = Math.max(pace.speed / courant, (2 * pace.diffusion) / courantOfDiffusion, 1 / (end - begin));
    let step = Math.min(1 / limit, longest(t), end - t);
    if (end - t - step < 1e-3 * step) step = end - t;
    const advance = (isSteep: boolean): boolean => {
      if (!isSteep) scheme.rates(t, w, rate, false);
      for (let k = 0; k < m; k++) {
        for (let i = 0; i < grid.cells; i++) first[k]![i] = q[k]![i]! + step * rate[k]![i]!;
        guess[k]!.set(w[k]!);
      }
      if (!scheme.unknowns(t + step, first, guess)) return false;
      scheme.rates(t + step, guess, half, isSteep, false);
      for (let k = 0; k < m; k++)
        for (let i = 0; i < grid.cells; i++) first[k]![i] = (q[k]![i]! + first[k]![i]! + step * half[k]![i]!) / 2;
      return scheme.unknowns(t + step, first, guess);
    };
    let isDone = advance(true);
    // Beside vacuum slopes may leave what is possible.
    for (let tries = 0; !isDone && tries < mostHalvings; tries++) {
      step /= 2;
      isDone = advance(false);
    }
    if (!isDone) {
      ended = `its values do not stay finite after t = ${Number(t.toPrecision(4))}`;
      break;
    }
    for (let k = 0; k < m; k++) {
      q[k]!.set(first[k]!);
      w[k]!.set(guess[k]!);
    }
    t = end - t - step <= 0 ? end : t + step;
    steps++;
    kept.take(t, w);
  }
  return { history: kept.history(grid), steps, isComplex, ...(ended !== undefined && { ended }) };
}

/** Means of the start over cells, by points within each. */
function startOf(problem: Problem, { start }: Edges, grid: Grid, t: number): Float64Array[] {
  const space = spaceAxes(problem);
  const d = problem.axes.length;
  const centres = centresOf(grid);
  const widths = grid.counts.map((n, k) => (grid.high[k]! - grid.low[k]!) / n);
  const along = grid.counts.length === 1 ? 16 : 4;
  const offsets = Array.from({ length: along ** grid.counts.length }, (_, i) =>
    grid.counts.map((_n, k) => ((Math.floor(i / along ** k) % along) + 0.5) / along - 0.5),
  );
  const out = start.map(() => new Float64Array(grid.cells));
  const points = new Float64Array(grid.cells * d);
  for (const offset of offsets) {
    for (let i = 0; i < grid.cells; i++) {
      points[i * d + problem.time!] = t;
      for (const [k, axis] of space.entries()) points[i * d + axis] = centres[k]![i]! + offset[k]! * widths[k]!;
    }
    for (const [k, formula] of start.entries()) {
      const values = evaluateAt(formula, points, d, problem.constants);
      for (let i = 0; i < grid.cells; i++) out[k]![i]! += values[i]! / offsets.length;
    }
  }
  return out;
}

/** Keeps states so often that they fit the memory: at equal distances, of half the number where there would be too many. */
class Keeper {
  readonly #size: number;
  readonly #most: number;
  readonly #end: number;
  #times: number[];
  #states: Float64Array[];
  /** Every so many steps. */
  #every = 1;
  #count = 0;

  constructor(size: number, begin: number, end: number, w: readonly Float64Array[]) {
    this.#size = size;
    this.#most = Math.max(4, Math.floor(mostKept / size));
    this.#end = end;
    this.#times = [begin];
    this.#states = [this.#joined(w)];
  }

  take(t: number, w: readonly Float64Array[]): void {
    if (++this.#count % this.#every !== 0 && t < this.#end) return;
    this.#times.push(t);
    this.#states.push(this.#joined(w));
    if (this.#times.length <= this.#most || t >= this.#end) return;
    this.#times = this.#times.filter((_, k) => k % 2 === 0);
    this.#states = this.#states.filter((_, k) => k % 2 === 0);
    this.#every *= 2;
  }

  history(grid: Grid): History {
    const states = new Float64Array(this.#states.length * this.#size);
    for (const [k, state] of this.#states.entries()) states.set(state, k * this.#size);
    return { grid, times: Float64Array.from(this.#times), states };
  }

  #joined(w: readonly Float64Array[]): Float64Array {
    const state = new Float64Array(this.#size);
    for (const [k, column] of w.entries()) state.set(column, k * column.length);
    return state;
  }
}
