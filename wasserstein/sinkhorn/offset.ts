/**
 * What adds the same to every plan with the given marginals: C_ij = C′_ij + r_i + s_j. Balanced transport is solved for C′,
 * whose numbers are as small as the differences that matter, and r, s go to the potentials: f = f′ + r, g = g′ + s.
 * Otherwise the digits of an offset are missing in exp((f + g − C)/ε).
 */
import { cloudGeometry, type Geometry, matrixGeometry } from "../measure/geometry.ts";

/** r and s, of all points as given. */
export interface Offset {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** r_i the least cost of row i, then s_j the least of what column j has left. */
export function reducedMatrix(whole: Geometry): { readonly geometry: Geometry; readonly offset: Offset } {
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
  return { geometry: matrixGeometry(cost, rows, columns), offset: { x, y } };
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
export function reducedClouds(
  x: Centred,
  y: Centred,
  dim: number,
): { readonly geometry: Geometry; readonly offset: Offset } {
  const apart = x.mean.map((v, c) => v - y.mean[c]!);
  const square = apart.reduce((s, v) => s + v * v, 0);
  const along = ({ points }: Centred, factor: number, constant: number) => {
    const out = new Float64Array(points.length / dim);
    for (let i = 0; i < out.length; i++) {
      let sum = 0;
      for (let c = 0; c < dim; c++) sum += points[i * dim + c]! * apart[c]!;
      out[i] = factor * sum + constant;
    }
    return out;
  };
  const geometry = cloudGeometry(x.points, y.points, dim);
  return { geometry, offset: { x: along(x, 2, 0), y: along(y, -2, square) } };
}
