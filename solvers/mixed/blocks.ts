/**
 * Blocks that fill a domain in the plane: rectangles between its straight walls, and about each round hole blocks
 * between its outline and the sides of a rectangle, along rays from its middle (transfinite maps: Gordon and Hall 1973).
 */
import { domainOf, geometryOf, parseDomain } from "../../equations/domain/index.ts";
import { type Problem, turnsAlong } from "../../equations/problem/index.ts";
import { type PlaneShape, planeShape } from "../elements/region.ts";
import { domainInSpace } from "../evolution/evolution-pieces.ts";

/** Lines between the points with the same u of two sides; u and v from 0 to 1. */
export interface Block {
  low(u: number): readonly [number, number];
  high(u: number): readonly [number, number];
}

type Point = readonly [number, number];

/** A hole with the box about it. */
interface Hole {
  readonly center: Point;
  readonly low: Point;
  readonly high: Point;
}

/** Widths of a hole from its outline to the cut beside it; and to walls that take its place, from and to. */
const [aside, nearest, farthest] = [0.75, 0.2, 2];
/** Length of rounding size, beside the extent; the most rectangles; difference of areas beside the whole. */
const [slack, mostCells, areaOff] = [1e-9, 400, 1e-5];
/** Points of an outline that are looked at, and the share of their distance from the middle at which the domain begins. */
const [looks, beside] = [64, 1e-4];

/** The blocks of a domain in the plane, or why it has none, in words. */
export function planeBlocks(problem: Problem): readonly Block[] | string {
  const { domain: spec, equations, conditions } = problem;
  const { shape } = parseDomain(spec);
  const geometry = geometryOf(shape);
  if (geometry.dimension !== 2) return "its domain is no shape in the plane";
  const region = planeShape(geometry);
  const near = slack * Math.hypot(...geometry.low.map((l, k) => geometry.high[k]! - l));
  const cuts = [0, 1].map((k) => [geometry.low[k]!, geometry.high[k]!]);
  for (const { piece } of region.stretches) {
    const { flat } = region.pieces[piece]!;
    if (flat) cuts[flat.axis]!.push(flat.value);
  }
  const residuals = conditions.flatMap((c) => (c.kind === "periodic" ? [] : [c.residual]));
  const turning = { ...problem, equations: [...equations, ...residuals] };
  for (const [k, own] of cuts.entries())
    own.push(...turnsAlong(turning, k, [geometry.low[k]!, geometry.high[k]!]).map(({ at }) => at));
  const found = holesOf(region);
  if (typeof found === "string") return found;
  const holes = found.map((hole) => ({ ...hole, box: boxAbout(hole, found, region, cuts) }));
  const [xs, ys] = cuts.map((own) =>
    own.toSorted((a, b) => a - b).filter((x, i, all) => i === 0 || x > all[i - 1]! + near),
  ) as [number[], number[]];
  if ((xs.length - 1) * (ys.length - 1) > mostCells) return "its walls cut it into too many rectangles";
  const blocks = holes.flatMap((hole) => blocksAbout(hole, xs, ys, region, near));
  for (let i = 1; i < xs.length; i++) {
    for (let j = 1; j < ys.length; j++) {
      const [low, high]: [Point, Point] = [
        [xs[i - 1]!, ys[j - 1]!],
        [xs[i]!, ys[j]!],
      ];
      const [x, y] = between(low, high, 0.5);
      const isOfHole = holes.some(({ box: [a, b] }) => x > a[0] && x < b[0] && y > a[1] && y < b[1]);
      if (!isOfHole && region.inside(x, y)) blocks.push(rectangle(low, high));
    }
  }
  const { volume, volumeError } = domainOf(domainInSpace(spec));
  const isFilled = Math.abs(areaOf(blocks) - volume) <= areaOff * volume + 5 * volumeError;
  return isFilled ? blocks : "its outline is not made of walls along the axes and round holes";
}

/** Holes of a shape, each of one smooth outline that rays from its middle meet once. */
function holesOf({ stretches, pieces, place, inside }: PlaneShape): Hole[] | string {
  const holes: Hole[] = [];
  for (const piece of new Set(stretches.map((s) => s.piece))) {
    if (pieces[piece]!.flat) continue;
    const own = stretches.filter((s) => s.piece === piece);
    const [low, high, normal] = [[Infinity, Infinity], [-Infinity, -Infinity], new Float64Array(2)];
    if (own.reduce((sum, { from, to }) => sum + to - from, 0) < 1 - 1e-6)
      return "its outline has round parts that are not whole holes";
    const around: Point[] = [];
    const point = new Float64Array(2);
    for (let i = 0; i < looks; i++) {
      place(piece, (i + 0.5) / looks, point, normal);
      around.push([point[0]!, point[1]!]);
      for (const k of [0, 1]) {
        low[k] = Math.min(low[k]!, point[k]!);
        high[k] = Math.max(high[k]!, point[k]!);
      }
    }
    const center: Point = [(low[0]! + high[0]!) / 2, (low[1]! + high[1]!) / 2];
    if (inside(...center)) return "its outline is round outside";
    const isMet = (p: Point) => !inside(...between(center, p, 1 - beside)) && inside(...between(center, p, 1 + beside));
    const angles = around.map((p) => Math.atan2(p[1] - center[1], p[0] - center[0])).sort((p, q) => p - q);
    const isRound = angles.every((angle, i) => (angles[i + 1] ?? angles[0]! + 2 * Math.PI) - angle < Math.PI / 2);
    if (!isRound || !around.every(isMet))
      return "its outline has walls that are neither along the axes nor round holes";
    holes.push({ center, low: low as unknown as Point, high: high as unknown as Point });
  }
  return holes;
}

/**
 * The rectangle about a hole: to walls that are near, to the middle between it and other holes, or somewhat beside it.
 * Its sides are among the cuts.
 */
function boxAbout(
  hole: Hole,
  holes: readonly Hole[],
  { inside }: PlaneShape,
  cuts: number[][],
): readonly [Point, Point] {
  const width = Math.max(...[0, 1].map((k) => hole.high[k]! - hole.low[k]!));
  const sides = [-1, 1].map((sign) =>
    [0, 1].map((k) => {
      const edge = sign < 0 ? hole.low[k]! : hole.high[k]!;
      const beyond = (x: number) => sign * (x - edge);
      const across = [0.02, 0.5, 0.98].map((share) => (1 - share) * hole.low[1 - k]! + share * hole.high[1 - k]!);
      const isWall = (x: number) => {
        const past = x + sign * 1e-6 * width;
        const isOut = (y: number) => !(k === 0 ? inside(past, y) : inside(y, past));
        const isHole = (y: number) =>
          holes.some(({ low, high }) => past >= low[k]! && past <= high[k]! && y >= low[1 - k]! && y <= high[1 - k]!);
        return across.some((y) => isOut(y) && !isHole(y));
      };
      const near = cuts[k]!.filter((x) => beyond(x) > 0).sort((a, b) => beyond(a) - beyond(b));
      const wall = near.find(isWall)!;
      const gaps = holes.flatMap((other) => {
        if (other === hole) return [];
        const gap = (axis: number) =>
          Math.max(other.low[axis]! - hole.high[axis]!, hole.low[axis]! - other.high[axis]!);
        const far = sign < 0 ? beyond(other.high[k]!) : beyond(other.low[k]!);
        return gap(k) >= gap(1 - k) && far > 0 ? [far / 2] : [];
      });
      const free = Math.min(...gaps, beyond(wall));
      if (beyond(wall) <= Math.min(free, farthest * width)) return wall;
      const known = near.find((x) => beyond(x) > nearest * width && beyond(x) <= Math.min(free, farthest * width));
      const at = known ?? edge + sign * Math.min(aside * width, free);
      if (known === undefined) cuts[k]!.push(at);
      return at;
    }),
  );
  return sides as unknown as readonly [Point, Point];
}

const between = (a: Point, b: Point, share: number): Point => [
  (1 - share) * a[0] + share * b[0],
  (1 - share) * a[1] + share * b[1],
];

function rectangle([a, c]: Point, [b, d]: Point): Block {
  return { low: (u) => between([a, c], [b, c], u), high: (u) => between([a, d], [b, d], u) };
}

/** Blocks between a hole and the parts of its rectangle's sides between cuts. */
function blocksAbout(
  { center, box: [low, high] }: Hole & { readonly box: readonly [Point, Point] },
  xs: readonly number[],
  ys: readonly number[],
  { inside }: PlaneShape,
  near: number,
): Block[] {
  const within = (all: readonly number[], k: 0 | 1) => all.filter((x) => x >= low[k] - near && x <= high[k] + near);
  const [along, up] = [within(xs, 0), within(ys, 1)];
  const corners: readonly Point[] = [
    ...along.slice(0, -1).map((x): Point => [x, low[1]]),
    ...up.slice(0, -1).map((y): Point => [high[0], y]),
    ...along
      .slice(1)
      .reverse()
      .map((x): Point => [x, high[1]]),
    ...up
      .slice(1)
      .reverse()
      .map((y): Point => [low[0], y]),
  ];
  /** The outline on the way from the middle, by halves. */
  const outline = (to: Point): Point => {
    let [from, end] = [0, 1];
    for (let round = 0; round < 60; round++) {
      const middle = (from + end) / 2;
      if (inside(...between(center, to, middle))) end = middle;
      else from = middle;
    }
    return between(center, to, end);
  };
  return corners.map((from, k) => {
    const to = corners[(k + 1) % corners.length]!;
    const high = (u: number) => between(from, to, u);
    return { high, low: (u) => outline(between(from, to, bent(from, to, center, u))) };
  });
}

/** Share of the way along a side at which its direction from a point has gone a share of the angle. */
function bent(from: Point, to: Point, center: Point, u: number): number {
  if (u === 0 || u === 1) return u;
  const angle = (p: Point) => Math.atan2(p[1] - center[1], p[0] - center[0]);
  const first = angle(from);
  const turn = angle(to) - first;
  const whole = turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
  const direction = first + u * whole;
  const cross = (p: Point) => Math.cos(direction) * (p[1] - center[1]) - Math.sin(direction) * (p[0] - center[0]);
  const [p, q] = [cross(from), cross(to)];
  return p / (p - q);
}

/** Area by Green's formula on the sides. */
function areaOf(blocks: readonly Block[]): number {
  const n = 512;
  let area = 0;
  for (const { low, high } of blocks) {
    const around = [
      ...Array.from({ length: n + 1 }, (_, i) => low(i / n)),
      ...Array.from({ length: n + 1 }, (_, i) => high(1 - i / n)),
    ];
    let own = 0;
    around.forEach(([x, y], i) => {
      const [p, q] = around[(i + 1) % around.length]!;
      own += (x * q - p * y) / 2;
    });
    area += Math.abs(own);
  }
  return area;
}
