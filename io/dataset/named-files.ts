/** Files named with wildcards, and variables named together with their files: `era5_*.nc:t2m`. */

import { OptionsError } from "../../engine/errors.ts";
import { existsSync } from "../../engine/platform/files.ts";
import { filesLike } from "./files-like.ts";

/** Files and variables that a text names. */
export interface NamedFields {
  /** As written: a file, or a pattern. */
  readonly files: string;
  /** Empty: the only variable that looks like data. */
  readonly names: readonly string[];
}

/**
 * Takes `FILES:VARIABLE,VARIABLE` apart. Behind the last colon are names of variables, unless a file has such a name,
 * or it has a slash (`C:\data`, `s3:/…`).
 *
 * @throws OptionsError for an empty name
 */
export function namedFields(text: string): NamedFields {
  const at = text.lastIndexOf(":");
  const rest = text.slice(at + 1);
  if (at <= 0 || existsSync(text) || /[\\/]/.test(rest)) return { files: text, names: [] };
  const names = rest.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return { files: text.slice(0, at), names };
  throw new OptionsError(`${text}: expected FILE, FILE:VARIABLE or FILE:VARIABLE,VARIABLE`, "source", text);
}

/**
 * Files that `FILE`, `PATTERN` or either with `:VARIABLE` stand for, and the one variable that they name.
 *
 * @param variable - named besides
 * @throws OptionsError where several variables are named, or a pattern meets no file
 */
export async function namedFiles(
  texts: readonly string[],
  variable?: string,
): Promise<{ readonly files: readonly string[]; readonly variable: string | undefined }> {
  const named = texts.map(namedFields);
  const [name, other] = new Set([
    ...(variable === undefined ? [] : [variable]),
    ...named.flatMap(({ names }) => names),
  ]);
  if (other !== undefined) {
    const text = `${texts.join(" ")}: the variables ${name} and ${other} are named; expected one`;
    throw new OptionsError(text, "variable", other);
  }
  return { files: await expandPatterns(named.map(({ files }) => files)), variable: name };
}

/**
 * Files and stores that names stand for: `*`, `?`, `**`, `[0-9]` and `{a,b}` are wildcards, but for a file that has
 * such a name. Each pattern gives its files in order of their names.
 *
 * @throws OptionsError where a pattern meets no file
 */
export async function expandPatterns(paths: readonly string[]): Promise<string[]> {
  const out: string[] = [];
  for (const path of paths) {
    if (existsSync(path)) {
      out.push(path);
      continue;
    }
    const found = await filesLike(path);
    if (found === undefined) {
      out.push(path);
      continue;
    }
    if (found.length === 0) throw new OptionsError(`${path}: no file has a name like this`, "paths", path);
    out.push(...found.map((name) => name.replace(/\/$/, "")).sort());
  }
  return out;
}
