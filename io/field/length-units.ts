/** Units of projection coordinates. */
import { numbersOf, textOf } from "../storage/source.ts";
import type { Coordinate, GridMapping } from "./field.ts";

/** Metres per unit of a projection coordinate: 1000 for kilometres, else 1. */
export function metresPer(units: string | undefined): number {
  return /^(km|kilomet(er|re)s?)$/.test(units ?? "") ? 1000 : 1;
}

/** Metres per unit of a line on a plane: angles of a geostationary imager are so many heights; undefined for other units. */
export function metresOf({ attributes }: Coordinate, mapping: GridMapping | undefined): number | undefined {
  const units = textOf(attributes, "units") ?? "";
  if (/^(m|met(er|re)s?|km|kilomet(er|re)s?)$/.test(units)) return metresPer(units);
  return /^rad(ian)?s?$/.test(units) ? numbersOf(mapping?.attributes ?? {}, "perspective_point_height")[0] : undefined;
}
