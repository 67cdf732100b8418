/** The axis of time of a field, and how far its times lie apart. */
import { isMongeError } from "../../engine/errors.ts";
import { axisOf } from "./axes.ts";
import { decodeTime, toDate, toIso } from "./calendar.ts";
import { regularStep } from "./even-spacing.ts";
import type { Coordinate, Field, TimeStamp } from "./field.ts";
import { timeUnitsOf } from "./instants.ts";

/** The coordinate of time, if there is one. */
export function timeAxis(field: Pick<Field, "coordinates">): Coordinate | undefined {
  return field.coordinates.find((c) => axisOf(c.name, c.attributes) === "time" && c.dims.length <= 1);
}

/** The decoded time coordinate, empty where there is none. @throws UnitsError if its units are not understood */
export function timesOf(field: Pick<Field, "coordinates">): TimeStamp[] {
  const time = timeAxis(field);
  if (time === undefined) return [];
  const units = timeUnitsOf(time);
  return Array.from(time.values, (value) => {
    const moment = decodeTime(value, units);
    return { value, iso: moment && toIso(moment), date: moment && toDate(moment, units.calendar) };
  });
}

/**
 * Seconds between times; null for fewer than two, or where they are not evenly spaced.
 *
 * @throws UnitsError if the units of time are not understood
 */
export function secondsBetween(field: Pick<Field, "coordinates">): number | null {
  const time = timeAxis(field);
  if (time === undefined || time.values.length < 2) return null;
  const { step: milliseconds } = timeUnitsOf(time);
  try {
    const { step } = regularStep(time.name, time.values);
    return step > 0 ? Math.round(step * milliseconds) / 1e3 : null;
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return null;
  }
}
