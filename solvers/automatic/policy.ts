/**
 * The choice of method, in order:
 *
 * 1. steady problems on one or two axes: elements;
 * 2. initial value problems without space, on a line or in a rectangle: time marching, again for each trial of constants to be found;
 * 3. others, on up to four axes: random features, more of them while the residual falls;
 * 4. more axes, or features that leave much, or a warning: networks.
 *
 * A good result ends the choice. Else the next method has the rest of the budget, and in the end the result without a warning and with the
 * smallest estimated error is taken.
 */
import { percentText } from "../../engine/text/number.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { elementKind } from "../elements/index.ts";
import { newtonStepFrom } from "../elements/newton-step.ts";
import type { Solution } from "../solution/solution.ts";
import { byElements } from "./by-elements.ts";
import { byMarching } from "./by-marching.ts";
import { seeksConstants } from "./constants.ts";
import { distance } from "./distance.ts";
import { assessed, discard, hasNoWarning, type MethodResult, withWarnings } from "./method-result.ts";
import type { Setting } from "./setting.ts";

/** A method: its result with estimate and status; undefined where it cannot solve a problem. */
export type Method = (problem: Problem, setting: Setting) => Promise<MethodResult | undefined>;

/** The methods; what one of them needs is loaded where it runs. */
export const methods = {
  elements: assessedBy(byElements),
  march: assessedBy(async (problem, setting) => {
    const byMarches = seeksConstants(problem)
      ? (await import("./marched-constants.ts")).byMarchedConstants
      : byMarching;
    return byMarches(problem, setting);
  }),
  /** Random features and networks. */
  rows: async (problem, setting) => (await import("./by-rows.ts")).byRows(problem, setting),
  /** A network whose training was interrupted. */
  resumed: async (problem, setting) => (await import("./by-rows.ts")).byResumedNetwork(problem, setting),
} satisfies Record<string, Method>;

/** A method whose result is assessed. */
function assessedBy(method: Method): Method {
  return async (problem, setting) => {
    const result = await method(problem, setting);
    return result && assessed(problem, setting, result);
  };
}

/** Solves a problem by one method after the other until a result has no warning or is final, and returns the best. */
export async function choose(candidates: readonly Method[], problem: Problem, setting: Setting): Promise<Solution> {
  const results: MethodResult[] = [];
  for (const method of candidates) {
    const result = await method(problem, setting);
    if (!result) continue;
    results.push(result);
    if (result.isFinal || (results.length === 1 && hasNoWarning(result))) break;
  }
  const { solution, words } = results.length === 1 ? results[0]! : await bestOf(problem, setting, results);
  const { say, method, options, spent } = setting;
  say(`taken: ${words}`);
  return solution.reporting({ ...spent(), method, ...(options.signal?.aborted && { status: "aborted" }) });
}

/** The best of several results, of which the last is by random features or networks. */
async function bestOf(problem: Problem, setting: Setting, results: readonly MethodResult[]): Promise<MethodResult> {
  const rows = results.at(-1)!;
  const elements = results.find(({ solution }) => solution.trial.kind === elementKind);
  const compared = elements ? await comparedWithElements(problem, setting, rows, elements.solution) : rows;
  const best = [compared, ...results.slice(0, -1)].reduce((a, b) => (isBetter(b.solution, a.solution) ? b : a));
  if (best !== compared) await discard(rows.solution, setting);
  const unstable = results.find((one) => one.unstable !== undefined)?.unstable;
  const isTiny = best.solution.report.estimate!.relativeL2 <= mostUnstable;
  return unstable === undefined || isTiny ? best : withWarnings(problem, setting, best, { unstable });
}

/** Estimated error above which a solution is not believed whose march shows that small errors grow without measure. */
const mostUnstable = 1e-4;

/** True where a result is to be taken before another one: without a warning, and with the smaller estimated error. */
function isBetter(one: Solution, other: Solution): boolean {
  const [a, b] = [one.report.estimate!, other.report.estimate!];
  if ((a.advice === undefined) !== (b.advice === undefined)) return a.advice === undefined;
  return a.relativeL2 < (Number.isNaN(b.relativeL2) ? Number.POSITIVE_INFINITY : b.relativeL2);
}

/**
 * A result with a warning where elements contradict it. Elements that leave next to nothing and lie elsewhere are a second solution of
 * the equations, as near to the truth as any. A step of Newton's method on elements that moves a solution far shows that small
 * residuals hardly determine it.
 */
async function comparedWithElements(
  problem: Problem,
  setting: Setting,
  result: MethodResult,
  elements: Solution,
): Promise<MethodResult> {
  if (!hasNoWarning(result)) return result;
  const { solution } = result;
  const how = "give it more time, or observations";
  if (elements.report.residual <= solvedByElements) {
    const error = await distance(problem, solution, elements);
    const another = `elements leave as little of the equations with another solution: there are several, or small residuals move it far; ${how}`;
    if (error.unknowns > elsewhere)
      return withWarnings(problem, setting, result, { another }, [{ by: "another solution", error }]);
  }
  const step = await newtonStepFrom(problem, (points) => solution.evaluate(points), setting.options.blas !== "none");
  if (step === undefined || step <= Math.max(farStep, 10 * solution.report.estimate!.relativeL2)) return result;
  const another = `a step of Newton's method on elements moves it by ${percentText(step)}, though it leaves next to nothing: small residuals move it far, as a layer whose place is hardly determined; ${how}`;
  const error = { unknowns: step, each: [], quantities: [] };
  return withWarnings(problem, setting, result, { another }, [{ by: "a step of Newton's method on elements", error }]);
}

/** Residual of elements, beside that of u = 0, and relative distance from which they are another solution. */
const [solvedByElements, elsewhere] = [1e-3, 0.03];
/** Relative length of a step of Newton's method that no solution with a smaller estimate takes. */
const farStep = 1e-3;
