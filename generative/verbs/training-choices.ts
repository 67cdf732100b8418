/** What decides a training on pairs besides its data, as options and as the record of a run. */
import { join, resolve } from "node:path";
import type { CompileOptions } from "../../engine/compile.ts";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import {
  among,
  type Check,
  either,
  list,
  optional,
  positive,
  record,
  text,
  whole,
} from "../../engine/files/plain-checks.ts";
import { readRunOptions } from "../../engine/files/run.ts";
import type { TimeRange } from "../../io/dataset/index.ts";
import type { RainInterval } from "../downscaling/index.ts";
import type { ContextName } from "../pairs/fields.ts";
import { type PairRecipe, pairChoicesCheck } from "../pairs/recipe.ts";
import { fieldRoles, type ListedSources } from "./sources.ts";

/** Options of a training on pairs: the recipe, and what is read of the data. */
export interface PairTrainingChoices extends PairRecipe {
  /** Times to learn from. @defaultValue all but those of `validate` */
  readonly time?: TimeRange;
  /** Times to judge by during training, never learned from: the best model by them is kept. @defaultValue none */
  readonly validate?: TimeRange;
  /** How inputs come onto the fine grid. @defaultValue "bilinear" */
  readonly regrid?: "bilinear" | "conservative";
  /** Read what HDF5 files and Zarr stores refer to outside themselves. @defaultValue false */
  readonly allowExternal?: boolean;
  /** Amounts whose times have no bounds: seconds over which they fell, or `"time"`. @defaultValue an error for such fields */
  readonly interval?: RainInterval;
  /** Set negative precipitation to 0 instead of refusing it. @defaultValue false */
  readonly clipNegative?: boolean;
  /** Names of variables that are precipitation, where units and names leave it open. @defaultValue by these */
  readonly rain?: readonly string[];
  /** Names of variables that are not precipitation, where units and names leave it open. @defaultValue by these */
  readonly notRain?: readonly string[];
  /** Fine precipitation below it, in its units, is dry. @defaultValue 0.1 mm over its interval, 0.1 mm/h where that is less than an hour */
  readonly wetThreshold?: number;
  /** Without `coarse`: fine cells along a side of a coarse cell. @defaultValue 4 */
  readonly factor?: number;
  /**
   * Learn from `fine` alone to correct and refine any climate model: `downscale` then takes the climate model over the same years as `past`.
   * `meetingFactor` measures the `factor` for it. @defaultValue false
   */
  readonly correct?: boolean;
  /** Largest side of an image in fine pixels; a grid that is no larger is taken whole. @defaultValue 64 */
  readonly tile?: number;
  /** Most images. @defaultValue all */
  readonly cap?: number;
  /** Names of covariates that may be absent later: `dropout` leaves them out. @defaultValue all, where `dropout` is above 0 */
  readonly optional?: readonly string[];
  /** A model file, a run or a folder of runs, whose parameters, channels and statistics training begins with. @defaultValue none */
  readonly start?: string;
  /** Inside an operator, ≥ 1. @defaultValue the cores, at most 8 */
  readonly threads?: number;
  /** Where the training program runs. @defaultValue "cpu" */
  readonly device?: NonNullable<CompileOptions["device"]>;
  /** Folder of runs: this one is recorded in `OUT/00001-NAME`, with the next free number. @defaultValue no record */
  readonly out?: string;
  /** Of the run. @defaultValue "train" */
  readonly name?: string;
}

/** A training as its run records it; plain JSON. */
export interface PairTrainingPlan {
  readonly pairs: ListedSources & { readonly context: readonly ContextName[] };
  /** Of a noise process and a term, the name. */
  readonly choices: Omit<PairTrainingChoices, "process" | "term"> & {
    readonly process?: string;
    readonly term?: string;
  };
  /** Some sources were fields in memory, which only the caller has. @defaultValue false */
  readonly inMemory?: true;
  /** Of files and fields, once the run has begun. */
  readonly dataSha256?: readonly string[];
}

const rangeCheck = either(
  record({ dates: list(either(among(null), text), 2, 2) }),
  record({ indices: list(whole(0), 2, 2) }),
);

const ownChecks = {
  time: optional(rangeCheck),
  validate: optional(rangeCheck),
  regrid: optional(among("bilinear", "conservative")),
  interval: optional(either(among("time"), positive())),
  allowExternal: optional(among(true, false)),
  clipNegative: optional(among(true, false)),
  rain: optional(list(text)),
  notRain: optional(list(text)),
  wetThreshold: optional(positive()),
  factor: optional(whole(2, 256)),
  correct: optional(among(true, false)),
  tile: optional(whole(4)),
  cap: optional(whole(1)),
  optional: optional(list(text)),
  start: optional(text),
  threads: optional(whole(1)),
  device: optional(among("cpu", "webgpu", "cuda")),
  out: optional(text),
  name: optional(text),
};
const ownCheck = record(ownChecks);

/** Options of their own, and those of the recipe. */
const choicesCheck: Check = (value, at) => {
  if (typeof value !== "object" || value === null) return `${at} is no object`;
  const own = Object.entries(value).filter(([name]) => Object.hasOwn(ownChecks, name));
  const rest = Object.entries(value).filter(([name]) => !Object.hasOwn(ownChecks, name));
  return ownCheck(Object.fromEntries(own), at) ?? pairChoicesCheck(Object.fromEntries(rest), at);
};

const planCheck: Check = record({
  pairs: record({
    ...Object.fromEntries(fieldRoles.map((role) => [role, list(text, role === "fine" ? 1 : 0)])),
    context: list(among("position", "season", "hour")),
  }),
  choices: choicesCheck,
  inMemory: optional(among(true)),
  dataSha256: optional(list(text)),
});

/** The choices without gaps of `undefined`, with whole paths. @throws OptionsError naming the first that is out of range */
export function checkedChoices(o: PairTrainingChoices): PairTrainingPlan["choices"] {
  const process = typeof o.process === "object" ? o.process.name : o.process;
  const term = (typeof o.term === "object" ? o.term?.name : o.term) ?? undefined;
  const given = Object.fromEntries(
    Object.entries({ ...o, process, term }).filter(([, value]) => value !== undefined),
  ) as PairTrainingPlan["choices"];
  const complaint = choicesCheck(given, "train");
  if (complaint !== undefined) throw new OptionsError(complaint.replace(/^train\./, "train: "), "options", given);
  return {
    ...given,
    ...(given.out !== undefined && { out: resolve(given.out) }),
    ...(given.start !== undefined && { start: resolve(given.start) }),
  };
}

/** Whether the record of a run is one of a training on pairs. */
export async function isPairRun(folder: string): Promise<boolean> {
  const stored = await readRunOptions(folder);
  return typeof stored === "object" && stored !== null && "pairs" in stored;
}

/** The plan in a run's record. @throws FormatError */
export async function readPairPlan(folder: string): Promise<PairTrainingPlan> {
  const stored = await readRunOptions(folder);
  const complaint = planCheck(stored, "options");
  if (complaint === undefined) return stored as PairTrainingPlan;
  const message = `it is no record of a training on pairs (${complaint})`;
  throw new FormatError(join(folder, "options.json"), "run", message, "name a run that `train` began");
}
