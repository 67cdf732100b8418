/** Enforcement of conditions, and its names in stored records. */
import { OptionsError } from "../../engine/errors.ts";
import { getOwn } from "../../engine/files/get-own.ts";
import { isPlainObject } from "../../engine/files/plain-checks.ts";

/**
 * "exact": conditions hold by construction where that is possible; values on the faces of a box of more than three dimensions fade from their face as harmonic functions do.
 * "penalty": all are residual rows, and hold in the least-squares sense. Values and starts with kinks or jumps are rows in any case.
 */
export type Enforcement = "exact" | "penalty";

/** The option `conditions`. @throws OptionsError where it is none of the names */
export function enforcementOf(caller: string, value: Enforcement): Enforcement {
  if (value === "exact" || value === "penalty") return value;
  throw new OptionsError(`${caller}: conditions is ${value}, expected "exact" or "penalty"`, "conditions", value);
}

const fields: Readonly<Record<string, string>> = {
  hardConditions: "exactConditions",
  softConditions: "penalizedConditions",
  fittedConditions: "penalizedConditions",
};
const values: Readonly<Record<string, Enforcement>> = { hard: "exact", soft: "penalty", fitted: "penalty" };

/** Recorded options or a saved report in the names of today; what is no record stays as it is. */
export function inTodaysNames(stored: unknown): unknown {
  if (!isPlainObject(stored)) return stored;
  return Object.fromEntries(
    Object.entries(stored).map(([key, value]) => {
      const name = getOwn(fields, key) ?? key;
      return [name, key === "conditions" && typeof value === "string" ? (getOwn(values, value) ?? value) : value];
    }),
  );
}
