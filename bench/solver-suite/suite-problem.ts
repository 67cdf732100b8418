/** What a problem of the suite is: a text, and a truth that does not come from the solver. */

import { rng } from "../../engine/random/rng.ts";
import type { ProblemSpec } from "../../equations/problem/index.ts";
import type { TestSet } from "../../solvers/solution/evaluation.ts";
import { type ReferenceName, referenceProblem } from "../reference/catalogue.ts";
import { atPoints } from "../reference/reference-problem.ts";
import { boxPoints } from "../reference/test-points.ts";

/** A problem as plain JSON, with points at which the truth is known. */
export interface SuiteProblem {
  readonly spec: ProblemSpec;
  /** Where the text comes from, and what the truth is. */
  readonly source: string;
  readonly truth: () => TestSet;
}

/** Even points of a box at which truths are compared. */
const count = 8192;

/** A truth by a formula of one point, at Sobol points of a box; `inside` leaves out the others. */
export function formula(
  low: readonly number[],
  high: readonly number[],
  f: (point: Float64Array) => number | readonly number[],
  inside: (point: Float64Array) => boolean = () => true,
): () => TestSet {
  const d = low.length;
  return () => {
    const all = boxPoints(low, high, count, rng(0).split("suite"));
    const rows = Array.from({ length: count }, (_, i) => all.subarray(i * d, (i + 1) * d)).filter(inside);
    const points = Float64Array.from(rows.flatMap((row) => Array.from(row)));
    const values = atPoints(d, f)(points);
    return { points, values, unknowns: values.length / rows.length };
  };
}

/** A reference problem of the library, without the options that were tuned for it. */
export function reference(name: ReferenceName, source: string): SuiteProblem {
  const { spec, testSet } = referenceProblem(name);
  return { spec, source, truth: () => testSet(rng(0).split("suite")) };
}
