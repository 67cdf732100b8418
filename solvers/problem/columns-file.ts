/** Columns of numbers from text files: observations, and points at which a solution is asked for. */
import { resolve } from "node:path";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import { readCsv } from "../../engine/files/csv.ts";
import type { ObservationSpec } from "./problem.ts";

/**
 * Columns by the names of the first line; tables as `readCsv` reads them, with comments after #.
 *
 * @throws OptionsError where there is no such file
 * @throws FormatError for a name that is there twice, and a cell that is no finite number
 */
export function readColumns(path: string): Readonly<Record<string, readonly number[]>> {
  const [{ cells: names, line }, ...rows] = readCsv(path, "#");
  const wrong = (number: number, what: string, way: string) => new FormatError(path, `line ${number}`, what, way);
  if (new Set(names).size < names.length) throw wrong(line, "a name is there twice", "rename one of the columns");
  const value = (text: string, k: number, number: number): number => {
    const found = text === "" ? Number.NaN : Number(text);
    if (Number.isFinite(found)) return found;
    throw wrong(number, `"${text}" in column ${names[k]} is no finite number`, "correct it, or leave the row out");
  };
  const column = (k: number) => rows.map(({ cells, line }) => value(cells[k]!, k, line));
  return Object.fromEntries(names.map((name, k) => [name, column(k)]));
}

/**
 * Points [n, axes] of columns that are named as the axes.
 *
 * @throws OptionsError where an axis has no column
 */
export function pointsOfColumns(
  columns: Readonly<Record<string, readonly number[]>>,
  axes: readonly string[],
  path: string,
): Float64Array {
  const missing = axes.find((axis) => !Object.hasOwn(columns, axis));
  if (missing !== undefined) {
    const have = Object.keys(columns).join(", ");
    throw new OptionsError(`${path} has no column ${missing}; it has ${have}`, "file", path);
  }
  const count = columns[axes[0]!]!.length;
  return Float64Array.from(
    { length: count * axes.length },
    (_, i) => columns[axes[i % axes.length]!]![Math.floor(i / axes.length)]!,
  );
}

/** Observations in which files are the columns that they hold. */
export const withColumns = (observations: readonly ObservationSpec[], folder: string): readonly ObservationSpec[] =>
  observations.map((one) => {
    if (one.file === undefined) return one;
    const { file, ...rest } = one;
    return { ...rest, columns: readColumns(resolve(folder, file)) };
  });
