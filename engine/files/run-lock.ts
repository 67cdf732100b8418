/**
 * Locks by process: a folder that one process writes into is no other's. A lock names its process by number, moment of
 * start and machine, so that one that a killed process left behind is known as such, even when the number is in use
 * again.
 */

import { isPlainObject } from "../checks.ts";
import { DomainError } from "../errors.ts";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "../platform/files.ts";
import { randomUUID } from "../platform/hashing.ts";
import { hostname, process } from "../platform/machine.ts";
import { join } from "../platform/paths.ts";
import { spawnSync } from "../platform/programs.ts";
import { bootId, isRunning, startTicks } from "../system/processes.ts";

/** Name of the lock in its folder. */
export const lockName = ".lock";

/** Who holds a lock. */
interface Owner {
  readonly pid: number;
  /** Start of the process as the system reports it; null where it does not. */
  readonly began: string | null;
  readonly host: string;
  /** Tells this lock from others of the same process. */
  readonly token: string;
}

/** A lock that is held. */
export interface Lock {
  /** Gives it back; a second time does nothing. */
  release(): void;
}

/** Tokens by path. */
const held = new Map<string, string>();
let cleaning = false;

/**
 * Locks a folder for this process until {@link Lock.release}, or its end.
 *
 * @param folder - must exist
 * @param what - the folder in words, for the error
 * @throws DomainError where a living process has it, this one included
 */
export function lockFolder(folder: string, what = folder): Lock {
  const path = join(folder, lockName);
  const owner: Owner = { pid: process.pid, began: beginOf(process.pid), host: hostname(), token: randomUUID() };
  // Written aside and linked: a lock never lies there without its owner.
  const aside = `${path}.${owner.token}.tmp`;
  writeFileSync(aside, JSON.stringify(owner), { flag: "wx" });
  try {
    acquire(path, aside, what);
  } finally {
    rmSync(aside, { force: true });
  }
  held.set(path, owner.token);
  if (!cleaning) process.on("exit", releaseAll);
  cleaning = true;
  return {
    release() {
      if (held.get(path) !== owner.token) return;
      held.delete(path);
      const now = ownerOf(path);
      if (now?.token === owner.token) rmSync(path, { force: true });
    },
  };
}

function releaseAll(): void {
  for (const path of held.keys()) rmSync(path, { force: true });
}

function busy(what: string, path: string, { pid, host }: Owner): DomainError {
  const here = host === hostname();
  const who = here ? (pid === process.pid ? "this process" : `process ${pid}`) : `process ${pid} on ${host}`;
  const way = here
    ? "wait for it, or stop it"
    : `wait for it; if it has ended, remove ${path} (another machine's processes cannot be seen from here)`;
  return new DomainError(`${what} is being written by ${who}; ${way}`, pid);
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Nobody, who is never alive: who left a lock that cannot be read. */
const nobody: Owner = { pid: -1, began: null, host: hostname(), token: "unreadable" };

/** Undefined where the lock has gone meanwhile. */
function ownerOf(path: string): Owner | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const owner: unknown = JSON.parse(text);
    const { pid, began, host, token } = (isPlainObject(owner) ? owner : {}) as Partial<Owner>;
    const named =
      Number.isSafeInteger(pid) && pid! > 0 && typeof host === "string" && /^[0-9a-f-]{36}$/.test(String(token));
    if (named && (began === null || typeof began === "string")) return { pid: pid!, began, host: host!, token: token! };
  } catch {
    // Not written by us, or damaged: nobody is behind it.
  }
  return nobody;
}

/**
 * Puts the lock `aside` at `path`. A stale one is replaced only by who holds the lock on that very replacement, which
 * is got in the same way: two processes that find the same stale lock never both take it over.
 */
function acquire(path: string, aside: string, what: string): void {
  while (!tryLink(aside, path)) {
    const other = ownerOf(path);
    if (other === undefined) continue;
    if (isAlive(other)) throw busy(what, path, other);
    const replacing = `${path}.${other.token}`;
    acquire(replacing, aside, what);
    try {
      if (ownerOf(path)?.token !== other.token) continue;
      const next = `${aside}.next`;
      linkSync(aside, next);
      renameSync(next, path);
      return;
    } finally {
      rmSync(replacing, { force: true });
    }
  }
}

/** Of another machine nothing can be known, so that its locks hold. */
function isAlive({ pid, began, host }: Owner): boolean {
  if (host !== hostname()) return true;
  if (pid <= 0 || !isRunning(pid)) return false;
  const now = beginOf(pid);
  return began === null || now === null || now === began;
}

/**
 * The moment when a process began, as the system reports it: on Linux in ticks since the start of the machine, with
 * that start's name; else by `ps`. Null where neither says, or there is no such process.
 */
export function beginOf(pid: number): string | null {
  if (process.platform === "linux") {
    const ticks = startTicks(pid);
    return ticks === undefined ? null : `${bootId()} ${ticks}`;
  }
  const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 && stdout.trim() !== "" ? stdout.trim() : null;
}
