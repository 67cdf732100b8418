/** Which network suits a problem: a few are begun, judged by the residual on fresh points, and the best goes on. */
import { ConvergenceError } from "../../engine/errors.ts";
import { domainOf } from "../domain/domain.ts";
import { describeNetwork, networkProgram } from "../network/kinds.ts";
import { mlp } from "../network/mlp.ts";
import { gaussNewton } from "../optimizer/gauss-newton.ts";
import type { Problem } from "../problem/problem.ts";
import { fewerPoints, pointsElsewhere } from "../residual/elsewhere.ts";
import { gaussianMixture } from "../sampler/gaussian-mixture.ts";
import { residualDensity } from "../sampler/residual-density.ts";
import { sobol } from "../sampler/uniform.ts";
import type { SolveOptions } from "../solve/options.ts";
import { suggestedScale } from "../solve/scale.ts";
import type { Solution } from "../solve/solution.ts";
import { solve } from "../solve/solve.ts";
import { isUnforced } from "./unforced.ts";
import { secondsOfStepWith, seedOfStart } from "./work.ts";

/** A network that was begun, or where time is too short for a competition is to begin. */
export interface Begun {
  readonly options: SolveOptions;
  readonly solution: Solution | undefined;
  /** The optimizer's damping where it stopped. */
  readonly damping: number;
  readonly words: string;
}

/** What the competition needs. */
export interface NetworkContest {
  /** Seed, threads, signal and the like, without a budget. */
  readonly common: SolveOptions;
  /** Nominal seconds of the whole budget. */
  readonly work: number;
  readonly say: (line: string) => void;
  readonly late: () => boolean;
}

/** Steps below which a comparison says nothing. */
const fewestSteps = 12;
/** Share of the budget that a start takes. */
const shareOfStart = 0.05;
/** How many go on from the first comparison to a second one, after as many times the steps; nominal seconds below which one is enough. */
const [finalists, longer, leastForFinal] = [2, 2, 20];

/** A network to be tried; `another` start of one that is tried already. */
interface Contestant extends SolveOptions {
  readonly another?: boolean;
}

/** Networks, samplers and numbers of points by dimension, and by what the residual of the lift looks like. */
export function candidatesFor(problem: Problem): readonly Contestant[] {
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
    return [
      deep,
      { network: mlp({ width: 16, depth: 4, scale }), points: fewerPoints(2000, problem.equations, 150), sampler },
      { ...deep, network: mlp({ width: 12, depth: 5, scale: Math.min(40, 2 * scale) }) },
      // What one wide layer can say of one unknown, random features have said before; a second start of the first does more.
      several
        ? { network: mlp({ width: 48, depth: 1, scale: Math.max(2, scale / 2) }), points, sampler: sobol() }
        : { ...deep, another: true },
    ];
  }
  const box = domainOf(problem.domain).isBox;
  return [
    ...(box
      ? [
          {
            network: mlp({ width: 16, depth: 2, squares: true, outputScale: 0.3 }),
            sampler: gaussianMixture({ tempering: 0.5 }),
            points: 2500,
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
  ];
}

/** Begins the networks; the best goes on. Where the budget is too small for a comparison it is the first one. */
export async function networkContest(problem: Problem, contest: NetworkContest): Promise<Begun | undefined> {
  const { common, work, late } = contest;
  // Where only the data keep the solution from being nothing, they count as much as the equations do.
  const unforced = isUnforced(problem);
  const heavy = unforced ? { weights: { observations: 1 } } : {};
  if (unforced) contest.say("u = 0 solves equations and conditions: observations count as much as they do");
  const candidates = candidatesFor(problem).map((candidate) => ({ ...heavy, ...candidate }));
  const stepsOf = (candidate: Contestant) =>
    stepsFor(problem, { ...candidate, ...(common.blas !== undefined && { blas: common.blas }) }, work * shareOfStart);
  const all = candidates.filter((candidate) => stepsOf(candidate) >= fewestSteps);
  if (all.length < 2) {
    const [options] = candidates;
    return { options: options!, solution: undefined, damping: 0.1, words: wordsOf(problem, options!) };
  }
  const begun: Standing[] = [];
  for (const { another, ...candidate } of all) {
    if (common.signal?.aborted || (late() && begun.length > 0)) break;
    const words = wordsOf(problem, candidate) + (another ? ", another start" : "");
    const seed = another ? seedOfStart(common.seed ?? 0, 1) : (common.seed ?? 0);
    const first = { options: candidate, solution: undefined, damping: 0.1, words };
    const found = await walked(problem, first, { ...contest, common: { ...common, seed } }, stepsOf(candidate));
    if (found) begun.push(found);
  }
  begun.sort((a, b) => a.solution.report.residual - b.solution.report.residual);
  const ahead = begun.slice(0, work < leastForFinal ? 0 : finalists);
  for (const [i, one] of ahead.entries()) {
    if (ahead.length < 2 || common.signal?.aborted || late()) break;
    begun[i] = (await walked(problem, one, contest, longer * one.solution.report.steps)) ?? one;
  }
  return begun.reduce<Standing | undefined>(
    (a, b) => (a && a.solution.report.residual <= b.solution.report.residual ? a : b),
    undefined,
  );
}

type Standing = Begun & { readonly solution: Solution };

/** So many steps more; nothing where there is no finite loss: it is out of the competition, the others may do. */
async function walked(problem: Problem, from: Begun, { common, say }: NetworkContest, steps: number) {
  let { damping } = from;
  try {
    const solution = await goOn(
      problem,
      from,
      {
        ...common,
        growth: { after: 1, factor: 1 },
        budget: { steps },
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

function wordsOf(problem: Problem, { network }: SolveOptions): string {
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
    optimizer: gaussNewton({ control, damping: Math.min(0.1, Math.max(1e-14, damping)) }),
    ...{ start: solution.theta, residualScale: solution.report.scale },
  };
  return solve(problem, { ...common, ...options, ...begun });
}

function stepsFor(problem: Problem, { network, points = 2000, blas }: SolveOptions, seconds: number): number {
  const { size } = networkProgram(network!, domainOf(problem.domain), problem.unknowns.length);
  return Math.min(60, Math.floor(seconds / secondsOfStepWith(size, points * problem.equations.length, blas)));
}
