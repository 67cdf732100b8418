/** Whether other starts lead to other solutions: nonlinear equations may have several, as beyond a pitchfork, where u = 0 is one that few look for. */
import { isLinear } from "../baseline/linearity.ts";
import type { Pace } from "../baseline/pace.ts";
import { featuresWithin, type RandomFeatureOptions } from "../baseline/random-features.ts";
import { partial, unit } from "../expression/build.ts";
import type { Problem } from "../problem/problem.ts";
import type { Enforcement } from "../solve/enforcement.ts";
import { Solution } from "../solve/solution.ts";
import { evenPoints } from "./distance.ts";
import type { Solved } from "./feature-solve.ts";
import { rootMeanSquare } from "./misfit.ts";
import { areCheap } from "./rows-about.ts";
import { unlessUnsolvable } from "./trust.ts";

/** Features for each axis and their weights' reach; root mean squares of the random sums that Newton's method begins with, one start each. */
const [features, scale, sizes] = [80, [1, 2, 4], [3, 10, 3, 10]];
/** What another solution may leave beside what the half of it leaves: a local minimum leaves more, and what is on its way to 0 twice as much. Share of its size from which on it is another one. */
const [mostLeft, leastApart] = [0.02, 0.05];
/** What a start may take for each axis and unknown, before one was timed. */
const leastSeconds = 0.15;
/** Axes up to which it is looked for, and points at which solutions are compared. */
const [mostAxes, compared] = [2, 512];

/** Another solution than the one at hand. */
export interface Another {
  /** ‖v − u‖/‖v‖, v the other one. */
  readonly apart: number;
  /** Whether u is 0 beside it. */
  readonly isBesideNothing: boolean;
  /** What `randomFeatures` finds it with. */
  readonly found: Required<Pick<RandomFeatureOptions, "features" | "startSize" | "seed">>;
}

/** Whether {@link another} looks at a problem: nonlinear steady ones of up to two axes, with nothing to be found. */
export const mayHaveSeveral = (problem: Problem): boolean =>
  problem.time === undefined &&
  problem.axes.length <= mostAxes &&
  Object.keys(problem.trainable).length === 0 &&
  !problem.equations.every(isLinear) &&
  areCheap(problem);

/** Another solution of a problem, by Newton's method from random starts; undefined where none was found in time. */
export async function another(
  problem: Problem,
  solution: Solved,
  run: {
    readonly pace: Pace;
    readonly conditions: Enforcement;
    readonly threads: number;
    readonly blas?: string | undefined;
  },
): Promise<Another | undefined> {
  const { pace, blas, ...rest } = run;
  const { points } = evenPoints(problem, compared);
  const axes = problem.axes.length;
  const unknowns = problem.unknowns.map((_, k) => partial(k, unit(axes, -1)));
  const common = { ...rest, ...(blas !== undefined && { blas }), features: features * axes, scale };
  let longest = leastSeconds * axes * unknowns.length;
  for (const [seed, startSize] of sizes.entries()) {
    if (pace.left() < longest) return undefined;
    const began = pace.now();
    const other = await unlessUnsolvable(() => featuresWithin(problem, { ...common, seed, startSize }, pace));
    longest = Math.max(longest, pace.now() - began);
    if (!other) continue;
    const { network, theta, report } = other;
    const coefficients = (features * axes + 1) * problem.unknowns.length;
    const half = theta.map((v, i) => (i < theta.length - coefficients ? v : v / 2));
    const beside = new Solution(problem, network, half, report);
    const nearby = rootMeanSquare(await beside.residual(points)) / report.scale;
    const [v, u] = [await other.expressions(unknowns, points), await solution.expressions(unknowns, points)];
    for (const one of [other, beside]) await one.dispose();
    const apart = rootMeanSquare(v.map((value, i) => value - u[i]!)) / rootMeanSquare(v);
    if (report.residual <= mostLeft * nearby && apart > leastApart)
      return {
        apart,
        isBesideNothing: Math.abs(apart - 1) < 1e-6,
        found: { features: features * axes, startSize, seed },
      };
  }
  return undefined;
}
