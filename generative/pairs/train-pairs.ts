/** Training of a paired downscaler: seeded, resumable bit for bit, judged on held-out pairs, stopped by a signal. */
import { rng } from "../../engine/rng.ts";
import type { TrainingState } from "../../engine/training.ts";
import { lossTerm } from "../diffusion/loss-term.ts";
import { inNetworkOrder } from "../diffusion/parameters.ts";
import { noiseProcess } from "../diffusion/process/kinds.ts";
import { unet } from "../diffusion/unet.ts";
import {
  type Ended,
  type Following,
  following,
  type Judged,
  runTraining,
  type StepProgress,
} from "../downscaling/generator/loop.ts";
import type { PairArchive, StoredPairs } from "./arrays.ts";
import { checkPairArchive } from "./check-archive.ts";
import type { PairDescription } from "./configuration.ts";
import { pairLessonOf } from "./lesson.ts";
import { modelOf, networkOf, type PairCheckpoint, pairedOf } from "./pair-checkpoint.ts";
import type { PairedDownscaler } from "./paired-downscaler.ts";
import { type PairStart, setUp } from "./set-up.ts";
import { judgementOf, judgePairs, type PairScores } from "./validate.ts";

/** Options of {@link trainPairs}: the recipe, and how to run it. */
export interface TrainPairsOptions extends PairStart, Following<PairProgress> {
  /** Held-out pairs of the same channels and targets. @defaultValue none: the last parameters are the model */
  readonly validate?: PairArchive | StoredPairs;
}

/** How training goes. */
export interface PairProgress extends StepProgress<PairScores, PairCheckpoint> {}

/** Result of {@link trainPairs}. */
export interface TrainedPairs extends Ended<PairScores, PairCheckpoint> {
  /** The best model of all validations; without any, the averaged parameters of the last step. */
  readonly downscaler: PairedDownscaler;
}

/**
 * Train a paired downscaler on the pixels of random crops that have a value, diffusion with the denoising loss and a one-step
 * generator on the fair CRPS. Step n's batch is a
 * function of (seed, n) alone, so that a resumed run equals an uninterrupted one bit for bit on the same machine and thread
 * count, its validations included.
 *
 * @throws ShapeError when an archive does not fit the description; DomainError when it holds a number that is not finite
 * @throws OptionsError when the recipe is inconsistent or differs from the resumed checkpoint's, or `start` has other channels
 * @throws ConvergenceError with status "diverged" when loss, gradient or weights are NaN or infinite
 */
export async function trainPairs(
  archive: PairArchive | StoredPairs,
  description: PairDescription,
  options: TrainPairsOptions = {},
): Promise<TrainedPairs> {
  const { validate, device = "cpu", threads = 1, resume, start } = options;
  const process = noiseProcess(options.process);
  const { given, masked, recipe } = setUp(archive, description, options);
  const network = unet(networkOf(recipe, given, masked));
  checkPairArchive("archive", archive, given, network.multiple);
  if (validate) checkPairArchive("validate", validate, given, network.multiple);
  const root = rng(recipe.seed);
  const { seed, validation: how } = recipe;
  const lesson = pairLessonOf({
    archive,
    recipe,
    description: given,
    masked,
    network,
    process,
    term: lossTerm(options.term),
  });
  // A one-step generator has no process, and refuses one.
  const run = { device, threads, ...(recipe.generator !== "one-step" && { process }) };
  const judge = async (held: PairArchive | StoredPairs, { step, ema }: TrainingState): Promise<Judged<PairScores>> => {
    const model = modelOf({ recipe, description: given, masked }, step, ema, run);
    const judged = await judgePairs(model, held, { seed, ...how });
    await model.dispose();
    return judged;
  };
  const ended = await runTraining<PairScores, PairCheckpoint>({
    ...following(options),
    caller: "trainPairs",
    lesson,
    parameters: start ? inNetworkOrder(network, start.parameters) : lesson.initialize(root.split("network")),
    recipe,
    batches: root.split("batch"),
    ...(resume && { from: resume }),
    ...(validate && {
      judge: { ...how, scores: (state) => judge(validate, state), judgementOf },
    }),
    checkpointOf: ({ best, ...now }) => ({ recipe, description: given, masked, ...now, ...(best && { best }) }),
  });
  return { ...ended, downscaler: pairedOf(ended.checkpoint, run) };
}
