/** The stages of an automatic solve: features first, since they are cheap; networks where those do not reach. */
import type { Problem } from "../problem/problem.ts";
import type { SolveOptions } from "../solve/options.ts";
import { Solution } from "../solve/solution.ts";
import type { Budget } from "../solve/training.ts";
import { done, featureContest, suitsFeatures, type Tried, wordsOf } from "./feature-contest.ts";
import { type FeaturePlan, type FeatureRun, type Solved, solveWithFeatures } from "./feature-solve.ts";
import { type Begun, goOn, networkContest } from "./network-contest.ts";
import { correct, distance, type Evidence } from "./trust.ts";
import { featuresFor, shareOfFeatures } from "./work.ts";

/** What all stages know. */
export interface Setting {
  readonly options: SolveOptions;
  readonly budget: Budget;
  readonly seed: number;
  readonly threads: number;
  /** Nominal seconds of the budget. */
  readonly work: number;
  readonly spent: () => { readonly seconds: number; readonly processorSeconds: number };
  /** Share of the time that is used; 0 where the budget is in steps alone. */
  readonly share: () => number;
  readonly say: (line: string) => void;
}

/** What a stage ends with. */
export interface Candidate {
  readonly solution: Solved;
  readonly evidence: Evidence;
  readonly words: string;
  /** Whether networks need not be tried. */
  readonly enough: boolean;
  readonly plan?: FeaturePlan;
}

/** Share of what u = 0 leaves at which features are enough, and at which they are where time is short. */
const enoughLeft = 0.02;
/** Nominal seconds below which networks come to nothing. */
const leastForNetworks = 10;

const runOf = ({ options, seed, threads, share }: Setting, limit: number): FeatureRun => ({
  ...{ seed, threads, signal: options.signal },
  late: () => share() >= limit,
  ...(options.clock && { clock: options.clock }),
  ...(options.processorClock && { processorClock: options.processorClock }),
});

/** Random features: a competition, the winner with as many as the budget allows, and a second, independent solution. */
export async function byFeatures(problem: Problem, setting: Setting): Promise<Candidate | undefined> {
  if (!suitsFeatures(problem)) return undefined;
  const { work, say } = setting;
  const { tried, nothing } = await featureContest(problem, { run: runOf(setting, 0.35), work, say });
  const best = tried[0];
  if (best === undefined || best.residual === Number.POSITIVE_INFINITY) return undefined;
  const hopeless = best.residual > 0.3 * nothing && work >= leastForNetworks;
  const plan = hopeless || best.residual <= done * nothing ? best.plan : grown(problem, best, work);
  // Where the first window is good, the others are worth all of the time.
  const limit = best.residual <= enoughLeft * nothing ? 1 : 0.6;
  const main = await solveWithFeatures(problem, plan, runOf(setting, limit));
  if (main === undefined) return undefined;
  say(`${wordsOf(plan, problem)}: residual ${main.report.residual.toExponential(1)}`);
  const left = Math.min(main.report.residual, best.residual);
  const enough = left <= enoughLeft * nothing || work < leastForNetworks;
  const words = wordsOf(plan, problem);
  if (!enough) return { solution: main, evidence: {}, words, enough, plan };
  const again = { ...plan, features: Math.max(16, Math.floor(plan.features * 0.6)) };
  const run = { ...runOf(setting, 1.1), seed: setting.seed + 1 };
  const second = await solveWithFeatures(problem, again, run);
  const correction =
    main instanceof Solution
      ? await correct(problem, main, { ...plan, reach: plan.reach * 1.5 }, { ...run, seed: setting.seed + 2 })
      : undefined;
  const evidence: Evidence = {
    correction,
    second: second && { solution: second, distance: await distance(problem, main, second) },
  };
  return { solution: main, evidence, words, enough, plan };
}

/** As many features as a good share of the budget allows. */
function grown(problem: Problem, { plan }: Tried, work: number): FeaturePlan {
  const features = featuresFor(problem, (work * shareOfFeatures) / plan.windows) ?? plan.features;
  return { ...plan, features: Math.max(plan.features, features) };
}

/** Networks: a competition, the winner with the rest of the budget, and random features on top of it. */
export async function byNetworks(
  problem: Problem,
  setting: Setting,
  features: Candidate | undefined,
): Promise<Candidate | undefined> {
  const { options, seed, threads, work, say, share } = setting;
  const { budget: _, runs, ...rest } = options;
  const common: SolveOptions = { ...rest, seed, threads };
  const begun = await networkContest(problem, { common, work, say, late: () => share() > 0.6 });
  if (begun === undefined) return undefined;
  const recordedAs = runs === undefined ? {} : { runs };
  const trained = await goOn(problem, begun, { ...common, ...recordedAs, budget: restOf(setting, begun, 0.85) });
  say(`${begun.words}: residual ${trained.report.residual.toExponential(1)} after ${trained.report.steps} steps more`);
  const corrected = suitsDimension(problem) ? await corrections(problem, setting, trained, features?.plan) : undefined;
  const better = corrected && corrected.left < 0.7 ? corrected.corrected : undefined;
  if (corrected)
    say(
      `random features on top of it leave ${corrected.left.toPrecision(2)} of the residual, and add ${corrected.size.toExponential(1)}`,
    );
  const second = features && {
    solution: features.solution,
    distance: await distance(problem, trained, features.solution),
  };
  const solution = better ? kept(trained, better) : trained;
  return {
    solution,
    evidence: { correction: corrected, second },
    words: begun.words + (better ? ", with random features on top" : ""),
    enough: true,
  };
}

/** The corrected solution with what is known of how the network came about. */
function kept(trained: Solution, { problem, network, theta, report }: Solution): Solution {
  const { status, steps, rounds, constants } = trained.report;
  return new Solution(problem, network, theta, { ...report, status, steps, rounds, constants }, trained.run);
}

const suitsDimension = ({ axes }: Problem): boolean => axes.length <= 5;

/** The better of two corrections, one smooth and one steep. */
async function corrections(problem: Problem, setting: Setting, trained: Solution, plan: FeaturePlan | undefined) {
  const features = featuresFor(problem, setting.work * 0.05);
  if (features === undefined) return undefined;
  const even = problem.axes.map(() => 1);
  const plans = [4, 16].map((reach) => ({ features, reach, stretch: plan?.stretch ?? even, windows: 1 }));
  let best: Awaited<ReturnType<typeof correct>>;
  for (const [i, one] of plans.entries()) {
    const found = await correct(problem, trained, one, { ...runOf(setting, 2), seed: setting.seed + 2 + i });
    if (found && !(best && best.left <= found.left)) best = found;
  }
  return best;
}

/** What is left of the budget, up to a share of the whole. */
function restOf({ budget, spent }: Setting, { solution }: Begun, share: number): Budget {
  const { seconds, processorSeconds } = spent();
  const { seconds: all, processorSeconds: allOfProcessor, steps, residual } = budget;
  return {
    ...(all !== undefined && { seconds: Math.max(0.05, share * all - seconds) }),
    ...(allOfProcessor !== undefined && {
      processorSeconds: Math.max(0.05, share * allOfProcessor - processorSeconds),
    }),
    ...(steps !== undefined && { steps: Math.max(1, steps - solution.report.steps) }),
    ...(residual !== undefined && { residual }),
  };
}
