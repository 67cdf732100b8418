/** The dimension of members, and fields that have it. */
import { OptionsError } from "../../engine/errors.ts";
import { type Coordinate, Field } from "../../io/field/index.ts";
import { rateUnits } from "../data/read-rain.ts";

/** Name of the dimension of members. */
export const memberDim = "realization";

/** The members' numbers from 0. */
export function memberCoordinate(count: number): Coordinate {
  return {
    name: memberDim,
    dims: [memberDim],
    values: Float64Array.from({ length: count }, (_, i) => i),
    attributes: { standard_name: "realization", long_name: "ensemble member", units: "1" },
  };
}

/** Members of one frame in mm/h, [members, height, width], on a grid. */
export function memberField(grid: Field, values: Float32Array): Field {
  const members = values.length / (grid.shape[0]! * grid.shape[1]!);
  return new Field({
    ...{ name: grid.name, units: rateUnits, attributes: grid.attributes, gridMapping: grid.gridMapping },
    ...{ dims: [memberDim, ...grid.dims], shape: [members, ...grid.shape], values },
    coordinates: [memberCoordinate(members), ...grid.coordinates],
  });
}

/** @throws OptionsError for a field that is an ensemble already */
export function checkNoMembers({ dims, source, name }: Pick<Field, "dims" | "source" | "name">): void {
  if (!dims.includes(memberDim)) return;
  const text = `${source ?? name}: it has a dimension ${memberDim}; select one member first`;
  throw new OptionsError(text, "input", memberDim);
}

/**
 * An ensemble without values: (leading …, realization, y, x) with no members.
 *
 * @param leading - dimensions of the frames, and coordinates of which those along them are taken
 * @param grid - (y, x), with the coordinates of these
 */
export function emptyEnsemble(
  { name, units, attributes }: Pick<Field, "name" | "units" | "attributes">,
  leading: Pick<Field, "dims" | "shape" | "coordinates">,
  grid: Pick<Field, "dims" | "shape" | "coordinates" | "gridMapping">,
): Field {
  const placed = grid.coordinates.filter(({ dims }) => grid.dims.some((dim) => dims.includes(dim)));
  const taken = new Set([...placed.map((one) => one.name), memberDim]);
  const own = leading.coordinates.filter(
    (one) => one.dims.every((dim) => leading.dims.includes(dim)) && !taken.has(one.name),
  );
  return new Field({
    ...{ name, units, attributes, gridMapping: grid.gridMapping, values: new Float32Array(0) },
    dims: [...leading.dims, memberDim, ...grid.dims],
    shape: [...leading.shape, 0, ...grid.shape],
    coordinates: [...own, memberCoordinate(0), ...placed],
  });
}
