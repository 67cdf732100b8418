/**
 * How far a solution can be moved without its rows telling. Where a layer may be anywhere, since its place is fixed by e⁻²⁵ of the equation, one change of the parameters
 * stands alone: it moves the solution a thousand times more than any other that does as little to the rows. Neither the residual, nor a correction, nor a second solution
 * tells where on this way the truth is.
 */
import { cholesky } from "../../engine/numerics/cholesky.ts";
import { type Rng, rng } from "../../engine/random/rng.ts";
import { partial, unit } from "../expression/build.ts";
import type { Problem } from "../problem/problem.ts";
import { leastSquaresProgram } from "../residual/program.ts";
import type { Solution } from "../solve/solution.ts";
import { areCheap, isSmall, type RowsOptions, rowsAbout, tail } from "./rows-about.ts";

/** Axes up to which it is looked at. */
const mostAxes = 3;
/** Operations of JᵀJ beside the square of the parameters, and how many there are in a second. */
const [operations, rate] = [2500, 2e10];
/** Steps of the iteration. */
const steps = 12;
/** How far before the second change the first one stands alone. */
const alone = 1000;
/** What rounding hides, as a share of the largest entry of the diagonal. */
const hidden = 1e-14;

/** Whether {@link nullSpaceDirection} looks at a problem: steady ones of up to three axes. */
export const mayHaveNullSpace = (problem: Problem): boolean =>
  problem.time === undefined &&
  problem.axes.length <= mostAxes &&
  Object.keys(problem.trainable).length === 0 &&
  areCheap(problem);

/** Seconds of a look at a solution, about. */
export const secondsOfLook = ({ theta }: Solution): number => 0.1 + (operations * theta.length ** 2) / rate;

/**
 * ‖the change of u‖/‖u‖ along the direction of the parameters that stands alone, if there is one, for a change of the rows as large as they are: with U and J what the
 * parameters do to u and to the rows r, √(largest eigenvalue of UᵀU v = μ JᵀJ v) · ‖r‖/‖u‖.
 *
 * @returns infinity where u is 0 and need not be; undefined where none stands alone, or there are too many parameters
 */
export async function nullSpaceDirection(solution: Solution, options: RowsOptions): Promise<number | undefined> {
  const { problem, theta } = solution;
  if (!isSmall(solution)) return undefined;
  const random = rng(0).split("open direction");
  const { program: rows, assembly, machine, points } = rowsAbout(solution, options, random);
  const count = points.length / problem.axes.length;
  const unknowns = problem.unknowns.map((_, u) => partial(u, unit(problem.axes.length, -1)));
  const values = leastSquaresProgram(
    assembly.model,
    [{ name: "unknowns", count, residuals: unknowns, data: [] }],
    machine,
  );
  try {
    const rootWeights = new Float64Array(count).fill(Math.sqrt(1 / count));
    values.setPoints([{ points, rootWeights, data: new Float64Array(count) }]);
    const found = options.found ?? theta.length;
    const [seen, moves] = [await rows.linearize(theta), await values.linearize(theta)];
    const ways = twoLargest(tail(moves.matrix, found), tail(seen.matrix, found), found, random);
    if (ways === undefined || ways[0] < alone * ways[1]) return undefined;
    // Beside u = 0 any change is infinitely large.
    return moves.loss > 0 ? ways[0] * Math.sqrt(seen.loss / moves.loss) : Number.POSITIVE_INFINITY;
  } finally {
    await rows.dispose();
    await values.dispose();
  }
}

/** Square roots of the two largest eigenvalues of A v = μ B v, by iteration with two vectors; undefined where B is not positive definite to rounding. */
function twoLargest(a: Float64Array, b: Float64Array, n: number, random: Rng): readonly [number, number] | undefined {
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, b[i * (n + 1)]!);
  for (let i = 0; i < n; i++) b[i * (n + 1)]! += hidden * largest;
  const factor = cholesky(b, n);
  if (!factor) return undefined;
  const times = (v: Float64Array) => Float64Array.from({ length: n }, (_, i) => dot(a.subarray(i * n, (i + 1) * n), v));
  // B⁻¹A is symmetric in the inner product of A, which rounding leaves alone where B is next to singular.
  const normed = (v: Float64Array) => {
    const size = Math.sqrt(dot(v, times(v)));
    return v.map((w) => w / size);
  };
  let first: Float64Array = normed(random.split("first").normal(n));
  let second: Float64Array = normed(random.split("second").normal(n));
  let found: readonly [number, number] = [0, 0];
  for (let k = 0; k < steps; k++) {
    const [ofFirst, ofSecond] = [times(first), times(second)];
    const [next, other] = [factor.solve(ofFirst), factor.solve(ofSecond)];
    found = [Math.sqrt(dot(ofFirst, next)), Math.sqrt(dot(ofSecond, other))];
    first = normed(next);
    const across = times(first);
    // Twice, since the first time leaves what rounding makes of so long a way.
    const once = without(other, first, across);
    second = normed(without(once, first, across));
  }
  return found;
}

/** v less what it has of a direction, by the inner product with `across`. */
function without(v: Float64Array, direction: Float64Array, across: Float64Array): Float64Array {
  const along = dot(across, v);
  return v.map((w, i) => w - along * direction[i]!);
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};
