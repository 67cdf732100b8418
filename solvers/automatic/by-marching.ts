/** Problems in time that a classical method can march: their solution, and the estimate of its error. */
import { DomainError } from "../../engine/errors.ts";
import { domainOf } from "../../equations/domain/index.ts";
import { nodesOf, spaceAxes } from "../../equations/expression/index.ts";
import { dependsOnUnknowns, type Problem } from "../../equations/problem/index.ts";
import { type MarchResult, march, marchable, type Refused } from "../marching/march.ts";
import { type MarchedField, marchPieces } from "../marching/marched-field.ts";
import { piecewiseTrial } from "../solution/piecewise-trial.ts";
import type { SolutionReport } from "../solution/solution.ts";
import { Solution } from "../solution/solution.ts";
import { doubtful } from "./assessment.ts";
import { type Comparison, combined, comparisonPoints, distance } from "./distance.ts";
import { type MethodResult, moreForHidden } from "./method-result.ts";
import type { Setting } from "./setting.ts";
import { steepens } from "./shocks.ts";

/** Relative error that needs no improvement. */
const defaultTolerance = 1e-9;
/** Shares of the budget for a march: a good one, and one with an error above which it is doubtful, after what is used. */
const [shareOfGood, shareOfPoor] = [0.9, 0.6];
/** Growth of small errors from which on it is they that make a poor march. */
const unstable = 1e6;
/** Estimated error of another method above which it is not believed where a march is unstable. */
const mostUnstable = 1e-4;
/** Share of the time up to which a march that no step continues has come to nothing. */
const nowhere = 1e-3;
/** Quasi-uniform points at which marches are compared, by axes of space: in a plane each value is a sum of more. */
const compared = [4096, 2048, 1024];
/** The first of them by which a march goes on or ends. */
const comparedWithin = 1024;
/** The same: without space so many in each step, as far as they are few. */
const comparedFor = ({ space: { length }, steps }: MarchedField): number =>
  length > 0 ? compared[length]! : Math.min(compared[0]!, 2 ** Math.ceil(Math.log2(comparedInStep * steps.length)));
/**
 * These: where errors are narrow others say less, and a march would end before its error is small enough. Undefined
 * without space.
 */
function comparedInSpace(problem: Problem): Float64Array | undefined {
  const { length } = spaceAxes(problem);
  return length === 0
    ? undefined
    : comparisonPoints(problem, compared[length]!).points.subarray(0, comparedWithin * problem.axes.length);
}
const comparedInStep = 64;

/**
 * Marches a problem; undefined where that cannot be done.
 *
 * @param poor - share of the budget up to which a march with an error above which it is doubtful goes on
 */
export async function byMarching(
  problem: Problem,
  setting: Setting,
  poor = Math.min(shareOfGood, shareOfPoor + setting.speed.share()),
): Promise<MethodResult | undefined> {
  const { work, speed, say, options, budget } = setting;
  const tolerance = budget.tolerance ?? defaultTolerance;
  const isOver = (error: number | undefined) =>
    options.signal?.aborted === true || speed.share() > (error !== undefined && error <= doubtful ? shareOfGood : poor);
  const reason = marchable(problem);
  const result: MarchResult | Refused =
    reason === undefined
      ? march(problem, {
          ...{ tolerance, seconds: shareOfGood * work, isOver, blas: options.blas !== "none" },
          points: comparedInSpace(problem),
        })
      : { refused: reason };
  if ("refused" in result) {
    if (result.isContradiction) throw new DomainError(`solve: ${result.refused}`);
    const asks = [...nodesOf(problem.equations)].some((e) => e.kind === "elsewhere" && dependsOnUnknowns(e));
    if (asks) {
      const way = 'say what was before the start as a condition, "u = 1 for t < 0", and ask for no later times';
      throw new DomainError(
        `solve: delays that depend on unknowns can only be marched, and this is not: ${result.refused}; ${way}`,
      );
    }
    if (problem.time !== undefined) say(`not marched: ${result.refused}`);
    return undefined;
  }
  const { field, coarse, share, least, ended, warning, growth, method, steps, rungs, residual, scale } = result;
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
  const error = combined([difference], ([size]) => Math.max(least, share * size!));
  if (ended === undefined && !Number.isFinite(error.unknowns)) {
    say("not marched: its values do not stay finite");
    return undefined;
  }
  const isGood = error.unknowns <= doubtful;
  const words = growth !== undefined && growth > unstable ? grown(growth) : undefined;
  return {
    solution,
    words: "the march",
    evidence: {
      compared: [{ by: "a coarser march", error }],
      warnings: { ended, start: warning, ...(!isGood && { unstable: words }) },
      more: result.hasHidden ? moreForHidden : (words ?? moreFor(result)),
      ended: error.unknowns <= defaultTolerance ? "converged" : "budget",
    },
    // A shock ends a march, and not the solution of a conservation law.
    isFinal: (isGood || (ended ?? warning) !== undefined) && !steepens(problem),
    ...(!isGood &&
      words !== undefined && {
        objection: async ({ report }) =>
          report.estimate!.relativeL2 <= mostUnstable ? undefined : { warnings: { unstable: words } },
      }),
  };
}

/** Advice for a smaller error, by what keeps a march from it. */
const moreFor = ({ isStuck, isOutOfTime }: MarchResult): string =>
  isStuck ? stuck : isOutOfTime ? "give it more time" : finest;
const finest =
  "no finer march comes to the end, so that time does not help: look at its start, and at places where coefficients jump or vanish";
const stuck =
  "finer marches do not come closer to one another: it may have no smooth solution, or something narrower than cells and steps; look at the text, or give it much more time";
const grown = (growth: number): string =>
  `small errors grow about 1e${Math.round(Math.log10(growth))} times, those of rounding too, so that finer steps help little: ask for less time, or give a condition at the end in place of one at the start`;

/**
 * Points at which a march is compared with another one: as many in the time that this one reached, where it came less
 * far.
 */
function comparison(problem: Problem, field: MarchedField, { until, time }: MarchedField): Comparison {
  const even = comparisonPoints(problem, comparedFor(field));
  if (until >= field.until) return even;
  const { points, last = 0 } = even;
  const d = problem.axes.length;
  const [begin, end] = problem.bounds[time]!;
  const share = (until - begin) / (end - begin);
  return {
    points: points.slice(0, points.length - last * d).map((v, i) => (i % d === time ? begin + share * (v - begin) : v)),
  };
}
