/** The tiles of a training: cut into memory, or through a store on the disk. */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { checkFolder } from "../../../engine/files/output-check.ts";
import type { Rng } from "../../../engine/rng.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import { cutTiles, type StoredTiles, storeTiles, type TileArchive } from "../archive/index.ts";
import type { TrainingPlan } from "../training-plan.ts";
import { dataBytes, labelsOf, readEvents, type SeenEvent } from "./training-data.ts";

/** Bytes of data above which tiles go to the disk, where a run is recorded. */
export const LARGE_DATA = 256e6;

/** The folder of the tile store, as it was asked for or beside the runs; undefined: tiles stay in memory. */
export async function storeFolder(
  plan: TrainingPlan,
  fields: readonly LazyField[] | undefined,
  asked: string | null | undefined,
): Promise<string | undefined> {
  if (asked === null) return undefined;
  if (asked === undefined && (plan.out === "" || (await dataBytes(plan, fields)) <= LARGE_DATA)) return undefined;
  const folder = asked === undefined ? join(plan.out, "tiles") : resolve(asked);
  checkFolder(folder);
  return folder;
}

/** Which tiles are taken. */
export interface TilePart {
  readonly part: "learned" | "judged";
  /** Chooses among them. */
  readonly rng: Rng;
}

/** What tiles are taken from. */
export interface TileData {
  readonly plan: TrainingPlan;
  /** The events, where they are not in files. */
  readonly fields: readonly LazyField[] | undefined;
  /** Of the events. */
  readonly hashes: readonly string[];
  /** Undefined: memory. */
  readonly store: string | undefined;
  /** Ends the reading after the piece in progress. */
  readonly signal: AbortSignal | undefined;
}

/** Tiles with what was seen of the events. The same ones whether they are in memory or on the disk. */
export async function takeTiles(
  { part, rng }: TilePart,
  { plan, fields, hashes, store, signal }: TileData,
): Promise<{ readonly tiles: TileArchive | StoredTiles; readonly seen: readonly SeenEvent[] }> {
  const seen: SeenEvent[] = [];
  const events = async function* () {
    for await (const piece of readEvents(plan, part, fields, seen)) {
      signal?.throwIfAborted();
      yield piece;
    }
  };
  const size = { size: plan.tile };
  if (store === undefined) return { tiles: await cutTiles(events(), rng, size), seen };
  mkdirSync(store, { recursive: true });
  const limit = plan.cap === null ? {} : { limit: plan.cap };
  const path = join(store, nameOf(plan, part, hashes));
  const { tiles, notes } = await storeTiles<readonly SeenEvent[]>(path, events, rng, {
    ...size,
    ...limit,
    notes: () => seen,
  });
  return { tiles, seen: notes };
}

/** Says of what data and by what options the tiles were found; choices among them, as `cap` and seed, are not in it. */
function nameOf(plan: TrainingPlan, part: TilePart["part"], hashes: readonly string[]): string {
  const { variable, units, interval, time, every, wetThreshold, largestRate, limits, tile, validate } = plan;
  const decides = { variable, units, interval, time, every, wetThreshold, largestRate, limits, tile, validate };
  const text = JSON.stringify([1, part, labelsOf(plan).map((label) => basename(label)), hashes, decides]);
  return `${createHash("sha256").update(text).digest("hex").slice(0, 20)}.safetensors`;
}
