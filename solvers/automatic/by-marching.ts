/** Problems in time that a classical method can march: their solution, and the estimate of its error. */
import { DomainError } from "../../engine/errors.ts";
import { percentText } from "../../engine/text/number.ts";
import { domainOf } from "../../equations/domain/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { type MarchResult, march, marchable, type Refused } from "../marching/march.ts";
import { type MarchedField, marchPieces } from "../marching/marched-field.ts";
import { piecewiseTrial } from "../solve/piecewise-trial.ts";
import type { ErrorEstimate, SolutionReport } from "../solve/solution.ts";
import { Solution } from "../solve/solution.ts";
import { type Comparison, type Distance, distance, evenPoints, together } from "./distance.ts";
import { doubtful, wordsOf } from "./estimate.ts";
import type { Setting } from "./setting.ts";
import { shockIn } from "./shocks.ts";
import { illPosed, mayBeZero, openWarning } from "./warnings.ts";

/** Relative error that needs no improvement. */
const enough = 1e-9;
/** Shares of the budget for a march: a good one, and one with an error above which it is doubtful. */
const [shareOfGood, shareOfPoor] = [0.9, 0.6];
/** Growth of small errors from which on it is they that make a poor march. */
const unstable = 1e6;
/** Share of the time up to which a march that no step continues has come to nothing. */
const nowhere = 1e-3;
/** Quasi-uniform points at which marches are compared: in a plane each value is a sum of more. */
const comparedFor = ({ space }: MarchedField) => (space.length > 1 ? 1024 : 4096);

/** A march. */
export interface MarchCandidate {
  readonly solution: Solution;
  /** True where no other method needs to be tried. */
  readonly enough: boolean;
  /** Why it is poor for every method, where small errors grow that much, in words. */
  readonly unstable?: string;
}

/**
 * Marches a problem; undefined where that cannot be done.
 *
 * @param poor - share of the budget for a march with an error above which it is doubtful
 */
export async function byMarching(
  problem: Problem,
  setting: Setting,
  poor = shareOfPoor,
): Promise<MarchCandidate | undefined> {
  const { work, speed, say, options, budget } = setting;
  const tolerance = budget.tolerance ?? enough;
  const isOver = (error: number | undefined) =>
    options.signal?.aborted === true || speed.share() > (error !== undefined && error <= doubtful ? shareOfGood : poor);
  const reason = marchable(problem);
  const result: MarchResult | Refused =
    reason === undefined
      ? march(problem, { tolerance, seconds: shareOfGood * work, isOver, blas: options.blas !== "none" })
      : { refused: reason };
  if ("refused" in result) {
    if (result.isContradiction) throw new DomainError(`solve: ${result.refused}`);
    if (problem.time !== undefined) say(`not marched: ${result.refused}`);
    return undefined;
  }
  const { field, coarse, left, least, ended, warning, growth, isStuck, method, steps, rungs, residual, scale } = result;
  for (const line of method) say(line);
  const { low, high } = domainOf(problem.domain);
  const [start, finish] = [low[field.time]!, high[field.time]!];
  if (ended !== undefined && field.until - start < nowhere * (finish - start)) {
    say(`not marched: ${ended}`);
    return undefined;
  }
  const bare: SolutionReport = {
    ...{ status: "budget", seconds: 0, steps, rounds: rungs, residual, scale, conditions: "exact" },
    ...{ exactConditions: problem.conditions.map(({ text }) => text), penalizedConditions: [], constants: {} },
  };
  const solution = new Solution(problem, piecewiseTrial(problem, marchPieces(problem, field)), bare);
  const other = new Solution(problem, piecewiseTrial(problem, marchPieces(problem, coarse)), bare);
  const difference = await distance(problem, solution, other, comparison(problem, field, coarse));
  const apart = together([difference], ([size]) => Math.max(least, left * size!));
  const cause = growth !== undefined && growth > unstable ? grown(growth) : isStuck ? stuck : "give it more time";
  const estimate = await estimateOf(solution, apart, { known: ended ?? warning, cause });
  const isGood = apart.unknowns <= doubtful;
  const status = estimate.advice !== undefined ? "doubtful" : apart.unknowns <= tolerance ? "converged" : "budget";
  return {
    solution: solution.reporting({ status, estimate }),
    enough: isGood || (ended ?? warning) !== undefined,
    ...(!isGood && growth !== undefined && growth > unstable && { unstable: grown(growth) }),
  };
}

/** Why finer marches do not come closer, and what to do. */
const stuck =
  "finer marches do not come closer to one another: it may have no smooth solution, or something narrower than cells and steps; look at the text, or give it much more time";
const grown = (growth: number): string =>
  `small errors grow about 1e${Math.round(Math.log10(growth))} times, those of rounding too, so that finer steps help little: ask for less time, or give a condition at the end in place of one at the start`;

/** Points at which a march is compared with another one: as many in the time that this one reached, where it came less far. */
function comparison(problem: Problem, field: MarchedField, { until, time }: MarchedField): Comparison {
  const even = evenPoints(problem, comparedFor(field));
  if (until >= field.until) return even;
  const { points, last = 0 } = even;
  const d = problem.axes.length;
  const [begin, end] = problem.bounds[time]!;
  const share = (until - begin) / (end - begin);
  return {
    points: points.slice(0, points.length - last * d).map((v, i) => (i % d === time ? begin + share * (v - begin) : v)),
  };
}

async function estimateOf(
  solution: Solution,
  { unknowns, each, gradient, quantities, end }: Distance,
  { known, cause }: { readonly known: string | undefined; readonly cause: string },
): Promise<ErrorEstimate> {
  const { problem } = solution;
  const own = problem.unknowns.map((name, k) => [name, each[k]!] as const);
  const asked = problem.quantities.map(({ name }, k) => [name, quantities[k]!] as const);
  const shock = await shockIn(solution);
  const advice = known ?? (await openWarning(problem, solution)) ?? illPosed(problem) ?? shock?.words ?? (await poor());
  return {
    relativeL2: Math.max(unknowns, shock?.share ?? 0),
    ...(own.length > 1 && { unknowns: Object.fromEntries(own) }),
    ...(asked.length > 0 && { quantities: Object.fromEntries(asked) }),
    gradient,
    ...(end !== undefined && Number.isFinite(end) && { end }),
    by: "a coarser march",
    ...(advice !== undefined && { advice }),
  };

  async function poor(): Promise<string | undefined> {
    if (unknowns > doubtful) return `its error is estimated at ${percentText(unknowns)}; ${cause}`;
    for (const [k, one] of [...own, ...asked].entries())
      if (!(one[1] <= doubtful) && !(k < own.length && own.length > 1 && (await mayBeZero(solution, k, unknowns))))
        return `${wordsOf(one)}; ${cause}`;
    return undefined;
  }
}
