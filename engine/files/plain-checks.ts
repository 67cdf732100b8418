/**
 * Checks of plain data that came out of a file. A check says what is wrong with a value, or nothing; checks of records
 * and lists are made of those of their parts. A field that no check names is wrong: what it should mean is unknown.
 */
import { getOwn } from "./get-own.ts";

/** @returns what is wrong, beginning with `at`, the place of the value; undefined where all is well */
export type Check = (value: unknown, at: string) => string | undefined;

/** A finite number from `low` to `high`, both included. */
export const real =
  (low = -Number.MAX_VALUE, high = Number.MAX_VALUE): Check =>
  (value, at) =>
    typeof value === "number" && value >= low && value <= high
      ? undefined
      : wrong(at, value, low === -Number.MAX_VALUE ? "a finite number" : `a number from ${low} to ${high}`);

/** A finite number above 0, up to `high`. */
export const positive =
  (high = Number.MAX_VALUE): Check =>
  (value, at) =>
    typeof value === "number" && value > 0 && value <= high
      ? undefined
      : wrong(at, value, high === Number.MAX_VALUE ? "a finite number > 0" : `a number > 0 and <= ${high}`);

/** A whole number from `low` to `high`, both included. */
export const whole =
  (low: number, high = Number.MAX_SAFE_INTEGER): Check =>
  (value, at) =>
    Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high
      ? undefined
      : wrong(at, value, `a whole number from ${low} to ${high}`);

/** One of these plain values. */
export const among =
  (...values: readonly (string | number | boolean | null)[]): Check =>
  (value, at) =>
    values.includes(value as string) ? undefined : wrong(at, value, `one of ${values.map(show).join(", ")}`);

/** A text. */
export const text: Check = (value, at) => (typeof value === "string" ? undefined : wrong(at, value, "a text"));

/** Whatever is there. */
export const anything: Check = () => undefined;

/** The value may be left out. */
export const optional =
  (check: Check): Check =>
  (value, at) =>
    value === undefined ? undefined : check(value, at);

/** Either check holds; the complaint is that of the last. */
export const either =
  (first: Check, second: Check): Check =>
  (value, at) =>
    first(value, at) && second(value, at);

/** A list of `least` to `most` such values. */
export const list =
  (check: Check, least = 0, most = Number.MAX_SAFE_INTEGER): Check =>
  (value, at) => {
    if (!Array.isArray(value)) return wrong(at, value, "a list");
    if (value.length < least || value.length > most) {
      return `${at} has ${value.length} entries, expected ${least === most ? least : `${least} to ${most}`}`;
    }
    return first(value.map((item, i) => () => check(item, `${at}[${i}]`)));
  };

/** An object with these fields and no others. */
export const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, at) => {
    if (!isPlainObject(value)) return wrong(at, value, "an object");
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
    if (unknown !== undefined) return `${at} has a field ${show(unknown)}, which means nothing here`;
    return first(
      Object.entries(fields).map(
        ([key, check]) =>
          () =>
            check(getOwn(value, key), `${at}.${key}`),
      ),
    );
  };

/** An object with any fields, all of which pass. */
export const fields =
  (check: Check): Check =>
  (value, at) =>
    isPlainObject(value)
      ? first(
          Object.entries(value).map(
            ([key, item]) =>
              () =>
                check(item, `${at}.${key}`),
          ),
        )
      : wrong(at, value, "an object");

/** True if a value is an object, and neither null nor a list. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function first(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const complaint = check();
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function wrong(at: string, value: unknown, expected: string): string {
  return value === undefined
    ? `${at} is missing, expected ${expected}`
    : `${at} is ${show(value)}, expected ${expected}`;
}

/** A value in a message: short, whatever the file holds. */
function show(value: unknown): string {
  const json = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}

/** Checks of the same parts, each of which may be absent. */
export const optionals = (checks: Readonly<Record<string, Check>>): Readonly<Record<string, Check>> =>
  Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, optional(check)]));
