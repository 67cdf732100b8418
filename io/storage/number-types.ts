/** Numbers as files store them: sizes, ranges and arrays of their types, and bytes turned into numbers of the machine. */
import { Buffer } from "../../engine/platform/bytes.ts";
import type { DataType, NumberType, RawArray } from "./source.ts";

export const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Arrays by type; 64-bit integers are held as float64. */
const ARRAYS = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: Float64Array,
  uint64: Float64Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** Zeros of a type, or memory that is there, seen as its numbers. */
export const rawArray = (dtype: NumberType, length: number, into?: Uint8Array): RawArray =>
  into ? new ARRAYS[dtype](into.buffer as ArrayBuffer, into.byteOffset, length) : new ARRAYS[dtype](length);

/** Bytes of one element of a type; 1 for text. */
export function elementSize(dtype: DataType): number {
  const bits = /(?<!\d)\d+$/.exec(dtype);
  return bits ? Number(bits[0]) / 8 : 1;
}

/** Smallest and largest number of a type that JavaScript can say exactly. */
export function rangeOf(dtype: NumberType): readonly [low: number, high: number] {
  if (dtype === "float64") return [-Number.MAX_VALUE, Number.MAX_VALUE];
  if (dtype === "float32") return [-3.4028234663852886e38, 3.4028234663852886e38];
  const bits = elementSize(dtype) * 8;
  if (dtype === "int64") return [-(2 ** 63), 2 ** 63 - 1024];
  if (dtype.startsWith("u")) return [0, bits === 64 ? 2 ** 64 - 2048 : 2 ** bits - 1];
  return [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/** Turns the bytes of numbers round, in place. */
export function swapBytes(bytes: Uint8Array, size: number): Uint8Array {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (size === 2) whole.swap16();
  else if (size === 4) whole.swap32();
  else if (size === 8) whole.swap64();
  return bytes;
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
  if (littleEndian !== LITTLE_ENDIAN) swapBytes(bytes, size);
  const { buffer, byteOffset, length } = bytes;
  if (dtype === "int64" || dtype === "uint64") {
    return narrow(new Uint32Array(buffer, byteOffset, length / 4), dtype === "int64");
  }
  const type = dtype === "char" || dtype === "string" || dtype === "other" ? "uint8" : dtype;
  return new ARRAYS[type](buffer as ArrayBuffer, byteOffset, length / size);
}
