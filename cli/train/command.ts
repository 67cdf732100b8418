/** `monge train`: its options. */
import { type Command, Option } from "commander";
import type { PresetName } from "../../generative/training/index.ts";
import {
  addAssumedUnits,
  addCommon,
  addExternal,
  addThreads,
  box,
  examples,
  integer,
  positive,
  readBy,
  share,
  timeRange,
} from "../shell/read-options.ts";
import { names, read, type TrainOptions } from "./options.ts";

/** Adds the command to the program. */
export function addTrain(program: Command): void {
  const command = program
    .command("train")
    .summary("train a downscaler on fine fields, alone or with coarse ones and covariates")
    .description(
      "With --data each file of fine precipitation is one event, and the model learns to refine block means, which it conserves. " +
        "With --fine it learns to make that data set from --coarse and covariates, each on a grid of its own; times are matched by " +
        "their bounds. The run is recorded in a folder under --out, whose path is printed on standard output: options.json, " +
        "metrics.jsonl, checkpoints/, and at the end result.json, loss.svg and model.safetensors. Ctrl-C saves a checkpoint and stops.",
    )
    .option("--data <files...>", "files of fine precipitation, FILE or FILE:VARIABLE, one event each")
    .option(
      "--fine <file:variable...>",
      "what is to be made; a pattern is one field along time, and files of one variable are regions that one model learns from",
    )
    .option("--coarse <file:variable...>", "what is to be refined (default: means over --factor cells of --fine)")
    .option("--with <file:variables...>", "other variables of each time")
    .option("--static <file:variables...>", "variables without times, such as orography")
    .option("--context <names>", "position, season, hour, separated by commas", names)
    .option(
      "--correct [file:variable]",
      "learn from --fine alone to correct and refine climate models (`monge downscale --past`); with the past of one, --factor is measured",
    )
    .option(
      "--regions <W,S,E,N>",
      "a box of --fine in degrees; repeated, one model learns from all boxes",
      (text: string, before: readonly ReturnType<typeof box>[] = []) => [...before, box(text)],
    )
    .option("--variable <name>", "--data: variable to read, where a file holds several")
    .option("--interval <seconds>", 'amounts without bounds of time: seconds, of --data also one a file, or "time"')
    .option("--time <range>", "dates such as 2018-06 or 2018-06:2018-08, or indices such as 0:10", timeRange)
    .option(
      "--validate <range|files...>",
      "times to validate on and never to learn from, or with --data other files; the best model by them is kept",
    )
    .option("--cap <n>", "at most this many images, or tiles from a file (default: all)", integer(1))
    .option("--rain <names>", "variables that are rain, where units and names leave it open", names)
    .option("--not-rain <names>", "variables that are not rain", names)
    .option(
      "--wet-threshold <value>",
      "values below this, in the data's units, are dry (default: 0.1 mm, or 0.1 mm/h)",
      positive(),
    )
    .option("--clip-negative", "set negative precipitation to 0 instead of refusing it")
    .option(
      "--archives [names]",
      "give the network the archive of each file of --data, or of each source of --fine and --coarse; or names for them",
      names,
    )
    .option(
      "--factor <n>",
      "fine cells along a side of a coarse cell; 1 with --time-factor refines in time alone",
      integer(1),
      4,
    )
    .option(
      "--time-factor <n>",
      "fine times of a coarse step, 2 to 30: 12 refines hours to 5 minutes, 24 days to hours",
      integer(2),
    )
    .addOption(
      new Option("--preset <name>", "--data: recipe of arXiv 2410.00381; options beside it take precedence").choices([
        "wassdiff",
      ] satisfies PresetName[]),
    )
    .option("--channels <n>", "channels of the network's first level, a multiple of 8", integer(8), 24)
    .option("--crop <n>", "side of a training crop (default: about 32)", integer(4))
    .option("--batch <n>", "crops in a batch", integer(1), 16)
    .option("--steps <n>", "optimizer steps", integer(1), 2000)
    .option("--seed <n>", "root of all randomness", integer(0), 0)
    .option(
      "--dropout <share>",
      "leave optional inputs (covariates; with --data the coarse rain) out of this share of crops",
      share,
      0,
    )
    .option("--start <model>", "begin with this model, a run, or a folder of runs (fine-tuning)")
    .option(
      "--set <name=value...>",
      "other options of the library's `train`, such as tile=64, peakRate=2e-4, validation.every=100",
    )
    .addOption(new Option("--device <device>", "where to compute").choices(["cpu", "webgpu", "cuda"]).default("cpu"))
    .option("--out <dir>", "folder of runs; this one becomes DIR/00001-NAME, with the next free number")
    .option("--name <name>", "name of the run", "train")
    .option(
      "--resume [run]",
      "go on with an interrupted run, or the newest one in a folder of runs (default: in --out)",
    )
    .addHelpText(
      "after",
      examples(
        "monge train --fine eobs.nc:pr --coarse ncep.nc:pr --static dem.nc:z --context season --validate 1994-12:1996-02 --out runs",
        "monge train --fine alps.nc:pr norway.nc:pr --coarse era5.nc:tp --static dem.nc:z --out runs",
        "monge train --data radar/2016*.nc:pr --factor 4 --out runs",
        "monge train --data daily.nc:tp --interval 86400 --factor 8 --steps 5000 --out runs",
        "monge train --data radar.nc:pr --factor 4 --time-factor 12 --out runs",
        "monge train --resume runs/00001-train",
      ),
    )
    .action(async (options: TrainOptions) => {
      const { train } = await import("./run.ts");
      await train(options, (name) => command.getOptionValueSource(name) === "cli");
    });
  readBy(command, read);
  addAssumedUnits(command, "--data");
  addExternal(command);
  addThreads(command);
  addCommon(command);
}
