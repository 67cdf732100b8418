/** Options of `monge train`: their readers, and what these give. */
import { InvalidArgumentError } from "commander";
import { among, positive, share, text, whole } from "../../engine/checks.ts";
import type { TrainOptions as VerbOptions } from "../../generative/training/index.ts";
import type { TimeRange } from "../../io/dataset/index.ts";
import { assumeUnits, box, common, external, intervals, threads, timeRange } from "../shell/read-options.ts";
import { flag, option, several, type Values } from "../shell/table.ts";
import { termOption } from "../shell/term-option.ts";

/** Options that the library has under the same name. */
export const same = [
  ...(["time", "validate", "clipNegative", "rain", "notRain", "allowExternal", "wetThreshold", "factor"] as const),
  ...(["timeFactor", "cap", "start", "crop", "batch", "steps", "seed", "dropout", "threads", "device"] as const),
  ...(["out", "name", "archives", "regions", "preset", "term", "resume"] as const),
] as const;

/** The options. */
export const options = {
  data: several("<files...>", "files of fine precipitation, FILE or FILE:VARIABLE, one event each"),
  fine: several(
    "<file:variable...>",
    "what is to be made; a pattern is one field along time, and files of one variable are regions that one model learns from",
  ),
  coarse: several("<file:variable...>", "what is to be refined (default: means over --factor cells of --fine)"),
  with: several("<file:variables...>", "other variables of each time"),
  static: several("<file:variables...>", "variables without times, such as orography"),
  context: option("<names>", "position, season, hour, separated by commas", names),
  correct: option(
    "[file:variable]",
    "learn from --fine alone to correct and refine climate models (`monge downscale --past`); with the past of one, --factor is measured",
  ),
  regions: option("<W,S,E,N>", "a box of --fine in degrees; repeated, one model learns from all boxes", boxes),
  variable: option("<name>", "--data: variable to read, where a file holds several"),
  interval: option(
    "<seconds>",
    'seconds that a value stands for, where times have no bounds, of --data also one a file; or "time", their spacing. Amounts (mm) need it',
    intervals,
  ),
  time: option("<range>", "dates such as 2018-06 or 2018-06:2018-08, or indices such as 0:10", timeRange),
  validate: option(
    "<range|files...>",
    "times to validate on and never to learn from, or with --data other files; the best model by them is kept",
    heldOut,
  ),
  cap: option("<n>", "at most this many images, or tiles from a file (default: all)", whole()),
  rain: option("<names>", "variables that are rain, where units and names leave it open", names),
  notRain: option("<names>", "variables that are not rain", names),
  wetThreshold: option(
    "<value>",
    "values below this, in the data's units, are dry (default: 0.1 mm, or 0.1 mm/h)",
    positive(),
  ),
  clipNegative: flag("set negative precipitation to 0 instead of refusing it"),
  archives: option(
    "[names]",
    "give the network the archive of each file of --data, or of each source of --fine and --coarse; or names for them",
    names,
  ),
  factor: option(
    "<n>",
    "fine cells along a side of a coarse cell; 1 with --time-factor refines in time alone",
    whole(),
    { default: 4 },
  ),
  timeFactor: option(
    "<n>",
    "fine times of a coarse step, 2 to 30: 12 refines hours to 5 minutes, 24 days to hours",
    whole(2),
  ),
  preset: option("<name>", "--data: recipe of arXiv 2410.00381; options beside it take precedence", among("wassdiff")),
  term: termOption,
  channels: option("<n>", "channels of the network's first level, a multiple of 8", whole(8), { default: 24 }),
  crop: option("<n>", "side of a training crop (default: about 32)", whole(4)),
  batch: option("<n>", "crops in a batch", whole(), { default: 16 }),
  steps: option("<n>", "optimizer steps", whole(), { default: 2000 }),
  seed: option("<n>", "root of all randomness", whole(0), { default: 0 }),
  dropout: option(
    "<share>",
    "leave optional inputs (covariates; with --data the coarse rain) out of this share of crops",
    share,
    { default: 0 },
  ),
  start: option("<model>", "begin with this model, a run, or a folder of runs (fine-tuning)"),
  set: option(
    "<name=value...>",
    "other options of the library's `train`, such as tile=64, peakRate=2e-4, validation.every=100",
    assigned,
  ),
  device: option("<device>", "where to compute", among("cpu", "webgpu", "cuda"), { default: "cpu" }),
  out: option("<dir>", "folder of runs; this one becomes DIR/00001-NAME, with the next free number"),
  name: option("<name>", "name of the run", text, { default: "train" }),
  resume: option("[run]", "go on with an interrupted run, or the newest one in a folder of runs (default: in --out)"),
  ...assumeUnits("--data"),
  ...external,
  ...threads,
  ...common,
};

/** As parsed; what is absent has the default that the help names. */
export type TrainOptions = Values<typeof options>;

/** Names with commas. */
function names(value: string): readonly string[] {
  return value.split(",").map((name) => name.trim());
}

/** A box more. */
function boxes(text: string, before: readonly ReturnType<typeof box>[] = []): readonly ReturnType<typeof box>[] {
  return [...before, box(text)];
}

/** One range of times, or files. */
function heldOut(value: string, before: TimeRange | readonly string[] | undefined): TimeRange | readonly string[] {
  if (before !== undefined && !("length" in before)) {
    throw new InvalidArgumentError("expected one range of times, or files.");
  }
  if (before === undefined && !/[./\\*]/.test(value)) return timeRange(value);
  return [...((before as readonly string[] | undefined) ?? []), value];
}

/** `crop=64`, `validation.every=100`: names of options, and values as JSON or plain text, into one record. */
function assigned(text: string, before: VerbOptions = {}): VerbOptions {
  const [, path, value] = /^([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)=(.+)$/s.exec(text) ?? [];
  if (path === undefined)
    throw new InvalidArgumentError("expected NAME=VALUE, such as tile=64 or validation.every=100.");
  return withValue({ ...before }, path.split("."), parsed(value!));
}

function withValue(record: object, [key, ...rest]: readonly string[], value: unknown): object {
  if (rest.length === 0) return { ...record, [key!]: value };
  const part: unknown = Object.hasOwn(record, key!) ? Reflect.get(record, key!) : {};
  return { ...record, [key!]: withValue(typeof part === "object" && part !== null ? part : {}, rest, value) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
