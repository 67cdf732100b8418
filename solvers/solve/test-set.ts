/** Independent points at which solutions are evaluated, and the relative error there. */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { normalMass, truncatedQuantile } from "../../engine/numerics/normal-mass.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { unitSequence } from "../domain/unit-points.ts";

/** Points with true values. */
export interface TestSet {
  /** Row-major `[n, axes]`. */
  readonly points: Float64Array;
  /** True values, row-major `[n, unknowns]`. */
  readonly values: Float64Array;
  /** Number of unknowns. `@defaultValue 1` */
  readonly unknowns?: number;
  /** One for each of the n points: Σ w f is the integral of f over the domain, up to a factor. Absent: all equal. */
  readonly weights?: Float64Array;
  /** 1 where a value `[n, unknowns]` is known, else 0. Absent: all known. */
  readonly known?: Uint8Array;
}

/**
 * Relative L² error √(Σ w (prediction − value)² / Σ w value²) over the known values of all unknowns, or of one.
 *
 * @param prediction `[n, unknowns]` as the test set's values
 * @param unknown index of the one unknown to evaluate
 * @throws ShapeError where the prediction has another length
 * @throws DomainError where a prediction is not finite, or all true values are zero
 */
export function relativeL2(test: TestSet, prediction: ArrayLike<number>, unknown?: number): number {
  const { values, weights, known, unknowns = 1 } = test;
  if (prediction.length !== values.length) {
    throw new ShapeError(
      "relativeL2: prediction",
      [values.length],
      [prediction.length],
      "one value a point and unknown",
    );
  }
  let [error, size] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (known?.[i] === 0 || (unknown !== undefined && i % unknowns !== unknown)) continue;
    const p = prediction[i]!;
    if (!Number.isFinite(p)) {
      throw new DomainError(`relativeL2: prediction ${i} is ${p}; evaluate at the points of the test set`, p);
    }
    const w = weights ? weights[Math.floor(i / unknowns)]! : 1;
    error += w * (p - values[i]!) ** 2;
    size += w * values[i]! ** 2;
  }
  if (!(size > 0))
    throw new DomainError("relativeL2: the true values are all zero, so no error is relative to them", size);
  return Math.sqrt(error / size);
}

/** Points of a box for which n values are known: every node of a grid with so many points along each axis. */
export function gridPoints(
  low: readonly number[],
  high: readonly number[],
  counts: readonly number[],
  centred = false,
): Float64Array {
  const dimension = low.length;
  const total = counts.reduce((a, b) => a * b, 1);
  const points = new Float64Array(total * dimension);
  for (let i = 0; i < total; i++) {
    let rest = i;
    for (let k = dimension - 1; k >= 0; k--) {
      const n = counts[k]!;
      const j = rest % n;
      rest = (rest - j) / n;
      points[i * dimension + k] = low[k]! + (high[k]! - low[k]!) * (centred ? (j + 0.5) / n : j / (n - 1));
    }
  }
  return points;
}

/** Scrambled Sobol points of a box. */
export function boxPoints(low: readonly number[], high: readonly number[], count: number, rng: Rng): Float64Array {
  const d = low.length;
  return unitSequence(d, rng)
    .next(count)
    .map((u, i) => low[i % d]! + (high[i % d]! - low[i % d]!) * u);
}

/**
 * Importance samples of [−1, 1]^d around a centre: a third each from N(c, I/40), the distribution of the square of
 * exp(−10|x−c|²), from N(c, 0.09 I), both truncated to the box, and from the uniform distribution; weights 1/(n q) with q the
 * density of the mixture. So Σ w f is the integral of f over the box, precise for f that live in the peak and for
 * errors that live outside.
 *
 * @param count total number of points, rounded up to a multiple of 3
 */
export function peakMixture(
  center: readonly number[],
  count: number,
  rng: Rng,
): { readonly points: Float64Array; readonly weights: Float64Array } {
  const d = center.length;
  const each = Math.ceil(count / 3);
  const scales = [Math.sqrt(1 / 40), 0.3];
  const limits = (s: number, k: number) => [(-1 - center[k]!) / s, (1 - center[k]!) / s] as const;
  const points = new Float64Array(3 * each * d);
  for (let component = 0; component < 3; component++) {
    const s = scales[component];
    const units = unitSequence(d, rng).next(each);
    for (const [i, u] of units.entries()) {
      const k = i % d;
      points[component * each * d + i] =
        s === undefined ? 2 * u - 1 : center[k]! + s * truncatedQuantile(u, ...limits(s, k));
    }
  }
  // Logarithms of the normalising constants of the truncated normal distributions.
  const constants = scales.map((s) =>
    center.reduce((sum, _, k) => sum - Math.log(normalMass(...limits(s, k)) * s * Math.sqrt(2 * Math.PI)), 0),
  );
  const weights = new Float64Array(3 * each);
  for (let i = 0; i < 3 * each; i++) {
    let squares = 0;
    for (let k = 0; k < d; k++) squares += (points[i * d + k]! - center[k]!) ** 2;
    const normal = scales.reduce((sum, s, c) => sum + Math.exp(constants[c]! - squares / (2 * s * s)), 0);
    weights[i] = 1 / (each * (normal + 2 ** -d));
  }
  return { points, weights };
}
