/** Newton's method on the rows of a grid, each step by GMRES. */

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
  /** Share of the right side that the last linear system kept. */
  readonly left: number;
}

/** Iterations of a linear system; steps; shortest part of a step. */
const [mostIterations, mostSteps, shortest] = [300, 25, 1 / 64];
/** Share of a linear system that is left, where the problem is linear and where it is not. */
const [ofLinear, ofNonlinear] = [1e-12, 1e-4];
/** Share that is left by a linear solve that came to something. */
const solved = 1e-5;
/** Share of a sum of rows that stays where conditions contradict an equation. */
const unbalanced = 1e-5;
/** Size of a step beside the values where Newton's method is at rest. */
const atRest = 1e-10;

/** Solves the rows from a start. */
export function newton(
  rows: SpectralRows,
  boxes: readonly NodeBox[],
  start: Float64Array,
  isOver: () => boolean,
): NewtonResult {
  const { form, size } = rows;
  const values = start.slice();
  let [iterations, left] = [0, 0];
  let solver: FastDiagonalisation | undefined;
  const ofNothing = form.floating.length > 0 ? rows.evaluate(0, [new Float64Array(size)]).slice() : undefined;
  let residual = rows.evaluate(0, [values]).slice();
  for (let step = 1; step <= mostSteps; step++) {
    if (!residual.every(Number.isFinite)) return { values, steps: step, iterations, converged: false, left: 1 };
    if (solver === undefined || !form.isLinear) solver = new FastDiagonalisation(rows, boxes, true);
    const own = solver;
    const precondition = (r: Float64Array) => own.solve(r, 0);
    const right = residual.map((v) => -v);
    const moves = rows.fixedBy(right);
    const found = gmres((x, out) => rows.apply(0, x, out), precondition, right, moves, {
      ...{ tolerance: form.isLinear ? ofLinear : ofNonlinear, most: mostIterations, isOver },
    });
    iterations += found.iterations;
    left = found.left;
    const before = sizeOf(right, precondition);
    for (let part = 1; ; part /= 2) {
      const next = values.map((v, i) => v + part * moves[i]!);
      const reached = rows.evaluate(0, [next]);
      const after = sizeOf(reached, precondition);
      if (form.isLinear || after < (1 - part / 4) * before || part <= shortest || isOver()) {
        values.set(next);
        residual = reached.slice();
        break;
      }
    }
    const isSolved = left <= solved && !isUnbalanced(residual);
    gauge(form, rows.grid, values);
    if (form.isLinear) return { values, steps: step, iterations, converged: isSolved, left };
    const moved = norm(moves) / Math.max(norm(values), Number.MIN_VALUE);
    if (isSolved || left <= ofNonlinear * 10) {
      if (moved <= atRest || (step > 1 && moved <= 1e-7 && left <= 1e-3))
        return { values, steps: step, iterations, converged: true, left };
    }
    if (isOver()) break;
  }
  return { values, steps: mostSteps, iterations, converged: false, left };

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
