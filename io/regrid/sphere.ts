/** Points on the unit sphere: vectors, rotated poles, and the planes in which cells are four-sided figures. */

export const radians = Math.PI / 180;

/** Beyond this latitude figures are drawn in the plane of the pole instead of longitude and latitude. */
const polar = 75;

/** Degrees of -180 to 180 from one longitude to another. */
export function eastward(from: number, to: number): number {
  const d = to - from;
  return d - 360 * Math.round(d / 360);
}

/** The unit vector of a latitude and longitude in degrees. */
export function vectorOf(latitude: number, longitude: number): [number, number, number] {
  const [phi, lambda] = [latitude * radians, longitude * radians];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

/** Latitude and longitude in degrees of a vector of any length above 0. */
export function degreesOf(x: number, y: number, z: number): [latitude: number, longitude: number] {
  return [Math.atan2(z, Math.hypot(x, y)) / radians, Math.atan2(y, x) / radians];
}

/** Pole of a turned grid, in degrees, by the names of CF. */
export interface TurnedPole {
  /** grid_north_pole_latitude */
  readonly latitude: number;
  /** grid_north_pole_longitude */
  readonly longitude: number;
  /** north_pole_grid_longitude: the longitude of the earth's pole on the turned grid. */
  readonly own: number;
}

/**
 * Latitude and longitude on the earth of a place on a turned sphere, in degrees (CF-1.11, appendix F, rotated pole). By
 * the spherical triangle of both poles and the place.
 */
export function unturned(pole: TurnedPole, latitude: number, longitude: number): [latitude: number, longitude: number] {
  const [tilt, phi, lambda] = [pole.latitude, latitude, longitude - pole.own].map((v) => v * radians) as [
    number,
    number,
    number,
  ];
  const up = Math.sin(phi) * Math.sin(tilt) + Math.cos(phi) * Math.cos(tilt) * Math.cos(lambda);
  const away = Math.sin(phi) * Math.cos(tilt) - Math.cos(phi) * Math.sin(tilt) * Math.cos(lambda);
  const aside = -Math.cos(phi) * Math.sin(lambda);
  const [lat, turn] = degreesOf(away, aside, up);
  return [lat, eastward(0, pole.longitude + turn)];
}

/**
 * A plane around a place, which is its origin: degrees of longitude and latitude, or beyond 75 degrees the
 * stereographic plane of the pole. All figures near a place are drawn in one plane, so that they meet without gaps.
 */
export function planeAround(
  latitude: number,
  longitude: number,
): (latitude: number, longitude: number) => readonly [x: number, y: number] {
  if (Math.abs(latitude) <= polar) return (lat, lon) => [eastward(longitude, lon), lat - latitude];
  const north = Math.sign(latitude);
  const radius = (lat: number) => Math.tan(((90 - north * lat) / 2) * radians);
  const own = radius(latitude);
  return (lat, lon) => {
    const [r, turn] = [radius(lat), eastward(longitude, lon) * radians];
    return [r * Math.sin(turn), own - r * Math.cos(turn)];
  };
}

/** The place half of the step from one place to another beyond it, in degrees. */
export function beyond(lat: Float64Array, lon: Float64Array, at: number, inner: number): [lat: number, lon: number] {
  if (Math.abs(lat[at]!) <= polar) {
    const up = lat[at]! + 0.5 * (lat[at]! - lat[inner]!);
    return [Math.min(90, Math.max(-90, up)), lon[at]! + 0.5 * eastward(lon[inner]!, lon[at]!)];
  }
  const [a, b] = [vectorOf(lat[at]!, lon[at]!), vectorOf(lat[inner]!, lon[inner]!)];
  const [x, y, z] = a.map((v, k) => v + 0.5 * (v - b[k]!)) as [number, number, number];
  return degreesOf(x, y, z);
}
