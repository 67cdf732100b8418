/** The record of a run: its folder, and the points and rounds that it keeps of many. */
import { FormatError } from "../../engine/errors.ts";
import { createRun, type Run } from "../../engine/files/run.ts";
import { significant } from "../../engine/text/number.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { problemToJson } from "../../equations/problem/index.ts";
import type { CommonOptions } from "./options.ts";

/**
 * Opens a run's folder of its own.
 *
 * @param runs - folder of runs
 * @throws FormatError where the folder of runs cannot be written
 */
export function newRun(
  runs: string,
  problem: Problem,
  options: Pick<CommonOptions, "seed" | "budget"> & { readonly automatic?: boolean },
  precision: "float32" | "float64" = "float64",
): Promise<Run> {
  const name = problem.name
    .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 100);
  return createRun({
    ...{ root: runs, name: name || "problem", options: { problem: problemToJson(problem), ...options } },
    ...{ seed: options.seed, device: "cpu", precision },
  }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === undefined) throw cause;
    throw new FormatError(runs, "folder of runs", cause.message, "give a folder that can be written", { cause });
  });
}

const golden = (Math.sqrt(5) - 1) / 2;

/**
 * At most `most` of the numbers 0 … count − 1, from all parts in proportion. Not every second one: those of a Sobol
 * sequence lie in one half of the square. Steps of the golden section have no such pattern in common with it.
 */
export function someRows(count: number, most: number): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count <= most) return all;
  const keyed = all.map((i) => ({ i, key: (i * golden) % 1 })).sort((a, b) => a.key - b.key);
  return keyed.slice(0, most).map(({ i }) => i);
}

/**
 * Rounds whose points are recorded: the first four, then each 1.4 times as late as the one before, so that few are of a
 * long run.
 */
export function isRecorded(round: number): boolean {
  let at = 3;
  while (at < round) at = Math.ceil(1.4 * at);
  return round < 3 || at === round;
}

/** Most points of a round that its record keeps. */
const mostPlaces = 500;

/** Points [n, axes] for the record of a run: at most 500, to four digits. */
export function recordedPoints(points: Float64Array, axes: number): number[] {
  return someRows(points.length / axes, mostPlaces).flatMap((i) =>
    Array.from(points.subarray(i * axes, (i + 1) * axes), (v) => significant(v, 4)),
  );
}
