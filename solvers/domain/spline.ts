/** Closed splines through points, and ellipses, as arcs. */
import { cholesky } from "../../engine/numerics/cholesky.ts";
import { type Arc, type Bounds, sampled } from "./curve.ts";
import type { Vertex } from "./spec.ts";

/**
 * The arcs of the periodic cubic spline through points, from each to the next: twice continuously differentiable by a parameter that grows by
 * their distances (de Boor, A Practical Guide to Splines, chapter IV).
 */
export function splineArcs(points: readonly Vertex[]): (Arc & { readonly bounds: Bounds })[] {
  const n = points.length;
  const steps = points.map((p, k) => Math.hypot(points[(k + 1) % n]![0] - p[0], points[(k + 1) % n]![1] - p[1]));
  const slopes = [0, 1].map((axis) =>
    periodicSlopes(
      points.map((p) => p[axis]!),
      steps,
    ),
  );
  return points.map((p, k) => {
    const q = points[(k + 1) % n]!;
    const h = steps[k]!;
    // Powers of s in [0, 1], from values and slopes at both ends.
    const cubic = [0, 1].map((axis) => {
      const [a, b] = [p[axis]!, q[axis]!];
      const [c, d] = [slopes[axis]![k]! * h, slopes[axis]![(k + 1) % n]! * h];
      return [a, c, 3 * (b - a) - 2 * c - d, 2 * (a - b) + c + d] as const;
    });
    const ends = cubic.map((c) => extremes(c));
    const [[ax, bx, cx, dx], [ay, by, cy, dy]] = [cubic[0]!, cubic[1]!];
    return {
      at(s, out) {
        out[0] = ax + s * (bx + s * (cx + s * dx));
        out[1] = ay + s * (by + s * (cy + s * dy));
        out[2] = bx + s * (2 * cx + 3 * s * dx);
        out[3] = by + s * (2 * cy + 3 * s * dy);
        out[4] = 2 * cx + 6 * s * dx;
        out[5] = 2 * cy + 6 * s * dy;
      },
      bounds: { low: ends.map(([low]) => low!), high: ends.map(([, high]) => high!) },
    };
  });
}

/** Least and greatest value of a cubic over [0, 1]. */
function extremes([a, b, c, d]: readonly [number, number, number, number]): [number, number] {
  const root = Math.sqrt(4 * c * c - 12 * b * d);
  const turns = d === 0 ? [-b / (2 * c)] : [(-2 * c + root) / (6 * d), (-2 * c - root) / (6 * d)];
  const values = [0, 1, ...turns.filter((s) => s > 0 && s < 1)].map((s) => a + s * (b + s * (c + s * d)));
  return [Math.min(...values), Math.max(...values)];
}

/** Slopes of the periodic cubic spline, by which second derivatives are continuous. */
function periodicSlopes(values: readonly number[], steps: readonly number[]): Float64Array {
  const n = values.length;
  const [matrix, right] = [new Float64Array(n * n), new Float64Array(n)];
  // An arc has a part in the rows of both of its ends.
  steps.forEach((step, k) => {
    const next = (k + 1) % n;
    const ends = [k, next] as const;
    for (const i of ends) {
      for (const j of ends) matrix[i * n + j]! += (i === j ? 2 : 1) / step;
      right[i]! += (3 * (values[next]! - values[k]!)) / step ** 2;
    }
  });
  return cholesky(matrix, n)!.solve(right);
}

/** A spline as a polygon of at most so many vertices, to look for crossings. */
export const splineOutline = (arcs: readonly Arc[], most: number): [number, number][] =>
  sampled(arcs, Math.max(1, Math.min(32, Math.floor(most / arcs.length))));

/** An ellipse in four arcs. */
export function ellipseArcs(center: Vertex, [a, b]: readonly [number, number], angle: number): Arc[] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const quarter = Math.PI / 2;
  return Array.from({ length: 4 }, (_, k) => ({
    at(s: number, out: Float64Array) {
      const [u, v] = [a * Math.cos((k + s) * quarter), b * Math.sin((k + s) * quarter)];
      const [du, dv] = [(-a / b) * v * quarter, (b / a) * u * quarter];
      const [x, y] = [cos * u - sin * v, sin * u + cos * v];
      out[0] = center[0] + x;
      out[1] = center[1] + y;
      out[2] = cos * du - sin * dv;
      out[3] = sin * du + cos * dv;
      out[4] = -x * quarter * quarter;
      out[5] = -y * quarter * quarter;
    },
  }));
}
