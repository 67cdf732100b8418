/** Columns of numbers from text files: observations, and points at which a solution is asked for. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import type { ObservationSpec } from "./problem.ts";

/** Most bytes of a file. */
const mostBytes = 2 ** 28;

/**
 * Columns by the names of the first line; separated by commas, semicolons, tabs or spaces. Empty lines and lines that begin with # are left out.
 *
 * @throws OptionsError where there is no such file
 * @throws FormatError for a row of another length, and a cell that is no finite number
 */
export function readColumns(path: string): Readonly<Record<string, readonly number[]>> {
  let text: string;
  try {
    const bytes = readFileSync(path);
    if (bytes.length > mostBytes)
      throw new OptionsError(`readColumns: ${path} has ${bytes.length} bytes; at most ${mostBytes}`, "file", path);
    text = bytes.toString("utf8");
  } catch (cause) {
    if (cause instanceof OptionsError) throw cause;
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new OptionsError(`readColumns: ${path} cannot be read (${why}); give the path of a CSV file`, "file", path);
  }
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line, i) => ({ line: line.trim(), number: i + 1 }))
    .filter(({ line }) => line !== "" && !line.startsWith("#"));
  const wrong = (number: number, what: string, way: string) => new FormatError(path, `line ${number}`, what, way);
  const [head, ...rows] = lines;
  if (!head) throw wrong(1, "the file is empty", "give a line of names, then rows of numbers");
  const separator = [",", ";", "\t"].find((one) => head.line.includes(one)) ?? /\s+/;
  const names = head.line.split(separator).map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
  if (new Set(names).size < names.length)
    throw wrong(head.number, "a name is there twice", "rename one of the columns");
  const columns = names.map((): number[] => []);
  for (const { line, number } of rows) {
    const cells = line.split(separator);
    if (cells.length !== names.length)
      throw wrong(number, `${cells.length} cells for ${names.length} columns`, "give a number for each column");
    for (const [k, cell] of cells.entries()) {
      const value = cell.trim() === "" ? Number.NaN : Number(cell);
      if (!Number.isFinite(value))
        throw wrong(
          number,
          `"${cell.trim()}" in column ${names[k]} is no finite number`,
          "correct it, or leave the row out",
        );
      columns[k]!.push(value);
    }
  }
  return Object.fromEntries(names.map((name, k) => [name, columns[k]!]));
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
