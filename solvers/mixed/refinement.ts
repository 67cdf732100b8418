/** Meshes of quadrilaterals that are cut where polynomials fall least. */
import type { Block } from "./blocks.ts";
import { Quads, type Side, sideOf, sides } from "./quads.ts";

/** Quadrilaterals at most. */
export const mostQuads = 2000;

/** Blocks, cut along the chords with the longest sides until there are so many quadrilaterals. */
export function startMesh(blocks: readonly Block[], fewest: number): Quads {
  let mesh = Quads.of(blocks);
  while (mesh.all.length < fewest) {
    const lengths = mesh.all.flatMap((quad) => {
      const { low, high } = mesh.blocks[quad.block]!;
      const corners = quad.v.flatMap((v) =>
        quad.u.map((u) => {
          const [from, to] = [low(u), high(u)];
          return [0, 1].map((k) => (1 - v) * from[k]! + v * to[k]!) as [number, number];
        }),
      );
      return sides.map(([a, b], k) => {
        const [p, q] = [corners[a]!, corners[b]!];
        return { side: sideOf(quad, k as Side), length: Math.hypot(p[0] - q[0], p[1] - q[1]) };
      });
    });
    const longest = lengths.reduce((a, b) => (b.length > a.length * (1 + 1e-9) ? b : a));
    mesh = mesh.cut(mesh.chord(longest.side).sides);
  }
  return mesh;
}

/** Share of what polynomials miss whose chords are cut. */
const bulk = 0.7;
/** Share of the domain of a quadrilateral that asks for no cut, as in a corner where a solution is unbounded. */
const tiny = 1e-4;

/** Cuts chords whose quadrilaterals have most in their last polynomials, until there are so many quadrilaterals. */
export function refined(
  mesh: Quads,
  worth: readonly [Float64Array, Float64Array],
  areas: Float64Array,
  most: number,
  share = bulk,
): Quads {
  const whole = areas.reduce((a, b) => a + b, 0);
  const worthOf = (q: number, axis: 0 | 1) => (areas[q]! < tiny * whole ? 0 : worth[axis][q]!);
  const known = new Set<string>();
  const chords = mesh.all.flatMap((quad) =>
    ([0, 2] as const).flatMap((side) => {
      const first = sideOf(quad, side);
      if (known.has(first)) return [];
      const chord = mesh.chord(first);
      for (const one of chord.sides) known.add(one);
      const worth = chord.through.reduce((sum, [q, own]) => sum + worthOf(q, own < 2 ? 0 : 1), 0);
      return [{ ...chord, worth, more: chord.through.length }];
    }),
  );
  chords.sort((a, b) => b.worth / b.more - a.worth / a.more);
  const all = chords.reduce((sum, { worth }) => sum + worth, 0);
  const cuts = new Set<string>();
  let [count, done] = [mesh.all.length, 0];
  for (const { sides: own, worth, more } of chords) {
    if (cuts.size > 0 && (count + more > most || done > share * all)) break;
    for (const side of own) cuts.add(side);
    [count, done] = [count + more, done + worth];
  }
  return mesh.cut(cuts);
}
