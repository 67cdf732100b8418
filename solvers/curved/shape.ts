/**
 * Blocks of shapes with round parts in two or three axes: boxes, and what lies between a box or a round surface and the
 * next one along rays from a centre (transfinite maps: Gordon and Hall 1973). They end at surfaces where coefficients jump.
 */
import { type DomainSpec, geometryOf, parseDomain } from "../../equations/domain/index.ts";
import { differentiate, type Expression, functionOfPoint, nodesOf, turnOf } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { Mismatch } from "../spectral/index.ts";
import { convexBlocks, insideEllipse } from "./convex-cells.ts";
import { rootBetween } from "./root.ts";

/**
 * A part of a domain between two surfaces: lines from points of the one to those of the other with the same (u, v) in
 * [−1, 1]²; in a plane u alone.
 */
export interface Block {
  low(u: number, v: number): readonly number[];
  high(u: number, v: number): readonly number[];
}

export type Shape = ReturnType<typeof parseDomain>["shape"];

/** A surface inside of a domain at which blocks end: where a function of its points is 0. */
export interface Surface {
  readonly formula: Expression;
  readonly constants: Readonly<Record<string, number>>;
}

/** The most surfaces at which blocks end where no flux jumps. */
const mostKinks = 8;

/** The surfaces at which fluxes of a problem jump, and others where formulas of its equations have jumps or kinks. */
export function surfacesOf({ fluxes = [], constants, equations }: Problem): {
  readonly jumps: readonly Surface[];
  readonly kinks: readonly Surface[];
} {
  const turns = new Set(fluxes.flatMap((flux) => flux.turns));
  const known = new Set([...turns].map((turn) => JSON.stringify(turn)));
  const kinks = [...nodesOf(equations)].flatMap((node) => {
    const turn = turnOf(node);
    if (!turn || ![...nodesOf(turn)].every(({ kind }) => ofPlaces.includes(kind))) return [];
    const text = JSON.stringify(turn);
    if (known.has(text)) return [];
    known.add(text);
    return [turn];
  });
  const surfaces = (formulas: Iterable<Expression>) => [...formulas].map((formula) => ({ formula, constants }));
  return { jumps: surfaces(turns), kinks: surfaces(kinks.slice(0, mostKinks)) };
}

/** Kinds of nodes whose values depend on places alone. */
const ofPlaces: readonly Expression["kind"][] = ["number", "constant", "coordinate", "call"];

/** A round surface that rays from a centre meet once, along the axes of which its formula speaks. */
export interface Round {
  readonly axes: readonly number[];
  readonly center: readonly number[];
  /** Positive on the side of the centre. */
  readonly value: (point: ArrayLike<number>) => number;
}

export interface Box {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Half width of the box in the middle of a round part, beside the distance of the surface. */
const ofCore = 0.5;
/** Share of the way to a face of the domain's box at which a surface touches it. */
const touching = 1.01;
/** Places of a ray at which a round surface is looked for, and how far beyond the face of a box. */
const [looks, beyond] = [24, 1.6];
/** Ratio of the widths of the box in the middle at most. */
const uneven = 3;
/** Length of rounding size, beside the extent. */
const slack = 1e-9;
/** Growth of distances from the centre in a block beside a surface at which coefficients jump: in a plane, and in space. */
const mostGrowth = [2, 3] as const;
/** Half width of the box about such a surface, beside its own. */
const room = 2;
/** The most cells. */
const mostCells = 64;

/** A shape that has no blocks, for the reason given. */
export class NoBlocks extends Mismatch {}

/**
 * The blocks of a domain on two or three axes that end at surfaces.
 *
 * @throws NoBlocks where it has none, in words
 */
export function blocksOf(domain: DomainSpec, surfaces: readonly Surface[] = []): readonly Block[] {
  const { shape } = parseDomain(domain);
  const geometry = geometryOf(shape);
  const { low, high } = geometry;
  const convex = surfaces.length > 0 ? convexBlocks(shape, { low, high }, surfaces) : undefined;
  if (convex) return convex;
  const contains = (point: readonly number[]) => geometry.distance(point, 0, 0) < 0;
  const near = slack * Math.hypot(...low.map((l, k) => high[k]! - l));
  const planes = low.map((l, k) => [l, high[k]!]);
  const rounds: Round[] = [];
  readLeaves(shape, planes, rounds);
  for (const { formula, constants } of surfaces) readLevel(formula, { low, high }, planes, rounds, constants);
  const met = rounds.map((round) => ofMetAxes(round, { low, high }));
  const groups = grouped(surfaces.length > 0 ? aboutInner(met, { low, high }, near) : met, near);
  const cuts = planes.map((own, k) => cutsOf(own, low[k]!, high[k]!, near));
  separate(groups, cuts, { low, high });
  if (surfaces.length > 0 && low.length === 2) surround(groups, cuts, { low, high });
  const cells = cuts.reduce<Box[]>(
    (boxes, own) =>
      boxes.flatMap((box) => own.slice(1).map((to, i) => ({ low: [...box.low, own[i]!], high: [...box.high, to] }))),
    [{ low: [], high: [] }],
  );
  if (cells.length > mostCells) throw new NoBlocks("its planes cut it into too many boxes");
  const isLayered = surfaces.length > 0;
  const all = isLayered ? groups.map((group) => [...group, ...shellsBetween(group, cells, near)]) : groups;
  return cells.flatMap((cell) => blocksIn(cell, all, { contains, near, isLayered }));
}

/** Planes and round surfaces of a shape's parts. */
function readLeaves(shape: Shape, planes: number[][], rounds: Round[]): void {
  if ("parts" in shape) for (const part of shape.parts) readLeaves(part, planes, rounds);
  else if (shape.kind === "box") for (const [k, own] of planes.entries()) own.push(shape.low[k]!, shape.high[k]!);
  else if (shape.kind === "ball") {
    const { center, radius } = shape;
    const value = (p: ArrayLike<number>) => radius - Math.hypot(...center.map((c, k) => p[k]! - c));
    rounds.push({ axes: [...center.keys()], center, value });
  } else if (shape.kind === "ellipse") {
    rounds.push({ axes: [0, 1], center: shape.center, value: insideEllipse(shape) });
  } else if (shape.kind === "level") readLevel(shape.value, shape, planes, rounds);
  else throw new NoBlocks("its domain has parts that are no boxes, balls or formulas");
}

/** The planes or the round surface where a formula is 0. */
function readLevel(
  formula: Expression,
  box: Box,
  planes: number[][],
  rounds: Round[],
  constants: Readonly<Record<string, number>> = {},
): void {
  const axes = [...box.low.keys()].filter((k) =>
    [...nodesOf([formula])].some((e) => e.kind === "coordinate" && e.axis === k),
  );
  if (axes.length > 1) rounds.push(roundOf(formula, axes, box, constants));
  else if (axes.length === 1) planes[axes[0]!]!.push(...rootsAlong(functionOfPoint(formula, constants), box, axes[0]!));
}

/** Places along an axis at which a function of that axis alone is zero. */
function rootsAlong(value: (point: ArrayLike<number>) => number, { low, high }: Box, axis: number): number[] {
  const point = Float64Array.from(low);
  const at = (share: number) => {
    point[axis] = low[axis]! + share * (high[axis]! - low[axis]!);
    return value(point);
  };
  const roots: number[] = [];
  const n = 16 * looks;
  for (let i = 0; i < n; i++)
    if (at(i / n) > 0 !== at((i + 1) / n) > 0)
      roots.push(low[axis]! + rootBetween(at, i / n, (i + 1) / n) * (high[axis]! - low[axis]!));
  return roots;
}

/** A formula's surface about the place where its slopes vanish, or else about the middle of its box. */
function roundOf(
  formula: Expression,
  axes: readonly number[],
  { low, high }: Box,
  constants: Readonly<Record<string, number>>,
): Round {
  const d = low.length;
  const value = functionOfPoint(formula, constants);
  const slopes = axes.map((axis) => differentiate(formula, { axis }, d));
  const bends = slopes.map((slope, i) => functionOfPoint(differentiate(slope, { axis: axes[i]! }, d), constants));
  const first = slopes.map((slope) => functionOfPoint(slope, constants));
  const middle = low.map((l, k) => (l + high[k]!) / 2);
  const center = Float64Array.from(middle);
  for (let round = 0; round < 60; round++) {
    const moves = axes.map((_, i) => first[i]!(center) / bends[i]!(center));
    axes.forEach((axis, i) => {
      center[axis] = center[axis]! - moves[i]!;
    });
    if (!(Math.hypot(...moves) > 1e-15)) break;
  }
  const isWithin = axes.every((k) => center[k]! >= low[k]! - 1e-6 && center[k]! <= high[k]! + 1e-6);
  const chosen = isWithin ? [...center] : middle;
  const sign = value(chosen) < 0 ? -1 : 1;
  return { axes, center: chosen, value: sign > 0 ? value : (p) => -value(p) };
}

/** A round surface without axes along which it goes through the whole domain. */
function ofMetAxes(round: Round, { low, high }: Box): Round {
  const { axes, center } = round;
  const isMet = (axis: number, end: number) =>
    end !== center[axis] && Number.isFinite(distanceAlong(round, center, center.with(axis, end), touching));
  return { ...round, axes: axes.filter((k) => isMet(k, low[k]!) || isMet(k, high[k]!)) };
}

/** Surfaces about the centre of the one that lies in them, where they have another one. */
function aboutInner(rounds: readonly Round[], { low, high }: Box, near: number): Round[] {
  const ends = (round: Round) =>
    round.axes.flatMap((k) =>
      [low[k]!, high[k]!].flatMap((end) => {
        const to = round.center.with(k, end);
        const share = distanceAlong(round, round.center, to);
        return Number.isFinite(share) ? [round.center.map((c, i) => c + share * (to[i]! - c))] : [];
      }),
    );
  const isSame = (a: Round, b: Round) => a.axes.every((k) => Math.abs(a.center[k]! - b.center[k]!) <= near);
  return rounds.map((round) => {
    const inside = rounds.filter(
      (one) => one !== round && String(one.axes) === String(round.axes) && ends(one).every((p) => round.value(p) > 0),
    );
    const innermost = inside.find((one) => inside.every((other) => other === one || other.value(one.center) > 0));
    return innermost && !isSame(innermost, round) ? { ...round, center: innermost.center } : round;
  });
}

/** Rounds that have axes and centre in common. */
function grouped(rounds: readonly Round[], near: number): Round[][] {
  const groups: Round[][] = [];
  for (const round of rounds) {
    const same = groups.find(
      ([one]) =>
        String(one!.axes) === String(round.axes) &&
        round.axes.every((k) => Math.abs(one!.center[k]! - round.center[k]!) <= near),
    );
    if (same) same.push(round);
    else groups.push([round]);
  }
  return groups;
}

/** Places of planes in order, those that are the same once. */
function cutsOf(planes: readonly number[], low: number, high: number, near: number): number[] {
  const cuts = [low];
  for (const x of [...planes].sort((a, b) => a - b)) if (x > cuts.at(-1)! + near && x < high - near) cuts.push(x);
  return [...cuts, high];
}

/** From where to where the surfaces of each group reach, by axis; along other axes through the whole box. */
const reachesOf = (groups: readonly (readonly Round[])[], { low, high }: Box) =>
  groups.map((group) => {
    const { axes, center } = group[0]!;
    return low.map((_, k) => {
      if (!axes.includes(k)) return [low[k]!, high[k]!] as const;
      return [-1, 1].map((sign) => {
        const far = Math.max(
          ...group.map((round) =>
            distanceAlong(round, center, center.with(k, center[k]! + sign * (high[k]! - low[k]!))),
          ),
        );
        return center[k]! + sign * Math.min(far, 1) * (high[k]! - low[k]!);
      }) as [number, number];
    });
  });

/** Cuts in a plane about round surfaces that are small beside the domain, where they do not go through others. */
function surround(groups: readonly (readonly Round[])[], cuts: number[][], box: Box): void {
  const reaches = reachesOf(groups, box);
  for (const [i, group] of groups.entries()) {
    const { axes, center } = group[0]!;
    const widest = Math.max(...axes.map((k) => (reaches[i]![k]![1] - reaches[i]![k]![0]) / 2));
    for (const k of axes) {
      for (const sign of [-1, 1]) {
        const at = center[k]! + sign * room * widest;
        const gap = sign * ((sign < 0 ? reaches[i]![k]![0] : reaches[i]![k]![1]) - center[k]!);
        const isFree =
          reaches.every((own) => at <= own[k]![0] - widest / 4 || at >= own[k]![1] + widest / 4) &&
          cuts[k]!.every((x) => sign * (x - center[k]!) < gap || sign * (x - at) > widest / 2);
        if (isFree && at > box.low[k]! && at < box.high[k]!) cuts[k]!.push(at);
      }
      cuts[k]!.sort((a, b) => a - b);
    }
  }
}

/** Cuts between round parts that lie beside one another. */
function separate(groups: readonly (readonly Round[])[], cuts: number[][], box: Box): void {
  const reaches = reachesOf(groups, box);
  for (const [i, one] of reaches.entries()) {
    for (const other of reaches.slice(0, i)) {
      const gaps = cuts.map((own, k) => {
        const [from, to] = one[k]![1] <= other[k]![0] ? [one[k]![1], other[k]![0]] : [other[k]![1], one[k]![0]];
        return { own, from, to, isCut: from <= to && own.some((x) => x >= from && x <= to) };
      });
      if (gaps.some(({ isCut }) => isCut)) continue;
      const widest = gaps.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
      if (!(widest.to > widest.from)) throw new NoBlocks("its round parts overlap");
      widest.own.push((widest.from + widest.to) / 2);
      widest.own.sort((a, b) => a - b);
    }
  }
}

/** Share of the way from a point to another at which a round surface is met; Infinity where it is not, up to `most` ways. */
export function distanceAlong({ value }: Round, from: readonly number[], to: readonly number[], most = 1): number {
  const point = new Float64Array(from.length);
  const at = (share: number) => {
    for (let k = 0; k < point.length; k++) point[k] = from[k]! + share * (to[k]! - from[k]!);
    return value(point);
  };
  let root = Number.POSITIVE_INFINITY;
  let wasIn = true;
  for (let i = 1; i <= looks; i++) {
    const isIn = at((most * i) / looks) > 0;
    if (wasIn && !isIn) root = rootBetween(at, (most * (i - 1)) / looks, (most * i) / looks);
    else if (isIn && !wasIn) throw new NoBlocks("rays from its middle meet a round surface twice");
    wasIn = isIn;
  }
  return root;
}

/** A rule by which cells are filled. */
interface Filling {
  readonly contains: (point: readonly number[]) => boolean;
  readonly near: number;
  /** True where coefficients jump at surfaces, near which solutions change faster. */
  readonly isLayered: boolean;
}

/** Surfaces similar to round ones between these and the next: as many as keep blocks from growing more than by a factor. */
function shellsBetween(group: readonly Round[], cells: readonly Box[], near: number): Round[] {
  const { axes, center } = group[0]!;
  const samples = cells
    .filter((cell) => isAbout(cell, axes, center, near))
    .flatMap((cell) => facesOf(cell, axes, center, near).flatMap(samplesOf));
  const met = samples.map((to) => {
    const own = group.map((round) => distanceAlong(round, beginOf(to, round.axes, round.center), to));
    return [...own, 1];
  });
  return group.flatMap((round, i) => {
    if (!met.some((own) => own[i]! < 1)) return [];
    const room = Math.min(...met.map((own) => Math.min(...own.filter((share) => share > own[i]!)) / own[i]!));
    const count = Math.ceil(Math.log(room) / Math.log(mostGrowth[center.length - 2]!)) - 1;
    return Array.from({ length: Math.max(0, count) }, (_, j): Round => {
      const scale = room ** ((j + 1) / (count + 1));
      const value = (p: ArrayLike<number>) =>
        round.value(round.center.map((c, k) => (round.axes.includes(k) ? c + (p[k]! - c) / scale : p[k]!)));
      return { ...round, value };
    });
  });
}

/** True where a centre is in a cell. */
const isAbout = ({ low, high }: Box, axes: readonly number[], center: readonly number[], near: number): boolean =>
  axes.every((k) => center[k]! >= low[k]! - near && center[k]! <= high[k]! + near);

/** Points of a face to which rays go. */
const samplesOf = (face: (u: number, v: number) => readonly number[]) => [
  face(0.55, 0.57),
  face(-0.59, 0.56),
  face(0.54, -0.58),
  face(-0.56, -0.53),
];

/** The blocks of a cell of the domain's planes. */
function blocksIn(cell: Box, groups: readonly (readonly Round[])[], { contains, near, isLayered }: Filling): Block[] {
  const group = groups.find(([round]) => isAbout(cell, round!.axes, round!.center, near));
  const middle = cell.low.map((l, k) => (l + cell.high[k]!) / 2);
  if (!group) return contains(middle) ? boxBlocks(cell) : [];
  const { axes, center } = group[0]!;
  const rays = facesOf(cell, axes, center, near);
  const samples = rays.flatMap(samplesOf);
  /** Surfaces along a ray, by number of the round; −1 is its begin and the number of rounds the cell's face. */
  const spansOn = (to: readonly number[]) => {
    const from = beginOf(to, axes, center);
    const met = group.map((round) => distanceAlong(round, from, to));
    const order = [...met.keys()].filter((i) => met[i]! < 1).sort((a, b) => met[a]! - met[b]!);
    const ends = [-1, ...order, group.length];
    const share = (i: number) => (i < 0 ? 0 : (met[i] ?? 1));
    return ends.slice(1).flatMap((end, i) => {
      const half = (share(ends[i]!) + share(end)) / 2;
      return contains(from.map((v, k) => v + half * (to[k]! - v))) ? [[ends[i]!, end] as const] : [];
    });
  };
  const spans = spansOn(samples[0]!);
  if (samples.some((to) => String(spansOn(to)) !== String(spans)))
    throw new NoBlocks("rays from the middle of a round part meet its surfaces in different orders");
  return spans.flatMap(([inner, outer]) => {
    if (inner < 0 && outer === group.length) return boxBlocks(cell);
    const surface = (number: number, to: readonly number[]): readonly number[] => {
      if (number < 0 || number === group.length) return to;
      const from = beginOf(to, axes, center);
      const share = distanceAlong(group[number]!, from, to, inner < 0 ? (uneven * beyond) / ofCore : beyond);
      if (!Number.isFinite(share)) throw new NoBlocks("rays from the middle of a round part miss its surface");
      return from.map((v, k) => v + share * (to[k]! - v));
    };
    const core =
      inner >= 0 ? undefined : isLayered ? similarCore(cell, group[outer]!, rays) : coreOf(cell, group[outer]!, near);
    const faces = core ? facesOf(core, axes, center, near) : rays;
    const around = faces.map((face) => ({
      low: (u: number, v: number) => surface(inner, face(u, v, inner >= 0)),
      high: (u: number, v: number) => surface(outer, face(u, v, outer < group.length)),
    }));
    return core ? [...boxBlocks(core), ...around] : around;
  });
}

/** The point of the centre from which a ray goes to a point. */
const beginOf = (to: readonly number[], axes: readonly number[], center: readonly number[]): number[] =>
  to.map((v, k) => (axes.includes(k) ? center[k]! : v));

function boxBlocks({ low, high }: Box): Block[] {
  const face = (x: number) => (u: number, v: number) => [
    x,
    ...[u, v].slice(0, low.length - 1).map((w, i) => ((1 - w) * low[i + 1]! + (1 + w) * high[i + 1]!) / 2),
  ];
  return [{ low: face(low[0]!), high: face(high[0]!) }];
}

/**
 * Faces of a box across some axes, but those on which the centre lies: points by (u, v), which are steps along the face
 * or, where they are bent, about those of the angle at the centre.
 */
function facesOf({ low, high }: Box, axes: readonly number[], center: readonly number[], near: number) {
  const along = (k: number, w: number, isBent: boolean): number => {
    const share = (1 + w) / 2;
    if (!isBent || !axes.includes(k)) return (1 - share) * low[k]! + share * high[k]!;
    const [p, q] = [center[k]! - low[k]!, high[k]! - center[k]!];
    const unit = Math.max(p, q);
    if (w === -1) return low[k]!;
    if (w === 1) return high[k]!;
    return center[k]! + unit * Math.tan(share * Math.atan(q / unit) - (1 - share) * Math.atan(p / unit));
  };
  return axes.flatMap((axis) =>
    [low[axis]!, high[axis]!].flatMap((x) => {
      if (Math.abs(x - center[axis]!) <= near) return [];
      return [
        (u: number, v: number, isBent = false): readonly number[] => {
          const own = [u, v];
          return low.map((_, k) => (k === axis ? x : along(k, own.shift()!, isBent)));
        },
      ];
    }),
  );
}

/** The same, similar to the cell, whose corners lie on the same rays. */
function similarCore(cell: Box, round: Round, rays: ReturnType<typeof facesOf>): Box {
  const { axes, center } = round;
  const ends = [-1, 0, 1];
  const all = rays.flatMap((face) => ends.flatMap((u) => ends.map((v) => face(u, v))));
  const share = ofCore * Math.min(...all.map((to) => distanceAlong(round, beginOf(to, axes, center), to)));
  const inner = (of: readonly number[]) =>
    of.map((end, k) => (axes.includes(k) ? center[k]! + share * (end - center[k]!) : end));
  return { low: inner(cell.low), high: inner(cell.high) };
}

/** The box in the middle of a round part, of the cell's extent along other axes. */
function coreOf(cell: Box, round: Round, near: number): Box {
  const { axes } = round;
  const reach = (axis: number, end: number): number => {
    const all = [0, 0.5, 1].map((share) => {
      const from = round.center.map((c, k) =>
        axes.includes(k) ? c : cell.low[k]! + share * (cell.high[k]! - cell.low[k]!),
      );
      return distanceAlong(round, from, from.with(axis, end), beyond);
    });
    return Math.min(...all);
  };
  const ends = (of: readonly number[]) =>
    of.map((end, k) => {
      const c = round.center[k]!;
      return axes.includes(k) && Math.abs(end - c) > near ? c + ofCore * reach(k, end) * (end - c) : end;
    });
  return { low: ends(cell.low), high: ends(cell.high) };
}
