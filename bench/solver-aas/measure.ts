/** Errors of a solution in several norms, at points that belong to no run. */
import { derivativesOfExpression, evaluateAt } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { TestSet } from "../../solvers/solution/evaluation.ts";
import type { Solution } from "../../solvers/solution/solution.ts";

/** Relative errors of values and gradient, and how uneven the residual is. */
export async function measure(solution: Solution, problem: Problem, test: TestSet) {
  const { points, values } = test;
  const d = problem.axes.length;
  const n = points.length / d;
  const weights = test.weights ?? new Float64Array(n).fill(1 / n);
  const { relativeL2, maxError } = await solution.errors(test);
  const exact = derivativesOfExpression(problem.exact![0]!, d);
  let [wrong, size] = [0, 0];
  for (const [k, axis] of problem.axes.entries()) {
    const found = await solution.quantity(`diff(u, ${axis})`, points);
    const order = problem.axes.map((_, j) => (j === k ? 1 : 0));
    const truth = evaluateAt(exact(order), points, d, problem.constants);
    for (let i = 0; i < n; i++) {
      wrong += weights[i]! * (found[i]! - truth[i]!) ** 2;
      size += weights[i]! * truth[i]! ** 2;
    }
  }
  const residual = await solution.residual(points);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = residual.reduce((sum, r, i) => sum + (weights[i]! / total) * r * r, 0);
  const second = residual.reduce((sum, r, i) => sum + (weights[i]! / total) * r ** 4, 0);
  return {
    l2: relativeL2,
    max: maxError / values.reduce((most, v) => Math.max(most, Math.abs(v)), 0),
    h1: Math.sqrt(wrong / size),
    spread: Math.sqrt(Math.max(0, second - mean ** 2)) / mean,
  };
}
