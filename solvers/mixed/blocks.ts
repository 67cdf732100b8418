/**
 * Blocks that fill a domain in the plane: rectangles between its straight walls, and about each round hole four blocks
 * between its outline and the sides of a rectangle, along rays from its middle (transfinite maps: Gordon and Hall 1973).
 */
import { type DomainSpec, domainOf, geometryOf, parseDomain } from "../../equations/domain/index.ts";
import { planeShape, type PlaneShape } from "../elements/region.ts";

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
/** Points of an outline that are looked at. */
const looks = 64;

/** The blocks of a domain in the plane, or why it has none, in words. */
export function planeBlocks(spec: DomainSpec): readonly Block[] | string {
  const { shape, interval } = parseDomain(spec);
  const geometry = geometryOf(shape);
  if (geometry.dimension !== 2 || interval) return "its domain is no shape in the plane";
  const region = planeShape(geometry);
  const near = slack * Math.hypot(...geometry.low.map((l, k) => geometry.high[k]! - l));
  const cuts = [0, 1].map((k) => [geometry.low[k]!, geometry.high[k]!]);
  for (const { piece } of region.stretches) {
    const { flat } = region.pieces[piece]!;
    if (flat) cuts[flat.axis]!.push(flat.value);
  }
  const holes = holesOf(region);
  if (typeof holes === "string") return holes;
  for (const hole of holes) if (!cutAbout(hole, holes, cuts)) return "its holes are too near to one another";
  const [xs, ys] = cuts.map((own) =>
    own.toSorted((a, b) => a - b).filter((x, i, all) => i === 0 || x > all[i - 1]! + near),
  ) as [number[], number[]];
  if ((xs.length - 1) * (ys.length - 1) > mostCells) return "its walls cut it into too many rectangles";
  const blocks: Block[] = [];
  for (let i = 1; i < xs.length; i++) {
    for (let j = 1; j < ys.length; j++) {
      const [low, high]: [Point, Point] = [
        [xs[i - 1]!, ys[j - 1]!],
        [xs[i]!, ys[j]!],
      ];
      const isIn = ({ center }: Hole) => [0, 1].every((k) => center[k]! > low[k]! && center[k]! < high[k]!);
      const own = holes.find(isIn);
      if (own) blocks.push(...blocksAbout(own, low, high, region));
      else if (region.inside((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)) blocks.push(rectangle(low, high));
    }
  }
  const { volume, volumeError } = domainOf(spec);
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
    const point = new Float64Array(2);
    for (let i = 0; i < looks; i++) {
      place(piece, (i + 0.5) / looks, point, normal);
      for (const k of [0, 1]) {
        low[k] = Math.min(low[k]!, point[k]!);
        high[k] = Math.max(high[k]!, point[k]!);
      }
    }
    const center: Point = [(low[0]! + high[0]!) / 2, (low[1]! + high[1]!) / 2];
    if (inside(...center)) return "its outline is round outside";
    holes.push({ center, low: low as unknown as Point, high: high as unknown as Point });
  }
  return holes;
}

/** Adds cuts on all sides of a hole; false where one would meet another hole. */
function cutAbout(hole: Hole, holes: readonly Hole[], cuts: number[][]): boolean {
  const width = Math.max(...[0, 1].map((k) => hole.high[k]! - hole.low[k]!));
  for (const k of [0, 1]) {
    for (const sign of [-1, 1]) {
      const edge = sign < 0 ? hole.low[k]! : hole.high[k]!;
      const far = (x: number) => sign * (x - edge);
      const room = Math.min(
        ...holes.map((other) => (sign < 0 ? far(other.high[k]!) : far(other.low[k]!))).filter((v) => v > 0),
      );
      const isFree = (x: number) => holes.every(({ low, high }) => x <= low[k]! || x >= high[k]!);
      const has = cuts[k]!.some((x) => far(x) > nearest * width && far(x) < Math.min(room, farthest * width));
      if (has) continue;
      const at = edge + sign * Math.min(aside * width, room / 2);
      if (!isFree(at)) return false;
      cuts[k]!.push(at);
    }
  }
  return true;
}

const between = (a: Point, b: Point, share: number): Point => [
  (1 - share) * a[0] + share * b[0],
  (1 - share) * a[1] + share * b[1],
];

function rectangle([a, c]: Point, [b, d]: Point): Block {
  return { low: (u) => between([a, c], [b, c], u), high: (u) => between([a, d], [b, d], u) };
}

function blocksAbout({ center }: Hole, [a, c]: Point, [b, d]: Point, { inside }: PlaneShape): Block[] {
  const corners: readonly Point[] = [
    [a, c],
    [b, c],
    [b, d],
    [a, d],
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
    const to = corners[(k + 1) % 4]!;
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
