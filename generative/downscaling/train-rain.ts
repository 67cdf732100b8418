/** The verb `train`: from files or fields of fine precipitation to a downscaler, and to a record of how it came about. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { loadLatestCheckpoint } from "../../engine/files/checkpoint.ts";
import { findUnfinished } from "../../engine/files/find-run.ts";
import { checkFolder } from "../../engine/files/output-check.ts";
import { createRun, openRun, type Run } from "../../engine/files/run.ts";
import { rng } from "../../engine/rng.ts";
import { cutTiles, type TileArchive } from "./archive/index.ts";
import { type RecordOptions, recordTraining, type Trained } from "./record-training.ts";
import type { RainPlace } from "./trained-on.ts";
import { checkData, hashData, type ListedData, listData, readEvents, type TrainingData } from "./training-data.ts";
import { loadTraining } from "./training-file.ts";
import {
  checkRecorded,
  choicesOf,
  readPlan,
  recipeOf,
  resolvePlan,
  type TrainingChoices,
  type TrainingPlan,
} from "./training-plan.ts";

/** Options of {@link train}. */
export interface TrainOptions extends TrainingChoices, Pick<RecordOptions, "signal" | "onProgress" | "onFinish"> {
  /** Go on with an interrupted run, or the newest one in a folder of runs; `true`: in `out`. @defaultValue a new run */
  readonly resume?: string | true;
  /** Steps between checkpoints in the run's folder. @defaultValue 500 */
  readonly checkpointEvery?: number;
  /** Called when the tiles are cut and training begins, after `step` steps of an interrupted run. */
  readonly onStart?: (start: TrainingStart) => void;
}

/** What {@link TrainOptions.onStart} is told. */
export interface TrainingStart {
  readonly archive: TileArchive;
  /** Steps that an interrupted run has done. */
  readonly step: number;
  /** The run's folder; absent without `out`. */
  readonly run?: string;
}

/** Result of {@link train}. */
export type TrainResult = Trained & {
  /** The run's folder; absent without `out`. */
  readonly run?: string;
};

/** Trains on one fine data set, as the verb `train` does. @param data - null with `resume` takes the files of the run */
export async function train(data: TrainingData | null, options: TrainOptions = {}): Promise<TrainResult> {
  const { signal, onProgress, onFinish, onStart, checkpointEvery = 500 } = options;
  const { plan, folder, fields } = await planTraining(data, options);
  if (!(Number.isSafeInteger(checkpointEvery) && checkpointEvery > 0)) {
    const message = `train: checkpointEvery is ${checkpointEvery}; expected a positive whole number`;
    throw new OptionsError(message, "checkpointEvery", checkpointEvery);
  }
  if (fields === undefined) for (const path of plan.data) checkThere(path);
  const recorded = folder ?? (plan.out || undefined);
  if (recorded !== undefined) checkFolder(recorded);
  // From here on a run that goes on is this process's alone.
  let run: Run | undefined = folder === undefined ? undefined : await openRun(folder);
  try {
    const hashes = await hashData(plan, fields);
    if (folder !== undefined) checkData(folder, plan, hashes);
    const places: RainPlace[] = [];
    const tiles = { size: plan.tile, wetThreshold: plan.wetThreshold };
    const archive = await cutTiles(readEvents(plan, fields, places), rng(plan.seed).split("tiles"), tiles);
    signal?.throwIfAborted();
    const resume = folder === undefined ? undefined : await loadLatestCheckpoint(folder, loadTraining);
    if (plan.out) run ??= await startRun(plan, hashes);
    const directory = run && { run: run.directory };
    onStart?.({ archive, step: resume?.state.step ?? 0, ...directory });
    const { threads, device, wetThreshold, variable } = plan;
    const trained = await recordTraining(run, archive, {
      recipe: { ...recipeOf(plan), ...(options.process !== undefined && { process: options.process }) },
      threads,
      device,
      checkpointEvery,
      places,
      provenance: {
        wetThreshold,
        variable,
        data: plan.data.map((path, i) => ({ file: basename(path), sha256: hashes[i]! })),
      },
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
      ...(onFinish && { onFinish }),
      ...(resume && { resume }),
    });
    return { ...trained, ...directory };
  } finally {
    run?.close();
  }
}

/** What is to be done, and with which run. */
export interface PlannedTraining {
  readonly plan: TrainingPlan;
  /** Of the run to go on with. */
  readonly folder?: string;
  readonly fields?: ListedData["fields"];
}

/** Resolves data and options of {@link train}; nothing is written. @throws as {@link train} */
export async function planTraining(data: TrainingData | null, options: TrainOptions): Promise<PlannedTraining> {
  const place = options.resume === true ? options.out : options.resume;
  if (options.resume !== undefined && place === undefined) {
    throw new OptionsError("`resume`: name the run, or its folder by `out`", "resume", options.resume);
  }
  const folder = place === undefined ? undefined : await findUnfinished(place);
  const listed = data === null ? undefined : await listData(data);
  const fields = listed?.fields && { fields: listed.fields };
  if (folder === undefined) {
    if (listed === undefined) throw new OptionsError("train: `data` is missing; name at least one file", "data", data);
    return { plan: resolvePlan(listed.labels, options, { fields: fields !== undefined }), ...fields };
  }
  const plan = await readPlan(folder);
  if (plan.fields && !fields) {
    throw new OptionsError(`train: ${folder} was trained on fields; give them again as \`data\``, "data", data);
  }
  const recorded = choicesOf(plan);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const network = { ...recorded.network, ...options.network };
  const wanted = resolvePlan(
    listed?.labels ?? plan.data,
    { ...recorded, ...given, network },
    { fields: fields !== undefined },
  );
  checkRecorded(wanted, plan, folder);
  return { plan, folder, ...fields };
}

function checkThere(path: string): void {
  if (existsSync(path)) return;
  throw new OptionsError(`${path}: there is no such file; check \`data\``, "data", path);
}

async function startRun(plan: TrainingPlan, hashes: readonly string[]): Promise<Run> {
  const { out: root, name, seed, device } = plan;
  return createRun({ root, name, seed, device, precision: "float32", options: { ...plan, dataSha256: hashes } });
}
