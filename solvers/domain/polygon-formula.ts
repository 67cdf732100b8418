/**
 * A simple polygon as "and" and "or" of the half-planes of its edges, each used once (Peterson; Dobkin, Guibas,
 * Hershberger and Snoeyink, Algorithmica 10 (1993) 1, doi:10.1007/BF01908629).
 */
import { cross } from "./polygon-check.ts";

type Vertex = readonly [number, number];

/** A formula over half-planes; `edge` e means: left of the line from vertex e to the next. */
export type HalfPlanes =
  | { readonly edge: number }
  | { readonly op: "and" | "or"; readonly left: HalfPlanes; readonly right: HalfPlanes };

/** The formula of a counter-clockwise polygon without straight corners. */
export function halfPlanesOf(vertices: readonly Vertex[]): HalfPlanes {
  const n = vertices.length;
  const vertex = (k: number) => vertices[k % n]!;
  /** The chain of edges from vertex i to vertex j > i. */
  const chain = (i: number, j: number): HalfPlanes => {
    if (j === i + 1) return { edge: i % n };
    let split = i + 1;
    for (let k = i + 1; k < j; k++) {
      const height = (m: number) => Math.abs(cross(vertex(i), vertex(j), vertex(m)));
      if (height(k) > height(split)) split = k;
    }
    const convex = cross(vertex(split - 1), vertex(split), vertex(split + 1)) > 0;
    return { op: convex ? "and" : "or", left: chain(i, split), right: chain(split, j) };
  };
  // Two vertices of the convex hull cut the polygon into two chains.
  const first = extreme(vertices, 1);
  const last = extreme(vertices, -1);
  const [a, b] = [first, last > first ? last : last + n];
  return { op: "and", left: chain(a, b), right: chain(b, a + n) };
}

function extreme(vertices: readonly Vertex[], sign: 1 | -1): number {
  let best = 0;
  for (const [k, [x, y]] of vertices.entries()) {
    const [bx, by] = vertices[best]!;
    if (sign * (x - bx) < 0 || (x === bx && sign * (y - by) < 0)) best = k;
  }
  return best;
}
