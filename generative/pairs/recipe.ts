/** What decides the training of a paired downscaler besides its data. */
import { OptionsError } from "../../engine/errors.ts";
import { among, type Check, either, optional, real, record, whole } from "../../engine/files/plain-checks.ts";
import type { NoiseProcess } from "../diffusion/process/process.ts";
import { unet } from "../diffusion/unet.ts";
import type { TrainingRecipe } from "../downscaling/train.ts";
import { recipeChecks } from "../downscaling/training-file.ts";

/** How training is judged on pairs that it does not see. */
export interface PairValidation {
  /** Steps between; also after the last. @defaultValue a tenth of all steps */
  readonly every?: number;
  /** Images, chosen once by the seed. @defaultValue 16, or all */
  readonly images?: number;
  /** Of each image, at least 2; the score is fair for any number. @defaultValue 4 */
  readonly members?: number;
  /** Network evaluations a member. @defaultValue 8 */
  readonly evaluations?: number;
  /** Stop where so many validations in a row are no better than the best before. @defaultValue never */
  readonly patience?: number;
}

/** Everything that decides the result of training; plain JSON but for a noise process of your own. */
export interface PairRecipe
  extends Pick<
    TrainingRecipe,
    | "seed"
    | "steps"
    | "batch"
    | "network"
    | "process"
    | "noise"
    | "peakRate"
    | "finalRate"
    | "warmup"
    | "clipNorm"
    | "emaDecay"
  > {
  /** Largest side of a crop in fine pixels; smaller images are taken whole. @defaultValue 32 */
  readonly crop?: number;
  /**
   * Chance that a crop is not told a covariate: each optional field of role `"with"`, `"static"` or `"context"` by itself, or
   * each of those fields where no channel is marked optional. @defaultValue 0
   */
  readonly dropout?: number;
  /** Turn and mirror crops. @defaultValue only where there is no covariate but season and hour, which have no direction */
  readonly symmetries?: boolean;
  readonly validation?: PairValidation;
}

/** A recipe without gaps; of the noise process, the name. */
export type ResolvedPairRecipe = Required<Omit<PairRecipe, "process" | "validation">> & {
  readonly process: string;
  readonly validation: Required<Omit<PairValidation, "patience">> & { readonly patience: number | null };
};

const { seed, steps, batch, crop, network, process, noise, peakRate, finalRate, warmup, clipNorm, emaDecay } =
  recipeChecks;
const shared = { seed, steps, batch, crop, network, process, noise, peakRate, finalRate, warmup, clipNorm, emaDecay };
const count = whole(1, 2 ** 31);

/** Tells what is wrong with a stored recipe. */
export const pairRecipeCheck: Check = record({
  ...shared,
  dropout: real(0, 1),
  symmetries: among(true, false),
  validation: record({
    every: count,
    images: count,
    members: whole(2, 2 ** 31),
    evaluations: whole(2, 2 ** 31),
    patience: either(among(null), count),
  }),
});

/** The same of a recipe with gaps, as in the record of a run. */
export const pairChoicesCheck: Check = record({
  ...Object.fromEntries(Object.entries(shared).map(([name, check]) => [name, optional(check)])),
  dropout: optional(real(0, 1)),
  symmetries: optional(among(true, false)),
  validation: optional(
    record({
      every: optional(count),
      images: optional(count),
      members: optional(whole(2, 2 ** 31)),
      evaluations: optional(whole(2, 2 ** 31)),
      patience: optional(count),
    }),
  ),
});

/** Steps of a training that states none. */
export const DEFAULT_STEPS = 2000;

/**
 * Fills in defaults and checks ranges.
 *
 * @param symmetries - the default, which depends on the channels
 * @throws OptionsError
 */
export function resolvePairRecipe(o: PairRecipe, process: NoiseProcess, symmetries: boolean): ResolvedPairRecipe {
  const steps = o.steps ?? DEFAULT_STEPS;
  const { every = Math.max(1, Math.ceil(steps / 10)), images = 16, members = 4, evaluations = 8 } = o.validation ?? {};
  const recipe: ResolvedPairRecipe = {
    seed: o.seed ?? 0,
    steps,
    batch: o.batch ?? 16,
    crop: o.crop ?? 32,
    network: o.network ?? {},
    process: process.name,
    noise: o.noise ?? {},
    peakRate: o.peakRate ?? 1e-3,
    finalRate: o.finalRate ?? 1e-5,
    warmup: o.warmup ?? Math.min(100, Math.ceil(steps / 10)),
    clipNorm: o.clipNorm ?? 1,
    emaDecay: o.emaDecay ?? 0.998,
    dropout: o.dropout ?? 0,
    symmetries: o.symmetries ?? symmetries,
    validation: { every, images, members, evaluations, patience: o.validation?.patience ?? null },
  };
  const complaint = pairRecipeCheck(recipe, "recipe");
  if (complaint !== undefined) throw new OptionsError(`trainPairs: ${complaint}`, "recipe", recipe);
  const { multiple } = unet(recipe.network);
  if (recipe.crop % multiple !== 0) {
    throw new OptionsError(
      `trainPairs: crop is ${recipe.crop}, expected a multiple of ${multiple}`,
      "crop",
      recipe.crop,
    );
  }
  process.trainingLevels([0.5], 1, recipe.noise);
  return recipe;
}

/** @throws OptionsError where a resumed run is to go on with another recipe */
export function checkSameRecipe(now: ResolvedPairRecipe, then: ResolvedPairRecipe): void {
  for (const name of Object.keys(now) as (keyof ResolvedPairRecipe)[]) {
    const [a, b] = [JSON.stringify(now[name]), JSON.stringify(then[name])];
    if (a === b) continue;
    const hint = "resume with the recipe of the checkpoint";
    throw new OptionsError(`trainPairs: ${name} is ${a}, the checkpoint has ${b}; ${hint}`, name, now[name]);
  }
}
