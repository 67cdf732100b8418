/** Training of a paired downscaler: seeded, resumable bit for bit, judged on held-out pairs, stopped by a signal. */
import type { Device } from "../../engine/compile.ts";
import { adam, warmupCosine } from "../../engine/optimizer.ts";
import { rng } from "../../engine/rng.ts";
import { compileTraining, type TrainingState } from "../../engine/training.ts";
import { quartileEdges } from "../diffusion/loss-by-level.ts";
import { maskedDenoisingLoss } from "../diffusion/masked-loss.ts";
import { checkSound, inNetworkOrder } from "../diffusion/parameters.ts";
import { noiseProcess } from "../diffusion/process/kinds.ts";
import { unet } from "../diffusion/unet.ts";
import type { PairArchive } from "./arrays.ts";
import { covariateGroups, pairBatch } from "./batch.ts";
import { checkPairArchive } from "./check-archive.ts";
import type { PairDescription } from "./configuration.ts";
import { type BestPairs, modelOf, networkOf, type PairCheckpoint, pairedOf } from "./pair-checkpoint.ts";
import { type PairedDownscaler, sigmaData } from "./paired-downscaler.ts";
import { type PairStart, setUp } from "./set-up.ts";
import { type PairScores, validatePairs } from "./validate.ts";

/** Options of {@link trainPairs}: the recipe, and how to run it. */
export interface TrainPairsOptions extends PairStart {
  /** Held-out pairs of the same channels and targets. @defaultValue none: the last parameters are the model */
  readonly validate?: PairArchive;
  /** @defaultValue "cpu" */
  readonly device?: Device;
  /** @defaultValue 1 */
  readonly threads?: number;
  /** Called after each `progressEvery` steps, after each validation and after the last step; awaited. */
  readonly onProgress?: (progress: PairProgress) => void | Promise<void>;
  /** @defaultValue 50 */
  readonly progressEvery?: number;
  /** Stops training after the step in progress; the checkpoint then resumes it. */
  readonly signal?: AbortSignal;
}

/** How training goes. */
export interface PairProgress {
  /** Steps completed, of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** Means since the last report: the loss, and as metrics the loss by noise level. */
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the last step. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Where this step was validated. */
  readonly validation?: PairScores;
  /** The state as of this step, to be saved. */
  readonly checkpoint: () => PairCheckpoint;
}

/** Result of {@link trainPairs}. */
export interface TrainedPairs {
  /** `"stopped"`: early, for lack of `patience`; `"aborted"`: by the signal. */
  readonly status: "finished" | "stopped" | "aborted";
  /** The best model of all validations; without any, the averaged parameters of the last step. */
  readonly downscaler: PairedDownscaler;
  readonly checkpoint: PairCheckpoint;
  /** Step and scores of the model; undefined where none was validated. */
  readonly best: Omit<BestPairs, "parameters"> | undefined;
}

/**
 * Train a paired downscaler with the denoising loss on the pixels of random crops that have a value. Step n's batch is a
 * function of (seed, n) alone, so that a resumed run equals an uninterrupted one bit for bit on the same machine and thread
 * count, its validations included.
 *
 * @throws ShapeError when an archive does not fit the description; DomainError when it holds a number that is not finite
 * @throws OptionsError when the recipe is inconsistent or differs from the resumed checkpoint's, or `start` has other channels
 * @throws ConvergenceError with status "diverged" when loss, gradient or weights are NaN or infinite
 */
export async function trainPairs(
  archive: PairArchive,
  description: PairDescription,
  options: TrainPairsOptions = {},
): Promise<TrainedPairs> {
  const { validate, device = "cpu", threads = 1, onProgress, progressEvery = 50, signal, resume, start } = options;
  const process = noiseProcess(options.process);
  const { given, masked, recipe } = setUp(archive, description, options);
  const network = unet(networkOf(recipe, given, masked));
  checkPairArchive("archive", archive, given, network.multiple);
  if (validate) checkPairArchive("validate", validate, given, network.multiple);
  const size = [archive.height, archive.width].map((n) => Math.min(recipe.crop, n)) as [number, number];
  const groups = recipe.dropout > 0 ? covariateGroups(given.channels) : [];
  const root = rng(recipe.seed);
  const { batch, steps, validation: how } = recipe;
  const image = (depth: number) => ({ shape: [batch, ...size, depth] });
  const { length: outputs } = given.targets;
  const trainer = await compileTraining(
    {
      parameters: start ? inNetworkOrder(network, start.parameters) : network.initialize(root.split("network")),
      inputs: [image(outputs), image(given.channels.length), image(outputs), { shape: [batch] }, image(outputs)],
      loss: maskedDenoisingLoss(network, {
        sigmaData,
        process,
        shown: masked,
        edges: quartileEdges(process, sigmaData, recipe.noise),
      }),
      optimizer: adam({
        beta1: 0.9,
        beta2: 0.99,
        epsilon: 1e-8,
        learningRate: warmupCosine({ peak: recipe.peakRate, final: recipe.finalRate, steps, warmup: recipe.warmup }),
      }),
      clipNorm: recipe.clipNorm,
      ema: { decay: recipe.emaDecay, warmup: true },
    },
    { device, threads },
  );
  try {
    if (resume !== undefined) trainer.load(resume.state);
    let best = resume?.best;
    let worse = resume?.worse ?? 0;
    const exhausted = () => how.patience !== null && worse >= how.patience;
    const checkpoint = (): PairCheckpoint => {
      const state = trainer.state();
      checkSound("trainPairs", state);
      return { recipe, description: given, masked, state, ...(best && { best }), worse };
    };
    const judge = async (held: PairArchive): Promise<PairScores> => {
      const { description: own, state } = checkpoint();
      const model = modelOf({ recipe, description: own, masked }, state.step, state.ema, { device, threads, process });
      const scores = await validatePairs(model, held, { seed: recipe.seed, ...how });
      await model.dispose();
      worse = best === undefined || scores.score < best.scores.score ? 0 : worse + 1;
      if (worse === 0) best = { step: state.step, scores, parameters: singles(state.ema) };
      return scores;
    };
    const batches = root.split("batch");
    const sums = new Map<string, number>();
    let summed = 0;
    let step = trainer.state().step;
    while (step < steps && !exhausted() && !signal?.aborted) {
      const report = await trainer.step(pairBatch(archive, batches.split(step), recipe, size, groups, process));
      step++;
      summed++;
      for (const [name, value] of Object.entries({ ...report.metrics, loss: report.loss })) {
        sums.set(name, (sums.get(name) ?? 0) + value);
      }
      const due = validate !== undefined && (step % how.every === 0 || step === steps);
      const validation = due ? await judge(validate) : undefined;
      if (onProgress === undefined || (step % progressEvery !== 0 && step !== steps && !due)) continue;
      const { loss = Number.NaN, ...metrics } = Object.fromEntries([...sums].map(([k, v]) => [k, v / summed]));
      const { gradientNorm, learningRate } = report;
      const now = { step, steps, loss, metrics, gradientNorm, learningRate, checkpoint };
      await onProgress({ ...now, ...(validation && { validation }) });
      sums.clear();
      summed = 0;
    }
    const last = checkpoint();
    const status = step === steps ? "finished" : exhausted() ? "stopped" : "aborted";
    const told = best && { step: best.step, scores: best.scores };
    return { status, downscaler: pairedOf(last, { device, threads, process }), checkpoint: last, best: told };
  } finally {
    await trainer.dispose();
  }
}

const singles = (vectors: TrainingState["ema"]): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(vectors).map(([name, values]) => [name, Float32Array.from(values)]));
