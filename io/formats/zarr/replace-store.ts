/** Stores in folders that take their place as a whole; what stood there is set aside first, and removed last. */
import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { FormatError } from "../../../engine/errors.ts";
import { removeAtExit, temporaryNames, tidyOnce } from "../../../engine/files/temporary.ts";
import { zarrVersion } from "./tree.ts";

/** Why what is at a path may not be replaced by a Zarr store; undefined if it may: it is one itself. */
export function notAStore(path: string): string | undefined {
  const isStore = statSync(path).isDirectory() && zarrVersion(path) !== undefined;
  return !isStore ? "it is there and is no Zarr store, so it is not replaced" : undefined;
}

/** A store on its way: filled under a temporary name until it is complete. */
export interface PendingStore {
  /** Where to fill it; nothing is there yet. */
  readonly temporary: string;
  /** Puts it in its place, and removes what stood there. On failure that stands, and nothing is left of the new one. */
  commit(): void;
  /** Removes what was filled. Does nothing after the end. */
  discard(): void;
}

/**
 * Begins a store beside `path`. A kill at any moment leaves the old store or the new one whole: under its name, or for the
 * moment between two renames under another, from which the next write into the folder restores it.
 *
 * @param overwrite - whether a Zarr store that is there is replaced
 * @throws FormatError if its folder is missing, or something is there that is not replaced
 */
export function beginStore(path: string, overwrite: boolean): PendingStore {
  const parent = dirname(resolve(path));
  if (!existsSync(parent)) {
    throw new FormatError(path, "zarr", `the folder ${parent} does not exist`, "create it first");
  }
  tidyOnce(parent);
  checkReplaceable(path, overwrite);
  const { fresh, aside } = temporaryNames(basename(path));
  const [temporary, old] = [join(parent, fresh), join(parent, aside)];
  const settled = removeAtExit(temporary);
  const discard = () => {
    rmSync(temporary, { recursive: true, force: true });
    settled();
  };
  return {
    temporary,
    discard,
    commit() {
      try {
        // It may have come there meanwhile.
        checkReplaceable(path, overwrite);
        const there = existsSync(path);
        if (there) renameSync(path, old);
        try {
          renameSync(temporary, path);
        } catch (error) {
          if (there) renameSync(old, path);
          throw error;
        }
      } finally {
        discard();
      }
      rmSync(old, { recursive: true, force: true });
    },
  };
}

/**
 * Fills a store in one go; see {@link beginStore}.
 * @throws what `fill` throws; what was there stands then
 */
export async function replaceStore(
  path: string,
  overwrite: boolean,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const pending = beginStore(path, overwrite);
  try {
    await fill(pending.temporary);
    pending.commit();
  } finally {
    pending.discard();
  }
}

function checkReplaceable(path: string, overwrite: boolean): void {
  if (!existsSync(path)) return;
  const why = notAStore(path);
  if (why !== undefined) throw new FormatError(path, "zarr", why, "name another one, or remove it yourself");
  if (overwrite) return;
  const hint = "pass `overwrite: true`, or add to it with `appendZarr`";
  throw new FormatError(path, "zarr", "there is a store already", hint);
}
