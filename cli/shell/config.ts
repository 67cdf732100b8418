/** `--config FILE`: options of an earlier run, from its options.json, or of a JSON file of one's own; flags take precedence. */
import type { Command, Option } from "commander";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import { parseJson } from "../../engine/files/json-text.ts";
import { textFile } from "../../engine/files/read-bounded.ts";
import { checkFiles } from "./failure.ts";

/** Words of a command line: operands, and each option with its values and the place of its first word. */
export interface Words {
  readonly operands: readonly string[];
  readonly options: readonly {
    readonly option: Option | undefined;
    readonly words: readonly string[];
    readonly at: number;
  }[];
}

/**
 * The words of a command line with those of its `--config` file in the place of that option. An option that the line
 * has is left out of the file's, and so are the file's operands where the line has operands.
 *
 * @param words - after the command's name
 * @throws OptionsError for a file of another command, or an option that the command lacks; FormatError for no JSON
 */
export function withConfig(command: Command, words: readonly string[]): readonly string[] {
  const given = parted(command, words);
  const config = given.options.findLast(({ option }) => option?.attributeName() === "config");
  const file = config?.words.at(-1);
  if (config === undefined || file === undefined || file === "--config") return words;
  const path = file.replace(/^--config=/, "");
  checkFiles("--config", [path]);
  const kept = parted(command, wordsOf(command, path));
  const names = new Set(given.options.map(({ option }) => option?.attributeName()));
  const options = kept.options.filter(({ option }) => !names.has(option?.attributeName()));
  const typed = words.toSpliced(config.at, config.words.length);
  // Options of the file come last: one with any number of values takes no operand that was typed.
  return [...(given.operands.length > 0 ? [] : kept.operands), ...typed, ...options.flatMap((one) => one.words)];
}

function wordsOf(command: Command, path: string): readonly string[] {
  const config = parseJson(textFile(path, "JSON"), path);
  if (typeof config !== "object" || config === null || Array.isArray(config))
    throw new FormatError(path, "JSON", "it is no object", "give the options.json of a run, or an object of options");
  const recorded = (config as { readonly command?: unknown }).command;
  if (!Array.isArray(recorded)) return flagsOf(command, Object.entries(config), path);
  // Node's program and the script come first.
  const [name, ...words] = recorded.slice(2).map(String);
  if (name === command.name()) return words;
  const text = `--config: ${path} is of ${name === undefined ? "a program" : `monge ${name}`}, not of monge ${command.name()}`;
  throw new OptionsError(`${text}; give the options.json of a run of this command`, "config", path);
}

/** An object with the names of options, in camel case or as flags, as words. */
function flagsOf(command: Command, entries: readonly (readonly [string, unknown])[], path: string): readonly string[] {
  return entries.flatMap(([name, value]) => {
    const option = command.options.find(
      (one) => one.attributeName() === name || one.long === `--${name.replace(/^--/, "")}`,
    );
    if (option?.long === undefined) {
      const text = `--config: ${path} has "${name}", which is no option of monge ${command.name()}`;
      throw new OptionsError(`${text}; monge ${command.name()} --help lists the options`, "config", name);
    }
    if (value === null) return [];
    // `checksums` is true without its flag `--no-checksums`; `no-checksums` is the flag.
    if (typeof value === "boolean") return value !== (option.negate && !/^(?:--)?no-/.test(name)) ? [option.long] : [];
    const { long, variadic } = option;
    const values = (Array.isArray(value) ? value : [value]).map(String);
    return variadic ? [long, ...values] : values.flatMap((one) => [long, one]);
  });
}

/** Words of a command line by what they are. */
export function parted(command: Command, words: readonly string[]): Words {
  const operands: string[] = [];
  const options: { option: Option | undefined; words: string[]; at: number }[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!word.startsWith("-") || word === "-") {
      operands.push(word);
      continue;
    }
    const at = i;
    const flag = word.split("=")[0];
    const option = command.options.find(({ long, short }) => flag === long || flag === short);
    const values = [word];
    const takes = !word.includes("=") && option && (option.required || option.optional);
    const most = takes ? (option.variadic ? Number.POSITIVE_INFINITY : 1) : 0;
    while (
      values.length <= most &&
      i + 1 < words.length &&
      (!words[i + 1]!.startsWith("-") || (option!.required && values.length === 1))
    )
      values.push(words[++i]!);
    options.push({ option, words: values, at });
  }
  return { operands, options };
}
