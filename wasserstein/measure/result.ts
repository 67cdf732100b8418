/** Results of comparisons of two measures. */
import type { TransportPlan } from "./transport-plan.ts";

/** Derivatives of the value of a comparison; one subgradient where there are several. */
export interface TransportGradient<Points = Float64Array, Weights = Float64Array> {
  /** In the points of x, [n, dim] row after row; undefined where x has none, as in a cost problem. */
  readonly x: Points;
  /** In the points of y, [m, dim] row after row. */
  readonly y: Points;
  /**
   * In each weight of x as given; undefined where it is not known. Where weights are scaled to sum one it is that of
   * the share, so that Σ weight·gradient is 0.
   */
  readonly xWeights: Weights;
  /** In each weight of y, likewise. */
  readonly yWeights: Weights;
}

/**
 * A comparison of two measures: the value, and on demand what leads to it, made of the arrays that were given: leave
 * these as they are until then.
 */
export interface TransportResult<Gradient = TransportGradient> {
  /** The distance, or what it is the power of. */
  readonly value: number;
  /** The exact value lies between these, whatever `value` is an estimate of. Where there is a proof. */
  readonly bounds?: readonly [number, number];
  /** The transport plan, for distances that have one. */
  plan?(): TransportPlan;
  /** Derivatives of the value, or of `entropicValue` where there is one. */
  gradient(): Gradient;
}

/**
 * An entropic transport problem solved by iteration: P = a b exp((f + g − C)/ε). `value`, `linearCost`, `bounds` and
 * `dualityGap` are made on first use.
 */
export interface EntropicResult<Gradient = TransportGradient> extends TransportResult<Gradient> {
  /**
   * Transport cost without the entropy, of an admissible plan: ⟨P, C⟩ of P rounded to its marginals; unbalanced ⟨P, C⟩
   * and the penalties of P. An upper estimate of the exact cost, within `bounds`.
   */
  readonly value: number;
  /** The objective with its entropy, OT_ε: the dual value at (f, g), from below and to second order in the marginal error. */
  readonly entropicValue: number;
  /** ⟨P, C⟩ of the plan as it is. */
  readonly linearCost: number;
  /** The exact cost (ε = 0) lies between these, converged or not; unbalanced: the exact unbalanced cost. */
  readonly bounds: readonly [number, number];
  /**
   * One potential per point of x, or per cell of the whole grid (NaN at masked cells). Balanced: Σ a·f = 0. Points
   * without weight have that of the update.
   */
  readonly f: Float64Array;
  /** One potential per point of y. */
  readonly g: Float64Array;
  /** ‖P1 − a‖₁ + ‖Pᵀ1 − b‖₁; unbalanced: the distance from a e^{−f/ρ} and b e^{−g/ρ}, where the optimum has them. */
  readonly marginalError: number;
  /** Entropic objective of an admissible plan minus `entropicValue`, ≥ 0: how far either can be from OT_ε. */
  readonly dualityGap: number;
  /** Passes over the pairs, or over the grid. */
  readonly iterations: number;
  /** True if `marginalError` is within the tolerance. */
  readonly converged: boolean;
  /** Strength of the entropy that was used, in the unit of the costs. */
  readonly epsilon: number;
  /**
   * P.
   *
   * @throws DomainError where it would have more than 2²⁷ entries (on a grid 2²⁴)
   */
  plan(): TransportPlan;
  /** Derivatives of `entropicValue`, the objective that is minimised, by the envelope theorem. */
  gradient(): Gradient;
}
