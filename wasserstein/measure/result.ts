/** What comes back from every comparison of two measures. */
import type { TransportPlan } from "./transport-plan.ts";

/** Derivatives of the value of a comparison; one subgradient where there are several. */
export interface TransportGradient<Points = Float64Array | undefined, Weights = Float64Array | undefined> {
  /** In the points of x, [n, dim] row after row; undefined where x has none, as in a cost problem. */
  readonly x: Points;
  /** In the points of y, [m, dim] row after row. */
  readonly y: Points;
  /**
   * In each weight of x as given; undefined where it is not known. Where weights are scaled to sum one it is that of the share, so
   * that Σ weight·gradient is 0.
   */
  readonly xWeights: Weights;
  /** In each weight of y, likewise. */
  readonly yWeights: Weights;
}

/**
 * A comparison of two measures: the value, and on demand what leads to it, made of the arrays that were given: leave these as they are
 * until then.
 */
export interface TransportResult<Gradient = TransportGradient> {
  /** The distance, or what it is the power of. */
  readonly value: number;
  /** The exact value lies between these, whatever `value` is an estimate of. Where there is a proof. */
  readonly bounds?: readonly [number, number];
  /** Which mass goes where. Where there is one plan. */
  plan?(): TransportPlan;
  /** Derivatives of the value, or of `entropicValue` where there is one. */
  gradient(): Gradient;
}
