/** Zarr stores in local folders, versions 2 and 3, as one more source of variables with CF attributes. */

import { BackendError, FormatError } from "../../../engine/errors.ts";
import { contentStamp } from "../../../engine/files/watch.ts";
import { halfToNumber } from "../../../engine/numerics/half-float.ts";
import { endianness } from "../../../engine/platform/machine.ts";
import { basename, join } from "../../../engine/platform/paths.ts";
import { attributeTypes, typedAttributes } from "../../storage/attributes.ts";
import { copyBox, stridesOf } from "../../storage/box.ts";
import { ChunkCache } from "../../storage/chunk-cache.ts";
import { readChunks } from "../../storage/chunked.ts";
import { elementSize, toNumbers } from "../../storage/number-types.ts";
import {
  type Attributes,
  type AttributeValue,
  type DimensionInfo,
  type GridSource,
  isNumberType,
  type RawArray,
  type Slab,
  sizeOf,
  slabWithin,
  textOf,
  type VariableInfo,
} from "../../storage/source.ts";
import { type ExternalOptions, targetsOfLinks } from "../../storage/within.ts";
import { isGeozarr } from "./geozarr.ts";
import type { JsonObject } from "./json.ts";
import { MetadataError, numberOf, type ZarrArray, type ZarrVersion } from "./metadata.ts";
import { type ChunkStore, openChunks, reasonOf, unknownCodec, type ZarrChunk } from "./store.ts";
import { readTree, zarrContradictions } from "./tree.ts";

const MAX_SLAB_BYTES = 2 ** 31;
/** Arrays whose two copies of metadata are compared whether they are read or not. */
const MOST_COMPARED = 64;

const repack =
  "write the store anew with xarray, whose usual codec is read: `xarray.open_zarr(OLD).drop_encoding().to_zarr(NEW)` in Python";
const damaged = "fetch or copy it again, or look at it with `zarr` or `xarray` in Python";

/** An attribute as monge keeps them: text, numbers, lists of either; anything else as its JSON; null is left out. */
function attributeOf(value: unknown): AttributeValue | undefined {
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    if (value.every((v) => typeof v === "number")) return value.length === 1 ? value[0]! : value;
    if (value.every((v) => typeof v === "string")) return value.length === 1 ? value[0]! : value;
  }
  return JSON.stringify(value);
}

/** Attributes of a node, numbers in the types that their text shows. */
function typed(entries: Iterable<readonly [string, AttributeValue]>, raw: JsonObject): Attributes {
  return typedAttributes([...entries].map(([name, value]) => [name, value, raw[attributeTypes]?.[name]] as const));
}

/** @param hasLine - true of a dimension with a coordinate; GeoZarr's attributes say nothing beyond them */
function attributesOf(array: ZarrArray, hasLine: (dim: string) => boolean): Attributes {
  const out = new Map<string, AttributeValue>();
  const spatial = array.attributes["spatial:dimensions"];
  const isPlaced = Array.isArray(spatial) && spatial.every(hasLine);
  for (const [name, raw] of Object.entries(array.attributes)) {
    if (isPlaced && isGeozarr(name)) continue;
    const special = /^(_FillValue|missing_value)$/.test(name) && !Array.isArray(raw);
    const value = special ? (numberOf(raw, array.dtype) ?? attributeOf(raw)) : attributeOf(raw);
    if (value !== undefined) out.set(name, value);
  }
  // The fill value of version 2 means "missing" in Python as in netCDF; that of version 3 only "never written".
  // NaN is missing anyhow.
  const { fill } = array;
  if (array.version === 2 && fill !== undefined && !Number.isNaN(fill) && !out.has("_FillValue"))
    out.set("_FillValue", fill);
  return typed(out, array.attributes);
}

/** The full name of a dimension: that of its coordinate in the same group or the nearest one above, else its own. */
function qualify(dim: string, size: number, group: string, arrays: ReadonlyMap<string, ZarrArray>): string {
  for (let at = group; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const name = at === "" ? dim : `${at}/${dim}`;
    const found = arrays.get(name);
    if (found?.shape.length === 1 && found.shape[0] === size) return name;
    if (at === "") return group === "" ? dim : `${group}/${dim}`;
  }
}

/** Elements of a chunk in row-major order, as bytes. */
function rowMajor({ data, stride }: ZarrChunk, { chunks, special }: ZarrArray): Uint8Array {
  const strides = stridesOf(chunks);
  let words = data as RawArray;
  if (String(stride) !== String(strides)) {
    words = new (words.constructor as new (length: number) => RawArray)(data.length);
    copyBox({ words: data as RawArray, offset: 0, strides: stride }, { words, offset: 0, strides }, chunks, 1);
  }
  if (special === "half") words = Float32Array.from(words, halfToNumber);
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/** Reads slabs of one array chunk by chunk, keeping the last ones. */
class ArrayReader {
  readonly #open: Promise<ChunkStore>;
  readonly #array: ZarrArray;
  readonly #where: string;
  readonly #path: string;
  readonly #cache = new ChunkCache();
  /** Once they are open. */
  chunks: ChunkStore | undefined;
  /** One element of a chunk that is not there. */
  #fill: Uint8Array | undefined;

  readonly name: string;

  constructor(path: string, name: string, array: ZarrArray, followed: boolean) {
    this.name = name;
    this.#path = path;
    this.#where = name === "" ? "the array" : `variable ${name}`;
    this.#array = array;
    this.#open = openChunks(join(path, name), array, { within: followed ? undefined : path });
    this.#open.then(
      (chunks) => {
        this.chunks = chunks;
      },
      () => {},
    );
  }

  #fail(what: string, cause: unknown): Error {
    if (cause instanceof BackendError) return cause;
    const codec = unknownCodec(cause);
    if (codec !== undefined) {
      const packed = `${this.#where} is packed by ${codec}, a codec that is not read here`;
      return new FormatError(this.#path, "zarr", packed, repack, { cause });
    }
    const why = `${what} of ${this.#where} cannot be read (${reasonOf(cause)})`;
    return new FormatError(this.#path, "zarr", why, damaged, { cause });
  }

  /** Files of chunks that were asked for and are not there. */
  absent(): number {
    // The one whose fill value was taken is among those of a listing.
    return (this.chunks?.absent() ?? 0) - (this.#fill === undefined ? 0 : 1);
  }

  async #chunk(at: readonly number[]): Promise<Uint8Array> {
    try {
      return rowMajor(await (await this.#open).read(at), this.#array);
    } catch (error) {
      throw this.#fail(at.length === 0 ? "the value" : `chunk ${at.join(".")}`, error);
    }
  }

  /** Of many chunks those that are there. */
  async #written(first: readonly number[], last: readonly number[]) {
    const found = (await this.#open).written(first, last);
    if (found === undefined) return undefined;
    this.#fill ??= (await this.#chunk(found.missing)).slice(0, elementSize(this.#array.dtype));
    return found.chunks;
  }

  async read(slab: Slab, into?: Uint8Array): Promise<RawArray> {
    const { shape, chunks, dtype } = this.#array;
    const total = sizeOf(slab.count);
    if (total * elementSize(dtype) > MAX_SLAB_BYTES) {
      const shown = `[${slab.count.join(", ")}] values`;
      throw new FormatError(this.#path, "zarr", `${shown} of ${this.#where} take over 2 GiB`, "read a smaller part");
    }
    const first = slab.start.map((from, i) => Math.floor(from / chunks[i]!));
    const last = slab.start.map((from, i) => Math.floor((from + slab.count[i]! - 1) / chunks[i]!));
    const there = total > 0 ? await this.#written(first, last) : undefined;
    const fetch = (at: readonly number[]) => this.#chunk(at);
    const [size, fill] = [elementSize(dtype), this.#fill ?? new Uint8Array()];
    const array = { key: this.name, shape, chunks, size, fill, fetch, written: () => there };
    const bytes = await readChunks(array, this.#cache, slab.start, slab.count, into);
    return toNumbers(bytes, dtype, endianness() === "LE");
  }
}

/** Sizes of all dimensions. @throws MetadataError where two variables differ on one. */
function dimensionsOf(variables: readonly VariableInfo[]): DimensionInfo[] {
  const dims = new Map<string, { readonly size: number; readonly of: string }>();
  for (const { name, dims: names, shape } of variables) {
    names.forEach((dim, i) => {
      const known = dims.get(dim);
      if (known && known.size !== shape[i]) {
        throw new MetadataError(
          `dimension ${dim} has ${known.size} positions in ${known.of} and ${shape[i]} in ${name}`,
        );
      }
      dims.set(dim, known ?? { size: shape[i]!, of: name });
    });
  }
  return [...dims].map(([name, { size }]) => ({ name, size, unlimited: false }));
}

/**
 * Opens a Zarr store in a local folder.
 * @throws FormatError if its metadata are broken or contradict themselves.
 */
export async function openZarr(
  path: string,
  version: ZarrVersion,
  { allowExternal = false }: ExternalOptions = {},
): Promise<GridSource> {
  const alone = basename(path).replace(/\.zarr$/, "") || "data";
  const shown = (name: string) => (name === "" ? alone : name);
  try {
    const documents = ["zarr.json", ".zmetadata", ".zarray"].map(
      (name) => [name, contentStamp(join(path, name))] as const,
    );
    const { arrays, attributes } = readTree(path, version, allowExternal ? undefined : path);
    const named = [...arrays].map(([name, array]) => ({ name, array }));
    const variables = named.map(({ name, array }): VariableInfo => {
      const group = name.slice(0, Math.max(0, name.lastIndexOf("/")));
      const dims = array.dims.map((dim, i) => qualify(dim, array.shape[i]!, group, arrays));
      const own = attributesOf(array, (dim) => arrays.has(dims[array.dims.indexOf(dim)] ?? ""));
      return {
        name: shown(name),
        dtype: array.dtype,
        dims,
        shape: array.shape,
        units: textOf(own, "units"),
        attributes: own,
        defaultFill: false,
        ...(array.shape.length > 0 ? { chunks: array.chunks } : {}),
      };
    });
    const dims = dimensionsOf(variables);
    const readers = new Map<string, ArrayReader>();
    const all = new Set<ArrayReader>();
    const global = Object.entries(arrays.has("") ? {} : attributes).flatMap(([name, value]) => {
      const kept = attributeOf(value);
      return kept === undefined ? [] : [[name, kept] as const];
    });
    return {
      path,
      files: allowExternal ? targetsOfLinks(path) : [],
      format: `zarr-v${version}`,
      dims,
      variables,
      attributes: typed(global, attributes),
      read: async (name, slab, into) => {
        const found = named.find((one) => shown(one.name) === name);
        if (!found || !isNumberType(found.array.dtype)) {
          throw new FormatError(path, "zarr", `variable ${name} holds no numbers`, "name a numeric variable");
        }
        const reader = readers.get(name) ?? new ArrayReader(path, found.name, found.array, allowExternal);
        readers.set(name, reader);
        all.add(reader);
        return reader.read(slabWithin(`${path}: variable ${name}`, found.array.shape, slab), into);
      },
      changed: () => {
        for (const [name, stamp] of documents) if (contentStamp(join(path, name)) !== stamp) return join(path, name);
        for (const { chunks } of all) {
          const found = chunks?.changed();
          if (found !== undefined) return found;
        }
        return undefined;
      },
      notices: () => {
        const count = [...all].reduce((sum, one) => sum + one.absent(), 0);
        const are = count === 1 ? "1 chunk that was read is" : `${count} chunks that were read are`;
        const absent = `${are} not in the store: values there are missing, as if they had never been written`;
        // Of few arrays all: one that is not read may be a coordinate that is no longer found.
        const names = arrays.size <= MOST_COMPARED ? arrays : new Set([...all].map((one) => one.name));
        const twice = zarrContradictions(path, allowExternal ? undefined : path, (name) => names.has(name)).map(
          (what) => `${what}; the latter are taken`,
        );
        return [...(count > 0 ? [absent] : []), ...twice].map((what) => `${path}: ${what}`);
      },
      close: () => readers.clear(),
    };
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const system = (error as NodeJS.ErrnoException).code !== undefined;
    const hint = system ? "check the rights on its files" : damaged;
    throw new FormatError(path, "zarr", why, hint, { cause: error });
  }
}
