/** Checkpoints of training in files: what resuming needs, checked when it is written and when it is read. */

import { DomainError, FormatError } from "../../engine/errors.ts";
import { loadCheckpoint, saveCheckpoint } from "../../engine/files/checkpoint.ts";
import {
  among,
  type Check,
  either,
  list,
  optional,
  positive,
  real,
  record,
  text,
  whole,
} from "../../engine/files/plain-checks.ts";
import type { HostTensor } from "../../engine/files/safetensors.ts";
import { stateComplaint, stateOf, stateTensors } from "../diffusion/parameters.ts";
import { unet } from "../diffusion/unet.ts";
import { networkCheck, normalizationCheck } from "./configuration.ts";
import { type DownscalerCheckpoint, networkOf, type TrainingRecipe } from "./train.ts";
import { trainedOnCheck } from "./trained-on.ts";

const COUNT = whole(1, 2 ** 31);
const RATE = real(0, 1e3);

/** Tell what is wrong with the parts of a stored recipe. */
export const recipeChecks = {
  seed: whole(0),
  steps: COUNT,
  factor: whole(1, 256),
  batch: COUNT,
  crop: COUNT,
  network: networkCheck,
  unit: optional(either(among("measured"), positive(1e6))),
  archives: optional(list(text, 1)),
  term: either(among(null), record({ kind: among("wasserstein", "rmse"), weight: real(0), gate: optional(real(0)) })),
  process: optional(text),
  noise: record({ median: optional(positive()), spread: optional(positive()) }),
  peakRate: RATE,
  finalRate: RATE,
  warmup: whole(0, 2 ** 31),
  clipNorm: positive(),
  emaDecay: real(0, 1),
} satisfies Readonly<Record<keyof TrainingRecipe, Check>>;

const recipeCheck: Check = record(recipeChecks);

const stateCheck: Check = record({
  recipe: recipeCheck,
  normalization: normalizationCheck,
  trainedOn: optional(trainedOnCheck),
});

/**
 * Write a checkpoint under a run's directory; returns the file's path.
 *
 * @throws DomainError where a number is not finite, or the recipe is none
 */
export async function saveTraining(directory: string, checkpoint: DownscalerCheckpoint): Promise<string> {
  const { state, ...plain } = checkpoint;
  const tensors = stateTensors(state);
  const complaint = stateCheck(plain, "checkpoint") ?? complaintOf(new Map(Object.entries(tensors)), checkpoint);
  if (complaint !== undefined) throw new DomainError(`saveTraining: ${complaint}; the checkpoints before it are kept`);
  return saveCheckpoint(directory, { step: state.step, tensors, state: plain });
}

/**
 * Read what {@link saveTraining} wrote.
 *
 * @throws FormatError when the file is damaged or holds something else
 */
export async function loadTraining(path: string): Promise<DownscalerCheckpoint> {
  const { step, tensors, state } = await loadCheckpoint(path);
  const fail = (message: string): never => {
    throw new FormatError(path, "checkpoint", message, "give a file written by saveTraining that was not changed");
  };
  const wrong = stateCheck(state, "the checkpoint");
  if (wrong !== undefined) fail(wrong);
  const plain = state as Omit<DownscalerCheckpoint, "state">;
  const complaint = complaintOf(tensors, plain);
  if (complaint !== undefined) fail(complaint);
  if (step > plain.recipe.steps) fail(`it is of step ${step}, but the recipe ends at ${plain.recipe.steps}`);
  return { ...plain, state: stateOf(tensors, unet(networkOf(plain.recipe)), step) };
}

/** What is wrong with tensors, in words. */
function complaintOf(
  tensors: ReadonlyMap<string, HostTensor>,
  plain: Pick<DownscalerCheckpoint, "recipe" | "normalization">,
): string | undefined {
  if (plain.recipe.factor !== plain.normalization.factor) {
    return `the recipe refines by ${plain.recipe.factor}, the normalization by ${plain.normalization.factor}`;
  }
  return stateComplaint(tensors, unet(networkOf(plain.recipe)));
}
