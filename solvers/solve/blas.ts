/** The linear algebra of a run, under a name that its record keeps. */
import { OptionsError } from "../../engine/errors.ts";
import { isPlainObject } from "../../engine/files/plain-checks.ts";
import { type SystemBlas, systemBlas } from "../../engine/system/system-blas.ts";

/**
 * The name of the machine's BLAS, or "none".
 *
 * @param asked - "auto", "none", or the name that a run was begun with
 * @throws OptionsError where that is another one: bits would differ
 */
export function blasName(caller: string, asked = "auto"): string {
  if (asked === "none") return asked;
  const found = systemBlas()?.name ?? "none";
  if (asked === "auto" || asked === found) return found;
  const way = `take "auto" or "none"; a run that began with "${asked}" goes on where that is`;
  throw new OptionsError(
    `${caller}: blas is "${asked}", but this machine has ${found === "none" ? "none" : `"${found}"`}; ${way}`,
    "blas",
    asked,
  );
}

/** The library of a resolved name. */
export const blasOf = (name: string): SystemBlas | undefined => (name === "none" ? undefined : systemBlas());

/** Options as they were recorded before there was a choice: without a BLAS. */
export function withBlas(stored: unknown): unknown {
  if (!isPlainObject(stored) || !("optimizer" in stored) || "blas" in stored) return stored;
  return { ...stored, blas: "none" };
}
