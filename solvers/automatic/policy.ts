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
type Method = (problem: Problem, setting: Setting) => Promise<MethodResult | undefined>;

/**
 * Solves a problem by the method that suits it.
 *
 * @param rowsOnly - by random features and networks alone, which have ONNX models
 */
export async function choose(problem: Problem, setting: Setting, rowsOnly = false): Promise<Solution> {
  const methods: readonly Method[] = rowsOnly ? [atPoints] : [onElements, inTime, atPoints];
  const tried: MethodResult[] = [];
  for (const method of methods) {
    const result = await method(problem, setting);
    if (!result) continue;
    tried.push(result);
    if (result.isFinal || (tried.length === 1 && hasNoWarning(result))) break;
  }
  return taken(setting, tried.length === 1 ? tried[0]! : await bestOf(problem, setting, tried));
}

/** Elements, with estimate and status. */
async function onElements(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
  const result = await byElements(problem, setting);
  return result && assessed(problem, setting, result);
}

/** Marches, with constants to be found where there are some: what these need is loaded where it is asked for. */
async function inTime(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
  const march = seeksConstants(problem) ? (await import("./marched-constants.ts")).byMarchedConstants : byMarching;
  const result = await march(problem, setting);
  return result && assessed(problem, setting, result);
}

/** Random features and networks: what they need is loaded where it is asked for. */
async function atPoints(problem: Problem, setting: Setting): Promise<MethodResult> {
  const { byRows } = await import("./by-rows.ts");
  return byRows(problem, setting);
}

/** The best of several results, of which the last is by random features or networks. */
async function bestOf(problem: Problem, setting: Setting, tried: readonly MethodResult[]): Promise<MethodResult> {
  const rows = tried.at(-1)!;
  const elements = tried.find(({ solution }) => solution.trial.kind === elementKind);
  const beside = elements ? await besideElements(problem, setting, rows, elements.solution) : rows;
  const best = [beside, ...tried.slice(0, -1)].reduce((a, b) => (isBetter(b.solution, a.solution) ? b : a));
  if (best !== beside) await discard(rows.solution, setting);
  const unstable = tried.find((one) => one.unstable !== undefined)?.unstable;
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

/** Elements that leave next to nothing and lie elsewhere are a second solution of the equations, as near to the truth as any; a step of theirs that moves a solution far shows that it is hardly determined. */
async function besideElements<F extends MethodResult>(
  problem: Problem,
  setting: Setting,
  found: F,
  elements: Solution,
): Promise<F> {
  if (!hasNoWarning(found)) return found;
  const { solution } = found;
  const how = "give it more time, or observations";
  if (elements.report.residual <= solvedByElements) {
    const error = await distance(problem, solution, elements);
    const another = `elements leave as little of the equations with another solution: there are several, or small residuals move it far; ${how}`;
    if (error.unknowns > elsewhere)
      return withWarnings(problem, setting, found, { another }, [{ by: "another solution", error }]);
  }
  const step = await newtonStepFrom(problem, (points) => solution.evaluate(points), setting.options.blas !== "none");
  if (step === undefined || step <= Math.max(farStep, 10 * solution.report.estimate!.relativeL2)) return found;
  const another = `a step of Newton's method on elements moves it by ${percentText(step)}, though it leaves next to nothing: small residuals move it far, as a layer whose place is hardly determined; ${how}`;
  const error = { unknowns: step, each: [], quantities: [] };
  return withWarnings(problem, setting, found, { another }, [{ by: "a step of Newton's method on elements", error }]);
}

/** Residual of elements, beside that of u = 0, and relative distance from which they are another solution. */
const [solvedByElements, elsewhere] = [1e-3, 0.03];
/** Relative length of a step of Newton's method that no solution with a smaller estimate takes. */
const farStep = 1e-3;

/** A result as that of the choice. */
export function taken<S extends Solution>({ say, method, options, spent }: Setting, found: MethodResult<S>): S {
  say(`taken: ${found.words}`);
  return found.solution.reporting({
    ...{ ...spent(), method },
    ...(options.signal?.aborted && { status: "aborted" }),
  }) as S;
}
