/** NetCDF-4 and plain HDF5 files: dimensions from attached scales, as netCDF-C lays them out; values through h5wasm. */
import { FormatError } from "../engine/errors.ts";
import { Dataset, Group, type Hdf5File, openHdf5, TYPE_CLASS } from "./hdf5.ts";
import {
  type AttributeValue,
  type DataType,
  type DimensionInfo,
  type GridSource,
  type RawArray,
  type Slab,
  sizeOf,
  slabWithin,
  textOf,
} from "./source.ts";

const NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable";
const NON_COORDINATE = "_nc4_non_coord_";
const BOOKKEEPING = new Set([
  "CLASS",
  "NAME",
  "DIMENSION_LIST",
  "REFERENCE_LIST",
  "_Netcdf4Dimid",
  "_Netcdf4Coordinates",
  "_NCProperties",
  "_nc3_strict",
]);

interface Entry {
  readonly name: string;
  readonly dataset: Dataset;
  readonly stored: readonly number[];
  readonly attributes: Record<string, AttributeValue>;
  readonly scale: string | undefined;
  readonly dimensionId: number | undefined;
  readonly coordinateIds: readonly number[];
}

function plain(value: unknown): AttributeValue | undefined {
  if (typeof value === "string") return value.replace(/\0+$/, "");
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const numbers = Array.from(value as unknown as ArrayLike<number | bigint>, Number);
    return numbers.length === 1 ? numbers[0]! : numbers;
  }
  if (Array.isArray(value)) {
    if (value.every((v) => typeof v === "string")) return value.length === 1 ? value[0]! : (value as string[]);
    if (value.every((v) => ["number", "bigint", "boolean"].includes(typeof v))) {
      const numbers = value.map(Number);
      return numbers.length === 1 ? numbers[0]! : numbers;
    }
  }
  return undefined;
}

function readAttributes(owner: Dataset | Group): Record<string, AttributeValue> {
  const out: Record<string, AttributeValue> = {};
  for (const [name, attribute] of Object.entries(owner.attrs)) {
    const { type, shape } = attribute.metadata;
    if (name === "DIMENSION_LIST" || name === "REFERENCE_LIST") continue;
    if (type === TYPE_CLASS.vlen || type === TYPE_CLASS.reference || type === TYPE_CLASS.compound) continue;
    if (shape === null) {
      out[name] = "";
      continue;
    }
    const value = plain(attribute.value);
    if (value !== undefined) out[name] = value;
  }
  return out;
}

function dataType(dataset: Dataset): DataType {
  const { type, size, signed, vlen } = dataset.metadata;
  if (type === TYPE_CLASS.string) return vlen || size > 1 ? "string" : "char";
  if (type === TYPE_CLASS.float && (size === 4 || size === 8)) return size === 4 ? "float32" : "float64";
  if (type === TYPE_CLASS.integer || type === TYPE_CLASS.enumeration) {
    const name = `${signed ? "int" : "uint"}${size * 8}`;
    return ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"].includes(name)
      ? (name as DataType)
      : "other";
  }
  return "other";
}

function collect(group: Group, prefix: string, entries: Entry[]): void {
  for (const key of group.keys()) {
    const item = group.get(key);
    if (item instanceof Group) collect(item, `${prefix}${key}/`, entries);
    else if (item instanceof Dataset) {
      const attributes = readAttributes(item);
      const scale = attributes.CLASS === "DIMENSION_SCALE" ? (textOf(attributes, "NAME") ?? key) : undefined;
      const id = attributes._Netcdf4Dimid;
      const ids = attributes._Netcdf4Coordinates;
      entries.push({
        name: prefix + key,
        dataset: item,
        stored: item.shape ?? [],
        attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => !BOOKKEEPING.has(name))),
        scale,
        dimensionId: typeof id === "number" ? id : undefined,
        coordinateIds: typeof ids === "number" ? [ids] : ((ids ?? []) as readonly number[]),
      });
    }
  }
}

const visible = (path: string) => path.replace(NON_COORDINATE, "").replace(/^\//, "");

/** Names of the dimensions of a dataset, and anonymous ones by their length where none is attached. */
function dimensionNames(entry: Entry, byId: ReadonlyMap<number, string>, anonymous: Map<number, string>): string[] {
  const own = entry.scale !== undefined;
  return entry.stored.map((size, axis) => {
    if (own && entry.stored.length === 1) return visible(entry.name);
    const id = entry.coordinateIds[axis];
    const named = id === undefined ? undefined : byId.get(id);
    const attached = own ? undefined : entry.dataset.get_attached_scales(axis)[0];
    if (attached !== undefined) return visible(attached);
    if (named !== undefined) return named;
    if (own && axis === 0) return visible(entry.name);
    const name = anonymous.get(size) ?? `phony_dim_${anonymous.size}`;
    anonymous.set(size, name);
    return name;
  });
}

/** What HDF5 gives, or undefined where it throws. */
function attempt(get: () => unknown): unknown {
  try {
    return get();
  } catch {
    return undefined;
  }
}

function toRaw(path: string, name: string, value: unknown, expected: number): RawArray {
  if (value instanceof BigInt64Array || value instanceof BigUint64Array)
    return Float64Array.from(value as BigInt64Array, Number);
  if (typeof value === "number" || typeof value === "bigint") return Float64Array.of(Number(value));
  if (ArrayBuffer.isView(value) && !(value instanceof DataView) && (value as Float64Array).length === expected) {
    return value as RawArray;
  }
  throw new FormatError(
    path,
    "hdf5",
    `the values of variable ${name} cannot be read (damaged, or packed by a filter that is not built in)`,
    "unpack the file with `nccopy -d0 IN OUT` or `h5repack -f NONE IN OUT`",
  );
}

/** Copies a stored block into the larger shape that its dimensions ask for, `fill` elsewhere. */
function pad(raw: RawArray, stored: readonly number[], shape: readonly number[], fill: number): RawArray {
  const out = new Float64Array(sizeOf(shape)).fill(fill);
  const copy = (axis: number, from: number, to: number) => {
    if (axis === shape.length - 1) {
      out.set(raw.subarray(from, from + stored[axis]!), to);
      return;
    }
    for (let i = 0; i < stored[axis]!; i++) {
      copy(axis + 1, from + i * sizeOf(stored.slice(axis + 1)), to + i * sizeOf(shape.slice(axis + 1)));
    }
  };
  if (sizeOf(stored) > 0) copy(0, 0, 0);
  return out;
}

function describe(path: string, file: Hdf5File): GridSource {
  const entries: Entry[] = [];
  collect(file, "", entries);
  const byId = new Map<number, string>();
  for (const e of entries)
    if (e.scale !== undefined && e.dimensionId !== undefined) byId.set(e.dimensionId, visible(e.name));
  const anonymous = new Map<number, string>();
  const named = entries.map((entry) => ({ entry, dims: dimensionNames(entry, byId, anonymous) }));
  const dims = new Map<string, DimensionInfo>();
  for (const { entry, dims: names } of named) {
    names.forEach((name, axis) => {
      const limit = entry.dataset.metadata.maxshape?.[axis] ?? entry.stored[axis]!;
      const known = dims.get(name);
      dims.set(name, {
        name,
        size: Math.max(known?.size ?? 0, entry.stored[axis]!),
        unlimited: (known?.unlimited ?? false) || limit > Number.MAX_SAFE_INTEGER,
      });
    });
  }
  const shown = named.filter(({ entry }) => !entry.scale?.startsWith(NO_VARIABLE));
  const variables = shown.map(({ entry, dims: names }) => {
    const chunks = entry.dataset.metadata.chunks;
    return {
      name: visible(entry.name),
      dtype: dataType(entry.dataset),
      dims: names,
      shape: names.map((name) => dims.get(name)!.size),
      units: textOf(entry.attributes, "units"),
      attributes: entry.attributes,
      ...(chunks ? { chunks } : {}),
    };
  });
  const read = (name: string, slab?: Slab): RawArray => {
    const index = variables.findIndex((v) => v.name === name);
    const info = variables[index];
    if (info === undefined || ["char", "string", "other"].includes(info.dtype)) {
      throw new FormatError(path, "hdf5", `variable ${name} holds no numbers`, "name a numeric variable");
    }
    const { dataset, stored } = shown[index]!.entry;
    if (stored.length === 0)
      return toRaw(
        path,
        name,
        attempt(() => dataset.value),
        1,
      );
    const { start, count } = slabWithin(`${path}: variable ${name}`, info.shape, slab);
    // An unlimited dimension may be longer than what is stored along it.
    const had = count.map((n, axis) => Math.max(0, Math.min(n, stored[axis]! - start[axis]!)));
    const ranges = start.map((from, axis): [number, number] => [from, from + had[axis]!]);
    const value = sizeOf(had) > 0 ? attempt(() => dataset.slice(ranges)) : new Float64Array(0);
    const raw = toRaw(path, name, value, sizeOf(had));
    if (sizeOf(had) === sizeOf(count)) return raw;
    const fill = info.attributes._FillValue;
    return pad(raw, had, count, typeof fill === "number" ? fill : Number.NaN);
  };
  return {
    path,
    format: "hdf5",
    dims: [...dims.values()],
    variables,
    attributes: Object.fromEntries(Object.entries(readAttributes(file)).filter(([name]) => !BOOKKEEPING.has(name))),
    read: async (name, slab) => read(name, slab),
    close: () => {
      file.close();
    },
  };
}

/**
 * Opens a NetCDF-4 or HDF5 file.
 * @throws FormatError if HDF5 cannot open it.
 */
export async function openNetcdf4(path: string): Promise<GridSource> {
  const file = await openHdf5(path);
  try {
    return describe(path, file);
  } catch (error) {
    attempt(() => file.close());
    if (error instanceof FormatError) throw error;
    const hint = "fetch or copy it again, or check it with `ncdump -h`";
    throw new FormatError(path, "hdf5", "its structure cannot be read: it is damaged", hint, { cause: error });
  }
}
