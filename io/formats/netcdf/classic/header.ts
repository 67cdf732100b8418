/**
 * Headers of the NetCDF classic family (CDF-1, CDF-2, CDF-5), as numbers and offsets, from the format's grammar
 * (NetCDF Users Guide, "File Format Specifications"). The tests hold this parser against netcdfjs, which knows the
 * first two versions.
 */

import { FormatError } from "../../../../engine/errors.ts";
import { Buffer } from "../../../../engine/platform/bytes.ts";
import { typedAttributes } from "../../../storage/attributes.ts";
import { elementSize, toNumbers } from "../../../storage/number-types.ts";
import type { Attributes, AttributeValue, DataType, FileFormat } from "../../../storage/source.ts";

/** A variable as its header entry describes it. */
export interface ClassicVariable {
  readonly name: string;
  readonly dimensionIds: readonly number[];
  readonly attributes: Attributes;
  readonly dtype: DataType;
  readonly begin: number;
}

/** A parsed header; the record dimension is the one of size 0. */
export interface ClassicHeader {
  readonly dimensions: readonly { readonly name: string; readonly size: number }[];
  readonly attributes: Attributes;
  readonly variables: readonly ClassicVariable[];
  /** Number of records, or undefined where the writer left it open ("streaming"). */
  readonly recordCount: number | undefined;
  /** Bytes that the header takes. */
  readonly length: number;
}

/** Version byte of a classic file. */
export type ClassicVersion = 1 | 2 | 5;

/** The formats by the version byte. */
export const CLASSIC_FORMATS = {
  1: "netcdf3-classic",
  2: "netcdf3-64bit-offset",
  5: "netcdf3-64bit-data",
} as const satisfies Readonly<Record<ClassicVersion, FileFormat>>;

/** Types by their codes; 0 is none. */
export const CLASSIC_TYPES: readonly DataType[] =
  "other int8 char int16 int32 float32 float64 uint8 uint16 uint32 int64 uint64".split(" ") as DataType[];

/** The error of a header that contradicts itself. */
export function brokenHeader(path: string, what: string, cause?: unknown): FormatError {
  const way = "fetch the file again or check it with `ncdump -h`";
  return new FormatError(path, "netcdf3", `the header is ${what}`, way, { cause });
}

const FIRST_READ = 65536;
/** Real headers take kilobytes; a damaged count must not make us read a whole archive. */
const LONGEST = 2 ** 27;

/** More bytes are needed than were given. */
class HeaderEnd extends Error {
  override readonly name = "HeaderEnd";
}

/** Reads the items of a header one after the other. */
class Cursor {
  at = 4;
  readonly version: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.version = bytes[3]!;
  }

  /** Moves on by `length` bytes, padded to 4, and returns where they begin. */
  #take(length: number): number {
    const from = this.at;
    if (from + length > this.#bytes.length) throw new HeaderEnd();
    this.at = from + Math.ceil(length / 4) * 4;
    return from;
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  #u64(): bigint {
    return this.#view.getBigUint64(this.#take(8));
  }

  #long(): number {
    const value = this.#u64();
    if (value > Number.MAX_SAFE_INTEGER) throw new SyntaxError(`a count of ${value}`);
    return Number(value);
  }

  count(): number {
    return this.version === 5 ? this.#long() : this.u32();
  }

  offset(): number {
    return this.version === 1 ? this.u32() : this.#long();
  }

  /** The number of records; all bits set say that it was not known. */
  records(): number | undefined {
    if (this.version !== 5) {
      const count = this.u32();
      return count === 0xffffffff ? undefined : count;
    }
    const count = this.#u64();
    if (count === 0xffffffffffffffffn) return undefined;
    this.at -= 8;
    return this.#long();
  }

  text(): string {
    const length = this.count();
    const from = this.#take(length);
    const bytes = this.#bytes.subarray(from, from + length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, length)
      .toString("utf8")
      .replace(/(?<!\0)\0+$/, "");
  }

  repeat<T>(item: () => T): T[] {
    const length = this.count();
    // Every item takes at least four bytes.
    if (this.at + length * 4 > this.#bytes.length) throw new HeaderEnd();
    return Array.from({ length }, item);
  }

  list<T>(tag: number, item: () => T): T[] {
    const found = this.u32();
    if (found === tag) return this.repeat(item);
    if (found === 0 && this.count() === 0) return [];
    throw new SyntaxError(`tag ${found} where ${tag} belongs`);
  }

  type(): DataType {
    const code = this.u32();
    const known = code > 0 && code <= (this.version === 5 ? 11 : 6);
    if (!known) throw new SyntaxError(`type ${code}`);
    return CLASSIC_TYPES[code]!;
  }

  attribute(): readonly [name: string, value: AttributeValue, type: string] {
    const name = this.text();
    const dtype = this.type();
    return [name, dtype === "char" ? this.text() : this.#numbers(dtype), dtype];
  }

  #numbers(dtype: DataType): AttributeValue {
    const length = this.count();
    const bytes = length * elementSize(dtype);
    const from = this.#take(bytes);
    const values = Array.from(toNumbers(Uint8Array.from(this.#bytes.subarray(from, from + bytes)), dtype, false));
    return values.length === 1 ? values[0]! : values;
  }
}

function parse(bytes: Uint8Array): ClassicHeader {
  const cursor = new Cursor(bytes);
  const attributes = (): Attributes => typedAttributes(cursor.list(12, () => cursor.attribute()));
  const recordCount = cursor.records();
  const dimensions = cursor.list(10, () => ({ name: cursor.text(), size: cursor.count() }));
  const global = attributes();
  const variables = cursor.list(11, () => {
    const name = cursor.text();
    const dimensionIds = cursor.repeat(() => cursor.count());
    const own = attributes();
    const dtype = cursor.type();
    // The size of one record or variable; shapes say it better (it is wrong beyond 4 GiB).
    cursor.count();
    return { name, dimensionIds, attributes: own, dtype, begin: cursor.offset() };
  });
  return { dimensions, attributes: global, variables, recordCount, length: cursor.at };
}

/**
 * Parses the header of a classic file.
 *
 * @param path - for messages only.
 * @param fetch - gives the first `length` bytes of the file, or all where it is shorter.
 * @throws FormatError if the header is broken or cut off.
 */
export function readClassicHeader(
  path: string,
  fileSize: number,
  fetch: (length: number) => Uint8Array,
): ClassicHeader {
  const most = Math.min(fileSize, LONGEST);
  for (let length = Math.min(FIRST_READ, most); ; length = Math.min(length * 8, most)) {
    try {
      return parse(fetch(length));
    } catch (cause) {
      if (!(cause instanceof HeaderEnd || cause instanceof SyntaxError)) throw cause;
      if (cause instanceof HeaderEnd && length < most) continue;
      const cut = fileSize > LONGEST ? "broken (it does not end)" : "cut off";
      throw brokenHeader(path, cause instanceof SyntaxError ? `broken (${cause.message})` : cut, cause);
    }
  }
}
