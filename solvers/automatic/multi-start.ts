/** Constants to be found from other starts than the guesses: the observations may have more than one minimum. */
import type { Deadline } from "../features/deadline.ts";
import { featuresWithin } from "../features/random-features.ts";
import type { Problem } from "../problem/problem.ts";
import type { Solution } from "../solve/solution.ts";
import { valuesOfConstants } from "./feature-contest.ts";
import { type FeaturePlan, type FeatureRun, optionsOf } from "./feature-solve.ts";
import { unlessUnsolvable } from "./trust.ts";

/** Starts at most. */
const count = 8;

/** What a multiStart ends with. */
export interface MultiStart {
  readonly solution: Solution;
  /** Other constants that fit as well. */
  readonly alternative?: Readonly<Record<string, number>> | undefined;
}

/**
 * The solution of the best start among those that there is time for, by the features of a plan; undefined where there is time for none.
 *
 * @param found - with the constants that the guesses led to
 * @param pace - of the starts
 */
export async function multiStart(
  problem: Problem,
  plan: FeaturePlan,
  found: Solution,
  run: FeatureRun,
  pace: Deadline,
): Promise<MultiStart | undefined> {
  let alternative: MultiStart["alternative"];
  const options = {
    ...optionsOf(problem, plan, run),
    ...{ guesses: valuesOfConstants(found), residualScale: found.report.scale, starts: { count, pace } },
    onAlternative(constants: MultiStart["alternative"]) {
      alternative = constants;
    },
  };
  // Not timed, since it takes as long as it may.
  const solution = await unlessUnsolvable(() => featuresWithin(problem, options, run.pace));
  return solution && { solution, alternative };
}
