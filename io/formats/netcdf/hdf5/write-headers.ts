/** Object headers, types, attributes and heaps of HDF5 as bytes (File Format Specification 3.0: III.E, IV.A). */

import { FormatError } from "../../../../engine/errors.ts";
import { Buffer } from "../../../../engine/platform/bytes.ts";
import { elementSize } from "../../../storage/number-types.ts";
import { toStored } from "../layout/encode.ts";
import { isInteger, type StoredType } from "../layout/options.ts";
import type { PlannedAttribute } from "../layout/plan.ts";
import { MESSAGE, sumOf } from "./headers.ts";

const ALL = 0xffff_ffff_ffff_ffffn;
/** A message of a header has fewer bytes. */
const MOST_BYTES = 65_535;
/** Objects of a collection, which are numbered by 16 bits. */
const MOST_OBJECTS = 30_000;
const [ascii, utf8] = [0, 1];

/** Unsigned numbers, one after another, little-endian. */
function numbers(width: 1 | 2 | 4, ...values: readonly number[]): Buffer {
  const out = Buffer.alloc(width * values.length);
  values.forEach((value, i) => {
    out.writeUIntLE(value, i * width, width);
  });
  return out;
}

/** Sizes and addresses; undefined where there is none, or no end. */
export function words(...values: readonly (number | undefined)[]): Buffer {
  const out = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => {
    out.writeBigUInt64LE(value === undefined ? ALL : BigInt(value), 8 * i);
  });
  return out;
}

/** A message of a header. */
export interface Part {
  readonly type: number;
  readonly body: Uint8Array;
  /** True if it never changes. */
  readonly isConstant?: boolean;
}

/** The header of an object whose attributes keep their order and stay in it. */
export function headerBytes(parts: readonly Part[]): Buffer {
  const counts = new Map<number, number>();
  const bodies = parts.flatMap(({ type, body, isConstant = false }) => {
    const order = type === MESSAGE.attribute ? (counts.get(type) ?? 0) : 0;
    counts.set(type, order + 1);
    return [numbers(1, type), numbers(2, body.length), numbers(1, isConstant ? 1 : 0), numbers(2, order), body];
  });
  const length = bodies.reduce((sum, { length: own }) => sum + own, 0);
  // Version 2; orders kept and indexed, bounds of what stays in it, and a length of 4 bytes.
  const head = [Buffer.from("OHDR", "latin1"), numbers(1, 2, 0x1e), numbers(2, MOST_BYTES, 0), numbers(4, length)];
  const out = Buffer.concat([...head, ...bodies, Buffer.alloc(4)]);
  out.writeInt32LE(sumOf(out, out.length - 4), out.length - 4);
  return out;
}

/** Extents of a dataset or of an attribute; none of a single value. @param most - null where one may grow */
export function spaceBytes(shape: readonly number[], most?: readonly (number | null)[]): Buffer {
  const head = numbers(1, 2, shape.length, most ? 1 : 0, shape.length === 0 ? 0 : 1);
  return Buffer.concat([head, words(...shape), words(...(most ?? []).map((n) => n ?? undefined))]);
}

const typeHead = (kind: number, bits: number, size: number) =>
  Buffer.concat([numbers(1, kind, bits & 255, bits >> 8, 0), numbers(4, size)]);

/** A type of numbers, little-endian. */
export function typeBytes(dtype: StoredType): Buffer {
  const size = elementSize(dtype);
  if (isInteger(dtype)) {
    return Buffer.concat([typeHead(0x10, dtype.startsWith("u") ? 0 : 8, size), numbers(2, 0, 8 * size)]);
  }
  const [exponent, mantissa, bias] = size === 4 ? [8, 23, 127] : [11, 52, 1023];
  const shape = [numbers(2, 0, 8 * size), numbers(1, mantissa, exponent, 0, mantissa), numbers(4, bias)];
  return Buffer.concat([typeHead(0x11, 0x20 | ((8 * size - 1) << 8), size), ...shape]);
}

const reference = typeHead(0x17, 0, 8);
const references = Buffer.concat([typeHead(0x19, 0, 16), reference]);
const texts = Buffer.concat([typeHead(0x19, 0x0121, 16), typeHead(0x10, 0, 1), numbers(2, 0, 8)]);
const text = (bytes: number, padding: number, characters: number) => typeHead(0x13, padding | (characters << 4), bytes);
/** Of the list by which a scale knows what it is attached to: an address, and the number of the dimension. */
const attachment = Buffer.concat([
  ...[typeHead(0x36, 2, 16), Buffer.from("dataset\0\0", "latin1"), reference],
  ...[Buffer.from("dimension\0\x08", "latin1"), typeBytes("int32")],
]);

function attribute(name: string, type: Uint8Array, shape: readonly number[], data: Uint8Array): Part {
  const own = Buffer.from(`${name}\0`);
  const space = spaceBytes(shape);
  const characters = own.length === name.length + 1 ? ascii : utf8;
  const sizes = numbers(2, own.length, type.length, space.length);
  const body = Buffer.concat([numbers(1, 3, 0), sizes, numbers(1, characters), own, type, space, data]);
  return { type: MESSAGE.attribute, body };
}

/** The attributes that make a dataset a dimension scale. */
export function scaleAttributes(name: string, attached: readonly (readonly [address: number, axis: number])[]): Part[] {
  const said = (what: string, value: string) => {
    const bytes = Buffer.from(`${value}\0`);
    return attribute(what, text(bytes.length, 0, ascii), [], bytes);
  };
  const list = attached.map(([address, axis]) => Buffer.concat([words(address), numbers(4, axis, 0)]));
  return [
    ...[said("CLASS", "DIMENSION_SCALE"), said("NAME", name)],
    ...(list.length > 0 ? [attribute("REFERENCE_LIST", attachment, [list.length], Buffer.concat(list))] : []),
  ];
}

/** The attribute that names the scales of the dimensions of a dataset by their addresses. */
export function dimensionList(scales: readonly number[], heap: WrittenHeap): Part {
  const data = Buffer.concat(scales.map((address) => heap.add(words(address), 1)));
  return attribute("DIMENSION_LIST", references, [scales.length], data);
}

/** The attribute by which writers of netCDF name themselves, hidden by readers; it must be ASCII. */
export function properties(value: string): Part {
  const bytes = Buffer.from(value, "latin1");
  return attribute("_NCProperties", text(bytes.length, 0, ascii), [], bytes);
}

/**
 * An attribute as it is planned.
 * @throws FormatError for numbers that do not fit into a message
 */
export function plannedAttribute({ name, type, value }: PlannedAttribute, heap: WrittenHeap, path: string): Part {
  if (type === "string") {
    return attribute(name, texts, [value.length], Buffer.concat(value.map((one) => heap.addText(one))));
  }
  if (type === "char") {
    const bytes = Buffer.from(value === "" ? "\0" : value);
    // What is too long for a header lies in the heap.
    if (bytes.length > MOST_BYTES / 2) return attribute(name, texts, [], heap.addText(value));
    return attribute(name, text(bytes.length, 2, utf8), [], bytes);
  }
  const stored = toStored(type, value);
  const part = attribute(name, typeBytes(type), [value.length], new Uint8Array(stored.buffer, 0, stored.byteLength));
  if (part.body.length <= MOST_BYTES) return part;
  const why = `attribute ${name} has ${value.length} numbers of ${elementSize(type)} bytes; HDF5 takes 64 kB at most`;
  throw new FormatError(path, "netcdf4", why, "leave it out, or write them as a variable");
}

/** The parts of the header of a group that keeps the order of its names. */
export function groupParts(links: readonly (readonly [name: string, address: number])[]): Part[] {
  const named = links.map(([name, address], order): Part => {
    const own = Buffer.from(name);
    const head = [numbers(1, 1, 0x16), words(order), numbers(1, utf8), numbers(4, own.length)];
    return { type: MESSAGE.link, body: Buffer.concat([...head, own, words(address)]) };
  });
  const empty = words(undefined, undefined, undefined);
  return [
    { type: MESSAGE.links, body: Buffer.concat([numbers(1, 0, 3), words(links.length), empty]) },
    // All names stay in the header.
    { type: MESSAGE.group, body: Buffer.concat([numbers(1, 0, 1), numbers(2, MOST_BYTES, 0)]), isConstant: true },
    ...named,
  ];
}

/** Says that `count` attributes are kept in order. */
export function attributeInfo(count: number): Part {
  const body = Buffer.concat([numbers(1, 0, 3), numbers(2, count), words(undefined, undefined, undefined)]);
  return { type: MESSAGE.attributes, body };
}

/** Collections of a global heap, at addresses that may come later. */
export class WrittenHeap {
  readonly #addresses: readonly number[];
  readonly #objects: Uint8Array[] = [];

  constructor(addresses: readonly number[]) {
    this.#addresses = addresses;
  }

  /** Adds an object. @returns the reference to a sequence of `length` that it is */
  add(bytes: Uint8Array, length: number): Buffer {
    const place = this.#objects.push(bytes) - 1;
    const address = this.#addresses[Math.floor(place / MOST_OBJECTS)] ?? 0;
    return Buffer.concat([numbers(4, length), words(address), numbers(4, (place % MOST_OBJECTS) + 1)]);
  }

  addText(value: string): Buffer {
    const bytes = Buffer.from(value);
    return bytes.length === 0 ? Buffer.alloc(16) : this.add(bytes, bytes.length);
  }

  collections(): Buffer[] {
    return Array.from({ length: Math.ceil(this.#objects.length / MOST_OBJECTS) }, (_, k) => {
      const own = this.#objects.slice(k * MOST_OBJECTS, (k + 1) * MOST_OBJECTS);
      const parts = own.flatMap((bytes, i) => [
        ...[numbers(2, i + 1, 0), numbers(4, 0), words(bytes.length), bytes],
        Buffer.alloc(-bytes.length & 7),
      ]);
      const used = 16 + parts.reduce((sum, { length }) => sum + length, 0);
      // Free space ends it; a collection has 4096 bytes at least.
      const size = Math.max(4096, used + 16);
      const head = [Buffer.from("GCOL", "latin1"), numbers(4, 1), words(size)];
      const free = [numbers(4, 0, 0), words(size - used), Buffer.alloc(size - used - 16)];
      return Buffer.concat([...head, ...parts, ...free]);
    });
  }
}

/** A superblock of version 0, which every version of HDF5 reads. */
export function superblock(root: number, end: number): Buffer {
  return Buffer.concat([
    Buffer.from("\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0", "latin1"),
    ...[numbers(2, 4, 16), numbers(4, 0), words(0, undefined, end, undefined), words(0, root), Buffer.alloc(24)],
  ]);
}

/** Layout of a dataset in one stretch. */
export const contiguous = (address: number | undefined, bytes: number): Part => ({
  type: MESSAGE.layout,
  body: Buffer.concat([numbers(1, 3, 1), words(address, bytes)]),
});

/** Layout of a dataset in chunks, with the address of their index. */
export const chunked = (index: number | undefined, chunk: readonly number[], size: number): Part => ({
  type: MESSAGE.layout,
  body: Buffer.concat([numbers(1, 3, 2, chunk.length + 1), words(index), numbers(4, ...chunk, size)]),
});

/** Space is given as chunks come, or late to one stretch, and filled with the value where one is set. */
export function filled(isChunked: boolean, fill: Uint8Array = new Uint8Array(0)): Part {
  const body = Buffer.concat([numbers(1, 2, isChunked ? 3 : 2, 2, 1), numbers(4, fill.length), fill]);
  return { type: MESSAGE.fill, body, isConstant: true };
}

/** Deflate, after the bytes of numbers are sorted by their place where `shuffle` says so. */
export function filtered(level: number, shuffle: boolean, size: number): Part[] {
  if (level === 0) return [];
  const filter = (id: number, name: string, optional: number, value: number) => [
    ...[numbers(2, id, 8, optional, 1), Buffer.from(name.padEnd(8, "\0"), "latin1"), numbers(4, value, 0)],
  ];
  const list = [...(shuffle ? filter(2, "shuffle", 1, size) : []), ...filter(1, "deflate", 0, level)];
  const body = Buffer.concat([numbers(1, 1, shuffle ? 2 : 1), Buffer.alloc(6), ...list]);
  return [{ type: MESSAGE.filters, body, isConstant: true }];
}
