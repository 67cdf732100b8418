/** What the user is told when a command fails, and the exit status. */
import { constants } from "node:os";
import type { Command } from "commander";
import { isMongeError, OptionsError } from "../../engine/errors.ts";
import { shortened } from "../../engine/printable.ts";
import { failureLines, failureParts } from "./failure-lines.ts";
import { isThere } from "./outputs.ts";
import { flagOf, spoken, spokenAsJson } from "./spoken.ts";
import { complain } from "./terminal.ts";

export const exitCodes = { done: 0, failed: 1, wrongCommand: 2 } as const;

/** Of a message: names and attributes of files can be of any length. */
const MOST_LETTERS = 4000;

/** The user stopped the command; what can be resumed has been saved and said. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.name = new.target.name;
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** A file that the user wrote is wrong. The message keeps its lines: a caret may point into one of them. */
export class WrongInput extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = new.target.name;
  }
}

/** The command ended early or badly; what there is has been printed and said. */
export class Unfinished extends Error {
  readonly exitCode = exitCodes.failed;
}

/**
 * Prints an error in three lines: what, where, what to do.
 *
 * @param command - the one that was run, whose flags stand for the library's options
 * @returns the exit status: 2 for wrong options or input, else 1 */
export function reportFailure(error: unknown, command?: Command): number {
  const known = isMongeError(error) || (error as NodeJS.ErrnoException | undefined)?.code !== undefined;
  const isInput = error instanceof WrongInput;
  const raw = error instanceof Error ? error.message : String(error);
  // What is wrong with a text keeps its lines: a caret may point into one of them.
  const line = isInput ? raw : shortened(raw, MOST_LETTERS);
  const text = isInput ? spokenAsJson(line) : known ? spoken(line, command) : line;
  const path = (error as { readonly path?: unknown } | undefined)?.path;
  const { what, where, way } = failureParts(text, typeof path === "string" ? path : undefined);
  const flag = error instanceof OptionsError ? flagOf(error.option, command) : undefined;
  const isSaid = flag === undefined || (where !== undefined && text.includes(flag));
  const places = [where, isSaid ? undefined : flag].filter((place) => place !== undefined);
  const name = command === undefined ? "monge" : `monge ${command.name()}`;
  complain(
    failureLines({
      what: known || isInput ? what : `unexpected error: ${what}`,
      where: places.length === 0 ? name : places.join("; "),
      way:
        way ??
        (error instanceof OptionsError
          ? `${name} --help tells what there is`
          : "set MONGE_DEBUG=1 to see where in the code"),
    }),
  );
  if (process.env["MONGE_DEBUG"] === "1" && error instanceof Error) complain(error.stack ?? "no stack");
  return isInput || error instanceof OptionsError ? exitCodes.wrongCommand : exitCodes.failed;
}

/** @throws OptionsError when a file that the command names is not there */
export function checkFiles(option: string, paths: readonly string[]): void {
  for (const path of paths) {
    if (isThere(path)) continue;
    throw new OptionsError(`${path}: there is no such file; check ${option}`, option, path);
  }
}
