/** In which units forecast and truth are compared, and what counts as rain there. */
import { isMongeError, OptionsError, UnitsError } from "../../../engine/errors.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import {
  convertPrecipitation,
  type Field,
  precipitationFactor,
  precipitationUnits,
  secondsBetween,
} from "../../../io/field/index.ts";
import { textOf } from "../../../io/storage/index.ts";
import { placeOf } from "./match-times.ts";

/** Brings loaded parts of a variable to the units of scores. */
export type ToUnits = (part: Field) => Field;

/**
 * The conversion of a variable, piece by piece; none where units are the same text.
 *
 * @param interval - seconds of amounts that meet rates, or `"time"`: the spacing of the times
 * @throws UnitsError where they do not convert into one another
 */
export function conversion(
  name: string,
  field: LazyField,
  units: string | undefined,
  interval: number | "time" | undefined,
  verb = "verify",
): ToUnits {
  const plain = (text: string | undefined) => text?.trim();
  if (plain(field.units) === plain(units)) return (part) => part;
  const where = placeOf(name, field, verb);
  const way = "state them with field.with({ units }), or convert before";
  if (field.units === undefined || units === undefined || !isWater(field.units) || !isWater(units)) {
    const show = (text: string | undefined) => (text === undefined ? "no units" : `units "${text}"`);
    const what = `${show(field.units)} against ${show(units)}; only precipitation is converted`;
    throw new UnitsError(`${where}: it has ${what}; ${way}`, field.units ?? "", units ?? "");
  }
  const spaced = interval === "time" ? secondsBetween(field) : interval;
  if (spaced === null) {
    throw new OptionsError(`${where}: its times are not evenly spaced; give interval in seconds`, "interval", interval);
  }
  return (part) => convertPrecipitation(part, units, spaced === undefined ? {} : { interval: spaced });
}

/** Whether a text measures precipitation. */
function isWater(units: string): boolean {
  try {
    precipitationUnits(units);
    return true;
  } catch (error) {
    if (isMongeError(error)) return false;
    throw error;
  }
}

/**
 * What is dry: 0.1 mm/h for rates of precipitation, 0.1 mm for amounts, in the units of scores; null for all else. Winds have
 * units of rain too, so that names decide where units leave it open.
 */
export function defaultThreshold(field: Named, units: string | undefined): number | null {
  if (units === undefined || !isWater(units) || !(saysRain(field) ?? /mm|kg/.test(units))) return null;
  return 0.1 * precipitationFactor(precipitationUnits(units).kind === "rate" ? "mm h-1" : "mm", units);
}

/** A wet day of ETCCDI, 1 mm, in the units of scores, where {@link defaultThreshold} knows rain; null for all else. */
export function wetDay(field: Named, units: string | undefined): number | null {
  if (units === undefined || defaultThreshold(field, units) === null) return null;
  return precipitationFactor(precipitationUnits(units).kind === "rate" ? "mm day-1" : "mm", units);
}

/** What of a variable tells what it is. */
type Named = Pick<LazyField, "name" | "attributes">;

/** Whether names say that a variable is precipitation; undefined where they say nothing. */
export function saysRain({ name, attributes }: Named): boolean | undefined {
  const words = /precip|rain|snow/i;
  const standard = textOf(attributes, "standard_name");
  if (standard !== undefined) return words.test(standard);
  const named = words.test(`${name} ${textOf(attributes, "long_name")}`);
  return named || /^(pr|tp|rr|rr\d+|prc|prcp|ppt)$/i.test(name) || undefined;
}
