/**
 * Selection by label along one coordinate: which positions a number or a range of numbers means. Ranges are inclusive,
 * as in xarray. Longitudes are compared around the circle, so that a box from -5 to 5 finds its cells on a grid from 0
 * to 360: they come joined in order, and the coordinate is given in the box's own convention.
 */
import { OptionsError } from "../../engine/errors.ts";
import { asRanges, type Range } from "../storage/block.ts";
import { axisOf, isGeographic } from "./axes.ts";
import type { Pick } from "./cut.ts";
import type { Coordinate } from "./field.ts";

/** From one label to another, both included; null leaves an end open. */
export type LabelRange = readonly [from: number | string | null, to: number | string | null];

/**
 * A position on a coordinate: a number; a range of numbers; or for time an ISO date in the coordinate's own calendar,
 * which may be partial (`"2018"`, `"2018-06"`, `"2018-06-03T12"` mean all that lies in them), or a range of such dates.
 */
export type Label = number | string | LabelRange;

/** Matching of single labels. */
export interface SelectOptions {
  /** `"exact"`: the label must be on the coordinate; `"nearest"`: the closest position is taken. @defaultValue "exact" */
  readonly method?: "exact" | "nearest";
  /**
   * Largest distance from a single label to the position that is taken, in the coordinate's units; in seconds for
   * dates; in degrees of a great circle where latitude and longitude are two-dimensional. @defaultValue none
   */
  readonly tolerance?: number;
}

/** Coordinates stored as float32 are off by up to this share of their value. */
const ROUNDING = 2 ** -23;

/** True if a coordinate is a longitude, on which 360 is a full circle. */
function isLongitude({ name, attributes }: Named): boolean {
  return axisOf(name, attributes) === "x" && isGeographic(name, attributes);
}

type Named = Readonly<{ name: string; attributes: Coordinate["attributes"] }>;

/** In words, for messages. */
export function spanOf({ name, values }: Coordinate): string {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return `${name} runs from ${low} to ${high}`;
}

/**
 * The positions of a number or a range of numbers on a one-dimensional coordinate.
 *
 * @param where - file and variable, for messages
 * @throws OptionsError where nothing lies there
 */
export function pickNumbers(where: string, coordinate: Coordinate, label: Label, options: SelectOptions = {}): Pick {
  const { name } = coordinate;
  if (typeof label === "number") return pickNearest(where, coordinate, label, options);
  const ends = Array.isArray(label) && label.length === 2 ? (label as LabelRange) : undefined;
  const [from, to] = ends ?? [];
  const fits = (v: unknown) => v === null || (typeof v === "number" && !Number.isNaN(v));
  if (ends === undefined || !fits(from) || !fits(to)) {
    const expected = "expected a number, or a range [from, to] of numbers (null for an open end)";
    throw new OptionsError(`${where}: ${name} is ${JSON.stringify(label)}; ${expected}`, name, label);
  }
  const [low, high] = [(from as number | null) ?? -Infinity, (to as number | null) ?? Infinity];
  const pick = isLongitude(coordinate) ? pickArc(coordinate, low, high) : pickRange(coordinate, low, high);
  if (pick.ranges.length > 0) return pick;
  throw new OptionsError(
    `${where}: no ${name} from ${from ?? "the first"} to ${to ?? "the last"}; ${spanOf(coordinate)}`,
    name,
    label,
  );
}

/** Distance on the line, or around the circle. */
function distance(a: number, b: number, around: boolean): number {
  const d = Math.abs(a - b);
  return around ? Math.abs(d - 360 * Math.round(d / 360)) : d;
}

/** One position. Of two that are equally near, the larger, as in pandas. */
function pickNearest(where: string, coordinate: Coordinate, label: number, options: SelectOptions): Pick {
  const { name, values } = coordinate;
  const around = isLongitude(coordinate);
  let best = -1;
  let least = Infinity;
  for (let i = 0; i < values.length; i++) {
    const d = distance(values[i]!, label, around);
    if (!(d < least || (d === least && values[i]! > values[best]!))) continue;
    best = i;
    least = d;
  }
  const exact = (options.method ?? "exact") === "exact";
  const limit = exact ? ROUNDING * Math.max(Math.abs(label), around ? 360 : 0) : (options.tolerance ?? Infinity);
  if (best < 0 || !(least <= limit)) {
    const nearest = best < 0 ? spanOf(coordinate) : `the nearest is ${values[best]}`;
    const hint = exact ? '; pass { method: "nearest" } to take it' : `, ${least} away; the tolerance is ${limit}`;
    throw new OptionsError(`${where}: ${name} ${label} is not on the grid; ${nearest}${hint}`, name, label);
  }
  const shift = around ? 360 * Math.round((label - values[best]!) / 360) : 0;
  return { ranges: [[best, best + 1]], keep: false, ...(shift !== 0 && { shifts: [shift] }) };
}

function pickRange({ values }: Coordinate, a: number, b: number): Pick {
  const slack = (v: number) => (Number.isFinite(v) ? ROUNDING * Math.abs(v) : 0);
  const [low, high] = a <= b ? [a - slack(a), b + slack(b)] : [b - slack(b), a + slack(a)];
  const inside: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i]! >= low && values[i]! <= high) inside.push(i);
  return { ranges: asRanges(inside), keep: true };
}

/** True if values go one way, but for one seam of the circle; those of stations and tracks do not. */
function isAxis(values: Float64Array): boolean {
  let [rises, falls] = [0, 0];
  for (let i = 1; i < values.length; i++) values[i]! > values[i - 1]! ? rises++ : falls++;
  return Math.min(rises, falls) <= 1;
}

/** Longitudes from `west` eastwards to `east`; `west` above `east` goes over the 180th meridian. */
function pickArc(coordinate: Coordinate, west: number, east: number): Pick {
  const { values } = coordinate;
  if (!Number.isFinite(west) || !Number.isFinite(east)) return pickRange(coordinate, west, east);
  const end = east < west ? east + 360 * Math.ceil((west - east) / 360) : east;
  const slack = 360 * ROUNDING;
  // Runs of neighbours that need the same number of turns.
  const runs: { from: number; to: number; shift: number; first: number }[] = [];
  for (let i = 0; i < values.length; i++) {
    const own = values[i]! >= west - slack && values[i]! <= end + slack;
    const shift = own ? 0 : 360 * Math.ceil((west - slack - values[i]!) / 360);
    const moved = values[i]! + shift;
    if (!(moved <= end + slack)) continue;
    const last = runs.at(-1);
    if (last?.to === i && last.shift === shift) last.to++;
    else runs.push({ from: i, to: i + 1, shift, first: moved });
  }
  if (!isAxis(values)) return pickOf(runs);
  const falling = values.length > 1 && values[1]! < values[0]!;
  runs.sort((a, b) => (falling ? b.first - a.first : a.first - b.first));
  // A grid may hold one meridian twice, as 0 and 360; where both would come, the second is left out.
  runs.forEach((run, i) => {
    const before = runs[i - 1];
    if (before === undefined) return;
    const last = values[before.to - 1]! + before.shift;
    const passed = (v: number) => (falling ? v < last - slack : v > last + slack);
    while (run.from < run.to && !passed(values[run.from]! + run.shift)) run.from++;
  });
  return pickOf(runs.filter(({ from, to }) => from < to));
}

function pickOf(kept: readonly { readonly from: number; readonly to: number; readonly shift: number }[]): Pick {
  return {
    ranges: kept.map(({ from, to }): Range => [from, to]),
    keep: true,
    ...(kept.some(({ shift }) => shift !== 0) && { shifts: kept.map(({ shift }) => shift) }),
  };
}
