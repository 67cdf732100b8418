/** What decides the result of a training besides its data. */
import { OptionsError } from "../../engine/errors.ts";
import { type LossTerm, lossTerm, type StoredTerm, storedTerm } from "../diffusion/loss-term.ts";
import type { NoiseProcessName } from "../diffusion/process/kinds.ts";
import type { NoiseLaw, NoiseProcess } from "../diffusion/process/process.ts";
import type { UnetOptions } from "../diffusion/unet.ts";
import { type OneStepSettings, type ResolvedOneStep, resolveOneStep } from "../one-step/settings.ts";
import type { Sampling } from "./configuration.ts";
import { checkNoProcess, type GeneratorName, generatorNames, ownChannels } from "./generator/generator.ts";
import type { PresetName } from "./presets/wassdiff.ts";
import { type ResolvedValidation, resolveValidation, type Validation } from "./validation.ts";

/** Everything that decides the result of training; plain JSON. */
export interface TrainingRecipe {
  /** `diffusion`, or `one-step`: a member is one evaluation of the network. @defaultValue "diffusion" */
  readonly generator?: GeneratorName;
  /** Choices of a one-step generator. @defaultValue two members, pixels and means of 2 × 2 */
  readonly oneStep?: OneStepSettings;
  /** Of all randomness: parameters, batches, noise. @defaultValue 0 */
  readonly seed?: number;
  /** Optimizer steps. @defaultValue 2000 */
  readonly steps?: number;
  /** Refinement: fine pixels along a side of a coarse cell. @defaultValue 4 */
  readonly factor?: number;
  /** Crops in a batch. @defaultValue 16 */
  readonly batch?: number;
  /** Side of a crop in fine pixels. @defaultValue 32 */
  readonly crop?: number;
  /** The unit c of ln(1 + R/c) in mm/h, or `"measured"`: the lower quartile of the wet values of the tiles. @defaultValue "measured" */
  readonly unit?: number | "measured";
  /**
   * Tell the network which archive a crop is from: `true` by the events' names, or a name for each event, which several may
   * share. An input is then said to be from one of them. @defaultValue it is not told
   */
  readonly archives?: true | readonly string[];
  /** Its size. @defaultValue the network of 396 009 parameters */
  readonly network?: UnetOptions;
  /** A term of the loss: `"wassdiff"`, or one of your own as an object. @defaultValue null, none */
  readonly term?: "wassdiff" | LossTerm | null;
  /** `"wassdiff"`: the released recipe of arXiv 2410.00381, see {@link wassdiff}; options given beside it go before. @defaultValue none */
  readonly preset?: PresetName;
  /**
   * `"field"`: the network aims at f = ln(1 + R/unit)/divisor itself, sees the conditions as 2f − 1, and f = −1 where they are
   * missing. @defaultValue "residual", f less its bilinear background
   */
  readonly target?: "residual" | "field";
  /** Of f. @defaultValue 1 */
  readonly divisor?: number;
  /** Share of the crops whose coarse rain is withheld: f is −1 in the conditions. @defaultValue 0 */
  readonly dropout?: number;
  /** How the model draws members where nothing else is said. @defaultValue "dpm++2m", 16 evaluations */
  readonly sampling?: Sampling;
  /** Of Adam. @defaultValue 0.99 */
  readonly beta2?: number;
  /** How noise is added and seen; one of your own is an object. @defaultValue "edm" */
  readonly process?: NoiseProcessName | NoiseProcess;
  /** Law of the noise levels, for processes that take one. @defaultValue of EDM: median 0.7 sigmaData, spread 1.3 */
  readonly noise?: NoiseLaw;
  /** Rate after the warm-up. @defaultValue 1e-3 */
  readonly peakRate?: number;
  /** Rate at the end of the cosine. @defaultValue 1e-5 */
  readonly finalRate?: number;
  /** Steps of linear warm-up. @defaultValue 100 */
  readonly warmup?: number;
  /** Largest norm of the gradient. @defaultValue 1 */
  readonly clipNorm?: number;
  /** How training is judged on tiles that it does not see. */
  readonly validation?: Validation;
  /** Decay of the parameter average, min(decay, (n + 1)/(n + 10)) at step n. @defaultValue 0.998 */
  readonly emaDecay?: number;
}

/** A recipe without gaps; of the noise process, the name, and of a term, name and weight. */
export type ResolvedRecipe = Required<
  Omit<TrainingRecipe, "process" | "term" | "unit" | "archives" | "validation" | "preset" | "oneStep" | Later>
> & {
  readonly term: StoredTerm | null;
  /** Of a one-step generator. */
  readonly oneStep?: ResolvedOneStep;
  /** One name an event. @defaultValue the network is not told */
  readonly archives?: readonly string[];
  /** @defaultValue 1, as in checkpoints of before this was stored */
  readonly unit?: number | "measured";
  /** @defaultValue training was not judged */
  readonly validation?: ResolvedValidation;
  /** @defaultValue "edm", as in checkpoints of before this was stored */
  readonly process?: string;
} & Pick<TrainingRecipe, Later>;

/** What is stored only where it is not the default. */
type Later = "generator" | "target" | "divisor" | "dropout" | "sampling" | "beta2";

/** The network of a recipe: its inputs are noise, conditions, and a channel for each archive. */
export const networkOf = (
  network: UnetOptions,
  archives: readonly string[] = [],
  generator: GeneratorName = "diffusion",
): UnetOptions => {
  const inputChannels = ownChannels(generator) + 2 + archives.length;
  const fixed = archives.length > 0 || generator === "one-step";
  return { inputChannels, outputChannels: 1, ...network, ...(fixed && { inputChannels }) };
};

/**
 * Fills in defaults and checks ranges.
 *
 * @param judged - whether there are tiles to judge by
 * @throws OptionsError
 */
export function resolveRecipe(
  options: TrainingRecipe,
  process: NoiseProcess,
  archivesOf: readonly string[] | undefined,
  judged: boolean,
): ResolvedRecipe {
  const {
    seed = 0,
    steps = 2000,
    factor = 4,
    batch = 16,
    crop = 32,
    network = {},
    unit = "measured",
    noise = {},
    peakRate = 1e-3,
    finalRate = 1e-5,
    warmup = 100,
    clipNorm = 1,
    emaDecay = 0.998,
    dropout = 0,
    divisor = 1,
    target = "residual",
    beta2 = 0.99,
    sampling,
  } = options;
  for (const [name, value] of Object.entries({ steps, factor, batch, crop })) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new OptionsError(`trainDownscaler: ${name} is ${value}, expected a positive integer`, name, value);
  }
  const kind = checkKind("trainDownscaler", options, crop);
  process.trainingLevels([0.5], 1, noise);
  const term = lossTerm(options.term);
  checkField("trainDownscaler", { dropout, divisor, target });
  const sizes = {
    seed,
    steps,
    factor,
    batch,
    crop,
    network,
    ...(unit !== 1 && { unit }),
    ...(archivesOf && { archives: archivesOf }),
    ...(dropout !== 0 && { dropout }),
    ...(divisor !== 1 && { divisor }),
    ...(target !== "residual" && { target }),
    ...(beta2 !== 0.99 && { beta2 }),
    ...(sampling && { sampling }),
    ...kind,
    ...(judged && { validation: resolveValidation("trainDownscaler", steps, options) }),
  };
  return {
    ...sizes,
    term: term && storedTerm(term),
    process: process.name,
    noise,
    peakRate,
    finalRate,
    warmup,
    clipNorm,
    emaDecay,
  };
}

/**
 * What a recipe says of its generator, where it is not diffusion.
 *
 * @param crop - side of a crop
 * @throws OptionsError where choices are not of its kind
 */
export function checkKind(
  caller: string,
  o: TrainingRecipe & { readonly validation?: { readonly evaluations?: number } },
  crop: number,
): Pick<ResolvedRecipe, "generator" | "oneStep"> {
  const fail = (name: string, value: unknown, hint: string): never => {
    throw new OptionsError(`${caller}: ${name} is ${JSON.stringify(value)}; ${hint}`, name, value);
  };
  const { generator = "diffusion" } = o;
  if (!generatorNames.includes(generator)) fail("generator", generator, `expected ${generatorNames.join(" or ")}`);
  if (generator === "diffusion") {
    if (o.oneStep !== undefined) fail("oneStep", o.oneStep, 'it goes with generator: "one-step"');
    return {};
  }
  checkNoProcess(caller, o.process);
  if (o.term === "wassdiff") fail("term", o.term, "it is of diffusion; leave it out");
  const { noise, sampling, dropout = 0, divisor = 1, target = "residual", validation } = o;
  const others = { noise, sampling, dropout: dropout || undefined, divisor: divisor === 1 ? undefined : divisor };
  const { evaluations = 1 } = validation ?? {};
  const judged = { "validation.evaluations": evaluations === 1 ? undefined : evaluations };
  const foreign = { ...others, target: target === "residual" ? undefined : target, ...judged };
  for (const [name, value] of Object.entries(foreign)) {
    if (value !== undefined) fail(name, value, "it belongs to diffusion; leave it out");
  }
  return { generator, oneStep: resolveOneStep(caller, o.oneStep ?? {}, crop) };
}

/** @throws OptionsError where the field cannot be shown so */
export function checkField(
  caller: string,
  { dropout = 0, divisor = 1, target = "residual" }: Pick<TrainingRecipe, "dropout" | "divisor" | "target">,
): void {
  const check = (name: string, value: unknown, holds: boolean, expected: string) => {
    if (!holds) throw new OptionsError(`${caller}: ${name} is ${value}, expected ${expected}`, name, value);
  };
  check("dropout", dropout, dropout >= 0 && dropout < 1, "a share from 0 to below 1");
  check("divisor", divisor, divisor > 0 && divisor <= 1e6, "a number above 0");
  check("target", target, target === "residual" || target === "field", "residual or field");
}

/** @throws OptionsError where a recipe is not that of the checkpoint to go on from */
export function checkSame(now: ResolvedRecipe, then: ResolvedRecipe): void {
  const old = { process: "edm", unit: 1, generator: "diffusion" };
  for (const name of Object.keys({ ...old, ...now, ...then }) as (keyof ResolvedRecipe)[]) {
    const [a, b] = [JSON.stringify({ ...old, ...now }[name]), JSON.stringify({ ...old, ...then }[name])];
    if (a === b) continue;
    const hint = "resume with the recipe of the checkpoint";
    throw new OptionsError(`trainDownscaler: ${name} is ${a}, the checkpoint has ${b}; ${hint}`, name, now[name]);
  }
}
