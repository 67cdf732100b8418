/** Films of a radar with the motion of their coarse fields, and fields that are moved along. */
import { join } from "node:path";
import { type CellMotion, cellMotion } from "../../engine/numerics/cell-motion.ts";
import { blockMean } from "../../engine/numerics/grid.ts";
import type { Motion } from "../../generative/diffusion/time-noise.ts";
import { cellMap } from "../../generative/ensemble/noise-links.ts";
import { openDataset } from "../../io/dataset/index.ts";
import { convertPrecipitation, type Field } from "../../io/field/index.ts";

/** Fine pixels along a side of a coarse cell. */
export const FACTOR = 4;

/** A rectangle of pixels of the whole map. */
export interface Region {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Motion of a whole map from the time before, in cells of {@link FACTOR} pixels. */
export interface MapMotion extends CellMotion {
  readonly columns: number;
}

/** A film of rain in mm/h, with whole cells. */
export interface Film {
  /** (time, y, x). */
  readonly field: Field;
  readonly times: number;
  readonly map: Region;
  /** Coarse rain of a time. */
  coarse(time: number): Float32Array;
  /** From the time before, found once. */
  motion(time: number): MapMotion;
  /** The same as noise follows it. */
  inPixels(time: number): Motion;
}

/** Times of a radar's file. */
export async function readFilm(
  folder: string,
  name: string,
  [from, to]: readonly [number, number | undefined],
): Promise<Film> {
  const data = await openDataset(join(folder, "radar", `${name}.nc`));
  const all = await data.variable();
  const [count, ...sizes] = all.shape as [number, number, number];
  const [height, width] = sizes.map((n) => n - (n % FACTOR)) as [number, number];
  const part = await all.isel({ time: [from, to ?? count], y: [0, height], x: [0, width] }).load();
  data.close();
  return filmOf(convertPrecipitation(part, "mm h-1"));
}

/** @param field - mm/h on (time, y, x), of whole cells */
export function filmOf(field: Field): Film {
  const [times, height, width] = field.shape as [number, number, number];
  const [rows, columns] = [height / FACTOR, width / FACTOR];
  const found = new Map<number, MapMotion>();
  const followed = new Map<number, Motion>();
  const coarse = (time: number) => blockMean(frameOf(field, time), 1, height, width, FACTOR);
  const map = (time: number) => cellMap(coarse(time), rows, columns, 1).values;
  return {
    ...{ field, times, map: { top: 0, left: 0, height, width }, coarse },
    motion(time) {
      const motion = found.get(time) ?? { ...cellMotion(map(time - 1), map(time), rows, columns), columns };
      found.set(time, motion);
      return motion;
    },
    inPixels(time) {
      const { down, right } = this.motion(time);
      const pixels = (all: Float32Array) => all.map((v) => v * FACTOR);
      const motion = followed.get(time) ?? {
        ...{ cell: FACTOR, rows, columns, origin: [0, 0] as const },
        ...{ down: pixels(down), right: pixels(right) },
      };
      followed.set(time, motion);
      return motion;
    },
  };
}

/** Rain of a time, [height, width]. */
export function frameOf({ values, shape }: Field, time: number): Float32Array {
  const plane = shape[1]! * shape[2]!;
  return values.subarray(time * plane, (time + 1) * plane) as Float32Array;
}

/** The part of a map of {@link Region} `of` that lies in `region`. */
export function cut(map: Float32Array, of: Region, region: Region): Float32Array {
  const out = new Float32Array(region.height * region.width);
  for (let y = 0; y < region.height; y++) {
    const start = (region.top - of.top + y) * of.width + region.left - of.left;
    out.set(map.subarray(start, start + region.width), y * region.width);
  }
  return out;
}

/**
 * ln(1 + R/unit) of a map at the time before, moved along to a region: between its pixels, bilinear in the logarithm.
 *
 * @param rain - mm/h of region `of`; NaN is missing
 * @returns NaN where rain comes in from outside of the map, or is missing
 */
export function moved(rain: Float32Array, of: Region, motion: MapMotion, region: Region, unit: number): Float32Array {
  const out = new Float32Array(region.height * region.width).fill(Number.NaN);
  const at = (row: number, column: number) => Math.log1p(rain[row * of.width + column]! / unit);
  for (let y = 0, i = 0; y < region.height; y++) {
    for (let x = 0; x < region.width; x++, i++) {
      const [row, column] = [region.top + y, region.left + x];
      const cell = Math.floor(row / FACTOR) * motion.columns + Math.floor(column / FACTOR);
      const [v, u] = [row - of.top - FACTOR * motion.down[cell]!, column - of.left - FACTOR * motion.right[cell]!];
      const [r, c] = [Math.floor(v), Math.floor(u)];
      if (r < 0 || c < 0 || r + 1 >= of.height || c + 1 >= of.width) continue;
      const [b, a] = [v - r, u - c];
      out[i] = (1 - b) * ((1 - a) * at(r, c) + a * at(r, c + 1)) + b * ((1 - a) * at(r + 1, c) + a * at(r + 1, c + 1));
    }
  }
  return out;
}

/** The window without gaps that has most rain at some times, of those that begin at multiples of `stride`. */
export function rainiest(film: Film, [from, to]: readonly [number, number], side: number, stride: number): Region {
  const { height, width } = film.map;
  let [most, best] = [-1, undefined as Region | undefined];
  const sums = new Float64Array(height * width);
  for (let n = from; n < to; n++) for (const [i, v] of frameOf(film.field, n).entries()) sums[i]! += v;
  for (let top = 0; top + side <= height; top += stride) {
    for (let left = 0; left + side <= width; left += stride) {
      let sum = 0;
      for (let y = top; y < top + side && !Number.isNaN(sum); y++) {
        for (let x = left; x < left + side; x++) sum += sums[y * width + x]!;
      }
      if (sum > most) [most, best] = [sum, { top, left, height: side, width: side }];
    }
  }
  if (best === undefined) throw new RangeError("no window without gaps");
  return best;
}
