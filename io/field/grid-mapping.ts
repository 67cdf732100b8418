/** Map projections of CF grid mappings (CF-1.11, appendix F) by PROJ's parameters. */
import { type Attributes, numbersOf, textOf } from "../storage/source.ts";
import { type Projection, type ProjParameters, projected } from "./proj.ts";

/** Gives an attribute, or notes that it is missing. */
type Need = (...names: readonly string[]) => number;

/** Parameters of a projection in a grid mapping, with `lon_0` and the like from its attributes. */
interface Says {
  /** The first of these attributes that is there. */
  readonly need: Need;
  readonly or: (name: string, fallback: number) => number;
  readonly parallels: readonly number[];
}

const origin = "latitude_of_projection_origin";
const meridian = "longitude_of_projection_origin";
const centre = "longitude_of_central_meridian";
const originScale = "scale_factor_at_projection_origin";

/** A latitude that is true to scale, else the scale at the origin. */
const scaleOf = ({ or, parallels }: Says): ProjParameters =>
  parallels.length > 0 ? { lat_ts: parallels[0]! } : { k_0: or(originScale, 1) };

/** Two parallels; proj4 takes a 0 for none. */
const twoParallels = ({ need, parallels: [first, second = first] }: Says): ProjParameters => {
  const [a, b] = [first ?? need("standard_parallel"), second ?? Number.NaN].map((v) => (v === 0 ? 1e-12 : v));
  return { lat_1: a!, lat_2: b! };
};

const around = ({ need }: Says, longitude: string): ProjParameters => ({ lat_0: need(origin), lon_0: need(longitude) });

/** The projections that are known, by their names in CF. */
const projections: Readonly<Record<string, (says: Says) => ProjParameters>> = {
  albers_conical_equal_area: (s) => ({ proj: "aea", ...around(s, centre), ...twoParallels(s) }),
  azimuthal_equidistant: (s) => ({ proj: "aeqd", ...around(s, meridian) }),
  geostationary: ({ need, or }) => ({
    proj: "geos",
    h: need("perspective_point_height"),
    lon_0: need(meridian),
    lat_0: or(origin, 0),
  }),
  lambert_azimuthal_equal_area: (s) => ({ proj: "laea", ...around(s, meridian) }),
  lambert_conformal_conic: (s) => ({
    proj: "lcc",
    ...around(s, centre),
    ...twoParallels(s),
    k_0: s.or("scale_factor", 1),
  }),
  lambert_cylindrical_equal_area: (s) => ({ proj: "cea", lon_0: s.need(centre), ...scaleOf(s) }),
  mercator: (s) => ({ proj: "merc", lon_0: s.need(meridian), ...scaleOf(s) }),
  oblique_mercator: (s) => {
    const [alpha, k_0] = [s.need("azimuth_of_central_line"), s.or(originScale, 1)];
    // The Swiss way: the central line runs east.
    if (alpha === 90) return { proj: "somerc", ...around(s, meridian), k_0 };
    return { proj: "omerc", lat_0: s.need(origin), lonc: s.need(meridian), alpha, k_0 };
  },
  orthographic: (s) => ({ proj: "ortho", ...around(s, meridian) }),
  polar_stereographic: (s) => ({
    proj: "stere",
    lat_0: s.or(origin, (s.parallels[0] ?? 90) < 0 ? -90 : 90),
    lon_0: s.need("straight_vertical_longitude_from_pole", meridian),
    ...scaleOf(s),
  }),
  sinusoidal: (s) => ({ proj: "sinu", lon_0: s.need(meridian, centre) }),
  stereographic: (s) => ({ proj: "stere", ...around(s, meridian), ...scaleOf(s) }),
  transverse_mercator: (s) => ({
    proj: "tmerc",
    ...around(s, centre),
    k_0: s.or("scale_factor_at_central_meridian", 1),
  }),
};

/**
 * The projection of a grid mapping, in metres.
 *
 * @param unit - metres per unit of the coordinates, in which CF states false eastings
 * @returns what is missing or not known, as a text, where it does not say where places lie
 */
export function gridMappingOf(mapping: Attributes, unit: number): Projection | string {
  const name = textOf(mapping, "grid_mapping_name");
  if (name === undefined) return "no grid_mapping_name";
  const make = Object.hasOwn(projections, name) ? projections[name] : undefined;
  if (!make) return `the grid mapping ${name}`;
  const missing: string[] = [];
  const get = (key: string): number | undefined => numbersOf(mapping, key)[0];
  const need: Need = (...names) => {
    const found = names.map(get).find((v) => v !== undefined);
    if (found === undefined) missing.push(names.join(" or "));
    return found ?? Number.NaN;
  };
  const or = (key: string, fallback: number) => get(key) ?? fallback;
  const parameters = make({ need, or, parallels: numbersOf(mapping, "standard_parallel") });
  const [a, rf] = figureOf(get, need);
  if (missing.length > 0) return `the grid mapping ${name} without ${missing.join(", ")}`;
  const shift = shiftOf(mapping);
  return projected({
    ...parameters,
    ...(name === "geostationary" && { sweep: sweepOf(mapping) }),
    ...{ x_0: or("false_easting", 0) * unit, y_0: or("false_northing", 0) * unit, a },
    // proj4's formulas for spheres fail in these: a millionth of a metre is flattened instead.
    ...(rf === 0 && !/^(transverse|oblique)_mercator$/.test(name) ? { b: a } : { rf: rf || 1e12 }),
    // proj4 takes a shift of zeros for none, unless the datum has a name.
    ...(shift && (shift.some((v) => v !== 0) ? { towgs84: shift } : { datum: "WGS84" })),
    pm: or("longitude_of_prime_meridian", 0),
  });
}

/** Semi-major axis of the earth's figure in metres, and its inverse flattening, 0 for a sphere. */
function figureOf(get: (key: string) => number | undefined, need: Need): readonly [number, number] {
  const radius = get("earth_radius");
  if (radius !== undefined && get("semi_major_axis") === undefined) return [radius, 0];
  const major = need("semi_major_axis", "earth_radius");
  const flattening = get("inverse_flattening");
  if (flattening !== undefined) return [major, flattening];
  const minor = need("semi_minor_axis", "inverse_flattening");
  return [major, minor === major ? 0 : major / (major - minor)];
}

/** The axis that a geostationary imager sweeps about. */
function sweepOf(mapping: Attributes): string {
  const fixed = textOf(mapping, "fixed_angle_axis");
  return textOf(mapping, "sweep_angle_axis") ?? (fixed === "y" ? "x" : "y");
}

/** Shift to WGS 84: metres, seconds of arc and millionths, by position vectors; stated by itself or in the text of the system. */
function shiftOf(mapping: Attributes): readonly number[] | undefined {
  const stated = numbersOf(mapping, "towgs84");
  if (stated.length === 3 || stated.length === 7) return stated;
  const wkt = textOf(mapping, "crs_wkt") ?? textOf(mapping, "spatial_ref") ?? "";
  const first = /TOWGS84\[([^[\]]*)\]/i.exec(wkt)?.[1];
  if (first !== undefined) return first.split(",").map(Number);
  const of = (key: string) => {
    const text = new RegExp(`PARAMETER\\["${key}",([^,\\]]*)`, "i").exec(
      wkt.slice(wkt.search(/ABRIDGEDTRANSFORMATION\[/i)),
    )?.[1];
    return text === undefined ? undefined : Number(text);
  };
  if (!/ABRIDGEDTRANSFORMATION\[/i.test(wkt)) return undefined;
  const moved = ["X", "Y", "Z"].map((axis) => of(`${axis}-axis translation`));
  if (moved.includes(undefined)) return undefined;
  // A coordinate frame turns the other way around.
  const sign = /METHOD\["Coordinate Frame/i.test(wkt) ? -1 : 1;
  const turned = ["X", "Y", "Z"].map((axis) => sign * (of(`${axis}-axis rotation`) ?? 0));
  return [...(moved as number[]), ...turned, ((of("Scale difference") ?? 1) - 1) * 1e6];
}
