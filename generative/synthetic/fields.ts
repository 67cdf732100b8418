/** Synthetic pairs as fields: regular latitudes and longitudes with bounds, contiguous hours with bounds. */
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { type Coordinate, Field } from "../../io/field/index.ts";

/** Degrees of a fine pixel, and the corner of the grid. */
const PIXEL = 0.05;
const SOUTH = 42;
const WEST = 4;
/** Maps draw no coast there. */
const comment = "idealised: the field is synthetic and lies in no real place";

/** A grid of `rows` x `columns` cells, each of `factor` fine pixels a side. */
export function gridOf(rows: number, columns: number, factor: number): readonly [Coordinate, Coordinate] {
  const edges = (corner: number, i: number): number => Number((corner + i * factor * PIXEL).toFixed(9));
  const axis = (name: string, n: number, corner: number, attributes: Coordinate["attributes"]): Coordinate => ({
    name,
    dims: [name],
    values: Float64Array.from({ length: n }, (_, i) => edges(corner, i + 0.5)),
    bounds: Float64Array.from({ length: 2 * n }, (_, i) => edges(corner, Math.floor(i / 2) + (i % 2))),
    attributes,
  });
  return [
    axis("lat", rows, SOUTH, { standard_name: "latitude", units: "degrees_north", axis: "Y", comment }),
    axis("lon", columns, WEST, { standard_name: "longitude", units: "degrees_east", axis: "X", comment }),
  ];
}

/** Hourly rain rates [times, rows, columns]; time `first` begins `first` hours after the start of 2001. */
export function rainField({ values, shape }: ShapedArray, first: number, factor: number, longName: string): Field {
  const [times, rows, columns] = shape as [number, number, number];
  const time: Coordinate = {
    name: "time",
    dims: ["time"],
    values: Float64Array.from({ length: times }, (_, i) => first + i + 0.5),
    bounds: Float64Array.from({ length: 2 * times }, (_, i) => first + Math.floor(i / 2) + (i % 2)),
    attributes: { standard_name: "time", units: "hours since 2001-01-01 00:00:00", calendar: "standard", axis: "T" },
  };
  return new Field({
    name: "pr",
    dims: ["time", "lat", "lon"],
    shape,
    values,
    units: "mm h-1",
    coordinates: [time, ...gridOf(rows, columns, factor)],
    attributes: { standard_name: "lwe_precipitation_rate", long_name: longName, cell_methods: "time: mean" },
  });
}

/** Height of the ground in metres from its standardised values [rows, columns]: mean 1000 m, deviation 300 m. */
export function orographyField(standardised: Float64Array, rows: number, columns: number): Field {
  return new Field({
    name: "orog",
    dims: ["lat", "lon"],
    shape: [rows, columns],
    values: Float32Array.from(standardised, (z) => 1000 + 300 * z),
    units: "m",
    coordinates: gridOf(rows, columns, 1),
    attributes: { standard_name: "surface_altitude", long_name: "height of the ground" },
  });
}
