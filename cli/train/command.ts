/** `monge train`: its options. */
import { type Command, Option } from "commander";
import type { Intervals, PresetName } from "../../generative/downscaling/index.ts";
import type { TimeRange } from "../../io/dataset/index.ts";
import type { CommonOptions } from "../shell/read-options.ts";
import { addCommon, examples, integer, intervals, positive, share, timeRange } from "../shell/read-options.ts";

/** As parsed; what is absent has the default that the help names. */
export interface TrainOptions extends CommonOptions {
  readonly data?: readonly string[];
  readonly fine?: readonly string[];
  readonly coarse?: readonly string[];
  readonly with?: readonly string[];
  readonly static?: readonly string[];
  readonly context?: readonly string[];
  readonly regrid: "bilinear" | "conservative";
  readonly clipNegative?: boolean;
  readonly rain?: readonly string[];
  readonly notRain?: readonly string[];
  readonly dropout: number;
  readonly correct?: true | string;
  readonly validate?: TimeRange;
  readonly validateData?: readonly string[];
  readonly validateEvery?: number;
  readonly patience?: number;
  readonly start?: string;
  readonly variable?: string;
  readonly allowExternal?: boolean;
  readonly units?: string;
  readonly interval?: Intervals;
  readonly time?: TimeRange;
  readonly every: number;
  readonly cap?: number;
  readonly wetThreshold?: number;
  readonly largestRate?: number;
  readonly unit?: number | "measured";
  readonly archives?: true | readonly string[];
  readonly factor: number;
  readonly tile?: number;
  readonly tileStore?: string;
  readonly readers?: number;
  readonly crop?: number;
  readonly batch: number;
  readonly channels: number;
  readonly steps: number;
  readonly seed: number;
  readonly generator: "diffusion" | "one-step";
  readonly preset?: PresetName;
  readonly threads?: number;
  readonly device: "cpu" | "webgpu" | "cuda";
  readonly out?: string;
  readonly name: string;
  readonly resume?: string | true;
  readonly checkpointEvery: number;
}

/** Names with commas. */
const names = (value: string): readonly string[] => value.split(",").map((name) => name.trim());

/** A rate in mm/h, or the word. */
const unitOfRain = (value: string): number | "measured" => (value === "measured" ? value : positive()(value));

/** Adds the command to the program. */
export function addTrain(program: Command): void {
  const command = program
    .command("train")
    .summary("train a downscaler on fine fields, or on pairs of fine and coarse ones")
    .description(
      "Trains a downscaler. With --fine and --coarse it learns to make the one data set from the other, each on a grid of " +
        "its own, with other variables, static fields, position and season as context; times are matched by their bounds. " +
        "With --data alone, fine precipitation (each file is one event), it learns to undo block means. The run is recorded " +
        "under --out in a folder of its own: options.json, metrics.jsonl, checkpoints/, and at the end result.json, " +
        "loss.svg and model.safetensors. The folder's path is printed on standard output. Ctrl-C saves a checkpoint and stops.",
    )
    .option(
      "--fine <file:variable...>",
      "pairs: what is to be made; a pattern or several files are one field along time, variables are parted by commas",
    )
    .option(
      "--coarse <file:variable...>",
      "pairs: what is to be refined (default: means over --factor cells of --fine)",
    )
    .option("--with <file:variables...>", "pairs: other variables of each time, each file on a grid of its own")
    .option("--static <file:variables...>", "pairs: variables without times, such as orography")
    .option("--context <names>", "pairs: position, season, hour, parted by commas", (value: string) => value.split(","))
    .addOption(
      new Option("--regrid <how>", "pairs: how inputs come onto the fine grid")
        .choices(["bilinear", "conservative"])
        .default("bilinear"),
    )
    .option(
      "--clip-negative",
      "pairs: set negative precipitation to 0 instead of refusing it; what is within a hundredth of wet is always",
    )
    .option("--rain <names>", "pairs: variables that are rain, where their units and names leave it open", names)
    .option(
      "--not-rain <names>",
      "pairs: variables that are not rain, where their units and names leave it open",
      names,
    )
    .option(
      "--dropout <share>",
      "pairs: leave covariates out of this share of crops, so that they may be absent",
      share,
      0,
    )
    .option(
      "--correct [file:variable]",
      "pairs: learn from --fine alone to correct and refine any climate model, which `monge downscale --past` is told of; " +
        "with a climate model's past, --factor is where the two vary alike (default: --factor)",
    )
    .option(
      "--validate <range>",
      "times to judge by and never to learn from; of the models with the least CRPS by them, the one with spread/skill nearest 1 is kept",
      timeRange,
    )
    .option("--validate-data <files...>", "with --data: files to judge by, one event each, instead of times of --data")
    .option("--validate-every <n>", "steps between judgements (default: a tenth of --steps)", integer(1))
    .option("--patience <n>", "stop after so many judgements without a better one (default: never)", integer(1))
    .option(
      "--start <model>",
      "begin with this model: a file, a run, or a folder of runs (fine-tuning); its network, channels and context stay",
    )
    .option("--data <files...>", "files of fine precipitation, one event each, to learn to undo block means")
    .option("--variable <name>", "variable to read; needed where a file holds several")
    .option(
      "--allow-external",
      "follow links of HDF5 and Zarr out of the files that are named; only for files you trust",
    )
    .option("--units <units>", "units to take instead of the files', where these are missing or wrong")
    .option(
      "--interval <seconds>",
      'where files hold amounts (mm): seconds of accumulation, one number or one a file (300,600), or "time" to take ' +
        "the even spacing of a file's times",
      intervals,
    )
    .option(
      "--time <range>",
      "dates such as 2018-06 or 2018-06:2018-08, or indices such as 0:10, of every file",
      timeRange,
    )
    .option("--every <n>", "read every n-th frame", integer(1), 1)
    .option("--cap <n>", "at most this many tiles from a file (default: all)", integer(1))
    .option(
      "--wet-threshold <value>",
      "values below this, in the files' units, count as dry (default: 0.1 mm over the interval, 0.1 mm/h where that is less than an hour)",
      positive(),
    )
    .option(
      "--largest-rate <value>",
      "tiles with a higher value, in the files' units, are dropped as clutter (default: 200 mm/h up to an hour, a day 1910 mm)",
      positive(),
    )
    .option(
      "--unit <rate>",
      'rain R is learned as ln(1 + R/unit): mm/h, or "measured", the lower quartile of what is wet (default: measured)',
      unitOfRain,
    )
    .option(
      "--archives [names]",
      "tell the network which archive a tile is from: each file is one, or names with commas, one a file, which several " +
        "may share; `monge downscale --archive NAME` then says which one INPUT is like",
      (value: string) => value.split(","),
    )
    .option("--factor <n>", "refinement: fine cells along a side of a coarse cell", integer(2), 4)
    .option(
      "--tile <n>",
      "side of a tile (default: the largest multiple of the factor up to 64, and --crop)",
      integer(4),
    )
    .option(
      "--tile-store <dir>",
      'keep the tiles in a file there and read them one at a time; "none" holds them in memory (default: OUT/tiles for data of more than 256 MB)',
    )
    .option(
      "--readers <n>",
      "threads that decode --data and cut tiles beside each other (default: --threads for files of more than 256 MB, else 1)",
      integer(1),
    )
    .option(
      "--crop <n>",
      "side of a training crop (default: the least multiple of 4 and the factor from 32)",
      integer(4),
    )
    .option("--batch <n>", "crops in a batch", integer(1), 16)
    .option("--channels <n>", "channels of the network's first level, a multiple of 8", integer(8), 24)
    .option("--steps <n>", "optimizer steps", integer(1), 2000)
    .option("--seed <n>", "root of all randomness", integer(0), 0)
    .addOption(
      new Option(
        "--preset <name>",
        "recipe of others; options beside it go before: wassdiff is that of arXiv 2410.00381, for GPUs unless sized by --crop, " +
          "--channels, --steps",
      ).choices(["wassdiff"] satisfies PresetName[]),
    )
    .addOption(
      new Option(
        "--generator <kind>",
        "what draws members: diffusion, or one step, which takes one evaluation a member",
      )
        .choices(["diffusion", "one-step"])
        .default("diffusion"),
    )
    .option("--threads <n>", "threads (default: the cores, at most 8)", integer(1))
    .addOption(new Option("--device <device>", "where to compute").choices(["cpu", "webgpu", "cuda"]).default("cpu"))
    .option("--out <dir>", "folder of runs; this one becomes DIR/00001-NAME, with the next free number")
    .option("--name <name>", "name of the run", "train")
    .option(
      "--resume [run]",
      "go on with an interrupted run, or the newest one in a folder of runs (default: in --out), with its options",
    )
    .option("--checkpoint-every <n>", "steps between checkpoints", integer(1), 500)
    .addHelpText(
      "after",
      examples(
        "monge train --fine eobs.nc:pr --coarse ncep.nc:pr --static dem.nc:z --context season --validate 1994-12:1996-02 --out runs",
        "monge train --data radar/2016*.nc --variable pr --factor 4 --out runs",
        "monge train --data daily.nc --variable tp --interval 86400 --factor 8 --steps 5000 --out runs",
        "monge train --resume runs/00001-train",
      ),
    )
    .action(async (options: TrainOptions) => {
      const { train } = await import("./run.ts");
      await train(options, (name) => command.getOptionValueSource(name) === "cli");
    });
  addCommon(command);
}
