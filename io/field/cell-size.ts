/** How large the cells of a field are, from its coordinates. */

import { textOf } from "../storage/source.ts";
import { isGeographic } from "./axes.ts";
import type { Coordinate, Field } from "./field.ts";
import { metresPer } from "./length-units.ts";

/** Sizes of cells, in the units that the grid is even in. */
export interface CellSize {
  readonly units: "degrees" | "m";
  readonly y: number;
  readonly x: number;
  /** Of the middle of the grid, for longitudes and latitudes. */
  readonly latitude?: number;
}

/**
 * Mean distance between rows and between columns; undefined where coordinates or their units are missing.
 *
 * @param field - y and x by its coordinates
 */
export function cellSize(field: Pick<Field, "dimOf" | "coordinate" | "gridMapping">): CellSize | undefined {
  const [y, x] = (["y", "x"] as const).map((axis) => {
    const dim = field.dimOf(axis);
    return dim === undefined ? undefined : field.coordinate(dim);
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

function step({ values, bounds }: Coordinate): number | undefined {
  const n = values.length;
  const mean = n > 1 ? (values[n - 1]! - values[0]!) / (n - 1) : bounds ? bounds[1]! - bounds[0]! : Number.NaN;
  return Number.isFinite(mean) && mean !== 0 ? Math.abs(mean) : undefined;
}

/** Degrees, or metres for each unit; undefined where the file does not tell. */
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
