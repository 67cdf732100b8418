/** Selection by date: ISO texts, also partial ones, against a time coordinate in its own calendar. */
import { OptionsError } from "../engine/errors.ts";
import { decodeTime, parseTimeUnits, type TimeUnits, toIso } from "./calendar.ts";
import { asRanges } from "./dataset-block.ts";
import type { Coordinate } from "./field.ts";
import type { Label, Pick, SelectOptions } from "./select.ts";
import { textOf } from "./source.ts";

const DATE = /^([+-]?\d{4,5})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2}(?:\.\d{1,3})?))?)?)?)?)?Z?$/i;
const HINT = 'expected a date such as "2018", "2018-06", "2018-06-03" or "2018-06-03T12:00", or a range of two';
const DAY = 86_400_000;

/** Time units and calendar of a coordinate. @throws UnitsError if they are not understood. */
export function timeUnitsOf({ attributes }: Coordinate): TimeUnits {
  return parseTimeUnits(textOf(attributes, "units") ?? "", textOf(attributes, "calendar"));
}

/** Whole milliseconds of time values on the axis of their calendar; NaN where missing. */
export function instantsOf(coordinate: Coordinate, units = timeUnitsOf(coordinate)): Float64Array {
  return coordinate.values.map((v) => Math.round(v * units.step + units.origin));
}

/** The date of an instant, as ISO text without a zone. */
export function isoOf(instant: number, { calendar }: TimeUnits): string {
  const moment = decodeTime(instant, { step: 1, origin: 0, calendar });
  return moment === undefined ? "(missing)" : toIso(moment);
}

/** First instant of the period that a text names and the first after it. */
function periodOf(where: string, name: string, text: string, { calendar }: TimeUnits): readonly [number, number] {
  const parts = DATE.exec(text.trim());
  if (!parts) throw new OptionsError(`${where}: ${name} is "${text}"; ${HINT}`, name, text);
  const [year, month, day, hour, minute, second] = parts.slice(1);
  const instant = (y: number, m: number, d: number): number => {
    const date = `${y < 0 ? "-" : ""}${String(Math.abs(y)).padStart(4, "0")}-${m}-${d}`;
    try {
      return parseTimeUnits(`milliseconds since ${date}`, calendar).origin;
    } catch {
      const way = "correct it, or widen it to the month";
      throw new OptionsError(`${where}: ${name} "${text}" is no day of the ${calendar} calendar; ${way}`, name, text);
    }
  };
  const first = instant(Number(year), Number(month ?? 1), Number(day ?? 1));
  if (month === undefined) return [first, instant(Number(year) + 1, 1, 1)];
  if (day === undefined) {
    const next = Number(month) === 12 ? instant(Number(year) + 1, 1, 1) : instant(Number(year), Number(month) + 1, 1);
    return [first, next];
  }
  if (hour === undefined) return [first, first + DAY];
  if (Number(hour) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) >= 60) {
    throw new OptionsError(`${where}: ${name} is "${text}"; ${HINT}`, name, text);
  }
  const begin = first + Number(hour) * 3_600_000 + Number(minute ?? 0) * 60_000 + Math.round(Number(second ?? 0) * 1e3);
  const fraction = second?.split(".")[1];
  const length = minute === undefined ? 3_600_000 : second === undefined ? 60_000 : fraction === undefined ? 1000 : 1;
  return [begin, begin + length];
}

/**
 * The positions of a date or a range of dates on a time coordinate. A text means all that lies in the period it names;
 * the end of a range includes its whole period. With `method: "nearest"` a single text means its first moment.
 *
 * @throws OptionsError where nothing lies there, or the text is no date of the calendar; UnitsError as {@link timeUnitsOf}
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
  const inside: number[] = [];
  for (let i = 0; i < instants.length; i++) if (instants[i]! >= begin && instants[i]! < end) inside.push(i);
  if (inside.length > 0) return { ranges: asRanges(inside), keep: true };
  const asked = typeof label === "string" ? `in ${label}` : `from ${from ?? "the first"} to ${to ?? "the last"}`;
  const order = begin >= end ? "; the range ends before it begins" : `; ${timeSpan(name, instants, units)}`;
  throw new OptionsError(`${where}: no ${name} ${asked}${order}`, name, label);
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
