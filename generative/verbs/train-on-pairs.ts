/** Training on a fine and a coarse data set: from files or fields to a paired downscaler, and to a record of how it came about. */
import { availableParallelism } from "node:os";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import { loadLatestCheckpoint } from "../../engine/files/checkpoint.ts";
import { findUnfinished } from "../../engine/files/find-run.ts";
import { checkFolder } from "../../engine/files/output-check.ts";
import { createRun, openRun, type Run } from "../../engine/files/run.ts";
import { watchFiles } from "../../engine/files/watch.ts";
import { findModel } from "../downscaling/index.ts";
import { finishDiverged, finishWithModel } from "../downscaling/record-training.ts";
import type { CutPairs } from "../pairs/archive.ts";
import { fieldOf } from "../pairs/channel.ts";
import type { PairDescription } from "../pairs/configuration.ts";
import type { MeasuredLaw } from "../pairs/correction.ts";
import { type MatchedPairs, matchPairs, splitPairs } from "../pairs/match.ts";
import { measureChannels, seenAt } from "../pairs/measure.ts";
import type { PairCheckpoint } from "../pairs/pair-checkpoint.ts";
import { PairedDownscaler } from "../pairs/paired-downscaler.ts";
import { DEFAULT_STEPS } from "../pairs/recipe.ts";
import { setUp } from "../pairs/set-up.ts";
import { type PairProgress, trainPairs } from "../pairs/train-pairs.ts";
import { loadPairTraining, savePairTraining } from "../pairs/training-file.ts";
import type { PairScores } from "../pairs/validate.ts";
import { lawOf, NOT_CONSERVED, withCoarse } from "./own-coarse.ts";
import { recipeOf } from "./planned-recipe.ts";
import { hashPairs, type OpenedPairs, openPairs, type PairData } from "./sources.ts";
import { type PairSource, takePairs } from "./take-pairs.ts";
import { checkedChoices, type PairTrainingChoices, type PairTrainingPlan, readPairPlan } from "./training-choices.ts";

/** Options of a training on pairs. */
export interface PairTrainOptions extends PairTrainingChoices {
  /** Go on with an interrupted run, or the newest one in a folder of runs; `true`: in `out`. @defaultValue a new run */
  readonly resume?: string | true;
  /** Steps between checkpoints in the run's folder. @defaultValue 500 */
  readonly checkpointEvery?: number;
  /** Stops after the step in progress; the checkpoint then resumes it. */
  readonly signal?: AbortSignal;
  /**
   * Folder of a store: images are cut once, kept in a file there, and read one at a time. `null`: all in memory, at most 8 GB. Changes nothing of
   * the result. @defaultValue `OUT/tiles` where the images take more than 256 MB, else `null`
   */
  readonly tileStore?: string | null;
  /** Called when the images are cut and training begins. */
  readonly onStart?: (start: PairTrainingStart) => void;
  /** Called every ten steps, and where the model was judged. Awaited. */
  readonly onProgress?: (progress: PairProgress) => void | Promise<void>;
  /** Called with the run's folder when the model is in it, before the run is closed by its result. */
  readonly onFinish?: (directory: string) => void | Promise<void>;
  /** Told what a person may want to know. */
  readonly onNotice?: (line: string) => void;
}

/** What {@link PairTrainOptions.onStart} is told: the images of `archive`, and the `description` of the model. */
export interface PairTrainingStart {
  readonly archive: CutPairs;
  readonly description: PairDescription;
  /** Times that are learned from, and judged by. */
  readonly times: readonly [learned: number, judged: number];
  /** Steps that an interrupted run has done. */
  readonly step: number;
  /** Steps to do in all. */
  readonly steps: number;
  /** The run's folder; absent without `out`. */
  readonly run?: string;
}

/** Result of a training on pairs. */
export type PairTrainResult = {
  /** Steps done. */
  readonly step: number;
  /** Mean over the last steps. */
  readonly loss: number;
  /** Of this session. */
  readonly seconds: number;
  /** Of the model, by the times of `validate`. */
  readonly best?: { readonly step: number; readonly scores: PairScores };
  /** The run's folder; absent without `out`. */
  readonly run?: string;
} & (
  | {
      /** `"stopped"`: early, for lack of progress on `validate`; `"aborted"`: by the signal. */
      readonly status: "finished" | "stopped" | "aborted";
      /** The best model by `validate`, else that of the last step; free it with `dispose`. */
      readonly downscaler: PairedDownscaler;
    }
  | { readonly status: "diverged"; readonly downscaler: undefined; readonly reason: string }
);

/** Steps between lines in `metrics.jsonl`; each is a mean over them. */
const LOG_EVERY = 10;

/**
 * Trains a paired downscaler. The run's folder, resuming and divergence are as for training on one fine data set.
 *
 * @param data - null with `resume`: the files of the run
 * @throws OptionsError, ShapeError, UnitsError, DomainError, FormatError before training, naming the field and the way out
 */
export async function trainOnPairs(data: PairData | null, options: PairTrainOptions = {}): Promise<PairTrainResult> {
  const { checkpointEvery = 500, signal } = options;
  if (!(Number.isSafeInteger(checkpointEvery) && checkpointEvery > 0)) {
    const message = `train: checkpointEvery is ${checkpointEvery}; expected a positive whole number`;
    throw new OptionsError(message, "checkpointEvery", checkpointEvery);
  }
  const planned = await planPairs(data, options);
  const { opened, folder } = planned;
  const recorded = folder ?? planned.plan.choices.out;
  if (recorded !== undefined) checkFolder(recorded);
  // From here on a run that goes on is this process's alone.
  let run: Run | undefined = folder === undefined ? undefined : await openRun(folder);
  let prepared: Prepared | undefined;
  try {
    const unchanged = watchFiles(opened.paths);
    const hashes = await hashPairs(opened);
    if (folder !== undefined) checkSameData(folder, planned.plan, opened, hashes);
    const plan: PairTrainingPlan = { ...planned.plan, dataSha256: hashes };
    const resume = folder === undefined ? undefined : await loadLatestCheckpoint(folder, loadPairTraining);
    prepared = await prepare(plan, opened, resume, { ...options, unchanged });
    for (const line of opened.notices()) options.onNotice?.(line);
    signal?.throwIfAborted();
    // What is refused leaves no folder behind.
    if (run === undefined) await refuseEarly(plan, prepared, options);
    if (plan.choices.out !== undefined) run ??= await startRun(plan);
    const directory = run && { run: run.directory };
    const { archive, description, times } = prepared;
    const [step, steps] = [resume?.state.step ?? 0, resume?.recipe.steps ?? plan.choices.steps ?? DEFAULT_STEPS];
    options.onStart?.({ archive, description, times, step, steps, ...directory });
    return { ...(await record(run, plan, prepared, resume, options)), ...directory };
  } finally {
    for (const images of [prepared?.archive, prepared?.judged]) if (images && "close" in images) images.close();
    run?.close();
    opened.close();
  }
}

/** @throws OptionsError where the recipe is inconsistent, or the model to start from is another kind of network */
async function refuseEarly(
  plan: PairTrainingPlan,
  { archive, description, start }: Prepared,
  options: PairTrainOptions,
): Promise<void> {
  try {
    setUp(archive, description, { ...recipeOf(plan, options), ...(start && { start }) });
  } catch (error) {
    await start?.dispose();
    throw error;
  }
}

/** What is to be done, and with which run. */
export interface PlannedPairs {
  readonly plan: PairTrainingPlan;
  readonly opened: OpenedPairs;
  /** Of the run to go on with. */
  readonly folder?: string;
}

/** Resolves data and options, and opens the data; nothing is written. */
export async function planPairs(data: PairData | null, options: PairTrainOptions): Promise<PlannedPairs> {
  const {
    resume,
    checkpointEvery: _1,
    signal: _2,
    onStart: _3,
    onProgress: _4,
    onFinish: _5,
    onNotice: _6,
    tileStore: _7,
    ...rest
  } = options;
  const choices = checkedChoices(rest);
  const place = resume === true ? options.out : resume;
  if (resume !== undefined && place === undefined) {
    throw new OptionsError("`resume`: name the run, or its folder by `out`", "resume", resume);
  }
  if (place === undefined) {
    if (data === null) throw new OptionsError("train: `fine` is missing; name what is to be made", "fine", data);
    const opened = await openPairs(data, choices);
    return { plan: planOf(opened, data, choices), opened };
  }
  const folder = await findUnfinished(place);
  const plan = await readPairPlan(folder);
  if (plan.inMemory && data === null) {
    throw new OptionsError(`train: ${folder} was trained on fields; give them again`, "fine", data);
  }
  const opened = await openPairs(data ?? plan.pairs, plan.choices);
  const wanted = planOf(opened, data ?? plan.pairs, { ...plan.choices, ...choices });
  for (const part of ["pairs", "choices"] as const) {
    const [now, then] = [wanted[part], plan[part]] as Readonly<Record<string, unknown>>[];
    for (const name of new Set([...Object.keys(now!), ...Object.keys(then!)])) {
      const [a, b] = [JSON.stringify(now![name]), JSON.stringify(then![name])];
      if (a === b) continue;
      opened.close();
      throw new OptionsError(`\`resume\`: ${name} is ${a}, but ${folder} has ${b}; leave it out`, name, now![name]);
    }
  }
  return { plan, opened, folder };
}

function planOf(opened: OpenedPairs, data: PairData, choices: PairTrainingPlan["choices"]): PairTrainingPlan {
  return {
    pairs: { ...opened.listed, context: data.context ?? [] },
    choices,
    ...(opened.given.length > 0 && { inMemory: true }),
  };
}

/** @throws FormatError where data are not those that a run began with */
function checkSameData(folder: string, plan: PairTrainingPlan, opened: OpenedPairs, hashes: readonly string[]): void {
  const at = hashes.findIndex((hash, i) => hash !== plan.dataSha256?.[i]);
  if (at < 0 && hashes.length === plan.dataSha256?.length) return;
  const which = opened.paths[at] ?? "a field";
  throw new FormatError(which, "data", `it has changed since ${folder} began`, "start another run");
}

interface Prepared {
  readonly archive: CutPairs;
  readonly judged: CutPairs | undefined;
  readonly description: PairDescription;
  readonly start: PairedDownscaler | undefined;
  readonly law: MeasuredLaw | undefined;
  readonly times: readonly [number, number];
}

/** Images to learn from and to judge by. */
async function prepare(
  plan: PairTrainingPlan,
  opened: OpenedPairs,
  resume: PairCheckpoint | undefined,
  { onNotice, tileStore, unchanged }: Pick<PairTrainOptions, "onNotice" | "tileStore"> & Pick<PairSource, "unchanged">,
): Promise<Prepared> {
  const {
    regrid,
    interval,
    clipNegative,
    rain,
    notRain,
    wetThreshold,
    time,
    validate,
    optional,
    dropout = 0,
  } = plan.choices;
  const { factor = 4 } = plan.choices;
  if (opened.fields.coarse.length === 0)
    onNotice?.(`learns from means over ${factor} x ${factor} cells of the fine data; ${NOT_CONSERVED}`);
  const pairs = matchPairs(await withCoarse(plan, opened.fields), {
    ...(regrid && { method: regrid }),
    ...(interval !== undefined && { interval }),
    ...(clipNegative && { clipNegative }),
    ...(rain && { rain }),
    ...(notRain && { notRain }),
    ...(onNotice && { onNotice }),
  });
  const held = validate === undefined ? [] : splitPairs(pairs, validate, "validate").inside;
  const wanted = time === undefined ? pairs.times.map((_, n) => n) : splitPairs(pairs, time, "time").inside;
  const learned = wanted.filter((n) => !held.includes(n));
  if (learned.length === 0) {
    const hint = "name other times by `time` or `validate`";
    throw new OptionsError(`train: no times are left to learn from; ${hint}`, "validate", validate);
  }
  const start =
    plan.choices.start === undefined ? undefined : await PairedDownscaler.load(findModel(plan.choices.start));
  if (start) checkContext(plan.pairs.context, start);
  const names = optional ?? (dropout > 0 ? [...pairs.with, ...pairs.static].map(({ name }) => name) : []);
  const description =
    resume?.description ??
    (start && (await startedAt(start, pairs, learned))) ??
    (await measureChannels(pairs, learned, { optional: names, ...(wetThreshold !== undefined && { wetThreshold }) }));
  const source = { plan, pairs, description, store: tileStore, unchanged };
  const archive = await takePairs(source, "learn", learned);
  const judged = held.length === 0 ? undefined : await takePairs(source, "judge", held);
  const law = await lawOf(plan, pairs, learned, description);
  return { archive, judged, description, start, law, times: [learned.length, held.length] };
}

/** Trains, and leaves in the run's folder whatever is needed to go on, to use the model and to judge the training. */
async function record(
  run: Run | undefined,
  plan: PairTrainingPlan,
  { archive, judged, description, start, law }: Prepared,
  resume: PairCheckpoint | undefined,
  options: PairTrainOptions,
): Promise<PairTrainResult> {
  const { checkpointEvery = 500, signal, onProgress, onFinish } = options;
  const began = performance.now();
  const { threads = Math.min(8, availableParallelism()), device = "cpu" } = plan.choices;
  let [step, last] = [resume?.state.step ?? 0, Number.NaN];
  const ended = () => ({ step, loss: last, seconds: (performance.now() - began) / 1e3 });
  try {
    const { downscaler, checkpoint, status, best } = await trainPairs(archive, description, {
      ...recipeOf(plan, options),
      threads,
      device,
      ...(judged && { validate: judged }),
      ...(signal && { signal }),
      // What was tuned further has the network of the model that it began with.
      ...(resume ? { resume, network: resume.recipe.network } : start && { start }),
      progressEvery: common(LOG_EVERY, checkpointEvery),
      async onProgress(progress) {
        ({ step, loss: last } = progress);
        const { loss, metrics, gradientNorm, learningRate, validation } = progress;
        run?.log({ step, loss, ...metrics, gradientNorm, learningRate, ...(validation && { validation }) });
        await onProgress?.(progress);
        if (run && step % checkpointEvery === 0 && step < progress.steps) {
          await savePairTraining(run.directory, progress.checkpoint());
        }
      },
    });
    const end = { status, ...ended(), ...(best && { best }) };
    const model = await withProvenance(downscaler, plan, law, { threads, device });
    if (run === undefined) return { ...end, downscaler: model };
    await savePairTraining(run.directory, checkpoint);
    if (status !== "aborted") await finishWithModel(run, model, end, onFinish);
    return { ...end, downscaler: model };
  } catch (error) {
    return finishDiverged(run, error, ended);
  } finally {
    await start?.dispose();
  }
}

/** @throws OptionsError where other context is asked for than the model to start from has */
function checkContext(asked: readonly string[], { configuration: { channels } }: PairedDownscaler): void {
  const own = new Set(channels.filter(({ role }) => role === "context").map(fieldOf));
  if (asked.length === 0 || (asked.length === own.size && asked.every((name) => own.has(name)))) return;
  const has = own.size === 0 ? "none" : [...own].join(",");
  const text = `train: \`context\` is ${asked.join(",")}, the model to start from has ${has}; leave it out`;
  throw new OptionsError(text, "context", asked);
}

/** What a model is told and makes, without the rest of its configuration; the times that it is tuned on are seen too. */
async function startedAt(
  { configuration: { channels, targets, grid, seen } }: PairedDownscaler,
  pairs: MatchedPairs,
  learned: readonly number[],
): Promise<PairDescription> {
  return { channels, targets, ...(grid && { grid }), seen: await seenAt(pairs, learned, channels, { seen }) };
}

function common(a: number, b: number): number {
  return b === 0 ? a : common(b, a % b);
}

/** The downscaler, that also knows where it comes from. */
async function withProvenance(
  trained: PairedDownscaler,
  { pairs, dataSha256 }: PairTrainingPlan,
  measured: MeasuredLaw | undefined,
  run: { readonly threads: number; readonly device: NonNullable<PairTrainingChoices["device"]> },
): Promise<PairedDownscaler> {
  const { configuration, parameters, process } = trained;
  await trained.dispose();
  const from = { data: pairs, dataSha256 };
  const provenance = { ...configuration.provenance, ...from };
  const whole = { ...configuration, ...(measured && { correction: measured.correction }), provenance };
  const more = { ...(process && { process }), ...(measured && { law: measured.law }) };
  return new PairedDownscaler(whole, parameters, { ...run, ...more });
}

async function startRun(plan: PairTrainingPlan): Promise<Run> {
  const { out: root = "", name = "train", seed = 0, device = "cpu" } = plan.choices;
  return createRun({ root, name, seed, device, precision: "float32", options: plan });
}
