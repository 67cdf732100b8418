/**
 * A tree of boxes around the parts of a line or a surface, for those of them that are near a point, or in the way of a
 * ray.
 */
import type { Geometry } from "./geometry.ts";
import type { Vertex } from "./spec.ts";

/** Parts in boxes, in the order in which they were given. */
export interface BoxTree {
  /**
   * Least of what `visit` says of the squared distances of parts, which are visited where the box is nearer than the
   * least so far, the nearer half first.
   */
  nearest(point: ArrayLike<number>, visit: (part: number, least: number) => number): number;
  /** Visits what a ray from the point along the first axis may meet. */
  ahead(point: ArrayLike<number>, visit: (part: number) => void): void;
}

/** @param parts boxes, for each the low ends along the axes, then the high ones */
export function boxTree(parts: Float64Array, dimension = 2): BoxTree {
  const width = 2 * dimension;
  const n = parts.length / width;
  const size = 2 ** Math.ceil(Math.log2(n));
  // Node i stands above 2i and 2i + 1; the parts are the last half, filled up by boxes of nothing.
  const boxes = new Float64Array(2 * width * size);
  const isLow = (k: number) => k % width < dimension;
  for (let k = 0; k < width * size; k++)
    boxes[width * size + k] = parts[k] ?? (isLow(k) ? 1 : -1) * Number.POSITIVE_INFINITY;
  for (let k = width * size - 1; k >= width; k--) {
    const below = 2 * width * Math.floor(k / width) + (k % width);
    boxes[k] = (isLow(k) ? Math.min : Math.max)(boxes[below]!, boxes[below + width]!);
  }
  const apart = (node: number, point: ArrayLike<number>): number => {
    let squares = 0;
    for (let k = 0, at = width * node; k < dimension; k++, at++) {
      const past = Math.max(0, boxes[at]! - point[k]!, point[k]! - boxes[at + dimension]!);
      squares += past * past;
    }
    return squares;
  };
  const misses = (node: number, point: ArrayLike<number>): boolean => {
    const at = width * node;
    if (!(point[0]! <= boxes[at + dimension]!)) return true;
    for (let k = 1; k < dimension; k++)
      if (!(boxes[at + k]! <= point[k]! && point[k]! <= boxes[at + dimension + k]!)) return true;
    return false;
  };
  const open = new Int32Array(64);
  return {
    nearest(point, visit) {
      let least = Number.POSITIVE_INFINITY;
      let count = 0;
      open[count++] = 1;
      while (count > 0) {
        const node = open[--count]!;
        if (!(apart(node, point) < least)) continue;
        if (node >= size) {
          least = Math.min(least, visit(node - size, least));
          continue;
        }
        const nearer = apart(2 * node, point) < apart(2 * node + 1, point) ? 2 * node : 2 * node + 1;
        open[count++] = nearer ^ 1;
        open[count++] = nearer;
      }
      return least;
    },
    ahead(point, visit) {
      let count = 0;
      open[count++] = 1;
      while (count > 0) {
        const node = open[--count]!;
        if (misses(node, point)) continue;
        if (node >= size) visit(node - size);
        else {
          open[count++] = 2 * node;
          open[count++] = 2 * node + 1;
        }
      }
    },
  };
}

/** Signed distance to the edges of closed rings, negative where a ray crosses an odd number of them. */
export function distanceToEdges(edges: readonly (readonly [Vertex, Vertex])[]): Geometry["distance"] {
  // Rows of ax, ay, bx, by.
  const rows = Float64Array.from(edges.flatMap(([a, b]) => [...a, ...b]));
  const pairs = edges.flatMap(([a, b]) => [
    ...[0, 1].map((k) => Math.min(a[k]!, b[k]!)),
    ...[0, 1].map((k) => Math.max(a[k]!, b[k]!)),
  ]);
  const tree = boxTree(Float64Array.from(pairs));
  const point = new Float64Array(2);
  let [px, py, odd] = [0, 0, false];
  const squared = (k: number): number => {
    const [x, y] = [px - rows[4 * k]!, py - rows[4 * k + 1]!];
    const [dx, dy] = [rows[4 * k + 2]! - rows[4 * k]!, rows[4 * k + 3]! - rows[4 * k + 1]!];
    const along = Math.min(1, Math.max(0, (x * dx + y * dy) / (dx * dx + dy * dy)));
    const [ex, ey] = [x - along * dx, y - along * dy];
    return ex * ex + ey * ey;
  };
  const cross = (k: number): void => {
    const [ax, ay, bx, by] = [rows[4 * k]!, rows[4 * k + 1]!, rows[4 * k + 2]!, rows[4 * k + 3]!];
    if (ay > py !== by > py && px < ax + (bx - ax) * ((py - ay) / (by - ay))) odd = !odd;
  };
  return (points, at) => {
    [px, py, odd] = [points[at]!, points[at + 1]!, false];
    if (Number.isNaN(px + py)) return Number.NaN;
    point[0] = px;
    point[1] = py;
    tree.ahead(point, cross);
    const distance = Math.sqrt(tree.nearest(point, squared));
    return odd ? -distance : distance;
  };
}
