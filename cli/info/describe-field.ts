/** Summary of a field without its values: times, gaps, grid, projection. */
import { isMongeError } from "../../engine/errors.ts";
import { type Cadence, cadenceOf, cadenceText } from "../../io/dataset/index.ts";
import { type Coordinate, regularStep, soundLine, timeAxis } from "../../io/field/index.ts";
import { textOf } from "../../io/storage/index.ts";
import type { FieldLayout } from "../time-axis.ts";

export interface Place {
  readonly times: TimesDescription | null;
  readonly grid: readonly AxisDescription[];
  readonly crs: string | null;
}

export interface TimesDescription {
  readonly count: number;
  readonly first: string | null;
  readonly last: string | null;
  /** In words; null where times are not evenly spaced, but for whole gaps. */
  readonly step: string | null;
  /** Number of values that are no times: NaN, or a fill value. */
  readonly missing: number;
  readonly cadence: Pick<Cadence, "unit" | "step"> | null;
  readonly gaps: Cadence["gaps"];
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

export function placeOf(field: FieldLayout): Place {
  return { times: times(field), grid: grid(field), crs: projection(field) };
}

function times(field: FieldLayout): TimesDescription | null {
  const time = timeAxis(field);
  if (time === undefined || time.values.length === 0) return null;
  const units = textOf(time.attributes, "units") ?? null;
  const calendar = textOf(time.attributes, "calendar") ?? "standard";
  const base = { count: time.values.length, units, calendar };
  try {
    const stamps = field.times();
    const cadence = cadenceOf(time);
    const [first, last] = [stamps[0]?.iso ?? null, stamps.at(-1)?.iso ?? null];
    const even = cadence?.regular ? { unit: cadence.unit, step: cadence.step } : null;
    const step = cadence?.regular ? cadenceText(cadence) : null;
    const missing = stamps.filter(({ iso }) => iso === undefined).length;
    return { ...base, first, last, step, missing, cadence: even, gaps: cadence?.gaps ?? [] };
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return {
      ...base,
      first: null,
      last: null,
      step: null,
      missing: 0,
      cadence: null,
      gaps: [],
      problem: error.message,
    };
  }
}

function grid(field: FieldLayout): AxisDescription[] {
  return [field.dimOf("x"), field.dimOf("y")].flatMap((name) => {
    if (name === undefined) return [];
    const coordinate = field.coordinate(name);
    const values = coordinate?.values ?? new Float64Array();
    const bare = {
      name,
      size: field.size(name),
      units: (coordinate && textOf(coordinate.attributes, "units")) ?? null,
    };
    return [
      { ...bare, first: values[0] ?? null, last: values.at(-1) ?? null, step: coordinate ? stepOf(coordinate) : null },
    ];
  });
}

function stepOf(coordinate: Coordinate): number | null {
  try {
    const { name, values } = soundLine("info", coordinate);
    return regularStep(name, values).step;
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return null;
  }
}

function projection({ gridMapping }: FieldLayout): string | null {
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
