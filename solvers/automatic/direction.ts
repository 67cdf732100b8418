/** A direction along which what a problem is given varies, and hardly across it: of fronts and plane waves that lie along no axis. */
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../domain/domain.ts";
import { nodesOf } from "../expression/tree.ts";
import type { Problem } from "../problem/problem.ts";
import { fewerPoints } from "../residual/elsewhere.ts";
import { sourcesOf } from "../solve/scale.ts";

/** Axes among which a direction is looked for. */
const [leastAxes, mostAxes] = [2, 4];
/** Mean square of slopes across over that along, up to which there is one direction. */
const across = 0.05;
/** Largest component up to which a direction is none of an axis. */
const oblique = 0.99;
/** Step of difference quotients in coordinates scaled to [−1, 1]. */
const step = 1e-4;

/**
 * The principal direction of the sources' slopes, in coordinates scaled to [−1, 1] and of length 1: the eigenvector of the largest eigenvalue λ of Σ ∇s ∇sᵀ
 * (Förstner and Gülch 1987), where the others together are at most λ/20.
 *
 * @returns undefined where slopes point in several directions or along an axis, and where periodic axes or functions of the caller are
 */
export function obliqueDirection(problem: Problem): readonly number[] | undefined {
  const d = problem.axes.length;
  const periodic = problem.conditions.some(({ kind }) => kind === "periodic");
  const inGraphs = [...nodesOf(problem.equations)].some(({ kind }) => kind === "function");
  if (d < leastAxes || d > mostAxes || periodic || inGraphs) return undefined;
  const { low, high, interior } = domainOf(problem.domain);
  const points = interior(fewerPoints(2 ** 13, problem.equations, 256), rng(0).split("direction"));
  const at = problem.axes.map((_, axis) => {
    const moved = points.slice();
    for (let i = axis; i < moved.length; i += d) moved[i]! += (step * (high[axis]! - low[axis]!)) / 2;
    return sourcesOf(problem, moved);
  });
  const slopes = sourcesOf(problem, points).flatMap((here, equation) =>
    Array.from(here, (value, i) => at.map((moved) => (moved[equation]![i]! - value) / step)),
  );
  const tensor = problem.axes.map((_, j) =>
    problem.axes.map((_axis, k) => slopes.reduce((sum, g) => sum + g[j]! * g[k]!, 0)),
  );
  const trace = tensor.reduce((sum, row, k) => sum + row[k]!, 0);
  if (!(trace > 0 && trace < Number.POSITIVE_INFINITY)) return undefined;
  const { value, direction } = principal(tensor);
  const unequal = trace - value <= across * value;
  return unequal && direction.every((n) => Math.abs(n) <= oblique) ? direction : undefined;
}

/** Largest eigenvalue of a symmetric positive matrix and its vector, by powers. */
function principal(matrix: readonly (readonly number[])[]): { readonly value: number; readonly direction: number[] } {
  // Begun with the longest column, which is across the vector for no such matrix but those of several directions.
  let direction = [...matrix].sort((a, b) => Math.hypot(...b) - Math.hypot(...a))[0]!;
  let value = 0;
  for (let power = 0; power < 200; power++) {
    const length = Math.hypot(...direction);
    direction = direction.map((n) => n / length);
    const next = matrix.map((row) => row.reduce((sum, m, k) => sum + m * direction[k]!, 0));
    value = next.reduce((sum, m, k) => sum + m * direction[k]!, 0);
    direction = next;
  }
  const length = Math.hypot(...direction);
  return { value, direction: direction.map((n) => n / length) };
}
