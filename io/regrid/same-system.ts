/** True if rows and columns of two grids are of one system, so that positions along them can be compared. */
import type { GridLines } from "./grid.ts";
import { bracketOf, linear } from "./line-weights.ts";
import type { Side } from "./positions.ts";
import { eastward } from "./sphere.ts";

/** The attributes of a grid mapping that locate points. */
function projectionOf({ gridMapping }: GridLines): string | undefined {
  if (!gridMapping) return undefined;
  const entries = Object.entries(gridMapping.attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  const loose = /^(GeoTransform|crs_wkt|spatial_ref|long_name|comment|proj4.*|proj_params|name)$/i;
  const kept = entries.filter(([name]) => !loose.test(name));
  return JSON.stringify(kept.length > 0 ? kept : entries.filter(([name]) => /^(crs_wkt|spatial_ref)$/.test(name)));
}

/**
 * True if both grids have rows and columns of one system. Where a grid mapping is missing, places on the earth decide
 * if both grids have them; without any, equal names are believed.
 */
export function sameSystem(a: Side, b: Side): boolean {
  const [source, target] = [a.lines, b.lines];
  if (!source || !target || source.system !== target.system) return false;
  if (source.system === "geographic") return true;
  const [from, to] = [projectionOf(source), projectionOf(target)];
  return from === undefined || to === undefined ? placesAgree(a, b) : from === to;
}

/** True if some places of the target lie where the source's rows and columns would have them, to half a cell. */
function placesAgree(
  { lines: source, grid, rows, columns }: Side,
  { lines: target, grid: other, ...b }: Side,
): boolean {
  if (!source || !target || !grid.positions || !other.positions || rows < 2 || columns < 2) return true;
  const [lat, lon] = grid.positions.map((c) => c.values) as [Float64Array, Float64Array];
  const [otherLat, otherLon] = other.positions.map((c) => c.values) as [Float64Array, Float64Array];
  const cell = Math.hypot(lat[columns + 1]! - lat[0]!, eastward(lon[0]!, lon[columns + 1]!));
  const [down, across] = [source.y, source.x].map((line) => bracketOf(line, false, false));
  const some = (n: number) => [...new Set([0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * (n - 1))))];
  for (const r of some(b.rows)) {
    for (const c of some(b.columns)) {
      const at = r * b.columns + c;
      let [north, east, there] = [0, 0, 0];
      for (const [i, u] of linear(down!, target.y.centres[r]!)) {
        for (const [k, v] of linear(across!, target.x.centres[c]!)) {
          north += u * v * (lat[i * columns + k]! - otherLat[at]!);
          east += u * v * eastward(otherLon[at]!, lon[i * columns + k]!);
          there += u * v;
        }
      }
      if (there > 0 && Math.hypot(north, east) > cell / 2) return false;
    }
  }
  return true;
}
