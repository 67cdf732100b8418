/** Small files of made weather for the pages: the same for the same place and day, whatever the grid. */
import { rng } from "../../engine/index.ts";
import { Field, writeField, writeNetcdf } from "../../io/index.ts";

/** What is in a file. */
export interface Weather {
  /** Of the variable. @defaultValue `"pr"` */
  readonly name?: string;
  /** @defaultValue `"mm"`, sums of a step */
  readonly units?: string;
  /** Outer edges, degrees. */
  readonly lat: readonly [number, number];
  readonly lon: readonly [number, number];
  /** Of a cell, degrees. */
  readonly step: number;
  /** `[first, end]` of each run of times: the end is left out. None: a field without times. */
  readonly dates?: readonly (readonly [string, string])[];
  /** Hours between times. @defaultValue 24 */
  readonly hours?: number;
  /** Of an ensemble, each with noise of its own. @defaultValue none */
  readonly members?: number;
  /** Factor of all values. @defaultValue 1 */
  readonly factor?: number;
}

const day = 864e5;
const epoch = Date.UTC(1950, 0, 1);

/** The field. Showers travel eastward; about half of the cells are dry. */
export function weather(o: Weather): Field {
  const { name = "pr", units = "mm", hours = 24, members, factor = 1 } = o;
  const centres = ([low, high]: readonly [number, number]) =>
    Float64Array.from({ length: Math.round((high - low) / o.step) }, (_, i) => low + (i + 0.5) * o.step);
  const [lat, lon] = [centres(o.lat), centres(o.lon)];
  const times = (o.dates ?? []).flatMap(([from, to]) => {
    const count = Math.round((Date.parse(to) - Date.parse(from)) / (hours * 36e5));
    return Array.from({ length: count }, (_, i) => (Date.parse(from) - epoch) / day + (i * hours) / 24);
  });
  const draws = rng(times.length + lat.length);
  const values: number[] = [];
  for (const t of o.dates ? times : [0])
    for (let m = 0; m < (members ?? 1); m++)
      for (const y of lat)
        for (const x of lon) {
          const wave =
            Math.sin(0.9 * x - 1.7 * t) * Math.cos(0.8 * y + 0.6 * t) + Math.sin(2.3 * x + 1.9 * y + 0.37 * t);
          const noise = members === undefined ? 0 : 0.4 * draws.normal();
          values.push(factor * Math.max(0, 6 * (wave + noise)));
        }
  const axis = (key: string, at: Float64Array, unit: string) => ({
    ...{ name: key, dims: [key], values: at, attributes: { units: unit } },
  });
  return new Field({
    ...{ name, units, values: Float32Array.from(values) },
    dims: [...(o.dates ? ["time"] : []), ...(members ? ["realization"] : []), "lat", "lon"],
    shape: [...(o.dates ? [times.length] : []), ...(members ? [members] : []), lat.length, lon.length],
    coordinates: [
      ...(o.dates
        ? [
            {
              ...axis("time", Float64Array.from(times), "days since 1950-01-01"),
              bounds: Float64Array.from(times.flatMap((t) => [t, t + hours / 24])),
            },
          ]
        : []),
      axis("lat", lat, "degrees_north"),
      axis("lon", lon, "degrees_east"),
    ],
  });
}

/** Writes files in the folder that the page is in, of one variable or of several on one grid; no names for the page. */
export async function prepare(
  files: Readonly<Record<string, Weather | readonly Weather[]>>,
): Promise<Record<string, never>> {
  for (const [name, o] of Object.entries(files)) {
    const [first, ...also] = (Array.isArray(o) ? o : [o]).map(weather) as [Field, ...Field[]];
    if (also.length === 0) await writeField(name, first);
    else await writeNetcdf(name, first, { also });
  }
  return {};
}
