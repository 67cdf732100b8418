/** Holes of a formula inside of its box: the regions where it is not positive that reach no face of the box. */
import { call, number } from "../expression/build.ts";
import { level } from "./level.ts";
import { functionsOf } from "./level-function.ts";
import type { Shape } from "./spec.ts";
import { gridOf, nodeAt, type SignGrid } from "./tracing.ts";

/** Something that a domain lies around. */
export interface Enclosed {
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Distance of a point from its outline, ≤ 0 where the point is not in it. */
  clearance(point: readonly number[]): number;
}

/** Points of an outline that are looked at for the nearest, along each of its coordinates; what is between them may be nearer by so much. */
const [looked, between] = [256, 0.99];

/** The regions that a formula leaves out; of those that are smaller than a cell of the grid nothing is seen. */
export function enclosedBy(shape: Extract<Shape, { readonly kind: "level" }>): Enclosed[] {
  const value = call("mul", number(-1), shape.value);
  const outside = { ...shape, value };
  const f = functionsOf(outside);
  const grid = gridOf(shape.low, shape.high, f.value);
  return regionsOf(grid).flatMap(({ first, last }): Enclosed[] => {
    const at = (axis: number, node: number) => nodeAt(grid.low[axis]!, grid.high[axis]!, node, grid.cells);
    const alone = level({ ...outside, low: first.map((n, k) => at(k, n - 1)), high: last.map((n, k) => at(k, n + 1)) });
    // Another region in the same box: the outline would be that of both.
    if (alone.volume === undefined) return [];
    return [
      { low: alone.low, high: alone.high, clearance: (point) => (f.value(point) > 0 ? nearest(alone, point) : 0) },
    ];
  });
}

/** Distance of a point inside from the nearest point of an outline, or a little less. */
function nearest({ dimension, pieces }: ReturnType<typeof level>, from: readonly number[]): number {
  const [point, normal] = [new Float64Array(dimension), new Float64Array(dimension)];
  let least = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    for (let i = 0; i < looked ** (dimension - 1); i++) {
      piece.place([((i % looked) + 0.5) / looked, (Math.floor(i / looked) + 0.5) / looked], 0, point, normal);
      least = Math.min(least, Math.hypot(...from.map((x, k) => point[k]! - x)));
    }
  }
  return between * least;
}

/** The connected nodes that are marked, as boxes of nodes; without those that reach a face. */
function regionsOf({ inside, cells, low }: SignGrid) {
  const side = cells + 1;
  const strides = low.map((_, k) => side ** (low.length - 1 - k));
  const seen = new Uint8Array(inside.length);
  const found: { readonly first: number[]; readonly last: number[] }[] = [];
  for (let start = 0; start < inside.length; start++) {
    if (inside[start] !== 1 || seen[start] === 1) continue;
    const [first, last] = [low.map(() => cells), low.map(() => 0)];
    const open = [start];
    seen[start] = 1;
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      for (const [k, stride] of strides.entries()) {
        const node = Math.floor(i / stride) % side;
        [first[k], last[k]] = [Math.min(first[k]!, node), Math.max(last[k]!, node)];
        for (const next of [node > 0 ? i - stride : i, node < cells ? i + stride : i]) {
          if (inside[next] !== 1 || seen[next] === 1) continue;
          seen[next] = 1;
          open.push(next);
        }
      }
    }
    if (first.every((n) => n > 0) && last.every((n) => n < cells)) found.push({ first, last });
  }
  return found;
}
