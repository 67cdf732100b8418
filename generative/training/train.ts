/** `train`: from files or fields to a model, and to a record of how it came about; and the recipe of a plan. */

import {
  abortSignal,
  among,
  callback,
  checkOptions,
  either,
  type OptionChecks,
  text,
  whole,
} from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import { loadLatestCheckpoint } from "../../engine/files/checkpoint.ts";
import { findUnfinished } from "../../engine/files/find-run.ts";
import { checkFolder } from "../../engine/files/output-check.ts";
import { createRun, openRun, type Run } from "../../engine/files/run.ts";
import { watchFiles } from "../../engine/files/watch.ts";
import { availableParallelism } from "../../engine/platform/machine.ts";
import { basename } from "../../engine/platform/paths.ts";
import type { NoticeOptions } from "../../engine/progress.ts";
import type { Device } from "../../engine/tensors/compile.ts";
import type { Images } from "../data/images/images.ts";
import { takeImages } from "../data/images/take.ts";
import type { PairData } from "../data/sources.ts";
import { Downscaler } from "../model/downscaler.ts";
import { findModel } from "../model/find-model.ts";
import { loadTraining } from "./checkpoint.ts";
import type { TrainingData } from "./events.ts";
import { fittedChoices, openEvents, prepareEvents } from "./from-events.ts";
import { archivesOfFields, openFieldData, prepareFields } from "./from-fields.ts";
import {
  checkedChoices,
  checkRecorded,
  isTimeRange,
  readPlan,
  recipeOf,
  type TrainingChoices,
  type TrainingPlan,
  trainingChecks,
} from "./plan.ts";
import type { Prepared, PrepareOptions, TrainingStart } from "./prepared.ts";
import { DEFAULT_STEPS, type ResolvedRecipe, resolveRecipe } from "./recipe.ts";
import { type RecordOptions, recordTraining, type TrainResult } from "./record.ts";
import { startFrom } from "./start.ts";

/** Options of {@link train}: what decides the result, and how it runs. */
export interface TrainOptions
  extends TrainingChoices,
    NoticeOptions,
    Pick<RecordOptions, "signal" | "onProgress" | "onFinish"> {
  /** Go on with an interrupted run, or the newest one in a folder of runs; `true`: in `out`. @defaultValue a new run */
  readonly resume?: string | true;
  /** Steps between checkpoints in the run's folder. @defaultValue 500 */
  readonly checkpointEvery?: number;
  /**
   * Folder of a store: tiles or images are cut once, kept in a file there, and read one at a time, so that memory does not grow with the
   * data; another training on the same data takes them from it. `null`: all in memory. Changes nothing of the result.
   * @defaultValue `OUT/tiles` for more than 256 MB, else `null`
   */
  readonly tileStore?: string | null;
  /** Called when the data are cut and training begins. */
  readonly onStart?: (start: TrainingStart) => void;
}

const trainChecks: OptionChecks<TrainOptions> = {
  ...trainingChecks,
  ...{ resume: either(among(true), text), checkpointEvery: whole(), tileStore: either(among(null), text) },
  ...{ onStart: callback, onNotice: callback, onProgress: callback, onFinish: callback, signal: abortSignal },
};

/**
 * Trains a downscaler.
 *
 * On events of fine precipitation (each file or field is one) it learns to refine their block means, which it conserves. On
 * `{ fine, coarse, with, static, context }` it learns to make the fine data set from a *different* coarse one and covariates, each on a
 * grid of its own: times are matched by their bounds, every input is brought onto the fine grid, gaps of the fine field are masked.
 * Times of `validate` are validated on and never learned from.
 *
 * With `out` the run is recorded in a folder of its own: `options.json`, `metrics.jsonl`, `checkpoints/`, and at the end
 * `result.json` and `model.safetensors`. An interrupted run goes on bitwise identically with `resume` on the same machine and
 * thread count; what is given beside it must be the run's own.
 *
 * @param data - fine precipitation, rates or amounts, y and x last; or fields by their roles, `"FILE:VARIABLE"` or fields; `null` with
 *   `resume`: the files of the run
 * @returns with status `"diverged"` where weights became NaN or infinite: there is no model, and the checkpoints before are kept
 * @throws OptionsError when options do not fit each other, the data, or the run to go on with
 * @throws FormatError when the data are not those that the run began with, or the record is damaged
 * @throws DomainError when the data hold no tile of rain, or do not vary
 * @throws UnitsError for units of another quantity, or amounts without an interval; ShapeError for times or grids that do not fit
 * @example
 * const { downscaler } = await train(
 *   { fine: "eobs.nc:pr", coarse: "ncep.nc:pr", static: "dem.nc:z", context: ["season"] },
 *   { validate: { dates: ["1997", "2002"] }, out: "runs" },
 * );
 */
export async function train(data: TrainingData | PairData | null, options: TrainOptions = {}): Promise<TrainResult> {
  checkOptions("train", options, trainChecks);
  const { checkpointEvery = 500, signal, onStart, onNotice } = options;
  const { opened, plan: planned, folder } = await planTraining(data, options);
  let run: Run | undefined;
  let start: Downscaler | undefined;
  const taken: Images[] = [];
  try {
    const recorded = folder ?? planned.choices.out;
    if (recorded !== undefined) checkFolder(recorded);
    // From here on a run that goes on is this process's alone.
    run = folder === undefined ? undefined : await openRun(folder);
    const unchanged = watchFiles(opened.paths);
    const hashes = await opened.hash();
    if (folder !== undefined) checkSameData(folder, planned, opened.paths, hashes);
    const resume = folder === undefined ? undefined : await loadLatestCheckpoint(folder, loadTraining);
    const process = typeof options.process === "object" && { process: options.process };
    const { start: from, threads = Math.min(8, availableParallelism()), device = "cpu" } = planned.choices;
    start = from === undefined ? undefined : await Downscaler.load(findModel(from), { ...process });
    const startSha256 = start?.file?.sha256;
    const plan: TrainingPlan = { ...planned, dataSha256: hashes, ...(startSha256 && { startSha256 }) };
    const how: PrepareOptions = {
      ...{ plan, start, resumed: resume, hashes, unchanged, signal, onNotice },
      ...defined({ process: options.process, term: options.term }),
      async take(source, how) {
        const found = await takeImages(source, { ...how, store: options.tileStore, out: plan.choices.out });
        taken.push(found.images);
        return found;
      },
    };
    const prepared: Prepared = "opened" in opened ? await prepareFields(opened, how) : await prepareEvents(opened, how);
    for (const line of opened.notices()) onNotice?.(line);
    signal?.throwIfAborted();
    // What is refused leaves no folder behind.
    if (run === undefined) prepared.check?.();
    if (plan.choices.out !== undefined) run ??= await startRun(plan);
    const directory = run && { run: run.directory };
    const [step, steps] = [resume?.state.step ?? 0, resume?.recipe.steps ?? plan.choices.steps ?? DEFAULT_STEPS];
    onStart?.({ ...prepared.started, step, steps, ...directory });
    const tuned = start && { start: { file: basename(planned.choices.start!), sha256: startSha256 } };
    const trained = await recordTraining(run, prepared, {
      ...{ threads, device, checkpointEvery, seed: plan.choices.seed ?? 0 },
      ...options,
      provenance: { ...prepared.provenance, dataSha256: hashes, ...tuned },
      how: resume ? { resume, ...(start && startFrom(start, process || {}).recipe) } : defined({ start }),
    });
    return { ...trained, ...directory };
  } finally {
    for (const images of taken) images.close?.();
    run?.close();
    opened.close();
    await start?.dispose();
  }
}

/** Resolves data and options, and opens the data; nothing is written. @throws as {@link train} */
export async function planTraining(data: TrainingData | PairData | null, options: TrainOptions) {
  const { resume, checkpointEvery: _1, signal: _2, tileStore: _3, ...more } = options;
  const { onStart: _4, onProgress: _5, onFinish: _6, onNotice: _7, ...asked } = more;
  const place = resume === true ? options.out : resume;
  if (resume !== undefined && place === undefined) {
    throw new OptionsError("`resume`: name the run, or its folder by `out`", "resume", resume);
  }
  const folder = place === undefined ? undefined : await findUnfinished(place);
  const recorded = folder === undefined ? undefined : await readPlan(folder);
  if (recorded === undefined && data === null) {
    throw new OptionsError("train: `data` is missing; name files or fields, or a run by `resume`", "data", data);
  }
  if (recorded?.inMemory && data === null) {
    throw new OptionsError(`train: ${folder} was trained on fields; give them again as \`data\``, "data", data);
  }
  const wanted = asSteps(data ?? dataOf(recorded!), options);
  const events = !isFields(wanted);
  const choices = { ...recorded?.choices, ...checkedChoices(asked, events) };
  const held = isTimeRange(asked.validate) ? undefined : (asked.validate ?? heldOf(recorded));
  // Options that do not fit are refused before files are looked for.
  const check = (found: Parameters<typeof fittedChoices>[0]) => {
    if (recorded === undefined && choices.start === undefined) fittedChoices(found, choices, undefined);
  };
  const opened = events ? await openEvents(wanted, held, choices, check) : await openFieldData(wanted, choices);
  const plan: TrainingPlan = { data: opened.recorded, choices, ...(opened.inMemory && { inMemory: true }) };
  try {
    if (recorded) checkRecorded(plan, recorded, folder!);
  } catch (error) {
    opened.close();
    throw error;
  }
  return { plan: recorded ?? plan, opened, ...defined({ folder }) };
}

/** Events whose times are refined are one fine field along time. */
function asSteps(data: TrainingData | PairData, { timeFactor }: TrainOptions): TrainingData | PairData {
  if (timeFactor === undefined || isFields(data)) return data;
  if (typeof data === "string" || !("length" in data)) return { fine: data };
  const [only] = data;
  if (data.length === 1) return { fine: only! };
  const text = `train: timeFactor takes one fine field along time, not ${data.length}; name files of one grid by a pattern`;
  throw new OptionsError(text, "timeFactor", timeFactor);
}

const isFields = (data: TrainingData | PairData): data is PairData =>
  typeof data === "object" && !Array.isArray(data) && "fine" in data;

const dataOf = ({ data }: TrainingPlan): readonly string[] | PairData => ("events" in data ? data.events : data);

const heldOf = (plan: TrainingPlan | undefined): readonly string[] | undefined =>
  plan && "events" in plan.data ? plan.data.held : undefined;

/** @throws FormatError where data are not those that a run began with */
function checkSameData(folder: string, plan: TrainingPlan, paths: readonly string[], hashes: readonly string[]): void {
  const at = hashes.findIndex((hash, i) => hash !== plan.dataSha256?.[i]);
  if (at < 0 && hashes.length === plan.dataSha256?.length) return;
  throw new FormatError(paths[at] ?? "a field", "data", `it has changed since ${folder} began`, "start another run");
}

async function startRun(plan: TrainingPlan): Promise<Run> {
  const { out: root = "", name = "train", seed = 0, device = "cpu" } = plan.choices;
  return createRun({ root, name, seed, device, precision: "float32", options: plan });
}

/** Plain JSON; whether crops are turned depends on the channels where nothing is said (null). */
export type PlannedRecipe = Omit<ResolvedRecipe, "symmetries"> & {
  readonly symmetries: boolean | null;
  readonly tile: number;
  readonly threads: number;
  readonly device: Device;
} & Pick<TrainingPlan["choices"], "regrid">;

/** @throws OptionsError where options do not fit each other, or the model to start from */
export async function plannedRecipe(plan: TrainingPlan): Promise<PlannedRecipe> {
  const { choices, data } = plan;
  const { start: from, threads = Math.min(8, availableParallelism()), device = "cpu", validate } = choices;
  const start = from === undefined ? undefined : await Downscaler.load(findModel(from));
  try {
    if ("events" in data) {
      const fitted = fittedChoices(data, choices, start?.configuration);
      const recipe = recipeOf({ ...plan, choices: fitted }, {});
      const archives = fitted.archives as readonly string[] | undefined;
      const parts = { symmetries: true, blocks: true, archives, validated: (data.held ?? validate) !== undefined };
      const begun = start && startFrom(start, recipe).recipe;
      return { ...resolveRecipe({ ...recipe, ...begun }, parts), tile: fitted.tile, threads, device };
    }
    const { factor: _, ...recipe } = recipeOf(plan, {});
    const begun = start && startFrom(start, recipe).recipe;
    const archives = archivesOfFields(data, choices, start?.configuration);
    const parts = { symmetries: false, archives, validated: validate !== undefined };
    const resolved = resolveRecipe({ ...recipe, ...begun }, parts);
    const { symmetries = null, regrid = "bilinear", tile = 64 } = choices;
    return { ...resolved, symmetries, regrid, tile, threads, device };
  } finally {
    await start?.dispose();
  }
}
