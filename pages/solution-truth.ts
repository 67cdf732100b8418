/** True solutions, where they are known. */
import { rng } from "../engine/random/rng.ts";
import { domainOf } from "../equations/domain/index.ts";
import { evaluateAt } from "../equations/expression/index.ts";
import type { Problem } from "../equations/problem/index.ts";
import type { TestSet } from "../solvers/solution/index.ts";

/** Points at which an exact solution is compared. */
const count = 2 ** 16;

/** Quasi-uniform points with the exact solution; undefined where there is none. */
export function testSetOf(problem: Problem): TestSet | undefined {
  const points = problem.exact && domainOf(problem.domain).interior(count, rng(0).split("test set"));
  const values = points && trueValues(problem, points);
  return values && { points, values, unknowns: problem.unknowns.length };
}

/**
 * The exact solution at any points.
 *
 * @param points - [n, axes], row-major
 * @returns [n, unknowns]; undefined where it is not known
 */
export function trueValues(problem: Problem, points: Float64Array): Float64Array | undefined {
  if (problem.exact === undefined) return undefined;
  const { axes, constants, exact } = problem;
  const columns = exact.map((e) => evaluateAt(e, points, axes.length, constants));
  const n = exact.length;
  return Float64Array.from({ length: n * columns[0]!.length }, (_, i) => columns[i % n]![Math.floor(i / n)]!);
}
