/** Projections of radar composites, from PROJ's text to a CF grid mapping. */
import { gridMappingOf } from "../../../field/grid-mapping.ts";
import type { Projection } from "../../../field/proj.ts";
import type { Attributes } from "../../../storage/source.ts";

const ELLIPSOIDS: Readonly<Record<string, readonly [number, number]>> = {
  WGS84: [6378137, 6378137 * (1 - 1 / 298.257223563)],
  GRS80: [6378137, 6378137 * (1 - 1 / 298.257222101)],
  sphere: [6370997, 6370997],
};

/** @returns undefined for a projection, ellipsoid or unit that is not known */
export function knownProjection(text: string): (Projection & { readonly mapping: Attributes }) | undefined {
  const given = new Map<string, string>();
  for (const [, key, value] of text.matchAll(/\+([a-z_0-9]+)(?:=(\S+))?/gi)) given.set(key!, value ?? "");
  const get = (key: string, fallback: number) => (given.has(key) ? Number(given.get(key)) : fallback);
  const named = ELLIPSOIDS[given.get("ellps") ?? given.get("datum") ?? "WGS84"];
  const radius = get("R", Number.NaN);
  const [stated, other] = given.has("R")
    ? [radius, radius]
    : [get("a", named?.[0] ?? Number.NaN), get("b", named?.[1] ?? Number.NaN)];
  // KNMI states kilometres.
  const unit = stated < 1e5 ? 1000 : 1;
  const [major, minor] = [stated * unit, other * unit];
  const [lat0, lon0, truth] = [get("lat_0", 0), get("lon_0", 0), get("lat_ts", 90)];
  const [x0, y0] = [get("x_0", 0) * unit, get("y_0", 0) * unit];
  const metres = (given.get("units") ?? "m") === "m";
  if (!metres || ![major, minor, lat0, lon0, truth, x0, y0].every(Number.isFinite)) return undefined;
  const isPolar = given.get("proj") === "stere" && lat0 === 90 && get("k", 1) === 1 && get("k_0", 1) === 1;
  if (given.get("proj") !== "laea" && !isPolar) return undefined;
  const mapping = {
    grid_mapping_name: isPolar ? "polar_stereographic" : "lambert_azimuthal_equal_area",
    latitude_of_projection_origin: lat0,
    [isPolar ? "straight_vertical_longitude_from_pole" : "longitude_of_projection_origin"]: lon0,
    ...(isPolar && { standard_parallel: truth }),
    ...{ false_easting: x0, false_northing: y0, semi_major_axis: major, semi_minor_axis: minor },
  };
  return { ...(gridMappingOf(mapping, 1) as Projection), mapping };
}
