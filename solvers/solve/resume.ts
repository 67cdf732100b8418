/** The options and the state that a recorded run goes on with, and the check that it is the same run. */

import {
  among,
  type Check,
  either,
  isPlainObject,
  optional,
  positive,
  real,
  record,
  whole,
} from "../../engine/checks.ts";
import { DomainError, FormatError, isMongeError, OptionsError } from "../../engine/errors.ts";
import { loadCheckpoint, loadLatestCheckpoint } from "../../engine/files/checkpoint.ts";
import { notFinite } from "../../engine/files/finite.ts";
import { recordToJson } from "../../engine/files/json.ts";
import { readRunOptions } from "../../engine/files/run.ts";
import type { NamedTensors } from "../../engine/files/safetensors.ts";
import { existsSync } from "../../engine/platform/files.ts";
import { basename, join } from "../../engine/platform/paths.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { problemToJson } from "../../equations/problem/index.ts";
import { recordedSampler } from "../sampler/recorded.ts";
import type { Sampler } from "../sampler/sampler.ts";
import type { SolveOptions } from "../solution/options.ts";
import { inTodaysNames } from "../solution/solution-record.ts";
import type { ResolvedOptions } from "./network-options.ts";

/** The linear algebra of the run to go on with, where nothing else is asked for: the one that it began with. */
export async function blasOfRun({ resume, blas }: Pick<SolveOptions, "resume" | "blas">): Promise<string> {
  if (resume === undefined || blas !== undefined || !existsSync(join(resume, "options.json"))) return blas ?? "auto";
  const before = withBlas(await readRunOptions(resume));
  return isPlainObject(before) && typeof before["blas"] === "string" ? before["blas"] : "auto";
}

/** Options as they were recorded before there was a choice: without a BLAS. */
function withBlas(stored: unknown): unknown {
  if (!isPlainObject(stored) || !("optimizer" in stored) || "blas" in stored) return stored;
  return { ...stored, blas: "none" };
}

/** Options with the sampler in today's terms. */
function withSampler(stored: unknown): unknown {
  if (!isPlainObject(stored) || !isPlainObject(stored["sampler"])) return stored;
  return { ...stored, sampler: recordedSampler(stored["sampler"] as unknown as Sampler) };
}

/** True for the run of an automatic solve, which evaluates the network in the end. */
export async function isOfAutomatic(folder: string): Promise<boolean> {
  if (!existsSync(join(folder, "options.json"))) return false;
  const before = await readRunOptions(folder);
  return isPlainObject(before) && before["automatic"] === true;
}

/** Options that a resumed run may change, and entries that are no options. */
const free = ["budget", "threads", "automatic"];

/**
 * The last checkpoint of a run.
 *
 * @throws FormatError where the folder holds no run of a solver, or none with a checkpoint
 * @throws OptionsError that names the first option, or part of the problem, that differs from the run's
 * @throws DomainError where the run has ended
 */
export async function lastState(folder: string, problem: Problem, resolved: ResolvedOptions): Promise<TrainState> {
  const path = join(folder, "options.json");
  if (!existsSync(path)) throw new FormatError(folder, "run", "no options.json in it", "give the folder of a run");
  if (existsSync(join(folder, "result.json")))
    throw new DomainError(`solve: the run in ${folder} has ended; start another one`, folder);
  const before = withoutFixed(withSampler(withBlas(inTodaysNames(await readRunOptions(folder)))));
  const now = withoutFixed(JSON.parse(recordToJson({ problem: problemToJson(problem), ...resolved })));
  const at = firstDifference(without(before), without(now), []);
  if (at) {
    const [where, was, is] = at;
    const message = `solve: ${where} is ${is}, but the run in ${folder} has ${was}; resume it as it began`;
    throw new OptionsError(message, where, is);
  }
  const state = await loadLatestCheckpoint(folder, readTrainState);
  if (state === undefined) {
    const message = `${basename(folder)} has no checkpoint`;
    throw new FormatError(folder, "run", message, "start anew, or lower `checkpointEvery`");
  }
  return state;
}

/** Options of earlier versions, by kind, with the values that they have for all runs now. */
const fixedNow: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "gauss-newton": { refine: 0, floor: 1e-16, trials: 20 },
  adversarial: { balance: 0.1 },
  gaussianMixture: {
    weights: "unbiased",
    spread: 0.3,
    temperatures: [0.1, 0.2, 0.4, 0.7, 1, 1, 1],
    inflation: 1.1,
    leastWeight: 0.02,
  },
};

/** Recorded options without those that are fixed now, where they have these values. */
function withoutFixed(stored: unknown): unknown {
  if (!isPlainObject(stored)) return stored;
  const fixed = fixedNow[String(stored["kind"])] ?? {};
  return Object.fromEntries(
    Object.entries(stored)
      .filter(([key, value]) => !(key in fixed && JSON.stringify(value) === JSON.stringify(fixed[key])))
      .map(([key, value]) => [key, withoutFixed(value)]),
  );
}

const without = (options: unknown): unknown =>
  Object.fromEntries(Object.entries(options ?? {}).filter(([key]) => !free.includes(key)));

/** The first difference of two pieces of JSON. */
function firstDifference(
  a: unknown,
  b: unknown,
  path: readonly string[],
): readonly [string, string, string] | undefined {
  if (Object.is(a, b)) return undefined;
  const objects = typeof a === "object" && typeof b === "object" && a !== null && b !== null;
  if (!objects) {
    const show = (v: unknown) => (v === undefined ? "nothing" : JSON.stringify(v)).slice(0, 80);
    return [path.join(".") || "options", show(a), show(b)];
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = firstDifference(left[key], right[key], [...path, key]);
    if (found) return found;
  }
  return undefined;
}

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

/**
 * Restores what is resumed.
 *
 * @throws FormatError that names the checkpoint's file where its tensors are not those that are needed
 */
export function restoring<T>({ path }: TrainState, restore: () => T): T {
  try {
    return restore();
  } catch (cause) {
    if (path === undefined || !isMongeError(cause)) throw cause;
    throw new FormatError(path, "checkpoint", cause.message, "remove it to go on from the one before it", { cause });
  }
}
