/** Events of a training: files, or fields that are in memory or still in their files; each is one event. And the tiles of them. */

import { DomainError, OptionsError } from "../../engine/errors.ts";
import { basename, resolve } from "../../engine/platform/paths.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { expandPatterns, type LazyField, type TimeRange } from "../../io/dataset/index.ts";
import { type FieldValues, precipitationFactor } from "../../io/field/index.ts";
import { rainLimits } from "../../io/rain/index.ts";
import { ImagesInMemory } from "../data/images/images.ts";
import { storeName } from "../data/images/store.ts";
import { type Intervals, placeOf, type RainStream, rainOf, rateUnits } from "../data/read-rain.ts";
import { type FieldSource, type FieldSources, sourcesOf } from "../data/sources.ts";
import { type RainFrames, type Tiles, tileShares, tileSource, tilesOf } from "../data/tiles/tiles.ts";
import type { RainPlace } from "../model/spacing.ts";
import type { PrepareOptions } from "./prepared.ts";

/** Files (names, or patterns with `*`, `?`, `**`, `{a,b}`) or fields of fine precipitation; each is one event. */
export type TrainingData = FieldSources;

/** Events, and what is read of them. */
export interface EventPlan {
  /** Files, or names of the fields. */
  readonly data: readonly string[];
  readonly units?: string;
  readonly interval?: Intervals;
  readonly time?: TimeRange;
  /** @defaultValue 1 */
  readonly every?: number;
  readonly cap?: number;
  /** In the units of the data. */
  readonly wetThreshold?: number;
  readonly largestRate?: number;
  readonly tile: number;
  /** Times that are held out, or the events that are. @defaultValue nothing */
  readonly validate?: TimeRange | readonly string[];
}

/** Events, listed. */
export interface ListedData {
  /** Paths, or names of the fields. */
  readonly labels: readonly string[];
  readonly sources: readonly FieldSource[];
}

/**
 * Lists events.
 *
 * @param variable - of the files. @defaultValue their only one
 * @throws OptionsError where there are none, or a pattern meets no file
 */
export async function listData(data: TrainingData, variable?: string): Promise<ListedData> {
  const labels: string[] = [];
  const sources: FieldSource[] = [];
  for (const item of sourcesOf(data)) {
    const found = typeof item === "string" ? await expandPatterns([item]) : [item];
    for (const one of found) {
      labels.push(typeof one === "string" ? resolve(one) : one.source || one.name);
      sources.push(typeof one === "string" && variable !== undefined ? `${one}:${variable}` : one);
    }
  }
  if (labels.length > 0) return { labels, sources };
  throw new OptionsError("train: `data` is empty; name at least one file or field", "data", data);
}

/** The events to learn from, and behind them those to validate on. */
export const labelsOf = ({ data, validate = [] }: Pick<EventPlan, "data" | "validate">): readonly string[] =>
  "length" in validate ? [...data, ...validate] : data;

/** Place and limits of an event. */
export interface SeenEvent extends Required<LimitsOf> {
  readonly place: RainPlace;
}

/** Numbers, among {@link labelsOf}, of the events to learn from, or to validate on. */
export function eventsOf(plan: EventPlan, part: "learned" | "held"): readonly number[] {
  const all = [...labelsOf(plan).keys()];
  if (plan.validate === undefined || !("length" in plan.validate)) return all;
  return all.filter((index) => index < plan.data.length === (part === "learned"));
}

/** An event as rain that is read in pieces. @param index - among {@link labelsOf} */
export function rainOfEvent(field: LazyField, index: number, plan: EventPlan, bytes: number): RainStream {
  const { validate } = plan;
  return rainOf(field, { ...plan, apart: validate && "length" in validate ? undefined : validate, index, bytes });
}

/** Dry and clutter limits in mm/h: as stated in the units of the data, else by their interval. */
export function limitsOf(plan: EventPlan, { units, interval, span }: RainStream): Required<LimitsOf> {
  const { wet, clutter } = rainLimits(span);
  const scale = precipitationFactor(units, rateUnits, interval);
  const { wetThreshold, largestRate } = plan;
  return {
    wetThreshold: wetThreshold === undefined ? wet : wetThreshold * scale,
    largestRate: largestRate === undefined ? clutter : largestRate * scale,
  };
}

type LimitsOf = Pick<RainFrames, "wetThreshold" | "largestRate">;

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
