/**
 * Chunks of an HDF5 dataset: shuffled and deflated by Node's zlib in its threads, and their index (HDF5 File Format
 * Specification 3.0: version 1 B-trees III.A.1).
 */

import { Buffer } from "../../../../engine/platform/bytes.ts";
import { deflate, deflateSync } from "../../../../engine/platform/compression.ts";
import { promisify } from "../../../../engine/platform/values.ts";

/** Location of one chunk. */
export interface ChunkEntry {
  /** Position of its first cell in the dataset. */
  readonly start: readonly number[];
  readonly address: number;
  readonly bytes: number;
}

const UNDEFINED = 0xffff_ffff_ffff_ffffn;
/** Entries of one node of a chunk index: twice the rank that version 0 of the superblock implies. */
const FANOUT = 64;
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
export async function storedChunk(bytes: Uint8Array, { level, shuffle, size }: Storage): Promise<Uint8Array> {
  if (level === 0) return bytes;
  const plain = shuffle ? shuffled(bytes, size) : bytes;
  // A state of its size: a larger one costs more than the deflating.
  if (plain.length < SMALL) return deflateSync(plain, { level, memLevel: 7, windowBits: 14 });
  return deflated(plain, { level, memLevel: 9 });
}

/** Storage of a dataset's chunks. */
export interface Storage {
  /** Deflate level; 0 for none. */
  readonly level: number;
  readonly shuffle: boolean;
  /** Bytes of one number. */
  readonly size: number;
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
export function chunkIndex(
  entries: readonly ChunkEntry[],
  chunk: readonly number[],
  elementSize: number,
  address: number,
) {
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
