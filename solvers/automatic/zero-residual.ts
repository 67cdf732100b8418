/** The residual of u = 0, beside which residuals are looked at. */
import { residualOfZero } from "../features/random-features.ts";
import type { Problem } from "../problem/problem.ts";
import type { SolutionReport } from "../solve/solution.ts";

/** Least residual of u = 0: residuals are in units of it, or of the terms where the conditions make the solution. */
const leastLeft = 1e-3;

const found = new WeakMap<Problem, Map<string, Promise<number>>>();

/** Residual of u = 0, in the units of a report's residual. */
export async function zeroResidual(problem: Problem, report: SolutionReport): Promise<number> {
  const known = found.get(problem) ?? new Map<string, Promise<number>>();
  found.set(problem, known);
  const units = JSON.stringify([report.scale, report.conditions]);
  const left = known.get(units) ?? residualOfZero(problem, report);
  known.set(units, left);
  return Math.max(leastLeft, await left);
}
