/** Files of results, and where the radar files are. */
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";

export async function read<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, "utf8")) as T;
}

export async function write(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeAtomically(path, `${JSON.stringify(value)}\n`);
}

/** @throws OptionsError where none is named */
export function radarFolder(given: string | undefined): string {
  const corpora = process.env["MONGE_DATA"];
  const folder = given ?? (corpora && join(corpora, "radar"));
  if (folder !== undefined) return folder;
  const wayOut = "give --data DIR, or set MONGE_DATA to a folder with radar/ in it, or give --quick for a small trial";
  throw new OptionsError(`wasserstein-term: no folder of radar files; ${wayOut}`, "data");
}
