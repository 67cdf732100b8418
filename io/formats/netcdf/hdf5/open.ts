/** NetCDF-4 and plain HDF5 files: dimensions from attached scales, as netCDF-C lays them out; values through h5wasm. */
import { FormatError, isMongeError } from "../../../../engine/errors.ts";
import { pickAttributes } from "../../../storage/attributes.ts";
import { BinaryFile } from "../../../storage/binary-file.ts";
import { copyBox, stridesOf } from "../../../storage/box.ts";
import { ChunkCache } from "../../../storage/chunk-cache.ts";
import { DEFAULT_FILL } from "../../../storage/decode.ts";
import {
  type Attributes,
  type DataType,
  type DimensionInfo,
  type GridSource,
  type RawArray,
  type Slab,
  sizeOf,
  slabWithin,
  textOf,
  type VariableInfo,
} from "../../../storage/source.ts";
import { joinCharacters, trimText } from "../../../storage/texts.ts";
import type { ExternalOptions } from "../../../storage/within.ts";
import { readContents } from "./contents.ts";
import { filesLedTo } from "./external.ts";
import { type Dataset, type Hdf5File, isDataset, openHdf5 } from "./file.ts";
import { radarView } from "./radar.ts";
import { dataTypeOf, refusal, typeInWords } from "./types.ts";
import { DatasetReader, notFollowed } from "./values.ts";
import { type Contents, type Entry, visible, walkHdf5 } from "./walk.ts";

const NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable";
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

const isNumber = (dtype: DataType) => dtype !== "char" && dtype !== "string" && dtype !== "other";
/** Attributes but those of the netCDF library's own. */
const withoutBookkeeping = (attributes: Attributes) => pickAttributes(attributes, (name) => !BOOKKEEPING.has(name));

/** Names of the dimensions of a dataset, and anonymous ones by their length where none is attached. */
function dimensionNames(
  entry: Entry,
  byId: ReadonlyMap<number, string>,
  scales: ReadonlyMap<number, string>,
  anonymous: Map<number, string>,
): string[] {
  const own = entry.scale !== undefined;
  const attached = own ? [] : entry.scales();
  return entry.stored.map((size, axis) => {
    if (own && entry.stored.length === 1) return visible(entry.name);
    const id = entry.coordinateIds[axis];
    const named = id === undefined ? undefined : byId.get(id);
    const scale = scales.get(attached[axis] ?? Number.NaN);
    if (scale !== undefined) return scale;
    if (named !== undefined) return named;
    if (own && axis === 0) return visible(entry.name);
    const name = anonymous.get(size) ?? `phony_dim_${anonymous.size}`;
    anonymous.set(size, name);
    return name;
  });
}

/** Result of HDF5, or undefined where it throws. */
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

function describe(
  { entries, groups, elsewhere }: Contents,
  bytes: BinaryFile,
  files: readonly string[],
  closeLibrary: () => void,
): GridSource {
  const { path } = bytes;
  const byId = new Map<number, string>();
  const scales = new Map<number, string>();
  for (const e of entries) {
    if (e.scale === undefined) continue;
    if (e.dimensionId !== undefined) byId.set(e.dimensionId, visible(e.name));
    scales.set(e.header(), visible(e.name));
  }
  const anonymous = new Map<number, string>();
  const named = entries.map((entry) => ({ entry, dims: dimensionNames(entry, byId, scales, anonymous) }));
  const dims = new Map<string, DimensionInfo>();
  for (const { entry, dims: names } of named) {
    names.forEach((name, axis) => {
      const limit = entry.metadata.maxshape?.[axis] ?? entry.stored[axis]!;
      const known = dims.get(name);
      dims.set(name, {
        name,
        size: Math.max(known?.size ?? 0, entry.stored[axis]!),
        unlimited: (known?.unlimited ?? false) || limit > Number.MAX_SAFE_INTEGER,
      });
    });
  }
  const shown = named.filter(({ entry }) => !entry.scale?.startsWith(NO_VARIABLE));
  const variables = shown.map(({ entry, dims: names }): VariableInfo => {
    const chunks = entry.metadata.chunks;
    return {
      name: visible(entry.name),
      dtype: dataTypeOf(entry.metadata),
      dims: names,
      shape: names.map((name) => dims.get(name)!.size),
      units: textOf(entry.attributes, "units"),
      attributes: withoutBookkeeping(entry.attributes),
      ...(chunks ? { chunks } : {}),
      ...(dataTypeOf(entry.metadata) === "other" && { type: typeInWords(entry.metadata) }),
    };
  });
  // Named after the others, whose places in the list are those of `shown`.
  for (const [name, target] of elsewhere) {
    const type = `link to another file, ${target}`;
    variables.push({ name, dtype: "other", dims: [], shape: [], units: undefined, attributes: {}, type });
  }
  const cache = new ChunkCache();
  const readers = new Map<string, DatasetReader>();
  const readerOf = (name: string, dtypes: (dtype: DataType) => boolean, what: string) => {
    const index = variables.findIndex((v) => v.name === name);
    const info = variables[index];
    const entry = shown[index]?.entry;
    if (elsewhere.has(name)) throw notFollowed(path, `variable ${name} lies`, elsewhere.get(name)!);
    if (info === undefined || entry === undefined || !dtypes(info.dtype)) {
      throw refusal(path, name, entry?.metadata, what);
    }
    const fill = info.attributes._FillValue;
    const fillValue = typeof fill === "number" ? fill : undefined;
    const beside = (other: string) => entries.find((e) => e.name === other);
    const reader = readers.get(name) ?? new DatasetReader(bytes, cache, { ...info, entry, fillValue, beside });
    readers.set(name, reader);
    return { info, reader, entry, stored: entry.stored, fillValue };
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
    const { info, reader, stored, entry } = readerOf(name, (d) => d === "char" || d === "string", "text");
    if (info.dtype === "char") {
      const all = stored.map(() => 0);
      return joinCharacters(await reader.characters(all, stored), stored);
    }
    const dataset = await entry.dataset();
    const value = attempt(() => dataset.value);
    const texts = typeof value === "string" ? [value] : Array.isArray(value) ? value : [];
    if (texts.length !== sizeOf(stored)) throw refusal(path, name, undefined, "text");
    return texts.map((text) => trimText(String(text)));
  };
  const source: GridSource = {
    path,
    files,
    format: "hdf5",
    dims: [...dims.values()],
    variables,
    attributes: withoutBookkeeping(groups.get("") ?? {}),
    read,
    readTexts,
    release: () => cache.clear(),
    close: () => {
      cache.clear();
      bytes.close();
      closeLibrary();
    },
  };
  return radarView(source, groups);
}

/** The error of a file that cannot be understood. */
function damaged(path: string, cause?: unknown): FormatError {
  const hint = "fetch or copy it again, or check it with `ncdump -h`";
  return new FormatError(path, "hdf5", "its structure cannot be read: it is damaged", hint, { cause });
}

/**
 * Opens a NetCDF-4 or HDF5 file.
 * @throws FormatError if HDF5 cannot open it.
 */
export async function openNetcdf4(path: string, { allowExternal = false }: ExternalOptions = {}): Promise<GridSource> {
  let library: Promise<Hdf5File> | undefined;
  const file = () => {
    library ??= openHdf5(path, allowExternal);
    return library;
  };
  const closeLibrary = () => {
    const close = (opened: Hdf5File) => attempt(() => opened.close());
    void library?.then(close, () => {});
  };
  const datasetAt = async (name: string): Promise<Dataset> => {
    const opened = await file();
    const found = attempt(() => opened.get(name));
    if (isDataset(found)) return found;
    throw damaged(path);
  };
  const bytes = new BinaryFile(path, "hdf5");
  try {
    const contents = allowExternal ? undefined : readContents(bytes, datasetAt);
    const files = allowExternal ? await filesLedTo(path) : [];
    return describe(contents ?? walkHdf5(await file(), path), bytes, files, closeLibrary);
  } catch (error) {
    bytes.close();
    closeLibrary();
    throw isMongeError(error) ? error : damaged(path, error);
  }
}
