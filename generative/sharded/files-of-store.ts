/** NetCDF files, one a year, month or day, that a store of units beside them is written into when it is complete. */

import { OptionsError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { checkOutputs } from "../../engine/files/output-check.ts";
import { existsSync } from "../../engine/platform/files.ts";
import { basename, dirname, join } from "../../engine/platform/paths.ts";
import { type LazyField, lazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { formatToWrite } from "../../io/formats/index.ts";
import { type FileRow, type FileRows, keepFileRow, readFileRows, rowOf, rowOfContents } from "./file-rows.ts";
import { type MergedFile, mergeParts, partsOf } from "./merge.ts";
import { isUnitStore } from "./unit-rows.ts";

/**
 * The store that tasks are drawn into for an output: a Zarr store is its own, and `out/fine-{year}.nc` has
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
 * Looks at the names before the work. What is there is replaced only with `overwrite`, or where it is what the store knows: files
 * that were written from it, and those that it was laid out to replace.
 *
 * @param inputs - all that is read, and never written over
 * @returns what is there and may be replaced, for the store that is laid out
 * @throws OptionsError for a pattern that distinguishes no files, and for files that are not replaced
 */
export async function checkFiles(
  pattern: string,
  store: string,
  input: Field | LazyField,
  { overwrite, inputs }: { readonly overwrite: boolean; readonly inputs: readonly string[] },
): Promise<readonly FileRow[]> {
  const field = lazyField(input).ungroup().mapsLast();
  const paths = partsOf(field, pattern).map(({ path }) => path);
  checkOutputs(
    paths.map((path) => ({ path, option: "output", overwrite: true })),
    inputs,
  );
  const there = paths.filter((path) => existsSync(path));
  const rows: FileRows = !overwrite && isUnitStore(store) ? await readFileRows(store) : new Map();
  const old: FileRow[] = [];
  for (const path of there) {
    if (overwrite) old.push({ ...(await rowOf(path))!, old: true });
    else if ((await rowOfContents(path, rows)) === undefined) throw taken(path, rows.size > 0);
  }
  return old;
}

function taken(path: string, isKnown: boolean): OptionsError {
  const [what, way] = isKnown
    ? ["it is there, and is not what was written from the store", "move it away, or name others"]
    : ["it is there already", "name others, or say that they may be replaced (`overwrite: true`)"];
  return new OptionsError(`${path}: ${what}; ${way}`, "output", path);
}

/** Writes the files of a complete store that are not there as they were written before, each whole or not at all. */
export async function writeFiles(
  store: string,
  pattern: string,
  options: { readonly now?: Date },
): Promise<readonly MergedFile[]> {
  const rows = await readFileRows(store);
  const isWritten = async (path: string, known: FileRows) => {
    const row = await rowOfContents(path, known);
    return row !== undefined && !row.old;
  };
  return mergeParts(store, pattern, options, {
    stands: (path) => isWritten(path, rows),
    async write(path, write) {
      const overwrite = (await rowOfContents(path, rows)) !== undefined;
      try {
        // The store knows the contents before they have their name: a kill in between leaves no file that it does not know.
        const content = async (temporary: string) => {
          await write(temporary);
          await keepFileRow(store, (await rowOf(temporary, basename(path)))!);
        };
        await writeAtomically(path, content, { overwrite });
      } catch (error) {
        // Another worker that ended at the same time has written it.
        if (!(await isWritten(path, await readFileRows(store)))) throw error;
      }
    },
  });
}
