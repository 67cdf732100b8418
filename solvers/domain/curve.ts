/** Shapes in the plane whose outline is one smooth closed line, made of arcs with a tangent and a curvature. */
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import type { Geometry, Piece } from "./geometry.ts";

/** A part of a line over s in [0, 1]. */
export interface Arc {
  /** Writes x, y and their first and second derivatives by s. */
  at(s: number, out: Float64Array): void;
}

/** Parts into which an arc is cut for its length, and points of each at which distances are begun. */
const cuts = 16;
/** Most of the nearest points at which Newton's method for a distance begins. */
const mostStarts = 4;
const rule = gaussLegendre(8);

/**
 * The inside of a line that runs counter-clockwise once around it.
 *
 * @param arcs each begins where the one before ends, with the same tangent; the last ends where the first begins
 * @param edges the number of each arc where they count as edges of their own
 * @param bounds of the line
 */
export function insideOfCurve(
  arcs: readonly Arc[],
  { low, high, edges }: Bounds & { readonly edges?: readonly number[] },
): Omit<Geometry, "inside"> {
  const lengths = arcs.map(lengthsOf);
  const out = new Float64Array(6);
  const piece = (k: number): Piece => ({
    measure: lengths[k]!.at(-1)!,
    ...(edges && { edge: edges[k]! }),
    place(unit, at, point, normal) {
      arcs[k]!.at(parameterAt(arcs[k]!, lengths[k]!, unit[at]! * lengths[k]!.at(-1)!), out);
      const speed = Math.hypot(out[2]!, out[3]!);
      point[0] = out[0]!;
      point[1] = out[1]!;
      normal[0] = out[3]! / speed;
      normal[1] = -out[2]! / speed;
    },
  });
  return {
    dimension: 2,
    low,
    high,
    volume: areaOf(arcs),
    pieces: arcs.map((_, k) => piece(k)),
    distance: distanceTo(arcs),
  };
}

/** Corners of a bounding box. */
export interface Bounds {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Points of the arcs, `perArc` each. */
export function sampled(arcs: readonly Arc[], perArc: number): [number, number][] {
  const out = new Float64Array(6);
  return arcs.flatMap((arc) =>
    Array.from({ length: perArc }, (_, i): [number, number] => {
      arc.at(i / perArc, out);
      return [out[0]!, out[1]!];
    }),
  );
}

const speedAt = (arc: Arc, s: number, out: Float64Array): number => {
  arc.at(s, out);
  return Math.sqrt(out[2]! * out[2]! + out[3]! * out[3]!);
};

/** Length from the beginning to each cut. */
function lengthsOf(arc: Arc): readonly number[] {
  const sums = [0];
  for (let k = 0; k < cuts; k++) sums.push(sums[k]! + lengthBetween(arc, k / cuts, (k + 1) / cuts));
  return sums;
}

function lengthBetween(arc: Arc, a: number, b: number): number {
  const out = new Float64Array(6);
  let sum = 0;
  for (let i = 0; i < rule.nodes.length; i++) sum += rule.weights[i]! * speedAt(arc, a + (b - a) * rule.nodes[i]!, out);
  return sum * (b - a);
}

/** s at a length from the beginning, by Newton's method within a cut. */
function parameterAt(arc: Arc, sums: readonly number[], length: number): number {
  let k = 0;
  while (k + 1 < cuts && length >= sums[k + 1]!) k++;
  const [from, to] = [k / cuts, (k + 1) / cuts];
  const out = new Float64Array(6);
  let s = from + (to - from) * ((length - sums[k]!) / (sums[k + 1]! - sums[k]!));
  for (let step = 0; step < 8; step++) {
    const by = (sums[k]! + lengthBetween(arc, from, s) - length) / speedAt(arc, s, out);
    s = Math.min(to, Math.max(from, s - by));
    if (Math.abs(by) < 1e-15) break;
  }
  return s;
}

/** ½∮ x dy − y dx. */
function areaOf(arcs: readonly Arc[]): number {
  const out = new Float64Array(6);
  let sum = 0;
  for (const arc of arcs)
    for (let k = 0; k < cuts; k++)
      for (let i = 0; i < rule.nodes.length; i++) {
        arc.at((k + rule.nodes[i]!) / cuts, out);
        sum += (rule.weights[i]! / cuts) * (out[0]! * out[3]! - out[1]! * out[2]!);
      }
  return sum / 2;
}

/** Signed distance: the nearest of points on the line, improved by Newton's method; at the nearest point the normal tells the side. */
function distanceTo(arcs: readonly Arc[]): Geometry["distance"] {
  const n = arcs.length * cuts;
  const samples = sampled(arcs, cuts);
  const gaps = samples.map(([x, y], i) => Math.hypot(samples[(i + 1) % n]![0] - x, samples[(i + 1) % n]![1] - y));
  const widest = Math.max(...gaps);
  const [xs, ys] = [0, 1].map((k) => Float64Array.from(samples, (p) => p[k]!)) as [Float64Array, Float64Array];
  const far = new Float64Array(n);
  const out = new Float64Array(6);
  return (points, at) => {
    const [px, py] = [points[at]!, points[at + 1]!];
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      const [dx, dy] = [xs[i]! - px, ys[i]! - py];
      far[i] = Math.sqrt(dx * dx + dy * dy);
      if (far[i]! < least) least = far[i]!;
    }
    if (Number.isNaN(px + py)) return Number.NaN;
    const starts: number[] = [];
    for (let i = 0; i < n; i++) {
      if (far[i]! > least + widest) continue;
      if (far[i]! <= far[(i + n - 1) % n]! && far[i]! <= far[(i + 1) % n]!) starts.push(i);
    }
    starts.sort((a, b) => far[a]! - far[b]!);
    let best = Number.POSITIVE_INFINITY;
    let side = 1;
    for (const i of starts.slice(0, mostStarts)) {
      nearestFrom(arcs, i / cuts, px, py, out);
      const [dx, dy] = [px - out[0]!, py - out[1]!];
      const distance = Math.hypot(dx, dy);
      if (!(distance < best)) continue;
      best = distance;
      side = dx * out[3]! - dy * out[2]! > 0 ? 1 : -1;
    }
    return side * best;
  };
}

/** The point at which the line is nearest, within a sample before and after a position (arc + s); left in `out`. */
function nearestFrom(arcs: readonly Arc[], position: number, px: number, py: number, out: Float64Array): void {
  const n = arcs.length;
  const go = (p: number) => {
    const wrapped = ((p % n) + n) % n;
    const k = Math.min(n - 1, Math.floor(wrapped));
    arcs[k]!.at(wrapped - k, out);
    return (out[0]! - px) * out[2]! + (out[1]! - py) * out[3]!;
  };
  let [low, high] = [position - 1 / cuts, position + 1 / cuts];
  let p = position;
  for (let step = 0; step < 60; step++) {
    const slope = go(p);
    if (slope > 0) high = p;
    else low = p;
    const bend = out[2]! ** 2 + out[3]! ** 2 + (out[0]! - px) * out[4]! + (out[1]! - py) * out[5]!;
    const next = bend > 0 ? p - slope / bend : Number.NaN;
    const to = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(to - p) < 1e-15 * n || slope === 0) break;
    p = to;
  }
  go(p);
}
