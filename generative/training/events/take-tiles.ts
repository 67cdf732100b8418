/** The tiles of a training. */
import { basename } from "node:path";
import { DomainError } from "../../../engine/errors.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import type { FieldValues } from "../../../io/field/index.ts";
import { ImagesInMemory } from "../../data/images/images.ts";
import { storeName } from "../../data/images/store.ts";
import { placeOf } from "../../data/read-rain.ts";
import { type RainFrames, type Tiles, tileShares, tileSource, tilesOf } from "../../data/tiles/tiles.ts";
import type { PrepareOptions } from "../prepared.ts";
import { type EventPlan, eventsOf, labelsOf, limitsOf, rainOfEvent, type SeenEvent } from "./training-data.ts";

/** Bytes of data that are read at once. */
const PIECES = 64e6;

/** Part of the tiles, and its stream. */
export interface TilePart {
  readonly part: "learned" | "held";
  /** Chooses among them. */
  readonly rng: Rng;
}

/** Events that tiles are taken from. */
export interface TileData extends Pick<PrepareOptions, "hashes" | "signal" | "unchanged" | "take"> {
  readonly events: EventPlan;
  /** The events, open. */
  readonly fields: readonly LazyField[];
}

/**
 * The frames of all pieces of the events, in order.
 *
 * @param seen - filled anew as events are read
 * @throws DomainError where an event has only missing values; else as reading does
 */
async function* framesOf(
  part: TilePart["part"],
  { events: plan, fields, signal, unchanged }: TileData,
  seen: SeenEvent[],
): AsyncGenerator<RainFrames> {
  signal?.throwIfAborted();
  seen.length = 0;
  for (const event of eventsOf(plan, part)) {
    // The name keys the choice of tiles: without folders, so that a moved archive gives the same ones.
    const name = `${event}:${basename(labelsOf(plan)[event]!)}`;
    const rain = rainOfEvent(fields[event]!, event, plan, PIECES);
    const { height, width, apart, span } = rain;
    const limits = limitsOf(plan, rain);
    let [before, first, empty] = [0, 0, true];
    for (const { frames, load } of rain.pieces) {
      const field = await load();
      signal?.throwIfAborted();
      empty &&= field.values.every(Number.isNaN);
      const isWanted = (n: number) =>
        n % (plan.every ?? 1) === 0 && (apart === undefined || Boolean(apart[n]) === (part === "held"));
      const kept = Array.from({ length: frames }, (_, n) => n).filter((n) => isWanted(before + n));
      before += frames;
      if (kept.length === 0) continue;
      if (first === 0) seen.push({ place: placeOf(field, span), ...limits });
      const whole = kept.length === frames && field.values instanceof Float32Array ? field.values : undefined;
      const values = whole ?? takeFrames(field.values, kept, height * width);
      yield { name, values, shape: [kept.length, height, width], first, ...limits };
      first += kept.length;
    }
    if (empty) throw new DomainError(`${rain.where} has only missing values; choose another time or variable`);
  }
  unchanged();
}

function takeFrames(values: FieldValues, frames: readonly number[], plane: number): Float32Array {
  const out = new Float32Array(frames.length * plane);
  for (const [to, n] of frames.entries()) out.set(values.subarray(n * plane, (n + 1) * plane), to * plane);
  return out;
}

/** Tiles with what was seen of the events. The same ones whether they are in memory or on the disk. */
export async function takeTiles(
  { part, rng }: TilePart,
  data: TileData,
): Promise<{ readonly tiles: Tiles; readonly seen: readonly SeenEvent[] }> {
  const { events: plan, fields, hashes, take } = data;
  const seen: SeenEvent[] = [];
  const source = tileSource(() => framesOf(part, data, seen), { size: plan.tile });
  const { units, interval, time, every, wetThreshold, largestRate, tile, validate } = plan;
  const decides = {
    variable: fields.map((field) => field.name),
    units,
    interval,
    time,
    every,
    wetThreshold,
    largestRate,
    tile,
    validate,
  };
  const name = storeName(labelsOf(plan), [part, hashes, decides]);
  const shares = tileShares(plan.cap);
  const { images, notes } = await take(source, { shares, rng, name, notes: () => seen });
  const tiles =
    images instanceof ImagesInMemory ? tilesOf(images.arrays.clean, tile, images.events) : { ...images, size: tile };
  return { tiles, seen: notes! };
}
