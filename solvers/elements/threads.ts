/** A solve by elements on two threads. */
import { computed, type Team, teamOfTwo } from "../../engine/system/team.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { ElementSolve } from "./mesh-evidence.ts";
import { type ElementOptions, solveByElements } from "./solve.ts";

/** Milliseconds after which a second thread is started: to start it takes a few tenths of a second of the processor. */
const patience = 1000;

/**
 * {@link solveByElements} on this thread and, from two on, on a second one where it takes long; results are bitwise
 * identical.
 *
 * @param threads - of which more than two are not used
 * @param alone - milliseconds before the second one is started
 */
export async function solveByElementsOn(
  threads: number,
  problem: Problem,
  options: ElementOptions,
  alone = patience,
): Promise<ElementSolve | undefined> {
  if (threads < 2) return solveByElements(problem, options);
  const began = performance.now();
  let team: Team | undefined;
  const share: Team["share"] = (plan, parts) => {
    if (!team && performance.now() - began < alone) return computed(parts);
    team ??= teamOfTwo(import.meta.url, "front-thread");
    team.share(plan, parts);
  };
  try {
    return solveByElements(problem, { ...options, share });
  } finally {
    await team?.end();
  }
}
