/** Cell size of a field, from its coordinates. */

import { textOf } from "../storage/source.ts";
import { geographicOf, isGeographic } from "./axes.ts";
import { whereOf } from "./cut.ts";
import type { Coordinate, Field } from "./field.ts";
import { soundLine } from "./horizontal.ts";
import { metresPer } from "./length-units.ts";

/** Sizes of cells, in the units that the grid is even in. */
export interface CellSize {
  readonly units: "degrees" | "m";
  readonly y: number;
  readonly x: number;
  /** Of the middle of the grid, for longitudes and latitudes. */
  readonly latitude?: number;
}

/** The parts of a field, read or not, by which its cells are found. */
type WithCells = Pick<
  Field,
  "name" | "source" | "dims" | "dimOf" | "size" | "coordinate" | "coordinates" | "gridMapping"
>;

/**
 * Mean distance between rows and between columns; undefined where coordinates or their units are missing.
 *
 * @param field - y and x by its coordinates, or by latitudes and longitudes over both, which give metres on a sphere
 * @throws ShapeError for rows or columns that turn back or lie nowhere on the earth
 */
export function cellSize(field: WithCells): CellSize | undefined {
  return lineSize(field) ?? flatSize(field);
}

function lineSize(field: WithCells): CellSize | undefined {
  const [y, x] = (["y", "x"] as const).map((axis) => {
    const dim = field.dimOf(axis);
    const line = dim === undefined ? undefined : field.coordinate(dim);
    return line && soundLine(whereOf(field), line);
  });
  const [dy, dx] = [y && step(y), x && step(x)];
  if (!y || !x || dy === undefined || dx === undefined) return undefined;
  const [inY, inX] = [unitsOf(y, field), unitsOf(x, field)];
  if (inY === "degrees" && inX === "degrees") {
    const latitude = (y.values[0]! + y.values.at(-1)!) / 2;
    return { units: "degrees", y: dy, x: dx, ...(Math.abs(latitude) <= 90 && { latitude }) };
  }
  if (typeof inY !== "number" || typeof inX !== "number") return undefined;
  return { units: "m", y: dy * inY, x: dx * inX };
}

const RADIUS = 6_371_000;

/** Of latitudes and longitudes over rows and columns, the last two dimensions: mean distances of neighbours. */
function flatSize(field: WithCells): CellSize | undefined {
  const dims = field.dims.slice(-2);
  const [lat, lon] = (["y", "x"] as const).map((role) =>
    geographicOf(field.coordinates, role, (c) => String(c.dims) === String(dims)),
  );
  if (!lat || !lon) return undefined;
  const [rows, columns] = dims.map((dim) => field.size(dim)) as [number, number];
  const radians = (v: number) => (v * Math.PI) / 180;
  const apart = (i: number, j: number): number => {
    const [a, b] = [radians(lat.values[i]!), radians(lat.values[j]!)];
    const turn = radians(lon.values[j]! - lon.values[i]!);
    const chord = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(turn / 2) ** 2;
    return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(chord)));
  };
  const mean = (stride: number, isLast: (i: number) => boolean): number => {
    let [sum, count] = [0, 0];
    for (let i = 0; i + stride < rows * columns; i++) {
      const distance = isLast(i) ? Number.NaN : apart(i, i + stride);
      if (!Number.isNaN(distance)) [sum, count] = [sum + distance, count + 1];
    }
    return sum / count;
  };
  const [y, x] = [mean(columns, () => false), mean(1, (i) => i % columns === columns - 1)];
  return y > 0 && x > 0 ? { units: "m", y, x } : undefined;
}

function step({ values, bounds }: Coordinate): number | undefined {
  const n = values.length;
  const mean = n > 1 ? (values[n - 1]! - values[0]!) / (n - 1) : bounds ? bounds[1]! - bounds[0]! : Number.NaN;
  return Number.isFinite(mean) && mean !== 0 ? Math.abs(mean) : undefined;
}

/** Degrees, or metres for each unit; undefined where the file does not say so. */
function unitsOf(
  { name, attributes }: Coordinate,
  { gridMapping }: Pick<Field, "gridMapping">,
): "degrees" | number | undefined {
  const units = textOf(attributes, "units")?.trim();
  if (isGeographic(name, attributes) || /^degrees?$/i.test(units ?? "")) return "degrees";
  if (/^(m|met(er|re)s?|km|kilomet(er|re)s?)$/.test(units ?? "")) return metresPer(units);
  // GeoTIFF and many NetCDF files name a projection and no unit: it is the metre.
  return units === undefined && gridMapping !== undefined ? 1 : undefined;
}
