/**
 * Units of precipitation and their explicit conversion. A kilogram of water on a square metre is one millimetre
 * (1000 kg m-3). Rates convert into rates; amounts become rates, or rates amounts, by the interval that the bounds of
 * time say or the caller states; nothing is guessed.
 */
import { anything, checkOptions, flag, text } from "../../engine/checks.ts";
import { UnitsError } from "../../engine/errors.ts";
import { sizeOf } from "../storage/source.ts";
import type { Field } from "./field.ts";
import { boundsIntervals, spacingInterval } from "./interval.ts";
import { withoutRange } from "./provenance.ts";
import { checkQuantity, type PrecipitationKind, quantityAttributes } from "./quantity.ts";
import { checkSentinels } from "./sentinel.ts";
import { timeAxis } from "./time-axis.ts";
import { parseUnit, type UnitProduct, UnitTextError } from "./unit-text.ts";

/** Kind of precipitation that a unit measures, in millimetres (amount) or millimetres per second (rate). */
export interface PrecipitationUnits {
  /** Amount or rate. */
  readonly kind: PrecipitationKind;
  /** Millimetres, or millimetres per second, per unit. */
  readonly factor: number;
  /** True if it is a mass per area (kg m-2); else a depth of water. */
  readonly mass: boolean;
}

/** Origin of a value, for messages. */
export interface UnitsContext {
  /** Its path. @defaultValue not named */
  readonly file?: string | undefined;
  /** Its name. @defaultValue not named */
  readonly variable?: string;
}

/** Options of {@link convertPrecipitation}. */
export interface ConversionOptions extends UnitsContext {
  /**
   * Over how long amounts fell; needed between amounts and rates. Seconds, for all values (taken even where bounds say
   * otherwise); `"bounds"`, from the bounds of each time; `"time"`, the spacing of evenly spaced times.
   * @defaultValue "bounds" where the time coordinate has bounds; without them an error
   */
  readonly interval?: number | "bounds" | "time";
  /**
   * True if `standard_name` and `cell_methods` that disagree with the units are written anew instead of being an error.
   * @defaultValue false
   */
  readonly override?: boolean;
}

const EXPECTED = "precipitation units such as mm/day, mm h-1, kg m-2 s-1 (rates) or mm, m, inch, kg m-2 (amounts)";

/** Longest text of units that is read. */
const LONGEST = 256;

function where(context: UnitsContext): string {
  return `${context.file ? `${context.file}: ` : ""}${context.variable ? `variable ${context.variable}` : "precipitation"}`;
}

/** Advice about units that are seen in files and cannot be meant. */
export function wayOut(units: string): string {
  if (/^\s*mm\s*\/\s*m\s*$|^\s*mm m-1\s*$/i.test(units)) {
    return (
      '"mm/m" is millimetres per metre; files that write it for millimetres per month hold the sums of months: state ' +
      '`units: "mm"`, and let the bounds of time say how long each month is; '
    );
  }
  if (/\b(mon|month|months|yr|year|years|a)(?![a-z])/i.test(units)) {
    return (
      'months and years have no fixed length: for sums of months state `units: "mm"`, and let the bounds of time say ' +
      "how long each is; "
    );
  }
  return "";
}

/**
 * Reads a unit of precipitation, such as `mm/day`, `mm d-1`, `kg m**-2 s^-1`, `m`, `inch/hour`, `l m-2`, `0.1 mm`, by
 * the grammar of udunits-2; `of water` and `of water equivalent` may follow.
 *
 * @param units - the text; undefined stands for a missing attribute.
 * @throws UnitsError if they are missing, unknown, or measure something else.
 */
export function precipitationUnits(units: string | undefined, context: UnitsContext = {}): PrecipitationUnits {
  const fail = (what: string): UnitsError => {
    const way = `${wayOut(units ?? "")}if you know the units, state them (\`units\`) instead of letting them be guessed`;
    return new UnitsError(`${where(context)}: ${what}; expected ${EXPECTED}; ${way}`, units ?? "", EXPECTED);
  };
  if (units === undefined || units.trim() === "") throw fail("units are missing");
  if (units.length > LONGEST) {
    const start = `${units.slice(0, 40)}…`;
    throw new UnitsError(
      `${where(context)}: units "${start}" have ${units.length} characters, above ${LONGEST}; expected ${EXPECTED}`,
      start,
      EXPECTED,
    );
  }
  let product: UnitProduct;
  try {
    product = parseUnit(units.replace(/(?<!\s)\s+of\s+water(\s+equivalent)?/i, ""));
  } catch (error) {
    if (!(error instanceof UnitTextError)) throw error;
    throw fail(`units "${units}" are not understood (at "${error.at}")`);
  }
  const { factor, length, mass, time } = product;
  const depth = mass === 0 && length === 1;
  const sheet = mass === 1 && length === -2;
  if ((!depth && !sheet) || (time !== 0 && time !== -1) || !(factor > 0 && Number.isFinite(factor))) {
    throw fail(`units "${units}" do not measure precipitation`);
  }
  // A mass per area has its lengths in millimetres so far: one kg mm-2 is a million kg m-2.
  return { kind: time === 0 ? "amount" : "rate", factor: sheet ? factor * 1e6 : factor, mass: sheet };
}

/**
 * Units to convert to.
 *
 * @throws UnitsError for all but those of precipitation: nothing else is converted
 */
export function targetUnits(to: string): PrecipitationUnits {
  try {
    return precipitationUnits(to);
  } catch (error) {
    if (!(error instanceof UnitsError)) throw error;
    const text = `"${to.slice(0, 40)}" is no unit of precipitation, and no other is converted`;
    throw new UnitsError(`${text}; ${wayOut(to)}expected ${EXPECTED}`, to, EXPECTED);
  }
}

/**
 * The number by which values in `from` are multiplied to be in `to`.
 *
 * @param interval - length in seconds of the interval over which an amount fell, > 0; needed between amounts and rates
 * @throws UnitsError if either is not precipitation, or an amount meets a rate and no interval is given.
 */
export function precipitationFactor(
  from: string | undefined,
  to: string,
  interval?: number,
  context: UnitsContext = {},
): number {
  const source = precipitationUnits(from, context);
  const target = targetUnits(to);
  const ratio = source.factor / target.factor;
  if (source.kind === target.kind) return ratio;
  if (interval === undefined || !(interval > 0) || !Number.isFinite(interval)) {
    throw new UnitsError(
      `${where(context)}: cannot turn ${source.kind} "${from}" into ${target.kind} "${to}" ` +
        `${interval === undefined ? "without" : `with an interval of ${interval} s as`} the length of the interval; ` +
        "expected bounds of the time coordinate or `interval`, the seconds over which the amount fell (86400 for " +
        'daily sums), or `interval: "time"` for the spacing of the times',
      from ?? "",
      to,
    );
  }
  return source.kind === "amount" ? ratio / interval : ratio * interval;
}

/** Seconds of each time, or one number for all; undefined where nothing says so. */
function intervalsFor(field: Field, interval: ConversionOptions["interval"]): number | Float64Array | undefined {
  if (typeof interval === "number") return interval;
  if (interval === "time") return spacingInterval(field);
  if (interval === "bounds" || timeAxis(field)?.bounds) return boundsIntervals(field);
  return undefined;
}

/** Values times a factor that changes along one dimension. */
function scaleAlong(field: Field, dim: string | undefined, factors: readonly number[]): Field["values"] {
  const axis = dim === undefined ? -1 : field.dims.indexOf(dim);
  const inner = sizeOf(field.shape.slice(axis + 1));
  const period = axis < 0 ? 1 : field.shape[axis]!;
  const out = field.values.slice();
  for (let i = 0; i < out.length; i++) {
    out[i] = out[i]! * (axis < 0 ? factors[0]! : factors[Math.floor(i / inner) % period]!);
  }
  return out;
}

/**
 * A field in other units of precipitation. Between amounts and rates each value is divided or multiplied by the length
 * of its own interval, months of any calendar included. `standard_name` and the `time:` entry of `cell_methods` follow:
 * `lwe_precipitation_rate`, `lwe_thickness_of_precipitation_amount`, `precipitation_flux` or `precipitation_amount`,
 * and so for rainfall, snowfall, convective and stratiform precipitation.
 *
 * @param to - units of precipitation, e.g. `mm/day`, `kg m-2 s-1`, `mm`
 * @throws UnitsError naming file, variable and units: unknown or missing units, an unknown interval, or a
 * `standard_name` or `cell_methods` that disagrees with the units.
 */
export function convertPrecipitation(field: Field, to: string, options: ConversionOptions = {}): Field {
  const checks = { interval: anything, override: flag, file: text, variable: text };
  checkOptions("convertPrecipitation", options, checks);
  const { interval, override = false, ...given } = options;
  const context = { variable: field.name, file: field.source, ...given };
  const source = precipitationUnits(field.units, context);
  checkSentinels(where(context), field);
  const target = targetUnits(to);
  if (!override) checkQuantity(where(context), field, source.kind, target.kind);
  const changed = source.kind !== target.kind;
  const seconds = changed ? intervalsFor(field, interval) : undefined;
  const lengths = seconds instanceof Float64Array ? seconds : [seconds];
  const factors = Array.from(lengths, (one) => precipitationFactor(field.units, to, one, context));
  const same = factors.every((factor) => factor === 1);
  const dim = factors.length > 1 || seconds instanceof Float64Array ? timeAxis(field)?.dims[0] : undefined;
  return field.with({
    values: same ? field.values : scaleAlong(field, dim, factors),
    units: to,
    attributes: quantityAttributes(
      same ? field : field.with({ attributes: withoutRange(field.attributes) }),
      target,
      changed || override,
    ),
  });
}
