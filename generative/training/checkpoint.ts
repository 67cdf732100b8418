/** Checkpoint of a training: all that resuming needs, the model in it, and its file. */
import { among, type Check, isPlainObject, optional, record, whole } from "../../engine/checks.ts";
import { DomainError, FormatError } from "../../engine/errors.ts";
import { loadCheckpoint, saveCheckpoint } from "../../engine/files/checkpoint.ts";
import type { TrainingState } from "../../engine/training/training.ts";
import type { CompiledDenoiserOptions } from "../diffusion/denoiser.ts";
import { groupOf, groupTensors, parametersOf, stateComplaint, stateOf, stateTensors } from "../diffusion/parameters.ts";
import { type UnetSizes, unet } from "../diffusion/unet.ts";
import {
  descriptionChecks,
  descriptionComplaint,
  type ModelConfiguration,
  type ModelDescription,
  networkEnds,
} from "../model/configuration.ts";
import { Downscaler } from "../model/downscaler.ts";
import { withoutGenerator } from "../model/model-file.ts";
import { judgementCheck } from "./choose-model.ts";
import { type Best, withoutParameters } from "./loop.ts";
import { type ResolvedRecipe, recipeCheck } from "./recipe.ts";
import { scoresCheck } from "./validation.ts";

/** Whatever resuming needs. */
export interface TrainingCheckpoint {
  /** With all defaults filled in. */
  readonly recipe: ResolvedRecipe;
  /** Channels, targets, and what inputs are compared with. */
  readonly description: ModelDescription;
  /** True if the network is given which pixels of each target have a value. */
  readonly masked: boolean;
  /** Parameters, their averages, moments and step. */
  readonly state: TrainingState;
  /** Of the validations so far. @defaultValue none yet */
  readonly best?: Best;
  /** Validations since the best one. */
  readonly worse: number;
}

/** Sizes of the network of a training. */
export const networkOf = (
  { network }: Pick<ResolvedRecipe, "network">,
  description: ModelDescription,
  masked: boolean,
): UnetSizes => ({ ...network, ...networkEnds(description, masked) });

/**
 * The downscaler at a checkpoint: the best so far; without one, or with `last`, its averaged parameters.
 *
 * @param options - `last` chooses the parameters; the rest says how the network runs
 */
export function downscalerOf(
  { recipe, description, masked, best, state }: Omit<TrainingCheckpoint, "worse">,
  options: CompiledDenoiserOptions & { readonly last?: boolean } = {},
): Downscaler {
  const { last = false, ...run } = options;
  const [step, stored] = best === undefined || last ? [state.step, state.ema] : [best.step, best.parameters];
  const { process, sampling } = recipe;
  const configuration: ModelConfiguration = {
    network: networkOf(recipe, description, masked),
    ...description,
    ...(masked && { masked }),
    process,
    ...(sampling && { sampling }),
    provenance: { step, recipe },
  };
  return new Downscaler(configuration, parametersOf("downscalerOf", unet(configuration.network), stored), run);
}

/** The parts of a checkpoint that are no tensors. */
type Plain = Omit<TrainingCheckpoint, "state" | "best"> & { readonly best?: Omit<Best, "parameters"> };

/** Group of the tensors of the best model. */
const BEST = "best";

const shapeCheck: Check = record({
  recipe: recipeCheck,
  description: record(descriptionChecks),
  masked: among(true, false),
  best: optional(
    record({
      step: whole(0, 2 ** 31),
      scores: scoresCheck,
      judgement: judgementCheck,
      least: optional(judgementCheck),
    }),
  ),
  worse: whole(0, 2 ** 31),
});

const plainCheck: Check = (value, at) =>
  shapeCheck(value, at) ?? descriptionComplaint((value as Plain).description, `${at}.description`);

const networkOfPlain = ({ recipe, description, masked }: Pick<Plain, "recipe" | "description" | "masked">) =>
  unet(networkOf(recipe, description, masked));

const tensorComplaint = (tensors: Parameters<typeof stateComplaint>[0], plain: Plain): string | undefined =>
  stateComplaint(tensors, networkOfPlain(plain), plain.best ? [BEST] : []);

/**
 * Write a checkpoint under a run's directory; returns the file's path.
 *
 * @param directory - of the run, in which `checkpoints/` lies
 * @throws DomainError where a number is not finite, or the recipe is none
 */
export async function saveTraining(directory: string, checkpoint: TrainingCheckpoint): Promise<string> {
  const { state, best, ...rest } = checkpoint;
  const plain: Plain = { ...rest, ...(best && { best: withoutParameters(best) }) };
  const tensors = { ...stateTensors(state), ...(best && groupTensors(BEST, best.parameters)) };
  const complaint = plainCheck(plain, "checkpoint") ?? tensorComplaint(new Map(Object.entries(tensors)), plain);
  if (complaint !== undefined) throw new DomainError(`saveTraining: ${complaint}; the checkpoints before it are kept`);
  return saveCheckpoint(directory, { step: state.step, tensors, state: { ...plain } });
}

/**
 * Read what {@link saveTraining} wrote.
 *
 * @param path - a file that {@link saveTraining} wrote
 * @throws FormatError when the file is damaged or holds something else
 */
export async function loadTraining(path: string): Promise<TrainingCheckpoint> {
  const { step: done, tensors, state: stored } = await loadCheckpoint(path);
  const fail = (message: string, hint = "give a file written by saveTraining that was not changed"): never => {
    throw new FormatError(path, "checkpoint", message, hint);
  };
  const state = withoutGenerator(path, "checkpoint", stored, "recipe");
  if (isPlainObject(state) && "recipe" in state && !isOfToday(state["recipe"])) {
    fail("it is of a training that an earlier version began, which this one cannot go on with", "train again");
  }
  const wrong = plainCheck(state, "the checkpoint");
  if (wrong !== undefined) fail(wrong);
  const { best, ...plain } = state as unknown as Plain;
  const complaint = tensorComplaint(tensors, state as unknown as Plain);
  if (complaint !== undefined) fail(complaint);
  for (const [what, at] of Object.entries({ it: done, "its best model": best?.step ?? 0 })) {
    if (at > plain.recipe.steps) fail(`${what} is of step ${at}, but the recipe ends at ${plain.recipe.steps}`);
  }
  const network = networkOfPlain(plain);
  return {
    ...plain,
    state: stateOf(tensors, network, done),
    ...(best && { best: { ...best, parameters: groupOf(tensors, network, BEST) } }),
  };
}

/** Recipes of before did not say what they left at its default. */
const isOfToday = (recipe: unknown): boolean => isPlainObject(recipe) && "beta2" in recipe;
