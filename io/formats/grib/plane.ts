/** Grids of GRIB on a plane: Mercator's, polar stereographic, Lambert's and Albers' projections. */
import { gridMappingOf } from "../../field/grid-mapping.ts";
import { type GribGrid, GribProblem, type Mapping, MOST_POINTS } from "./message.ts";

/** Definition of such a grid in both editions; angles in degrees, distances in metres. */
export interface PlaneSays {
  readonly columns: number;
  readonly rows: number;
  readonly first: readonly [lat: number, lon: number];
  readonly step: readonly [x: number, y: number];
  readonly scanning: number;
  readonly mapping: Mapping;
}

/** Parameters of the projections, with the names of CF. */
export const projections = {
  /** @param trueAt - latitude at which steps have their length */
  mercator: (trueAt: number): Mapping => ({
    ...{ grid_mapping_name: "mercator", longitude_of_projection_origin: 0, standard_parallel: trueAt },
  }),
  /** @param south - whether the plane touches at the South Pole */
  stereographic: (meridian: number, trueAt: number, south: boolean): Mapping => ({
    ...{ grid_mapping_name: "polar_stereographic", latitude_of_projection_origin: south ? -90 : 90 },
    ...{
      straight_vertical_longitude_from_pole: meridian,
      standard_parallel: south ? -Math.abs(trueAt) : Math.abs(trueAt),
    },
  }),
  conic: (
    name: "lambert_conformal_conic" | "albers_conical_equal_area",
    meridian: number,
    origin: number,
    parallels: readonly [number, number],
  ): Mapping => ({
    ...{ grid_mapping_name: name, longitude_of_central_meridian: meridian, latitude_of_projection_origin: origin },
    standard_parallel: parallels[0] === parallels[1] ? parallels[0] : parallels,
  }),
  azimuthal: (meridian: number, origin: number): Mapping => ({
    grid_mapping_name: "lambert_azimuthal_equal_area",
    ...{ longitude_of_projection_origin: meridian, latitude_of_projection_origin: origin },
  }),
};

/** Axes of a grid. @throws GribProblem where they cannot be */
export function planeOf(says: PlaneSays): GribGrid {
  const { columns, rows, first, step, scanning, mapping } = says;
  if (!(columns > 0 && rows > 0 && columns * rows <= MOST_POINTS))
    throw new GribProblem(`its grid has ${columns} x ${rows} points; expected 1 to ${MOST_POINTS}`);
  if (!(step[0] > 0 && step[1] > 0))
    throw new GribProblem(`its steps are ${step.join(" and ")} m; expected more than 0`);
  const projection = gridMappingOf(mapping, 1);
  if (typeof projection === "string") throw new GribProblem(`${projection} says not where its points lie`);
  const [y, x] = projection.fromEarth(...first);
  if (!Number.isFinite(x + y) || Math.abs(first[0]) > 90)
    throw new GribProblem(`its first point ${first.join(", ")} does not lie on its plane`);
  const line = (from: number, by: number, n: number) => Float64Array.from({ length: n }, (_, i) => from + i * by);
  return {
    key: JSON.stringify(says),
    ...{ columns, rows, mapping, scanning, system: "plane" },
    x: line(x, scanning & 0x80 ? -step[0] : step[0], columns),
    y: line(y, scanning & 0x40 ? step[1] : -step[1], rows),
  };
}
