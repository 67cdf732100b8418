/**
 * The only importer of zarrita: decodes and encodes single chunks of an array in a folder. Its codecs are guarded here:
 * what a chunk claims to hold is compared with what its array says before memory is given to it, deflate goes through
 * Node, and checksums are checked.
 */

import * as zarr from "zarrita";
import { causeOf } from "../../../engine/causes.ts";
import { BackendError } from "../../../engine/errors.ts";
import { temporaryNames, tidyOnce } from "../../../engine/files/temporary.ts";
import { contentStamp } from "../../../engine/files/watch.ts";
import { requireMemory } from "../../../engine/numerics/wasm-code.ts";
import { adler32 } from "../../../engine/platform/checksums.ts";
import { crc32, deflateSync, gunzipSync, gzipSync, inflateSync } from "../../../engine/platform/compression.ts";
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "../../../engine/platform/files.ts";
import { basename, dirname, join } from "../../../engine/platform/paths.ts";
import { stridesOf } from "../../storage/box.ts";
import type { RawArray } from "../../storage/source.ts";
import { stayWithin, writeWithin } from "../../storage/within.ts";
import { unzstd, zstdFrame } from "../../storage/zstd.ts";
import { crc32c, xxh64 } from "./checksums.ts";
import type { ZarrArray } from "./metadata.ts";
import { AbsentFiles, isMissing, type WrittenChunks, writtenBetween } from "./written-files.ts";

/** One decoded chunk: its elements and the step from one to the next along each dimension. */
export interface ZarrChunk {
  readonly data: RawArray | BigInt64Array | BigUint64Array;
  readonly stride: readonly number[];
}

/** Elements that chunks are written from. */
export type ChunkData = Float32Array | Float64Array | Int32Array | BigInt64Array;

/** Reads and writes the chunks of one array. */
export interface ChunkStore {
  /** The chunk at a position of the chunk grid; what was never written is full of the fill value. */
  read(at: readonly number[]): Promise<ZarrChunk>;
  /** Writes a whole chunk, row-major; the file appears whole or not at all, but in a store that is still hidden. */
  write(at: readonly number[], data: ChunkData): Promise<void>;
  /** Files of chunks that were asked for and are not there. */
  absent(): number;
  /** Files of many chunks from one position to another; one that comes later is a change. Undefined: not worth a list. */
  written(first: readonly number[], last: readonly number[]): WrittenChunks | undefined;
  /** A file that was read and is another one since; undefined where none is. */
  changed(): string | undefined;
}

const { registry: codecs } = zarr;

type Entry = Awaited<ReturnType<NonNullable<ReturnType<typeof codecs.get>>>>;
type Meta = Parameters<Entry["fromConfig"]>[1];
type Bytes = Uint8Array;

/** Bytes for the headers of codecs within codecs. */
const SLACK = 4096;

/** Throws the error of this library that zarrita wrapped, or the error as it is. */
function typed(error: unknown): never {
  throw causeOf(error, BackendError) ?? error;
}

function expectedBytes(meta: Meta): number {
  const bits = /(?<!\d)(\d+)$/.exec(meta.dataType)?.[1] ?? "8";
  return meta.shape.reduce((a, b) => a * b, Number(bits) / 8);
}

function refuse(claimed: number, limit: number): never {
  throw new Error(`it claims to hold ${claimed} bytes; expected ${limit}`);
}

/**
 * Size that a Zstandard frame claims (RFC 8878, 3.1.1.1); undefined where it does not say.
 * @throws Error unless the frame ends where its bytes end: on one byte more the decoder of numcodecs never ends, and a
 * second frame has a size of its own
 */
function zstdSize(bytes: Bytes): number | undefined {
  if (bytes.length < 6) throw new Error(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== 0xfd2fb528) throw new Error("it does not begin like Zstandard");
  const descriptor = bytes[4]!;
  const single = (descriptor >> 5) & 1;
  const at = 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!;
  const width = [single, 2, 4, 8][descriptor >> 6]!;
  if (at + width > bytes.length) throw new Error("its header is cut off");
  const end = zstdEnd(bytes, at + width);
  if (end !== bytes.length) throw new Error(`its frame has ${end} bytes, it has ${bytes.length}`);
  if (width === 1) return bytes[at];
  if (width === 2) return view.getUint16(at, true) + 256;
  if (width === 4) return view.getUint32(at, true);
  return width === 8 ? Number(view.getBigUint64(at, true)) : undefined;
}

/** End of a frame of Zstandard whose blocks begin at a place (RFC 8878, 3.1.1.2). */
function zstdEnd(bytes: Bytes, start: number): number {
  let at = start;
  for (let last = false; !last; ) {
    if (at + 3 > bytes.length) throw new Error("it is cut off");
    const head = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    last = (head & 1) !== 0;
    const repeats = ((head >> 1) & 3) === 1;
    at += 3 + (repeats ? 1 : head >> 3);
  }
  return at + (frameHasChecksum(bytes) ? 4 : 0);
}

/** The decoder of numcodecs copies a frame byte by byte and its content twice. */
async function unpackedZstd(frame: Bytes, claimed: number): Promise<Bytes> {
  const content = await unzstd(frame, claimed).catch((cause: unknown) => {
    throw cause instanceof BackendError ? cause : new Error(`zstd codec error: ${String(cause)}`, { cause });
  });
  if (content.length === claimed) return content;
  throw new Error(`zstd codec error: its frame holds ${content.length} of ${claimed} bytes, or fails its checksum`);
}

function bloscSize(bytes: Bytes): number {
  if (bytes.length < 16) throw new Error(`it has ${bytes.length} bytes, less than the header of Blosc`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packed = view.getUint32(12, true);
  if (packed !== bytes.length) throw new Error(`its header says ${packed} bytes, it has ${bytes.length}`);
  return view.getUint32(4, true);
}

function lz4Size(bytes: Bytes): number {
  if (bytes.length < 4) throw new Error(`it has ${bytes.length} bytes`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}

/** Bit of the descriptor that says that a frame of Zstandard ends with a checksum of its content. */
const HAS_CHECKSUM = 4;

/** True if a frame of Zstandard ends with a checksum of its content. */
export const frameHasChecksum = (frame: Bytes): boolean => frame.length > 4 && (frame[4]! & HAS_CHECKSUM) !== 0;

/** A frame of Zstandard with the checksum of its content, which all decoders of the format look at (RFC 8878, 3.1.1). */
function withChecksum(frame: Bytes, content: Bytes): Bytes {
  const out = appended(frame, Number(xxh64(content) & 0xffffffffn));
  out[4]! |= HAS_CHECKSUM;
  return out;
}

/** Work in the place of a codec of zarrita, or after it. */
interface Replaced {
  /** Done to what the codec has packed, unless the metadata ask for no checksum. */
  readonly finish?: (packed: Bytes, content: Bytes) => Bytes;
  /** In the place of the codec's own encoder, by the level of the metadata. */
  readonly pack?: ((content: Bytes, level: number, checksum: boolean) => Bytes) | undefined;
  /** In the place of the codec's own decoder. */
  readonly unpack?: (packed: Bytes, claimed: number) => Promise<Bytes>;
}

/** A codec of zarrita that is asked to decode only what fits. */
function guard(
  name: string,
  sizeOf: (bytes: Bytes) => number | undefined,
  { finish, pack, unpack }: Replaced = {},
): () => Promise<Entry> {
  const load = codecs.get(name)!;
  return async () => {
    if (pack === undefined) requireMemory(`the codec ${name}`);
    const inner = pack === undefined || unpack === undefined ? await load() : undefined;
    return {
      kind: "bytes_to_bytes",
      fromConfig: (config, meta) => {
        const codec = inner?.fromConfig(config, meta);
        const limit = expectedBytes(meta);
        const { checksum, level } = (config ?? {}) as { readonly checksum?: unknown; readonly level?: unknown };
        const plain = finish === undefined || checksum === false;
        return {
          kind: "bytes_to_bytes",
          encode: async (bytes: Bytes) => {
            if (pack) return pack(bytes, typeof level === "number" ? Math.max(1, level) : 1, checksum !== false);
            const packed = await codec!.encode(bytes);
            return plain ? packed : finish(packed, bytes);
          },
          decode: (bytes: Bytes) => {
            const claimed = sizeOf(bytes);
            if (claimed === undefined) throw new Error("it does not say how much it holds");
            if (claimed > limit + SLACK) refuse(claimed, limit);
            return unpack === undefined ? codec!.decode(bytes) : unpack(bytes, claimed);
          },
        };
      },
    };
  };
}

type Deflate = (bytes: Bytes, options: { level?: number }) => Bytes;
type Inflate = (bytes: Bytes, options: { maxOutputLength: number }) => Bytes;

function deflate(pack: Deflate, unpack: Inflate): () => Promise<Entry> {
  return async () => ({
    kind: "bytes_to_bytes",
    fromConfig: (config, meta) => {
      const level = (config as { level?: unknown } | undefined)?.level;
      return {
        kind: "bytes_to_bytes",
        encode: (bytes: Bytes) => pack(bytes, typeof level === "number" ? { level } : {}),
        decode: (bytes: Bytes) => unpack(bytes, { maxOutputLength: expectedBytes(meta) + SLACK }),
      };
    },
  });
}

/** Bytes with a number of 32 bits behind them. */
function appended(bytes: Bytes, sum: number): Uint8Array {
  const out = new Uint8Array(bytes.length + 4);
  out.set(bytes);
  new DataView(out.buffer).setUint32(bytes.length, sum, true);
  return out;
}

/**
 * Checksums: four bytes behind what they are of, or, of numcodecs, before it unless the metadata say otherwise; those
 * are only read.
 */
function checked(name: string, sum: (bytes: Bytes) => number, isOfNumcodecs = true): Entry {
  return {
    kind: "bytes_to_bytes",
    fromConfig: (config) => {
      const behind = !isOfNumcodecs || (config as { location?: unknown } | undefined)?.location === "end";
      return {
        kind: "bytes_to_bytes",
        encode: (bytes: Bytes) => {
          if (isOfNumcodecs) throw new Error(`checksums of ${name} are not written`);
          return appended(bytes, sum(bytes));
        },
        decode: (bytes: Bytes) => {
          if (bytes.length < 4) throw new Error("it is too short for its checksum");
          const body = behind ? bytes.subarray(0, -4) : bytes.subarray(4);
          const at = bytes.byteOffset + (behind ? body.length : 0);
          if (new DataView(bytes.buffer, at, 4).getUint32(0, true) !== sum(body))
            throw new Error(`its checksum (${name}) is wrong`);
          return isOfNumcodecs ? new Uint8Array(body) : body;
        },
        computeEncodedSize: (size: number) => size + 4,
      };
    },
  };
}

/** Values were rounded before they were stored: there is nothing to undo. */
const quantized: Entry = {
  kind: "array_to_array",
  fromConfig: () => ({
    kind: "array_to_array",
    encode: () => {
      throw new Error("values are not quantized here");
    },
    decode: (chunk: unknown) => chunk as never,
  }),
};

const own = {
  zstd: guard("zstd", zstdSize, { finish: withChecksum, pack: zstdFrame, unpack: unpackedZstd }),
  blosc: guard("blosc", bloscSize),
  lz4: guard("lz4", lz4Size),
  gzip: deflate(gzipSync, gunzipSync),
  zlib: deflate(deflateSync, inflateSync),
};
for (const [name, load] of Object.entries(own)) {
  codecs.set(name, load);
  codecs.set(`numcodecs.${name}`, load);
}
codecs.set("crc32c", async () => checked("CRC-32C", crc32c, false));
for (const prefix of ["", "numcodecs."]) {
  codecs.set(`${prefix}crc32`, async () => checked("CRC-32", crc32));
  codecs.set(`${prefix}adler32`, async () => checked("Adler-32", adler32));
  codecs.set(`${prefix}quantize`, async () => quantized);
}

/** The codec that zarrita does not know, where an error says so. */
export function unknownCodec(error: unknown): string | undefined {
  return causeOf(error, zarr.UnknownCodecError)?.codec.replace("numcodecs.", "");
}

/** Message of a codec about bytes that it cannot decode, in one line and without the names of C++'s exceptions. */
export function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const [line = ""] = (inner instanceof Error ? inner.message : String(inner)).split("\n");
  return line.replace(/^std::\w+[,:]?\s*/, "") || "its codec fails";
}

/**
 * Writes a file under another name, then renames it.
 * @param folder - where the other name lies, on the same disk. @defaultValue the file's own
 */
export function replaceFile(path: string, content: string | Uint8Array, folder: string = dirname(path)): void {
  mkdirSync(dirname(path), { recursive: true });
  tidyOnce(folder);
  const temporary = join(folder, temporaryNames(basename(path)).fresh);
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    // On a full disk what was begun takes room that others need.
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes files of a folder that nobody looks into before all are there: in place, and each folder made once. */
function freshWriter(folder: string): (path: string, content: Uint8Array) => void {
  const made = new Set([folder]);
  const make = (path: string): void => {
    if (made.has(path)) return;
    make(dirname(path));
    mkdirSync(path, { recursive: true });
    made.add(path);
  };
  return (path, content) => {
    make(dirname(path));
    writeFileSync(path, content);
  };
}

/** The folder of one array as zarrita wants it; the metadata come from `document`, not from the disk. */
function storeOf(folder: string, document: Uint8Array, { within, isFresh = false }: ChunkPlace) {
  const write = isFresh ? freshWriter(folder) : (path: string, value: Uint8Array) => replaceFile(path, value, folder);
  const check = within === undefined ? () => {} : stayWithin(within);
  const checkTarget = within === undefined ? () => {} : writeWithin(within);
  const at = (key: string) => join(folder, key.slice(1));
  // Of what is not there too: it may come.
  const seen = new Map<string, string | undefined>();
  const see = (key: string): void => {
    if (!seen.has(key)) seen.set(key, contentStamp(at(key)));
  };
  return {
    check,
    absent: () =>
      [...seen].filter(([key, stamp]) => stamp === undefined && !/(^|\/)(zarr\.json|\.z\w+)$/.test(key)).length,
    changed: () => {
      for (const [key, stamp] of seen) if (contentStamp(at(key)) !== stamp) return at(key);
      return undefined;
    },
    get: (key: string): Uint8Array | undefined => {
      if (key === "/zarr.json" || key === "/.zarray") return document;
      see(key);
      try {
        check(at(key));
        return readFileSync(at(key));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    getRange: (key: string, range: zarr.RangeQuery): Uint8Array | undefined => {
      let file: number;
      see(key);
      try {
        check(at(key));
        file = openSync(at(key), "r");
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
      try {
        const { size } = fstatSync(file);
        const [offset, length] =
          "offset" in range ? [range.offset, range.length] : [size - range.suffixLength, range.suffixLength];
        if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
          throw new Error(`its shard ${key} has ${size} bytes; bytes ${offset} to ${offset + length} are asked for`);
        }
        const bytes = new Uint8Array(length);
        readSync(file, bytes, 0, length, offset);
        return bytes;
      } finally {
        closeSync(file);
      }
    },
    set: (key: string, value: Uint8Array): void => {
      checkTarget(at(key));
      seen.delete(key);
      write(at(key), value);
    },
  };
}

/** Knowledge of the folder of an array. */
interface ChunkPlace {
  /** A folder that no chunk that is read or written may really lie outside of. @defaultValue it may */
  readonly within?: string | undefined;
  /** True for an array of a store that is written anew under a hidden name. @defaultValue false */
  readonly isFresh?: boolean;
}

/**
 * The chunks of an array that lies in a folder.
 *
 * @throws whatever zarrita throws for metadata that it cannot use.
 */
export async function openChunks(folder: string, array: ZarrArray, place: ChunkPlace = {}): Promise<ChunkStore> {
  // Written in whole chunks only: for zarrita the shape ends on a chunk border, so that it never reads to write.
  const padded = array.shape.map((n, i) => Math.ceil(n / array.chunks[i]!) * array.chunks[i]!);
  const document = new TextEncoder().encode(JSON.stringify({ ...array.document, shape: padded }));
  const store = storeOf(folder, document, place);
  const root = zarr.root(store);
  const opened = array.version === 2 ? zarr.open.v2(root, { kind: "array", attrs: false }) : zarr.open.v3(root);
  const node = (await opened) as zarr.Array<"float64", ReturnType<typeof storeOf>>;
  const total = array.chunks.reduce((a, b) => a * b, 1);
  // What was listed, to see what comes.
  const listed: (() => boolean)[] = [];
  const absent = new AbsentFiles();
  return {
    changed: () => store.changed() ?? (listed.every((isSame) => isSame()) ? undefined : folder),
    absent: () => store.absent() + absent.count,
    written: (first, last) => {
      const list = () => writtenBetween(folder, array, first, last, store.check);
      const found = list();
      const known = String(found?.chunks);
      if (found === undefined) return undefined;
      absent.add(found);
      listed.push(() => String(list()?.chunks) === known);
      return found;
    },
    read: async (at) => {
      const chunk = await node.getChunk([...at]).catch(typed);
      if (chunk.data.length !== total) throw new Error(`it holds ${chunk.data.length} values; expected ${total}`);
      return { data: chunk.data as ZarrChunk["data"], stride: chunk.stride };
    },
    write: async (at, data) => {
      if (at.length === 0) return await zarr.set(node, null, data[0] as number).catch(typed);
      const selection = at.map((k, i) => zarr.slice(k * array.chunks[i]!, (k + 1) * array.chunks[i]!));
      const stride = stridesOf(array.chunks);
      const block = { data: data as unknown as Float64Array, shape: [...array.chunks], stride };
      await zarr.set(node, selection, block).catch(typed);
    },
  };
}
