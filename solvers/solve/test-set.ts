/** Independent points at which solutions are evaluated, and the relative error there. */
import { DomainError, ShapeError } from "../../engine/errors.ts";

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
