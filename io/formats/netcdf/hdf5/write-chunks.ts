/**
 * Chunks of an HDF5 dataset, written past the library: shuffled and deflated by Node's zlib in its threads, appended to
 * the file, and entered into the dataset's chunk index (HDF5 File Format Specification 3.0: version 1 B-trees III.A.1,
 * object headers IV.A.1.a, messages layout IV.A.2.i, filter pipeline IV.A.2.l and fill value IV.A.2.f). The library
 * itself offers neither two filters nor native speed: its own deflate ran at half the speed of netCDF-C.
 */

import { FormatError } from "../../../../engine/errors.ts";
import { writeFully } from "../../../../engine/files/write-fully.ts";
import { Buffer } from "../../../../engine/platform/bytes.ts";
import { deflate, deflateSync } from "../../../../engine/platform/compression.ts";
import { type FileHandle, readSync } from "../../../../engine/platform/files.ts";
import { promisify } from "../../../../engine/platform/values.ts";
import { MESSAGE, type Message, readMessages } from "./headers.ts";

/** Location of one chunk. */
export interface ChunkEntry {
  /** Position of its first cell in the dataset. */
  readonly start: readonly number[];
  readonly address: number;
  readonly bytes: number;
}

const UNDEFINED = 0xffff_ffff_ffff_ffffn;
/** Flag of messages that never change. */
const CONSTANT = 1;
/** Entries of one node of a chunk index: twice the rank that version 0 of the superblock implies. */
const FANOUT = 64;
const END_OF_FILE = 40;
const deflated = promisify(deflate);
/** Smaller chunks are deflated at once: handing them over takes longer. */
const SMALL = 16384;

/** Bytes sorted by their place in the number, as HDF5's shuffle filter does. */
export function shuffled(bytes: Uint8Array, size: number): Uint8Array {
  const n = bytes.length / size;
  const out = new Uint8Array(bytes.length);
  if (size % 4 === 0 && bytes.byteOffset % 4 === 0) {
    // Four bytes with one read.
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const step = size / 4;
    for (let part = 0; part < step; part++) {
      const [a, b, c, d] = [0, 1, 2, 3].map((k) => out.subarray((4 * part + k) * n, (4 * part + k + 1) * n));
      for (let i = 0, from = part; i < n; i++, from += step) {
        const word = words[from]!;
        a![i] = word;
        b![i] = word >>> 8;
        c![i] = word >>> 16;
        d![i] = word >>> 24;
      }
    }
    return out;
  }
  for (let byte = 0; byte < size; byte++) {
    for (let i = 0, to = byte * n, from = byte; i < n; i++, to++, from += size) out[to] = bytes[from]!;
  }
  return out;
}

/** One chunk as it is stored. */
export async function storedChunk(
  bytes: Uint8Array,
  { level, shuffle, size }: Pick<Storage, "level" | "shuffle" | "size">,
): Promise<Uint8Array> {
  if (level === 0) return bytes;
  const plain = shuffle ? shuffled(bytes, size) : bytes;
  // A state of its size: a larger one costs more than the deflating.
  if (plain.length < SMALL) return deflateSync(plain, { level, memLevel: 7, windowBits: 14 });
  return deflated(plain, { level, memLevel: 9 });
}

async function readFully(handle: FileHandle, length: number, position: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  if (bytesRead < length) throw unexpected(`it ends before byte ${position + length}`);
  return bytes;
}

function unexpected(what: string): FormatError {
  const hint = "check the version of h5wasm";
  return new FormatError(
    "(file being written)",
    "netcdf4",
    `HDF5 laid it out in a way that is not known (${what})`,
    hint,
  );
}

/** End of the file for the library. */
export async function endOfFile(handle: FileHandle): Promise<number> {
  const superblock = await readFully(handle, END_OF_FILE + 8, 0);
  if (superblock[8] !== 0) throw unexpected(`superblock version ${superblock[8]}`);
  return Number(superblock.readBigUInt64LE(END_OF_FILE));
}

/** Ends the file here for the library, so that it puts nothing over what was appended. */
export async function moveEndOfFile(handle: FileHandle, end: number): Promise<void> {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(end));
  writeFully(handle.fd, bytes, END_OF_FILE);
}

/** The first message of a type in an object header. */
function findMessage({ fd }: FileHandle, header: number, type: number): Message {
  const bytes = (position: number, length: number) => {
    const target = Buffer.alloc(length);
    if (readSync(fd, target, 0, length, position) < length)
      throw unexpected(`it ends before byte ${position + length}`);
    return target;
  };
  const found = readMessages({ bytes }, { base: 0, offsetBytes: 8, lengthBytes: 8 }, header).find(
    (m) => m.type === type,
  );
  if (found === undefined) throw unexpected(`no message of type ${type}`);
  return found;
}

/** Storage of a dataset's chunks. */
export interface Storage {
  /** Deflate level; 0 for none. */
  readonly level: number;
  readonly shuffle: boolean;
  /** Bytes of one number. */
  readonly size: number;
  /** Fill value of cells that were never written, in the dataset's type. */
  readonly fill: Uint8Array;
}

/** Bytes of the messages that {@link setStorage} writes at most: two filters and a fill value. */
const ROOM = 8 + 56 + 8 + 16;

/** Values for the library's deflate filter that make room in its message for what {@link setStorage} writes. */
export const roomForStorage: readonly number[] = Array.from({ length: (ROOM - 32) / 4 }, () => 0);

function message(type: number, flags: number, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(type, 0);
  head.writeUInt16LE(data.length, 2);
  head[4] = flags;
  return Buffer.concat([head, data]);
}

function filterMessage(
  filters: readonly (readonly [id: number, name: string, optional: number, value: number])[],
): Buffer {
  const data = Buffer.alloc(8 + 24 * filters.length);
  data.set([1, filters.length]);
  filters.forEach(([id, name, optional, value], i) => {
    const at = 8 + 24 * i;
    data.writeUInt16LE(id, at);
    data.writeUInt16LE(8, at + 2);
    data.writeUInt16LE(optional, at + 4);
    data.writeUInt16LE(1, at + 6);
    data.write(name, at + 8, "latin1");
    data.writeUInt32LE(value, at + 16);
  });
  return message(MESSAGE.filters, CONSTANT, data);
}

/** Space is given as chunks come, and filled with the value where one is set. */
function fillMessage(fill: Uint8Array): Buffer {
  const data = Buffer.alloc(16);
  data.set([2, 3, 2, 1, fill.length]);
  data.set(fill, 8);
  return message(MESSAGE.fill, CONSTANT, data);
}

/**
 * Gives a dataset, made with {@link roomForStorage}, its filters and its fill value: the library sets one filter and no
 * fill value, so that cells never written, as where another program extends the file, would read as 0, "no rain".
 */
export async function setStorage(
  handle: FileHandle,
  header: number,
  { level, shuffle, size, fill }: Storage,
): Promise<void> {
  const filters = findMessage(handle, header, MESSAGE.filters);
  if (filters.body.length !== ROOM - 8) throw unexpected(`a filter message of ${filters.body.length} bytes`);
  const messages = [fillMessage(fill)];
  if (level > 0) {
    const deflating = [1, "deflate", 0, level] as const;
    messages.unshift(filterMessage(shuffle ? [[2, "shuffle", 1, size], deflating] : [deflating]));
  }
  const left = ROOM - Buffer.concat(messages).length;
  if (left > 0) messages.push(message(MESSAGE.nothing, 0, Buffer.alloc(left - 8)));
  const old = findMessage(handle, header, MESSAGE.fill);
  writeFully(handle.fd, message(MESSAGE.nothing, 0, Buffer.alloc(old.body.length)), old.position - 8);
  writeFully(handle.fd, Buffer.concat(messages), filters.position - 8);
  const count = await readFully(handle, 2, header + 2);
  count.writeUInt16LE(count.readUInt16LE() + messages.length - 1);
  writeFully(handle.fd, count, header + 2);
}

/** The numbers by which the index finds a chunk: bytes, filters left out (none), position, and 0 for the element. */
function writeKey(node: Buffer, at: number, { start, bytes }: Pick<ChunkEntry, "start" | "bytes">): void {
  node.writeUInt32LE(bytes, at);
  start.forEach((position, i) => {
    node.writeBigUInt64LE(BigInt(position), at + 8 + 8 * i);
  });
}

/** Order of chunks in the index. */
function compare(a: ChunkEntry, b: ChunkEntry): number {
  const axis = a.start.findIndex((n, i) => n !== b.start[i]);
  return axis < 0 ? 0 : a.start[axis]! - b.start[axis]!;
}

/** The nodes of an index over `entries` as bytes that will lie at `address`, and where its root will be. */
function buildIndex(entries: readonly ChunkEntry[], chunk: readonly number[], elementSize: number, address: number) {
  const sorted = [...entries].sort(compare);
  const keySize = 8 + 8 * (chunk.length + 1);
  const nodeSize = 24 + (FANOUT + 1) * keySize + FANOUT * 8;
  // As the library closes the last node: one chunk further along every axis, the bytes of the element included.
  const last = sorted.at(-1)!;
  const beyond = { start: [...chunk.map((n, i) => last.start[i]! + n), elementSize], bytes: 0 };
  const nodes: Buffer[] = [];
  let level = 0;
  let children = sorted.map((entry) => ({ key: entry as Pick<ChunkEntry, "start" | "bytes">, address: entry.address }));
  for (;;) {
    const first = address + nodes.length * nodeSize;
    const count = Math.ceil(children.length / FANOUT);
    const parents: typeof children = [];
    for (let n = 0; n < count; n++) {
      const own = children.slice(n * FANOUT, (n + 1) * FANOUT);
      const node = Buffer.alloc(nodeSize);
      node.write("TREE", 0, "latin1");
      node.set([1, level], 4);
      node.writeUInt16LE(own.length, 6);
      node.writeBigUInt64LE(n > 0 ? BigInt(first + (n - 1) * nodeSize) : UNDEFINED, 8);
      node.writeBigUInt64LE(n + 1 < count ? BigInt(first + (n + 1) * nodeSize) : UNDEFINED, 16);
      own.forEach((child, i) => {
        writeKey(node, 24 + i * (keySize + 8), child.key);
        node.writeBigUInt64LE(BigInt(child.address), 24 + i * (keySize + 8) + keySize);
      });
      writeKey(node, 24 + own.length * (keySize + 8), children[(n + 1) * FANOUT]?.key ?? beyond);
      nodes.push(node);
      parents.push({ key: own[0]!.key, address: first + n * nodeSize });
    }
    if (count === 1) return { bytes: Buffer.concat(nodes), root: first };
    children = parents;
    level++;
  }
}

/**
 * Enters chunks into a dataset that has none yet. The library must have closed the file.
 *
 * @param header - address of the dataset's object header
 */
export async function writeChunkIndex(
  handle: FileHandle,
  header: number,
  entries: readonly ChunkEntry[],
  { chunk, elementSize }: { readonly chunk: readonly number[]; readonly elementSize: number },
): Promise<void> {
  if (entries.length === 0) return;
  const { position, body: data } = findMessage(handle, header, MESSAGE.layout);
  const chunked = data[0] === 3 && data[1] === 2 && data[2] === chunk.length + 1;
  if (!chunked || data.readBigUInt64LE(3) !== UNDEFINED) throw unexpected("a layout that is not chunked and empty");
  const end = Math.ceil((await endOfFile(handle)) / 8) * 8;
  const { bytes, root } = buildIndex(entries, chunk, elementSize, end);
  writeFully(handle.fd, bytes, end);
  const address = Buffer.alloc(8);
  address.writeBigUInt64LE(BigInt(root));
  writeFully(handle.fd, address, position + 3);
  await moveEndOfFile(handle, end + bytes.length);
}
