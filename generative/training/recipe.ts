/** Everything that decides the result of a training besides its data. */
import {
  among,
  type Check,
  checkWhole,
  either,
  list,
  optional,
  optionals,
  positive,
  real,
  record,
  text,
  whole,
} from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import type { WassersteinTerm } from "../../wasserstein/term/index.ts";
import { type LossTerm, lossTerm, type StoredTerm, storedTerm, todaysTerm } from "../diffusion/loss-term.ts";
import { type NoiseProcessName, noiseProcess } from "../diffusion/process/kinds.ts";
import type { NoiseDistribution, NoiseProcess } from "../diffusion/process/process.ts";
import { type UnetOptions, unet } from "../diffusion/unet.ts";
import { networkCheck, type Sampling, samplingCheck } from "../model/configuration.ts";
import {
  type ResolvedValidation,
  resolveValidation,
  type Validation,
  validationCheck,
  validationChoicesCheck,
} from "./validation.ts";
import { withPreset } from "./wassdiff.ts";

/** Everything that decides the result of training besides its data; plain JSON but for a noise process or a term of your own. */
export interface TrainingRecipe {
  /** Of all randomness: parameters, batches, noise. @defaultValue 0 */
  readonly seed?: number;
  /** Optimizer steps. @defaultValue 2000 */
  readonly steps?: number;
  /** Crops in a batch. @defaultValue 16 */
  readonly batch?: number;
  /** Side of a crop in fine pixels; smaller images are taken whole. @defaultValue 32 */
  readonly crop?: number;
  /** Its size. @defaultValue the network of 396 009 parameters */
  readonly network?: UnetOptions;
  /** `"wassdiff"`: the released recipe of arXiv 2410.00381 for block means; options beside it take precedence. @defaultValue none */
  readonly preset?: "wassdiff";
  /**
   * Share of the crops from which an optional input is left out, each by itself, so that it may be absent later: of fields the covariates
   * that are marked optional, or all where none is; of block means the coarse rain. @defaultValue 0
   */
  readonly dropout?: number;
  /** Turn and mirror crops. @defaultValue only where no covariate but season and hour is given, which have no direction */
  readonly symmetries?: boolean;
  /** Noise process; one of your own is an object. @defaultValue "edm" */
  readonly process?: NoiseProcessName | NoiseProcess;
  /** Distribution of the noise levels, for processes that take one. @defaultValue of EDM: median 0.7 sigmaData, spread 1.3 */
  readonly noise?: NoiseDistribution;
  /** A term of the loss of block means: by `wassersteinTerm`, which `solve` takes too, or one of your own. @defaultValue null, none */
  readonly term?: WassersteinTerm | LossTerm | null;
  /** Default sampling of the model. @defaultValue "dpm++2m", 16 evaluations */
  readonly sampling?: Sampling;
  /** Rate after the warm-up. @defaultValue 1e-3 */
  readonly peakRate?: number;
  /** Rate at the end of the cosine. @defaultValue 1e-5 */
  readonly finalRate?: number;
  /** Steps of linear warm-up. @defaultValue a tenth of the steps, at most 100 */
  readonly warmup?: number;
  /** Largest norm of the gradient. @defaultValue 1 */
  readonly clipNorm?: number;
  /** Of Adam. @defaultValue 0.99 */
  readonly beta2?: number;
  /** Decay of the parameter average, min(decay, (n + 1)/(n + 10)) at step n. @defaultValue 0.998 */
  readonly emaDecay?: number;
  /** Validation on data that training does not see. */
  readonly validation?: Validation;

  /**
   * Give the network the archive that a crop is from: `true` by the names of the events, or a name for each event, which several may
   * share. Of fields, each role has one source that all archives share, or as many as there are archives, in their order, with fine
   * cells of one size. An input is then said to be from one of them. @defaultValue it is not given
   */
  readonly archives?: true | readonly string[];

  // Of block means.
  /** Fine pixels along a side of a coarse cell. @defaultValue 4 */
  readonly factor?: number;
  /** The unit c of ln(1 + R/c) in mm/h, or `"measured"`: the lower quartile of the wet values of the tiles. @defaultValue "measured" */
  readonly unit?: number | "measured";
  /**
   * `"field"`: the network aims at f = ln(1 + R/unit)/divisor itself, sees the conditions as 2f − 1, and f = −1 where they are
   * missing. @defaultValue "residual", f less its bilinear background
   */
  readonly target?: "residual" | "field";
  /** Of f. @defaultValue 1 */
  readonly divisor?: number;
}

/** Options of a recipe for block means alone. */
const ofBlocks = ["factor", "unit", "target", "divisor", "preset"] as const;

/** A recipe without gaps; of the noise process, the name, and of a term, name and weight. What belongs to one kind of data is absent with others. */
export interface ResolvedRecipe
  extends Required<
      Omit<TrainingRecipe, (typeof ofBlocks)[number] | "archives" | "term" | "process" | "validation" | "sampling">
    >,
    Pick<TrainingRecipe, "factor" | "unit" | "target" | "divisor" | "sampling"> {
  /** Name of the noise process. */
  readonly process: string;
  /** Validation, where there are data for it. @defaultValue none */
  readonly validation?: ResolvedValidation;
  /** One name for each event or source. @defaultValue the network is not given it */
  readonly archives?: readonly string[];
  /** Name and weight of a term of the loss. @defaultValue none */
  readonly term?: StoredTerm;
}

const COUNT = whole(1, 2 ** 31);
const RATE = real(0, 1e3);

const distanceChecks = {
  norm: among("sliced", "sorted", "dual-sobolev"),
  p: real(1),
  directions: COUNT,
  modes: COUNT,
};
const termCheck = record({
  ...{ name: text, weight: real(0), mixed: optional(among(true)) },
  of: optional(record(distanceChecks)),
});
/** A term among the choices: one of one's own by name. */
const chosenTermCheck = either(
  text,
  record({ kind: among("wasserstein"), weight: real(0), mixed: among(true, false), ...distanceChecks }),
);

/** Checks of the parts that every recipe has, and of those that some have. */
const always = {
  seed: whole(0),
  steps: COUNT,
  batch: COUNT,
  crop: COUNT,
  network: networkCheck,
  dropout: real(0, 1),
  symmetries: among(true, false),
  process: text,
  noise: record({ median: optional(positive()), spread: optional(positive()) }),
  peakRate: RATE,
  finalRate: RATE,
  warmup: whole(0, 2 ** 31),
  clipNorm: positive(),
  beta2: real(0, 1),
  emaDecay: real(0, 1),
};
const sometimes = {
  sampling: optional(samplingCheck),
  factor: optional(whole(1, 256)),
  unit: optional(either(among("measured"), positive(1e6))),
  target: optional(among("residual", "field")),
  divisor: optional(positive(1e6)),
};

/** Tells what is wrong with a stored {@link ResolvedRecipe}. */
export const recipeCheck: Check = record({
  ...always,
  ...sometimes,
  archives: optional(list(text, 1)),
  term: optional(termCheck),
  validation: optional(validationCheck),
});

/** Checks of the parts of a recipe with gaps, as in the record of a run. */
export const recipeChoicesChecks = {
  ...optionals(always),
  ...sometimes,
  archives: optional(either(among(true), list(text, 1))),
  term: optional(chosenTermCheck),
  preset: optional(among("wassdiff")),
  validation: optional(validationChoicesCheck),
};

/** Steps of a training that states none. */
export const DEFAULT_STEPS = 2000;

/** Properties of the data that a recipe depends on. */
export interface RecipeParts {
  /** True if crops are turned where nothing is said. */
  readonly symmetries: boolean;
  /** The data are block means. @defaultValue false */
  readonly blocks?: boolean;
  /** The archive of each event or source, where the network is given it. @defaultValue it is not */
  readonly archives?: readonly string[] | undefined;
  /** True if there are validation data. */
  readonly validated: boolean;
}

/**
 * Fills in defaults and checks ranges.
 *
 * @throws OptionsError
 */
export function resolveRecipe(given: TrainingRecipe, parts: RecipeParts): ResolvedRecipe {
  const options: TrainingRecipe = withPreset(given);
  const { blocks = false, archives, validated } = parts;
  const { generator } = given as { readonly generator?: unknown };
  if (generator !== undefined && generator !== "diffusion") {
    fail("generator", generator, "all models are of diffusion; leave it out, and draw with few evaluations, such as 5");
  }
  if (!blocks) {
    const foreign = ofBlocks.find((name) => given[name] !== undefined && given[name] !== null);
    if (foreign)
      fail(foreign, given[foreign], "it goes with block means, where no coarse data are given; leave it out");
  }
  if (blocks && options.dropout === 1) fail("dropout", 1, "expected a share from 0 to below 1");
  const { steps = DEFAULT_STEPS, crop = 32, network = {}, sampling, unit = "measured", target, divisor } = options;
  const process = noiseProcess(options.process);
  const { factor = 4 } = options;
  const term = lossTerm(options.term);
  if (term && !blocks)
    fail("term", term.name, "it goes with block means, where no coarse data are given; leave it out");
  checkWhole("train", { steps, factor, batch: options.batch, crop });
  const recipe: ResolvedRecipe = {
    seed: options.seed ?? 0,
    steps,
    batch: options.batch ?? 16,
    crop,
    network,
    dropout: options.dropout ?? 0,
    symmetries: options.symmetries ?? parts.symmetries,
    process: process.name,
    noise: options.noise ?? {},
    peakRate: options.peakRate ?? 1e-3,
    finalRate: options.finalRate ?? 1e-5,
    warmup: options.warmup ?? Math.min(100, Math.ceil(steps / 10)),
    clipNorm: options.clipNorm ?? 1,
    beta2: options.beta2 ?? 0.99,
    emaDecay: options.emaDecay ?? 0.998,
    ...(sampling && { sampling }),
    ...(validated && { validation: resolveValidation(steps, options, blocks ? 8 : 4) }),
    ...(blocks && {
      factor,
      unit,
      ...(target && target !== "residual" && { target }),
      ...(divisor !== undefined && divisor !== 1 && { divisor }),
    }),
    ...(archives && { archives }),
    ...(term && { term: storedTerm(term) }),
  };
  const complaint = recipeCheck(recipe, "recipe");
  if (complaint !== undefined) throw new OptionsError(`train: ${complaint.replace(/^recipe\./, "")}`, "recipe", recipe);
  const { multiple } = unet(network);
  if (crop % multiple !== 0) fail("crop", crop, `expected a multiple of ${multiple}`);
  process.trainingLevels([0.5], 1, recipe.noise);
  return recipe;
}

function fail(name: string, value: unknown, hint: string): never {
  throw new OptionsError(`train: ${name} is ${JSON.stringify(value)}; ${hint}`, name, value);
}

/** @throws OptionsError where a run is to go on with another recipe than that of its checkpoint */
export function checkSameRecipe(now: ResolvedRecipe, stored: ResolvedRecipe): void {
  const then = { ...stored, ...(stored.term && { term: todaysTerm(stored.term) }) };
  for (const name of Object.keys({ ...now, ...then }) as (keyof ResolvedRecipe)[]) {
    const [a, b] = [JSON.stringify(now[name]), JSON.stringify(then[name])];
    if (a === b) continue;
    const hint = "resume with the recipe of the checkpoint";
    throw new OptionsError(`train: ${name} is ${a}, the checkpoint has ${b}; ${hint}`, name, now[name]);
  }
}
