/** Files that appear whole or not at all: written beside their place, flushed to the disk, then renamed over it. */
import { randomUUID } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FormatError } from "./errors.ts";

/**
 * What to write: text (as UTF-8), bytes, pieces of bytes in order, or a function that creates the file at the path it
 * is given (for libraries that insist on writing themselves).
 */
export type FileContent =
  | string
  | Uint8Array
  | Iterable<Uint8Array>
  | ((temporaryPath: string) => Promise<void> | void);

/**
 * Write `path` so that at every moment, a crash included, it holds either its old content or the new one. The temporary
 * file `.NAME.UUID.tmp` lies in the same folder; it is removed if anything fails (only a killed process leaves it), and
 * the old content then stands.
 *
 * @param path - the file to create or replace; its folder must exist
 * @param content - see {@link FileContent}
 * @throws FormatError if the folder does not exist, or the path is a folder
 * @throws whatever `content` or the file system throws
 */
export async function writeAtomically(path: string, content: FileContent): Promise<void> {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw new FormatError(path, "output", `the folder ${folder} does not exist`, "create it first");
  }
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new FormatError(path, "output", "it is a folder", "name a file in it");
  }
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    if (typeof content === "function") {
      await content(temporary);
      await flush(temporary, "r+");
    } else {
      const handle = await open(temporary, "wx");
      try {
        await writeFile(handle, content);
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // The rename itself survives a power cut only once the folder is flushed; Windows cannot open a folder and need not.
  if (process.platform !== "win32") await flush(folder, "r");
}

async function flush(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
