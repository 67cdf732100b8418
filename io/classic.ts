/** NetCDF classic, 64-bit offset and 64-bit data (CDF-1, -2, -5): headers parsed, values read straight into typed arrays. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { FormatError } from "../engine/errors.ts";
import { type ClassicHeader, type ClassicVariable, elementSize, readClassicHeader } from "./classic-header.ts";
import {
  type DataType,
  type FileFormat,
  type GridSource,
  type RawArray,
  type Slab,
  sizeOf,
  slabWithin,
  textOf,
} from "./source.ts";

const FORMATS: Readonly<Record<number, FileFormat>> = {
  1: "netcdf3-classic",
  2: "netcdf3-64bit-offset",
  5: "netcdf3-64bit-data",
};

interface Layout {
  readonly shape: readonly number[];
  readonly record: boolean;
  /** Bytes of one step along the first dimension (of one record), without padding. */
  readonly stepBytes: number;
}

/** Turns big-endian bytes into numbers of the machine; reuses the buffer. */
function toNumbers(bytes: Buffer, dtype: DataType): RawArray {
  const size = elementSize(dtype);
  if (size === 2) bytes.swap16();
  else if (size === 4) bytes.swap32();
  else if (size === 8) bytes.swap64();
  const { buffer, byteOffset } = bytes;
  const n = bytes.length / size;
  if (dtype === "int8") return new Int8Array(buffer, byteOffset, n);
  if (dtype === "int16") return new Int16Array(buffer, byteOffset, n);
  if (dtype === "uint16") return new Uint16Array(buffer, byteOffset, n);
  if (dtype === "int32") return new Int32Array(buffer, byteOffset, n);
  if (dtype === "uint32") return new Uint32Array(buffer, byteOffset, n);
  if (dtype === "float32") return new Float32Array(buffer, byteOffset, n);
  if (dtype === "float64") return new Float64Array(buffer, byteOffset, n);
  if (dtype === "int64") return Float64Array.from(new BigInt64Array(buffer, byteOffset, n), Number);
  if (dtype === "uint64") return Float64Array.from(new BigUint64Array(buffer, byteOffset, n), Number);
  return new Uint8Array(buffer, byteOffset, n);
}

function readBytes(path: string, file: number, target: Buffer, position: number): void {
  for (let done = 0; done < target.length; ) {
    const got = readSync(file, target, done, Math.min(target.length - done, 1 << 30), position + done);
    if (got === 0) throw truncated(path, position + target.length);
    done += got;
  }
}

function truncated(path: string, needed: number): FormatError {
  return new FormatError(
    path,
    "netcdf3",
    `the file ends before byte ${needed} that its header promises: it is truncated`,
    "fetch or copy it again",
  );
}

function layoutOf(header: ClassicHeader, variable: ClassicVariable, records: number): Layout {
  const sizes = variable.dimensionIds.map((id) => header.dimensions[id]!.size);
  const record = sizes.length > 0 && sizes[0] === 0;
  const shape = record ? [records, ...sizes.slice(1)] : sizes;
  return { shape, record, stepBytes: sizeOf(shape.slice(1)) * elementSize(variable.dtype) };
}

/** Distance from one record to the next: every variable padded to 4 bytes, unless there is only one. */
function recordStride(layouts: readonly Layout[]): number {
  const sizes = layouts.filter((l) => l.record).map((l) => l.stepBytes);
  return sizes.length === 1 ? sizes[0]! : sizes.reduce((sum, size) => sum + Math.ceil(size / 4) * 4, 0);
}

function checkHeader(path: string, header: ClassicHeader): void {
  const broken = (what: string) =>
    new FormatError(
      path,
      "netcdf3",
      `the header is broken (${what})`,
      "fetch the file again or check it with `ncdump -h`",
    );
  for (const variable of header.variables) {
    variable.dimensionIds.forEach((id, position) => {
      const dimension = header.dimensions[id];
      if (dimension === undefined) throw broken(`variable ${variable.name} names dimension number ${id}`);
      if (dimension.size === 0 && position > 0) {
        throw broken(`record dimension ${dimension.name} is not first in variable ${variable.name}`);
      }
    });
  }
}

function countRecords(header: ClassicHeader, fileSize: number): number {
  if (header.recordCount !== undefined) return header.recordCount;
  const layouts = header.variables.map((v) => layoutOf(header, v, 1));
  const stride = recordStride(layouts);
  const begins = header.variables.filter((_, i) => layouts[i]!.record).map((v) => v.begin);
  return stride === 0 ? 0 : Math.max(0, Math.floor((fileSize - Math.min(...begins)) / stride));
}

/**
 * Opens a NetCDF classic file (CDF-1, CDF-2 or CDF-5).
 *
 * @throws FormatError if the header is broken, or the file shorter than its header promises.
 */
export function openClassic(path: string): GridSource {
  const file = openSync(path, "r");
  try {
    const fileSize = fstatSync(file).size;
    const fetch = (length: number) => {
      const bytes = Buffer.from(new ArrayBuffer(length));
      readBytes(path, file, bytes, 0);
      return new Uint8Array(bytes.buffer);
    };
    const version = fileSize >= 4 ? fetch(4)[3]! : 0;
    const header = readClassicHeader(path, version, fileSize, fetch);
    checkHeader(path, header);
    const records = countRecords(header, fileSize);
    const layouts = header.variables.map((v) => layoutOf(header, v, records));
    const stride = recordStride(layouts);
    header.variables.forEach((variable, i) => {
      const { shape, record, stepBytes } = layouts[i]!;
      const steps = record ? records : 1;
      const bytes = record ? stepBytes : sizeOf(shape) * elementSize(variable.dtype);
      const end = bytes === 0 || steps === 0 ? 0 : variable.begin + (steps - 1) * stride * Number(record) + bytes;
      if (end > fileSize) throw truncated(path, end);
    });
    const variables = header.variables.map((v, i) => ({
      name: v.name,
      dtype: v.dtype,
      dims: v.dimensionIds.map((id) => header.dimensions[id]!.name),
      shape: layouts[i]!.shape,
      units: textOf(v.attributes, "units"),
      attributes: v.attributes,
    }));
    const read = (name: string, slab?: Slab): RawArray => {
      const index = header.variables.findIndex((v) => v.name === name);
      const variable = header.variables[index];
      if (variable === undefined || variable.dtype === "char") {
        throw new FormatError(path, "netcdf3", `variable ${name} holds no numbers`, "name a numeric variable");
      }
      const { shape, record } = layouts[index]!;
      const { start, count } = slabWithin(`${path}: variable ${name}`, shape, slab);
      const size = elementSize(variable.dtype);
      // Bytes from one position to the next along every dimension.
      const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)) * size);
      if (record) strides[0] = stride;
      // From this dimension on the slab is one stretch of the file.
      let solid = shape.length;
      while (solid > 0 && strides[solid - 1] === sizeOf(count.slice(solid)) * size) solid--;
      const run = sizeOf(count.slice(solid)) * size;
      const bytes = Buffer.from(new ArrayBuffer(sizeOf(count) * size));
      let done = 0;
      const copy = (axis: number, position: number): void => {
        if (axis >= solid) {
          const inner = start.slice(axis).reduce((sum, at, i) => sum + at * strides[axis + i]!, 0);
          readBytes(path, file, bytes.subarray(done, done + run), position + inner);
          done += run;
          return;
        }
        for (let i = 0; i < count[axis]!; i++) copy(axis + 1, position + (start[axis]! + i) * strides[axis]!);
      };
      if (bytes.length > 0) copy(0, variable.begin);
      return toNumbers(bytes, variable.dtype);
    };
    return {
      path,
      format: FORMATS[version] ?? "netcdf3-classic",
      dims: header.dimensions.map((d) => ({
        name: d.name,
        size: d.size === 0 ? records : d.size,
        unlimited: d.size === 0,
      })),
      variables,
      attributes: header.attributes,
      read: async (name, slab) => read(name, slab),
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}
