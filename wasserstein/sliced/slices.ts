/** Two weighted clouds made ready for slicing, and the sweep over directions that all sliced distances share. */

import { addScaled } from "../../engine/numerics/vectors.ts";
import { checkRange, type Mass } from "../measure/measure.ts";
import type { TransportGradient } from "../measure/result.ts";
import type { Directions } from "./directions.ts";
import { type LineTransport, lineTransport } from "./line-transport.ts";

/** Coordinates shifted by a common centre and divided by a common scale, so that nothing overflows or cancels. */
export interface SlicePair {
  readonly n: number;
  readonly m: number;
  readonly dim: number;
  readonly p: number;
  /** [n, dim], the points of `x` minus the centre, over the scale. */
  readonly x: Float64Array;
  /** [m, dim], likewise. */
  readonly y: Float64Array;
  /** Weights that sum to 1, or undefined for equal ones. */
  readonly a: Float64Array | undefined;
  readonly b: Float64Array | undefined;
  /** A power of two; 1 unless the coordinates are extreme. */
  readonly scale: number;
}

type Floats = Float64Array | Float32Array;

/** Shifts and scales both clouds alike. Distances are then in units of `scale`. */
export function slicePair(
  [x, y]: readonly [Floats, Floats],
  dim: number,
  p: number,
  [a, b]: readonly [Float64Array | undefined, Float64Array | undefined],
): SlicePair {
  let largest = 0;
  for (const points of [x, y]) for (const v of points) largest = Math.max(largest, Math.abs(v));
  const extreme = largest > 1e100 || (largest > 0 && largest < 1e-100);
  const scale = extreme ? 2 ** Math.min(1023, Math.max(-1021, Math.ceil(Math.log2(largest)))) : 1;
  const n = x.length / dim;
  const m = y.length / dim;
  const centre = new Float64Array(dim);
  for (const points of [x, y]) {
    for (let i = 0; i < points.length; ) for (let k = 0; k < dim; k++) centre[k]! += points[i++]! / scale / (n + m);
  }
  const moved = (points: Floats): Float64Array => {
    const out = new Float64Array(points.length);
    for (let i = 0; i < out.length; ) for (let k = 0; k < dim; k++, i++) out[i] = points[i]! / scale - centre[k]!;
    return out;
  };
  return { n, m, dim, p, x: moved(x), y: moved(y), a, b, scale };
}

/** The transport on the line between projections of a pair. */
export function lineOf(pair: SlicePair, potentials = false): LineTransport {
  return lineTransport(pair.n, pair.m, pair.p, pair.a, pair.b, potentials);
}

/** value·unit, where the unit may be infinite and the value 0. */
export function inUnits(value: number, unit: number): number {
  return value === 0 ? 0 : value * unit;
}

/** Calls `visit` with the projections of both clouds on each direction; the arrays hold until the next call. */
export function sweep(
  pair: SlicePair,
  directions: Directions,
  visit: (l: number, u: Float64Array, v: Float64Array) => void,
): void {
  const { n, m, dim } = pair;
  const rows = 4;
  const us = Array.from({ length: rows }, () => new Float64Array(n));
  const vs = Array.from({ length: rows }, () => new Float64Array(m));
  for (let start = 0; start < directions.count; start += rows) {
    const count = Math.min(rows, directions.count - start);
    const some = directions.points.subarray(start * dim, (start + count) * dim);
    project(pair.x, some, dim, us);
    project(pair.y, some, dim, vs);
    for (let r = 0; r < count; r++) visit(start + r, us[r]!, vs[r]!);
  }
}

/** ⟨θ_r, x_i⟩ for up to four directions at once, which reads the points once for all of them. */
export function project(
  points: Float64Array,
  directions: Float64Array,
  dim: number,
  out: readonly Float64Array[],
): void {
  const n = points.length / dim;
  if (directions.length < 4 * dim) {
    for (let r = 0; r * dim < directions.length; r++) {
      const to = out[r]!;
      const theta = directions.subarray(r * dim, (r + 1) * dim);
      for (let i = 0, at = 0; i < n; i++) {
        let sum = 0;
        for (let k = 0; k < dim; k++) sum += points[at++]! * theta[k]!;
        to[i] = sum;
      }
    }
    return;
  }
  const [o0, o1, o2, o3] = out as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let i = 0, at = 0; i < n; i++) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let k = 0; k < dim; k++) {
      const v = points[at++]!;
      s0 += v * directions[k]!;
      s1 += v * directions[dim + k]!;
      s2 += v * directions[2 * dim + k]!;
      s3 += v * directions[3 * dim + k]!;
    }
    o0[i] = s0;
    o1[i] = s1;
    o2[i] = s2;
    o3[i] = s3;
  }
}

/** Sums of gradients over slices; those in the weights only where they are wanted. */
export interface Pull {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly a: Float64Array | undefined;
  readonly b: Float64Array | undefined;
}

export function emptyPull(pair: SlicePair, weights: boolean): Pull {
  return {
    x: new Float64Array(pair.x.length),
    y: new Float64Array(pair.y.length),
    a: weights ? new Float64Array(pair.n) : undefined,
    b: weights ? new Float64Array(pair.m) : undefined,
  };
}

/** Adds `share` times the gradient that `line` holds for the direction `theta`. */
export function pull(into: Pull, line: LineTransport, theta: Float64Array, share: number): void {
  if (share === 0) return;
  addOuter(into.x, line.du, theta, share);
  addOuter(into.y, line.dv, theta, share);
  if (into.a && line.f) addScaled(into.a, share, line.f);
  if (into.b && line.g) addScaled(into.b, share, line.g);
}

function addOuter(into: Float64Array, column: Float64Array, row: Float64Array, share: number): void {
  const dim = row.length;
  for (let i = 0, at = 0; i < column.length; i++) {
    const factor = share * column[i]!;
    for (let k = 0; k < dim; k++) into[at++]! += factor * row[k]!;
  }
}

/** Weighted mean of the points. */
export function meanOf(points: Float64Array, dim: number, weights: Float64Array | undefined): Float64Array {
  const mean = new Float64Array(dim);
  const n = points.length / dim;
  for (let i = 0, at = 0; i < n; i++) {
    const weight = weights === undefined ? 1 / n : weights[i]!;
    for (let k = 0; k < dim; k++) mean[k]! += weight * points[at++]!;
  }
  return mean;
}

/**
 * Gradients in points and weights as they were given.
 *
 * @param take - the sum over slices, with weights or without
 * @param unit - derivative of the value as returned in the value of the shifted and scaled pair
 */
export function gradientsOf(
  caller: string,
  take: (weights: boolean) => Pull,
  { scale }: SlicePair,
  masses: readonly [Mass, Mass],
  unit: number,
): TransportGradient {
  const points = take(false);
  const checked = (values: Float64Array) => {
    checkRange(`${caller}: the gradient`, values);
    return values;
  };
  const inPoints = (side: Float64Array) => checked(side.map((g) => inUnits(g, unit / scale)));
  let full: Pull | undefined;
  const inWeights = (k: 0 | 1) => {
    full ??= take(true);
    return checked(centred((k === 0 ? full.a : full.b)!, masses[k], unit));
  };
  return {
    x: inPoints(points.x),
    y: inPoints(points.y),
    get xWeights() {
      return inWeights(0);
    },
    get yWeights() {
      return inWeights(1);
    },
  };
}

/** Centred, since scaling all weights changes nothing, and per unit of the weights as given. */
function centred(gradient: Float64Array, { weights, total }: Mass, unit: number): Float64Array {
  let mean = 0;
  for (const [i, g] of gradient.entries()) mean += g * (weights === undefined ? 1 / gradient.length : weights[i]!);
  return gradient.map((g) => inUnits((g - mean) / total, unit));
}
