/** Options of an ensemble, common to `monge downscale` and `monge plan`. */

import { type Command, InvalidArgumentError, Option } from "commander";
import type { BaselineMethod } from "../../generative/baselines/index.ts";
import type { SamplerMethod } from "../../generative/diffusion/index.ts";
import type { UnitSize } from "../../generative/sharded/index.ts";
import {
  type AssumedUnitsOption,
  addAssumedUnits,
  addExternal,
  addRain,
  addThreads,
  type CommonOptions,
  guardNames,
  guards,
  indexRange,
  integer,
  intervals,
  positive,
  type RainOption,
  type Read,
  readBy,
  type ThreadsOption,
  timeRange,
  yearWindow,
  type ZarrVersionOption,
  zarrVersionOption,
} from "../shell/read-options.ts";

const methods = ["bilinear", "qm", "qdm", "mbcn", "rainfarm", "uniform", "cycle", "fragments"] as const;
const samplers = ["dpm++2m", "heun", "euler", "churn", "reverse-diffusion", "predictor-corrector"] as const;

const read = {
  method: methods satisfies readonly (BaselineMethod | "mbcn")[],
  history: timeRange,
  factor: integer(1),
  timeFactor: integer(2),
  window: yearWindow,
  quantiles: integer(2),
  slope: Number as (text: string) => number,
  interval: intervals,
  time: timeRange,
  rows: indexRange,
  columns: indexRange,
  members: integer(1),
  evaluations: integer(1),
  sampler: samplers satisfies readonly SamplerMethod[],
  coherence: ["measured"],
  wetThreshold: positive(true),
  unit: unitSize,
  force: guards,
} as const;

/** Options of an ensemble: what is drawn, from what, and where it goes. Those of the library have its names. */
export interface DrawingOptions
  extends CommonOptions,
    RainOption,
    AssumedUnitsOption,
    ThreadsOption,
    ZarrVersionOption,
    Read<typeof read>,
    Partial<
      Record<"model" | "fine" | "stations" | "coarse" | "past" | "grid" | "variable" | "archive" | "target", string>
    >,
    Partial<Record<"with" | "static", readonly string[]>>,
    Partial<Record<"timeFromName" | "allowExternal" | "conserve" | "clipNegative" | "coarsen", boolean>> {
  readonly output: string;
  readonly seed: number;
  readonly missing: "error" | "propagate";
  readonly device: "cpu" | "webgpu" | "cuda";
}

/** Adds them. */
export function addDrawing(command: Command): Command {
  addAssumedUnits(command, "INPUT");
  addExternal(command);
  addThreads(command);
  addRain(command, "--method: what is made (--fine, else INPUT)")
    .option(
      "--model <model>",
      'a model file, a run of `monge train`, or a folder of runs (default: "pretrained", that of the package)',
    )
    .option(
      "--method <name>",
      "without a model: bilinear interpolation; quantile mapping (qm) or quantile delta mapping (qdm) of every pixel to the " +
        "distribution of --fine, with the share of wet values adapted; or rainfarm, noise with rain's spectrum that keeps coarse means; with --time-factor: " +
        "rainfarm, uniform division, the mean cycle of the steps in --fine, or fragments of it. Of several variables together, INPUT, --fine " +
        "and --coarse as FILE:pr,tas in one order: mbcn, qdm of each and then the observed dependence between them",
    )
    .option("--fine <file:variable>", "--method: observations over a historical period; they give grid, gaps and units")
    .option(
      "--stations <file:variable>",
      "--method bilinear, qm, qdm, mbcn: correct at stations, in place of --fine: measurements in a table (.csv) or a CF time series, as for " +
        "`monge verify`. INPUT and --coarse are maps, or series of stations of these names; --output is .nc or .csv",
    )
    .option(
      "--coarse <file:variable>",
      "--method qm, qdm, mbcn: INPUT's data set over a historical period; models of pairs that refine several variables: those besides INPUT",
    )
    .option("--history <range>", "--method: dates of --fine and --coarse to take, as with --time (default: all)")
    .option(
      "--factor <n>",
      "divide every cell of INPUT into n x n: the model of the package (default: 4), --method instead of a grid",
    )
    .option(
      "--time-factor <n>",
      "--method: divide every step of INPUT into n times, and its cells by --factor (default: 1)",
    )
    .option(
      "--window <part>",
      '--method qm, qdm, mbcn: distributions of the "year", of each "season" or "month", or of a moving window of so many days (default: season)',
    )
    .option("--quantiles <n>", "--method qm, qdm, mbcn: nodes of each map (default: 100)")
    .option("--slope <n>", "--method rainfarm: power of the noise is |k|^-n (default: fitted to --fine, else to INPUT)")
    .option("--variable <name>", "variable to read, where several files hold several")
    .option("--with <file:variables...>", "the other variables of each time that a model of pairs was trained with")
    .option("--static <file:variables...>", "the variables without times that a model of pairs was trained with")
    .option(
      "--past <file:variable>",
      "models that correct: the climate model of INPUT over the years of the observations",
    )
    .option(
      "--grid <file>",
      "models of pairs, --method: lay the output on this field's grid (default: of training, of --fine)",
    )
    .option("--target <name>", "models of pairs that make several variables: which one is wanted")
    .option("--time-from-name", "files without times: take the date in each name")
    .option("--interval <seconds>", 'where the file holds amounts (mm): seconds of accumulation, or "time"')
    .option("--time <range>", "dates such as 2018-06 or 2018-06:2018-08, or indices such as 0:10 (default: all)")
    .option("--rows <a:b>", "rows of INPUT from a to before b, in file order (default: all)")
    .option("--columns <a:b>", "columns of INPUT from a to before b (default: all)")
    .option("--members <n>", "size of the ensemble (default: 8; 1 with --method bilinear, qm, qdm)")
    .option("--seed <n>", "root of all randomness", integer(0), 0)
    .option("--evaluations <n>", "network evaluations a member (default: the model's, else 16)")
    .option(
      "--sampler <name>",
      "solver (default: the model's, else dpm++2m); heun, churn and predictor-corrector take two evaluations a level; reverse-diffusion and " +
        "predictor-corrector need some hundred evaluations",
    )
    .option(
      "--coherence <how>",
      "correlation of the noise of neighbouring times along the motion of INPUT: measured, as in training (default: independent times)",
    )
    .option("--archive <name>", "archive of the training that INPUT is from, or most like")
    .option("--conserve", "give every coarse cell its mean (default: where the model learned from means of fine data)")
    .option("--no-conserve", "do not give every coarse cell its mean")
    .addOption(
      new Option(
        "--missing <how>",
        "missing input: refuse it, or leave its cells missing; models of pairs: where training had no gaps",
      )
        .choices(["error", "propagate"])
        .default("error"),
    )
    .option("--clip-negative", "set negative rates, which some models round to, to 0 instead of refusing them")
    .option(
      "--wet-threshold <value>",
      "values below this, in INPUT's units, become 0 (default: half of what is wet in training); " +
        "with --method in the output's units",
    )
    .option("--coarsen", "INPUT is fine: average it over blocks first, then downscale that")
    .option(
      "--unit <times[xmembers]>",
      ".zarr: size of a task, such as 30 or 30x4 (default: all members and times that make 64 MB, at most 32)",
    )
    .addOption(zarrVersionOption())
    .option(
      "--force [guards]",
      "go on where INPUT is not of the kind that the model was trained for; the output's history says so. Name what may differ, parted " +
        `by commas, of ${guardNames.join(", ")} (alone: all)`,
    )
    .addOption(new Option("--device <device>", "where to compute").choices(["cpu", "webgpu", "cuda"]).default("cpu"));
  return readBy(command, read);
}

/** `30`: times; `30x4`: times and members. */
function unitSize(text: string): UnitSize {
  const [, times, members] = /^([1-9]\d*)(?:x([1-9]\d*))?$/.exec(text) ?? [];
  if (times === undefined) throw new InvalidArgumentError("expected times, or times x members, such as 30 or 30x4.");
  return { times: Number(times), ...(members !== undefined && { members: Number(members) }) };
}
