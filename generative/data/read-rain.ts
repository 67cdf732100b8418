/** Precipitation as frames of rain rates in mm/h, read piece by piece. */
import { defined } from "../../engine/defined.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { LazyField, selectTimes, type TimeRange, type VariableOptions } from "../../io/dataset/index.ts";
import {
  cellSize,
  checkTimes,
  convertPrecipitation,
  type Field,
  precipitationUnits,
  whereOf,
} from "../../io/field/index.ts";
import { amountInterval, type RainInterval, spanNotice, valueSpan } from "../../io/rain/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import type { RainPlace } from "../model/spacing.ts";
import { mapDims, positionsIn } from "./map-dims.ts";

/** Lengths of accumulations and of means in seconds, or `"time"`: the spacing of the file's own time axis. */
export type Intervals = "time" | readonly number[];

/** The units that models are trained in. */
export const rateUnits = "mm h-1";

/** Rain of one event that is read piece by piece, y and x last, and what is known of it. */
export interface RainStream {
  readonly height: number;
  readonly width: number;
  /** As in the file. */
  readonly units: string;
  /** Seconds over which an amount fell; undefined for rates. */
  readonly interval: number | undefined;
  /** Seconds that a value stands for, as far as the file or the caller says it. */
  readonly span: number | undefined;
  /** Line for a reader on how the span was found. @defaultValue nothing to say */
  readonly notice: string | undefined;
  /** With `apart`: 1 for each frame whose time is in that range, else 0. */
  readonly apart: Uint8Array | undefined;
  /** Whole frames in order. */
  readonly pieces: readonly RainPiece[];
  readonly where: string;
}

/** Frames that follow each other. */
export interface RainPiece {
  readonly frames: number;
  /** Reads rates in mm/h. */
  load(): Promise<Field>;
}

/** Plan of reading rain. */
export interface RainOptions extends Pick<VariableOptions, "units"> {
  /** Times to read. @defaultValue all */
  readonly time?: TimeRange;
  /** Times that are kept apart. */
  readonly apart: TimeRange | undefined;
  /** Seconds that values stand for: of amounts, and of rates without bounds of time. @defaultValue by the bounds of time */
  readonly interval?: Intervals;
  /** Index of the event among several. */
  readonly index: number;
  readonly bytes: number;
}

/**
 * Rain of a variable; only what is asked for is read, as the pieces are.
 *
 * @throws OptionsError where nothing lies at the times
 * @throws UnitsError for units that are no precipitation, or amounts without an interval
 * @throws ShapeError where y and x are not the last dimensions
 */
export function rainOf(given: LazyField, options: RainOptions): RainStream {
  const { units: stated, time, interval: intervals, index, bytes } = options;
  const whole = (stated === undefined ? given : new LazyField({ ...given.parts, units: stated })).ungroup().mapsLast();
  const part = time === undefined ? whole : selectTimes(whole, time);
  const { source, shape } = part;
  mapDims(whereOf(part), part);
  if (shape.includes(0)) throw new ShapeError(whereOf(part), "at least one value", shape);
  checkTimes(part);
  const units = precipitationUnits(part.units, { file: source, variable: part.name });
  const seconds = statedInterval(intervals, index);
  const interval = units.kind === "amount" ? amountInterval(part, seconds, whole) : undefined;
  const apart = options.apart && framesIn(part, options.apart);
  const [height, width] = shape.slice(-2) as [number, number];
  return {
    height,
    width,
    units: part.units!,
    interval,
    span: interval ?? valueSpan(part, seconds, whole),
    notice: spanNotice(part, seconds, whole),
    apart,
    pieces: piecesOf(part, bytes).map((piece) => ({
      frames: sizeOf(piece.shape.slice(0, -2)),
      load: async () => convertPrecipitation(await piece.load(), rateUnits, interval === undefined ? {} : { interval }),
    })),
    where: whereOf(part),
  };
}

/** Pieces whose frames follow each other as those of the whole do; where time is not the first dimension, the whole. */
function piecesOf(part: LazyField, bytes: number): readonly LazyField[] {
  const first = part.dims.length > 2 ? part.dims[0] : undefined;
  return first !== undefined && (part.dimOf("time") ?? first) === first ? part.pieces({ bytes }) : [part];
}

/** Frames, along the leading dimensions, inside a range of times. */
function framesIn(part: LazyField, range: TimeRange): Uint8Array {
  const leading = part.dims.slice(0, -2);
  const dim = part.dimOf("time") ?? leading[0];
  const chosen = selectTimesIfAny(part, range);
  const all = positionsIn(part, dim!);
  const inside = new Set(chosen === undefined ? [] : positionsIn(chosen, dim!));
  const after = sizeOf(part.shape.slice(leading.indexOf(dim!) + 1, -2));
  const size = all.length;
  return Uint8Array.from({ length: sizeOf(part.shape.slice(0, -2)) }, (_, n) =>
    inside.has(all[Math.floor(n / after) % size]!) ? 1 : 0,
  );
}

/** A file that has none of the times is not validated on. */
function selectTimesIfAny(part: LazyField, range: TimeRange): LazyField | undefined {
  try {
    return selectTimes(part, range);
  } catch (error) {
    if (error instanceof OptionsError && part.dimOf("time") !== undefined) return undefined;
    throw error;
  }
}

function statedInterval(intervals: Intervals | undefined, index: number): RainInterval | undefined {
  if (intervals === undefined || intervals === "time") return intervals;
  const interval = intervals.length === 1 ? intervals[0] : intervals[index];
  if (interval !== undefined) return interval;
  const has = `\`interval\` has ${intervals.length} values`;
  throw new OptionsError(`${has}; give one, or one a file`, "interval", intervals);
}

/** Grid and interval, as far as they are known. */
export function placeOf(field: Field, span: number | undefined): RainPlace {
  const grid = cellSize(field);
  return defined({ grid, interval: span });
}
