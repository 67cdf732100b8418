/** What values measure: precipitation or else, over how long, what is dry and what is clutter, in their own units. */
import { isMongeError, ShapeError, UnitsError } from "../../../engine/errors.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import {
  boundsIntervals,
  convertPrecipitation,
  Field,
  precipitationFactor,
  precipitationUnits,
  timeAxis,
} from "../../../io/field/index.ts";
import { textOf } from "../../../io/storage/index.ts";
import { amountInterval, type RainInterval, rateSpan } from "../../downscaling/rain-interval.ts";
import { rainLimits } from "../../downscaling/rain-limits.ts";
import { defaultThreshold, saysRain } from "../../verification/matching/verify-units.ts";
import type { Target } from "../channel.ts";
import type { FieldRole } from "../fields.ts";

/**
 * Whether a field is precipitation, by its names and units.
 *
 * @throws UnitsError where names say so and there are no units, or the standard name does and they are of something else
 */
export function isPrecipitation(where: string, role: FieldRole, field: LazyField): boolean {
  const says = saysRain(field);
  if (says && field.units === undefined && role !== "static") {
    throw new UnitsError(
      `${where}: its name says precipitation, but it has no units; state them with field.with({ units })`,
      "",
      "units of precipitation such as mm, mm h-1, kg m-2 s-1",
    );
  }
  const standard = textOf(field.attributes, "standard_name") !== undefined;
  if (
    says &&
    standard &&
    role !== "static" &&
    field.units !== undefined &&
    defaultThreshold(field, field.units) === null
  ) {
    const text = `${where}: its standard_name says precipitation, but its units are "${field.units}"; state the right ones`;
    throw new UnitsError(
      `${text} with field.with({ units }), or another name`,
      field.units,
      "units of precipitation such as mm, mm h-1, kg m-2 s-1",
    );
  }
  // A column of vapour has the units of rain too: what is not refined must be named.
  const named = role === "fine" || role === "coarse" || says === true;
  return named && defaultThreshold(field, field.units) !== null;
}

/**
 * Seconds that a value of precipitation stands for; the mean where months differ. Undefined where nothing tells.
 *
 * @param needed - whether amounts must have one
 * @throws UnitsError where they do not; ShapeError for intervals of different lengths; OptionsError for a bad interval
 */
export function precipitationInterval(
  where: string,
  field: LazyField,
  stated: RainInterval | undefined,
  needed: boolean,
): number | undefined {
  const lengths = boundsLengths(field);
  if (lengths !== undefined) return meanLength(where, lengths);
  if (precipitationUnits(field.units).kind === "rate") {
    return rateSpan(field) ?? (typeof stated === "number" ? stated : undefined);
  }
  if (stated !== undefined) return amountInterval(field, stated);
  if (!needed) return undefined;
  throw new UnitsError(
    `${where}: it holds amounts ("${field.units}") and its times have no bounds, so that nothing says over how long they ` +
      "fell; where they are sums since the start of a run, make amounts of each step of them with `deaccumulate`; else give " +
      '`interval: SECONDS` (86400 for daily sums), or `interval: "time"` to take the spacing of the times',
    field.units ?? "",
    "the seconds over which each amount fell",
  );
}

/** Months differ by a tenth; what differs by more is no cadence. */
function meanLength(where: string, lengths: Float64Array): number {
  const [least, most] = [lengths.reduce((a, b) => Math.min(a, b)), lengths.reduce((a, b) => Math.max(a, b))];
  if (most <= 1.2 * least) return lengths.reduce((a, b) => a + b, 0) / lengths.length;
  const way = "where they are sums since the start of a run, make amounts of each step of them with `deaccumulate`";
  throw new ShapeError(`${where}: bounds of its times`, "intervals of one length", `${least} to ${most} s`, way);
}

/** Lengths that bounds of time state, seconds; undefined where there are none or they are no intervals. */
export function boundsLengths(field: LazyField): Float64Array | undefined {
  const time = timeAxis(field);
  if (time?.bounds === undefined || time.attributes.climatology !== undefined) return undefined;
  const shape = time.dims.map(() => time.values.length);
  const values = new Float32Array(time.values.length);
  try {
    return boundsIntervals(new Field({ name: field.name, dims: time.dims, shape, values, coordinates: [time] }));
  } catch (error) {
    if (isMongeError(error)) return undefined;
    throw error;
  }
}

/**
 * What counts as rain, in units of precipitation; see `rainLimits`.
 *
 * @param interval - seconds. @defaultValue 0.1 mm/h for rates
 */
export function wetThresholdIn(units: string, interval: number | undefined): number {
  return rainLimits(interval).wet * precipitationFactor("mm h-1", units, { interval: interval ?? 3600 });
}

/** Above it, values are no rain, in units of precipitation; see `rainLimits`. */
export function clutterLimitIn(units: string, interval: number | undefined): number {
  return rainLimits(interval).clutter * precipitationFactor("mm h-1", units, { interval: interval ?? 3600 });
}

/** The limits of {@link clutterLimitIn} of targets; Infinity for those that are no precipitation. */
export function clutterLimits(targets: readonly Target[], stated: number | undefined): readonly number[] {
  return targets.map(({ wetThreshold, units, interval }) =>
    wetThreshold === undefined ? Number.POSITIVE_INFINITY : (stated ?? clutterLimitIn(units!, interval)),
  );
}

/** Brings a loaded part into other units. */
export type Convert = (part: Field) => Field;

/** Units that are one, written differently. */
const SAME: Readonly<Record<string, string>> = {
  kelvin: "K",
  degK: "K",
  celsius: "degC",
  Celsius: "degC",
  degree_Celsius: "degC",
  degrees_Celsius: "degC",
  degree_celsius: "degC",
  "°C": "degC",
  C: "degC",
  "": "1",
};
const plain = (units: string | undefined): string => {
  const text = units?.trim() ?? "";
  return Object.hasOwn(SAME, text) ? SAME[text]! : text;
};

/**
 * The conversion of a field to units of the same quantity; precipitation becomes a rate or an amount through its interval.
 *
 * @param precipitation - whether it is
 * @param interval - of amounts without bounds of time, seconds
 * @throws UnitsError for other quantities, and for amounts that meet rates without an interval
 */
export function conversionTo(
  where: string,
  field: LazyField,
  to: string | undefined,
  precipitation: boolean,
  interval: number | undefined,
): Convert {
  const [a, b] = [plain(field.units), plain(to)];
  if (precipitation && to !== undefined) {
    const bounded = boundsLengths(field) !== undefined;
    const options = bounded || interval === undefined ? {} : { interval };
    if (!bounded) precipitationFactor(field.units, to, { ...options, variable: field.name, file: field.source });
    return (part) => convertPrecipitation(part, to, options);
  }
  if (a === b) return (part) => part;
  const offset = a === "degC" && b === "K" ? 273.15 : a === "K" && b === "degC" ? -273.15 : undefined;
  if (offset !== undefined) return (part) => part.with({ values: part.values.map((v) => v + offset), units: to });
  const factor = lengthFactor(a, b);
  if (factor !== undefined) return (part) => part.with({ values: part.values.map((v) => v * factor), units: to });
  const show = (units: string | undefined) => (units === undefined ? "no units" : `units "${units}"`);
  throw new UnitsError(
    `${where}: it has ${show(field.units)}, expected ${show(to)}; convert it before, or state the right units with ` +
      "field.with({ units })",
    field.units ?? "",
    to ?? "",
  );
}

/** Between lengths, masses per area, or either per time. */
function lengthFactor(from: string, to: string): number | undefined {
  try {
    const [a, b] = [precipitationUnits(from), precipitationUnits(to)];
    return a.kind === b.kind && a.mass === b.mass ? a.factor / b.factor : undefined;
  } catch (error) {
    if (isMongeError(error)) return undefined;
    throw error;
  }
}

/** CF names of a field, where it has them. */
export function namesOf({ attributes }: LazyField): { standardName?: string; longName?: string; cellMethods?: string } {
  const [standardName, longName, cellMethods] = ["standard_name", "long_name", "cell_methods"].map((name) =>
    textOf(attributes, name),
  );
  return {
    ...(standardName !== undefined && { standardName }),
    ...(longName !== undefined && { longName }),
    ...(cellMethods !== undefined && { cellMethods }),
  };
}
