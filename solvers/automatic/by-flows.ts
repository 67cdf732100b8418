/** Steady flows in a plane by mixed elements: their solution, and the estimate of its error. */
import type { Problem } from "../../equations/problem/index.ts";
import { type FlowSolve, flowForm, flowPieces, planeBlocks, solveFlow } from "../mixed/index.ts";
import { Mismatch } from "../spectral/index.ts";
import { doubtful } from "./assessment.ts";
import { resultOfSolves, type Solve } from "./by-spectral.ts";
import type { MethodResult } from "./method-result.ts";
import type { Setting } from "./setting.ts";

/** Share of the budget. */
const shareOfBudget = 0.85;
/** Relative error that needs no improvement, and the largest that is not doubtful where all that is large is in a corner. */
const [defaultTolerance, mostSingular] = [1e-9, 0.1];
/** Share of the quadrilaterals of a mesh that differs nearly everywhere: one cut leaves many places as they are. */
const coarseEnough = 0.5;
/** Steps of a budget that a mesh stands for, and most meshes. */
const [stepsOfMesh, mostMeshes] = [4, 40];

/** Solves by mixed elements; undefined where a problem is no flow, or its shape has no quadrilaterals. */
export async function byFlows(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
  const { say, options, budget, speed } = setting;
  const form = flowForm(problem);
  if (typeof form === "string") return undefined;
  const blocks = planeBlocks(problem);
  if (typeof blocks === "string") {
    say(`no mixed elements: ${blocks}`);
    return undefined;
  }
  const goal = budget.tolerance ?? defaultTolerance;
  const limits = {
    ...{ goal, spent: () => speed.share(), most: shareOfBudget },
    meshes: Math.min(mostMeshes, Math.ceil(1 + (budget.steps ?? Number.POSITIVE_INFINITY) / stepsOfMesh)),
    isAborted: () => options.signal?.aborted === true,
    onMesh: (words: string, errors: FlowSolve["errors"]) =>
      say(errors ? `${words}: error ${errors.unknowns.toExponential(1)}` : words),
  };
  let solves: FlowSolve[];
  try {
    solves = solveFlow(form, blocks, limits);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    say(`no mixed elements: ${error.message}`);
    return undefined;
  }
  const whole = solves.filter(({ share }) => share === 1);
  if (whole.length === 0) {
    say("mixed elements did not come to rest");
    return undefined;
  }
  const { error, solution, evidence, solutionOf } = await resultOfSolves(problem, setting, whole.map(solveOf), goal);
  const quads = ({ rows }: FlowSolve) => rows.mesh.all.length;
  const coarse = whole.findLast((one) => quads(one) <= coarseEnough * quads(whole.at(-1)!));
  const isLast = solves.at(-1) === whole.at(-1);
  // What is unbounded in a corner, as a pressure, has no L²: it is seen without the elements there.
  const { errors } = whole.at(-1)!;
  const excused = errors?.elsewhere.flatMap((size, k) => (size <= doubtful ? [k] : [])) ?? [];
  return {
    ...{ solution, coarser: coarse && solutionOf(solveOf(coarse).pieces) },
    words: solution.trial.words,
    evidence: {
      ...evidence,
      excused,
      most: excused.length === problem.unknowns.length ? mostSingular : doubtful,
    },
    isFinal: isLast && error !== undefined && error.unknowns <= doubtful,
  };
}

function solveOf({ rows, values, errors, steps }: FlowSolve): Solve {
  const { grid, mesh, form } = rows;
  const columns = form.inside.map((_, unknown) => rows.valuesAt(values, unknown));
  const coefficients = new Float64Array(form.inside.length * grid.count);
  for (const [k, column] of columns.entries()) coefficients.set(column, k * grid.count);
  return {
    ...{ pieces: flowPieces(grid, mesh.all, coefficients), change: errors, share: 1, steps },
    ...{ restless: undefined, ended: undefined, isFinite: true },
  };
}
