/**
 * CF time coordinates: numbers with units such as `days since 1850-01-01` in one of CF's calendars (CF-1.11, 4.4).
 * The arithmetic stays in the file's own calendar with whole milliseconds; nothing passes through the machine's zone.
 */
import { UnitsError } from "../engine/errors.ts";

/** Calendars of CF; `gregorian`, `noleap` and `all_leap` are accepted as their older names. */
export type Calendar = "standard" | "proleptic_gregorian" | "365_day" | "366_day" | "360_day" | "julian";

/** A moment in the fields of its calendar. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** The parsed form of time units. */
export interface TimeUnits {
  /** Milliseconds per unit. */
  readonly step: number;
  /** Milliseconds of the reference moment on the calendar's own axis. */
  readonly origin: number;
  readonly calendar: Calendar;
}

const DAY = 86_400_000;
const STEPS: readonly (readonly [RegExp, number])[] = [
  [/^(ms|msec|msecs|millisecs?|milliseconds?)$/, 1],
  [/^(s|sec|secs|seconds?)$/, 1000],
  [/^(min|mins|minutes?)$/, 60_000],
  [/^(h|hr|hrs|hours?)$/, 3_600_000],
  [/^(d|days?)$/, DAY],
  [/^weeks?$/, 7 * DAY],
];
const ALIASES: Readonly<Record<string, Calendar>> = {
  standard: "standard",
  gregorian: "standard",
  proleptic_gregorian: "proleptic_gregorian",
  noleap: "365_day",
  "365_day": "365_day",
  all_leap: "366_day",
  "366_day": "366_day",
  "360_day": "360_day",
  julian: "julian",
};
const STARTS = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const LEAP_STARTS = STARTS.map((d, m) => (m > 1 ? d + 1 : d));

/** Day number of 1582-10-15, the first Gregorian day of the `standard` calendar, and of the Julian day before it. */
const SWITCH = gregorianDay(1582, 10, 15);

function gregorianDay(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const m = (month + 9) % 12;
  return (
    365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * m + 2) / 5) + day - 1
  );
}

function julianDay(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const m = (month + 9) % 12;
  return 365 * y + Math.floor(y / 4) + Math.floor((153 * m + 2) / 5) + day - 1 - 2;
}

function fixedDay(calendar: Calendar, year: number, month: number, day: number): number {
  if (calendar === "360_day") return 360 * year + 30 * (month - 1) + day - 1;
  const [length, starts] = calendar === "366_day" ? [366, LEAP_STARTS] : [365, STARTS];
  return length * year + starts[month - 1]! + day - 1;
}

function dayNumber(calendar: Calendar, year: number, month: number, day: number): number {
  if (calendar === "julian") return julianDay(year, month, day);
  if (calendar === "proleptic_gregorian") return gregorianDay(year, month, day);
  if (calendar !== "standard") return fixedDay(calendar, year, month, day);
  const gregorian = gregorianDay(year, month, day);
  return gregorian >= SWITCH ? gregorian : julianDay(year, month, day);
}

/** Year, month and day of a day number, found from an estimate of the year that is at most one off. */
function civil(calendar: Calendar, days: number): [number, number, number] {
  const mean = { "360_day": 360, "365_day": 365, "366_day": 366, julian: 365.25 }[calendar as "julian"] ?? 365.2425;
  let year = Math.floor(days / mean);
  while (dayNumber(calendar, year, 1, 1) > days) year--;
  while (dayNumber(calendar, year + 1, 1, 1) <= days) year++;
  let month = 12;
  while (month > 1 && dayNumber(calendar, year, month, 1) > days) month--;
  const first = dayNumber(calendar, year, month, 1);
  const jump = calendar === "standard" && year === 1582 && month === 10 && days >= SWITCH ? 10 : 0;
  return [year, month, days - first + 1 + jump];
}

function fail(what: string, units: string): UnitsError {
  const expected = "a text such as `days since 1850-01-01 00:00:00`";
  return new UnitsError(`decodeTime: ${what} in time units "${units}"; expected ${expected}`, units, expected);
}

/**
 * Parses CF time units.
 *
 * @param units - `<unit> since <date>[ <time>][ <zone>]`; months and years are refused, their length is not fixed.
 * @param calendar - CF calendar name; `standard` by default.
 * @throws UnitsError if the units or the calendar are not understood.
 */
export function parseTimeUnits(units: string, calendar = "standard"): TimeUnits {
  const known = ALIASES[calendar.toLowerCase().trim()];
  if (known === undefined) {
    throw new UnitsError(
      `decodeTime: calendar "${calendar}" is unknown; expected one of ${Object.keys(ALIASES).join(", ")}`,
      units,
      "a CF calendar",
    );
  }
  const match = /^\s*([A-Za-z]+)\s+since\s+(.+?)\s*$/i.exec(units);
  if (!match) throw fail("no `since`", units);
  const step = STEPS.find(([pattern]) => pattern.test(match[1]!.toLowerCase()))?.[1];
  if (step === undefined) throw fail(`unit "${match[1]}" has no fixed length or is unknown`, units);
  const date =
    /^([+-]?\d{1,5})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2}(?:\.\d*)?))?)?\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?$/i.exec(
      match[2]!,
    );
  if (!date) throw fail(`reference "${match[2]}" is not a date`, units);
  const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3])];
  if (month < 1 || month > 12 || day < 1 || day > 31) throw fail(`reference "${match[2]}" is not a date`, units);
  const first = dayNumber(known, year, month, day);
  if (String(civil(known, first)) !== String([year, month, day])) {
    throw fail(`reference "${match[2]}" is not a day of the ${known} calendar`, units);
  }
  const clock = Number(date[4] ?? 0) * 3_600_000 + Number(date[5] ?? 0) * 60_000 + Number(date[6] ?? 0) * 1000;
  const zone = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(date[7] ?? "");
  const shift = zone ? (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 3_600_000 + Number(zone[3] ?? 0) * 60_000) : 0;
  return { step, origin: first * DAY + clock - shift, calendar: known };
}

/**
 * The moment that a time value stands for, rounded to milliseconds.
 * @throws UnitsError as {@link parseTimeUnits}; a NaN value gives undefined.
 */
export function decodeTime(value: number, units: TimeUnits): CalendarDate | undefined {
  if (!Number.isFinite(value)) return undefined;
  const total = Math.round(value * units.step + units.origin);
  const days = Math.floor(total / DAY);
  const rest = total - days * DAY;
  const [year, month, day] = civil(units.calendar, days);
  return {
    year,
    month,
    day,
    hour: Math.floor(rest / 3_600_000),
    minute: Math.floor(rest / 60_000) % 60,
    second: Math.floor(rest / 1000) % 60,
    millisecond: rest % 1000,
  };
}

/** ISO 8601 text of a moment, without a zone: `1850-02-30T12:00:00` exists in the 360-day calendar. */
export function toIso(date: CalendarDate): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const year = `${date.year < 0 ? "-" : ""}${String(Math.abs(date.year)).padStart(4, "0")}`;
  const fraction = date.millisecond ? `.${String(date.millisecond).padStart(3, "0")}` : "";
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
