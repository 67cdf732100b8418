/** Shapes in the plane whose outline is one smooth closed line, made of arcs with a tangent and a curvature. */
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import { boxTree } from "./box-tree.ts";
import type { Geometry, Piece } from "./geometry.ts";

/** A part of a line over s in [0, 1]. */
export interface Arc {
  /** Writes x, y and their first and second derivatives by s. */
  at(s: number, out: Float64Array): void;
}

/** Parts into which an arc is cut, for its length and for its distance. */
const cuts = 16;
const rule = gaussLegendre(8);

/**
 * The inside of a line that runs counter-clockwise once around it.
 *
 * @param arcs each begins where the one before ends, with the same tangent; the last ends where the first begins
 * @param edges the number of each arc where they count as edges of their own
 * @param bounds of the line
 * @param distance signed, to the line
 */
export function insideOfCurve(
  arcs: readonly Arc[],
  { low, high, edges, distance }: Bounds & Pick<Geometry, "distance"> & { readonly edges?: readonly number[] },
): Omit<Geometry, "inside"> {
  const lengths = arcs.map(lengthsOf);
  const out = new Float64Array(6);
  const piece = (k: number): Piece => ({
    measure: lengths[k]!.sums[cuts]!,
    ...(edges && { edge: edges[k]! }),
    place(unit, at, point, normal) {
      arcs[k]!.at(parameterAt(arcs[k]!, lengths[k]!, unit[at]! * lengths[k]!.sums[cuts]!), out);
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
    distance,
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

/** Of the ends of cuts: the length from the beginning, and how fast it grows by s. */
interface Lengths {
  readonly sums: Float64Array;
  readonly speeds: Float64Array;
}

function lengthsOf(arc: Arc): Lengths {
  const sums = new Float64Array(cuts + 1);
  for (let k = 0; k < cuts; k++) sums[k + 1] = sums[k]! + lengthBetween(arc, k / cuts, (k + 1) / cuts);
  const out = new Float64Array(6);
  return { sums, speeds: sums.map((_, k) => speedAt(arc, k / cuts, out)) };
}

const scratch = new Float64Array(6);

function lengthBetween(arc: Arc, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < rule.nodes.length; i++)
    sum += rule.weights[i]! * speedAt(arc, a + (b - a) * rule.nodes[i]!, scratch);
  return sum * (b - a);
}

/** s at a length from the beginning: within its cut by the cubic with the right values and slopes at both ends, then by Newton's method. */
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

/** Steps of Newton's method, halving where it leaves its part. */
const mostSteps = 60;

/**
 * Signed distance to a line that runs counter-clockwise, made of arcs whose second derivative is linear; at the nearest point the normal gives the
 * side.
 */
export function distanceToCurve(arcs: readonly Arc[]): Geometry["distance"] {
  const { chords, sags } = partsOf(arcs);
  const around = chords.map((_, i) => {
    const choose = i % 4 < 2 ? Math.min : Math.max;
    const [first, part] = [i - (i % 4) + (i % 2), Math.floor(i / 4)];
    return choose(chords[first]!, chords[first + 2]!) + (i % 4 < 2 ? -1 : 1) * sags[part]!;
  });
  const tree = boxTree(around);
  const out = new Float64Array(6);
  const point = new Float64Array(2);
  let [px, py, side] = [0, 0, 1];
  const visit = (part: number, least: number): number => {
    const [x, y] = [chords[4 * part]!, chords[4 * part + 1]!];
    const [ux, uy] = [chords[4 * part + 2]! - x, chords[4 * part + 3]! - y];
    const [vx, vy] = [px - x, py - y];
    const share = Math.min(1, Math.max(0, (ux * vx + uy * vy) / (ux * ux + uy * uy)));
    const [wx, wy] = [vx - share * ux, vy - share * uy];
    // The line is not nearer than its chord by more than it goes away from that.
    if (Math.sqrt(wx * wx + wy * wy) - sags[part]! > Math.sqrt(least)) return least;
    nearestOn(arcs[Math.floor(part / cuts)]!, part % cuts, share, px, py, out);
    const [dx, dy] = [px - out[0]!, py - out[1]!];
    const squared = dx * dx + dy * dy;
    if (squared < least) side = dx * out[3]! - dy * out[2]! > 0 ? 1 : -1;
    return squared;
  };
  return (points, at) => {
    [px, py] = [points[at]!, points[at + 1]!];
    point[0] = px;
    point[1] = py;
    return Number.isNaN(px + py) ? Number.NaN : Math.sqrt(tree.nearest(point, visit)) * side;
  };
}

/** Chords of the cuts, four numbers each, and how far the line goes from each of them at most. */
function partsOf(arcs: readonly Arc[]) {
  const n = arcs.length * cuts;
  const [chords, sags] = [new Float64Array(4 * n), new Float64Array(n)];
  const [from, to] = [new Float64Array(6), new Float64Array(6)];
  for (let k = 0; k < n; k++) {
    const arc = arcs[Math.floor(k / cuts)]!;
    arc.at((k % cuts) / cuts, from);
    arc.at(((k % cuts) + 1) / cuts, to);
    chords.set([from[0]!, from[1]!, to[0]!, to[1]!], 4 * k);
    sags[k] = Math.max(Math.hypot(from[4]!, from[5]!), Math.hypot(to[4]!, to[5]!)) / (8 * cuts * cuts);
  }
  return { chords, sags };
}

/** The nearest place on the cut of an arc; value and derivatives are left in `out`. */
function nearestOn(arc: Arc, cut: number, share: number, px: number, py: number, out: Float64Array): void {
  let [low, high] = [cut / cuts, (cut + 1) / cuts];
  let s = low + (high - low) * share;
  for (let step = 0; step < mostSteps; step++) {
    arc.at(s, out);
    const [dx, dy] = [out[0]! - px, out[1]! - py];
    const slope = dx * out[2]! + dy * out[3]!;
    if (slope > 0) high = s;
    else low = s;
    const bend = out[2]! * out[2]! + out[3]! * out[3]! + dx * out[4]! + dy * out[5]!;
    const next = bend > 0 ? s - slope / bend : Number.NaN;
    const to = next >= low && next <= high ? next : (low + high) / 2;
    if (Math.abs(to - s) < 1e-15) break;
    s = to;
  }
}
