/** Coastlines over maps whose axes are longitudes and latitudes. */
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
