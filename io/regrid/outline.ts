/**
 * Cells as polygons in the plane of longitude (degrees) and sine of latitude, where areas are those of the sphere and
 * circles of latitude are straight. Their edges are great circles, cut into pieces that the plane's straight lines
 * follow.
 */
import { degreesOf, eastward, radians, vectorOf } from "./sphere.ts";

/** Vertices of a polygon: longitude, sine of latitude, and so on; longitudes go on without a jump. */
export type Outline = readonly number[];

/** A piece of an edge leaves its great circle by less than this share of the edge. */
const bend = 1e-5;

/** Nearer to a pole, in degrees, a vertex is the pole. */
const atPole = 1e-7;

type Place = readonly [latitude: number, longitude: number];

/** Pieces of an edge of a length in radians between two latitudes, which turns by degrees of longitude. */
function piecesOf(length: number, lat: number, toLat: number, turn: number): number {
  const most = Math.max(Math.abs(lat), Math.abs(toLat));
  if (turn < 1e-9 || most > 90 - atPole) return 1;
  const steep = Math.tan(Math.min(most, 89) * radians);
  return Math.max(1, Math.min(64, Math.ceil(Math.sqrt((length * Math.max(steep, 0.1)) / (8 * bend)))));
}

/** Places along the great circle from one corner to the next, without the last. */
function along([lat, lon]: Place, [toLat, toLon]: Place): Place[] {
  const [a, b] = [vectorOf(lat, lon), vectorOf(toLat, toLon)];
  const length = 2 * Math.asin(Math.min(1, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) / 2));
  const pieces = piecesOf(length, lat, toLat, Math.abs(eastward(lon, toLon)));
  return Array.from({ length: pieces }, (_, k) => {
    if (k === 0) return [lat, lon] as const;
    const [s, t] = [Math.sin(length * (1 - k / pieces)), Math.sin((length * k) / pieces)];
    return degreesOf(s * a[0] + t * b[0], s * a[1] + t * b[1], s * a[2] + t * b[2]);
  });
}

/** Degrees of latitude and of longitude along an edge within which no polygon comes near a pole. */
const [farFromPoles, short] = [85, 40];

/** The polygon of a cell, empty where a corner is missing; around a pole it is closed along it. */
export function outlineOf(corners: readonly Place[]): Outline {
  if (corners.some(([lat, lon]) => !Number.isFinite(lat + lon))) return [];
  const apart = corners.filter((c, i) => {
    const before = corners.at(i - 1)!;
    return c[0] !== before[0] || eastward(before[1], c[1]) !== 0;
  });
  if (apart.length < 3) return [];
  const isPlain = apart.every(([lat, lon], i) => {
    const [toLat, toLon] = apart[(i + 1) % apart.length]!;
    return Math.abs(lat) < farFromPoles && Math.abs(toLat - lat) < short && Math.abs(eastward(lon, toLon)) < short;
  });
  return isPlain ? ringOf(apart) : ringAtPole(apart);
}

/** A ring of corners far from the poles, of which each is less than a third of the circle from the next. */
function ringOf(corners: readonly Place[]): Outline {
  const out: number[] = [];
  let longitude = corners[0]![1];
  let [lat, lon] = corners[0]!;
  let [ax, ay, az] = vectorOf(lat, lon);
  for (let i = 1; i <= corners.length; i++) {
    const [toLat, toLon] = corners[i % corners.length]!;
    const [bx, by, bz] = vectorOf(toLat, toLon);
    longitude += eastward(longitude, lon);
    out.push(longitude, Math.sin(lat * radians));
    const length = 2 * Math.asin(Math.min(1, Math.hypot(ax - bx, ay - by, az - bz) / 2));
    const pieces = piecesOf(length, lat, toLat, Math.abs(eastward(lon, toLon)));
    const whole = Math.sin(length);
    for (let k = 1; k < pieces; k++) {
      const s = Math.sin(length * (1 - k / pieces)) / whole;
      const t = Math.sin((length * k) / pieces) / whole;
      longitude += eastward(longitude, Math.atan2(s * ay + t * by, s * ax + t * bx) / radians);
      out.push(longitude, s * az + t * bz);
    }
    [lat, lon, ax, ay, az] = [toLat, toLon, bx, by, bz];
  }
  return out;
}

/** A ring that a pole may lie on or in. */
function ringAtPole(corners: readonly Place[]): Outline {
  const ring = corners.flatMap((corner, i) => along(corner, corners[(i + 1) % corners.length]!)).flatMap(overPole);
  const out: number[] = [];
  let longitude = ring[0]![1];
  const start = longitude;
  for (const [lat, lon] of ring) {
    longitude += eastward(longitude, lon);
    out.push(longitude, Math.sin(lat * radians));
  }
  const turned = longitude + eastward(longitude, start) - start;
  if (Math.abs(turned) > 180) {
    const pole = ring.reduce((sum, [lat]) => sum + lat, 0) > 0 ? 1 : -1;
    out.push(start + turned, out[1]!, start + turned, pole, start, pole);
  }
  return out;
}

/**
 * A pole as a vertex has no longitude: it becomes two, those of the places before and after; so does one that an edge
 * goes over.
 */
function overPole(place: Place, i: number, ring: readonly Place[]): Place[] {
  const near = ([lat]: Place) => Math.abs(lat) > 90 - atPole;
  const [before, after] = [ring.at(i - 1)!, ring[(i + 1) % ring.length]!];
  const pole = 90 * Math.sign(place[0]);
  if (near(place)) {
    return [
      [pole, near(before) ? place[1] : before[1]],
      [pole, near(after) ? place[1] : after[1]],
    ];
  }
  const over = !near(after) && Math.abs(Math.abs(eastward(place[1], after[1])) - 180) < 1e-6;
  return over ? [place, [pole, place[1]], [pole, after[1]]] : [place];
}

/** Area on the unit sphere. */
export function areaOf(outline: Outline): number {
  const [x, y] = [outline[0] ?? 0, outline[1] ?? 0];
  let sum = 0;
  for (let i = 0; i + 1 < outline.length; i += 2) {
    const next = (i + 2) % outline.length;
    sum += (outline[i]! - x) * (outline[next + 1]! - y) - (outline[next]! - x) * (outline[i + 1]! - y);
  }
  return Math.abs(sum / 2) * radians;
}

/**
 * The part of a polygon on one side of a line `x = at` (axis 0) or `y = at` (axis 1) (Sutherland and Hodgman 1974,
 * doi:10.1145/360767.360802).
 */
export function cut(outline: Outline, axis: 0 | 1, at: number, keep: "above" | "below"): Outline {
  const sign = keep === "above" ? 1 : -1;
  const out: number[] = [];
  const n = outline.length;
  for (let i = 0; i < n; i += 2) {
    const next = (i + 2) % n;
    const from = sign * (outline[i + axis]! - at);
    const to = sign * (outline[next + axis]! - at);
    if (from >= 0) out.push(outline[i]!, outline[i + 1]!);
    if (from >= 0 === to >= 0) continue;
    const share = from / (from - to);
    const other = outline[i + 1 - axis]! + share * (outline[next + 1 - axis]! - outline[i + 1 - axis]!);
    if (axis === 0) out.push(at, other);
    else out.push(other, at);
  }
  return out;
}
