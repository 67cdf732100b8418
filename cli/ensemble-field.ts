/** An ensemble of fine rain as a field with coordinates, in the units of the coarse field it came from. */

import { OptionsError } from "../engine/errors.ts";
import { rateUnits } from "../generative/downscaling/index.ts";
import type { Stack } from "../generative/verification/index.ts";
import { type Coordinate, convertPrecipitation, Field, withoutRange } from "../io/field/index.ts";
import { refine } from "../io/regrid/index.ts";

/** Name of the dimension of members. */
const MEMBERS = "realization";

/** The coarse field without values of its own: what of it the fine grid keeps. Made before the work, to fail early. */
export function refinedGrid(coarse: Field, factor: number): Field {
  if (coarse.dims.includes(MEMBERS)) {
    throw new OptionsError(
      `${coarse.source}: it has a dimension ${MEMBERS}; select one member first`,
      "input",
      MEMBERS,
    );
  }
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
  ensemble: Stack,
  coarse: Field,
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
  const members = ensemble.shape[1]!;
  const realization: Coordinate = {
    name: MEMBERS,
    dims: [MEMBERS],
    values: Float64Array.from({ length: members }, (_, i) => i),
    attributes: { standard_name: "realization", long_name: "ensemble member", units: "1" },
  };
  const fine = new Field({
    name: coarse.name,
    dims: [...leading, MEMBERS, y, x],
    shape: [...coarse.shape.slice(0, -2), ...ensemble.shape.slice(1)],
    values: ensemble.values,
    units: rateUnits,
    coordinates: [
      ...coarse.coordinates.filter((c) => !onGrid(c)),
      realization,
      ...grid.coordinates.filter((c) => onGrid(c)),
    ],
    attributes: withoutRange(attributes),
    gridMapping: grid.gridMapping,
  });
  return convertPrecipitation(fine, units, interval === undefined ? {} : { interval });
}
