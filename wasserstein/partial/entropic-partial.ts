/**
 * Partial transport with entropy: min ⟨P, C⟩ + ε KL(P | a⊗b) over P1 ≤ a, Pᵀ1 ≤ b, Σ P = mass (Benamou, Carlier, Cuturi,
 * Nenna and Peyré, arXiv 1412.5154, §4.2, there by Dykstra's projections; here by ascent in the dual, one block after the
 * other, whose steps are the same in logarithms): P = a b exp((f + g + price − C)/ε) with f, g ≤ 0.
 */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { sum } from "../../engine/numerics/vectors.ts";
import { printingFields } from "../../engine/printed.ts";
import type { Cloud } from "../measure/measure.ts";
import type { CostProblem } from "../measure/problem.ts";
import type { TransportGradient } from "../measure/result.ts";
import { densePlan, type TransportPlan } from "../measure/transport-plan.ts";
import { densePairGradient, logSum, type PairResult, pairOf } from "./pair.ts";
import { movable, type PartialOptions } from "./partial.ts";

/** Options of {@link entropicPartialTransport}. */
export interface EntropicPartialOptions extends PartialOptions {
  /** Strength of the entropy, > 0, in the unit of the costs. */
  readonly epsilon: number;
  /** Bound on the L1 distance of the plan's marginals from what the potentials say, and of its mass, over `mass`. @defaultValue 1e-6 */
  readonly tolerance?: number;
  /** Bound on updates of all potentials. @defaultValue 10000 */
  readonly maxIterations?: number;
}

/** What {@link entropicPartialTransport} returns: ⟨P, C⟩, the cost of what moves, without the entropy. */
export interface EntropicPartialResult extends PairResult {
  /** ⟨P, C⟩ + ε KL(P | a⊗b), the objective that is minimised, as a dual value: from below. */
  readonly entropicValue: number;
  /** One potential ≤ 0 per row. */
  readonly f: Float64Array;
  /** One potential ≤ 0 per column. */
  readonly g: Float64Array;
  /** Derivative of `entropicValue` in `mass`. */
  readonly price: number;
  /** L1 error of the marginals, a share of `mass`. */
  readonly marginalError: number;
  /** Rounds of the ascent. */
  readonly iterations: number;
  /** Whether `marginalError` is within the tolerance. */
  readonly converged: boolean;
  /** Strength of the entropy that was used, in the unit of the costs. */
  readonly epsilon: number;
  /** P. */
  plan(): TransportPlan;
  /** Derivatives of `entropicValue`. */
  gradient(): TransportGradient<Float64Array | undefined, Float64Array>;
}

/**
 * `partialTransport` with entropy: a smooth plan, unique and differentiable.
 *
 * @param x - a cloud, or a cost problem and no `y`
 * @throws as `partialTransport`; OptionsError for an option out of range
 */
export function entropicPartialTransport(
  x: Cloud | CostProblem,
  y: Cloud | undefined,
  options: EntropicPartialOptions,
): EntropicPartialResult {
  const where = "entropicPartialTransport";
  const { cost, n, m, a, b, clouds, p } = pairOf(where, x, y, options);
  const mass = movable(where, options.mass, a, b);
  const { epsilon, tolerance = 1e-6, maxIterations = 10_000 } = options;
  for (const [name, value] of Object.entries({ epsilon, tolerance, maxIterations })) {
    if (value > 0 && Number.isFinite(value)) continue;
    throw new OptionsError(`${where}: ${name} is ${value}, expected a positive finite number`, name, value);
  }
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const c of cost) [low, high] = [Math.min(low, c), Math.max(high, c)];
  if (!((high - low) / epsilon < 1e14)) {
    throw new DomainError(
      `${where}: epsilon is ${epsilon}, below the rounding of costs that differ by ${high - low}`,
      epsilon,
    );
  }
  const [logA, logB] = [a.map(Math.log), b.map(Math.log)];
  const [f, g] = [new Float64Array(n), new Float64Array(m)];
  const [rows, columns] = [new Float64Array(n), new Float64Array(m)];
  let price = 0;
  let iterations = 0;
  let error = Number.POSITIVE_INFINITY;
  let planMass = 0;
  const stages: number[] = [];
  for (let e = high - low; e > epsilon; e /= 2) stages.push(e);
  for (let e = stages.shift() ?? epsilon; ; e = stages.shift() ?? epsilon) {
    for (let i = 0; i < n; i++)
      f[i] = Math.min(0, -e * logSum(m, (j) => logB[j]! + (g[j]! + price - (cost[i * m + j]! - low)) / e));
    for (let j = 0; j < m; j++)
      g[j] = Math.min(0, -e * logSum(n, (i) => logA[i]! + (f[i]! + price - (cost[i * m + j]! - low)) / e));
    iterations++;
    const log = logSum(n * m, (k) => {
      const [i, j] = [Math.floor(k / m), k % m];
      return logA[i]! + logB[j]! + (f[i]! + g[j]! + price - (cost[k]! - low)) / e;
    });
    price += e * (Math.log(mass) - log);
    if (e !== epsilon) continue;
    rows.fill(0);
    columns.fill(0);
    eachEntry(({ i, j, q }) => {
      rows[i]! += q;
      columns[j]! += q;
    });
    planMass = sum(rows);
    error = (offBy(rows, a, f) + offBy(columns, b, g)) / mass;
    if (error <= tolerance || iterations >= maxIterations) break;
  }
  price += low;
  const plan = () => {
    const values = new Float64Array(n * m);
    eachEntry(({ i, j, q }) => {
      values[i * m + j] = q;
    }, price);
    return values;
  };
  let value = 0;
  eachEntry(({ i, j, q }) => {
    value += q * cost[i * m + j]!;
  }, price);
  const dual = dot(a, f) + dot(b, g) + mass * price - epsilon * (planMass - sum(a) * sum(b));
  return printingFields(where, {
    value,
    entropicValue: dual,
    f,
    g,
    price,
    marginalError: error,
    iterations,
    converged: error <= tolerance,
    epsilon,
    plan: () => densePlan(plan(), [n, m]),
    gradient: () => {
      const other = (w: Float64Array) => epsilon * sum(w);
      return {
        ...densePairGradient(clouds, plan(), m, p),
        xWeights: f.map((v, i) => v - (epsilon * rows[i]!) / a[i]! + other(b)),
        yWeights: g.map((v, j) => v - (epsilon * columns[j]!) / b[j]! + other(a)),
      };
    },
  });

  function eachEntry(see: (entry: { i: number; j: number; q: number }) => void, at = price + low): void {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        const q = Math.exp(logA[i]! + logB[j]! + (f[i]! + g[j]! + (at - cost[i * m + j]!)) / epsilon);
        see({ i, j, q });
      }
    }
  }
}

/** Where the potential is below 0 the marginal is the weight, elsewhere at most that. */
function offBy(marginal: Float64Array, weights: Float64Array, potential: Float64Array): number {
  let error = 0;
  for (let i = 0; i < weights.length; i++) {
    const over = marginal[i]! - weights[i]!;
    error += potential[i]! < 0 ? Math.abs(over) : Math.max(0, over);
  }
  return error;
}

function dot(x: Float64Array, y: Float64Array): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]! === 0 ? 0 : x[i]! * y[i]!;
  return total;
}
