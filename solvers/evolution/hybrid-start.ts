/** Starts of evolutions on hybrid elements. */
import { evaluateAt } from "../../equations/expression/index.ts";
import type { HybridElement } from "./hybrid-element.ts";
import { NoHybrid } from "./no-hybrid.ts";
import type { WeakForm } from "./weak-form.ts";

export interface HybridStart {
  /** Vectors of the elements' polynomials, order by order in time. */
  readonly state: readonly Float64Array[];
  /** Squares of what they miss on each element, relative to each unknown. */
  readonly missed: Float64Array;
}

/**
 * The start by least squares.
 *
 * @param starts - of the elements' polynomials in vectors of this length
 * @throws NoHybrid where it has no value at a point of an element
 */
export function hybridStart(
  form: WeakForm,
  elements: readonly HybridElement[],
  starts: readonly number[],
  length: number,
): HybridStart {
  const { starts: given, problem, inTime } = form;
  const begin = problem.bounds[problem.time!]![0];
  const missed = new Float64Array(elements.length);
  const state = Array.from({ length: Math.max(...inTime) }, (_, m) => {
    const out = new Float64Array(length);
    for (const [k, own] of given.entries()) {
      if (own[m] === undefined) continue;
      let whole = 0;
      const lost = new Float64Array(elements.length);
      for (const [e, { points, weights, values, size }] of elements.entries()) {
        const at = Float64Array.from({ length: 3 * weights.length }, (_, i) =>
          i % 3 === 2 ? begin : points[2 * Math.floor(i / 3) + (i % 3)]!,
        );
        const start = evaluateAt(own[m], at, 3, problem.constants);
        if (!start.every(Number.isFinite)) throw new NoHybrid("its start has no value beside the domain");
        const first = starts[e]! + k * size;
        for (const [i, w] of weights.entries())
          for (let a = 0; a < size; a++) out[first + a]! += w * start[i]! * values[i * size + a]!;
        for (const [i, w] of weights.entries()) {
          let sum = start[i]!;
          for (let a = 0; a < size; a++) sum -= out[first + a]! * values[i * size + a]!;
          lost[e]! += Math.abs(w) * sum * sum;
          whole += w * start[i]! ** 2;
        }
      }
      if (whole > 0) for (const [e, v] of lost.entries()) missed[e]! += v / whole;
    }
    return out;
  });
  return { state, missed };
}
