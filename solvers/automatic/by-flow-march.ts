/** Flows in time in a plane by mixed elements: their solution, and the estimate of its error. */
import type { Problem } from "../../equations/problem/index.ts";
import { flowForm, marchFlow, planeBlocks, unmarchable } from "../mixed/index.ts";
import { Mismatch } from "../spectral/index.ts";
import type { MethodResult } from "./method-result.ts";
import { Rungs } from "./rungs.ts";
import type { Setting } from "./setting.ts";

/** Share of the budget for all meshes. */
const mostOfBudget = 0.85;
/** Steps of a budget that a mesh stands for, and most meshes. */
const [stepsOfMesh, mostMeshes] = [8, 10];

/** Marches by mixed elements; undefined where a problem is no flow, or its shape has no quadrilaterals. */
export async function byFlowMarch(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
  const { say, options, budget, spent, speed, work } = setting;
  const form = flowForm(problem);
  if (typeof form === "string") return undefined;
  const blocks = unmarchable(form) ?? planeBlocks(problem);
  if (typeof blocks === "string") {
    say(`no flow in time: ${blocks}`);
    return undefined;
  }
  const byClock = budget.processorSeconds === undefined && budget.seconds !== undefined;
  const comparison = new Rungs(problem, setting);
  const limits = {
    seconds: speed.limited ? mostOfBudget * work : Number.POSITIVE_INFINITY,
    clock: () => 1000 * spent()[byClock ? "seconds" : "processorSeconds"],
    isAborted: () => options.signal?.aborted === true,
    meshes: Math.min(mostMeshes, Math.ceil(1 + (budget.steps ?? Number.POSITIVE_INFINITY) / stepsOfMesh)),
  };
  try {
    const rungs = await marchFlow(form, blocks, limits, (coarse, fine) => comparison.isEnough(coarse, fine));
    for (const { elements, steps, tolerance, left, factorisations } of rungs)
      say(
        `marched on ${elements} quadrilaterals in ${steps} steps of tolerance ${tolerance.toExponential(0)} with ${factorisations} factors: polynomials end at ${left.toExponential(1)}`,
      );
    // What a mesh does not resolve says nothing of others.
    const result = await comparison.result(rungs.filter((one) => !one.ended || one === rungs.at(-1)));
    if (!result) say("no flow in time: no step came to an end");
    // Methods for other equations have no better meshes for a flow.
    return result && { ...result, isFinal: rungs.some(({ ended }) => ended === undefined) };
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    say(`no flow in time: ${error.message}`);
    return undefined;
  }
}
