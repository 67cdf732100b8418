/** What a training run is to do, without gaps: from the options of `train`, or from the record of an interrupted run. */

import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { Device } from "../../engine/compile.ts";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import {
  among,
  type Check,
  either,
  list,
  optional,
  positive,
  real,
  record,
  text,
  whole,
} from "../../engine/files/plain-checks.ts";
import { readRunOptions } from "../../engine/files/run.ts";
import { leastCommonMultiple } from "../../engine/numerics/least-common-multiple.ts";
import type { TimeRange } from "../../io/dataset/index.ts";
import type { UnetOptions } from "../diffusion/unet.ts";
import { archivesOfEvents } from "./archive/index.ts";
import type { DownscalerConfiguration } from "./configuration.ts";
import type { Intervals } from "./events/read-rain.ts";
import { withPreset } from "./presets/wassdiff.ts";
import { checkField, type TrainingRecipe } from "./recipe.ts";
import type { TrainingChoices } from "./training-choices.ts";
import { recipeChecks } from "./training-file.ts";
import { validationChoicesCheck } from "./validation.ts";

/** The noise process and a term go by their names. */
type RecordedRecipe = Omit<TrainingRecipe, "process" | "term" | "archives" | "preset"> & {
  readonly process?: string;
  readonly term?: string;
  readonly archives?: readonly string[];
};

/** All options of a run; plain JSON, as in its record. */
export interface TrainingPlan {
  readonly data: readonly string[];
  readonly variable: string | null;
  readonly units: string | null;
  readonly interval: Intervals | null;
  readonly time: TimeRange | null;
  readonly every: number;
  readonly cap: number | null;
  readonly wetThreshold: number | null;
  readonly largestRate: number | null;
  /** The thresholds are in mm/h, not in the data's units: plans of before were. @defaultValue they are in the data's */
  readonly limits?: "mm h-1";
  readonly factor: number;
  readonly tile: number;
  readonly crop: number;
  readonly batch: number;
  readonly channels: number;
  readonly steps: number;
  readonly seed: number;
  readonly threads: number;
  readonly device: Device;
  readonly out: string;
  readonly name: string;
  /** Whatever else of the recipe was chosen. @defaultValue nothing */
  readonly recipe?: RecordedRecipe;
  /** Files may lead to other files. @defaultValue false */
  readonly allowExternal?: true;
  /** The data were fields in memory, which only the caller has. @defaultValue false */
  readonly fields?: true;
  /** File of the model to start from. @defaultValue none */
  readonly start?: string;
  /** Times that are held out, or names of the events that are. @defaultValue nothing */
  readonly validate?: TimeRange | readonly string[];
  /** Of the data and of what is held out, once the run has begun. */
  readonly dataSha256?: readonly string[];
  /** Of the model to start from, once the run has begun. */
  readonly startSha256?: string;
}

const orNull = (check: Check): Check => either(among(null), check);
const count = whole(1);
const range = list(whole(0), 2, 2);
const { network, unit, archives, process, noise, peakRate, finalRate, warmup, clipNorm, emaDecay } = recipeChecks;

const { generator, oneStep, target, divisor, dropout, beta2, sampling } = recipeChecks;

const timeCheck = either(record({ dates: list(orNull(text), 2, 2) }), record({ indices: range }));

/** Tells what is wrong with a plan that was recorded. */
const planCheck: Check = record({
  data: list(text, 1),
  variable: orNull(text),
  units: orNull(text),
  interval: orNull(either(among("time"), list(positive(), 1))),
  time: orNull(timeCheck),
  every: count,
  cap: orNull(count),
  wetThreshold: orNull(real(0)),
  largestRate: optional(orNull(positive())),
  limits: optional(among("mm h-1")),
  factor: whole(2, 256),
  tile: count,
  crop: count,
  batch: count,
  channels: whole(8, 4096),
  steps: whole(1, 2 ** 31),
  seed: whole(0),
  // In records of before; a run with another term cannot go on.
  term: optional(among("none")),
  weight: optional(among(0)),
  threads: count,
  device: among("cpu", "webgpu", "cuda"),
  out: text,
  name: text,
  recipe: optional(
    record({
      network: optional(network),
      unit,
      archives,
      generator,
      oneStep,
      term: optional(text),
      process,
      noise: optional(noise),
      peakRate: optional(peakRate),
      finalRate: optional(finalRate),
      warmup: optional(warmup),
      clipNorm: optional(clipNorm),
      emaDecay: optional(emaDecay),
      validation: optional(validationChoicesCheck),
      target,
      divisor,
      dropout,
      beta2,
      sampling,
    }),
  ),
  allowExternal: optional(among(true)),
  fields: optional(among(true)),
  start: optional(text),
  validate: optional(either(timeCheck, list(text, 1))),
  dataSha256: optional(list(text)),
  startSha256: optional(text),
});

/** The network halves the resolution twice. */
const HALVINGS = 4;
const CROP = 32;
const TILE = 64;

/** What was found for a plan. */
export interface PlanParts {
  /** Whether data are fields. @defaultValue false */
  readonly fields?: boolean | undefined;
  /** Events to judge by. @defaultValue none */
  readonly held?: readonly string[];
  /** The model to start from; in a run that goes on, all is recorded but its file. @defaultValue none */
  readonly start?: { readonly path: string; readonly configuration?: DownscalerConfiguration };
}

/** Fills in defaults and checks what belongs together. @throws OptionsError */
export function resolvePlan(
  data: readonly string[],
  given: TrainingChoices,
  { fields = false, held, start }: PlanParts = {},
): TrainingPlan {
  const o: TrainingChoices = withPreset(given);
  const { normalization, archives, network: sizes } = start?.configuration ?? {};
  const known = archives ?? (start && o.archives !== true ? o.archives : undefined);
  const { factor = normalization?.factor ?? 4 } = o;
  const network = o.network ?? (sizes && sizesOf(sizes)) ?? {};
  const { baseChannels: channels = 24, ...otherNetwork } = network;
  const interval = typeof o.interval === "number" ? [o.interval] : (o.interval ?? null);
  const side = leastCommonMultiple(factor, HALVINGS);
  const crop = o.crop ?? Math.ceil(CROP / side) * side;
  const tile = o.tile ?? Math.max(crop, Math.floor(TILE / factor) * factor);
  const check = (option: string, value: unknown, holds: boolean, expected: string) => {
    if (!holds) throw new OptionsError(`train: ${option} is ${value}; ${expected}`, option, value);
  };
  const positiveWhole = { factor, crop, tile, every: o.every ?? 1, cap: o.cap ?? 1, threads: o.threads ?? 1 };
  for (const [name, value] of Object.entries(positiveWhole)) {
    check(name, value, Number.isSafeInteger(value) && value > 0, "expected a positive whole number");
  }
  for (const name of ["wetThreshold", "largestRate"] as const) {
    const value = o[name] ?? 1;
    check(name, value, value >= 0 && Number.isFinite(value), "expected a number from 0 on, in the units of the data");
  }
  check("crop", crop, crop % side === 0, `it must be a multiple of ${side}`);
  check("tile", tile, tile % factor === 0 && tile >= crop, `it must be a multiple of ${factor} and at least ${crop}`);
  check("channels", channels, channels % 8 === 0, "it must be a multiple of 8 (it is `network.baseChannels`)");
  checkField("train", o);
  const files = data.length + (held?.length ?? 0);
  const fits = interval === null || interval === "time" || interval.length === 1 || interval.length === files;
  check("interval", interval, fits, `it must be one value, or ${files}, one a file`);
  const { unit = normalization ? (normalization.unit ?? 1) : "measured" } = o;
  check("unit", unit, unit === "measured" || (unit > 0 && unit < 1e6), 'expected mm/h above 0, or "measured"');
  if (fields) check("variable", o.variable, o.variable === undefined, "it must be left out: the data are fields");
  const told = o.archives ?? (known && true);
  const names = told && archivesOfEvents(told, [...data, ...(held ?? [])], known);
  const rest = { ...restOfRecipe({ ...o, unit }, otherNetwork), ...(names && { archives: names }) };
  const validate = held ? held.map((path) => (fields ? path : resolve(path))) : (o.validate as TimeRange | undefined);
  if (o.validation !== undefined)
    check("validation", JSON.stringify(o.validation), validate !== undefined, "it needs `validate`");
  return {
    data: fields ? data : data.map((path) => resolve(path)),
    variable: o.variable ?? null,
    units: o.units ?? null,
    interval,
    time: o.time ?? null,
    every: o.every ?? 1,
    cap: o.cap ?? null,
    wetThreshold: o.wetThreshold ?? null,
    largestRate: o.largestRate ?? null,
    factor,
    tile,
    crop,
    batch: o.batch ?? 16,
    channels,
    steps: o.steps ?? 2000,
    seed: o.seed ?? 0,
    threads: o.threads ?? Math.min(8, availableParallelism()),
    device: o.device ?? "cpu",
    out: o.out === undefined ? "" : resolve(o.out),
    name: o.name ?? "train",
    ...(Object.keys(rest).length > 0 && { recipe: rest }),
    ...(o.allowExternal && { allowExternal: true as const }),
    ...(fields && { fields }),
    ...(start && { start: start.path }),
    ...(validate && { validate }),
  };
}

/** What of a model's network is chosen. */
const sizesOf = ({ inputChannels: _in, outputChannels: _out, ...sizes }: UnetOptions): UnetOptions => sizes;

/** What the keys of old plans cannot say. */
function restOfRecipe(o: TrainingRecipe, network: NonNullable<TrainingRecipe["network"]>): RecordedRecipe {
  const { unit = 1, noise, peakRate, finalRate, warmup, clipNorm, emaDecay, validation } = o;
  const { generator, oneStep, target, divisor, dropout, beta2, sampling } = o;
  const process = typeof o.process === "object" ? o.process.name : o.process;
  const term = (typeof o.term === "object" ? o.term?.name : o.term) ?? undefined;
  const kind = { generator: generator === "diffusion" ? undefined : generator, oneStep };
  const shown = { ...kind, target, divisor, dropout, beta2, sampling };
  const chosen = { process, term, noise, peakRate, finalRate, warmup, clipNorm, emaDecay, validation, ...shown };
  return {
    ...Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)),
    ...(Object.keys(network).length > 0 && { network }),
    ...(unit !== 1 && { unit }),
  };
}

/** The options that give a plan; of a noise process and a term, the name, and nothing of what was found for it. */
export function choicesOf(plan: TrainingPlan): TrainingChoices {
  const { variable, units, interval, time, cap, every, wetThreshold, largestRate, tile, threads, device, out, name } =
    plan;
  const { validate } = plan;
  return {
    unit: 1,
    ...named(plan.recipe),
    ...recipeBase(plan),
    ...(variable !== null && { variable }),
    ...(units !== null && { units }),
    ...(interval !== null && { interval }),
    ...(time !== null && { time }),
    ...(cap !== null && { cap }),
    ...(plan.allowExternal && { allowExternal: true }),
    ...(validate !== undefined && !Array.isArray(validate) && { validate }),
    ...(wetThreshold !== null && { wetThreshold }),
    ...(largestRate !== null && largestRate !== undefined && { largestRate }),
    ...{ every, tile, threads, device, out, name },
  };
}

/** A process or term of one's own is known by its name alone; `train` puts the given one in its place. */
const named = (recipe: RecordedRecipe = {}): TrainingRecipe => recipe as TrainingRecipe;

function recipeBase(plan: TrainingPlan) {
  const { seed, steps, factor, batch, crop, channels, recipe = {} } = plan;
  const network = { baseChannels: channels, ...recipe.network };
  return { seed, steps, factor, batch, crop, network };
}

/** The recipe of a plan; what it leaves out has the library's defaults. */
export function recipeOf(plan: TrainingPlan): TrainingRecipe & { readonly steps: number } {
  return { warmup: Math.min(100, Math.ceil(plan.steps / 10)), ...named(plan.recipe), ...recipeBase(plan) };
}

/** The plan in a run's record. @throws FormatError */
export async function readPlan(folder: string): Promise<TrainingPlan> {
  const path = join(folder, "options.json");
  const stored = await readRunOptions(folder);
  const complaint = planCheck(stored, "options");
  if (complaint !== undefined) {
    const message = `it is no record of \`monge train\` (${complaint})`;
    throw new FormatError(path, "run", message, "name a run that this command began");
  }
  const plan = stored as TrainingPlan;
  const { dataSha256, startSha256 } = plan;
  // Plans of before had no limit of clutter, and their threshold was in mm/h.
  const old = plan.limits !== undefined || plan.largestRate === undefined;
  const resolved = resolvePlan(plan.data, choicesOf(plan), partsOf(plan));
  return {
    ...resolved,
    ...(old && { limits: "mm h-1" }),
    ...(dataSha256 && { dataSha256 }),
    ...(startSha256 && { startSha256 }),
  };
}

/** What was found for a plan that is recorded. */
export function partsOf({ fields, start, validate }: TrainingPlan): PlanParts {
  const held = Array.isArray(validate) ? (validate as readonly string[]) : undefined;
  return { fields: fields ?? false, ...(held && { held }), ...(start !== undefined && { start: { path: start } }) };
}

/** An option given beside `resume` must be the run's own. @throws OptionsError */
export function checkRecorded(wanted: TrainingPlan, recorded: TrainingPlan, folder: string): void {
  for (const name of Object.keys({ ...recorded, ...wanted }) as (keyof TrainingPlan)[]) {
    const [now, then] = [JSON.stringify(wanted[name]), JSON.stringify(recorded[name])];
    if (name === "dataSha256" || name === "startSha256" || name === "limits" || now === then) continue;
    const message = `\`resume\`: ${name} is ${now}, but ${folder} has ${then}; leave it out`;
    throw new OptionsError(message, name, wanted[name]);
  }
}
