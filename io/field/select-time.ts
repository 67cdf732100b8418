/** Selection by date: ISO texts, also partial ones, against a time coordinate in its own calendar. */
import { OptionsError } from "../../engine/errors.ts";
import { asRanges } from "../storage/block.ts";
import { encodeTime, type TimeUnits } from "./calendar.ts";
import type { Pick } from "./cut.ts";
import { dateRange } from "./dates.ts";
import type { Coordinate } from "./field.ts";
import { edgesOf, instantsOf, isoOf, middlesOf, timeUnitsOf } from "./instants.ts";
import type { Label, SelectOptions } from "./select.ts";

const HINT = 'expected a date such as "2018", "2018-06", "2018-06-03" or "2018-06-03T12:00", or a range of two';

/** First instant of the period that a text names and the first after it. */
function periodOf(where: string, name: string, text: string, { calendar }: TimeUnits): readonly [number, number] {
  const axis = { step: 1, origin: 0, calendar };
  try {
    const { from, to } = dateRange(text, calendar);
    return [encodeTime(from, axis), encodeTime(to, axis)];
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    const why = /does not exist/.test(error.message) ? `is no day of the ${calendar} calendar` : "is no date";
    throw new OptionsError(`${where}: ${name} "${text}" ${why}; ${HINT}`, name, text);
  }
}

/**
 * The positions of a date or a range of dates on a time coordinate. A text means all that lies in the period it names;
 * the end of a range includes its whole period. Times with bounds lie where the middle of these does, wherever their
 * stamps are; a period that is shorter than the bounds finds the time whose bounds hold its middle. Texts with minutes
 * are compared with the stamps. With `method: "nearest"` a single text means its first moment.
 *
 * @throws OptionsError where nothing lies there, or the text is no date of the calendar; UnitsError as
 * {@link timeUnitsOf}
 */
export function pickTimes(where: string, coordinate: Coordinate, label: Label, options: SelectOptions = {}): Pick {
  const { name } = coordinate;
  const units = timeUnitsOf(coordinate);
  const instants = instantsOf(coordinate, units);
  const period = (text: unknown) => {
    if (typeof text === "string") return periodOf(where, name, text, units);
    throw new OptionsError(`${where}: ${name} is ${JSON.stringify(label)}; ${HINT}`, name, label);
  };
  if (typeof label === "string" && options.method === "nearest")
    return nearestTime(where, coordinate, instants, period(label)[0], { ...options, units });
  const [from, to] = Array.isArray(label) ? (label as readonly unknown[]) : [label, label];
  const begin = from === null ? -Infinity : period(from)[0];
  const end = to === null ? Infinity : period(to)[1];
  const isMoment = [from, to].some((text) => typeof text === "string" && /:/.test(text));
  const holds = isMoment
    ? (i: number) => instants[i]! >= begin && instants[i]! < end
    : inBounds(coordinate, units, begin, end);
  const inside = begin < end ? Array.from(instants.keys()).filter(holds) : [];
  if (inside.length > 0) return { ranges: asRanges(inside), keep: true };
  const asked = typeof label === "string" ? `in ${label}` : `from ${from ?? "the first"} to ${to ?? "the last"}`;
  const order = begin >= end ? "; the range ends before it begins" : `; ${timeSpan(name, instants, units)}`;
  throw new OptionsError(`${where}: no ${name} ${asked}${order}`, name, label);
}

/** Tells whether the bounds of a time lie in a period by more than half, or hold the middle of one that is shorter. */
function inBounds(coordinate: Coordinate, units: TimeUnits, begin: number, end: number): (i: number) => boolean {
  const [middles, edges] = [middlesOf(coordinate, units), edgesOf(coordinate, units)];
  return (i) => {
    const middle = middles[i]!;
    if (edges === undefined || end - begin >= edges[2 * i + 1]! - edges[2 * i]!) return middle >= begin && middle < end;
    return edges[2 * i]! <= (begin + end) / 2 && (begin + end) / 2 < edges[2 * i + 1]!;
  };
}

function timeSpan(name: string, instants: Float64Array, units: TimeUnits): string {
  const known = instants.filter((v) => !Number.isNaN(v));
  if (known.length === 0) return `${name} has no value`;
  const span = known.reduce(([low, high], v) => [Math.min(low!, v), Math.max(high!, v)], [Infinity, -Infinity]);
  return `${name} runs from ${isoOf(span[0]!, units)} to ${isoOf(span[1]!, units)} (${units.calendar} calendar)`;
}

function nearestTime(
  where: string,
  { name }: Coordinate,
  instants: Float64Array,
  wanted: number,
  { tolerance = Infinity, units }: SelectOptions & { readonly units: TimeUnits },
): Pick {
  let best = -1;
  for (let i = 0; i < instants.length; i++) {
    const closer = Math.abs(instants[i]! - wanted) - (best < 0 ? Infinity : Math.abs(instants[best]! - wanted));
    if (closer < 0 || (closer === 0 && instants[i]! > instants[best]!)) best = i;
  }
  const away = best < 0 ? Infinity : Math.abs(instants[best]! - wanted) / 1000;
  if (best >= 0 && away <= tolerance) return { ranges: [[best, best + 1]], keep: false };
  const nearest = best < 0 ? timeSpan(name, instants, units) : `the nearest is ${isoOf(instants[best]!, units)}`;
  const limit = best < 0 ? "" : `, ${away} s away; the tolerance is ${tolerance} s`;
  throw new OptionsError(`${where}: no ${name} near ${isoOf(wanted, units)}; ${nearest}${limit}`, name, wanted);
}
