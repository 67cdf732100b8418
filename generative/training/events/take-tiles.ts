/** The tiles of a training: cut into memory, or through a store on the disk. */
import { mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { DomainError } from "../../../engine/errors.ts";
import { checkFolder } from "../../../engine/files/output-check.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import { storeName } from "../../data/images/store.ts";
import { storeTiles } from "../../data/tiles/stored-tiles.ts";
import { cutTiles, type RainFrames, type Tiles } from "../../data/tiles/tiles.ts";
import {
  dataBytes,
  type EventPlan,
  eventsOf,
  labelsOf,
  openEvent,
  readPiece,
  type SeenEvent,
} from "./training-data.ts";

/** Bytes of data above which tiles go to the disk, where a run is recorded. */
export const LARGE_DATA = 256e6;
/** Bytes of data that are read at once. */
const PIECES = 64e6;

/** The folder of the tile store, as it was asked for or beside the runs; undefined: tiles stay in memory. */
export async function storeFolder(
  plan: EventPlan,
  fields: readonly LazyField[] | undefined,
  { out, tileStore: asked }: { readonly out: string | undefined; readonly tileStore: string | null | undefined },
): Promise<string | undefined> {
  if (asked === null) return undefined;
  const large = async () => (await dataBytes(plan, fields)) > LARGE_DATA;
  if (asked === undefined && (out === undefined || !(await large()))) return undefined;
  const folder = asked === undefined ? join(out!, "tiles") : resolve(asked);
  checkFolder(folder);
  return folder;
}

/** Part of the tiles, and its stream. */
export interface TilePart {
  readonly part: "learned" | "held";
  /** Chooses among them. */
  readonly rng: Rng;
}

/** Events that tiles are taken from. */
export interface TileData {
  readonly plan: EventPlan;
  /** The events, where they are not in files. */
  readonly fields: readonly LazyField[] | undefined;
  /** Of the events. */
  readonly hashes: readonly string[];
  /** Undefined: memory. */
  readonly store: string | undefined;
  /** Ends the reading after the piece in progress. */
  readonly signal: AbortSignal | undefined;
  /** @throws FormatError where a file has changed since its hash was taken */
  readonly unchanged: () => void;
}

/**
 * The frames of all pieces of the events, in order.
 *
 * @param seen - filled as events are read
 * @throws DomainError where an event has only missing values; else as reading does
 */
async function* framesOf(
  part: TilePart["part"],
  { plan, fields, signal, unchanged }: TileData,
  seen: SeenEvent[],
): AsyncGenerator<RainFrames> {
  signal?.throwIfAborted();
  for (const event of eventsOf(plan, part)) {
    // The name keys the choice of tiles: without folders, so that a moved archive gives the same ones.
    const name = `${event}:${basename(labelsOf(plan)[event]!)}`;
    const { rain, close } = await openEvent(plan, event, PIECES, fields);
    try {
      let empty = true;
      for (const piece of rain.pieces.keys()) {
        const read = await readPiece(rain, piece, { plan, name, held: part === "held" });
        empty &&= read.empty;
        signal?.throwIfAborted();
        if (read.seen) seen.push(read.seen);
        if (read.frames) yield read.frames;
      }
      if (empty) throw new DomainError(`${rain.where} has only missing values; choose another time or variable`);
    } finally {
      close();
    }
  }
  unchanged();
}

/** Tiles with what was seen of the events. The same ones whether they are in memory or on the disk. */
export async function takeTiles(
  { part, rng }: TilePart,
  data: TileData,
): Promise<{ readonly tiles: Tiles; readonly seen: readonly SeenEvent[] }> {
  const { plan, hashes, store } = data;
  const seen: SeenEvent[] = [];
  const size = { size: plan.tile };
  const frames = () => framesOf(part, data, seen);
  if (store === undefined) return { tiles: await cutTiles(frames(), rng, size), seen };
  mkdirSync(store, { recursive: true });
  const limit = plan.cap === null ? {} : { limit: plan.cap };
  const path = join(store, nameOf(plan, part, hashes));
  const { tiles, notes } = await storeTiles<readonly SeenEvent[]>(path, frames, rng, {
    ...size,
    ...limit,
    notes: () => seen,
  });
  return { tiles, seen: notes };
}

/** Says of what data and by what options the tiles were found; choices among them, as `cap` and seed, are not in it. */
function nameOf(plan: EventPlan, part: TilePart["part"], hashes: readonly string[]): string {
  const { variable, units, interval, time, every, wetThreshold, largestRate, tile, validate } = plan;
  const decides = { variable, units, interval, time, every, wetThreshold, largestRate, tile, validate };
  return storeName(labelsOf(plan), [part, hashes, decides]);
}
