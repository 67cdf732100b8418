/** A file read by position, and its bytes turned into numbers of the machine. */
import { constants } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import type { DataType, RawArray } from "./source.ts";

/** Node reads at most 2 GiB at once. */
const MOST_AT_ONCE = 2 ** 30;
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Memory for values.
 * @throws OptionsError for more than Node gives in one piece (4 GiB).
 */
export function allocate(bytes: number): Buffer {
  if (bytes <= constants.MAX_LENGTH) return Buffer.allocUnsafeSlow(bytes);
  const [asked, most] = [bytes, constants.MAX_LENGTH].map((n) => `${(n / 2 ** 30).toPrecision(3)} GiB`);
  throw new OptionsError(
    `${asked} are asked for at once; expected at most ${most}: read less at a time`,
    "slab",
    bytes,
  );
}

/** An open file; close it when done. */
export class BinaryFile {
  readonly path: string;
  readonly size: number;
  /** The descriptor, for reads that Node does in the background. */
  readonly descriptor: number;
  readonly #format: string;

  /** @param format - named in errors. */
  constructor(path: string, format: string) {
    this.path = path;
    this.#format = format;
    this.descriptor = openSync(path, "r");
    this.size = fstatSync(this.descriptor).size;
  }

  /**
   * Fills `target` with the bytes from `position` on.
   * @throws FormatError if the file ends before.
   */
  read(target: Uint8Array, position: number): void {
    for (let done = 0; done < target.length; ) {
      const wanted = Math.min(target.length - done, MOST_AT_ONCE);
      const got = readSync(this.descriptor, target, done, wanted, position + done);
      if (got === 0) throw this.truncated(position + target.length);
      done += got;
    }
  }

  /** The `length` bytes from `position` on, in memory of their own. */
  bytes(position: number, length: number): Buffer {
    if (position + length > this.size) throw this.truncated(position + length);
    const target = Buffer.allocUnsafeSlow(length);
    this.read(target, position);
    return target;
  }

  /** The error of a file that ends before `needed` bytes. */
  truncated(needed: number): FormatError {
    return new FormatError(
      this.path,
      this.#format,
      `the file ends before byte ${needed} that its header promises: it is truncated`,
      "fetch or copy it again",
    );
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Bytes of one element of a type; 1 for text. */
export function elementSize(dtype: DataType): number {
  const bits = /(?<!\d)\d+$/.exec(dtype);
  return bits ? Number(bits[0]) / 8 : 1;
}

/** 64-bit integers to the nearest float64, in place. */
function narrow(words: Uint32Array, signed: boolean): Float64Array {
  const out = new Float64Array(words.buffer, words.byteOffset, words.length / 2);
  const low = LITTLE_ENDIAN ? 0 : 1;
  for (let i = 0; i < out.length; i++) {
    const high = words[2 * i + 1 - low]!;
    // The high part is exact, so that the sum is rounded once.
    out[i] = (signed ? high | 0 : high) * 2 ** 32 + words[2 * i + low]!;
  }
  return out;
}

/**
 * Sees bytes as numbers of a type; the memory is reused, and 64-bit integers become float64 (rounded beyond 2^53).
 * @param bytes - aligned to the element size.
 */
export function toNumbers(bytes: Uint8Array, dtype: DataType, littleEndian: boolean): RawArray {
  const size = elementSize(dtype);
  const { buffer, byteOffset, length } = bytes;
  if (littleEndian !== LITTLE_ENDIAN) {
    const whole = Buffer.from(buffer, byteOffset, length);
    if (size === 2) whole.swap16();
    else if (size === 4) whole.swap32();
    else if (size === 8) whole.swap64();
  }
  const n = length / size;
  if (dtype === "int8") return new Int8Array(buffer, byteOffset, n);
  if (dtype === "int16") return new Int16Array(buffer, byteOffset, n);
  if (dtype === "uint16") return new Uint16Array(buffer, byteOffset, n);
  if (dtype === "int32") return new Int32Array(buffer, byteOffset, n);
  if (dtype === "uint32") return new Uint32Array(buffer, byteOffset, n);
  if (dtype === "float32") return new Float32Array(buffer, byteOffset, n);
  if (dtype === "float64") return new Float64Array(buffer, byteOffset, n);
  if (size === 8) return narrow(new Uint32Array(buffer, byteOffset, 2 * n), dtype === "int64");
  return new Uint8Array(buffer, byteOffset, n);
}
