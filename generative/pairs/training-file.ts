/** Checkpoints of training on pairs in files: what resuming needs, checked when it is written and when it is read. */
import { DomainError, FormatError } from "../../engine/errors.ts";
import { loadCheckpoint, saveCheckpoint } from "../../engine/files/checkpoint.ts";
import {
  among,
  type Check,
  either,
  list,
  optional,
  real,
  record,
  text,
  whole,
} from "../../engine/files/plain-checks.ts";
import { groupOf, groupTensors, stateComplaint, stateOf, stateTensors } from "../diffusion/parameters.ts";
import { unet } from "../diffusion/unet.ts";
import { judgementChecks } from "../downscaling/generator/choose-model.ts";
import { withoutParameters } from "../downscaling/generator/loop.ts";
import { descriptionChecks, linksComplaint } from "./configuration.ts";
import { type BestPairs, networkOf, type PairCheckpoint } from "./pair-checkpoint.ts";
import { pairRecipeCheck } from "./recipe.ts";

/** The parts of a checkpoint that are no tensors. */
type Plain = Omit<PairCheckpoint, "state" | "best"> & { readonly best?: Omit<BestPairs, "parameters"> };

const BEST = "best";
const step = whole(1, 2 ** 31);

const scoresCheck: Check = record({
  score: real(),
  targets: list(record({ name: text, crps: real(), spreadSkill: either(among(null), real(0)) }), 1, 64),
});

const shapeCheck: Check = record({
  recipe: pairRecipeCheck,
  description: record(descriptionChecks),
  masked: among(true, false),
  best: optional(record({ step, scores: scoresCheck, ...judgementChecks })),
  worse: whole(0, 2 ** 31),
});

const plainCheck: Check = (value, at) =>
  shapeCheck(value, at) ?? linksComplaint((value as Plain).description, `${at}.description`);

/**
 * Write a checkpoint under a run's directory; returns the file's path.
 *
 * @param directory - of the run, in which `checkpoints/` lies
 * @throws DomainError where a number is not finite, or the recipe is none
 */
export async function savePairTraining(directory: string, checkpoint: PairCheckpoint): Promise<string> {
  const { state, best, ...rest } = checkpoint;
  const plain: Plain = { ...rest, ...(best && { best: withoutParameters(best) }) };
  const tensors = { ...stateTensors(state), ...(best && groupTensors(BEST, best.parameters)) };
  const complaint = plainCheck(plain, "checkpoint") ?? tensorComplaint(new Map(Object.entries(tensors)), plain);
  if (complaint !== undefined) {
    throw new DomainError(`savePairTraining: ${complaint}; the checkpoints before it are kept`);
  }
  return saveCheckpoint(directory, { step: state.step, tensors, state: plain });
}

/**
 * Read what {@link savePairTraining} wrote.
 *
 * @param path - a file that {@link savePairTraining} wrote
 * @throws FormatError when the file is damaged or holds something else
 */
export async function loadPairTraining(path: string): Promise<PairCheckpoint> {
  const { step: done, tensors, state } = await loadCheckpoint(path);
  const fail = (message: string): never => {
    throw new FormatError(path, "checkpoint", message, "give a file written by savePairTraining that was not changed");
  };
  const wrong = plainCheck(state, "the checkpoint");
  if (wrong !== undefined) fail(wrong);
  const { best, ...plain } = state as Plain;
  const complaint = tensorComplaint(tensors, state as Plain);
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

const networkOfPlain = ({ recipe, description, masked }: Pick<Plain, "recipe" | "description" | "masked">) =>
  unet(networkOf(recipe, description, masked));

const tensorComplaint = (tensors: Parameters<typeof stateComplaint>[0], plain: Plain): string | undefined =>
  stateComplaint(tensors, networkOfPlain(plain), plain.best ? [BEST] : []);
