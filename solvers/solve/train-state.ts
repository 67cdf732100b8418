/** The state that a run needs to go on. */

import { DomainError, FormatError, isMongeError } from "../../engine/errors.ts";
import { loadCheckpoint } from "../../engine/files/checkpoint.ts";
import { notFinite } from "../../engine/files/finite.ts";
import { among, type Check, either, optional, positive, real, record, whole } from "../../engine/files/plain-checks.ts";
import type { NamedTensors } from "../../engine/files/safetensors.ts";

/** Everything a run depends on between rounds. */
export interface TrainState {
  readonly round: number;
  readonly steps: number;
  readonly seconds: number;
  /** Absent in checkpoints of earlier versions. */
  readonly processorSeconds?: number;
  readonly scale: number;
  readonly grown: boolean;
  /** Lowest loss on a fresh set; infinite before the first. */
  readonly best: number;
  /** Loss on the first fresh set; infinite before. */
  readonly first: number;
  /** Rounds in a row in which no step was accepted. */
  readonly failures: number;
  readonly tensors: NamedTensors;
  /** The file that it was read from. */
  readonly path?: string;
}

const stateCheck: Check = record({
  round: whole(0),
  steps: whole(0),
  seconds: real(0),
  processorSeconds: optional(real(0)),
  scale: positive(),
  grown: among(true, false),
  best: either(among("Infinity"), real(0)),
  first: either(among("Infinity"), real(0)),
  failures: whole(0),
});

/** Reports of samplers have NaN for what was not measured yet; everything else decides how a run goes on. */
const decides = (name: string): boolean => !name.endsWith("report");

/** Checks a state that is to be saved. @throws DomainError where a number is not finite */
export function checkTrainState({ tensors }: TrainState): void {
  const complaint = notFinite(tensors, decides);
  if (complaint === undefined) return;
  throw new DomainError(`solve: ${complaint}; no checkpoint is written of this, those before it are kept`);
}

/** Reads what a run left behind. @throws FormatError where it is no checkpoint of a solver */
export async function readTrainState(path: string): Promise<TrainState> {
  const { step, tensors, state } = await loadCheckpoint(path);
  const fail = (message: string): never => {
    const hint = "this is no checkpoint of a solver, or a damaged one: give the folder of a run";
    throw new FormatError(path, "checkpoint", message, hint);
  };
  const complaint = stateCheck(state, "the checkpoint") ?? notFinite(tensors, decides);
  if (complaint !== undefined) fail(complaint);
  const plain = state as Omit<TrainState, "tensors">;
  if (plain.round !== step) fail(`it is of step ${step} and of round ${plain.round}`);
  if (!tensors.has("theta")) fail('tensor "theta" is missing');
  // JSON has Infinity as a text.
  const [best, first] = [Number(plain.best), Number(plain.first)];
  return { ...plain, best, first, tensors: Object.fromEntries(tensors), path };
}

/** Restores what is resumed. @throws FormatError that names the checkpoint's file where its tensors are not those that are needed */
export function restoring<T>({ path }: TrainState, restore: () => T): T {
  try {
    return restore();
  } catch (cause) {
    if (path === undefined || !isMongeError(cause)) throw cause;
    throw new FormatError(path, "checkpoint", cause.message, "remove it to go on from the one before it", { cause });
  }
}
