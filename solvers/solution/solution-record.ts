/** The stored record of solutions beside their parameters, and its checks. */

import {
  among,
  anything,
  type Check,
  either,
  fields,
  isPlainObject,
  list,
  optional,
  real,
  record,
  text,
  whole,
} from "../../engine/checks.ts";
import { DomainError, FormatError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { notFinite } from "../../engine/files/finite.ts";
import { getOwn } from "../../engine/files/get-own.ts";
import { readSafetensors, writeSafetensors } from "../../engine/files/safetensors.ts";
import { readSealedJson, sealedJson } from "../../engine/files/sealed-json.ts";
import { existsSync, mkdir } from "../../engine/platform/files.ts";
import { createHash } from "../../engine/platform/hashing.ts";
import { join } from "../../engine/platform/paths.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { problemToJson } from "../../equations/problem/index.ts";
import type { Enforcement } from "./options.ts";
import type { ErrorEstimate, SolutionReport } from "./solution.ts";

/** Numbers of a report may have no value, which JSON writes as text, and wrote as null. */
const measured = either(among(null, "NaN", "Infinity", "-Infinity"), real());

/** Tells what is wrong with a stored report. */
const reportCheck: Check = (value, at) => todaysReport(inTodaysNames(value), at);

const todaysReport: Check = record({
  status: among("converged", "budget", "diverged", "aborted", "stalled", "doubtful"),
  reason: optional(text),
  seconds: real(0),
  processorSeconds: optional(real(0)),
  steps: whole(0),
  rounds: whole(0),
  residual: measured,
  scale: measured,
  conditions: among("exact", "penalty"),
  exactConditions: list(text),
  penalizedConditions: list(text),
  constants: fields(record({ value: real(), standardDeviation: optional(measured) })),
  estimate: optional(
    record({
      relativeL2: measured,
      unknowns: optional(fields(measured)),
      quantities: optional(fields(measured)),
      gradient: optional(measured),
      end: optional(measured),
      rows: optional(fields(measured)),
      by: text,
      advice: optional(text),
    }),
  ),
  method: optional(list(text)),
});

/** Tells what is wrong with digests of parameters; older files have none. */
const digestCheck: Check = optional(text);

const numberOf = (stored: unknown): number => (stored === null ? Number.NaN : Number(stored));

/**
 * A report as it was, from one that passes {@link reportCheck}. Older ones have finite standard deviations without
 * observations, which mean nothing and are left out.
 *
 * @param problem - that it is of
 */
export function reportOf(written: unknown, { observations }: Pick<Problem, "observations">): SolutionReport {
  const stored = inTodaysNames(written) as SolutionReport;
  const known = (size: unknown) => size !== undefined && (observations.length > 0 || !Number.isFinite(numberOf(size)));
  const constants = Object.entries(stored.constants).map(([name, { value, standardDeviation }]) => [
    name,
    {
      value,
      ...(known(standardDeviation) && { standardDeviation: numberOf(standardDeviation) }),
    },
  ]);
  const { residual, scale, estimate } = stored;
  return {
    ...stored,
    ...{ residual: numberOf(residual), scale: numberOf(scale), constants: Object.fromEntries(constants) },
    ...(estimate && { estimate: estimateOf(estimate) }),
  };
}

function estimateOf({ relativeL2, unknowns, quantities, gradient, end, rows, ...rest }: ErrorEstimate): ErrorEstimate {
  const numbersOf = (of: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(of).map(([name, size]) => [name, numberOf(size)]));
  return {
    ...{ ...rest, relativeL2: numberOf(relativeL2) },
    ...(unknowns && { unknowns: numbersOf(unknowns) }),
    ...(quantities && { quantities: numbersOf(quantities) }),
    ...(gradient !== undefined && { gradient: numberOf(gradient) }),
    ...(end !== undefined && { end: numberOf(end) }),
    ...(rows && { rows: numbersOf(rows) }),
  };
}

/** Name of the record of a solution. */
export const solutionName = "solution";

/** Digest by which a record knows its parameters: two files that lie side by side may be of two solutions. */
const digestOf = (theta: Float64Array): string =>
  createHash("sha256")
    .update(new Uint8Array(theta.buffer, theta.byteOffset, theta.byteLength))
    .digest("hex");

/** A stored problem and report, with what a kind of solution adds. */
export type StoredRecord<T> = T & { readonly problem: unknown; readonly report: unknown };

/**
 * Writes `NAME.json` and `NAME.safetensors` into a folder, each whole or not at all, with checksums.
 *
 * @throws DomainError where a number is not finite
 */
export async function saveRecord(
  folder: string,
  name: string,
  { problem, report, ...more }: { readonly problem: Problem; readonly report: SolutionReport },
  theta: Float64Array,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const [json, numbers] = filesOf(folder, name);
  const tensors = { theta: { shape: [theta.length], data: theta } };
  const complaint = notFinite(tensors);
  if (complaint !== undefined) throw new DomainError(`${numbers}: ${complaint}; such a solution is not saved`);
  await writeSafetensors(numbers, tensors);
  const plain = { problem: problemToJson(problem), report, ...more, parameters: digestOf(theta) };
  await writeAtomically(json, sealedJson(plain));
}

/** True where a folder has a record of a name. */
export const hasRecord = (folder: string, name: string): boolean => existsSync(filesOf(folder, name)[0]);

const filesOf = (folder: string, name: string) =>
  [join(folder, `${name}.json`), join(folder, `${name}.safetensors`)] as const;
const way = "give a folder that a solution was saved in";

/**
 * Reads what {@link saveRecord} wrote.
 *
 * @param checks - of what the kind of solution adds
 * @throws FormatError where a file is missing or damaged, or the two are of two solutions
 */
export async function readRecord<T>(folder: string, name: string, checks: Readonly<Record<string, Check>>) {
  const [path, numbers] = filesOf(folder, name);
  const fail = (file: string, message: string, hint = way, cause?: unknown): never => {
    throw new FormatError(file, "solution", message, hint, { cause });
  };
  for (const file of [path, numbers]) if (!existsSync(file)) fail(file, "there is no such file");
  const fields = { problem: anything, report: reportCheck, ...checks, parameters: digestCheck };
  const stored = await readSealedJson(path, { format: "solution", hint: way, fields: Object.keys(fields) });
  const complaint = record(fields)(stored, "the solution");
  if (complaint !== undefined) fail(path, complaint, "the file is damaged: save the solution again");
  const { parameters: digest, ...plain } = stored as unknown as StoredRecord<T> & { readonly parameters?: string };
  const { tensors, metadata } = await readSafetensors(numbers);
  const { data, shape } = tensors.get("theta") ?? {};
  const alone = tensors.size === 1 && Object.keys(metadata).length === 0;
  if (!(data instanceof Float64Array) || shape?.length !== 1 || !alone)
    return fail(
      numbers,
      'it holds other things than one list "theta" of float64',
      "the file is damaged, or no solution",
    );
  const infinite = notFinite(tensors);
  if (infinite !== undefined) fail(numbers, infinite, "the file is damaged");
  const ofTwo = (message: string): never => fail(numbers, message, "the files are of two solutions");
  if (digest !== undefined && digest !== digestOf(data))
    ofTwo("these are not the parameters that belong to the record beside it");
  return { path, plain: plain as unknown as StoredRecord<T>, theta: data, fail, ofTwo };
}

const olderFields: Readonly<Record<string, string>> = {
  hardConditions: "exactConditions",
  softConditions: "penalizedConditions",
  fittedConditions: "penalizedConditions",
};
const olderValues: Readonly<Record<string, Enforcement>> = { hard: "exact", soft: "penalty", fitted: "penalty" };

/** Recorded options or a saved report in the names of today; what is no record stays as it is. */
export function inTodaysNames(stored: unknown): unknown {
  if (!isPlainObject(stored)) return stored;
  return Object.fromEntries(
    Object.entries(stored).map(([key, value]) => {
      const name = getOwn(olderFields, key) ?? key;
      return [name, key === "conditions" && typeof value === "string" ? (getOwn(olderValues, value) ?? value) : value];
    }),
  );
}
