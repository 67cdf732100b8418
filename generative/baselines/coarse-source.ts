/** The coarse field of a baseline: looked through before anything is made of it, then read frame by frame in the result's units. */
import { defined } from "../../engine/defined.ts";
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { LazyField, lazyField } from "../../io/dataset/index.ts";
import { checkTimes, type Field } from "../../io/field/index.ts";
import { ROUNDING, wetThresholdIn } from "../../io/rain/index.ts";
import { asColumn, isColumn, stationDim } from "../../io/stations/index.ts";
import { mapDims } from "../data/map-dims.ts";
import type { EnsembleOptions } from "../ensemble/block-ensemble.ts";
import { type Reading, spanOf, toUnits } from "./to-units.ts";

/** A variable with y and x as its last dimensions. */
export interface CoarseSource extends Reading {
  readonly field: LazyField;
  /** Seconds that a value stands for, as far as is known. */
  readonly span: number | undefined;
  /** A loaded part, on any grid, in the units of the result; negative rain, which `check` lets pass or not, is 0. */
  inUnits(part: Field): Field;
  /** Reads all once. @throws DomainError for gaps, negative rain and infinite values that no option allows */
  check(): Promise<void>;
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
  options: Pick<EnsembleOptions, "units" | "interval" | "whole" | "missing" | "clipNegative" | "onNotice"> & {
    readonly rain: boolean;
    /** Stations, as a column, that it may be a series of. */
    readonly like?: LazyField | undefined;
  },
): CoarseSource {
  const { rain, missing = "error", clipNegative = false, onNotice } = options;
  const field = asMaps(name, given, options.units, options.like);
  for (const line of checkTimes(field)) onNotice?.(line);
  const reading: Reading = {
    rain,
    ...defined({ interval: options.interval, whole: options.whole }),
  };
  const convert = toUnits(field, units, reading);
  const span = spanOf(field, reading);
  const rounding = rain ? ROUNDING * wetThresholdIn(field.units!, span) : 0;
  const clip = (part: Field): Field => part.with({ values: part.values.map((v) => Math.max(v, 0)) });
  return {
    ...reading,
    field,
    span,
    inUnits: (part) => (rain ? clip(convert(part)) : convert(part)),
    async check() {
      const where = `${field.source}: variable ${field.name}`;
      let [gaps, all, negative, least] = [0, 0, 0, 0];
      for await (const { values } of field.slabs()) {
        all += values.length;
        for (const v of values) {
          if (Number.isNaN(v)) gaps++;
          else if (!Number.isFinite(v))
            throw new DomainError(`${where}: it holds ${v}; set what is no number to missing`, v);
          else if (rain && v < 0) {
            negative++;
            least = Math.min(least, v);
          }
        }
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
