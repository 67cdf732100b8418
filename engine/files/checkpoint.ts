/**
 * Checkpoints: one safetensors file each, so that tensors and state cannot disagree. The state (step, random streams,
 * options) travels as JSON in the file's metadata.
 */

import { DomainError, FormatError, isMongeError } from "../errors.ts";
import { mkdir, readdir } from "../platform/files.ts";
import { join } from "../platform/paths.ts";
import { recordToJson } from "./json.ts";
import { parseObject } from "./json-keys.ts";
import { type HostTensor, type NamedTensors, readSafetensors, writeSafetensors } from "./safetensors.ts";

const FOLDER = "checkpoints";
const FILE = /^step-(\d{8,})\.safetensors$/;
const STATE_KEY = "monge";

/**
 * Write `checkpoints/step-00000100.safetensors` under a run's directory, atomically; the same step again replaces it.
 *
 * @param directory - the run's directory
 * @param checkpoint - the step, its tensors and plain data
 * @returns the file's path
 * @throws DomainError if `step` is not a non-negative safe integer
 * @throws ShapeError if a tensor's data does not fit its shape
 */
export async function saveCheckpoint(
  directory: string,
  checkpoint: {
    /** Training step that was completed, ≥ 0. */
    readonly step: number;
    /** Parameters, optimizer moments, points: whatever resuming needs, bit for bit. */
    readonly tensors: NamedTensors;
    /** Plain data beside the tensors, such as `Rng.state()`. @defaultValue null */
    readonly state?: unknown;
  },
): Promise<string> {
  const { step, tensors, state = null } = checkpoint;
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
 * @param path - a file that {@link saveCheckpoint} wrote
 * @throws FormatError if the file is damaged or no checkpoint
 */
export async function loadCheckpoint(path: string): Promise<{
  /** Steps done when it was saved, ≥ 0. */
  readonly step: number;
  /** By name: shape and row-major data. */
  readonly tensors: ReadonlyMap<string, HostTensor>;
  /** The JSON value that was saved; whoever reads it checks it. */
  readonly state: unknown;
}> {
  const { tensors, metadata } = await readSafetensors(path);
  const { step, state } = plainMetadata(path, metadata, {
    key: STATE_KEY,
    format: "checkpoint",
    writer: "saveCheckpoint",
  });
  if (!(Number.isSafeInteger(step) && (step as number) >= 0)) {
    const hint = "give a file written by saveCheckpoint";
    throw new FormatError(path, "checkpoint", `its step is ${JSON.stringify(step) ?? "missing"}`, hint);
  }
  return { step: step as number, tensors, state };
}

/**
 * Read the newest checkpoint of a run.
 *
 * @param directory - of the run, in which `checkpoints/` lies
 * @param load - reads one file, and throws MongeError where it is damaged
 * @returns nothing where there is no checkpoint
 * @throws FormatError where the newest one is damaged: names it, and the newest sound one before it
 */
export async function loadLatestCheckpoint<T>(
  directory: string,
  load: (path: string) => Promise<T>,
): Promise<T | undefined> {
  const [newest, ...older] = await checkpointsOf(directory);
  if (newest === undefined) return undefined;
  try {
    return await load(newest);
  } catch (cause) {
    if (!isMongeError(cause)) throw cause;
    const what = cause.message.startsWith(newest) ? cause.message.slice(newest.length + 2) : cause.message;
    const before = await firstSound(older, load);
    const hint =
      before === undefined
        ? "no older checkpoint is sound: start anew"
        : `remove that file, and the run goes on from the one before it, ${before}`;
    throw new FormatError(newest, "checkpoint", `the newest checkpoint is damaged (${what})`, hint, { cause });
  }
}

/**
 * Reads all checkpoints of a run, from the highest step down.
 *
 * @param directory - of the run, in which `checkpoints/` lies
 * @throws FormatError where one is damaged
 */
export async function loadCheckpoints(
  directory: string,
): Promise<readonly Awaited<ReturnType<typeof loadCheckpoint>>[]> {
  return Promise.all((await checkpointsOf(directory)).map(loadCheckpoint));
}

/**
 * Path of the checkpoint with the highest step under a run's directory, or undefined if there is none.
 *
 * @param directory - of the run, in which `checkpoints/` lies
 */
export async function latestCheckpoint(directory: string): Promise<string | undefined> {
  return (await checkpointsOf(directory))[0];
}

/** Paths of all checkpoints, from the highest step down. */
async function checkpointsOf(directory: string): Promise<readonly string[]> {
  const names = await readdir(join(directory, FOLDER)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const stepOf = (name: string) => Number(FILE.exec(name)?.[1]);
  const found = names.filter((name) => FILE.test(name)).sort((a, b) => stepOf(b) - stepOf(a));
  return found.map((name) => join(directory, FOLDER, name));
}

async function firstSound(
  paths: readonly string[],
  load: (path: string) => Promise<unknown>,
): Promise<string | undefined> {
  for (const path of paths) {
    try {
      await load(path);
      return path;
    } catch (error) {
      if (!isMongeError(error)) throw error;
    }
  }
  return undefined;
}

/** Kind of the file. */
interface PlainMetadata {
  /** Name of the only entry. */
  readonly key: string;
  /** Kind of file, for errors. */
  readonly format: string;
  /** Function that writes such files, for errors. */
  readonly writer: string;
}

/**
 * The object that stands in a file's metadata.
 *
 * @throws FormatError where there is none, something else beside it, or it is damaged
 */
export function plainMetadata(
  path: string,
  metadata: Readonly<Record<string, string>>,
  { key, format, writer }: PlainMetadata,
): Readonly<Record<string, unknown>> {
  const fail = (message: string, hint: string, cause?: unknown): never => {
    throw new FormatError(path, format, message, hint, { cause });
  };
  const json = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  if (json === undefined) return fail(`no metadata "${key}"`, `give a file written by ${writer}`);
  const other = Object.keys(metadata).find((name) => name !== key);
  if (other !== undefined) {
    return fail(
      `metadata ${JSON.stringify(other.slice(0, 60))} beside "${key}"`,
      "the file is damaged, or was changed",
    );
  }
  return parseObject(`metadata "${key}"`, json, (message, cause) => fail(message, "the file is damaged", cause));
}
