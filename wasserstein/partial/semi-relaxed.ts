/**
 * Semi-relaxed transport: one marginal is kept, the other is free or priced, min ⟨P, C⟩ + ε KL(P | a⊗b) + ρ KL(Pᵀ1 | b) with
 * P1 = a (Benamou, doi:10.1051/m2an:2003058; Chizat, Peyré, Schmitzer and Vialard, arXiv 1607.05816, §3 for the updates).
 */
import { checkPositive, checkWhole } from "../../engine/check-numbers.ts";
import { OptionsError } from "../../engine/errors.ts";
import { dot, sum } from "../../engine/numerics/vectors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { pairGradient } from "../exact/costs.ts";
import type { Cloud } from "../measure/measure.ts";
import type { CostProblem } from "../measure/problem.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import { densePlan, type TransportPlan, transportPlan } from "../measure/transport-plan.ts";
import { klDivergence } from "../sinkhorn/certificate.ts";
import { densePairGradient, logSum, pairOf } from "./pair.ts";

/**
 * Transport that keeps the weights of x and leaves those of y free, or prices them with `reach`. Weights stay as given.
 *
 * @param x - a cloud, or a cost problem and no `y`
 * @param options - order, marginal length, entropy and stopping rule
 * @returns ⟨P, C⟩ + ρ KL(Pᵀ1 | b), without the entropy.
 * @throws as `emd`; OptionsError for an option out of range, or `reach` without `epsilon`
 */
export function semiRelaxedTransport(
  x: Cloud | CostProblem,
  y?: Cloud,
  options: {
    /** Order of the cost ‖x − y‖^p between clouds, p ≥ 1. @defaultValue 2 */
    readonly p?: number;
    /**
     * The length beyond which mass of y is rather made or lost, ρ = 2 reach². Needs `epsilon`.
     * @defaultValue 0: where mass of x arrives costs nothing
     */
    readonly reach?: number;
    /** Strength of the entropy. @defaultValue none: every point of x goes to the nearest of y, and `reach` cannot be given */
    readonly epsilon?: number;
    /** Bound on the L1 distance of Pᵀ1 from b e^{−g/ρ}, over the mass. @defaultValue 1e-6 */
    readonly tolerance?: number;
    /** Bound on updates of both potentials. @defaultValue 10000 */
    readonly maxIterations?: number;
  } = {},
): TransportResult<TransportGradient<Float64Array | undefined>> & {
  /** The objective with its entropy, as a dual value; without `epsilon` the same as `value`. */
  readonly entropicValue: number;
  /** ⟨P, C⟩ */
  readonly linearCost: number;
  /** One potential per row. */
  readonly f: Float64Array;
  /** One potential per column; 0 where the marginal of y is free. */
  readonly g: Float64Array;
  /** L1 distance of the marginal of y from b e^{−g/ρ}, a share of the mass; 0 where it is free. */
  readonly marginalError: number;
  /** Rounds of the updates. */
  readonly iterations: number;
  /** True if `marginalError` is within the tolerance. */
  readonly converged: boolean;
  /** P; its rows sum to the weights of x. */
  plan(): TransportPlan;
  /** Derivatives of `entropicValue`. */
  gradient(): TransportGradient<Float64Array | undefined>;
} {
  const where = "semiRelaxedTransport";
  const pair = pairOf(where, x, y, options);
  const { cost, n, m, a, b, clouds, p } = pair;
  const { epsilon, reach, tolerance = 1e-6, maxIterations = 10_000 } = options;
  checkPositive(where, { epsilon, reach, tolerance });
  checkWhole(where, { maxIterations });
  if (epsilon === undefined) {
    if (reach !== undefined) throw new OptionsError(`${where}: reach needs epsilon; give both`, "reach", reach);
    return nearest(where, pair);
  }
  const rho = reach === undefined ? 0 : 2 * reach ** 2;
  const damp = rho / (rho + epsilon);
  const [f, g, columns] = [new Float64Array(n), new Float64Array(m), new Float64Array(m)];
  const [logA, logB] = [a.map(Math.log), b.map(Math.log)];
  const total = sum(a);
  let [iterations, error] = [0, Number.POSITIVE_INFINITY];
  const plan = new Float64Array(n * m);
  while (error > tolerance && iterations < maxIterations) {
    for (let i = 0; i < n; i++) {
      f[i] = -epsilon * logSum(m, (j) => logB[j]! + (g[j]! - cost[i * m + j]!) / epsilon);
    }
    columns.fill(0);
    for (let k = 0; k < n * m; k++) {
      const [i, j] = [Math.floor(k / m), k % m];
      plan[k] = Math.exp(logA[i]! + logB[j]! + (f[i]! + g[j]! - cost[k]!) / epsilon);
      columns[j]! += plan[k]!;
    }
    iterations++;
    error = 0;
    if (rho === 0) break;
    for (let j = 0; j < m; j++) error += Math.abs(columns[j]! - b[j]! * Math.exp(-g[j]! / rho)) / total;
    if (error <= tolerance || iterations >= maxIterations) break;
    for (let j = 0; j < m; j++) {
      g[j] = -damp * epsilon * logSum(n, (i) => logA[i]! + (f[i]! - cost[i * m + j]!) / epsilon);
    }
  }
  const penalty = b.reduce((s, w, j) => s + (rho === 0 ? 0 : -rho * w * Math.expm1(-g[j]! / rho)), 0);
  const linearCost = dot(plan, cost);
  return printingFields(where, {
    value: linearCost + (rho === 0 ? 0 : rho * klDivergence(columns, b)),
    entropicValue: dotOn(a, f) + penalty - epsilon * (total - total * sum(b)),
    linearCost,
    f,
    g,
    marginalError: error,
    iterations,
    converged: error <= tolerance,
    plan: () => densePlan(plan, [n, m]),
    gradient: () => ({
      ...densePairGradient(clouds, plan, m, p),
      xWeights: f.map((v) => v + epsilon * (sum(b) - 1)),
      yWeights: g.map(
        (v, j) => (rho === 0 ? 0 : -rho * Math.expm1(-v / rho)) + epsilon * (total - columns[j]! / b[j]!),
      ),
    }),
  });
}

type SemiRelaxedResult = ReturnType<typeof semiRelaxedTransport>;

/** Without entropy and with a free marginal: every point's mass goes where it costs least. */
function nearest(where: string, { cost, n, m, a, b, clouds, p }: ReturnType<typeof pairOf>): SemiRelaxedResult {
  const [f, to] = [new Float64Array(n).fill(Number.POSITIVE_INFINITY), new Int32Array(n)];
  for (let i = 0; i < n; i++) {
    // Places without weight are no places.
    for (let j = 0; j < m; j++) if (b[j]! > 0 && cost[i * m + j]! < f[i]!) [f[i], to[i]] = [cost[i * m + j]!, j];
  }
  const plan = transportPlan(
    Int32Array.from({ length: n }, (_, i) => i),
    to,
    a.slice(),
    [n, m],
  );
  const value = dot(a, f);
  return printingFields(where, {
    value,
    entropicValue: value,
    linearCost: value,
    f,
    g: new Float64Array(m),
    marginalError: 0,
    iterations: 0,
    converged: true,
    plan: () => plan,
    gradient: () => ({ ...pairGradient(clouds, plan, p), xWeights: f, yWeights: new Float64Array(m) }),
  });
}

/** Σ w·h over the points with weight. */
function dotOn(w: Float64Array, h: Float64Array): number {
  let total = 0;
  for (let i = 0; i < w.length; i++) if (w[i]! > 0) total += w[i]! * h[i]!;
  return total;
}
