/**
 * Checkpoints: one safetensors file each, so that tensors and state cannot disagree. The state (step, random streams,
 * options) travels as JSON in the file's metadata.
 */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { DomainError, FormatError } from "./errors.ts";
import { recordToJson } from "./json.ts";
import { type NamedTensors, readSafetensors, type StoredTensor, writeSafetensors } from "./safetensors.ts";

/** What {@link saveCheckpoint} stores. */
export interface Checkpoint {
  /** Training step that was completed, ≥ 0. */
  readonly step: number;
  /** Parameters, optimizer moments, points: whatever resuming needs, bit for bit. */
  readonly tensors: NamedTensors;
  /** Plain data beside the tensors, such as `Rng.state()`. @defaultValue null */
  readonly state?: unknown;
}

/** What {@link loadCheckpoint} gives back. */
export interface LoadedCheckpoint {
  readonly step: number;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly state: unknown;
}

const FOLDER = "checkpoints";
const FILE = /^step-(\d{8,})\.safetensors$/;
const STATE_KEY = "monge";

/**
 * Write `checkpoints/step-00000100.safetensors` under a run's directory, atomically; the same step again replaces it.
 *
 * @param directory - the run's directory
 * @returns the file's path
 * @throws DomainError if `step` is not a non-negative safe integer
 * @throws ShapeError if a tensor's data does not fit its shape
 */
export async function saveCheckpoint(directory: string, { step, tensors, state = null }: Checkpoint): Promise<string> {
  if (!(Number.isSafeInteger(step) && step >= 0)) {
    throw new DomainError(`saveCheckpoint: step is ${step}; a non-negative integer is needed`, step);
  }
  const folder = join(directory, FOLDER);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `step-${String(step).padStart(8, "0")}.safetensors`);
  await writeSafetensors(path, tensors, { [STATE_KEY]: recordToJson({ step, state }) });
  return path;
}

/**
 * Read what {@link saveCheckpoint} wrote.
 *
 * @throws FormatError if the file is damaged or no checkpoint
 */
export async function loadCheckpoint(path: string): Promise<LoadedCheckpoint> {
  const { tensors, metadata } = await readSafetensors(path);
  const text = metadata[STATE_KEY];
  if (text === undefined) {
    throw new FormatError(path, "checkpoint", `no metadata "${STATE_KEY}"`, "give a file written by saveCheckpoint");
  }
  let stored: { readonly step?: unknown; readonly state?: unknown };
  try {
    stored = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(path, "checkpoint", `metadata "${STATE_KEY}" is not JSON`, "the file is damaged", { cause });
  }
  if (typeof stored?.step !== "number") {
    throw new FormatError(path, "checkpoint", "the state has no step", "give a file written by saveCheckpoint");
  }
  return { step: stored.step, tensors, state: stored.state };
}

/** Path of the checkpoint with the highest step under a run's directory, or undefined if there is none. */
export async function latestCheckpoint(directory: string): Promise<string | undefined> {
  const names = await readdir(join(directory, FOLDER)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  let best: { readonly step: number; readonly name: string } | undefined;
  for (const name of names) {
    const step = Number(FILE.exec(name)?.[1] ?? -1);
    if (step > (best?.step ?? -1)) best = { step, name };
  }
  return best && join(directory, FOLDER, best.name);
}
