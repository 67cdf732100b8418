/** What decides the training of a paired downscaler besides its data. */
import { OptionsError } from "../../engine/errors.ts";
import { among, type Check, optional, real, record, text } from "../../engine/files/plain-checks.ts";
import { lossTerm, type StoredTerm, storedTerm } from "../diffusion/loss-term.ts";
import type { NoiseProcess } from "../diffusion/process/process.ts";
import { unet } from "../diffusion/unet.ts";
import type { GeneratorName } from "../downscaling/generator/generator.ts";
import { checkKind, type TrainingRecipe } from "../downscaling/recipe.ts";
import { recipeChecks } from "../downscaling/training-file.ts";
import {
  type ResolvedValidation,
  resolveValidation,
  type Validation,
  validationCheck,
  validationChoicesCheck,
} from "../downscaling/validation.ts";
import type { ResolvedOneStep } from "../one-step/settings.ts";

/** How training is judged on pairs that it does not see. */
export interface PairValidation extends Validation {
  /** Of each image, at least 2; the score is fair for any number. @defaultValue 4 */
  readonly members?: number;
}

/** Everything that decides the result of training; plain JSON but for a noise process or term of your own. */
export interface PairRecipe
  extends Pick<
    TrainingRecipe,
    | "generator"
    | "oneStep"
    | "term"
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
  /** How often training is judged, and by how many members, where there are pairs to judge by. */
  readonly validation?: PairValidation;
}

/** A recipe without gaps; of the noise process, the name. */
export type ResolvedPairRecipe = Required<
  Omit<PairRecipe, "process" | "term" | "validation" | "generator" | "oneStep">
> & {
  /** @defaultValue "diffusion" */
  readonly generator?: GeneratorName;
  /** Of a one-step generator. */
  readonly oneStep?: ResolvedOneStep;
  /** Of a one-step generator. @defaultValue none */
  readonly term?: StoredTerm;
  readonly process: string;
  readonly validation: ResolvedValidation;
};

const { generator, oneStep, seed, steps, batch, crop, network, process, noise } = recipeChecks;
const { peakRate, finalRate, warmup, clipNorm, emaDecay } = recipeChecks;
const optimizing = { peakRate, finalRate, warmup, clipNorm, emaDecay };
const shared = { generator, oneStep, seed, steps, batch, crop, network, process, noise, ...optimizing };

/** Tells what is wrong with a stored recipe. */
export const pairRecipeCheck: Check = record({
  ...shared,
  term: optional(recipeChecks.term),
  dropout: real(0, 1),
  symmetries: among(true, false),
  validation: validationCheck,
});

/** The same of a recipe with gaps, as in the record of a run. */
export const pairChoicesCheck: Check = record({
  ...Object.fromEntries(Object.entries(shared).map(([name, check]) => [name, optional(check)])),
  term: optional(text),
  dropout: optional(real(0, 1)),
  symmetries: optional(among(true, false)),
  validation: optional(validationChoicesCheck),
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
  const crop = o.crop ?? 32;
  const { generator, oneStep, network, process: own, noise, validation } = o;
  const asked = { generator, oneStep, network, process: own, noise, validation };
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const kind = checkKind("trainPairs", given, crop);
  const term = lossTerm(o.term);
  if (term !== null && generator !== "one-step") {
    const text = `trainPairs: term is ${term.name}; on pairs it goes with generator: "one-step"`;
    throw new OptionsError(text, "term", o.term);
  }
  const recipe: ResolvedPairRecipe = {
    seed: o.seed ?? 0,
    steps,
    batch: o.batch ?? 16,
    crop,
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
    ...kind,
    ...(term && { term: storedTerm(term) }),
    validation: resolveValidation("trainPairs", steps, o, 4),
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
  const old = { generator: "diffusion" };
  for (const name of Object.keys({ ...old, ...now, ...then }) as (keyof ResolvedPairRecipe)[]) {
    const [a, b] = [JSON.stringify({ ...old, ...now }[name]), JSON.stringify({ ...old, ...then }[name])];
    if (a === b) continue;
    const hint = "resume with the recipe of the checkpoint";
    throw new OptionsError(`trainPairs: ${name} is ${a}, the checkpoint has ${b}; ${hint}`, name, now[name]);
  }
}
