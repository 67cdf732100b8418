/** Coarse rain one frame at a time, from a field in memory or in files, looked through before the first is drawn. */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { LazyField, lazyField, type VariableOptions } from "../../io/dataset/index.ts";
import { checkTimes, convertPrecipitation, type Field, precipitationUnits, whereOf } from "../../io/field/index.ts";
import { amountInterval, valueSpan } from "../../io/rain/index.ts";
import { coarsen } from "../../io/regrid/index.ts";
import { accumulationGuard } from "../data/channels/accumulation-guard.ts";
import { mapDims } from "../data/map-dims.ts";
import type { PairOptions } from "../data/match.ts";
import { rateUnits } from "../data/read-rain.ts";
import type { SampleOptions } from "../model/downscaler.ts";
import { wholeBlocks } from "./whole-blocks.ts";

/** Options of reading a field as coarse rain. */
export interface CoarseOptions
  extends Pick<PairOptions, "interval" | "clipNegative" | "onNotice">,
    Pick<VariableOptions, "units">,
    Pick<SampleOptions, "missing"> {
  /** The field of which this one is a part: its times define the spacing. @defaultValue the field itself */
  readonly whole?: Field | LazyField;
  /**
   * True if the field is fine: its block means are downscaled. It is cut to whole blocks, or with `missing: "propagate"` filled up
   * to them, so that what is drawn has exactly its pixels. @defaultValue false
   */
  readonly coarsen?: boolean;
}

/** One coarse frame. */
export interface CoarseFrame {
  /** mm/h on (y, x). */
  readonly coarse: Field;
  /** With `coarsen`: the fine field, mm/h, of whole blocks. */
  readonly truth: Field | undefined;
}

/** Summary of all frames. */
export interface CoarseSummary {
  /** Largest rate, mm/h. */
  readonly largest: number;
  /** Negative rates that are set to 0, and the least of them. */
  readonly clipped: { readonly count: number; readonly least: number };
  /** Amplitude of the first noise, measured on them, of a model of many scales. @defaultValue 1 */
  readonly amplitude?: number;
}

/** Precipitation whose frames are read one by one. */
export interface CoarseFrames {
  /** y and x are the last dimensions. */
  readonly field: LazyField;
  /** As stated, or as in the file. */
  readonly units: string;
  /** Seconds over which an amount fell; undefined for rates. */
  readonly interval: number | undefined;
  /** Seconds that a value stands for, as far as is known. */
  readonly span: number | undefined;
  /** A frame by its place along the leading dimensions. */
  read(place: readonly number[]): Promise<CoarseFrame>;
  /** Reads all once. @throws DomainError for what no model takes */
  check(): Promise<CoarseSummary>;
}

/**
 * @param factor - of the model
 * @throws UnitsError for units that are no precipitation, or amounts without an interval
 * @throws ShapeError where y and x are missing, or nothing is there
 */
export function coarseFrames(given: Field | LazyField, factor: number, options: CoarseOptions): CoarseFrames {
  const { whole, missing = "error", clipNegative = false } = options;
  const own = lazyField(given).ungroup().mapsLast();
  const field = options.units === undefined ? own : new LazyField({ ...own.parts, units: options.units });
  const { source, dims } = field;
  const [y, x] = mapDims(whereOf(field), field);
  if (field.shape.includes(0)) throw new ShapeError(whereOf(field), "at least one value", field.shape);
  checkTimes(field);
  const { kind } = precipitationUnits(field.units, { file: source, variable: field.name });
  const interval = kind === "amount" ? amountInterval(field, options.interval, whole) : undefined;
  const leading = dims.slice(0, -2);

  const rates = async (part: LazyField): Promise<Field> =>
    convertPrecipitation(await part.load(), rateUnits, interval === undefined ? {} : { interval });
  const frameOf = (read: Field): CoarseFrame => {
    const fine = clipNegative ? read.with({ values: read.values.map((v) => Math.max(v, 0)) }) : read;
    if (!options.coarsen) return { coarse: fine, truth: undefined };
    const partial = missing === "propagate" ? { minimumValid: 1 / factor ** 2 } : {};
    const whole = (missing === "propagate" && wholeBlocks(fine, factor)) || fine;
    const coarse = coarsen(whole, factor, { crop: true, ...partial });
    const [height, width] = coarse.shape.slice(-2) as [number, number];
    return { coarse, truth: whole.isel({ [y]: [0, height * factor], [x]: [0, width * factor] }) };
  };
  return {
    field,
    units: field.units!,
    interval,
    span: interval ?? valueSpan(field, undefined, whole),
    read: async (place) =>
      frameOf(await rates(field.isel(Object.fromEntries(leading.map((dim, i) => [dim, place[i]!]))))),
    async check() {
      const negative = { count: 0, least: 0 };
      const clipped = { count: 0, least: 0 };
      let [gaps, all, largest, anything] = [0, 0, 0, false];
      // Maps of one member follow each other in time.
      const sums = accumulationGuard(whereOf(field), field, leading.length === 1);
      const cells = field.shape.slice(-2).reduce((a, b) => a * b);
      const below = (counted: { count: number; least: number }, v: number): void => {
        counted.count++;
        counted.least = Math.min(counted.least, v);
      };
      for (const part of field.pieces()) {
        const read = await rates(part);
        anything ||= read.values.some((v) => !Number.isNaN(v));
        for (let at = 0; at < read.values.length; at += cells) sums.see(read.values.subarray(at, at + cells));
        if (clipNegative) for (const v of read.values) if (v < 0) below(clipped, v);
        const { values } = frameOf(read).coarse;
        all += values.length;
        for (const v of values) {
          if (Number.isNaN(v)) gaps++;
          else if (v < 0) below(negative, v);
          else if (v > largest) largest = v;
        }
      }
      if (!anything) {
        const way = "choose another time or variable";
        throw new DomainError(`${whereOf(field)} has only missing values; ${way}`);
      }
      const where = whereOf(field);
      if (negative.count > 0) {
        const { count, least } = negative;
        const way = "where that is rounding, set them to 0 with `clipNegative: true`";
        const text = `${where}: ${count} rates are negative, down to ${least} mm/h; expected at least 0; ${way}`;
        throw new DomainError(text, least);
      }
      if (gaps > 0 && missing === "error") {
        const way = 'fill them, or leave their cells missing with `missing: "propagate"`';
        throw new DomainError(`${where}: ${gaps} of ${all} values are missing; ${way}`, Number.NaN);
      }
      sums.check();
      return { largest, clipped };
    },
  };
}
