/** Archives averaged over time and space: each average is an event of its own, with tiles and the textures of its frames. */
import { blockMean } from "../../engine/numerics/grid.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { chooseImages, type FoundImage } from "../../generative/data/images/choose.ts";
import { tileShares, tileSource } from "../../generative/data/tiles/tiles.ts";
import { rainUnits } from "../../generative/model/input-scale.ts";
import { type Texture, texturesOf, WINDOW } from "../../generative/model/texture.ts";
import { rainLimits } from "../../io/rain/index.ts";
import { type Archive, type Frame, framesOf } from "./archives.ts";
import { tilesIn } from "./tiles-in.ts";

/** Factors that are learned, and how often each is drawn. */
export const factors = { 2: 0.27, 4: 0.35, 8: 0.28, 16: 0.1 } as const;
export const factorList = Object.keys(factors).map(Number);

/** Side of a tile. */
export const TILE = 64;
/** Most tiles of an event. */
const MOST = 800;
/** Most frames of an event whose texture is measured, the first of each so many that follow each other. */
const TEXTURES = 12;
/** An event with fewer is left out. */
const FEWEST = 4;

/** One average of an archive. */
export interface Event {
  readonly name: string;
  readonly archive: string;
  /** km */
  readonly spacing: number;
  /** Seconds. */
  readonly interval: number;
  /** Rates in mm/h, each [TILE, TILE]; dry pixels are 0. */
  readonly tiles: readonly Float32Array[];
  /** Of the block means of each frame, by factor: as it is, and then smoothed by each width of {@link widths}. */
  readonly textures: readonly Readonly<Record<number, readonly (readonly Texture[])[]>>[];
}

/**
 * Standard deviations of a Gaussian, in cells, that fine fields are smoothed by: fields of models and of analyses are smoother than
 * their cells, in another way each.
 */
export const widths = [0, 0.6, 0.9, 1.3] as const;

/** The events of an archive. @param rng - chooses tiles */
export async function eventsOf(folder: string, archive: Archive, rng: Rng): Promise<Event[]> {
  const gathered = archive.times.flatMap((time) => archive.spaces.map((space) => gather(archive, time, space)));
  const sums = archive.times.map(() => ({ count: 0, values: undefined as Float32Array | undefined }));
  for await (const frame of framesOf(folder, archive)) {
    for (const [k, time] of archive.times.entries()) {
      const sum = sums[k]!;
      if (time > 1) {
        sum.values ??= new Float32Array(frame.values.length);
        for (let i = 0; i < frame.values.length; i++) sum.values[i]! += frame.values[i]! / time;
        if (++sum.count < time) continue;
      }
      for (const one of gathered.filter((g) => g.time === time))
        one.add(time === 1 ? frame : { ...frame, values: sum.values! });
      sums[k] = { count: 0, values: undefined };
    }
  }
  return gathered.flatMap((one) => one.finish(rng));
}

function gather({ name: archive, interval: each, frames }: Archive, time: number, space: number) {
  const apart = Math.ceil(frames / time / TEXTURES);
  const interval = each * time;
  const name = `${archive} ${interval} s x ${space}`;
  const { clutter } = rainLimits(interval);
  const how = rainUnits(interval);
  const images: FoundImage[] = [];
  const cut: Float32Array[] = [];
  const textures = widths.map(
    (): Record<number, Texture[][]> => Object.fromEntries(factorList.map((factor) => [factor, []])),
  );
  let [spacing, frame] = [Number.NaN, 0];
  return {
    time,
    add(whole: Frame) {
      const fine = averaged(whole, space);
      spacing = fine.spacing;
      if (fine.values.length === 0) return;
      const found = tilesIn({ ...fine, shape: [1, ...fine.shape] }, TILE, { wet: how.wet, clutter });
      for (const { values, ...place } of found) {
        images.push(place);
        cut.push(values);
      }
      if (found.length === 0 || frame++ % apart !== 0) return;
      const part = partOf(fine, found);
      for (const [k, width] of widths.entries()) {
        const smooth = width === 0 ? fine : { ...part, values: smoothed(part, width) };
        for (const factor of factorList) {
          const { values, shape } = averaged(smooth, factor);
          textures[k]![factor]!.push([...texturesOf(values, shape as [number, number], WINDOW, how)]);
        }
      }
    },
    finish(rng: Rng): Event[] {
      if (images.length === 0) return [];
      const found = {
        events: [{ name, count: images.length }],
        images,
        frames: frame,
        dropped: { empty: 0, dry: 0, clutter: 0 },
      };
      const { order } = chooseImages(found, tileSource([], { size: TILE }), tileShares(MOST), rng);
      if (order.length < FEWEST) return [];
      return [{ name, archive, spacing, interval, tiles: order.map((n) => cut[n]!), textures }];
    },
  };
}

/** Most cells along a side of a map that is smoothed. */
const PART = 1024;

/** The part of a map that has the most tiles. */
function partOf(map: Frame, found: readonly FoundImage[]): Frame {
  const [height, width] = map.shape as [number, number];
  const [rows, columns] = [Math.min(height, PART), Math.min(width, PART)];
  const inside = (top: number, left: number) =>
    found.filter((one) => one.row >= top && one.row < top + rows && one.column >= left && one.column < left + columns)
      .length;
  const starts = (length: number, side: number) =>
    [0, 1, 2, 3, 4, 5, 6].map((k) => Math.floor((k * (length - side)) / 6));
  const [best] = starts(height, rows)
    .flatMap((top) => starts(width, columns).map((left) => ({ top, left, count: inside(top, left) })))
    .sort((a, b) => b.count - a.count);
  const { top, left } = best!;
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const from = (top + row) * width + left;
    values.set(map.values.subarray(from, from + columns), row * columns);
  }
  return { ...map, values, shape: [rows, columns] };
}

/** Means over whole blocks; what is left over at the end is left out. */
export function averaged(frame: Frame, by: number): Frame {
  if (by === 1) return frame;
  const across = frame.shape[1]!;
  const [height, width] = frame.shape.map((n) => Math.floor(n / by)) as [number, number];
  if (height === 0 || width === 0) return { ...frame, values: new Float32Array(0), shape: [height, width] };
  const whole = new Float32Array(height * by * width * by);
  for (let row = 0; row < height * by; row++) {
    whole.set(frame.values.subarray(row * across, row * across + width * by), row * width * by);
  }
  const values = blockMean(whole, 1, height * by, width * by, by);
  return { values, shape: [height, width], spacing: frame.spacing * by };
}

/** Gaussian means of a map; NaN spreads to where the kernel reaches, and edges are mirrored. */
export function smoothed(
  { values, shape }: ShapedArray & { readonly values: Float32Array },
  width: number,
): Float32Array {
  if (width === 0) return values;
  const reach = Math.ceil(3 * width);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / width) ** 2));
  const total = kernel.reduce((a, b) => a + b, 0);
  const [rows, columns] = shape as [number, number];
  const along = (from: Float32Array, length: number, step: number): Float32Array =>
    from.map((_, at) => {
      const place = Math.floor(at / step) % length;
      let sum = 0;
      for (let k = -reach; k <= reach; k++) {
        const other = place + k < 0 ? -place - k - 1 : place + k >= length ? 2 * length - 1 - place - k : place + k;
        sum += kernel[k + reach]! * from[at + (other - place) * step]!;
      }
      return sum / total;
    });
  return along(along(values, columns, 1), rows, columns);
}
