/** Copies of boxes between arrays that lie in memory, or on disk, with different strides. */

import { Buffer } from "../../engine/platform/bytes.ts";
import { allocate } from "./binary-file.ts";
import type { RawArray } from "./source.ts";

/** Below this many words a loop is faster than a call of `set`. */
const SHORT = 48;
/** The same where the loop sees one type of array. */
const LINES = 512;
/** Bytes between wanted bytes that are read along rather than skipped: about what one more read costs. */
const GAP = 8192;
/** A stretch of at least this many bytes is read straight into its place. */
const LONG = 65536;
/** Most bytes that are read at once to pick from. */
const PIECE = 4 * 2 ** 20;

/** Elements from one position to the next along each dimension of a row-major array. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Positions from `first` to `last`, both included, the last dimension running fastest; none where one is behind the other. */
export function* positionsBetween(first: readonly number[], last: readonly number[]): Generator<number[]> {
  if (first.some((n, axis) => n > last[axis]!)) return;
  const at = [...first];
  for (let axis = 0; axis >= 0; ) {
    yield [...at];
    for (axis = at.length - 1; axis >= 0; axis--) {
      if (++at[axis]! <= last[axis]!) break;
      at[axis] = first[axis]!;
    }
  }
}

/** Index of a position in an array of these strides. */
export const indexOf = (at: readonly number[], strides: readonly number[]): number =>
  at.reduce((sum, n, axis) => sum + n * strides[axis]!, 0);

/** Sees bytes as words of 1, 2 or 4 bytes; 8-byte elements are pairs of words. */
export function asWords(bytes: Uint8Array, size: number): Uint8Array | Uint16Array | Uint32Array {
  const { buffer, byteOffset, length } = bytes;
  if (size === 1) return bytes;
  return size === 2
    ? new Uint16Array(buffer, byteOffset, length >> 1)
    : new Uint32Array(buffer, byteOffset, length >> 2);
}

/** Placement of a box in an array: offset of its first element and strides, in words. */
export interface Placement {
  readonly words: RawArray;
  readonly offset: number;
  readonly strides: readonly number[];
}

/**
 * Copies a box.
 * @param count - elements along each dimension
 * @param width - words of one element
 */
export function copyBox(from: Placement, to: Placement, count: readonly number[], width: number): void {
  if (count.includes(0)) return;
  // Trailing dimensions that are dense on both sides form one run.
  let axes = count.length;
  let run = width;
  while (axes > 0 && (count[axes - 1] === 1 || (from.strides[axes - 1] === run && to.strides[axes - 1] === run))) {
    run *= count[--axes]!;
  }
  const source = from.words;
  const target = to.words;
  const visit = (axis: number, at: number, into: number): void => {
    if (axis === axes) {
      if (run < SHORT) for (let i = 0; i < run; i++) target[into + i] = source[at + i]!;
      else target.set(source.subarray(at, at + run), into);
      return;
    }
    const n = count[axis]!;
    const step = from.strides[axis]!;
    const stride = to.strides[axis]!;
    if (axis === axes - 1 && run < LINES && source instanceof Uint32Array && target instanceof Uint32Array)
      copyLines(source, at, step, target, into, stride, n, run);
    else if (axis === axes - 1 && run < SHORT) {
      for (let i = 0, a = at, b = into; i < n; i++, a += step, b += stride) {
        for (let k = 0; k < run; k++) target[b + k] = source[a + k]!;
      }
    } else {
      for (let i = 0; i < n; i++) visit(axis + 1, at + i * step, into + i * stride);
    }
  };
  visit(0, from.offset, to.offset);
}

/** Lines of words: a function of its own, so that it sees one type of array. */
function copyLines(
  source: Uint32Array,
  at: number,
  step: number,
  target: Uint32Array,
  into: number,
  stride: number,
  lines: number,
  words: number,
): void {
  for (let line = 0; line < lines; line++) {
    const a = at + line * step;
    const b = into + line * stride;
    for (let k = 0; k < words; k++) target[b + k] = source[a + k]!;
  }
}

/** Layout of an array in a file, in bytes. */
export interface FileLayout {
  /** Offset of its first element. */
  readonly begin: number;
  /** From one position to the next along each dimension. */
  readonly strides: readonly number[];
  /** Of one element: 1, 2, 4 or 8. */
  readonly size: number;
}

/**
 * Reads a box of an array that lies in a file with constant strides. Stretches that lie close together are read in
 * one piece of bounded size and picked from; memory is that of the box and of one piece.
 *
 * @param read - fills the target with the file's bytes from a position on
 * @param into - memory for the result, of its size, if it is not to be new
 * @returns the bytes of the box, row-major
 */
export function readBox(
  read: (target: Uint8Array, position: number) => void,
  layout: FileLayout,
  start: readonly number[],
  count: readonly number[],
  into?: Uint8Array,
): Uint8Array {
  const { size, strides } = layout;
  const rank = count.length;
  const out = into ?? allocate(count.reduce((a, b) => a * b, size));
  if (out.length === 0) return out;
  // Bytes from the first to behind the last wanted byte of the dimensions from `axis` on, here and in the result.
  const span = new Array<number>(rank + 1).fill(size);
  const dense = new Array<number>(rank + 1).fill(size);
  let near = rank;
  let solid = rank;
  for (let axis = rank - 1; axis >= 0; axis--) {
    span[axis] = span[axis + 1]! + (count[axis]! - 1) * strides[axis]!;
    dense[axis] = dense[axis + 1]! * count[axis]!;
    const long = span[axis + 1] === dense[axis + 1] && dense[axis + 1]! >= LONG;
    const close = strides[axis]! - span[axis + 1]! <= GAP && !long;
    if (near === axis + 1 && (count[axis] === 1 || close)) near = axis;
    if (solid === axis + 1 && span[axis] === dense[axis]) solid = axis;
  }
  const word = Math.min(size, 4);
  const target = asWords(out, size);
  let scratch: Buffer | undefined;
  const inWords = (bytes: readonly number[]) => bytes.map((b) => b / word);

  /** Reads `steps` positions of one dimension and all of those after it in one piece. */
  const pick = (axis: number, position: number, into: number, steps: number): void => {
    const length = span[axis + 1]! + (steps - 1) * strides[axis]!;
    scratch ??= Buffer.allocUnsafeSlow(Math.min(PIECE, span[near]!));
    read(scratch.subarray(0, length), position);
    const from = { words: asWords(scratch, size), offset: 0, strides: inWords(strides.slice(axis)) };
    const to = { words: target, offset: into / word, strides: inWords(dense.slice(axis + 1)) };
    copyBox(from, to, [steps, ...count.slice(axis + 1)], size / word);
  };
  const visit = (axis: number, position: number, into: number): void => {
    if (axis >= solid) {
      read(out.subarray(into, into + dense[axis]!), position);
      return;
    }
    const step = strides[axis]!;
    const fitting = axis < near || span[axis + 1]! > PIECE ? 0 : 1 + Math.floor((PIECE - span[axis + 1]!) / step);
    for (let i = 0; i < count[axis]!; ) {
      const at = position + i * step;
      const steps = Math.min(fitting, count[axis]! - i);
      if (steps > 0) pick(axis, at, into + i * dense[axis + 1]!, steps);
      else visit(axis + 1, at, into + i * dense[axis + 1]!);
      i += Math.max(steps, 1);
    }
  };
  visit(
    0,
    start.reduce((sum, at, axis) => sum + at * strides[axis]!, layout.begin),
    0,
  );
  return out;
}
