/**
 * The choice of method, in order:
 *
 * 1. flows in a plane, steady or in time, in shapes of straight walls along the axes and round holes: mixed elements;
 * 2. conservation laws whose start jumps, on a line or in a rectangle: finite volumes;
 * 3. problems on three axes of space, waves and linear transport in a plane, and long ones on a line, in boxes that stand
 * together, and those of second order in a rectangle, steady or in time: spectral elements; steady ones on three axes in
 * shapes with round parts: curved elements;
 * 4. other steady problems on one or two axes, and what stays rough in a rectangle: elements;
 * 5. initial value problems without space, on a line, and what stays rough in a rectangle: time marching, again for each
 * trial of constants to be found;
 * 6. initial value problems on shapes in the plane: marching on elements; in round shapes on three axes: on curved elements;
 * 7. conservation laws in which a march met a shock: finite volumes;
 * 8. others, on up to four axes: random features, more of them while the residual falls;
 * 9. more axes, or features that leave much, or a warning: networks.
 *
 * A good result ends the choice. Else the next method has the rest of the budget, and in the end the result without a
 * warning and with the smallest estimated error is taken.
 */
import { ConvergenceError } from "../../engine/errors.ts";
import { spaceAxes } from "../../equations/expression/index.ts";
import { isSlanted, type Problem } from "../../equations/problem/index.ts";
import type { Solution } from "../solution/solution.ts";
import { seeksConstants } from "./constants.ts";
import { assessed, discard, hasNoWarning, type MethodResult, withWarnings } from "./method-result.ts";
import { withSecondSolutions } from "./second-solutions.ts";
import { type Setting, settingOf } from "./setting.ts";

/** A method: its result with estimate and status; undefined where it cannot solve a problem. */
export type Method = (problem: Problem, setting: Setting) => Promise<MethodResult | undefined>;

/** The methods; what one of them needs is loaded where it runs. */
export const methods = {
  flows: assessedBy(async (problem, setting) => {
    if (problem.unknowns.length < 3 || spaceAxes(problem).length !== 2) return undefined;
    return problem.time === undefined
      ? (await import("./by-flows.ts")).byFlows(problem, setting)
      : (await import("./by-flow-march.ts")).byFlowMarch(problem, setting);
  }),
  elements: assessedBy(async (problem, setting) =>
    problem.time === undefined || problem.observations.length > 0
      ? (await import("./by-elements.ts")).byElements(problem, setting)
      : undefined,
  ),
  /** Methods that keep a flux that jumps: elements on two axes, spectral elements on more, and curved elements at round surfaces, also in time. */
  fluxes: assessedBy(async (problem, setting) => {
    const isCut = problem.fluxes?.some(isSlanted);
    const result =
      isCut && problem.time !== undefined
        ? await (await import("./by-curved-march.ts")).byCurvedMarch(problem, setting)
        : problem.axes.length > 2 || isCut
          ? await (await import("./by-spectral.ts")).bySpectralElements(problem, setting)
          : await (await import("./by-elements.ts")).byElements(problem, setting);
    if (result) return result;
    const why = setting.method.at(-1);
    const way = "take a smooth step, such as (1 + tanh(s/w))/2, in the place of the jump";
    throw new ConvergenceError(
      `solve: elements alone keep a flux that jumps, and found no solution${why ? ` (${why})` : ""}; ${way}`,
      "refused",
    );
  }),
  spectral: assessedBy(async (problem, setting) =>
    problem.axes.length > 1 ? (await import("./by-spectral.ts")).bySpectralElements(problem, setting) : undefined,
  ),
  march: assessedBy(async (problem, setting) => {
    if (seeksConstants(problem)) return (await import("./marched-constants.ts")).byMarchedConstants(problem, setting);
    return (await import("./by-marching.ts")).byMarching(problem, setting);
  }),
  evolution: assessedBy(async (problem, setting) => {
    if (!mayJump(problem)) return undefined;
    return spaceAxes(problem).length < 3
      ? (await import("./by-evolution.ts")).byEvolution(problem, setting)
      : (await import("./by-curved-march.ts")).byCurvedMarch(problem, setting);
  }),
  /** Finite volumes where the start of a conservation law jumps. */
  volumesAtJumps: assessedBy(async (problem, setting) =>
    mayJump(problem) ? (await import("./by-volumes.ts")).byVolumesAtJumps(problem, setting) : undefined,
  ),
  /** Finite volumes where a march has met a shock. */
  volumesAtShocks: assessedBy(async (problem, setting) =>
    mayJump(problem) ? (await import("./by-volumes.ts")).byVolumesAtShocks(problem, setting) : undefined,
  ),
  /** Random features and networks. */
  rows: async (problem, setting) => (await import("./by-rows.ts")).byRows(problem, setting),
  /** A network whose training was interrupted. */
  resumed: async (problem, setting) => (await import("./by-rows.ts")).byResumedNetwork(problem, setting),
} satisfies Record<string, Method>;

/** True for evolutions in space. */
const mayJump = ({ time, axes }: Problem): boolean => time !== undefined && axes.length > 1;

/** A method whose result is assessed. */
function assessedBy(method: Method): Method {
  return async (problem, setting) => {
    const result = await method(problem, setting);
    return result && assessed(problem, setting, result);
  };
}

/** Solves a problem by one method after the other, and returns the best solution, with what its data are off. */
export async function choose(candidates: readonly Method[], problem: Problem, setting: Setting): Promise<Solution> {
  const best = await bestResult(candidates, problem, setting);
  const { solution, words } = await withSecondSolutions(problem, setting, best, async (other, budget) => {
    const { runs: _, onProgress: _progress, onTrial: _trial, ...rest } = setting.options;
    return (await bestResult(candidates, other, settingOf({ ...rest, budget }))).solution;
  });
  const { say, method, options, spent } = setting;
  say(`taken: ${words}`);
  return solution.reporting({ ...spent(), method, ...(options.signal?.aborted && { status: "aborted" }) });
}

/** Share of the budget from which on no other method begins where there is a solution. */
const mostUsed = 0.85;

/** The best of the results of methods, until one has no warning or is final. */
async function bestResult(candidates: readonly Method[], problem: Problem, setting: Setting): Promise<MethodResult> {
  const results: MethodResult[] = [];
  for (const method of candidates) {
    // What is left then would not do for another method's preparations.
    if (results.length > 0 && setting.speed.share() > mostUsed) break;
    const result = await method(problem, setting);
    if (!result) continue;
    results.push(result);
    if (result.isFinal || (!result.isRough && hasNoWarning(result))) break;
  }
  return results.length === 1 ? results[0]! : bestOf(problem, setting, results);
}

/**
 * The best of several results. What methods before object to in the last one, by random features or networks, counts
 * first.
 */
async function bestOf(problem: Problem, setting: Setting, results: readonly MethodResult[]): Promise<MethodResult> {
  const rows = results.at(-1)!;
  let last = rows;
  for (const { objection } of results.slice(0, -1)) {
    const found = await objection?.(last.solution);
    if (found) last = withWarnings(problem, setting, last, found);
  }
  const best = [last, ...results.slice(0, -1)].reduce((a, b) => (isBetter(b.solution, a.solution) ? b : a));
  if (best !== last) await discard(rows.solution, setting);
  return best;
}

/** True where a result is to be taken before another one: without a warning, and with the smaller estimated error. */
function isBetter(one: Solution, other: Solution): boolean {
  const [a, b] = [one.report.estimate!, other.report.estimate!];
  if ((a.advice === undefined) !== (b.advice === undefined)) return a.advice === undefined;
  return a.relativeL2 < (Number.isNaN(b.relativeL2) ? Number.POSITIVE_INFINITY : b.relativeL2);
}
