#!/usr/bin/env node
import {
  addCommon,
  addMethodOptions,
  addOverwrite,
  box,
  epsg,
  examples,
  indexRange,
  integer,
  intervals,
  numbers,
  periods,
  positive,
  share,
  timeRange,
  yearWindow
} from "./chunk-2V23MHK2.js";
import "./chunk-OMBEO662.js";
import "./chunk-3KIGRSIF.js";
import {
  shard
} from "./chunk-3F3EJP4O.js";
import "./chunk-E4UB2BUP.js";
import "./chunk-M7QUBEK6.js";
import "./chunk-RDQ5FCHV.js";
import "./chunk-IHC7556Q.js";
import "./chunk-6RL6FTP2.js";
import "./chunk-TNAG3B54.js";
import "./chunk-JYSZMQVP.js";
import "./chunk-UT3GBMX3.js";
import "./chunk-M5E6TLWJ.js";
import {
  version
} from "./chunk-6KCX3X7U.js";
import "./chunk-MYHAFT5B.js";
import "./chunk-PHUSJ35S.js";
import "./chunk-2JKOHZZA.js";
import "./chunk-JHNL2DBA.js";
import {
  Interrupted,
  Unfinished,
  exitCodes,
  failureLines,
  outputFormats,
  reportFailure,
  usageParts
} from "./chunk-72SAAEYX.js";
import "./chunk-O7EZDEUO.js";
import "./chunk-Y46VEHZ7.js";
import {
  complain,
  hush
} from "./chunk-K2VWOMW7.js";

// cli/program.ts
import { Command, CommanderError } from "commander";

// cli/audit/command.ts
function addAudit(program) {
  const command = program.command("audit").summary("whether a store of units of work is complete and sound").description(
    "Lists the units of STORE that are missing, damaged (their chunks are not those of their row), done twice, or foreign (of another model, seed or options, or files of no unit). Ends with 0 where all units are there and sound, else with 1. Temporary files of dead processes of this machine are removed."
  ).argument("<store>", "a store that `monge downscale -o out.zarr` wrote").option(
    "--requeue",
    "make damaged and foreign units missing, so that `monge downscale --resume` does them again, and remove files that are nobody's; no worker may be at work"
  ).option("--no-checksums", "look at names and sizes alone, and read no chunk").addHelpText(
    "after",
    examples("monge audit fine.zarr", "monge audit fine.zarr --requeue", "monge audit fine.zarr --json")
  ).action(async (store, options) => {
    const { audit } = await import("./run-UM4U4J5S.js");
    await audit(store, options);
  });
  addCommon(command);
}

// cli/completion/command.ts
import { Argument } from "commander";
var shells = ["bash", "zsh", "fish"];
function addCompletion(program) {
  program.command("completion").summary("print what completes commands, options and their values in a shell").description("Prints a script for a shell; names of files are completed where an option takes one.").addArgument(new Argument("<shell>", "whose script").choices(shells)).helpOption("-h, --help", "print this help").addHelpText(
    "after",
    examples(
      "monge completion bash > ~/.local/share/bash-completion/completions/monge",
      "monge completion zsh > ~/.zfunc/_monge",
      "monge completion fish > ~/.config/fish/completions/monge.fish"
    )
  ).action(async (shell) => {
    const { completion } = await import("./run-3GIAAPRC.js");
    completion(shell, program);
  });
}

// cli/convert/command.ts
import { InvalidArgumentError, Option } from "commander";
function addConvert(program) {
  const command = program.command("convert").summary("cut, convert and rewrite gridded files").description(
    "Reads one variable of one file, or of several that make one field along time, cuts it by place and time, converts its units, and writes OUT slab by slab. Only what is selected is read."
  ).argument("<files...>", "IN\u2026 OUT: files to read, and last the one to write (.nc, .nc3, .tif, .zarr)").option("--variable <name>", "variable to read; needed where the files hold several").option("--time-from-name", "files without times: take the date in each name").option("--start <date>", "for steps without times, such as bands of a GeoTIFF: the first, such as 1983-01-01").option("--step <step>", "with --start: from one to the next, such as 1day, 10min or 1month").option(
    "--rename <old=new>",
    "a new name of the variable, a dimension or a coordinate; may be given several times",
    renames
  ).option("--dims <order>", "order of the dimensions to write, such as time,lat,lon, by their new names", list).option(
    "--allow-external",
    "follow links of HDF5 and Zarr out of the files that are named; only for files you trust"
  ).option("--bbox <W,S,E,N>", "cells whose centres lie in this box of longitudes and latitudes, in degrees", box).option(
    "--grid <grid>",
    "regrid to even steps in degrees, such as 0.5 or 0.25,0.5 (latitude, longitude), with edges at --bbox or around the earth, or to the grid of another file; --bbox is then that of the result"
  ).addOption(
    new Option("--method <name>", "with --grid (default: conservative)").choices([
      "conservative",
      "bilinear",
      "nearest"
    ])
  ).option(
    "--minimum-valid <share>",
    "with --grid: least share of a new cell that must hold values (default: 1)",
    positive(true)
  ).option("--time <range>", "dates such as 2018, 2018-06 or 2018-06:2018-08, or indices such as 0:10", timeRange).option("--units <units>", "units of precipitation to write, such as mm/day").option("--override", "with --units: where names and methods disagree with the units, write them anew").option("--stated-units <units>", "units to take instead of the file's, where these are missing or wrong").option("--interval <seconds>", 'between amounts and rates: seconds, "time" (its spacing) or "bounds"', interval).option(
    "--accumulated <start>",
    'values are accumulated since the start of a run; write the amounts of each step. When the first run began, such as 2018-05-01, or "bounds" (of time), or "drop" to leave the first step out. All that is selected is held in memory'
  ).option(
    "--resets <hours>",
    'with --accumulated: hours of the day at which runs end, such as 0 or 6,18, or "never", or "detect"',
    resets
  ).option(
    "--tolerance <amount>",
    "with --accumulated: falls up to this, in the file's units, are rounding",
    positive(true)
  ).addOption(new Option("--format <format>", "format to write (default: by the name of OUT)").choices(outputFormats)).option("--compression <level>", "deflate level of NetCDF-4 and GeoTIFF, 0 to 9", integer(0)).option("--epsg <code>", '.tif: EPSG code of x and y, or "none" (default: from the input)', epsg).option("--overwrite", "replace OUT if it is there: a file, or a Zarr store; never an input").option("--slab <MB>", "values held in memory at a time", positive(), 64).addHelpText(
    "after",
    examples(
      "monge convert imerg.HDF5 pr.nc --variable Grid/precipitation --rename precipitation=pr --dims time,lat,lon",
      "monge convert bands.tif pr.nc --start 1983-01-01 --step 1day --rename band_data=pr --stated-units mm/day",
      "monge convert pr_1950.nc pr_1951.nc pr.nc",
      "monge convert tp.nc alps.nc --bbox 5,43,16,48 --time 2018-06:2018-08 --units mm/day --interval time",
      "monge convert era5.nc hourly.nc --variable tp --accumulated drop --resets 0 --units mm",
      "monge convert pr.nc coarse.nc --grid 1 --bbox -10,36,4,44 --minimum-valid 0.5",
      "monge convert pr.nc june.tif --time 2018-06"
    )
  ).action(async (files, options) => {
    const { convert } = await import("./run-4ITPR7PC.js");
    await convert(files, options);
  });
  addCommon(command);
}
function interval(text) {
  if (text === "time" || text === "bounds") return text;
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('expected seconds above 0, "time" or "bounds".');
}
function list(text) {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return names;
  throw new InvalidArgumentError("expected names such as time,lat,lon.");
}
function renames(text, before = {}) {
  const [old, to, ...more] = text.split("=").map((name) => name.trim());
  if (old && to && more.length === 0) return { ...before, [old]: to };
  throw new InvalidArgumentError("expected OLD=NEW, such as precipitation=pr.");
}
function resets(text) {
  if (text === "never" || text === "detect") return text;
  const numbers2 = text.split(",").map(integer(0));
  if (numbers2.every((hour) => hour < 24)) return numbers2;
  throw new InvalidArgumentError("expected whole hours from 0 to 23, such as 0 or 6,18.");
}

// cli/demo/command.ts
function addDemo(program) {
  const command = program.command("demo").summary("train on two data sets of synthetic rain, downscale, print scores").description(
    "Makes a fine and a coarse, biased, displaced data set of one synthetic rain over mountains, from a seed; trains a small model that goes from one to the other, told the height of the ground; downscales hours that it never saw; and prints scores next to bilinear interpolation, quantile mapping and the exact law. Writes both data sets, the recorded run, downscaled.nc, downscaled.tif and map.png. A few minutes on two cores."
  ).option("--out <dir>", "folder for everything that is written", "demo").option("--seed <n>", "root of all randomness", integer(0), 1).option("--steps <n>", "optimizer steps", integer(1), 1e3).option("--hours <n>", "hours to learn from", integer(1), 400).option("--held-out <n>", "hours after them that are held out", integer(1), 12).option("--members <n>", "size of the ensemble", integer(2), 8).option("--channels <n>", "channels of the network's first level, a multiple of 8", integer(8), 24).option("--batch <n>", "crops in a batch", integer(1), 16).option("--evaluations <n>", "network evaluations a member", integer(2), 16).option("--threads <n>", "threads (default: the cores, at most 2)", integer(1)).addHelpText("after", examples("monge demo", "monge demo --steps 100 --out /tmp/demo")).action(async (options) => {
    const { demo } = await import("./run-LX24LHNN.js");
    await demo(options);
  });
  addOverwrite(command);
  addCommon(command);
}

// cli/distance/command.ts
import { Option as Option2 } from "commander";

// cli/shell/guide.ts
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
function guide(name) {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const path = join(folder, "docs", name);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return `docs/${name}`;
  }
}

// cli/distance/command.ts
var distanceMethods = ["1d", "multiscale", "emd", "sinkhorn", "divergence", "sliced", "gromov"];
function addDistance(program) {
  const command = program.command("distance").summary("measure how far apart two fields are by optimal transport").description(
    `The Wasserstein distance between two fields, each FILE or FILE:VARIABLE (NetCDF or GeoTIFF). \`1d\` and \`multiscale\` compare the distributions of values; \`emd\`, \`sinkhorn\`, \`divergence\` and \`sliced\` move the field's mass (values \u2265 0 times cell area, leading dimensions summed, scaled to one) over its coordinates, in km on the sphere where these are degrees; \`gromov\` does so between grids that share no coordinates. Prints the value, a certified bracket where the method has one, and the method. ${guide("which-distance.md")} helps to choose.`
  ).argument("<a>", "FILE or FILE:VARIABLE").argument("<b>", "FILE or FILE:VARIABLE").addOption(new Option2("--method <name>", "what to compute").choices(distanceMethods).default("1d")).option("--p <number>", "order of the cost (default: 1 for values, 2 for mass)", positive()).option("--root", "print W_p instead of W_p^p").option("--epsilon <number>", "entropy of sinkhorn, divergence and gromov, in squared units", positive()).option("--scales <list>", "block sizes of multiscale (default: those of 1,2,4,8 that divide the grid)").option("--coarsen <n>", "gather the mass of blocks of n \xD7 n cells in one place", integer(1)).option("--seed <number>", "seed of the directions of sliced", integer(0), 1).addHelpText(
    "after",
    examples(
      "monge distance model.nc:pr radar.nc:pr",
      "monge distance model.nc:pr radar.nc:pr --method emd --json | jq .bounds",
      "monge distance coarse.tif fine.tif --method gromov"
    )
  ).action(async (a, b, options) => {
    const { distance } = await import("./run-IRKCTCXD.js");
    await distance(a, b, options);
  });
  addCommon(command);
}

// cli/doctor/command.ts
function addDoctor(program) {
  const command = program.command("doctor").summary("tell what this machine can do, and what mends what it cannot").description(
    "Tries every device, the system's linear algebra, writing to a folder, and the speed of the kernels that take the time, and says with which command to mend what is missing. Exit status 1 where nothing can be computed or written."
  ).option("--folder <path>", "folder to try writing in", ".").option("--seconds <n>", "length of the speed check; 0 for none", positive(true), 4).addHelpText("after", examples("monge doctor", "monge doctor --folder /scratch/runs --json | jq .devices")).action(async (options) => {
    const { doctor } = await import("./run-OUPRR7UG.js");
    await doctor(options);
  });
  addCommon(command);
}

// cli/downscale/options.ts
import { InvalidArgumentError as InvalidArgumentError2, Option as Option3 } from "commander";
var samplers = [
  "dpm++2m",
  "heun",
  "euler",
  "churn",
  "reverse-diffusion",
  "predictor-corrector"
];
function addDrawing(command) {
  return command.addOption(
    new Option3(
      "--method <name>",
      "without a model: bilinear interpolation; quantile mapping (qm) or quantile delta mapping (qdm) of every pixel to the law of --fine, with the share of wet values adapted; or rainfarm, noise with rain's spectrum that keeps coarse means"
    ).choices(["bilinear", "qm", "qdm", "rainfarm"])
  ).option("--fine <file:variable>", "--method: observations over a historical period; they give grid, gaps and units").option(
    "--coarse <file:variable>",
    "--method qm, qdm: INPUT's data set over a historical period; models of pairs that refine several variables: those besides INPUT"
  ).option(
    "--history <range>",
    "--method: dates of --fine and --coarse to take, as with --time (default: all)",
    timeRange
  ).option("--factor <n>", "--method: instead of a grid, divide every cell of INPUT into n x n", integer(1)).option(
    "--window <part>",
    '--method qm, qdm: laws of the "year", of each "season" or "month", or of a moving window of so many days (default: season)',
    yearWindow
  ).option("--quantiles <n>", "--method qm, qdm: nodes of each map (default: 100)", integer(2)).option(
    "--slope <n>",
    "--method rainfarm: power of the noise is |k|^-n (default: fitted to --fine, else to INPUT)",
    Number
  ).option("--amplitude <n>", "--method rainfarm: deviation of the noise's logarithm (default: 1)", positive(true)).option("--variable <name>", "variable to read; needed where the file holds several").option(
    "--allow-external",
    "follow links of HDF5 and Zarr out of the files that are named; only for files you trust"
  ).option("--with <file:variables...>", "the other variables of each time that a model of pairs was trained with").option("--static <file:variables...>", "the variables without times that a model of pairs was trained with").option(
    "--past <file:variable>",
    "models that correct: the climate model of INPUT over the years of the observations"
  ).option(
    "--grid <file>",
    "models of pairs, --method: lay the output on this field's grid (default: of training, of --fine)"
  ).option("--target <name>", "models of pairs that make several variables: which one is wanted").option("--time-from-name", "files without times: take the date in each name").option("--units <units>", "units to take instead of the file's, where these are missing or wrong").option("--interval <seconds>", 'where the file holds amounts (mm): seconds of accumulation, or "time"', intervals).option(
    "--time <range>",
    "dates such as 2018-06 or 2018-06:2018-08, or indices such as 0:10 (default: all)",
    timeRange
  ).option("--rows <a:b>", "rows of INPUT from a to before b, in file order (default: all)", indexRange).option("--columns <a:b>", "columns of INPUT from a to before b (default: all)", indexRange).option("--members <n>", "size of the ensemble (default: 8; 1 with --method bilinear, qm, qdm)", integer(1)).option("--seed <n>", "root of all randomness", integer(0), 0).option(
    "--evaluations <n>",
    "network evaluations a member (default: the model's, else 16; a one-step generator takes 1)",
    integer(1)
  ).addOption(
    new Option3(
      "--sampler <name>",
      "solver (default: the model's, else dpm++2m); heun, churn and predictor-corrector take two evaluations a level; reverse-diffusion and predictor-corrector need some hundred evaluations"
    ).choices(samplers)
  ).option("--archive <name>", "which of the archives that the model was told of INPUT is from, or most like").option("--no-conserve", "do not scale every block to its coarse mean").addOption(
    new Option3("--missing <how>", "missing input: refuse it, or leave its cells missing").choices(["error", "propagate"]).default("error")
  ).option("--clip-negative", "set negative rates, which some models round to, to 0 instead of refusing them").option(
    "--wet-threshold <value>",
    "values below this, in INPUT's units, become 0 (default: half of what is wet in training, of a one-step generator all of it); with --method in the output's units",
    positive(true)
  ).option("--coarsen", "INPUT is fine: average it over blocks first, then downscale that").option(
    "--unit <times[xmembers]>",
    ".zarr: size of a unit of work, such as 30 or 30x4 (default: all members, and times that make 64 MB, at most 32)",
    unitSize
  ).option(
    "--force",
    "go on where INPUT is not of the kind that the model was trained for; the output's history says so"
  ).option("--threads <n>", "threads (default: the cores, at most 8)", integer(1)).addOption(new Option3("--device <device>", "where to compute").choices(["cpu", "webgpu", "cuda"]).default("cpu"));
}
function unitSize(text) {
  const [, times, members] = /^([1-9]\d*)(?:x([1-9]\d*))?$/.exec(text) ?? [];
  if (times === void 0) throw new InvalidArgumentError2("expected times, or times x members, such as 30 or 30x4.");
  return { times: Number(times), ...members !== void 0 && { members: Number(members) } };
}

// cli/downscale/command.ts
function addDownscale(program) {
  const command = program.command("downscale").summary("draw an ensemble of fine fields from coarse precipitation").description(
    "Draws an ensemble of fine fields for every time of INPUT. The result is in the input's units, on the input's grid refined by the model's factor. The same model, input and seed give the same ensemble, also for a part of the times. Ctrl-C and SIGTERM end it after the evaluation in progress. A store (.zarr) keeps the units of work that are finished, and --resume does the others, --shard a part of them; see `monge plan`, `monge audit` and `monge merge`. The times of a .nc that are finished are kept in a file of their own, out.partial.nc, and how to draw the others is said.\n\nWith --method no model is needed: a baseline writes the same files, in the units and on the grid of --fine, --grid or --factor."
  ).usage("[options] <model> <input...>\n       monge downscale --method <name> [options] <input...>").argument("<model>", "a model file, a run of `monge train`, or a folder of runs; left out with --method").argument("[input...]", "coarse precipitation; several files are one field along time").requiredOption(
    "-o, --output <file>",
    "what to write: .nc or .zarr (all times), or .tif (one time; members are bands)"
  ).option("--resume", ".zarr: go on with a store that is there, and do only the units that are missing").option(
    "--shard <i/n>",
    ".zarr: do every n-th unit from the i-th on, i from 0, in a store that others fill too; auto takes both from Slurm's array task, auto/n takes i from it or from the completion index of Kubernetes",
    shard
  ).option("--epsg <code>", '.tif: EPSG code of x and y, or "none" (default: from the input)', epsg).option("--png <file>", "draw the first time: coarse input, members, mean (.png or .svg)").option("--score", "with --coarsen: print scores against INPUT on standard output");
  addDrawing(command).addHelpText(
    "after",
    examples(
      "monge downscale runs/00001-train coarse.nc -o fine.nc --members 8 --seed 1",
      "monge downscale model.safetensors daily.tif -o fine.tif --time 0 --interval 86400 --png fine.png",
      "monge downscale runs era5_2018.nc era5_2019.nc -o summer.nc --variable tp --interval 3600 --time 2018-06:2018-08",
      "monge downscale runs ncep_2003.nc --with era5_2003.nc:t2m --static dem.nc -o fine.nc --members 16",
      "monge downscale --method qdm gcm_2050.nc --fine obs.nc:pr --coarse gcm_hist.nc:pr -o fine.nc",
      "monge downscale --method rainfarm era5.nc --factor 8 --members 20 -o fine.nc",
      "monge downscale runs radar.nc -o again.nc --coarsen --score --time 0:4",
      "monge downscale runs era5.nc -o fine.zarr --members 16 --resume",
      "monge downscale runs era5.nc -o fine.zarr --members 16 --shard 3/8"
    )
  ).action(async (first, rest, options, self) => {
    const [model, inputs] = options.method === void 0 ? [first, rest] : [void 0, [first, ...rest]];
    if (inputs.length === 0) self.error("error: missing required argument 'input'");
    const { downscale } = await import("./run-YTLHMG5R.js");
    await downscale(model, inputs, options, self);
  });
  addOverwrite(command);
  addCommon(command);
}

// cli/info/command.ts
function addInfo(program) {
  const command = program.command("info").summary("say what a file holds").description(
    "Says what files hold: format, dimensions, variables with units, storage, attributes, ranges and means over time, times with their gaps, grid and map projection. Several files are taken as one field along time. Of a model it says what it was trained on."
  ).argument("<files...>", "gridded files of any format that is read; or a model, or a run of `monge train`").option("--variable <name>", "variable whose values are read (default: all that look like data, if not too large)").option("--time-from-name", "files without times: take the date in each name").option(
    "--allow-external",
    "follow links of HDF5 and Zarr out of the files that are named; only for files you trust"
  ).option("--no-values", "read headers and coordinates only").addHelpText(
    "after",
    examples(
      "monge info pr.nc",
      "monge info pr_1950.nc pr_1951.nc --json | jq .times.gaps",
      "monge info runs/00001-train"
    )
  ).action(async (files, options) => {
    const { info } = await import("./run-U4UJLGH4.js");
    await info(files, options);
  });
  addCommon(command);
}

// cli/merge/command.ts
function addMerge(program) {
  const command = program.command("merge").summary("turn a store of units of work into CF NetCDF files").description(
    "Writes what STORE holds into one file, or one for each year, month or day. It is audited first: nothing is written from a store in which units are missing, damaged or foreign."
  ).argument("<store>", "a store that `monge downscale -o out.zarr` wrote").requiredOption("-o, --output <file>", "fine.nc, or a name with {year}, {month} or {day} such as fine-{year}.nc").option("--incomplete", "write also where units are missing; their values are missing then").option("--no-checksums", "audit names and sizes alone").addHelpText("after", examples("monge merge fine.zarr -o fine.nc", "monge merge fine.zarr -o years/{year}.nc")).action(async (store, options) => {
    const { merge } = await import("./run-TU43EZNY.js");
    await merge(store, options);
  });
  addOverwrite(command);
  addCommon(command);
}

// cli/plan/command.ts
import { Option as Option4 } from "commander";
function addPlan(program, words) {
  const command = program.command("plan").summary("what a store of an ensemble will take, and the script of a scheduler for it").description(
    "Takes the options of `monge downscale` and draws nothing: prints the units of work, the bytes before compression, and the hours that they take by a few evaluations that are measured here, on maps of the full size. With --slurm or --kubernetes prints the array script or the Indexed Job instead, for sbatch or kubectl; every task is one shard of the same command."
  ).usage("[options] <model> <input...>\n       monge plan --method <name> [options] <input...>").argument("<model>", "as of `monge downscale`; left out with --method").argument("[input...]", "coarse precipitation; several files are one field along time").requiredOption("-o, --output <store>", "the store to be: .zarr").option("--shards <n>", "tasks that share the work", integer(1), 8).option("--measure <seconds>", "how long to measure; 0 measures nothing", positive(true), 5).option(
    "--seconds-per-evaluation <n>",
    "of a group of members, as measured elsewhere, such as on a GPU",
    positive()
  ).addOption(new Option4("--slurm", "print a script for sbatch").conflicts("kubernetes")).option("--kubernetes", "print an Indexed Job of batch/v1 (JSON) for kubectl apply -f -; needs --image and --claim").option("--image <name>", "--kubernetes: the image that has monge").option("--claim <name>", "--kubernetes: the PersistentVolumeClaim with model, input and store, mounted at /data").option("--memory <gb>", "--slurm, --kubernetes: memory of a task", positive(), 4);
  addDrawing(command).addHelpText(
    "after",
    examples(
      "monge plan runs era5.nc -o fine.zarr --members 16",
      "monge plan runs era5.nc -o fine.zarr --members 16 --unit 30x4 --shards 64 --slurm",
      "monge plan runs era5.nc -o fine.zarr --kubernetes --image registry/monge:1 --claim climate"
    )
  ).action(async (first, rest, options, self) => {
    const [model, inputs] = options.method === void 0 ? [first, rest] : [void 0, [first, ...rest]];
    if (inputs.length === 0) self.error("error: missing required argument 'input'");
    const { plan } = await import("./run-AGQC3AGH.js");
    await plan(model, inputs, options, { command: self, words });
  });
  addCommon(command);
}

// cli/report/command.ts
import { Option as Option5 } from "commander";
function addReport(program) {
  const command = program.command("report").summary("make one page of a training, a solve, a field, or a forecast and the truth").description(
    "Writes one HTML page that holds all it shows: it needs no network, and no JavaScript but for its sliders. Of a run of `monge train`: losses, held-out scores, options. Of a run of `monge solve --out`: the equations, solution, error, points round by round, residual. Of a field, FILE or FILE:VARIABLE: maps of members, mean and spread along time, and with --truth the scores and diagrams of `monge verify`."
  ).argument("<what>", "a run's folder, FILE or FILE:VARIABLE").requiredOption("-o, --output <file>", "the page, .html").option("--truth <file:variable>", "a field on the same grid: drawn beside, and scored against").option("--thresholds <list>", "--truth: events `value >= threshold`, in the truth's units", numbers).addOption(
    new Option5("--by <part>", "--truth: scores by part of time as well").choices(["season", "month", "year"])
  ).option("--transport <km>", "--truth: rain moved by transport as well, at most so far", positive()).addOption(
    new Option5(
      "--change <from,to>",
      "--truth is the climate model that drives the field, on its grid: how both change between two periods such as 1981:2010,2071:2100, and no scores"
    ).argParser(periods).conflicts(["thresholds", "by", "transport"])
  ).option("--times <n>", "times to draw, evenly chosen, at most 50", integer(1), 8).option("--members <n>", "members to draw, at most 8", integer(1), 3).option("--seed <n>", "--truth: root of the redraws", integer(0), 0).option("--title <text>", "heading of the page (default: the variable's name)").option(
    "--allow-external",
    "follow links of HDF5 and Zarr out of the files that are named; only for files you trust"
  ).addHelpText(
    "after",
    examples(
      "monge report runs/00001-train -o training.html",
      "monge report runs/00002-burgers -o burgers.html",
      "monge report fine.nc -o fine.html",
      "monge report fine.nc --truth radar.nc:pr --thresholds 1,10 -o judged.html"
    )
  ).action(async (what, options) => {
    const { report } = await import("./run-MH7FSODS.js");
    await report(what, options);
  });
  addOverwrite(command);
  addCommon(command);
}

// cli/serve/command.ts
function addServe(program) {
  const command = program.command("serve").summary("open a page on this machine: downscale and verify dropped files, solve typed equations").description(
    "Serves a page to this machine alone and prints its address, which holds a token: who does not have it is refused, and so are other hosts and pages. Drop a NetCDF or GeoTIFF file to see it, downscale it with a model of --runs or RainFARM, verify it; type an equation and watch it solved. What is dropped or made lies in a temporary folder that goes when the command ends with Ctrl-C: download what you keep."
  ).option("--runs <path>", "folder of runs of `monge train`, a run or a model (default: runs, where it is there)").option("--port <n>", "0 for a free one", integer(0), 0).option("--limit <MB>", "largest file that may be dropped", positive(), 512).option("--threads <n>", "threads of a model", integer(1), 1).addHelpText("after", examples("monge serve", "monge serve --runs demo/runs --port 8080")).action(async (options) => {
    const { serve } = await import("./run-U5P4IZ6J.js");
    await serve(options);
  });
  addCommon(command);
}

// cli/solve/command.ts
import { InvalidArgumentError as InvalidArgumentError3, Option as Option6 } from "commander";
async function solveNames(args) {
  if (!args.includes("solve") && args[0] !== "completion") return void 0;
  const [{ samplerNames, namesOnCells }, { optimizerNames }, { networkChoices }] = await Promise.all([
    import("./sampler-EUFRN263.js"),
    import("./optimizer-DH46GTWL.js"),
    import("./network-OYYD3STH.js")
  ]);
  return { samplers: samplerNames, onCells: namesOnCells, optimizers: optimizerNames, networks: networkChoices };
}
function addSolve(program, names) {
  const { samplers: samplers2 = [], onCells = [], optimizers = [], networks = [] } = names ?? {};
  const command = program.command("solve").summary("solve a partial differential equation written as text").description(
    "Solves a differential equation with a small network in float64. PROBLEM is a JSON file (name, domain, equations, conditions, \u2026) or reference:NAME for one with a known solution (--list). Prints how the problem was understood and which conditions are hard (hold by construction) or soft (rows of the least squares), then the residual while it falls, and at the end status, errors where the solution is known, and constants that were found. Where no option chooses a method, it is chosen by a short competition of random features, networks and windows of time, and the result comes with an estimate of its error; status doubtful: do not believe it. Reference problems have options of their own where none are given (--dry-run shows them). Ctrl-C ends the run after the step in progress; what there is by then is printed and written as if the budget had ended, and the exit status is 1."
  ).argument("[problem]", "FILE.json or reference:NAME").option("--auto", "for reference problems: choose the method by itself, as for files, not the one tuned for them").option("--list", "print the reference problems with published results, and stop").addOption(
    new Option6(
      "--sampler <name>",
      "where points come from (default: adversarial; above 3-D gaussian-mixture, or sobol where it is no box)"
    ).choices(samplers2)
  ).option("--cells <n,n>", `cells along each axis, for ${onCells.join(" and ")} (default: 128,128)`, cells).addOption(new Option6("--optimizer <name>", "(default: gauss-newton)").choices(optimizers)).addOption(new Option6("--network <kind>", "(default: mlp)").choices(networks)).option("--depth <n>", "hidden layers (default: 4, separable 1)", integer(1)).option("--width <n>", "neurons of a layer (default: 16, separable 12)", integer(1)).option("--rank <n>", "products of a separable network (default: 16)", integer(1)).addOption(new Option6("--activation <name>", "(default: tanh)").choices(["tanh", "sin"])).option(
    "--scale <s>",
    "size of the first layer's weights, about 1/(width of the finest feature) with the domain scaled to [-1, 1] (default: up to 3-D from the share of the domain that the residual of the lift fills, 2 \u2026 40; else 2)",
    positive()
  ).option(
    "--features <list>",
    "more inputs, by commas: squares (of all coordinates), periodic:AXIS=K (K periods instead of the coordinate)"
  ).option("--points <n>", "collocation points of a set; doubled after 70 % of the budget (default: 2000)", integer(1)).option(
    "--boundary-points <n>",
    "points of each soft condition, one that does not hold by construction (default: 500)",
    integer(1)
  ).option("--steps-per-round <n>", "optimizer steps on a set (default: 10, quasi-Newton 50, adam 200)", integer(1)).option(
    "--starts <n>",
    "random networks to begin; after 60 steps of each the best goes on (default: 1)",
    integer(1)
  ).option(
    "--windows <n>",
    "windows of time, each with a network of its own; they share the budget. Or the times between them: 0.1,0.3 (default: 1, but for reference problems that need more)",
    windows
  ).option("--carry", "with --windows: begin each with the weights of the one before").option("--keep <dir>", "with --windows: folder of finished ones; the same command goes on there").option("--seconds <s>", "budget in seconds (default: 60 without another budget)", positive()).option(
    "--processor-seconds <s>",
    "budget in seconds of the processor, all threads together: other work on the machine disturbs it least",
    positive()
  ).option("--steps <n>", "budget in optimizer steps; alone, the same seed gives the same digits", integer(1)).option(
    "--residual <r>",
    "stop at this residual on fresh points: 1 is the sources', without a solution",
    positive()
  ).option("--seed <n>", "root of all randomness (default: 0)", integer(0)).option("--threads <n>", "threads of matrix products (default: 1)", integer(1)).addOption(
    new Option6("--blas <which>", "linear algebra: the machine's own library where there is one, or none").choices([
      "auto",
      "none"
    ])
  ).option("--out <dir>", "folder of runs; this one becomes DIR/00001-NAME: options, metrics, checkpoints, solution").option("--resume <run>", "go on with an interrupted run, with its options; budget and threads may be given anew").option("--checkpoint-every <n>", "rounds between checkpoints", integer(1), 10).option(
    "--grid <counts>",
    "points along every axis of --nc and --csv, such as x=101,t=51 (default: 101, 3-D 41)",
    grid
  ).option("--nc <file.nc>", "write all unknowns on the grid as NetCDF, missing outside the domain").option("--csv <file.csv>", "write all unknowns on the grid as a table, with the true values where they are known").option("--onnx <file.onnx>", "write the solution as an ONNX model: float64 points [2048, axes] in, values out").option("--figure <file>", "draw solution, error, residual and points (.svg or .png)").option("--curves <file>", "draw residual, and error where the solution is known, over time (.svg or .png)").addHelpText(
    "after",
    examples(
      "monge solve reference:peak --seconds 60 --figure peak.png",
      "monge solve problem.json --sampler adversarial --seconds 100 --seed 1 --json",
      "monge solve reference:burgers --out runs --nc burgers.nc --grid x=257,t=101",
      "monge solve reference:convection --windows 20 --seconds 100 --figure convection.png",
      "monge solve --resume runs/00001-burgers --seconds 300"
    )
  ).action(async (problem, options) => {
    const { solveCommand } = await import("./run-EVQ4NP3Y.js");
    await solveCommand(problem, options);
  });
  addMethodOptions(command);
  addOverwrite(command);
  addCommon(command);
}
function grid(text) {
  const entries = text.split(",").map((part) => {
    const match = /^\s*([A-Za-z]\w*)\s*=\s*(\d+)\s*$/.exec(part);
    if (match === null || Number(match[2]) < 2) {
      throw new InvalidArgumentError3("expected a count of at least 2 for every axis, such as x=101,t=51.");
    }
    return [match[1], Number(match[2])];
  });
  return Object.fromEntries(entries);
}
function windows(text) {
  if (!text.includes(",")) return integer(1)(text);
  const times = text.split(",").map((part) => part.trim() === "" ? Number.NaN : Number(part));
  if (times.every(Number.isFinite)) return times;
  throw new InvalidArgumentError3("expected their number, or the times between them, such as 0.1,0.3.");
}
function cells(text) {
  return text.split(",").map(integer(1));
}

// cli/train/command.ts
import { Option as Option7 } from "commander";
var terms = [
  "none",
  "w1",
  "rmse",
  "tail",
  "pooled",
  "multiscale",
  "batch-sliced",
  "patch-sliced"
];
var unitOfRain = (value) => value === "measured" ? value : positive()(value);
function addTrain(program) {
  const command = program.command("train").summary("train a downscaler on fine fields, or on pairs of fine and coarse ones").description(
    "Trains a downscaler. With --fine and --coarse it learns to make the one data set from the other, each on a grid of its own, with other variables, static fields, position and season as context; times are matched by their bounds. With --data alone, fine precipitation (each file is one event), it learns to undo block means. The run is recorded under --out in a folder of its own: options.json, metrics.jsonl, checkpoints/, and at the end result.json, loss.svg and model.safetensors. The folder's path is printed on standard output. Ctrl-C saves a checkpoint and stops."
  ).option(
    "--fine <file:variable...>",
    "pairs: what is to be made; a pattern or several files are one field along time, variables are parted by commas"
  ).option(
    "--coarse <file:variable...>",
    "pairs: what is to be refined (default: means over --factor cells of --fine)"
  ).option("--with <file:variables...>", "pairs: other variables of each time, each file on a grid of its own").option("--static <file:variables...>", "pairs: variables without times, such as orography").option("--context <names>", "pairs: position, season, hour, parted by commas", (value) => value.split(",")).addOption(
    new Option7("--regrid <how>", "pairs: how inputs come onto the fine grid").choices(["bilinear", "conservative"]).default("bilinear")
  ).option(
    "--clip-negative",
    "pairs: set negative precipitation to 0 instead of refusing it; what is within a hundredth of wet is always"
  ).option(
    "--dropout <share>",
    "pairs: leave covariates out of this share of crops, so that they may be absent",
    share,
    0
  ).option(
    "--correct [file:variable]",
    "pairs: learn from --fine alone to correct and refine any climate model, which `monge downscale --past` is told of; with a climate model's past, --factor is where the two vary alike (default: --factor)"
  ).option(
    "--validate <range>",
    "times to judge by and never to learn from; the best model by them is kept",
    timeRange
  ).option("--validate-data <files...>", "with --data: files to judge by, one event each, instead of times of --data").option("--validate-every <n>", "steps between judgements (default: a tenth of --steps)", integer(1)).option("--patience <n>", "stop after so many judgements without a better one (default: never)", integer(1)).option(
    "--start <model>",
    "begin with this model: a file, a run, or a folder of runs (fine-tuning); its network, channels and context stay"
  ).option("--data <files...>", "files of fine precipitation, one event each, to learn to undo block means").option("--variable <name>", "variable to read; needed where a file holds several").option(
    "--allow-external",
    "follow links of HDF5 and Zarr out of the files that are named; only for files you trust"
  ).option("--units <units>", "units to take instead of the files', where these are missing or wrong").option(
    "--interval <seconds>",
    `where files hold amounts (mm): seconds of accumulation, one number or one a file (300,600), or "time" to take the even spacing of a file's times`,
    intervals
  ).option(
    "--time <range>",
    "dates such as 2018-06 or 2018-06:2018-08, or indices such as 0:10, of every file",
    timeRange
  ).option("--every <n>", "read every n-th frame", integer(1), 1).option("--cap <n>", "at most this many tiles from a file (default: all)", integer(1)).option(
    "--wet-threshold <value>",
    "values below this, in the files' units, count as dry (default: 0.1 mm/h, or 0.1 mm over the interval where that is less)",
    positive()
  ).option(
    "--largest-rate <value>",
    "tiles with a higher value, in the files' units, are dropped as clutter (default: 200 mm/h up to an hour, a day 1910 mm)",
    positive()
  ).option(
    "--unit <rate>",
    'rain R is learned as ln(1 + R/unit): mm/h, or "measured", the lower quartile of what is wet (default: measured)',
    unitOfRain
  ).option(
    "--archives [names]",
    "tell the network which archive a tile is from: each file is one, or names with commas, one a file, which several may share; `monge downscale --archive NAME` then says which one INPUT is like",
    (value) => value.split(",")
  ).option("--factor <n>", "refinement: fine cells along a side of a coarse cell", integer(2), 4).option(
    "--tile <n>",
    "side of a tile (default: the largest multiple of the factor up to 64, and --crop)",
    integer(4)
  ).option(
    "--tile-store <dir>",
    'keep the tiles in a file there and read them one at a time; "none" holds them in memory (default: OUT/tiles for data of more than 256 MB)'
  ).option(
    "--crop <n>",
    "side of a training crop (default: the least multiple of 4 and the factor from 32)",
    integer(4)
  ).option("--batch <n>", "crops in a batch", integer(1), 16).option("--channels <n>", "channels of the network's first level, a multiple of 8", integer(8), 24).option("--steps <n>", "optimizer steps", integer(1), 2e3).option("--seed <n>", "root of all randomness", integer(0), 0).addOption(
    new Option7(
      "--term <kind>",
      "extra term of the loss: Wasserstein between sorted pixels of each image (w1), with weight on the upper tail, of the whole batch, on several scales, between batches of images on random directions; or RMSE as control"
    ).choices(terms).default("none")
  ).addOption(
    new Option7(
      "--preset <name>",
      "recipe of others; options beside it go before: wassdiff is that of arXiv 2410.00381, for GPUs unless sized by --crop, --channels, --steps"
    ).choices(["wassdiff"])
  ).addOption(
    new Option7(
      "--generator <kind>",
      "what draws members: diffusion, or one step, which takes one evaluation a member; its --term w1 sorts patches"
    ).choices(["diffusion", "one-step"]).default("diffusion")
  ).option("--weight <w>", "weight of the term (default: 0.2, for one step 1)", positive(true)).option("--threads <n>", "threads (default: the cores, at most 8)", integer(1)).addOption(new Option7("--device <device>", "where to compute").choices(["cpu", "webgpu", "cuda"]).default("cpu")).option("--out <dir>", "folder of runs; this one becomes DIR/00001-NAME, with the next free number").option("--name <name>", "name of the run", "train").option(
    "--resume [run]",
    "go on with an interrupted run, or the newest one in a folder of runs (default: in --out), with its options"
  ).option("--checkpoint-every <n>", "steps between checkpoints", integer(1), 500).addHelpText(
    "after",
    examples(
      "monge train --fine eobs.nc:pr --coarse ncep.nc:pr --static dem.nc:z --context season --validate 1994-12:1996-02 --out runs",
      "monge train --data radar/2016*.nc --variable pr --factor 4 --out runs",
      "monge train --data daily.nc --variable tp --interval 86400 --factor 8 --steps 5000 --out runs",
      "monge train --resume runs/00001-train"
    )
  ).action(async (options) => {
    const { train } = await import("./run-QWVMP46S.js");
    await train(options, (name) => command.getOptionValueSource(name) === "cli");
  });
  addCommon(command);
}

// cli/verify/command.ts
import { Option as Option8 } from "commander";
var scoring = ["against", "coarse", "fine", "by", "regions", "thresholds", "windows", "time", "pairTimes"].concat([
  ...["climate", "transport", "figures"]
]);
var rules = ["conservative", "bilinear", "nearest"];
function addVerify(program) {
  const command = program.command("verify").summary("score a forecast, an ensemble or one field, against what was").description(
    `Scores FORECAST against TRUTH, each FILE or FILE:VARIABLE; FILE may be a quoted pattern along time. Times are matched by their bounds, units of rain converted to the truth's; what either lacks is left out and counted. Prints what was scored, the scores with 95 % intervals from redrawn blocks of times, and with --against how far they differ from another forecast's. ${guide("verification.md")} has every formula.`
  ).argument("<forecast>", "FILE or FILE:VARIABLE; members are its dimension `realization` (member, number)").argument("<truth>", "FILE or FILE:VARIABLE").option(
    "--against <forecast>",
    "another forecast, FILE or FILE:VARIABLE, scored at the same times and cells; or bilinear, qm, qdm, rainfarm made of --coarse"
  ).option("--coarse <file:variable>", "--against bilinear, qm, qdm, rainfarm: the coarse field that was refined").option("--fine <file:variable>", "--against qm, qdm: observations of other times, whose law is taken on").addOption(
    new Option8("--by <part>", "scores by season, month, year or day as well").choices([
      "season",
      "month",
      "year",
      "day"
    ])
  ).option(
    "--regions <file:variable>",
    "scores by region as well: a map of whole numbers on the truth's grid, 0 is none"
  ).option(
    "--thresholds <list>",
    "events `value >= threshold`, in the truth's units (default: the wet threshold, 10 and 100 times as much)",
    numbers
  ).option(
    "--quantiles <list>",
    "levels whose bias is found (default: 0.99,0.999,0.9999; with --change 0.9,0.99)",
    numbers
  ).option(
    "--windows <list>",
    "sides in cells of the windows of the fractions skill score (default: 1,3,9,27,81)",
    numbers
  ).option(
    "--wet-threshold <value>",
    "rain below it is 0, in the truth's units (default: 0.1 mm/h or 0.1 mm, with --change 1 mm/day; none: values as they are)",
    (text) => text === "none" ? null : positive()(text)
  ).addOption(new Option8("--regrid <rule>", "bring the forecasts to the truth's grid first").choices(rules)).option("--time <range>", "dates such as 2018-06 or 2018-06:2018-08 of the truth (default: all)", timeRange).addOption(
    new Option8("--pair-times <how>", "times belong together by value, or by position").choices(["value", "position"]).default("value")
  ).option("--units <units>", "units to score in (default: the truth's)").option(
    "--interval <seconds>",
    'amounts that meet rates: seconds they fell in, or "time"',
    (text) => text === "time" ? text : positive()(text)
  ).option("--draws <n>", "redraws of blocks of times for the intervals; 0 for none", integer(0), 1e3).option("--block <times>", "length of a block: times, or days such as 5d (default: cubic root of the times)", block).option("--seed <n>", "root of all randomness", integer(0), 0).option("--climate", "daily rain: indices of wet days and return levels as well").option(
    "--transport <km>",
    "how far forecast rain must be moved to become observed rain, at most so many km; what is left is surplus or missing",
    positive()
  ).addOption(
    new Option8(
      "--change <from,to>",
      "TRUTH is the climate model that drives FORECAST: how both change between two periods such as 1981:2010,2071:2100, and nothing else; --regrid brings TRUTH to FORECAST's grid"
    ).argParser(periods).conflicts([...scoring])
  ).option("--csv <file>", "write every score, one a row").option("--figures <folder>", "draw ranks, reliability, ROC, quantiles, spectra and FSS (.png)").option(
    "--allow-external",
    "follow links of HDF5 and Zarr out of the files that are named; only for files you trust"
  ).addHelpText(
    "after",
    examples(
      "monge verify fine.nc radar.nc:pr",
      "monge verify fine.nc radar.nc:pr --against bilinear --coarse coarse.nc --thresholds 1,5,10 --csv scores.csv",
      "monge verify fine.nc eobs_2003.nc:pr --by season --climate --figures figures",
      "monge verify fine.nc cmip5.nc:pr --change 1981:2010,2071:2100 --regrid conservative --block 365d",
      "monge verify era5.nc:tp radar.nc:pr --interval 3600 --regrid conservative --json | jq .scores.crps"
    )
  ).action(async (forecast, truth, options) => {
    const { verifyFiles } = await import("./run-4MCTGUUL.js");
    await verifyFiles(forecast, truth, options);
  });
  addOverwrite(command);
  addCommon(command);
}
function block(text) {
  const days = /^(.+)d$/.exec(text);
  if (days) return { days: positive()(days[1]) };
  return integer(1)(text);
}

// cli/program.ts
var footer = `
Data goes to standard output, everything else to standard error. Exit status: 0 done, 1 the numerics or the data failed
(what was finished is kept), 2 the command was wrong, 130 or 143 interrupted (solve: 1). MONGE_DEBUG=1 adds the stack to errors.
Nothing is coloured. \`monge completion bash\` (zsh, fish) prints what completes commands in a shell.`;
async function run(args) {
  const program = buildProgram(await solveNames(args), args);
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongCommand;
    if (error instanceof Interrupted || error instanceof Unfinished) return error.exitCode;
    return reportFailure(
      error,
      program.commands.find((command) => command.name() === args[0])
    );
  }
}
function buildProgram(names, words = []) {
  const program = new Command("monge").description(
    "Differential equations as text, solved by small networks in float64, and downscaling of precipitation with a diffusion model that is trained on your own archive."
  ).version(version(), "--version", "print the version").helpOption("-h, --help", "print this help").addHelpText("after", footer).configureOutput({
    outputError: (text, write) => write(`${failureLines(usageParts(text))}
`)
  }).exitOverride().hook("preAction", (_, command) => hush(command.opts()["quiet"] === true));
  addDemo(program);
  addSolve(program, names);
  addTrain(program);
  addDownscale(program);
  addPlan(program, words);
  addAudit(program);
  addMerge(program);
  addVerify(program);
  addReport(program);
  addServe(program);
  addInfo(program);
  addConvert(program);
  addDistance(program);
  addDoctor(program);
  addCompletion(program);
  return program;
}

// cli/main.ts
var lost = false;
process.stdout.on("error", (error) => {
  if (error.code === "EPIPE" || lost) return;
  lost = true;
  complain(
    `monge: standard output could not be written (${error.code}): what it was to hold is lost; free the disk, or redirect it elsewhere`
  );
  process.exitCode = exitCodes.failed;
});
process.stderr.on("error", () => {
});
var status = await run(process.argv.slice(2));
process.exitCode = lost && status === exitCodes.done ? exitCodes.failed : status;
