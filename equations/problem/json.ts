/** Problems as JSON: what `monge solve` reads. */

import { FormatError, isMongeError, OptionsError } from "../../engine/errors.ts";
import { parseJson } from "../../engine/files/json-text.ts";
import { textFile } from "../../engine/files/read-bounded.ts";
import { dirname, resolve } from "../../engine/platform/paths.ts";
import { isDeepStrictEqual } from "../../engine/platform/values.ts";
import { filesNamed, withColumns, withFiles } from "./files.ts";
import { pde } from "./pde.ts";
import type { Problem, ProblemSpec } from "./problem.ts";
import { checkSpec } from "./spec-check.ts";

/** The problem as it was written, plain JSON; `problemFromJson` makes the same problem of it again. */
export function problemToJson(problem: Problem): ProblemSpec {
  return problem.text;
}

/**
 * Makes a problem of JSON.
 *
 * @param json a value, or the text of a file, which may have comments
 * @param path name of the file, for messages; files that the domain names are looked for in its folder
 * @throws FormatError for text that is not JSON; all errors of `pde`
 */
export function problemFromJson(json: unknown, path = "problem"): Problem {
  const value: unknown = typeof json === "string" ? parseJson(json, path) : json;
  checkSpec(value);
  // Files that it names lie beside its own.
  const folder = dirname(path);
  return pde({
    ...value,
    domain: withFiles(value.domain, folder),
    ...(value.observations && { observations: withColumns(value.observations, folder) }),
  });
}

/** Files that a problem of a file is made of: its own, and those that its domain, its observations and its functions name. */
export function filesOfProblem(path: string): readonly string[] {
  try {
    const {
      domain,
      observations = [],
      functions = {},
    } = parseJson(textFile(path, "problem"), path) as {
      readonly domain?: unknown;
      readonly observations?: readonly { readonly file?: unknown }[];
      readonly functions?: Readonly<Record<string, { readonly file?: unknown }>>;
    };
    const tables = [...observations, ...Object.values(functions)].flatMap(({ file }) =>
      typeof file === "string" ? [resolve(dirname(path), withoutVariable(file))] : [],
    );
    return [path, ...filesNamed(domain, dirname(path)), ...tables];
  } catch {
    // What is no problem is reported where it is read.
    return [path];
  }
}

/** `FILE` of `FILE:VARIABLE`. */
const withoutVariable = (file: string): string => /^(.+?\.\w+):[^/\\]*$/s.exec(file)?.[1] ?? file;

/**
 * The problem of a saved record: the one handed in, where it is the same, else the one that is stored.
 *
 * @param reader - the function that reads, for messages
 * @throws OptionsError where another problem is handed in, or none although a residual of the stored one is a function
 * @throws FormatError where what is stored is no problem
 */
export function savedProblem(reader: string, path: string, stored: unknown, given: Problem | undefined): Problem {
  if (given !== undefined) {
    if (isDeepStrictEqual(problemToJson(given), stored)) return given;
    throw new OptionsError(
      `${reader}: ${path} is of another problem than the one given, "${given.name}"; give the one that was solved`,
      "problem",
      given.name,
    );
  }
  if (hasFunction(stored)) {
    const way = "make the problem in code, and hand it in: { problem: yours }";
    throw new OptionsError(
      `${reader}: ${path} has a residual that is a function, which files cannot hold; ${way}`,
      "problem",
    );
  }
  try {
    return problemFromJson(stored, path);
  } catch (cause) {
    if (!isMongeError(cause)) throw cause;
    throw new FormatError(path, "problem", cause.message, "the file is damaged: save what it holds again", { cause });
  }
}

/** Of a function the JSON of a problem keeps name and inputs. */
function hasFunction(stored: unknown): boolean {
  const { equations } = (stored ?? {}) as { readonly equations?: unknown };
  const list: readonly unknown[] = Array.isArray(equations) ? equations : [equations];
  return list.some((e) => typeof e === "object" && e !== null && "inputs" in e);
}
