/** How far off windows of time are, and a better solution where one of them failed. */
import type { Problem } from "../problem/problem.ts";
import type { MarchedSolution } from "../solve/marched-solution.ts";
import { type Distance, distance, scaled } from "./distance.ts";
import { type FeaturePlan, type FeatureRun, marchWithFeatures, type Solved } from "./feature-solve.ts";
import { unlessUnsolvable } from "./trust.ts";
import { seedOfStart } from "./work.ts";

/** Share of the residual below which what was corrected takes the place of the solution. */
const muchLess = 0.1;
/** Most corrections, each of the one before. */
const mostCorrections = 2;

/** A solution in windows, with what is known of its error: the size of a correction, relative to it. */
export interface JudgedWindows {
  readonly solution: MarchedSolution;
  readonly correction?: { readonly size: Distance };
}

/** Residual over that of a march up to which another solution is looked at. */
const mostBeside = 10;

/**
 * Corrects windows of time one after the other, each from the corrected end of the one before: what is added is the error with all that the equations make of it on
 * the way. A second solution does not tell of it where both fail in the same window. Where the correction leaves far less of the residual, a window had failed: then it
 * is the solution, and corrected once more.
 *
 * @param plan - of the features of a correction; its windows are those of the solution
 * @returns the solution alone where there is no time
 */
export async function judgeWindows(
  problem: Problem,
  solution: MarchedSolution,
  plan: FeaturePlan,
  run: FeatureRun,
): Promise<JudgedWindows> {
  let judged: JudgedWindows = { solution };
  for (let k = 0; k < mostCorrections; k++) {
    const base = judged.solution;
    // What is added on top is no trial of its own.
    const draw = { ...run, onTrial: undefined, seed: seedOfStart(run.seed, k) };
    const corrected = await unlessUnsolvable(() => marchWithFeatures(problem, plan, draw, base));
    if (corrected === undefined) break;
    const left = corrected.report.residual / base.report.residual;
    const correction = { size: scaled(await distance(problem, corrected, base), ownShare(problem, left)) };
    const better = left < muchLess;
    judged = { solution: better ? corrected : base, correction };
    if (!better) break;
  }
  return judged;
}

/**
 * Where fewer features leave more in space than there was, a part of what they add is their own error: the mean of orders of magnitude was right most often. Without
 * space they do not, and what is added is what the windows before made of theirs.
 */
export const ownShare = ({ axes }: Problem, left: number): number =>
  axes.length === 1 ? 1 : Math.min(1, 1 / Math.sqrt(left));

/**
 * Whether a solution of all of time counts beside the correction of a march: where it leaves ten times what the march leaves at most. A correction that can lower no residual
 * sees nothing of the error, and says that it is small.
 */
export const isRival = (whole: Solved, march: Solved): boolean =>
  whole.report.residual <= mostBeside * march.report.residual;
