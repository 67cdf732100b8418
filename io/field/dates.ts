/** Dates within a calendar: partial texts as intervals, lengths of months and years, and sums and differences. */
import { OptionsError } from "../../engine/errors.ts";
import { type Calendar, type CalendarDate, DAY_US, dateOf, dayNumber, isDay } from "./civil.ts";

/** Length that is added to a date; months and years move the date in its calendar, the rest is a length of time. */
export interface DateStep {
  /** Whole, of either sign. @defaultValue 0 */
  readonly years?: number;
  /** Whole, of either sign. @defaultValue 0 */
  readonly months?: number;
  /** 24 hours each; fractions count. @defaultValue 0 */
  readonly days?: number;
  /** Fractions count. @defaultValue 0 */
  readonly hours?: number;
  /** Fractions count. @defaultValue 0 */
  readonly minutes?: number;
  /** Rounded to microseconds with all the rest. @defaultValue 0 */
  readonly seconds?: number;
}

const LABEL =
  /^([+-]?\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ](\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?)?)?)?\s*Z?$/;

/**
 * Number of days of a year.
 *
 * @param year - astronomical: 0 is the year before 1
 */
export function daysInYear(year: number, calendar: Calendar): number {
  return dayNumber(calendar, year + 1, 1, 1) - dayNumber(calendar, year, 1, 1);
}

/** Number of a date's day in its year, from 1. */
export function dayOfYear(date: CalendarDate, calendar: Calendar): number {
  return dayNumber(calendar, date.year, date.month, date.day) - dayNumber(calendar, date.year, 1, 1) + 1;
}

function microOf(date: CalendarDate): number {
  const seconds = (date.hour * 60 + date.minute) * 60 + date.second;
  return seconds * 1e6 + date.millisecond * 1000 + (date.microsecond ?? 0);
}

/** Last day of a month that exists, where the 31st was moved into a shorter one. */
function clampDay(year: number, month: number, day: number, calendar: Calendar): number {
  for (let last = day; last > 27; last--) if (isDay(calendar, year, month, last)) return last;
  return day;
}

/** The date that many days and microseconds from the origin. @throws OptionsError where no date is there. */
function dateAt(where: string, days: number, micro: number, calendar: Calendar): CalendarDate {
  const date = dateOf(days, micro, calendar);
  if (date !== undefined) return date;
  const expected = "a date within a million years of the year 0";
  throw new OptionsError(`${where}: the date is ${days} days from the year 0; expected ${expected}`, "date", days);
}

/**
 * A date moved by years and months in its calendar (the 31st becomes the last day of a shorter month), then by days
 * and the clock.
 *
 * @throws OptionsError for years or months that are not whole, and for a date a million years away.
 */
export function addToDate(date: CalendarDate, step: DateStep, calendar: Calendar): CalendarDate {
  const { years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0 } = step;
  for (const [name, value] of Object.entries({ years, months })) {
    if (Number.isInteger(value)) continue;
    throw new OptionsError(`addToDate: ${name} is ${value}; expected a whole number`, name, value);
  }
  const total = (date.year + years) * 12 + date.month - 1 + months;
  const [year, month] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1];
  const day = clampDay(year, month, date.day, calendar);
  const whole = Math.floor(days);
  const clock = (days - whole) * 86400 + hours * 3600 + minutes * 60 + seconds;
  const moved = dayNumber(calendar, year, month, day) + whole;
  return dateAt("addToDate", moved, microOf(date) + Math.round(clock * 1e6), calendar);
}

/**
 * The time that a partial date names: `"2018"` a year, `"2018-06"` a month, `"2018-06-15"` a day, `"2018-06-15T12"` an
 * hour, then minutes, seconds and fractions. A day or month has the length that it has in the calendar.
 *
 * @param label - years have four digits or more; a `Z` at the end is let pass.
 * @throws OptionsError for other texts and for dates that the calendar does not have.
 */
export function dateRange(
  label: string,
  calendar: Calendar,
): { readonly from: CalendarDate; readonly to: CalendarDate } {
  const match = LABEL.exec(label.trim());
  const fail = (what: string): OptionsError =>
    new OptionsError(
      `dateRange: "${label}" ${what}; expected a date such as 2018, 2018-06, 2018-06-15 or 2018-06-15T12:30 in the ` +
        `${calendar} calendar`,
      "label",
      label,
    );
  if (!match) throw fail("is not a date");
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => part && Number(part)) as number[];
  const fraction = match[7] ?? "";
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) throw fail("is not a time of day");
  if (!isDay(calendar, year!, month ?? 1, day ?? 1)) throw fail("does not exist");
  const micro = Number(fraction.padEnd(6, "0"));
  const from = dateAt(
    "dateRange",
    dayNumber(calendar, year!, month ?? 1, day ?? 1),
    (((hour ?? 0) * 60 + (minute ?? 0)) * 60 + (second ?? 0)) * 1e6 + micro,
    calendar,
  );
  if (month === undefined) return { from, to: addToDate(from, { years: 1 }, calendar) };
  if (day === undefined) return { from, to: addToDate(from, { months: 1 }, calendar) };
  const [days, clock] = [dayNumber(calendar, year!, month, day), microOf(from)];
  const length =
    hour === undefined
      ? DAY_US
      : minute === undefined
        ? 3600e6
        : second === undefined
          ? 60e6
          : 10 ** (6 - fraction.length);
  return { from, to: dateAt("dateRange", days, clock + length, calendar) };
}
