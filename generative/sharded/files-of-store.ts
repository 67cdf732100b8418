/** NetCDF files, one a year, month or day, that a store of units beside them is written into when it is complete. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { sealedJson } from "../../engine/files/sealed-json.ts";
import { LazyField, lazyField, mapsLast, ungrouped } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { formatToWrite } from "../../io/formats/index.ts";
import { type FileRow, fileRowFolder, fileRowPath, readFileRow, troubleOf } from "./file-rows.ts";
import { type MergedFile, mergeParts, partsOf } from "./merge.ts";
import { isUnitStore } from "./unit-rows.ts";

/**
 * The store that units of work are drawn into for an output: a Zarr store is its own, and `out/fine-{year}.nc` has
 * `out/fine-units.zarr`; undefined for other files.
 */
export function unitStoreOf(output: string): string | undefined {
  const place = /\{(year|month|day)\}/.exec(basename(output));
  if (formatToWrite(output).kind === "folder") return output;
  if (place === null) return undefined;
  const stem = basename(output)
    .slice(0, place.index)
    .replace(/(?<![^\p{L}\p{N}])[^\p{L}\p{N}]+$/u, "");
  return join(dirname(output), `${stem === "" ? "" : `${stem}-`}units.zarr`);
}

/**
 * Looks at the names before the work. Once the store is there, files of these names are its own.
 *
 * @throws OptionsError for a pattern that tells no files apart, and where a file is there before the store is
 */
export function checkFiles(
  pattern: string,
  store: string,
  input: Field | LazyField,
  { overwrite }: { readonly overwrite: boolean },
): void {
  const field = mapsLast(ungrouped(input instanceof LazyField ? input : lazyField(input)));
  const parts = partsOf(field, pattern);
  const taken = overwrite || isUnitStore(store) ? undefined : parts.find(({ path }) => existsSync(path));
  if (taken === undefined) return;
  const way = "name others, or say that they may be replaced (`overwrite: true`)";
  throw new OptionsError(`${taken.path}: it is there already; ${way}`, "output", taken.path);
}

/** Writes the files of a complete store that are not there as they were written before, each whole or not at all. */
export async function writeFiles(
  store: string,
  pattern: string,
  options: { readonly now?: Date },
): Promise<readonly MergedFile[]> {
  mkdirSync(fileRowFolder(store), { recursive: true });
  const stands = async (path: string) => {
    const row = await readFileRow(fileRowPath(store, path));
    return row !== undefined && (await troubleOf(dirname(path), row)) === undefined;
  };
  const files = await mergeParts(store, pattern, { ...options, overwrite: true }, stands);
  for (const { path } of files) {
    const row: FileRow = { name: basename(path), bytes: statSync(path).size, sha256: await fileHash(path) };
    await writeAtomically(fileRowPath(store, path), sealedJson(row));
  }
  return files;
}
