/** Metadata of Zarr arrays, versions 2 and 3, checked before anything is read by it. */

import { getOwn } from "../../../engine/files/get-own.ts";
import { Buffer } from "../../../engine/platform/bytes.ts";
import { elementSize } from "../../storage/number-types.ts";
import { type DataType, isNumberType } from "../../storage/source.ts";
import { isObject, type JsonObject } from "./json.ts";

/** The two versions of the format. */
export type ZarrVersion = 2 | 3;

/** One array as its metadata describe it. */
export interface ZarrArray {
  readonly version: ZarrVersion;
  readonly dtype: DataType;
  /** `half` floats and `bool` are read as integers and converted; undefined: as they are. */
  readonly special?: "half";
  readonly shape: readonly number[];
  /** Sizes of the pieces that are decoded at once: chunks, or the inner chunks of shards. */
  readonly chunks: readonly number[];
  /** Sizes of the pieces that a file holds: chunks, or shards. */
  readonly files: readonly number[];
  readonly dims: readonly string[];
  /** Value of what was never written; undefined where the metadata name none. */
  readonly fill: number | undefined;
  readonly attributes: JsonObject;
  /** The document for zarrita, in the form it understands. */
  readonly document: JsonObject;
}

/** Thrown by the functions here; the reader adds the file. */
export class MetadataError extends Error {}

const CODES: Readonly<Record<string, DataType>> = {
  b1: "uint8",
  i1: "int8",
  u1: "uint8",
  i2: "int16",
  u2: "uint16",
  i4: "int32",
  u4: "uint32",
  i8: "int64",
  u8: "uint64",
  f2: "float32",
  f4: "float32",
  f8: "float64",
};
/** A chunk above this is not read: the whole of it must be in memory at once. */
const MAX_CHUNK_BYTES = 2 ** 31 - 1;

function sizes(what: string, value: unknown, least: number, rank?: number): number[] {
  const fits = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= least;
  if (Array.isArray(value) && value.every(fits) && (rank === undefined || value.length === rank)) return value;
  const wanted = `${rank === undefined ? "" : `${rank} `}whole numbers of at least ${least}`;
  throw new MetadataError(`${what} is ${JSON.stringify(value)}; expected ${wanted}`);
}

/** A float64 from the bytes of a base64 text, as xarray keeps `_FillValue` in version 3. */
function fromBase64(text: string, dtype: DataType): number | undefined {
  const bytes = Buffer.from(text, "base64");
  if (!dtype.startsWith("float") || bytes.length !== 8 || bytes.toString("base64") !== text) return undefined;
  return bytes.readDoubleLE(0);
}

/** A fill value in any of the forms that Zarr and xarray have: number, name, hexadecimal bits, base64, true/false. */
export function numberOf(value: unknown, dtype: DataType): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value !== "string") return undefined;
  if (/^(NaN|-?Infinity)$/.test(value)) return Number(value);
  if (/^0x[0-9a-f]+$/i.test(value) && dtype.startsWith("float")) {
    const bits = Buffer.from(value.slice(2).padStart(2 * elementSize(dtype), "0"), "hex");
    if (bits.length === 4 && dtype === "float32") return bits.readFloatBE(0);
    if (bits.length === 8) return bits.readDoubleBE(0);
  }
  if (/^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value)) return Number(value);
  return fromBase64(value, dtype);
}

function namesOf(value: unknown, rank: number): string[] {
  if (value === undefined || value === null) return Array.from({ length: rank }, (_, i) => `dim_${i}`);
  const named = (one: unknown) => typeof one === "string" || one === null;
  if (!Array.isArray(value) || value.length !== rank || !value.every(named)) {
    throw new MetadataError(`the dimension names are ${JSON.stringify(value)}; expected ${rank} names`);
  }
  return value.map((one: string | null, i) => (one === null || one === "" ? `dim_${i}` : one));
}

/** Bits of a half float that is 0, infinite or NaN, or whole up to 2048; for fill values. */
function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  if (size > 65504) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const mantissa = Math.round((size / 2 ** exponent) * 1024);
  return sign | (size < 2 ** -14 ? mantissa : ((exponent + 15) << 10) + mantissa - 1024);
}

/** The fill value as zarrita needs it for a stored type; integers of 64 bits as text, which keeps every digit. */
function storedFill(fill: number | undefined, raw: unknown, stored: string, half: boolean): unknown {
  if (half) return halfBits(fill ?? 0);
  if (stored === "int64" || stored === "uint64" || /[iu]8$/.test(stored)) {
    return typeof raw === "number" && Number.isSafeInteger(raw) ? String(raw) : "0";
  }
  return fill === undefined ? 0 : Number.isFinite(fill) ? fill : String(fill);
}

function checkChunk(chunks: readonly number[], dtype: DataType): void {
  const bytes = chunks.reduce((a, b) => a * b, elementSize(dtype));
  if (bytes <= MAX_CHUNK_BYTES) return;
  throw new MetadataError(`a chunk of [${chunks.join(", ")}] takes ${bytes} bytes; expected less than 2 GiB`);
}

/**
 * Reads `.zarray` (with `.zattrs`) of version 2.
 * @throws MetadataError if it is broken.
 */
export function readArray2(meta: JsonObject, attributes: JsonObject): ZarrArray {
  if (meta.zarr_format !== 2) throw new MetadataError(`zarr_format is ${JSON.stringify(meta.zarr_format)}; expected 2`);
  const shape = sizes("the shape", meta.shape, 0);
  const chunks = sizes("the chunk shape", meta.chunks, 1, shape.length);
  const { _ARRAY_DIMENSIONS: names, ...rest } = attributes;
  const [, order, code] = /^([<>|])(\w+)$/.exec(typeof meta.dtype === "string" ? meta.dtype : "") ?? [];
  const known = code === undefined ? undefined : getOwn(CODES, code);
  const text = /^[<>|][SUO]/.test(String(meta.dtype));
  if (known === undefined && !text && !/^[<>|][MmcV]/.test(String(meta.dtype)) && !Array.isArray(meta.dtype)) {
    throw new MetadataError(`dtype is ${JSON.stringify(meta.dtype)}; expected one such as "<f4"`);
  }
  const dtype = known ?? (text ? "string" : "other");
  if (meta.order !== "C" && meta.order !== "F") {
    throw new MetadataError(`order is ${JSON.stringify(meta.order)}; expected "C" or "F"`);
  }
  const separator = meta.dimension_separator ?? ".";
  if (separator !== "." && separator !== "/") {
    throw new MetadataError(`dimension_separator is ${JSON.stringify(separator)}; expected "." or "/"`);
  }
  for (const key of ["compressor", "filters"]) {
    const value = meta[key] ?? [];
    for (const one of Array.isArray(value) ? value : [value]) {
      if (!isObject(one) || typeof one.id !== "string") {
        throw new MetadataError(`${key} is ${JSON.stringify(meta[key])}; expected null or objects with an "id"`);
      }
    }
  }
  checkChunk(chunks, dtype);
  const half = code === "f2";
  const fill = numberOf(meta.fill_value, dtype);
  const stored = half ? `${order}u2` : code === "b1" ? "|u1" : meta.dtype;
  return {
    version: 2,
    dtype,
    ...(half ? { special: "half" as const } : {}),
    shape,
    chunks,
    files: chunks,
    dims: namesOf(names, shape.length),
    fill,
    attributes: rest,
    document: { ...meta, dtype: stored, fill_value: storedFill(fill, meta.fill_value, String(stored), half) },
  };
}

interface Named {
  readonly name: string;
  readonly configuration: JsonObject;
}

function named(what: string, value: unknown): Named {
  const one = typeof value === "string" ? { name: value } : value;
  if (isObject(one) && typeof one.name === "string") {
    const configuration = isObject(one.configuration) ? one.configuration : {};
    return { name: one.name, configuration };
  }
  throw new MetadataError(`${what} is ${JSON.stringify(value)}; expected an object with a "name"`);
}

function codecsOf(value: unknown): Named[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new MetadataError(`codecs is ${JSON.stringify(value)}; expected a list of at least one`);
  }
  return value.map((one) => named("a codec", one));
}

/** The shape of the pieces that are decoded at once; inner chunks must divide their shard. */
function innerChunks(codecs: readonly Named[], outer: readonly number[]): number[] {
  const sharding = codecs.find((c) => c.name === "sharding_indexed");
  if (!sharding) return [...outer];
  const inner = sizes("the chunk shape in shards", sharding.configuration.chunk_shape, 1, outer.length);
  if (!inner.every((n, i) => outer[i]! % n === 0)) {
    throw new MetadataError(`chunks [${inner.join(", ")}] do not divide their shard [${outer.join(", ")}]`);
  }
  codecsOf(sharding.configuration.codecs);
  codecsOf(sharding.configuration.index_codecs);
  if (sharding.configuration.index_location === "start") {
    throw new MetadataError("the index of its shards lies at their start, which is not read");
  }
  return inner;
}

/**
 * Reads `zarr.json` of an array of version 3.
 * @throws MetadataError if it is broken.
 */
export function readArray3(meta: JsonObject): ZarrArray {
  if (meta.zarr_format !== 3) throw new MetadataError(`zarr_format is ${JSON.stringify(meta.zarr_format)}; expected 3`);
  const shape = sizes("the shape", meta.shape, 0);
  const grid = named("chunk_grid", meta.chunk_grid);
  if (grid.name !== "regular") throw new MetadataError(`the chunk grid is "${grid.name}"; expected "regular"`);
  const outer = sizes("the chunk shape", grid.configuration.chunk_shape, 1, shape.length);
  const encoding = named("chunk_key_encoding", meta.chunk_key_encoding);
  const { separator } = encoding.configuration;
  if (!/^(default|v2)$/.test(encoding.name) || !(separator === undefined || separator === "." || separator === "/")) {
    throw new MetadataError(`chunk_key_encoding is ${JSON.stringify(meta.chunk_key_encoding)}; expected default or v2`);
  }
  const codecs = codecsOf(meta.codecs);
  const transformers = meta.storage_transformers ?? [];
  if (!Array.isArray(transformers) || transformers.length > 0) {
    throw new MetadataError("it has storage transformers, which are not read");
  }
  const type = meta.data_type;
  if (typeof type !== "string" && !isObject(type)) {
    throw new MetadataError(`data_type is ${JSON.stringify(type)}; expected a name such as "float32"`);
  }
  const half = type === "float16";
  const whole = type === "bool" ? "uint8" : half ? "float32" : type;
  const wanted = String(whole);
  const dtype: DataType = isNumberType(wanted) ? wanted : type === "string" ? "string" : "other";
  const chunks = innerChunks(codecs, outer);
  checkChunk(chunks, dtype);
  const fill = numberOf(meta.fill_value, dtype);
  const stored = half ? "uint16" : type === "bool" ? "uint8" : type;
  return {
    version: 3,
    dtype,
    ...(half ? { special: "half" as const } : {}),
    shape,
    chunks,
    files: outer,
    dims: namesOf(meta.dimension_names, shape.length),
    fill,
    attributes: isObject(meta.attributes) ? meta.attributes : {},
    document: {
      ...meta,
      data_type: stored,
      codecs,
      chunk_key_encoding: encoding,
      fill_value: storedFill(fill, meta.fill_value, String(stored), half),
    },
  };
}
