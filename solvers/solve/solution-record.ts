/** The stored record of solutions beside their parameters, and its checks. */
import { createHash } from "node:crypto";
import { DomainError, FormatError } from "../../engine/errors.ts";
import { notFinite } from "../../engine/files/finite.ts";
import {
  among,
  type Check,
  either,
  fields,
  list,
  optional,
  real,
  record,
  text,
  whole,
} from "../../engine/files/plain-checks.ts";
import { readSafetensors, writeSafetensors } from "../../engine/files/safetensors.ts";
import type { Problem } from "../problem/problem.ts";
import { inTodaysNames } from "./enforcement.ts";
import type { ErrorEstimate, SolutionReport } from "./solution.ts";

/** Numbers of a report may have no value, which JSON writes as text, and wrote as null. */
const measured = either(among(null, "NaN", "Infinity", "-Infinity"), real());

/** Tells what is wrong with a stored report. */
export const reportCheck: Check = (value, at) => todaysReport(inTodaysNames(value), at);

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
export const digestCheck: Check = optional(text);

const numberOf = (stored: unknown): number => (stored === null ? Number.NaN : Number(stored));

/**
 * A report as it was, from one that passes {@link reportCheck}. Older ones have finite standard deviations without observations, which mean nothing and are left out.
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

/** Digest by which a record knows its parameters: two files that lie side by side may be of two solutions. */
export function digestOf(theta: Float64Array): string {
  return createHash("sha256")
    .update(new Uint8Array(theta.buffer, theta.byteOffset, theta.byteLength))
    .digest("hex");
}

/** Writes parameters. @throws DomainError where one is not finite */
export async function writeTheta(path: string, theta: Float64Array): Promise<void> {
  const tensors = { theta: { shape: [theta.length], data: theta } };
  const complaint = notFinite(tensors);
  if (complaint !== undefined) throw new DomainError(`${path}: ${complaint}; such a solution is not saved`);
  await writeSafetensors(path, tensors);
}

/**
 * Reads what {@link writeTheta} wrote.
 *
 * @param digest - what the record knows the parameters by, where it does
 * @throws FormatError where the file is damaged, or of another solution than the record
 */
export async function readTheta(path: string, format: string, digest: string | undefined): Promise<Float64Array> {
  const fail = (message: string, hint: string): never => {
    throw new FormatError(path, format, message, hint);
  };
  const { tensors, metadata } = await readSafetensors(path);
  const { data, shape } = tensors.get("theta") ?? {};
  const alone = tensors.size === 1 && Object.keys(metadata).length === 0;
  if (!(data instanceof Float64Array) || shape?.length !== 1 || !alone) {
    return fail('it holds other things than one list "theta" of float64', "the file is damaged, or no solution");
  }
  const complaint = notFinite(tensors);
  if (complaint !== undefined) fail(complaint, "the file is damaged");
  if (digest !== undefined && digest !== digestOf(data)) {
    fail("these are not the parameters that belong to the record beside it", "the files are of two solutions");
  }
  return data;
}
