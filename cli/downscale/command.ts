/** `monge downscale`: its options. */
import type { Command } from "commander";
import { among, text } from "../../engine/checks.ts";
import { common, epsg, examples, overwrite } from "../shell/read-options.ts";
import { addOptions, flag, option, type Values } from "../shell/table.ts";
import { drawing } from "./options.ts";
import { shard } from "./shard.ts";

const options = {
  ...drawing,
  output: option(
    "<file>",
    "what to write: .nc or .zarr (all times), out/{year}.nc (or {month}, {day}: a file each, by tasks), or .tif (one time; members are bands); of --stations .nc or .csv; " +
      "of --calibrate .json, for the amplitude alone",
    text,
    { short: "o", required: true },
  ),
  calibrate: option(
    "<file:variable>",
    "fit --amplitude and --cut-off to measurements first, so that the spread of members is their skill, and as many are wet: a table of stations (.csv) or a CF time series, as " +
      "for `monge verify --stations`, or maps on the fine grid, at some of INPUT's times",
    text,
    { conflicts: ["amplitude", "cutOff", "shard", "resume", "coarsen"] },
  ),
  readings: option(
    "<kind>",
    "--calibrate: stations measure points, with errors of gauges and of a point in its cell, or are exact values of cells (default: points)",
    among("points", "cells"),
  ),
  resume: flag(".zarr, {year}.nc: go on with a store that is there, and do only the tasks that are missing"),
  shard: option(
    "<i/n>",
    ".zarr, {year}.nc: do every n-th task from the i-th on, i from 0, in a store that others fill too; auto takes both from Slurm's array " +
      "task, auto/n takes i from it",
    shard,
  ),
  epsg: option("<code>", '.tif: EPSG code of x and y, or "none" (default: from the input)', epsg),
  figure: option("<file>", "draw the first time: input, members, mean (.png or .svg)"),
  score: flag("with --coarsen: print scores against INPUT on standard output"),
  ...overwrite,
  ...common,
};

export type DownscaleOptions = Values<typeof options>;

/** Adds the command to the program. */
export function addDownscale(program: Command): void {
  const command = program
    .command("downscale")
    .summary("generate an ensemble of fine fields from coarse precipitation")
    .description(
      "Generates an ensemble of fine fields for every time of INPUT. The result is in the input's units, on the input's grid " +
        "refined by the model's factor. The same model, input and seed give the same ensemble, also for a part of the times. " +
        "Ctrl-C and SIGTERM end it after the evaluation in progress. A store (.zarr) keeps the tasks that are finished, " +
        "and --resume does the others, --shard a part of them; see `monge plan`, `monge audit` and `monge merge`. The times of a " +
        ".nc that are finished are kept in a file of their own, out.partial.nc, and a line says how to make the others.\n\n" +
        "Without a model the one of the package refines INPUT by --factor: it is for precipitation at the scales that " +
        "`monge info pretrained` prints. With --method no model is needed: a baseline writes the same files, in the units and on the grid of --fine, --grid or " +
        "--factor.",
    )
    .usage("[options] [model] <input...>\n       monge downscale --method <name> [options] <input...>")
    .argument(
      "<input...>",
      "coarse precipitation, FILE or FILE:VARIABLE; several files are one field along time; before it, a model (as --model)",
    )
    .addHelpText(
      "after",
      examples(
        "monge downscale coarse.nc -o fine.nc --factor 4",
        "monge downscale runs/00001-train coarse.nc -o fine.nc --members 8 --seed 1",
        "monge downscale model.safetensors daily.tif -o fine.tif --time 0 --interval 86400 --figure fine.png",
        "monge downscale runs 'era5_*.nc:tp' -o summer.nc --interval 3600 --time 2018-06:2018-08",
        "monge downscale runs ncep_2003.nc --with era5_2003.nc:t2m --static dem.nc -o fine.nc --members 16",
        "monge downscale coarse.nc --factor 4 --calibrate gauges.csv -o amplitude.json",
        "monge downscale --method qdm gcm_2050.nc --fine obs.nc:pr --coarse gcm_hist.nc:pr -o fine.nc",
        "monge downscale --method qdm gcm_2050.nc --stations gauges.csv:pr --coarse gcm_hist.nc:pr -o gauges_2050.csv",
        "monge downscale --method mbcn gcm_2050.nc:pr,tas --fine obs.nc:pr,tas --coarse gcm_hist.nc:pr,tas -o fine.nc",
        "monge downscale --method rainfarm era5.nc --factor 8 --members 20 -o fine.nc",
        "monge downscale runs radar.nc -o again.nc --coarsen --score --time 0:4",
        "monge downscale runs era5.nc -o fine.zarr --members 16 --resume",
        "monge downscale runs era5.nc -o fine.zarr --members 16 --shard 3/8",
        "monge downscale runs era5.nc -o out/{year}.nc --members 16",
      ),
    )
    .action(async (words: readonly string[], options: DownscaleOptions, self: Command) => {
      const { modelAndInputs } = await import("./positions.ts");
      const { model, inputs } = modelAndInputs(words, options);
      if (inputs.length === 0) self.error("error: missing required argument 'input'");
      const { downscale } = await import("./run.ts");
      await downscale(model, inputs, options, self);
    });
  addOptions(command, options);
}
