/** Interval of a value of precipitation: the divisor of amounts, and a property of a model's training data. */
import { isMongeError, OptionsError, UnitsError } from "../../engine/errors.ts";
import type { LazyField } from "../dataset/index.ts";
import {
  boundsIntervals,
  Field,
  instantsOf,
  measuresWater,
  precipitationUnits,
  secondsBetween,
  spacingInterval,
  timeAxis,
  whereOf,
} from "../field/index.ts";
import { textOf } from "../storage/index.ts";

/** Seconds, or the spacing of the times. */
export type RainInterval = number | "time";

/**
 * Seconds over which each amount fell.
 *
 * @param field - a variable of amounts
 * @param interval - as stated; undefined takes the bounds of time
 * @param whole - what the field is a part of: its times have the spacing
 * @throws UnitsError where nothing says so; OptionsError where the spacing was asked for and there is none
 */
export function amountInterval(
  field: Field | LazyField,
  interval: RainInterval | undefined,
  whole: Field | LazyField = field,
): number {
  if (interval === "time") return spacingInterval(whole);
  if (interval !== undefined) {
    if (interval > 0 && Number.isFinite(interval)) return interval;
    const text = `${whereOf(field)}: interval is ${interval}; expected seconds above 0`;
    throw new OptionsError(text, "interval", interval);
  }
  const stated = boundsLength(field);
  if (stated !== undefined) return stated;
  throw new UnitsError(
    `${whereOf(field)} holds amounts ("${field.units}"), not rates; give ` +
      '`interval: SECONDS` (86400 for daily sums), or `interval: "time"` to take the spacing of the time axis',
    field.units ?? "",
    "the seconds over which each amount fell",
  );
}

/**
 * Seconds that a value stands for: the length of its bounds (of months their mean), else what is stated, else the
 * spacing of even times or the shortest step from one time to the next. A moment's rate (`time: point`) stands for what
 * is stated, or none; times that are more than a month apart do not say over how long a rate stands.
 *
 * @param stated - seconds, or the spacing of the times
 * @param whole - what the field is a part of: its times have the spacing
 * @returns undefined where nothing says so, and where bounds are of different lengths
 * @throws OptionsError for an invalid interval
 */
export function valueSpan(
  field: Field | LazyField,
  stated?: RainInterval | undefined,
  whole: Field | LazyField = field,
): number | undefined {
  const lengths = boundsLengths(field);
  if (lengths !== undefined) return isCadence(lengths) ? meanOf(lengths) : undefined;
  return stated === undefined ? spacingSpan(field, whole) : amountInterval(field, stated, whole);
}

/**
 * Notice about the time that rates stand for: taken from the spacing of their times although nothing says that they are
 * means over it, or from bounds that say another than is stated. Undefined where there is nothing to say.
 *
 * @param field, stated, whole - as of {@link valueSpan}
 */
export function spanNotice(
  field: Field | LazyField,
  stated?: RainInterval | undefined,
  whole: Field | LazyField = field,
): string | undefined {
  if (isAmount(field)) return undefined;
  const lengths = boundsLengths(field);
  const span = valueSpan(field, stated, whole);
  if (lengths !== undefined && typeof stated === "number" && span !== stated) {
    const own = span === undefined ? "of different lengths" : `of ${span} s`;
    return `its bounds of time are ${own}; \`interval: ${stated}\` is for rates without bounds, and is left aside`;
  }
  const isKnown = span === undefined || stated !== undefined || lengths !== undefined;
  if (isKnown || /\btime\s*:/.test(methodsOf(field))) return undefined;
  return `rates are taken as means over ${span} s, the spacing of its times; \`interval: SECONDS\` says otherwise`;
}

/** Longer steps between rates are gaps: a month. */
const MOST_SPACING = 31 * 86_400;

/** Seconds from one time to the next, where a value may stand for them. */
function spacingSpan(field: Field | LazyField, whole: Field | LazyField): number | undefined {
  if (/\btime\s*:\s*point\b/.test(methodsOf(field))) return undefined;
  const span = evenSpacing(whole) ?? shortestStep(whole);
  return span === undefined || span <= MOST_SPACING || isAmount(field) ? span : undefined;
}

const methodsOf = ({ attributes }: Field | LazyField): string => textOf(attributes, "cell_methods") ?? "";

const isAmount = ({ units }: Field | LazyField): boolean =>
  measuresWater(units) && precipitationUnits(units).kind === "amount";

/** Seconds between bounds of time, one for each time; undefined where there are none, or they are no intervals. */
export function boundsLengths(field: Field | LazyField): Float64Array | undefined {
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

/** True if lengths are those of one cadence: months differ by a tenth, what differs by more is none. */
export const isCadence = (lengths: Float64Array): boolean => {
  const [least, most] = [lengths.reduce((a, b) => Math.min(a, b)), lengths.reduce((a, b) => Math.max(a, b))];
  return most <= 1.2 * least;
};

/** Of lengths; exact where all are the same. */
export const meanOf = (lengths: Float64Array): number =>
  lengths.every((length) => length === lengths[0]) ? lengths[0]! : lengths.reduce((a, b) => a + b, 0) / lengths.length;

/** Seconds between times; undefined where they are not even, or are no dates. */
function evenSpacing(field: Field | LazyField): number | undefined {
  try {
    return secondsBetween(field) ?? undefined;
  } catch (error) {
    if (isMongeError(error)) return undefined;
    throw error;
  }
}

/** Seconds: times that are left out make a step longer, nothing makes it shorter. */
function shortestStep(field: Field | LazyField): number | undefined {
  const time = timeAxis(field);
  if (time === undefined || !/\ssince\s/i.test(textOf(time.attributes, "units") ?? "")) return undefined;
  const instants = instantsOf(time);
  let least = Infinity;
  for (let i = 1; i < instants.length; i++) least = Math.min(least, Math.abs(instants[i]! - instants[i - 1]!) / 1000);
  return least > 0 && least < Infinity ? least : undefined;
}

/** The one length that the bounds of time state, if they do. */
function boundsLength(field: Field | LazyField): number | undefined {
  const lengths = boundsLengths(field);
  return lengths?.every((length) => length === lengths[0]) ? lengths[0] : undefined;
}
