/** Tiles of rain free of gaps and clutter, wet or drier, and a seeded choice among them. */
import { checkWhole } from "../../../engine/check-numbers.ts";
import { DomainError, ShapeError } from "../../../engine/errors.ts";
import { checkShape } from "../../../engine/numerics/shaped-array.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import { chooseWet, lookAt, usualShares } from "../images/wet-images.ts";
import type { EventTiles, RainFrames, TileOptions, TilePlace } from "./tiles.ts";

/** A tile that could be taken. */
export interface FoundTile extends TilePlace {
  /** Position among the tiles of its event, as they were found. */
  readonly index: number;
  /** True if it is a wet one, not a drier one. */
  readonly wet: boolean;
}

/** Tiles found in one event. */
export interface FoundEvent {
  readonly name: string;
  /** Most tiles to be taken. */
  readonly limit: number;
  readonly tiles: readonly FoundTile[];
}

/** Tiles found in a piece of an event. */
export interface FoundPiece extends Pick<RainFrames, "name" | "first" | "limit"> {
  readonly places: readonly Omit<FoundTile, "index">[];
  /** The tiles, [places, size, size] in mm/h with dry pixels as 0. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** The tiles of frames, in the order of frames, rows and columns. @throws ShapeError where values do not fit sizes */
export function findIn(piece: RainFrames, o: Required<TileOptions>): FoundPiece {
  checkShape(`cutTiles: ${piece.name}`, piece, 3);
  const { name, first = 0, limit } = piece;
  const found = [...look(piece, o)];
  const values = new Float32Array(found.length * o.size ** 2);
  for (const [n, place] of found.entries()) values.set(cutTile(piece, place, o), n * o.size ** 2);
  const places = found.map(({ frame, ...rest }) => ({ ...rest, frame: first + frame }));
  return { name, first, ...(limit !== undefined && { limit }), places, values };
}

/**
 * The tiles of each event, in the order of frames, rows and columns.
 *
 * @param frames - of the events, whole or in pieces; those of an event follow each other
 * @param keep - is given each tile, [size, size]; awaited
 */
export async function* findTiles(
  frames: Iterable<RainFrames> | AsyncIterable<RainFrames>,
  o: Required<TileOptions>,
  keep: (tile: Float32Array) => void | Promise<void>,
): AsyncGenerator<FoundEvent> {
  let name: string | undefined;
  let limit = 0;
  let tiles: FoundTile[] = [];
  for await (const some of frames) {
    const piece = findIn(some, o);
    if (piece.first === 0 || name === undefined) {
      if (name !== undefined) yield { name, limit, tiles };
      name = piece.name;
      limit = piece.limit ?? Number.POSITIVE_INFINITY;
      tiles = [];
    }
    for (const [n, place] of piece.places.entries()) {
      tiles.push({ index: tiles.length, ...place });
      await keep(piece.values.slice(n * o.size ** 2, (n + 1) * o.size ** 2));
    }
  }
  if (name !== undefined) yield { name, limit, tiles };
}

/**
 * A seeded choice: up to 4/5 of the limit wet tiles, and drier ones in the ratio 1 : 4 to those.
 *
 * @param begin - number of tiles of the events before
 * @param rng - the event has a stream of its own, keyed by its name
 * @returns what was chosen, and its positions in `event.tiles`
 */
export function chooseTiles(
  { name, limit, tiles }: FoundEvent,
  begin: number,
  rng: Rng,
): { readonly tiles: EventTiles; readonly chosen: readonly number[] } {
  const of = (wet: boolean) => tiles.filter((tile) => tile.wet === wet);
  const [wet, drier] = [of(true), of(false)];
  const kept = chooseWet(wet, drier, { limit, drierPart: usualShares.drierPart, rng: rng.split(name) });
  const chosen = [...kept.wet, ...kept.drier];
  const found = { wetFound: wet.length, drierFound: drier.length };
  const counts = { wetKept: kept.wet.length, drierKept: kept.drier.length };
  const places = chosen.map(({ frame, row, column }) => ({ frame, row, column }));
  return {
    tiles: { name, begin, end: begin + places.length, ...found, ...counts, places },
    chosen: chosen.map(({ index }) => index),
  };
}

/** @throws DomainError when no tile was chosen */
export function checkFound(events: readonly EventTiles[], size: number): number {
  const count = events.at(-1)?.end ?? 0;
  if (count > 0) return count;
  const hint =
    "give frames at least one tile wide, without gaps, with rain; what has gaps is learned from as `fine` instead of `data`";
  throw new DomainError(`cutTiles: no tile of ${size} x ${size} was found; ${hint}`, count);
}

function* look(event: RainFrames, o: Required<TileOptions>): Generator<Omit<FoundTile, "index">> {
  const { values, wetThreshold = o.wetThreshold, largestRate = o.largestRate } = event;
  const [time, height, width] = event.shape as [number, number, number];
  const { wetShare, drierShare } = usualShares;
  const threshold = Math.fround(wetThreshold);
  const plane = height * width;
  for (let frame = 0; frame < time; frame++) {
    const map = values.subarray(frame * plane, (frame + 1) * plane).map((rate) => (rate < threshold ? 0 : rate));
    for (let row = 0; row + o.size <= height; row += o.size) {
      for (let column = 0; column + o.size <= width; column += o.size) {
        const at = { columns: width, row, column, height: o.size, width: o.size };
        const { valid, wet, clutter } = lookAt([map], [largestRate], 0, at);
        if (clutter || valid < o.size ** 2) continue;
        const share = wet / o.size ** 2;
        if (share >= drierShare || share >= wetShare) yield { frame, row, column, wet: share >= wetShare };
      }
    }
  }
}

/** One tile, [size, size]; dry pixels are 0. @throws ShapeError where it is not inside the frames */
export function cutTile(event: RainFrames, { frame, row, column }: TilePlace, o: Required<TileOptions>): Float32Array {
  const { size } = o;
  const threshold = Math.fround(event.wetThreshold ?? o.wetThreshold);
  const [time, height, width] = event.shape as [number, number, number];
  const inside = frame >= 0 && frame < time && row >= 0 && column >= 0;
  if (!inside || row + size > height || column + size > width) {
    throw new ShapeError("cutTilesAt: place", `inside [${event.shape}]`, [frame, row, column]);
  }
  const out = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    const start = (frame * height + row + y) * width + column;
    for (let x = 0; x < size; x++) {
      const rate = event.values[start + x]!;
      out[y * size + x] = rate < threshold ? 0 : rate;
    }
  }
  return out;
}

/** Fills in defaults. @throws OptionsError */
export function resolveTileOptions(options: TileOptions): Required<TileOptions> {
  const o = { size: 64, wetThreshold: 0.1, largestRate: 200, ...options };
  checkWhole("cutTiles", { size: o.size });
  return o;
}
