/** Superblock and object headers of HDF5 (File Format Specification 3.0, II.A and IV.A), as far as they are known here. */

import { Buffer } from "../../../../engine/platform/bytes.ts";
import type { BinaryFile } from "../../../storage/binary-file.ts";

/** Types of messages of an object header (IV.A.2). */
export const MESSAGE = {
  dataspace: 0x01,
  links: 0x02,
  datatype: 0x03,
  fill: 0x05,
  link: 0x06,
  external: 0x07,
  layout: 0x08,
  group: 0x0a,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbols: 0x11,
  attributes: 0x15,
};

/** An object header takes kilobytes. */
const LONGEST = 2 ** 24;

/** A version or a shape that is not known here; HDF5 itself may know it. */
export class Unknown extends Error {
  override readonly name = "Unknown";
}

/** Sizes and the base of the addresses of a file. */
export interface Addressing {
  readonly base: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

const SIGNATURE = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");

/**
 * Offset of the superblock: 0, or behind a block of the user's 512 bytes or a power of two times as many; undefined in
 * other files.
 */
export function superblockOf(file: BinaryFile): number | undefined {
  for (let base = 0; base + 48 <= file.size; base = base === 0 ? 512 : base * 2) {
    if (file.bytes(base, 8).equals(SIGNATURE)) return base;
  }
  return undefined;
}

/** @throws Unknown in other files */
export function addressing(file: BinaryFile): Addressing {
  const base = superblockOf(file);
  if (base === undefined) throw new Unknown();
  const head = file.bytes(base, 16);
  const at = head[8]! >= 2 ? 9 : 13;
  return { base, offsetBytes: head[at]!, lengthBytes: head[at + 1]! };
}

/** Address of the header of the root group of a whole file without a block of the user's. @throws Unknown for others */
export function rootOf(file: BinaryFile, { base, offsetBytes, lengthBytes }: Addressing): number {
  const head = file.bytes(0, 12 + 6 * 8 + 24);
  const version = head[8]!;
  if (base !== 0 || offsetBytes !== 8 || lengthBytes !== 8 || version > 3) throw new Unknown();
  const modern = version >= 2;
  const at = modern ? 12 : version === 1 ? 28 : 24;
  const [start, , end, last] = [0, 8, 16, 24].map((k) => unsigned(head, at + k, 8));
  // What stands fourth is the root of newer files, and a driver of older ones.
  const root = modern ? last : unsigned(head, at + 40, 8);
  const isWhole = start === 0 && end !== undefined && end <= file.size && (modern || last === undefined);
  // What is open to a writer, or says more in an extension, is left to HDF5.
  const isPlain = !modern || (head[11] === 0 && unsigned(head, 20, 8) === undefined);
  if (!isWhole || !isPlain || root === undefined) throw new Unknown();
  if (modern) checkSum(head.subarray(0, at + 36));
  return root;
}

/** An unsigned number of 4 or 8 bytes; undefined where all bits are set. @throws Unknown for others */
export function unsigned(bytes: Buffer, at: number, length: number): number | undefined {
  if (length === 4) {
    const value = bytes.readUInt32LE(at);
    return value === 0xffffffff ? undefined : value;
  }
  if (length !== 8) throw new Unknown();
  const [low, high] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
  if (low === 0xffffffff && high === 0xffffffff) return undefined;
  if (high >= 2 ** 21) throw new Unknown();
  return high * 2 ** 32 + low;
}

/** Checks the sum that ends a block. @throws Unknown where it is another */
export function checkSum(block: Uint8Array): void {
  const length = block.length - 4;
  if (new DataView(block.buffer, block.byteOffset).getInt32(length, true) !== sumOf(block, length)) throw new Unknown();
}

/** HDF5's sum of the first bytes of a block: lookup3 of Bob Jenkins. */
export function sumOf(block: Uint8Array, length: number): number {
  const word = (at: number) => {
    let value = 0;
    for (let k = 0; k < 4 && at + k < length; k++) value |= block[at + k]! << (8 * k);
    return value;
  };
  const turn = (v: number, n: number) => (v << n) | (v >>> (32 - n));
  let a = (0xdeadbeef + length) | 0;
  let [b, c] = [a, a];
  let at = 0;
  for (; length - at > 12; at += 12) {
    [a, b, c] = [(a + word(at)) | 0, (b + word(at + 4)) | 0, (c + word(at + 8)) | 0];
    a = ((a - c) ^ turn(c, 4)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ turn(a, 6)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ turn(b, 8)) | 0;
    b = (b + a) | 0;
    a = ((a - c) ^ turn(c, 16)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ turn(a, 19)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ turn(b, 4)) | 0;
    b = (b + a) | 0;
  }
  if (length > at) {
    [a, b, c] = [(a + word(at)) | 0, (b + word(at + 4)) | 0, (c + word(at + 8)) | 0];
    c = ((c ^ b) - turn(b, 14)) | 0;
    a = ((a ^ c) - turn(c, 11)) | 0;
    b = ((b ^ a) - turn(a, 25)) | 0;
    c = ((c ^ b) - turn(b, 16)) | 0;
    a = ((a ^ c) - turn(c, 4)) | 0;
    b = ((b ^ a) - turn(a, 14)) | 0;
    c = ((c ^ b) - turn(b, 24)) | 0;
  }
  return c;
}

/** A message of an object header, and the offset of its body in the file. */
export interface Message {
  readonly type: number;
  readonly body: Buffer;
  readonly position: number;
  /** True where the body only says where the message lies. */
  readonly isShared: boolean;
  /** Place in the order in which messages of its type were made; 0 where it is not kept. */
  readonly order: number;
}

/** All messages of an object header, of either version, continuation blocks included. @throws Unknown */
export function readMessages(file: Pick<BinaryFile, "bytes">, where: Addressing, address: number): Message[] {
  const messages: Message[] = [];
  const first = where.base + address;
  const prefix = file.bytes(first, 16);
  const modern = prefix.toString("latin1", 0, 4) === "OHDR";
  const flags = modern ? prefix[5]! : 0;
  // Newer blocks end with a checksum.
  const blocks: [begin: number, before: number, length: number][] = [];
  if (modern) {
    if (prefix[4] !== 2) throw new Unknown();
    const begin = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    const width = 1 << (flags & 3);
    const size = file.bytes(first + begin, width);
    const length = width === 8 ? Number(size.readBigUInt64LE(0)) : size.readUIntLE(0, width);
    blocks.push([first, begin + width, begin + width + length + 4]);
  } else {
    if (prefix[0] !== 1) throw new Unknown();
    blocks.push([first, 16, 16 + prefix.readUInt32LE(8)]);
  }
  const headBytes = modern ? (flags & 4 ? 6 : 4) : 8;
  for (let total = 0; blocks.length > 0; ) {
    const [from, before, size] = blocks.shift()!;
    total += size;
    if (total > LONGEST) throw new Unknown();
    const bytes = file.bytes(from, size);
    if (modern) checkSum(bytes);
    const end = modern ? size - 4 : size;
    for (let at = before; at + headBytes <= end; ) {
      const type = modern ? bytes[at]! : bytes.readUInt16LE(at);
      const bodyBytes = bytes.readUInt16LE(at + (modern ? 1 : 2));
      const isShared = (bytes[at + (modern ? 3 : 4)]! & 2) !== 0;
      const order = headBytes === 6 ? bytes.readUInt16LE(at + 4) : 0;
      const body = bytes.subarray(at + headBytes, at + headBytes + bodyBytes);
      const position = from + at + headBytes;
      at += headBytes + bodyBytes;
      if (at > end) throw new Unknown();
      if (type === MESSAGE.continuation) {
        const next = unsigned(body, 0, where.offsetBytes)! + where.base;
        // Newer blocks begin with "OCHK".
        blocks.push([next, modern ? 4 : 0, unsigned(body, where.offsetBytes, where.lengthBytes)!]);
      } else messages.push({ type, body, position, isShared, order });
    }
  }
  return messages;
}
