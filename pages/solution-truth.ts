/** True solutions, where they are known. */
import { rng } from "../engine/rng.ts";
import { domainOf } from "../solvers/domain/index.ts";
import { evaluateAt } from "../solvers/expression/index.ts";
import { type Problem, problemToJson } from "../solvers/problem/index.ts";
import { type ReferenceProblem, referenceNames, referenceProblem } from "../solvers/reference/index.ts";
import type { TestSet } from "../solvers/solve/index.ts";

/** A problem, and the reference problem that it is, if it is one. */
export interface Known {
  /** What was solved. */
  readonly problem: Problem;
  /** The catalogue's problem of the same text; `referenceOf` finds it. */
  readonly reference: ReferenceProblem | undefined;
}

/**
 * The reference problem whose text this is, word for word.
 *
 * @param problem - made by `pde`
 * @returns undefined where it is none
 */
export function referenceOf(problem: Problem): ReferenceProblem | undefined {
  const name = referenceNames.find((one) => one === problem.name);
  if (name === undefined) return undefined;
  const reference = referenceProblem(name);
  const same = JSON.stringify(reference.spec) === JSON.stringify(problemToJson(problem));
  return same ? reference : undefined;
}

/** Points that an exact solution is compared at, where the problem is no reference problem with a set of its own. */
const count = 2 ** 16;

/** The reference's test set, or even points with the exact solution; undefined where there is neither. */
export function testSetOf(plan: Known): TestSet | undefined {
  const { problem, reference } = plan;
  if (reference !== undefined) return reference.testSet(rng(0).split("test set"));
  const points = problem.exact && domainOf(problem.domain).interior(count, rng(0).split("test set"));
  const values = points && trueValues(plan, points);
  return values && { points, values, unknowns: problem.unknowns.length };
}

/**
 * The true solution at any points: a formula or a reference.
 *
 * @param points - [n, axes], row-major
 * @returns [n, unknowns]; undefined where neither is known
 */
export function trueValues({ problem, reference }: Known, points: Float64Array): Float64Array | undefined {
  if (reference?.reference !== undefined) return reference.reference(points);
  if (problem.exact === undefined) return undefined;
  const { axes, constants, exact } = problem;
  const columns = exact.map((e) => evaluateAt(e, points, axes.length, constants));
  const n = exact.length;
  return Float64Array.from({ length: n * columns[0]!.length }, (_, i) => columns[i % n]![Math.floor(i / n)]!);
}
