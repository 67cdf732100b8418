/** Summary of an input, kept in the store: workers that come later do not read all of it again. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isMongeError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { readSealedJson, sealedJson } from "../../engine/files/sealed-json.ts";
import type { CoarseSummary } from "../data/coarse-frames.ts";
import { identityHash, planDifferences, readPlan, type UnitIdentity } from "./unit-plan.ts";
import { planPath, unitFolder } from "./unit-rows.ts";

const pathOf = (store: string) => join(unitFolder(store), "checked.json");

/** @param identity - hash of all that units are a function of */
export async function keepChecked(store: string, identity: string, checked: CoarseSummary): Promise<void> {
  if (!existsSync(pathOf(store))) await writeAtomically(pathOf(store), sealedJson({ identity, ...checked }));
}

/**
 * Summary from before of the same model, seed, input and options.
 *
 * @param asked - but for the grid, which is not known yet: where it differs, the store refuses the work
 * @returns undefined where it is to be looked through
 */
export async function checkedBefore(
  store: string,
  asked: Omit<UnitIdentity, "grid">,
): Promise<CoarseSummary | undefined> {
  if (!existsSync(planPath(store)) || !existsSync(pathOf(store))) return undefined;
  try {
    const plan = await readPlan(store, planPath(store));
    const { identity, ...checked } = await readSealedJson(pathOf(store), {
      format: "summary of an input",
      hint: "remove it",
      fields: ["identity", "largest", "amplitude"],
    });
    const same = identity === identityHash(plan) && planDifferences(plan, { ...plan, ...asked }).length === 0;
    return same ? (checked as unknown as CoarseSummary) : undefined;
  } catch (error) {
    if (isMongeError(error)) return undefined;
    throw error;
  }
}
