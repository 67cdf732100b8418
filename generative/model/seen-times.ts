/** Days of the year and hours of the day that a model was trained on, compared with those of an input. */
import { list, optional, real } from "../../engine/checks.ts";
import type { Channel } from "./channel.ts";
import { contextOf, type Moment } from "./context.ts";

/** Stretches `[from, to]` of the year or of the day, each from 0 to 1; one that goes on over the end is two. */
export type Stretches = readonly (readonly [from: number, to: number])[];

/** Times of the training data, where they are inputs of the model. Plain JSON. */
export interface SeenTimes {
  /** Of the year. @defaultValue the season is no input */
  readonly season?: Stretches;
  /** Of the day. @defaultValue the hour is no input */
  readonly hour?: Stretches;
}

const NAMES = ["season", "hour"] as const;
/** Largest distance of a time from the next one that was seen: half a month, so that months make a year; and an hour and a half. */
const REACH = { season: 16 / 365, hour: 1.5 / 24 } as const;
/** Rounding of times. */
const EPSILON = 1e-9;

const stretchesCheck = list(list(real(0, 1), 2, 2), 1);
/** Checks of the parts of stored {@link SeenTimes}. */
export const seenTimesChecks = { season: optional(stretchesCheck), hour: optional(stretchesCheck) };

/** Times as stretches; gaps that both ends reach over are none. */
function stretchesOf(times: readonly number[], reach: number): Stretches {
  const found: [number, number][] = [];
  for (const time of [...times].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && time - last[1] <= 2 * reach + EPSILON) last[1] = time;
    else found.push([time, time]);
  }
  return found;
}

/** True if a time of the circle is in a stretch, or no farther from one than `reach`. */
const isSeen = (time: number, stretches: Stretches, reach: number): boolean =>
  stretches.some(([from, to]) =>
    [-1, 0, 1].some((turn) => time + turn >= from - reach - EPSILON && time + turn <= to + reach + EPSILON),
  );

/** The contexts of time among channels. */
const timeContextsOf = (channels: readonly Channel[]) =>
  NAMES.filter((name) => channels.some((channel) => channel.role === "context" && contextOf(channel)[0] === name));

/**
 * Times seen in training.
 *
 * @param moments - of the times to learn from
 * @param before - what the model that training begins with has seen; one without a record leaves it unknown
 */
export function seenTimes(
  channels: readonly Channel[],
  moments: readonly Moment[],
  before: { readonly seen: SeenTimes | undefined } | undefined,
): SeenTimes {
  const found = timeContextsOf(channels).flatMap((name) => {
    const known = before === undefined ? [] : before.seen?.[name];
    if (known === undefined) return [];
    // Both ends of a stretch and what lies between them, as close as it must be.
    const earlier = known.flatMap(([from, to]) => {
      const count = Math.ceil((to - from) / REACH[name]);
      return Array.from({ length: count + 1 }, (_, i) => (count === 0 ? from : from + ((to - from) * i) / count));
    });
    return [[name, stretchesOf([...earlier, ...moments.map((moment) => moment[name])], REACH[name])] as const];
  });
  return Object.fromEntries(found);
}

/** Contexts of time without a record of what training had. */
export const unrecordedTimes = (channels: readonly Channel[], seen: SeenTimes | undefined): readonly string[] =>
  timeContextsOf(channels).filter((name) => seen?.[name] === undefined);

/** Times of the year of an input that are far from those of training, in words, and those of training. */
export const seasonsOff = (seen: Stretches, met: readonly number[]): readonly [string, string] | undefined =>
  timesOff("season", "times of the year", seen, met);

/** The same of times of the day. */
export const hoursOff = (seen: Stretches, met: readonly number[]): readonly [string, string] | undefined =>
  timesOff("hour", "times of the day", seen, met);

function timesOff(name: (typeof NAMES)[number], what: string, seen: Stretches, met: readonly number[]) {
  const beyond = met.filter((time) => !isSeen(time, seen, REACH[name]));
  if (beyond.length === 0) return undefined;
  const which = inWords(name, stretchesOf(beyond, REACH[name]));
  const has = `${what} that training had not (${beyond.length} of ${met.length}: ${which})`;
  return [has, `on ${inWords(name, seen)}`] as const;
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** A day of a year of 365 days. */
function dayOf(season: number): string {
  const date = new Date(Date.UTC(2001, 0, 1 + Math.min(364, Math.floor(365 * season + EPSILON))));
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

function hourOf(time: number): string {
  const minutes = Math.round(1440 * time);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function inWords(name: (typeof NAMES)[number], stretches: Stretches): string {
  const one = name === "season" ? dayOf : hourOf;
  return stretches.map(([from, to]) => (one(from) === one(to) ? one(from) : `${one(from)} to ${one(to)}`)).join(", ");
}
