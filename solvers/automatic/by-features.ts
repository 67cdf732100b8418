/**
 * Random features: the scale and the anisotropy of their weights by few of them, then as many as the budget allows, and
 * a second solution.
 */

import { rootMeanSquare } from "../../engine/numerics/vectors.ts";
import { rng } from "../../engine/random/rng.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { fieldsOf } from "../../equations/problem/index.ts";
import { zeroResidual } from "../features/random-features.ts";
import { isUndetermined } from "../features/undetermined.ts";
import type { NetworkSolution } from "../solution/solution.ts";
import { seeksConstants } from "./constants.ts";
import { isSlow } from "./convergence.ts";
import { combined, type Distance, distance } from "./distance.ts";
import { correct, type FeaturePlan, fitted, orUndefined, wordsOf } from "./feature-fit.ts";
import type { Candidate, Findings } from "./row-evidence.ts";
import type { Setting } from "./setting.ts";
import { isObserved, isSmall, spread } from "./spread.ts";
import { featuresFor, fewest, isLinearProblem, seedOfStart } from "./work.ts";

/** A plan with its solution. */
interface Fit {
  readonly plan: FeaturePlan;
  readonly solution: NetworkSolution;
}

/** Most axes on which random features see a solution. */
const mostAxes = 4;
/** Bandwidths, on one axis and on more; each next one while the one before was a gain. */
const [bandwidths, bandwidthsOnLine] = [
  [4, 12, 36, 108],
  [4, 16, 64, 256],
];
/** Factors of the weights along one axis. */
const stretches = [3, 9];
/**
 * Share of the residual of u = 0 that needs no improvement, that is enough, that is enough where it may be noise of
 * observations, and at which few features leave no hope for many.
 */
const [solved, enoughLeft, enoughObserved, hopeless] = [1e-7, 0.02, 0.1, 0.3];
/** Factor of the residual below which a plan is better than another and not by chance, where there are observations. */
const beyondChance = 0.9;
/** Shares of the budget: up to which plans compete, for one plan, and for one solve with many features. */
const [endOfSweep, shareOfPlan, shareOfMany] = [0.35, 0.03, 0.22];
/** Least nominal seconds of a plan; with less it is mostly compilation. */
const leastOfPlan = 0.3;
/** Share of the budget after which features have to be enough, and nominal seconds below which they always have. */
const [tooLate, leastForNetworks] = [0.7, 4];
/** Share of the budget at which all fits are done. */
const end = 0.92;

/** True where random features can solve a problem: one without constants to be found. */
const suitsFeatures = (problem: Problem): boolean => problem.axes.length <= mostAxes && !seeksConstants(problem);

/** The plan that leaves least among few features; undefined where none came to an end. */
async function sweep(problem: Problem, setting: Setting) {
  const { seed, speed, say, work, options } = setting;
  const d = problem.axes.length;
  const factor = problem.observations.length > 0 ? beyondChance : 1;
  let best: Fit | undefined;
  let zero: number | undefined;
  const attempt = async (plan: FeaturePlan, deadline = speed.until(endOfSweep)): Promise<boolean> => {
    if (options.signal?.aborted || deadline.left() <= 0) return false;
    const solution = await orUndefined(
      () =>
        fitted(problem, plan, setting, {
          ...{ seed, deadline },
          ...(best && { residualScale: best.solution.report.scale }),
        }),
      (reason) => say(`${wordsOf(plan, problem)}: no result, ${reason}`),
    );
    const residual = solution?.report.residual ?? Number.NaN;
    if (solution) say(`${wordsOf(plan, problem)}: residual ${residual.toExponential(1)}`);
    if (!Number.isFinite(residual) || (best && !(residual < factor * best.solution.report.residual))) return false;
    zero ??= await zeroResidual(problem, solution!.report);
    best = { plan, solution: solution! };
    return true;
  };
  const [first, ...others] = d === 1 ? bandwidthsOnLine : bandwidths;
  const features =
    featuresFor(problem, speed.nominal(Math.max(work * shareOfPlan, leastOfPlan)), options.blas) ?? fewest;
  const whole = { features, stretch: problem.axes.map(() => 1) };
  // The first one may take long, since without it nothing is known; its time gives the number for the next ones.
  if (!(await attempt({ ...whole, bandwidth: first! }, speed.until(0.8))))
    await attempt(
      {
        ...whole,
        features: featuresFor(problem, speed.nominal(work * shareOfPlan), options.blas) ?? fewest,
        bandwidth: first!,
      },
      speed.until(0.8),
    );
  for (const [i, bandwidth] of others.entries()) {
    if (!(await attempt({ ...whole, features: best?.plan.features ?? features, bandwidth })) && (d > 1 || i > 0)) break;
  }
  for (let axis = 0; d > 1 && axis < d && best && best.solution.report.residual > solved * zero!; axis++) {
    const { plan }: Fit = best;
    for (const by of stretches)
      if (!(await attempt({ ...plan, stretch: plan.stretch.map((s, k) => (k === axis ? by * s : s)) }))) break;
  }
  const isNoise =
    best !== undefined &&
    problem.observations.length > 0 &&
    best.plan.bandwidth === first &&
    best.plan.stretch.every((s) => s === 1);
  return best && { best, zero: zero!, isNoise };
}

/** Random features on a problem that they suit; undefined where there is no solution. */
export async function byFeatures(problem: Problem, setting: Setting): Promise<(Candidate & Fit) | undefined> {
  if (!suitsFeatures(problem)) return undefined;
  const { say, options, speed, seed, work, budget } = setting;
  const found = await sweep(problem, setting);
  if (!found) return undefined;
  const { zero, isNoise, best: fewer } = found;
  const solve = async (plan: FeaturePlan, limit: number, start = 0): Promise<Fit | undefined> => {
    const solution = await orUndefined(
      () =>
        fitted(problem, plan, setting, {
          seed: start === 0 ? seed : seedOfStart(seed, start),
          deadline: speed.until(limit),
          residualScale: fewer.solution.report.scale,
        }),
      (reason) => say(`${wordsOf(plan, problem)}: no result, ${reason}`),
    );
    if (solution) say(`${wordsOf(plan, problem)}: residual ${solution.report.residual.toExponential(1)}`);
    return solution && { plan, solution };
  };
  let stuck: string | undefined;
  let slow = false;
  const compared = async (main: Fit, other: Fit) => ({
    solution: other.solution,
    distance: await distance(problem, main.solution, other.solution),
  });
  const done = async (main: Fit, findings: Findings, isSufficient: boolean) => ({
    ...main,
    findings: {
      ...{ stuck, slow, ...findings },
      isUndetermined: await leavesOpen(main),
      repeated: isObserved(problem) && hasFields(problem) ? await repeated(problem, setting, fewer) : undefined,
    },
    ...{ words: wordsOf(main.plan, problem), isSufficient },
  });
  const leavesOpen = async ({ solution }: Fit): Promise<boolean> => {
    if (!isLinearProblem(problem) || problem.observations.length > 0) return false;
    const own = { threads: setting.threads, blas: options.blas, pace: speed.until(1) };
    return (await orUndefined(() => isUndetermined(solution, own))) ?? false;
  };
  const noiseOf = async ({ plan, solution }: Fit) => {
    if (!isObserved(problem) || !isSmall(solution)) return {};
    const own = { threads: setting.threads, blas: options.blas, found: (plan.features + 1) * problem.unknowns.length };
    return { spread: await spread(solution, own) };
  };
  const residualRatio = ({ solution }: Fit) => solution.report.residual / zero;
  // Where there may be no solution, few features may agree on what is none, and more of them show it.
  const mayBeStuck = couldBeStuck(problem) && residualRatio(fewer) >= leastStuck;
  if (budget.tolerance !== undefined && !mayBeStuck) {
    const second = await solve(fewer.plan, 0.5, 1);
    const evidence = second && { second: await compared(fewer, second) };
    const apart = evidence?.second.distance;
    if (apart && Math.max(apart.unknowns, ...apart.each, ...apart.quantities) <= budget.tolerance / 2)
      return done(fewer, { ...evidence, ...(await noiseOf(fewer)) }, true);
  }
  let main: Fit = fewer;
  const many = featuresFor(problem, speed.nominal(work * shareOfMany), options.blas) ?? 0;
  // Where no plan is better than the first one, the rest is noise of the observations, which more features would fit.
  if (
    many > fewer.plan.features &&
    residualRatio(main) > solved * 1e-2 &&
    !(residualRatio(main) > hopeless) &&
    !isNoise
  ) {
    const grown = await solve({ ...fewer.plan, features: many }, 0.9);
    stuck = grown && stuckWords(problem, fewer, grown, zero);
    slow = grown !== undefined && isSlow(grown.solution.report.residual / fewer.solution.report.residual);
    main = better(main, grown);
    // With more of them, steeper ones may do more.
    if (residualRatio(main) > solved && problem.axes.length > 1)
      main = better(main, await solve({ ...main.plan, bandwidth: 3 * main.plan.bandwidth }, end));
  }
  const mostLeft = isObserved(problem) ? enoughObserved : enoughLeft;
  const isSufficient = residualRatio(main) <= mostLeft || speed.share() > tooLate || work < leastForNetworks;
  if (!isSufficient) return done(main, {}, false);
  const again = await solve(main.plan, end, 1);
  const [best, second = main === fewer ? undefined : fewer] =
    again && again.solution.report.residual < main.solution.report.residual ? [again, main] : [main, again];
  const steep = { ...best.plan, bandwidth: 1.5 * best.plan.bandwidth };
  const run = { seed: seedOfStart(seed, 2), deadline: speed.until(end) };
  const correction = await correct(problem, best.solution, steep, setting, run);
  const small = isSmall(best.solution) ? best : isSmall(fewer.solution) ? fewer : undefined;
  return done(
    best,
    {
      correction,
      second: second && (await compared(best, second)),
      ...(again && fewer.plan.features < best.plan.features && { fewer: await compared(best, fewer) }),
      ...(small && (await noiseOf(small))),
    },
    true,
  );
}

/** True where fields are found. */
const hasFields = ({ text }: Problem): boolean => Object.keys(fieldsOf(text)).length > 0;

/** Observations that are drawn again. */
const repeats = 2;

/**
 * Distance of solutions of observations that are drawn anew from the one that they are drawn about (a parametric
 * bootstrap: Efron & Tibshirani 1993, chapter 6). Noise makes a part of it. Another part is that fields are found
 * smoother than they are, which no linearisation about them shows.
 */
async function repeated(problem: Problem, setting: Setting, { plan, solution }: Fit): Promise<Distance | undefined> {
  const { seed, speed } = setting;
  const found: Distance[] = [];
  for (let k = 0; k < repeats; k++) {
    const random = rng(seed).split(`observations ${k}`);
    const observations = await Promise.all(
      problem.observations.map(async (one, i) => {
        const values = await solution.quantity(one.text, one.points);
        const noise = one.hasSigma ? one.sigma : rootMeanSquare(values.map((v, j) => v - one.values[j]!));
        const draw = random.split(`${i}`).normal(values.length);
        return { ...one, values: values.map((v, j) => v + noise * draw[j]!) };
      }),
    );
    const again = await orUndefined(() =>
      fitted({ ...problem, observations }, plan, setting, {
        ...{ seed, deadline: speed.until(end), residualScale: solution.report.scale, isTrial: false },
      }),
    );
    if (again) found.push(await distance(problem, solution, again));
  }
  return found.length === 0
    ? undefined
    : combined(found, (sizes) => Math.sqrt(sizes.reduce((sum, size) => sum + size ** 2, 0) / sizes.length));
}

const better = (one: Fit, other: Fit | undefined): Fit =>
  other && other.solution.report.residual < one.solution.report.residual ? other : one;

/**
 * Share of what few features leave that many leave where there is probably nothing to be found, and of the residual of
 * u = 0 from which on that counts.
 */
const [mostStuck, leastStuck] = [0.8, 1e-4];

/** True for nonlinear problems whose rest is no noise. */
const couldBeStuck = (problem: Problem): boolean => problem.observations.length === 0 && !isLinearProblem(problem);

/**
 * The words for a nonlinear problem that many features solve no better than few, as beyond a fold: where something is
 * left, and noise is not why.
 */
function stuckWords(problem: Problem, few: Fit, many: Fit, zero: number): string | undefined {
  const [n, m] = [few.plan.features, many.plan.features];
  const [before, after] = [few.solution.report.residual, many.solution.report.residual];
  if (m < 2 * n || after < mostStuck * before || after < leastStuck * zero || !couldBeStuck(problem)) return undefined;
  return `it leaves ${after.toExponential(1)} with ${m} random features and ${before.toExponential(1)} with ${n}: it may have no solution, as beyond a fold, or one with a kink or a jump`;
}
