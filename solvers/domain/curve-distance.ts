/** Signed distance to a closed smooth line, by a tree of boxes around its parts. */
import { boxTree } from "./box-tree.ts";
import type { Arc } from "./curve.ts";
import type { Geometry } from "./geometry.ts";

/** Parts into which an arc is cut. */
const cuts = 16;
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
