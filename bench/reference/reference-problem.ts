/** What a reference problem is. */
import type { Rng } from "../../engine/random/rng.ts";
import type { ProblemSpec } from "../../equations/problem/index.ts";
import type { TestSet } from "../../solvers/solution/evaluation.ts";

/** A problem with a known solution. */
export interface ReferenceProblem {
  /** As `referenceProblem` knows it. */
  readonly name: string;
  /** The problem as plain JSON, for `pde` and for problem files. */
  readonly spec: ProblemSpec;
  /**
   * The true solution `[n, unknowns]` at points `[n, axes]`: a formula, or an independent computation. Absent where
   * only a table is known (lid-driven cavity).
   */
  readonly reference?: (points: Float64Array) => Float64Array;
  /** Bound on the error of `reference` (or of the table), absolute, where solutions are of order one. */
  readonly accuracy: number;
  /** A dense test set, independent of anything used in training. Grids do not use the stream. */
  testSet(rng: Rng): TestSet;
  /** Results in print or in the authors' data, with source, for comparison. */
  readonly published: readonly string[];
}

/** Values of a function of one point at many: `[n, unknowns]`. */
export function atPoints(
  dimension: number,
  f: (point: Float64Array) => number | readonly number[],
): (points: Float64Array) => Float64Array {
  return (points) => {
    const rows = Array.from({ length: points.length / dimension }, (_, i) =>
      f(points.subarray(i * dimension, (i + 1) * dimension)),
    );
    return Float64Array.from(rows.flat());
  };
}
