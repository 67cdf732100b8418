/**
 * Errors of the library in the words of the command line: an option that a message names as code (`` `missing: "propagate"` ``,
 * `` `interval` ``, "minimumValid is 2") becomes the flag that sets it, for every flag that the command has.
 */
import type { Command } from "commander";

/** Options of the library that a command calls otherwise; a flag that the command lacks is not said. */
const calledOtherwise: Readonly<Record<string, readonly (readonly [option: string, flag: string])[]>> = {
  convert: [
    ["start", "--accumulated"],
    ["units", "--stated-units"],
  ],
};

/** Which flag sets an option of the library in a command. */
type Flags = ReadonlyMap<string, string>;

function flagsOf(command: Command): Flags {
  const own = command.options.flatMap((o) =>
    o.long ? [[o.attributeName(), o.long.replace(/^--no-/, "--")] as const] : [],
  );
  return new Map([...own, ...(calledOtherwise[command.name()] ?? [])]);
}

/** A value as one would type it: without quotes, lists with commas, an object by what is in it. */
function typed(value: string): string {
  if (value === "true") return "";
  const plain = value.replace(/^["[]|["\]]$/g, "").replace(/", "|, /g, ",");
  return ` ${plain}`;
}

/**
 * A message with the flags of a command.
 *
 * @param message - of the library
 */
export function spoken(message: string, command: Command | undefined): string {
  if (command === undefined) return message;
  const flags = flagsOf(command);
  const known = (name: string): string | undefined => flags.get(name);
  return (
    message
      // `field.with({ units })`, which no one types; the flag is named beside it or instead.
      .replace(/`field\.with\(\{ (\w+) \}\)`( or the `\1` option)?/g, (all, name) => known(name) ?? all)
      .replace(/the `(\w+)` option/g, (all, name) => known(name) ?? all)
      // Values as code.
      .replace(/`(\w+): ("[^"`]*"|\[[^\]`]*\]|true|[\w.-]+)`/g, (all, name, value) => {
        const flag = known(name);
        return flag === undefined ? all : `${flag}${typed(value)}`;
      })
      .replace(/\bpass (\w+): ("[^"]*"|true)/g, (all, name, value) => {
        const flag = known(name);
        return flag === undefined ? all : `pass ${flag}${typed(value)}`;
      })
      // Names as code, alone or in brackets.
      .replace(/`(\w+)`/g, (all, name) => known(name) ?? all)
      // "minimumValid is 2; expected 0 to 1".
      .replace(/(^|[:,;] )(\w+) is (?=[^;]*[;,] ?(?:expected|it must))/g, (all, before, name) => {
        const flag = known(name);
        return flag === undefined ? all : `${before}${flag} is `;
      })
  );
}
