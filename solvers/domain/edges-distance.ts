/** Signed distance to what edges enclose. */
import { boxTree } from "./box-tree.ts";
import type { Geometry } from "./geometry.ts";
import type { Vertex } from "./spec.ts";

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
