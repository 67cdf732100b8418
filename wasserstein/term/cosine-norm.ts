/** The norm of Ḣ⁻¹ of the difference of two point sets in a box, by its longest cosines: the dual Sobolev norm without a grid. */
import { DomainError } from "../../engine/errors.ts";
import { balancedMasses, type Cloud, checkSameSpace, cloudPoints, explicitWeights } from "../measure/measure.ts";
import type { TransportResult } from "../measure/result.ts";

/** A box. */
export interface Box {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Half waves along each axis, of the `count` cosines of the longest waves but for the constant; of equal ones the first axis first. */
function waves(dim: number, count: number): readonly (readonly number[])[] {
  const found: number[][] = [];
  for (let square = 1; found.length < count; square++) {
    const go = (before: readonly number[], rest: number) => {
      const most = Math.floor(Math.sqrt(rest));
      if (before.length === dim - 1) {
        if (most * most === rest) found.push([...before, most]);
        return;
      }
      for (let k = most; k >= 0; k--) go([...before, k], rest - k * k);
    };
    go([], square);
  }
  return found.slice(0, count);
}

/**
 * The functions c_k(x)/(π|k|) at points, [n, modes], with c_k the orthonormal cosines of the box in units of its sides: the squared norm of
 * Σ m_i δ(x_i) is Σ_k (Σ_i m_i c_k(x_i)/(π|k|))².
 */
export function cosineFeatures(points: Float64Array, { low, high }: Box, count: number): Float64Array {
  const dim = low.length;
  const all = waves(dim, count);
  const n = points.length / dim;
  const most = Math.max(...all.flat());
  const out = new Float64Array(n * count);
  const table = new Float64Array(dim * (most + 1));
  const lengths = all.map((k) => Math.PI * Math.hypot(...k));
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < dim; a++) {
      const x = (points[i * dim + a]! - low[a]!) / (high[a]! - low[a]!);
      for (let k = 0; k <= most; k++) table[a * (most + 1) + k] = k === 0 ? 1 : Math.SQRT2 * Math.cos(Math.PI * k * x);
    }
    for (const [j, wave] of all.entries()) {
      let product = 1 / lengths[j]!;
      for (let a = 0; a < dim; a++) product *= table[a * (most + 1) + wave[a]!]!;
      out[i * count + j] = product;
    }
  }
  return out;
}

/**
 * Σ_k (Σ x_i c_k − Σ y_j c_k)²/(π|k|)² of two clouds whose masses are scaled to sum 1.
 *
 * @throws DomainError where a point lies outside of the box
 */
export function cosineNorm(x: Cloud, y: Cloud, count: number, given?: Box): TransportResult {
  const where = "wassersteinTerm";
  checkSameSpace(where, x, y);
  const box = given ?? { low: new Array<number>(x.dim).fill(0), high: new Array<number>(x.dim).fill(1) };
  const points = [cloudPoints(`${where}: x`, x), cloudPoints(`${where}: y`, y)] as const;
  for (const set of points) {
    const bad = set.findIndex((v, at) => !(v >= box.low[at % x.dim]! && v <= box.high[at % x.dim]!));
    if (bad < 0) continue;
    const way = "give a box that holds all points";
    throw new DomainError(
      `${where}: coordinate ${set[bad]} of point ${Math.floor(bad / x.dim)} is outside of the box; ${way}`,
      set[bad],
    );
  }
  const masses = balancedMasses(where, x.weights, x.count, y.weights, y.count, { normalize: true });
  const sides = [x, y].map(({ count: n }, s) => ({
    weights: explicitWeights(masses[s]!, n),
    total: masses[s]!.total,
    features: cosineFeatures(points[s]!, box, count),
    sign: s === 0 ? 1 : -1,
  }));
  const sums = new Float64Array(count);
  for (const { weights, features, sign } of sides) {
    for (const [i, w] of weights.entries()) {
      for (let j = 0; j < count; j++) sums[j]! += sign * w * features[i * count + j]!;
    }
  }
  const value = sums.reduce((a, s) => a + s * s, 0);
  const gradient = () => {
    const all = waves(x.dim, count);
    const ends = sides.map(({ weights, total, features, sign }, s) => {
      const inWeights = weights.map((_, i) => {
        let slope = 0;
        for (let j = 0; j < count; j++) slope += 2 * sign * sums[j]! * features[i * count + j]!;
        return slope;
      });
      const mean = inWeights.reduce((sum, slope, i) => sum + slope * weights[i]!, 0);
      const inPoints = slopes(points[s]!, box, all, sums).map(
        (slope, at) => sign * weights[Math.floor(at / x.dim)]! * slope,
      );
      return { points: inPoints, weights: inWeights.map((slope) => (slope - mean) / total) };
    });
    const [a, b] = ends as [(typeof ends)[0], (typeof ends)[0]];
    return { x: a.points, y: b.points, xWeights: a.weights, yWeights: b.weights };
  };
  return { value, gradient };
}

/** Σ_k 2 s_k ∇c_k/(π|k|) at points. */
function slopes(
  points: Float64Array,
  { low, high }: Box,
  all: readonly (readonly number[])[],
  sums: Float64Array,
): Float64Array {
  const dim = low.length;
  return points.map((_, at) => {
    const axis = at % dim;
    const first = at - axis;
    let sum = 0;
    for (const [j, wave] of all.entries()) {
      if (wave[axis] === 0) continue;
      let product = (2 * sums[j]!) / (Math.PI * Math.hypot(...wave));
      for (const [a, k] of wave.entries()) {
        const side = high[a]! - low[a]!;
        const phase = (Math.PI * k * (points[first + a]! - low[a]!)) / side;
        if (a === axis) product *= (-Math.SQRT2 * Math.PI * k * Math.sin(phase)) / side;
        else if (k > 0) product *= Math.SQRT2 * Math.cos(phase);
      }
      sum += product;
    }
    return sum;
  });
}
