/**
 * Values of an HDF5 dataset. Where its storage is understood, the bytes are read and unpacked here, several chunks at
 * a time; else through h5wasm, chunk by chunk. Both ways keep chunks that were used in part.
 */

import { FormatError } from "../../../../engine/errors.ts";
import { Buffer } from "../../../../engine/platform/bytes.ts";
import { dirname, resolve } from "../../../../engine/platform/paths.ts";
import { allocate, type BinaryFile } from "../../../storage/binary-file.ts";
import { asWords, copyBox, indexOf, readBox, stridesOf } from "../../../storage/box.ts";
import type { ChunkCache } from "../../../storage/chunk-cache.ts";
import { type ChunkedArray, readChunks } from "../../../storage/chunked.ts";
import { toNumbers } from "../../../storage/number-types.ts";
import { type DataType, type RawArray, sizeOf } from "../../../storage/source.ts";
import { type ChunkFilter, canUndo, DamagedChunk, undoFilters } from "./filters.ts";
import {
  type ChunkIndex,
  firstRowFrom,
  readChunkIndex,
  readStorage,
  rowOf,
  type StorageInfo,
  virtualSources,
} from "./layout.ts";
import { libraryOf } from "./library.ts";
import { filterName, whyNotThroughHdf5 } from "./plugins.ts";
import type { Entry } from "./walk.ts";

/** Bytes that one call of h5wasm may return: its memory grows and never shrinks. */
const PIECE = 16 * 2 ** 20;

const UNPACK = "unpack it where it was written: `h5repack -f NONE IN OUT`, or `nccopy -d0 IN OUT`";

/** Description of a dataset before its values are read. */
export interface StoredVariable {
  readonly name: string;
  readonly entry: Entry;
  readonly dtype: DataType;
  /** `_FillValue`, where it is one number: what was never written has this value unless HDF5 knows another. */
  readonly fillValue: number | undefined;
  /** Another dataset of the file. */
  readonly beside?: (name: string) => Entry | undefined;
}

/** Bytes of a box in the order of the file or of the machine. */
interface Read {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
}

/** One number as an element of a type. */
function encode(value: number, dtype: DataType, size: number, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(size));
  if (dtype === "float32") view.setFloat32(0, value, littleEndian);
  else if (dtype === "float64") view.setFloat64(0, value, littleEndian);
  else if (Number.isInteger(value)) {
    const bits = BigInt.asUintN(64, BigInt(value));
    if (size === 8) view.setBigUint64(0, bits, littleEndian);
    else if (size === 4) view.setUint32(0, Number(bits & 0xffffffffn), littleEndian);
    else if (size === 2) view.setUint16(0, Number(bits & 0xffffn), littleEndian);
    else view.setUint8(0, Number(bits & 0xffn));
  }
  return new Uint8Array(view.buffer);
}

/** The error for what lies in another file. */
export function notFollowed(path: string, what: string, target: string): FormatError {
  const why = `${what} in another file, ${target}, which is not followed`;
  const way = "allow it for a file that you trust: `allowExternal: true`";
  return new FormatError(path, "hdf5", why, way);
}

/** Reads boxes of one dataset. */
export class DatasetReader {
  readonly #file: BinaryFile;
  readonly #cache: ChunkCache;
  readonly #variable: StoredVariable;
  readonly #shape: readonly number[];
  readonly #size: number;
  readonly #storage: StorageInfo | undefined;
  #index: ChunkIndex | undefined;
  #filters: readonly ChunkFilter[] | undefined;
  #checked = false;

  constructor(file: BinaryFile, cache: ChunkCache, variable: StoredVariable) {
    this.#file = file;
    this.#cache = cache;
    this.#variable = variable;
    const { stored, metadata, own } = variable.entry;
    const { size, chunks } = metadata;
    this.#shape = stored;
    this.#size = size;
    const address = own();
    const storage = address === undefined ? undefined : readStorage(file, address);
    const layout = storage?.layout;
    // Both must see the same layout; h5wasm is right where they do not.
    const agreed =
      layout?.kind === "contiguous"
        ? chunks === null && (layout.begin === undefined || layout.bytes === sizeOf(this.#shape) * size)
        : layout !== undefined && String(layout.chunks) === String(chunks) && layout.size === size;
    this.#storage = agreed ? storage : undefined;
    if (agreed && layout?.kind === "chunked") this.#index = readChunkIndex(file, layout, this.#shape);
  }

  /**
   * Numbers of a box that lies inside what is stored, row-major; `into` is memory of their size that may be used.
   * @throws FormatError if the bytes are damaged, or packed by an unknown filter.
   */
  async numbers(start: readonly number[], count: readonly number[], into?: Uint8Array): Promise<RawArray> {
    const { bytes, littleEndian } = await this.#read(start, count, into);
    return toNumbers(bytes, this.#variable.dtype, littleEndian);
  }

  /** Bytes of a box of single characters. */
  async characters(start: readonly number[], count: readonly number[]): Promise<Uint8Array> {
    return (await this.#read(start, count)).bytes;
  }

  async #read(start: readonly number[], count: readonly number[], into?: Uint8Array): Promise<Read> {
    const layout = this.#storage?.layout;
    const { metadata } = this.#variable.entry;
    if (sizeOf(count) === 0) return { bytes: new Uint8Array(0), littleEndian: true };
    if (layout?.kind === "contiguous" && layout.begin !== undefined) {
      const strides = stridesOf(this.#shape).map((s) => s * this.#size);
      const read = (target: Uint8Array, at: number) => this.#file.read(target, at);
      const bytes = readBox(read, { begin: layout.begin, strides, size: this.#size }, start, count, into);
      return { bytes, littleEndian: metadata.littleEndian };
    }
    const chunks = metadata.chunks ?? undefined;
    if (chunks !== undefined || layout?.kind === "contiguous") {
      this.#filters ??= this.#variable.entry.filters();
      const filters = this.#filters;
      const native = layout?.kind === "contiguous" || (this.#index !== undefined && canUndo(filters));
      const littleEndian = native ? metadata.littleEndian : true;
      const array: ChunkedArray = {
        key: this.#variable.name,
        shape: this.#shape,
        chunks: chunks ?? this.#shape,
        size: this.#size,
        fill: this.#fill(littleEndian),
        fetch: async (position, number, target) => {
          const index = this.#index;
          const row = index === undefined ? undefined : rowOf(index, number);
          if (chunks === undefined || (index !== undefined && row === undefined)) return undefined;
          return native ? this.#unpack(index!, position, row!, filters, target) : this.#ask(position, chunks);
        },
        written: (first, last) => this.#index && this.#written(this.#index, first, last),
      };
      return { bytes: await readChunks(array, this.#cache, start, count, into), littleEndian };
    }
    return { bytes: await this.#pieces(start, count), littleEndian: true };
  }

  /** Chunks of an index between two positions. */
  *#written(index: ChunkIndex, first: readonly number[], last: readonly number[]): Generator<readonly number[]> {
    const { chunks } = this.#variable.entry.metadata;
    const grid = stridesOf(this.#shape.map((n, axis) => Math.ceil(n / chunks![axis]!)));
    const end = firstRowFrom(index, indexOf(last, grid) + 1);
    for (let row = firstRowFrom(index, indexOf(first, grid)); row < end; row++) {
      let rest = index.numbers[row]!;
      const at = grid.map((stride) => {
        const place = Math.floor(rest / stride);
        rest -= place * stride;
        return place;
      });
      if (at.every((n, axis) => n >= first[axis]! && n <= last[axis]!)) yield at;
    }
  }

  /** An element that was never written. */
  #fill(littleEndian: boolean): Uint8Array {
    const { dtype, fillValue, entry } = this.#variable;
    const stored = this.#storage?.fill;
    if (stored?.length === this.#size) {
      const bytes = Uint8Array.from(stored);
      return littleEndian === entry.metadata.littleEndian ? bytes : bytes.reverse();
    }
    return encode(fillValue ?? 0, dtype, this.#size, littleEndian);
  }

  async #unpack(
    index: ChunkIndex,
    position: readonly number[],
    row: number,
    filters: readonly ChunkFilter[],
    target?: Uint8Array,
  ): Promise<Uint8Array> {
    const chunkBytes = sizeOf(this.#variable.entry.metadata.chunks!) * this.#size;
    const packed = this.#file.inTurn(index.positions[row]!, index.sizes[row]!);
    try {
      return await undoFilters(packed, filters, index.masks[row]!, chunkBytes, target);
    } catch (cause) {
      if (!(cause instanceof DamagedChunk)) throw cause;
      throw new FormatError(
        this.#file.path,
        "hdf5",
        `chunk [${position.join(", ")}] of variable ${this.#variable.name} is damaged: ${cause.message}`,
        "fetch or copy the file again",
        { cause },
      );
    }
  }

  /** A chunk through h5wasm, in full size. */
  async #ask(position: readonly number[], chunks: readonly number[]): Promise<Uint8Array> {
    const corner = position.map((p, axis) => p * chunks[axis]!);
    const count = corner.map((c, axis) => Math.min(chunks[axis]!, this.#shape[axis]! - c));
    const bytes = await this.#slice(corner, count);
    const width = this.#size === 8 ? 2 : 1;
    if (sizeOf(count) === sizeOf(chunks)) return bytes;
    const whole = Buffer.allocUnsafeSlow(sizeOf(chunks) * this.#size);
    const from = { words: asWords(bytes, this.#size), offset: 0, strides: stridesOf(count).map((s) => s * width) };
    const to = { words: asWords(whole, this.#size), offset: 0, strides: stridesOf(chunks).map((s) => s * width) };
    copyBox(from, to, count, width);
    return whole;
  }

  async #slice(from: readonly number[], count: readonly number[]): Promise<Uint8Array> {
    let value: unknown;
    let cause: unknown;
    const { entry, name } = this.#variable;
    const dataset = await entry.dataset();
    const library = libraryOf(dataset, this.#file.path);
    this.#checkVirtual();
    // Asked for before: a library that stops over the values answers no more.
    const filters = entry.filters();
    const hopeless = whyNotThroughHdf5(filters);
    if (hopeless !== undefined) throw this.#refuse(`the values of variable ${name} ${hopeless}`);
    library.refused.length = 0;
    try {
      value = from.length === 0 ? dataset.value : dataset.slice(from.map((f, axis) => [f, f + count[axis]!]));
    } catch (error) {
      cause = error;
      library.note(error);
    }
    // What HDF5 cannot find of a virtual dataset, it fills.
    if (library.refused.length > 0) {
      throw notFollowed(this.#file.path, `values of variable ${name} lie`, library.refused[0]!);
    }
    const expected = sizeOf(count) * this.#size;
    if (typeof value === "number" || typeof value === "bigint") return this.#scalar(value);
    if (ArrayBuffer.isView(value) && value.byteLength === expected) {
      return new Uint8Array(value.buffer, value.byteOffset, expected);
    }
    const packed = filters.map(filterName).join(", ");
    const why = `the values of variable ${name} cannot be read: they are damaged`;
    throw this.#refuse(packed ? `${why} (packed by ${packed})` : why, cause);
  }

  /** HDF5 follows a virtual dataset that is made of itself until its memory is damaged. */
  #checkVirtual(): void {
    if (this.#checked) return;
    const { path } = this.#file;
    const isOwn = (file: string) => file === "." || resolve(dirname(path), file) === resolve(path);
    const follow = (entry: Entry, within: readonly number[]): void => {
      const address = entry.own();
      if (address === undefined) return;
      if (within.includes(address)) {
        throw this.#refuse(`variable ${this.#variable.name} is a virtual dataset that is made of itself`);
      }
      const sources = virtualSources(this.#file, address).filter(({ file }) => isOwn(file));
      for (const name of new Set(sources.map((one) => one.dataset))) {
        const next = this.#variable.beside?.(name);
        if (next) follow(next, [...within, address]);
      }
    };
    follow(this.#variable.entry, []);
    this.#checked = true;
  }

  #refuse(why: string, cause?: unknown): FormatError {
    return new FormatError(this.#file.path, "hdf5", why, UNPACK, { cause });
  }

  #scalar(value: number | bigint): Uint8Array {
    const { dtype } = this.#variable;
    if (typeof value === "number") return encode(value, dtype, this.#size, true);
    return new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, value)).buffer);
  }

  /** A box through h5wasm, in pieces along its first dimension. */
  async #pieces(start: readonly number[], count: readonly number[]): Promise<Uint8Array> {
    const [steps = 1] = count;
    const row = sizeOf(count.slice(1)) * this.#size;
    const most = Math.max(1, Math.floor(PIECE / row));
    if (steps <= most) return this.#slice(start, count);
    const out = allocate(steps * row);
    for (let done = 0; done < steps; done += most) {
      const n = Math.min(most, steps - done);
      out.set(await this.#slice([start[0]! + done, ...start.slice(1)], [n, ...count.slice(1)]), done * row);
    }
    return out;
  }
}
