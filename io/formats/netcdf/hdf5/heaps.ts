/** Heaps of HDF5 and the tree over what lies in one: global and fractal heaps, and version 2 B-trees (III.A.2, III.E, III.G). */

import type { Buffer } from "../../../../engine/platform/bytes.ts";
import type { BinaryFile } from "../../../storage/binary-file.ts";
import { type Addressing, checkSum, Unknown, unsigned } from "./headers.ts";
import { isEndless } from "./heap-guard.ts";

/** A collection, a node or a block takes at most so many bytes. */
const LONGEST = 2 ** 24;

/** An object of a collection of the global heap. @throws Unknown where there is none, and where its objects lead in a circle */
export function heapObject(file: BinaryFile, { lengthBytes }: Addressing, begin: number, wanted: number): Buffer {
  const head = file.bytes(begin, 8 + lengthBytes);
  if (head.toString("latin1", 0, 4) !== "GCOL") throw new Unknown();
  const heap = file.bytes(begin, Math.min(unsigned(head, 8, lengthBytes)!, LONGEST, file.size - begin));
  if (lengthBytes === 8 && isEndless(heap)) throw new Unknown();
  for (let at = 8 + lengthBytes; at + 8 + lengthBytes <= heap.length; ) {
    const [index, size] = [heap.readUInt16LE(at), unsigned(heap, at + 8, lengthBytes)!];
    const from = at + 8 + lengthBytes;
    if (index === wanted) {
      const inside = Math.min(size, LONGEST);
      return from + inside <= heap.length ? heap.subarray(from, from + inside) : file.bytes(begin + from, inside);
    }
    // Free space counts its own head.
    at = index === 0 ? at + Math.max(size, 8) : from + Math.ceil(size / 8) * 8;
  }
  throw new Unknown();
}

/** A block of the file whose first bytes name its kind and version 0, and whose last ones are its sum. */
function block(file: BinaryFile, address: number, length: number, kind: string): Buffer {
  if (length > LONGEST) throw new Unknown();
  const bytes = file.bytes(address, length);
  if (bytes.toString("latin1", 0, 4) !== kind || bytes[4] !== 0) throw new Unknown();
  checkSum(bytes);
  return bytes;
}

/** Bytes that a number up to `limit` takes. */
const bytesFor = (limit: number): number => Math.floor(Math.floor(Math.log2(limit)) / 8) + 1;

/** Records of the version 2 B-tree at `address`, of a file whose addresses and lengths have 8 bytes. */
export function treeRecords(file: BinaryFile, address: number, kind: number): Buffer[] {
  const head = block(file, address, 38, "BTHD");
  const [nodeBytes, recordBytes, depth] = [head.readUInt32LE(6), head.readUInt16LE(10), head.readUInt16LE(12)];
  const total = unsigned(head, 26, 8)!;
  if (head[5] !== kind || depth > 8 || recordBytes === 0) throw new Unknown();
  const leafMost = Math.floor((nodeBytes - 10) / recordBytes);
  const countBytes = bytesFor(leafMost);
  /** Bytes of the number of all records below a node, by its level. */
  const totalBytes = [0];
  for (let level = 1, below = leafMost; level <= depth; level++) {
    const pointer = 8 + countBytes + totalBytes[level - 1]!;
    const most = Math.floor((nodeBytes - 10 - pointer) / (recordBytes + pointer));
    below = (most + 1) * below + most;
    totalBytes.push(bytesFor(below));
  }
  const records: Buffer[] = [];
  const walk = (at: number, count: number, level: number): void => {
    const pointer = level === 0 ? 0 : 8 + countBytes + totalBytes[level - 1]!;
    const used = 6 + count * recordBytes + (level === 0 ? 0 : (count + 1) * pointer) + 4;
    if (used > nodeBytes || records.length > total) throw new Unknown();
    const node = block(file, at, used, level === 0 ? "BTLF" : "BTIN");
    for (let i = 0; i <= count; i++) {
      if (level > 0) {
        const child = 6 + count * recordBytes + i * pointer;
        walk(unsigned(node, child, 8)!, node.readUIntLE(child + 8, countBytes), level - 1);
      }
      if (i < count) records.push(node.subarray(6 + i * recordBytes, 6 + (i + 1) * recordBytes));
    }
  };
  const root = unsigned(head, 16, 8);
  if (root !== undefined && total > 0) walk(root, head.readUInt16LE(24), depth);
  if (records.length !== total) throw new Unknown();
  return records;
}

/** Objects of the fractal heap at `address` by their identifiers. */
export function fractalHeap(file: BinaryFile, address: number): (id: Buffer) => Buffer {
  const head = block(file, address, 146, "FRHP");
  const [filterBytes, flags, mostManaged] = [head.readUInt16LE(7), head[9]!, head.readUInt32LE(10)];
  const [width, first, mostDirect] = [head.readUInt16LE(110), unsigned(head, 112, 8)!, unsigned(head, 120, 8)!];
  const [bits, root, rootRows] = [head.readUInt16LE(128), unsigned(head, 132, 8), head.readUInt16LE(140)];
  if (filterBytes > 0 || root === undefined || bits > 48) throw new Unknown();
  const offsetBytes = Math.ceil(bits / 8);
  const lengthBytes = Math.min(bytesFor(mostDirect), bytesFor(mostManaged));
  const rowBytes = (row: number) => first * 2 ** Math.max(0, row - 1);
  const rowStart = (row: number) => (row === 0 ? 0 : width * first * 2 ** (row - 1));
  const directRows = Math.log2(mostDirect / first) + 2;
  const blocks = new Map<number, Buffer>();
  const direct = (at: number, size: number): Buffer => {
    const known = blocks.get(at);
    if (known) return known;
    if (size > LONGEST) throw new Unknown();
    const bytes = file.bytes(at, size);
    if (bytes.toString("latin1", 0, 4) !== "FHDB" || bytes[4] !== 0) throw new Unknown();
    if (flags & 2) {
      // Its sum stands in its head, and counts there as zeros.
      const sum = 13 + offsetBytes;
      checkSum(
        Uint8Array.from([
          ...bytes.subarray(0, sum),
          0,
          0,
          0,
          0,
          ...bytes.subarray(sum + 4),
          ...bytes.subarray(sum, sum + 4),
        ]),
      );
    }
    blocks.set(at, bytes);
    return bytes;
  };
  const find = (at: number, rows: number, offset: number): Buffer => {
    if (rows === 0) return direct(at, first).subarray(offset);
    let row = 0;
    while (row < rows && offset >= rowStart(row + 1)) row++;
    if (row >= rows) throw new Unknown();
    const column = Math.floor((offset - rowStart(row)) / rowBytes(row));
    const table = blocks.get(at) ?? block(file, at, 13 + offsetBytes + 8 * rows * width + 4, "FHIB");
    blocks.set(at, table);
    const child = unsigned(table, 13 + offsetBytes + 8 * (row * width + column), 8);
    if (child === undefined) throw new Unknown();
    const within = offset - rowStart(row) - column * rowBytes(row);
    if (row < directRows) return direct(child, rowBytes(row)).subarray(within);
    return find(child, Math.log2(rowBytes(row) / (first * width)) + 1, within);
  };
  return (id) => {
    // Objects that are very long or very short are kept otherwise.
    if (id[0] !== 0) throw new Unknown();
    const [offset, length] = [id.readUIntLE(1, offsetBytes), id.readUIntLE(1 + offsetBytes, lengthBytes)];
    const bytes = find(root, rootRows, offset).subarray(0, length);
    if (bytes.length < length) throw new Unknown();
    return bytes;
  };
}
