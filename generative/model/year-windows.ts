/** Parts of the year whose values have one distribution: seasons, months, or days around a day. */
import { type Kind, kind } from "../../engine/checks.ts";
import { DomainError, ShapeError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { dayOfYear, daysInYear, decodeTime, middlesOf, timeAxis, timeUnitsOf } from "../../io/field/index.ts";

/** All of the year, its seasons (December to February, …), its months, or a moving window of so many days. */
export type YearWindow = "year" | "season" | "month" | number;

/** The year in parts, each with the times that are used for it. */
export interface YearWindows {
  readonly count: number;
  /** The part to which each time of a field belongs. @throws ShapeError where it has no times; DomainError for missing ones */
  of(field: LazyField): Int32Array;
  /** For each part, the times of a field whose values count in it. @throws as `of` */
  drawn(field: LazyField): readonly Int32Array[];
  /** Name of a part, for messages. */
  nameOf(part: number): string;
}

const seasons = ["December to February", "March to May", "June to August", "September to November"];
const days = 365.25;

/** A window, on the command line too. */
export const yearWindow: Kind<YearWindow> = kind<YearWindow>(
  '"year", "season", "month" or 3 to 366 days',
  (value) =>
    ["year", "season", "month"].includes(value as string) || (typeof value === "number" && value >= 3 && value <= 366),
  (given) => (given.trim() === "" || Number.isNaN(Number(given)) ? (given as YearWindow) : Number(given)),
);

export function yearWindows(window: YearWindow): YearWindows {
  if (typeof window === "number") return movingWindows(window);
  const ofMonth = { year: () => 0, season: (m: number) => Math.floor((m % 12) / 3), month: (m: number) => m - 1 }[
    window
  ];
  const count = { year: 1, season: 4, month: 12 }[window];
  const of = (field: LazyField): Int32Array =>
    window === "year" ? new Int32Array(timesOf(field)) : Int32Array.from(datesOf(field), ({ month }) => ofMonth(month));
  return {
    count,
    of,
    drawn: (field) => {
      const parts = of(field);
      return Array.from({ length: count }, (_, part) => positions(parts, (p) => p === part));
    },
    nameOf: (part) => (window === "year" ? "the year" : window === "season" ? seasons[part]! : `month ${part + 1}`),
  };
}

/** Parts of a third of the window, each drawing upon all days that lie within half a window of its middle. */
function movingWindows(window: number): YearWindows {
  const count = Math.ceil((3 * days) / window);
  const middle = (part: number): number => ((part + 0.5) * days) / count;
  const daysOf = (field: LazyField): Float64Array => Float64Array.from(datesOf(field), ({ day }) => day);
  return {
    count,
    of: (field) => Int32Array.from(daysOf(field), (day) => Math.min(count - 1, Math.floor((day * count) / days))),
    drawn: (field) => {
      const all = daysOf(field);
      return Array.from({ length: count }, (_, part) =>
        positions(all, (day) => {
          const apart = Math.abs(day - middle(part));
          return Math.min(apart, days - apart) <= window / 2;
        }),
      );
    },
    nameOf: (part) => `${window} days around day ${Math.round(middle(part))} of the year`,
  };
}

function positions(values: ArrayLike<number>, holds: (value: number) => boolean): Int32Array {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) if (holds(values[i]!)) found.push(i);
  return Int32Array.from(found);
}

/** Number of maps along time. */
function timesOf(field: LazyField): number {
  const dim = field.dimOf("time");
  return dim === undefined ? 1 : field.size(dim);
}

/** Month, and days since the year began out of 365.25, at the middle of each time's interval. */
function datesOf(field: LazyField): readonly { readonly month: number; readonly day: number }[] {
  const time = timeAxis(field);
  const where = `${field.source}: variable ${field.name}`;
  if (time === undefined) {
    throw new ShapeError(where, "times, to know the part of the year", "none", 'take all as one with `window: "year"`');
  }
  const units = timeUnitsOf(time);
  return Array.from(middlesOf(time, units), (instant, i) => {
    const date = decodeTime(instant, { step: 1, origin: 0, calendar: units.calendar });
    if (date === undefined)
      throw new DomainError(`${where}: time ${i} is missing; select the others with \`isel\``, time.values[i]);
    const passed = dayOfYear(date, units.calendar) - 1 + date.hour / 24;
    return { month: date.month, day: (passed / daysInYear(date.year, units.calendar)) * days };
  });
}
