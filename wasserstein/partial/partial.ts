/**
 * Partial transport: of two measures only so much mass as is asked for moves, and what stays costs nothing (Caffarelli and
 * McCann, doi:10.4007/annals.2010.171.673; Figalli, doi:10.1007/s00205-008-0212-7). Exact, by a point on either side that takes what
 * stays (Chapel, Alaya and Gasso, arXiv 2002.08276, §3).
 */
import { DomainError } from "../../engine/errors.ts";
import { sum } from "../../engine/numerics/vectors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { pairGradient } from "../exact/costs.ts";
import { emd } from "../exact/emd.ts";
import type { Cloud } from "../measure/measure.ts";
import type { CostProblem } from "../measure/problem.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import { type TransportPlan, transportPlan } from "../measure/transport-plan.ts";
import { entropicPartial } from "./entropic-partial.ts";
import { movable, pairOf } from "./pair.ts";

/**
 * min Σ P·C over P ≥ 0 with P1 ≤ a, Pᵀ1 ≤ b and Σ P = mass. Weights stay as they are given (1/n each where none are). With `epsilon`
 * the plan is smooth, unique and differentiable.
 *
 * @param x - a cloud, or a cost problem and no `y`
 * @param options - how much mass moves, order and entropy
 * @returns Σ mass·cost over what moves, without the entropy
 * @throws as `emd`; OptionsError where `mass` is not above 0, or more than a side has
 */
export function partialTransport(
  x: Cloud | CostProblem,
  y: Cloud | undefined,
  options: {
    /** Mass that moves: above 0, at most the mass of the lighter side. */
    readonly mass: number;
    /** Order of the cost ‖x − y‖^p between clouds, p ≥ 1. @defaultValue 2 */
    readonly p?: number;
    /** Strength of the entropy, > 0, in the unit of the costs. @defaultValue none: exact transport */
    readonly epsilon?: number;
    /**
     * With entropy, bound on the L1 distance of the plan's marginals from what the potentials say, and of its mass, over `mass`.
     * @defaultValue 1e-6
     */
    readonly tolerance?: number;
    /** With entropy, bound on updates of all potentials. @defaultValue 10000 */
    readonly maxIterations?: number;
  },
): TransportResult<TransportGradient<Float64Array | undefined>> & {
  /** ⟨P, C⟩ + ε KL(P | a⊗b), the objective that is minimised, as a dual value: from below. `value` where there is no entropy. */
  readonly entropicValue: number;
  /**
   * One potential ≤ 0 per row, 0 where a point keeps some of its mass. Without entropy f[i] + g[j] + price ≤ cost[i, j], equal where
   * mass moves.
   */
  readonly f: Float64Array;
  /** The same per column. */
  readonly g: Float64Array;
  /** Derivative of `entropicValue` in `mass`: the cost of the next bit of mass. */
  readonly price: number;
  /**
   * (value − Σ a·f − Σ b·g − mass·price), relative to the value, or to a thousandth of the sum of absolute terms; undefined with
   * entropy.
   */
  readonly dualityGap: number | undefined;
  /** L1 error of the marginals, a share of `mass`. */
  readonly marginalError: number;
  /** Rounds of the ascent; 0 without entropy. */
  readonly iterations: number;
  /** True if `marginalError` is within the tolerance. */
  readonly converged: boolean;
  /** Masses sum to `mass`; no row or column has more than its weight. */
  plan(): TransportPlan;
  /** Derivatives of `entropicValue`. */
  gradient(): TransportGradient<Float64Array | undefined>;
} {
  const where = "partialTransport";
  const pair = pairOf(where, x, y, options);
  const { cost, n, m, a, b, clouds, p } = pair;
  const mass = movable(where, options.mass, a, b);
  const { epsilon } = options;
  if (epsilon !== undefined) return entropicPartial(where, pair, mass, { ...options, epsilon });
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const c of cost) [low, high] = [Math.min(low, c), Math.max(high, c)];
  const range = high - low;
  if (!(range < Number.MAX_VALUE / 4))
    throw new DomainError(`${where}: the costs overflow float64; scale them down`, range);
  // Costs ≥ 0, and a price above 0 for mass that would go from one extra point to the other: then none does.
  const wide = new Float64Array((n + 1) * (m + 1));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) wide[i * (m + 1) + j] = cost[i * m + j]! - low;
  }
  wide[wide.length - 1] = range > 0 ? 2 * range : 1;
  const rows = Float64Array.from({ length: n + 1 }, (_, i) => (i < n ? a[i]! : Math.max(0, sum(b) - mass)));
  const columns = Float64Array.from({ length: m + 1 }, (_, j) => (j < m ? b[j]! : Math.max(0, sum(a) - mass)));
  const total = sum(rows);
  const problem = { cost: wide, rows: n + 1, columns: m + 1, xWeights: rows, yWeights: columns };
  const whole = emd(problem, undefined, { normalize: true });
  const routes = whole.plan();
  const kept = Array.from(routes.masses.keys()).filter((k) => routes.rows[k]! < n && routes.columns[k]! < m);
  const plan = transportPlan(
    Int32Array.from(kept, (k) => routes.rows[k]!),
    Int32Array.from(kept, (k) => routes.columns[k]!),
    Float64Array.from(kept, (k) => routes.masses[k]! * total),
    [n, m],
  );
  const [above, beside] = [whole.f[n]!, whole.g[m]!];
  const f = Float64Array.from(a, (_, i) => Math.min(0, whole.f[i]! + beside));
  const g = Float64Array.from(b, (_, j) => Math.min(0, whole.g[j]! + above));
  const price = low - above - beside;
  let value = 0;
  for (const [k, q] of plan.masses.entries()) value += q * cost[plan.rows[k]! * m + plan.columns[k]!]!;
  const terms = [...a.map((w, i) => w * f[i]!), ...b.map((w, j) => w * g[j]!), mass * price];
  const size = terms.reduce((s, t) => s + Math.abs(t), 0);
  const gap = Math.abs(value - sum(Float64Array.from(terms)));
  const dualityGap = gap === 0 ? 0 : gap / Math.max(Math.abs(value), size / 1000);
  return printingFields(where, {
    value,
    entropicValue: value,
    f,
    g,
    price,
    dualityGap,
    marginalError: 0,
    iterations: 0,
    converged: true,
    plan: () => plan,
    gradient: () => ({ ...pairGradient(clouds, plan, p), xWeights: f, yWeights: g }),
  });
}
