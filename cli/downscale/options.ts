/** Options of an ensemble, common to `monge downscale` and `monge plan`. */

import { InvalidArgumentError } from "commander";
import { among, real, whole } from "../../engine/checks.ts";
import type { BaselineMethod } from "../../generative/baselines/index.ts";
import type { SamplerMethod } from "../../generative/diffusion/index.ts";
import type { UnitSize } from "../../generative/sharded/index.ts";
import {
  assumeUnits,
  type common,
  external,
  guardNames,
  guards,
  indexRange,
  intervals,
  rain,
  timeRange,
  yearWindow,
  zarrVersion,
} from "../shell/read-options.ts";
import { eitherFlag, flag, option, type Row, several, type Values } from "../shell/table.ts";

const methods = [
  "bilinear",
  "qm",
  "qdm",
  "mbcn",
  "rainfarm",
  "uniform",
  "cycle",
  "fragments",
] as const satisfies readonly (BaselineMethod | "mbcn")[];
const samplers = [
  "dpm++2m",
  "heun",
  "euler",
  "churn",
  "reverse-diffusion",
  "predictor-corrector",
] as const satisfies readonly SamplerMethod[];

/** Options of an ensemble: what is drawn, from what, and where it goes. Those of the library have its names. */
export const drawing = {
  model: option(
    "<model>",
    'a model file, a run of `monge train`, or a folder of runs (default: "pretrained", that of the package)',
  ),
  method: option(
    "<name>",
    "without a model: bilinear interpolation; quantile mapping (qm) or quantile delta mapping (qdm) of every pixel to the " +
      "distribution of --fine, with the share of wet values adapted; or rainfarm, noise with rain's spectrum that keeps coarse means; with --time-factor: " +
      "rainfarm, uniform division, the mean cycle of the steps in --fine, or fragments of it. Of several variables together, INPUT, --fine " +
      "and --coarse as FILE:pr,tas in one order: mbcn, qdm of each and then the observed dependence between them",
    among(...methods),
  ),
  fine: option("<file:variable>", "--method: observations over a historical period; they give grid, gaps and units"),
  stations: option(
    "<file:variable>",
    "--method bilinear, qm, qdm, mbcn: correct at stations, in place of --fine: measurements in a table (.csv) or a CF time series, as for " +
      "`monge verify`. INPUT and --coarse are maps, or series of stations of these names; --output is .nc or .csv",
  ),
  coarse: option(
    "<file:variable>",
    "--method qm, qdm, mbcn: INPUT's data set over a historical period; models of pairs that refine several variables: those besides INPUT",
  ),
  history: option(
    "<range>",
    "--method: dates of --fine and --coarse to take, as with --time (default: all)",
    timeRange,
  ),
  factor: option(
    "<n>",
    "divide every cell of INPUT into n x n: the model of the package (default: 4), --method instead of a grid",
    whole(),
  ),
  timeFactor: option(
    "<n>",
    "--method: divide every step of INPUT into n times, and its cells by --factor (default: 1)",
    whole(2),
  ),
  window: option(
    "<part>",
    '--method qm, qdm, mbcn: distributions of the "year", of each "season" or "month", or of a moving window of so many days (default: season)',
    yearWindow,
  ),
  quantiles: option("<n>", "--method qm, qdm, mbcn: nodes of each map (default: 100)", whole(2)),
  slope: option(
    "<n>",
    "--method rainfarm: power of the noise is |k|^-n (default: fitted to --fine, else to INPUT)",
    real(),
  ),
  variable: option("<name>", "variable to read, where several files hold several"),
  with: several("<file:variables...>", "the other variables of each time that a model of pairs was trained with"),
  static: several("<file:variables...>", "the variables without times that a model of pairs was trained with"),
  past: option("<file:variable>", "models that correct: the climate model of INPUT over the years of the observations"),
  grid: option(
    "<file>",
    "models of pairs, --method: lay the output on this field's grid (default: of training, of --fine)",
  ),
  target: option("<name>", "models of pairs that make several variables: which one is wanted"),
  timeFromName: flag("files without times: take the date in each name"),
  interval: option(
    "<seconds>",
    'seconds that a value stands for, where times have no bounds; or "time", their spacing. Amounts (mm) need it',
    intervals,
  ),
  time: option(
    "<range>",
    "dates such as 2018-06 or 2018-06:2018-08, or indices such as 0:10 (default: all)",
    timeRange,
  ),
  rows: option("<a:b>", "rows of INPUT from a to before b, in file order (default: all)", indexRange),
  columns: option("<a:b>", "columns of INPUT from a to before b (default: all)", indexRange),
  members: option("<n>", "size of the ensemble (default: 8; 1 with --method bilinear, qm, qdm)", whole()),
  seed: option("<n>", "root of all randomness", whole(0), { default: 0 }),
  evaluations: option("<n>", "network evaluations a member (default: the model's, else 16)", whole()),
  sampler: option(
    "<name>",
    "solver (default: the model's, else dpm++2m); heun, churn and predictor-corrector take two evaluations a level; reverse-diffusion and " +
      "predictor-corrector need some hundred evaluations",
    among(...samplers),
  ),
  amplitude: option(
    "<n|file.json>",
    "factor of the first noise, from 0.5 to 2, times what the model measures on INPUT; above 1 members spread more. Or what --calibrate wrote (default: 1)",
    amplitudeOf,
  ),
  coherence: option(
    "<how>",
    "correlation of the noise of neighbouring times along the motion of INPUT: measured, as in training (default: independent times)",
    among("measured"),
  ),
  archive: option("<name>", "archive of the training that INPUT is from, or most like"),
  conserve: eitherFlag(
    "give every coarse cell its mean (default: where the model learned from means of fine data)",
    "do not give every coarse cell its mean",
  ),
  missing: option(
    "<how>",
    "missing input: refuse it, or leave its cells missing; models of pairs: where training had no gaps",
    among("error", "propagate"),
    { default: "error" },
  ),
  clipNegative: flag("set negative rates, which some models round to, to 0 instead of refusing them"),
  wetThreshold: option(
    "<value>",
    "values below this, in INPUT's units, become 0 (default: half of what is wet in training); " +
      "with --method in the output's units",
    real(0),
  ),
  coarsen: flag("INPUT is fine: average it over blocks first, then downscale that"),
  unit: option(
    "<times[xmembers]>",
    ".zarr: size of a task, such as 30 or 30x4 (default: all members and times that make 64 MB, at most 32)",
    unitSize,
  ),
  ...zarrVersion,
  force: option(
    "[guards]",
    "go on where INPUT is not of the kind that the model was trained for; the output's history says so. Name what may differ, parted " +
      `by commas, of ${guardNames.join(", ")} (alone: all)`,
    guards,
  ),
  device: option("<device>", "where to compute", among("cpu", "webgpu", "cuda"), { default: "cpu" }),
  ...assumeUnits("INPUT"),
  ...external,
  threads: option("<n>", "threads of the network, or of qm, qdm and rainfarm (default: the cores, at most 8)", whole()),
  ...rain("--method: what is made (--fine, else INPUT)"),
};

/** Values of the options of an ensemble, with where it goes. */
export type DrawingOptions = Values<typeof drawing & typeof common & { readonly output: Row<string, true> }>;

/** `1.2`, or the name of a file. */
function amplitudeOf(text: string): number | string {
  if (/\.json$/i.test(text)) return text;
  const value = Number(text);
  if (text.trim() !== "" && value >= 0.5 && value <= 2) return value;
  throw new InvalidArgumentError("expected a number from 0.5 to 2, or a file of --calibrate (.json).");
}

/** `30`: times; `30x4`: times and members. */
function unitSize(text: string): UnitSize {
  const [, times, members] = /^([1-9]\d*)(?:x([1-9]\d*))?$/.exec(text) ?? [];
  if (times === undefined) throw new InvalidArgumentError("expected times, or times x members, such as 30 or 30x4.");
  return { times: Number(times), ...(members !== undefined && { members: Number(members) }) };
}
