/** Inputs of a command by its words: every file that is named is read, but those that options of outputs name. */
import { statSync } from "node:fs";
import type { Command } from "commander";
import { parted } from "./config.ts";

/** Options that name what is written. A new one that is not here would be refused as its own input. */
const outputs: ReadonlySet<string> = new Set(["output", "out", "figure", "figures", "curves", "stationScores"]);

/**
 * Files and stores that the words of a command name, be it as `FILE:VARIABLE`, in a pattern, or among others with
 * commas. Other folders do not count: what a command reads in them it knows itself.
 *
 * @param words - after the command's name, as they were typed and with those of `--config`
 */
export async function inputsNamed(command: Command, words: readonly string[]): Promise<readonly string[]> {
  if (!command.options.some((one) => outputs.has(one.attributeName()))) return [];
  const { operands, options } = parted(command, words);
  const chosen = command.registeredArguments.some(({ argChoices }) => argChoices !== undefined);
  const values = options.flatMap(({ option, words: [flag = "", ...rest] }) => {
    if (option === undefined || option.argChoices !== undefined || outputs.has(option.attributeName())) return [];
    return flag.includes("=") ? [flag.slice(flag.indexOf("=") + 1), ...rest] : rest;
  });
  const found = [...(chosen ? [] : operands), ...values].map(filesIn);
  return [...new Set((await Promise.all(found)).flat())];
}

/** Every reading of a text as names of files that are there. */
async function filesIn(text: string): Promise<readonly string[]> {
  const readings = [text, ...text.split(/[,=]/)].flatMap((part) => [part, part.slice(0, part.lastIndexOf(":"))]);
  const files = await Promise.all([...new Set(readings)].map(matching));
  return files.flat();
}

/** Files and stores of a name or a pattern; what reads these is loaded where there is a pattern or a folder. */
async function matching(name: string): Promise<readonly string[]> {
  try {
    const status = statSync(name, { throwIfNoEntry: false });
    if (status !== undefined && !status.isDirectory()) return [name];
    if (status === undefined && !/[*?[\]{}()!|]/.test(name)) return [];
    const { expandPatterns } = await import("../../io/dataset/index.ts");
    const { zarrVersion } = await import("../../io/formats/index.ts");
    const found = await expandPatterns([name]);
    return found.filter((path) => !statSync(path).isDirectory() || zarrVersion(path) !== undefined);
  } catch {
    return []; // No path: a part of it is a file, it is too long, or a pattern that nothing matches.
  }
}
