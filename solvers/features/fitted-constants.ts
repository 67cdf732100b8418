/** Constants of an equation beside the coefficients of frozen features, which are always those that are best for the constants (variable projection). */
import { DomainError } from "../../engine/errors.ts";
import { type Candidate, levenbergMarquardt, type NormalEquations, normalEquations } from "../constants/index.ts";
import type { Status } from "../solution/budget.ts";
import { OutOfTime } from "./deadline.ts";
import type { FeatureRows } from "./feature-rows.ts";
import { leastSquaresSolver, panelMatrix, setEntry, setRow } from "./least-squares.ts";
import { longest, type Minimisation, minimise } from "./newton.ts";
import { sumOfSquares } from "./unit.ts";

/** Part of the loss by which a step has to lower it to be followed by another, and damping below which it holds nothing back. */
const [enough, small] = [1e-3, 1e-6];
/** With the sizes of constants, which are the last of the coefficients. */
export type ConstantsOptions = Minimisation & {
  readonly sizes: readonly number[];
};

/** Constants with the parameters that belong to them. */
export interface Fitted extends Candidate {
  readonly theta: Float64Array;
}

/** Constants and parameters with their loss. */
export const fittedWith = async (
  rows: FeatureRows,
  theta: Float64Array,
  { sizes, pace }: ConstantsOptions,
): Promise<Fitted> => ({
  ...{ theta, values: [...theta.subarray(theta.length - sizes.length)] },
  loss: sumOfSquares(await rows.rows(theta, pace)),
});

/**
 * The search for constants from those of θ, which is changed in place.
 *
 * @param damping - of the first step
 * @returns "converged" where a step that nothing holds back does not lower the loss by a thousandth
 * @throws OutOfTime where there was no time for the coefficients of the guesses
 */
export async function fitConstants(
  rows: FeatureRows,
  theta: Float64Array,
  options: ConstantsOptions,
  damping?: number,
): Promise<{ readonly status: Status; readonly steps: number }> {
  const k = options.sizes.length;
  const taken = [...Array(options.coefficients - k).keys()];
  const refitted = async (of: Float64Array): Promise<Fitted> => {
    await minimise(rows, of, { ...options, taken });
    return fittedWith(rows, of, options);
  };
  let isOver = false;
  /** Undefined where time is over, or a constant has gone where columns depend on one another. */
  const orNothing = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      isOver ||= error instanceof OutOfTime;
      if (!isOver && !(error instanceof DomainError)) throw error;
      return undefined;
    }
  };
  const { best, steps, status } = await levenbergMarquardt<Fitted, FeatureEquations>(
    {
      linearise: (at) => orNothing(linearised(rows, at.theta, options)),
      follow: (values, { before, rows: { followed }, step }) => {
        const other = before.theta.slice();
        const from = other.length - options.coefficients;
        followed.forEach((moves, c) => {
          for (let j = 0; j < moves.length; j++) other[from + j]! -= moves[j]! * step[c]!;
        });
        other.set(values, other.length - k);
        return orNothing(refitted(other));
      },
      isOver: () => isOver,
      isLast: ({ before }, after, next) => next < small && after.loss > (1 - enough) * before.loss,
    },
    await refitted(theta.slice()),
    damping,
  );
  theta.set(best.theta);
  return { status, steps };
}

/** Normal equations of the constants, with what the coefficients move for each. */
interface FeatureEquations extends NormalEquations {
  readonly followed: readonly Float64Array[];
}

/** The rows about θ where the coefficients a follow: S = J_cᵀ(1 − J_a J_a⁺)J_c in place of JᵀJ, and J_cᵀr, where J_aᵀr = 0 (Kaufman's form, 1975, doi:10.1007/BF01932995). */
export async function linearised(
  rows: FeatureRows,
  theta: Float64Array,
  { threads, blas, pace, regularization, sizes, coefficients }: ConstantsOptions,
): Promise<FeatureEquations> {
  const [m, k] = [rows.count, sizes.length];
  const n = coefficients - k;
  const total = m + n;
  const solver = leastSquaresSolver(total, threads, blas);
  try {
    const all = panelMatrix(m, n + k, n + k);
    const r = await rows.rowsAndColumns(theta, all, pace);
    const columns = all.panels[0]!;
    const own = solver.matrix(n);
    for (let i = 0; i < m; i++) setRow(own, i, columns, i * (n + k));
    const mu = regularization * longest(own);
    for (let j = 0; j < n; j++) setEntry(own, m + j, j, mu);
    const sides = new Float64Array(k * total);
    const alone = sizes.map((unit, c) => {
      const column = sides.subarray(c * total, c * total + m);
      for (let i = 0; i < m; i++) column[i] = unit * columns[i * (n + k) + n + c]!;
      return column.slice();
    });
    const followed = await solver.solve(own, sides);
    // What is left below the triangle is what the coefficients cannot follow.
    const beyond = sizes.map((_, c) => sides.subarray(c * total + n, (c + 1) * total));
    return {
      ...normalEquations(beyond, r, sizes, alone),
      followed: sizes.map((_, c) => followed.subarray(c * n, (c + 1) * n)),
    };
  } finally {
    await solver.dispose();
  }
}
