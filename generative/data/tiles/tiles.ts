/**
 * Tiles of rain for training and validating a downscaler: cut from frames of [time, height, width] rain rates without
 * overlap, free of gaps, mostly wet. Events go whole to one archive, since frames of one event resemble each other.
 */
import { DomainError } from "../../../engine/errors.ts";
import { checkShape, type ShapedArray } from "../../../engine/numerics/shaped-array.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import { type Images, ImagesInMemory } from "../images/images.ts";
import { checkFound, chooseTiles, cutTile, findTiles, resolveTileOptions } from "./find-tiles.ts";

/** Rain rates of one event in mm/h, [time, height, width], or a piece of them: the pieces of an event follow each other. */
export interface RainFrames extends ShapedArray {
  /** Gaps are NaN. */
  readonly values: Float32Array;
  /** Names the event in messages and counts. */
  readonly name: string;
  /** Of a piece: frames of its event before it; where that is more than 0, it goes on with the event before. @defaultValue 0 */
  readonly first?: number;
  /** Most tiles taken from this event. @defaultValue Infinity */
  readonly limit?: number;
  /** Rates below this, in mm/h, are dry in this event. @defaultValue that of the options */
  readonly wetThreshold?: number;
  /** Tiles of this event with a higher rate, in mm/h, are clutter. @defaultValue that of the options */
  readonly largestRate?: number;
}

/** Place of a tile: frame, and the row and column of its first pixel. */
export interface TilePlace {
  /** From 0, among the frames of its event. */
  readonly frame: number;
  /** Of its first pixel, from 0. */
  readonly row: number;
  /** Of its first pixel, from 0. */
  readonly column: number;
}

/** Options of {@link cutTiles}. */
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
  /** Height and width of a tile. */
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

/** Tiles of one event. */
export interface EventTiles {
  /** Of the event. */
  readonly name: string;
  /** Index of its first tile. */
  readonly begin: number;
  /** Index one past its last tile. */
  readonly end: number;
  /** Wet tiles found, before the choice. */
  readonly wetFound: number;
  /** Drier tiles found, before the choice. */
  readonly drierFound: number;
  /** Wet tiles chosen. */
  readonly wetKept: number;
  /** Drier tiles chosen. */
  readonly drierKept: number;
  /** Place of each tile, in the order of the tiles. */
  readonly places: readonly TilePlace[];
}

/**
 * Cut the tiles of every event and keep a seeded choice: up to 4/5 of the limit wet tiles, and drier ones in the ratio 1 : 4 to
 * those.
 *
 * @param events - events of this archive, whole or in pieces; they may be read lazily, one at a time
 * @param rng - chooses among the tiles; each event has its own stream, keyed by its name
 * @throws DomainError when no tile is left
 * @throws ShapeError when an event's values do not fit its sizes
 */
export async function cutTiles(
  events: Iterable<RainFrames> | AsyncIterable<RainFrames>,
  rng: Rng,
  options: TileOptions = {},
): Promise<StackedTiles> {
  const o = resolveTileOptions(options);
  const parts: Float32Array[] = [];
  const found: EventTiles[] = [];
  let cut: Float32Array[] = [];
  for await (const event of findTiles(events, o, (tile) => void cut.push(tile))) {
    const { tiles, chosen } = chooseTiles(event, found.at(-1)?.end ?? 0, rng);
    for (const place of chosen) parts.push(cut[place]!);
    found.push(tiles);
    cut = [];
  }
  return stack(parts, found, o.size);
}

/**
 * Cut exactly the given tiles of one event, for instance those of a published comparison. Dry pixels become 0.
 *
 * @param places - first pixels of the tiles; frame, row and column from 0
 * @throws DomainError when a tile has a gap
 * @throws ShapeError when a place lies outside the frames
 */
export function cutTilesAt(event: RainFrames, places: readonly TilePlace[], options: TileOptions = {}): StackedTiles {
  const o = resolveTileOptions(options);
  checkShape(`cutTiles: ${event.name}`, event, 3);
  const tiles = places.map((place) => cutTile(event, place, o));
  if (tiles.some((values) => values.some(Number.isNaN)))
    throw new DomainError(`cutTilesAt: a tile of ${event.name} has a gap`, event.name);
  const kept = { wetFound: 0, drierFound: 0, wetKept: places.length, drierKept: 0 };
  return stack(tiles, [{ name: event.name, begin: 0, end: places.length, ...kept, places }], o.size);
}

function stack(parts: readonly Float32Array[], events: readonly EventTiles[], size: number): StackedTiles {
  const count = checkFound(events, size);
  const values = new Float32Array(count * size * size);
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return tilesOf(values, size, events);
}
