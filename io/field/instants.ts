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

/**
 * Instants by which times belong to dates: the middles of their bounds, so that it does not matter whether a value is
 * called by the beginning or the end of what it stands for; without bounds, and of climatologies, the times themselves.
 */
export function middlesOf(coordinate: Coordinate, units = timeUnitsOf(coordinate)): Float64Array {
  const edges = edgesOf(coordinate, units);
  if (edges === undefined) return instantsOf(coordinate, units);
  return Float64Array.from(coordinate.values, (_, i) => (edges[2 * i]! + edges[2 * i + 1]!) / 2);
}

/** Instants of the bounds of times, two each; undefined without bounds, and of climatologies. */
export function edgesOf(coordinate: Coordinate, units = timeUnitsOf(coordinate)): Float64Array | undefined {
  const { bounds, attributes, values } = coordinate;
  if (bounds?.length !== 2 * values.length || attributes["climatology"] !== undefined) return undefined;
  return instantsOf({ ...coordinate, values: bounds }, units);
}

/** The date of an instant, as ISO text without a zone. */
export function isoOf(instant: number, { calendar }: TimeUnits): string {
  const moment = decodeTime(instant, { step: 1, origin: 0, calendar });
  return moment === undefined ? "(missing)" : toIso(moment);
}
