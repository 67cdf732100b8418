/** A time axis for what has none: bands of a GeoTIFF, or steps that only their order dates. */
import { OptionsError } from "../../engine/errors.ts";
import { textOf } from "../storage/source.ts";
import { encodeTime, parseTimeUnits } from "./calendar.ts";
import { whereOf } from "./cut.ts";
import { addToDate, type DateStep, dateRange } from "./dates.ts";
import type { Coordinate } from "./field.ts";
import type { Gridded } from "./gridded.ts";

/** Date of the first step, and how far apart they are. */
export interface TimeSteps {
  /** A date such as `"1983-01-01"` or `"1983-01-01T06"`. */
  readonly start: string;
  /** A whole number of units, such as `"1day"`, `"6 hours"`, `"10min"`, `"1month"`, `"1year"`. */
  readonly step: string;
}

const UNITS: Readonly<Record<string, keyof DateStep>> = {
  s: "seconds",
  sec: "seconds",
  second: "seconds",
  min: "minutes",
  minute: "minutes",
  h: "hours",
  hour: "hours",
  d: "days",
  day: "days",
  mon: "months",
  month: "months",
  y: "years",
  year: "years",
};

/**
 * A length of the calendar: a whole number of units.
 *
 * @param option - its name, for messages
 * @param others - further words that are let through elsewhere
 * @throws OptionsError for another text
 */
export function stepOf(
  text: string,
  option = "step",
  others = "",
): { readonly count: number; readonly unit: keyof DateStep } {
  const match = /^\s*(\d{1,9})\s*([a-z]+?)s?\s*$/i.exec(text);
  const unit = match && UNITS[match[2]!.toLowerCase()];
  const count = Number(match?.[1]);
  if (unit && count > 0) return { count, unit };
  const expected = "a whole number of seconds, minutes, hours, days, months or years, such as 1day or 10min";
  throw new OptionsError(`${option} is ${JSON.stringify(text)}; expected ${expected}${others}`, option, text);
}

/** True if a coordinate says when. */
const dates = ({ attributes }: Coordinate) => / since /i.test(textOf(attributes, "units") ?? "");

/**
 * The time coordinate of a variable whose steps follow one another regularly, and the dimension that it is for.
 * @throws OptionsError where it has times already or no such dimension, or for an invalid date or step
 */
export function timeSteps(
  variable: Gridded<unknown>,
  { start, step }: TimeSteps,
): { readonly time: Coordinate; readonly dim: string } {
  const where = whereOf(variable);
  const own = variable.coordinates.find((c) => dates(c) && c.dims.length === 1);
  if (own) {
    throw new OptionsError(`${where}: it has times of its own (${own.name}); leave start and step out`, "start", start);
  }
  const free = variable.dims.filter((dim) => dim !== variable.dimOf("y") && dim !== variable.dimOf("x"));
  const dim = variable.dimOf("time") ?? free[0];
  if (dim === undefined) {
    throw new OptionsError(`${where}: it has no dimension besides ${variable.dims.join(", ")} to date`, "start", start);
  }
  const { count, unit } = stepOf(step);
  const first = dateRange(start, "proleptic_gregorian").from;
  const two = (n: number) => String(n).padStart(2, "0");
  const clock = `${two(first.hour)}:${two(first.minute)}:${two(first.second)}`;
  const day = `${String(first.year).padStart(4, "0")}-${two(first.month)}-${two(first.day)}`;
  const counted = unit === "months" || unit === "years" ? "days" : unit;
  const units = `${counted} since ${day} ${clock}`;
  const parsed = parseTimeUnits(units, "proleptic_gregorian");
  const at = (i: number) =>
    counted === unit ? i * count : encodeTime(addToDate(first, { [unit]: i * count }, "proleptic_gregorian"), parsed);
  const n = variable.size(dim);
  // A day, month or year that is dated by its beginning; of hours and longer steps nobody says on which side they lie.
  const namesPeriod =
    (unit === "days" ||
      (unit === "months" && first.day === 1) ||
      (unit === "years" && first.month * first.day === 1)) &&
    count === 1 &&
    clock === "00:00:00";
  const time: Coordinate = {
    name: "time",
    dims: ["time"],
    values: Float64Array.from({ length: n }, (_, i) => at(i)),
    ...(namesPeriod && { bounds: Float64Array.from({ length: 2 * n }, (_, i) => at((i >> 1) + (i & 1))) }),
    attributes: { standard_name: "time", axis: "T", units, calendar: "proleptic_gregorian" },
  };
  return { time, dim };
}
