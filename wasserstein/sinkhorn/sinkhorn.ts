/**
 * Entropic optimal transport between weighted points (Sinkhorn), balanced and unbalanced, with a certificate:
 * OT_ε(a, b) = min over P ≥ 0 of ⟨P, C⟩ + ε KL(P | a⊗b) with P1 = a, Pᵀ1 = b, or for unbalanced transport
 * + ρ KL(P1 | a) + ρ KL(Pᵀ1 | b) in their place (Peyré and Cuturi, arXiv 1803.00567, ch. 4 and 10). Host, float64.
 */
import { ShapeError } from "../../engine/errors.ts";
import { printingFields } from "../../engine/printed.ts";
import { type Cloud, checkRange } from "../measure/measure.ts";
import type { CostProblem } from "../measure/problem.ts";
import type { TransportResult } from "../measure/result.ts";
import type { TransportPlan } from "../measure/transport-plan.ts";
import type { Certificate } from "./certificate.ts";
import { allPotentials, planOf, type SinkhornGradient, sinkhornGradient } from "./gradient.ts";
import { type Prepared, prepare, type SinkhornOptions } from "./input.ts";
import { certificateOf, givenValue, solveReduced } from "./reduced.ts";

/**
 * What `sinkhorn` returns. `value`, `linearCost`, `bounds` and `dualityGap` are made on first use, together, in four passes over the
 * pairs.
 */
export interface SinkhornResult extends TransportResult<SinkhornGradient> {
  /**
   * Transport cost without the entropy, of an admissible plan: ⟨P, C⟩ of P rounded to its marginals; unbalanced ⟨P, C⟩ and the
   * penalties of P. An upper estimate of the exact cost, within `bounds`.
   */
  readonly value: number;
  /** The objective with its entropy, OT_ε: the dual value at (f, g), from below and to second order in the marginal error. */
  readonly entropicValue: number;
  /** ⟨P, C⟩ of the plan as it is. */
  readonly linearCost: number;
  /** The exact cost (ε = 0) lies between these, converged or not; unbalanced: the exact unbalanced cost. */
  readonly bounds: readonly [number, number];
  /**
   * One potential per point of x: P = a b exp((f + g − C)/ε). Balanced: Σ a·f = 0. Points without weight have that of
   * the update.
   */
  readonly f: Float64Array;
  /** One potential per point of y. */
  readonly g: Float64Array;
  /** ‖P1 − a‖₁ + ‖Pᵀ1 − b‖₁; unbalanced: the distance from a e^{−f/ρ} and b e^{−g/ρ}, where the optimum has them. */
  readonly marginalError: number;
  /** Entropic objective of an admissible plan minus `entropicValue`, ≥ 0: how far either can be from OT_ε. */
  readonly dualityGap: number;
  /** Passes over the pairs. */
  readonly iterations: number;
  /** Linear systems solved. */
  readonly newtonSteps: number;
  /** Whether `marginalError` is within the tolerance. */
  readonly converged: boolean;
  /** Strength of the entropy that was used, in the unit of the costs. */
  readonly epsilon: number;
  /**
   * P.
   *
   * @throws DomainError where it would have more than 2²⁷ entries
   */
  plan(): TransportPlan;
  /** Derivatives of `entropicValue`, the objective that is minimised. */
  gradient(): SinkhornGradient;
}

/**
 * Entropic transport between two clouds with the cost ‖x − y‖² (no ½), or for given costs. `value` is the transport
 * cost ⟨P, C⟩ (POT: `value_linear`), `entropicValue` the objective with its entropy (POT: `value`).
 *
 * Weights are scaled to sum to one (the two sums must agree, or `normalize`); with `reach` they stay as they are. ε comes
 * down from the range of the costs by halves, so small ε is safe; iterations grow like range/ε at worst, and
 * `refine: "newton"` then saves most of them. A result that did not converge says so (`converged`), and its bounds hold.
 *
 * @throws OptionsError for an option out of range
 * @throws ShapeError where lengths or dimensions do not fit
 * @throws DomainError where a number is not finite, a weight negative, the sums of weights differ, or ε is below 1e-14 of
 *   the range of the costs
 */
export function sinkhorn(x: Cloud | CostProblem, y?: Cloud, options: SinkhornOptions = {}): SinkhornResult {
  return run(prepare("sinkhorn", x, y, options));
}

/** Clouds of equal size in one array. */
export interface CloudBatch {
  /** [batch, count, dim] */
  readonly points: Float64Array | Float32Array;
  /** Number of clouds, ≥ 1. */
  readonly batch: number;
  /** Points of each. */
  readonly count: number;
  /** Coordinates of a point. */
  readonly dim: number;
  /** [batch, count] @defaultValue equal weights */
  readonly weights?: ArrayLike<number>;
  /** [batch, count], 0 where there is no point. @defaultValue all points count */
  readonly mask?: ArrayLike<number | boolean>;
}

/**
 * {@link sinkhorn} for each pair of a batch.
 *
 * @param options - of every pair
 * @throws as {@link sinkhorn}
 */
export function sinkhornBatch(
  x: CloudBatch,
  y: CloudBatch,
  options: Omit<SinkhornOptions, "xMask" | "yMask"> = {},
): SinkhornResult[] {
  if (x.batch !== y.batch) throw new ShapeError("sinkhornBatch: batch of y", [x.batch], [y.batch]);
  for (const [name, one] of Object.entries({ x, y })) checkBatch(name, one);
  return Array.from({ length: x.batch }, (_, k) => {
    const [xMask, yMask] = [part(x.mask, k, x.count), part(y.mask, k, y.count)];
    const masks = { ...(xMask && { xMask }), ...(yMask && { yMask }) };
    return run(prepare(`sinkhornBatch[${k}]`, member(x, k), member(y, k), { ...options, ...masks }));
  });
}

function checkBatch(name: string, { points, batch, count, dim, weights, mask }: CloudBatch): void {
  const where = `sinkhornBatch: ${name}`;
  if (points.length !== batch * count * dim) throw new ShapeError(where, [batch, count, dim], [points.length]);
  for (const [what, list] of Object.entries({ weights, mask })) {
    if (list && list.length !== batch * count) throw new ShapeError(`${where}.${what}`, [batch, count], [list.length]);
  }
}

function part<T>(list: ArrayLike<T> | undefined, k: number, count: number): T[] | undefined {
  return list && Array.from({ length: count }, (_, i) => list[k * count + i]!);
}

function member({ points, count, dim, weights }: CloudBatch, k: number): Cloud {
  const own = part(weights, k, count);
  const cloud = { points: points.subarray(k * count * dim, (k + 1) * count * dim), count, dim };
  return own ? { ...cloud, weights: own } : cloud;
}

function run(prepared: Prepared): SinkhornResult {
  const { f, g, epsilon, planMass, ...report } = solveReduced(prepared);
  const potentials = { f, g, epsilon };
  const all = allPotentials(prepared, potentials);
  if (prepared.problem.rho === Number.POSITIVE_INFINITY) centre(prepared, all);
  const entropicValue = givenValue(prepared, potentials, planMass);
  checkRange(`${prepared.where}: the cost or a potential`, entropicValue, ...all);
  let proof: Certificate | undefined;
  const certificate = () => {
    proof ??= certificateOf(prepared, potentials);
    const { cost, linearCost, bounds, dualityGap } = proof;
    checkRange(`${prepared.where}: the bounds of the cost`, cost, linearCost, bounds, dualityGap);
    return proof;
  };
  return printingFields("sinkhorn", {
    get value() {
      return certificate().cost;
    },
    entropicValue,
    f: all[0],
    g: all[1],
    epsilon,
    ...report,
    get linearCost() {
      return certificate().linearCost;
    },
    get bounds() {
      return certificate().bounds;
    },
    get dualityGap() {
      return certificate().dualityGap;
    },
    plan: () => planOf(prepared, potentials),
    gradient: () => sinkhornGradient(prepared, potentials, all),
  });
}

/** Σ a·f = 0, the constant going to g. */
function centre({ x }: Prepared, [f, g]: readonly [Float64Array, Float64Array]): void {
  let mean = 0;
  for (const [k, i] of x.kept.entries()) mean += x.weights[k]! * f[i]!;
  for (let i = 0; i < f.length; i++) f[i]! -= mean;
  for (let j = 0; j < g.length; j++) g[j]! += mean;
}
