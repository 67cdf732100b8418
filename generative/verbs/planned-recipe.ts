/** What a training on pairs is made by, from its plan: as chosen, and with all defaults. */
import { availableParallelism } from "node:os";
import { noiseProcess } from "../diffusion/process/kinds.ts";
import { type PairRecipe, type ResolvedPairRecipe, resolvePairRecipe } from "../pairs/recipe.ts";
import type { PairTrainingChoices, PairTrainingPlan } from "./training-choices.ts";

/** What is trained by, with all defaults: plain JSON; whether crops are turned depends on the channels where nothing is said. */
export function plannedRecipe(plan: PairTrainingPlan): Omit<ResolvedPairRecipe, "symmetries"> & {
  readonly symmetries: boolean | null;
  readonly regrid: NonNullable<PairTrainingChoices["regrid"]>;
  readonly tile: number;
  readonly threads: number;
  readonly device: NonNullable<PairTrainingChoices["device"]>;
} {
  const { choices } = plan;
  const { regrid = "bilinear", tile = 64, threads = Math.min(8, availableParallelism()), device = "cpu" } = choices;
  const recipe = recipeOf(plan, {});
  const resolved = resolvePairRecipe(recipe, noiseProcess(recipe.process), false);
  return { ...resolved, symmetries: choices.symmetries ?? null, regrid, tile, threads, device };
}

/** The recipe among the choices; a noise process or term of one's own is the given one. */
export function recipeOf(
  { choices }: PairTrainingPlan,
  options: Pick<PairTrainingChoices, "process" | "term">,
): PairRecipe {
  const {
    time: _1,
    validate: _2,
    regrid: _3,
    interval: _4,
    clipNegative: _5,
    allowExternal: _0,
    wetThreshold: _6,
    rain: _h,
    notRain: _i,
    factor: _7,
    correct: _g,
    ...more
  } = choices;
  const { tile: _8, cap: _9, optional: _a, start: _b, threads: _c, device: _d, out: _e, name: _f, ...recipe } = more;
  const { process, term, ...rest } = recipe;
  const own = options.process ?? (process as PairTrainingChoices["process"]);
  const added = options.term ?? (term as PairTrainingChoices["term"]);
  return { ...rest, ...(own !== undefined && { process: own }), ...(added !== undefined && { term: added }) };
}
