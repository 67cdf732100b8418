/**
 * Days of the calendars of CF (CF-1.11, 4.4.1) counted as whole numbers, and back: each calendar has its own axis of
 * days. Years are astronomical, as in ISO 8601: there is a year 0, and year -1 is before it.
 */

/** Calendars of CF; `gregorian`, `noleap` and `all_leap` are accepted as their older names. */
export type Calendar = "standard" | "proleptic_gregorian" | "365_day" | "366_day" | "360_day" | "julian";

/** Microseconds of a day. */
export const DAY_US = 86_400e6;

/** A moment in the fields of its calendar; years are astronomical (year 0 exists). */
export interface CalendarDate {
  /** Whole, astronomical. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** Of the month, from 1. */
  readonly day: number;
  /** 0 to 23. */
  readonly hour: number;
  /** 0 to 59. */
  readonly minute: number;
  /** 0 to 59; there are no leap seconds. */
  readonly second: number;
  /** 0 to 999. */
  readonly millisecond: number;
  /** Beyond the millisecond, 0 to 999; left out where it is 0. */
  readonly microsecond?: number;
}

/** Names of calendars in files, old ones too. */
export const CALENDARS: Readonly<Record<string, Calendar>> = {
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
export const SWITCH = gregorianDay(1582, 10, 15);

/** Day number in the Gregorian calendar, extended to all years. */
export function gregorianDay(year: number, month: number, day: number): number {
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

/** Number of a day; the month is 1 to 12, the day need not lie in the month. */
export function dayNumber(calendar: Calendar, year: number, month: number, day: number): number {
  if (calendar === "julian") return julianDay(year, month, day);
  if (calendar === "proleptic_gregorian") return gregorianDay(year, month, day);
  if (calendar !== "standard") return fixedDay(calendar, year, month, day);
  const gregorian = gregorianDay(year, month, day);
  return gregorian >= SWITCH ? gregorian : julianDay(year, month, day);
}

/**
 * Days that have a date here: about a million years either way. What lies beyond is no date but a fill value (1e20,
 * netCDF's 9.96921e36) or an error.
 */
export const MOST_DAYS = 4e8;

/** Year, month and day of a day number of at most {@link MOST_DAYS}, from an estimate of the year that is at most one off. */
export function civil(calendar: Calendar, days: number): [number, number, number] {
  const julian = calendar === "julian" || (calendar === "standard" && days < SWITCH);
  const mean =
    { "360_day": 360, "365_day": 365, "366_day": 366 }[calendar as "360_day"] ?? (julian ? 365.25 : 365.2425);
  let year = Math.floor(days / mean);
  if (dayNumber(calendar, year, 1, 1) > days) year--;
  else if (dayNumber(calendar, year + 1, 1, 1) <= days) year++;
  let month = 12;
  while (month > 1 && dayNumber(calendar, year, month, 1) > days) month--;
  const first = dayNumber(calendar, year, month, 1);
  const jump = calendar === "standard" && year === 1582 && month === 10 && days >= SWITCH ? 10 : 0;
  return [year, month, days - first + 1 + jump];
}

/** True if a calendar has this day: 30 February only where months have 30 days, no 10 October 1582 in `standard`. */
export function isDay(calendar: Calendar, year: number, month: number, day: number): boolean {
  if (![year, month, day].every(Number.isInteger) || month < 1 || month > 12 || day < 1 || day > 31) return false;
  const days = dayNumber(calendar, year, month, day);
  if (Math.abs(days) > MOST_DAYS) return false;
  const back = civil(calendar, days);
  return back[0] === year && back[1] === month && back[2] === day;
}

/**
 * The date that many days and microseconds from the origin of the calendar's axis; microseconds may be more than a
 * day's. Undefined beyond {@link MOST_DAYS}.
 */
export function dateOf(days: number, micro: number, calendar: Calendar): CalendarDate | undefined {
  const carry = Math.floor(micro / DAY_US);
  if (!(Math.abs(days + carry) <= MOST_DAYS)) return undefined;
  const rest = micro - carry * DAY_US;
  const [year, month, day] = civil(calendar, days + carry);
  const clock = Math.floor(rest / 1000);
  return {
    year,
    month,
    day,
    hour: Math.floor(clock / 3_600_000),
    minute: Math.floor(clock / 60_000) % 60,
    second: Math.floor(clock / 1000) % 60,
    millisecond: clock % 1000,
    ...(rest % 1000 !== 0 && { microsecond: rest % 1000 }),
  };
}
