/** Files of chunks, or of shards, that are in the folder of an array, found by listing it. */
import { type Dir, opendirSync } from "../../../engine/platform/files.ts";
import { join } from "../../../engine/platform/paths.ts";
import { positionsBetween } from "../../storage/box.ts";
import { MANY_CHUNKS } from "../../storage/chunked.ts";
import type { JsonObject } from "./json.ts";
import type { ZarrArray } from "./metadata.ts";

/** Folder and separator of the names of chunks. */
function naming({ version, document }: ZarrArray): { readonly below: string; readonly separator: string } {
  const v2 = (given: unknown) => ({ below: "", separator: given === "/" ? "/" : "." });
  if (version === 2) return v2(document.dimension_separator);
  const { name, configuration } = document.chunk_key_encoding as { name: string; configuration: JsonObject };
  if (name === "v2") return v2(configuration.separator);
  return configuration.separator === "." ? { below: "c.", separator: "." } : { below: "c", separator: "/" };
}

/** Error of a file system that says that nothing is there. */
export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}

/** Names in a folder, in no order; none where there is no folder. */
function* namesIn(folder: string): Generator<string> {
  let names: Dir;
  try {
    names = opendirSync(folder);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  try {
    for (let entry = names.readSync(); entry !== null; entry = names.readSync()) yield entry.name;
  } finally {
    names.closeSync();
  }
}

/** Whole numbers that a name consists of; undefined for other names. */
function numbersIn(name: string, separator: string): number[] | undefined {
  const parts = name.split(separator);
  return parts.every((part) => /^(0|[1-9]\d*)$/.test(part)) ? parts.map(Number) : undefined;
}

/** Positions of the files that are there, in the grid of files, and undefined for every other name that was looked at. */
function* filesBetween(
  folder: string,
  array: ZarrArray,
  first: readonly number[],
  last: readonly number[],
  check: (folder: string) => void,
): Generator<readonly number[] | undefined> {
  const { below, separator } = naming(array);
  const isWithin = (at: readonly number[]) => at.every((n, axis) => n >= first[axis]! && n <= last[axis]!);
  const walk = function* (path: string, above: readonly number[]): Generator<readonly number[] | undefined> {
    for (const name of namesIn(path)) {
      const isNamed = separator === "/" || name.startsWith(below);
      const own = isNamed ? numbersIn(separator === "/" ? name : name.slice(below.length), separator) : undefined;
      const at = own && [...above, ...own];
      if (at === undefined || at.length > first.length || !isWithin(at)) yield undefined;
      else if (at.length === first.length) yield at;
      else if (separator === "/") {
        const next = join(path, name);
        check(next);
        yield* walk(next, at);
      }
    }
  };
  yield* walk(separator === "/" ? join(folder, below) : folder, []);
}

/** A range of positions. */
interface Range {
  readonly first: readonly number[];
  /** Included. */
  readonly last: readonly number[];
}

/** Chunks of a range whose files are there. */
export interface WrittenChunks {
  /** Positions of the chunks whose files are there, in the grid of chunks. */
  readonly chunks: readonly (readonly number[])[];
  /** Positions of these files, in the grid of files. */
  readonly files: readonly (readonly number[])[];
  /** The range of files that was listed. */
  readonly listed: Range;
  /** A chunk whose file is not there. */
  readonly missing: readonly number[];
}

const numberIn = ({ first, last }: Range) => first.reduce((product, from, i) => product * (last[i]! - from + 1), 1);

/** Parts of a range that are outside of another. */
function outside(range: Range, other: Range): Range[] {
  const isApart = range.first.some((n, i) => n > other.last[i]! || range.last[i]! < other.first[i]!);
  if (isApart) return [range];
  const parts: Range[] = [];
  let { first, last } = range;
  for (let axis = 0; axis < first.length; axis++) {
    const [low, high] = [other.first[axis]!, other.last[axis]!];
    if (first[axis]! < low) parts.push({ first, last: last.with(axis, low - 1) });
    if (last[axis]! > high) parts.push({ first: first.with(axis, high + 1), last });
    first = first.with(axis, Math.max(first[axis]!, low));
    last = last.with(axis, Math.min(last[axis]!, high));
  }
  return parts;
}

/** Counts files that listings did not find, each once. */
export class AbsentFiles {
  readonly #listed: Range[] = [];
  count = 0;

  add({ listed, files }: WrittenChunks): void {
    const fresh = this.#listed.reduce((parts, known) => parts.flatMap((part) => outside(part, known)), [listed]);
    for (const part of fresh) {
      const { first, last } = part;
      const there = files.filter((at) => at.every((n, i) => n >= first[i]! && n <= last[i]!));
      this.count += numberIn(part) - there.length;
    }
    if (fresh.length > 0) this.#listed.push(listed);
  }
}

/**
 * Lists which of many chunks are there.
 *
 * @param first - least position in the grid of chunks
 * @param last - greatest position, included
 * @param check - throws for a folder that must not be looked into
 * @returns undefined for few chunks, and where so many are there that a list is in vain
 */
export function writtenBetween(
  folder: string,
  array: ZarrArray,
  first: readonly number[],
  last: readonly number[],
  check: (folder: string) => void,
): WrittenChunks | undefined {
  if (numberIn({ first, last }) <= MANY_CHUNKS) return undefined;
  const inEach = array.files.map((n, i) => n / array.chunks[i]!);
  const [from, to] = [first, last].map((at) => at.map((n, i) => Math.floor(n / inEach[i]!))) as [number[], number[]];
  const listed = { first: from, last: to };
  const there: (readonly number[])[] = [];
  let names = 0;
  for (const at of filesBetween(folder, array, from, to, check)) {
    if (++names > numberIn(listed) / 4) return undefined;
    if (at !== undefined) there.push(at);
  }
  there.sort((a, b) => a[a.findIndex((n, i) => n !== b[i])]! - b[a.findIndex((n, i) => n !== b[i])]!);
  const known = new Set(there.map(String));
  const chunksOf = (at: readonly number[]) =>
    positionsBetween(
      at.map((n, i) => Math.max(first[i]!, n * inEach[i]!)),
      at.map((n, i) => Math.min(last[i]!, (n + 1) * inEach[i]! - 1)),
    );
  for (const at of positionsBetween(from, to)) {
    if (known.has(String(at))) continue;
    const [missing] = chunksOf(at) as Iterable<readonly number[]>;
    return { chunks: there.flatMap((file) => [...chunksOf(file)]), files: there, listed, missing: missing! };
  }
  return undefined;
}
