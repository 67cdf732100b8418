/** What can be known to be wrong with a problem before anything is solved. */
import { checkContradictions } from "./check-contradictions.ts";
import { checkMissing } from "./check-missing.ts";
import { checkValues } from "./check-values.ts";
import { Probe } from "./probe.ts";
import type { Problem } from "./problem.ts";

/**
 * @throws OptionsError where conditions are missing
 * @throws DomainError where values are not finite, contradict one another, or the exact solution is none
 */
export function checkProblem(problem: Problem): void {
  checkMissing(problem);
  const probe = new Probe(problem);
  checkValues(problem, probe);
  checkContradictions(problem, probe);
}
