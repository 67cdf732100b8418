/** Keeps reading inside the folder that the user named: links in it may lead to any file of the machine. */
import { existsSync, readdirSync, realpathSync, statSync } from "../../engine/platform/files.ts";
import { dirname, join, sep } from "../../engine/platform/paths.ts";

/** Options for files that can lead to other files. */
export interface ExternalOptions {
  /**
   * True if a file may lead to other files: by external links, external storage and virtual datasets of HDF5, by
   * symbolic links in a Zarr store. They can name any file that you may read: allow it where you trust the origin.
   * @defaultValue false
   */
  readonly allowExternal?: boolean;
}

/** A path leads out of the folder in which it lies. */
export class LeadsOut extends Error {
  override readonly name = "LeadsOut";
  readonly path: string;
  readonly target: string;

  constructor(path: string, target: string) {
    super(
      `${path} is a link out of the store, to ${target}, which is not followed; allow it for a store that you trust: ` +
        "`allowExternal: true`",
    );
    this.path = path;
    this.target = target;
  }
}

/** Real path of a path: a file that is not yet there lies where its folder does. */
function nearest(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    const missing = ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
    if (!missing || dirname(path) === path) throw error;
    return nearest(dirname(path));
  }
}

/**
 * A check of folders that are written into.
 *
 * @returns a function that throws LeadsOut for a file whose folder really lies elsewhere, whether it is there or not
 */
export function writeWithin(folder: string): (path: string) => void {
  const check = stayWithin(folder);
  return (path) => {
    const target = nearest(dirname(path));
    try {
      check(target);
    } catch (error) {
      throw error instanceof LeadsOut ? new LeadsOut(dirname(path), target) : error;
    }
  };
}

/** Targets of all links in a folder, those in what they lead to included. */
export function targetsOfLinks(folder: string): readonly string[] {
  const found = new Set<string>();
  const walk = (at: string) => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) walk(path);
      if (!entry.isSymbolicLink() || !existsSync(path)) continue;
      const target = realpathSync.native(path);
      if (found.has(target)) continue;
      found.add(target);
      if (statSync(target).isDirectory()) walk(target);
    }
  };
  walk(folder);
  return [...found];
}

/**
 * A check of paths below a folder.
 *
 * @returns a function that throws LeadsOut for a path that really lies elsewhere, and ENOENT where there is none
 */
export function stayWithin(folder: string): (path: string) => void {
  const root = realpathSync.native(folder);
  return (path) => {
    const target = realpathSync.native(path);
    if (target !== root && !target.startsWith(root.endsWith(sep) ? root : root + sep)) throw new LeadsOut(path, target);
  };
}
