/** The times of a field. */
import { isMongeError, OptionsError } from "../engine/errors.ts";
import type { LazyField } from "../io/dataset/index.ts";
import type { Coordinate, Field } from "../io/field/index.ts";
import { axisOf, parseTimeUnits, regularStep } from "../io/field/index.ts";
import { textOf } from "../io/storage/index.ts";
import type { TimeRange } from "./shell/read-options.ts";

/** What a field and one that is not read yet have in common. */
export type Placed = Pick<Field, "dims" | "coordinates" | "gridMapping" | "times" | "dimOf" | "coordinate" | "size">;

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

/** The moments of a field's frames, where it has times. */
export function timesOf(field: Field): readonly (string | undefined)[] {
  const units = textOf(timeAxis(field)?.attributes ?? {}, "units") ?? "";
  return /\ssince\s/i.test(units) ? field.times().map(({ iso }) => iso) : [];
}

/** The part of a variable at dates or indices. @throws OptionsError where there are none */
export function selectTimes(variable: LazyField, range: TimeRange): LazyField {
  const dim = variable.dimOf("time") ?? ("indices" in range ? variable.dims[0] : undefined);
  if (dim === undefined) {
    const dims = variable.dims.join(", ") || "none";
    throw new OptionsError(`${variable.source}: variable ${variable.name} has no time (it has ${dims})`, "time", range);
  }
  return "dates" in range ? variable.sel({ [dim]: range.dates }) : variable.isel({ [dim]: range.indices });
}
