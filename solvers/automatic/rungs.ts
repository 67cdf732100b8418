/** Marches on finer and finer meshes: the best of them as a solution, and the estimate of its error by the others. */
import { numberText } from "../../engine/text/number.ts";
import type { Pieces, Problem } from "../../equations/problem/index.ts";
import { piecewiseTrial } from "../solution/piecewise-trial.ts";
import { Solution, type SolutionReport } from "../solution/solution.ts";
import { doubtful } from "./assessment.ts";
import { type Comparison, combined, comparisonPoints, distance } from "./distance.ts";
import type { MethodResult } from "./method-result.ts";
import type { Setting } from "./setting.ts";

/** Relative error that needs no improvement. */
const defaultTolerance = 1e-9;
/** Points at which meshes are compared. */
const compared = 2048;
/** Bounds of the ratio of the errors of two marches in turn. */
const [leastRatio, mostRatio] = [0.15, 0.8];
/** Part of a change that the differences of two orders, summed over steps, explain where steps count beside meshes. */
const bySteps = 0.15;
/** Order in time where what boundaries prescribe lowers it. */
const leastOrder = 2;
/** The ratio that is thought of where a march was cut off. */
const mostOfEnded = 0.6;
/** Error of a march that is compared with no other: at least, and beside what its rows leave. */
const [leastAlone, timesLeft] = [0.1, 3];
/** Share of the time that a march on a finer mesh must have come to be compared with. */
const comparable = 0.3;

/** A march. */
export interface Rung {
  readonly pieces: Pieces;
  /** The moment to which it came, and why no farther. */
  readonly until: number;
  readonly ended: "time" | "collapse" | undefined;
  readonly steps: number;
  /** Tolerance of a step, and the largest error of one. */
  readonly tolerance: number;
  readonly error: number;
  /** Share that it leaves. */
  readonly left: number;
}

/** Marches of one problem, compared with one another. */
export class Rungs {
  readonly #problem: Problem;
  readonly #setting: Setting;

  constructor(problem: Problem, setting: Setting) {
    [this.#problem, this.#setting] = [problem, setting];
  }

  /** True where the error of the finer march is within what was asked for. */
  async isEnough(coarse: Rung, fine: Rung): Promise<boolean> {
    return (await this.#errorOf(coarse, fine)).unknowns <= this.#goal;
  }

  /** The best march, undefined where none has a step. */
  async result(rungs: readonly Rung[]): Promise<MethodResult | undefined> {
    const problem = this.#problem;
    const last = rungs.at(-1)!;
    const best = rungs.findLast(({ ended }) => ended === undefined) ?? last;
    const [begin, end] = problem.bounds[problem.time!]!;
    if (best.steps === 0) return undefined;
    const isChecked = last !== best && (last.until - begin) / (end - begin) >= comparable;
    const [coarse, fine] = isChecked ? [best, last] : [rungs.at(rungs.indexOf(best) - 1)!, best];
    const error = rungs.length > 1 && coarse !== fine ? await this.#errorOf(coarse, fine) : undefined;
    const solution = this.#solutionOf(best).reporting({
      ...{ steps: best.steps, rounds: rungs.length, residual: best.left, scale: 1 },
    });
    const most = Math.max(best.ended ? 1 : leastAlone, timesLeft * best.left);
    const rough = {
      unknowns: most,
      each: problem.unknowns.map(() => most),
      quantities: problem.quantities.map(() => most),
    };
    const isGood = error !== undefined && error.unknowns <= doubtful && best.ended === undefined;
    const collapsed = last.ended === "collapse" && last === best;
    return {
      solution,
      words: solution.trial.words ?? "the march on elements",
      evidence: {
        compared: [error ? { by: "a march on a coarser mesh", error } : { by: "what its rows leave", error: rough }],
        known: [{ by: "the difference of two orders in its steps", share: best.error }],
        warnings: {
          ended:
            best.ended &&
            (collapsed
              ? `its steps shrink to nothing at t = ${numberText(last.until, 4)}: it has no solution beyond`
              : `there was time up to t = ${numberText(last.until, 4)}`),
        },
        more: "give it more time",
        ended: isGood && error.unknowns <= this.#goal ? "converged" : "budget",
      },
      isFinal: isGood,
    };
  }

  get #goal(): number {
    return this.#setting.budget.tolerance ?? defaultTolerance;
  }

  #solutionOf({ pieces }: Rung): Solution {
    const problem = this.#problem;
    const bare: SolutionReport = {
      ...{ ...this.#setting.spent(), status: "budget", steps: 0, rounds: 0, residual: 0, scale: 1 },
      ...{ conditions: "penalty", exactConditions: [], constants: {} },
      penalizedConditions: problem.conditions.map(({ text }) => text),
    };
    return new Solution(problem, piecewiseTrial(problem, pieces), bare);
  }

  async #errorOf(coarse: Rung, fine: Rung) {
    const problem = this.#problem;
    const found = await distance(
      problem,
      this.#solutionOf(fine),
      this.#solutionOf(coarse),
      pointsUntil(problem, Math.min(coarse.until, fine.until)),
    );
    const ratio = ratioOfErrors(coarse, fine, found.unknowns);
    // They differ by the error of the coarse one without that of the fine one.
    const share = fine.ended ? 1 / (1 - ratio) : ratio / (1 - ratio);
    return combined([found], ([size]) => share * size!);
  }
}

/**
 * The error of a march beside that of the one before: by the tolerance of steps and by what meshes leave, and where steps
 * explain a part of the change, by their number. Of a march that was cut off the number is not known.
 */
function ratioOfErrors(coarse: Rung, fine: Rung, change: number): number {
  if (fine.ended) return mostOfEnded;
  const isOfSteps = fine.steps * fine.error > bySteps * change;
  const ratio = Math.max(
    fine.tolerance / coarse.tolerance,
    fine.left / coarse.left,
    isOfSteps ? (coarse.steps / fine.steps) ** leastOrder : 0,
  );
  return Math.min(mostRatio, Math.max(leastRatio, ratio));
}

/** Points up to the moment that both marches reached. */
function pointsUntil(problem: Problem, until: number): Comparison {
  const even = comparisonPoints(problem, compared);
  const [begin, end] = problem.bounds[problem.time!]!;
  if (until >= end) return even;
  const d = problem.axes.length;
  const points = even.points.slice(0, even.points.length - (even.last ?? 0) * d);
  const share = (until - begin) / (end - begin);
  return { points: points.map((v, i) => (i % d === problem.time ? begin + share * (v - begin) : v)) };
}
