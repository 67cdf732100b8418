/** Training with everything written down: metrics, checkpoints, the model, the result. */
import { basename, join } from "node:path";
import type { Device } from "../../engine/compile.ts";
import { ConvergenceError } from "../../engine/errors.ts";
import { latestCheckpoint } from "../../engine/files/checkpoint.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import type { Run } from "../../engine/files/run.ts";
import type { StoredTiles, TileArchive } from "./archive/index.ts";
import { Downscaler } from "./downscaler.ts";
import { modelName } from "./find-model.ts";
import {
  type BestDownscaler,
  type DownscalerCheckpoint,
  type TrainingProgress,
  type TrainingRecipe,
  trainDownscaler,
} from "./train.ts";
import type { RainPlace } from "./trained-on.ts";
import { saveTraining } from "./training-file.ts";

/** Options of {@link recordTraining}. */
export interface RecordOptions {
  /** What decides the result; its steps must be said. */
  readonly recipe: TrainingRecipe & { readonly steps: number };
  /** Inside an operator, ≥ 1. */
  readonly threads: number;
  /** Where the training program runs. */
  readonly device: Device;
  /** Stops after the step in progress, whose state is saved. @defaultValue none */
  readonly signal?: AbortSignal;
  /** State to go on from, of the same recipe. @defaultValue none: a fresh start */
  readonly resume?: DownscalerCheckpoint;
  /** Model to tune further. @defaultValue none */
  readonly start?: Downscaler;
  /** Held-out tiles to judge by. @defaultValue none */
  readonly validate?: TileArchive | StoredTiles;
  /** Rates below it are 0 in validation, mm/h. @defaultValue 0.1 */
  readonly wetThreshold?: number;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Of the events. @defaultValue unknown */
  readonly places?: readonly RainPlace[];
  /** What the model says of its origin, besides recipe and step. */
  readonly provenance: Readonly<Record<string, unknown>>;
  /** Called after every step; its loss is a mean over the last steps. Awaited. */
  readonly onProgress?: (progress: TrainingProgress) => void | Promise<void>;
  /** Called with the run's folder when the model is in it, before the run is closed by its result. */
  readonly onFinish?: (directory: string) => void | Promise<void>;
}

/** How a training ended. */
export type Trained = {
  /** Steps done. */
  readonly step: number;
  /** Mean over the last steps. */
  readonly loss: number;
  /** Of this session. */
  readonly seconds: number;
} & (
  | {
      /** All steps are done; or they ended early for lack of progress in validation; or the signal stopped them after a whole one. */
      readonly status: "finished" | "stopped" | "aborted";
      /** The best by validation, else with the averaged parameters as of this step; free it with `dispose`. */
      readonly downscaler: Downscaler;
      /** Step and scores of the model, where it was validated. */
      readonly best?: Omit<BestDownscaler, "parameters">;
    }
  | {
      /** Loss, gradient or weights became NaN or infinite. The checkpoints before that are kept; there is no model. */
      readonly status: "diverged";
      readonly downscaler: undefined;
      /** What was not finite, and what to do. */
      readonly reason: string;
    }
);

/** Steps between lines in `metrics.jsonl`; each is a mean over them. */
const LOG_EVERY = 10;

/**
 * Trains, and leaves in the run's folder whatever is needed to go on, to use the model and to judge the training.
 *
 * @param run - undefined where nothing is to be recorded
 */
export async function recordTraining(
  run: Run | undefined,
  archive: TileArchive | StoredTiles,
  o: RecordOptions,
): Promise<Trained> {
  const { recipe, threads, device, signal, resume, start, validate, wetThreshold, places, onProgress } = o;
  const began = performance.now();
  const log = lossLog(run);
  let step = resume?.state.step ?? 0;
  const ended = () => ({ step, loss: log.last(), seconds: (performance.now() - began) / 1e3 });
  const running = {
    threads,
    device,
    ...(signal && { signal }),
    ...(places && { places }),
    ...(resume && { resume }),
    ...(start && { start }),
    ...(validate && { validate }),
    ...(wetThreshold !== undefined && { wetThreshold }),
    progressEvery: 1,
    onProgress: async (progress: TrainingProgress): Promise<void> => {
      step = progress.step;
      const loss = log.add(progress);
      await onProgress?.({ ...progress, loss });
      const due = step % o.checkpointEvery === 0 && step < progress.steps;
      if (run && due) await saveTraining(run.directory, progress.checkpoint());
    },
  };
  try {
    const { status, checkpoint, downscaler, best } = await trainDownscaler(archive, { ...recipe, ...running });
    const model = await withProvenance(downscaler, o);
    const end = { status, ...ended(), ...(best && { best }) };
    if (run === undefined) return { ...end, downscaler: model };
    await saveTraining(run.directory, checkpoint);
    if (status !== "aborted") await finishWithModel(run, model, end, o.onFinish);
    return { ...end, downscaler: model };
  } catch (error) {
    return finishDiverged(run, error, ended);
  }
}

/** The downscaler, that also knows where it comes from. */
async function withProvenance(
  trained: Downscaler,
  { provenance, threads, device }: RecordOptions,
): Promise<Downscaler> {
  const { configuration, parameters, process } = trained;
  await trained.dispose();
  const whole = { ...configuration, provenance: { ...configuration.provenance, ...provenance } };
  return new Downscaler(whole, parameters, { threads, device, ...(process && { process }) });
}

/** Logs means over `LOG_EVERY` steps; `add` tells the loss of the last of them, or so far. */
function lossLog(run: Run | undefined) {
  const sums = new Map<string, number>();
  let count = 0;
  let logged: number | undefined;
  const current = () => logged ?? (sums.get("loss") ?? Number.NaN) / count;
  return {
    add({ step, steps, loss, metrics, gradientNorm, learningRate, validation }: TrainingProgress): number {
      if (validation) run?.log({ step, validation });
      count++;
      for (const [name, v] of Object.entries({ loss, ...metrics })) sums.set(name, (sums.get(name) ?? 0) + v);
      if (step % LOG_EVERY !== 0 && step !== steps) return current();
      const means = Object.fromEntries([...sums].map(([name, sum]) => [name, sum / count]));
      run?.log({ step, ...means, gradientNorm, learningRate });
      logged = means["loss"]!;
      sums.clear();
      count = 0;
      return logged;
    },
    last: current,
  };
}

/**
 * Writes the model into the run's folder and closes the run by its result.
 *
 * @param onFinish - called when the model is there, before the result
 */
export async function finishWithModel(
  run: Run,
  model: { save(path: string): Promise<void> },
  end: object,
  onFinish: ((directory: string) => void | Promise<void>) | undefined,
): Promise<void> {
  const path = join(run.directory, modelName);
  await model.save(path);
  await onFinish?.(run.directory);
  await run.finish({ ...end, model: modelName, sha256: await fileHash(path) });
}

/** Closes the run of a training that diverged, naming the last checkpoint before. @throws every other error again */
export async function finishDiverged<End extends object>(run: Run | undefined, error: unknown, ended: () => End) {
  if (!(error instanceof ConvergenceError && error.status === "diverged")) throw error;
  const end = { status: "diverged" as const, ...ended(), reason: error.message };
  const kept = run && (await latestCheckpoint(run.directory));
  await run?.finish({ ...end, checkpoint: kept === undefined ? null : basename(kept) });
  return { ...end, downscaler: undefined };
}
