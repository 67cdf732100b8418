/** The options and the state that a recorded run goes on with, and the check that it is the same run. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { DomainError, FormatError, OptionsError } from "../../engine/errors.ts";
import { loadLatestCheckpoint } from "../../engine/files/checkpoint.ts";
import { recordToJson } from "../../engine/files/json.ts";
import { isPlainObject } from "../../engine/files/plain-checks.ts";
import { readRunOptions } from "../../engine/files/run.ts";
import { problemToJson } from "../problem/json.ts";
import type { Problem } from "../problem/problem.ts";
import { withBlas } from "./blas.ts";
import { inTodaysNames } from "./enforcement.ts";
import type { ResolvedOptions, SolveOptions } from "./options.ts";
import { readTrainState, type TrainState } from "./train-state.ts";

/** The linear algebra of the run to go on with, where nothing else is asked for: the one that it began with. */
export async function blasOfRun({ resume, blas }: Pick<SolveOptions, "resume" | "blas">): Promise<string> {
  if (resume === undefined || blas !== undefined || !existsSync(join(resume, "options.json"))) return blas ?? "auto";
  const before = withBlas(await readRunOptions(resume));
  return isPlainObject(before) && typeof before["blas"] === "string" ? before["blas"] : "auto";
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
  const before = withoutFixed(withBlas(inTodaysNames(await readRunOptions(folder))));
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
  lbfgs: { decrease: 1e-4, curvature: 0.9, searchEvaluations: 25 },
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
