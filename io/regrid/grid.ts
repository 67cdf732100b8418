/** Grids whose rows and columns are lines of coordinates: what regridding needs to know of them, and regular ones. */
import { anything, checkOptions, list, real } from "../../engine/checks.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { type Axis, geographicOf, isGeographic } from "../field/axes.ts";
import { edgesAlong } from "../field/corners.ts";
import { whereOf } from "../field/cut.ts";
import type { Coordinate, Field, GridMapping } from "../field/field.ts";
import { soundLine } from "../field/horizontal.ts";
import { metresOf } from "../field/length-units.ts";
import { textOf } from "../storage/source.ts";

/** Rows and columns of a grid, with bounds where cells are not halfway between centres. */
export interface RegridGrid {
  /** Rows: one-dimensional, latitudes or a plane's y. */
  readonly y: Coordinate;
  /** Columns: one-dimensional, longitudes or a plane's x. */
  readonly x: Coordinate;
  /** Projection, or rotated pole, that y and x are of. */
  readonly gridMapping?: GridMapping | undefined;
  /**
   * Positions of the cells of a rotated, projected or curvilinear grid: `[y, x]`, in degrees, with corners as bounds
   * where known.
   */
  readonly positions?: readonly [latitude: Coordinate, longitude: Coordinate] | undefined;
  /** True if y and x only count rows and columns: `positions` alone say where cells lie. */
  readonly numbered?: boolean | undefined;
}

/** Kind of an axis: degrees on a sphere (of the earth, or of a rotated pole), or metres on a plane. */
export type AxisKind = "latitude" | "longitude" | "plane";

/** One axis ready for weights. */
export interface GridLine {
  /** Name of the coordinate. */
  readonly name: string;
  /** Unit of `centres` and `edges`. */
  readonly kind: AxisKind;
  /** Length n: degrees or metres, in the order of the field. */
  readonly centres: Float64Array;
  /** Lower and upper edge of each cell, `[n, 2]`, the lower one first. */
  readonly edges: Float64Array;
}

/** Both axes of a grid and its reference system. */
export interface GridLines {
  /** Latitudes and longitudes, those of a rotated pole, or y and x on a plane. */
  readonly system: "geographic" | "rotated" | "projected";
  /** Axis of the rows. */
  readonly y: GridLine;
  /** Axis of the columns. */
  readonly x: GridLine;
  /** Projection or rotated pole; undefined where none is stated. */
  readonly gridMapping: GridMapping | undefined;
}

/** Edges from stated bounds, or halfway between centres and as far beyond the outer ones. */
function edgesOf(where: string, c: Coordinate, factor: number, kind: AxisKind): Float64Array {
  const n = c.values.length;
  const edges = new Float64Array(2 * n);
  const rough = edgesAlong(c);
  if (!rough) {
    const expected = "bounds, or at least 2 positions to know the size of a cell";
    throw new ShapeError(`${where}: coordinate ${c.name}`, expected, [n]);
  }
  const limit = kind === "latitude" ? 90 : Infinity;
  for (let i = 0; i < n; i++) {
    const [a, b] = [rough[2 * i]! * factor, rough[2 * i + 1]! * factor];
    edges[2 * i] = Math.max(Math.min(a, b), -limit);
    edges[2 * i + 1] = Math.min(Math.max(a, b), limit);
    if (edges[2 * i + 1]! > edges[2 * i]!) continue;
    throw new ShapeError(`${where}: cell ${i} of ${c.name}`, "an extent above 0", `${a} to ${b}`);
  }
  return edges;
}

function lineOf(where: string, given: Coordinate, kind: AxisKind, factor: number): GridLine {
  const c = soundLine(where, given);
  const centres = factor === 1 ? c.values : c.values.map((v) => v * factor);
  return { name: c.name, kind, centres, edges: edgesOf(where, c, factor, kind) };
}

function systemOf({ y, x, numbered, gridMapping }: RegridGrid): GridLines["system"] | undefined {
  if (numbered) return undefined;
  const both = (test: (c: Coordinate) => boolean) => test(y) && test(x);
  if (both((c) => isGeographic(c.name, c.attributes))) return "geographic";
  const standard = (c: Coordinate) => textOf(c.attributes, "standard_name") ?? "";
  if (both((c) => /^grid_(latitude|longitude)$/.test(standard(c)))) return "rotated";
  return both((c) => metresOf(c, gridMapping) !== undefined) ? "projected" : undefined;
}

/**
 * The lines of a grid; undefined where two-dimensional positions alone say where cells lie. @throws ShapeError as
 * {@link linesOf}
 */
export function linesIn(where: string, grid: RegridGrid): GridLines | undefined {
  return systemOf(grid) === undefined && grid.positions ? undefined : linesOf(where, grid);
}

/** @throws ShapeError for lines that are no grid; the message names the grid. */
export function linesOf(where: string, grid: RegridGrid): GridLines {
  const { y, x, gridMapping } = grid;
  const system = systemOf(grid);
  if (system === undefined) {
    const units = (c: Coordinate) => textOf(c.attributes, "units") ?? "";
    throw new ShapeError(
      where,
      "latitude and longitude in degrees, those of a rotated pole (standard_name grid_latitude, grid_longitude), or a plane in m or km",
      `${y.name} in "${units(y)}" and ${x.name} in "${units(x)}"`,
      "state units and standard_name of the coordinates",
    );
  }
  const plane = system === "projected";
  const factor = (c: Coordinate) => (plane ? metresOf(c, gridMapping)! : 1);
  return {
    system,
    y: lineOf(where, y, plane ? "plane" : "latitude", factor(y)),
    x: lineOf(where, x, plane ? "plane" : "longitude", factor(x)),
    gridMapping,
  };
}

/** The parts of a field, read or not, by which its grid is found. */
type WithGrid = Pick<
  Field,
  "name" | "dims" | "shape" | "source" | "coordinates" | "gridMapping" | "coordinate" | "dimOf"
>;

/**
 * The grid that a field is on.
 *
 * @param field - y and x are its last two dimensions, each with a coordinate of its own, or with latitudes and
 * longitudes over both.
 * @throws ShapeError for other fields, and for rows or columns that turn back or lie nowhere on the earth.
 */
export function gridOf(field: WithGrid): RegridGrid {
  const [yName, xName] = field.dims.slice(-2);
  const where = `regrid: ${whereOf(field)}`;
  if (yName === undefined || xName === undefined || field.dimOf("y") === xName || field.dimOf("x") === yName) {
    throw new ShapeError(where, "y and x as its last two dimensions", field.dims.join(", ") || "none");
  }
  const { gridMapping } = field;
  const [y, x] = [field.coordinate(yName), field.coordinate(xName)];
  const [lat, lon] = (["y", "x"] as const).map((role) => flatOf(field, yName, xName, role));
  const positions = lat && lon && ([lat, lon] as const);
  if (y?.dims.length === 1 && x?.dims.length === 1) {
    const grid = { y, x, gridMapping, ...(positions && { positions }) };
    // Lines that nothing is known of may count anything, where positions say where cells lie.
    if (systemOf(grid) === undefined) return grid;
    return { ...grid, y: soundLine(where, y), x: soundLine(where, x) };
  }
  if (positions) {
    const [height, width] = field.shape.slice(-2) as [number, number];
    return { y: counted(yName, height), x: counted(xName, width), gridMapping, positions, numbered: true };
  }
  const found = lat || lon ? `${(lat ?? lon)!.name} alone over both` : "none";
  const way =
    "a grid needs positions to be regridded: coordinates of its dimensions, or latitudes and longitudes over both";
  throw new ShapeError(where, `coordinates of ${yName} and ${xName}`, found, way);
}

/** The latitude or longitude over y and x, by rows. */
function flatOf(field: WithGrid, y: string, x: string, role: Axis): Coordinate | undefined {
  const over = ({ dims }: Coordinate) => dims.length === 2 && dims.includes(y) && dims.includes(x);
  const found = geographicOf(field.coordinates, role, over);
  if (!found || found.dims[0] === y) return found;
  const [height, width] = field.shape.slice(-2) as [number, number];
  const { values, bounds, ...rest } = found;
  const byRows = (all: Float64Array) => {
    const k = all.length / (height * width);
    return all.map((_, i) => {
      const cell = Math.floor(i / k);
      return all[((cell % width) * height + Math.floor(cell / width)) * k + (i % k)]!;
    });
  };
  return { ...rest, dims: [y, x], values: byRows(values), ...(bounds && { bounds: byRows(bounds) }) };
}

const counted = (name: string, n: number): Coordinate => ({
  name,
  dims: [name],
  values: Float64Array.from({ length: n }, (_, i) => i),
  attributes: {},
});

/** Options of {@link regularGrid}; degrees. */
export interface RegularGridOptions {
  /** Size of a cell, or of its rows and columns: `[latitude, longitude]`. */
  readonly step: number | readonly [latitude: number, longitude: number];
  /** Outer edges, south and north. @defaultValue [-90, 90] */
  readonly lat?: readonly [south: number, north: number];
  /** Outer edges, west and east; east is the larger number, so that `[350, 370]` crosses Greenwich. @defaultValue [-180, 180] */
  readonly lon?: readonly [west: number, east: number];
}

function evenLine(
  name: string,
  low: number,
  high: number,
  step: number,
): { values: Float64Array; bounds: Float64Array } {
  const n = Math.round((high - low) / step);
  if (!(step > 0) || n < 1 || Math.abs(n * step - (high - low)) > 1e-6 * step) {
    throw new OptionsError(
      `regularGrid: ${name} from ${low} to ${high} in steps of ${step}; expected a whole number of steps, at least one`,
      name,
      [low, high],
    );
  }
  const edge = (i: number) => low + ((high - low) * i) / n;
  return {
    values: Float64Array.from({ length: n }, (_, i) => (edge(i) + edge(i + 1)) / 2),
    bounds: Float64Array.from({ length: 2 * n }, (_, i) => edge(Math.floor(i / 2) + (i % 2))),
  };
}

/**
 * A grid of equal steps in latitude and longitude from the south up, with bounds; the edges, not the centres, lie at
 * the given limits.
 *
 * @throws OptionsError where the steps do not fill the limits, or a limit is no latitude.
 */
export function regularGrid(options: RegularGridOptions): RegridGrid {
  const edges = list(real(), 2, 2);
  checkOptions("regularGrid", options, { step: anything, lat: edges, lon: edges }, ["step"]);
  const { step, lat = [-90, 90], lon = [-180, 180] } = options;
  const [dy, dx] = typeof step === "number" ? [step, step] : step;
  if (!(lat[0] >= -90 && lat[1] <= 90)) {
    throw new OptionsError(`regularGrid: lat is [${lat.join(", ")}]; expected edges of -90 to 90`, "lat", lat);
  }
  if (!(lon[1] - lon[0] <= 360)) {
    throw new OptionsError(`regularGrid: lon is [${lon.join(", ")}]; expected at most 360 degrees`, "lon", lon);
  }
  return {
    y: {
      name: "lat",
      dims: ["lat"],
      ...evenLine("lat", lat[0], lat[1], dy),
      attributes: { standard_name: "latitude", units: "degrees_north", axis: "Y" },
    },
    x: {
      name: "lon",
      dims: ["lon"],
      ...evenLine("lon", lon[0], lon[1], dx),
      attributes: { standard_name: "longitude", units: "degrees_east", axis: "X" },
    },
  };
}

/** Lengths of cells along an axis: differences of sines of latitudes, radians, or metres. */
export function extents({ kind, edges }: GridLine): Float64Array {
  return Float64Array.from({ length: edges.length / 2 }, (_, i) => measure(kind, edges[2 * i]!, edges[2 * i + 1]!));
}

/** Length of a stretch of an axis in the measure that areas are products of. */
export function measure(kind: AxisKind, low: number, high: number): number {
  if (kind === "plane") return high - low;
  const radians = Math.PI / 180;
  if (kind === "longitude") return (high - low) * radians;
  // sin b - sin a without cancellation.
  return 2 * Math.cos(((high + low) / 2) * radians) * Math.sin(((high - low) / 2) * radians);
}
