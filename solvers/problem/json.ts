/** Problems as JSON: what `monge solve` reads. */
import { FormatError } from "../../engine/errors.ts";
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
 * @param json a value, or the text of a file
 * @param path name of the file, for messages
 * @throws FormatError for text that is not JSON; all errors of `pde`
 */
export function problemFromJson(json: unknown, path = "problem"): Problem {
  const value: unknown = typeof json === "string" ? parse(json, path) : json;
  checkSpec(value);
  return pde(value);
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError(path, "JSON", `no JSON: ${(cause as Error).message}`, "mend the file", { cause });
  }
}
