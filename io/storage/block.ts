/** Row-major blocks of numbers: taking ranges along one dimension, and putting a block into a larger one. */
import { copyBox, indexOf, stridesOf } from "./box.ts";
import { type FieldValues, sizeOf } from "./source.ts";

/** Half-open range of positions along one dimension. */
export type Range = readonly [from: number, to: number];

/** Number of positions of ranges. */
export function lengthOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** Positions as the fewest ranges of neighbours, in their order: 4 5 6 0 1 gives [4, 7) [0, 2). */
export function asRanges(positions: Iterable<number>): Range[] {
  const ranges: [number, number][] = [];
  for (const position of positions) {
    const last = ranges.at(-1);
    if (last?.[1] === position) last[1]++;
    else ranges.push([position, position + 1]);
  }
  return ranges;
}

/** The part of `ranges` between the positions `from` and `to` of what they take. */
export function subRanges(ranges: readonly Range[], [from, to]: Range): Range[] {
  const out: Range[] = [];
  let passed = 0;
  for (const [start, end] of ranges) {
    const low = Math.max(start, start + from - passed);
    const high = Math.min(end, start + to - passed);
    if (low < high) out.push([low, high]);
    passed += end - start;
  }
  return out;
}

/** An array of the same kind and another length. */
export function emptyLike<T extends FieldValues>(values: T, length: number): T {
  return (values instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)) as T;
}

/** Copies ranges along one axis of a row-major array, one after the other. */
export function takeRanges<T extends FieldValues>(
  values: T,
  shape: readonly number[],
  axis: number,
  ranges: readonly Range[],
): T {
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const step = shape[axis]! * inner;
  const out = emptyLike(values, outer * lengthOf(ranges) * inner);
  let at = 0;
  for (let i = 0; i < outer; i++) {
    for (const [from, to] of ranges) {
      out.set(values.subarray(i * step + from * inner, i * step + to * inner), at);
      at += (to - from) * inner;
    }
  }
  return out;
}

/** Copies what ranges take along every axis of a row-major array; where they take all, it is the array itself. */
export function takeBlock<T extends FieldValues>(
  values: T,
  shape: readonly number[],
  ranges: readonly (readonly Range[])[],
): T {
  const sizes = [...shape];
  let part = values;
  for (const [axis, taken] of ranges.entries()) {
    const all = taken.length <= 1 && lengthOf(taken) === sizes[axis];
    if (!all) part = takeRanges(part, sizes, axis, taken);
    sizes[axis] = lengthOf(taken);
  }
  return part;
}

/** Puts a block into a larger array, its first element at `start`. */
export function place(
  block: FieldValues,
  count: readonly number[],
  out: FieldValues,
  shape: readonly number[],
  start: readonly number[],
): void {
  const strides = stridesOf(shape);
  const from = { words: block, offset: 0, strides: stridesOf(count) };
  copyBox(from, { words: out, offset: indexOf(start, strides), strides }, count, 1);
}
