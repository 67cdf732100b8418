/**
 * Tiles of rain for training and judging a downscaler: cut from frames of [time, height, width] rain rates without
 * overlap, free of gaps, mostly wet. Events go whole to one archive, since frames of one event resemble each other.
 */
import { DomainError, OptionsError, ShapeError } from "../../../engine/errors.ts";
import type { Rng } from "../../../engine/rng.ts";

/** Frames of one event. */
export interface RainFrames {
  /** Names the event in messages and counts. */
  readonly name: string;
  /** Rain rates in mm/h, [time, height, width] row-major; gaps are NaN. */
  readonly values: Float32Array;
  /** Number of frames. */
  readonly time: number;
  /** Rows of a frame. */
  readonly height: number;
  /** Columns of a frame. */
  readonly width: number;
  /** Most tiles taken from this event. @defaultValue Infinity */
  readonly limit?: number;
  /** Rates below this, in mm/h, are dry in this event. @defaultValue that of the options */
  readonly wetThreshold?: number;
  /** Tiles of this event with a higher rate, in mm/h, are clutter. @defaultValue that of the options */
  readonly largestRate?: number;
}

/** Where a tile was cut: frame, and the row and column of its first pixel. */
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
  /** Least share of wet pixels of a wet tile. @defaultValue 0.1 */
  readonly wetShare?: number;
  /** Least share of wet pixels of a drier tile; tiles below it are dropped. @defaultValue 0.01 */
  readonly drierShare?: number;
  /** Part of the tiles taken from the drier ones, in [0, 1). @defaultValue 0.2 */
  readonly drierPart?: number;
}

/** Tiles of several events, stacked. */
export interface TileArchive {
  /** Height and width of a tile. */
  readonly size: number;
  /** Number of tiles. */
  readonly count: number;
  /** Rain rates in mm/h, [count, size, size], no gaps. */
  readonly values: Float32Array;
  /** What each event gave, in the order of the tiles. */
  readonly events: readonly EventTiles[];
}

/** What one event gave. */
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
  /** Where each tile came from, in the order of the tiles. */
  readonly places: readonly TilePlace[];
}

interface Candidates {
  readonly wet: TilePlace[];
  readonly drier: TilePlace[];
}

/**
 * Cut the tiles of every event and keep a seeded choice: up to (1 − drierPart) · limit wet tiles, and drier ones in the
 * ratio drierPart : 1 − drierPart to those.
 *
 * @param events - events of this archive; they may be read lazily, one at a time
 * @param rng - chooses among the tiles; each event has its own stream, keyed by its name
 * @throws DomainError when no tile is left
 * @throws ShapeError when an event's values do not fit its sizes
 */
export async function cutTiles(
  events: Iterable<RainFrames> | AsyncIterable<RainFrames>,
  rng: Rng,
  options: TileOptions = {},
): Promise<TileArchive> {
  const o = resolve(options);
  const parts: Float32Array[] = [];
  const found: EventTiles[] = [];
  let begin = 0;
  for await (const event of events) {
    const { wet, drier } = candidates(event, o);
    const limit = event.limit ?? Number.POSITIVE_INFINITY;
    const wetKept = Math.min(wet.length, Math.floor(limit * (1 - o.drierPart) + 1e-9));
    const drierKept = Math.min(drier.length, Math.floor((wetKept * o.drierPart) / (1 - o.drierPart) + 1e-9));
    const choice = rng.split(event.name);
    const choose = (from: TilePlace[], kept: number, stream: Rng) =>
      Array.from(stream.permutation(from.length).subarray(0, kept), (i) => from[i]!);
    const places = [...choose(wet, wetKept, choice.split("wet")), ...choose(drier, drierKept, choice.split("drier"))];
    parts.push(readTiles(event, places, o));
    const end = begin + places.length;
    found.push({
      name: event.name,
      begin,
      end,
      wetFound: wet.length,
      drierFound: drier.length,
      wetKept,
      drierKept,
      places,
    });
    begin = end;
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
export function cutTilesAt(event: RainFrames, places: readonly TilePlace[], options: TileOptions = {}): TileArchive {
  const o = resolve(options);
  checkFrames(event);
  const values = readTiles(event, places, o);
  if (values.some(Number.isNaN)) throw new DomainError(`cutTilesAt: a tile of ${event.name} has a gap`, event.name);
  const kept = { wetFound: 0, drierFound: 0, wetKept: places.length, drierKept: 0 };
  return stack([values], [{ name: event.name, begin: 0, end: places.length, ...kept, places }], o.size);
}

function stack(parts: readonly Float32Array[], events: readonly EventTiles[], size: number): TileArchive {
  const count = events.at(-1)?.end ?? 0;
  if (count === 0) {
    const hint =
      "give frames at least one tile wide, without gaps, with rain; what has gaps is learned from as `fine` instead of `data`";
    throw new DomainError(`cutTiles: no tile of ${size} x ${size} was found; ${hint}`, count);
  }
  const values = new Float32Array(count * size * size);
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return { size, count, values, events };
}

function candidates(event: RainFrames, o: Required<TileOptions>): Candidates {
  checkFrames(event);
  const { values, time, height, width, wetThreshold = o.wetThreshold, largestRate = o.largestRate } = event;
  const threshold = Math.fround(wetThreshold);
  const wet: TilePlace[] = [];
  const drier: TilePlace[] = [];
  for (let frame = 0; frame < time; frame++) {
    for (let row = 0; row + o.size <= height; row += o.size) {
      for (let column = 0; column + o.size <= width; column += o.size) {
        let wetPixels = 0;
        let largest = 0;
        for (let y = 0; y < o.size && !Number.isNaN(largest); y++) {
          const start = (frame * height + row + y) * width + column;
          for (let i = start; i < start + o.size; i++) {
            const rate = values[i]!;
            if (rate >= threshold) wetPixels++;
            // A gap makes the maximum NaN, and the tile is left out.
            largest = Math.max(largest, rate);
          }
        }
        if (!(largest <= largestRate)) continue;
        const share = wetPixels / (o.size * o.size);
        if (share >= o.wetShare) wet.push({ frame, row, column });
        else if (share >= o.drierShare) drier.push({ frame, row, column });
      }
    }
  }
  return { wet, drier };
}

function readTiles(event: RainFrames, places: readonly TilePlace[], o: Required<TileOptions>): Float32Array {
  const { size } = o;
  const threshold = Math.fround(event.wetThreshold ?? o.wetThreshold);
  const out = new Float32Array(places.length * size * size);
  for (const [n, { frame, row, column }] of places.entries()) {
    const inside = frame >= 0 && frame < event.time && row >= 0 && column >= 0;
    if (!inside || row + size > event.height || column + size > event.width) {
      throw new ShapeError("cutTilesAt: place", `inside [${event.time}, ${event.height}, ${event.width}]`, [
        frame,
        row,
        column,
      ]);
    }
    for (let y = 0; y < size; y++) {
      const start = (frame * event.height + row + y) * event.width + column;
      const target = (n * size + y) * size;
      for (let x = 0; x < size; x++) {
        const rate = event.values[start + x]!;
        out[target + x] = rate < threshold ? 0 : rate;
      }
    }
  }
  return out;
}

function checkFrames({ name, values, time, height, width }: RainFrames): void {
  if (values.length === time * height * width) return;
  throw new ShapeError(`cutTiles: values of ${name}`, [time, height, width], `${values.length} values`);
}

function resolve(options: TileOptions): Required<TileOptions> {
  const o = {
    size: 64,
    wetThreshold: 0.1,
    largestRate: 200,
    wetShare: 0.1,
    drierShare: 0.01,
    drierPart: 0.2,
    ...options,
  };
  if (!(Number.isInteger(o.size) && o.size > 0)) {
    throw new OptionsError(`cutTiles: size is ${o.size}, expected a positive integer`, "size", o.size);
  }
  if (!(o.drierPart >= 0 && o.drierPart < 1)) {
    throw new OptionsError(
      `cutTiles: drierPart is ${o.drierPart}, expected 0 ≤ drierPart < 1`,
      "drierPart",
      o.drierPart,
    );
  }
  return o;
}
