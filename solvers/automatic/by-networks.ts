/** Networks: a few are begun, the one that leaves least on fresh points goes on, and random features correct it. */
import { ConvergenceError } from "../../engine/errors.ts";
import { domainOf } from "../../equations/domain/index.ts";
import { fewerPoints, isZero, pointsElsewhere, zero } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { substitution } from "../../equations/problem/index.ts";
import { describeNetwork, networkProgram } from "../network/kinds.ts";
import { mlp } from "../network/mlp.ts";
import { type GaussNewtonOptions, gaussNewton } from "../optimizer/gauss-newton.ts";
import { adversarial } from "../sampler/adversarial.ts";
import { gaussianMixture } from "../sampler/gaussian-mixture.ts";
import { sobol, uniform } from "../sampler/uniform.ts";
import type { Budget } from "../solution/budget.ts";
import type { SolveOptions } from "../solution/options.ts";
import type { NetworkSolution } from "../solution/solution.ts";
import { Solution } from "../solution/solution.ts";
import { suggestedScale } from "../solve/scale.ts";
import { solve } from "../solve/solve.ts";
import { constantsAtWork } from "./constants.ts";
import { convergenceOf, isSlow } from "./convergence.ts";
import { distance } from "./distance.ts";
import { type Correction, correct, type FeaturePlan } from "./feature-fit.ts";
import type { Candidate } from "./row-evidence.ts";
import type { Setting } from "./setting.ts";
import { isObserved, isSmall, spread } from "./spread.ts";
import { featuresFor, secondsOfStepWith, seedOfStart } from "./work.ts";

/**
 * Steps below which a comparison says nothing, in many dimensions, where a step is long, as well; the most of a start,
 * and the same where a step has new points.
 */
const [fewestSteps, fewestBesideLarge, mostSteps, mostSmallSteps] = [12, 3, 60, 600];
/** Share of the budget of a start, and the same where large networks compete, whose steps are many and small. */
const [shareOfStart, shareOfLarge] = [0.05, 0.12];
/** Networks of the second comparison, factor of its steps, and nominal seconds below which one comparison is enough. */
const [finalists, longer, leastForFinal] = [2, 2, 20];
/**
 * Shares of the budget: after which no further network is begun, for random features on top, and for the noise of
 * observations.
 */
const [tooLate, shareOfCorrection, shareOfNoise] = [0.6, 0.15, 0.07];
/** Nominal seconds for a look at a network that nothing corrects. */
const secondsOfLook = 1.2;
/** Share of the residual below which a correction is kept. */
const lessByCorrection = 0.7;
/** Share of what features leave that a network leaves where there is probably nothing to be found. */
const mostStuck = 0.8;
/** Axes up to which random features correct a network. */
const mostForFeatures = 5;
/** Dimensions that a first layer of 16 neurons separates; points of a step where weights are many more. */
const [mostBySmall, fewPoints] = [16, 250];

/** A network with its options, to be tried. */
interface Contestant extends SolveOptions {
  /** Another start of one that is tried already. */
  readonly another?: boolean;
  /** Goes on to the second comparison in any case: quasi-uniform points do not see what its points see. */
  readonly isConcentrated?: boolean;
}

/** A network in the contest. */
interface StartedNetwork {
  readonly options: SolveOptions;
  readonly words: string;
  readonly solution?: NetworkSolution;
  /** The optimizer's damping where it stopped. */
  readonly damping: number;
  readonly isConcentrated?: boolean;
}

/** Networks, samplers and numbers of points by dimension. */
function candidatesFor(problem: Problem): readonly Contestant[] {
  const d = problem.axes.length;
  const scale = suggestedScale(problem);
  const shared = (most: number, fewest: number) => fewerPoints(most, problem.equations, fewest);
  if (d === 1) {
    const common = { points: shared(600, 100), sampler: adversarial() };
    return [scale, 4 * scale].map((s) => ({ ...common, network: mlp({ width: 12, depth: 3, scale: s }) }));
  }
  if (d <= 3) {
    const sampler = pointsElsewhere(problem.equations) > 0 ? sobol() : adversarial();
    const deep = { network: mlp({ width: 12, depth: 4, scale }), points: shared(1500, 150), sampler };
    const wide = { network: mlp({ width: 16, depth: 4, scale }), points: shared(2000, 150), sampler };
    const flat = {
      network: mlp({ width: 48, depth: 1, scale: Math.max(2, scale / 2) }),
      points: deep.points,
      sampler: sobol(),
    };
    return [deep, wide, problem.unknowns.length > 1 ? flat : { ...deep, another: true }];
  }
  const even = { sampler: sobol(), points: 2500 };
  const concentrated = {
    ...{ network: mlp({ width: 16, depth: 2, squares: true, outputScale: 0.3 }), isConcentrated: true },
    ...{ sampler: gaussianMixture({ tempering: 0.5 }), points: 2500 },
  };
  // A hundred thousand weights learn from few points at a time, and new ones each step (docs/which-optimizer.md).
  const large = {
    ...{ network: mlp({ width: Math.max(256, 4 * d), depth: 2, scale: 1 }), sampler: uniform(), points: fewPoints },
    ...{ boundaryPoints: fewPoints, stepsPerRound: 1, growth: { after: 1, factor: 1 }, weights: { conditions: 100 } },
    optimizer: gaussNewton({ geodesic: false }),
  };
  return [
    ...(domainOf(problem.domain).isBox ? [concentrated] : []),
    { ...even, network: mlp({ width: 64, depth: 1 }), boundaryPoints: 1000, weights: { conditions: 10 } },
    { ...even, network: mlp({ width: 16, depth: 3 }), boundaryPoints: 500, weights: { conditions: 100 } },
    ...(d > mostBySmall ? [large] : []),
  ];
}

/** A contest of networks, the winner with the rest of the budget, and random features on top of it. */
export async function byNetworks(
  problem: Problem,
  setting: Setting,
  features: (Candidate & { readonly plan: FeaturePlan }) | undefined,
): Promise<Candidate | undefined> {
  const { options, seed, threads } = setting;
  const { budget: _, runs, ...rest } = options;
  const common: SolveOptions = { ...rest, seed, threads, conditions: "exact" };
  const begun = await contest(problem, setting, common);
  if (begun === undefined) return undefined;
  const watched = watch(problem, options);
  const after =
    (problem.axes.length <= mostForFeatures ? shareOfCorrection : Math.min(0.2, secondsOfLook / setting.work)) +
    (isObserved(problem) ? shareOfNoise : 0);
  const trained = await goOn(problem, begun, {
    ...{ ...common, ...(runs !== undefined && { runs }), onProgress: watched.onProgress },
    budget: restOf(setting, begun, 1 - after),
  });
  return evaluatedNetwork(problem, setting, { trained, watched, weights: begun.options.weights, features });
}

/** Begins the networks; where the budget is too small for a comparison the first one is to begin. */
async function contest(problem: Problem, setting: Setting, common: SolveOptions): Promise<StartedNetwork | undefined> {
  const { work, speed, say, budget, options } = setting;
  // Where only the data keep the solution from being nothing, they count as much as the equations do.
  const observations = isHomogeneous(problem) ? { observations: 1 } : {};
  const candidates = candidatesFor(problem).map(({ weights, ...one }) => ({
    ...one,
    weights: { ...weights, ...observations },
  }));
  const withLarge = problem.axes.length > mostBySmall;
  const share = withLarge ? shareOfLarge : shareOfStart;
  // The cost of a step of a large network depends on the derivatives of the equation: there the clock ends it.
  const { seconds, processorSeconds } = budget;
  const limit = withLarge
    ? {
        ...(seconds && { seconds: share * seconds }),
        ...(processorSeconds && { processorSeconds: share * processorSeconds }),
      }
    : {};
  const stepsOf = (one: Contestant) =>
    Math.min(
      one.stepsPerRound === 1 ? mostSmallSteps : mostSteps,
      affordable(problem, { ...one, ...(options.blas !== undefined && { blas: options.blas }) }, work * share),
    );
  const late = () => options.signal?.aborted === true || speed.share() > tooLate;
  const all = candidates.filter((one) => stepsOf(one) >= (withLarge ? fewestBesideLarge : fewestSteps));
  const begin = ({ another, isConcentrated = false, ...one }: Contestant): StartedNetwork => ({
    ...{ options: one, damping: 0.1, isConcentrated },
    words: wordsOf(problem, one) + (another ? ", another start" : ""),
  });
  if (all.length < 2) return begin(candidates[0]!);
  const standing: (StartedNetwork & { readonly solution: NetworkSolution })[] = [];
  const walk = async (from: StartedNetwork, steps: number, seed = common.seed!) => {
    const found = await walked(problem, from, { ...common, seed, budget: { ...limit, steps } });
    if (found)
      say(`${from.words}: residual ${residualOf(found).toExponential(1)} after ${found.solution.report.steps} steps`);
    return found;
  };
  for (const one of all) {
    if (late() && standing.length > 0) break;
    const found = await walk(begin(one), stepsOf(one), one.another ? seedOfStart(common.seed!, 1) : common.seed);
    if (found) standing.push(found);
  }
  standing.sort((a, b) => residualOf(a) - residualOf(b));
  const ahead = standing.filter(
    ({ isConcentrated }, i) => work >= leastForFinal && !withLarge && (i < finalists || isConcentrated),
  );
  for (const one of ahead.length > 1 ? ahead : []) {
    if (late()) break;
    standing[standing.indexOf(one)] = (await walk(one, longer * one.solution.report.steps)) ?? one;
  }
  return standing.sort((a, b) => residualOf(a) - residualOf(b))[0];
}

const residualOf = ({ solution }: { readonly solution: NetworkSolution }): number => solution.report.residual;

/** So many steps more; undefined where there is no finite loss: the others may do. */
async function walked(problem: Problem, from: StartedNetwork, common: SolveOptions) {
  let { damping } = from;
  const onProgress: SolveOptions["onProgress"] = (progress) => {
    damping = progress.optimizer["damping"] ?? damping;
    common.onProgress?.(progress);
  };
  try {
    const solution = await goOn(problem, from, { ...common, growth: { after: 1, factor: 1 }, onProgress });
    return { ...from, solution, damping };
  } catch (error) {
    if (!(error instanceof ConvergenceError)) throw error;
    return undefined;
  }
}

/** Goes on with a network under a budget. */
function goOn(
  problem: Problem,
  { options, solution, damping }: StartedNetwork,
  common: SolveOptions,
): Promise<NetworkSolution> {
  const geodesic: GaussNewtonOptions =
    options.optimizer && "geodesic" in options.optimizer ? { geodesic: options.optimizer.geodesic } : {};
  const control = problem.axes.length <= 3 ? "gain" : "delayed";
  const begun = solution && {
    optimizer: gaussNewton({ ...geodesic, control, damping: Math.min(0.1, Math.max(1e-14, damping)) }),
    ...{ start: solution.coefficients, residualScale: solution.report.scale },
  };
  return solve(problem, { ...common, ...options, ...begun }, true);
}

/** Steps that so many nominal seconds allow. */
function affordable(problem: Problem, { network, points = 2000, blas }: SolveOptions, seconds: number): number {
  const { size } = networkProgram(network!, domainOf(problem.domain), problem.unknowns.length);
  return Math.max(
    1,
    Math.floor(
      seconds / secondsOfStepWith(size, points * problem.equations.length, pointsElsewhere(problem.equations), blas),
    ),
  );
}

function wordsOf(problem: Problem, { network }: Pick<SolveOptions, "network">): string {
  const { size } = networkProgram(network!, domainOf(problem.domain), problem.unknowns.length);
  return describeNetwork(network!, size);
}

/** True where u = 0 solves all equations and conditions, whatever constants are, and there are observations. */
export function isHomogeneous({ axes, unknowns, equations, conditions, integrals, observations }: Problem): boolean {
  const put = substitution(
    unknowns.map(() => zero),
    axes.length,
  );
  return (
    observations.length > 0 &&
    equations.every((e) => isZero(put(e))) &&
    conditions.every((c) => c.kind === "periodic" || isZero(put(c.residual))) &&
    integrals.every(({ integrand, value }) => isZero(value) && isZero(put(integrand)))
  );
}

/** Follows constants and convergence of a network while it is trained. */
function watch(problem: Problem, options: Pick<SolveOptions, "onProgress">) {
  const constants = constantsAtWork(problem);
  const convergence = convergenceOf(problem);
  const onProgress: NonNullable<SolveOptions["onProgress"]> = (progress) => {
    constants.watch(progress.steps, progress.state.theta);
    convergence.watch(progress, progress.state);
    options.onProgress?.(progress);
  };
  return { constants, convergence, onProgress };
}

/** Trains a network to its end whose training was interrupted. */
export async function resumedNetwork(problem: Problem, setting: Setting): Promise<Candidate> {
  const { options } = setting;
  const watched = watch(problem, options);
  const trained = await solve(problem, { ...options, onProgress: watched.onProgress });
  setting.restart(1 - shareOfCorrection);
  return evaluatedNetwork(problem, setting, { trained, watched, weights: options.weights });
}

/** A network after its training. */
interface TrainedNetwork {
  readonly trained: NetworkSolution;
  readonly watched: ReturnType<typeof watch>;
  readonly weights: SolveOptions["weights"];
  readonly features?: (Candidate & { readonly plan: FeaturePlan }) | undefined;
}

/** With random features on top of it where they are a gain, and the evidence of its error. */
async function evaluatedNetwork(problem: Problem, setting: Setting, network: TrainedNetwork): Promise<Candidate> {
  const { trained, watched, weights, features } = network;
  const { say } = setting;
  const { steps, residual } = trained.report;
  const words = wordsOf(problem, trained.trial);
  say(`${words}: residual ${residual.toExponential(1)} after ${steps} steps more`);
  const correction =
    problem.axes.length <= mostForFeatures ? await corrected(problem, setting, trained, features?.plan) : undefined;
  const isKept = correction !== undefined && correction.residualRatio < lessByCorrection;
  if (correction)
    say(
      `random features on top of it leave ${correction.residualRatio.toPrecision(2)} of the residual, and add ${correction.size.unknowns.toExponential(1)}`,
    );
  const observed = isObserved(problem) && isSmall(trained);
  const left = residual * (isKept ? correction.residualRatio : 1);
  return {
    solution: isKept ? withHistory(trained, correction.corrected) : trained,
    findings: {
      ...{
        correction,
        slow: isSlow((watched.convergence.ratio(trained) ?? 0) * (isKept ? correction.residualRatio : 1)),
        moving: watched.constants.moving(steps, trained.coefficients),
        isUndetermined: features?.findings.isUndetermined,
        repeated: features?.findings.repeated,
      },
      ...(observed && {
        spread: await spread(trained, {
          ...{ threads: setting.threads, blas: setting.options.blas },
          ...(weights && { weights }),
        }),
      }),
      // Where a network leaves as much as features, there may be no solution as well.
      ...(features && left > mostStuck * features.solution.report.residual && { stuck: features.findings.stuck }),
      ...(!correction && !features && { course: await watched.convergence.error(trained) }),
      ...(features && {
        second: { solution: features.solution, distance: await distance(problem, trained, features.solution) },
      }),
    },
    ...{ words: words + (isKept ? ", with random features on top" : ""), isSufficient: false },
  };
}

/** The corrected solution with the history of its network. */
function withHistory(trained: NetworkSolution, { problem, trial, report }: NetworkSolution): NetworkSolution {
  const { status, steps, rounds, constants } = trained.report;
  return new Solution(problem, trial, { ...report, status, steps, rounds, constants }, trained.run);
}

/** The better of two corrections, one smooth and one steep. */
async function corrected(problem: Problem, setting: Setting, trained: NetworkSolution, plan: FeaturePlan | undefined) {
  const { work, seed, speed, options } = setting;
  const features = featuresFor(problem, speed.nominal(0.05 * work), options.blas);
  const stretch = plan?.stretch ?? problem.axes.map(() => 1);
  let least: Correction | undefined;
  for (const [k, bandwidth] of features === undefined ? [] : [4, 16].entries()) {
    const run = { seed: seedOfStart(seed, 2 + k), deadline: speed.until(1) };
    const found = await correct(problem, trained, { features: features!, bandwidth, stretch }, setting, run);
    if (found && !(least && least.residualRatio <= found.residualRatio)) least = found;
  }
  return least;
}

/** The rest of the budget, up to a share of the whole. */
function restOf({ budget, spent }: Setting, { solution }: StartedNetwork, share: number): Budget {
  const now = spent();
  const { seconds, processorSeconds, steps, residual } = budget;
  return {
    ...(seconds !== undefined && { seconds: Math.max(0.05, share * seconds - now.seconds) }),
    ...(processorSeconds !== undefined && {
      processorSeconds: Math.max(0.05, share * processorSeconds - now.processorSeconds),
    }),
    ...(steps !== undefined && { steps: Math.max(1, steps - (solution?.report.steps ?? 0)) }),
    ...(residual !== undefined && { residual }),
  };
}
