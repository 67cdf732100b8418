/** Plan of a training: its options, its data, and the record of both that a run keeps. */

import {
  among,
  anything,
  type Check,
  either,
  list,
  type OptionChecks,
  optional,
  optionals,
  positive,
  real,
  record,
  text,
  whole,
} from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import { readRunOptions } from "../../engine/files/run.ts";
import { join, resolve } from "../../engine/platform/paths.ts";
import type { Device } from "../../engine/tensors/compile.ts";
import type { TimeRange } from "../../io/dataset/index.ts";
import { isWassersteinTerm, type WassersteinTerm, wassersteinTerm } from "../../wasserstein/term/index.ts";
import type { PairOptions } from "../data/match.ts";
import { fieldRoles, type ListedSources } from "../data/sources.ts";
import { wassdiffTerm } from "../diffusion/loss-term.ts";
import type { ContextName } from "../model/context.ts";
import { pretrainedName } from "../model/find-model.ts";
import { withoutGenerator } from "../model/model-file.ts";
import { MOST_STEPS } from "../model/time-steps.ts";
import type { TrainingData } from "./events.ts";
import { recipeChoicesChecks, type TrainingRecipe } from "./recipe.ts";

/** All that decides a training besides its data: the recipe, and options of reading the data. */
export interface TrainingChoices extends TrainingRecipe, Pick<PairOptions, "clipNegative" | "rain" | "notRain"> {
  /** Times to learn from, of every event. @defaultValue all but those of `validate` */
  readonly time?: TimeRange;
  /**
   * Validation data, by which the best model is kept: times, which are then left out of training; of block
   * means also other events, whose names follow in `archives`. @defaultValue none; with `start` and events the last fifth of several, else of the
   * times of one, else of the rows of one map
   */
  readonly validate?: TimeRange | TrainingData;
  /** True if the files may lead to other files, as by links of HDF5 and Zarr; for files that you trust. @defaultValue false */
  readonly allowExternal?: boolean;
  /**
   * Seconds that values stand for where their times have no bounds, of events also one a file; or `"time"`, the even spacing of the
   * times. Amounts need it. @defaultValue by the bounds of time, of rates by the spacing of times
   */
  readonly interval?: number | "time" | readonly number[];
  /** Fine precipitation below it, in its units, is dry. @defaultValue 0.1 mm over its interval, 0.1 mm/h where that is less than an hour */
  readonly wetThreshold?: number;
  /** Largest side of a tile or image in fine pixels. @defaultValue 64, of block means the largest multiple of the factor up to it */
  readonly tile?: number;
  /** Most images, or tiles of an event. @defaultValue all */
  readonly cap?: number;
  /** A model to tune further: a file, a run, or a folder of runs. Network, channels and archives are its own. @defaultValue none */
  readonly start?: string;
  /** Inside an operator, ≥ 1. @defaultValue the cores, at most 8 */
  readonly threads?: number;
  /** Device of the training program. @defaultValue "cpu" */
  readonly device?: Device;
  /** Folder of runs: this one is recorded in `OUT/00001-NAME`, with the next free number. @defaultValue no record */
  readonly out?: string;
  /** Of the run. @defaultValue "train" */
  readonly name?: string;

  // Of events, whose block means are refined.
  /** Variable of the files. @defaultValue their only one */
  readonly variable?: string;
  /** Units to take instead of the data's own. @defaultValue the data's */
  readonly units?: string;
  /** Read every n-th frame. @defaultValue 1 */
  readonly every?: number;
  /** Tiles with a higher value, in the data's units, are dropped as clutter. @defaultValue 200 mm/h over up to an hour; over D hours 422·D^0.475 mm */
  readonly largestRate?: number;

  // Of fine fields with coarse ones or covariates.
  /** Method of regridding inputs to the fine grid. @defaultValue "bilinear" */
  readonly regrid?: "bilinear" | "conservative";
  /** Boxes of the fine fields in degrees; each is a region, and one model learns from all. @defaultValue the whole field */
  readonly regions?: readonly (readonly [west: number, south: number, east: number, north: number])[];
  /**
   * Learn from `fine` alone to correct and refine any climate model: `downscale` then takes the climate model over the same years as
   * `past`. `effectiveResolutionFactor` measures the `factor` for it. @defaultValue false
   */
  readonly correct?: boolean;
  /**
   * Fine times of a coarse step, which is refined in time too: 12 for hours of 5-minute data. `fine` is one variable; without `coarse` its
   * means over steps and over `factor` × `factor` cells are refined, and `factor` may be 1. Data given as events are taken as `fine`.
   * 2 to 30. @defaultValue times are not refined
   */
  readonly timeFactor?: number;
  /** Names of covariates that may be absent later: `dropout` leaves them out. @defaultValue all, where `dropout` is above 0 */
  readonly optional?: readonly string[];
}

/** Options that mean something for events alone, and for fields alone. */
const ofEvents = ["variable", "units", "every", "largestRate", "unit", "target", "divisor", "preset"] as const;
const ofFields = [
  "regrid",
  "regions",
  "clipNegative",
  "rain",
  "notRain",
  "correct",
  "optional",
  "symmetries",
  "timeFactor",
] as const;

/** Data as a run records them: events whose block means are refined, and those to validate on; or fields by their roles. */
export type RecordedData =
  | { readonly events: readonly string[]; readonly held?: readonly string[] }
  | (ListedSources & { readonly context: readonly ContextName[] });

/** A training as its run records it; plain JSON. */
export interface TrainingPlan {
  readonly data: RecordedData;
  /** As given, with whole paths; of a noise process and a term, the name. */
  readonly choices: Omit<TrainingChoices, "process" | "term" | "validate"> & {
    readonly process?: string;
    readonly term?: string | Omit<WassersteinTerm, "distance">;
    readonly validate?: TimeRange;
  };
  /** Some data were fields in memory, which only the caller has. @defaultValue false */
  readonly inMemory?: true;
  /** Of files and fields, once the run has begun. */
  readonly dataSha256?: readonly string[];
  /** Of the model to start from, once the run has begun. */
  readonly startSha256?: string;
}

const rangeCheck = either(
  record({ dates: list(either(among(null), text), 2, 2) }),
  record({ indices: list(whole(0), 2, 2) }),
);

const choices = {
  ...recipeChoicesChecks,
  ...optionals({
    time: rangeCheck,
    validate: rangeCheck,
    allowExternal: among(true, false),
    interval: either(among("time"), either(positive(), list(positive(), 1))),
    wetThreshold: positive(),
    tile: whole(4),
    cap: whole(1),
    start: text,
    threads: whole(1),
    device: among("cpu", "webgpu", "cuda"),
    out: text,
    name: text,
    variable: text,
    units: text,
    every: whole(1),
    largestRate: positive(),
    regrid: among("bilinear", "conservative"),
    regions: list(list(real(), 4, 4), 1),
    clipNegative: among(true, false),
    rain: list(text),
    notRain: list(text),
    correct: among(true, false),
    timeFactor: whole(2, MOST_STEPS),
    optional: list(text),
  }),
};
const choicesCheck = record(choices);

/** Checks of {@link TrainingChoices}; what may be data or an object of one's own is looked at where it is taken. */
export const trainingChecks = {
  ...(choices as OptionChecks<TrainingChoices>),
  ...{ validate: anything, process: anything, term: anything },
};

const planCheck: Check = record({
  data: either(
    record({ events: list(text, 1), held: optional(list(text, 1)) }),
    record({
      ...Object.fromEntries(fieldRoles.map((role) => [role, list(text, role === "fine" ? 1 : 0)])),
      context: list(among("position", "season", "hour")),
    }),
  ),
  choices: choicesCheck,
  inMemory: optional(among(true)),
  dataSha256: optional(list(text)),
  startSha256: optional(text),
});

/**
 * The choices without gaps of `undefined`, with whole paths.
 *
 * @param events - whether the data are events
 * @throws OptionsError naming the first that is out of range, or belongs to other data
 */
export function checkedChoices(o: TrainingChoices, events: boolean): TrainingPlan["choices"] {
  const process = typeof o.process === "object" ? o.process.name : o.process;
  const term = chosenTerm(o.term);
  const validate = isTimeRange(o.validate) ? o.validate : undefined;
  const given = Object.fromEntries(
    Object.entries({ ...o, process, term, validate }).filter(([, value]) => value !== undefined),
  ) as TrainingPlan["choices"];
  const foreign = (events ? ofFields : ofEvents).find((name) => o[name] !== undefined && o[name] !== null);
  if (foreign !== undefined) {
    const why = events
      ? "it goes with fields given as `fine`, and the data are events whose block means are refined"
      : "it goes with events whose block means are refined, and the data are fields given as `fine`";
    throw new OptionsError(
      `train: ${foreign} is ${JSON.stringify(o[foreign])}; ${why}; leave it out`,
      foreign,
      o[foreign],
    );
  }
  if (!events && Array.isArray(o.interval)) {
    const text = `train: interval has ${o.interval.length} values; fields take one`;
    throw new OptionsError(text, "interval", o.interval);
  }
  const complaint = choicesCheck(given, "train");
  if (complaint !== undefined) {
    const option = /^train\.(\w+)/.exec(complaint)?.[1] ?? "options";
    throw new OptionsError(complaint.replace(/^train\./, "train: "), option, given[option as keyof typeof given]);
  }
  if (given.factor === 1 && given.timeFactor === undefined) {
    const text =
      "train: factor is 1; expected a whole number of 2 to 256, or `timeFactor` beside it, which refines in time alone";
    throw new OptionsError(text, "factor", 1);
  }
  return {
    ...given,
    ...(given.out !== undefined && { out: resolve(given.out) }),
    ...(given.start !== undefined && { start: startOf(given.start) }),
  };
}

/** A term as the record has it: the options of a `wassersteinTerm`, else the name. */
function chosenTerm(term: TrainingChoices["term"]): TrainingPlan["choices"]["term"] {
  if (!isWassersteinTerm(term)) return typeof term === "object" ? term?.name : term;
  const { distance: _, ...options } = wassersteinTerm(term);
  return options;
}

/** True if something is a range of times, and no data. */
export const isTimeRange = (value: unknown): value is TimeRange =>
  typeof value === "object" && value !== null && ("dates" in value || "indices" in value);

/** The recipe among the choices; a noise process or term of one's own is the given one. */
export function recipeOf(
  { choices }: TrainingPlan,
  options: Pick<TrainingChoices, "process" | "term">,
): TrainingRecipe {
  const names = Object.keys(recipeChoicesChecks);
  const { process, term, ...recipe } = Object.fromEntries(
    Object.entries(choices).filter(([name]) => names.includes(name)),
  ) as TrainingRecipe;
  const own = options.process ?? process;
  // Earlier versions had one term, by name.
  const recorded = (term as unknown) === "wassdiff" ? wassdiffTerm : term;
  const added = options.term ?? recorded;
  return { ...recipe, ...defined({ process: own, term: added }) };
}

/** The plan in a run's record. @throws FormatError */
export async function readPlan(folder: string): Promise<TrainingPlan> {
  const stored = await readRunOptions(folder);
  const path = join(folder, "options.json");
  if (typeof stored === "object" && stored !== null && ("pairs" in stored || "channels" in stored)) {
    const message = "an earlier version began this training, and this one cannot go on with it";
    throw new FormatError(path, "run", message, "train again; finished models of earlier versions are read as ever");
  }
  const plan = withoutGenerator(path, "run", stored, "choices");
  const complaint = planCheck(plan, "options");
  if (complaint === undefined) return plan as TrainingPlan;
  throw new FormatError(path, "run", `it is no record of a training (${complaint})`, "name a run that `train` began");
}

/** Options beside `resume` must be the run's own. @throws OptionsError */
export function checkRecorded(wanted: TrainingPlan, recorded: TrainingPlan, folder: string): void {
  for (const part of ["data", "choices"] as const) {
    const [now, then] = [wanted[part], recorded[part]] as readonly Readonly<Record<string, unknown>>[];
    for (const name of new Set([...Object.keys(now!), ...Object.keys(then!)])) {
      const [a, b] = [JSON.stringify(now![name]), JSON.stringify(then![name])];
      if (a === b) continue;
      throw new OptionsError(`\`resume\`: ${name} is ${a}, but ${folder} has ${b}; leave it out`, name, now![name]);
    }
  }
}

/** The model to start from as it is recorded: one of the package keeps its name. */
const startOf = (model: string): string => (model === pretrainedName ? model : resolve(model));
