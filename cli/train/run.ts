/** `monge train`: from files to a recorded run with a model in it. */
import { basename } from "node:path";
import { FormatError } from "../../engine/errors.ts";
import { loadLatestCheckpoint } from "../../engine/files/checkpoint.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { checkFolder } from "../../engine/files/output-check.ts";
import { createRun, openRun, type Run } from "../../engine/files/run.ts";
import { rng } from "../../engine/rng.ts";
import type { RainPlace } from "../../generative/downscaling/index.ts";
import {
  cutTiles,
  loadTraining,
  placeOf,
  type RainFrames,
  readRain,
  thin,
} from "../../generative/downscaling/index.ts";
import { checkFiles } from "../shell/failure.ts";
import { onInterrupt } from "../shell/interrupt.ts";
import { emit, emitJson, say, shellWord } from "../shell/terminal.ts";
import type { TrainOptions } from "./command.ts";
import { checkRecorded, findUnfinished, readPlan, recipeOf, resolvePlan, type TrainPlan } from "./plan.ts";
import { recordTraining, sayTiles } from "./record.ts";

/** @param given - whether an option was given on the command line */
export async function train(options: TrainOptions, given: (name: string) => boolean): Promise<void> {
  const folder = options.resume === undefined ? undefined : await findUnfinished(options);
  const plan = folder === undefined ? resolvePlan(options) : await readPlan(folder);
  if (folder !== undefined) checkRecorded(resolvePlan({ ...plan, ...onlyGiven(options, given) }), plan, folder);
  if (options.dryRun) return emitJson({ command: "train", ...plan, resume: folder ?? null });
  checkFiles("--data", plan.data);
  checkFolder(folder ?? plan.out);

  const interrupt = onInterrupt("coming to a stop after this step; again to stop at once");
  let run: Run | undefined;
  try {
    // From here on the run is this process's alone.
    if (folder !== undefined) run = await openRun(folder);
    const hashes = await Promise.all(plan.data.map(fileHash));
    if (folder !== undefined) checkData(folder, plan, hashes);
    const tiles = { size: plan.tile, wetThreshold: plan.wetThreshold };
    const places: RainPlace[] = [];
    const archive = await cutTiles(events(plan, places), rng(plan.seed).split("tiles"), tiles);
    sayTiles(archive, (name) => name.slice(name.indexOf(":") + 1));
    interrupt.check();
    const resume = folder === undefined ? undefined : await loadLatestCheckpoint(folder, loadTraining);
    run ??= await startRun(plan, hashes);
    say(`${folder === undefined ? "recording" : `going on after step ${resume?.state.step ?? 0}`} in ${run.directory}`);
    const ended = await recordTraining(run, archive, {
      recipe: recipeOf(plan),
      threads: plan.threads,
      device: plan.device,
      signal: interrupt.signal,
      checkpointEvery: options.checkpointEvery,
      places,
      provenance: {
        wetThreshold: plan.wetThreshold,
        variable: plan.variable,
        data: plan.data.map((path, i) => ({ file: basename(path), sha256: hashes[i]! })),
      },
      ...(resume && { resume }),
    });
    const { status, step, model, loss, seconds } = ended;
    if (options.json)
      emitJson({ status, run: run.directory, step, steps: plan.steps, loss, seconds, model: model ?? null });
    else emit(run.directory);
    const shown = shellWord(run.directory);
    if (status === "aborted") {
      say(`stopped after step ${step} of ${plan.steps}; to go on: monge train --resume ${shown}`);
      throw interrupt.error();
    }
    say(`done; next: monge downscale ${shown} INPUT -o out.nc`);
  } finally {
    run?.close();
    interrupt.stop();
  }
}

function onlyGiven(options: TrainOptions, given: (name: string) => boolean): Partial<TrainPlan> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => given(name)));
}

/** @param places - of the files, filled as they are read */
async function* events(plan: TrainPlan, places: RainPlace[]): AsyncGenerator<RainFrames> {
  const { variable, units, time: range, interval: intervals, every, cap: limit } = plan;
  for (const [index, path] of plan.data.entries()) {
    const rain = await readRain(path, {
      ...(variable !== null && { variable }),
      ...(units !== null && { units }),
      ...(range !== null && { time: range }),
      ...(intervals !== null && { intervals }),
      index,
    });
    places.push(placeOf(rain.field, rain.span));
    const values = thin(rain, every);
    const { height, width } = rain;
    const time = values.length / (height * width);
    // The name keys the choice of tiles: without folders, so that a moved archive gives the same ones.
    yield { name: `${index}:${basename(path)}`, values, time, height, width, ...(limit !== null && { limit }) };
  }
}

async function startRun(plan: TrainPlan, hashes: readonly string[]): Promise<Run> {
  const { out: root, name, seed, device } = plan;
  return createRun({ root, name, seed, device, precision: "float32", options: { ...plan, dataSha256: hashes } });
}

function checkData(folder: string, plan: TrainPlan, hashes: readonly string[]): void {
  const at = hashes.findIndex((hash, i) => hash !== plan.dataSha256?.[i]);
  if (at < 0) return;
  throw new FormatError(plan.data[at]!, "data", `it has changed since ${folder} began`, "start another run");
}
