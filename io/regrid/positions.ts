/** Positions of the cells of any grid on the earth: latitudes and longitudes of their centres and corners. */
import { ShapeError } from "../../engine/errors.ts";
import { cornerLattice, seamless } from "../field/corners.ts";
import type { Coordinate } from "../field/field.ts";
import { gridMappingOf } from "../field/grid-mapping.ts";
import { soundPlane } from "../field/horizontal.ts";
import { metresPer } from "../field/length-units.ts";
import type { Projection } from "../field/proj.ts";
import { numbersOf, textOf } from "../storage/source.ts";
import { type GridLines, linesIn, type RegridGrid } from "./grid.ts";
import { degreesOf, type TurnedPole, unturned, vectorOf } from "./sphere.ts";

/** Latitudes and longitudes in degrees. */
export interface Places {
  readonly latitude: Float64Array;
  readonly longitude: Float64Array;
}

/** A grid that is taken apart: its lines where it has them, and what names it in messages. */
export interface Side {
  readonly where: string;
  readonly grid: RegridGrid;
  readonly lines: GridLines | undefined;
  readonly rows: number;
  readonly columns: number;
}

/** @throws ShapeError for lines that are no grid */
export function sideOf(where: string, grid: RegridGrid): Side {
  const [rows, columns] = [grid.y.values.length, grid.x.values.length];
  return { where, grid, lines: linesIn(where, grid), rows, columns };
}

/** Centres of cells, `[y, x]`. @throws ShapeError where nothing says where they lie */
export function centresOf(side: Side): Places {
  const { where, grid, lines, columns } = side;
  if (lines?.system !== "geographic" && grid.positions) {
    const [{ values: latitude }, { values: longitude }] = inDegrees(side, grid.positions);
    return { latitude, longitude };
  }
  const place = toEarth(side);
  if (lines && typeof place === "function") {
    return mapped(side.rows * columns, (i) =>
      place(lines.y.centres[Math.floor(i / columns)]!, lines.x.centres[i % columns]!),
    );
  }
  throw new ShapeError(
    where,
    "positions on the earth: latitudes and longitudes over both dimensions, or a grid mapping that gives them",
    `${lines?.system ?? "unknown"} coordinates and ${place}`,
    "state them, or regrid the file with `cdo remapcon,GRID IN OUT`, `cdo remapbil,GRID IN OUT` or `gdalwarp -t_srs SYSTEM IN OUT`",
  );
}

/** Corners of cells, `[y, x, count]`, in order around each: stated, from edges of lines, or between centres. */
export function cornersOf(side: Side): Places & { readonly count: number } {
  const { lines, grid, rows, columns } = side;
  const cells = rows * columns;
  const place = toEarth(side);
  if (lines?.system !== "geographic" && grid.positions) {
    const [{ bounds: latitude }, { bounds: longitude }] = inDegrees(side, grid.positions);
    if (latitude && latitude.length === longitude?.length)
      return { latitude, longitude, count: latitude.length / cells };
  }
  if (lines && typeof place === "function") {
    const [y, x] = [distinct(lines.y.edges), distinct(lines.x.edges)];
    const wide = x.values.length;
    const nodes = mapped(y.values.length * wide, (i) => place(y.values[Math.floor(i / wide)]!, x.values[i % wide]!));
    return cornersAt(
      side,
      nodes,
      wide,
      (edge) => y.at[edge]!,
      (edge) => x.at[edge]!,
    );
  }
  // Edge 2 i is the lower one of cell i, edge 2 i + 1 the upper one.
  const shared = (edge: number) => (edge + 1) >> 1;
  return cornersAt(side, between(side, centresOf(side)), columns + 1, shared, shared);
}

/** Four corners of each cell among nodes of `wide` columns. */
function cornersAt(
  { rows, columns }: Side,
  { latitude, longitude }: Places,
  wide: number,
  rowOf: (edge: number) => number,
  columnOf: (edge: number) => number,
): Places & { readonly count: number } {
  const around = (all: Float64Array) =>
    Float64Array.from({ length: 4 * rows * columns }, (_, i) => {
      const [cell, corner] = [i >> 2, i & 3];
      const row = rowOf(2 * Math.floor(cell / columns) + (corner >> 1));
      return all[row * wide + columnOf(2 * (cell % columns) + ((corner ^ (corner >> 1)) & 1))]!;
    });
  return { latitude: around(latitude), longitude: around(longitude), count: 4 };
}

/**
 * Corners between centres, `[rows + 1, columns + 1]`: means in degrees, or of vectors where longitudes do not go on
 * without a jump.
 */
function between({ where, rows, columns }: Side, { latitude, longitude }: Places): Places {
  if (rows < 2 || columns < 2)
    throw new ShapeError(where, "corners of cells, or at least 2 rows and columns to know their size", [rows, columns]);
  if (seamless(longitude, columns)) {
    const lat = cornerLattice(latitude, rows, columns).map((v) => Math.min(90, Math.max(-90, v)));
    return { latitude: lat, longitude: cornerLattice(longitude, rows, columns) };
  }
  const vectors = Array.from(latitude, (lat, i) => vectorOf(lat, longitude[i]!));
  const [x, y, z] = [0, 1, 2].map((k) =>
    cornerLattice(
      Float64Array.from(vectors, (v) => v[k]!),
      rows,
      columns,
    ),
  ) as [Float64Array, Float64Array, Float64Array];
  return mapped(x.length, (i) => degreesOf(x[i]!, y[i]!, z[i]!));
}

/** Each edge once, and where each of them is: neighbours share theirs. */
function distinct(edges: Float64Array): { readonly values: readonly number[]; readonly at: Int32Array } {
  const places = new Map<number, number>();
  const at = Int32Array.from(edges, (edge) => {
    const place = places.get(edge) ?? places.size;
    places.set(edge, place);
    return place;
  });
  return { values: [...places.keys()], at };
}

/** From rows and columns of lines to the earth; what is missing for it, as a text, where the lines alone do not say it. */
function toEarth({ lines, grid }: Side): Projection["toEarth"] | string {
  if (lines?.system === "geographic") return (y, x) => [y, x];
  if (lines?.gridMapping === undefined) return "no grid mapping";
  if (lines.system === "rotated") {
    const pole = poleOf(lines);
    return pole ? (y, x) => unturned(pole, y, x) : "no pole in its grid mapping rotated_latitude_longitude";
  }
  const found = gridMappingOf(lines.gridMapping.attributes, metresPer(textOf(grid.x.attributes, "units")));
  return typeof found === "string" ? found : found.toEarth;
}

/** The pole of a turned grid, where its grid mapping states it. */
export function poleOf({ gridMapping }: GridLines): TurnedPole | undefined {
  const attributes = gridMapping?.attributes ?? {};
  if (textOf(attributes, "grid_mapping_name") !== "rotated_latitude_longitude") return undefined;
  const [latitude, longitude, own = 0] = [
    "grid_north_pole_latitude",
    "grid_north_pole_longitude",
    "north_pole_grid_longitude",
  ].map((name) => numbersOf(attributes, name)[0]);
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude, own };
}

function mapped(length: number, place: (i: number) => readonly [number, number]): Places {
  const [latitude, longitude] = [new Float64Array(length), new Float64Array(length)];
  for (let i = 0; i < length; i++) {
    const [lat, lon] = place(i);
    latitude[i] = lat;
    longitude[i] = lon;
  }
  return { latitude, longitude };
}

/** Positions that may be computed with; cells without one, NaN, may be among them. @throws ShapeError for others */
function inDegrees(
  { where, columns }: Side,
  [lat, lon]: NonNullable<RegridGrid["positions"]>,
): readonly [latitude: Coordinate, longitude: Coordinate] {
  for (const { name, attributes } of [lat, lon]) {
    const units = textOf(attributes, "units") ?? "degrees";
    if (/^deg/i.test(units.replace("decimal_", ""))) continue;
    throw new ShapeError(`${where}: coordinate ${name}`, "degrees", `units "${units}"`);
  }
  return [soundPlane(where, lat, columns, { gaps: true }), soundPlane(where, lon, columns, { gaps: true })];
}
