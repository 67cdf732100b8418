/**
 * Objects of JSON texts, without the faults that `JSON.parse` accepts: a key that stands twice, and depth that ends the
 * stack later.
 */
import { isPlainObject } from "../checks.ts";

/** Objects and lists within one another; what is written here has less than ten. */
const MOST_DEPTH = 500;

/**
 * The object that a JSON text says.
 *
 * @param what - the text in words, for the complaint
 * @param json - bytes are UTF-8
 * @param fail - throws; its message is `what` and what is wrong with it
 */
export function parseObject(
  what: string,
  json: string | Uint8Array,
  fail: (message: string, cause?: unknown) => never,
): Readonly<Record<string, unknown>> {
  let text: string;
  let value: unknown;
  try {
    text = typeof json === "string" ? json : new TextDecoder("utf-8", { fatal: true }).decode(json);
    value = JSON.parse(text);
  } catch (cause) {
    return fail(`${what} is not JSON`, cause);
  }
  if (!isPlainObject(value)) return fail(`${what} is not a JSON object`);
  if (isTooDeep(text)) return fail(`${what} is nested hundreds deep`);
  const twice = repeatedKey(text);
  return twice === undefined ? value : fail(`${what} has ${JSON.stringify(twice.slice(0, 60))} twice`);
}

/**
 * True if a JSON text nests deeper than any record does: to write or compare it again would end the stack.
 *
 * @param most - objects and lists within one another
 */
export function isTooDeep(json: string, most: number = MOST_DEPTH): boolean {
  let depth = 0;
  const marks = /["{}[\]]/g;
  for (let mark = marks.exec(json); mark !== null; mark = marks.exec(json)) {
    if (mark[0] === '"') marks.lastIndex = endOfText(json, mark.index);
    else depth += /[{[]/.test(mark[0]) ? 1 : -1;
    if (depth > most) return true;
  }
  return false;
}

/**
 * The first key that an object of a JSON text has twice; undefined where there is none. Linear in the text's length.
 *
 * @param json - a text that `JSON.parse` takes
 */
export function repeatedKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  const marks = /["{}[\]]/g;
  for (let mark = marks.exec(json); mark !== null; mark = marks.exec(json)) {
    const begin = mark.index;
    if (mark[0] === "{") open.push(new Set());
    else if (mark[0] === "[") open.push(undefined);
    else if (mark[0] !== '"') open.pop();
    else {
      const end = endOfText(json, begin);
      marks.lastIndex = end;
      if (!isKey(json, end)) continue;
      const key: string = JSON.parse(json.slice(begin, end));
      const keys = open.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}

/** One past the quote that ends the text which begins at `begin`. */
function endOfText(json: string, begin: number): number {
  let end = json.indexOf('"', begin + 1);
  while (end >= 0) {
    let escapes = 0;
    while (json[end - 1 - escapes] === "\\") escapes++;
    if (escapes % 2 === 0) return end + 1;
    end = json.indexOf('"', end + 1);
  }
  return json.length;
}

/** True if the next mark is a colon. */
function isKey(json: string, from: number): boolean {
  let at = from;
  while (/\s/.test(json[at] ?? "")) at++;
  return json[at] === ":";
}
