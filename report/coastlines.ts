/** Coastlines over maps of the earth: in longitude and latitude, or in the plane of a projection. */
import { outline } from "./coast-outline.ts";

/** A line of points, (longitude, latitude) one after the other, degrees. */
type Line = readonly number[];

let known: readonly Line[] | undefined;

/** All lines, longitudes from −180 to 180. */
export function coastlines(): readonly Line[] {
  known ??= outline.split("\n").map((text) => {
    const steps = text.split(" ").map(Number);
    let [x, y] = [0, 0];
    const line: number[] = [];
    for (let i = 0; i < steps.length; i += 2) {
      [x, y] = [x + steps[i]!, y + steps[i + 1]!];
      line.push(x / 10, y / 10);
    }
    return line;
  });
  return known;
}

/** A rectangle of the picture. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The part of the coast that lies in a map as an SVG path's text; longitudes may go from −180, from 0, or beyond. Empty
 * where there is none.
 *
 * @param range - of longitude and of latitude at the map's outer edges, increasing
 */
export function coastPath(
  range: { readonly x: readonly [number, number]; readonly y: readonly [number, number] },
  place: Place,
): string {
  const [[x0, x1], [y0, y1]] = [range.x, range.y];
  const [kx, ky] = [place.width / (x1 - x0), place.height / (y1 - y0)];
  let path = "";
  for (const turn of [-360, 0, 360]) {
    for (const line of coastlines()) {
      let pen = false;
      for (let i = 2; i < line.length; i += 2) {
        const [ax, ay, by] = [line[i - 2]! + turn, line[i - 1]!, line[i + 1]!];
        // Lines are given from -180 to 180: a step over the 180th meridian goes on beyond it, and the next begins on
        // the other side.
        const around = 360 * Math.round((line[i]! - line[i - 2]!) / 360);
        const bx = line[i]! + turn - around;
        // Of each step that touches the map's box; what is outside of it is clipped.
        const isNear =
          Math.max(ax, bx) >= x0 && Math.min(ax, bx) <= x1 && Math.max(ay, by) >= y0 && Math.min(ay, by) <= y1;
        if (!isNear) {
          pen = false;
          continue;
        }
        const at = (x: number, y: number) =>
          `${(place.x + (x - x0) * kx).toFixed(1)} ${(place.y + (y1 - y) * ky).toFixed(1)}`;
        path += pen ? `L${at(bx, by)}` : `M${at(ax, ay)}L${at(bx, by)}`;
        pen = around === 0;
      }
    }
  }
  return path;
}

/** Position in the plane of a map from latitude and longitude in degrees; NaN where the plane has none. */
export type FromEarth = (latitude: number, longitude: number) => readonly [y: number, x: number];

/**
 * As {@link coastPath}, for a map in the plane of a projection.
 *
 * @param range - of x and of y at the map's outer edges, increasing
 */
export function projectedCoastPath(
  range: { readonly x: readonly [number, number]; readonly y: readonly [number, number] },
  place: Place,
  fromEarth: FromEarth,
): string {
  const [[x0, x1], [y0, y1]] = [range.x, range.y];
  const [kx, ky] = [place.width / (x1 - x0), place.height / (y1 - y0)];
  const at = ([y, x]: readonly [number, number]) =>
    `${(place.x + (x - x0) * kx).toFixed(1)} ${(place.y + (y1 - y) * ky).toFixed(1)}`;
  let path = "";
  for (const line of coastlines()) {
    let pen = false;
    let a = fromEarth(line[1]!, line[0]!);
    for (let i = 2; i < line.length; i += 2) {
      const b = fromEarth(line[i + 1]!, line[i]!);
      const isNear =
        Math.max(a[1], b[1]) >= x0 &&
        Math.min(a[1], b[1]) <= x1 &&
        Math.max(a[0], b[0]) >= y0 &&
        Math.min(a[0], b[0]) <= y1;
      if (isNear && isWhole(line, i, a, b, fromEarth)) {
        path += pen ? `L${at(b)}` : `M${at(a)}L${at(b)}`;
        pen = true;
      } else pen = false;
      a = b;
    }
  }
  return path;
}

/** True for a step of a line that stays together in the plane: its middle lies in the middle there, unlike where the plane is cut. */
function isWhole(line: Line, i: number, a: readonly number[], b: readonly number[], fromEarth: FromEarth): boolean {
  const around = 360 * Math.round((line[i]! - line[i - 2]!) / 360);
  const middle = fromEarth((line[i - 1]! + line[i + 1]!) / 2, (line[i - 2]! + line[i]! - around) / 2);
  const off = Math.hypot(middle[0] - (a[0]! + b[0]!) / 2, middle[1] - (a[1]! + b[1]!) / 2);
  return off <= Math.hypot(b[0]! - a[0]!, b[1]! - a[1]!) / 4;
}
