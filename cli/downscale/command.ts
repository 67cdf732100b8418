/** `monge downscale`: its options. */
import { type Command, Option } from "commander";
import type { SamplerMethod } from "../../generative/diffusion/index.ts";
import type { BaselineMethod, Intervals, YearWindow } from "../../generative/downscaling/index.ts";
import type { TimeRange } from "../../io/dataset/index.ts";
import {
  addCommon,
  addOverwrite,
  type CommonOptions,
  epsg,
  examples,
  indexRange,
  integer,
  intervals,
  type OverwriteOption,
  positive,
  timeRange,
  yearWindow,
} from "../shell/read-options.ts";

export interface DownscaleOptions extends CommonOptions, OverwriteOption {
  readonly output: string;
  readonly method?: BaselineMethod;
  readonly fine?: string;
  readonly coarse?: string;
  readonly history?: TimeRange;
  readonly factor?: number;
  readonly window?: YearWindow;
  readonly quantiles?: number;
  readonly slope?: number;
  readonly amplitude?: number;
  readonly with?: readonly string[];
  readonly static?: readonly string[];
  readonly past?: string;
  readonly grid?: string;
  readonly target?: string;
  readonly variable?: string;
  readonly timeFromName?: boolean;
  readonly allowExternal?: boolean;
  readonly units?: string;
  readonly interval?: Intervals;
  readonly time?: TimeRange;
  readonly rows?: readonly [number, number];
  readonly columns?: readonly [number, number];
  readonly members?: number;
  readonly seed: number;
  readonly evaluations?: number;
  readonly sampler?: SamplerMethod;
  readonly archive?: string;
  readonly conserve: boolean;
  readonly missing: "error" | "propagate";
  readonly clipNegative?: boolean;
  readonly wetThreshold?: number;
  readonly epsg?: number | "none";
  readonly png?: string;
  readonly coarsen?: boolean;
  readonly score?: boolean;
  readonly force?: boolean;
  readonly threads?: number;
  readonly device: "cpu" | "webgpu" | "cuda";
}

const samplers = [
  "dpm++2m",
  "heun",
  "euler",
  "churn",
  "reverse-diffusion",
  "predictor-corrector",
] as const satisfies readonly SamplerMethod[];

/** Adds the command to the program. */
export function addDownscale(program: Command): void {
  const command = program
    .command("downscale")
    .summary("draw an ensemble of fine fields from coarse precipitation")
    .description(
      "Draws an ensemble of fine fields for every time of INPUT. The result is in the input's units, on the input's grid " +
        "refined by the model's factor. The same model, input and seed give the same ensemble, also for a part of the times. " +
        "Ctrl-C and SIGTERM end it after the evaluation in progress: the times that are finished are kept in a file of their " +
        "own, out.partial.nc for out.nc (.zarr alike; not with .tif), and how to draw the others is said.\n\n" +
        "With --method no model is needed: a baseline writes the same files, in the units and on the grid of --fine, --grid or " +
        "--factor.",
    )
    .usage("[options] <model> <input...>\n       monge downscale --method <name> [options] <input...>")
    .argument("<model>", "a model file, a run of `monge train`, or a folder of runs; left out with --method")
    .argument("[input...]", "coarse precipitation; several files are one field along time")
    .requiredOption(
      "-o, --output <file>",
      "what to write: .nc or .zarr (all times), or .tif (one time; members are bands)",
    )
    .addOption(
      new Option(
        "--method <name>",
        "without a model: bilinear interpolation; quantile mapping (qm) or quantile delta mapping (qdm) of every pixel to the " +
          "law of --fine, with the share of wet values adapted; or rainfarm, noise with rain's spectrum that keeps coarse means",
      ).choices(["bilinear", "qm", "qdm", "rainfarm"]),
    )
    .option("--fine <file:variable>", "--method: observations over a historical period; they give grid, gaps and units")
    .option(
      "--coarse <file:variable>",
      "--method qm, qdm: INPUT's data set over a historical period; models of pairs that refine several variables: those besides INPUT",
    )
    .option(
      "--history <range>",
      "--method: dates of --fine and --coarse to take, as with --time (default: all)",
      timeRange,
    )
    .option("--factor <n>", "--method: instead of a grid, divide every cell of INPUT into n x n", integer(1))
    .option(
      "--window <part>",
      '--method qm, qdm: laws of the "year", of each "season" or "month", or of a moving window of so many days (default: season)',
      yearWindow,
    )
    .option("--quantiles <n>", "--method qm, qdm: nodes of each map (default: 100)", integer(2))
    .option(
      "--slope <n>",
      "--method rainfarm: power of the noise is |k|^-n (default: fitted to --fine, else to INPUT)",
      Number,
    )
    .option("--amplitude <n>", "--method rainfarm: deviation of the noise's logarithm (default: 1)", positive(true))
    .option("--variable <name>", "variable to read; needed where the file holds several")
    .option(
      "--allow-external",
      "follow links of HDF5 and Zarr out of the files that are named; only for files you trust",
    )
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
    .option("--units <units>", "units to take instead of the file's, where these are missing or wrong")
    .option("--interval <seconds>", 'where the file holds amounts (mm): seconds of accumulation, or "time"', intervals)
    .option(
      "--time <range>",
      "dates such as 2018-06 or 2018-06:2018-08, or indices such as 0:10 (default: all)",
      timeRange,
    )
    .option("--rows <a:b>", "rows of INPUT from a to before b, in file order (default: all)", indexRange)
    .option("--columns <a:b>", "columns of INPUT from a to before b (default: all)", indexRange)
    .option("--members <n>", "size of the ensemble (default: 8; 1 with --method bilinear, qm, qdm)", integer(1))
    .option("--seed <n>", "root of all randomness", integer(0), 0)
    .option(
      "--evaluations <n>",
      "network evaluations a member (default: the model's, else 16; a one-step generator takes 1)",
      integer(1),
    )
    .addOption(
      new Option(
        "--sampler <name>",
        "solver (default: the model's, else dpm++2m); heun, churn and predictor-corrector take two evaluations a level; reverse-diffusion and " +
          "predictor-corrector need some hundred evaluations",
      ).choices(samplers),
    )
    .option("--archive <name>", "which of the archives that the model was told of INPUT is from, or most like")
    .option("--no-conserve", "do not scale every block to its coarse mean")
    .addOption(
      new Option("--missing <how>", "missing input: refuse it, or leave its cells missing")
        .choices(["error", "propagate"])
        .default("error"),
    )
    .option("--clip-negative", "set negative rates, which some models round to, to 0 instead of refusing them")
    .option(
      "--wet-threshold <value>",
      "values below this, in INPUT's units, become 0 (default: half of what is wet in training, of a one-step generator all of " +
        "it); with --method in the output's units",
      positive(true),
    )
    .option("--epsg <code>", '.tif: EPSG code of x and y, or "none" (default: from the input)', epsg)
    .option("--png <file>", "draw the first time: coarse input, members, mean (.png or .svg)")
    .option("--coarsen", "INPUT is fine: average it over blocks first, then downscale that")
    .option("--score", "with --coarsen: print scores against INPUT on standard output")
    .option(
      "--force",
      "go on where INPUT is not of the kind that the model was trained for; the output's history says so",
    )
    .option("--threads <n>", "threads (default: the cores, at most 8)", integer(1))
    .addOption(new Option("--device <device>", "where to compute").choices(["cpu", "webgpu", "cuda"]).default("cpu"))
    .addHelpText(
      "after",
      examples(
        "monge downscale runs/00001-train coarse.nc -o fine.nc --members 8 --seed 1",
        "monge downscale model.safetensors daily.tif -o fine.tif --time 0 --interval 86400 --png fine.png",
        "monge downscale runs era5_2018.nc era5_2019.nc -o summer.nc --variable tp --interval 3600 --time 2018-06:2018-08",
        "monge downscale runs ncep_2003.nc --with era5_2003.nc:t2m --static dem.nc -o fine.nc --members 16",
        "monge downscale --method qdm gcm_2050.nc --fine obs.nc:pr --coarse gcm_hist.nc:pr -o fine.nc",
        "monge downscale --method rainfarm era5.nc --factor 8 --members 20 -o fine.nc",
        "monge downscale runs radar.nc -o again.nc --coarsen --score --time 0:4",
      ),
    )
    .action(async (first: string, rest: readonly string[], options: DownscaleOptions, self: Command) => {
      const [model, inputs] = options.method === undefined ? [first, rest] : [undefined, [first, ...rest]];
      if (inputs.length === 0) self.error("error: missing required argument 'input'");
      const { downscale } = await import("./run.ts");
      await downscale(model, inputs, options, self);
    });
  addOverwrite(command);
  addCommon(command);
}
