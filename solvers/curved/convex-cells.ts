/**
 * Blocks of a convex domain in a plane that straight lines cut: each corner of a part between lines has a block, to the
 * middles of the sides that meet there and to a point inside.
 */
import { differentiate, functionOfPoint, nodesOf } from "../../equations/expression/index.ts";
import { rootBetween } from "./root.ts";
import type { Block, Box, Shape, Surface } from "./shape.ts";

type Point = readonly [x: number, y: number];

/** A side of a convex domain, or a line that cuts it; positive inside, or on one side of it. */
interface Bound {
  readonly value: (point: Point) => number;
  /** The line where it is straight: a point and its direction. */
  readonly line: { readonly at: Point; readonly along: Point } | undefined;
}

/** Length of rounding size, beside the extent; places of a line at which a round side is looked for; most lines. */
const [slack, looks, mostLines] = [1e-9, 200, 6];
/** Share of a straight side to the block in its middle, and how far that ends beside the way to the round side. */
const [ofChord, aside] = [0.3, 0.35];
/** Second derivatives and slopes that pass for rounding. */
const flat = 1e-9;

/** The blocks; undefined where no line is slanted, or the domain is not convex, or a surface is no line. */
export function convexBlocks(shape: Shape, box: Box, surfaces: readonly Surface[]): Block[] | undefined {
  if (box.low.length !== 2 || surfaces.length > mostLines) return undefined;
  const lines = surfaces.map((surface) => lineOf(surface, box));
  if (lines.some((bound) => bound?.line === undefined)) return undefined;
  if (lines.every((bound) => bound!.line!.along.some((v) => Math.abs(v) < flat))) return undefined;
  const sides = sidesOf(shape, box);
  if (!sides) return undefined;
  const extent = Math.hypot(box.high[0]! - box.low[0]!, box.high[1]! - box.low[1]!);
  const cells = lines.reduce<Bound[][]>(
    (all, line) =>
      all.flatMap((own) => [
        [...own, line!],
        [...own, opposite(line!)],
      ]),
    [sides],
  );
  return cells.flatMap((bounds) => blocksOfCell(bounds, extent));
}

const opposite = ({ value, line }: Bound): Bound => ({ value: (p) => -value(p), line });

/** A formula's zeros, as a line where they are one. */
function lineOf({ formula, constants }: Surface, { low, high }: Box): Bound | undefined {
  if ([...nodesOf([formula])].some(({ kind }) => !["number", "constant", "coordinate", "call"].includes(kind)))
    return undefined;
  const value = functionOfPoint(formula, constants);
  const slopes = [0, 1].map((axis) => functionOfPoint(differentiate(formula, { axis }, 2), constants));
  const middle: Point = [(low[0]! + high[0]!) / 2, (low[1]! + high[1]!) / 2];
  const slope: Point = [slopes[0]!(middle), slopes[1]!(middle)];
  const size = Math.hypot(...slope);
  const others: Point[] = [
    [low[0]!, low[1]!],
    [high[0]!, 0.3 * low[1]! + 0.7 * high[1]!],
    [0.6 * low[0]! + 0.4 * high[0]!, high[1]!],
  ];
  const isStraight = others.every((p) => Math.hypot(...slopes.map((s, k) => s(p) - slope[k]!)) <= flat * size);
  if (!(size > 0)) return undefined;
  const far = value(middle) / size ** 2;
  return {
    value: (p) => value(p) / size,
    line: isStraight
      ? {
          at: [middle[0] - far * slope[0], middle[1] - far * slope[1]],
          along: [-slope[1] / size, slope[0] / size],
        }
      : undefined,
  };
}

/** The sides of a convex domain: a rectangle, a convex polygon, a disk or an ellipse, or an intersection of these. */
function sidesOf(shape: Shape, box: Box): Bound[] | undefined {
  if (shape.kind === "box") {
    const { low, high } = shape;
    return [0, 1].flatMap((k) => {
      const along: Point = k === 0 ? [0, 1] : [1, 0];
      return [
        { value: (p: Point) => p[k]! - low[k]!, line: { at: [low[0]!, low[1]!] as const, along } },
        { value: (p: Point) => high[k]! - p[k]!, line: { at: [high[0]!, high[1]!] as const, along } },
      ];
    });
  }
  if (shape.kind === "polygon" && shape.holes.length === 0) {
    const { vertices } = shape;
    const own = vertices.map((a, i): Bound => {
      const b = vertices[(i + 1) % vertices.length]!;
      const size = Math.hypot(b[0] - a[0], b[1] - a[1]);
      const along: Point = [(b[0] - a[0]) / size, (b[1] - a[1]) / size];
      return { value: (p) => along[0] * (p[1] - a[1]) - along[1] * (p[0] - a[0]), line: { at: a, along } };
    });
    const extent = Math.hypot(box.high[0]! - box.low[0]!, box.high[1]! - box.low[1]!);
    return vertices.every((p) => own.every(({ value }) => value(p) >= -slack * extent)) ? own : undefined;
  }
  if (shape.kind === "ball") {
    const { center, radius } = shape;
    return [{ value: (p) => radius - Math.hypot(p[0] - center[0]!, p[1] - center[1]!), line: undefined }];
  }
  if (shape.kind === "ellipse") {
    return [{ value: insideEllipse(shape), line: undefined }];
  }
  if (shape.kind === "level") {
    const own = lineOf({ formula: shape.value, constants: {} }, shape);
    return own && [own, ...sidesOf({ kind: "box", low: shape.low, high: shape.high } as Shape, box)!];
  }
  if (shape.kind !== "intersection") return undefined;
  const parts = shape.parts.map((part) => sidesOf(part, box));
  return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part!);
}

/** Points where two bounds are both 0. */
function meetings(a: Bound, b: Bound, extent: number): Point[] {
  if (!a.line) return b.line ? meetings(b, a, extent) : [];
  const { at, along } = a.line;
  const on = (s: number): Point => [at[0] + s * along[0], at[1] + s * along[1]];
  if (b.line) {
    const across = along[0] * b.line.along[1] - along[1] * b.line.along[0];
    if (Math.abs(across) < slack) return [];
    const [x, y] = [b.line.at[0] - at[0], b.line.at[1] - at[1]];
    return [on((x * b.line.along[1] - y * b.line.along[0]) / across)];
  }
  const value = (s: number) => b.value(on(s));
  const place = (i: number) => 2 * extent * (i / looks - 0.5);
  return Array.from({ length: looks }, (_, i) => i)
    .filter((i) => value(place(i)) > 0 !== value(place(i + 1)) > 0)
    .map((i) => on(rootBetween(value, place(i), place(i + 1))));
}

/** The blocks of what lies inside of all bounds. */
function blocksOfCell(bounds: readonly Bound[], extent: number): Block[] {
  const near = slack * extent;
  const corners: Point[] = [];
  for (const [i, one] of bounds.entries())
    for (const other of bounds.slice(0, i))
      for (const p of meetings(one, other, extent))
        if (
          bounds.every(({ value }) => value(p) >= -near) &&
          corners.every((q) => Math.hypot(p[0] - q[0], p[1] - q[1]) > near)
        )
          corners.push(p);
  const center = insideOf(corners, bounds, extent);
  if (!center || corners.length < 2) return [];
  const angleOf = (p: Point) => Math.atan2(p[1] - center[1], p[0] - center[0]);
  corners.sort((p, q) => angleOf(p) - angleOf(q));
  const sides = corners.map((from, i) => sideBetween(from, corners[(i + 1) % corners.length]!, center, bounds, extent));
  if (corners.length === 2) return blocksOfSegment(sides, center);
  return corners.flatMap((_, i): Block[] => {
    const [before, after] = [sides[(i + corners.length - 1) % corners.length]!, sides[i]!];
    // Sides that are round lie on the surfaces of a block.
    return before.isStraight
      ? [{ low: (u) => after.place((1 + u) / 4), high: straight(before.place(0.5), center) }]
      : [{ low: (u) => before.place(1 - (1 + u) / 4), high: straight(after.place(0.5), center) }];
  });
}

const between = (a: Point, b: Point, share: number): Point => [
  (1 - share) * a[0] + share * b[0],
  (1 - share) * a[1] + share * b[1],
];

const straight = (a: Point, b: Point) => (u: number) => between(a, b, (1 + u) / 2);

/** The blocks between a straight side and a round one: one in the middle of the straight side, and three about it. */
function blocksOfSegment(sides: readonly Side[], center: Point): Block[] {
  const arc = sides.find(({ isStraight }) => !isStraight)!;
  const chord = sides.find(({ isStraight }) => isStraight)!;
  // The chord goes on where the arc ends.
  const [first, second] = [chord.place(ofChord), chord.place(1 - ofChord)];
  const [a, b] = [arc.place(1 / 3), arc.place(2 / 3)];
  const [p, q] = [between(between(second, a, 0.5), center, aside), between(between(first, b, 0.5), center, aside)];
  const part = (k: number) => (u: number) => arc.place((k + (1 + u) / 2) / 3);
  return [
    { low: part(0), high: straight(second, p) },
    { low: part(1), high: straight(p, q) },
    { low: part(2), high: straight(q, first) },
    { low: straight(second, first), high: straight(p, q) },
  ];
}

/** A point well inside: the middle of the corners, or where these are on one line that of the way to the round side. */
function insideOf(corners: readonly Point[], bounds: readonly Bound[], extent: number): Point | undefined {
  if (corners.length < 2) return undefined;
  const [x, y] = [0, 1].map((k) => corners.reduce((sum, p) => sum + p[k]!, 0) / corners.length) as [number, number];
  if (bounds.every(({ value }) => value([x, y]) > slack * extent)) return [x, y];
  if (corners.length > 2) return undefined;
  const chord = bounds.find(({ line, value }) => line && Math.abs(value([x, y])) <= slack * extent);
  if (!chord) return undefined;
  const [a, b] = chord.line!.along;
  const sign = chord.value([x - b * extent, y + a * extent]) > 0 ? 1 : -1;
  const along: Point = [x - sign * b * extent, y + sign * a * extent];
  const share = distanceInside(
    [x, y],
    along,
    bounds.filter((bound) => bound !== chord),
  );
  return share > slack ? between([x, y], along, share / 2) : undefined;
}

/** Share of a way, to a point far outside, that lies inside of bounds. */
function distanceInside(from: Point, to: Point, bounds: readonly Bound[]): number {
  const value = (share: number) => Math.min(...bounds.map((bound) => bound.value(between(from, to, share))));
  return rootBetween(value, 0, 1);
}

/** A side of a cell from one corner to the next, by shares of its way. */
interface Side {
  readonly isStraight: boolean;
  readonly place: (share: number) => Point;
}

function sideBetween(from: Point, to: Point, center: Point, bounds: readonly Bound[], extent: number): Side {
  const angle = (p: Point) => Math.atan2(p[1] - center[1], p[0] - center[0]);
  const first = angle(from);
  const turn = (angle(to) - first + 4 * Math.PI) % (2 * Math.PI);
  const far = (share: number): Point => [
    center[0] + 2 * extent * Math.cos(first + share * turn),
    center[1] + 2 * extent * Math.sin(first + share * turn),
  ];
  const met = between(center, far(0.5), distanceInside(center, far(0.5), bounds));
  const bound = bounds.reduce((a, b) => (Math.abs(b.value(met)) < Math.abs(a.value(met)) ? b : a));
  if (bound.line) return { isStraight: true, place: (share: number) => between(from, to, share) };
  const place = (share: number): Point =>
    share === 0 ? from : share === 1 ? to : between(center, far(share), distanceInside(center, far(share), [bound]));
  return { isStraight: false, place };
}

/** Positive inside an ellipse, 0 on it. */
export function insideEllipse({ center, radii, angle }: Extract<Shape, { readonly kind: "ellipse" }>) {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return (p: ArrayLike<number>): number => {
    const [x, y] = [p[0]! - center[0], p[1]! - center[1]];
    return 1 - Math.hypot((c * x + s * y) / radii[0], (c * y - s * x) / radii[1]);
  };
}
