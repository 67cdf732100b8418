/** Files of precipitation as frames of rain rates in mm/h. */
import { OptionsError, ShapeError, UnitsError } from "../engine/errors.ts";
import type { Field } from "../io/field.ts";
import { inspect, type ReadOptions, readField } from "../io/read.ts";
import { sizeOf } from "../io/source.ts";
import { convertPrecipitation, precipitationUnits } from "../io/units.ts";
import type { Intervals } from "./options.ts";
import { secondsBetween } from "./time-axis.ts";

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
}

/**
 * Reads precipitation as rates.
 *
 * @param intervals - needed where the file holds amounts; one, or one for each file
 * @param index - which of the files this is
 * @throws UnitsError for units that are no precipitation, or amounts without an interval
 * @throws ShapeError where y and x are not the last dimensions
 */
export async function readRain(
  path: string,
  options: ReadOptions & { readonly intervals?: Intervals | undefined; readonly index?: number },
): Promise<RainFile> {
  const { intervals, index = 0, ...reading } = options;
  const { field: read, whole } = await readPart(path, reading, intervals === "time");
  const [y, x] = [read.dimOf("y"), read.dimOf("x")];
  if (read.dims.length < 2 || read.dims.at(-2) !== y || read.dims.at(-1) !== x) {
    throw new ShapeError(`${path}: variable ${read.name}`, "y and x as its last dimensions", read.dims.join(", "));
  }
  const where = { file: path, variable: read.name };
  const { kind } = precipitationUnits(read.units, where);
  const interval = kind === "amount" ? intervalOf(whole, path, intervals, index) : undefined;
  const field = convertPrecipitation(read, rateUnits, interval === undefined ? {} : { interval });
  const [height, width] = field.shape.slice(-2) as [number, number];
  return { field, frames: sizeOf(field.shape.slice(0, -2)), height, width, units: read.units!, interval };
}

/**
 * Reads a range of times, or of bands; the whole file first where its time axis is needed.
 *
 * @throws OptionsError where the file holds several variables and none is named
 */
async function readPart(path: string, options: ReadOptions, wholeAxis: boolean): Promise<Rain> {
  const { candidates, format } = await inspect(path);
  if (options.variable === undefined && candidates.length > 1) {
    const names = candidates.join(", ");
    throw new OptionsError(`${path}: it holds several variables (${names}); name one with --variable`, "variable");
  }
  const { time, ...others } = options;
  if (time === undefined || (format !== "geotiff" && !wholeAxis)) {
    const field = await readField(path, options);
    return { field, whole: field };
  }
  const whole = await readField(path, others);
  const dim = whole.dimOf("time") ?? whole.dims[0]!;
  return { field: whole.isel({ [dim]: time }), whole };
}

interface Rain {
  readonly field: Field;
  /** With all times that were read. */
  readonly whole: Field;
}

function intervalOf(field: Field, path: string, intervals: Intervals | undefined, index: number): number {
  if (intervals === undefined) {
    const expected = "the seconds over which each amount fell";
    throw new UnitsError(
      `${path}: variable ${field.name} holds amounts ("${field.units}"), not rates; give --interval SECONDS (86400 for ` +
        "daily sums), or --interval time to take the spacing of the file's time axis",
      field.units ?? "",
      expected,
    );
  }
  if (intervals === "time") return spacing(field, path);
  const interval = intervals.length === 1 ? intervals[0] : intervals[index];
  if (interval !== undefined) return interval;
  throw new OptionsError(`--interval has ${intervals.length} values; give one, or one a file`, "interval", intervals);
}

/** Seconds between times, which must be evenly spaced. */
function spacing(field: Field, path: string): number {
  const step = secondsBetween(field);
  if (step !== null) return step;
  const count = field.times().length;
  const has = count < 2 ? `${count || "no"} time${count === 1 ? "" : "s"}` : "times that are not evenly spaced";
  throw new OptionsError(`${path}: it has ${has}; give --interval in seconds instead of "time"`, "interval", "time");
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
