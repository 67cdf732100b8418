/** Files that appear whole or not at all: written beside their place, flushed to the disk, then renamed over it. */
import { randomUUID } from "node:crypto";
import { existsSync, lstatSync, realpathSync, statSync } from "node:fs";
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

/** A file on its way: written under a temporary name until it is complete. */
export interface PendingFile {
  /** Where to write; in the same folder as the target. It exists, empty. */
  readonly temporary: string;
  /** Flushes what was written to the disk and puts it in its place. On failure the old content stands. */
  commit(): Promise<void>;
  /** Removes what was written. Does nothing after {@link commit}, or a second time. */
  discard(): Promise<void>;
}

/** What the system refuses for reasons outside the program, and what to do then. */
const REFUSALS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ["the disk is full", "free disk space, or write elsewhere"],
  EDQUOT: ["the quota of the disk is used up", "free disk space, or write elsewhere"],
  EFBIG: ["the file grew beyond the size that is allowed", "raise the limit (`ulimit -f`), or write a smaller file"],
  EACCES: ["writing there is not permitted", "choose a folder that you may write in"],
  EPERM: ["writing there is not permitted", "choose a folder that you may write in"],
  EROFS: ["the disk is read-only", "choose a folder that you may write in"],
  ENAMETOOLONG: ["its name is too long", "choose a shorter one"],
  ENOTDIR: ["a part of the path is not a folder", "check the path"],
  EIO: ["the disk reports an error", "check the disk"],
};

/** The system's error as one that names file, reason and way out; any other error as it is. */
export function explainWriteError(path: string, error: unknown): unknown {
  const refusal = REFUSALS[(error as NodeJS.ErrnoException | undefined)?.code ?? ""];
  if (!refusal || error instanceof FormatError) return error;
  return new FormatError(path, "output", `it could not be written: ${refusal[0]}`, refusal[1], { cause: error });
}

/** Checks that `path` can be a file, and follows links to the file that they mean. */
function targetOf(path: string): string {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw new FormatError(path, "output", `the folder ${folder} does not exist`, "create it first");
  }
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isLink && !existsSync(path)) {
    throw new FormatError(path, "output", "it is a link to nothing", "remove it, or create what it names");
  }
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isDirectory()) throw new FormatError(path, "output", "it is a folder", "name a file in it");
  if (status && !status.isFile()) {
    throw new FormatError(path, "output", "it is a device or a pipe, which cannot be replaced", "name a file");
  }
  return isLink ? realpathSync(path) : path;
}

/**
 * Begins a file that takes its place at {@link PendingFile.commit}. The temporary file `.NAME.UUID.tmp` lies in the same
 * folder; only a killed process leaves it.
 *
 * @param path - the file to create or replace; its folder must exist; a link stays, what it points to is replaced
 * @throws FormatError if the folder does not exist or cannot be written in, or the path is a folder or a device
 */
export async function beginAtomically(path: string): Promise<PendingFile> {
  try {
    const target = targetOf(path);
    const folder = dirname(target);
    const temporary = join(folder, `.${basename(target)}.${randomUUID()}.tmp`);
    await (await open(temporary, "wx")).close();
    let committed = false;
    const discard = async () => {
      if (!committed) await rm(temporary, { force: true });
    };
    return {
      temporary,
      discard,
      async commit() {
        try {
          await flush(temporary, "r+");
          await rename(temporary, target);
          committed = true;
          // The rename itself survives a power cut only once the folder is flushed; Windows cannot open a folder.
          if (process.platform !== "win32") await flush(folder, "r");
        } catch (error) {
          await discard();
          throw explainWriteError(path, error);
        }
      },
    };
  } catch (error) {
    throw explainWriteError(path, error);
  }
}

/**
 * Write `path` so that at every moment, a crash included, it holds either its old content or the new one. The temporary
 * file is removed if anything fails (only a killed process leaves it), and the old content then stands.
 *
 * @param path - the file to create or replace; its folder must exist
 * @param content - see {@link FileContent}
 * @throws FormatError as {@link beginAtomically}, or if the disk is full or refuses
 * @throws whatever else `content` or the file system throws
 */
export async function writeAtomically(path: string, content: FileContent): Promise<void> {
  const pending = await beginAtomically(path);
  try {
    if (typeof content === "function") {
      // The writer makes the file anew, so that one it forgot to write is noticed.
      await rm(pending.temporary);
      await content(pending.temporary);
    } else await writeFile(pending.temporary, content);
  } catch (error) {
    await pending.discard();
    throw explainWriteError(path, error);
  }
  await pending.commit();
}

async function flush(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
