/** Evolutions on shapes by elements that implicit steps solve: their solution, and the estimate of its error. */
import { numberText } from "../../engine/text/number.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { regionOf } from "../elements/region.ts";
import {
  evolutionPieces,
  NoHybrid,
  type Rung,
  type StageProblem,
  type StageSpace,
  solveEvolution,
  spaceOfFluxes,
  spaceOfRows,
  stageProblem,
  weakForm,
} from "../evolution/index.ts";
import { piecewiseTrial } from "../solution/piecewise-trial.ts";
import { Solution, type SolutionReport } from "../solution/solution.ts";
import { doubtful } from "./assessment.ts";
import { type Comparison, combined, comparisonPoints, distance } from "./distance.ts";
import type { MethodResult } from "./method-result.ts";
import type { Setting } from "./setting.ts";

/** Share of the budget for all meshes. */
const mostOfBudget = 0.85;
/** Relative error that needs no improvement. */
const defaultTolerance = 1e-9;
/** Points at which meshes are compared. */
const compared = 2048;
/** Bounds of the ratio of the errors of two marches in turn. */
const [leastRatio, mostRatio] = [0.15, 0.8];
/** Part of a change that the differences of two orders, summed over steps, explain where steps count beside meshes. */
const bySteps = 0.15;
/** Order in time where what boundaries prescribe lowers it. */
const leastOrder = 2;
/** The ratio that is thought of where a march was cut off. */
const mostOfEnded = 0.6;
/** Error of a march that is compared with no other: at least, and beside what its rows leave. */
const [leastAlone, timesLeft] = [0.1, 3];
/** Share of the time that a march on a finer mesh must have come to be compared with. */
const comparable = 0.3;
/** Steps of a budget that a mesh stands for, and most meshes. */
const [stepsOfMesh, mostMeshes] = [8, 10];

/** Solves on meshes in turn; undefined where the domain is no shape, or no march comes to its end. */
export async function byEvolution(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
  const { options, budget, say, spent, speed, work } = setting;
  if (problem.time === undefined) return undefined;
  const stage = stageProblem(problem);
  if (typeof stage === "string") {
    say(`not marched on elements: ${stage}`);
    return undefined;
  }
  if (!regionOf(stage.problem.domain)?.shape) return undefined;
  const goal = budget.tolerance ?? defaultTolerance;
  const byClock = budget.processorSeconds === undefined && budget.seconds !== undefined;
  const bare: SolutionReport = {
    ...{ ...spent(), status: "budget", steps: 0, rounds: 0, residual: 0, scale: 1, conditions: "penalty" },
    ...{ exactConditions: [], penalizedConditions: problem.conditions.map(({ text }) => text), constants: {} },
  };
  const solutionOf = (rung: Rung) =>
    new Solution(problem, piecewiseTrial(problem, evolutionPieces(problem, rung.field)), bare);
  const errorOf = async (coarse: Rung, fine: Rung) => {
    const found = await distance(problem, solutionOf(fine), solutionOf(coarse), pointsUntil(problem, coarse, fine));
    const ratio = ratioOfErrors(coarse, fine, found.unknowns);
    // They differ by the error of the coarse one without that of the fine one.
    const share = fine.ended ? 1 / (1 - ratio) : ratio / (1 - ratio);
    return combined([found], ([size]) => share * size!);
  };
  const marched = (space: StageSpace) =>
    solveEvolution(
      problem,
      space,
      {
        seconds: speed.limited ? mostOfBudget * work : Number.POSITIVE_INFINITY,
        clock: () => 1000 * spent()[byClock ? "seconds" : "processorSeconds"],
        isAborted: () => options.signal?.aborted === true,
        meshes: Math.min(mostMeshes, Math.ceil(1 + (budget.steps ?? Number.POSITIVE_INFINITY) / stepsOfMesh)),
      },
      async (coarse, fine) => (await errorOf(coarse, fine)).unknowns <= goal,
    );
  const rungs = await firstThatSuits(problem, stage, options.blas !== "none", marched, say);
  if (!rungs) return undefined;
  for (const { elements, steps, tolerance, left, factorisations } of rungs)
    say(
      `marched on ${elements} elements in ${steps} steps of tolerance ${tolerance.toExponential(0)} with ${factorisations} factors: rows leave ${left.toExponential(1)}`,
    );
  const whole = rungs.filter(({ ended }) => ended === undefined);
  const last = rungs.at(-1)!;
  const until = last.field.times.at(-1)!;
  const best = whole.at(-1) ?? last;
  const [begin, end] = problem.bounds[problem.time]!;
  if (best.steps === 0) {
    say("not marched on elements: no step came to an end");
    return undefined;
  }
  const isChecked = last !== best && (until - begin) / (end - begin) >= comparable;
  const [coarse, fine] = isChecked ? [best, last] : [rungs.at(rungs.indexOf(best) - 1)!, best];
  const error = rungs.length > 1 && coarse !== fine ? await errorOf(coarse, fine) : undefined;
  const solution = solutionOf(best).reporting({
    ...{ steps: best.steps, rounds: rungs.length, residual: best.left, scale: 1 },
  });
  const most = Math.max(best.ended ? 1 : leastAlone, timesLeft * best.left);
  const rough = {
    unknowns: most,
    each: problem.unknowns.map(() => most),
    quantities: problem.quantities.map(() => most),
  };
  const isGood = error !== undefined && error.unknowns <= doubtful && best.ended === undefined;
  const collapsed = last.ended === "collapse" && last === best;
  return {
    solution,
    words: solution.trial.words ?? "the march on elements",
    evidence: {
      compared: [error ? { by: "a march on a coarser mesh", error } : { by: "what its rows leave", error: rough }],
      known: [{ by: "the difference of two orders in its steps", share: best.error }],
      warnings: {
        ended:
          best.ended &&
          (collapsed
            ? `its steps shrink to nothing at t = ${numberText(until, 4)}: it has no solution beyond`
            : `there was time up to t = ${numberText(until, 4)}`),
      },
      more: "give it more time",
      ended: isGood && error.unknowns <= goal ? "converged" : "budget",
    },
    isFinal: isGood,
  };
}

/**
 * The error of a march beside that of the one before: by the tolerance of steps and by what meshes leave, and where steps
 * explain a part of the change, by their number. Of a march that was cut off the number is not known.
 */
function ratioOfErrors(coarse: Rung, fine: Rung, change: number): number {
  if (fine.ended) return mostOfEnded;
  const isOfSteps = fine.steps * fine.error > bySteps * change;
  const ratio = Math.max(
    fine.tolerance / coarse.tolerance,
    fine.left / coarse.left,
    isOfSteps ? (coarse.steps / fine.steps) ** leastOrder : 0,
  );
  return Math.min(mostRatio, Math.max(leastRatio, ratio));
}

/** Marches by fluxes, or where they do not suit by least squares; undefined where neither does. */
async function firstThatSuits(
  problem: Problem,
  stage: StageProblem,
  blas: boolean,
  marched: (space: StageSpace) => Promise<readonly Rung[]>,
  say: (words: string) => void,
): Promise<readonly Rung[] | undefined> {
  const rows = spaceOfRows(stage, problem.bounds[problem.time!]![0], blas);
  const form = weakForm(problem);
  let reason = form;
  if (typeof form !== "string") {
    try {
      return await marched(spaceOfFluxes(form, rows.layout));
    } catch (error) {
      if (!(error instanceof NoHybrid)) throw error;
      reason = error.message;
    }
  }
  say(`not marched by fluxes between elements: ${reason}`);
  if (!stage.isCarried) return marched(rows);
  say("not marched on elements: an unknown is carried without diffusion");
  return undefined;
}

/** Points up to the moment that both marches reached. */
function pointsUntil(problem: Problem, ...rungs: readonly Rung[]): Comparison {
  const even = comparisonPoints(problem, compared);
  const [begin, end] = problem.bounds[problem.time!]!;
  const until = Math.min(...rungs.map(({ field }) => field.times.at(-1)!));
  if (until >= end) return even;
  const d = problem.axes.length;
  const points = even.points.slice(0, even.points.length - (even.last ?? 0) * d);
  const share = (until - begin) / (end - begin);
  return { points: points.map((v, i) => (i % d === problem.time ? begin + share * (v - begin) : v)) };
}
