/** The verb `train`: from files or fields of fine precipitation to a downscaler, and to a record of how it came about. */
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { loadLatestCheckpoint } from "../../engine/files/checkpoint.ts";
import { findUnfinished } from "../../engine/files/find-run.ts";
import { checkFolder } from "../../engine/files/output-check.ts";
import { createRun, openRun, type Run } from "../../engine/files/run.ts";
import { watchFiles } from "../../engine/files/watch.ts";
import { rng } from "../../engine/rng.ts";
import type { TimeRange } from "../../io/dataset/index.ts";
import { lossTerm } from "../diffusion/loss-term.ts";
import type { StoredTiles, TileArchive } from "./archive/index.ts";
import { Downscaler } from "./downscaler.ts";
import { readersFor, storeFolder, type TilePart, takeTiles } from "./events/take-tiles.ts";
import { checkData, hashData, type ListedData, labelsOf, listData, type TrainingData } from "./events/training-data.ts";
import { findModel } from "./find-model.ts";
import { type RecordOptions, recordTraining, type Trained } from "./record-training.ts";
import { startFrom } from "./start.ts";
import type { TrainingChoices } from "./training-choices.ts";
import { loadTraining } from "./training-file.ts";
import {
  checkRecorded,
  choicesOf,
  type PlanParts,
  partsOf,
  readPlan,
  recipeOf,
  resolvePlan,
  type TrainingPlan,
} from "./training-plan.ts";

/** Options of {@link train}. */
export interface TrainOptions extends TrainingChoices, Pick<RecordOptions, "signal" | "onProgress" | "onFinish"> {
  /** Go on with an interrupted run, or the newest one in a folder of runs; `true`: in `out`. @defaultValue a new run */
  readonly resume?: string | true;
  /** Steps between checkpoints in the run's folder. @defaultValue 500 */
  readonly checkpointEvery?: number;
  /**
   * Folder of a tile store: tiles are found once, kept in a file there, and read one at a time, so that memory does not grow with the data;
   * another training on the same data takes them from it. `null`: all in memory. Changes nothing of the result.
   * @defaultValue `OUT/tiles` where the data take more than 256 MB, else `null`
   */
  readonly tileStore?: string | null;
  /**
   * Threads that decode data and cut tiles beside each other before the first step, 1 to 64; fields are read by this thread. Changes nothing of the
   * result. @defaultValue `threads` where files take more than 256 MB, else 1
   */
  readonly readers?: number;
  /** Called when the tiles are cut and training begins, after `step` steps of an interrupted run. */
  readonly onStart?: (start: TrainingStart) => void;
}

/** What {@link TrainOptions.onStart} is told. */
export interface TrainingStart {
  /** Tiles that are trained on. */
  readonly archive: TileArchive | StoredTiles;
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
  const { plan, folder, fields, start } = await planTraining(data, options);
  if (!(Number.isSafeInteger(checkpointEvery) && checkpointEvery > 0)) {
    const message = `train: checkpointEvery is ${checkpointEvery}; expected a positive whole number`;
    throw new OptionsError(message, "checkpointEvery", checkpointEvery);
  }
  if (fields === undefined) for (const path of labelsOf(plan)) checkThere(path);
  const own = {
    ...(options.process !== undefined && { process: options.process }),
    ...(options.term !== undefined && { term: options.term }),
  };
  lossTerm({ ...recipeOf(plan), ...own }.term);
  const recorded = folder ?? (plan.out || undefined);
  if (recorded !== undefined) checkFolder(recorded);
  // From here on a run that goes on is this process's alone.
  let run: Run | undefined = folder === undefined ? undefined : await openRun(folder);
  const taken: (TileArchive | StoredTiles)[] = [];
  try {
    const unchanged = watchFiles(fields === undefined ? labelsOf(plan) : []);
    const hashes = await hashData(plan, fields);
    if (folder !== undefined) checkData(folder, plan, hashes);
    const store = await storeFolder(plan, fields, options.tileStore);
    const readers = await readersFor(plan, fields, options.readers);
    const random = rng(plan.seed);
    const cut = (part: TilePart) => takeTiles(part, { plan, fields, hashes, store, readers, signal, unchanged });
    const learned = await cut({ part: "learned", rng: random.split("tiles") });
    taken.push(learned.tiles);
    const { tiles: archive, seen } = learned;
    const judged = plan.validate && (await cut({ part: "judged", rng: random.split("validation tiles") }));
    if (judged) taken.push(judged.tiles);
    signal?.throwIfAborted();
    const resume = folder === undefined ? undefined : await loadLatestCheckpoint(folder, loadTraining);
    const begun = { ...plan, dataSha256: hashes, ...(start?.file && { startSha256: start.file.sha256 }) };
    // What is refused leaves no folder behind.
    if (start && resume === undefined) startFrom(start, { ...recipeOf(plan), ...own });
    if (plan.out) run ??= await startRun(begun);
    const directory = run && { run: run.directory };
    onStart?.({ archive, step: resume?.state.step ?? 0, ...directory });
    const { threads, device, variable } = plan;
    const wetThreshold = Math.min(...seen.map((event) => event.wetThreshold));
    const largestRate = Math.max(...seen.map((event) => event.largestRate));
    const trained = await recordTraining(run, archive, {
      recipe: { ...recipeOf(plan), ...own },
      threads,
      device,
      checkpointEvery,
      places: seen.map(({ place }) => place),
      wetThreshold,
      provenance: {
        wetThreshold,
        largestRate,
        variable,
        data: plan.data.map((path, i) => ({ file: basename(path), sha256: hashes[i]! })),
        ...(plan.start !== undefined && { start: { file: basename(plan.start), sha256: begun.startSha256 } }),
      },
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
      ...(onFinish && { onFinish }),
      ...(resume ? { resume } : start && { start }),
      ...(judged && { validate: judged.tiles }),
    });
    return { ...trained, ...directory };
  } finally {
    for (const tiles of taken) if ("close" in tiles) tiles.close();
    run?.close();
    await start?.dispose();
  }
}

/** What is to be done, and with which run. */
export interface PlannedTraining {
  readonly plan: TrainingPlan;
  /** Of the run to go on with. */
  readonly folder?: string;
  readonly fields?: ListedData["fields"];
  /** To tune further; free it with `dispose`. */
  readonly start?: Downscaler;
}

/** Resolves data and options of {@link train}; nothing is written. @throws as {@link train} */
export async function planTraining(data: TrainingData | null, options: TrainOptions): Promise<PlannedTraining> {
  const place = options.resume === true ? options.out : options.resume;
  if (options.resume !== undefined && place === undefined) {
    throw new OptionsError("`resume`: name the run, or its folder by `out`", "resume", options.resume);
  }
  const folder = place === undefined ? undefined : await findUnfinished(place);
  const listed = data === null ? undefined : await listData(data);
  const held = await listHeld(options.validate, listed);
  const both = listed?.fields && { fields: [...listed.fields, ...(held?.fields ?? [])] };
  const parts: PlanParts = { fields: both !== undefined, ...(held && { held: held.labels }) };
  if (folder === undefined) {
    if (listed === undefined) throw new OptionsError("train: `data` is missing; name at least one file", "data", data);
    if (options.start === undefined) return { plan: resolvePlan(listed.labels, options, parts), ...both };
    const process = typeof options.process === "object" && { process: options.process };
    const start = await Downscaler.load(findModel(options.start), { ...process });
    const { path } = start.file!;
    const begin = { path: resolve(path), configuration: start.configuration };
    return { plan: resolvePlan(listed.labels, options, { ...parts, start: begin }), ...both, start };
  }
  const plan = await readPlan(folder);
  if (plan.fields && !both) {
    throw new OptionsError(`train: ${folder} was trained on fields; give them again as \`data\``, "data", data);
  }
  const recorded = choicesOf(plan);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const network = { ...recorded.network, ...options.network };
  const begin = options.start === undefined ? {} : { start: { path: resolve(findModel(options.start)) } };
  const wanted = resolvePlan(
    listed?.labels ?? plan.data,
    { ...recorded, ...given, network },
    { ...partsOf(plan), ...parts, ...begin },
  );
  checkRecorded(wanted, plan, folder);
  return { plan, folder, ...both };
}

/** Events to judge by, of the kind that the data are. */
async function listHeld(
  validate: TrainOptions["validate"],
  data: ListedData | undefined,
): Promise<ListedData | undefined> {
  if (validate === undefined || isTimeRange(validate)) return undefined;
  const held = await listData(validate);
  if (data === undefined || (held.fields === undefined) === (data.fields === undefined)) return held;
  throw new OptionsError("train: `data` and `validate` are names and fields; give the one or the other", "validate");
}

const isTimeRange = (value: object | string): value is TimeRange =>
  typeof value === "object" && ("dates" in value || "indices" in value);

function checkThere(path: string): void {
  if (existsSync(path)) return;
  throw new OptionsError(`${path}: there is no such file; check \`data\``, "data", path);
}

async function startRun(plan: TrainingPlan): Promise<Run> {
  const { out: root, name, seed, device } = plan;
  return createRun({ root, name, seed, device, precision: "float32", options: plan });
}
