/** Files of precipitation as frames of rain rates in mm/h. */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { LazyField, mapsLast, openDataset, selectTimes, type TimeRange, ungrouped } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { cellSize, convertPrecipitation, precipitationUnits, whereOf } from "../../io/field/index.ts";
import { type Attributes, sizeOf } from "../../io/storage/index.ts";
import { amountInterval, rateSpan } from "./rain-interval.ts";
import type { RainPlace } from "./trained-on.ts";

/** Lengths of accumulation in seconds, or `"time"`: the spacing of the file's own time axis. */
export type Intervals = "time" | readonly number[];

/** The units that models are trained in. */
export const rateUnits = "mm h-1";

/** A field of rain rates, y and x last, and what leads back to the units of the file. */
export interface RainFile {
  /** mm/h */
  readonly field: Field;
  readonly frames: number;
  readonly height: number;
  readonly width: number;
  /** As in the file. */
  readonly units: string;
  /** Seconds over which an amount fell; undefined for rates. */
  readonly interval: number | undefined;
  /** Global attributes of the (first) file. */
  readonly about: Attributes;
  /** Seconds that a value stands for, as far as the file tells: of amounts, of bounds, else between evenly spaced times. */
  readonly span: number | undefined;
  /** With `apart`: 1 for each frame whose time is in that range, else 0. */
  readonly apart?: Uint8Array;
  /** Position of the first frame among all times of the files. */
  readonly first: number;
}

/** What to read of files. */
export interface RainOptions {
  readonly variable?: string;
  /** Taken instead of the file's. */
  readonly units?: string;
  readonly time?: TimeRange;
  /** Times that are told from the others. @defaultValue none */
  readonly apart?: TimeRange;
  /** Whether files without times have them in their names. */
  readonly timeFromName?: boolean;
  /** Whether files may lead to other files. @defaultValue false */
  readonly allowExternal?: boolean;
  /** Where files hold amounts; taken from the bounds of time without. */
  readonly intervals?: Intervals | undefined;
  /** Which of several events this is. */
  readonly index?: number;
}

/**
 * Reads precipitation as rates: one file, or several that make one field along time. Only what is asked for is read.
 *
 * @throws OptionsError where files hold several variables and none is named, or nothing lies at the times
 * @throws UnitsError for units that are no precipitation, or amounts without an interval
 * @throws ShapeError where y and x are not the last dimensions
 */
export async function readRain(paths: string | readonly string[], options: RainOptions): Promise<RainFile> {
  const { variable, units: stated, timeFromName = false, allowExternal = false } = options;
  const data = await openDataset(paths, { timeFromName, allowExternal, ...(variable !== undefined && { variable }) });
  try {
    if (variable === undefined && data.candidates.length > 1) {
      const names = data.candidates.join(", ");
      throw new OptionsError(
        `${data.paths[0]}: it holds several variables (${names}); name one with \`variable\``,
        "variable",
      );
    }
    const found = await data.variable(variable, stated === undefined ? {} : { units: stated });
    return await rainOf(found, { ...options, about: data.attributes });
  } finally {
    data.close();
  }
}

/**
 * Rain of a variable, as {@link readRain} gives it.
 *
 * @param options.about - global attributes of its file. @defaultValue none
 */
export async function rainOf(
  given: LazyField,
  options: Omit<RainOptions, "variable" | "timeFromName" | "allowExternal"> & { readonly about?: Attributes },
): Promise<RainFile> {
  const { units: stated, time, intervals, index = 0, about = {} } = options;
  const whole = mapsLast(ungrouped(stated === undefined ? given : new LazyField({ ...given.parts, units: stated })));
  const part = time === undefined ? whole : selectTimes(whole, time);
  const { source, dims } = part;
  const [y, x] = [part.dimOf("y"), part.dimOf("x")];
  if (dims.length < 2 || dims.at(-2) !== y || dims.at(-1) !== x) {
    throw new ShapeError(whereOf(part), "y and x as its last dimensions", dims.join(", "));
  }
  if (part.shape.includes(0)) throw new ShapeError(whereOf(part), "at least one value", part.shape);
  const units = precipitationUnits(part.units, { file: source, variable: part.name });
  const read = await part.load();
  if (!read.values.some((v) => !Number.isNaN(v))) {
    throw new DomainError(`${whereOf(part)} has only missing values; choose another time or variable`);
  }
  const interval = units.kind === "amount" ? intervalOf(whole, read, intervals, index) : undefined;
  const field = convertPrecipitation(read, rateUnits, interval === undefined ? {} : { interval });
  const [height, width] = field.shape.slice(-2) as [number, number];
  const along = part.dimOf("time") ?? (time === undefined ? undefined : dims[0]);
  const first = along === undefined ? 0 : part.positions(along)[0]![0];
  const apart = options.apart && framesIn(part, options.apart);
  return {
    field,
    frames: sizeOf(field.shape.slice(0, -2)),
    height,
    width,
    units: read.units!,
    interval,
    span: interval ?? rateSpan(read, whole),
    about,
    first,
    ...(apart && { apart }),
  };
}

/** Which frames, along the leading dimensions, lie at some times. */
function framesIn(part: LazyField, range: TimeRange): Uint8Array {
  const leading = part.dims.slice(0, -2);
  const dim = part.dimOf("time") ?? leading[0];
  const chosen = selectTimesIfAny(part, range);
  const all = positionsOf(part, dim!);
  const inside = new Set(chosen === undefined ? [] : positionsOf(chosen, dim!));
  const after = sizeOf(part.shape.slice(leading.indexOf(dim!) + 1, -2));
  const size = all.length;
  return Uint8Array.from({ length: sizeOf(part.shape.slice(0, -2)) }, (_, n) =>
    inside.has(all[Math.floor(n / after) % size]!) ? 1 : 0,
  );
}

/** A file that has none of the times is not judged by. */
function selectTimesIfAny(part: LazyField, range: TimeRange): LazyField | undefined {
  try {
    return selectTimes(part, range);
  } catch (error) {
    if (error instanceof OptionsError && part.dimOf("time") !== undefined) return undefined;
    throw error;
  }
}

const positionsOf = (field: LazyField, dim: string): number[] =>
  field.positions(dim).flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));

function intervalOf(whole: LazyField, read: Field, intervals: Intervals | undefined, index: number): number {
  if (intervals === undefined || intervals === "time") return amountInterval(read, intervals, whole);
  const interval = intervals.length === 1 ? intervals[0] : intervals[index];
  if (interval !== undefined) return amountInterval(read, interval, whole);
  const has = `\`interval\` has ${intervals.length} values`;
  throw new OptionsError(`${has}; give one, or one a file`, "interval", intervals);
}

/** Grid and interval, as far as they are known. */
export function placeOf(field: Field, span: number | undefined): RainPlace {
  const grid = cellSize(field);
  return { ...(grid && { grid }), ...(span !== undefined && { interval: span }) };
}

/** Every `every`-th frame, as [frames, height, width]. */
export function thin({ field, frames, height, width }: RainFile, every: number): Float32Array {
  const plane = height * width;
  const kept = Math.ceil(frames / every);
  if (every === 1 && field.values instanceof Float32Array) return field.values;
  const values = new Float32Array(kept * plane);
  for (let n = 0; n < kept; n++) {
    values.set(field.values.subarray(n * every * plane, (n * every + 1) * plane), n * plane);
  }
  return values;
}
