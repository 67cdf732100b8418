/** NetCDF-4 files in the conventions CF-1.11, laid out so that netCDF-C, xarray, CDO and GDAL open (and append to) them. */

import { writeAtomically } from "../engine/atomic-file.ts";
import { FormatError, OptionsError, ShapeError } from "../engine/errors.ts";
import { axisOf } from "./axes.ts";
import type { Coordinate, Field, FieldValues } from "./field.ts";
import {
  closeWritten,
  createHdf5,
  type Dataset,
  type Group,
  type Hdf5File,
  openHdf5,
  withoutTimestamps,
} from "./hdf5.ts";
import { type Attributes, type AttributeValue, sizeOf } from "./source.ts";

/** Options of {@link writeNetcdf}. */
export interface NetcdfOptions {
  /** Deflate level, 0 (none) to 9. @defaultValue 4 */
  readonly compression?: number;
  /** Element type of the data. @defaultValue the type of the field's values */
  readonly dtype?: "float32" | "float64";
  /** More fields of other names, on the same dimensions and coordinates, into the same file. @defaultValue none */
  readonly also?: readonly Field[];
  /** Whether the time dimension can grow. @defaultValue true */
  readonly unlimitedTime?: boolean;
  /** Stored in place of missing values. @defaultValue netCDF's own, 9.96921e36 */
  readonly fillValue?: number;
  /** Global attributes, such as `title`, `institution`, `source`, and the `history` so far. */
  readonly attributes?: Attributes;
  /** One line of provenance (the command that was run), put before the earlier history with the time before it. */
  readonly history?: string;
  /** Time of that line. @defaultValue now */
  readonly now?: Date;
}

const DEFAULT_FILL = 9.969209968386869e36;
const SLAB_BYTES = 32 * 2 ** 20;
const CHUNK_CELLS = 2 ** 20;
const NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable.";

function setAttribute(owner: Dataset | Group, name: string, value: AttributeValue): void {
  if (typeof value === "string") {
    const bytes = Math.max(1, Buffer.byteLength(value));
    owner.create_attribute(name, value, [], `S${bytes}`);
  } else if (typeof value === "number") owner.create_attribute(name, Float64Array.of(value), [1], "<d");
  else if (value.length > 0 && typeof value[0] === "string") owner.create_attribute(name, [...(value as string[])]);
  else if (value.length > 0) owner.create_attribute(name, Float64Array.from(value as number[]), [value.length], "<d");
}

function setAttributes(owner: Dataset | Group, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) setAttribute(owner, name, value);
}

/** Tiles of whole fields up to 4 MB of float32, of 1024 x 1024 cells above. */
function chunkShape(shape: readonly number[]): number[] {
  const plane = shape.slice(-2);
  const whole = sizeOf(plane) <= CHUNK_CELLS;
  return shape.map((n, i) => (i < shape.length - 2 ? 1 : Math.max(1, whole ? n : Math.min(n, 1024))));
}

function fillMissing(values: FieldValues, fill: number): FieldValues {
  return values.some(Number.isNaN) ? values.map((v) => (Number.isNaN(v) ? fill : v)) : values;
}

/** Steps of the first dimension that are written at once. */
function slabRows(shape: readonly number[], chunks: readonly number[]): number {
  const row = sizeOf(shape.slice(1)) * 8;
  return Math.max(chunks[0]!, Math.floor(SLAB_BYTES / Math.max(row, 1) / chunks[0]!) * chunks[0]!);
}

function writeData(file: Hdf5File, field: Field, options: NetcdfOptions, growing: string | undefined): Dataset {
  const { name, shape } = field;
  const dtype = options.dtype ?? (field.values instanceof Float32Array ? "float32" : "float64");
  const code = dtype === "float32" ? "<f" : "<d";
  const wanted = options.fillValue ?? DEFAULT_FILL;
  const fill = dtype === "float32" ? Math.fround(wanted) : wanted;
  const level = options.compression ?? 4;
  const convert = (part: FieldValues) => {
    const typed = dtype === "float32" ? Float32Array.from(part) : Float64Array.from(part);
    return fillMissing(typed, fill);
  };
  let dataset: Dataset;
  if (shape.length === 0) dataset = file.create_dataset({ name, data: convert(field.values), shape: [], dtype: code });
  else {
    const chunks = chunkShape(shape);
    const rows = Math.min(shape[0]!, slabRows(shape, chunks));
    const row = sizeOf(shape.slice(1));
    dataset = file.create_dataset({
      name,
      data: convert(field.values.subarray(0, rows * row)),
      shape: [rows, ...shape.slice(1)],
      dtype: code,
      maxshape: shape.map((n, i) => (field.dims[i] === growing ? null : n)),
      chunks: [...chunks],
      ...(level > 0 ? { compression: "gzip" as const, compression_opts: [level] } : {}),
    });
    if (rows < shape[0]!) dataset.resize([...shape]);
    for (let from = rows; from < shape[0]!; from += rows) {
      const to = Math.min(shape[0]!, from + rows);
      const part = convert(field.values.subarray(from * row, to * row));
      dataset.write_slice([[from, to], ...shape.slice(1).map((n): [number, number] => [0, n])], part);
    }
  }
  dataset.create_attribute(
    "_FillValue",
    dtype === "float32" ? Float32Array.of(fill) : Float64Array.of(fill),
    [1],
    code,
  );
  return dataset;
}

function writeScale(
  file: Hdf5File,
  dim: string,
  size: number,
  grows: boolean,
  coordinate: Coordinate | undefined,
): void {
  const limits = grows ? { maxshape: [null], chunks: [Math.min(1024, Math.max(1, size))] } : {};
  if (!coordinate) {
    const data = new Float32Array(size);
    const scale = file.create_dataset({ name: dim, data, shape: [size], dtype: "<f", ...limits });
    scale.make_scale(`${NO_VARIABLE}${String(size).padStart(10)}`);
    return;
  }
  const scale = file.create_dataset({ name: dim, data: coordinate.values, shape: [size], dtype: "<d", ...limits });
  scale.make_scale(dim);
  setAttributes(scale, coordinate.attributes);
  if (coordinate.bounds) setAttribute(scale, "bounds", `${dim}_bnds`);
}

function attach(dataset: Dataset, dims: readonly string[]): void {
  dims.forEach((dim, i) => {
    dataset.attach_scale(i, `/${dim}`);
  });
}

function writeAuxiliary(
  file: Hdf5File,
  field: Field,
  { name, dims, values, attributes }: Coordinate,
  grows: string | undefined,
): void {
  const shape = dims.map((d) => field.size(d));
  const limits = dims.some((d) => d === grows)
    ? { maxshape: dims.map((d, i) => (d === grows ? null : shape[i]!)), chunks: chunkShape(shape) }
    : {};
  const data = fillMissing(values, DEFAULT_FILL);
  const dataset = file.create_dataset({ name, data, shape, dtype: "<d", ...limits });
  if (data !== values) dataset.create_attribute("_FillValue", Float64Array.of(DEFAULT_FILL), [1], "<d");
  attach(dataset, dims);
  setAttributes(dataset, attributes);
}

function globalAttributes(options: NetcdfOptions): Attributes {
  const { history: earlier, Conventions: _, ...rest } = options.attributes ?? {};
  const stamp = `${(options.now ?? new Date()).toISOString().slice(0, 19)}Z`;
  const line = options.history === undefined ? [] : [`${stamp}: ${options.history}`];
  const history = [...line, ...(typeof earlier === "string" ? [earlier] : [])].join("\n");
  return { Conventions: "CF-1.11", ...rest, ...(history === "" ? {} : { history }) };
}

function writeAll(file: Hdf5File, field: Field, options: NetcdfOptions): void {
  setAttributes(file, globalAttributes(options));
  const time = field.dims.find((d) => axisOf(d, field.coordinate(d)?.attributes ?? {}) === "time");
  const growing = options.unlimitedTime === false ? undefined : time;
  const own = (dim: string) =>
    field.coordinates.find((c) => c.name === dim && c.dims.length === 1 && c.dims[0] === dim);
  field.dims.forEach((dim, i) => {
    writeScale(file, dim, field.shape[i]!, dim === growing, own(dim));
  });
  const bounded = field.dims.filter((dim) => own(dim)?.bounds);
  if (bounded.length > 0) writeScale(file, "nv", 2, false, undefined);
  for (const dim of bounded) {
    const limits = dim === growing ? { maxshape: [null, 2], chunks: [Math.min(1024, field.size(dim)), 2] } : {};
    const shape = [field.size(dim), 2];
    const dataset = file.create_dataset({
      name: `${dim}_bnds`,
      data: own(dim)!.bounds!,
      shape,
      dtype: "<d",
      ...limits,
    });
    attach(dataset, [dim, "nv"]);
  }
  const auxiliary = field.coordinates.filter((c) => !field.dims.includes(c.name));
  for (const coordinate of auxiliary) writeAuxiliary(file, field, coordinate, growing);
  if (field.gridMapping) {
    const { name, attributes } = field.gridMapping;
    setAttributes(file.create_dataset({ name, data: Int32Array.of(0), shape: [], dtype: "<i" }), attributes);
  }
  for (const one of [field, ...(options.also ?? [])]) {
    const data = writeData(file, one, options, growing);
    attach(data, one.dims);
    setAttributes(data, {
      ...(one.units === undefined ? {} : { units: one.units }),
      ...one.attributes,
      ...(auxiliary.length > 0 ? { coordinates: auxiliary.map((c) => c.name).join(" ") } : {}),
      ...(field.gridMapping ? { grid_mapping: field.gridMapping.name } : {}),
    });
  }
}

function checkNames(field: Field, also: readonly Field[]): void {
  for (const one of also) {
    if (String(one.dims) === String(field.dims) && String(one.shape) === String(field.shape)) continue;
    throw new ShapeError(`writeNetcdf: ${one.name} beside ${field.name}`, field.shape, one.shape, "same dimensions");
  }
  const names = [
    field.name,
    ...also.map((one) => one.name),
    ...field.coordinates.map((c) => c.name),
    ...(field.gridMapping ? [field.gridMapping.name] : []),
  ];
  const twice = names.find((n, i) => names.indexOf(n) !== i) ?? field.dims.find((d) => d === field.name);
  if (twice !== undefined) {
    throw new OptionsError(
      `writeNetcdf: two variables would be named ${twice}; rename one (\`field.with({ name })\`)`,
      "name",
      twice,
    );
  }
  const bad = [...names, ...field.dims].find((n) => n === "" || n.includes("/"));
  if (bad !== undefined) {
    throw new OptionsError(`writeNetcdf: "${bad}" cannot name a variable; expected a name without "/"`, "name", bad);
  }
}

/**
 * Writes one field as NetCDF-4 (HDF5): coordinates as dimension scales, chunks of one map, deflate, `_FillValue` for
 * missing values, bounds and grid mapping passed through. The file appears whole or not at all.
 *
 * @throws OptionsError for unfit options or names; FormatError if the file cannot be written in full.
 */
export async function writeNetcdf(path: string, field: Field, options: NetcdfOptions = {}): Promise<void> {
  const level = options.compression ?? 4;
  if (!Number.isInteger(level) || level < 0 || level > 9) {
    throw new OptionsError(
      `writeNetcdf: compression is ${level}; expected a whole number from 0 to 9`,
      "compression",
      level,
    );
  }
  const also = options.also ?? [];
  checkNames(field, also);
  await writeAtomically(path, async (temporary) => {
    const file = await createHdf5(temporary);
    let failure: unknown;
    try {
      withoutTimestamps(() => writeAll(file, field, options));
    } catch (error) {
      failure = error;
    }
    try {
      withoutTimestamps(() => closeWritten(file, path));
    } catch (error) {
      failure ??= error;
    }
    if (failure !== undefined) {
      if (failure instanceof FormatError) throw failure;
      const [why] = String((failure as Error).message ?? failure).split("\n");
      throw new FormatError(path, "netcdf4", `it could not be written (${why})`, "check the free disk space", {
        cause: failure,
      });
    }
    for (const one of [field, ...also]) await verify(temporary, path, one);
  });
}

/** Opens what was written and checks that the variable is there in full size. */
async function verify(temporary: string, path: string, field: Field): Promise<void> {
  const file = await openHdf5(temporary);
  try {
    const written = file.get(field.name) as Dataset | null;
    const shape = written && "shape" in written ? written.shape : null;
    if (String(shape) !== String(field.shape)) {
      throw new FormatError(
        path,
        "netcdf4",
        `variable ${field.name} did not reach the file`,
        "check the free disk space",
      );
    }
  } finally {
    file.close();
  }
}
