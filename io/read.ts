/** From a file to a {@link Field}: choosing the variable, decoding it, and finding its coordinates by CF. */
import { DomainError, FormatError, OptionsError, ShapeError } from "../engine/errors.ts";
import { axisOf } from "./axes.ts";
import { type Decoder, decoderOf } from "./decode.ts";
import { type Coordinate, Field, type FieldValues, type GridMapping } from "./field.ts";
import { openGrid } from "./open.ts";
import { type Attributes, type DataType, type GridSource, sizeOf, textOf, type VariableInfo } from "./source.ts";

/** What {@link inspect} tells of a file. */
export interface FileSummary {
  readonly path: string;
  readonly format: GridSource["format"];
  readonly dims: GridSource["dims"];
  readonly variables: readonly VariableInfo[];
  readonly attributes: Attributes;
  /** Variables that {@link readField} would take for data. */
  readonly candidates: readonly string[];
}

/** Options of {@link readField}. */
export interface ReadOptions {
  /** Name of the variable. @defaultValue the only plausible one; an error lists them if there are several. */
  readonly variable?: string;
  /** Half-open range of indices along the variable's time dimension. @defaultValue all. */
  readonly time?: readonly [from: number, to: number];
  /** Units to take instead of the file's, where these are missing or wrong. */
  readonly units?: string;
  /** Whether a field without a single value is returned instead of being an error. @defaultValue false */
  readonly allowEmpty?: boolean;
}

const SLAB_BYTES = 64 * 2 ** 20;
const NOT_NUMERIC: readonly DataType[] = ["char", "string", "other"];
const isNumeric = (v: VariableInfo) => !NOT_NUMERIC.includes(v.dtype);
const words = (attributes: Attributes, name: string) => (textOf(attributes, name) ?? "").split(/\s+/).filter(Boolean);

/** Variables that serve others: coordinates, bounds, grid mappings, ancillary ones. */
function servants(variables: readonly VariableInfo[]): Set<string> {
  const named = new Set<string>();
  for (const { name, dims, attributes } of variables) {
    if (dims.length === 1 && dims[0] === name) named.add(name);
    for (const key of [
      "coordinates",
      "bounds",
      "climatology",
      "ancillary_variables",
      "cell_measures",
      "grid_mapping",
    ]) {
      for (const word of words(attributes, key)) named.add(word.replace(/:$/, ""));
    }
  }
  return named;
}

/** Names of the variables that look like data: numbers over y and x, or else over anything. */
function plausible(variables: readonly VariableInfo[]): string[] {
  const hidden = servants(variables);
  const byName = new Map(variables.map((v) => [v.name, v]));
  const open = variables.filter(
    (v) => isNumeric(v) && v.dims.length > 0 && !hidden.has(v.name) && !/_(bnds|bounds)$/.test(v.name),
  );
  const role = (dim: string) => axisOf(dim, byName.get(dim)?.attributes ?? {});
  const maps = open.filter((v) => v.dims.some((d) => role(d) === "y") && v.dims.some((d) => role(d) === "x"));
  const flat = open.filter((v) => v.dims.length > 1);
  const chosen = maps.length > 0 ? maps : flat.length > 0 ? flat : open;
  const positions = chosen.filter((v) => !/^(latitude|longitude)$/.test(textOf(v.attributes, "standard_name") ?? ""));
  return positions.map((v) => v.name);
}

function choose(source: GridSource, wanted: string | undefined): VariableInfo {
  const { path, format, variables } = source;
  const names = plausible(variables);
  if (wanted !== undefined) {
    const found = variables.find((v) => v.name === wanted);
    const list = variables.map((v) => v.name).join(", ") || "none";
    if (!found) throw new FormatError(path, format, `variable ${wanted} is not in it`, `it has ${list}`);
    if (!isNumeric(found)) {
      throw new FormatError(
        path,
        format,
        `variable ${wanted} is of type ${found.dtype}; expected numbers`,
        `it has ${list}`,
      );
    }
    return found;
  }
  if (names.length === 1) return variables.find((v) => v.name === names[0])!;
  if (names.length === 0) {
    throw new FormatError(
      path,
      format,
      "it holds no variable with numbers on a grid",
      "see `monge info` for what it holds",
    );
  }
  throw new FormatError(
    path,
    format,
    `it holds several variables (${names.join(", ")})`,
    `name one, as in \`variable: "${names[0]}"\``,
  );
}

/** Reads `[from, to)` of the first dimension in pieces of whole chunks that stay within a memory budget. */
async function readDecoded(
  source: GridSource,
  variable: VariableInfo,
  decoder: Decoder,
  from: number,
  to: number,
): Promise<FieldValues> {
  const row = sizeOf(variable.shape.slice(1));
  const total = variable.shape.length === 0 ? 1 : (to - from) * row;
  const out = decoder.target === "float32" ? new Float32Array(total) : new Float64Array(total);
  if (variable.shape.length === 0 || total === 0) {
    if (total > 0) decoder.decode(await source.read(variable.name), out, 0);
    return out;
  }
  const chunk = variable.chunks?.[0] ?? 1;
  const fitting = Math.floor(SLAB_BYTES / (row * 8) / chunk) * chunk;
  const stride = Math.max(chunk, fitting);
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / stride) + 1) * stride);
    const slab = {
      start: [start, ...variable.shape.slice(1).map(() => 0)],
      count: [end - start, ...variable.shape.slice(1)],
    };
    decoder.decode(await source.read(variable.name, slab), out, (start - from) * row);
    start = end;
  }
  return out;
}

/** A range along one dimension, where the reading is restricted. */
interface Cut {
  readonly dim: string;
  readonly from: number;
  readonly to: number;
}

async function readAll(source: GridSource, variable: VariableInfo, cut?: Cut): Promise<Float64Array> {
  const [from, to] = cut && variable.dims[0] === cut.dim ? [cut.from, cut.to] : [0, variable.shape[0] ?? 1];
  const values = await readDecoded(source, variable, decoderOf(source.path, variable), from, to);
  return Float64Array.from(values);
}

async function readCoordinates(source: GridSource, variable: VariableInfo, cut?: Cut): Promise<Coordinate[]> {
  const named = new Map(source.variables.map((v) => [v.name, v]));
  const names = new Set([...variable.dims, ...words(variable.attributes, "coordinates")]);
  const coordinates: Coordinate[] = [];
  for (const name of names) {
    const info = named.get(name);
    if (!info || info === variable || !isNumeric(info) || !info.dims.every((d) => variable.dims.includes(d))) continue;
    if (variable.dims.includes(name) && !(info.dims.length === 1 && info.dims[0] === name)) continue;
    const bounds = named.get(textOf(info.attributes, "bounds") ?? textOf(info.attributes, "climatology") ?? "");
    const { bounds: _, ...attributes } = info.attributes;
    const edges =
      bounds && isNumeric(bounds) && info.dims.length === 1 && bounds.shape.length === 2 && bounds.shape[1] === 2
        ? { bounds: await readAll(source, bounds, cut) }
        : {};
    coordinates.push({ name, dims: info.dims, values: await readAll(source, info, cut), attributes, ...edges });
  }
  return coordinates;
}

function mappingOf(source: GridSource, variable: VariableInfo): GridMapping | undefined {
  const name = words(variable.attributes, "grid_mapping")[0]?.replace(/:$/, "");
  const info = source.variables.find((v) => v.name === name);
  return info && { name: info.name, attributes: info.attributes };
}

/** A variable may run over one dimension twice (a covariance); the second time its name gets a number. */
function distinct(dims: readonly string[]): string[] {
  return dims.map((dim, i) => {
    const earlier = dims.slice(0, i).filter((d) => d === dim).length;
    return earlier === 0 ? dim : `${dim}_${earlier + 1}`;
  });
}

/** Attributes that say how values were stored, which the field no longer is. */
const STORAGE =
  /^(_FillValue|missing_value|scale_factor|add_offset|valid_range|valid_min|valid_max|_Unsigned|_ChunkSizes|grid_mapping|coordinates|units)$/;

/**
 * Reads one variable with its coordinates, units, attributes and grid mapping; missing values become NaN.
 *
 * @param path - NetCDF-3, NetCDF-4/HDF5 or GeoTIFF, told apart by content.
 * @throws FormatError if the file is damaged or another format, the variable is not there or not single;
 *   OptionsError for a time range outside the file; DomainError if every value is missing.
 */
export async function readField(path: string, options: ReadOptions = {}): Promise<Field> {
  const source = await openGrid(path);
  try {
    const variable = choose(source, options.variable);
    const byName = new Map(source.variables.map((v) => [v.name, v]));
    const timeDim = variable.dims.find((d) => axisOf(d, byName.get(d)?.attributes ?? {}) === "time");
    const range = options.time;
    if (range && timeDim === undefined) {
      const dims = variable.dims.join(", ");
      throw new OptionsError(
        `${path}: variable ${variable.name} has no time dimension (it has ${dims})`,
        "time",
        range,
      );
    }
    const size = timeDim === undefined ? 0 : variable.shape[variable.dims.indexOf(timeDim)]!;
    if (
      range &&
      !(
        Number.isInteger(range[0]) &&
        Number.isInteger(range[1]) &&
        range[0] >= 0 &&
        range[0] < range[1] &&
        range[1] <= size
      )
    ) {
      const expected = `[from, to) with 0 <= from < to <= ${size}`;
      throw new OptionsError(`${path}: time range is [${range.join(", ")}]; expected ${expected}`, "time", range);
    }
    const leading = range !== undefined && variable.dims[0] === timeDim;
    const [from, to] = leading ? range : [0, variable.shape[0] ?? 1];
    const shape = leading ? [to - from, ...variable.shape.slice(1)] : variable.shape;
    if (sizeOf(shape) === 0) {
      throw new ShapeError(
        `${path}: variable ${variable.name}`,
        "at least one value",
        shape,
        "the file holds no records yet",
      );
    }
    const coordinates = await readCoordinates(source, variable, leading ? { dim: timeDim!, from, to } : undefined);
    const values = await readDecoded(source, variable, decoderOf(path, variable), from, to);
    const attributes = Object.fromEntries(Object.entries(variable.attributes).filter(([name]) => !STORAGE.test(name)));
    const field = new Field({
      name: variable.name,
      dims: distinct(variable.dims),
      shape,
      values,
      units: options.units ?? variable.units,
      coordinates,
      attributes,
      gridMapping: mappingOf(source, variable),
      source: path,
    });
    const result = range && !leading ? field.isel({ [timeDim!]: range }) : field;
    if (!options.allowEmpty && result.countMissing() === result.values.length) {
      throw new DomainError(
        `${path}: variable ${variable.name} has only missing values${range ? ` in time range [${range.join(", ")}]` : ""}; ` +
          "expected at least one number; choose another variable or time range, or pass `allowEmpty: true`",
      );
    }
    return result;
  } finally {
    source.close();
  }
}

/**
 * Says what a file holds without reading its data.
 * @throws FormatError if it is damaged or no format that monge reads.
 */
export async function inspect(path: string): Promise<FileSummary> {
  const source = await openGrid(path);
  try {
    const { format, dims, variables, attributes } = source;
    return { path, format, dims, variables, attributes, candidates: plausible(variables) };
  } finally {
    source.close();
  }
}
