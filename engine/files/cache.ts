/**
 * A folder of entries that may always be missing: what was computed once, and can be computed anew. An entry is read
 * whole and sound, or not at all; it appears at once; the oldest leave where the folder grows beyond its bound.
 */

import { FormatError, OptionsError } from "../errors.ts";
import { Buffer } from "../platform/bytes.ts";
import {
  mkdirSync,
  readdirSync,
  readFile,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFile,
} from "../platform/files.ts";
import { createHash } from "../platform/hashing.ts";
import { homedir, process } from "../platform/machine.ts";
import { join } from "../platform/paths.ts";
import { beginAtomically, explainWriteError } from "./atomic-file.ts";

/** Bytes that a folder may hold in all. */
const mostBytes = 2 ** 28;
/** Bytes of the largest entry that is kept. */
const mostEntryBytes = 2 ** 26;

/** Refusals of the system where a folder may only be read. */
const READ_ONLY = ["EROFS", "EACCES", "EPERM"];

const digestBytes = 32;
const suffix = ".entry";
const digestOf = (content: Uint8Array): Buffer => createHash("sha256").update(content).digest();

/** Folder of the entries. */
export interface Cache {
  readonly folder: string;
  /** True if the folder was named, so that an error is raised where it cannot be used. */
  readonly asked: boolean;
}

/**
 * The folder to use: `asked`, else what the variable `MONGE_CACHE` names ("off": none), else the place that the system
 * has for this: `$XDG_CACHE_HOME/monge` or `~/.cache/monge`, `~/Library/Caches/monge` on macOS,
 * `%LOCALAPPDATA%\monge\cache` on Windows.
 *
 * @param asked - a folder, or false for none
 * @returns undefined for none
 */
export function cacheOf(asked: string | false | undefined): Cache | undefined {
  if (asked === false) return undefined;
  if (asked !== undefined) {
    if (typeof asked === "string" && asked !== "") return { folder: asked, asked: true };
    throw new OptionsError(`cache must be the path of a folder, or false, got ${String(asked)}`, "cache", asked);
  }
  const variable = process.env["MONGE_CACHE"];
  if (variable === "off") return undefined;
  if (variable) return { folder: variable, asked: true };
  const folder = systemFolder();
  return folder === undefined ? undefined : { folder, asked: false };
}

function systemFolder(): string | undefined {
  try {
    if (process.platform === "win32") {
      const local = process.env["LOCALAPPDATA"];
      return local ? join(local, "monge", "cache") : undefined;
    }
    if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "monge");
    const base = process.env["XDG_CACHE_HOME"];
    // The specification of these folders has relative paths ignored.
    return join(base?.startsWith("/") ? base : join(homedir(), ".cache"), "monge");
  } catch {
    return undefined; // A user without a home.
  }
}

const pathOf = (cache: Cache, key: string): string => join(cache.folder, key + suffix);

/** The entry's content; undefined where there is none, or what is there is damaged. */
export function readEntry(cache: Cache, key: string): Uint8Array | undefined {
  const path = pathOf(cache, key);
  try {
    const bytes = readFileSync(path);
    const content = bytes.subarray(digestBytes);
    if (content.length === 0 || !digestOf(content).equals(bytes.subarray(0, digestBytes))) return undefined;
    const now = new Date();
    utimesSync(path, now, now);
    return content;
  } catch {
    return undefined;
  }
}

/** An entry on its way. */
export interface PendingEntry {
  /** Path for the content. */
  readonly path: string;
  /** Keeps what was written, unless it is too large or the disk refuses. */
  keep(): Promise<void>;
  /** Forgets what was written. */
  discard(): Promise<void>;
}

/**
 * Begins an entry; undefined where the folder cannot be used and nobody asked for it, and where it may only be read.
 *
 * @throws FormatError where someone asked for it
 */
export async function beginEntry(cache: Cache, key: string): Promise<PendingEntry | undefined> {
  const target = pathOf(cache, key);
  try {
    mkdirSync(cache.folder, { recursive: true, mode: 0o700 });
    const pending = await beginAtomically(target);
    return {
      path: pending.temporary,
      discard: () => pending.discard(),
      keep: async () => {
        try {
          const content = await readFile(pending.temporary);
          if (content.length === 0 || content.length > mostEntryBytes) return;
          await writeFile(pending.temporary, Buffer.concat([digestOf(content), content]));
          await pending.commit();
          trim(cache.folder);
        } catch {
          // Nothing is lost but time.
        } finally {
          await pending.discard();
        }
      },
    };
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    // What was made by others can be read all the same.
    if (!cache.asked || READ_ONLY.includes(code)) return undefined;
    if (code !== "EEXIST") throw explainWriteError(target, error);
    const hint = "name a folder, or keep no graphs (`MONGE_CACHE=off`)";
    throw new FormatError(cache.folder, "cache", "it is a file, not a folder of compiled graphs", hint, {
      cause: error,
    });
  }
}

/** Removes the entries that were used longest ago, until the folder holds no more than its bound. */
export function trim(folder: string, most: number = mostBytes): void {
  const entries = readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .flatMap((name) => {
      const path = join(folder, name);
      const status = statSync(path, { throwIfNoEntry: false });
      return status ? [{ path, size: status.size, used: status.mtimeMs }] : [];
    })
    .sort((a, b) => b.used - a.used);
  let total = 0;
  for (const { path, size } of entries) {
    total += size;
    if (total > most) rmSync(path, { force: true });
  }
}
