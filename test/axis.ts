/** Coordinates of fields. */
import type { Coordinate } from "../io/field/field.ts";

/** A coordinate along its own dimension. @param bounds - edges of its cells */
export const axis = (
  name: string,
  values: Coordinate["values"],
  attributes: Coordinate["attributes"] = {},
  bounds?: Coordinate["bounds"],
): Coordinate => ({ name, dims: [name], values, attributes, ...(bounds && { bounds }) });
