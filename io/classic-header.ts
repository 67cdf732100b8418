/**
 * Headers of the NetCDF classic family, as numbers and offsets. netcdfjs parses CDF-1 and CDF-2 (this file is its only
 * door); CDF-5, and CDF-2 with offsets beyond 4 GiB, which netcdfjs refuses, are parsed here from the format's grammar
 * (NetCDF Users Guide, "File Format Specifications").
 */
import { NetCDFReader } from "netcdfjs";
import { FormatError } from "../engine/errors.ts";
import type { Attributes, AttributeValue, DataType } from "./source.ts";

/** A variable as its header entry describes it. */
export interface ClassicVariable {
  readonly name: string;
  readonly dimensionIds: readonly number[];
  readonly attributes: Attributes;
  readonly dtype: DataType;
  readonly begin: number;
}

/** A parsed header; the record dimension is the one of size 0. */
export interface ClassicHeader {
  readonly dimensions: readonly { readonly name: string; readonly size: number }[];
  readonly attributes: Attributes;
  readonly variables: readonly ClassicVariable[];
  /** Number of records, or undefined where the writer left it open ("streaming"). */
  readonly recordCount: number | undefined;
}

const TYPES: readonly DataType[] = [
  "other",
  "int8",
  "char",
  "int16",
  "int32",
  "float32",
  "float64",
  "uint8",
  "uint16",
  "uint32",
  "int64",
  "uint64",
];
const NETCDFJS_TYPES: Readonly<Record<string, DataType>> = {
  byte: "int8",
  char: "char",
  short: "int16",
  int: "int32",
  float: "float32",
  double: "float64",
};

/** netcdfjs takes each byte for a character; the format says UTF-8. */
function utf8(text: string): string {
  return Buffer.from(text, "latin1").toString("utf8").replace(/\0+$/, "");
}

interface LooseAttribute {
  readonly name: string;
  readonly type: string;
  readonly value: unknown;
}

function adaptAttributes(list: readonly LooseAttribute[]): Attributes {
  const out: Record<string, AttributeValue> = {};
  for (const { name, type, value } of list) {
    if (typeof value === "string") out[utf8(name)] = utf8(value);
    else {
      const numbers = (Array.isArray(value) ? value : [value]).map(Number);
      const signed = type === "byte" ? numbers.map((v) => (v << 24) >> 24) : numbers;
      out[utf8(name)] = signed.length === 1 ? signed[0]! : signed;
    }
  }
  return out;
}

function fromNetcdfjs(bytes: Uint8Array): ClassicHeader {
  const reader = new NetCDFReader(bytes);
  const count = reader.recordDimension.length;
  return {
    dimensions: (reader.dimensions ?? []).map((d) => ({ name: utf8(d.name), size: d.size })),
    attributes: adaptAttributes(reader.globalAttributes ?? []),
    variables: (reader.variables ?? []).map((v) => ({
      name: utf8(v.name),
      dimensionIds: v.dimensions,
      attributes: adaptAttributes(v.attributes),
      dtype: NETCDFJS_TYPES[v.type] ?? "other",
      begin: v.offset,
    })),
    recordCount: count === 0xffffffff ? undefined : count,
  };
}

/** Parses any version from the bytes; the second opinion on what netcdfjs says, and the only one on CDF-5. */
export function parseClassicHeader(bytes: Uint8Array): ClassicHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[3];
  let at = 4;
  const u32 = () => {
    at += 4;
    return view.getUint32(at - 4);
  };
  const u64 = () => {
    at += 8;
    const value = Number(view.getBigUint64(at - 8));
    if (!Number.isSafeInteger(value)) throw new SyntaxError(`a 64-bit count of ${value} is not possible`);
    return value;
  };
  const count = version === 5 ? u64 : u32;
  const offset = version === 1 ? u32 : u64;
  const text = (length: number) => {
    if (at + length > bytes.length) throw new RangeError("header ends early");
    const value = Buffer.from(bytes.subarray(at, at + length)).toString("utf8");
    at += Math.ceil(length / 4) * 4;
    return value.replace(/\0+$/, "");
  };
  const list = <T>(tag: number, item: () => T): T[] => {
    const found = u32();
    const length = count();
    if (found === 0 && length === 0) return [];
    if (found !== tag) throw new SyntaxError(`tag ${found} where ${tag} belongs`);
    return Array.from({ length: checked(length) }, item);
  };
  const checked = (length: number) => {
    if (length > bytes.length) throw new RangeError(`a list of ${length} entries does not fit the header`);
    return length;
  };
  const numbers = (dtype: DataType, length: number): number[] => {
    const size = elementSize(dtype);
    const values = Array.from({ length: checked(length) }, (_, i) => readNumber(view, dtype, at + i * size));
    at += Math.ceil((length * size) / 4) * 4;
    return values;
  };
  const attributes = (): Attributes => {
    const entries = list(12, () => {
      const name = text(count());
      const dtype = typeNamed(u32());
      const length = count();
      if (dtype === "char") return [name, text(length)] as const;
      const values = numbers(dtype, length);
      return [name, values.length === 1 ? values[0]! : values] as const;
    });
    return Object.fromEntries(entries);
  };
  const recordCount = count();
  const dimensions = list(10, () => ({ name: text(count()), size: count() }));
  const global = attributes();
  const variables = list(11, () => {
    const name = text(count());
    const dimensionIds = Array.from({ length: checked(count()) }, count);
    const own = attributes();
    const dtype = typeNamed(u32());
    count();
    return { name, dimensionIds, attributes: own, dtype, begin: offset() };
  });
  const streaming = version === 5 ? false : recordCount === 0xffffffff;
  return { dimensions, attributes: global, variables, recordCount: streaming ? undefined : recordCount };
}

function typeNamed(code: number): DataType {
  const dtype = code > 0 ? TYPES[code] : undefined;
  if (dtype === undefined) throw new SyntaxError(`type ${code} is not in the format`);
  return dtype;
}

/** Bytes of one element of a classic type. */
export function elementSize(dtype: DataType): number {
  const bits = /\d+$/.exec(dtype);
  return bits ? Number(bits[0]) / 8 : 1;
}

function readNumber(view: DataView, dtype: DataType, at: number): number {
  if (dtype === "int8") return view.getInt8(at);
  if (dtype === "uint8") return view.getUint8(at);
  if (dtype === "int16") return view.getInt16(at);
  if (dtype === "uint16") return view.getUint16(at);
  if (dtype === "int32") return view.getInt32(at);
  if (dtype === "uint32") return view.getUint32(at);
  if (dtype === "float32") return view.getFloat32(at);
  if (dtype === "float64") return view.getFloat64(at);
  if (dtype === "int64") return Number(view.getBigInt64(at));
  return Number(view.getBigUint64(at));
}

/**
 * Parses the header of a classic file.
 *
 * @param path - for messages only.
 * @param fetch - gives the first `length` bytes of the file, or all where it is shorter.
 * @throws FormatError if the header is broken or cut off.
 */
export function readClassicHeader(
  path: string,
  version: number,
  fileSize: number,
  fetch: (length: number) => Uint8Array,
): ClassicHeader {
  for (let length = Math.min(65536, fileSize); ; length = Math.min(length * 8, fileSize)) {
    const bytes = fetch(length);
    try {
      return version === 5 ? parseClassicHeader(bytes) : fromNetcdfjs(bytes);
    } catch (cause) {
      if (version === 2 && String(cause).includes("4GB")) return parseClassicHeader(bytes);
      const short = cause instanceof RangeError;
      if (short && length < fileSize) continue;
      const what = short ? "the header is cut off" : `the header is broken (${(cause as Error).message})`;
      throw new FormatError(path, "netcdf3", what, "fetch the file again or check it with `ncdump -h`", { cause });
    }
  }
}
