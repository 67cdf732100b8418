/** The grid and the coordinates of an ensemble of fine rain, from those of the coarse field it is drawn from. */
import { OptionsError } from "../../engine/errors.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { type Coordinate, convertPrecipitation, Field, withoutRange } from "../../io/field/index.ts";
import { refine } from "../../io/regrid/index.ts";
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

/** The coarse field without values of its own: what of it the fine grid keeps. Made before the work, to fail early. */
export function refinedGrid(coarse: Field, factor: number): Field {
  checkNoMembers(coarse);
  const first = Object.fromEntries(coarse.dims.slice(0, -2).map((dim) => [dim, 0]));
  return refine(coarse.isel(first), factor);
}

/**
 * @param ensemble - mm/h, [frames, members, height, width]; the frames are the leading positions of `coarse`, in order
 * @param grid - from {@link refinedGrid}
 * @param options.interval - seconds, where `units` are an amount
 * @param options.attributes - of the fine field
 */
export function ensembleField(
  ensemble: ShapedArray,
  coarse: Pick<Field, "name" | "dims" | "shape" | "coordinates">,
  grid: Field,
  options: {
    readonly units: string;
    readonly interval: number | undefined;
    readonly attributes: Field["attributes"];
  },
): Field {
  const { units, interval, attributes } = options;
  const leading = coarse.dims.slice(0, -2);
  const [y, x] = coarse.dims.slice(-2) as [string, string];
  const onGrid = ({ dims }: Coordinate) => dims.includes(y) || dims.includes(x);
  const fine = new Field({
    name: coarse.name,
    dims: [...leading, memberDim, y, x],
    shape: [...coarse.shape.slice(0, -2), ...ensemble.shape.slice(1)],
    values: ensemble.values,
    units: rateUnits,
    coordinates: [
      ...coarse.coordinates.filter((c) => !onGrid(c)),
      memberCoordinate(ensemble.shape[1]!),
      ...grid.coordinates.filter((c) => onGrid(c)),
    ],
    attributes: withoutRange(attributes),
    gridMapping: grid.gridMapping,
  });
  return convertPrecipitation(fine, units, interval === undefined ? {} : { interval });
}
