/** Files that appear whole or not at all: written beside their place, flushed to the disk, then put into it. */

import { FormatError } from "../errors.ts";
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  open,
  openSync,
  realpathSync,
  rename,
  renameSync,
  rm,
  rmSync,
  statSync,
  writeFile,
} from "../platform/files.ts";
import { process } from "../platform/machine.ts";
import { basename, dirname, join, resolve } from "../platform/paths.ts";
import { removeAtExit, temporaryNames, tidyOnce } from "./temporary.ts";

/**
 * Content: text (as UTF-8), bytes, pieces of bytes in order, or a function that creates the file at the path it
 * is given (for libraries that insist on writing themselves).
 */
export type FileContent =
  | string
  | Uint8Array
  | Iterable<Uint8Array>
  | ((temporaryPath: string) => Promise<void> | void);

/** Options of everything that writes. */
export interface AtomicOptions {
  /**
   * True if a file that is there, or comes there while this one is written, is replaced. @defaultValue true for one
   * file, false for a store and in `writeField`
   */
  readonly overwrite?: boolean;
}

/** A file on its way: written under a temporary name until it is complete. */
export interface PendingFile {
  /** Path to write to, in the folder of the target; an empty file is there. */
  readonly temporary: string;
  /**
   * Flushes what was written to the disk and puts it in its place. On failure the old content stands.
   *
   * @param path - another place in the same folder, where nothing is yet. @defaultValue the one that it was begun for
   * @throws FormatError where something has come there that is not to be replaced, or the disk refuses
   */
  commit(path?: string): Promise<void>;
  /** Removes what was written. Does nothing after {@link commit}, or a second time. */
  discard(): Promise<void>;
}

/** Refusals of the system for reasons outside the program, and their remedies. */
const REFUSALS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ["the disk of FOLDER is full", "free space there, or write elsewhere"],
  EDQUOT: ["the quota of the disk of FOLDER is used up", "free space there, or write elsewhere"],
  EFBIG: ["the file grew beyond the size that is allowed", "raise the limit (`ulimit -f`), or write a smaller file"],
  EACCES: ["writing there is not permitted", "choose a folder that you may write in"],
  EPERM: ["writing there is not permitted", "choose a folder that you may write in"],
  EROFS: ["the disk is read-only", "choose a folder that you may write in"],
  ENAMETOOLONG: ["its name is too long", "choose a shorter one"],
  ENOTDIR: ["a part of the path is not a folder", "check the path"],
  EIO: ["the disk reports an error", "check the disk"],
};

/** Why the system refused to write into a folder, and what to do; undefined where the error is of another kind. */
export function writeRefusal(
  error: unknown,
  folder: string,
): { readonly what: string; readonly hint: string } | undefined {
  const refusal = REFUSALS[(error as NodeJS.ErrnoException | undefined)?.code ?? ""];
  return refusal && { what: refusal[0].replace("FOLDER", () => folder), hint: refusal[1] };
}

/** The system's error as one that names file, reason and way out; any other error as it is. */
export function explainWriteError(path: string, error: unknown): unknown {
  const refusal = writeRefusal(error, dirname(resolve(path)));
  if (!refusal || error instanceof FormatError) return error;
  return new FormatError(path, "output", `it could not be written: ${refusal.what}`, refusal.hint, { cause: error });
}

/**
 * Checks that `path` can be a file, and follows links to the file that they mean.
 * @throws FormatError if its folder is missing, or it is a folder, a device, or a link to nothing
 */
export function targetOf(path: string): string {
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

/** Error codes of `link` on file systems without hard links. */
const NO_LINKS: readonly unknown[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/**
 * Gives a file its final name, unless something has that name: a link fails there, where a renaming would replace.
 *
 * @returns whether the file has the name now; if not, it is still where it was
 */
export function placeNew(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    rmSync(from, { force: true });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (!NO_LINKS.includes(code)) throw error;
  }
  try {
    // Without hard links an empty file takes the name, and is replaced at once.
    closeSync(openSync(to, "wx"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  renameSync(from, to);
  return true;
}

/** The error of a place that was free when the work began. */
export function cameMeanwhile(path: string): FormatError {
  const way = "name another, or say that it may be replaced (`overwrite: true`)";
  return new FormatError(path, "output", "it came there while this was written, and is not replaced", way);
}

/**
 * Begins a file that takes its place at {@link PendingFile.commit}. The temporary file `.NAME.OWNER.tmp` lies in the
 * same folder; only a killed process leaves it, and the next to write there removes it.
 *
 * @param path - the file to create or replace; its folder must exist; a link stays, what it points to is replaced
 * @throws FormatError if the folder does not exist or cannot be written in, or the path is a folder or a device
 */
export async function beginAtomically(path: string, { overwrite = true }: AtomicOptions = {}): Promise<PendingFile> {
  try {
    const target = targetOf(path);
    const folder = dirname(target);
    tidyOnce(folder);
    const temporary = join(folder, temporaryNames(basename(target)).fresh);
    await (await open(temporary, "wx")).close();
    const cancel = removeAtExit(temporary);
    let committed = false;
    const discard = async () => {
      if (!committed) await rm(temporary, { force: true });
      cancel();
    };
    return {
      temporary,
      discard,
      async commit(other) {
        try {
          await flush(temporary, "r+");
          const place = other === undefined ? target : targetOf(other);
          if (overwrite && other === undefined) await rename(temporary, place);
          else if (!placeNew(temporary, place)) throw cameMeanwhile(other ?? path);
          committed = true;
          cancel();
          // The rename itself survives a power cut only once the folder is flushed; Windows cannot open a folder.
          if (process.platform !== "win32") await flush(folder, "r");
        } catch (error) {
          await discard();
          throw explainWriteError(other ?? path, error);
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
export async function writeAtomically(path: string, content: FileContent, options: AtomicOptions = {}): Promise<void> {
  const pending = await beginAtomically(path, options);
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
