/** Points of integrals over the space of a domain, and over parts of its boundary: products of Gauss's rule where there are any. */
import { OptionsError } from "../../engine/errors.ts";
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import { rng } from "../../engine/random/rng.ts";
import { domainOf, type Geometry, geometryOf, parseDomain } from "../../equations/domain/index.ts";
import { boundaryPart, type Problem, placeKey } from "../../equations/problem/index.ts";
import { type PlaneShape, partsWhere, planeShape } from "../elements/region.ts";

/** A place as conditions and functionals have it. */
type Place = Parameters<typeof placeKey>[0];

/** Points of space, [n, axes of space], with weights that sum to the measure. */
export interface Rule {
  readonly points: Float64Array;
  readonly weights: Float64Array;
  /** Outward; of parts of the boundary alone. */
  readonly normals?: Float64Array;
  /** True where the error falls with the root of the number of points, not with a power of it. */
  readonly isDrawn?: boolean;
}

/** Nodes of a panel. */
const nodes = 8;

/**
 * A rule for the space of a domain, or for places on its boundary.
 *
 * @param level - from 0 on; each has about twice as many points along an axis
 * @throws OptionsError for a place inside of the domain
 */
export function ruleOf(problem: Problem, on: readonly Place[] | undefined, level: number): Rule {
  const { shape } = parseDomain(problem.domain);
  const geometry = geometryOf(shape);
  const s = geometry.dimension;
  if (on === undefined) {
    if (shape.kind === "box" && s <= 3) return ofBox(geometry.low, geometry.high, level);
    return s === 2 ? ofShape(geometry, level) : drawn(problem, undefined, level);
  }
  const rules = on.map((place): Rule => {
    if (typeof place === "object" && "surface" in place)
      throw new OptionsError("functional: a line inside of the domain is no part of its boundary", "functionals");
    if (s === 2) return ofEdges(problem, planeShape(geometry), place, level);
    const faces = shape.kind === "box" && s <= 3 ? facesOf(problem, place) : undefined;
    if (!faces) return drawn(problem, place, level);
    return joined(faces.map(({ axis, side }) => ofFace(geometry.low, geometry.high, axis, side, level)));
  });
  return joined(rules);
}

const joined = (rules: readonly Rule[]): Rule => {
  const all = (of: (rule: Rule) => Float64Array) => Float64Array.from(rules.flatMap((rule) => [...of(rule)]));
  return {
    points: all(({ points }) => points),
    weights: all(({ weights }) => weights),
    normals: all(({ normals }) => normals!),
    isDrawn: rules.some(({ isDrawn }) => isDrawn),
  };
};

/** Gauss's rule on panels of equal length. */
export function panels(low: number, high: number, count: number) {
  const rule = gaussLegendre(nodes);
  const width = (high - low) / count;
  return {
    at: Float64Array.from(
      { length: count * nodes },
      (_, i) => low + width * (Math.floor(i / nodes) + rule.nodes[i % nodes]!),
    ),
    weights: Float64Array.from({ length: count * nodes }, (_, i) => width * rule.weights[i % nodes]!),
  };
}

function ofBox(low: readonly number[], high: readonly number[], level: number): Rule {
  const s = low.length;
  const lines = low.map((l, k) => panels(l, high[k]!, 2 ** level * (s === 1 ? 16 : s === 2 ? 4 : 2)));
  const count = lines.reduce((product, { at }) => product * at.length, 1);
  const [points, weights] = [new Float64Array(count * s), new Float64Array(count).fill(1)];
  for (let i = 0; i < count; i++) {
    let rest = i;
    for (const [k, { at, weights: own }] of lines.entries()) {
      const j = rest % at.length;
      rest = (rest - j) / at.length;
      points[i * s + k] = at[j]!;
      weights[i]! *= own[j]!;
    }
  }
  return { points, weights };
}

function ofFace(
  low: readonly number[],
  high: readonly number[],
  axis: number,
  side: "low" | "high",
  level: number,
): Rule {
  const s = low.length;
  const without = (list: readonly number[]) => list.filter((_, k) => k !== axis);
  const { points: flat, weights } =
    s === 1 ? { points: new Float64Array(0), weights: Float64Array.of(1) } : ofBox(without(low), without(high), level);
  const [points, normals] = [new Float64Array(weights.length * s), new Float64Array(weights.length * s)];
  for (let i = 0; i < weights.length; i++) {
    for (let k = 0, from = 0; k < s; k++)
      points[i * s + k] = k === axis ? (side === "low" ? low : high)[k]! : flat[i * (s - 1) + from++]!;
    normals[i * s + axis] = side === "low" ? -1 : 1;
  }
  return { points, weights, normals };
}

/** Whole faces of a box. */
function facesOf({ axes, time }: Problem, place: Place): { axis: number; side: "low" | "high" }[] | undefined {
  const both = (axis: number) => (["low", "high"] as const).map((side) => ({ axis, side }));
  if (place === "boundary") return axes.flatMap((_, axis) => (axis === time ? [] : both(axis)));
  if (!("axis" in place)) return undefined;
  return both(place.axis).filter(({ side }) => place.side === "both" || place.side === side);
}

/** Edges of a shape in the plane. */
function ofEdges(problem: Problem, shape: PlaneShape, place: Place, level: number): Rule {
  const { domain } = problem;
  const parsed = parseDomain(domain).shape;
  const { low, high } = domainOf(domain);
  const part = boundaryPart(place, problem);
  const facets =
    typeof place === "object" && "group" in place && parsed.kind === "mesh"
      ? new Set(parsed.groups[place.group])
      : undefined;
  const [point, normal] = [new Float64Array(2), new Float64Array(2)];
  const whole = new Float64Array(problem.axes.length);
  if (problem.time !== undefined) whole[problem.time] = problem.bounds[problem.time]![1];
  const stretches = shape.stretches.flatMap((stretch) => {
    const { flat, edge, measure } = shape.pieces[stretch.piece]!;
    if (place === "boundary") return [stretch];
    if ("axis" in place) {
      const bounds = place.side === "both" ? [low, high] : [place.side === "low" ? low : high];
      const lies = flat?.axis === place.axis && bounds.some((b) => Math.abs(b[flat.axis]! - flat.value) <= shape.slack);
      return lies ? [stretch] : [];
    }
    if ("edge" in place) return edge === place.edge ? [stretch] : [];
    if (facets) return edge !== undefined && facets.has(edge) ? [stretch] : [];
    if (typeof part !== "object" || !("where" in part)) return [];
    const holds = (t: number) => {
      shape.place(stretch.piece, t, point, normal);
      whole.set(point);
      return part.where(whole);
    };
    const asked = {
      holds,
      reach: () => 0,
      inset: (1e-6 * Math.hypot(...high.map((h, k) => h - low[k]!))) / measure,
      looks: 256,
    };
    return partsWhere(stretch, asked)
      .filter(({ kept }) => kept)
      .map((found) => found.stretch);
  });
  if (stretches.length === 0)
    throw new OptionsError(`functional: no edge lies on ${JSON.stringify(placeKey(place))}`, "functionals", place);
  // Short stretches, as of coastlines, need fewer panels.
  const count = Math.max(1, Math.ceil((2 ** level * 32) / stretches.length));
  const rules = stretches.map(({ piece, from, to }): Rule => {
    const { at, weights } = panels(from, to, count);
    const { measure } = shape.pieces[piece]!;
    const [points, normals] = [new Float64Array(2 * at.length), new Float64Array(2 * at.length)];
    for (const [i, t] of at.entries()) {
      shape.place(piece, t, point, normal);
      points.set(point, 2 * i);
      normals.set(normal, 2 * i);
    }
    return { points, normals, weights: weights.map((w) => w * measure) };
  });
  return joined(rules);
}

/** Places at most at which a line is asked whether it is inside, and panels. */
const [looks, mostPanels] = [2048, 256];

/** A shape in the plane by lines along y: between the places where its outline turns back, each line is in the same pieces. */
function ofShape(geometry: Geometry, level: number): Rule {
  const { low, high } = geometry;
  const shape = planeShape(geometry);
  const turns = turnsOf(shape).filter((x) => x > low[0]! && x < high[0]!);
  const width = high[0]! - low[0]!;
  const ends = [low[0]!, ...turns.sort((a, b) => a - b), high[0]!].filter(
    (x, i, all) => i === 0 || x - all[i - 1]! > 1e-9 * width,
  );
  const cuts =
    ends.length <= mostPanels
      ? ends
      : Array.from({ length: mostPanels + 1 }, (_, i) => low[0]! + (width * i) / mostPanels);
  const each = Math.max(1, Math.ceil((2 ** level * 8) / cuts.length));
  const points: number[] = [];
  const weights: number[] = [];
  for (const [k, b] of cuts.slice(1).entries()) {
    const a = cuts[k]!;
    // Roots at the ends of lines become smooth by x = (a + b)/2 − (b − a)/2 cos θ.
    const { at, weights: own } = panels(0, Math.PI, each);
    for (const [i, theta] of at.entries()) {
      const x = (a + b) / 2 - ((b - a) / 2) * Math.cos(theta);
      const dx = ((b - a) / 2) * Math.sin(theta) * own[i]!;
      for (const [from, to] of insideAt(geometry, x, low[1]!, high[1]!)) {
        const line = panels(from, to, Math.max(1, Math.ceil((2 ** level * 4 * (to - from)) / (high[1]! - low[1]!))));
        for (const [j, y] of line.at.entries()) {
          points.push(x, y);
          weights.push(dx * line.weights[j]!);
        }
      }
    }
  }
  return { points: Float64Array.from(points), weights: Float64Array.from(weights) };
}

/** The parts of a line x = const that lie inside: as far as the distance to the outline reaches there is no end of one. */
function insideAt(geometry: Geometry, x: number, low: number, high: number): (readonly [number, number])[] {
  const point = Float64Array.of(x, 0);
  const distance = (y: number) => {
    point[1] = y;
    return geometry.distance(point, 0);
  };
  const edge = (a: number, b: number) => {
    const above = distance(b) < 0;
    for (let round = 0; round < 50; round++) {
      const middle = (a + b) / 2;
      if (distance(middle) < 0 === above) b = middle;
      else a = middle;
    }
    return (a + b) / 2;
  };
  const least = (high - low) / looks;
  const found: (readonly [number, number])[] = [];
  let begin: number | undefined;
  // Beyond the bounding box all is outside.
  let [y, d] = [low - least, Number.POSITIVE_INFINITY];
  while (y < high + least) {
    const next = y + Math.max(least, Number.isFinite(d) ? Math.abs(d) : 0);
    const there = distance(next);
    if (!(d < 0) && there < 0) begin = edge(y, next);
    if (d < 0 && !(there < 0)) found.push([begin!, edge(y, next)]);
    [y, d] = [next, there];
  }
  return found;
}

/** Places along x where the outline has a corner, or runs along y. */
function turnsOf(shape: PlaneShape): number[] {
  const [point, normal] = [new Float64Array(2), new Float64Array(2)];
  const at = (piece: number, t: number) => {
    shape.place(piece, t, point, normal);
    return { x: point[0]!, up: normal[1]! };
  };
  return shape.stretches.flatMap(({ piece, from, to }) => {
    const ends = [at(piece, from).x, at(piece, to).x];
    if (shape.pieces[piece]!.flat) return ends;
    const steps = 16;
    for (let i = 0; i < steps; i++) {
      let [a, b] = [from + ((to - from) * i) / steps, from + ((to - from) * (i + 1)) / steps];
      const above = at(piece, b).up > 0;
      if (at(piece, a).up > 0 === above) continue;
      for (let round = 0; round < 50; round++) {
        const middle = (a + b) / 2;
        if (at(piece, middle).up > 0 === above) b = middle;
        else a = middle;
      }
      ends.push(at(piece, b).x);
    }
    return ends;
  });
}

/** Quasi-uniform points of what has no product. */
function drawn(problem: Problem, place: Place | undefined, level: number): Rule {
  const domain = domainOf(problem.domain);
  const { axes, time, bounds } = problem;
  const count = 2 ** (12 + level);
  const random = rng(0).split(`functional ${level}`);
  const d = axes.length;
  const inSpace = (rows: Float64Array) => (time === undefined ? rows : rows.filter((_, i) => i % d !== time));
  const duration = time === undefined ? 1 : bounds[time]![1] - bounds[time]![0];
  if (place === undefined)
    return {
      points: inSpace(domain.interior(count, random)),
      weights: new Float64Array(count).fill(domain.volume / duration / count),
      isDrawn: true,
    };
  const { points, normals, weights, measure } = domain.boundary(count, random, boundaryPart(place, problem));
  const own = weights.map((w) => (w * measure) / duration);
  return { points: inSpace(points), normals: inSpace(normals), weights: own, isDrawn: true };
}
