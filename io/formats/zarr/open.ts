/** Zarr stores in local folders, versions 2 and 3, as one more source of variables with CF attributes. */
import { basename, join } from "node:path";
import { FormatError } from "../../../engine/errors.ts";
import { contentStamp } from "../../../engine/files/watch.ts";
import { attributeTypes, typedAttributes } from "../../storage/attributes.ts";
import { elementSize } from "../../storage/binary-file.ts";
import { copyBox, indexOf, positionsBetween, stridesOf } from "../../storage/box.ts";
import {
  type Attributes,
  type AttributeValue,
  type DimensionInfo,
  type GridSource,
  type RawArray,
  type Slab,
  sizeOf,
  slabWithin,
  textOf,
  type VariableInfo,
} from "../../storage/source.ts";
import { type ExternalOptions, targetsOfLinks } from "../../storage/within.ts";
import type { JsonObject } from "./json.ts";
import { halfToNumber, MetadataError, numberOf, type ZarrArray, type ZarrVersion } from "./metadata.ts";
import { type ChunkStore, openChunks, reasonOf, unknownCodec, type ZarrChunk } from "./store.ts";
import { readTree, zarrContradictions } from "./tree.ts";

/** Decoded chunks that one open store keeps. */
const CACHE_BYTES = 64 * 2 ** 20;
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

function attributesOf(array: ZarrArray): Attributes {
  const out = new Map<string, AttributeValue>();
  for (const [name, raw] of Object.entries(array.attributes)) {
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

/** Copies the part of a chunk that lies in the slab. */
function copyChunk(chunk: ZarrChunk, at: readonly number[], chunks: readonly number[], slab: Slab, out: RawArray) {
  const { start, count } = slab;
  const from = at.map((k, i) => Math.max(k * chunks[i]!, start[i]!));
  const there = at.map((k, i) => Math.min((k + 1) * chunks[i]!, start[i]! + count[i]!) - from[i]!);
  const { data, stride } = chunk;
  const words =
    data instanceof BigInt64Array || data instanceof BigUint64Array ? Float64Array.from(data, Number) : data;
  const within = from.map((n, i) => n - at[i]! * chunks[i]!);
  const strides = stridesOf(count);
  const offset = indexOf(
    from.map((n, i) => n - start[i]!),
    strides,
  );
  copyBox({ words, offset: indexOf(within, stride), strides: stride }, { words: out, offset, strides }, there, 1);
}

const ARRAYS = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: Float64Array,
  uint64: Float64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Reads slabs of one array chunk by chunk, keeping the last ones. */
class ArrayReader {
  readonly #open: Promise<ChunkStore>;
  readonly #array: ZarrArray;
  readonly #where: string;
  readonly #path: string;
  readonly #kept = new Map<string, ZarrChunk>();
  /** Once they are open. */
  chunks: ChunkStore | undefined;

  readonly name: string;

  constructor(path: string, name: string, array: ZarrArray, followed: boolean) {
    this.name = name;
    this.#path = path;
    this.#where = name === "" ? "the array" : `variable ${name}`;
    this.#array = array;
    this.#open = openChunks(join(path, name), array, followed ? undefined : path);
    this.#open.then(
      (chunks) => {
        this.chunks = chunks;
      },
      () => {},
    );
  }

  #fail(what: string, cause: unknown): FormatError {
    const codec = unknownCodec(cause);
    if (codec !== undefined) {
      const packed = `${this.#where} is packed by ${codec}, a codec that is not read here`;
      return new FormatError(this.#path, "zarr", packed, repack, { cause });
    }
    const why = `${what} of ${this.#where} cannot be read (${reasonOf(cause)})`;
    return new FormatError(this.#path, "zarr", why, damaged, { cause });
  }

  async #chunk(at: readonly number[]): Promise<ZarrChunk> {
    const key = at.join(".");
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    let chunk: ZarrChunk;
    try {
      chunk = await (await this.#open).read(at);
    } catch (error) {
      throw this.#fail(at.length === 0 ? "the value" : `chunk ${key}`, error);
    }
    if (this.#array.special === "half") {
      chunk = { ...chunk, data: Float32Array.from(chunk.data as Uint16Array, halfToNumber) };
    }
    this.#kept.set(key, chunk);
    while (this.#kept.size > 1 && this.#kept.size * chunk.data.byteLength > CACHE_BYTES) {
      this.#kept.delete(this.#kept.keys().next().value!);
    }
    return chunk;
  }

  async read(slab: Slab): Promise<RawArray> {
    const { chunks, dtype } = this.#array;
    const total = sizeOf(slab.count);
    if (total * elementSize(dtype) > MAX_SLAB_BYTES) {
      const shown = `[${slab.count.join(", ")}] values`;
      throw new FormatError(this.#path, "zarr", `${shown} of ${this.#where} take over 2 GiB`, "read a smaller part");
    }
    const out = new ARRAYS[dtype as keyof typeof ARRAYS](total);
    if (total === 0) return out;
    const first = slab.start.map((n, i) => Math.floor(n / chunks[i]!));
    const last = slab.start.map((n, i) => Math.floor((n + slab.count[i]! - 1) / chunks[i]!));
    for (const at of positionsBetween(first, last)) copyChunk(await this.#chunk(at), at, chunks, slab, out);
    return out;
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
      const own = attributesOf(array);
      return {
        name: shown(name),
        dtype: array.dtype,
        dims: array.dims.map((dim, i) => qualify(dim, array.shape[i]!, group, arrays)),
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
      read: async (name, slab) => {
        const found = named.find((one) => shown(one.name) === name);
        if (!found || !Object.hasOwn(ARRAYS, found.array.dtype)) {
          throw new FormatError(path, "zarr", `variable ${name} holds no numbers`, "name a numeric variable");
        }
        const reader = readers.get(name) ?? new ArrayReader(path, found.name, found.array, allowExternal);
        readers.set(name, reader);
        all.add(reader);
        return reader.read(slabWithin(`${path}: variable ${name}`, found.array.shape, slab));
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
        const count = [...all].reduce((sum, { chunks }) => sum + (chunks?.absent() ?? 0), 0);
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
