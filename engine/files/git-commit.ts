/**
 * The commit that is checked out around a folder, read from git's own files. Git itself is not run: the configuration
 * of a repository may name programs that git runs, and the folder that a command is started in may be anybody's.
 */
import { statSync } from "../platform/files.ts";
import { dirname, join, resolve } from "../platform/paths.ts";
import { readBounded } from "./read-bounded.ts";

/** Links of one reference to the next that are followed. */
const MOST_LINKS = 5;
/** Bytes of a list of references; a large repository has some megabytes. */
const MOST_BYTES = 2 ** 26;

const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Null outside of a repository, without a commit in it, and where its references are kept in another way than as files. */
export function commitAround(folder: string): string | null {
  const git = repositoryAround(resolve(folder));
  if (git === undefined) return null;
  const common = textOf(join(git, "commondir"));
  const shared = common === undefined ? git : resolve(git, common);
  let name = "HEAD";
  for (let k = 0; k < MOST_LINKS; k++) {
    const text = textOf(join(git, name)) ?? textOf(join(shared, name)) ?? packed(shared, name);
    if (text === undefined || HASH.test(text)) return text ?? null;
    const next = /^ref: (refs\/\S+)$/.exec(text)?.[1];
    if (next === undefined || next.split("/").includes("..")) return null;
    name = next;
  }
  return null;
}

/** The folder that holds `HEAD`: `.git`, or the one that a file `.git` names, as in work trees and submodules. */
function repositoryAround(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, ".git");
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isDirectory()) return path;
    const named = status && /^gitdir: (.+)$/.exec(textOf(path) ?? "")?.[1];
    if (named) return resolve(at, named);
    if (dirname(at) === at) return undefined;
  }
}

/** The commit of a reference in the list of those that have no file of their own. */
function packed(git: string, name: string): string | undefined {
  const lines = (textOf(join(git, "packed-refs")) ?? "").split("\n");
  return lines.find((line) => line.endsWith(` ${name}`))?.split(" ")[0];
}

/** Without the end of its last line; undefined for what is no file, or a very large one. */
function textOf(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? readBounded(path, MOST_BYTES)?.toString("utf8").trimEnd() : undefined;
  } catch {
    return undefined; // It is not there, or not ours to read: the record goes without it.
  }
}
