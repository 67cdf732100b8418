/**
 * Real files for tests. Those of `test/data` are part of the repository and always there. Larger corpora, arranged in the
 * same folders, are found by the environment variable `MONGE_DATA`; what they would add is skipped visibly without it.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("./data/", import.meta.url));

/** The folder that `MONGE_DATA` names; undefined where it is unset. A name that is no folder is an error. */
export function dataFolder(): string | undefined {
  const name = process.env["MONGE_DATA"];
  if (name === undefined || name === "") return undefined;
  const path = resolve(name);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`MONGE_DATA is ${JSON.stringify(name)}; expected a folder of real files, or nothing`);
  return path;
}

/** Full path of a file of `test/data`, which must be there. */
export function testData(name: string): string {
  const path = join(HERE, name);
  if (!existsSync(path)) throw new Error(`test/data/${name} is missing; it is part of the repository`);
  return path;
}

/** Full path of a file, of `test/data` or of the larger corpora; undefined where neither has it. */
export function findData(name: string): string | undefined {
  const more = dataFolder();
  return [HERE, ...(more === undefined ? [] : [more])].map((root) => join(root, name)).find((path) => existsSync(path));
}

/** Full path of a file of the larger corpora; where it is not there, says so as a skip and is undefined. */
export function moreData(name: string): string | undefined {
  const folder = dataFolder();
  const path = folder === undefined ? undefined : join(folder, name);
  if (path !== undefined && existsSync(path)) return path;
  console.log(`SKIP ${name}: ${folder === undefined ? "MONGE_DATA names no folder" : "it is not in MONGE_DATA"}`);
  return undefined;
}

/**
 * Full paths of the files of some folders whose names match: those of `test/data`, then those that only the larger
 * corpora have. Without them it says so as a skip. Two files of one folder and name are one.
 */
export function dataFiles(folders: string | readonly string[], pattern: RegExp): string[] {
  const more = dataFolder();
  const wanted = typeof folders === "string" ? [folders] : folders;
  if (more === undefined) console.log(`SKIP more files of ${wanted.join(", ")}: MONGE_DATA names no folder`);
  const found = new Map<string, string>();
  for (const root of more === undefined ? [HERE] : [HERE, more]) {
    for (const folder of wanted) {
      for (const name of namesIn(join(root, folder)).filter((n) => pattern.test(n))) {
        const key = `${folder}/${name}`;
        if (!found.has(key)) found.set(key, join(root, folder, name));
      }
    }
  }
  return [...found.values()];
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
