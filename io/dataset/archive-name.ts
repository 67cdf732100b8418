/** Times from the names of files, for archives that say when only there: one GeoTIFF a day. */
import { basename } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { encodeTime, parseTimeUnits } from "../field/calendar.ts";
import { dateRange } from "../field/dates.ts";
import type { Coordinate } from "../field/field.ts";

/** A date of 8 digits or with `-`, `.` or `_` between, and then perhaps a clock; year and month alone need a separator. */
const DATE = /(?<!\d)(\d{4})(?:([-._]?)(\d{2})\2(\d{2})(?:[-._T]?(\d{2}):?(\d{2})(?:\d{2})?)?|[-._](\d{2}))(?!\d)/;
const UNITS = "hours since 1970-01-01";

/**
 * The time that a name holds, such as `chirps-v2.0.2018.06.03.tif`, `PRISM_ppt_20180603.tif`, `rain_2018-06.tif`,
 * `radar_201806031210.tif`, as a single coordinate in the standard calendar.
 *
 * @throws OptionsError where it holds none
 */
export function timeFromName(path: string): Coordinate {
  const match = DATE.exec(basename(path));
  const [, year, , month = match?.[7], day, hour, minute] = match ?? [];
  const date = [year, month, day].filter((part) => part !== undefined).join("-");
  const clock = hour === undefined ? "" : `T${hour}:${minute}`;
  const units = parseTimeUnits(UNITS);
  try {
    if (year === undefined) throw new OptionsError("no date", "path", path);
    const { from } = dateRange(`${date}${clock}`, units.calendar);
    const attributes = { standard_name: "time", units: UNITS, calendar: "standard" };
    return { name: "time", dims: [], values: Float64Array.of(encodeTime(from, units)), attributes };
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    const expected = "expected one such as 2018-06-03, 2018.06.03, 20180603, 201806031210 or 2018-06";
    throw new OptionsError(
      `${path}: its name holds no date; ${expected}, or files with times of their own`,
      "path",
      path,
    );
  }
}
