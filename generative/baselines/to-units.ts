/** Quantities in the units of another data set, and what is rain there. */
import { UnitsError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import {
  convertPrecipitation,
  type Field,
  measuresWater,
  precipitationUnits,
  timeAxis,
  unitConversion,
} from "../../io/field/index.ts";
import { amountInterval, type RainInterval, valueSpan } from "../../io/rain/index.ts";

/** Options of reading a field. */
export interface Reading {
  /** Seconds of accumulations where nothing says, or the spacing of times. */
  readonly interval?: RainInterval;
  /** The field that has the spacing. */
  readonly whole?: Field | LazyField;
  /** True for precipitation; all else keeps its units. @defaultValue by the units */
  readonly rain?: boolean;
}

/**
 * Brings loaded parts of a field to other units: rates and amounts of rain into one another, by the bounds of time or the interval
 * that is stated. Other quantities must have these units.
 *
 * @throws UnitsError where they do not convert; OptionsError for an invalid interval
 */
export function toUnits(field: LazyField, units: string | undefined, reading: Reading = {}): (part: Field) => Field {
  const where = `${field.source}: variable ${field.name}`;
  const plain = (text: string | undefined) => text?.trim() ?? "";
  if (reading.rain === false || !measuresWater(field.units) || !measuresWater(units)) {
    if (plain(field.units) === plain(units)) return (part) => part;
    const other = units === undefined ? undefined : unitConversion(field.units, units);
    if (other) return other;
    const show = (text: string | undefined) => (plain(text) === "" ? "no units" : `units "${text}"`);
    const way = "convert it before, or state its units (`units`)";
    throw new UnitsError(
      `${where}: it has ${show(field.units)}; expected ${show(units)}; ${way}`,
      plain(field.units),
      plain(units),
    );
  }
  const changes = precipitationUnits(field.units).kind !== precipitationUnits(units).kind;
  const bounded = timeAxis(field)?.bounds !== undefined;
  if (changes && reading.interval === undefined && !bounded) {
    const way = 'give `interval: SECONDS` (86400 for days), or `interval: "time"` to take the spacing of the times';
    const text = `${where}: "${field.units}" becomes "${units}" only with the time that a value stands for; ${way}`;
    throw new UnitsError(text, field.units ?? "", "bounds of time, or the interval");
  }
  const stated = changes && reading.interval !== undefined;
  const interval = stated ? amountInterval(field, reading.interval, reading.whole) : undefined;
  return (part) => convertPrecipitation(part, units!, interval === undefined ? {} : { interval });
}

/** Seconds that a value stands for, as far as is known. */
export const spanOf = (field: LazyField, { interval, whole }: Reading = {}): number | undefined =>
  valueSpan(field, interval, whole);
