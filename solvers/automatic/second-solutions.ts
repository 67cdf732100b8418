/**
 * Second solutions, which show errors that a method does not see by itself: of functions that are interpolated, by every
 * second of their values; of functionals, by a coarser mesh or a smaller budget.
 */
import { DomainError } from "../../engine/errors.ts";
import { coarserGrids, type Functional, type Problem, pde, problemToJson } from "../../equations/problem/index.ts";
import type { Budget } from "../solution/budget.ts";
import { type FunctionalSeries, type FunctionalValue, functionalOf, type Measured } from "../solution/functionals.ts";
import type { Solution } from "../solution/solution.ts";
import { distance, scaled } from "./distance.ts";
import { type MethodResult, withWarnings } from "./method-result.ts";
import type { Setting } from "./setting.ts";

/** Shares of the budget: of a solution with fewer data, and of one for functionals. */
const [ofData, ofFunctionals] = [0.3, 0.25];

/** A part of a budget. */
const partOf = ({ seconds, processorSeconds, steps, ...targets }: Budget, share: number): Budget => ({
  ...targets,
  ...(seconds !== undefined && { seconds: share * seconds }),
  ...(processorSeconds !== undefined && { processorSeconds: share * processorSeconds }),
  ...(steps !== undefined && { steps: Math.max(1, Math.round(share * steps)) }),
});

const coarser = ({ text }: Problem) => coarserGrids(text.functions ?? {});
const shareLeft = (problem: Problem): number =>
  1 - (coarser(problem) ? ofData : 0) - (problem.functionals?.length ? ofFunctionals : 0);

/** The budget of a solution itself. */
export const budgetBeside = (problem: Problem, budget: Budget): Budget => partOf(budget, shareLeft(problem));

/**
 * A result with what its data are off, and with its functionals.
 *
 * @param solveOther - solves with a part of the budget
 */
export async function withSecondSolutions(
  problem: Problem,
  setting: Setting,
  result: MethodResult,
  solveOther: (problem: Problem, budget: Budget) => Promise<Solution>,
): Promise<MethodResult> {
  const { functionals = [] } = problem;
  const fewer = coarser(problem);
  if ((!fewer && functionals.length === 0) || setting.options.signal?.aborted) return result;
  const others: { readonly solution: Solution; readonly share: number }[] = [];
  const budget = (share: number) => partOf(setting.budget, share / shareLeft(problem));
  let best = result;
  if (fewer) {
    const written = problemToJson(problem);
    const other = pde({ ...written, functions: { ...written.functions, ...fewer.functions } });
    const solution = await solveOther(other, budget(ofData));
    others.push({ solution, share: fewer.share });
    const error = scaled(await distance(problem, result.solution, solution), fewer.share);
    const names = Object.keys(fewer.functions).join(", ");
    setting.say(`every second value of ${names}: interpolation is off by ${error.unknowns.toExponential(1)}`);
    // More time is no help where too little is known.
    const isMost = !(error.unknowns <= (result.solution.report.estimate?.relativeL2 ?? Number.NaN));
    const more = `give finer data of ${names}, or "interpolation": "nearest" where each value holds in its whole cell`;
    const advised = isMost ? { ...result, evidence: { ...result.evidence, more } } : result;
    best = withWarnings(problem, setting, advised, {
      warnings: {},
      compared: [{ by: `the interpolation of ${names}`, error }],
    });
  }
  if (functionals.length > 0) {
    const solution = result.coarser ?? (await solveOther(problem, budget(ofFunctionals)));
    others.push({ solution, share: 1 });
    const found: Record<string, FunctionalValue | FunctionalSeries> = {};
    // Of its own: what data are off shows in the functionals of their second solution.
    const { relativeL2: off = Number.NaN } = result.solution.report.estimate ?? {};
    for (const { name, parts } of functionals) {
      const own = await functionalOrReason(best.solution, name);
      if (typeof own === "string") {
        // The solution is not lost with it.
        setting.say(own);
        found[name] = { value: Number.NaN, error: Number.POSITIVE_INFINITY };
        continue;
      }
      const seen = await Promise.all(others.map(({ solution }) => functionalOrReason(solution, name)));
      const isKnown = seen.every((one) => typeof one !== "string");
      const values = isKnown ? seen.map((one) => (one as Measured).found) : [];
      const relative = isKnown ? (isAtPoints(parts) ? pointwise : 1) * off : Number.NaN;
      found[name] = compared(own, values, others, relative);
    }
    best = { ...best, solution: best.solution.reporting({ functionals: found }) };
  }
  for (const { solution } of others) await solution.dispose();
  return best;
}

/** A functional of a solution, or why it has none. */
async function functionalOrReason(solution: Solution, name: string): Promise<Measured | string> {
  try {
    return await functionalOf(solution, name);
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
}

/** Error beside the distance to a second solution, where both come nearer slowly, as fluxes into round holes do. */
const slow = 2;
/** Largest error of a solution that says something of its functionals. */
const known = 0.3;
/** Error at a point beside that of the mean square. */
const pointwise = 10;
const isAtPoints = (parts: Functional["parts"]): boolean =>
  parts.length === 0 || parts.some(({ kind }) => kind === "max" || kind === "min");

/**
 * A functional with the distance to those of other solutions in its error, and no less than the share that the solution
 * is off of its size: where integrals cancel, two solutions may agree by chance. Without bounds where it is not known how
 * far a solution is off.
 */
function compared(
  { found: own, sizes }: Measured,
  seen: readonly (FunctionalValue | FunctionalSeries)[],
  others: readonly { readonly share: number }[],
  relative: number,
): FunctionalValue | FunctionalSeries {
  const error = (value: number, size: number, quadrature: number, there: readonly number[]) => {
    const apart = there.reduce((sum, v, k) => sum + others[k]!.share * Math.abs(v - value), 0);
    if (!(relative <= known)) return Number.POSITIVE_INFINITY;
    return quadrature + Math.max(slow * apart, relative * size);
  };
  if ("value" in own)
    return {
      value: own.value,
      error: error(
        own.value,
        sizes[0]!,
        own.error,
        seen.map((one) => (one as FunctionalValue).value),
      ),
    };
  const series = seen as readonly FunctionalSeries[];
  const errors = own.values.map((v, i) =>
    error(
      v,
      sizes[i]!,
      own.errors[i]!,
      series.map(({ values }) => values[i]!),
    ),
  );
  return { ...own, errors };
}
