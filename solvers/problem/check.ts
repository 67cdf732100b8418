/** Faults of a problem that can be known before anything is solved. */
import { OptionsError } from "../../engine/errors.ts";
import { checkBalance } from "./check-balance.ts";
import { checkContradictions } from "./check-contradictions.ts";
import { checkElsewhere, checkObservations } from "./check-elsewhere.ts";
import { checkMissing, gaugeWarnings } from "./check-missing.ts";
import { checkJumps, checkSingular } from "./check-regular.ts";
import { checkValues } from "./check-values.ts";
import type { DifferentiatedText } from "./differentiated.ts";
import { placeKey } from "./place.ts";
import { Probe } from "./probe.ts";
import type { Problem, ProblemWarning } from "./problem.ts";

/**
 * @returns what is doubtful, and no reason to refuse it
 * @throws OptionsError where conditions are missing, or on more than 256 places
 * @throws DomainError where values are not finite, contradict one another, or the exact solution is none; where Neumann data do not
 *   balance the source, an observation lies outside, or a formula asks for an unknown there; where what is differentiated jumps
 */
export function checkProblem(problem: Problem, texts: readonly DifferentiatedText[]): ProblemWarning[] {
  checkPlaces(problem);
  const probe = new Probe(problem);
  checkMissing(problem, probe);
  checkObservations(problem);
  checkValues(problem, probe);
  checkContradictions(problem, probe);
  checkElsewhere(problem, probe);
  checkBalance(problem, probe);
  return [...checkJumps(problem, probe, texts), ...checkSingular(problem, probe), ...gaugeWarnings(problem)];
}

/** Most places on which conditions hold: each is sampled, and compared with each. */
const mostPlaces = 256;

function checkPlaces({ conditions }: Problem): void {
  const { size } = new Set(conditions.map((c) => placeKey(c.on)));
  if (size <= mostPlaces) return;
  const message = `pde: conditions are on ${size} different places, above ${mostPlaces}`;
  throw new OptionsError(`${message}; join those that say the same`, "conditions", size);
}
