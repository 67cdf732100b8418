/**
 * The list of members at the end of a zip file (PKWARE APPNOTE 6.3, 4.3 and 4.5), and one member unpacked as a stream,
 * with its checksum, which a library that unpacks in memory does not look at.
 */

import { FormatError } from "../../../engine/errors.ts";
import { writeRefusal } from "../../../engine/files/atomic-file.ts";
import type { Buffer } from "../../../engine/platform/bytes.ts";
import { crc32, createInflateRaw } from "../../../engine/platform/compression.ts";
import { createReadStream, createWriteStream } from "../../../engine/platform/files.ts";
import { pipeline, Readable, Transform } from "../../../engine/platform/streams.ts";
import { BinaryFile } from "../../storage/binary-file.ts";

const HINT = "check it with `unzip -t`, or fetch it again";

/** One member of a zip file. */
export interface ZipMember {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly checksum: number;
  readonly packed: number;
  readonly unpacked: number;
  /** Offset of its own header. */
  readonly offset: number;
}

function refuse(path: string, what: string): FormatError {
  return new FormatError(path, "zip", what, HINT);
}

/**
 * All members of a zip file, folders left out.
 * @throws FormatError if the list is missing or damaged.
 */
export function listZip(path: string): ZipMember[] {
  const file = new BinaryFile(path, "zip");
  try {
    const { size } = file;
    const tail = file.bytes(Math.max(0, size - 65557), Math.min(size, 65557));
    const at = tail.lastIndexOf("PK\x05\x06", undefined, "latin1");
    if (at < 0 || at + 22 > tail.length) throw refuse(path, "its list of members is missing: it is truncated");
    let [count, length, start] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
    const locator = size - tail.length + at - 20;
    if (count === 0xffff || length === 0xffffffff || start === 0xffffffff) {
      const found = file.bytes(locator, 20);
      if (found.readUInt32LE(0) !== 0x07064b50) throw refuse(path, "its 64-bit list of members is missing");
      const end = file.bytes(Number(found.readBigUInt64LE(8)), 56);
      [count, length, start] = [32, 40, 48].map((p) => Number(end.readBigUInt64LE(p))) as [number, number, number];
    }
    const list = file.bytes(start, length);
    const members: ZipMember[] = [];
    for (let p = 0, i = 0; i < count; i++) {
      if (p + 46 > list.length || list.readUInt32LE(p) !== 0x02014b50)
        throw refuse(path, `member ${i + 1} of ${count} in its list is damaged`);
      const [names, extras, comment] = [28, 30, 32].map((o) => list.readUInt16LE(p + o)) as [number, number, number];
      const member = memberAt(list, p, names, extras);
      if (member.name.includes("\0")) throw refuse(path, `the name of member ${i + 1} of ${count} holds a NUL`);
      members.push(member);
      p += 46 + names + extras + comment;
    }
    return members.filter((m) => !m.name.endsWith("/"));
  } finally {
    file.close();
  }
}

function memberAt(list: Buffer, p: number, names: number, extras: number): ZipMember {
  let [packed, unpacked, offset] = [20, 24, 42].map((o) => list.readUInt32LE(p + o)) as [number, number, number];
  const extra = list.subarray(p + 46 + names, p + 46 + names + extras);
  for (let e = 0; e + 4 <= extra.length; e += 4 + extra.readUInt16LE(e + 2)) {
    if (extra.readUInt16LE(e) !== 1) continue;
    let q = e + 4;
    const wide = (value: number) => {
      if (value !== 0xffffffff || q + 8 > extra.length) return value;
      q += 8;
      return Number(extra.readBigUInt64LE(q - 8));
    };
    unpacked = wide(unpacked);
    packed = wide(packed);
    offset = wide(offset);
  }
  return {
    name: list.toString("utf8", p + 46, p + 46 + names),
    method: list.readUInt16LE(p + 10),
    encrypted: (list.readUInt16LE(p + 8) & 1) === 1,
    checksum: list.readUInt32LE(p + 16),
    packed,
    unpacked,
    offset,
  };
}

/** Offset of the packed bytes of a member, all of which lie in the file. */
function beginOf(path: string, { name, offset, packed }: ZipMember): number {
  const file = new BinaryFile(path, "zip");
  try {
    const head = file.bytes(offset, 30);
    if (head.readUInt32LE(0) !== 0x04034b50) throw refuse(path, `its member ${name} is not where its list says`);
    const begin = offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
    if (begin + packed > file.size) throw file.truncated(begin + packed);
    return begin;
  } finally {
    file.close();
  }
}

/**
 * Unpacks one member into a new file.
 * @throws FormatError if it is encrypted, packed in a way other than deflate, damaged, or longer than it says.
 */
export async function unpackMember(path: string, member: ZipMember, target: string): Promise<void> {
  const { name, method, encrypted, packed, unpacked, checksum } = member;
  if (encrypted) throw refuse(path, `its member ${name} is encrypted`);
  if (method !== 0 && method !== 8) throw refuse(path, `its member ${name} is packed by method ${method}, not deflate`);
  const start = beginOf(path, member);
  let [sum, length] = [0, 0];
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      length += chunk.length;
      if (length > unpacked)
        return done(refuse(path, `its member ${name} is longer than the ${unpacked} bytes it says`));
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
  });
  const sink = createWriteStream(target, { flags: "wx" });
  // Streams are made where they are used: an idle one that cannot be opened would end the process.
  const source = () => createReadStream(path, { start, end: start + packed - 1 });
  try {
    if (packed === 0) await pipeline(Readable.from([]), sink);
    else if (method === 0) await pipeline(source(), count, sink);
    else await pipeline(source(), createInflateRaw(), count, sink);
  } catch (cause) {
    if (cause instanceof FormatError || writeRefusal(cause, target)) throw cause;
    throw refuse(path, `its member ${name} cannot be unpacked (${(cause as Error).message})`);
  }
  if (length !== unpacked || sum !== checksum)
    throw refuse(path, `its member ${name} does not have its checksum: it is damaged`);
}
