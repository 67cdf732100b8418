/** Position of a place in a quadrilateral: the inverse of the bilinear map from the unit square. */

type Point = readonly [x: number, y: number];

/** As little outside, in shares of the figure, is on the edge. */
const SLACK = 1e-7;

const cross = ([a, b]: Point, [c, d]: Point): number => a * d - b * c;

/**
 * Shares `(u, v)` of [0, 1] with (1-u)(1-v) p + u (1-v) q + u v r + (1-u) v s = 0, the origin; undefined where the
 * origin lies outside. Eliminating u leaves a quadratic equation for v, solved without cancellation.
 *
 * @param corners - p, q, r, s in order around the figure
 */
export function insideQuadrilateral(
  corners: readonly [Point, Point, Point, Point],
): readonly [u: number, v: number] | undefined {
  const [p, q, r, s] = corners;
  for (const k of [0, 1] as const) {
    const along = [p[k], q[k], r[k], s[k]] as const;
    const [low, high] = [Math.min(...along), Math.max(...along)];
    const slack = SLACK * (high - low);
    if (!(low <= slack && high >= -slack)) return undefined;
  }
  const b: Point = [q[0] - p[0], q[1] - p[1]];
  const c: Point = [s[0] - p[0], s[1] - p[1]];
  const d: Point = [p[0] - q[0] + r[0] - s[0], p[1] - q[1] + r[1] - s[1]];
  for (const v of roots(cross(c, d), cross(p, d) + cross(c, b), cross(p, b))) {
    if (!(v >= -SLACK && v <= 1 + SLACK)) continue;
    const [x, y] = [b[0] + v * d[0], b[1] + v * d[1]];
    const size = x * x + y * y;
    if (!(size > 0)) continue;
    const u = -((p[0] + v * c[0]) * x + (p[1] + v * c[1]) * y) / size;
    if (u >= -SLACK && u <= 1 + SLACK) return [clamped(u), clamped(v)];
  }
  return undefined;
}

const clamped = (v: number): number => Math.min(1, Math.max(0, v));

/** Real solutions of a v² + b v + c = 0. */
function roots(a: number, b: number, c: number): readonly number[] {
  const inner = b * b - 4 * a * c;
  if (!(inner >= 0)) return [];
  const q = -0.5 * (b + (b < 0 ? -1 : 1) * Math.sqrt(inner));
  return [c / q, q / a].filter(Number.isFinite);
}
