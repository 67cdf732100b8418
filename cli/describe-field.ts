/** What can be said of a field in a few lines: range, times, grid, projection. */
import { isMongeError } from "../engine/errors.ts";
import type { Field } from "../io/field.ts";
import { regularStep } from "../io/geotransform.ts";
import { textOf } from "../io/source.ts";
import { duration } from "./terminal.ts";
import { secondsBetween, timeAxis } from "./time-axis.ts";

export interface FieldDescription {
  readonly values: {
    readonly count: number;
    readonly missing: number;
    readonly min: number | null;
    readonly max: number | null;
    readonly mean: number | null;
  };
  readonly times: TimesDescription | null;
  readonly grid: readonly AxisDescription[];
  readonly crs: string | null;
}

export interface TimesDescription {
  readonly count: number;
  readonly first: string | null;
  readonly last: string | null;
  /** In words; null where times are not evenly spaced. */
  readonly step: string | null;
  readonly units: string | null;
  readonly calendar: string;
  /** Why the times cannot be read. */
  readonly problem?: string;
}

export interface AxisDescription {
  readonly name: string;
  readonly size: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly step: number | null;
  readonly units: string | null;
}

export function describeField(field: Field): FieldDescription {
  return { values: range(field), times: times(field), grid: grid(field), crs: projection(field) };
}

function range({ values }: Field): FieldDescription["values"] {
  let [min, max, sum, missing] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const v of values) {
    if (Number.isNaN(v)) missing++;
    else {
      if (v < min) min = v;
      if (v > max) max = v;
      sum += v;
    }
  }
  const there = values.length - missing;
  const known = <T>(v: T): T | null => (there > 0 ? v : null);
  return { count: values.length, missing, min: known(min), max: known(max), mean: known(sum / there) };
}

function times(field: Field): TimesDescription | null {
  const time = timeAxis(field);
  if (time === undefined || time.values.length === 0) return null;
  const units = textOf(time.attributes, "units") ?? null;
  const calendar = textOf(time.attributes, "calendar") ?? "standard";
  const base = { count: time.values.length, units, calendar };
  try {
    const stamps = field.times();
    const seconds = secondsBetween(field);
    const [first, last] = [stamps[0]?.iso ?? null, stamps.at(-1)?.iso ?? null];
    return { ...base, first, last, step: seconds === null ? null : `every ${everyOf(seconds)}` };
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return { ...base, first: null, last: null, step: null, problem: error.message };
  }
}

const everyOf = (seconds: number): string =>
  seconds % 86400 === 0 ? `${seconds / 86400} d` : seconds % 3600 === 0 ? `${seconds / 3600} h` : duration(seconds);

function grid(field: Field): AxisDescription[] {
  return [field.dimOf("x"), field.dimOf("y")].flatMap((name) => {
    if (name === undefined) return [];
    const coordinate = field.coordinate(name);
    const values = coordinate?.values ?? new Float64Array();
    const bare = {
      name,
      size: field.size(name),
      units: (coordinate && textOf(coordinate.attributes, "units")) ?? null,
    };
    return [{ ...bare, first: values[0] ?? null, last: values.at(-1) ?? null, step: stepOf(name, values) }];
  });
}

function stepOf(name: string, values: Float64Array): number | null {
  try {
    return regularStep(name, values).step;
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return null;
  }
}

function projection({ gridMapping }: Field): string | null {
  const attributes = gridMapping?.attributes ?? {};
  const name = textOf(attributes, "grid_mapping_name") ?? null;
  const code =
    textOf(attributes, "epsg_code") ??
    /(?:ID|AUTHORITY)\["EPSG",\s*"?(\d+)"?\]\s*\]\s*$/.exec(
      textOf(attributes, "crs_wkt") ?? textOf(attributes, "spatial_ref") ?? "",
    )?.[1];
  const epsg = code === undefined ? null : /^EPSG:/i.test(code) ? code : `EPSG:${code}`;
  return name !== null && epsg !== null ? `${name} (${epsg})` : (name ?? epsg);
}
