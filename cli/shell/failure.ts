/** What the user is told when a command fails, and the exit status. */
import type { Command } from "commander";
import { isMongeError, OptionsError } from "../../engine/errors.ts";
import { shortened } from "../../engine/printable.ts";
import { isThere } from "./outputs.ts";
import { spoken, spokenAsJson } from "./spoken.ts";
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
    this.exitCode = signal === "SIGTERM" ? 143 : 130;
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
 * Prints an error in one line, save one about a file's text.
 *
 * @param command - the one that was run, whose flags stand for the library's options
 * @returns the exit status: 2 for wrong options or input, else 1 */
export function reportFailure(error: unknown, command?: Command): number {
  if (error instanceof WrongInput) {
    complain(`monge: ${spokenAsJson(error.message)}`);
    return exitCodes.wrongCommand;
  }
  const known = isMongeError(error) || (error as NodeJS.ErrnoException | undefined)?.code !== undefined;
  const raw = error instanceof Error ? error.message : String(error);
  const text = known ? spoken(raw, command) : raw;
  complain(`monge: ${known ? "" : "unexpected error: "}${shortened(text, MOST_LETTERS)}`);
  if (process.env["MONGE_DEBUG"] === "1" && error instanceof Error) complain(error.stack ?? "no stack");
  else if (!known) complain("set MONGE_DEBUG=1 to see where");
  return error instanceof OptionsError ? exitCodes.wrongCommand : exitCodes.failed;
}

/** @throws OptionsError when a file that the command names is not there */
export function checkFiles(option: string, paths: readonly string[]): void {
  for (const path of paths) {
    if (isThere(path)) continue;
    throw new OptionsError(`${path}: there is no such file; check ${option}`, option, path);
  }
}
