/** Evolutions in round shapes of three axes, and those whose fluxes jump at round and slanted surfaces, by curved elements: their solution, and the estimate of its error. */
import type { Problem } from "../../equations/problem/index.ts";
import { Mismatch, rowsForm } from "../spectral/index.ts";
import type { MethodResult } from "./method-result.ts";
import { Rungs } from "./rungs.ts";
import type { Setting } from "./setting.ts";

/** Power of the ratio of tolerances by which errors are thought to fall. */
const ofTolerance = 0.4;

const layersAtStart =
  "its start jumps, or contradicts its conditions: layers begin there that curved elements do not resolve; begin with a start that meets them";

/** Share of the budget for all marches. */
const mostOfBudget = 0.85;

/** Solves by marches on curved blocks; undefined where the problem does not suit them. */
export async function byCurvedMarch(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
  const words = await marched(problem, setting);
  if (typeof words !== "string") return words;
  setting.say(`not marched on curved elements: ${words}`);
  return undefined;
}

async function marched(problem: Problem, setting: Setting): Promise<MethodResult | undefined | string> {
  const { options, budget, spent, speed, work, say } = setting;
  const form = rowsForm(problem);
  if (typeof form === "string") return form;
  const { blocksOfProblem, curvedMarchPieces, marchOnBlocks, unmarchedOnBlocks } = await import("../curved/index.ts");
  const reason = unmarchedOnBlocks(form);
  if (reason) return reason;
  const blocks = blocksOfProblem(problem);
  if (typeof blocks === "string") return blocks;
  const byClock = budget.processorSeconds === undefined && budget.seconds !== undefined;
  const clock = () => spent()[byClock ? "seconds" : "processorSeconds"];
  const began = clock();
  const seconds = speed.limited ? mostOfBudget * work : Number.POSITIVE_INFINITY;
  const comparison = new Rungs(problem, setting);
  type March = Awaited<ReturnType<typeof marchOnBlocks>>[number];
  const rungOf = (march: March) => ({
    ...march,
    pieces: curvedMarchPieces(problem, march.grid, march.states),
    left: march.tolerance ** ofTolerance,
  });
  try {
    const all = await marchOnBlocks(
      form,
      blocks,
      { left: () => seconds - (clock() - began), isAborted: () => options.signal?.aborted === true },
      (coarse, fine) => comparison.isEnough(rungOf(coarse), rungOf(fine)),
    );
    for (const { grid, steps, tolerance, factorisations } of all)
      say(
        `marched on ${blocks.length} curved blocks of degree ${grid.degree} in ${steps} steps of tolerance ${tolerance.toExponential(0)} with ${factorisations} factors`,
      );
    const found = await comparison.result(all.map(rungOf));
    if (!found) return "no step came to an end";
    const { evidence } = found;
    const result = { ...found, solution: found.solution.reporting({ residual: Number.NaN }) };
    if (!all.some(({ isContradicted }) => isContradicted)) return result;
    return { ...result, evidence: { ...evidence, warnings: { ...evidence.warnings, narrow: layersAtStart } } };
  } catch (error) {
    if (error instanceof Mismatch) return error.message;
    throw error;
  }
}
