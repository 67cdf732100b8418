/** Regions of elements: a box of any axes (time is one), or a shape in the plane, with its boundary in stretches. */
import type { Geometry } from "../../equations/domain/index.ts";
import { type DomainSpec, geometryOf, parseDomain } from "../../equations/domain/index.ts";

/** A stretch of the boundary of a plane shape: a part of one of its pieces, by the piece's parameter in [0, 1]. */
export interface Stretch {
  readonly piece: number;
  readonly from: number;
  readonly to: number;
}

/** A domain as elements see it. */
export interface Region {
  readonly dimension: number;
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Absent for boxes. */
  readonly shape?: PlaneShape;
}

/** A shape in the plane. */
export interface PlaneShape {
  inside(x: number, y: number): boolean;
  readonly stretches: readonly Stretch[];
  /** Writes a point of a piece and the outward normal. */
  place(piece: number, at: number, point: Float64Array, normal: Float64Array): void;
  readonly pieces: Geometry["pieces"];
  /** A length of rounding size, beside the extent. */
  readonly slack: number;
}

/** The region of a domain; undefined where elements cannot fill it: other shapes than in the plane, or with time. */
export function regionOf(spec: DomainSpec): Region | undefined {
  const { axes, shape, interval } = parseDomain(spec);
  const ends = interval ? [interval] : [];
  const geometry = geometryOf(shape);
  const low = [...geometry.low, ...ends.map(([l]) => l)];
  const high = [...geometry.high, ...ends.map(([, h]) => h)];
  const whole = { dimension: axes.length, low, high };
  if (shape.kind === "box" || (shape.kind === "ball" && geometry.dimension === 1)) return whole;
  if (geometry.dimension !== 2 || interval) return undefined;
  return { ...whole, shape: planeShape(geometry) };
}

/** Stretches into which smooth pieces are cut, as roots of the tree of cells. */
const fewest = 8;

export function planeShape(geometry: Geometry): PlaneShape {
  const { pieces, low, high } = geometry;
  const point = new Float64Array(2);
  const slack = 1e-9 * Math.hypot(high[0]! - low[0]!, high[1]! - low[1]!);
  const place: PlaneShape["place"] = (piece, at, p, normal) => pieces[piece]!.place([at], 0, p, normal);
  const inside = (x: number, y: number) => {
    point[0] = x;
    point[1] = y;
    return geometry.distance(point, 0, 0) < 0;
  };
  const stretches = pieces.flatMap((piece, k) =>
    piece.measure > 0 ? keptOf(geometry, k, continuous(geometry, k)) : [],
  );
  return { inside, stretches, place, pieces, slack };
}

/**
 * Stretches of a piece along which it is continuous: those of formulas jump from one part of the outline to another.
 */
function continuous({ pieces }: Geometry, piece: number): Stretch[] {
  const { measure, flat } = pieces[piece]!;
  if (flat) return [{ piece, from: 0, to: 1 }];
  const normal = new Float64Array(2);
  const at = (t: number) => {
    const p = new Float64Array(2);
    pieces[piece]!.place([t], 0, p, normal);
    return p;
  };
  const far = (p: Float64Array, q: Float64Array) => Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!);
  const found: Stretch[] = [];
  const visit = (from: number, to: number, p: Float64Array, q: Float64Array): void => {
    const length = measure * (to - from);
    if (to - from < 1e-9) return;
    const middle = at((from + to) / 2);
    const joined = far(p, middle) < 0.6 * length && far(middle, q) < 0.6 * length && far(p, q) > 0.8 * length;
    if (joined && to - from <= 1 / fewest) {
      const last = found.at(-1);
      // Neighbours are one stretch again where they are short.
      if (last && last.to === from && to - last.from <= 1 / fewest) found[found.length - 1] = { ...last, to };
      else found.push({ piece, from, to });
      return;
    }
    visit(from, (from + to) / 2, p, middle);
    visit((from + to) / 2, to, middle, q);
  };
  visit(0, 1, at(0), at(1));
  return found;
}

/** Of stretches of a combination's piece: what belongs to its boundary. */
function keptOf({ keeps, pieces, leaves = [], low, high }: Geometry, piece: number, stretches: readonly Stretch[]) {
  if (!keeps) return stretches;
  const { measure } = pieces[piece]!;
  const [point, normal] = [new Float64Array(2), new Float64Array(2)];
  const place = (t: number) => pieces[piece]!.place([t], 0, point, normal);
  const owners = leaves.flatMap(({ geometry }) => geometry.pieces.map(() => geometry));
  const others = leaves.flatMap(({ geometry }) => (geometry === owners[piece] ? [] : [geometry]));
  const asked: PieceQuestion = {
    holds(t) {
      place(t);
      return keeps(point, normal, piece);
    },
    reach(t) {
      place(t);
      return others.reduce((least, other) => Math.min(least, Math.abs(other.distance(point, 0))), measure) / measure;
    },
    // The answer is that of places beside the piece.
    inset: (1e-6 * Math.hypot(high[0]! - low[0]!, high[1]! - low[1]!)) / measure,
    looks: 1024,
  };
  return stretches.flatMap((stretch) =>
    partsWhere(stretch, asked)
      .filter(({ kept }) => kept)
      .map((s) => s.stretch),
  );
}

/** A question about the points of a piece, by its parameter. */
export interface PieceQuestion {
  holds(at: number): boolean;
  /** So far to either side the answer stays the same. */
  reach(at: number): number;
  /** So near to an end it is not asked. */
  readonly inset: number;
  /** Number of steps in a stretch at most. */
  readonly looks: number;
}

/** A stretch cut where an answer changes, found by bisection. */
export function partsWhere(
  { piece, from, to }: Stretch,
  { holds, reach, inset, looks }: PieceQuestion,
): { readonly stretch: Stretch; readonly kept: boolean }[] {
  const parts: { stretch: Stretch; kept: boolean }[] = [];
  const within = Math.min(inset, (to - from) / 4);
  const least = (to - from) / looks;
  let at = from + within;
  let [begin, now] = [from, holds(at)];
  while (at < to - within) {
    const next = Math.min(to - within, at + Math.max(least, reach(at)));
    if (holds(next) !== now) {
      let [a, b] = [at, next];
      for (let round = 0; round < 50; round++) {
        const middle = (a + b) / 2;
        if (holds(middle) === now) a = middle;
        else b = middle;
      }
      parts.push({ stretch: { piece, from: begin, to: b }, kept: now });
      [begin, now] = [b, !now];
    }
    at = next;
  }
  parts.push({ stretch: { piece, from: begin, to }, kept: now });
  return parts;
}
