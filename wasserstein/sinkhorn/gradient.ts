/** From potentials to what a caller wants of them: all points' potentials, the plan, the derivatives. */
import { DomainError } from "../../engine/errors.ts";
import { sum } from "../../engine/numerics/vectors.ts";
import { checkRange } from "../measure/measure.ts";
import type { TransportGradient } from "../measure/result.ts";
import { densePlan, mostEntries, type TransportPlan } from "../measure/transport-plan.ts";
import { eachPlanRow, type Potentials } from "./certificate.ts";
import type { Prepared, Support } from "./input.ts";

/** Potentials of all points as given; those without weight get the softmin that an update would give them. */
export function allPotentials(prepared: Prepared, { f, g, epsilon }: Potentials): [Float64Array, Float64Array] {
  const { x, y, everything, problem, offset } = prepared;
  const damp = problem.rho === Number.POSITIVE_INFINITY ? 1 : problem.rho / (problem.rho + epsilon);
  const half = (offset?.common ?? 0) / 2;
  const update = (other: Support, potential: Float64Array, costOf: (k: number) => number): number => {
    let top = Number.NEGATIVE_INFINITY;
    const heights = new Float64Array(potential.length);
    for (const [k, at] of other.kept.entries()) {
      heights[k] = (potential[k]! - costOf(at)) / epsilon + Math.log(other.weights[k]!);
      top = Math.max(top, heights[k]!);
    }
    const sum = heights.reduce((s, h) => s + Math.exp(h - top), 0);
    return -damp * epsilon * (top + Math.log(sum)) - (1 - damp) * half;
  };
  const fill = (own: Support, known: Float64Array, unknown: (i: number) => number, more?: Float64Array) => {
    const found = completed(own, known, unknown);
    return more === undefined ? found : found.map((h, i) => h + more[i]!);
  };
  const completed = (own: Support, known: Float64Array, unknown: (i: number) => number): Float64Array => {
    if (own.kept.length === own.count) return known;
    const all = new Float64Array(own.count).fill(Number.NaN);
    for (const [k, at] of own.kept.entries()) all[at] = known[k]!;
    for (let i = 0; i < all.length; i++) if (Number.isNaN(all[i])) all[i] = unknown(i);
    return all;
  };
  return [
    fill(x, f, (i) => update(y, g, (j) => everything.at(i, j)), offset?.x),
    fill(y, g, (j) => update(x, f, (i) => everything.at(i, j)), offset?.y),
  ];
}

/** @throws DomainError above 2²⁷ entries */
export function planOf({ problem, x, y }: Prepared, potentials: Potentials): TransportPlan {
  if (x.count * y.count > mostEntries) {
    const message = `sinkhorn.plan: ${x.count} × ${y.count} entries are more than ${mostEntries}`;
    throw new DomainError(`${message}; make rows of it from f and g`, x.count * y.count);
  }
  const values = new Float64Array(x.count * y.count);
  eachPlanRow(problem, potentials, (i, row) => {
    const start = x.kept[i]! * y.count;
    for (let j = 0; j < row.length; j++) values[start + y.kept[j]!] = row[j]!;
  });
  return densePlan(values, [x.count, y.count]);
}

/**
 * ∂/∂x_i = Σ_j P_ij 2(x_i − y_j), and likewise y. Points without weight stay where they are.
 */
export function pointGradients(prepared: Prepared, potentials: Potentials): [Float64Array, Float64Array] {
  const { problem, x, y } = prepared;
  const { dim } = x;
  const ofX = new Float64Array(x.points.length);
  const ofY = new Float64Array(y.points.length);
  eachPlanRow(problem, potentials, (i, row) => {
    for (let k = 0; k < dim; k++) {
      const at = x.points[i * dim + k]!;
      let sum = 0;
      for (let j = 0, q = k; j < row.length; j++, q += dim) {
        const pull = 2 * row[j]! * (at - y.points[q]!);
        sum += pull;
        ofY[q]! -= pull;
      }
      ofX[i * dim + k] = sum;
    }
  });
  checkRange(`${prepared.where}: the gradient in the points`, ofX, ofY);
  return [spread(x, ofX, dim), spread(y, ofY, dim)];
}

/** Values of the points that are in, at their places among all; 0 elsewhere. */
function spread({ count, kept }: Support, values: Float64Array, dim: number): Float64Array {
  if (kept.length === count) return values;
  const all = new Float64Array(count * dim);
  for (const [k, i] of kept.entries()) all.set(values.subarray(k * dim, (k + 1) * dim), i * dim);
  return all;
}

/**
 * In the weights: the potential, less its mean where the mass is fixed; unbalanced ρ − (ρ + ε) e^{−f/ρ} + ε m, with m
 * the mass of the other side.
 *
 * @param all - potentials of all points of this side
 */
export function weightGradient(
  { kept, weights, total }: Pick<Support, "kept" | "weights" | "total">,
  all: Float64Array,
  { rho, epsilon, otherMass }: { readonly rho: number; readonly epsilon: number; readonly otherMass: number },
): Float64Array {
  const balanced = rho === Number.POSITIVE_INFINITY;
  const slopes = balanced ? all : all.map((h) => rho - (rho + epsilon) * Math.exp(-h / rho) + epsilon * otherMass);
  if (!balanced && total === 1) return slopes;
  let mean = 0;
  for (const [k, i] of kept.entries()) mean += weights[k]! * slopes[i]!;
  // The weights were divided by their sum.
  const out = slopes.map((s) => (s - mean) / total);
  if (balanced) checkRange("sinkhorn: the gradient in the weights", out);
  return out;
}

export function sinkhornGradient(
  prepared: Prepared,
  potentials: Potentials,
  [f, g]: readonly [Float64Array, Float64Array],
): TransportGradient<Float64Array | undefined> {
  const { problem, x, y } = prepared;
  const [ofX, ofY] = x.dim > 0 ? pointGradients(prepared, potentials) : [undefined, undefined];
  const { rho } = problem;
  const { epsilon } = potentials;
  return {
    x: ofX,
    y: ofY,
    xWeights: weightGradient(x, f, { rho, epsilon, otherMass: sum(problem.b) }),
    yWeights: weightGradient(y, g, { rho, epsilon, otherMass: sum(problem.a) }),
  };
}
