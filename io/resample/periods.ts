/** Calendar periods, and which times fall into them. */
import { OptionsError } from "../../engine/errors.ts";
import { cadenceOf } from "../dataset/cadence.ts";
import { type Calendar, decodeTime, encodeTime } from "../field/calendar.ts";
import type { Coordinate } from "../field/field.ts";
import { edgesOf, instantsOf, middlesOf, timeUnitsOf } from "../field/instants.ts";
import { stepOf } from "../field/time-steps.ts";

/** Milliseconds of a day. */
const DAY = 86_400_000;

/** Times [from, to) by position, whose values lie in [begin, end), in milliseconds on the axis of their calendar. */
export interface Period {
  readonly begin: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  /** Sum of the lengths of its times, were all there. */
  readonly whole: number;
  /** That of the times that are there. */
  readonly held: number;
}

/** Periods of a time axis, and the part of its period that each time stands for. */
export interface Periods {
  readonly periods: readonly Period[];
  /** One for each time: 1 where all are alike or nothing says how long they are, else milliseconds. */
  readonly lengths: Float64Array;
  /** Number of values whose interval ends in another period than it begins in. */
  readonly across: number;
}

/** A length of the calendar: seasons are three months from December on. */
interface Every {
  readonly milliseconds?: number;
  readonly months?: number;
  readonly season?: boolean;
}

/** Months since the year 0 of an instant, and the instant at which a month begins. */
function monthsOf(calendar: Calendar) {
  const plain = { step: 1, origin: 0, calendar };
  const clock = { day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 };
  return {
    of(instant: number): number {
      const { year, month } = decodeTime(instant, plain)!;
      return 12 * year + month - 1;
    },
    begin: (month: number): number =>
      encodeTime({ ...clock, year: Math.floor(month / 12), month: (((month % 12) + 12) % 12) + 1 }, plain),
  };
}

const UNIT: Readonly<Record<string, number>> = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: DAY };

function everyOf(text: string): Every {
  if (["season", "1season"].includes(text.replaceAll(" ", "").toLowerCase())) return { months: 3, season: true };
  const { count, unit } = stepOf(/^\s*\d/.test(text) ? text : `1 ${text}`, "every", ", month or season");
  const months = unit === "years" ? 12 * count : unit === "months" ? count : undefined;
  if (months === undefined) return { milliseconds: count * UNIT[unit]! };
  if (months % 12 === 0 || 12 % months === 0) return { months };
  const expected = "1, 2, 3, 4 or 6 months, years, or season";
  throw new OptionsError(
    `every is ${JSON.stringify(text)}; expected ${expected}, so that years are whole`,
    "every",
    text,
  );
}

/** Begin of the period that an instant lies in, and its end. @param first - instant that counts of days and years begin at */
function periodAt(instant: number, every: Every, first: number, calendar: Calendar): readonly [number, number] {
  if (every.milliseconds !== undefined) {
    const length = every.milliseconds;
    // Parts of a day are counted from midnight, longer ones from the first day.
    const from = DAY % length === 0 ? 0 : Math.floor(first / DAY) * DAY;
    const begin = from + Math.floor((instant - from) / length) * length;
    return [begin, begin + length];
  }
  const month = monthsOf(calendar);
  const months = every.months!;
  const origin = months > 12 ? 12 * Math.floor(month.of(first) / 12) : every.season ? -1 : 0;
  const begin = origin + Math.floor((month.of(instant) - origin) / months) * months;
  return [month.begin(begin), month.begin(begin + months)];
}

/** Milliseconds that each time stands for by the cadence of all; undefined where that is not regular. */
function cadenceLengths(time: Coordinate, instants: Float64Array, calendar: Calendar): Float64Array | undefined {
  const cadence = cadenceOf(time);
  if (!cadence?.regular) return undefined;
  if (cadence.unit === "seconds") return instants.map(() => 1000 * cadence.step);
  const month = monthsOf(calendar);
  return instants.map((at) => month.begin(month.of(at) + cadence.step) - month.begin(month.of(at)));
}

/**
 * The periods that hold times, in order. A value with bounds belongs to the period that the middle of its interval lies
 * in; a time without bounds stands at the beginning of its interval, or with `closed: "right"` at its end.
 *
 * @param where - for messages
 * @param time - increasing
 * @throws OptionsError for another length, for one below that of the values, and for `closed` beside bounds
 */
export function periodsOf(where: string, time: Coordinate, every: string, closed?: "left" | "right"): Periods {
  const length = everyOf(every);
  const units = timeUnitsOf(time);
  const { calendar } = units;
  const edges = edgesOf(time, units);
  if (edges !== undefined && closed !== undefined) {
    const text = `${where}: bounds of ${time.name} say which interval each value stands for; leave closed out`;
    throw new OptionsError(text, "closed", closed);
  }
  const instants = instantsOf(time, units);
  // What is closed on the right ends at its time: the moment before that lies in its period.
  const at = edges === undefined && closed === "right" ? instants.map((one) => one - 1) : middlesOf(time, units);
  const periods: { begin: number; end: number; from: number; to: number }[] = [];
  for (let i = 0; i < at.length; i++) {
    const last = periods.at(-1);
    if (last !== undefined && at[i]! < last.end) last.to = i + 1;
    else {
      const [begin, end] = periodAt(at[i]!, length, at[0]!, calendar);
      periods.push({ begin, end, from: i, to: i + 1 });
    }
  }
  const across = periods.reduce((count, { begin, end, from, to }) => {
    for (let i = from; i < to; i++) if (edges && (edges[2 * i]! < begin || edges[2 * i + 1]! > end)) count++;
    return count;
  }, 0);
  const own = edges === undefined ? undefined : instants.map((_, i) => edges[2 * i + 1]! - edges[2 * i]!);
  const known = own?.every((one) => one > 0) ? own : cadenceLengths(time, instants, calendar);
  const longest = known?.reduce((a, b) => Math.max(a, b), 0) ?? 0;
  const shortest = periods.reduce((least, { begin, end }) => Math.min(least, end - begin), Infinity);
  if (longest > shortest * 1.001) {
    const text = `${where}: a value stands for up to ${longest / 3_600_000} h, longer than every ${every}; give a longer step`;
    throw new OptionsError(text, "every", every);
  }
  const alike = known === undefined || known.every((one) => one === known[0]);
  const lengths = alike ? new Float64Array(instants.length).fill(1) : known;
  return {
    ...{ lengths, across },
    periods: periods.map((period) => {
      const held = lengths.subarray(period.from, period.to).reduce((a, b) => a + b, 0);
      const whole = known === undefined ? held : (period.end - period.begin) / (alike ? known[0]! : 1);
      return { ...period, held, whole };
    }),
  };
}
