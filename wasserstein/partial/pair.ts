/** Two clouds or a cost problem, with weights that stay as they are given. */
import { OptionsError } from "../../engine/errors.ts";
import { sum } from "../../engine/numerics/vectors.ts";
import { costsOf, pairGradient } from "../exact/costs.ts";
import { type Cloud, checkOrder, positiveWeights } from "../measure/measure.ts";
import { type CloudPair, type CostProblem, sidesOf } from "../measure/problem.ts";

/** A pair, checked. */
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
export function pairOf(
  where: string,
  x: Cloud | CostProblem,
  y: Cloud | undefined,
  { p = 2 }: { readonly p?: number },
): CheckedPair {
  checkOrder(where, p);
  const sides = sidesOf(where, x, y);
  const { clouds, n, m } = sides;
  const cost = costsOf(where, sides, p);
  const a = positiveWeights(`${where}: weights of x`, sides.xWeights, n);
  const b = positiveWeights(`${where}: weights of y`, sides.yWeights, m);
  return { cost, n, m, a, b, clouds, p };
}

/** Mass that moves, at most that of the lighter side. @throws OptionsError */
export function movable(where: string, mass: number, a: Float64Array, b: Float64Array): number {
  const most = Math.min(sum(a), sum(b));
  if (mass > 0 && mass <= most * (1 + 1e-12)) return Math.min(mass, most);
  throw new OptionsError(
    `${where}: mass is ${mass}, expected above 0 and at most ${most}, the lighter side`,
    "mass",
    mass,
  );
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
