/** The axis of time of a field, and how far its times lie apart. */
import { isMongeError } from "../../engine/errors.ts";
import { textOf } from "../storage/source.ts";
import { axisOf } from "./axes.ts";
import { parseTimeUnits } from "./calendar.ts";
import { regularStep } from "./even-spacing.ts";
import type { Coordinate, Field } from "./field.ts";

/** The coordinate of time, if there is one. */
export function timeAxis(field: Pick<Field, "coordinates">): Coordinate | undefined {
  return field.coordinates.find((c) => axisOf(c.name, c.attributes) === "time" && c.dims.length <= 1);
}

/**
 * Seconds between times; null for fewer than two, or where they are not evenly spaced.
 *
 * @throws UnitsError if the units of time are not understood
 */
export function secondsBetween(field: Pick<Field, "coordinates">): number | null {
  const time = timeAxis(field);
  if (time === undefined || time.values.length < 2) return null;
  const { step: milliseconds } = parseTimeUnits(
    textOf(time.attributes, "units") ?? "",
    textOf(time.attributes, "calendar"),
  );
  try {
    const { step } = regularStep(time.name, time.values);
    return step > 0 ? Math.round(step * milliseconds) / 1e3 : null;
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return null;
  }
}
