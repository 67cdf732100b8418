/** What can be known to be wrong with a problem before anything is solved. */
import { OptionsError } from "../../engine/errors.ts";
import { checkContradictions } from "./check-contradictions.ts";
import { checkMissing } from "./check-missing.ts";
import { checkValues } from "./check-values.ts";
import { placeKey } from "./place.ts";
import { Probe } from "./probe.ts";
import type { Problem } from "./problem.ts";

/**
 * @throws OptionsError where conditions are missing, or on more than 256 places
 * @throws DomainError where values are not finite, contradict one another, or the exact solution is none
 */
export function checkProblem(problem: Problem): void {
  checkPlaces(problem);
  checkMissing(problem);
  const probe = new Probe(problem);
  checkValues(problem, probe);
  checkContradictions(problem, probe);
}

/** Most places on which conditions hold: each is sampled, and compared with each. */
const mostPlaces = 256;

function checkPlaces({ conditions }: Problem): void {
  const { size } = new Set(conditions.map((c) => placeKey(c.on)));
  if (size <= mostPlaces) return;
  const message = `pde: conditions are on ${size} different places, above ${mostPlaces}`;
  throw new OptionsError(`${message}; join those that say the same`, "conditions", size);
}
