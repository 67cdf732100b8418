/** Random features on top of a solution. */
import type { Problem } from "../problem/problem.ts";
import { Solution } from "../solve/solution.ts";
import { type Distance, distance } from "./distance.ts";
import { type FeaturePlan, type FitSetting, fitted, unlessUnsolvable } from "./feature-fit.ts";
import type { Setting } from "./setting.ts";

/** A solution with what random features add to it. */
export interface Correction {
  readonly corrected: Solution;
  /** Size of the correction, relative to the solution. */
  readonly size: Distance;
  /** Residual with it over residual without. */
  readonly left: number;
}

/** Corrects a solution by random features; undefined where they cannot be had. */
export async function correct(
  problem: Problem,
  base: Solution,
  plan: FeaturePlan,
  setting: Setting,
  run: Pick<FitSetting, "seed" | "deadline">,
): Promise<Correction | undefined> {
  const known = withFoundConstants(problem, base);
  return unlessUnsolvable(async () => {
    const options = { ...run, weights: { observations: 0.01 }, base: known, newtonSteps: 3, isTrial: false };
    const found = await fitted(known.problem, plan, setting, options);
    const corrected = known === base ? found : withConstantsOf(problem, base, found);
    const size = await distance(problem, corrected, base);
    return { corrected, size, left: corrected.report.residual / base.report.residual };
  });
}

/** A solution whose constants are taken as known. */
function withFoundConstants(problem: Problem, base: Solution): Solution {
  const found = Object.entries(base.report.constants).map(([name, { value }]) => [name, value] as const);
  if (found.length === 0) return base;
  const constants = { ...problem.constants, ...Object.fromEntries(found) };
  const theta = base.theta.slice(0, base.theta.length - found.length);
  return new Solution({ ...problem, constants, trainable: {} }, base.network, theta, { ...base.report, constants: {} });
}

/** A correction of a solution whose constants were taken as known, with these constants. */
function withConstantsOf(problem: Problem, { theta, report }: Solution, found: Solution): Solution {
  const constants = theta.slice(theta.length - Object.keys(problem.trainable).length);
  const all = Float64Array.from([...found.theta, ...constants]);
  return new Solution(problem, found.network, all, { ...found.report, constants: report.constants });
}
