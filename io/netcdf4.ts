/** NetCDF-4 and plain HDF5 files: dimensions from attached scales, as netCDF-C lays them out; values through h5wasm. */
import { FormatError } from "../engine/errors.ts";
import { BinaryFile } from "./binary-file.ts";
import { copyBox, stridesOf } from "./box.ts";
import { ChunkCache } from "./chunk-cache.ts";
import { DEFAULT_FILL } from "./decode.ts";
import {
  addressOf,
  type Dataset,
  type Group,
  type Hdf5File,
  isDataset,
  isGroup,
  openHdf5,
  TYPE_CLASS,
} from "./hdf5.ts";
import { dataTypeOf, refusal, typeInWords } from "./hdf5-types.ts";
import { DatasetReader } from "./hdf5-values.ts";
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
import { joinCharacters, trimText } from "./texts.ts";

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

/** Walks the groups below one; each is listed once, so that groups that hold themselves or one another end. */
function collect(group: Group, prefix: string, entries: Entry[], seen: Set<number>): void {
  const address = addressOf(group);
  if (seen.has(address)) return;
  seen.add(address);
  for (const key of group.keys()) {
    const item = group.get(key);
    if (isGroup(item)) collect(item, `${prefix}${key}/`, entries, seen);
    else if (isDataset(item)) {
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

const isNumber = (dtype: DataType) => dtype !== "char" && dtype !== "string" && dtype !== "other";
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

/** Puts a stored block into the larger shape that its dimensions ask for, fill values elsewhere. */
function pad(raw: RawArray, stored: readonly number[], shape: readonly number[], fill: number | undefined): RawArray {
  const size = sizeOf(shape);
  // Bytes have no default fill value: what is not there is NaN.
  const out = fill === undefined ? new Float64Array(size).fill(Number.NaN) : emptyLike(raw, size).fill(fill);
  const from = { words: raw, offset: 0, strides: stridesOf(stored) };
  copyBox(from, { words: out, offset: 0, strides: stridesOf(shape) }, stored, 1);
  return out;
}

function emptyLike(raw: RawArray, size: number): RawArray {
  return new (raw.constructor as new (size: number) => RawArray)(size);
}

function describe(file: Hdf5File, bytes: BinaryFile): GridSource {
  const { path } = bytes;
  const entries: Entry[] = [];
  collect(file, "", entries, new Set());
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
      dtype: dataTypeOf(entry.dataset.metadata),
      dims: names,
      shape: names.map((name) => dims.get(name)!.size),
      units: textOf(entry.attributes, "units"),
      attributes: entry.attributes,
      ...(chunks ? { chunks } : {}),
      ...(dataTypeOf(entry.dataset.metadata) === "other" && { type: typeInWords(entry.dataset.metadata) }),
    };
  });
  const cache = new ChunkCache();
  const readers = new Map<string, DatasetReader>();
  const readerOf = (name: string, dtypes: (dtype: DataType) => boolean, what: string) => {
    const index = variables.findIndex((v) => v.name === name);
    const info = variables[index];
    const dataset = shown[index]?.entry.dataset;
    if (info === undefined || dataset === undefined || !dtypes(info.dtype)) {
      throw refusal(path, name, dataset?.metadata, what);
    }
    const fill = info.attributes._FillValue;
    const fillValue = typeof fill === "number" ? fill : undefined;
    const reader = readers.get(name) ?? new DatasetReader(bytes, cache, { ...info, dataset, fillValue });
    readers.set(name, reader);
    return { info, reader, dataset, stored: dataset.metadata.shape ?? [], fillValue };
  };
  const read = async (name: string, slab?: Slab, into?: Uint8Array): Promise<RawArray> => {
    const { info, reader, stored, fillValue } = readerOf(name, isNumber, "numbers");
    const { start, count } = slabWithin(`${path}: variable ${name}`, info.shape, slab);
    // An unlimited dimension may be longer than what is stored along it.
    const had = count.map((n, axis) => Math.max(0, Math.min(n, stored[axis]! - start[axis]!)));
    const whole = sizeOf(had) === sizeOf(count);
    const raw = await reader.numbers(start, had, whole ? into : undefined);
    if (whole) return raw;
    return pad(raw, had, count, fillValue ?? DEFAULT_FILL[info.dtype]);
  };
  const readTexts = async (name: string): Promise<string[]> => {
    const { info, reader, stored, dataset } = readerOf(name, (d) => d === "char" || d === "string", "text");
    if (info.dtype === "char") {
      const all = stored.map(() => 0);
      return joinCharacters(await reader.characters(all, stored), stored);
    }
    const value = attempt(() => dataset.value);
    const texts = typeof value === "string" ? [value] : Array.isArray(value) ? value : [];
    if (texts.length !== sizeOf(stored)) throw refusal(path, name, undefined, "text");
    return texts.map((text) => trimText(String(text)));
  };
  return {
    path,
    format: "hdf5",
    dims: [...dims.values()],
    variables,
    attributes: Object.fromEntries(Object.entries(readAttributes(file)).filter(([name]) => !BOOKKEEPING.has(name))),
    read,
    readTexts,
    release: () => cache.clear(),
    close: () => {
      cache.clear();
      bytes.close();
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
  let bytes: BinaryFile | undefined;
  try {
    bytes = new BinaryFile(path, "hdf5");
    return describe(file, bytes);
  } catch (error) {
    bytes?.close();
    attempt(() => file.close());
    if (error instanceof FormatError) throw error;
    const hint = "fetch or copy it again, or check it with `ncdump -h`";
    throw new FormatError(path, "hdf5", "its structure cannot be read: it is damaged", hint, { cause: error });
  }
}
