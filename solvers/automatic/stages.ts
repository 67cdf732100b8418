/** The stages of an automatic solve: features first, since they are cheap; networks where those do not reach. */
import type { Problem } from "../problem/problem.ts";
import type { Enforcement } from "../solve/enforcement.ts";
import { MarchedSolution } from "../solve/marched-solution.ts";
import type { FeatureTrial, SolveOptions } from "../solve/options.ts";
import { Solution } from "../solve/solution.ts";
import { solve } from "../solve/solve.ts";
import type { Budget } from "../solve/training.ts";
import { convergenceOf } from "./convergence.ts";
import { type Distance, distance } from "./distance.ts";
import {
  canMarch,
  done,
  featureContest,
  gain,
  seeksConstants,
  suitsFeatures,
  valuesOfConstants,
  windowContest,
} from "./feature-contest.ts";
import { type FeaturePlan, type FeatureRun, type Solved, solveWithFeatures, wordsOf } from "./feature-solve.ts";
import { missedData } from "./misfit.ts";
import { multiStart } from "./multi-start.ts";
import { type Begun, goOn, isLong, networkContest, wordsOf as wordsOfNetwork } from "./network-contest.ts";
import { mayHaveNullSpace, nullSpaceDirection, secondsOfLook } from "./null-space.ts";
import { isSmall, type RowsOptions } from "./rows-about.ts";
import type { Speed } from "./speed.ts";
import { isObserved, spread } from "./spread.ts";
import { type Correction, constantsAtWork, correct, type Evidence, unlessUnsolvable } from "./trust.ts";
import { isRival, judgeWindows } from "./window-correction.ts";
import { featuresFor, isLinearProblem, seedOfStart, shareBeforeWindows, shareOfWhole } from "./work.ts";

/** Share of the budget for other starts of constants. */
const shareOfSurvey = 0.12;

/** What all stages know. */
export interface Setting {
  readonly options: SolveOptions;
  readonly budget: Budget;
  readonly seed: number;
  readonly threads: number;
  /** Nominal seconds of the budget. */
  readonly work: number;
  readonly spent: () => { readonly seconds: number; readonly processorSeconds: number };
  readonly speed: Speed;
  /** Share of the budget at which all is to be done but for what becomes of the residual. */
  readonly end: number;
  /** What becomes of the residual of a solution, where that can be told and there is time. */
  readonly carried: (solution: Solved) => Promise<Distance | undefined>;
  /** How conditions are met. */
  readonly conditions: Enforcement;
  readonly say: (line: string) => void;
  readonly onTrial: (trial: FeatureTrial) => void;
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

/** Share of the residual of u = 0 at which features are enough, the same where there is much time for networks, and at which no other features are tried. */
const [enoughLeft, enoughAlong, enoughForLong, wellSolved] = [0.02, 1e-3, 1e-6, 1e-7];
/** Nominal seconds up to which features have all of the budget, if they come to something, and what they have of longer ones before networks are tried. */
const [allForFeatures, shareOfFeatures] = [60, 0.25];
/** Share of the budget for what comes after the network, and the least of it where there is much time. */
export const [afterNetwork, leastAfter] = [0.15, 0.08];
/** Share of the residual below which a correction is kept, and the same for long budgets, which have many features for it. */
const [lessByCorrection, lessByMany] = [0.7, 0.8];
/** Share of the budget after which networks are not begun. */
const tooLate = 0.7;
/** Share of the residual of u = 0 at which a few features leave no hope for many; and below which they are enough for a short budget where constants are to be found. */
const [hopelessLeft, resolvedLeft] = [0.3, 0.1];
/** Share of what few features leave that many leave where there is probably nothing to be found, and of the residual of u = 0 from which on that is looked at. */
const [mostStuck, leastStuck] = [0.8, 1e-4];
/** Nominal seconds below which networks come to nothing, and below which they are not put off by windows of time. */
const [leastForNetworks, leastForBoth] = [4, 10];

const runOf = ({ options, seed, threads, speed, conditions, onTrial }: Setting, limit: number): FeatureRun => ({
  ...{ seed, threads, conditions, signal: options.signal, speed, pace: speed.until(limit), onTrial },
  ...(options.blas !== undefined && { blas: options.blas }),
  ...(options.clock && { clock: options.clock }),
  ...(options.processorClock && { processorClock: options.processorClock }),
});

/**
 * Random features: a competition, the winner with as many as the budget allows, windows of time where they are better, and a second,
 * independent solution.
 */
export async function byFeatures(problem: Problem, setting: Setting): Promise<Candidate | undefined> {
  if (!suitsFeatures(problem)) return undefined;
  const { say, options, speed } = setting;
  const work = Math.min(setting.work, Math.max(allForFeatures, shareOfFeatures * setting.work));
  const part = work / setting.work;
  const fitting = (seconds: number, known = false) => featuresFor(problem, speed.nominal(seconds), options.blas, known);
  const contest = { run: runOf(setting, 0.35 * part), work, say, featuresFor: fitting };
  const { best, nothing, scale, isLevel } = await featureContest(problem, contest);
  if (best === undefined) return undefined;
  const units = scale === undefined ? {} : { residualScale: scale };
  const begun = best.solution;
  const surveyed =
    begun && seeksConstants(problem)
      ? await multiStart(problem, best.plan, begun, runOf(setting, 0.6), speed.until(speed.share() + shareOfSurvey))
      : undefined;
  const known = begun && { plan: best.plan, solution: (surveyed?.solution ?? begun) as Solved, share: 1 };
  const alternative = surveyed?.alternative;
  const solved = async (plan: FeaturePlan, limit: number, seed = setting.seed, mostLeft?: number) => {
    const guesses = known?.solution instanceof Solution ? valuesOfConstants(known.solution) : undefined;
    const run = { ...runOf(setting, limit), ...units, seed, mostLeft, guesses };
    const before = speed.share();
    const solution = await unlessUnsolvable(
      () => solveWithFeatures(problem, plan, run),
      (reason) => say(`${wordsOf(plan, problem)}: no result, ${reason}`),
    );
    if (solution) say(`${wordsOf(plan, problem)}: residual ${solution.report.residual.toExponential(1)}`);
    return solution && { plan, solution, share: speed.share() - before };
  };
  const share = problem.time === undefined ? shareOfWhole : shareBeforeWindows;
  const many = Math.max(fitting(work * share, known !== undefined) ?? 0, best.plan.features);
  const inWindows = problem.time === 0 && problem.axes.length === 1 && canMarch(problem);
  const hopeless =
    best.residual > (best.plan.oblique ? 1 : hopelessLeft) * nothing && work >= leastForNetworks && !inWindows;
  // Without space many features cost little more than few, and windows of time less than both.
  const settled =
    hopeless || isLevel || best.residual <= done * nothing || (inWindows && best.residual > wellSolved * nothing);
  const accurate = known && !inWindows ? await withinTolerance(problem, setting, known, solved) : undefined;
  if (accurate) return { ...accurate, words: wordsOf(best.plan, problem), enough: true };
  const grown = settled ? best.plan : { ...best.plan, features: many };
  const first = (grown.features > best.plan.features ? await solved(grown, 0.9 * part) : undefined) ?? known;
  if (first === undefined) return undefined;
  let main = first;
  const left = () => main.solution.report.residual / nothing;
  const stuck = () => (known && left() > leastStuck ? stuckWords(problem, known, main) : undefined);
  if (left() > wellSolved && !settled && problem.time === undefined && problem.axes.length > 1) {
    const steeper = await solved(steeperThan(main.plan), part);
    if (steeper && steeper.solution.report.residual < main.solution.report.residual) main = steeper;
  }
  if (left() > wellSolved && problem.time !== undefined && !main.plan.oblique && !(hopeless && work < leastForBoth)) {
    const run = { ...runOf(setting, 0.5 * part), ...units };
    const windows = await windowContest(problem, { ...contest, run }, main.plan);
    const worthIt = (left: number) => left <= 0.1 * nothing || work < leastForBoth;
    if (windows && worthIt(windows.residual) && windows.residual < main.solution.report.residual / gain) {
      const limit = windows.residual <= enoughLeft * nothing ? 1 : 0.7;
      const mostLeft = Math.max(main.solution.report.residual, hopelessLeft * nothing);
      const marched = await solved(windows.plan, limit * part, setting.seed, mostLeft);
      if (marched && marched.solution.report.residual < main.solution.report.residual) main = marched;
    }
  }
  const settles = part < 1 ? enoughForLong : main.plan.oblique ? enoughAlong : enoughLeft;
  const short =
    work < leastForBoth && left() <= (seeksConstants(problem) ? resolvedLeft : hopelessLeft) && !main.plan.oblique;
  // Constants may be those of a minimum that is none of the data's.
  const misses = seeksConstants(problem) && (await missedData(problem, main.solution)) !== undefined;
  const enough = (!misses && (left() <= settles || short)) || speed.share() > tooLate;
  if (!enough)
    return { ...main, evidence: { alternative, stuck: stuck() }, words: wordsOf(main.plan, problem), enough };
  // A second start with as many features where there is time for it, and then the better one is taken; else with fewer.
  const aswell = speed.limited && left() > wellSolved && speed.share() + 1.2 * main.share < 0.8;
  const fewer = Math.max(16, Math.floor(main.plan.features * 0.6));
  const again = { ...main.plan, features: aswell ? main.plan.features : fewer };
  if (main.solution instanceof MarchedSolution) {
    const inTime = { ...runOf(setting, setting.end), seed: seedOfStart(setting.seed, 1) };
    const { solution, correction } = await judgeWindows(problem, main.solution, again, inTime);
    if (solution !== main.solution) say(`corrected: residual ${solution.report.residual.toExponential(1)}`);
    const other = main !== first && (!correction || isRival(first.solution, solution)) ? first.solution : undefined;
    const second = other && { solution: other, distance: await distance(problem, solution, other) };
    return { solution, evidence: { correction, second }, words: wordsOf(main.plan, problem), enough, plan: main.plan };
  }
  // Where time is over before it ends, what was not taken is the other one.
  let second = (await solved(again, setting.end, seedOfStart(setting.seed, 1))) ?? (main === first ? undefined : first);
  if (second && aswell && second.solution.report.residual < main.solution.report.residual) {
    [main, second] = [second, main];
  }
  const { plan, solution } = main;
  const words = wordsOf(plan, problem);
  const carried = await setting.carried(solution);
  const run = { ...runOf(setting, setting.end), seed: seedOfStart(setting.seed, 2) };
  const correction =
    solution instanceof Solution && carried === undefined
      ? await correct(problem, solution, { ...plan, reach: plan.reach * 1.5 }, run)
      : undefined;
  const compared = async (other: { readonly solution: Solved } | undefined) =>
    other && { solution: other.solution, distance: await distance(problem, solution, other.solution) };
  const coarse = aswell && known && known.plan.features < plan.features ? known : undefined;
  const alike = [main, ...(known ? [known] : [])].map((one) => ({
    solution: one.solution,
    found: (one.plan.features + 1) * problem.unknowns.length + Object.keys(problem.trainable).length,
  }));
  const evidence: Evidence = {
    ...{
      correction,
      carried,
      second: await compared(second),
      fewer: await compared(coarse),
      alternative,
      stuck: stuck(),
    },
    ...(await loosenessOf(problem, setting, alike)),
  };
  return { solution, evidence, words, enough, plan };
}

/** A solution whose distance from one with another draw is within half of the tolerance that was asked for. */
async function withinTolerance(
  problem: Problem,
  { budget: { tolerance }, seed }: Setting,
  known: Fitted,
  solved: (plan: FeaturePlan, limit: number, seed?: number) => Promise<Fitted | undefined>,
): Promise<(Fitted & Pick<Candidate, "evidence">) | undefined> {
  if (tolerance === undefined) return undefined;
  const second = await solved(known.plan, 0.5, seedOfStart(seed, 1));
  const apart = second && (await distance(problem, known.solution, second.solution));
  const isWithin = apart && Math.max(apart.unknowns, ...apart.each, ...apart.quantities) <= tolerance / 2;
  return isWithin ? { ...known, evidence: { second: { solution: second.solution, distance: apart } } } : undefined;
}

/** That a nonlinear problem is solved no better with many features than with few, as beyond a fold: where something is left, and noise is not why. */
function stuckWords(problem: Problem, few: Fitted, many: Fitted): string | undefined {
  const [n, m] = [few.plan.features, many.plan.features];
  const [before, after] = [few.solution.report.residual, many.solution.report.residual];
  if (m < 2 * n || many.plan.windows > 1 || after < mostStuck * before) return undefined;
  if (problem.observations.length > 0 || isLinearProblem(problem)) return undefined;
  return `it leaves ${after.toExponential(1)} with ${m} random features and ${before.toExponential(1)} with ${n}: it may have no solution, as beyond a fold, or one with a kink or a jump`;
}

/** A plan with its solution. */
type Fitted = Pick<Candidate, "solution"> & { readonly plan: FeaturePlan };

/** How far the first of solutions can be moved without its rows telling, and what noise leaves open of the first that is small enough, where that is asked of the problem. */
async function loosenessOf(
  problem: Problem,
  { threads, options, speed }: Setting,
  alike: readonly (Pick<RowsOptions, "found" | "weights"> & { readonly solution: Solved })[],
): Promise<Pick<Evidence, "open" | "spread">> {
  if (options.signal?.aborted) return {};
  const machine = { threads, blas: options.blas };
  // Noise moves one with fewer features as far.
  const [first, small] = [alike[0]!, alike.find(({ solution }) => isSmall(solution))];
  const lookInTime = (solution: Solution, asked: RowsOptions) =>
    speed.until(1.05).left() >= secondsOfLook(solution) ? nullSpaceDirection(solution, asked) : undefined;
  const of = <T>(one: typeof small, look: (solution: Solution, asked: RowsOptions) => Promise<T> | undefined) =>
    one && isSmall(one.solution) ? look(one.solution, { ...one, ...machine }) : undefined;
  return {
    open: mayHaveNullSpace(problem) ? await of(first, lookInTime) : undefined,
    spread: isObserved(problem) ? await of(small, spread) : undefined,
  };
}

/** With three times the weights, along its direction where it has one. */
function steeperThan(plan: FeaturePlan): FeaturePlan {
  const { reach, oblique } = plan;
  return oblique ? { ...plan, oblique: { ...oblique, reach: 3 * oblique.reach } } : { ...plan, reach: 3 * reach };
}

/** Networks: a competition, the winner with the rest of the budget, and random features on top of it. */
export async function byNetworks(
  asked: Problem,
  setting: Setting,
  features: Candidate | undefined,
): Promise<Candidate | undefined> {
  const guesses =
    features?.solution instanceof Solution && (await missedData(asked, features.solution)) === undefined
      ? valuesOfConstants(features.solution)
      : {};
  const problem = { ...asked, trainable: { ...asked.trainable, ...guesses } };
  const { options, seed, threads, conditions, work, say, speed } = setting;
  const { budget: _, runs, ...rest } = options;
  const common: SolveOptions = { ...rest, seed, threads, conditions };
  const within = (share: number): Budget => ({
    ...(setting.budget.seconds !== undefined && { seconds: share * setting.budget.seconds }),
    ...(setting.budget.processorSeconds !== undefined && { processorSeconds: share * setting.budget.processorSeconds }),
  });
  const begun = await networkContest(problem, { common, work, say, late: () => speed.share() > 0.6, within });
  if (begun === undefined) return undefined;
  const recordedAs = runs === undefined ? {} : { runs };
  const watched = watch(problem, options);
  const ends = Math.min(1, setting.end);
  // In a plane grids come out of what features on top would have had.
  const forGrids = problem.time === 2 ? 1 - ends : 0;
  // Next to nothing comes after it where features cannot correct.
  const after = suitsDimension(problem)
    ? Math.max(leastAfter, afterNetwork * Math.min(1, allForFeatures / work) - forGrids)
    : 0.02;
  const left = restOf(setting, begun, ends - after);
  // In few dimensions fewer trials are better than the last bit of damping (docs/explanation/which-optimizer.md).
  const control = problem.axes.length <= 3 ? "gain" : "delayed";
  const trained = await goOn(
    problem,
    begun,
    { ...common, ...recordedAs, onProgress: watched.onProgress, budget: left },
    control,
  );
  return judgedNetwork(problem, setting, {
    trained,
    watched,
    words: begun.words,
    weights: begun.options.weights,
    features,
  });
}

/** What is seen of a network while it is trained. */
function watch(problem: Problem, options: Pick<SolveOptions, "onProgress">) {
  const constants = constantsAtWork(problem);
  const course = convergenceOf(problem);
  const onProgress: NonNullable<SolveOptions["onProgress"]> = (progress, round) => {
    constants.watch(progress.steps, round.theta);
    course.watch(progress, round);
    options.onProgress?.(progress, round);
  };
  return { constants, course, onProgress };
}

/**
 * Trains a network to its end whose training was interrupted, and judges it.
 *
 * @param options - with the run to go on with
 * @param settingOf - what is known once it is trained
 */
export async function resumedNetwork(
  problem: Problem,
  options: SolveOptions,
  settingOf: (trained: Solution) => Setting,
): Promise<readonly [Setting, Candidate]> {
  const watched = watch(problem, options);
  const trained = await solve(problem, { ...options, onProgress: watched.onProgress });
  const setting = settingOf(trained);
  const words = wordsOfNetwork(problem, trained);
  return [setting, await judgedNetwork(problem, setting, { trained, watched, words, weights: options.weights })];
}

/** A network after its training. */
interface TrainedNetwork {
  readonly trained: Solution;
  readonly watched: ReturnType<typeof watch>;
  readonly words: string;
  readonly weights: SolveOptions["weights"];
  /** What came before it. */
  readonly features?: Candidate | undefined;
}

/** With random features on top of it where they are a gain, and what tells of its error. */
async function judgedNetwork(
  problem: Problem,
  setting: Setting,
  { trained, watched: { constants, course }, words, weights, features }: TrainedNetwork,
): Promise<Candidate> {
  const { say, work } = setting;
  const moving = constants.moving(trained.report.steps, trained.theta);
  say(`${words}: residual ${trained.report.residual.toExponential(1)} after ${trained.report.steps} steps more`);
  const corrected = suitsDimension(problem) ? await corrections(problem, setting, trained, features?.plan) : undefined;
  const better =
    corrected && corrected.left < (isLong(problem, work) ? lessByMany : lessByCorrection)
      ? corrected.corrected
      : undefined;
  if (corrected)
    say(
      `random features on top of it leave ${corrected.left.toPrecision(2)} of the residual, and add ${corrected.size.unknowns.toExponential(1)}`,
    );
  const second = features && {
    solution: features.solution,
    distance: await distance(problem, trained, features.solution),
  };
  return {
    solution: better ? withHistory(trained, better) : trained,
    evidence: {
      ...{ correction: corrected, second, moving, alternative: features?.evidence.alternative },
      ...(await loosenessOf(problem, setting, [{ solution: trained, ...(weights && { weights }) }])),
      course: corrected || second ? undefined : await course.error(trained),
    },
    words: words + (better ? ", with random features on top" : ""),
    enough: true,
  };
}

/** The corrected solution with what is known of how the network came about. */
function withHistory(trained: Solution, { problem, network, theta, report }: Solution): Solution {
  const { status, steps, rounds, constants } = trained.report;
  return new Solution(problem, network, theta, { ...report, status, steps, rounds, constants }, trained.run);
}

const suitsDimension = ({ axes }: Problem): boolean => axes.length <= 5;

/** The better of two corrections, one smooth and one steep; where there is much time, along the axis where a few features leave least. */
async function corrections(problem: Problem, setting: Setting, trained: Solution, plan: FeaturePlan | undefined) {
  const { work, seed, speed, options } = setting;
  let start = 2;
  const best = async (share: number, reaches: readonly number[], stretches: readonly (readonly number[])[]) => {
    const features = featuresFor(problem, speed.nominal(share * work), options.blas);
    let least: (Correction & { readonly stretch: readonly number[] }) | undefined;
    for (const stretch of features === undefined ? [] : stretches) {
      for (const reach of reaches) {
        const run = { ...runOf(setting, setting.end), seed: seedOfStart(seed, start++) };
        const found = await correct(problem, trained, { features: features!, reach, stretch, windows: 1 }, run);
        if (found && !(least && least.left <= found.left)) least = { ...found, stretch };
      }
    }
    return least;
  };
  const known = plan?.stretch ?? problem.axes.map(() => 1);
  const along = problem.axes.map((_, axis) => problem.axes.map((_axis, k) => (k === axis ? 9 : 1)));
  const few = isLong(problem, work) ? await best(0.01, [4], [known, ...along]) : undefined;
  return (await best(isLong(problem, work) ? 0.08 : 0.05, [4, 16], [few?.stretch ?? known])) ?? few;
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
    ...(steps !== undefined && { steps: Math.max(1, steps - (solution?.report.steps ?? 0)) }),
    ...(residual !== undefined && { residual }),
  };
}
