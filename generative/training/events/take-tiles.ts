/** The tiles of a training: cut into memory, or through a store on the disk. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { OptionsError } from "../../../engine/errors.ts";
import { checkFolder } from "../../../engine/files/output-check.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import { storeName } from "../../data/images/store.ts";
import { resolveTileOptions } from "../../data/tiles/find-tiles.ts";
import { storeTiles } from "../../data/tiles/stored-tiles.ts";
import { stackTiles, type Tiles } from "../../data/tiles/tiles.ts";
import { preparedPieces } from "./prepare-tiles.ts";
import { dataBytes, type EventPlan, labelsOf, type SeenEvent } from "./training-data.ts";

/** Bytes of data above which tiles go to the disk, where a run is recorded. */
export const LARGE_DATA = 256e6;
/** Bytes of data that are read at once. */
const PIECES = 64e6;
/** Each holds a piece of the data. */
const MOST_READERS = 64;

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
  /** Threads that read and cut, ≥ 1. */
  readonly readers: number;
  /** Ends the reading after the piece in progress. */
  readonly signal: AbortSignal | undefined;
  /** @throws FormatError where a file has changed since its hash was taken */
  readonly unchanged: () => void;
}

/** Threads that read and cut: as asked for, else as many as train, where that is worth their start. @throws OptionsError */
export async function readersFor(
  plan: EventPlan,
  fields: readonly LazyField[] | undefined,
  { readers: asked, threads }: { readonly readers: number | undefined; readonly threads: number },
): Promise<number> {
  if (asked === undefined) return fields || (await dataBytes(plan, fields)) <= LARGE_DATA ? 1 : threads;
  if (Number.isSafeInteger(asked) && asked >= 1 && asked <= MOST_READERS) return asked;
  const text = `train: readers is ${asked}; expected a whole number of 1 to ${MOST_READERS}`;
  throw new OptionsError(text, "readers", asked);
}

/** Tiles with what was seen of the events. The same ones whether they are in memory or on the disk. */
export async function takeTiles(
  { part, rng }: TilePart,
  { plan, fields, hashes, store, readers, signal, unchanged }: TileData,
): Promise<{ readonly tiles: Tiles; readonly seen: readonly SeenEvent[] }> {
  const seen: SeenEvent[] = [];
  const size = { size: plan.tile };
  const tile = resolveTileOptions(size);
  const bytes = PIECES / readers;
  const pieces = () => preparedPieces({ plan, part, tile, bytes }, { fields, readers, signal, seen, unchanged });
  if (store === undefined) return { tiles: await stackTiles(pieces(), rng, size), seen };
  mkdirSync(store, { recursive: true });
  const limit = plan.cap === null ? {} : { limit: plan.cap };
  const path = join(store, nameOf(plan, part, hashes));
  const { tiles, notes } = await storeTiles<readonly SeenEvent[]>(path, pieces, rng, {
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
