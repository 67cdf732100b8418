/** NetCDF classic, 64-bit offset and 64-bit data (CDF-1, -2, -5): values read straight into typed arrays. */
import { FormatError } from "../../../../engine/errors.ts";
import { BinaryFile } from "../../../storage/binary-file.ts";
import { readBox } from "../../../storage/box.ts";
import { elementSize, toNumbers } from "../../../storage/number-types.ts";
import { type GridSource, type RawArray, type Slab, sizeOf, slabWithin, textOf } from "../../../storage/source.ts";
import { joinCharacters } from "../../../storage/texts.ts";
import {
  brokenHeader,
  CLASSIC_FORMATS,
  type ClassicHeader,
  type ClassicVariable,
  type ClassicVersion,
  readClassicHeader,
} from "./header.ts";

interface Layout {
  readonly shape: readonly number[];
  readonly record: boolean;
  /** Bytes of the whole variable, or of one record of it, without padding. */
  readonly bytes: number;
}

function layoutOf(header: ClassicHeader, variable: ClassicVariable, records: number): Layout {
  const sizes = variable.dimensionIds.map((id) => header.dimensions[id]!.size);
  const record = sizes.length > 0 && sizes[0] === 0;
  const shape = record ? [records, ...sizes.slice(1)] : sizes;
  return { shape, record, bytes: sizeOf(record ? shape.slice(1) : shape) * elementSize(variable.dtype) };
}

const padded = (bytes: number) => Math.ceil(bytes / 4) * 4;

/** Distance from one record to the next: every variable padded to 4 bytes, unless there is only one. */
function recordStride(layouts: readonly Layout[]): number {
  const sizes = layouts.filter((l) => l.record).map((l) => l.bytes);
  return sizes.length === 1 ? sizes[0]! : sizes.reduce((sum, size) => sum + padded(size), 0);
}

const broken = (path: string, what: string) => brokenHeader(path, `broken (${what})`);

function checkDimensions(path: string, header: ClassicHeader): void {
  const unlimited = header.dimensions.filter((d) => d.size === 0);
  if (unlimited.length > 1) throw broken(path, `several record dimensions: ${unlimited.map((d) => d.name).join(", ")}`);
  for (const variable of header.variables) {
    variable.dimensionIds.forEach((id, position) => {
      const dimension = header.dimensions[id];
      if (dimension === undefined) throw broken(path, `variable ${variable.name} names dimension number ${id}`);
      if (dimension.size === 0 && position > 0) {
        throw broken(path, `record dimension ${dimension.name} is not first in variable ${variable.name}`);
      }
    });
  }
}

/** No two variables, nor a variable and the header, share bytes: the surest sign of a damaged header. */
function checkPlaces(path: string, header: ClassicHeader, layouts: readonly Layout[]): void {
  const stride = recordStride(layouts);
  const places = header.variables.map((v, i) => ({ name: v.name, begin: v.begin, ...layouts[i]! }));
  const inOrder = (list: typeof places, from: number): number =>
    list
      .filter((p) => p.bytes > 0)
      .sort((a, b) => a.begin - b.begin)
      .reduce((end, place) => {
        if (place.begin < end) throw broken(path, `variable ${place.name} begins at ${place.begin}, before ${end}`);
        return place.begin + place.bytes;
      }, from);
  const end = inOrder(
    places.filter((p) => !p.record),
    header.length,
  );
  const recorded = places.filter((p) => p.record);
  const last = inOrder(recorded, end);
  const first = Math.min(...recorded.filter((p) => p.bytes > 0).map((p) => p.begin));
  if (last - first > stride) {
    throw broken(path, `one record takes ${last - first} bytes where ${stride} belong`);
  }
}

function countRecords(header: ClassicHeader, fileSize: number): number {
  if (header.recordCount !== undefined) return header.recordCount;
  const layouts = header.variables.map((v) => layoutOf(header, v, 1));
  const stride = recordStride(layouts);
  const begins = header.variables.filter((_, i) => layouts[i]!.record).map((v) => v.begin);
  return stride === 0 ? 0 : Math.max(0, Math.floor((fileSize - Math.min(...begins)) / stride));
}

function describe(file: BinaryFile): GridSource {
  const { path, size: fileSize } = file;
  const header = readClassicHeader(path, fileSize, (length) => file.bytes(0, length));
  checkDimensions(path, header);
  const records = countRecords(header, fileSize);
  const layouts = header.variables.map((v) => layoutOf(header, v, records));
  const stride = recordStride(layouts);
  checkPlaces(path, header, layouts);
  header.variables.forEach((variable, i) => {
    const { record, bytes } = layouts[i]!;
    const steps = record ? records : 1;
    const end = bytes === 0 || steps === 0 ? 0 : variable.begin + (steps - 1) * stride * Number(record) + bytes;
    if (end > fileSize) throw file.truncated(end);
  });
  const variables = header.variables.map((v, i) => ({
    name: v.name,
    dtype: v.dtype,
    dims: v.dimensionIds.map((id) => header.dimensions[id]!.name),
    shape: layouts[i]!.shape,
    units: textOf(v.attributes, "units"),
    attributes: v.attributes,
  }));
  const bytesOf = (index: number, slab?: Slab, into?: Uint8Array): Uint8Array => {
    const variable = header.variables[index]!;
    const { shape, record } = layouts[index]!;
    const { start, count } = slabWithin(`${path}: variable ${variable.name}`, shape, slab);
    const size = elementSize(variable.dtype);
    const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)) * size);
    if (record) strides[0] = stride;
    const read = (target: Uint8Array, at: number) => file.read(target, at);
    return readBox(read, { begin: variable.begin, strides, size }, start, count, into);
  };
  const indexOf = (name: string, text: boolean): number => {
    const index = header.variables.findIndex((v) => v.name === name);
    const variable = header.variables[index];
    if (variable && (variable.dtype === "char") === text) return index;
    const [what, hint] = text ? ["no text", "name a variable of type char"] : ["no numbers", "name a numeric variable"];
    throw new FormatError(path, "netcdf3", `variable ${name} holds ${what}`, hint);
  };
  return {
    path,
    format: CLASSIC_FORMATS[file.bytes(0, 4)[3] as ClassicVersion] ?? "netcdf3-classic",
    dims: header.dimensions.map((d) => ({
      name: d.name,
      size: d.size === 0 ? records : d.size,
      unlimited: d.size === 0,
    })),
    variables,
    attributes: header.attributes,
    read: async (name, slab, into): Promise<RawArray> => {
      const index = indexOf(name, false);
      return toNumbers(bytesOf(index, slab, into), variables[index]!.dtype, false);
    },
    readTexts: async (name) => {
      const index = indexOf(name, true);
      return joinCharacters(bytesOf(index), variables[index]!.shape);
    },
    close: () => file.close(),
  };
}

/**
 * Opens a NetCDF classic file (CDF-1, CDF-2 or CDF-5).
 *
 * @throws FormatError if the header is broken, or the file shorter than its header promises.
 */
export function openClassic(path: string): GridSource {
  const file = new BinaryFile(path, "netcdf3");
  try {
    return describe(file);
  } catch (error) {
    file.close();
    throw error;
  }
}
