/** Indices of daily rain for each year of a series (ETCCDI: Zhang et al. 2011, doi:10.1002/wcc.147). */
import { checkOptions, flag, list, positive, whole } from "../../engine/checks.ts";
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { quantilesOf } from "../../engine/numerics/select-ranks.ts";
import {
  type Coordinate,
  daysInYear,
  decodeTime,
  encodeTime,
  Field,
  isRain,
  middlesOf,
  precipitationFactor,
  timeAxis,
  timeUnitsOf,
  whereOf,
} from "../../io/field/index.ts";
import { valueSpan } from "../../io/rain/index.ts";
import { type WetDayIndex, wetDayIndices } from "./wet-day-indices.ts";

/** Long name and units of each index. */
const described = {
  PRCPTOT: ["total rain of wet days (1 mm or more)", "mm"],
  Rx1day: ["largest rain of one day", "mm"],
  Rx5day: ["largest rain of five days", "mm"],
  SDII: ["mean rain of wet days", "mm day-1"],
  R1mm: ["days of 1 mm or more", "days"],
  R10mm: ["days of 10 mm or more", "days"],
  R20mm: ["days of 20 mm or more", "days"],
  R95p: ["rain of days above the 95 % quantile of wet days", "mm"],
  CDD: ["longest run of days below 1 mm", "days"],
  CWD: ["longest run of days of 1 mm or more", "days"],
} as const satisfies Record<WetDayIndex, readonly [string, string]>;

/**
 * Indices of each whole year of daily rain: PRCPTOT, Rx1day, Rx5day, SDII, R1mm, R10mm, R20mm, R95p, CDD and CWD
 * (ETCCDI: Zhang et al. 2011, doi:10.1002/wcc.147). Every place and member has a threshold of its own for R95p, numpy's
 * linear quantile of its wet days in the base period. Runs end with the year. A year with a gap is NaN at that place.
 *
 * @param series - over time and anything else, such as members and areas
 * @param options.base - first and last year of the base period of R95p (`@defaultValue` all whole years)
 * @param options.interval - seconds that a value stands for, where the times do not say it
 * @param options.rain - the series is rain (`@defaultValue` by its units and names)
 * @returns a field for each index, over year and the other dimensions; `time` has the years as bounds
 * @throws OptionsError for values over other times than a day and a base period without a whole year; DomainError
 * without a whole year
 */
export function yearlyIndices(
  series: Field,
  options: {
    readonly base?: readonly [from: number, to: number];
    readonly interval?: number;
    readonly rain?: boolean;
  } = {},
): readonly Field[] {
  checkOptions("yearlyIndices", options, { base: list(whole(-1e6), 2, 2), interval: positive(), rain: flag });
  const where = `yearlyIndices: ${whereOf(series)}`;
  const dim = series.dimOf("time");
  const time = timeAxis(series);
  if (dim === undefined || time === undefined)
    throw new OptionsError(`${where} has no times; give a daily series`, "series");
  if (!isRain(where, series, options.rain) || series.units === undefined) {
    throw new OptionsError(
      `${where} is no precipitation in units of rain; say \`rain: true\` where it is`,
      "rain",
      options.rain,
    );
  }
  const span = valueSpan(series, options.interval);
  if (span === undefined || Math.abs(span - 86_400) > 1) {
    const over = span === undefined ? "over an unknown time" : `over ${span} s`;
    throw new OptionsError(
      `${where} has values ${over}; expected a day: sum them first, or give interval`,
      "interval",
      span,
    );
  }
  const factor = precipitationFactor(series.units, "mm day-1", 86_400);
  const rest = series.dims.filter((one) => one !== dim);
  const { values, shape } = series.transpose([dim, ...rest]);
  const places = shape.slice(1).reduce((a, b) => a * b, 1);
  const years = wholeYears(where, time);
  const [from, to] = options.base ?? [years[0]!.year, years.at(-1)!.year];
  const based = years.filter(({ year }) => year >= from && year <= to);
  if (based.length === 0) {
    const has = `${years[0]!.year} to ${years.at(-1)!.year}`;
    throw new OptionsError(`${where}: the base period ${from} to ${to} holds none of its whole years, ${has}`, "base", [
      from,
      to,
    ]);
  }
  const wet = new Float64Array(based.reduce((sum, { count }) => sum + count, 0));
  const heavy = Float64Array.from({ length: places }, (_, place) => {
    let days = 0;
    for (const { first, count } of based) {
      for (let at = first * places + place, d = 0; d < count; d++, at += places) {
        const rain = factor * values[at]!;
        // A dry day's place is written over.
        wet[days] = rain;
        days += Number(rain >= 1);
      }
    }
    return days === 0 ? Number.NaN : quantilesOf([wet.subarray(0, days)], [0.95])[0]!;
  });
  const names = Object.keys(described) as (keyof typeof described)[];
  const found = names.map(() => new Float64Array(years.length * places).fill(Number.NaN));
  for (const [y, { first, count }] of years.entries()) {
    const follows = Array.from({ length: count }, (_, d) => d > 0);
    const rain = new Float64Array(count);
    for (let place = 0; place < places; place++) {
      let total = 0;
      for (let at = first * places + place, d = 0; d < count; d++, at += places)
        total += rain[d] = factor * values[at]!;
      if (Number.isNaN(total)) continue;
      const indices = wetDayIndices({ rain, follows, heavy: heavy[place]! });
      for (let k = 0; k < names.length; k++) found[k]![y * places + place] = indices[names[k]!];
    }
  }
  const yearly: Coordinate = { ...time, name: dim, dims: [dim], ...edgesOf(time, years) };
  const coordinates = [yearly, ...series.coordinates.filter((c) => c.name !== time.name && !c.dims.includes(dim))];
  return names.map((name, k) => {
    const [long_name, units] = described[name];
    return new Field({
      ...{
        name,
        units,
        coordinates,
        values: found[k]!,
        dims: [dim, ...rest],
        shape: [years.length, ...shape.slice(1)],
      },
      attributes: { long_name, ...(name === "R95p" && { base_period: `${from}-${to}` }) },
    });
  });
}

interface Year {
  readonly year: number;
  /** Position of its first day, and its days. */
  readonly first: number;
  readonly count: number;
}

/** Years with each of their days. @throws DomainError where there is none */
function wholeYears(where: string, time: Coordinate): readonly Year[] {
  const units = timeUnitsOf(time);
  // A day may be called by its end.
  const moments = middlesOf(time, units);
  const dates = Array.from(moments, (instant) => decodeTime(instant, { ...units, step: 1, origin: 0 }));
  const found: Year[] = [];
  for (let first = 0; first < dates.length; first++) {
    const date = dates[first];
    if (date === undefined || date.month !== 1 || date.day !== 1) continue;
    const count = daysInYear(date.year, units.calendar);
    const last = dates[first + count - 1];
    const even = moments[first + count - 1]! - moments[first]! === (count - 1) * 86_400_000;
    if (last?.year === date.year && even) found.push({ year: date.year, first, count });
  }
  if (found.length > 0) return found;
  throw new DomainError(`${where}: no year has each of its days; indices are of whole years`, dates.length);
}

/** The first day of each year, with the year as bounds. */
function edgesOf(time: Coordinate, years: readonly Year[]): Pick<Coordinate, "values" | "bounds"> {
  const units = timeUnitsOf(time);
  const start = (year: number) =>
    encodeTime({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 }, units);
  return {
    values: Float64Array.from(years, ({ year }) => start(year)),
    bounds: Float64Array.from(years.flatMap(({ year }) => [start(year), start(year + 1)])),
  };
}
