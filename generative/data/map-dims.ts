/** Dimensions of fields: those of maps, which come last, and positions along one. */
import { ShapeError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";

/**
 * Names of the dimensions down and across of maps that come last.
 *
 * @param where - the field, for messages
 * @throws ShapeError where there are none, as in a list of stations, or other dimensions come last
 */
export function mapDims(where: string, field: Pick<LazyField, "dims" | "dimOf">): readonly [y: string, x: string] {
  const { dims } = field;
  const [y, x] = [field.dimOf("y"), field.dimOf("x")];
  if (y !== undefined && x !== undefined && dims.at(-2) === y && dims.at(-1) === x) return [y, x];
  const way = "a list of places, such as stations, has no maps: give data on a grid";
  throw new ShapeError(where, "y and x as its last dimensions", dims.join(", ") || "none", way);
}

/** Positions of a field along a dimension of its file. */
export const positionsIn = (field: LazyField, dim: string): number[] =>
  field.positions(dim).flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
