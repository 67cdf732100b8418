/** Which network suits a problem: a few are begun, judged by the residual on fresh points, and the best goes on. */
import { ConvergenceError } from "../../engine/errors.ts";
import { domainOf } from "../domain/domain.ts";
import { describeNetwork, networkProgram } from "../network/kinds.ts";
import { mlp } from "../network/mlp.ts";
import { gaussNewton } from "../optimizer/gauss-newton.ts";
import type { Problem } from "../problem/problem.ts";
import { gaussianMixture } from "../sampler/gaussian-mixture.ts";
import { residualDensity } from "../sampler/residual-density.ts";
import { sobol } from "../sampler/uniform.ts";
import type { SolveOptions } from "../solve/options.ts";
import { suggestedScale } from "../solve/scale.ts";
import type { Solution } from "../solve/solution.ts";
import { solve } from "../solve/solve.ts";
import { secondsOfStepWith } from "./work.ts";

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
const shareOfStart = 0.09;

/** Networks, samplers and numbers of points by dimension, and by what the residual of the lift looks like. */
export function candidatesFor(problem: Problem): readonly SolveOptions[] {
  const d = problem.axes.length;
  const scale = suggestedScale(problem);
  const several = problem.unknowns.length > 1;
  if (d === 1) {
    return [scale, 4 * scale].map((s) => ({
      network: mlp({ width: 12, depth: 3, scale: s }),
      points: 600,
      sampler: residualDensity(),
    }));
  }
  if (d <= 3) {
    const [sampler, width] = [residualDensity(), 12];
    return [
      { network: mlp({ width, depth: 4, scale }), points: 1500, sampler },
      { network: mlp({ width, depth: 5, scale: Math.min(40, 2 * scale) }), points: 2000, sampler },
      {
        network: mlp({ width: several ? 48 : 64, depth: 1, scale: Math.max(2, scale / 2) }),
        points: 1500,
        sampler: sobol(),
      },
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
  const { common, work, say, late } = contest;
  const all = candidatesFor(problem);
  const steps = all.map((candidate) => stepsFor(problem, candidate, work * shareOfStart));
  if (Math.min(...steps) < fewestSteps) {
    const [options] = all;
    return { options: options!, solution: undefined, damping: 0.1, words: wordsOf(problem, options!) };
  }
  const begun: (Begun & { readonly solution: Solution })[] = [];
  for (const [i, candidate] of all.entries()) {
    if (common.signal?.aborted || (late() && begun.length > 0)) break;
    const options: SolveOptions = { ...common, ...candidate, growth: { after: 1, factor: 1 } };
    let damping = 0.1;
    try {
      const solution = await solve(problem, {
        ...options,
        budget: { steps: steps[i]! },
        onProgress(progress, round) {
          damping = progress.optimizer["damping"] ?? damping;
          common.onProgress?.(progress, round);
        },
      });
      const words = wordsOf(problem, candidate);
      say(`${words}: residual ${solution.report.residual.toExponential(1)} after ${solution.report.steps} steps`);
      begun.push({ options: candidate, solution, damping, words });
    } catch (error) {
      // A start without a finite loss is out of the competition; the others may do.
      if (!(error instanceof ConvergenceError)) throw error;
    }
  }
  return begun.reduce<(typeof begun)[number] | undefined>(
    (a, b) => (a && a.solution.report.residual <= b.solution.report.residual ? a : b),
    undefined,
  );
}

function wordsOf(problem: Problem, { network }: SolveOptions): string {
  const { size } = networkProgram(network!, domainOf(problem.domain), problem.unknowns.length);
  return describeNetwork(network!, size);
}

/** Goes on with the winner under the rest of the budget. */
export function goOn(problem: Problem, { options, solution, damping }: Begun, common: SolveOptions): Promise<Solution> {
  if (solution === undefined) return solve(problem, { ...common, ...options });
  return solve(problem, {
    ...common,
    ...options,
    optimizer: gaussNewton({ damping: Math.min(0.1, Math.max(1e-14, damping)) }),
    start: solution.theta,
    residualScale: solution.report.scale,
  });
}

function stepsFor(problem: Problem, { network, points = 2000 }: SolveOptions, seconds: number): number {
  const { size } = networkProgram(network!, domainOf(problem.domain), problem.unknowns.length);
  return Math.min(60, Math.floor(seconds / secondsOfStepWith(size, points * problem.equations.length)));
}
