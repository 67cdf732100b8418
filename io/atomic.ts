/** Files that appear whole or not at all: written under another name in the same folder, then renamed. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { FormatError } from "../engine/errors.ts";

let serial = 0;

/**
 * Runs `write` on a temporary name beside `path`, then renames it to `path`. If `write` throws, the temporary file is
 * removed and the file that may have been at `path` stays as it was; if the process dies, only the temporary file
 * (`.NAME.PID-N.partial`) is left.
 *
 * @throws FormatError if the folder does not exist or the path is a folder; whatever `write` throws.
 */
export async function writeAtomically(path: string, write: (temporary: string) => Promise<void> | void): Promise<void> {
  const folder = dirname(path);
  if (!existsSync(folder))
    throw new FormatError(path, "output", `the folder ${folder} does not exist`, "create it first");
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new FormatError(path, "output", "it is a folder", "name a file in it");
  }
  serial += 1;
  const temporary = join(folder, `.${basename(path)}.${process.pid}-${serial}.partial`);
  try {
    await write(temporary);
    const file = openSync(temporary, "r+");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
