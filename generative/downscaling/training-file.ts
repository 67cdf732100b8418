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
import { groupOf, groupTensors, stateComplaint, stateOf, stateTensors } from "../diffusion/parameters.ts";
import { unet } from "../diffusion/unet.ts";
import { networkCheck, normalizationCheck, samplingCheck } from "./configuration.ts";
import { judgementChecks } from "./generator/choose-model.ts";
import { generatorNames } from "./generator/generator.ts";
import { withoutParameters } from "./generator/loop.ts";
import { networkOf, type TrainingRecipe } from "./recipe.ts";
import type { BestDownscaler, DownscalerCheckpoint } from "./train.ts";
import { trainedOnCheck } from "./trained-on.ts";
import { scoresCheck, validationCheck } from "./validation.ts";

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
  generator: optional(among(...generatorNames)),
  oneStep: optional(
    record({
      members: optional(whole(2, 1024)),
      scales: optional(list(whole(1, 2 ** 16), 1, 32)),
    }),
  ),
  term: either(among(null), record({ name: text, weight: real(0), mixed: optional(among(true)) })),
  process: optional(text),
  noise: record({ median: optional(positive()), spread: optional(positive()) }),
  peakRate: RATE,
  finalRate: RATE,
  warmup: whole(0, 2 ** 31),
  clipNorm: positive(),
  emaDecay: real(0, 1),
  target: optional(among("residual", "field")),
  divisor: optional(positive(1e6)),
  dropout: optional(real(0, 1)),
  beta2: optional(real(0, 1)),
  sampling: optional(samplingCheck),
  validation: optional(validationCheck),
} satisfies Readonly<Record<keyof Omit<TrainingRecipe, "preset">, Check>>;

const recipeCheck: Check = record(recipeChecks);

/** What a checkpoint says besides its tensors. */
type Plain = Omit<DownscalerCheckpoint, "state" | "best"> & { readonly best?: Omit<BestDownscaler, "parameters"> };

const plainCheck: Check = record({
  recipe: recipeCheck,
  normalization: normalizationCheck,
  archives: optional(list(text, 1)),
  trainedOn: optional(trainedOnCheck),
  best: optional(record({ step: COUNT, scores: scoresCheck, ...judgementChecks })),
  worse: optional(whole(0)),
});

/** Group of the tensors of the best model. */
const BEST = "best";

/**
 * Write a checkpoint under a run's directory; returns the file's path.
 *
 * @param directory - of the run, in which `checkpoints/` lies
 * @throws DomainError where a number is not finite, or the recipe is none
 */
export async function saveTraining(directory: string, checkpoint: DownscalerCheckpoint): Promise<string> {
  const { state, best, ...rest } = checkpoint;
  const plain: Plain = { ...rest, ...(best && { best: withoutParameters(best) }) };
  const tensors = { ...stateTensors(state), ...(best && groupTensors(BEST, best.parameters)) };
  const complaint = plainCheck(plain, "checkpoint") ?? complaintOf(new Map(Object.entries(tensors)), plain);
  if (complaint !== undefined) throw new DomainError(`saveTraining: ${complaint}; the checkpoints before it are kept`);
  return saveCheckpoint(directory, { step: state.step, tensors, state: { ...plain } });
}

/**
 * Read what {@link saveTraining} wrote.
 *
 * @param path - a file that {@link saveTraining} wrote
 * @throws FormatError when the file is damaged or holds something else
 */
export async function loadTraining(path: string): Promise<DownscalerCheckpoint> {
  const { step, tensors, state } = await loadCheckpoint(path);
  const fail = (message: string): never => {
    throw new FormatError(path, "checkpoint", message, "give a file written by saveTraining that was not changed");
  };
  const wrong = plainCheck(state, "the checkpoint");
  if (wrong !== undefined) fail(wrong);
  const { best, ...plain } = state as unknown as Plain;
  const complaint = complaintOf(tensors, { best, ...plain } as Plain);
  if (complaint !== undefined) fail(complaint);
  if (step > plain.recipe.steps) fail(`it is of step ${step}, but the recipe ends at ${plain.recipe.steps}`);
  const network = unet(networkOf(plain.recipe.network, plain.archives, plain.recipe.generator));
  const found = best && { best: { ...best, parameters: groupOf(tensors, network, BEST) } };
  return { ...plain, ...found, state: stateOf(tensors, network, step) };
}

/** What is wrong with tensors, in words. */
function complaintOf(tensors: ReadonlyMap<string, HostTensor>, plain: Plain): string | undefined {
  if (plain.recipe.factor !== plain.normalization.factor) {
    return `the recipe refines by ${plain.recipe.factor}, the normalization by ${plain.normalization.factor}`;
  }
  return stateComplaint(
    tensors,
    unet(networkOf(plain.recipe.network, plain.archives, plain.recipe.generator)),
    plain.best ? [BEST] : [],
  );
}
