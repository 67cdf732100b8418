/** What a store knows of the files that were written from it: their checksums. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileHash } from "../../engine/files/file-hash.ts";
import { readSealedJson } from "../../engine/files/sealed-json.ts";
import { unitFolder } from "./unit-rows.ts";

/** A file that was written, as the store knows it. */
export interface FileRow {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Folder of the rows of files. */
export const fileRowFolder = (store: string): string => join(unitFolder(store), "files");
/** Path of the row of a file. */
export const fileRowPath = (store: string, path: string): string =>
  join(fileRowFolder(store), `${basename(path)}.json`);

/** Undefined where there is none. @throws FormatError where it is damaged */
export async function readFileRow(path: string): Promise<FileRow | undefined> {
  if (!existsSync(path)) return undefined;
  const kind = { format: "row of a file", hint: "remove it", fields: ["name", "bytes", "sha256"] };
  return (await readSealedJson(path, kind)) as unknown as FileRow;
}

/** What is wrong with files that were written from a store, in words. */
export async function filesTroubles(store: string): Promise<readonly string[]> {
  if (!existsSync(fileRowFolder(store))) return [];
  const troubles: string[] = [];
  for (const name of readdirSync(fileRowFolder(store))
    .filter((one) => !one.startsWith("."))
    .sort()) {
    const row = await readFileRow(join(fileRowFolder(store), name));
    const trouble = row && (await troubleOf(dirname(store), row));
    if (trouble !== undefined) troubles.push(trouble);
  }
  return troubles;
}

/** What is wrong with a file, in words; undefined where it is as it was written. */
export async function troubleOf(folder: string, { name, bytes, sha256 }: FileRow): Promise<string | undefined> {
  const path = join(folder, name);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return `${path} is missing`;
  return size === bytes && (await fileHash(path)) === sha256 ? undefined : `${path} has another checksum`;
}
