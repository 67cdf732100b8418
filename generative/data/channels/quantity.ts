/** Quantities of values: precipitation or else, their interval, dry and clutter limits, in their own units. */
import { defined } from "../../../engine/defined.ts";
import { isMongeError, ShapeError, UnitsError } from "../../../engine/errors.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import {
  convertPrecipitation,
  type Field,
  isRain,
  measuresWater,
  plainUnits,
  precipitationFactor,
  precipitationUnits,
  rainFinding,
  unitConversion,
} from "../../../io/field/index.ts";
import { boundsLengths, clutterLimitIn, isCadence, type RainInterval, valueSpan } from "../../../io/rain/index.ts";
import { textOf } from "../../../io/storage/index.ts";
import type { Target } from "../../model/channel.ts";
import type { FieldRole } from "../fields.ts";

/** Variables stated as precipitation or not, where units and names are unclear. */
export interface RainStated {
  /** Names of variables that are precipitation. @defaultValue by units and names */
  readonly rain?: readonly string[];
  /** Names of variables that are not. @defaultValue by units and names */
  readonly notRain?: readonly string[];
}

/**
 * True if a field is precipitation. Of fine and coarse fields it must be clear; what is only seen by the network (`with`,
 * `static`) is precipitation where names say so, since a column of vapour has its units too.
 *
 * @throws UnitsError where neither names and units nor what is stated say so
 */
export function isPrecipitation(
  where: string,
  role: FieldRole,
  field: LazyField,
  { rain = [], notRain = [] }: RainStated = {},
): boolean {
  const [yes, no] = [rain.includes(field.name), notRain.includes(field.name)];
  const ways = [`rain: ["${field.name}"]`, `notRain: ["${field.name}"]`] as const;
  if (yes || no || role === "fine" || role === "coarse") {
    return isRain(where, field, yes || no ? yes : undefined, ways);
  }
  const { is, by } = rainFinding(field);
  if (is === "unclear" && role === "with" && !measuresWater(field.units)) return isRain(where, field, undefined, ways);
  return is === "rain" && by === "names";
}

/** True if names and units say so by themselves; for finding a field by what it is. */
export function seemsRain(role: FieldRole, field: LazyField): boolean {
  const { is, by } = rainFinding(field);
  return is === "rain" && (by === "names" || role === "fine" || role === "coarse");
}

/**
 * Seconds that a value of precipitation stands for; the mean where months differ. Undefined where it is not known.
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
  if (lengths !== undefined && !isCadence(lengths)) {
    const found = `${Math.min(...lengths)} to ${Math.max(...lengths)} s`;
    const way = "where they are sums since the start of a run, make amounts of each step of them with `deaccumulate`";
    throw new ShapeError(`${where}: bounds of its times`, "intervals of one length", found, way);
  }
  const isKnown = lengths !== undefined || stated !== undefined || precipitationUnits(field.units).kind === "rate";
  if (isKnown) return valueSpan(field, stated);
  if (!needed) return undefined;
  throw new UnitsError(
    `${where}: it holds amounts ("${field.units}") and its times have no bounds, so that nothing says over how long they ` +
      "fell; where they are sums since the start of a run, make amounts of each step of them with `deaccumulate`; else give " +
      '`interval: SECONDS` (86400 for daily sums), or `interval: "time"` to take the spacing of the times',
    field.units ?? "",
    "the seconds over which each amount fell",
  );
}

/** The limits of {@link clutterLimitIn} of targets; Infinity for those that are no precipitation. */
export function clutterLimits(targets: readonly Target[], stated: number | undefined): readonly number[] {
  return targets.map(({ wetThreshold, units, interval }) =>
    wetThreshold === undefined ? Number.POSITIVE_INFINITY : (stated ?? clutterLimitIn(units!, interval)),
  );
}

/** Brings a loaded part into other units. */
export type Convert = (part: Field) => Field;

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
  const [a, b] = [plainUnits(field.units), plainUnits(to)];
  if (precipitation && to !== undefined) {
    const bounded = boundsLengths(field) !== undefined;
    const options = bounded || interval === undefined ? {} : { interval };
    if (!bounded) precipitationFactor(field.units, to, interval, { variable: field.name, file: field.source });
    return (part) => convertPrecipitation(part, to, options);
  }
  if (a === b) return (part) => part;
  const other = unitConversion(a, b);
  if (other) return (part) => other(part).with({ units: to });
  const factor = lengthFactor(a, b);
  if (factor !== undefined) return (part) => part.with({ values: part.values.map((v) => v * factor), units: to });
  const show = (units: string | undefined) => (units === undefined ? "no units" : `units "${units}"`);
  throw new UnitsError(
    `${where}: it has ${show(field.units)}, expected ${show(to)}; convert it before, or state the right units with ` +
      "`field.with({ units })`",
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
  return defined({ standardName, longName, cellMethods });
}
