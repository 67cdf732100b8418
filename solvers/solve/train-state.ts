/** What a run needs to go on. */
import { loadCheckpoint } from "../../engine/checkpoint.ts";
import { FormatError } from "../../engine/errors.ts";
import type { NamedTensors } from "../../engine/safetensors.ts";

/** Everything a run depends on between rounds. */
export interface TrainState {
  readonly round: number;
  readonly steps: number;
  readonly seconds: number;
  readonly scale: number;
  readonly grown: boolean;
  /** Lowest loss on a fresh set; infinite before the first. */
  readonly best: number;
  /** Loss on the first fresh set; infinite before. */
  readonly first: number;
  /** Rounds in a row in which no step was accepted. */
  readonly failures: number;
  readonly tensors: NamedTensors;
}

/** Reads what a run left behind. @throws FormatError where it is no checkpoint of a solver */
export async function readTrainState(path: string): Promise<TrainState> {
  const { tensors, state } = await loadCheckpoint(path);
  const plain = state as Omit<TrainState, "tensors"> | null;
  if (typeof plain?.round !== "number" || !tensors.has("theta")) {
    throw new FormatError(path, "checkpoint", "this is no checkpoint of a solver", "give a folder that solve() wrote");
  }
  // JSON has Infinity as a text.
  const [best, first] = [Number(plain.best), Number(plain.first)];
  return { ...plain, best, first, tensors: Object.fromEntries(tensors) };
}
