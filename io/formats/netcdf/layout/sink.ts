/** A file that is written piece by piece, and the cutting of data into boxes. */
import type { FieldTemplate, FieldValues } from "../../../field/field.ts";
import { emptyLike, place } from "../../../storage/block.ts";
import { copyBox, indexOf, positionsBetween, stridesOf } from "../../../storage/box.ts";
import { sizeOf } from "../../../storage/source.ts";

/** A file being written. The caller has checked that the parts fit the plan. */
export interface NetcdfSink {
  /** Writes `count` more steps along the streamed dimension, or the whole field where there is none. */
  append(parts: readonly FieldTemplate[], count: number): Promise<void>;
  /** Completes the file; `total` steps were appended. */
  finish(total: number): Promise<void>;
  /** Lets go of the file, complete or not. */
  release(): Promise<void>;
}

/** A box of a row-major array. */
export interface Box {
  readonly values: FieldValues;
  readonly shape: readonly number[];
  readonly start: readonly number[];
  /** Sizes of the box that is filled; where it hangs over the array, NaN. */
  readonly count: readonly number[];
}

/** The values of a box, as a view where they lie together, else copied. */
export function takeBox({ values, shape, start, count }: Box): FieldValues {
  const strides = stridesOf(shape);
  const first = indexOf(start, strides);
  const size = sizeOf(count);
  const inside = count.every((n, i) => start[i]! + n <= shape[i]!);
  const solid = count.findIndex((n) => n > 1);
  const together = solid < 0 || count.slice(solid + 1).every((n, i) => n === shape[solid + 1 + i]);
  if (inside && together) return values.subarray(first, first + size);
  const out = emptyLike(values, size);
  if (!inside) out.fill(Number.NaN);
  const there = count.map((n, i) => Math.min(n, shape[i]! - start[i]!));
  const to = { words: out, offset: 0, strides: stridesOf(count) };
  copyBox({ words: values, offset: first, strides }, to, there, 1);
  return out;
}

/** Starts of the boxes of one size that cover a shape, row-major. */
export function* boxStarts(shape: readonly number[], box: readonly number[]): Generator<number[]> {
  const last = shape.map((n, axis) => Math.ceil(n / box[axis]!) - 1);
  const origin = shape.map(() => 0);
  for (const at of positionsBetween(origin, last)) yield at.map((k, axis) => k * box[axis]!);
}

/**
 * Cuts a stream of stretches into pieces of a given length along one axis, the last of which may be shorter. Pieces are
 * views into the stretch where it holds them whole.
 */
export class Restretcher {
  readonly #axis: number;
  readonly #length: number;
  #kept: { values: FieldValues; shape: readonly number[] } | undefined;
  #filled = 0;

  constructor(axis: number, length: number) {
    this.#axis = axis;
    this.#length = length;
  }

  /** The pieces that are complete with this stretch, as boxes of whole width. */
  *add(values: FieldValues, shape: readonly number[]): Generator<Box> {
    const total = shape[this.#axis]!;
    for (let from = 0; from < total; ) {
      const n = Math.min(this.#length - this.#filled, total - from);
      const box = { values, shape, ...this.#range(shape, from, n) };
      if (n === this.#length) yield box;
      else {
        this.#keep(box, n);
        if (this.#filled === this.#length) yield* this.rest();
      }
      from += n;
    }
  }

  /** The values of an unfinished piece. */
  *rest(): Generator<Box> {
    if (!this.#kept || this.#filled === 0) return;
    const { values, shape } = this.#kept;
    const filled = this.#filled;
    this.#kept = undefined;
    this.#filled = 0;
    yield { values, shape, ...this.#range(shape, 0, filled) };
  }

  #range(shape: readonly number[], from: number, n: number) {
    return {
      start: shape.map((_, i) => (i === this.#axis ? from : 0)),
      count: shape.map((size, i) => (i === this.#axis ? n : size)),
    };
  }

  #keep(box: Box, n: number): void {
    const shape = box.shape.map((size, i) => (i === this.#axis ? this.#length : size));
    const size = sizeOf(shape);
    this.#kept ??= { values: emptyLike(box.values, size), shape };
    place(takeBox(box), box.count, this.#kept.values, shape, shape.map(() => 0).with(this.#axis, this.#filled));
    this.#filled += n;
  }
}
