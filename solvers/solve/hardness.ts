/** How conditions are met, under the names of today and those of version 0.1. */
import { OptionsError } from "../../engine/errors.ts";
import { isPlainObject } from "../../engine/files/plain-checks.ts";
import { own } from "../../engine/own.ts";

/**
 * Hard conditions hold by construction; soft ones are residual rows, a penalty, and hold in the least-squares sense. "rounded" is "hard", and a start with
 * kinks or jumps inside, or with a kink as a periodic function, holds as well where it diffuses, with what diffusion makes of it in the lift; with "hard" it is a row.
 * "fading" is "hard", and values on the faces of a box of more than three dimensions fade from their face as harmonic functions do, where with "hard" they go on to the
 * opposite face.
 */
export type Hardness = "hard" | "rounded" | "fading" | "soft";

/** What options may say. `"exact"` and `"fitted"` are the names of version 0.1. @deprecated the last two: say "hard" and "soft" */
export type AnyHardness = Hardness | "exact" | "fitted";

const named: Readonly<Record<string, Hardness>> = {
  hard: "hard",
  rounded: "rounded",
  fading: "fading",
  soft: "soft",
  exact: "hard",
  fitted: "soft",
};

/** The option `conditions`. @throws OptionsError where it is none of the names */
export function hardnessOf(caller: string, value: AnyHardness): Hardness {
  const hardness = own(named, value);
  if (hardness !== undefined) return hardness;
  throw new OptionsError(
    `${caller}: conditions is ${value}, expected "hard", "rounded", "fading" or "soft"`,
    "conditions",
    value,
  );
}

const fields: Readonly<Record<string, string>> = {
  exactConditions: "hardConditions",
  fittedConditions: "softConditions",
};

/** Recorded options or a saved report in the names of today; what is no record stays as it is. */
export function inTodaysNames(stored: unknown): unknown {
  if (!isPlainObject(stored)) return stored;
  return Object.fromEntries(
    Object.entries(stored).map(([key, value]) => {
      const name = own(fields, key) ?? key;
      return [name, key === "conditions" && typeof value === "string" ? (own(named, value) ?? value) : value];
    }),
  );
}
