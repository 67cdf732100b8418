/**
 * CF time coordinates: numbers with units such as `days since 1850-01-01` in one of CF's calendars (CF-1.11, 4.4).
 * The arithmetic stays in the file's own calendar with whole days and whole microseconds; nothing passes through the
 * machine's zone. Decoding and encoding are exact wherever the number in the file can say the moment.
 */
import { among, checkOptions } from "../../engine/checks.ts";
import { UnitsError } from "../../engine/errors.ts";
import { getOwn } from "../../engine/files/get-own.ts";
import {
  CALENDARS,
  type Calendar,
  type CalendarDate,
  DAY_US,
  dateOf,
  dayNumber,
  gregorianDay,
  isDay,
  SWITCH,
} from "./civil.ts";

export type { Calendar, CalendarDate };

/** The parsed form of time units. */
export interface TimeUnits {
  /** Milliseconds per unit. */
  readonly step: number;
  /** Whole milliseconds of the reference moment on the calendar's own axis. */
  readonly origin: number;
  /** Calendar of the reference moment and of every time counted from it. */
  readonly calendar: Calendar;
  /** Microseconds of the reference moment beyond `origin`, 0 to 999; left out where it is 0. */
  readonly originMicrosecond?: number;
}

const DAY = 86_400_000;
/** Milliseconds of udunits' year, 3.15569259747e7 s. */
const UDUNITS_YEAR = 3.15569259747e10;
const STEPS: readonly (readonly [RegExp, number])[] = [
  [/^(microsec|microsecs|microseconds?|us|µs|μs)$/, 0.001],
  [/^(ms|msec|msecs|millisecs?|milliseconds?)$/, 1],
  [/^(s|sec|secs|seconds?)$/, 1000],
  [/^(min|mins|minutes?)$/, 60_000],
  [/^(h|hr|hrs|hours?)$/, 3_600_000],
  [/^(d|days?)$/, DAY],
  [/^weeks?$/, 7 * DAY],
  [/^common_years?$/, 365 * DAY],
];
const MONTH = /^months?$/;
const YEAR = /^(years?|yr)$/;
const REFERENCE =
  /^([+-]?\d{1,5})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2}(?:\.\d*)?))?)?\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?$/i;

/** Longest text of time units that is read. */
const LONGEST = 256;

function fail(what: string, units: string, way = ""): UnitsError {
  const expected = "a text such as `days since 1850-01-01 00:00:00`";
  return new UnitsError(
    `decodeTime: ${what} in time units "${units}"; expected ${expected}${way && `; ${way}`}`,
    units,
    expected,
  );
}

/**
 * The calendar that a name in a file stands for.
 *
 * @param name - in any case of letters, older names (`gregorian`, `noleap`) included; undefined is `standard`
 * @throws UnitsError for any other name
 */
export function calendarOf(name: string | undefined): Calendar {
  const known = getOwn(CALENDARS, (name ?? "standard").toLowerCase().trim());
  if (known !== undefined) return known;
  throw new UnitsError(
    `decodeTime: calendar "${name}" is unknown; expected one of ${Object.keys(CALENDARS).join(", ")}`,
    name ?? "",
    "a CF calendar",
  );
}

function stepOf(unit: string, units: string, calendar: Calendar, months: "refuse" | "udunits" | undefined): number {
  const name = unit.toLowerCase();
  const step = STEPS.find(([pattern]) => pattern.test(name))?.[1];
  if (step !== undefined) return step;
  const divisor = MONTH.test(name) ? 12 : YEAR.test(name) ? 1 : undefined;
  if (divisor === undefined) throw fail(`unit "${unit}" is unknown`, units);
  if (divisor === 12 && calendar === "360_day") return 30 * DAY;
  if (months === "udunits") return UDUNITS_YEAR / divisor;
  throw fail(
    `unit "${unit}" has no fixed length`,
    units,
    "write them as days (`cdo settunits,days IN OUT` counts calendar months), or take udunits' fixed lengths " +
      '(365.242198781 days a year) with `parseTimeUnits(units, calendar, { months: "udunits" })`',
  );
}

/**
 * Parses CF time units. Hours, minutes, seconds, fractions of them and a zone (`Z`, `UTC`, `+01:00`, `-9:00`) may
 * follow the date. Months are 30 days in the 360-day calendar and refused elsewhere, unless the options say otherwise;
 * `common_year` is 365 days, as in udunits.
 *
 * @param units - `<unit> since <date>[ <time>][ <zone>]`.
 * @param calendar - CF calendar name; `standard` by default.
 * @param options.months - meaning of `months since` and `years since` outside the 360-day calendar: an error, or with
 * `"udunits"`
 *   fixed lengths, a year of 365.242198781 days and a twelfth of it, which are not calendar months
 * @throws UnitsError if the units or the calendar are not understood.
 */
export function parseTimeUnits(
  units: string,
  calendar = "standard",
  options: { readonly months?: "refuse" | "udunits" } = {},
): TimeUnits {
  checkOptions("parseTimeUnits", options, { months: among("refuse", "udunits") });
  const known = calendarOf(calendar);
  if (units.length > LONGEST) throw fail(`${units.length} characters, above ${LONGEST},`, `${units.slice(0, 40)}…`);
  const match = /^([\p{L}_]+)\s+since\s+(\S.*)$/iu.exec(units.trim());
  if (!match) throw fail("no `since`", units);
  const step = stepOf(match[1]!, units, known, options.months);
  const date = REFERENCE.exec(match[2]!);
  if (!date) throw fail(`reference "${match[2]}" is not a date`, units);
  const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3])];
  if (month < 1 || month > 12 || day < 1 || day > 31) throw fail(`reference "${match[2]}" is not a date`, units);
  if (!isDay(known, year, month, day)) {
    throw fail(`reference "${match[2]}" is not a day of the ${known} calendar`, units);
  }
  const [hour, minute, second] = [Number(date[4] ?? 0), Number(date[5] ?? 0), Number(date[6] ?? 0)];
  if (hour > 24 || minute > 59 || second >= 61) throw fail(`reference "${match[2]}" is not a time of day`, units);
  const zone = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(date[7] ?? "");
  const shift = zone ? (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 3_600_000 + Number(zone[3] ?? 0) * 60_000) : 0;
  const micro = Math.round(second * 1e6);
  const rest = micro % 1000;
  const clock = hour * 3_600_000 + minute * 60_000 + (micro - rest) / 1000;
  const origin = dayNumber(known, year, month, day) * DAY + clock - shift;
  return { step, origin, calendar: known, ...(rest !== 0 && { originMicrosecond: rest }) };
}

/** Day and microseconds of the reference moment. */
function originOf(units: TimeUnits): [day: number, micro: number] {
  const day = Math.floor(units.origin / DAY);
  return [day, Math.round((units.origin - day * DAY) * 1000) + (units.originMicrosecond ?? 0)];
}

/** Whole units of this many microseconds as days and microseconds, without rounding. */
function wholeUnits(count: number, stepUs: number): [days: number, micro: number] {
  if (stepUs % DAY_US === 0) return [count * (stepUs / DAY_US), 0];
  const perDay = DAY_US / stepUs;
  const days = Math.floor(count / perDay);
  return [days, (count - days * perDay) * stepUs];
}

/** Finest of second, millisecond and microsecond, in microseconds, that a number of this size can distinguish. */
function resolution(value: number, stepUs: number): number {
  const ulp = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(value), Number.MIN_VALUE))) - 52) * stepUs;
  return ulp <= 1 ? 1 : ulp <= 1000 ? 1000 : 1e6;
}

/**
 * The moment that a time value stands for: exact for whole numbers, rounded to microseconds for fractions, or to
 * milliseconds or seconds where the number is too large to distinguish microseconds (`days since 0001` today).
 *
 * @param value - in `units` from their reference moment
 * @returns undefined for NaN, and for a value more than a million years away, such as a fill value: no time is there.
 */
export function decodeTime(value: number, units: TimeUnits): CalendarDate | undefined {
  if (!Number.isFinite(value)) return undefined;
  const stepUs = units.step * 1000;
  let [days, micro] = originOf(units);
  if (Number.isInteger(stepUs) && (stepUs % DAY_US === 0 || DAY_US % stepUs === 0)) {
    const whole = Math.floor(value);
    const digit = resolution(value, stepUs);
    const [moreDays, moreMicro] = wholeUnits(whole, stepUs);
    days += moreDays;
    micro += moreMicro + Math.round(((value - whole) * stepUs) / digit) * digit;
  } else {
    // udunits' months and years are no whole numbers of days: the product is rounded to milliseconds.
    const total = Math.round(value * units.step);
    const moreDays = Math.floor(total / DAY);
    days += moreDays;
    micro += (total - moreDays * DAY) * 1000;
  }
  return dateOf(days, micro, units.calendar);
}

/**
 * The number that stands for a moment: {@link decodeTime} the other way round. A moment that is a whole number of
 * units comes out as that whole number, others are rounded once.
 *
 * @throws UnitsError if the date does not exist in the calendar of the units.
 */
export function encodeTime(date: CalendarDate, units: TimeUnits): number {
  const { year, month, day, hour, minute, second, millisecond, microsecond = 0 } = date;
  if (!isDay(units.calendar, year, month, day)) {
    const expected = `a day of the ${units.calendar} calendar`;
    throw new UnitsError(`encodeTime: ${year}-${month}-${day} does not exist; expected ${expected}`, "", expected);
  }
  const [originDay, originMicro] = originOf(units);
  const stepUs = units.step * 1000;
  let days = dayNumber(units.calendar, year, month, day) - originDay;
  let micro = ((hour * 60 + minute) * 60 + second) * 1e6 + millisecond * 1000 + microsecond - originMicro;
  const carry = Math.floor(micro / DAY_US);
  days += carry;
  micro -= carry * DAY_US;
  if (DAY_US % stepUs === 0) {
    const whole = Math.floor(micro / stepUs);
    return days * (DAY_US / stepUs) + whole + (micro - whole * stepUs) / stepUs;
  }
  const perUnit = stepUs / DAY_US;
  if (!Number.isInteger(perUnit)) return (days * DAY_US + micro) / stepUs;
  const whole = Math.floor(days / perUnit);
  return whole + (days - whole * perUnit + micro / DAY_US) / perUnit;
}

/** ISO 8601 text of a moment, without a zone: `1850-02-30T12:00:00` exists in the 360-day calendar. */
export function toIso(date: CalendarDate): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const year = `${date.year < 0 ? "-" : ""}${String(Math.abs(date.year)).padStart(4, "0")}`;
  const micro = date.microsecond ? String(date.microsecond).padStart(3, "0") : "";
  const fraction = date.millisecond || micro ? `.${String(date.millisecond).padStart(3, "0")}${micro}` : "";
  const clock = `${two(date.hour)}:${two(date.minute)}:${two(date.second)}${fraction}`;
  return `${year}-${two(date.month)}-${two(date.day)}T${clock}`;
}

/** The moment as a JavaScript Date (UTC), or undefined in calendars whose days do not all exist there. */
export function toDate(date: CalendarDate, calendar: Calendar): Date | undefined {
  const switched = calendar === "standard" && gregorianDay(date.year, date.month, date.day) < SWITCH;
  if ((calendar !== "standard" && calendar !== "proleptic_gregorian") || switched) return undefined;
  const result = new Date(0);
  result.setUTCFullYear(date.year, date.month - 1, date.day);
  result.setUTCHours(date.hour, date.minute, date.second, date.millisecond);
  return result;
}
