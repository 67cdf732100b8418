/** Settings of a part as one word: `regularizer=entropy,kappa=0.1`. */
import { InvalidArgumentError } from "commander";

/** Settings by name: numbers, true and false, and texts. */
export type Settings = Readonly<Record<string, unknown>>;

/** Reads settings. */
export function settings(text: string): Settings {
  const entries = text.split(",").map((part) => {
    const match = /^\s*([A-Za-z]\w*)\s*=\s*(\S+)\s*$/.exec(part);
    if (match === null)
      throw new InvalidArgumentError("expected NAME=VALUE, by commas, such as kappa=0.1,damping=0.5.");
    return [match[1]!, readValue(match[2]!)] as const;
  });
  return Object.fromEntries(entries);
}

function readValue(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return Number.isNaN(Number(text)) ? text : Number(text);
}
