/** Evolutions on shapes by elements that implicit steps solve: their solution, and the estimate of its error. */
import type { Problem } from "../../equations/problem/index.ts";
import { regionOf } from "../elements/region.ts";
import {
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
import type { MethodResult } from "./method-result.ts";
import { Rungs } from "./rungs.ts";
import type { Setting } from "./setting.ts";

/** Share of the budget for all meshes. */
const mostOfBudget = 0.85;
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
  const byClock = budget.processorSeconds === undefined && budget.seconds !== undefined;
  const comparison = new Rungs(problem, setting);
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
      (coarse, fine) => comparison.isEnough(coarse, fine),
    );
  const rungs = await firstThatSuits(problem, stage, options.blas !== "none", marched, say);
  if (!rungs) return undefined;
  for (const { elements, steps, tolerance, left, factorisations } of rungs)
    say(
      `marched on ${elements} elements in ${steps} steps of tolerance ${tolerance.toExponential(0)} with ${factorisations} factors: rows leave ${left.toExponential(1)}`,
    );
  const result = await comparison.result(rungs);
  if (!result) say("not marched on elements: no step came to an end");
  return result;
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
