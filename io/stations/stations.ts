/** Measurements at stations as a field, and fields at the places of stations. */
import { extname } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { lazyField } from "../dataset/in-memory.ts";
import type { LazyField } from "../dataset/lazy-field.ts";
import { namedFields } from "../dataset/named-files.ts";
import { type Coordinate, Field } from "../field/field.ts";
import type { RegridGrid } from "../regrid/grid.ts";
import { gridOf } from "../regrid/grid.ts";
import { regridLazy } from "../regrid/lazy.ts";
import { regridWeights, type Weights } from "../regrid/weights.ts";
import { readStationCsv } from "./station-csv.ts";
import { readStationFile } from "./station-file.ts";

/** Measurements at stations. */
export interface Stations {
  /** Over time and station, with latitudes and longitudes along `station`; NaN where a station has no value. */
  readonly field: Field;
  /** Names of the stations, in the order of the field. */
  readonly ids: readonly string[];
}

const line = (name: string, standard: string, units: string, values: Float64Array): Coordinate => ({
  ...{ name, dims: ["station"], values },
  attributes: { standard_name: standard, units },
});

/**
 * Reads measurements at stations: a table of comma-separated values (`.csv`, `.txt`) with columns id, longitude, latitude, time and
 * value, or a NetCDF file of `featureType = "timeSeries"` in any of its layouts.
 *
 * @param text - `FILE`, or `FILE:VARIABLE` for the column or variable of another name
 * @param options - units in place of those of the file
 * @throws FormatError for other files; DomainError where a time of a station comes twice
 */
export async function readStations(text: string, options: { readonly units?: string } = {}): Promise<Stations> {
  const { files: path, names } = namedFields(text);
  if (names.length > 1) throw new OptionsError(`${text}: expected one variable; name one`, "source", text);
  const isTable = /^\.(csv|txt)$/i.test(extname(path));
  const found = isTable ? readStationCsv(path, names[0]) : await readStationFile(path, names[0]);
  const { stations, time, values, name, attributes, units } = found;
  const along = (of: "latitude" | "longitude") => Float64Array.from(stations, (station) => station[of]);
  const field = new Field({
    ...{ name, attributes, units: options.units ?? units },
    dims: ["time", "station"],
    shape: [time.values.length, stations.length],
    values,
    coordinates: [
      time,
      line("latitude", "latitude", "degrees_north", along("latitude")),
      line("longitude", "longitude", "degrees_east", along("longitude")),
    ],
    source: path,
  });
  return { field, ids: stations.map(({ id }) => id) };
}

/**
 * A field at the places of stations, read when a part of it is loaded.
 *
 * @param field - y and x are dimensions of it
 * @param stations - a field with latitudes and longitudes along its last dimension
 * @param method - the value of the cell that holds the station, or bilinear between the four centres around it
 * @returns the field with `station` in the place of y and x, and the positions of stations that lie outside of its cells
 * @throws ShapeError as `regrid`
 */
export function atStations(
  field: Field | LazyField,
  stations: Field,
  method: "nearest" | "bilinear" = "nearest",
): { readonly field: LazyField; readonly outside: readonly number[] } {
  const maps = lazyField(field).mapsLast();
  const grid = placesOf(stations);
  const { start } = cellsOf(regridWeights(gridOf(maps), grid, { method }));
  const outside = Array.from(grid.y.values.keys()).filter((k) => start[k] === start[k + 1]);
  return { field: regridLazy(maps, grid, { method }).isel({ place: 0 }), outside };
}

/** Weights between places are those of cells. */
const cellsOf = (weights: unknown) => (weights as Extract<Weights, { cells: unknown }>).cells;

/** A grid of one column, each cell of which is a place. */
function placesOf(stations: Field): RegridGrid {
  const [latitude, longitude] = (["latitude", "longitude"] as const).map((name) => stations.coordinate(name)!);
  const counted = (name: string, n: number): Coordinate => ({
    ...{ name, dims: [name], values: Float64Array.from({ length: n }, (_, i) => i), attributes: {} },
  });
  const over = ({ values, attributes, name }: Coordinate): Coordinate => ({
    name,
    dims: ["station", "place"],
    values,
    attributes,
  });
  return {
    ...{ y: counted("station", latitude!.values.length), x: counted("place", 1), numbered: true },
    positions: [over(latitude!), over(longitude!)],
  };
}
