/** In which units forecast and truth are compared, and what counts as rain there. */
import { OptionsError, UnitsError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import {
  convertPrecipitation,
  type Field,
  isRain,
  measuresWater,
  precipitationUnits,
  rainFinding,
  secondsBetween,
  unitConversion,
} from "../../io/field/index.ts";
import { valueSpan, wetThresholdIn } from "../../io/rain/index.ts";
import type { VerifyOptions } from "../verify-options.ts";
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
  caller = "verify",
): ToUnits {
  const plain = (text: string | undefined) => text?.trim();
  if (plain(field.units) === plain(units)) return (part) => part;
  const other = units === undefined ? undefined : unitConversion(field.units, units);
  if (other) return other;
  const where = placeOf(name, field, caller);
  const way = "state them with `field.with({ units })`, or convert before";
  if (field.units === undefined || units === undefined || !measuresWater(field.units) || !measuresWater(units)) {
    const show = (text: string | undefined) => (text === undefined ? "no units" : `units "${text}"`);
    const what = `${show(field.units)} against ${show(units)}; they are not known to be of one quantity`;
    throw new UnitsError(`${where}: it has ${what}; ${way}`, field.units ?? "", units ?? "");
  }
  const spaced = interval === "time" ? secondsBetween(field) : interval;
  if (spaced === null) {
    throw new OptionsError(`${where}: its times are not evenly spaced; give interval in seconds`, "interval", interval);
  }
  return (part) => convertPrecipitation(part, units, spaced === undefined ? {} : { interval: spaced });
}

/** Precipitation or not, the time that a value stands for, and the values that count as dry. */
export interface RainRule {
  readonly rain: boolean;
  /** Seconds that a value stands for; undefined where unknown, and for all else than precipitation. */
  readonly span: number | undefined;
  /** At or above it a value is wet, in the units of scores; null where none is. */
  readonly wetThreshold: number | null;
}

/**
 * The rule of `train` for what is dry, in the units of scores.
 *
 * @param fields - the one that decides, then others that may know over how long a value stands
 * @throws UnitsError where it is open whether it is precipitation, or over how long amounts fell
 */
export function rainRule(
  name: string,
  fields: readonly LazyField[],
  units: string | undefined,
  o: Pick<VerifyOptions, "rain" | "interval" | "wetThreshold">,
  dry: (units: string, span: number | undefined) => number = wetThresholdIn,
  caller = "verify",
): RainRule {
  const [field] = fields as [LazyField];
  const where = placeOf(name, field, caller);
  const { wetThreshold: given } = o;
  // A threshold that is given leaves nothing open: reflectivity may have one.
  const rain = given === undefined ? isRain(where, field, o.rain) : (o.rain ?? rainFinding(field).is === "rain");
  if (!rain) return { rain, span: undefined, wetThreshold: given ?? null };
  const span = fields.map((one) => valueSpan(one, o.interval)).find((one) => one !== undefined);
  if (given !== undefined) return { rain, span, wetThreshold: given };
  if (span === undefined && precipitationUnits(units).kind === "amount") {
    throw new UnitsError(
      `${where}: it holds amounts ("${units}"), and nothing says over how long they fell, so that it is open what is dry; give ` +
        "`interval: SECONDS` (86400 for daily sums), or `wetThreshold`",
      units ?? "",
      "bounds of time, several times, or the interval",
    );
  }
  return { rain, span, wetThreshold: dry(units!, span) };
}
