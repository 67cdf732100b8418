/** Faults of a list of vertices that is to be a simple polygon. */

type Vertex = readonly [number, number];

/** Twice the signed area of the triangle a, b, c: positive where it runs counter-clockwise. */
export function cross(a: Vertex, b: Vertex, c: Vertex): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** Signed area by the shoelace formula, positive for counter-clockwise vertices. */
export function polygonArea(vertices: readonly Vertex[]): number {
  const origin = vertices[0]!;
  let twice = 0;
  for (let k = 1; k + 1 < vertices.length; k++) twice += cross(origin, vertices[k]!, vertices[k + 1]!);
  return twice / 2;
}

/** The signed area, and what keeps the vertices from being a simple polygon, if anything does. */
export function polygonFault(vertices: readonly Vertex[]): { readonly area: number; readonly message?: string } {
  const n = vertices.length;
  const area = polygonArea(vertices);
  for (let i = 0; i < n; i++) {
    const [a, b] = [vertices[i]!, vertices[(i + 1) % n]!];
    if (a[0] === b[0] && a[1] === b[1]) return { area, message: `vertices ${i} and ${(i + 1) % n} are the same point` };
    for (let j = i + 1; j < n; j++) {
      const [c, d] = [vertices[j]!, vertices[(j + 1) % n]!];
      const neighbours = j === i + 1 || (i === 0 && j === n - 1);
      if (neighbours ? foldsBack(a, b, c, d, j === i + 1) : meet(a, b, c, d)) {
        return { area, message: `edges ${i} and ${j} touch or cross; a simple polygon is needed` };
      }
    }
  }
  if (!(Math.abs(area) > 0)) return { area, message: "the area is zero" };
  return { area };
}

/** True where two edges that share a vertex run back over one another. */
function foldsBack(a: Vertex, b: Vertex, c: Vertex, d: Vertex, forward: boolean): boolean {
  const [tip, one, two] = forward ? [b, a, d] : [a, b, c];
  const along = (one[0] - tip[0]) * (two[0] - tip[0]) + (one[1] - tip[1]) * (two[1] - tip[1]);
  return cross(tip, one, two) === 0 && along > 0;
}

/** True where the closed segments ab and cd have a point in common. */
function meet(a: Vertex, b: Vertex, c: Vertex, d: Vertex): boolean {
  const sides = [cross(a, b, c), cross(a, b, d), cross(c, d, a), cross(c, d, b)].map(Math.sign);
  const [abc, abd, cda, cdb] = [sides[0]!, sides[1]!, sides[2]!, sides[3]!];
  if (abc * abd < 0 && cda * cdb < 0) return true;
  const within = (p: Vertex, q: Vertex, r: Vertex) =>
    Math.min(p[0], q[0]) <= r[0] &&
    r[0] <= Math.max(p[0], q[0]) &&
    Math.min(p[1], q[1]) <= r[1] &&
    r[1] <= Math.max(p[1], q[1]);
  return (
    (abc === 0 && within(a, b, c)) ||
    (abd === 0 && within(a, b, d)) ||
    (cda === 0 && within(c, d, a)) ||
    (cdb === 0 && within(c, d, b))
  );
}

/** The first hole that is not inside of an outline, or that meets another one; rings are simple. */
export function holesFault(
  outline: readonly Vertex[],
  holes: readonly (readonly Vertex[])[],
): { readonly hole: number; readonly message: string } | undefined {
  for (const [k, hole] of holes.entries()) {
    if (ringsMeet(hole, outline)) return { hole: k, message: "touches or crosses the outline; move it inside" };
    if (!isInside(outline, hole[0]!)) return { hole: k, message: "lies outside of the outline; leave it out" };
    const other = holes
      .slice(0, k)
      .findIndex((o) => ringsMeet(hole, o) || isInside(o, hole[0]!) || isInside(hole, o[0]!));
    if (other >= 0) return { hole: k, message: `and hole ${other} are not apart; make one of them` };
  }
  return undefined;
}

function ringsMeet(one: readonly Vertex[], other: readonly Vertex[]): boolean {
  return one.some((a, i) => {
    const b = one[(i + 1) % one.length]!;
    return other.some((c, j) => meet(a, b, c, other[(j + 1) % other.length]!));
  });
}

/** By how often a ray crosses the ring. */
export function isInside(ring: readonly Vertex[], [x, y]: Vertex): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[j]!, ring[i]!];
    if (ay > y !== by > y && x < ax + (bx - ax) * ((y - ay) / (by - ay))) inside = !inside;
  }
  return inside;
}
