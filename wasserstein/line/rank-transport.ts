/**
 * Transport in order of rank between two sorted samples: the merge of their cumulated weights (Peyré and Cuturi,
 * arXiv 1803.00567, §2.6). Linear in the sizes; nothing is checked here.
 */

import type { Values } from "../../engine/numerics/radix-sort.ts";
import type { GroundCost } from "../measure/ground-cost.ts";
import type { QuantileWeight } from "../measure/quantile-weight.ts";

/** A sample in ascending order. */
export interface Ranked {
  readonly values: Values;
  /** Mass up to each rank, the last exactly 1; undefined for equal masses. */
  readonly levels: Float64Array | undefined;
  /** Rounding error of the levels, where some mass is so small beside the others that it would feel it. */
  readonly rest?: Float64Array | undefined;
}

/** Value and derivatives, in order of rank. */
export interface RankGradient {
  readonly value: number;
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** In the levels, the last (always 1) left out as 0. */
  readonly leftLevels: Float64Array;
  readonly rightLevels: Float64Array;
}

/** ∫₀¹ c(F⁻¹(q) − G⁻¹(q)) w(q) dq. */
export function rankValue(left: Ranked, right: Ranked, cost: GroundCost, weight?: QuantileWeight): number {
  const [x, y] = [left.values, right.values];
  const [n, m] = [x.length, y.length];
  if (left.levels === undefined && right.levels === undefined && n === m && weight === undefined) {
    return pairedSum(x, y, cost) / n;
  }
  if (left.rest !== undefined || right.rest !== undefined) return rankGradient(left, right, cost, weight).value;
  const [a, b] = [levelsOf(left), levelsOf(right)];
  if (weight === undefined && cost.huber === undefined && (cost.p === 1 || cost.p === 2)) {
    const sum = cost.p === 1 ? mergedDistance(x, a, y, b) : mergedSquare(x, a, y, b);
    // A gap beyond float64 times no mass, which is no part of the sum.
    if (!Number.isNaN(sum)) return sum;
  }
  let [sum, level, height] = [0, 0, 0];
  // Ties step on both sides; the last levels are 1 on both, so that no mass is left where one side ends.
  for (let i = 0, j = 0; i < n && j < m; ) {
    const [p, q] = [a[i]!, b[j]!];
    const next = Math.min(p, q);
    if (next > level) {
      const top = weight === undefined ? next : weight.cumulative(next);
      if (top > height) sum += (top - height) * cost.at(x[i]! - y[j]!);
      level = next;
      height = top;
    }
    if (p <= q) i++;
    if (q <= p) j++;
  }
  return sum;
}

/** The loop of {@link rankValue} for |gap| without branches, which a processor could not foresee: nearly twice as fast. */
function mergedDistance(x: Values, a: Float64Array, y: Values, b: Float64Array): number {
  const [n, m] = [x.length, y.length];
  let [sum, level] = [0, 0];
  for (let i = 0, j = 0; i < n && j < m; ) {
    const p = a[i]!;
    const q = b[j]!;
    const next = Math.min(p, q);
    sum += (next - level) * Math.abs(x[i]! - y[j]!);
    level = next;
    i += p <= q ? 1 : 0;
    j += q <= p ? 1 : 0;
  }
  return sum;
}

/** The same for gap². */
function mergedSquare(x: Values, a: Float64Array, y: Values, b: Float64Array): number {
  const [n, m] = [x.length, y.length];
  let [sum, level] = [0, 0];
  for (let i = 0, j = 0; i < n && j < m; ) {
    const p = a[i]!;
    const q = b[j]!;
    const next = Math.min(p, q);
    const gap = x[i]! - y[j]!;
    sum += (next - level) * (gap * gap);
    level = next;
    i += p <= q ? 1 : 0;
    j += q <= p ? 1 : 0;
  }
  return sum;
}

/** {@link rankValue} with its derivatives; where it has none, the mean of those on both sides. */
export function rankGradient(left: Ranked, right: Ranked, cost: GroundCost, weight?: QuantileWeight): RankGradient {
  const [x, y] = [left.values, right.values];
  const [n, m] = [x.length, y.length];
  const [a, b] = [levelsOf(left), levelsOf(right)];
  const fine = left.rest !== undefined || right.rest !== undefined;
  const [ra, rb] = fine ? [restOf(left, a), restOf(right, b)] : [];
  const [dx, dy, da, db] = [new Float64Array(n), new Float64Array(m), new Float64Array(n), new Float64Array(m)];
  let [sum, level, height, under] = [0, 0, 0, 0];
  for (let i = 0, j = 0; ; ) {
    const next = Math.min(a[i]!, b[j]!);
    // Which level is the lower one: by what rounding took from them where they look the same.
    const order = a[i]! - b[j]! || (fine ? ra![i]! - rb![j]! : 0);
    const rest = fine ? (order <= 0 ? ra![i]! : rb![j]!) : 0;
    if (next > level || (next === level && rest > under)) {
      const top = weight === undefined ? next : weight.cumulative(next);
      const mass = weight === undefined ? top - height + (rest - under) : top - height;
      if (mass > 0) {
        const gap = x[i]! - y[j]!;
        const slope = mass * cost.slope(gap);
        sum += mass * cost.at(gap);
        dx[i]! += slope;
        dy[j]! -= slope;
      }
      level = next;
      height = top;
      under = rest;
    }
    const stepX = i < n - 1 && order <= 0;
    const stepY = j < m - 1 && order >= 0;
    if (!(stepX || stepY)) break;
    // More mass at or below the level lets x[i] stand there in place of x[i + 1], against what y has there.
    const density = weight === undefined ? 1 : weight.density(next);
    const [x0, y0] = [x[i]!, y[j]!];
    const x1 = stepX ? x[i + 1]! : x0;
    const y1 = stepY ? y[j + 1]! : y0;
    const [c00, c10, c01, c11] = [cost.at(x0 - y0), cost.at(x1 - y0), cost.at(x0 - y1), cost.at(x1 - y1)];
    const half = density / 2;
    if (stepX) da[i++] = half * (c00 - c10) + half * (c01 - c11);
    if (stepY) db[j++] = half * (c00 - c01) + half * (c10 - c11);
  }
  return { value: sum, left: dx, right: dy, leftLevels: da, rightLevels: db };
}

/** A mass below this share of the mean needs more digits than sums up to 1 have. */
const smallShare = 1e-6;

/** Weights in order of rank, cumulated; undefined for equal ones. */
export function levelsFrom(
  weights: Float64Array | undefined,
  order: Uint32Array | undefined,
): Pick<Ranked, "levels" | "rest"> {
  if (weights === undefined) return { levels: undefined };
  const n = weights.length;
  const levels = new Float64Array(n);
  let total = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < n; k++) {
    const w = weights[order === undefined ? k : order[k]!]!;
    if (w > 0 && w < least) least = w;
    total += w;
    levels[k] = total;
  }
  if (least < (smallShare / n) * total) return fineLevels(weights, order);
  // Ranks after the last mass have level 1 as well.
  for (let k = 0; k < n; k++) levels[k] = levels[k]! === total ? 1 : levels[k]! / total;
  return { levels };
}

/** The same in twice the digits; what is left of 1 goes to the largest mass. */
function fineLevels(weights: Float64Array, order: Uint32Array | undefined): Pick<Ranked, "levels" | "rest"> {
  const n = weights.length;
  const [levels, rest] = [new Float64Array(n), new Float64Array(n)];
  let largest = 0;
  let [high, low] = [1, 0];
  for (let k = 0; k < n; k++) {
    [high, low] = plus(high, low, -weights[k]!);
    if (weights[k]! > weights[largest]!) largest = k;
  }
  const left = high + low;
  [high, low] = [0, 0];
  for (let k = 0; k < n; k++) {
    const at = order === undefined ? k : order[k]!;
    [high, low] = plus(high, low, weights[at]!);
    if (at === largest) [high, low] = plus(high, low, left);
    levels[k] = high;
    rest[k] = low;
  }
  // Ranks from the last mass on: exactly 1.
  for (let k = n - 1; k >= 0; k--) {
    const at = order === undefined ? k : order[k]!;
    levels[k] = 1;
    rest[k] = 0;
    if (weights[at]! > 0) break;
  }
  return { levels, rest };
}

/** (high + low) + term in twice the digits (Knuth's sum). */
function plus(high: number, low: number, term: number): [number, number] {
  const sum = high + term;
  const back = sum - high;
  const rest = low + (high - (sum - back) + (term - back));
  const top = sum + rest;
  return [top, rest - (top - sum)];
}

/** Rounding error of the levels: of equal masses, from k/n. */
function restOf({ levels, rest }: Ranked, values: Float64Array): Float64Array {
  if (rest !== undefined) return rest;
  const n = values.length;
  const out = new Float64Array(n);
  if (levels !== undefined) return out;
  // k/n = value + (k − n·value)/n; the product's own rounding by halves of 26 digits (Dekker 1971).
  const split = (v: number) => {
    const c = 134217729 * v;
    const top = c - (c - v);
    return [top, v - top] as const;
  };
  const [n1, n0] = split(n);
  for (let k = 0; k < n; k++) {
    const value = values[k]!;
    const product = n * value;
    const [v1, v0] = split(value);
    const lost = n0 * v0 - (product - n1 * v1 - n0 * v1 - n1 * v0);
    out[k] = (k + 1 - product - lost) / n;
  }
  return out;
}

/** Mass of rank k. */
export function massAt({ values, levels, rest }: Ranked, k: number): number {
  if (levels === undefined) return 1 / values.length;
  const mass = levels[k]! - (k === 0 ? 0 : levels[k - 1]!);
  return rest === undefined ? mass : mass + (rest[k]! - (k === 0 ? 0 : rest[k - 1]!));
}

/** Equal masses as exact fractions, so that equal levels of two samples compare equal. */
function levelsOf({ values, levels }: Ranked): Float64Array {
  if (levels !== undefined) return levels;
  const n = values.length;
  const equal = new Float64Array(n);
  for (let k = 0; k < n; k++) equal[k] = (k + 1) / n;
  return equal;
}

function pairedSum(x: Values, y: Values, cost: GroundCost): number {
  const n = x.length;
  let sum = 0;
  if (cost.huber !== undefined || (cost.p !== 1 && cost.p !== 2)) {
    for (let k = 0; k < n; k++) sum += cost.at(x[k]! - y[k]!);
  } else if (cost.p === 1) {
    for (let k = 0; k < n; k++) sum += Math.abs(x[k]! - y[k]!);
  } else {
    for (let k = 0; k < n; k++) sum += (x[k]! - y[k]!) ** 2;
  }
  return sum;
}
