/** The quadratic cost of a plan between two spaces known by their distances, and its derivative. */
import { matrixProduct } from "../../engine/numerics/product.ts";
import { dot } from "../../engine/numerics/vectors.ts";

/** Measures, their distances and the costs between them. */
export interface Problem {
  readonly n: number;
  readonly m: number;
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** Σ_k a_k D_ik² + Σ_l b_l E_jl² */
  readonly base: Float64Array;
  /** Share of the quadratic part, and the costs of the linear one. */
  readonly alpha: number;
  readonly linear: Float64Array | undefined;
}

/** D P E; by the rows of P alone that are not zero, where these are few. */
export function sandwich({ n, m, left, right }: Problem, plan: Float64Array): Float64Array {
  const rows: number[] = [];
  for (let i = 0; i < n; i++) if (plan.subarray(i * m, (i + 1) * m).some((p) => p !== 0)) rows.push(i);
  if (rows.length > 0.8 * n) return matrixProduct(left, timesRight(plan, right, n, m), n, n, m);
  const count = rows.length;
  const [part, columns] = [new Float64Array(count * m), new Float64Array(n * count)];
  for (const [k, i] of rows.entries()) part.set(plan.subarray(i * m, (i + 1) * m), k * m);
  for (let i = 0, at = 0; i < n; i++) for (const j of rows) columns[at++] = left[i * n + j]!;
  return matrixProduct(columns, timesRight(part, right, count, m), n, count, m);
}

/** P E, of a plan with few routes by these alone. */
function timesRight(plan: Float64Array, right: Float64Array, n: number, m: number): Float64Array {
  let routes = 0;
  for (let k = 0; k < plan.length; k++) if (plan[k] !== 0) routes++;
  if (routes > (n * m) / 8) return matrixProduct(plan, right, n, m, m);
  const out = new Float64Array(n * m);
  for (let k = 0; k < plan.length; k++) {
    const p = plan[k]!;
    if (p === 0) continue;
    const [to, from] = [k - (k % m), (k % m) * m];
    for (let l = 0; l < m; l++) out[to + l]! += p * right[from + l]!;
  }
  return out;
}

/** Derivative of the cost in the plan. */
export const gradientOf = (problem: Problem, plan: Float64Array): Float64Array =>
  gradientAt(problem, sandwich(problem, plan));

/** The same from D P E. */
export function gradientAt({ base, alpha, linear }: Problem, inner: Float64Array): Float64Array {
  const out = new Float64Array(base.length);
  for (let k = 0; k < out.length; k++) out[k] = 2 * (base[k]! - 2 * inner[k]!);
  if (linear) for (let k = 0; k < out.length; k++) out[k] = alpha * out[k]! + (1 - alpha) * linear[k]!;
  return out;
}

/** The cost from D P E. */
export function costAt({ base, alpha, linear }: Problem, plan: Float64Array, inner: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < plan.length; k++) sum += plan[k]! * (base[k]! - 2 * inner[k]!);
  const quadratic = Math.max(0, sum);
  return linear === undefined ? quadratic : alpha * quadratic + (1 - alpha) * dot(linear, plan);
}

/** a + b */
export function plus(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i]! + b[i]!;
  return out;
}

/** a − b */
export function difference(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i]! - b[i]!;
  return out;
}
