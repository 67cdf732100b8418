/** Messages of HDF5's object headers (IV.A.2): dataspaces, types, filters and attributes. */

import type { Buffer } from "../../../../engine/platform/bytes.ts";
import type { BinaryFile } from "../../../storage/binary-file.ts";
import { toNumbers } from "../../../storage/number-types.ts";
import { type AttributeValue, sizeOf } from "../../../storage/source.ts";
import { type Hdf5Metadata, TYPE_CLASS } from "./file.ts";
import type { ChunkFilter } from "./filters.ts";
import { type Addressing, Unknown, unsigned } from "./headers.ts";
import { heapObject } from "./heaps.ts";
import { dataTypeOf } from "./types.ts";

/** A type, as h5wasm describes it. */
export type StoredType = Omit<Hdf5Metadata, "shape" | "maxshape" | "chunks">;

/** Extents of a dataspace; null where it is empty. */
export interface Dataspace {
  readonly shape: readonly number[] | null;
  /** Infinity where a dimension may grow without end. */
  readonly most: readonly number[];
}

/** @throws Unknown for extents beyond 2^53 */
export function parseDataspace(body: Buffer): Dataspace {
  const [version, rank, flags] = body as unknown as [number, number, number];
  if (version !== 1 && version !== 2) throw new Unknown();
  if (version === 2 && body[3] === 2) return { shape: null, most: [] };
  const from = version === 1 ? 8 : 4;
  const list = (at: number) => Array.from({ length: rank }, (_, i) => unsigned(body, at + 8 * i, 8));
  const shape = list(from).map((n) => {
    if (n === undefined) throw new Unknown();
    return n;
  });
  return { shape, most: flags & 1 ? list(from + 8 * rank).map((n) => n ?? Number.POSITIVE_INFINITY) : shape };
}

/** Exponents and mantissas of IEEE 754, as the properties of a float have them. */
const IEEE: Readonly<Record<number, string>> = {
  4: "0,0,32,0,23,8,0,23,127,0,0,0",
  8: "0,0,64,0,52,11,0,52,255,3,0,0",
};

/** A number, or text; others only by their class. @throws Unknown for what has parts of a byte */
export function parseType(body: Buffer): StoredType {
  const type = body[0]! & 15;
  const [bits, size] = [body.readUIntLE(1, 3), body.readUInt32LE(4)];
  const plain = { type, size, signed: false, vlen: false, littleEndian: (bits & 1) === 0, total_size: 0 };
  const is = (expected: boolean, known: Partial<StoredType> = {}): StoredType => {
    if (!expected) throw new Unknown();
    return { ...plain, ...known };
  };
  const { integer, float, string, vlen } = TYPE_CLASS;
  if (type === integer) {
    const isWhole = body.readUInt16LE(8) === 0 && body.readUInt16LE(10) === 8 * size;
    return is(isWhole && [1, 2, 4, 8].includes(size), { signed: (bits & 8) !== 0 });
  }
  if (type === float) {
    const isIeee = (bits & 0x40) === 0 && bits >> 8 === 8 * size - 1 && ((bits >> 4) & 3) === 2;
    return is(isIeee && body.subarray(8, 20).join() === IEEE[size]);
  }
  if (type === string) return is(true, { cset: (bits >> 4) & 15, littleEndian: false });
  if (type === vlen && (bits & 15) === 1)
    return is(true, { type: string, vlen: true, cset: (bits >> 8) & 15, littleEndian: false });
  return is(type === vlen || type === TYPE_CLASS.reference || type === TYPE_CLASS.compound);
}

/** The filters of a dataset. */
export function parseFilters(body: Buffer): ChunkFilter[] {
  const [version, count] = body as unknown as [number, number];
  if (version !== 1 && version !== 2) throw new Unknown();
  let at = version === 1 ? 8 : 2;
  return Array.from({ length: count }, () => {
    const id = body.readUInt16LE(at);
    const hasName = version === 1 || id >= 256;
    const name = hasName ? body.readUInt16LE(at + 2) : 0;
    if (hasName) at += 2;
    const values = body.readUInt16LE(at + 4);
    at += 6 + (version === 1 ? 8 * Math.ceil(name / 8) : name);
    const filter = { id, cd_values: Array.from({ length: values }, (_, i) => body.readUInt32LE(at + 4 * i)) };
    at += 4 * (version === 1 ? 2 * Math.ceil(values / 2) : values);
    return filter;
  });
}

/** An attribute as it is stored. */
export interface StoredAttribute {
  readonly name: string;
  readonly type: StoredType;
  readonly shape: readonly number[] | null;
  readonly data: Buffer;
}

/** @throws Unknown for one whose type or dataspace lies elsewhere */
export function parseAttribute(body: Buffer): StoredAttribute {
  const version = body[0]!;
  if (version < 1 || version > 3 || (version > 1 && body[1] !== 0)) throw new Unknown();
  let at = version === 3 ? 9 : 8;
  const [name, type, space] = [2, 4, 6].map((from) => {
    const length = body.readUInt16LE(from);
    const part = body.subarray(at, at + length);
    at += version === 1 ? 8 * Math.ceil(length / 8) : length;
    if (part.length < length) throw new Unknown();
    return part;
  }) as [Buffer, Buffer, Buffer];
  const { shape } = parseDataspace(space);
  return { name: textIn(name), type: parseType(type), shape, data: body.subarray(at) };
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const decoders = { ascii: new TextDecoder("ascii"), utf8: new TextDecoder("utf-8") };

/** Text up to its first zero. @throws Unknown where it is no UTF-8 */
export function textIn(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  try {
    return strict.decode(zero < 0 ? bytes : bytes.subarray(0, zero));
  } catch {
    throw new Unknown();
  }
}

/** Objects of the global heap that sequences stand for. */
function* sequences(file: BinaryFile, where: Addressing, { data }: StoredAttribute, count: number) {
  for (let at = 0; at < 16 * count; at += 16) {
    const length = data.readUInt32LE(at);
    const address = unsigned(data, at + 4, 8);
    const isThere = length > 0 && address !== undefined && address > 0;
    yield {
      length,
      bytes: isThere ? heapObject(file, where, address, data.readUInt32LE(at + 12)) : data.subarray(0, 0),
    };
  }
}

/** The numbers or texts of an attribute, or undefined where it has neither. */
export function attributeValue(
  file: BinaryFile,
  where: Addressing,
  attribute: StoredAttribute,
): AttributeValue | undefined {
  const { type, shape, data } = attribute;
  if (shape === null) return "";
  const count = sizeOf(shape);
  let values: readonly (string | number)[];
  if (type.type === TYPE_CLASS.string && type.vlen) {
    values = Array.from(sequences(file, where, attribute, count), ({ length, bytes }) => {
      const text = bytes.subarray(0, length);
      if (type.cset !== 1) return text.toString("latin1", 0, text.includes(0) ? text.indexOf(0) : text.length);
      if (text[0] === 0xef) throw new Unknown();
      return textIn(text);
    });
  } else if (type.type === TYPE_CLASS.string) {
    if (data.length < count * type.size) throw new Unknown();
    values = Array.from({ length: count }, (_, i) => {
      const text = data.subarray(i * type.size, (i + 1) * type.size);
      return decoders[type.cset === 1 ? "utf8" : "ascii"].decode(
        text.subarray(0, text.includes(0) ? text.indexOf(0) : text.length),
      );
    });
  } else if (type.type === TYPE_CLASS.integer || type.type === TYPE_CLASS.float) {
    if (data.length < count * type.size) throw new Unknown();
    const own = Uint8Array.from(data.subarray(0, count * type.size));
    values = Array.from(
      toNumbers(own, dataTypeOf(type as Hdf5Metadata), type.littleEndian) as ArrayLike<number | bigint>,
      Number,
    );
  } else return undefined;
  return values.length === 1 ? values[0]! : (values as string[] | number[]);
}

/** Address of the first object that a list of references names along each dimension. */
export function firstReferences(file: BinaryFile, where: Addressing, list: StoredAttribute): (number | undefined)[] {
  const { shape, type } = list;
  if (type.type !== TYPE_CLASS.vlen || type.vlen || shape === null) return [];
  return Array.from(sequences(file, where, list, sizeOf(shape)), ({ bytes }) =>
    bytes.length < 8 ? undefined : unsigned(bytes, 0, 8),
  );
}
