/** Boxes of a chunked array, put together from whole chunks of which several are unpacked at a time. */
import { allocate } from "./binary-file.ts";
import { asWords, copyBox, indexOf, positionsBetween, stridesOf } from "./box.ts";
import type { ChunkCache } from "./chunk-cache.ts";

/** Chunks in flight at once: the threads of Node's pool are four. */
const AT_ONCE = 6;
/** Bytes in flight at once, beyond one chunk. */
const BYTES_AT_ONCE = 32 * 2 ** 20;

/** A chunked array. */
export interface ChunkedArray {
  /** Distinguishes its chunks from those of other arrays in the same cache. */
  readonly key: string;
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  /** Bytes of one element. */
  readonly size: number;
  /** One element of a chunk that was never written. */
  readonly fill: Uint8Array;
  /**
   * Bytes of a chunk, edge chunks in full size, or undefined where it was never written.
   * @param number - in row-major order
   * @param target - where the bytes are wanted, if they are wanted as they are
   * @param lend - given where the bytes are not kept: it may be called with them, in memory that is used again after it
   * returns; the result is then `undefined`
   */
  fetch(
    position: readonly number[],
    number: number,
    target?: Uint8Array,
    lend?: (bytes: Uint8Array) => void,
  ): Promise<Uint8Array | undefined>;
  /** Positions of the chunks from one position to another, both included, that were written, where that is known. */
  written?(first: readonly number[], last: readonly number[]): Iterable<readonly number[]> | undefined;
}

/** Of more chunks than these those that were written are looked up, and the others are not visited. */
export const MANY_CHUNKS = 1000;

/**
 * Reads a box.
 * @param into - memory for the result, of its size, if it is not to be new
 * @returns its bytes, row-major
 */
export async function readChunks(
  array: ChunkedArray,
  cache: ChunkCache,
  start: readonly number[],
  count: readonly number[],
  into?: Uint8Array,
): Promise<Uint8Array> {
  const { shape, chunks, size } = array;
  const out = into ?? allocate(count.reduce((a, b) => a * b, size));
  if (out.length === 0) return out;
  const width = size === 8 ? 2 : 1;
  const grid = shape.map((n, axis) => Math.ceil(n / chunks[axis]!));
  const chunkBytes = chunks.reduce((a, b) => a * b, size);
  const inWords = (strides: readonly number[]) => strides.map((s) => s * width);
  const [outStrides, chunkStrides, gridStrides] = [
    inWords(stridesOf(count)),
    inWords(stridesOf(chunks)),
    stridesOf(grid),
  ];
  const target = asWords(out, size);
  const lowest = start.map((s, axis) => Math.floor(s / chunks[axis]!));
  const highest = start.map((s, axis) => Math.floor((s + count[axis]! - 1) / chunks[axis]!));
  // What is left of the chunks is likely to be wanted next: the next step along time crosses the same.
  const crossed = lowest.reduce((n, low, axis) => n * (highest[axis]! - low + 1), 1);
  if (count.some((n, axis) => n < Math.min(chunks[axis]!, shape[axis]!))) cache.make(crossed * chunkBytes);
  // A window between the edges of chunks may be read again; a box of whole chunks is a part of reading all in turn.
  const aligned = (at: number, axis: number) => at % chunks[axis]! === 0 || at === shape[axis]!;
  const between = !start.every((from, axis) => aligned(from, axis) && aligned(from + count[axis]!, axis));
  const keepsAll = between && cache.holds(crossed * chunkBytes);
  const fill = (had: readonly number[], into: number): void => {
    const one = asWords(new Uint8Array(array.fill), size);
    const to = { words: target, offset: into, strides: outStrides };
    copyBox({ words: one, offset: 0, strides: chunks.map(() => 0) }, to, had, width);
  };
  const written = crossed > MANY_CHUNKS ? array.written?.(lowest, highest) : undefined;
  if (written !== undefined) {
    const [one] = asWords(new Uint8Array(array.fill), size);
    if (size < 8) target.fill(one!);
    else fill(count, 0);
  }

  const place = async (position: readonly number[]): Promise<void> => {
    const origin = position.map((p, axis) => p * chunks[axis]!);
    const from = origin.map((o, axis) => Math.max(0, start[axis]! - o));
    const had = origin.map((o, axis) => Math.min(chunks[axis]!, start[axis]! + count[axis]! - o) - from[axis]!);
    const into = origin.reduce((sum, o, axis) => sum + (o + from[axis]! - start[axis]!) * outStrides[axis]!, 0);
    const number = indexOf(position, gridStrides);
    const key = `${array.key}:${number}`;
    // Edge chunks reach beyond the array: what is wanted of them is all that is there.
    const whole = had.every((n, axis) => n === Math.min(chunks[axis]!, shape[axis]! - origin[axis]!));
    const dense = had.every((n, axis) => n === chunks[axis]! && (axis === 0 || n === count[axis]!));
    const at = (into * size) / width;
    const wanted = dense ? out.subarray(at, at + chunkBytes) : undefined;
    const known = cache.get(key);
    // Memory of the result belongs to the caller.
    const kept = !whole || (keepsAll && wanted === undefined);
    let taken = false;
    const take = (bytes: Uint8Array): void => {
      taken = true;
      if (wanted !== undefined) {
        if (bytes !== wanted) wanted.set(bytes);
        return;
      }
      const to = { words: target, offset: into, strides: outStrides };
      const offset = indexOf(from, chunkStrides);
      copyBox({ words: asWords(bytes, size), offset, strides: chunkStrides }, to, had, width);
    };
    const bytes = known ?? (await array.fetch(position, number, wanted, kept ? undefined : take));
    if (taken) return;
    if (bytes === undefined) return fill(had, into);
    if (known === undefined && kept) cache.add(key, bytes);
    take(bytes);
  };

  const limit = Math.max(1, Math.min(AT_ONCE, Math.floor(BYTES_AT_ONCE / chunkBytes)));
  const left = (written ?? positionsBetween(lowest, highest))[Symbol.iterator]();
  let failure: unknown;
  const work = async (): Promise<void> => {
    for (let next = left.next(); !next.done && failure === undefined; next = left.next()) {
      await place(next.value).catch((error: unknown) => {
        failure ??= error;
      });
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  if (failure !== undefined) throw failure;
  return out;
}
