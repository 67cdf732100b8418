/** Scores of the largest values of a field, and the return level of a fitted extreme-value distribution. */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { quantile } from "../../engine/numerics/quantile.ts";
import { checkFinite } from "../../engine/numerics/shaped-array.ts";

function checkPair(name: string, forecast: ArrayLike<number>, truth: ArrayLike<number>): void {
  if (forecast.length !== truth.length) throw new ShapeError(`${name}: forecast`, [truth.length], [forecast.length]);
  checkFinite(`${name}: forecast`, forecast);
  checkFinite(`${name}: truth`, truth);
}

/**
 * Heavy-rain region error (HRRE): |#(forecast ≥ threshold) − #(truth ≥ threshold)| in pixels, blind to location
 * (arXiv 2410.00381 §S5).
 *
 * @param forecast - length n, finite
 * @param truth - length n, in the same units and order
 * @param threshold In the fields' units. @defaultValue 56, made for mm/day
 * @throws ShapeError; DomainError for non-finite values
 */
export function heavyRainRegionError(forecast: ArrayLike<number>, truth: ArrayLike<number>, threshold = 56): number {
  checkPair("heavyRainRegionError", forecast, truth);
  let difference = 0;
  for (let i = 0; i < truth.length; i++) {
    difference += Number(forecast[i]! >= threshold) - Number(truth[i]! >= threshold);
  }
  return Math.abs(difference);
}

/**
 * Mesoscale peak precipitation error (MPPE): |q(forecast) − q(truth)| at a high quantile (arXiv 2410.00381 §S5).
 *
 * @param forecast - length n, finite
 * @param truth - length n, in the same units; the order does not matter
 * @param q - level in [0, 1]. @defaultValue 0.999
 * @throws ShapeError; DomainError for non-finite values
 */
export function peakPrecipitationError(forecast: ArrayLike<number>, truth: ArrayLike<number>, q = 0.999): number {
  checkPair("peakPrecipitationError", forecast, truth);
  return Math.abs(quantile(forecast, q) - quantile(truth, q));
}

/** Parameters of a generalised extreme value distribution. */
export interface ExtremeValues {
  /** In the unit of the values. */
  readonly location: number;
  /** > 0, in the unit of the values. */
  readonly scale: number;
  /** ξ; > 0 is a heavy tail (the opposite sign of scipy's `c`) */
  readonly shape: number;
}

/**
 * Level exceeded once in `period` blocks on average under a generalised extreme value distribution:
 * μ + (σ/ξ)[(−ln(1 − 1/T))^−ξ − 1] (Coles 2001, eq. 3.4).
 *
 * @param period T > 1, in blocks (years for annual maxima)
 * @throws DomainError for period ≤ 1 or scale ≤ 0
 */
export function returnLevel(parameters: ExtremeValues, period: number): number {
  const { location, scale, shape } = parameters;
  if (!(period > 1)) throw new DomainError(`returnLevel: period is ${period}; it must be > 1 block`, period);
  if (!(scale > 0)) throw new DomainError(`returnLevel: scale is ${scale}; it must be > 0`, scale);
  const x = -Math.log(-Math.log1p(-1 / period)); // the reduced Gumbel variate
  return location + scale * (shape === 0 ? x : Math.expm1(shape * x) / shape);
}
