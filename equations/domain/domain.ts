/**
 * Domains at work: where the points of a solver lie. `domainOf` makes a {@link Domain} of a {@link DomainSpec}; it
 * knows its volume, signed distance, quasi-uniform points inside and on every part of its boundary with normals, and
 * expressions that vanish on a part.
 */
import { ConvergenceError, DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { Expression } from "../expression/expression.ts";
import { type BoundaryPart, type BoundaryPoints, boundarySampler } from "./boundary.ts";
import { distanceExpressionOf, type HeldPart } from "./distance-expression.ts";
import { type Geometry, geometryOf } from "./geometry.ts";
import { type DomainSpec, type Interval, parseDomain } from "./spec.ts";
import { surfacePoints } from "./surface.ts";
import { estimateFraction, unitSequence } from "./unit-points.ts";

/** A set from which points are drawn. A solver's domain offers this view of itself. */
export interface SamplingDomain {
  /** Number of coordinates, time included. */
  readonly dimension: number;
  /** Lower corner of the bounding box, one number per coordinate. */
  readonly low: readonly number[];
  /** Upper corner of the bounding box, one number per coordinate. */
  readonly high: readonly number[];
  /** Volume of Ω, not of its bounding box. */
  readonly volume: number;
  /** 1 for every point `[n, dimension]` inside Ω, else 0. */
  contains(points: Float64Array): Uint8Array;
  /** True where Ω is its bounding box. */
  readonly isBox: boolean;
}

/** A domain Ω in space, or in space and time. Points are row-major `[count, dimension]`, time last. */
export interface Domain extends SamplingDomain {
  /** As it was written. */
  readonly spec: DomainSpec;
  /** Names of the coordinates, `t` last. */
  readonly axes: readonly string[];
  /** Index of `t` in `axes`. */
  readonly time?: number;
  /**
   * Volume of Ω, the length of time included: exact for boxes, balls, ellipses and polygons; from the traced outline
   * where a formula closes in its box; for combinations from 65 536 Sobol points in the bounding box.
   */
  readonly volume: number;
  /** Standard error of `volume`; 0 where it is exact. */
  readonly volumeError: number;
  /**
   * 1 where a point lies inside or, up to 1e-12 of the diameter, on the boundary. @throws ShapeError for broken rows
   */
  contains(points: Float64Array): Uint8Array;
  /**
   * Signed distance to ∂Ω (the ends of time belong to it), negative inside. Exact for boxes, balls, ellipses, polygons
   * and these times time; for combinations of them it has the right sign and never exceeds the true distance. Of
   * formulas it has the right sign, and is of first order at the boundary.
   */
  signedDistance(points: Float64Array): Float64Array;
  /** `count` uniform, evenly spread points inside: scrambled Sobol, through an exact map or by rejection. */
  interior(count: number, rng: Rng): Float64Array;
  /** `count` uniform, evenly spread points on a part of the boundary, `@defaultValue "boundary"`. */
  boundary(count: number, rng: Rng, part?: BoundaryPart): BoundaryPoints;
  /**
   * An expression over the coordinates that vanishes on the part and is positive elsewhere inside, at most about 1; see
   * `distanceExpressionOf` for the formulas and for where it is not smooth.
   */
  distanceExpression(part?: HeldPart): Expression;
}

/**
 * Make a domain.
 *
 * @throws OptionsError for what is not a domain spec
 * @throws DomainError for empty or inverted intervals, radius ≤ 0, outlines that cross themselves, non-finite numbers,
 * parts of different dimensions, and what is empty: combinations, and formulas that hold nowhere
 * @throws FormatError for invalid GeoJSON
 * @example domainOf({ difference: [{ x: [-1, 1], y: [-1, 1] }, { shape: "ball", center: [0, 0], radius: 0.5 }] })
 */
export function domainOf(spec: DomainSpec): Domain {
  // A problem asks for its domain many times, and outlines take long to trace.
  const same = ofSpec.get(spec);
  if (same) return same;
  const domain = recentOrMade(spec);
  if (typeof spec === "object" && spec !== null) ofSpec.set(spec, domain);
  return domain;
}

const ofSpec = new WeakMap<DomainSpec, Domain>();

function recentOrMade(spec: DomainSpec): Domain {
  const key = JSON.stringify(spec);
  const known = recent.get(key);
  if (known) return known;
  const domain = made(spec);
  recent.set(key, domain);
  if (recent.size > mostRecent) recent.delete(recent.keys().next().value!);
  return domain;
}

/** Domains that were made last, by their specs. */
const recent = new Map<string, Domain>();
const mostRecent = 16;

function made(spec: DomainSpec): Domain {
  const parsed = parseDomain(spec);
  const { axes, time, shape, interval } = parsed;
  const space = geometryOf(shape);
  const { volume, error } = spaceVolume(space);
  const duration = interval ? interval[1] - interval[0] : 1;
  const dimension = axes.length;
  const low = interval ? [...space.low, interval[0]] : space.low;
  const high = interval ? [...space.high, interval[1]] : space.high;
  const slack = 1e-12 * Math.hypot(...low.map((l, k) => high[k]! - l));
  const distanceAt = (points: Float64Array, at: number, near?: number): number => {
    const distance = space.distance(points, at, near);
    return interval ? withTime(distance, points[at + dimension - 1]!, interval) : distance;
  };
  const each = <A extends Float64Array | Uint8Array>(
    points: Float64Array,
    make: (n: number) => A,
    f: (at: number) => number,
  ): A => {
    if (points.length % dimension !== 0) {
      const way = `rows hold ${axes.join(", ")}`;
      throw new ShapeError("Domain: points", `[n, ${dimension}]`, [points.length], way);
    }
    const out = make(points.length / dimension);
    for (let i = 0; i < out.length; i++) out[i] = f(i * dimension);
    return out;
  };
  const inside = (count: number, rng: Rng) => insidePoints(space, count, rng, interval);
  const sample = boundarySampler({ axes, space, spaceVolume: volume, inside, ...(interval && { interval }) });
  const domain: Domain = {
    spec,
    axes,
    ...(time !== undefined && { time }),
    dimension,
    low,
    high,
    isBox: shape.kind === "box",
    volume: volume * duration,
    volumeError: error * duration,
    contains: (points) =>
      each(
        points,
        (n) => new Uint8Array(n),
        (at) => (distanceAt(points, at, slack) <= slack ? 1 : 0),
      ),
    signedDistance: (points) =>
      each(
        points,
        (n) => new Float64Array(n),
        (at) => distanceAt(points, at),
      ),
    interior(count, rng) {
      checkCount("Domain.interior", count);
      return inside(count, rng);
    },
    boundary(count, rng, part = "boundary") {
      checkCount("Domain.boundary", count);
      const inside = typeof part === "object" && "surface" in part;
      return inside ? surfacePoints(domain, part.surface, count, rng) : sample(count, rng, part);
    },
    distanceExpression: (part = "boundary") => distanceExpressionOf(parsed, part, inside),
  };
  return domain;
}

/** Points with the coordinates of periodic axes moved between their ends. */
export function inPeriod(
  points: Float64Array,
  { dimension: d, low, high }: Pick<Domain, "dimension" | "low" | "high">,
  periodic: readonly { readonly axis: number }[],
): Float64Array {
  if (periodic.length === 0) return points;
  return points.map((x, i) => {
    const [from, to] = [low[i % d]!, high[i % d]!];
    if (!periodic.some(({ axis }) => axis === i % d) || (x >= from && x <= to)) return x;
    return x - (to - from) * Math.floor((x - from) / (to - from));
  });
}

/** Signed distance of a product of a space shape and an interval of time. */
function withTime(space: number, t: number, [start, end]: Interval): number {
  const past = Math.max(start - t, t - end);
  return space > 0 && past > 0 ? Math.hypot(space, past) : Math.max(space, past);
}

function spaceVolume(space: Geometry): { readonly volume: number; readonly error: number } {
  if (space.volume !== undefined) return { volume: space.volume, error: space.volumeError ?? 0 };
  const { dimension, low, high } = space;
  const point = new Float64Array(dimension);
  const { fraction, error } = estimateFraction(dimension, (unit, at) => {
    for (let k = 0; k < dimension; k++) point[k] = low[k]! + (high[k]! - low[k]!) * unit[at + k]!;
    return space.distance(point, 0, 0) < 0;
  });
  if (fraction === 0) {
    throw new DomainError(
      "domainOf: the combination is empty: none of 65536 points of its bounding box lies inside",
      0,
    );
  }
  const bounding = low.reduce((product, l, k) => product * (high[k]! - l), 1);
  return { volume: fraction * bounding, error: error * bounding };
}

function insidePoints(space: Geometry, count: number, rng: Rng, interval?: Interval): Float64Array {
  const { dimension, low, high } = space;
  const width = dimension + (interval ? 1 : 0);
  const map = space.inside;
  const coordinates = map?.coordinates ?? dimension;
  const stride = coordinates + (interval ? 1 : 0);
  const sequence = unitSequence(stride, rng);
  const out = new Float64Array(count * width);
  const point = new Float64Array(dimension);
  for (let filled = 0, tried = 0; filled < count; ) {
    const block = map ? count : Math.max(64, count - filled);
    const units = sequence.next(block);
    for (let i = 0; i < block && filled < count; i++) {
      if (map) map.place(units, i * stride, point);
      else for (let k = 0; k < dimension; k++) point[k] = low[k]! + (high[k]! - low[k]!) * units[i * stride + k]!;
      if (!map && !(space.distance(point, 0, 0) < 0)) continue;
      out.set(point, filled * width);
      if (interval)
        out[filled * width + dimension] = interval[0] + (interval[1] - interval[0]) * units[i * stride + coordinates]!;
      filled++;
    }
    tried += block;
    if (filled === 0 && tried > 2 ** 20) {
      throw new ConvergenceError("Domain.interior: no point inside among 2^20 of the bounding box", "empty", tried);
    }
  }
  return out;
}

function checkCount(caller: string, count: number): void {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new OptionsError(`${caller}: count is ${count}; give a positive integer`, "count", count);
  }
}
