/** Coarse rain one frame at a time, from a field in memory or in files, looked through before the first is drawn. */
import { defined } from "../../engine/defined.ts";
import { DomainError } from "../../engine/errors.ts";
import type { LazyField, VariableOptions } from "../../io/dataset/index.ts";
import { type Field, precipitationUnits, whereOf } from "../../io/field/index.ts";
import { amountInterval, spanNotice, valueSpan } from "../../io/rain/index.ts";
import { coarsen } from "../../io/regrid/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import type { SampleOptions } from "../model/sample-options.ts";
import { evenly } from "../model/texture.ts";
import { accumulationGuard } from "./channels/accumulation-guard.ts";
import { asMaps, coarseSource } from "./coarse-source.ts";
import type { PairOptions } from "./match.ts";
import { wholeBlocks } from "./own-blocks.ts";
import { rateUnits } from "./read-rain.ts";

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

export interface CoarseFrame {
  /** mm/h on (y, x). */
  readonly coarse: Field;
  /** With `coarsen`: the fine field, mm/h, of whole blocks. */
  readonly truth: Field | undefined;
}

export interface CoarseSummary {
  /** Largest rate, mm/h. */
  readonly largest: number;
  /** Amplitude of the first noise, measured on them, of a model of many scales. @defaultValue 1 */
  readonly amplitude?: number;
}

/** Precipitation whose frames are read one by one. */
export interface CoarseFrames {
  /** y and x are the last dimensions. */
  readonly field: LazyField;
  readonly units: string;
  /** Seconds over which an amount fell; undefined for rates. */
  readonly interval: number | undefined;
  /** Seconds that a value stands for, as far as is known. */
  readonly span: number | undefined;
  /** A frame by its place along the leading dimensions. */
  read(place: readonly number[]): Promise<CoarseFrame>;
  /** Something of at most so many frames, spread evenly. */
  some<T>(most: number, of: (coarse: Field) => T): Promise<readonly T[]>;
  /** Reads all once. @throws DomainError for what no model takes */
  check(): Promise<CoarseSummary>;
}

/**
 * @param factor - of the model
 * @throws UnitsError for units that are no precipitation, or amounts without an interval
 * @throws ShapeError where y and x are missing, or nothing is there
 */
export function coarseFrames(given: Field | LazyField, factor: number, options: CoarseOptions): CoarseFrames {
  const { whole, missing = "error", onNotice, clipNegative } = options;
  const field = asMaps("input", given, options.units);
  const { kind } = precipitationUnits(field.units, { file: field.source, variable: field.name });
  const interval = kind === "amount" ? amountInterval(field, options.interval, whole) : undefined;
  const notice = spanNotice(field, options.interval, whole);
  if (notice !== undefined) onNotice?.(notice);
  const source = coarseSource("input", field, rateUnits, {
    ...{ rain: true, missing: "propagate" },
    ...defined({ interval, whole, clipNegative, onNotice }),
  });
  const sizes = field.shape.slice(0, -2);
  const [y, x] = field.dims.slice(-2) as [string, string];
  const frameOf = (fine: Field): CoarseFrame => {
    if (!options.coarsen) return { coarse: fine, truth: undefined };
    const partial = missing === "propagate" ? { minimumValid: 1 / factor ** 2 } : {};
    const whole = (missing === "propagate" && wholeBlocks(fine, factor)) || fine;
    const coarse = coarsen(whole, factor, { crop: true, ...partial });
    const [height, width] = coarse.shape.slice(-2) as [number, number];
    return { coarse, truth: whole.isel({ [y]: [0, height * factor], [x]: [0, width * factor] }) };
  };
  const read = async (place: readonly number[]): Promise<CoarseFrame> => {
    const part = field.isel(Object.fromEntries(place.map((at, i) => [field.dims[i]!, at])));
    return frameOf(source.inUnits(await part.load()));
  };
  return {
    field,
    units: field.units!,
    interval,
    span: interval ?? valueSpan(field, options.interval, whole),
    read,
    async some(most, of) {
      const found: ReturnType<typeof of>[] = [];
      for (const n of evenly(sizeOf(sizes), most)) {
        const { coarse } = await read(placeAt(n, sizes));
        found.push(of(coarse.with({ values: Float32Array.from(coarse.values) })));
      }
      return found;
    },
    async check() {
      let [gaps, all, largest] = [0, 0, 0];
      // Maps of one member follow each other in time.
      const sums = accumulationGuard(whereOf(field), field, sizes.length === 1);
      const cells = field.shape.slice(-2).reduce((a, b) => a * b);
      await source.check((read) => {
        for (let at = 0; at < read.values.length; at += cells) sums.see(read.values.subarray(at, at + cells));
        const { values } = frameOf(read).coarse;
        all += values.length;
        for (const v of values) {
          if (Number.isNaN(v)) gaps++;
          else if (v > largest) largest = v;
        }
      });
      if (gaps > 0 && missing === "error") {
        const way = 'fill them, or leave their cells missing with `missing: "propagate"`';
        throw new DomainError(`${whereOf(field)}: ${gaps} of ${all} values are missing; ${way}`, Number.NaN);
      }
      sums.check();
      return { largest };
    },
  };
}

/** Place of the n-th of all positions along some dimensions. */
export function placeAt(n: number, sizes: readonly number[]): number[] {
  let rest = n;
  const place = sizes.toReversed().map((size) => {
    const own = rest % size;
    rest = Math.floor(rest / size);
    return own;
  });
  return place.reverse();
}
