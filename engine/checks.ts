/**
 * Checks of values: of options, and of data out of files. A check says what is wrong with a value, or nothing; checks
 * of records and lists are made of those of their parts.
 */
import { OptionsError } from "./errors.ts";
import { getOwn } from "./files/get-own.ts";
import { suggest } from "./text/suggest.ts";

/** @returns what is wrong, beginning with `at`, the place of the value; undefined where all is well */
export type Check = (value: unknown, at: string) => string | undefined;

/** A kind of single values: its check, and its reader on the command line. */
export interface Kind<T> extends Check {
  /** Such as "a whole number ≥ 1", to stand behind the word "expected". */
  readonly expected: string;
  /** The value that a text stands for; the check comes after it. */
  readonly read: (text: string) => T;
  /** All values, where they can be listed. */
  readonly choices?: readonly T[];
}

/** A kind of one's own. @param expected - such as "a whole number ≥ 1" */
export function kind<T>(
  expected: string,
  holds: (value: unknown) => boolean,
  read: (text: string) => T = (text) => text as T,
): Kind<T> {
  const check: Check = (value, at) => (holds(value) ? undefined : wrong(at, value, expected));
  return Object.assign(check, { expected, read });
}

const numbers = (expected: string, holds: (value: number) => boolean): Kind<number> =>
  kind(
    expected,
    (value) => typeof value === "number" && holds(value),
    (text) => (text.trim() === "" ? Number.NaN : Number(text)),
  );

/** A finite number from `low` to `high`, both included. */
export function real(low = -Number.MAX_VALUE, high = Number.MAX_VALUE): Kind<number> {
  const from = low === -Number.MAX_VALUE ? "a finite number" : `a finite number ≥ ${low}`;
  return numbers(high === Number.MAX_VALUE ? from : `a number from ${low} to ${high}`, (v) => v >= low && v <= high);
}

/** A finite number above 0, up to `high`. */
export function positive(high = Number.MAX_VALUE): Kind<number> {
  const most = high === Number.MAX_VALUE ? "" : ` and ≤ ${high}`;
  return numbers(`a ${most === "" ? "finite " : ""}number > 0${most}`, (v) => v > 0 && v <= high);
}

/** A number between two others, which it must not be. */
export const between = (low: number, high: number): Kind<number> =>
  numbers(`a number above ${low} and below ${high}`, (v) => v > low && v < high);

/** A share, from 0 to below 1. */
export const share: Kind<number> = numbers("a share from 0 to below 1", (v) => v >= 0 && v < 1);

/** A whole number from `low` to `high`, both included. */
export function whole(low = 1, high: number = Number.MAX_SAFE_INTEGER): Kind<number> {
  const wanted = high === Number.MAX_SAFE_INTEGER ? `≥ ${low}` : `from ${low} to ${high}`;
  return numbers(`a whole number ${wanted}`, (v) => Number.isSafeInteger(v) && v >= low && v <= high);
}

/** One of these plain values. */
export function among<const T extends string | number | boolean | null>(...values: readonly T[]): Kind<T> {
  const expected = values.length === 1 ? show(values[0]) : `one of ${values.map(show).join(", ")}`;
  const read = (text: string) => values.find((one) => String(one) === text) ?? (text as T);
  return Object.assign(
    kind(expected, (value) => values.includes(value as T), read),
    { choices: values },
  );
}

/** A text. */
export const text: Kind<string> = kind("a text", (value) => typeof value === "string");

/** True or false. */
export const flag: Kind<boolean> = among(true, false);

/** A function. */
export const callback: Check = (value, at) =>
  typeof value === "function" ? undefined : wrong(at, value, "a function");

/** A signal that ends work. */
export const abortSignal: Check = kind("an AbortSignal", (value) => value instanceof AbortSignal);

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

/** One of some words, or else a value of another kind. */
export function wordOr<const Word extends string | null, T>(word: Word, other: Kind<T>): Kind<Word | T> {
  return kind<Word | T>(
    `${other.expected}, or ${show(word)}`,
    (value) => value === word || other(value, "") === undefined,
    (given) => (given === word ? word : other.read(given)),
  );
}

/** A list of `least` to `most` such values; arrays of numbers count. */
export const list =
  (check: Check, least = 0, most = Number.MAX_SAFE_INTEGER): Check =>
  (value, at) => {
    if (!Array.isArray(value)) return wrong(at, value, "a list");
    if (value.length < least || value.length > most) {
      return `${at} has ${value.length} entries, expected ${least === most ? least : `${least} to ${most}`}`;
    }
    return first(value.map((item, i) => () => check(item, `${at}[${i}]`)));
  };

/** An object with these fields and no others: what another field should mean is unknown. */
export const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, at) => {
    if (!isPlainObject(value)) return wrong(at, value, "an object");
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
    if (unknown !== undefined)
      return `${at} has a field ${show(unknown)}, which means nothing here; known are ${Object.keys(fields).join(", ")}`;
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

/** Checks of the same parts, each of which may be absent. */
export const optionals = (checks: Readonly<Record<string, Check>>): Readonly<Record<string, Check>> =>
  Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, optional(check)]));

/** True if a value is an object, and neither null nor a list. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A check for each option of a type: one that is missing or too many is an error of types. */
export type OptionChecks<Options extends object> = { readonly [Name in keyof Required<Options>]: Check };

/** An option that was there once. @param way - what does the same now */
export const gone = (way: string): Check => Object.assign((_: unknown, at: string) => `${at} is gone; ${way}`, { way });

/**
 * Refuses options that a function does not have, values that they cannot take, and the lack of those that it needs.
 * Every public function with options calls it first, before it looks at its data. What is undefined is left to its
 * default.
 *
 * @throws OptionsError at the first that is wrong
 */
export function checkOptions(
  where: string,
  options: object | undefined,
  checks: Readonly<Record<string, Check>>,
  needed: readonly string[] = [],
): void {
  const given = { ...options } as Readonly<Record<string, unknown>>;
  for (const name of [...Object.keys(given), ...needed]) {
    const [check, value] = [getOwn(checks, name), getOwn(given, name)];
    if (check === undefined) throw unknownOption(where, name, checks, value);
    const isLeft = value === undefined && !needed.includes(name);
    const complaint = isLeft ? undefined : check(value, name);
    if (complaint !== undefined) throw new OptionsError(`${where}: ${complaint}`, placeIn(complaint), value);
  }
}

/** The complaint begins with the place: an option, or a part of one. */
const placeIn = (complaint: string): string => /^[\w.]+/.exec(complaint)![0];

function unknownOption(where: string, name: string, checks: object, value: unknown): OptionsError {
  const names = Object.entries(checks).flatMap(([known, check]) => ("way" in check ? [] : known));
  const known = `known are ${names.join(", ")}`;
  const way = suggest(name, names);
  const message = `${where}: unknown option "${name}"; ${way === known ? known : `${way} ${known}`}`;
  return new OptionsError(message, name, value);
}

/** Refuses options that a function does not have. @param known - names of all its options, with spaces between */
export const checkNames = (where: string, options: object | undefined, known: string): void =>
  checkOptions(where, options, Object.fromEntries(known.split(" ").map((name) => [name, anything])));

type Numbers = Readonly<Record<string, number | undefined>>;

const checkAll = (where: string, options: Numbers, check: Check): void =>
  checkOptions(where, options, Object.fromEntries(Object.keys(options).map((name) => [name, check])));

/** @throws OptionsError at the first that is no whole number from `least` to `most` */
export const checkWhole = (where: string, options: Numbers, least = 1, most?: number): void =>
  checkAll(where, options, whole(least, most));

/** @throws OptionsError at the first that is infinite or not above 0 */
export const checkPositive = (where: string, options: Numbers): void => checkAll(where, options, positive());

/** @throws OptionsError at the first that is infinite or below 0 */
export const checkNonNegative = (where: string, options: Numbers): void => checkAll(where, options, real(0));

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
