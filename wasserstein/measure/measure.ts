/**
 * Discrete measures: point clouds and weights, checked once on entry to every public function. Inside, positions and
 * weights are float64 and weights sum to one.
 */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { allFinite } from "../../engine/numerics/shaped-array.ts";

/** A weighted point cloud in R^dim. */
export interface Cloud {
  /** `count` rows of `dim` finite numbers. */
  readonly points: Float64Array | Float32Array;
  /** Number of points, ≥ 1. */
  readonly count: number;
  /** Dimension, ≥ 1. */
  readonly dim: number;
  /** Non-negative mass of each point. @defaultValue equal weights */
  readonly weights?: ArrayLike<number>;
}

/** Treatment of weights that do not sum to one. */
export interface MassOptions {
  /** Scale each side's weights to sum 1, whatever they sum to. @defaultValue false: sums that differ are an error */
  readonly normalize?: boolean;
}

/** One side's weights as a function works with them, and what they summed to. */
export interface Mass {
  /** Summing to one; undefined for equal weights. */
  readonly weights: Float64Array | undefined;
  /** Sum of the weights as given; 1 where none were. */
  readonly total: number;
}

/** Sums closer than this, relative to the larger, are the same mass up to rounding. */
const sameMass = 1e-6;

/**
 * The points of a cloud as float64 (the array itself where it is float64 already).
 *
 * @param where - function and argument for messages, such as `emd: x`
 * @throws ShapeError where `points` does not hold count × dim numbers, or none
 * @throws DomainError where a coordinate is not finite
 */
export function cloudPoints(where: string, { points, count, dim }: Cloud): Float64Array {
  if (!(Number.isInteger(count) && Number.isInteger(dim) && count >= 1 && dim >= 1)) {
    const got = `count ${count} and dim ${dim}`;
    const way =
      "a cloud of `rows` is { points: Float64Array.from(rows.flat()), count: rows.length, dim: rows[0].length }";
    throw new ShapeError(where, "count ≥ 1 and dim ≥ 1, both whole", got, way);
  }
  if (points.length !== count * dim) {
    throw new ShapeError(`${where}.points`, [count * dim], [points.length], `${count} points of ${dim} coordinates`);
  }
  checkValues(`${where}.points`, points);
  return points instanceof Float64Array ? points : new Float64Array(points);
}

/**
 * @throws ShapeError where two clouds lie in spaces of different dimension
 */
export function checkSameSpace(where: string, x: Cloud, y: Cloud): void {
  if (x.dim !== y.dim)
    throw new ShapeError(`${where}: dim of y`, [x.dim], [y.dim], "both clouds must lie in one space");
}

/**
 * @throws DomainError at the first value that is NaN or infinite
 */
export function checkValues(where: string, values: ArrayLike<number>): void {
  if (allFinite(values)) return;
  const i = Array.from(values).findIndex((value) => !Number.isFinite(value));
  throw new DomainError(`${where}[${i}] is ${values[i]}, expected a finite number; mask missing values`, values[i]);
}

/**
 * @throws DomainError where a result went beyond float64, which finite input can only do by its scale
 */
export function checkRange(what: string, ...results: readonly (number | ArrayLike<number>)[]): void {
  for (const result of results) {
    const values = typeof result === "number" ? [result] : result;
    for (let i = 0; i < values.length; i++) {
      if (values[i]! - values[i]! === 0) continue;
      throw new DomainError(`${what} exceeds the range of float64; rescale the coordinates or the weights`, values[i]);
    }
  }
}

/**
 * Both sides' weights, each summing to one in float64.
 *
 * Sums may be anything positive as long as both sides agree (counts, for instance); a side without weights agrees with
 * any sum. What the sums were is reported.
 *
 * @param where - function name for messages
 * @throws ShapeError where weights have another length than their sample
 * @throws DomainError where a weight is negative or not finite, a side has no mass, or the sums differ by more than
 *   1e-6 relative and `normalize` is not set
 */
export function balancedMasses(
  where: string,
  a: ArrayLike<number> | undefined,
  n: number,
  b: ArrayLike<number> | undefined,
  m: number,
  { normalize = false }: MassOptions = {},
): readonly [Mass, Mass] {
  const left = massOf(`${where}: x weights`, a, n);
  const right = massOf(`${where}: y weights`, b, m);
  const given = a !== undefined && b !== undefined;
  if (given && !normalize && Math.abs(left.total - right.total) > sameMass * Math.max(left.total, right.total)) {
    const sums = `${left.total} and ${right.total}`;
    throw new DomainError(`${where}: weights sum to ${sums}; pass \`normalize: true\` to compare shapes only`, sums);
  }
  return [left, right];
}

/**
 * One side's weights divided by their sum.
 *
 * @param where - function and argument for messages
 * @throws ShapeError, DomainError as {@link balancedMasses}
 */
export function massOf(where: string, weights: ArrayLike<number> | undefined, count: number): Mass {
  if (weights === undefined) return { weights: undefined, total: 1 };
  const scaled = checkedWeights(where, weights, count);
  let total = 0;
  for (let i = 0; i < count; i++) total += scaled[i]!;
  if (!(total > 0 && total < Number.POSITIVE_INFINITY)) {
    throw new DomainError(`${where} sum to ${total}, expected a positive finite mass`, total);
  }
  for (let i = 0; i < count; i++) scaled[i]! /= total;
  return { weights: scaled, total };
}

/** A float64 copy of weights that are finite and not negative. */
export function checkedWeights(where: string, weights: ArrayLike<number>, count: number): Float64Array {
  if (weights.length !== count) throw new ShapeError(where, [count], [weights.length], "give one weight a point");
  const copy = new Float64Array(weights);
  for (let i = 0; i < count; i++) {
    const w = copy[i]!;
    if (w >= 0 && w < Number.POSITIVE_INFINITY) continue;
    throw new DomainError(`${where}[${i}] is ${copy[i]}, expected a finite number ≥ 0`, copy[i]);
  }
  return copy;
}

/** Weights written out: those given, or 1/n each. */
export function explicitWeights({ weights }: Mass, count: number): Float64Array {
  return weights ?? new Float64Array(count).fill(1 / count);
}

/**
 * @throws OptionsError where the order p is below 1 or not finite
 */
export function checkOrder(where: string, p: number): void {
  if (!(p >= 1 && Number.isFinite(p))) throw new OptionsError(`${where}: p is ${p}, expected a finite p ≥ 1`, "p", p);
}
