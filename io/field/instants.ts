/** Times as whole milliseconds on the axis of their own calendar. */
import { textOf } from "../storage/source.ts";
import { decodeTime, parseTimeUnits, type TimeUnits, toIso } from "./calendar.ts";
import { MOST_DAYS } from "./civil.ts";
import type { Coordinate } from "./field.ts";

/** Time units and calendar of a coordinate. @throws UnitsError if they are not understood. */
export function timeUnitsOf({ attributes }: Pick<Coordinate, "attributes">): TimeUnits {
  return parseTimeUnits(textOf(attributes, "units") ?? "", textOf(attributes, "calendar"));
}

/** Whole milliseconds of time values on the axis of their calendar; NaN where missing or no time (a fill value). */
export function instantsOf(coordinate: Coordinate, units = timeUnitsOf(coordinate)): Float64Array {
  return Float64Array.from(coordinate.values, (v) => {
    const instant = Math.round(v * units.step + units.origin);
    return Math.abs(instant) <= MOST_DAYS * 86_400_000 ? instant : Number.NaN;
  });
}

/** The date of an instant, as ISO text without a zone. */
export function isoOf(instant: number, { calendar }: TimeUnits): string {
  const moment = decodeTime(instant, { step: 1, origin: 0, calendar });
  return moment === undefined ? "(missing)" : toIso(moment);
}
