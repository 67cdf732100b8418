/**
 * Names of files and folders on their way to their place, and what becomes of those that a killed process left. A name
 * says whose it is: machine, boot, process, and when that process began, so that a process id used anew is
 * distinguished from the old one.
 */

import { OptionsError } from "../errors.ts";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
} from "../platform/files.ts";
import { createHash, randomBytes } from "../platform/hashing.ts";
import { hostname, process, tmpdir } from "../platform/machine.ts";
import { join } from "../platform/paths.ts";
import { bootId, isRunning, startTicks } from "../system/processes.ts";

/** Files left by dead processes. */
export interface Tidied {
  /** Paths that were removed: unfinished, or replaced. */
  readonly removed: readonly string[];
  /** Paths that stand again: their replacement was cut short. */
  readonly restored: readonly string[];
}

const short = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 6);

/** Process ids mean something within one machine and one namespace of ids. */
const place = short(`${hostname()} ${pidNamespace()}`);
const boot = short(bootId());
const begin = Number(startTicks("self") ?? "").toString(36);

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

const TOKEN = /^\.(.*)\.([0-9a-f]{6})-([0-9a-f]{6})-([0-9a-z]+)-([0-9a-z]+)-[0-9a-f]{8}\.(tmp|old)$/s;

/** Says that this process owns what is named so; unlike any other. */
function ownerToken(): string {
  return `${place}-${boot}-${process.pid.toString(36)}-${begin}-${randomBytes(4).toString("hex")}`;
}

/** Names of two things beside `name` in its folder: what will take its place, and what stood there before. */
export function temporaryNames(name: string): { readonly fresh: string; readonly aside: string } {
  const stem = `.${name}.${ownerToken()}`;
  return { fresh: `${stem}.tmp`, aside: `${stem}.old` };
}

/** True if a name is one of {@link temporaryNames}, of whatever process and machine. */
export const isTemporaryName = (name: string): boolean => TOKEN.test(name);

interface Owned {
  readonly target: string;
  readonly kind: "tmp" | "old";
  /** Undefined where it cannot be known: another machine, or another container. */
  readonly alive: boolean | undefined;
}

function ownerOf(name: string): Owned | undefined {
  const match = TOKEN.exec(name);
  if (match === null) return undefined;
  const [, target, where, since, pid, began, kind] = match as unknown as [string, ...string[]];
  const owned = { target: target!, kind: kind as "tmp" | "old" };
  if (where !== place) return { ...owned, alive: undefined };
  if (since !== boot) return { ...owned, alive: false };
  return { ...owned, alive: isAlive(Number.parseInt(pid!, 36), began!) };
}

function isAlive(pid: number, began: string): boolean {
  if (!isRunning(pid)) return false;
  const now = startTicks(pid);
  return now === undefined || Number(now).toString(36) === began;
}

/**
 * Removes what dead processes left unfinished in a folder, and puts back what one had set aside without bringing the
 * replacement. What belongs to a living process, to another machine, user or to nobody is left alone; so is what was
 * set aside where something else has taken the place since. A link is removed itself, never what it leads to.
 */
export function tidyFolder(folder: string): Tidied {
  const removed: string[] = [];
  const restored: string[] = [];
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return { removed, restored };
  }
  const found = names.flatMap((name) => {
    const owned = ownerOf(name);
    return owned?.alive === false ? [{ ...owned, name }] : [];
  });
  const remove = (name: string) => {
    try {
      if (lstatSync(join(folder, name)).uid !== user) return;
      rmSync(join(folder, name), { recursive: true, force: true });
      removed.push(join(folder, name));
    } catch {
      // Gone meanwhile, or on a read-only disk: it harms nobody where it is.
    }
  };
  const kept = new Set<string>();
  for (const { name, target } of found.filter(({ kind }) => kind === "old")) {
    const [path, replacement] = [join(folder, target), name.replace(/old$/, "tmp")];
    const cutShort = names.includes(replacement);
    if (existsSync(path)) {
      if (!cutShort) remove(name);
      else kept.add(name);
      continue;
    }
    try {
      renameSync(join(folder, name), path);
      restored.push(path);
    } catch {
      kept.add(name);
    }
  }
  for (const { name } of found.filter(({ kind }) => kind === "tmp")) {
    if (!kept.has(name.replace(/tmp$/, "old"))) remove(name);
  }
  return { removed, restored };
}

/** User of a file; 0 on systems without users. */
const user = process.getuid?.() ?? 0;

const tidied = new Set<string>();

/** {@link tidyFolder}, once a process for each folder: before the first write into it. */
export function tidyOnce(folder: string): void {
  if (tidied.has(folder)) return;
  tidied.add(folder);
  tidyFolder(folder);
}

const own = new Set<string>();

/** Has a path removed at the end of this process, should it end before its work (`process.exit`); a kill is beyond that. */
export function removeAtExit(path: string): () => void {
  if (own.size === 0) process.on("exit", removeOwn);
  own.add(path);
  return () => {
    own.delete(path);
    if (own.size === 0) process.off("exit", removeOwn);
  };
}

function removeOwn(): void {
  for (const path of own) rmSync(path, { recursive: true, force: true });
}

/** A folder of this process in the system's folder for such. */
export interface TemporaryFolder {
  readonly path: string;
  /** Removes it with all that is in it; so does the end of the process, and the next one after a kill. */
  remove(): void;
}

/**
 * Makes a folder that only this user may enter, and removes those of `name` and others that dead processes left there.
 *
 * @throws OptionsError where `TMPDIR` names no folder; an error of the system where it cannot be written
 */
export function temporaryFolder(name: string): TemporaryFolder {
  const parent = tmpdir();
  if (!statSync(parent, { throwIfNoEntry: false })?.isDirectory()) {
    const way = "let TMPDIR name a folder that is there and can be written, or make this one";
    throw new OptionsError(`${parent}: there is no such folder for temporary files; ${way}`, "TMPDIR", parent);
  }
  tidyOnce(parent);
  const path = join(parent, temporaryNames(name).fresh);
  const cancel = removeAtExit(path);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    cancel();
    throw error;
  }
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true });
      cancel();
    },
  };
}
