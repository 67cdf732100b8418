/** The error of functions that are interpolated on grids: by a second solution, with every second of their values. */
import { coarserGrids, type Problem, pde, problemToJson } from "../../equations/problem/index.ts";
import type { Budget } from "../solution/budget.ts";
import type { Solution } from "../solution/solution.ts";
import { distance, scaled } from "./distance.ts";
import { type MethodResult, withWarnings } from "./method-result.ts";
import type { Setting } from "./setting.ts";

/** Share of the budget of the second solution. */
const ofSecond = 0.3;

/** A part of a budget. */
export const partOf = ({ seconds, processorSeconds, steps, ...targets }: Budget, share: number): Budget => ({
  ...targets,
  ...(seconds !== undefined && { seconds: share * seconds }),
  ...(processorSeconds !== undefined && { processorSeconds: share * processorSeconds }),
  ...(steps !== undefined && { steps: Math.max(1, Math.round(share * steps)) }),
});

/** The budget of the solution itself. */
export const budgetBeside = (problem: Problem, budget: Budget): Budget =>
  coarserGrids(problem.text.functions ?? {}) ? partOf(budget, 1 - ofSecond) : budget;

/**
 * A result with what the interpolation of its functions is off.
 *
 * @param solveOther - solves with a part of the budget
 */
export async function withInterpolation(
  problem: Problem,
  setting: Setting,
  result: MethodResult,
  solveOther: (problem: Problem, budget: Budget) => Promise<Solution>,
): Promise<MethodResult> {
  const coarser = coarserGrids(problem.text.functions ?? {});
  if (!coarser || setting.options.signal?.aborted) return result;
  const written = problemToJson(problem);
  const other = pde({ ...written, functions: { ...written.functions, ...coarser.functions } });
  const second = await solveOther(other, partOf(setting.budget, ofSecond / (1 - ofSecond)));
  const error = scaled(await distance(problem, result.solution, second), coarser.share);
  await second.dispose();
  const names = Object.keys(coarser.functions).join(", ");
  setting.say(`every second value of ${names}: interpolation is off by ${error.unknowns.toExponential(1)}`);
  return withWarnings(problem, setting, result, {
    warnings: {},
    compared: [{ by: `the interpolation of ${names}`, error }],
  });
}
