/** Checksums of the files that were written from a store, and of those that they may replace. */

import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { readSealedJson, sealedJson } from "../../engine/files/sealed-json.ts";
import { existsSync, mkdirSync, readdirSync, statSync } from "../../engine/platform/files.ts";
import { basename, dirname, join } from "../../engine/platform/paths.ts";
import { unitFolder } from "./unit-rows.ts";

/** Contents of a file beside the store. */
export interface FileRow {
  readonly name: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** True if these contents were there before, and may be replaced. @defaultValue false: they were written from the store */
  readonly old?: boolean;
}

/** Rows by the name of their file: two workers that end at once may each have written it. */
export type FileRows = ReadonlyMap<string, readonly FileRow[]>;

const fileRowFolder = (store: string): string => join(unitFolder(store), "files");

/** The contents of a file as they are now; undefined where there is none. */
export async function rowOf(path: string, name = basename(path)): Promise<FileRow | undefined> {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  return size === undefined ? undefined : { name, bytes: size, sha256: await fileHash(path) };
}

/** Lets a store know contents of a file. What was known of others stays. */
export async function keepFileRow(store: string, row: FileRow): Promise<void> {
  mkdirSync(fileRowFolder(store), { recursive: true });
  const name = `${row.name}.${row.old ? "old." : ""}${row.sha256.slice(0, 12)}.json`;
  await writeAtomically(join(fileRowFolder(store), name), sealedJson(row));
}

/** @throws FormatError where a row is damaged */
export async function readFileRows(store: string): Promise<FileRows> {
  const rows = new Map<string, FileRow[]>();
  const folder = fileRowFolder(store);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const one of names.filter((name) => !name.startsWith(".")).sort()) {
    const kind = { format: "row of a file", hint: "remove it", fields: ["name", "bytes", "sha256", "old"] };
    const row = (await readSealedJson(join(folder, one), kind)) as unknown as FileRow;
    rows.set(row.name, [...(rows.get(row.name) ?? []), row]);
  }
  return rows;
}

/** The row that has the contents of a file; undefined where none has, or there is no file. */
export async function rowOfContents(path: string, rows: FileRows): Promise<FileRow | undefined> {
  const known = rows.get(basename(path)) ?? [];
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (!known.some(({ bytes }) => bytes === size)) return undefined;
  const now = await rowOf(path);
  return (
    known.find(({ sha256, old = false }) => !old && sha256 === now?.sha256) ??
    known.find(({ sha256 }) => sha256 === now?.sha256)
  );
}

/** Faults of files that were written from a store, in words. */
export async function filesTroubles(store: string): Promise<readonly string[]> {
  const rows = await readFileRows(store);
  const troubles: string[] = [];
  for (const [name, known] of rows) {
    // What was to be replaced is not written yet.
    if (known.every(({ old = false }) => old)) continue;
    const path = join(dirname(store), name);
    if (!existsSync(path)) {
      troubles.push(`${path} is missing; --resume writes it again`);
      continue;
    }
    const row = await rowOfContents(path, rows);
    if (row === undefined) troubles.push(`${path} has another checksum; move it away, and --resume writes it again`);
    else if (row.old) troubles.push(`${path} is that of before; --resume writes it again`);
  }
  return troubles;
}
