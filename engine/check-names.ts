/** The check of the names of options. */
import { OptionsError } from "./errors.ts";
import { suggest } from "./text/suggest.ts";

/**
 * Refuses options that a function does not have. Every public function with options calls it first, before it looks at its data;
 * `test/option-names.test.ts` compares the names with the types.
 *
 * @param known - names of all options of the function, with spaces between
 * @throws OptionsError at the first other name
 */
export function checkNames(where: string, options: object | undefined, known: string): void {
  if (options === undefined) return;
  const names = known.split(" ");
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const list = `known are ${names.join(", ")}`;
    const way = suggest(name, names);
    const message = `${where}: unknown option "${name}"; ${way === list ? list : `${way} ${list}`}`;
    throw new OptionsError(message, name, (options as Readonly<Record<string, unknown>>)[name]);
  }
}
