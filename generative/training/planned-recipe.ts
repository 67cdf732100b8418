/** The recipe of a plan with all defaults, before any data are read. */
import { availableParallelism } from "node:os";
import type { Device } from "../../engine/tensors/compile.ts";
import { Downscaler } from "../model/downscaler.ts";
import { findModel } from "../model/find-model.ts";
import { fittedChoices } from "./from-events.ts";
import { archivesOfFields } from "./from-fields.ts";
import { recipeOf, type TrainingPlan } from "./plan.ts";
import { type ResolvedRecipe, resolveRecipe } from "./recipe.ts";
import { startFrom } from "./start.ts";

/** Plain JSON; whether crops are turned depends on the channels where nothing is said (null). */
export type PlannedRecipe = Omit<ResolvedRecipe, "symmetries"> & {
  readonly symmetries: boolean | null;
  readonly tile: number;
  readonly threads: number;
  readonly device: Device;
} & Pick<TrainingPlan["choices"], "regrid">;

/** @throws OptionsError where options do not fit each other, or the model to start from */
export async function plannedRecipe(plan: TrainingPlan): Promise<PlannedRecipe> {
  const { choices, data } = plan;
  const { start: from, threads = Math.min(8, availableParallelism()), device = "cpu", validate } = choices;
  const start = from === undefined ? undefined : await Downscaler.load(findModel(from));
  try {
    if ("events" in data) {
      const fitted = fittedChoices(data, choices, start?.configuration);
      const recipe = recipeOf({ ...plan, choices: fitted }, {});
      const archives = fitted.archives as readonly string[] | undefined;
      const parts = { symmetries: true, blocks: true, archives, validated: (data.held ?? validate) !== undefined };
      const begun = start && startFrom(start, recipe).recipe;
      return { ...resolveRecipe({ ...recipe, ...begun }, parts), tile: fitted.tile, threads, device };
    }
    const { factor: _, ...recipe } = recipeOf(plan, {});
    const begun = start && startFrom(start, recipe).recipe;
    const archives = archivesOfFields(data, choices, start?.configuration);
    const parts = { symmetries: false, archives, validated: validate !== undefined };
    const resolved = resolveRecipe({ ...recipe, ...begun }, parts);
    const { symmetries = null, regrid = "bilinear", tile = 64 } = choices;
    return { ...resolved, symmetries, regrid, tile, threads, device };
  } finally {
    await start?.dispose();
  }
}
