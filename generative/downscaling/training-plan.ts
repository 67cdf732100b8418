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
import { archivesOfEvents } from "./archive/index.ts";
import type { Intervals } from "./read-rain.ts";
import type { TrainingRecipe } from "./train.ts";
import { recipeChecks } from "./training-file.ts";

/** What decides a training on rain besides its data: the recipe, and what is read of the data. */
export interface TrainingChoices extends TrainingRecipe {
  /** Variable of the files. @defaultValue their only one */
  readonly variable?: string;
  /** Whether the files may lead to other files, as by links of HDF5; for files that you trust. @defaultValue false */
  readonly allowExternal?: boolean;
  /** Units to take instead of the data's own. @defaultValue the data's */
  readonly units?: string;
  /**
   * Where the data hold amounts: seconds over which each fell, one number or one an event, or `"time"`, the even spacing of
   * the times. @defaultValue by the bounds of time
   */
  readonly interval?: number | Intervals;
  /** Which times of every event. @defaultValue all */
  readonly time?: TimeRange;
  /** Read every n-th frame. @defaultValue 1 */
  readonly every?: number;
  /** At most this many tiles of an event. @defaultValue all */
  readonly cap?: number;
  /** Rates below this, in mm/h, count as dry. @defaultValue 0.1 */
  readonly wetThreshold?: number;
  /** Side of a tile in fine pixels. @defaultValue the largest multiple of the factor up to 64, and the crop */
  readonly tile?: number;
  /** @defaultValue the cores, at most 8 */
  readonly threads?: number;
  /** @defaultValue "cpu" */
  readonly device?: Device;
  /** Folder of runs: this one is recorded in `OUT/00001-NAME`, with the next free number. @defaultValue no record */
  readonly out?: string;
  /** Of the run. @defaultValue "train" */
  readonly name?: string;
}

/** The noise process goes by its name. */
type RecordedRecipe = Omit<TrainingRecipe, "process" | "archives"> & {
  readonly process?: string;
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
  readonly wetThreshold: number;
  readonly factor: number;
  readonly tile: number;
  readonly crop: number;
  readonly batch: number;
  readonly channels: number;
  readonly steps: number;
  readonly seed: number;
  readonly term: "none" | "w1" | "rmse";
  readonly weight: number;
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
  /** Of the data, once the run has begun. */
  readonly dataSha256?: readonly string[];
}

const orNull = (check: Check): Check => either(among(null), check);
const count = whole(1);
const range = list(whole(0), 2, 2);
const { network, unit, archives, term, process, noise, peakRate, finalRate, warmup, clipNorm, emaDecay } = recipeChecks;

/** Tells what is wrong with a plan that was recorded. */
const planCheck: Check = record({
  data: list(text, 1),
  variable: orNull(text),
  units: orNull(text),
  interval: orNull(either(among("time"), list(positive(), 1))),
  time: orNull(either(record({ dates: list(orNull(text), 2, 2) }), record({ indices: range }))),
  every: count,
  cap: orNull(count),
  wetThreshold: real(0),
  factor: whole(2, 256),
  tile: count,
  crop: count,
  batch: count,
  channels: whole(8, 4096),
  steps: whole(1, 2 ** 31),
  seed: whole(0),
  term: among("none", "w1", "rmse"),
  weight: real(0),
  threads: count,
  device: among("cpu", "webgpu", "cuda"),
  out: text,
  name: text,
  recipe: optional(
    record({
      network: optional(network),
      unit,
      archives,
      term: optional(term),
      process,
      noise: optional(noise),
      peakRate: optional(peakRate),
      finalRate: optional(finalRate),
      warmup: optional(warmup),
      clipNorm: optional(clipNorm),
      emaDecay: optional(emaDecay),
    }),
  ),
  allowExternal: optional(among(true)),
  fields: optional(among(true)),
  dataSha256: optional(list(text)),
});

/** The network halves the resolution twice. */
const HALVINGS = 4;
const CROP = 32;
const TILE = 64;

/** Fills in defaults and checks what belongs together. @throws OptionsError */
export function resolvePlan(
  data: readonly string[],
  o: TrainingChoices,
  { fields = false }: { readonly fields?: boolean } = {},
): TrainingPlan {
  const { factor = 4, term = null, network = {} } = o;
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
  check("crop", crop, crop % side === 0, `it must be a multiple of ${side}`);
  check("tile", tile, tile % factor === 0 && tile >= crop, `it must be a multiple of ${factor} and at least ${crop}`);
  check("channels", channels, channels % 8 === 0, "it must be a multiple of 8 (it is `network.baseChannels`)");
  const fits = interval === null || interval === "time" || interval.length === 1 || interval.length === data.length;
  check("interval", interval, fits, `it must be one value, or ${data.length}, one a file`);
  const { unit = 1 } = o;
  check("unit", unit, unit === "measured" || (unit > 0 && unit < 1e6), 'expected mm/h above 0, or "measured"');
  if (fields) check("variable", o.variable, o.variable === undefined, "it must be left out: the data are fields");
  const names = o.archives && archivesOfEvents(o.archives, data);
  const rest = { ...restOfRecipe(o, otherNetwork), ...(names && { archives: names }) };
  return {
    data: fields ? data : data.map((path) => resolve(path)),
    variable: o.variable ?? null,
    units: o.units ?? null,
    interval,
    time: o.time ?? null,
    every: o.every ?? 1,
    cap: o.cap ?? null,
    wetThreshold: o.wetThreshold ?? 0.1,
    factor,
    tile,
    crop,
    batch: o.batch ?? 16,
    channels,
    steps: o.steps ?? 2000,
    seed: o.seed ?? 0,
    term: term === null ? "none" : term.kind === "wasserstein" ? "w1" : "rmse",
    weight: term?.weight ?? 0,
    threads: o.threads ?? Math.min(8, availableParallelism()),
    device: o.device ?? "cpu",
    out: o.out === undefined ? "" : resolve(o.out),
    name: o.name ?? "train",
    ...(Object.keys(rest).length > 0 && { recipe: rest }),
    ...(o.allowExternal && { allowExternal: true as const }),
    ...(fields && { fields }),
  };
}

/** What the keys of old plans cannot say. */
function restOfRecipe(o: TrainingRecipe, network: NonNullable<TrainingRecipe["network"]>): RecordedRecipe {
  const { unit = 1, noise, peakRate, finalRate, warmup, clipNorm, emaDecay, term } = o;
  const process = typeof o.process === "object" ? o.process.name : o.process;
  const chosen = { process, noise, peakRate, finalRate, warmup, clipNorm, emaDecay };
  return {
    ...Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)),
    ...(Object.keys(network).length > 0 && { network }),
    ...(unit !== 1 && { unit }),
    ...(term?.gate !== undefined && { term }),
  };
}

/** The options that give a plan; of a noise process, its name. */
export function choicesOf(plan: TrainingPlan): TrainingChoices {
  const { variable, units, interval, time, cap, every, wetThreshold, tile, threads, device, out, name } = plan;
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
    ...{ every, wetThreshold, tile, threads, device, out, name },
  };
}

/** A process of one's own is known by its name alone; `train` puts the given one in its place. */
const named = (recipe: RecordedRecipe = {}): TrainingRecipe => recipe as TrainingRecipe;

function recipeBase(plan: TrainingPlan) {
  const { seed, steps, factor, batch, crop, channels, term, weight, recipe = {} } = plan;
  const kind = term === "w1" ? ("wasserstein" as const) : ("rmse" as const);
  const network = { baseChannels: channels, ...recipe.network };
  return {
    seed,
    steps,
    factor,
    batch,
    crop,
    network,
    term: recipe.term ?? (term === "none" ? null : { kind, weight }),
  };
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
  const { fields = false, dataSha256 } = plan;
  return { ...resolvePlan(plan.data, choicesOf(plan), { fields }), ...(dataSha256 && { dataSha256 }) };
}

/** An option given beside `resume` must be the run's own. @throws OptionsError */
export function checkRecorded(wanted: TrainingPlan, recorded: TrainingPlan, folder: string): void {
  for (const name of Object.keys({ ...recorded, ...wanted }) as (keyof TrainingPlan)[]) {
    const [now, then] = [JSON.stringify(wanted[name]), JSON.stringify(recorded[name])];
    if (name === "dataSha256" || now === then) continue;
    const message = `\`resume\`: ${name} is ${now}, but ${folder} has ${then}; leave it out`;
    throw new OptionsError(message, name, wanted[name]);
  }
}
