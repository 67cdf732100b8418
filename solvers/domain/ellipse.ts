/** Ellipses: their distance by one equation, and the sign of it without solving that. */
import { insideOfCurve } from "./curve.ts";
import type { Geometry } from "./geometry.ts";
import type { Shape, Vertex } from "./spec.ts";
import { ellipseArcs } from "./spline.ts";

/** Newton's steps of a distance; a handful is needed. */
const mostSteps = 64;

/** The inside of an ellipse. */
export function ellipse({ center, radii, angle }: Extract<Shape, { readonly kind: "ellipse" }>): Geometry {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [a, b] = radii;
  const reach = [Math.hypot(a * cos, b * sin), Math.hypot(a * sin, b * cos)];
  const low = center.map((c, k) => c - reach[k]!);
  const high = center.map((c, k) => c + reach[k]!);
  const arcs = ellipseArcs(center, radii, angle);
  return {
    ...insideOfCurve(arcs, { low, high, distance: distanceTo(center, radii, [cos, sin]) }),
    volume: Math.PI * a * b,
    inside: {
      coordinates: 2,
      place(unit, at, point) {
        const far = Math.sqrt(unit[at]!);
        const [u, v] = [
          a * far * Math.cos(2 * Math.PI * unit[at + 1]!),
          b * far * Math.sin(2 * Math.PI * unit[at + 1]!),
        ];
        point[0] = center[0] + cos * u - sin * v;
        point[1] = center[1] + sin * u + cos * v;
      },
    },
  };
}

/** Signed distance; f = √((u/a)² + (v/b)²) gives the side, and |f − 1|·min(a, b) is never farther from zero than it. */
function distanceTo([x0, y0]: Vertex, [a, b]: Vertex, [cos, sin]: Vertex): Geometry["distance"] {
  const least = Math.min(a, b);
  const across = b > a;
  const [major, minor] = across ? [b, a] : [a, b];
  return (points, at, near = Number.POSITIVE_INFINITY) => {
    const [dx, dy] = [points[at]! - x0, points[at + 1]! - y0];
    const [u, v] = [Math.abs(cos * dx + sin * dy), Math.abs(cos * dy - sin * dx)];
    const f = Math.sqrt((u / a) * (u / a) + (v / b) * (v / b));
    const bound = (f - 1) * least;
    if (Math.abs(bound) > near || Number.isNaN(f)) return bound;
    const distance = across ? toQuarter(major, minor, v, u) : toQuarter(major, minor, u, v);
    return f > 1 ? distance : -distance;
  };
}

/**
 * Distance of (u, v) ≥ 0 from the ellipse with the radii a ≥ b. The nearest point is (a²u/(τ + a² − b²), b²v/τ) with the one τ > 0 for which that
 * lies on the ellipse: |s(τ)| = 1, s = (a·u/(τ + a² − b²), b·v/τ). Newton's method for 1/|s|, which grows and is concave, goes up to it from any τ
 * below (Reinsch, Numer. Math. 10, 1967; Eberly, Distance from a point to an ellipse, 2013, has the bounds).
 */
function toQuarter(a: number, b: number, u: number, v: number): number {
  const apart = (a - b) * (a + b);
  if (v === 0 && a * u < apart) {
    // Between the centres of curvature of the ends: the nearest points are two, above and below.
    const x = (a * a * u) / apart;
    return Math.hypot(x - u, b * Math.sqrt(1 - (x / a) * (x / a)));
  }
  let tau = Math.max(b * v, a * u - apart);
  // On the line through both centres, or at the centre of a circle.
  if (v === 0 || tau === 0) return Math.abs(v === 0 ? a - u : b - v);
  for (let step = 0; step < mostSteps; step++) {
    const [p, q] = [(a * u) / (tau + apart), (b * v) / tau];
    const square = p * p + q * q;
    const size = Math.sqrt(square);
    const by = ((size - 1) * square) / ((p * p) / (tau + apart) + (q * q) / tau);
    if (!(by > 1e-15 * tau)) break;
    tau += by;
  }
  return Math.hypot((a * a * u) / (tau + apart) - u, (b * b * v) / tau - v);
}
