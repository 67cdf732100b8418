/** Newton's method on the rows of a grid, each step by GMRES. */

import { DirectSolution } from "./direct-solution.ts";
import type { NodeBox } from "./fast-diagonalisation.ts";
import { FastDiagonalisation } from "./fast-diagonalisation.ts";
import { gauge } from "./gauge.ts";
import { gmres, norm } from "./gmres.ts";
import type { SpectralRows } from "./rows.ts";

export interface NewtonResult {
  readonly values: Float64Array;
  readonly steps: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Multiplications of factorisations. */
  readonly operations: number;
  /** Share of the right side that the last linear system kept. */
  readonly left: number;
}

/** Iterations of a linear system; steps; shortest part of a step. */
const [mostIterations, mostSteps, shortest] = [300, 25, 1 / 64];
/** Iterations after which a plane is solved by elimination, and with old factors after which they are made anew. */
const [patience, worn] = [16, 6];
/** Share of a linear system that is left, where the problem is linear and where it is not. */
const [ofLinear, ofNonlinear] = [1e-12, 1e-4];
/** Share that is left by a linear solve that came to something. */
const solved = 1e-5;
/** Share of a sum of rows that stays where conditions contradict an equation. */
const unbalanced = 1e-5;
/** Size of a step beside the values where Newton's method is at rest. */
const atRest = 1e-10;

/** Solves the rows from a start. @param isSlow - true where iterations were many on a coarser grid */
export function newton(
  rows: SpectralRows,
  boxes: readonly NodeBox[],
  start: Float64Array,
  isOver: () => boolean,
  isSlow: boolean,
): NewtonResult {
  const { form, size } = rows;
  const values = start.slice();
  let [iterations, operations, left] = [0, 0, 0];
  let solver: FastDiagonalisation | undefined;
  let direct: DirectSolution | undefined;
  const ofNothing = form.floating.length > 0 ? rows.evaluate(0, [new Float64Array(size)]).slice() : undefined;
  let residual = rows.evaluate(0, [values]).slice();
  for (let step = 1; step <= mostSteps; step++) {
    if (!residual.every(Number.isFinite)) return { ...ended(step, false), left: 1 };
    if (!form.isLinear) solver = undefined;
    const precondition = (r: Float64Array) => {
      if (direct) return direct.solve(r);
      solver ??= new FastDiagonalisation(rows, boxes, true);
      solver.solve(r, 0);
    };
    const right = residual.map((v) => -v);
    const moves = rows.fixedBy(right);
    solveLinear(right, moves, precondition);
    const before = form.isLinear ? 0 : sizeOf(right, precondition);
    for (let part = 1; ; part /= 2) {
      const next = values.map((v, i) => v + part * moves[i]!);
      const reached = rows.evaluate(0, [next]);
      const isEnough = () => sizeOf(reached, precondition) < (1 - part / 4) * before;
      if (form.isLinear || isEnough() || part <= shortest || isOver()) {
        values.set(next);
        residual = reached.slice();
        break;
      }
    }
    const isSolved = left <= solved && !isUnbalanced(residual);
    gauge(form, rows.grid, values);
    if (form.isLinear) return ended(step, isSolved);
    const moved = norm(moves) / Math.max(norm(values), Number.MIN_VALUE);
    if (isSolved || left <= ofNonlinear * 10) {
      if (moved <= atRest || (step > 1 && moved <= 1e-7 && left <= 1e-3)) return ended(step, true);
    }
    if (isOver()) break;
  }
  return ended(mostSteps, false);

  function ended(steps: number, converged: boolean): NewtonResult {
    return { values, steps, iterations, converged, operations, left };
  }

  /** Iterates with what there is, and where that takes long with the factors of the rows as they are. */
  function solveLinear(right: Float64Array, moves: Float64Array, precondition: (r: Float64Array) => void): void {
    const tolerance = form.isLinear ? ofLinear : ofNonlinear;
    const iterate = (most: number) => {
      const found = gmres((x, out) => rows.apply(0, x, out), precondition, right, moves, { tolerance, most, isOver });
      iterations += found.iterations;
      left = found.left;
    };
    const next = direct ?? DirectSolution.of(rows);
    if (next === undefined || direct || !isSlow)
      iterate(next === undefined ? mostIterations : direct ? worn : patience);
    else left = 1;
    if (next === undefined || left <= tolerance || isOver()) return;
    next.factor();
    direct = next;
    operations += next.operations;
    iterate(mostIterations);
  }

  /** True where the sum of the rows of an equation stays, as no values could take it away. */
  function isUnbalanced(after: Float64Array): boolean {
    const { nodes } = rows.grid;
    return form.floating.some((unknown) => {
      let [sum, size] = [0, 0];
      for (let i = unknown * nodes; i < (unknown + 1) * nodes; i++) {
        sum += after[i]!;
        size += Math.abs(ofNothing![i]!);
      }
      return Math.abs(sum) > unbalanced * size;
    });
  }

  function sizeOf(of: Float64Array, precondition: (r: Float64Array) => void): number {
    const copy = new Float64Array(size);
    copy.set(of);
    precondition(copy);
    return norm(copy);
  }
}
