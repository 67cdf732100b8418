/** What was doubtful about a problem before it was solved, and still is. */
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../domain/domain.ts";
import type { Expression } from "../expression/expression.ts";
import type { Problem } from "../problem/problem.ts";
import { Solution } from "../solve/solution.ts";
import type { Solved } from "./feature-solve.ts";

/** Points at which it is looked whether a solution passes a place. */
const looked = 2048;

/** Share of the residual of u = 0 below which an equation that is singular inside has a smooth solution. */
const solved = 1e-4;

/** The first warning that a solution leaves open: one with a `share` of the residual of u = 0. */
export async function openWarning(
  { doubts = [] }: Problem,
  solution: Solved,
  share: number,
): Promise<string | undefined> {
  for (const { kind, text, where } of doubts) {
    if (kind === "undetermined" || (kind === "singular" && !(share <= solved))) return text;
    if (kind === "flux" && (where === undefined || (await isPassed(solution, where)))) return text;
  }
  return undefined;
}

/** Whether a formula has both signs in the domain. */
async function isPassed(solution: Solved, where: Expression): Promise<boolean> {
  const signs = new Set<number>();
  for (const { problem, network, theta, report } of solution instanceof Solution ? [solution] : solution.windows) {
    const asked = { name: "where", quantity: where, text: "where" };
    const asking = new Solution({ ...problem, quantities: [asked] }, network, theta, report);
    const values = await asking.quantity("where", domainOf(problem.domain).interior(looked, rng(0).split("passed")));
    await asking.dispose();
    for (const v of values) signs.add(v > 0 ? 1 : -1);
  }
  return signs.size > 1;
}
