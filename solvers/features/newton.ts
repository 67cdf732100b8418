/** Newton's method on the coefficients of frozen features; for a linear problem its one step. */
import { type LinearMachine, leastSquares } from "../../engine/numerics/householder.ts";
import type { Status } from "../solution/budget.ts";
import { ask, type Deadline, OutOfTime } from "./deadline.ts";
import type { FeatureRows, RowMatrix } from "./feature-rows.ts";
import { sumOfSquares } from "./unit.ts";

/**
 * Newton ends when a step lowers the loss by less than this share, or to within it of what its linear model says can be
 * had.
 */
const leastDecrease = 1e-2;
/** Halvings of a Newton step before it is given up. */
const halvings = 12;

/** Options of a minimisation. */
export interface Minimisation {
  /** Number of coefficients, at the end of θ. */
  readonly coefficients: number;
  /** Those of them that are found, in order; the others stay. @defaultValue all */
  readonly free?: readonly number[];
  readonly steps: number;
  readonly linear: boolean;
  /** μ of the term μ²·‖c‖², relative to the longest column. */
  readonly regularization: number;
  readonly machine: LinearMachine;
  readonly pace: Deadline;
  /** Called with the loss before the first step and after each. */
  readonly onLoss?: ((loss: number) => void) | undefined;
}

/**
 * Gauss–Newton on the coefficients with a line search; θ is changed in place.
 *
 * @returns "budget" also where time was over after the first step
 * @throws OutOfTime where there was none for the first step
 */
export async function minimise(
  rows: FeatureRows,
  theta: Float64Array,
  options: Minimisation,
): Promise<{ readonly status: Status; readonly steps: number }> {
  const { linear, regularization, machine, pace, free } = options;
  const all = theta.subarray(theta.length - options.coefficients);
  const at = free ?? [...all.keys()];
  const [n, m] = [at.length, rows.count];
  const [total, width] = [m + n, n + 1];
  const operations = 2 * total * n * n;
  let mu: number | undefined;
  let [steps, status]: [number, Status] = [0, "budget"];
  const lossOf = (r: Float64Array) => sumOfSquares(r) + mu! * mu! * at.reduce((s, j) => s + all[j]! ** 2, 0);
  try {
    while (steps < options.steps) {
      const matrix = { values: new Float64Array(total * width), width };
      const r = await rows.rowsAndColumns(theta, matrix, pace, free);
      mu ??= regularization * longest(matrix, n);
      for (let i = 0; i < m; i++) matrix.values[i * width + n] = -r[i]!;
      for (let j = 0; j < n; j++) {
        matrix.values[(m + j) * width + j] = mu;
        matrix.values[(m + j) * width + n] = -mu * all[at[j]!]!;
      }
      const before = lossOf(r);
      if (steps === 0) options.onLoss?.(before);
      ask(pace, "a linear solve", operations / pace.rate);
      const began = pace.now();
      const step = leastSquares(matrix.values, total, n, 1, machine);
      if (operations > 1e8 && pace.now() > began) pace.rate = operations / (pace.now() - began);
      if (linear) {
        at.forEach((j, k) => {
          all[j]! += step[k]!;
        });
        return { status: "converged", steps: steps + 1 };
      }
      // What the linear model cannot lower.
      const possible = matrix.values[n * (width + 1)]! ** 2;
      const after = await search(rows, theta, { all, at, step, before, lossOf, pace });
      steps++;
      if (after !== undefined) options.onLoss?.(after);
      if (after === undefined) status = "stalled";
      else if (after > (1 - leastDecrease) * before || after < (1 + leastDecrease) * possible) status = "converged";
      if (status !== "budget") break;
    }
  } catch (error) {
    if (!(error instanceof OutOfTime) || steps === 0) throw error;
  }
  return { status, steps };
}

interface Search {
  /** Coefficients, a part of θ. */
  readonly all: Float64Array;
  /** Those of them that move. */
  readonly at: readonly number[];
  readonly step: Float64Array;
  readonly before: number;
  readonly lossOf: (r: Float64Array) => number;
  readonly pace: Deadline;
}

/** Goes the whole step, or halves of it until the loss is lower; nothing, with θ as before, where it never is. */
async function search(rows: FeatureRows, theta: Float64Array, { all, at, step, before, lossOf, pace }: Search) {
  const start = at.map((j) => all[j]!);
  const goTo = (length: number) => {
    at.forEach((j, k) => {
      all[j] = start[k]! + length * step[k]!;
    });
  };
  try {
    for (let k = 0, length = 1; k < halvings; k++, length /= 2) {
      goTo(length);
      const after = lossOf(await rows.rows(theta, pace));
      if (after < before) return after;
    }
  } catch (error) {
    goTo(0);
    throw error;
  }
  goTo(0);
  return undefined;
}

/** Length of the longest of the first columns. */
export function longest({ values, width }: RowMatrix, columns: number): number {
  const squares = new Float64Array(columns);
  for (let row = 0; row < values.length; row += width)
    for (let j = 0; j < columns; j++) squares[j]! += values[row + j]! ** 2;
  return Math.sqrt(squares.reduce((a, b) => Math.max(a, b), 0));
}
