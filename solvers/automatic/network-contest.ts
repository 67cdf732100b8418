/** Which network suits a problem: a few are begun, judged by the residual on fresh points, and the best goes on. */
import { ConvergenceError } from "../../engine/errors.ts";
import { domainOf } from "../domain/domain.ts";
import { describeNetwork, networkProgram } from "../network/kinds.ts";
import { mlp } from "../network/mlp.ts";
import { type GaussNewtonOptions, gaussNewton } from "../optimizer/gauss-newton.ts";
import type { Problem } from "../problem/problem.ts";
import { fewerPoints, pointsElsewhere } from "../residual/elsewhere.ts";
import { gaussianMixture } from "../sampler/gaussian-mixture.ts";
import { residualDensity } from "../sampler/residual-density.ts";
import { sobol, uniform } from "../sampler/uniform.ts";
import type { SolveOptions } from "../solve/options.ts";
import { suggestedScale } from "../solve/scale.ts";
import type { Solution } from "../solve/solution.ts";
import { solve } from "../solve/solve.ts";
import type { Budget } from "../solve/training.ts";
import { isHomogeneous } from "./homogeneous.ts";
import { missedData } from "./misfit.ts";
import { secondsOfStepWith, seedOfStart } from "./work.ts";

/** A network that was begun, or where time is too short for a competition is to begin. */
export interface Begun {
  readonly options: SolveOptions;
  readonly solution: Solution | undefined;
  /** The optimizer's damping where it stopped. */
  readonly damping: number;
  readonly words: string;
  /** Whether it goes on to the second comparison in any case. */
  readonly seeing?: boolean;
}

/** What the competition needs. */
export interface NetworkContest {
  /** Seed, threads, signal and the like, without a budget. */
  readonly common: SolveOptions;
  /** Nominal seconds of the whole budget. */
  readonly work: number;
  readonly say: (line: string) => void;
  readonly late: () => boolean;
  /** Limits in time that are a share of the budget's; none where it is in steps. */
  readonly within: (share: number) => Pick<Budget, "seconds" | "processorSeconds">;
}

/** Steps below which a comparison says nothing, in many dimensions, where a step is long, as well; the most of a start, and the same with a tenth of the points each. */
const [fewestSteps, fewestBesideLarge, mostSteps, mostSmallSteps] = [12, 3, 60, 600];
/** Share of the budget that a start takes, and the same where large networks compete, whose steps are many and small, without a second comparison. */
const [shareOfStart, shareOfLarge] = [0.05, 0.12];
/** How many go on from the first comparison to a second one, after as many times the steps; nominal seconds below which one is enough. */
const [finalists, longer, leastForFinal] = [2, 2, 20];

/** Weight of observations that lead; share of the budget after which it is seen whether they have to, and that they then take. */
const [weightThatLeads, shareAlone, shareOfLed] = [100, 0.3, 0.25];

/** A network to be tried; `another` start of one that is tried already. */
interface Contestant extends SolveOptions {
  readonly another?: boolean;
  /** Goes on to the second comparison in any case: the others' even points do not see what its points see. */
  readonly seeing?: boolean;
}

/** Nominal seconds from which a budget is long, on two axes, and on more. */
const [longOnTwo, longOnMore] = [50, 120];

/**
 * Whether only larger networks compete: the small ones are ahead after the same few steps, and then come to the end of what they can say long before the budget does.
 *
 * @param work - nominal seconds of the budget
 */
export const isLong = ({ axes }: Problem, work: number): boolean =>
  work >= (axes.length === 2 ? longOnTwo : longOnMore);

/** Dimensions that a first layer of 16 neurons can tell from one another; points of a step where weights are many more. */
const [mostBySmall, fewPoints] = [16, 250];

/** Networks, samplers and numbers of points by dimension, by what the residual of the lift looks like, and by nominal seconds. */
export function candidatesFor(problem: Problem, work: number): readonly Contestant[] {
  const d = problem.axes.length;
  const scale = suggestedScale(problem);
  const several = problem.unknowns.length > 1;
  if (d === 1) {
    return [scale, 4 * scale].map((s) => ({
      network: mlp({ width: 12, depth: 3, scale: s }),
      points: fewerPoints(600, problem.equations, 100),
      sampler: residualDensity(),
    }));
  }
  if (d <= 3) {
    const sampler = pointsElsewhere(problem.equations) > 0 ? sobol() : residualDensity();
    const points = fewerPoints(1500, problem.equations, 150);
    const deep = { network: mlp({ width: 12, depth: 4, scale }), points, sampler };
    const wide = {
      network: mlp({ width: 16, depth: 4, scale }),
      points: fewerPoints(2000, problem.equations, 150),
      sampler,
    };
    if (isLong(problem, work)) {
      const wider = several
        ? [{ network: mlp({ width: 48, depth: 1, scale: Math.max(2, scale / 2) }), points, sampler: sobol() }]
        : [];
      return [wide, { ...wide, network: mlp({ width: 16, depth: 5, scale }) }, { ...wide, another: true }, ...wider];
    }
    return [
      deep,
      wide,
      { ...deep, network: mlp({ width: 12, depth: 5, scale: Math.min(40, 2 * scale) }) },
      // What one wide layer can say of one unknown, random features have said before; a second start of the first does more.
      several
        ? { network: mlp({ width: 48, depth: 1, scale: Math.max(2, scale / 2) }), points, sampler: sobol() }
        : { ...deep, another: true },
    ];
  }
  const box = domainOf(problem.domain).isBox;
  // A first layer of 16 neurons sees 16 directions. A hundred thousand weights learn from few points at a time, and new ones each step (docs/explanation/which-optimizer.md).
  const large = {
    network: mlp({ width: Math.max(256, 4 * d), depth: 2, scale: 1 }),
    sampler: uniform(),
    points: fewPoints,
    boundaryPoints: fewPoints,
    stepsPerRound: 1,
    growth: { after: 1, factor: 1 },
    optimizer: gaussNewton({ geodesic: false }),
    weights: { conditions: 100 },
  };
  return [
    ...(box
      ? [
          {
            network: mlp({ width: 16, depth: 2, squares: true, outputScale: 0.3 }),
            sampler: gaussianMixture({ tempering: 0.5 }),
            points: 2500,
            seeing: true,
          },
        ]
      : []),
    {
      network: mlp({ width: 64, depth: 1 }),
      sampler: sobol(),
      points: 2500,
      boundaryPoints: 1000,
      weights: { conditions: 10 },
    },
    {
      network: mlp({ width: 16, depth: 3 }),
      sampler: sobol(),
      points: 2500,
      boundaryPoints: 500,
      weights: { conditions: 100 },
    },
    ...(d > mostBySmall ? [large] : []),
  ];
}

/** Begins the networks; the best goes on. Where the budget is too small for a comparison it is the first one. */
export async function networkContest(problem: Problem, contest: NetworkContest): Promise<Begun | undefined> {
  const { common, work, late } = contest;
  // Where only the data keep the solution from being nothing, they count as much as the equations do.
  const unforced = isHomogeneous(problem);
  if (unforced) contest.say("u = 0 solves equations and conditions: observations count as much as they do");
  const candidates = candidatesFor(problem, work).map((candidate) => (unforced ? weighed(candidate, 1) : candidate));
  const withLarge = problem.axes.length > mostBySmall;
  const share = withLarge ? shareOfLarge : shareOfStart;
  // What a step of a large network costs hangs on the derivatives of the equation: there the clock ends it.
  const limit = withLarge ? contest.within(share) : {};
  const nominalSteps = (candidate: Contestant) => stepsFor(problem, { ...candidate, ...blasOf(common) }, work * share);
  const fewest = withLarge ? fewestBesideLarge : fewestSteps;
  const all = candidates.filter((candidate) => nominalSteps(candidate) >= fewest);
  const equal = isLong(problem, work) && problem.axes.length <= 3;
  const fewestOfAll = equal ? Math.min(...all.map(nominalSteps)) : Number.POSITIVE_INFINITY;
  const stepsOf = (candidate: Contestant) => Math.min(fewestOfAll, nominalSteps(candidate));
  if (all.length < 2) {
    const { another: _, seeing: _s, ...options } = candidates[0]!;
    const first = { options, solution: undefined, damping: 0.1, words: wordsOf(problem, options) };
    return hasConstants(problem) ? byData(problem, first, contest) : first;
  }
  const begun: Standing[] = [];
  for (const { another, seeing = false, ...candidate } of all) {
    if (common.signal?.aborted || (late() && begun.length > 0)) break;
    const words = wordsOf(problem, candidate) + (another ? ", another start" : "");
    const seed = another ? seedOfStart(common.seed ?? 0, 1) : (common.seed ?? 0);
    const first = { options: candidate, solution: undefined, damping: 0.1, words, seeing };
    const found = await walked(problem, first, { ...contest, common: { ...common, seed } }, stepsOf(candidate), limit);
    if (found) begun.push(found);
  }
  begun.sort((a, b) => a.solution.report.residual - b.solution.report.residual);
  const ahead = begun.filter(({ seeing }, i) => work >= leastForFinal && !withLarge && (i < finalists || seeing));
  for (const one of ahead) {
    if (ahead.length < 2 || common.signal?.aborted || late()) break;
    begun[begun.indexOf(one)] = (await walked(problem, one, contest, longer * one.solution.report.steps)) ?? one;
  }
  const best = begun.reduce<Standing | undefined>(
    (a, b) => (a && a.solution.report.residual <= b.solution.report.residual ? a : b),
    undefined,
  );
  return best && hasConstants(problem) ? byData(problem, best, contest) : best;
}

const blasOf = ({ blas }: SolveOptions): Pick<SolveOptions, "blas"> => (blas === undefined ? {} : { blas });

const hasConstants = (problem: Problem): boolean =>
  Object.keys(problem.trainable).length > 0 && problem.observations.length > 0 && !isHomogeneous(problem);

/** Options in which observations have a weight. */
const weighed = <T extends SolveOptions>(options: T, observations: number): T => ({
  ...options,
  weights: { ...options.weights, observations },
});

/**
 * Goes on with a network whose constants are to be found, for a part of the budget. Where it misses the data then, the equations may have led it away
 * from them, to a minimum with other constants; another one is begun that the data lead, and the better one is returned.
 */
async function byData(problem: Problem, first: Begun, contest: NetworkContest): Promise<Begun> {
  const { work, say, common, late } = contest;
  // A row that asks for the unknowns at other points costs as much as rows there.
  const ofRow = 1 + pointsElsewhere(problem.equations);
  const steps = Math.floor(affordable(problem, { ...first.options, ...blasOf(common) }, work * shareAlone) / ofRow);
  if (steps < fewestSteps) return first;
  // Most machines need a third of the nominal seconds; where only steps count, nominal ones do.
  const many = Object.keys(contest.within(1)).length > 0 ? 3 * steps : steps;
  const alone = await walked(problem, first, contest, many, contest.within(shareAlone));
  if (!alone || common.signal?.aborted || late()) return alone ?? first;
  const missed = await missedData(problem, alone.solution);
  if (missed === undefined) return alone;
  say(`it misses the observations: another one, led by them`);
  const fresh = { ...first, solution: undefined, options: weighed(first.options, weightThatLeads) };
  const led = await walked(problem, fresh, contest, many, contest.within(shareOfLed));
  const own = led && { ...led, options: first.options };
  const then = own && (await walked(problem, own, contest, Math.ceil(many / 2), contest.within(shareOfLed / 2)));
  return then && then.solution.report.residual < alone.solution.report.residual ? then : alone;
}

type Standing = Begun & { readonly solution: Solution };

/** So many steps more; nothing where there is no finite loss: it is out of the competition, the others may do. */
async function walked(
  problem: Problem,
  from: Begun,
  { common, say }: NetworkContest,
  steps: number,
  within: Partial<Budget> = {},
) {
  let { damping } = from;
  try {
    const solution = await goOn(
      problem,
      from,
      {
        ...common,
        growth: { after: 1, factor: 1 },
        budget: { ...within, steps },
        onProgress(progress, round) {
          damping = progress.optimizer["damping"] ?? damping;
          common.onProgress?.(progress, round);
        },
      },
      "delayed",
    );
    const { residual } = solution.report;
    say(`${from.words}: residual ${residual.toExponential(1)} after ${solution.report.steps} steps`);
    return { ...from, solution, damping };
  } catch (error) {
    if (!(error instanceof ConvergenceError)) throw error;
    return undefined;
  }
}

/** A network in words. */
export function wordsOf(problem: Problem, { network }: Pick<SolveOptions, "network">): string {
  const { size } = networkProgram(network!, domainOf(problem.domain), problem.unknowns.length);
  return describeNetwork(network!, size);
}

/**
 * Goes on with the winner under the rest of the budget.
 *
 * @param control - of the damping
 */
export function goOn(
  problem: Problem,
  { options, solution, damping }: Begun,
  common: SolveOptions,
  control: "gain" | "delayed",
): Promise<Solution> {
  const begun = solution && {
    optimizer: gaussNewton({ ...geodesicOf(options), control, damping: Math.min(0.1, Math.max(1e-14, damping)) }),
    ...{ start: solution.theta, residualScale: solution.report.scale },
  };
  return solve(problem, { ...common, ...options, ...begun }, true);
}

const geodesicOf = ({ optimizer }: SolveOptions): GaussNewtonOptions =>
  optimizer && "geodesic" in optimizer ? { geodesic: optimizer.geodesic } : {};

const stepsFor = (problem: Problem, options: SolveOptions, seconds: number): number =>
  Math.min(options.stepsPerRound === 1 ? mostSmallSteps : mostSteps, affordable(problem, options, seconds));

/** Steps that so many nominal seconds allow. */
function affordable(problem: Problem, { network, points = 2000, blas }: SolveOptions, seconds: number): number {
  const { size } = networkProgram(network!, domainOf(problem.domain), problem.unknowns.length);
  return Math.max(1, Math.floor(seconds / secondsOfStepWith(size, points * problem.equations.length, blas)));
}
