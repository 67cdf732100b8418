/** Stores in folders that take their place as a whole; what stood there is set aside first, and removed last. */

import { FormatError } from "../../../engine/errors.ts";
import { cameMeanwhile } from "../../../engine/files/atomic-file.ts";
import { isTemporaryName, removeAtExit, temporaryNames, tidyOnce } from "../../../engine/files/temporary.ts";
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
} from "../../../engine/platform/files.ts";
import { basename, dirname, join, resolve } from "../../../engine/platform/paths.ts";
import { zarrVersion } from "./tree.ts";

/** Names of metadata, and what keys of chunks are made of: `c`, `0`, `0.1.2`, `c.0.1`. */
const METADATA = /^(zarr\.json|\.z(group|array|attrs|metadata))$/;
const CHUNK = /^(c|(c\.)?\d+(\.\d+)*)$/;

/**
 * Why what is at a path may not be replaced by a Zarr store; undefined if it may: it is one itself, and nothing else
 * lies in it, for all of it would go.
 *
 * @param also - a folder at the top of the store that is its own as well, such as that of its rows
 */
export function notAStore(path: string, also?: string): string | undefined {
  const isStore = statSync(path).isDirectory() && zarrVersion(path) !== undefined;
  if (!isStore) return "it is there and is no Zarr store, so it is not replaced";
  const foreign = firstForeign(path, "", also);
  return foreign && `${foreign} in it is no part of a Zarr store, and would be lost, so it is not replaced`;
}

/**
 * The first entry below a folder that no writer of Zarr makes, relative to the store. @param inArray - whether keys of
 * chunks may be there
 */
function firstForeign(store: string, below: string, also: string | undefined, inArray = false): string | undefined {
  const entries = readdirSync(join(store, below), { withFileTypes: true });
  const isNode = entries.some(({ name }) => METADATA.test(name));
  const isKey = inArray && CHUNK.test(basename(below));
  // Nodes have any name; a folder without metadata is part of a key.
  if (below !== "" && !isNode && !isKey && entries.length > 0) return below;
  const holdsChunks = isNode ? isArray(join(store, below)) : isKey;
  for (const entry of entries) {
    const path = join(below, entry.name);
    if (isTemporaryName(entry.name) || path === also) continue;
    if (entry.isDirectory()) {
      const found = firstForeign(store, path, also, holdsChunks);
      if (found !== undefined) return found;
    } else if (!entry.isFile() || !(METADATA.test(entry.name) || (holdsChunks && CHUNK.test(entry.name)))) return path;
  }
  return undefined;
}

function isArray(folder: string): boolean {
  if (existsSync(join(folder, ".zarray"))) return true;
  const file = join(folder, "zarr.json");
  if (!existsSync(file)) return false;
  try {
    const { node_type: type } = JSON.parse(readFileSync(file, "utf8")) as { readonly node_type?: unknown };
    return type === "array";
  } catch {
    return false;
  }
}

/** A store on its way: filled under a temporary name until it is complete. */
export interface PendingStore {
  /** Path at which it is filled; nothing is there yet. */
  readonly temporary: string;
  /** Puts it in its place, and removes what stood there. On failure that stands, and nothing is left of the new one. */
  commit(): void;
  /** Removes what was filled. Does nothing after the end. */
  discard(): void;
}

/**
 * Begins a store beside `path`; a link stays, and the folder that it leads to is replaced. A kill at any moment leaves
 * the old store or the new one whole: under its name, or for the moment between two renames under another, from which
 * the next write into the folder restores it.
 *
 * @param overwrite - true if a Zarr store that is there is replaced
 * @param refuse - why what is there may not be replaced; undefined if it may
 * @throws FormatError if its folder is missing, or something is there that is not replaced
 */
export function beginStore(path: string, overwrite: boolean, refuse = notAStore): PendingStore {
  const target = existsSync(path) ? realpathSync(path) : resolve(path);
  const parent = dirname(target);
  if (!existsSync(parent)) {
    throw new FormatError(path, "zarr", `the folder ${parent} does not exist`, "create it first");
  }
  tidyOnce(parent);
  const check = (place: string) => {
    const why = refuse(place);
    if (why !== undefined) throw new FormatError(path, "zarr", why, "name another one, or remove it yourself");
  };
  if (existsSync(target)) {
    check(target);
    const hint = "pass `overwrite: true`, or add to it with `appendZarr`";
    if (!overwrite) throw new FormatError(path, "zarr", "there is a store already", hint);
  }
  const { fresh, aside } = temporaryNames(basename(target));
  const [temporary, old] = [join(parent, fresh), join(parent, aside)];
  const cancel = removeAtExit(temporary);
  const discard = () => {
    rmSync(temporary, { recursive: true, force: true });
    cancel();
  };
  return {
    temporary,
    discard,
    commit() {
      try {
        const there = overwrite && existsSync(target);
        if (there) renameSync(target, old);
        try {
          // Under its hidden name nobody adds to it any more.
          if (there) check(old);
          renameSync(temporary, target);
        } catch (error) {
          if (there) renameSync(old, target);
          const { code } = error as NodeJS.ErrnoException;
          throw ["ENOTEMPTY", "EEXIST", "ENOTDIR", "EPERM"].includes(code ?? "") ? cameMeanwhile(path) : error;
        }
      } finally {
        discard();
      }
      if (existsSync(old)) removeFolder(old);
    },
  };
}

/** Removes a folder as `rmSync` does, with half of its calls to the system: a store has folders and files by the thousand. */
function removeFolder(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) removeFolder(inner);
    else unlinkSync(inner);
  }
  rmdirSync(path);
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
