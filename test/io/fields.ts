/** Fields for the tests of writers, small and awkward: odd sizes, gaps, bounds, other calendars. */
import { Field, type FieldOptions } from "../../io/index.ts";
import { axis } from "../axis.ts";

/** A field over axes of these numbers in these units, whose values count up unless they are given. */
export function over(
  axes: Readonly<
    Record<string, readonly [values: ArrayLike<number>, units: string, bounds?: ArrayLike<number> | undefined]>
  >,
  more: Partial<FieldOptions> = {},
): Field {
  const [names, all] = [Object.keys(axes), Object.values(axes)];
  const shape = all.map(([values]) => values.length);
  return new Field({
    ...{ name: "pr", dims: names, shape },
    values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    coordinates: all.map(([values, units, bounds], k) =>
      axis(names[k]!, Float64Array.from(values), { units }, bounds && Float64Array.from(bounds)),
    ),
    ...more,
  });
}

/** `n` numbers from `first` in steps of `step`. */
export const line = (n: number, first: number, step: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => first + step * i);

/** Edges of cells of one width around centres. */
export const edges = (centres: Float64Array, width: number): Float64Array =>
  Float64Array.from({ length: 2 * centres.length }, (_, i) => centres[i >> 1]! + (i % 2 === 0 ? -width : width) / 2);

/** Numbers in [0, 1), the same in every run (Lehmer, 2^31 - 1, 48271). */
export function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** Daily rain, `n` days from day `from` on, on 3 x 5 cells, with bounds everywhere; every seventh value is missing. */
export function days(
  from: number,
  n: number,
  changes: { readonly calendar?: string; readonly name?: string } = {},
): Field {
  const { calendar = "noleap", name = "pr" } = changes;
  const [height, width] = [3, 5];
  const values = Float32Array.from({ length: n * height * width }, (_, i) => {
    const cell = from * height * width + i;
    return cell % 7 === 2 ? Number.NaN : cell / 8 + 1e-3;
  });
  const time = line(n, from + 0.5, 1);
  const lat = line(height, 46.25, -0.5);
  const lon = line(width, 6.25, 0.5);
  return new Field({
    name,
    dims: ["time", "lat", "lon"],
    shape: [n, height, width],
    values,
    units: "mm day-1",
    attributes: { standard_name: "lwe_precipitation_rate", long_name: "Précipitation", cell_methods: "time: mean" },
    coordinates: [
      axis(
        "time",
        time,
        { standard_name: "time", units: "days since 2000-01-01", calendar, axis: "T" },
        edges(time, 1),
      ),
      axis("lat", lat, { standard_name: "latitude", units: "degrees_north", axis: "Y" }, edges(lat, 0.5)),
      axis("lon", lon, { standard_name: "longitude", units: "degrees_east", axis: "X" }, edges(lon, 0.5)),
    ],
  });
}

/**
 * An ensemble on a polar grid with two-dimensional latitudes, three days of a 360-day year, some values missing.
 *
 * @param first - its first dimension: members or times.
 */
export function ensemble(first: "realization" | "time" = "realization"): Field {
  const [members, times, height, width] = [2, 3, 5, 7];
  const values = Float32Array.from({ length: members * times * height * width }, (_, i) =>
    i % 11 === 3 ? Number.NaN : i / 8,
  );
  const leading = first === "realization" ? ["realization", "time"] : ["time", "realization"];
  return new Field({
    name: "pr",
    dims: [...leading, "y", "x"],
    shape: [...(first === "realization" ? [members, times] : [times, members]), height, width],
    values,
    units: "mm h-1",
    attributes: { standard_name: "lwe_precipitation_rate", long_name: "rain rate", cell_methods: "time: mean" },
    coordinates: [
      axis("realization", line(members, 0, 1), { standard_name: "realization", units: "1" }),
      axis(
        "time",
        line(times, 0.5, 1),
        { standard_name: "time", units: "days since 2015-02-27", calendar: "360_day", axis: "T" },
        Float64Array.of(0, 1, 1, 2, 2, 3),
      ),
      axis("y", line(height, 4000, -1000), { standard_name: "projection_y_coordinate", units: "m", axis: "Y" }),
      axis("x", line(width, 0, 1000), { standard_name: "projection_x_coordinate", units: "m", axis: "X" }),
      {
        name: "lat",
        dims: ["y", "x"],
        values: line(height * width, 60, 0.01),
        attributes: { standard_name: "latitude", units: "degrees_north" },
      },
      {
        name: "lon",
        dims: ["y", "x"],
        values: line(height * width, 20, 0.02),
        attributes: { standard_name: "longitude", units: "degrees_east" },
      },
    ],
    gridMapping: {
      name: "crs",
      attributes: {
        grid_mapping_name: "polar_stereographic",
        latitude_of_projection_origin: 90,
        straight_vertical_longitude_from_pole: 25,
        standard_parallel: 60,
        false_easting: 0,
        false_northing: 0,
        earth_radius: 6371288,
      },
    },
  });
}
