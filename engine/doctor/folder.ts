/** Check that a folder takes files as runs and results are written: under another name, flushed, renamed, read again. */
import { existsSync, statfsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isMongeError } from "../errors.ts";
import { writeAtomically } from "../files/atomic-file.ts";

/** Findings of a folder. */
export interface FolderCheck {
  readonly path: string;
  readonly isWritable: boolean;
  /** Bytes that this user may still write; NaN where the folder is not there. */
  readonly freeBytes: number;
  /** Why it cannot be written, and what to do; empty where it can. */
  readonly advice: string;
}

/** @param path - an existing folder; nothing stays in it */
export async function checkFolder(path: string): Promise<FolderCheck> {
  const folder = resolve(path);
  if (!existsSync(folder)) {
    return { path: folder, isWritable: false, freeBytes: Number.NaN, advice: `it does not exist; mkdir -p ${folder}` };
  }
  const { bavail, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  const file = join(folder, `.monge-doctor-${process.pid}`);
  const text = `monge ${process.pid}`;
  try {
    await writeAtomically(file, text);
    const isSame = (await readFile(file, "utf8")) === text;
    const advice = isSame ? "" : "what was written is not what is read again; check the disk";
    return { path: folder, isWritable: isSame, freeBytes, advice };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined && !isMongeError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { path: folder, isWritable: false, freeBytes, advice: `${reason}; choose another folder, or free this one` };
  } finally {
    await rm(file, { force: true });
  }
}
