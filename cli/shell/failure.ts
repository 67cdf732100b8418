/** Messages and exit status of a command that fails. */
import { constants } from "node:os";
import type { Command } from "commander";
import { isMongeError, OptionsError } from "../../engine/errors.ts";
import { printable, shortened } from "../../engine/text/escape-terminal.ts";
import { failureLines, failureParts, usageParts } from "./failure-lines.ts";
import { asJson, flagOf, withFlags } from "./flag-names.ts";
import { isThere } from "./outputs.ts";
import { complain, emitJson } from "./terminal.ts";

export const exitCodes = { done: 0, failed: 1, wrongCommand: 2, doubtful: 3 } as const;

/** Kinds of errors of what was given: options, files, units, grids, values. */
const ofInput: ReadonlySet<string> = new Set(["options", "format", "units", "shape", "domain"]);

const lessMemory = "take a part of the data, a smaller factor or fewer members, or a machine with more memory";

/** Of a message: names and attributes of files can be of any length. */
const MOST_LETTERS = 4000;

/** The user stopped the command; files from which it can be resumed are saved. */
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
  readonly file: string;

  constructor(cause: Error, file: string) {
    super(cause.message, { cause });
    this.file = file;
    this.name = new.target.name;
  }
}

/** The command ended early or badly, and has printed its results so far. */
export class Unfinished extends Error {
  readonly exitCode: number = exitCodes.failed;
}

/** The command's results are printed and written, and should not be believed. */
export class Doubtful extends Unfinished {
  override readonly exitCode = exitCodes.doubtful;
}

/** Functions of the library that a place may name; the user knows the command. */
const isFunction = (place: string): boolean =>
  /^[a-z]+[A-Z]\w*$|^(?:pde|regrid|resample|solve|train|downscale|verify|distance|plan|merge|audit)$/.test(place);

/**
 * Prints an error in three lines: what, where, what to do; with `--json` also as one document on standard output.
 *
 * @param command - the one that was run, whose flags stand for the library's options
 * @returns the exit status: 2 where options, a problem or a file cannot be used as they are, else 1
 */
export function reportFailure(error: unknown, command?: Command): number {
  const isTyped = isMongeError(error);
  const isMemory =
    error instanceof RangeError && /allocation failed|Invalid (?:typed )?array length|grow/.test(error.message);
  const isKnown = isTyped || isMemory || (error as NodeJS.ErrnoException | undefined)?.code !== undefined;
  const isInput = error instanceof WrongInput;
  const option = error instanceof OptionsError ? error.option : undefined;
  const raw = error instanceof Error ? error.message : String(error);
  // A wrong text keeps its lines: a caret may point into one of them.
  const line = isInput ? raw : shortened(raw, MOST_LETTERS);
  const text = isInput ? asJson(line) : isKnown ? withFlags(line, command, option) : line;
  const path = (error as { readonly path?: unknown } | undefined)?.path;
  const { what, places, shown, way } = failureParts(text, typeof path === "string" ? path : undefined);
  const name = command === undefined ? "monge" : `monge ${command.name()}`;
  const [first, ...inner] = places;
  const caller = isInput ? error.file : name;
  const named = first === undefined ? [] : isFunction(first) ? [caller, ...inner] : places;
  const flag = option === undefined ? undefined : flagOf(option, command);
  const isSaid = flag === undefined || (named.length > 0 && text.includes(flag));
  const where = [named.join(": "), isSaid ? "" : flag].filter((place) => place !== "").join("; ");
  const isWrong = isInput || (isTyped && ofInput.has(error.kind));
  const help = isInput ? "correct it there" : `${name} --help lists the options`;
  const failure = {
    what: isMemory
      ? `the memory does not hold what this takes (${what})`
      : isKnown || isInput
        ? what
        : `unexpected error: ${what}`,
    where: [where === "" ? caller : where, ...shown].join("\n"),
    way: way ?? (isMemory ? lessMemory : isWrong ? help : "set MONGE_DEBUG=1 to see where in the code"),
  };
  const exitCode = isWrong ? exitCodes.wrongCommand : exitCodes.failed;
  complain(failureLines(failure));
  if (process.env["MONGE_DEBUG"] === "1" && error instanceof Error) complain(error.stack ?? "no stack");
  if (command?.opts()["json"] === true) {
    const kind = isTyped ? error.kind : isInput ? "format" : "unexpected";
    emitJson({ error: { kind, ...failure, ...(flag !== undefined && { option: flag }), exitCode } });
  }
  return exitCode;
}

/** Names that options had, or have elsewhere, and those of today. */
const formerFlags: Readonly<Record<string, string>> = {
  "--units": "--assume-units, of what comes in, or --to-units, of what comes out",
  "--stated-units": "--assume-units",
  "--nc": "-o FILE.nc",
  "--csv": "-o FILE.csv",
  "--onnx": "-o FILE.onnx",
  "--png": "--figure",
  "--folder": "--out",
};

/** Prints a complaint of the reader of options as {@link reportFailure} prints errors. */
export function reportUsage(text: string, isJson: boolean, write: (text: string) => void): void {
  const failure = usageParts(text);
  const former = /unknown option '(--[\w-]+)/.exec(text)?.[1] ?? "";
  const instead = Object.hasOwn(formerFlags, former) ? formerFlags[former] : undefined;
  const said = instead === undefined ? failure : { ...failure, way: `Did you mean ${instead}?` };
  write(`${printable(failureLines(said))}\n`);
  if (isJson) emitJson({ error: { kind: "options", ...said, exitCode: exitCodes.wrongCommand } });
}

/** @throws OptionsError when a file that the command names is not there */
export function checkFiles(option: string, paths: readonly string[]): void {
  for (const path of paths) {
    if (isThere(path)) continue;
    throw new OptionsError(`${path}: there is no such file; check ${option}`, option, path);
  }
}
