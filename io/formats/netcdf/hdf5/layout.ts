/**
 * Location of the bytes of a dataset: the layout and fill value messages of its object header, and the version 1
 * B-tree of its chunks (HDF5 File Format Specification 3.0, IV.A and III.A.1). What is not understood here (newer
 * chunk indexes, external files) is left to h5wasm.
 */

import { FormatError } from "../../../../engine/errors.ts";
import { firstNotBelow } from "../../../../engine/numerics/vectors.ts";
import type { Buffer } from "../../../../engine/platform/bytes.ts";
import type { BinaryFile } from "../../../storage/binary-file.ts";
import { type Addressing, addressing, MESSAGE, type Message, readMessages, Unknown, unsigned } from "./headers.ts";
import { heapObject } from "./heaps.ts";

/** A dataset in one stretch of the file. */
export interface ContiguousLayout {
  readonly kind: "contiguous";
  /** Undefined where nothing was written yet. */
  readonly begin: number | undefined;
  readonly bytes: number;
}

/** A dataset in chunks of equal shape. */
export interface ChunkedLayout {
  readonly kind: "chunked";
  readonly chunks: readonly number[];
  /** Bytes of one element. */
  readonly size: number;
  /** Address of the root of the B-tree; undefined where no chunk was written yet. */
  readonly root: number | undefined;
}

/** Storage information in a dataset's header. */
export interface StorageInfo {
  readonly layout: ContiguousLayout | ChunkedLayout | undefined;
  /** The fill value that the writer set, as stored; otherwise HDF5 fills with zeros. */
  readonly fill: Uint8Array | undefined;
}

/** The chunks of a dataset that were written, in row-major order. */
export interface ChunkIndex {
  /** Row-major numbers in the grid of chunks, rising. */
  readonly numbers: readonly number[];
  readonly positions: readonly number[];
  readonly sizes: readonly number[];
  /** Bit i set: filter i was skipped for this chunk. */
  readonly masks: readonly number[];
}

/** Row of the first chunk of an index whose number is at least `number`. */
export const firstRowFrom = ({ numbers }: ChunkIndex, number: number): number => firstNotBelow(numbers, number);

/** Row of a chunk in an index; undefined where it was never written. */
export function rowOf(index: ChunkIndex, number: number): number | undefined {
  const row = firstRowFrom(index, number);
  return index.numbers[row] === number ? row : undefined;
}

/** Class of a layout. */
const VIRTUAL = 3;
/** An index of more chunks takes too much memory. */
const MOST_CHUNKS = 2 ** 23;

function parseLayout({ body, position }: Message, where: Addressing): StorageInfo["layout"] {
  const [version, kind] = body;
  // Version 4 differs from 3 only for chunks.
  if (kind === 0 && (version === 3 || version === 4)) {
    return { kind: "contiguous", begin: position + 4, bytes: body.readUInt16LE(2) };
  }
  if (kind === 1 && (version === 3 || version === 4)) {
    const begin = unsigned(body, 2, where.offsetBytes);
    const bytes = unsigned(body, 2 + where.offsetBytes, where.lengthBytes)!;
    return { kind: "contiguous", begin: begin === undefined ? undefined : begin + where.base, bytes };
  }
  if (version !== 3 || kind !== 2) return undefined;
  const rank = body[2]! - 1;
  const root = unsigned(body, 3, where.offsetBytes);
  const sizes = Array.from({ length: rank + 1 }, (_, i) => body.readUInt32LE(3 + where.offsetBytes + 4 * i));
  return { kind: "chunked", chunks: sizes.slice(0, rank), size: sizes[rank]!, root };
}

/** Shape of the chunks of a layout message; null where there are none. @throws Unknown for older and virtual layouts */
export function chunkShape(body: Buffer): number[] | null {
  const [version, kind] = body as unknown as [number, number];
  if ((version !== 3 && version !== 4) || kind > 2) throw new Unknown();
  if (kind < 2) return null;
  const [rank, width, from] = version === 3 ? [body[2]! - 1, 4, 11] : [body[3]! - 1, body[4]!, 5];
  return Array.from({ length: rank }, (_, i) => body.readUIntLE(from + width * i, width));
}

/** Location of a part of a virtual dataset. */
export interface VirtualSource {
  /** `.` for the file itself. */
  readonly file: string;
  readonly dataset: string;
}

/**
 * Sources of the dataset at `address`, if it is virtual: the names in its list of sources (III.E, IV.A.2.i).
 * @returns none for other datasets, and where this file does not know the version
 */
export function virtualSources(file: BinaryFile, address: number): readonly VirtualSource[] {
  try {
    const where = addressing(file);
    const body = readMessages(file, where, address).find((m) => m.type === MESSAGE.layout)?.body;
    if (body === undefined || body[0]! < 4 || body[1] !== VIRTUAL) return [];
    const heap = unsigned(body, 2, where.offsetBytes);
    if (heap === undefined) return [];
    const list = heapObject(file, where, where.base + heap, body.readUInt32LE(2 + where.offsetBytes));
    // Selections stand between the names; they end with zeros.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they end names.
    const names = list.toString("utf8").matchAll(/(?<![^\0-\x1f])([^\0-\x1f]+)\0([^\0-\x1f]+)\0/g);
    return Array.from(names, ([, from, dataset]) => ({ file: from!, dataset: dataset!.replace(/^\/+/, "") }));
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError || error instanceof FormatError) return [];
    throw error;
  }
}

function parseFill(body: Buffer): Uint8Array | undefined {
  const version = body[0]!;
  const sized = version === 3 ? (body[1]! & 0x20) !== 0 : body[3] === 1;
  const from = version === 3 ? 6 : 8;
  if (version > 3 || !sized || body.length < from) return undefined;
  const length = body.readInt32LE(from - 4);
  return length > 0 && from + length <= body.length ? body.subarray(from, from + length) : undefined;
}

/**
 * Storage of a dataset by the header at `address`.
 * @returns undefined where this file does not know its version
 */
export function readStorage(file: BinaryFile, address: number): StorageInfo | undefined {
  try {
    const where = addressing(file);
    const messages = readMessages(file, where, address);
    const layout = messages.find((m) => m.type === MESSAGE.layout);
    const fill = messages.find((m) => m.type === MESSAGE.fill);
    const outside = messages.some((m) => m.type === MESSAGE.external);
    if (layout === undefined || outside || layout.isShared || fill?.isShared) return undefined;
    return { layout: parseLayout(layout, where), fill: fill && parseFill(fill.body) };
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Names of the files of external storage, as the header at `address` has them (IV.A.2.h, and III.D for the heap of names). */
export function externalNames(file: BinaryFile, address: number): readonly string[] {
  try {
    const where = addressing(file);
    const body = readMessages(file, where, address).find((m) => m.type === MESSAGE.external)?.body;
    if (body === undefined) return [];
    const heap = where.base + unsigned(body, 8, where.offsetBytes)!;
    const head = file.bytes(heap, 8 + 2 * where.lengthBytes + where.offsetBytes);
    const size = unsigned(head, 8, where.lengthBytes)!;
    const names = file.bytes(where.base + unsigned(head, 8 + 2 * where.lengthBytes, where.offsetBytes)!, size);
    return Array.from({ length: body.readUInt16LE(6) }, (_, slot) => {
      const from = unsigned(body, 8 + where.offsetBytes + 3 * slot * where.lengthBytes, where.lengthBytes)!;
      return names.toString("utf8", from, names.indexOf(0, from));
    });
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError || error instanceof FormatError) return [];
    throw error;
  }
}

/**
 * Walks the B-tree of a dataset's chunks.
 * @param shape - of the dataset
 * @returns undefined where the tree is not one that this file knows, or is too large
 */
export function readChunkIndex(
  file: BinaryFile,
  layout: ChunkedLayout,
  shape: readonly number[],
): ChunkIndex | undefined {
  const { chunks } = layout;
  const rank = shape.length;
  const grid = shape.map((n, axis) => Math.ceil(n / chunks[axis]!));
  const count = grid.reduce((a, b) => a * b, 1);
  const index = { numbers: [] as number[], positions: [] as number[], sizes: [] as number[], masks: [] as number[] };
  if (layout.root === undefined) return index;
  try {
    const where = addressing(file);
    const keyBytes = 8 + 8 * (rank + 1);
    // A tree that refers back to itself would never end.
    let nodes = 2 * Math.min(count, MOST_CHUNKS) + 64;
    const walk = (address: number, level: number | undefined): void => {
      if (nodes-- === 0) throw new Unknown();
      const head = file.bytes(where.base + address, 8);
      const entries = head.readUInt16LE(6);
      const own = head[5]!;
      const fits = head.toString("latin1", 0, 4) === "TREE" && head[4] === 1 && (level === undefined || own === level);
      if (!fits) throw new Unknown();
      const body = file.bytes(
        where.base + address + 8 + 2 * where.offsetBytes,
        entries * (keyBytes + where.offsetBytes),
      );
      for (let i = 0; i < entries; i++) {
        const at = i * (keyBytes + where.offsetBytes);
        const child = unsigned(body, at + keyBytes, where.offsetBytes);
        if (child === undefined) throw new Unknown();
        if (own > 0) {
          walk(child, own - 1);
          continue;
        }
        let number = 0;
        for (let axis = 0; axis < rank; axis++) {
          const position = unsigned(body, at + 8 + 8 * axis, 8)! / chunks[axis]!;
          if (!Number.isInteger(position)) throw new Unknown();
          // A dataset that was made smaller may keep chunks outside of it.
          if (position >= grid[axis]!) number = Number.NaN;
          number = number * grid[axis]! + position;
        }
        if (Number.isNaN(number) || body.readUInt32LE(at) === 0) continue;
        if (number <= (index.numbers.at(-1) ?? -1) || index.numbers.length === MOST_CHUNKS) throw new Unknown();
        index.numbers.push(number);
        index.positions.push(where.base + child);
        index.sizes.push(body.readUInt32LE(at));
        index.masks.push(body.readUInt32LE(at + 4));
      }
    };
    walk(layout.root, undefined);
    return index;
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError) return undefined;
    throw error;
  }
}
