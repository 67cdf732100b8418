/** Node's `Buffer` as far as the library uses it: an array of bytes that are read as numbers and texts. */
import type { Buffer as NodeBuffer } from "node:buffer";

export const constants = { MAX_LENGTH: 2 ** 32 };

type Encoding = "utf8" | "latin1" | "hex" | "base64";

/** The bytes of a text. */
function encoded(text: string, encoding: Encoding = "utf8"): Uint8Array<ArrayBuffer> {
  if (encoding === "utf8") return new TextEncoder().encode(text);
  if (encoding === "hex") return Uint8Array.from(text.match(/[0-9a-f]{2}/gi) ?? [], (two) => Number.parseInt(two, 16));
  // As in Node, both alphabets are read, and what is neither is passed over.
  const base64 = (): string =>
    atob(
      text
        .replace(/=.*$/s, "")
        .replace(/-/g, "+")
        .replace(/_/g, "/")
        .replace(/[^A-Za-z0-9+/]/g, ""),
    );
  return Uint8Array.from(encoding === "base64" ? base64() : text, (one) => one.charCodeAt(0));
}

function latin1(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return pieces.join("");
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

class Bytes extends Uint8Array<ArrayBuffer> {
  override toString(encoding: Encoding = "utf8", start = 0, end = this.length): string {
    const part = this.subarray(start, Math.max(start, end));
    if (encoding === "utf8") return utf8.decode(part);
    if (encoding === "hex") return Array.from(part, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return encoding === "base64" ? btoa(latin1(part)) : latin1(part);
  }

  override indexOf(what: string | number | Uint8Array, from = 0, encoding?: Encoding): number {
    if (typeof what === "number") return super.indexOf(what, from);
    const sought = typeof what === "string" ? encoded(what, encoding) : what;
    for (let at = Math.max(0, from); at + sought.length <= this.length; at++) {
      at = super.indexOf(sought[0] ?? 0, at);
      if (at < 0) return -1;
      if (sought.every((byte, i) => this[at + i] === byte)) return at;
    }
    return -1;
  }

  override lastIndexOf(what: string | number | Uint8Array, from?: number, encoding?: Encoding): number {
    if (typeof what === "number") return super.lastIndexOf(what, from ?? this.length - 1);
    const sought = typeof what === "string" ? encoded(what, encoding) : what;
    for (let at = Math.min(from ?? this.length, this.length - sought.length); at >= 0; at--)
      if (sought.every((byte, i) => this[at + i] === byte)) return at;
    return -1;
  }

  override includes(what: string | number | Uint8Array, from?: number, encoding?: Encoding): boolean {
    return this.indexOf(what, from, encoding) >= 0;
  }

  equals(other: Uint8Array): boolean {
    return other.length === this.length && this.every((byte, i) => byte === other[i]);
  }
  compare(other: Uint8Array, start = 0, end = other.length): number {
    const at = this.findIndex((byte, i) => byte !== other[start + i] || start + i >= end);
    if (at < 0) return Math.sign(this.length - (end - start));
    return start + at >= end ? 1 : Math.sign(this[at]! - other[start + at]!);
  }
  write(text: string, at = 0, encoding?: Encoding): number {
    const bytes = encoded(text, encoding).subarray(0, this.length - at);
    this.set(bytes, at);
    return bytes.length;
  }
  copy(target: Uint8Array, at = 0, start = 0, end = this.length): number {
    const part = this.subarray(start, Math.min(end, start + target.length - at));
    target.set(part, at);
    return part.length;
  }

  #swap(size: number): this {
    for (let at = 0; at < this.length; at += size) this.subarray(at, at + size).reverse();
    return this;
  }
  swap16(): this {
    return this.#swap(2);
  }
  swap32(): this {
    return this.#swap(4);
  }
  swap64(): this {
    return this.#swap(8);
  }

  /** Whole numbers of one to six bytes. */
  readUIntBE(at: number, length: number): number {
    return this.subarray(at, at + length).reduce((sum, byte) => 256 * sum + byte, 0);
  }
  readUIntLE(at: number, length: number): number {
    return this.subarray(at, at + length).reduceRight((sum, byte) => 256 * sum + byte, 0);
  }
  writeUIntLE(value: number, at: number, length: number): number {
    for (let k = 0; k < length; k++) this[at + k] = Math.floor(value / 256 ** k) % 256;
    return at + length;
  }
}

/** Names of Node and of a `DataView`, and bytes. */
const numbers = [
  ["Int8", "Int8", 1],
  ["UInt8", "Uint8", 1],
  ["Int16", "Int16", 2],
  ["UInt16", "Uint16", 2],
  ["Int32", "Int32", 4],
  ["UInt32", "Uint32", 4],
  ["Float", "Float32", 4],
  ["Double", "Float64", 8],
  ["BigInt64", "BigInt64", 8],
  ["BigUInt64", "BigUint64", 8],
] as const;
for (const [name, ofView, bytes] of numbers) {
  for (const [ending, little] of [["LE", true] as const, ["BE", false] as const]) {
    const suffix = bytes === 1 ? "" : ending;
    const view = (of: Bytes) => new DataView(of.buffer, of.byteOffset, of.byteLength);
    const set = `set${ofView}` as const;
    Object.assign(Bytes.prototype, {
      [`read${name}${suffix}`](this: Bytes, at = 0) {
        return view(this)[`get${ofView}`](at, little);
      },
      [`write${name}${suffix}`](this: Bytes, value: never, at = 0) {
        view(this)[set](at, value, little);
        return at + bytes;
      },
    });
  }
}

const made = (bytes: Uint8Array<ArrayBuffer>): Bytes => new Bytes(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const zeros = (length: number): Bytes => new Bytes(new ArrayBuffer(length));

const statics = {
  isBuffer: (value: unknown): boolean => value instanceof Bytes,
  compare: (a: Bytes, b: Uint8Array): number => a.compare(b),
  from(data: string | ArrayBuffer | ArrayLike<number>, second?: Encoding | number, length?: number): Bytes {
    if (typeof data === "string") return made(encoded(data, (second as Encoding | null) ?? "utf8"));
    if (!("length" in data)) return new Bytes(data, second as number | undefined, length);
    return made(Uint8Array.from(data));
  },
  alloc: zeros,
  allocUnsafe: zeros,
  allocUnsafeSlow: zeros,
  byteLength: (text: string): number => new TextEncoder().encode(text).length,
  concat(pieces: readonly Uint8Array[], length = pieces.reduce((sum, piece) => sum + piece.length, 0)): Bytes {
    const all = zeros(length);
    let at = 0;
    for (const piece of pieces) {
      all.set(piece.subarray(0, length - at), at);
      at += piece.length;
    }
    return all;
  },
};

export const Buffer = Object.assign(Bytes, statics) as unknown as typeof NodeBuffer;
export type Buffer = NodeBuffer;
