/** Areas that two cells between great circles share, by clipping with the planes through the middle of the sphere. */
import { type Box, Boxes } from "./boxes.ts";
import type { Entry } from "./line-weights.ts";
import { cornersOf, type Side } from "./positions.ts";
import { vectorOf } from "./sphere.ts";

type Vector = readonly [number, number, number];

/** A cell by the unit vectors of its corners, anticlockwise seen from outside. */
type Cell = readonly Vector[];

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const scaled = (a: Vector, by: number): Vector => [a[0] * by, a[1] * by, a[2] * by];
const plus = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const unit = (a: Vector): Vector => scaled(a, 1 / Math.hypot(...a));
/** Volume of three vectors: above 0 where they turn to the left. */
const triple = (a: Vector, b: Vector, c: Vector): number => dot(a, cross(b, c));

/**
 * Signed area of a polygon of great circles on the unit sphere: triangles by Van Oosterom and Strackee (1983,
 * doi:10.1109/TBME.1983.325207).
 */
function areaOf(cell: Cell): number {
  let sum = 0;
  for (let i = 1; i + 1 < cell.length; i++) {
    const [a, b, c] = [cell[0]!, cell[i]!, cell[i + 1]!];
    sum += 2 * Math.atan2(triple(a, b, c), 1 + dot(a, b) + dot(b, c) + dot(c, a));
  }
  return sum;
}

/** The part of a polygon on the side of a plane through the middle that its normal points to (Sutherland and Hodgman 1974). */
function above(cell: Cell, normal: Vector): Cell {
  const heights = cell.map((corner) => dot(normal, corner));
  if (heights.every((h) => h >= 0)) return cell;
  const kept: Vector[] = [];
  for (let i = 0; i < cell.length; i++) {
    const k = i + 1 < cell.length ? i + 1 : 0;
    const [here, there] = [heights[i]!, heights[k]!];
    if (here >= 0) kept.push(cell[i]!);
    if (here >= 0 === there >= 0) continue;
    const share = here / (here - there);
    kept.push(unit(plus(scaled(cell[i]!, 1 - share), scaled(cell[k]!, share))));
  }
  return kept;
}

/** Normals of the planes around a convex piece, all to its inside. */
const planesOf = (piece: Cell): readonly Vector[] => piece.map((v, i) => cross(v, piece[(i + 1) % piece.length]!));

/** Convex pieces of a cell: itself, or the triangles of a fan that all turn one way; empty for a cell that crosses itself. */
function convexPieces(cell: Cell): readonly Cell[] {
  const n = cell.length;
  const at = (i: number) => cell[i % n]!;
  if (cell.every((_, i) => triple(at(i), at(i + 1), at(i + 2)) >= 0)) return [cell];
  for (let first = 0; first < n; first++) {
    const fan = Array.from({ length: n - 2 }, (_, i): Cell => [at(first), at(first + i + 1), at(first + i + 2)]);
    if (fan.every(([a, b, c]) => triple(a!, b!, c!) >= 0)) return fan;
  }
  return [];
}

/** Cells of a grid; those with a missing corner or no extent are empty. */
function cellsOf(side: Side): Cell[] {
  const { latitude, longitude, count } = cornersOf(side);
  return Array.from({ length: side.rows * side.columns }, (_, cell) => {
    const all = Array.from({ length: count }, (_, k) =>
      vectorOf(latitude[cell * count + k]!, longitude[cell * count + k]!),
    );
    if (all.some(([x, , z]) => Number.isNaN(x + z))) return [];
    const apart = all.filter((v, i) => Math.hypot(...plus(v, scaled(all.at(i - 1)!, -1))) > 1e-12);
    if (apart.length < 3) return [];
    return areaOf(apart) < 0 ? apart.reverse() : apart;
  });
}

/** A box around a cell, with its bulge out of the plane of its corners. */
function boxOf(cell: Cell): Box | undefined {
  if (cell.length === 0) return undefined;
  const low = [0, 1, 2].map((k) => Math.min(...cell.map((v) => v[k]!)));
  const high = [0, 1, 2].map((k) => Math.max(...cell.map((v) => v[k]!)));
  const bulge = low.reduce((sum, v, k) => sum + (high[k]! - v) ** 2, 0) / 4 + 1e-12;
  return [...low.map((v) => v - bulge), ...high.map((v) => v + bulge)];
}

/** For each cell of the target the areas that it shares with cells of the source, and its own area, on the unit sphere. */
export function sharedAreas(source: Side, target: Side): { rows: Iterable<readonly Entry[]>; total: Float64Array } {
  const [from, to] = [cellsOf(source), cellsOf(target)];
  const boxes = new Boxes(source.rows, source.columns, (r, c, bounds, at) =>
    bounds.set(boxOf(from[r * source.columns + c]!) ?? [], at),
  );
  function* rows(): Generator<readonly Entry[]> {
    for (const cell of to) {
      const box = boxOf(cell);
      const pieces = convexPieces(cell).map(planesOf);
      const found = box ? boxes.meeting(box).sort((a, b) => a - b) : [];
      yield found.flatMap((k): readonly Entry[] => {
        const area = pieces.reduce((sum, piece) => sum + sharedArea(from[k]!, piece), 0);
        return area > 0 ? [[k, area]] : [];
      });
    }
  }
  return { rows: rows(), total: Float64Array.from(to, (cell) => Math.abs(areaOf(cell))) };
}

/** Area of a cell inside of planes. */
function sharedArea(cell: Cell, planes: readonly Vector[]): number {
  let left = cell;
  for (const normal of planes) {
    left = above(left, normal);
    if (left.length < 3) return 0;
  }
  return areaOf(left);
}
