/** Training with everything written down: metrics, checkpoints, the model, the curve of the loss, the result. */
import { join } from "node:path";
import type { Device } from "../../engine/compile.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { type Run, readMetrics } from "../../engine/files/run.ts";
import type { RainPlace, TileArchive } from "../../generative/downscaling/index.ts";
import {
  Downscaler,
  type DownscalerCheckpoint,
  modelName,
  saveTraining,
  type TrainingProgress,
  type TrainingRecipe,
  trainDownscaler,
} from "../../generative/downscaling/index.ts";
import { curveFigure } from "../../report/curve-figure.ts";
import { writePicture } from "../../report/write-picture.ts";
import { startProgress } from "../shell/progress.ts";
import { say } from "../shell/terminal.ts";

export interface RecordOptions {
  readonly recipe: TrainingRecipe & { readonly steps: number };
  readonly threads: number;
  readonly device: Device;
  readonly signal: AbortSignal;
  readonly resume?: DownscalerCheckpoint;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Of the events. @defaultValue unknown */
  readonly places?: readonly RainPlace[];
  /** What the model file says of its origin, besides recipe and step. */
  readonly provenance: Readonly<Record<string, unknown>>;
}

/** How it ended; with `"aborted"` there is a checkpoint, but no model. */
export interface RecordedTraining {
  readonly status: "finished" | "aborted";
  readonly step: number;
  /** Mean over the last steps. */
  readonly loss: number;
  /** Of this session. */
  readonly seconds: number;
  /** Path of the model. */
  readonly model?: string;
}

/** Steps between lines in `metrics.jsonl`; each is a mean over them. */
const LOG_EVERY = 10;

/** Trains, and leaves in the run's folder whatever is needed to go on, to use the model and to judge the training. */
export async function recordTraining(run: Run, archive: TileArchive, o: RecordOptions): Promise<RecordedTraining> {
  const { recipe, threads, device, signal, resume } = o;
  const began = performance.now();
  const bar = startProgress("training", recipe.steps, { from: resume?.state.step ?? 0, unit: "steps" });
  const log = lossLog(run);
  const onProgress = async (progress: TrainingProgress): Promise<void> => {
    const { step, steps } = progress;
    bar.update(step, `loss ${log.add(progress).toFixed(4)}`);
    if (step % o.checkpointEvery === 0 && step < steps) await saveTraining(run.directory, progress.checkpoint());
  };
  const running = {
    threads,
    device,
    signal,
    ...(o.places && { places: o.places }),
    onProgress,
    progressEvery: 1,
    ...(resume && { resume }),
  };
  const trained = await trainDownscaler(archive, { ...recipe, ...running }).finally(() => bar.stop());
  const { status, checkpoint, downscaler } = trained;
  await saveTraining(run.directory, checkpoint);
  const end = { status, step: checkpoint.state.step, loss: log.last(), seconds: (performance.now() - began) / 1e3 };
  if (status === "aborted") {
    await downscaler.dispose();
    return end;
  }
  const model = join(run.directory, modelName);
  await saveModel(downscaler, model, o.provenance);
  await drawLoss(run.directory);
  await run.finish({ ...end, model: modelName, sha256: await fileHash(model) });
  return { ...end, model };
}

async function saveModel(trained: Downscaler, path: string, provenance: RecordOptions["provenance"]): Promise<void> {
  const { configuration, parameters } = trained;
  const whole = { ...configuration, provenance: { ...configuration.provenance, ...provenance } };
  await new Downscaler(whole, parameters).save(path);
  await trained.dispose();
}

/** Logs means over `LOG_EVERY` steps; `add` tells the loss of the last of them, or so far. */
function lossLog(run: Run) {
  const sums = new Map<string, number>();
  let count = 0;
  let logged: number | undefined;
  const current = () => logged ?? (sums.get("loss") ?? Number.NaN) / count;
  return {
    add({ step, steps, loss, metrics, gradientNorm, learningRate }: TrainingProgress): number {
      count++;
      for (const [name, v] of Object.entries({ loss, ...metrics })) sums.set(name, (sums.get(name) ?? 0) + v);
      if (step % LOG_EVERY !== 0 && step !== steps) return current();
      const means = Object.fromEntries([...sums].map(([name, sum]) => [name, sum / count]));
      run.log({ step, ...means, gradientNorm, learningRate });
      logged = means["loss"]!;
      sums.clear();
      count = 0;
      return logged;
    },
    last: current,
  };
}

async function drawLoss(directory: string): Promise<void> {
  // After a crash, steps since the last checkpoint were made and logged twice; the later line counts.
  const byStep = new Map((await readMetrics(directory)).map(({ step, loss }) => [Number(step), Number(loss)]));
  const points = [...byStep].sort(([a], [b]) => a - b);
  if (points.length < 2) return;
  const curve = { name: "training loss", x: points.map(([step]) => step), y: points.map(([, loss]) => loss) };
  const svg = await curveFigure({ curves: [curve], x: { name: "step" }, y: { name: "loss" } });
  await writePicture(join(directory, "loss.svg"), svg);
}

/** Says what was cut from each file. */
export function sayTiles({ count, size, events }: TileArchive, label: (name: string) => string): void {
  for (const { name, wetKept, wetFound, drierKept, drierFound } of events) {
    say(`${label(name)}: ${wetKept} of ${wetFound} wet tiles, ${drierKept} of ${drierFound} drier ones`);
  }
  say(`${count} tiles of ${size} x ${size}`);
}
