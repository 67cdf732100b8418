/**
 * Tiles of rain for training and validating a downscaler: cut from frames of [time, height, width] rain rates without
 * overlap, free of gaps, mostly wet. Events go whole to one archive, since frames of one event resemble each other.
 */
import { checkWhole } from "../../../engine/checks.ts";
import { defined } from "../../../engine/defined.ts";
import { DomainError, ShapeError } from "../../../engine/errors.ts";
import { checkShape, type ShapedArray } from "../../../engine/numerics/shaped-array.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import {
  type EventTiles,
  type ImageEvent,
  type ImageFrame,
  type ImagePlace,
  type ImageSource,
  usualShares,
} from "../images/choose.ts";
import { type Images, ImagesInMemory } from "../images/images.ts";
import { imagesInMemory } from "../images/take.ts";

/** Rain rates of one event in mm/h, [time, height, width], or a piece of them: the pieces of an event follow each other. */
export interface RainFrames extends ShapedArray {
  /** Gaps are NaN. */
  readonly values: Float32Array;
  /** Names the event in messages and counts. */
  readonly name: string;
  /** Of a piece: frames of its event before it; where that is more than 0, it goes on with the event before. @defaultValue 0 */
  readonly first?: number;
  /** Most tiles taken from this event. @defaultValue that of the options */
  readonly limit?: number;
  /** Rates below this, in mm/h, are dry in this event. @defaultValue that of the options */
  readonly wetThreshold?: number;
  /** Tiles of this event with a higher rate, in mm/h, are clutter. @defaultValue that of the options */
  readonly largestRate?: number;
}

export interface TileOptions {
  /** Height and width of a tile in pixels. @defaultValue 64 */
  readonly size?: number;
  /** Rates below this (compared as float32), in mm/h, count as dry and are stored as 0. @defaultValue 0.1 */
  readonly wetThreshold?: number;
  /** Tiles with a higher rate, in mm/h, are dropped as clutter. @defaultValue 200 */
  readonly largestRate?: number;
}

/** Tiles to train on or to validate on: images of rain rates in mm/h without gaps. */
export interface Tiles extends Images {
  readonly size: number;
  /** Tiles of each event, in the order of the tiles. */
  readonly events: readonly EventTiles[];
}

/** Tiles in memory: rain rates in mm/h, [count, size, size], without gaps. */
export interface StackedTiles extends Tiles, ShapedArray {
  readonly values: Float32Array;
}

/** Tiles of stacked rates, [count, size, size]; without events where they are not known. */
export function tilesOf(values: Float32Array, size: number, events: readonly EventTiles[] = []): StackedTiles {
  const count = values.length / size ** 2;
  const sizes = { height: size, width: size, count, channels: 0, outputs: 1 };
  const images = new ImagesInMemory({ ...sizes, condition: new Float32Array(0), clean: values });
  return Object.assign(images, { size, events, values, shape: [count, size, size] });
}

/** The number of the event that a tile was cut from. */
export const eventOf = ({ events }: Pick<Tiles, "events">, tile: number): number =>
  events.findIndex(({ begin, end }) => begin <= tile && tile < end);

/** Frames of events, whole or in pieces. */
export type Events = readonly RainFrames[] | (() => Iterable<RainFrames> | AsyncIterable<RainFrames>);

/** Shares by which tiles are chosen: those with a gap are not. @param limit - most tiles of an event. @defaultValue all */
export const tileShares = (limit: number = Number.POSITIVE_INFINITY) => ({ ...usualShares, validShare: 1, limit });

/** Tiles of events. @throws OptionsError, and when frames are read ShapeError where values do not fit sizes */
export function tileSource(
  events: Events,
  { size = 64, wetThreshold = 0.1, largestRate = 200 }: TileOptions = {},
): ImageSource {
  checkWhole("cutTiles", { size });
  return {
    ...{ height: size, width: size, size: [size, size], channels: 0, outputs: 1, masked: false },
    ...{ whole: false, rain: 0 },
    starts: (line) => Array.from({ length: Math.floor(line / size) }, (_, i) => i * size),
    async *frames() {
      let event: ImageEvent | undefined;
      for await (const piece of typeof events === "function" ? events() : events) {
        if (event === undefined || (piece.first ?? 0) === 0) {
          event = { name: piece.name, ...defined({ limit: piece.limit }) };
        }
        yield* framesIn({ wetThreshold, largestRate, ...piece }, size, event);
      }
    },
  };
}

type Limits = "wetThreshold" | "largestRate";

function* framesIn(piece: RainFrames & Required<Pick<RainFrames, Limits>>, size: number, event: ImageEvent) {
  checkShape(`cutTiles: ${piece.name}`, piece, 3);
  const { first = 0, wetThreshold, largestRate } = piece;
  const [time, rows, columns] = piece.shape as [number, number, number];
  for (let n = 0; n < time; n++) {
    const map = () => dried(piece.values.subarray(n * rows * columns, (n + 1) * rows * columns), wetThreshold);
    const frame: ImageFrame = {
      ...{ event, frame: first + n, rows, columns, clutter: [largestRate] },
      read: async () => [map()],
      async cut(row, column) {
        const clean = tileAt(piece, { frame: n, row, column }, size, wetThreshold);
        return { condition: new Float32Array(0), clean };
      },
    };
    yield frame;
  }
}

/** Rates below a threshold as 0. */
function dried(values: Float32Array, wetThreshold: number): Float32Array {
  const threshold = Math.fround(wetThreshold);
  return values.map((rate) => (rate < threshold ? 0 : rate));
}

/** One tile, [size, size]; dry pixels are 0. @throws ShapeError where it is not inside the frames */
export function tileAt(
  { values, shape }: ShapedArray,
  { frame, row, column }: ImagePlace,
  size: number,
  wetThreshold: number,
): Float32Array {
  const [time, height, width] = shape as [number, number, number];
  const inside = frame >= 0 && frame < time && row >= 0 && column >= 0;
  if (!inside || row + size > height || column + size > width) {
    throw new ShapeError("cutTilesAt: place", `inside [${shape}]`, [frame, row, column]);
  }
  const out = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    const start = (frame * height + row + y) * width + column;
    for (let x = 0; x < size; x++) out[y * size + x] = values[start + x]!;
  }
  return dried(out, wetThreshold);
}

/**
 * Cut the tiles of every event and keep a seeded choice: up to 4/5 of the limit wet tiles, and drier ones in the ratio 1 : 4 to
 * those.
 *
 * @param events - events of this archive, read twice
 * @param rng - chooses among the tiles; each event has its own stream, keyed by its name
 * @throws DomainError when no tile is left
 * @throws ShapeError when an event's values do not fit its sizes
 */
export async function cutTiles(events: Events, rng: Rng, options: TileOptions = {}): Promise<StackedTiles> {
  const source = tileSource(events, options);
  const { arrays, events: found } = await imagesInMemory(source, tileShares(), rng);
  return tilesOf(arrays.clean, source.height, found);
}

/**
 * Cut exactly the given tiles of one event, for instance those of a published comparison. Dry pixels become 0.
 *
 * @param places - first pixels of the tiles; frame, row and column from 0
 * @throws DomainError when a tile has a gap
 * @throws ShapeError when a place lies outside the frames
 */
export function cutTilesAt(
  event: RainFrames,
  places: readonly ImagePlace[],
  { size = 64, wetThreshold = 0.1 }: Omit<TileOptions, "largestRate"> = {},
): StackedTiles {
  checkShape(`cutTiles: ${event.name}`, event, 3);
  const values = new Float32Array(places.length * size ** 2);
  for (const [n, place] of places.entries()) {
    values.set(tileAt(event, place, size, event.wetThreshold ?? wetThreshold), n * size ** 2);
  }
  if (places.length === 0 || values.some(Number.isNaN))
    throw new DomainError(`cutTilesAt: a tile of ${event.name} has a gap, or there is none`, event.name);
  const kept = { wetFound: 0, drierFound: 0, wetKept: places.length, drierKept: 0 };
  return tilesOf(values, size, [{ name: event.name, begin: 0, end: places.length, ...kept, places }]);
}
