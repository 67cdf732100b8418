/** Values of hours, days, months, seasons or years from those of shorter steps, read slab by slab. */
import { among, callback, checkOptions, real, text } from "../../engine/checks.ts";
import { OptionsError, UnitsError } from "../../engine/errors.ts";
import { lazyField } from "../dataset/in-memory.ts";
import { LazyField } from "../dataset/lazy-field.ts";
import { allOf, whereOf } from "../field/cut.ts";
import { Field, type FieldValues } from "../field/field.ts";
import { timeUnitsOf } from "../field/instants.ts";
import { measuresWater } from "../field/is-rain.ts";
import { withoutRange } from "../field/provenance.ts";
import { timeMethods } from "../field/quantity.ts";
import { timeAxis } from "../field/time-axis.ts";
import { checkTimes } from "../field/times-check.ts";
import { precipitationUnits } from "../field/units.ts";
import { sizeOf, textOf } from "../storage/source.ts";
import { type Period, periodsOf } from "./periods.ts";
import { addLengths, hasGaps, type Statistic, statistics } from "./statistics.ts";

/** Values of the source that are held at a time, in bytes. */
const held = 64e6;

/** Options of {@link resample}. */
export interface ResampleOptions {
  /**
   * Length of a period: a whole number of seconds, minutes, hours, days, months or years, such as `"1day"`, `"6h"`,
   * `"month"`, or `"season"` (December to February and on). Parts of a day begin at midnight, several days with the
   * first, months and years as in the calendar of the times.
   */
  readonly every: string;
  /**
   * Statistic of the values of a period. A mean weighs values by the time that they stand for, as months differ; a sum
   * adds amounts; `"count"` is the number of values that are there.
   */
  readonly statistic: keyof typeof statistics;
  /** Least share of the length of a period, 0 to 1, that must hold values; below it the result is missing. @defaultValue 1 */
  readonly minimumValid?: number;
  /** Side of its interval that a time without bounds stands at. @defaultValue "left": the interval begins with it */
  readonly closed?: "left" | "right";
  /** Applied to every slab first, such as a conversion of units; must keep dimensions and shape. @defaultValue nothing */
  readonly change?: (slab: Field) => Field;
}

/**
 * A variable with one value for each period of the calendar. Nothing is read before a part is loaded, and then 64 MB
 * of the source at a time. Times are the beginnings of the periods, with bounds; periods without any time are left out. A value belongs to the
 * period that the middle of its bounds lies in.
 * Coordinates that change with time are left out.
 *
 * @param variable - in memory or not, with a dimension of time whose values increase
 * @throws OptionsError for a length of the calendar that there is not, one below the length of the values, and `closed`
 *   beside bounds; UnitsError for sums of rates; DomainError for times that do not
 *   increase
 * @example
 * const daily = resample(await data.variable("pr"), { every: "1day", statistic: "sum" });
 * await writeField("daily.nc", daily);
 */
export function resample(variable: Field | LazyField, options: ResampleOptions): LazyField {
  checkOptions(
    "resample",
    options,
    {
      every: text,
      statistic: among(...(Object.keys(statistics) as (keyof typeof statistics)[])),
      minimumValid: real(0, 1),
      closed: among("left", "right"),
      change: callback,
    },
    ["every", "statistic"],
  );
  const { every, minimumValid = 1, closed, change = (slab) => slab } = options;
  const statistic: Statistic = statistics[options.statistic];
  const where = `resample: ${whereOf(variable)}`;
  const whole = lazyField(variable);
  const time = timeAxis(whole);
  const dim = time?.dims[0];
  if (time === undefined || dim === undefined || whole.size(dim) === 0) {
    throw new OptionsError(`${where}: it has no times to take together; leave every out`, "every", every);
  }
  checkTimes(whole);
  const { periods, lengths } = periodsOf(where, time, every, closed);
  const others = whole.dims.filter((one) => one !== dim);
  const ordered = whole.transpose([dim, ...others]);
  const pattern = change(firstTime(ordered));
  if (statistic.method === "sum" && measuresWater(pattern.units) && precipitationUnits(pattern.units).kind === "rate") {
    throw new UnitsError(
      `${where}: "${pattern.units}" is a rate, and a sum of rates is no amount; take the mean, or convert to amounts first`,
      pattern.units ?? "",
      "amounts, such as mm",
    );
  }
  const shape = [periods.length, ...ordered.shape.slice(1)];
  const single = pattern.values instanceof Float32Array;
  /** Value of a cell, from what was taken and the length of the times that were there. */
  const ended = (value: number, length: number, least: number): number => {
    if (statistic.method === "count") return value;
    if (length === 0 || length < least) return Number.NaN;
    return statistic.method === "mean" ? value / length : value;
  };
  const read = async (start: readonly number[], count: readonly number[]): Promise<FieldValues> => {
    const asked = periods.slice(start[0]!, start[0]! + count[0]!);
    const cells = sizeOf(count.slice(1));
    const out = single ? new Float32Array(asked.length * cells) : new Float64Array(asked.length * cells);
    if (out.length === 0) return out;
    const part = ordered.isel({
      [dim]: [asked[0]!.from, asked.at(-1)!.to],
      ...Object.fromEntries(others.map((one, k) => [one, [start[k + 1]!, start[k + 1]! + count[k + 1]!] as const])),
    });
    const [taken, there] = [new Float64Array(cells).fill(statistic.start), new Float64Array(cells)];
    // Length of the times of which every cell is there; that of others is counted cell by cell.
    let everywhere = 0;
    let [p, at] = [0, asked[0]!.from];
    for await (const slab of part.slabs({ bytes: held })) {
      const { values } = change(slab);
      for (let k = 0; k < values.length; k += cells, at++) {
        statistic.add(taken, values, k, lengths[at]!);
        if (hasGaps(values, k, cells)) addLengths(there, values, k, lengths[at]!);
        else everywhere += lengths[at]!;
        if (at + 1 < asked[p]!.to) continue;
        const least = minimumValid * asked[p]!.whole * (1 - 1e-9);
        for (let c = 0; c < cells; c++) out[p * cells + c] = ended(taken[c]!, everywhere + there[c]!, least);
        taken.fill(statistic.start);
        there.fill(0);
        everywhere = 0;
        p++;
      }
    }
    return out;
  };
  const { gridMapping } = pattern;
  return new LazyField({
    ...{
      name: whole.name,
      source: whole.source,
      gridMapping,
      units: statistic.method === "count" ? "1" : pattern.units,
    },
    ...(whole.parts.paths && { paths: whole.parts.paths }),
    attributes: described(pattern, statistic, dim),
    coordinates: [timeOf(time, periods), ...whole.coordinates.filter((c) => !c.dims.includes(dim))],
    late: [],
    store: {
      dims: ordered.dims,
      shape,
      chunks: undefined,
      target: single ? "float32" : "float64",
      check: () => whole.parts.store.check?.(),
      read: ({ start, count }) => read(start, count),
    },
    picks: allOf(shape),
  }).transpose(whole.dims);
}

/** The first time of a variable, all zero: what all its slabs have in common. */
function firstTime(variable: LazyField): Field {
  const { name, dims, shape, units, attributes, gridMapping, source, coordinates } = variable.isel({
    [variable.dims[0]!]: [0, 1],
  });
  const size = sizeOf(shape);
  const values = variable.parts.store.target === "float32" ? new Float32Array(size) : new Float64Array(size);
  return new Field({ name, dims, shape, units, attributes, gridMapping, source, coordinates, values });
}

/** Attributes with the method of time: a second one comes after the first, as CF orders them (7.3). */
function described({ attributes }: Field, { method }: Statistic, dim: string) {
  const kept = withoutRange(attributes);
  if (method === "count") {
    const { cell_methods: _, long_name: __, ...others } = kept;
    return { ...others, standard_name: "number_of_observations" };
  }
  const last = timeMethods(attributes, dim).at(-1);
  if (last === method) return kept;
  const before = textOf(attributes, "cell_methods") ?? "";
  return { ...kept, cell_methods: `${before} ${dim}: ${method}`.trim() };
}

/** Beginnings of periods, with bounds, in the units of the times. */
function timeOf(time: NonNullable<ReturnType<typeof timeAxis>>, periods: readonly Period[]) {
  const units = timeUnitsOf(time);
  const value = (instant: number): number => (instant - units.origin) / units.step;
  return {
    ...time,
    values: Float64Array.from(periods, ({ begin }) => value(begin)),
    bounds: Float64Array.from(periods.flatMap(({ begin, end }) => [value(begin), value(end)])),
  };
}
