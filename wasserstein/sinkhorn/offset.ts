/**
 * Offsets of costs that add the same to every plan with the given marginals: C_ij = C′_ij + r_i + s_j. Balanced
 * transport is solved for C′, whose numbers are as small as the differences that matter, and r, s go to the potentials:
 * f = f′ + r, g = g′ + s. Otherwise the digits of an offset are missing in exp((f + g − C)/ε). Unbalanced transport is
 * solved without a constant that all costs share.
 */
import { cloudGeometry, type Geometry, matrixGeometry } from "../measure/geometry.ts";

/** r and s, of all points as given. */
export interface Offset {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Unbalanced: what all costs are lower by; r and s are half of it. Otherwise 0. */
  readonly common: number;
}

interface Reduced {
  readonly geometry: Geometry;
  readonly offset: Offset;
}

/** r_i the least cost of row i, then s_j the least of what column j has left. */
export function reducedMatrix(whole: Geometry): Reduced {
  const { rows, columns } = whole;
  const cost = new Float64Array(rows * columns);
  const [x, y] = [new Float64Array(rows), new Float64Array(columns).fill(Number.POSITIVE_INFINITY)];
  for (let i = 0; i < rows; i++) {
    const row = whole.row(i);
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < columns; j++) if (row[j]! < least) least = row[j]!;
    x[i] = least;
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
      const rest = row[j]! - least;
      cost[at] = rest;
      if (rest < y[j]!) y[j] = rest;
    }
  }
  for (let at = 0; at < cost.length; ) for (let j = 0; j < columns; j++) cost[at++]! -= y[j]!;
  return { geometry: matrixGeometry(cost, rows, columns), offset: { x, y, common: 0 } };
}

/** A cloud's points about their mean under the weights. */
export interface Centred {
  readonly points: Float64Array;
  readonly mean: Float64Array;
}

/** @param kept - the points that the weights belong to */
export function centred(all: Float64Array, dim: number, kept: Int32Array, weights: Float64Array): Centred {
  const mean = new Float64Array(dim);
  let total = 0;
  for (const w of weights) total += w;
  for (const [k, i] of kept.entries()) {
    for (let c = 0; c < dim; c++) mean[c]! += (weights[k]! / total) * all[i * dim + c]!;
  }
  const points = all.slice();
  for (let at = 0; at < points.length; ) for (let c = 0; c < dim; c++) points[at++]! -= mean[c]!;
  return { points, mean };
}

/** ‖x − y‖² = ‖x′ − y′‖² + 2⟨x′, δ⟩ − 2⟨y′, δ⟩ + ‖δ‖² with x′, y′ about the means and δ their difference. */
export function reducedClouds(x: Centred, y: Centred, dim: number): Reduced {
  const { apart, square } = distanceOf(x, y);
  const geometry = cloudGeometry(x.points, y.points, dim);
  return { geometry, offset: { x: along(x, 2, apart, 0), y: along(y, -2, apart, square), common: 0 } };
}

/**
 * The same without ‖δ‖² alone, for unbalanced transport, where what differs from point to point changes the plan.
 *
 * @returns undefined where the clouds are no further from each other than they are wide
 */
export function loweredClouds(
  x: Centred,
  y: Centred,
  dim: number,
  rows: Int32Array,
  columns: Int32Array,
): (Reduced & { readonly kept: Geometry }) | undefined {
  const { apart, square } = distanceOf(x, y);
  const all = cloudGeometry(x.points, y.points, dim);
  if (!(square > all.range)) return undefined;
  const [r, s] = [along(x, 2, apart, 0), along(y, -2, apart, 0)];
  const geometry = tilted(all, r, s);
  const at = ({ points }: Centred, places: Int32Array) =>
    Float64Array.from(
      { length: places.length * dim },
      (_, k) => points[places[Math.floor(k / dim)]! * dim + (k % dim)]!,
    );
  const whole = rows.length === r.length && columns.length === s.length;
  const part = (values: Float64Array, places: Int32Array) => Float64Array.from(places, (i) => values[i]!);
  const kept = whole
    ? geometry
    : tilted(cloudGeometry(at(x, rows), at(y, columns), dim), part(r, rows), part(s, columns));
  return { geometry, kept, offset: halves(square, r.length, s.length) };
}

/** Costs higher by r_i + s_j. */
function tilted(base: Geometry, r: Float64Array, s: Float64Array): Geometry {
  const rangeOf = (values: Float64Array) => {
    const [low, high] = values.reduce(([l, h], v) => [Math.min(l, v), Math.max(h, v)], [Infinity, -Infinity]);
    return high - low;
  };
  const out = new Float64Array(s.length);
  return {
    ...base,
    range: base.range + rangeOf(r) + rangeOf(s),
    row(i) {
      const row = base.row(i);
      const own = r[i]!;
      for (let j = 0; j < out.length; j++) out[j] = row[j]! + (own + s[j]!);
      return out;
    },
    at: (i, j) => base.at(i, j) + (r[i]! + s[j]!),
  };
}

function halves(common: number, n: number, m: number): Offset {
  return { x: new Float64Array(n).fill(common / 2), y: new Float64Array(m).fill(common / 2), common };
}

/**
 * Costs less the least of them, for unbalanced transport.
 *
 * @returns undefined where no digits are at stake: the least is not beyond the range of the costs
 */
export function loweredMatrix(whole: Geometry): Reduced | undefined {
  const { rows, columns, range } = whole;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rows; i++) for (const c of whole.row(i)) if (c < least) least = c;
  if (!(Math.abs(least) > range)) return undefined;
  const cost = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) cost.set(whole.row(i), i * columns);
  for (let at = 0; at < cost.length; at++) cost[at]! -= least;
  return { geometry: matrixGeometry(cost, rows, columns), offset: halves(least, rows, columns) };
}

/** δ and its square. */
function distanceOf(x: Centred, y: Centred): { readonly apart: Float64Array; readonly square: number } {
  const apart = x.mean.map((v, c) => v - y.mean[c]!);
  return { apart, square: apart.reduce((s, v) => s + v * v, 0) };
}

/** factor · ⟨x′, δ⟩ + constant, of each point. */
function along({ points }: Centred, factor: number, apart: Float64Array, constant: number): Float64Array {
  const dim = apart.length;
  const out = new Float64Array(points.length / dim);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let c = 0; c < dim; c++) sum += points[i * dim + c]! * apart[c]!;
    out[i] = factor * sum + constant;
  }
  return out;
}
