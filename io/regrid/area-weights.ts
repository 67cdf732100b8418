/**
 * Weights by areas between cells with corners anywhere; rows and columns of latitudes and longitudes follow circles of
 * latitude.
 */
import type { Field } from "../field/field.ts";
import { extents, type GridLine, gridOf, type RegridGrid } from "./grid.ts";
import { checkApart, type Entry, firstAbove, sparse, turns } from "./line-weights.ts";
import { areaOf, cut, type Outline, outlineOf } from "./outline.ts";
import { cornersOf, type Side, sideOf } from "./positions.ts";
import { eastward, radians } from "./sphere.ts";
import { sharedAreas } from "./spherical-cells.ts";
import type { SparseRows } from "./weights.ts";

/** Degrees that a target reaches over. */
interface Reached {
  readonly south: number;
  readonly north: number;
  readonly west: number;
  readonly east: number;
}

/** Degrees of latitude up to which a cell cannot hide a pole. */
const noPole = 60;

/** Polygons of the cells of a grid in turn, `[y, x]`; empty for those outside of what is reached. */
function* outlinesOf(side: Side, reached?: Reached): Generator<Outline> {
  const { latitude, longitude, count } = cornersOf(side);
  for (let first = 0; first < latitude.length; first += count) {
    if (reached && isOutside(latitude, longitude, first, count, reached)) {
      yield [];
      continue;
    }
    const corners: [number, number][] = [];
    for (let at = first; at < first + count; at++) corners.push([latitude[at]!, longitude[at]!]);
    yield outlineOf(corners);
  }
}

/** True only of a cell that shares nothing with what is reached. */
function isOutside(
  latitude: ArrayLike<number>,
  longitude: ArrayLike<number>,
  first: number,
  count: number,
  { south, north, west, east }: Reached,
): boolean {
  const [middle, half] = [(west + east) / 2, (east - west) / 2];
  let [low, high, left, right] = [90, -90, 180, -180];
  for (let at = first; at < first + count; at++) {
    low = Math.min(low, latitude[at]!);
    high = Math.max(high, latitude[at]!);
    const turn = eastward(middle, longitude[at]!);
    left = Math.min(left, turn);
    right = Math.max(right, turn);
  }
  const isPlain = Math.max(-low, high) < noPole && right - left < 90;
  // No place on an edge is further from one of its ends than half of the edge; longitudes go one way along it.
  const margin = isPlain ? (high - low + right - left) / 2 + 1e-6 : high - low + 5;
  if (low - margin > north || high + margin < south) return true;
  return isPlain && (left > half + 1e-6 || right < -half - 1e-6);
}

/** A line with its cells in rising order. */
interface Ordered extends GridLine {
  readonly order: readonly number[];
}

const ordered = (line: GridLine): Ordered => ({
  ...line,
  order: Array.from(line.centres.keys()).sort((a, b) => line.edges[2 * a]! - line.edges[2 * b]!),
});

/** Areas in which a polygon meets the cells of rows and columns. */
function meetings(outline: Outline, rows: Ordered, columns: Ordered): Entry[] {
  const found: Entry[] = [];
  if (outline.length === 0) return found;
  const [west, east] = reach(outline, 0);
  const [low, high] = reach(outline, 1);
  const [first, last] = [columns.edges[2 * columns.order[0]!]!, columns.edges[2 * columns.order.at(-1)! + 1]!];
  const [south, north] = [low, high].map((s) => Math.asin(Math.min(1, Math.max(-1, s))) / radians) as [number, number];
  // A grain lower, for rounding between latitudes and their sines.
  for (let at = firstAbove(rows.order, rows.edges, south - 1e-9); at < rows.order.length; at++) {
    const row = rows.order[at]!;
    if (rows.edges[2 * row]! >= north + 1e-9) break;
    const [bottom, top] = [0, 1].map((k) => Math.sin(rows.edges[2 * row + k]! * radians)) as [number, number];
    const strip = cut(cut(outline, 1, bottom, "above"), 1, top, "below");
    if (strip.length === 0) continue;
    for (const turn of turns("longitude", west, east, first, last)) {
      for (let k = firstAbove(columns.order, columns.edges, west + turn); k < columns.order.length; k++) {
        const column = columns.order[k]!;
        const left = columns.edges[2 * column]! - turn;
        const right = columns.edges[2 * column + 1]! - turn;
        if (left >= east) break;
        const area = areaOf(cut(cut(strip, 0, left, "above"), 0, right, "below"));
        if (area > 0) found.push([row * columns.centres.length + column, area]);
      }
    }
  }
  return found;
}

function reach(outline: Outline, axis: 0 | 1): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = axis; i < outline.length; i += 2) {
    low = Math.min(low, outline[i]!);
    high = Math.max(high, outline[i]!);
  }
  return [low, high];
}

/** Least and greatest edge of a line. */
function spanOf({ edges }: GridLine): [low: number, high: number] {
  return [edges.reduce((a, b) => Math.min(a, b)), edges.reduce((a, b) => Math.max(a, b))];
}

/** Areas of cells by rows and columns, in a unit of the unit sphere's or the plane's. */
function areasOf(y: GridLine, x: GridLine, unit = 1): Float64Array {
  const [rows, columns] = [extents(y), extents(x)];
  const areas = new Float64Array(rows.length * columns.length);
  for (let row = 0, at = 0; row < rows.length; row++)
    for (let column = 0; column < columns.length; column++) areas[at++] = unit * (rows[row]! * columns[column]!);
  return areas;
}

/** For each cell of the target the areas that it shares with cells of the source, and its own area. */
export function cellOverlaps(source: Side, target: Side): SparseRows {
  const width = source.rows * source.columns;
  const lines = [source, target].map((side) => (side.lines?.system === "geographic" ? side.lines : undefined));
  if (lines[0]) {
    checkApart("regrid: the source", lines[0].y);
    checkApart("regrid: the source", lines[0].x);
    const [rows, columns] = [ordered(lines[0].y), ordered(lines[0].x)];
    const found: Entry[][] = [];
    const total = new Float64Array(target.rows * target.columns);
    for (const outline of outlinesOf(target)) {
      total[found.length] = areaOf(outline);
      found.push(meetings(outline, rows, columns));
    }
    return sparse(width, found, total);
  }
  if (!lines[1]) {
    const shared = sharedAreas(source, target);
    return sparse(width, shared.rows, shared.total);
  }
  const [rows, columns] = [ordered(lines[1].y), ordered(lines[1].x)];
  const total = areasOf(lines[1].y, lines[1].x);
  const found: [number, number][][] = Array.from(total, () => []);
  const [[south, north], [west, east]] = [spanOf(lines[1].y), spanOf(lines[1].x)];
  let cell = 0;
  for (const outline of outlinesOf(source, { south, north, west, east })) {
    for (const [at, area] of meetings(outline, rows, columns)) found[at]!.push([cell, area]);
    cell++;
  }
  return sparse(width, found, total);
}

/**
 * Areas of cells in m², row-major `[y, x]`: on a sphere of 6371 km between circles of latitude, or on the plane of
 * lines in metres; of curvilinear grids between great circles.
 *
 * @param grid - a field with y and x as its last two dimensions, or a grid.
 * @throws ShapeError as {@link regridWeights}.
 */
export function cellAreas(grid: Field | RegridGrid): Float64Array {
  const side = sideOf("cellAreas", "dims" in grid ? gridOf(grid) : grid);
  const unit = side.lines?.system === "projected" ? 1 : 6_371_000 ** 2;
  if (side.lines) return areasOf(side.lines.y, side.lines.x, unit);
  return Float64Array.from(outlinesOf(side), (one) => unit * (areaOf(one) || Number.NaN));
}
