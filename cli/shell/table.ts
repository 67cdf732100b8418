/**
 * Options of a command as one table: what each takes, its reader, its default and its help. The parser and the type of
 * what it gives are made of it.
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Kind } from "../../engine/checks.ts";

/**
 * Reads a word of the command line; `before` is what earlier words of the same option gave. It complains in one line,
 * which ends the command with status 2.
 */
export type Reader<T> = (word: string, before?: T) => T;

/** Further traits of an option. */
interface More<T> {
  /** Value where the option is not given. */
  readonly default?: T;
  /** Its letter. */
  readonly short?: string;
  /** True if it must be given. */
  readonly required?: boolean;
  /** Options that it cannot be given with. */
  readonly conflicts?: readonly string[];
}

/** One option, which gives a `T`; `Given` is true where there is always a value. */
export interface Row<T = unknown, Given extends boolean = boolean> {
  /** Value in the help: `<n>`, `[run]`, `<files...>`; empty for one that is there or not. */
  readonly takes: string;
  readonly help: string;
  readonly read?: (Kind<unknown> | ((word: string, before: never) => unknown)) | undefined;
  readonly more?: More<unknown> | undefined;
  /** Its flag is `--no-NAME`, and its value false then; a help of `--NAME`, where that is a flag as well. */
  readonly no?: { readonly both?: string };
  /** For types alone. */
  readonly types?: readonly [value: T, given: Given];
}

type Value<R> = R extends { readonly types?: readonly [infer T, boolean] } ? T : never;
type Always<T> = {
  [Name in keyof T]: T[Name] extends { readonly types?: readonly [unknown, true] } ? Name : never;
}[keyof T];

/** Values of the options of a table. */
export type Values<T> = { readonly [Name in Always<T>]: Value<T[Name]> } & {
  readonly [Name in Exclude<keyof T, Always<T>>]?: Value<T[Name]>;
};

type IsGiven<M> = M extends { readonly default: unknown } | { readonly required: true } ? true : false;

/** An option with a value: a text, where no kind or reader makes another of it; true where it is `[value]` and has none. */
export function option<T = string, const M extends More<T> = Record<never, never>, const W extends string = string>(
  takes: W,
  help: string,
  read?: Kind<T> | Reader<T>,
  more?: M,
): Row<W extends `[${string}` ? T | true : T, IsGiven<M>> {
  return { takes, help, read, more };
}

/** An option with one or more values, each a text. */
export const several = (takes: string, help: string): Row<readonly string[], false> => ({ takes, help });

/** An option that is there or not. */
export const flag = (help: string, more?: More<boolean>): Row<boolean, false> => ({ takes: "", help, more });

/** `--no-NAME` alone: true without it. */
export const noFlag = (help: string): Row<boolean, true> => ({ takes: "", help, no: {} });

/** `--NAME` and `--no-NAME`. */
export const eitherFlag = (both: string, help: string): Row<boolean, false> => ({ takes: "", help, no: { both } });

/** Adds the options of a table to a command. */
export function addOptions(command: Command, table: Readonly<Record<string, Row>>): Command {
  for (const [name, row] of Object.entries(table)) for (const one of optionsOf(name, row)) command.addOption(one);
  return command;
}

const kinds = new WeakMap<Option, Kind<unknown>>();

/** The kind of an option's values; undefined where it takes any text, or has a reader of its own. */
export const kindOf = (option: Option): Kind<unknown> | undefined => kinds.get(option);

function optionsOf(name: string, { takes, help, read, more = {}, no }: Row): readonly Option[] {
  const long = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (no !== undefined) {
    const off = new Option(`--no-${long}`, help);
    return no.both === undefined ? [off] : [new Option(`--${long}`, no.both), off];
  }
  const short = more.short === undefined ? "" : `-${more.short}, `;
  const made = new Option(`${short}--${long}${takes === "" ? "" : ` ${takes}`}`, help);
  if (read !== undefined) {
    const isKind = "expected" in read;
    if (isKind) kinds.set(made, read);
    if (isKind && read.choices?.every((one) => typeof one === "string")) made.choices(read.choices);
    else made.argParser(isKind ? readerOf(read) : (read as (word: string, before: unknown) => unknown));
  }
  if (more.default !== undefined) made.default(more.default);
  if (more.required) made.makeOptionMandatory();
  if (more.conflicts !== undefined) made.conflicts([...more.conflicts]);
  return [made];
}

/** The reader of a kind, which complains of values that it does not hold. */
export function readerOf<T>(kind: Kind<T>): (word: string) => T {
  return (word) => {
    const value = kind.read(word);
    if (kind(value, "") === undefined) return value;
    throw new InvalidArgumentError(`expected ${kind.expected.replaceAll('"', "")}.`);
  };
}
