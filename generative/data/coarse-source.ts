/** A coarse field: looked through before anything is made of it, then read frame by frame in the units that are wanted. */
import { defined } from "../../engine/defined.ts";
import { DomainError, ShapeError, UnitsError } from "../../engine/errors.ts";
import { LazyField, lazyField } from "../../io/dataset/index.ts";
import {
  checkTimes,
  convertPrecipitation,
  type Field,
  measuresWater,
  precipitationUnits,
  timeAxis,
  unitConversion,
} from "../../io/field/index.ts";
import { amountInterval, type RainInterval, ROUNDING, valueSpan, wetThresholdIn } from "../../io/rain/index.ts";
import { asColumn, isColumn, stationDim } from "../../io/stations/index.ts";
import { mapDims } from "./map-dims.ts";
import type { PairOptions } from "./match.ts";

/** A variable with y and x as its last dimensions. */
export interface CoarseSource {
  readonly field: LazyField;
  /** Seconds that a value stands for, as far as is known. */
  readonly span: number | undefined;
  /** A loaded part, on any grid, in the units of the result; negative rain, which `check` lets pass or not, is 0. */
  inUnits(part: Field): Field;
  /**
   * Reads all once.
   *
   * @param see - is given each part that is read, in the units of the result
   * @throws DomainError for gaps, negative rain and infinite values that no option allows
   */
  check(see?: (part: Field) => void): Promise<void>;
}

/** Quantity of a field, and the interval of its values. */
interface Reading {
  /** Seconds of accumulations where nothing says, or the spacing of times. */
  readonly interval?: RainInterval;
  /** The field that has the spacing. */
  readonly whole?: Field | LazyField;
  /** True for precipitation; all else keeps its units. */
  readonly rain: boolean;
}

/**
 * Brings loaded parts of a field to other units: rates and amounts of rain into one another, by the bounds of time or the interval
 * that is stated. Other quantities must have these units.
 *
 * @throws UnitsError where they do not convert; OptionsError for an invalid interval
 */
function toUnits(field: LazyField, units: string | undefined, reading: Reading): (part: Field) => Field {
  const where = `${field.source}: variable ${field.name}`;
  const plain = (text: string | undefined) => text?.trim() ?? "";
  if (!reading.rain || !measuresWater(field.units) || !measuresWater(units)) {
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

/**
 * A field, in memory or not, with y and x last.
 *
 * @param like - series of stations as a column: those of the field are taken in its order; true where the field may be its own
 * @throws ShapeError where there are no maps
 */
export function asMaps(name: string, given: Field | LazyField, units?: string, like?: LazyField | boolean): LazyField {
  const found = lazyField(given).ungroup();
  const column = like !== undefined && like !== false && stationDim(found) !== undefined;
  const own = column ? asColumn(found, like === true ? undefined : like) : found.mapsLast();
  const field = units === undefined ? own : new LazyField({ ...own.parts, units });
  const where = `${name}: ${field.source === field.name ? "" : `${field.source}: `}variable ${field.name}`;
  if (!column && !isColumn(field)) mapDims(where, field);
  if (field.shape.includes(0)) throw new ShapeError(where, "at least one value", field.shape);
  return field;
}

/** @throws ShapeError, UnitsError, OptionsError before anything is read */
export function coarseSource(
  name: string,
  given: Field | LazyField,
  units: string | undefined,
  options: Reading &
    Pick<PairOptions, "clipNegative" | "onNotice"> & {
      readonly units?: string;
      readonly missing?: "error" | "propagate";
      /** Stations, as a column, that it may be a series of. */
      readonly like?: LazyField | undefined;
    },
): CoarseSource {
  const { rain, missing = "error", clipNegative = false, onNotice } = options;
  const field = asMaps(name, given, options.units, options.like);
  for (const line of checkTimes(field)) onNotice?.(line);
  const reading: Reading = { rain, ...defined({ interval: options.interval, whole: options.whole }) };
  const convert = toUnits(field, units, reading);
  const span = valueSpan(field, options.interval, options.whole);
  const rounding = rain ? ROUNDING * wetThresholdIn(field.units!, span) : 0;
  const clip = (part: Field): Field => part.with({ values: part.values.map((v) => Math.max(v, 0)) });
  const inUnits = (part: Field) => (rain ? clip(convert(part)) : convert(part));
  return {
    field,
    span,
    inUnits,
    async check(see) {
      const where = `${field.source}: variable ${field.name}`;
      let [gaps, all, negative, least] = [0, 0, 0, 0];
      for await (const slab of field.slabs()) {
        const { values } = slab;
        all += values.length;
        for (let i = 0; i < values.length; i++) {
          const v = values[i]!;
          if (Number.isNaN(v)) gaps++;
          else if (!Number.isFinite(v))
            throw new DomainError(`${where}: it holds ${v}; set what is no number to missing`, v);
          else if (rain && v < 0) {
            negative++;
            least = Math.min(least, v);
          }
        }
        see?.(inUnits(slab));
      }
      if (gaps === all) {
        throw new DomainError(`${where} has only missing values; choose another time or variable`, Number.NaN);
      }
      if (negative > 0) {
        const found = `${negative} values are negative, down to ${least} ${field.units}`;
        const way = "where that is rounding, set them to 0 with `clipNegative: true`";
        if (!clipNegative && least < -rounding)
          throw new DomainError(`${where}: ${found}; expected at least 0; ${way}`, least);
        onNotice?.(`${found}; set to 0`);
      }
      if (gaps > 0 && missing === "error") {
        const way = 'fill them, or leave their cells missing with `missing: "propagate"`';
        throw new DomainError(`${where}: ${gaps} of ${all} values are missing; ${way}`, Number.NaN);
      }
    },
  };
}
