/** Two clouds or a cost matrix, with weights that stay as they are given. */
import { OptionsError } from "../../engine/errors.ts";
import { type CloudPair, type CostMatrix, costsOf, pairGradient } from "../exact/costs.ts";
import { type Cloud, checkedWeights, checkOrder, massOf } from "../measure/measure.ts";

/** What two-sided functions take. */
export interface Pair {
  readonly x: Cloud | CostMatrix;
  readonly y: Cloud | undefined;
}

/** Options that they share. */
export interface PairOptions {
  /** Order of the cost ‖x − y‖^p between clouds, p ≥ 1. @defaultValue 2 */
  readonly p?: number;
  /** Weights of x (of rows), before those in the cloud. @defaultValue 1/n each */
  readonly a?: ArrayLike<number>;
  /** Weights of y (of columns). */
  readonly b?: ArrayLike<number>;
}

/** Both, checked. */
export interface CheckedPair {
  readonly cost: Float64Array;
  readonly n: number;
  readonly m: number;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly clouds: CloudPair | undefined;
  readonly p: number;
}

/** @throws ShapeError, DomainError, OptionsError */
export function pairOf(where: string, x: Pair["x"], y: Pair["y"], options: PairOptions): CheckedPair {
  const { p = 2 } = options;
  checkOrder(where, p);
  const matrix = "cost" in x;
  if (matrix === (y !== undefined)) {
    const given = matrix ? "given" : "none";
    throw new OptionsError(`${where}: expected two clouds, or one cost matrix and no y`, "y", given);
  }
  const clouds = matrix ? undefined : { x, y: y! };
  const { cost, n, m } = costsOf(where, matrix ? x : clouds!, p);
  const weights = (name: string, given: ArrayLike<number> | undefined, count: number): Float64Array => {
    if (given === undefined) return new Float64Array(count).fill(1 / count);
    massOf(`${where}: ${name}`, given, count);
    return checkedWeights(`${where}: ${name}`, given, count);
  };
  const a = weights("weights of x", options.a ?? (matrix ? undefined : x.weights), n);
  const b = weights("weights of y", options.b ?? y?.weights, m);
  return { cost, n, m, a, b, clouds, p };
}

/** {@link pairGradient} of a plan [n, m] that is written out. */
export function densePairGradient(clouds: CloudPair | undefined, values: Float64Array, m: number, p: number) {
  const rows = Int32Array.from(values, (_, k) => Math.floor(k / m));
  return pairGradient(clouds, { rows, columns: Int32Array.from(values, (_, k) => k % m), masses: values }, p);
}

/** log Σ exp(at(k)); −∞ where all are. */
export function logSum(count: number, at: (k: number) => number): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < count; k++) top = Math.max(top, at(k));
  if (top === Number.NEGATIVE_INFINITY) return top;
  let total = 0;
  for (let k = 0; k < count; k++) total += Math.exp(at(k) - top);
  return top + Math.log(total);
}
