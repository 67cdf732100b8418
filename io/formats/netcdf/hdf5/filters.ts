/**
 * HDF5's filters deflate, shuffle, Fletcher-32 and Blosc, undone; deflate runs on Node's thread pool. The only importer
 * of numcodecs.
 */

import { requireMemory } from "../../../../engine/numerics/wasm-code.ts";
import { Buffer } from "../../../../engine/platform/bytes.ts";
import { inflate, inflateLent, inflateSync } from "../../../../engine/platform/compression.ts";
import { unshuffle } from "./unshuffle.ts";

/** A filter of a dataset as HDF5 numbers it (H5Zpublic.h), in the order of writing. */
export interface ChunkFilter {
  readonly id: number;
  /** Its parameters; of shuffle, the bytes of one element. */
  readonly cd_values: readonly number[];
}

const DEFLATE = 1;
const SHUFFLE = 2;
const FLETCHER32 = 3;
const BLOSC = 32001;
/** Of the codecs inside Blosc, the one that numcodecs lacks. */
const SNAPPY = 3;
/** Smaller chunks are inflated at once: handing them over takes longer. */
const SMALL = 16384;

/** True if all filters can be undone here. */
export function canUndo(filters: readonly ChunkFilter[]): boolean {
  return filters.every(({ id, cd_values }) => {
    return id === DEFLATE || id === SHUFFLE || id === FLETCHER32 || (id === BLOSC && cd_values[6] !== SNAPPY);
  });
}

/** HDF5's Fletcher-32 sum: over pairs of bytes, high byte first. */
export function fletcher32(bytes: Uint8Array): number {
  let [one, two] = [0, 0];
  const pairs = bytes.length >> 1;
  for (let i = 0; i < pairs; ) {
    // So many sums stay below 2^32.
    const end = Math.min(pairs, i + 360);
    for (; i < end; i++) {
      one += (bytes[2 * i]! << 8) | bytes[2 * i + 1]!;
      two += one;
    }
    one = (one & 0xffff) + (one >>> 16);
    two = (two & 0xffff) + (two >>> 16);
  }
  if (bytes.length % 2 === 1) {
    one += bytes[bytes.length - 1]! << 8;
    two += one;
    one = (one & 0xffff) + (one >>> 16);
    two = (two & 0xffff) + (two >>> 16);
  }
  one = (one & 0xffff) + (one >>> 16);
  two = (two & 0xffff) + (two >>> 16);
  return ((two << 16) | one) >>> 0;
}

function unzip(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  // One output buffer that is never full: a full one would be followed by another. Deflate packs 1032 times at most.
  const room = Math.min(most, 1032 * bytes.length) + 64;
  const options = { chunkSize: room, maxOutputLength: Math.max(1, most) };
  if (most <= SMALL) return Promise.resolve(inflateSync(bytes, options));
  return new Promise((resolve, reject) => {
    inflate(bytes, options, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

/** A buffer of Blosc 1, whose header (C-Blosc's README_CHUNK_FORMAT) says how long it is packed and unpacked. */
async function unblosc(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  if (bytes.length < 16) throw new DamagedChunk("it is shorter than a header of Blosc");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [unpacked, packed] = [view.getUint32(4, true), view.getUint32(12, true)];
  if (packed !== bytes.length || unpacked > most) {
    throw new DamagedChunk(`its Blosc header says ${packed} bytes that unpack to ${unpacked}`);
  }
  requireMemory("Blosc");
  blosc ??= import("numcodecs/blosc").then(({ default: Blosc }) => Blosc.fromConfig({ id: "blosc" }));
  try {
    return await (await blosc).decode(bytes);
  } catch (cause) {
    throw new DamagedChunk("it cannot be unpacked by Blosc", { cause });
  }
}

let blosc: Promise<{ decode(bytes: Uint8Array): Uint8Array | Promise<Uint8Array> }> | undefined;

/** A chunk does not unpack to what it should. */
export class DamagedChunk extends Error {
  override readonly name = "DamagedChunk";
}

/**
 * Undoes the filters of one chunk.
 *
 * @param length - bytes of the whole chunk
 * @param mask - bit i set: filter i was skipped
 * @param target - where the result is wanted; a new array by default
 * @throws DamagedChunk where the bytes do not unpack, fail their checksum, or have another length
 */
export async function undoFilters(
  bytes: Uint8Array,
  filters: readonly ChunkFilter[],
  mask: number,
  length: number,
  target?: Uint8Array,
): Promise<Uint8Array> {
  let result = bytes;
  let placed = false;
  const sums = filters.filter(({ id }) => id === FLETCHER32).length;
  const most = length + 4 * sums;
  const shuffled = (plain: Uint8Array, size: number, last: boolean): Uint8Array => {
    if (plain.length > most) throw new DamagedChunk(`it holds more than ${length} bytes`);
    placed = last && target !== undefined && plain.length === length;
    const into = placed ? target! : Buffer.allocUnsafeSlow(plain.length);
    unshuffle(plain, into, size);
    return into;
  };
  const skips = (i: number) => ((mask >>> i) & 1) === 1;
  for (let i = filters.length - 1; i >= 0; i--) {
    if (skips(i)) continue;
    const { id, cd_values } = filters[i]!;
    if (id === FLETCHER32) {
      const data = result.subarray(0, Math.max(0, result.length - 4));
      const end = result.length - 4;
      const found = end < 0 ? undefined : new DataView(result.buffer, result.byteOffset).getUint32(end, true);
      const sum = fletcher32(data);
      // HDF5 before 1.6.3 wrote the bytes of each half the other way round.
      const swapped = (((sum & 0xff00ff) << 8) | ((sum >>> 8) & 0xff00ff)) >>> 0;
      if (found !== sum && found !== swapped) throw new DamagedChunk("its checksum is wrong");
      result = data;
    } else if (id === DEFLATE) {
      const { id: next, cd_values: [size = 1] = [] } = filters[i - 1] ?? {};
      try {
        if (next === SHUFFLE && size > 1 && !skips(i - 1) && most > SMALL) {
          result = await inflateLent(result, most, (plain) => shuffled(plain, size, i === 1));
          i--;
        } else result = await unzip(result, most);
      } catch (cause) {
        if (cause instanceof DamagedChunk) throw cause;
        throw new DamagedChunk("it cannot be inflated", { cause });
      }
    } else if (id === BLOSC) {
      result = await unblosc(result, most);
    } else if (id === SHUFFLE && (cd_values[0] ?? 1) > 1) {
      result = shuffled(result, cd_values[0]!, i === 0);
    }
  }
  if (result.length !== length) throw new DamagedChunk(`it holds ${result.length} bytes instead of ${length}`);
  if (target !== undefined && !placed) target.set(result);
  return target ?? result;
}
