/** Training with everything written down: metrics, checkpoints, the model, the result. */

import { ConvergenceError } from "../../engine/errors.ts";
import { latestCheckpoint } from "../../engine/files/checkpoint.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import type { Run } from "../../engine/files/run.ts";
import { basename, join } from "../../engine/platform/paths.ts";
import type { Device } from "../../engine/tensors/compile.ts";
import type { MeasuredCoherence } from "../model/coherence.ts";
import { Downscaler } from "../model/downscaler.ts";
import { modelName } from "../model/find-model.ts";
import { saveTraining } from "./checkpoint.ts";
import type { TrainingHooks, TrainingProgress } from "./loop.ts";
import { LEAST_STEPS, measureCoherence } from "./measure-coherence.ts";
import type { Prepared } from "./prepared.ts";
import type { TrainModelOptions } from "./train-model.ts";
import type { ValidationScores } from "./validation.ts";

export interface RecordOptions extends Pick<TrainingHooks<TrainingProgress>, "signal" | "onProgress"> {
  /** Inside an operator, ≥ 1. */
  readonly threads: number;
  /** Device of the training program. */
  readonly device: Device;
  /** State to go on from, or a model to tune further. */
  readonly how: TrainModelOptions;
  /** Of the noise by which coherence is measured. */
  readonly seed: number;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Provenance of the model, besides recipe and step. */
  readonly provenance: Readonly<Record<string, unknown>>;
  /** Called with the run's folder when the model is in it, before the run is closed by its result. */
  readonly onFinish?: (directory: string) => void | Promise<void>;
}

/** Result of a training. */
export type TrainResult = {
  /** The run's folder; absent without `out`. */ readonly run?: string;
  /** Steps done. */
  readonly step: number;
  /** Mean over the last steps. */
  readonly loss: number;
  /** Of this session. */
  readonly seconds: number;
  /** Step and scores of the model, where it was validated; of a model that tuning did not make better, step 0. */
  readonly best?: { readonly step: number; readonly scores: ValidationScores };
} & (
  | {
      /** All steps are done; or they ended early for lack of progress in validation; or the signal stopped them after a whole one. */
      readonly status: "finished" | "stopped" | "aborted";
      /** The best by validation, else with the averaged parameters as of this step; free it with `dispose`. */
      readonly downscaler: Downscaler;
    }
  | {
      /** Loss, gradient or weights became NaN or infinite. The checkpoints before that are kept; there is no model. */
      readonly status: "diverged";
      readonly downscaler: undefined;
      /** Value that was not finite, and the way out. */
      readonly reason: string;
    }
);

/** Steps between lines in `metrics.jsonl`; each is a mean over them. */
const LOG_EVERY = 10;

/**
 * Trains, and leaves in the run's folder whatever is needed to go on, to use the model and to assess the training.
 *
 * @param run - undefined where nothing is to be recorded
 */
export async function recordTraining(run: Run | undefined, data: Prepared, o: RecordOptions): Promise<TrainResult> {
  const { threads, device, signal, how, seed } = o;
  const began = performance.now();
  const log = lossLog(run);
  let step = how.resume?.state.step ?? 0;
  const ended = () => ({ step, loss: log.last(), seconds: (performance.now() - began) / 1e3 });
  try {
    const { status, checkpoint, downscaler, best } = await data.train({
      ...{ threads, device },
      ...how,
      ...(signal && { signal }),
      progressEvery: 1,
      async onProgress(progress) {
        step = progress.step;
        if (step === 0) {
          run?.log({ step, validation: progress.validation });
          return o.onProgress?.(progress);
        }
        const loss = log.add(progress);
        await o.onProgress?.({ ...progress, loss });
        const due = step % o.checkpointEvery === 0 && step < progress.steps;
        if (run && due) await keep(run, progress.checkpoint());
      },
    });
    const wanted = status !== "aborted" && step >= LEAST_STEPS;
    const { series } = data;
    const read = (n: number) => series!.read(n, downscaler);
    const coherence =
      wanted && series ? await measureCoherence(downscaler, series.count, read, { seed, signal }) : undefined;
    const model = await withProvenance(downscaler, data, coherence, o);
    const end = { status, ...ended(), ...(best && { best }) };
    if (run === undefined) return { ...end, downscaler: model };
    await keep(run, checkpoint);
    if (status !== "aborted") await finishWithModel(run, model, end, o.onFinish);
    return { ...end, downscaler: model };
  } catch (error) {
    return finishDiverged(run, error, ended);
  }
}

/** Saves a checkpoint in the run's folder, which must still be there. */
function keep(run: Run, checkpoint: Parameters<typeof saveTraining>[1]): Promise<string> {
  run.requireFolder();
  return saveTraining(run.directory, checkpoint);
}

/** The downscaler, that also knows where it comes from, and what it corrects to. */
async function withProvenance(
  trained: Downscaler,
  { distribution }: Prepared,
  coherence: MeasuredCoherence | undefined,
  { provenance, threads, device }: RecordOptions,
): Promise<Downscaler> {
  const { configuration, parameters, process } = trained;
  await trained.dispose();
  const corrects = distribution && { correction: distribution.correction };
  const whole = {
    ...configuration,
    ...corrects,
    ...(coherence && { coherence }),
    provenance: { ...configuration.provenance, ...provenance },
  };
  const more = { ...(process && { process }), ...(distribution && { observedQuantiles: distribution.values }) };
  return new Downscaler(whole, parameters, { threads, device, ...more });
}

/** Logs means over `LOG_EVERY` steps; `add` gives the loss of the last of them, or so far. */
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

/** Writes the model into the run's folder and closes the run by its result. */
async function finishWithModel(
  run: Run,
  model: Downscaler,
  end: object,
  onFinish: RecordOptions["onFinish"],
): Promise<void> {
  const path = join(run.directory, modelName);
  await model.save(path);
  await onFinish?.(run.directory);
  await run.finish({ ...end, model: modelName, sha256: await fileHash(path) });
}

/** Closes the run of a training that diverged, naming the last checkpoint before. @throws every other error again */
async function finishDiverged<End extends object>(run: Run | undefined, error: unknown, ended: () => End) {
  if (!(error instanceof ConvergenceError && error.status === "diverged")) throw error;
  const end = { status: "diverged" as const, ...ended(), reason: error.message };
  const kept = run && (await latestCheckpoint(run.directory));
  await run?.finish({ ...end, checkpoint: kept === undefined ? null : basename(kept) });
  return { ...end, downscaler: undefined };
}
