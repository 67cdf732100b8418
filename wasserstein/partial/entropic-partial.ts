/**
 * Partial transport with entropy: min ⟨P, C⟩ + ε KL(P | a⊗b) over P1 ≤ a, Pᵀ1 ≤ b, Σ P = mass (Benamou, Carlier, Cuturi,
 * Nenna and Peyré, arXiv 1412.5154, §4.2, there by Dykstra's projections; here by ascent in the dual, one block after the
 * other, whose steps are the same in logarithms): P = a b exp((f + g + price − C)/ε) with f, g ≤ 0.
 */
import { checkPositive, checkWhole } from "../../engine/check-numbers.ts";
import { DomainError } from "../../engine/errors.ts";
import { sum } from "../../engine/numerics/vectors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { densePlan } from "../measure/transport-plan.ts";
import { type CheckedPair, densePairGradient, logSum } from "./pair.ts";
import type { partialTransport } from "./partial.ts";

/** {@link partialTransport} with entropy. @throws DomainError, OptionsError */
export function entropicPartial(
  where: string,
  { cost, n, m, a, b, clouds, p }: CheckedPair,
  mass: number,
  options: { readonly epsilon: number; readonly tolerance?: number; readonly maxIterations?: number },
): ReturnType<typeof partialTransport> {
  const { epsilon, tolerance = 1e-6, maxIterations = 10_000 } = options;
  checkPositive(where, { epsilon, tolerance });
  checkWhole(where, { maxIterations });
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
    dualityGap: undefined,
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

/** Violation of the marginals: equal to the weight where the potential is below 0, elsewhere at most that. */
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
