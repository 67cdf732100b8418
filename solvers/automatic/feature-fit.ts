/** One fit of random features, timed. */
import { ConvergenceError, DomainError } from "../../engine/errors.ts";
import { numberText } from "../../engine/text/number.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { type Deadline, OutOfTime } from "../features/deadline.ts";
import { type FeatureFit, type FitOptions, featuresWithin } from "../features/random-features.ts";
import type { NetworkSolution } from "../solution/solution.ts";
import { Solution } from "../solution/solution.ts";
import { networkTrial } from "../solve/network-trial.ts";
import { type Distance, distance } from "./distance.ts";
import { withFoundConstants } from "./method-result.ts";
import type { Setting } from "./setting.ts";
import { boundaryPointsFor, secondsOfFeatures } from "./work.ts";

/** Number of random features and the distribution of their weights. */
export interface FeaturePlan {
  readonly features: number;
  /** Largest weight of a feature in scaled coordinates; the features are shared out among it and its halves. */
  readonly bandwidth: number;
  /** Factor of the weights along every axis. */
  readonly stretch: readonly number[];
}

/** A plan in words. */
export function wordsOf({ features, bandwidth, stretch }: FeaturePlan, { axes }: Problem): string {
  const steep = axes.flatMap((axis, k) => (stretch[k] === 1 ? [] : [`, ${stretch[k]} times along ${axis}`]));
  return `${features} random features, weights to ${numberText(bandwidth, 3)}${steep.join("")}`;
}

/** Options that a fit has beside its plan. */
export type FitSetting = Pick<FitOptions, "residualScale" | "base" | "newtonSteps" | "weights"> & {
  readonly seed: number;
  readonly deadline: Deadline;
  /** True for a trial of its own. @defaultValue true */
  readonly isTrial?: boolean;
};

/** One fit, timed. @throws OutOfTime where there is no time for a first solution */
export async function fitted(
  problem: Problem,
  plan: FeaturePlan,
  setting: Setting,
  fit: FitSetting,
): Promise<NetworkSolution> {
  const { options, threads, speed, onTrial } = setting;
  const { deadline, isTrial = true, ...rest } = fit;
  const scales = [plan.bandwidth];
  while (scales.length < 5 && scales[0]! > 1) scales.unshift(scales[0]! / 2);
  let seen: FeatureFit | undefined;
  const asked: FitOptions = {
    ...{ threads, features: plan.features, scale: scales, stretch: plan.stretch, conditions: "exact", newtonSteps: 10 },
    boundaryPoints: boundaryPointsFor(problem, plan.features),
    ...(options.blas !== undefined && { blas: options.blas }),
    ...(options.clock && { clock: options.clock }),
    ...rest,
  };
  const nominal = secondsOfFeatures(problem, plan.features, options.blas);
  const work = () =>
    featuresWithin(problem, asked, deadline, (found) => {
      seen = found;
    });
  const solution = await speed.timed(nominal, deadline, work);
  const { residual } = solution.report;
  if (seen && isTrial) onTrial({ ...seen, words: wordsOf(plan, problem), seconds: 0, residual });
  return solution;
}

/**
 * The result of random features; undefined where they depend on one another, their rows are not finite, or there is no
 * time for them.
 */
export async function orUndefined<T>(
  work: () => Promise<T>,
  onReason?: (reason: string) => void,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (![DomainError, ConvergenceError, OutOfTime].some((kind) => error instanceof kind)) throw error;
    onReason?.((error as Error).message);
    return undefined;
  }
}

/** A solution with what random features add to it. */
export interface Correction {
  readonly corrected: NetworkSolution;
  /** Size of the correction, relative to the solution. */
  readonly size: Distance;
  /** Residual with it over residual without. */
  readonly residualRatio: number;
}

/** Corrects a solution by random features; undefined where they cannot be had. */
export async function correct(
  problem: Problem,
  base: NetworkSolution,
  plan: FeaturePlan,
  setting: Setting,
  run: Pick<FitSetting, "seed" | "deadline">,
): Promise<Correction | undefined> {
  const known = withKnownConstants(problem, base);
  return orUndefined(async () => {
    const options = { ...run, weights: { observations: 0.01 }, base: known, newtonSteps: 3, isTrial: false };
    const found = await fitted(known.problem, plan, setting, options);
    const corrected = known === base ? found : withConstantsOf(problem, base, found);
    const size = await distance(problem, corrected, base);
    return { corrected, size, residualRatio: corrected.report.residual / base.report.residual };
  });
}

/** A solution whose constants are taken as known. */
function withKnownConstants(problem: Problem, base: NetworkSolution): NetworkSolution {
  const { report, trial, coefficients } = base;
  const { length: found } = Object.keys(report.constants);
  if (found === 0) return base;
  const known = withFoundConstants(problem, base);
  const own = coefficients.slice(0, coefficients.length - found);
  return new Solution(known, networkTrial(known, trial.network, own, report.conditions), { ...report, constants: {} });
}

/** A correction of a solution whose constants were taken as known, with these constants. */
function withConstantsOf(
  problem: Problem,
  { coefficients, report }: NetworkSolution,
  found: NetworkSolution,
): NetworkSolution {
  const constants = coefficients.slice(coefficients.length - Object.keys(problem.trainable).length);
  const all = Float64Array.from([...found.coefficients, ...constants]);
  const trial = networkTrial(problem, found.trial.network, all, found.report.conditions);
  return new Solution(problem, trial, { ...found.report, constants: report.constants });
}
