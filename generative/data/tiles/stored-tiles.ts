/** Tiles of archives that are larger than memory: found once, kept in one file, chosen anew by each training. */
import { ShapeError } from "../../../engine/errors.ts";
import type { RecordStore } from "../../../engine/files/record-store.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import { openStore } from "../images/store.ts";
import {
  checkFound,
  chooseTiles,
  type FoundEvent,
  type FoundTile,
  findTiles,
  resolveTileOptions,
} from "./find-tiles.ts";
import type { EventTiles, RainFrames, TileOptions, Tiles } from "./tiles.ts";

/** Metadata of a store of tiles. */
interface About<Notes> {
  /** Name of each event, and how many tiles were found in it. */
  readonly events: readonly (readonly [name: string, tiles: number])[];
  readonly notes: Notes;
}

/** Options of {@link storeTiles}. */
export interface StoreOptions<Notes> extends TileOptions {
  /** Whatever must be known where the events are not read again; asked for when all are. JSON. */
  readonly notes: () => Notes;
  /** Most tiles of each event that are chosen. @defaultValue all */
  readonly limit?: number;
}

/**
 * All tiles that are wet or drier, in a file; and of these the same seeded choice as that of `cutTiles`. A file that is there is
 * not made again: it must be of the same events and options, so its name should say them. Only one piece of an event is in memory at a
 * time.
 *
 * @param path - of the file; its folder must exist
 * @param frames - asked for only where there is no file; those of an event follow each other
 * @throws FormatError where the file was damaged, or cannot be written; else as `cutTiles`
 */
export async function storeTiles<Notes>(
  path: string,
  frames: () => AsyncIterable<RainFrames>,
  rng: Rng,
  options: StoreOptions<Notes>,
): Promise<{ readonly tiles: Tiles; readonly notes: Notes }> {
  const { notes, limit = Number.POSITIVE_INFINITY, ...given } = options;
  const o = resolveTileOptions(given);
  const store = await openStore(path, async () => ({
    shape: [o.size, o.size],
    async records(append) {
      const places: number[] = [];
      const names: [string, number][] = [];
      for await (const { name, tiles } of findTiles(frames(), o, append)) {
        names.push([name, tiles.length]);
        for (const { frame, row, column, wet } of tiles) places.push(frame, row, column, wet ? 1 : 0);
      }
      if (places.length === 0) checkFound([], o.size);
      const about: About<Notes> = { events: names, notes: notes() };
      return { places: Int32Array.from(places), about };
    },
  }));
  try {
    const { events: names, notes: kept } = store.about as About<Notes>;
    if (store.shape[0] !== o.size) throw new ShapeError(path, [o.size, o.size], store.shape);
    const chosen: number[] = [];
    const found: EventTiles[] = [];
    let from = 0;
    for (const [name, count] of names) {
      const event: FoundEvent = { name, limit, tiles: tilesOf(store, from, count) };
      const { tiles, chosen: own } = chooseTiles(event, found.at(-1)?.end ?? 0, rng);
      for (const index of own) chosen.push(from + index);
      found.push(tiles);
      from += count;
    }
    const count = checkFound(found, o.size);
    const records = Uint32Array.from(chosen);
    const tiles: Tiles = {
      ...{ size: o.size, height: o.size, width: o.size, count, channels: 0, outputs: 1, masked: false, events: found },
      read: (tile) => ({ condition: new Float32Array(0), clean: store.read(records[tile]!) }),
      close: () => store.close(),
    };
    return { tiles, notes: kept };
  } catch (error) {
    store.close();
    throw error;
  }
}

function tilesOf({ places }: RecordStore, from: number, count: number): FoundTile[] {
  return Array.from({ length: count }, (_, index) => {
    const [frame, row, column, wet] = places.subarray(4 * (from + index), 4 * (from + index + 1));
    return { index, frame: frame!, row: row!, column: column!, wet: wet === 1 };
  });
}
