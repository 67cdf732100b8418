/** Readers of option values; each complains in one line, which ends the command with status 2. */
import { type Command, InvalidArgumentError } from "commander";

/** A whole number from `least` on. */
export function integer(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`expected a whole number of at least ${least}.`);
  };
}

/** A number above 0, or from 0 on with `zero`. */
export function positive(zero = false): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && (value > 0 || (zero && value === 0))) return value;
    throw new InvalidArgumentError(`expected a number ${zero ? "of at least" : "above"} 0.`);
  };
}

/** `5` or `5:8`: indices `[from, to)`. */
export function indexRange(text: string): readonly [number, number] {
  const match = /^(\d+)(?::(\d+))?$/.exec(text);
  const from = Number(match?.[1]);
  const to = match?.[2] === undefined ? from + 1 : Number(match[2]);
  if (match && from < to) return [from, to];
  throw new InvalidArgumentError("expected an index such as 5, or a range such as 0:10 (without its end).");
}

/** `time`, one number of seconds, or one a file: `300,600`. */
export function intervals(text: string): Intervals {
  if (text === "time") return "time";
  return text.split(",").map(positive());
}

/** Lengths of accumulation in seconds, or `"time"`: the spacing of the file's own time axis. */
export type Intervals = "time" | readonly number[];

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

/** Adds them. */
export function addCommon(command: Command): Command {
  return command
    .option("--json", "print one JSON document on standard output")
    .option("--dry-run", "print all options, resolved, and stop")
    .helpOption("-h, --help", "print this help");
}

/** Examples below a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
