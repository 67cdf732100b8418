/** Ellipses: their distance by one equation, and the sign of it without solving that. */
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import type { Geometry, Piece } from "./geometry.ts";
import type { Shape, Vertex } from "./spec.ts";

/** Newton's steps of a distance; a handful is needed. */
const mostSteps = 64;

/** The inside of an ellipse. */
export function ellipse({ center, radii, angle }: Extract<Shape, { readonly kind: "ellipse" }>): Geometry {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [a, b] = radii;
  const reach = [Math.hypot(a * cos, b * sin), Math.hypot(a * sin, b * cos)];
  const low = center.map((c, k) => c - reach[k]!);
  const high = center.map((c, k) => c + reach[k]!);
  return {
    ...{ dimension: 2, low, high, volume: Math.PI * a * b },
    pieces: quarters(center, radii, [cos, sin]).map(pieceOf),
    distance: distanceTo(center, radii, [cos, sin]),
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
 * Distance of (u, v) ≥ 0 from the ellipse with the radii a ≥ b. The nearest point is (a²u/(τ + a² − b²), b²v/τ) with
 * the one τ > 0 for which that lies on the ellipse: |s(τ)| = 1, s = (a·u/(τ + a² − b²), b·v/τ). Newton's method for
 * 1/|s|, which grows and is concave, goes up to it from any τ below (Reinsch, Numer. Math. 10, 1967; Eberly, Distance
 * from a point to an ellipse, 2013, has the bounds).
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

/** A part of a line over s in [0, 1]: writes x, y and their derivatives by s. */
type Arc = (s: number, out: Float64Array) => void;

/** The ellipse in four arcs, counter-clockwise. */
const quarters = ([x0, y0]: Vertex, [a, b]: Vertex, [cos, sin]: Vertex): Arc[] =>
  Array.from({ length: 4 }, (_, k) => (s, out) => {
    const quarter = Math.PI / 2;
    const [u, v] = [a * Math.cos((k + s) * quarter), b * Math.sin((k + s) * quarter)];
    const [du, dv] = [(-a / b) * v * quarter, (b / a) * u * quarter];
    out[0] = x0 + (cos * u - sin * v);
    out[1] = y0 + (sin * u + cos * v);
    out[2] = cos * du - sin * dv;
    out[3] = sin * du + cos * dv;
  });

/** Parts into which an arc is cut for its length. */
const cuts = 16;
const rule = gaussLegendre(8);

/** Boundary along an arc, even in its length. */
function pieceOf(arc: Arc): Piece {
  const lengths = lengthsOf(arc);
  const measure = lengths.sums[cuts]!;
  const out = new Float64Array(4);
  return {
    measure,
    place(unit, at, point, normal) {
      arc(parameterAt(arc, lengths, unit[at]! * measure), out);
      const speed = Math.hypot(out[2]!, out[3]!);
      point[0] = out[0]!;
      point[1] = out[1]!;
      normal[0] = out[3]! / speed;
      normal[1] = -out[2]! / speed;
    },
  };
}

const speedAt = (arc: Arc, s: number, out: Float64Array): number => {
  arc(s, out);
  return Math.sqrt(out[2]! * out[2]! + out[3]! * out[3]!);
};

/** Of the ends of cuts: the length from the beginning, and how fast it grows by s. */
interface Lengths {
  readonly sums: Float64Array;
  readonly speeds: Float64Array;
}

function lengthsOf(arc: Arc): Lengths {
  const sums = new Float64Array(cuts + 1);
  for (let k = 0; k < cuts; k++) sums[k + 1] = sums[k]! + lengthBetween(arc, k / cuts, (k + 1) / cuts);
  const out = new Float64Array(4);
  return { sums, speeds: sums.map((_, k) => speedAt(arc, k / cuts, out)) };
}

const scratch = new Float64Array(4);

function lengthBetween(arc: Arc, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < rule.nodes.length; i++)
    sum += rule.weights[i]! * speedAt(arc, a + (b - a) * rule.nodes[i]!, scratch);
  return sum * (b - a);
}

/**
 * s at a length from the beginning: within its cut by the cubic with the right values and slopes at both ends, then by
 * Newton's method.
 */
function parameterAt(arc: Arc, { sums, speeds }: Lengths, length: number): number {
  let k = 0;
  while (k + 1 < cuts && length >= sums[k + 1]!) k++;
  const [from, to] = [k / cuts, (k + 1) / cuts];
  const whole = sums[k + 1]! - sums[k]!;
  const u = (length - sums[k]!) / whole;
  const ends = u * u * (3 - 2 * u);
  const slopes = (u * (1 - u) * (1 - u)) / speeds[k]! - (u * u * (1 - u)) / speeds[k + 1]!;
  let s = Math.min(to, Math.max(from, from + ends / cuts + whole * slopes));
  for (let step = 0; step < 8; step++) {
    const by = (sums[k]! + lengthBetween(arc, from, s) - length) / speedAt(arc, s, scratch);
    s = Math.min(to, Math.max(from, s - by));
    // Errors are squared.
    if (Math.abs(by) < 1e-9) break;
  }
  return s;
}
