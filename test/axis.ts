/** Coordinates of fields. */
import type { Coordinate } from "../io/index.ts";

/** A coordinate along its own dimension. @param bounds - edges of its cells */
export const axis = (
  name: string,
  values: Coordinate["values"],
  attributes: Coordinate["attributes"] = {},
  bounds?: Coordinate["bounds"],
): Coordinate => ({ name, dims: [name], values, attributes, ...(bounds && { bounds }) });

/** So many numbers from `first` on, `step` apart. */
export const evenly = (count: number, first = 0, step = 1): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => first + i * step);
