/** The part of a grid that holds a measure's mass, and the same part on coarser grids. */
import type { Axis } from "./axes.ts";

/** Cells of a box: places along each axis. */
export interface Box {
  readonly shape: readonly number[];
  readonly axes: readonly Axis[];
}

/** A measure on the cells of a box. */
export interface Side extends Box {
  /** Cells of the box with mass, row-major. */
  readonly kept: Int32Array;
  /** Mass of these, > 0. */
  readonly weights: Float64Array;
}

/** A measure, and where its cells are in the whole grid. */
export interface PlacedSide extends Side {
  /** Cells of the whole grid with mass, row-major, in the order of `kept`. */
  readonly cells: Int32Array;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Row-major index to one index an axis. */
function unravel(index: number, shape: readonly number[], into: number[]): number[] {
  let rest = index;
  for (let k = shape.length - 1; k >= 0; k--) {
    into[k] = rest % shape[k]!;
    rest = Math.floor(rest / shape[k]!);
  }
  return into;
}

const ravel = (at: readonly number[], shape: readonly number[]): number =>
  shape.reduce((index, n, k) => index * n + at[k]!, 0);

/** The smallest box around all mass of a grid. */
export function placed(values: Float64Array, shape: readonly number[], axes: readonly Axis[]): PlacedSide {
  const low = shape.map(() => Number.POSITIVE_INFINITY);
  const high = shape.map(() => -1);
  const at = shape.map(() => 0);
  const cells: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (!(values[i]! > 0)) continue;
    cells.push(i);
    unravel(i, shape, at);
    for (let k = 0; k < at.length; k++) {
      low[k] = Math.min(low[k]!, at[k]!);
      high[k] = Math.max(high[k]!, at[k]!);
    }
  }
  const box = low.map((first, k) => high[k]! - first + 1);
  const kept = Int32Array.from(cells, (i) => {
    unravel(i, shape, at);
    return ravel(
      at.map((v, k) => v - low[k]!),
      box,
    );
  });
  const cropped = axes.map(({ at: places, period }, k) => ({ at: places.slice(low[k]!, high[k]! + 1), period }));
  const weights = Float64Array.from(cells, (i) => values[i]!);
  return { shape: box, axes: cropped, kept, weights, cells: Int32Array.from(cells) };
}

/** All cells of a grid as a side without mass, to be shown potentials. */
export function wholeGrid(shape: readonly number[], axes: readonly Axis[]): Side {
  const kept = Int32Array.from({ length: sizeOf(shape) }, (_, i) => i);
  return { shape, axes, kept, weights: new Float64Array(kept.length) };
}

/** Neighbours two by two along every axis: masses added, places between. */
export function halved({ shape, axes, kept, weights }: Side): Side {
  const coarse = shape.map((n) => Math.ceil(n / 2));
  const places = axes.map(({ at, period }, k) => {
    const mean = Float64Array.from({ length: coarse[k]! }, (_, i) =>
      2 * i + 1 < at.length ? (at[2 * i]! + at[2 * i + 1]!) / 2 : at[2 * i]!,
    );
    return { at: mean, period };
  });
  const mass = new Float64Array(sizeOf(coarse));
  const at = shape.map(() => 0);
  for (let i = 0; i < kept.length; i++) {
    unravel(kept[i]!, shape, at);
    for (let k = 0; k < at.length; k++) at[k] = at[k]! >> 1;
    mass[ravel(at, coarse)]! += weights[i]!;
  }
  const some = Int32Array.from(mass.keys()).filter((i) => mass[i]! > 0);
  return { shape: coarse, axes: places, kept: some, weights: Float64Array.from(some, (i) => mass[i]!) };
}

/** Largest distance of neighbouring cells along any axis. */
export function widestStep({ axes }: Box): number {
  let widest = 0;
  for (const { at } of axes)
    for (let i = 1; i < at.length; i++) widest = Math.max(widest, Math.abs(at[i]! - at[i - 1]!));
  return widest;
}
