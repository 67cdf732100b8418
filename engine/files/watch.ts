/** Files that must stay as they are while they are read. */

import { FormatError } from "../errors.ts";
import { readdirSync, statSync } from "../platform/files.ts";
import { join } from "../platform/paths.ts";

/**
 * Stamp that changes when a file is written to or replaced: its size, the time of its last writing, and which file it
 * is; of a folder those of all in it. Links to it and rights on it do not count. Undefined where nothing is there.
 */
export function contentStamp(path: string): string | undefined {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (status === undefined) return undefined;
  if (!status.isDirectory()) return `${status.size} ${status.mtimeNs} ${status.ino}`;
  const names = readdirSync(path).sort();
  return names.map((name) => `${JSON.stringify(name)} ${contentStamp(join(path, name))}`).join("\n");
}

/** The error of a file that was written to by others. */
export function changedWhileRead(path: string, format: string): FormatError {
  const what = "it changed while it was read, so that parts of it are of before and others of after";
  return new FormatError(path, format, what, "let nothing write to it meanwhile, or read a copy; then begin again");
}

/**
 * Remembers files and folders as they are.
 *
 * @returns a check that throws FormatError where one is no longer as it was; of one that is gone nothing more can be
 * read
 */
export function watchFiles(paths: readonly string[]): () => void {
  const known = paths.map((path) => [path, contentStamp(path)] as const);
  return () => {
    for (const [path, stamp] of known) {
      const now = contentStamp(path);
      if (now !== undefined && now !== stamp) throw changedWhileRead(path, "input");
    }
  };
}
