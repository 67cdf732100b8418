/** Measurements at stations as a field, and fields at the places of stations. */

import { checkOptions, text as textCheck } from "../../engine/checks.ts";
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { extname } from "../../engine/platform/paths.ts";
import { lazyField } from "../dataset/in-memory.ts";
import { LazyField } from "../dataset/lazy-field.ts";
import { namedFields } from "../dataset/named-files.ts";
import { isGeographic } from "../field/axes.ts";
import { allOf, whereOf } from "../field/cut.ts";
import { type Coordinate, Field } from "../field/field.ts";
import { namedPositions, positionNames } from "../field/named-positions.ts";
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
 * Reads measurements at stations: a table of comma-separated values (`.csv`, `.txt`) with columns id, longitude,
 * latitude, time and value, or a NetCDF file of `featureType = "timeSeries"` in any of its layouts.
 *
 * @param text - `FILE`, or `FILE:VARIABLE` for the column or variable of another name
 * @param options - units in place of those of the file
 * @throws FormatError for other files; DomainError where a time of a station comes twice
 */
export async function readStations(text: string, options: { readonly units?: string } = {}): Promise<Stations> {
  checkOptions("readStations", options, { units: textCheck });
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
      namedPositions(
        "station",
        "name of the station",
        stations.map(({ id }) => id),
      ),
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
 * @returns the field with `station` in the place of y and x, and the positions of stations that lie outside of its
 * cells
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
  const found = regridLazy(maps, grid, { method }).isel({ place: 0 });
  const names = stations.coordinate("station");
  const coordinates = [...found.coordinates, ...(names ? [names] : [])];
  return { field: new LazyField({ ...found.parts, coordinates }), outside };
}

/** The dimension of a series of stations: latitudes and longitudes lie along it, and there are no maps. */
export function stationDim(field: Field | LazyField): string | undefined {
  const dims = field.coordinates.filter((c) => isGeographic(c.name, c.attributes)).map((c) => c.dims);
  const [dim] = dims[0] ?? [];
  return dims.length === 2 && dims.every((own) => own.length === 1 && own[0] === dim) ? dim : undefined;
}

/** Dimensions of stations that are taken as maps of one column. */
const [station, column] = ["station", "place"];

/** True for what {@link asColumn} gives. */
export const isColumn = ({ dims }: Pick<Field, "dims">): boolean => dims.at(-1) === column;

/**
 * Series of stations as maps of one column, a row for each station; read when a part of it is loaded.
 *
 * @param like - series whose stations are taken, by their names and in their order; stations that it alone has are
 * missing
 * @throws DomainError where they have no name in common; ShapeError where names are not known and their numbers differ
 */
export function asColumn(series: LazyField, like?: LazyField): LazyField {
  const dim = stationDim(series)!;
  const own = series.transpose([...series.dims.filter((d) => d !== dim), dim]);
  const lead = own.dims.slice(0, -1);
  const stations = own.shape.at(-1)!;
  const order = like === undefined ? Array.from({ length: stations }, (_, k) => k) : orderOf(own, dim, like);
  const shape = [...own.shape.slice(0, -1), order.length, 1];
  const places = own.coordinates.flatMap(({ name, dims, values, attributes }): Coordinate[] => {
    if (!dims.includes(dim)) return [];
    if (name === dim) return [{ name: station, dims: [station], values, attributes }];
    return isGeographic(name, attributes) ? [{ name, dims: [station, column], values, attributes }] : [];
  });
  return new LazyField({
    ...{ ...own.parts, late: [], picks: allOf(shape) },
    coordinates: [
      ...own.coordinates.filter((c) => !c.dims.includes(dim)),
      ...(like?.coordinates.filter((c) => c.dims.includes(station)) ?? places),
    ],
    store: {
      dims: [...lead, station, column],
      shape,
      chunks: undefined,
      target: "float64",
      check: () => own.parts.store.check?.(),
      async read({ start, count }) {
        const taken = lead.map((name, k) => [name, [start[k]!, start[k]! + count[k]!] as const] as const);
        const { values } = await own.isel(Object.fromEntries(taken)).load();
        const [from, some] = [start.at(-2)!, count.at(-2)!];
        return Float64Array.from({ length: (values.length / stations) * some }, (_, i) => {
          const place = order[from + (i % some)]!;
          return place < 0 ? Number.NaN : values[Math.floor(i / some) * stations + place]!;
        });
      },
    },
  });
}

/** Positions in a series of the stations of a column; −1 for those that it lacks. */
function orderOf(series: LazyField, dim: string, like: LazyField): readonly number[] {
  const [own, wanted] = [positionNames(series, dim), positionNames(like, station)];
  const [has, count] = [series.size(dim), like.size(station)];
  if (own === undefined || wanted === undefined) {
    if (has === count) return Array.from({ length: count }, (_, k) => k);
    const way = "read both with their names (`readStations`)";
    throw new ShapeError(whereOf(series), `the ${count} stations of ${whereOf(like)}`, `${has} without names`, way);
  }
  const order = wanted.map((name) => own.indexOf(name));
  if (order.some((k) => k >= 0)) return order;
  const text = `its stations are ${own.slice(0, 5).join(", ")}; expected some of ${wanted.slice(0, 5).join(", ")}`;
  throw new DomainError(`${whereOf(series)}: ${text}; name them alike`, own[0]);
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
