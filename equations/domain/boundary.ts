/** Quasi-uniform points on boundaries and their parts, with outward normals and measures. */
import { ConvergenceError, DomainError, OptionsError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { Geometry, Piece } from "./geometry.ts";
import { type Interval, timeName } from "./spec.ts";
import type { Surface } from "./surface.ts";
import { estimateFraction, sizeOfEstimate, unitSequence } from "./unit-points.ts";

/**
 * A part of the boundary:
 * - `"boundary"`: the boundary in space, at all times;
 * - `"initial"`, `"final"`: the first and the last moment;
 * - `"all"`: the whole boundary of the space–time domain (for a domain without time the same as `"boundary"`);
 * - `{ axis, side }`: what lies in the bounding face x_axis = low, = high, or both (`@defaultValue "both"`), the
 *   axis by name or index;
 * - `{ edge }`: an edge of a polygon, from vertex `edge` to the next one, as written in the spec;
 * - `{ group }`: a part of a mesh's boundary that has a name;
 * - `{ where }`: the points of the boundary in space at which a predicate holds, with the words for it;
 * - `{ surface }`: no part of the boundary, but a line or surface inside.
 */
export type BoundaryPart =
  | "boundary"
  | "initial"
  | "final"
  | "all"
  | { readonly axis: string | number; readonly side?: "low" | "high" | "both" }
  | { readonly edge: number }
  | { readonly group: string }
  | { readonly where: (point: Float64Array) => boolean; readonly text?: string }
  | { readonly surface: Surface };

/** A part that lies on the boundary. */
export type PieceOfBoundary = Exclude<BoundaryPart, { readonly surface: Surface }>;

/** Points on a part of the boundary. */
export interface BoundaryPoints {
  /** `[count, dimension]`. */
  readonly points: Float64Array;
  /** Outward unit normals `[count, dimension]`; the component along time is 0 except at its ends. */
  readonly normals: Float64Array;
  /** Σ weightᵢ f(xᵢ) estimates the mean of f over the part; they sum to 1. */
  readonly weights: Float64Array;
  /** Length, area, … of the part, the length of time included; the number of points for 0-dimensional parts. */
  readonly measure: number;
  /** Standard error of `measure`; 0 where it is exact. */
  readonly measureError: number;
}

/** A domain as the sampler of boundaries sees it. */
export interface BoundaryContext {
  readonly axes: readonly string[];
  readonly space: Geometry;
  readonly spaceVolume: number;
  readonly interval?: Interval;
  /** Uniform points of the domain, time included. */
  readonly inside: (count: number, rng: Rng) => Float64Array;
}

/** A part in terms of the pieces in space and the ends of time. */
interface Resolved {
  readonly pieces: readonly number[];
  readonly ends: readonly ("low" | "high")[];
  readonly where?: (point: Float64Array) => boolean;
}

/** The index of an axis given by name or index. @throws OptionsError if there is none */
export function axisIndex(axes: readonly string[], axis: string | number): number {
  const index = typeof axis === "number" ? axis : axes.indexOf(axis);
  if (!(Number.isInteger(index) && index >= 0 && index < axes.length)) {
    throw new OptionsError(`Domain: part on the unknown axis ${axis}; the axes are ${axes.join(", ")}`, "axis", axis);
  }
  return index;
}

/** The sides that `side` names. @throws OptionsError for other words */
export function sidesOf(side: "low" | "high" | "both" = "both"): readonly ("low" | "high")[] {
  if (!["low", "high", "both"].includes(side)) {
    throw new OptionsError(`Domain: side is "${side}"; give "low", "high" or "both"`, "side", side);
  }
  return side === "both" ? ["low", "high"] : [side];
}

/** Samplers of all parts of one domain; measures of parts that must be estimated are kept. */
export function boundarySampler(
  context: BoundaryContext,
): (count: number, rng: Rng, part: PieceOfBoundary) => BoundaryPoints {
  const measures = new Map<string, Measure>();
  const wheres = new WeakMap<object, Measure>();
  const kept = new Uint8Array(context.space.keeps ? sizeOfEstimate : 0);
  return (count, rng, part) => {
    const resolved = resolve(context, part);
    const { axes, space, spaceVolume, interval, inside } = context;
    const dimension = axes.length;
    const duration = interval ? interval[1] - interval[0] : 1;
    const { where } = resolved;
    const key = where ? "" : JSON.stringify(part);
    const lateral = (where ? wheres.get(where) : measures.get(key)) ?? measureOf(space, resolved, interval, kept);
    if (where) wheres.set(where, lateral);
    else measures.set(key, lateral);
    const shares = [lateral.measure * duration, ...resolved.ends.map(() => spaceVolume)];
    const measure = shares.reduce((sum, share) => sum + share, 0);
    if (!(measure > 0)) {
      const way =
        "corners have no length, and places inside are none: give a face, or a part of one as in y = 0 and x < 0";
      throw new DomainError(`Domain.boundary: the part ${describe(part)} has no points on the boundary; ${way}`, part);
    }
    const counts = split(count, shares);
    const points = new Float64Array(count * dimension);
    const normals = new Float64Array(count * dimension);
    const weights = new Float64Array(count);
    const covered = shares.reduce((sum, share, k) => sum + (counts[k]! > 0 ? share : 0), 0);
    let row = 0;
    for (const [k, n] of counts.entries()) {
      weights.fill(shares[k]! / covered / n, row, row + n);
      const at = { points: points.subarray(row * dimension), normals: normals.subarray(row * dimension) };
      if (n > 0 && k === 0) fillSides(space, resolved, interval, n, rng, at, lateral);
      else if (n > 0) {
        const end = resolved.ends[k - 1]!;
        at.points.set(inside(n, rng));
        for (let i = 0; i < n; i++) {
          at.points[(i + 1) * dimension - 1] = interval![end === "low" ? 0 : 1];
          at.normals[(i + 1) * dimension - 1] = end === "low" ? -1 : 1;
        }
      }
      row += n;
    }
    return { points, normals, weights, measure, measureError: lateral.error * duration };
  };
}

/** Counts in proportion to the shares, at least one each where there are enough. */
function split(count: number, shares: readonly number[]): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const counts = shares.map((share) => (share > 0 ? Math.max(1, Math.round((count * share) / total)) : 0));
  for (let excess = counts.reduce((sum, n) => sum + n, 0) - count; excess !== 0; excess -= Math.sign(excess)) {
    const largest = counts.indexOf(Math.max(...counts));
    counts[largest]! -= Math.sign(excess);
  }
  return counts;
}

function describe(part: PieceOfBoundary): string {
  return typeof part === "object" && "where" in part ? (part.text ?? "{ where }") : JSON.stringify(part);
}

function resolve({ axes, space, interval }: BoundaryContext, part: PieceOfBoundary): Resolved {
  const every = space.pieces.map((_, k) => k);
  const needTime = () => {
    if (interval === undefined) {
      throw new OptionsError(
        `Domain: the part ${describe(part)} needs a time axis; add "${timeName}": [start, end]`,
        "part",
        part,
      );
    }
  };
  if (part === "boundary") return { pieces: every, ends: [] };
  if (part === "all") return { pieces: every, ends: interval ? ["low", "high"] : [] };
  if (part === "initial" || part === "final") {
    needTime();
    return { pieces: [], ends: [part === "initial" ? "low" : "high"] };
  }
  if (typeof part !== "object" || part === null) {
    throw new OptionsError(
      `Domain: unknown part ${describe(part)}; known words are boundary, initial, final, all`,
      "part",
      part,
    );
  }
  if ("where" in part) return { pieces: every, ends: [], where: part.where };
  if ("edge" in part) {
    const pieces = every.filter((k) => space.pieces[k]!.edge === part.edge);
    if (pieces.length !== 1 || space.keeps) {
      throw new OptionsError(
        `Domain: there is no edge ${part.edge}; only polygons have edges, counted from 0`,
        "edge",
        part.edge,
      );
    }
    return { pieces, ends: [] };
  }
  if ("group" in part) {
    const pieces = space.groups?.[part.group];
    if (pieces === undefined) {
      const known = Object.keys(space.groups ?? {}).join(", ");
      const way = known === "" ? "only meshes have groups" : `there are ${known}`;
      throw new OptionsError(`Domain: there is no group ${JSON.stringify(part.group)}; ${way}`, "group", part.group);
    }
    return { pieces, ends: [] };
  }
  const axis = axisIndex(axes, part.axis);
  const sides = sidesOf(part.side);
  if (interval && axis === axes.length - 1) return { pieces: [], ends: sides };
  const values = sides.map((side) => (side === "low" ? space.low[axis] : space.high[axis]));
  const pieces = every.filter((k) => {
    const { flat } = space.pieces[k]!;
    return flat?.axis === axis && values.includes(flat.value);
  });
  if (pieces.length === 0) {
    throw new DomainError(`Domain: the part ${describe(part)} is empty: no flat face lies there; use { where }`, part);
  }
  return { pieces, ends: [] };
}

interface Measure {
  readonly measure: number;
  readonly error: number;
  /** Fraction of the candidates that belong to the part. */
  readonly fraction: number;
}

/**
 * A walk over pieces in proportion to their measures: the first unit coordinate chooses, and is used up to its
 * remainder.
 */
function placer(space: Geometry, chosen: readonly number[]) {
  const sums = [0];
  for (const k of chosen) sums.push(sums.at(-1)! + space.pieces[k]!.measure);
  const total = sums.at(-1)!;
  return {
    total,
    place(unit: Float64Array, point: Float64Array, normal: Float64Array): number {
      const along = unit[0]! * total;
      let [k, beyond] = [0, chosen.length];
      while (beyond - k > 1) {
        const middle = (k + beyond) >> 1;
        if (along >= sums[middle]!) k = middle;
        else beyond = middle;
      }
      const piece: Piece = space.pieces[chosen[k]!]!;
      unit[0] = Math.min(1, Math.max(0, (along - sums[k]!) / piece.measure));
      piece.place(unit, 0, point, normal);
      return chosen[k]!;
    },
  };
}

/**
 * Length or area of the part in space; with a predicate the average over time.
 *
 * @param kept - of each point of an estimate on all pieces: 1 if it is on the boundary, 2 if not, 0 if that is not known yet
 */
function measureOf(
  space: Geometry,
  { pieces, where }: Resolved,
  interval: Interval | undefined,
  kept: Uint8Array,
): Measure {
  if (pieces.length === 0) return { measure: 0, error: 0, fraction: 1 };
  const { total, place } = placer(space, pieces);
  const known = pieces.reduce((sum, k) => sum + (space.pieces[k]!.measureError ?? 0), 0);
  if (!space.keeps && !where) return { measure: total, error: known, fraction: 1 };
  let number = 0;
  const keeps: Geometry["keeps"] = (point, normal, piece) => {
    if (kept[number] === 0) kept[number] = space.keeps!(point, normal, piece) ? 1 : 2;
    return kept[number] === 1;
  };
  const isRemembered = space.keeps && pieces.length === space.pieces.length;
  const accept = acceptor(isRemembered ? { dimension: space.dimension, keeps } : space, where, interval);
  const { fraction, error } = estimateFraction(space.dimension + 1, (units, at, i) => {
    number = i;
    return accept(units, at, place);
  });
  return { measure: total * fraction, error: total * error + known, fraction };
}

/** The test of one candidate; it leaves the point, time included, and the normal in its buffers. */
function acceptor(space: Pick<Geometry, "dimension" | "keeps">, where: Resolved["where"], interval?: Interval) {
  const { dimension } = space;
  const unit = new Float64Array(dimension);
  const point = new Float64Array(dimension + (interval ? 1 : 0));
  const normal = new Float64Array(point.length);
  const accept = (units: Float64Array, at: number, place: ReturnType<typeof placer>["place"]): boolean => {
    for (let k = 0; k < dimension; k++) unit[k] = units[at + k]!;
    const piece = place(unit, point, normal);
    if (interval) point[dimension] = interval[0] + (interval[1] - interval[0]) * units[at + dimension]!;
    return (space.keeps?.(point, normal, piece) ?? true) && (where?.(point.slice()) ?? true);
  };
  return Object.assign(accept, { point, normal });
}

function fillSides(
  space: Geometry,
  { pieces, where }: Resolved,
  interval: Interval | undefined,
  count: number,
  rng: Rng,
  out: { readonly points: Float64Array; readonly normals: Float64Array },
  { fraction }: Measure,
): void {
  const stride = space.dimension + 1;
  const { place } = placer(space, pieces);
  const accept = acceptor(space, where, interval);
  const width = accept.point.length;
  const sequence = unitSequence(stride, rng);
  let tried = 0;
  for (let filled = 0; filled < count; ) {
    const units = sequence.next(count);
    for (let i = 0; i < count && filled < count; i++) {
      if (!accept(units, i * stride, place)) continue;
      out.points.set(accept.point, filled * width);
      out.normals.set(accept.normal, filled * width);
      filled++;
    }
    tried += count;
    if (filled < count && tried > (1000 * count) / fraction + 1e6) {
      const found = `only ${filled} of ${count} points on the part among ${tried} candidates`;
      throw new ConvergenceError(`Domain.boundary: ${found}; is the predicate almost nowhere true?`, "empty", filled);
    }
  }
}
