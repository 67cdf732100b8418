/** Columns of numbers from text files: observations, and points at which a solution is asked for. */

import { FormatError, OptionsError } from "../../engine/errors.ts";
import { readCsv } from "../../engine/files/csv.ts";
import { parseJson } from "../../engine/files/json-text.ts";
import { readBounded } from "../../engine/files/read-bounded.ts";
import { resolve } from "../../engine/platform/paths.ts";
import { boundaryOf, readMesh } from "../mesh/index.ts";
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

/** Most bytes of a file: far more than the vertices that a polygon may have. */
const mostBytes = 2 ** 25;

/**
 * A domain in which GeoJSON that was given as a file is the object itself, and a mesh its boundary.
 *
 * @param folder - where relative paths begin
 * @throws OptionsError where there is no such file, and where the object is given beside it
 * @throws FormatError where the file is no JSON, or no mesh
 */
export function withFiles<T>(domain: T, folder: string): T {
  if (Array.isArray(domain)) return domain.map((part) => withFiles(part, folder)) as T;
  if (typeof domain !== "object" || domain === null || ArrayBuffer.isView(domain)) return domain;
  const record = domain as Readonly<Record<string, unknown>>;
  if (typeof record["mesh"] === "string")
    return { ...record, mesh: boundaryOf(readMesh(resolve(folder, record["mesh"]))) } as T;
  // The boundary of a mesh names no files.
  if ("facets" in record) return domain;
  if (record["shape"] !== "geojson") {
    const parts = Object.entries(record).map(([key, part]) => [key, withFiles(part, folder)] as const);
    return parts.every(([key, part]) => part === record[key]) ? domain : (Object.fromEntries(parts) as T);
  }
  const { file, ...rest } = record;
  if (file === undefined) return domain;
  if (typeof file !== "string")
    throw new OptionsError(
      `pde: the domain's "file" is ${JSON.stringify(file)}; give the path of a file`,
      "file",
      file,
    );
  if (rest["geojson"] !== undefined)
    throw new OptionsError('pde: the domain has "geojson" and "file"; keep one of them', "file", file);
  return { ...rest, geojson: read(resolve(folder, file), file) } as T;
}

/** Paths of the files that a domain names. */
export function filesNamed(domain: unknown, folder: string): readonly string[] {
  if (typeof domain !== "object" || domain === null || ArrayBuffer.isView(domain)) return [];
  const { shape, file, mesh } = domain as Readonly<Record<string, unknown>>;
  if (typeof mesh === "string") return [resolve(folder, mesh)];
  if (shape === "geojson") return typeof file === "string" ? [resolve(folder, file)] : [];
  return Object.values(domain).flatMap((part) => filesNamed(part, folder));
}

function read(path: string, written: string): unknown {
  let text: string;
  try {
    const bytes = readBounded(path, mostBytes);
    if (bytes === undefined)
      throw new OptionsError(
        `pde: the domain's file ${path} has more than ${mostBytes} bytes; give a simpler outline`,
        "file",
        path,
      );
    text = bytes.toString("utf8");
  } catch (cause) {
    if (cause instanceof OptionsError) throw cause;
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const way = "paths begin at the problem's file, or at the working directory for problems in code";
    throw new OptionsError(`pde: the domain's file ${path} cannot be read (${why}); ${way}`, "file", written);
  }
  return parseJson(text, path, "GeoJSON");
}
