/** Text of objects on a console: the few lines that a person wants, not all their parts. Node asks for them by a symbol. */

import { numberText } from "./number.ts";

/** The method that `console.log` calls. */
export const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** A number as people read it: six digits. */
export const shortNumber = (value: number): string => numberText(value, 6);

/** A title, and under it name and text of each line, aligned. */
export function printedLines(title: string, lines: readonly (readonly [name: string, text: string])[]): string {
  const width = Math.max(0, ...lines.map(([name]) => name.length));
  return [title, ...lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join("\n");
}

/** Makes an object print by `text`; nothing else of it changes, neither its keys nor what compares and copies see. */
export function printing<T extends object>(object: T, text: () => string): T {
  return Object.defineProperty(object, inspect, { value: text, enumerable: false });
}

/**
 * Makes a result print as a name and a line for each of its fields: numbers, lists by length and range. What is
 * computed when it is read, or called, is named and left alone.
 */
export function printingFields<T extends object>(name: string, result: T): T {
  return printing(result, () => {
    const fields = Object.entries(Object.getOwnPropertyDescriptors(result));
    const later = fields.filter(([, { value, get }]) => get !== undefined || typeof value === "function");
    const names = later.map(([key, { get }]) => (get ? key : `${key}()`));
    const now = fields.filter((field) => !later.includes(field));
    const lines = now.map(([key, { value }]) => [key, fieldText(value)] as const);
    return printedLines(name, [...lines, ...(names.length > 0 ? [["on demand", names.join(", ")] as const] : [])]);
  });
}

function fieldText(value: unknown): string {
  if (typeof value === "number") return shortNumber(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return listText(value as unknown as ArrayLike<number>);
  if (Array.isArray(value)) {
    return value.every((v) => typeof v === "number") && value.length <= 4
      ? value.map(shortNumber).join(", ")
      : `${value.length} entries`;
  }
  if (typeof value !== "object" || value === null) return String(value);
  const own = (value as { readonly [inspect]?: () => string })[inspect];
  if (own) return own();
  return Object.entries(value).map(partText).join(", ");
}

/** One of several on a line; what has parts of its own stands in brackets. */
function partText([key, part]: readonly [string, unknown]): string {
  if (typeof part === "function") return `${key}()`;
  const text = fieldText(part);
  return text.includes(", ") && !ArrayBuffer.isView(part) ? `${key} (${text})` : `${key} ${text}`;
}

function listText(values: ArrayLike<number>): string {
  if (values.length === 0) return "no numbers";
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return `${values.length} numbers, ${shortNumber(low)} to ${shortNumber(high)}`;
}
