/**
 * Projections of radar composites, from PROJ's text to a CF grid mapping and forward formulas: Lambert azimuthal equal-area
 * and north polar stereographic on an ellipsoid (Snyder 1987, USGS PP 1395, chapters 24 and 21), doi:10.3133/pp1395.
 */
import type { Attributes } from "../../../storage/source.ts";

/** A projection that is known. */
export interface Projection {
  /** Degrees to metres. */
  readonly forward: (longitude: number, latitude: number) => readonly [x: number, y: number];
  readonly mapping: Attributes;
}

const RADIANS = Math.PI / 180;
const ELLIPSOIDS: Readonly<Record<string, readonly [number, number]>> = {
  WGS84: [6378137, 6378137 * (1 - 1 / 298.257223563)],
  GRS80: [6378137, 6378137 * (1 - 1 / 298.257222101)],
  sphere: [6370997, 6370997],
};

/** @returns undefined for a projection, ellipsoid or unit that is not known */
export function knownProjection(text: string): Projection | undefined {
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
  const [lat0, lon0] = [get("lat_0", 0), get("lon_0", 0)];
  const [x0, y0] = [get("x_0", 0) * unit, get("y_0", 0) * unit];
  const metres = (given.get("units") ?? "m") === "m";
  if (!metres || ![major, minor, lat0, lon0, x0, y0].every(Number.isFinite)) return undefined;
  const e = Math.sqrt(1 - (minor / major) ** 2);
  const common = { false_easting: x0, false_northing: y0, semi_major_axis: major, semi_minor_axis: minor };
  if (given.get("proj") === "laea") {
    const plane = equalArea(major, e, lat0 * RADIANS);
    return {
      forward: (lon, lat) => {
        const [x, y] = plane((lon - lon0) * RADIANS, lat * RADIANS);
        return [x + x0, y + y0];
      },
      mapping: {
        grid_mapping_name: "lambert_azimuthal_equal_area",
        latitude_of_projection_origin: lat0,
        longitude_of_projection_origin: lon0,
        ...common,
      },
    };
  }
  const truth = get("lat_ts", 90);
  if (given.get("proj") !== "stere" || lat0 !== 90 || get("k", 1) !== 1 || get("k_0", 1) !== 1) return undefined;
  const scale = polarScale(major, e, truth * RADIANS);
  return {
    forward: (lon, lat) => {
      const rho = scale * polarT(e, lat * RADIANS);
      const turn = (lon - lon0) * RADIANS;
      return [x0 + rho * Math.sin(turn), y0 - rho * Math.cos(turn)];
    },
    mapping: {
      grid_mapping_name: "polar_stereographic",
      latitude_of_projection_origin: 90,
      straight_vertical_longitude_from_pole: lon0,
      standard_parallel: truth,
      ...common,
    },
  };
}

/** Equation 15-9. */
function polarT(e: number, latitude: number): number {
  const s = e * Math.sin(latitude);
  return Math.tan(Math.PI / 4 - latitude / 2) / ((1 - s) / (1 + s)) ** (e / 2);
}

/** Equations 21-33 and 21-34. */
function polarScale(major: number, e: number, truth: number): number {
  if (Math.abs(truth - Math.PI / 2) < 1e-12) return (2 * major) / Math.sqrt((1 + e) ** (1 + e) * (1 - e) ** (1 - e));
  const m = Math.cos(truth) / Math.sqrt(1 - (e * Math.sin(truth)) ** 2);
  return (major * m) / polarT(e, truth);
}

/** Equations 24-17 to 24-20. */
function equalArea(major: number, e: number, origin: number) {
  const q = (latitude: number): number => {
    const s = Math.sin(latitude);
    if (e === 0) return 2 * s;
    return (1 - e * e) * (s / (1 - (e * s) ** 2) - Math.log((1 - e * s) / (1 + e * s)) / (2 * e));
  };
  const pole = q(Math.PI / 2);
  const beta = (latitude: number) => Math.asin(Math.max(-1, Math.min(1, q(latitude) / pole)));
  const b1 = beta(origin);
  const rq = major * Math.sqrt(pole / 2);
  const d = (major * Math.cos(origin)) / (Math.sqrt(1 - (e * Math.sin(origin)) ** 2) * rq * Math.cos(b1));
  return (turn: number, latitude: number): readonly [number, number] => {
    const b = beta(latitude);
    const cos = Math.cos(b) * Math.cos(turn);
    const B = rq * Math.sqrt(2 / (1 + Math.sin(b1) * Math.sin(b) + Math.cos(b1) * cos));
    return [B * d * Math.cos(b) * Math.sin(turn), (B / d) * (Math.cos(b1) * Math.sin(b) - Math.sin(b1) * cos)];
  };
}
