/**
 * Named tensors in one file, in the safetensors format (https://github.com/huggingface/safetensors): eight bytes of
 * header length, a JSON header, then the raw little-endian values without gaps. Python's `safetensors` reads what we
 * write, and we read what it writes. What we write carries a checksum in its metadata, which reading compares and
 * leaves out. Nothing in such a file is ever executed.
 */

import { isPlainObject } from "../checks.ts";
import { BackendError, FormatError, OptionsError, ShapeError } from "../errors.ts";
import { halfToNumber } from "../numerics/half-float.ts";
import { Buffer } from "../platform/bytes.ts";
import { type FileHandle, open } from "../platform/files.ts";
import { endianness } from "../platform/machine.ts";
import { writeAtomically } from "./atomic-file.ts";
import { parseObject } from "./json-keys.ts";
import { blankSeal, isIntact, seal, sealKey } from "./seal.ts";

/** Element types that are written; the typed array decides. */
const ARRAYS = {
  F64: Float64Array,
  F32: Float32Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
} as const;

type WrittenType = keyof typeof ARRAYS;

/** Element types of a file; the last three are read only: the floats widened to float32, BOOL as bytes 0 and 1. */
export type TensorType = WrittenType | "BF16" | "F16" | "BOOL";

/** A tensor outside of any graph. */
export interface HostTensor {
  /** Lengths of the dimensions; `[]` is a scalar. */
  readonly shape: readonly number[];
  /** As many values as the product of `shape`, row-major. */
  readonly data:
    | Float64Array
    | Float32Array
    | BigInt64Array
    | BigUint64Array
    | Int32Array
    | Uint32Array
    | Int16Array
    | Uint16Array
    | Int8Array
    | Uint8Array;
}

/** Values of a tensor in row-major order. */
export type TensorData = HostTensor["data"];

/** A tensor as read; `type` is the file's, which for BF16, F16 and BOOL differs from that of `data`. */
export interface StoredTensor extends HostTensor {
  readonly type: TensorType;
}

/** Content of a file. */
export interface Safetensors {
  /** By name: shape, type and row-major data. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Texts by key, without the checksum. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Tensors by name, as a map or a plain object. */
export type NamedTensors = ReadonlyMap<string, HostTensor> | Readonly<Record<string, HostTensor>>;

const SIZES: Readonly<Record<TensorType, number>> = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};
/** Name of what is no tensor. */
export const METADATA = "__metadata__";
/** The reference implementation's limit on the header, in bytes. */
const MAX_HEADER = 100_000_000;
/** One read call takes less than 2³¹ bytes. */
const MAX_READ = 2 ** 30;
const FORMAT = "safetensors";
const BROKEN_SEAL = [
  "its checksum is not that of its content: it was damaged or changed after it was written",
  `take another copy; after a change on purpose write it without the metadata ${sealKey}`,
] as const;

/**
 * Write tensors to `path`, atomically. Wider element types come first and the header is padded, so that every tensor is
 * aligned in the file.
 *
 * @param path - the file to create or replace
 * @param tensors - tensors by name; the name `__metadata__` is taken
 * @param metadata - free text by name; the name `monge-sha256` is taken by the checksum
 * @throws ShapeError if a tensor's data does not fit its shape
 * @throws OptionsError for the name `__metadata__`, or metadata that is not text or has the checksum's name
 */
export async function writeSafetensors(
  path: string,
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeAtomically(path, encodeSafetensors(tensors, metadata));
}

/** The pieces of the file that {@link writeSafetensors} writes, in order; they share memory with `tensors`. */
export function encodeSafetensors(
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>> = {},
): readonly Uint8Array[] {
  requireLittleEndian();
  for (const [name, text] of Object.entries(metadata)) {
    if (typeof text !== "string") {
      throw new OptionsError(`writeSafetensors: metadata ${JSON.stringify(name)} is not text`, name, text);
    }
    if (name === sealKey) {
      throw new OptionsError(`writeSafetensors: metadata ${name} is the checksum's; choose another name`, name, text);
    }
  }
  const entries = [...(tensors instanceof Map ? tensors : new Map(Object.entries(tensors)))];
  const named = entries.map(([name, tensor]) => ({ name, tensor, type: typeOf(name, tensor) }));
  named.sort((a, b) => SIZES[b.type] - SIZES[a.type] || (a.name < b.name ? -1 : 1));

  const header: [string, unknown][] = [[METADATA, { [sealKey]: blankSeal, ...metadata }]];
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (const { name, tensor, type } of named) {
    const { data, shape } = tensor;
    header.push([name, { dtype: type, shape, data_offsets: [offset, offset + data.byteLength] }]);
    pieces.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const head = new Uint8Array(8 + 8 * Math.ceil(json.length / 8)).fill(0x20);
  head.set(json, 8);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  seal(head, pieces);
  return [head, ...pieces];
}

/**
 * Read a whole file. The tensors share one buffer where their alignment allows it.
 *
 * @param path - the file
 * @throws FormatError if the file is truncated, has bytes left over, overlapping or gaping tensors, a damaged or
 * oversized header, a name twice, an unknown element type, or a checksum that does not fit
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    const bytes = await room(handle, size, path);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(MAX_READ, size - at), at);
      if (bytesRead === 0) throw bad(path, `the file shrank to ${at} bytes while it was read`, "read it again");
      at += bytesRead;
    }
    return decodeSafetensors(bytes, path);
  } finally {
    await handle.close();
  }
}

/** Memory for a whole file whose header can be there. */
async function room(handle: FileHandle, size: number, path: string): Promise<Uint8Array> {
  const start = new Uint8Array(Math.min(8, size));
  await handle.read(start, 0, start.length, 0);
  headerLength(start, size, path);
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw bad(path, `${size} bytes are more than fit in memory`, "this is not a model or checkpoint of monge", cause);
  }
}

/** {@link readSafetensors} on bytes in memory, which the tensors may share; `path` is for messages. */
export function decodeSafetensors(bytes: Uint8Array, path: string): Safetensors {
  requireLittleEndian();
  const { header, dataStart } = parseHeader(bytes, path);
  const dataLength = bytes.length - dataStart;
  const tensors = new Map<string, StoredTensor>();
  const spans: { name: string; begin: number; end: number }[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === METADATA) {
      if (!isTextRecord(entry)) throw bad(path, `${METADATA} is not a map from text to text`, "write it anew");
      const { [sealKey]: digits, ...rest } = entry;
      if (digits !== undefined && !isIntact(bytes, dataStart, digits)) throw bad(path, ...BROKEN_SEAL);
      metadata = rest;
      continue;
    }
    const { type, shape, begin, end } = parseEntry(path, name, entry, dataLength);
    spans.push({ name, begin, end });
    tensors.set(name, { type, shape, data: readValues(bytes, dataStart + begin, end - begin, type) });
  }
  spans.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of spans) {
    if (begin !== covered) {
      const how = begin < covered ? "overlaps the tensor before it" : "leaves a gap before it";
      throw bad(path, `tensor ${show(name)} at bytes ${begin}–${end} ${how}`, "the header is damaged");
    }
    covered = end;
  }
  if (covered !== dataLength) {
    throw bad(path, `${dataLength - covered} bytes after the last tensor`, "the file or its header is damaged");
  }
  return { tensors, metadata };
}

/** The header of a file, from its first bytes; `size` is that of the whole file. */
export function parseHeader(
  bytes: Uint8Array,
  path: string,
  size: number = bytes.length,
): { header: object; dataStart: number } {
  const length = headerLength(bytes, size, path);
  const header = parseObject("the header", bytes.subarray(8, 8 + length), (message, cause) => {
    throw bad(path, message, "the file is damaged or of another format", cause);
  });
  return { header, dataStart: 8 + length };
}

/** Beginnings of files that are taken for models. */
const otherFiles = [
  ["\x89HDF", "NetCDF-4 or HDF5"],
  ["CDF", "NetCDF"],
  ["II", "TIFF"],
  ["MM", "TIFF"],
  ["GRIB", "GRIB"],
  ["PK", "zip"],
] as const;

/** @throws FormatError where a file of `size` bytes cannot have the header that its first bytes announce */
export function headerLength(start: Uint8Array, size: number, path: string): number {
  if (start.length < 8) throw bad(path, `${start.length} bytes where the header's length takes 8`, "it is truncated");
  const length = Number(new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true));
  if (length > MAX_HEADER) {
    // Not `TextDecoder("latin1")`: by the WHATWG's table that is windows-1252, where byte 0x89 is "‰".
    const text = Buffer.from(start.subarray(0, 8)).toString("latin1");
    const kind = otherFiles.find(([begin]) => text.startsWith(begin))?.[1];
    if (kind !== undefined) throw bad(path, `it is a ${kind} file, and no model`, "name a model.safetensors");
    throw bad(path, `a header of ${length} bytes, above ${MAX_HEADER}`, "this is not a safetensors file");
  }
  if (8 + length > size) throw bad(path, `a header of ${length} bytes in a file of ${size}`, "it is truncated");
  return length;
}

/** Header entry of a tensor; begin and end are bytes from the start of the data. */
export function parseEntry(path: string, name: string, entry: unknown, dataLength: number) {
  const what = `tensor ${show(name)}`;
  if (!isPlainObject(entry)) throw bad(path, `${what} is not described by an object`, "the header is damaged");
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Object.hasOwn(SIZES, dtype)) {
    throw bad(path, `${what} has element type ${show(dtype)}`, `known: ${Object.keys(SIZES).join(" ")}`);
  }
  const type = dtype as TensorType;
  if (!isCounts(shape)) throw bad(path, `${what} has shape ${show(shape)}`, "the header is damaged");
  const size = shape.reduce((product, n) => product * n, SIZES[type]);
  if (!(isCounts(offsets) && offsets.length === 2 && offsets[0]! <= offsets[1]!)) {
    throw bad(path, `${what} has data_offsets ${show(offsets)}`, "the header is damaged");
  }
  const [begin, end] = offsets as [number, number];
  if (end > dataLength) {
    throw bad(path, `${what} ends at byte ${end} of ${dataLength} bytes of data`, "the file is truncated");
  }
  if (end - begin !== size) {
    throw bad(path, `${what} has ${end - begin} bytes where ${type}[${shape}] takes ${size}`, "the header is damaged");
  }
  return { type, shape, begin, end };
}

function readValues(bytes: Uint8Array, start: number, length: number, type: TensorType): TensorData {
  const size = SIZES[type];
  const at = bytes.byteOffset + start;
  const aligned = bytes.buffer instanceof ArrayBuffer && at % size === 0;
  const buffer = aligned ? (bytes.buffer as ArrayBuffer) : bytes.slice(start, start + length).buffer;
  const offset = aligned ? at : 0;
  const count = length / size;
  if (type === "BOOL") return new Uint8Array(buffer, offset, count);
  if (type === "BF16" || type === "F16") {
    const halves = new Uint16Array(buffer, offset, count);
    return type === "BF16" ? widenBfloat16(halves) : Float32Array.from(halves, halfToNumber);
  }
  return new ARRAYS[type](buffer, offset, count);
}

/** bfloat16 is the upper half of float32. */
function widenBfloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}

function typeOf(name: string, { shape, data }: HostTensor): WrittenType {
  if (name === METADATA) {
    throw new OptionsError(`writeSafetensors: no tensor can be called ${METADATA}; choose another name`, "name", name);
  }
  for (const [type, array] of Object.entries(ARRAYS)) {
    if (!(data instanceof array)) continue;
    if (!(isCounts(shape) && shape.reduce((product, n) => product * n, 1) === data.length)) {
      throw new ShapeError(`writeSafetensors: ${JSON.stringify(name)}`, shape, [data.length]);
    }
    return type as WrittenType;
  }
  throw new OptionsError(`writeSafetensors: ${JSON.stringify(name)} is no supported typed array`, "data", data);
}

function requireLittleEndian(): void {
  if (endianness() !== "LE") {
    throw new BackendError("safetensors: files are little-endian, which this machine is not; use another", "cpu");
  }
}

function bad(path: string, message: string, hint: string, cause?: unknown): FormatError {
  return new FormatError(path, FORMAT, message, hint, { cause });
}

/** A name in a message: short, whatever the file holds. */
function show(value: unknown): string {
  const json = JSON.stringify(value) ?? "nothing";
  return json.length > 80 ? `${json.slice(0, 77)}...` : json;
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isPlainObject(value) && Object.values(value).every((text) => typeof text === "string");
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
