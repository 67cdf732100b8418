/** Curves of the residual and error of a solution. */
import { type Curve, curveFigure } from "../report/index.ts";
import type { NetworkSolution } from "../solvers/solution/index.ts";
import { type Errors, type FeatureTrial, Solution } from "../solvers/solution/index.ts";
import { networkTrial } from "../solvers/solve/index.ts";
import { testSetOf } from "./solution-truth.ts";

/** Most rounds and points for the curve of the error. */
const [mostErrors, mostPoints] = [30, 4096];

/**
 * Draws the residual after every round and, where the solution is known, the error at up to 30 of those whose
 * parameters are kept.
 *
 * @param snapshots - of every round, in order
 * @param timed - over seconds, or over steps
 * @returns the SVG text
 */
export async function solutionCurves(
  solution: NetworkSolution,
  snapshots: readonly {
    /** Since the start. */
    readonly seconds: number;
    /** Optimizer steps since the start. */
    readonly steps: number;
    /** Mean square of the residual on fresh points, before the round's steps. */
    readonly freshLoss: number;
    /** Parameters after the round, [n], where they are kept. */
    readonly theta?: Float64Array;
  }[],
  timed: boolean,
): Promise<string> {
  const at = (one: Snapshot) => (timed ? one.seconds : one.steps);
  const residual: Curve = {
    name: "residual",
    // The loss on fresh points is that of the parameters before the round's steps.
    x: snapshots.map((_, i) => (i === 0 ? 0 : at(snapshots[i - 1]!))),
    y: snapshots.map((one) => Math.sqrt(one.freshLoss) || Number.NaN),
  };
  const kept = snapshots.flatMap(({ theta, ...rest }) => (theta ? [{ ...rest, theta }] : []));
  const chosen = kept.filter((_, i) => i % Math.ceil(kept.length / mostErrors) === 0 || i === kept.length - 1);
  const errors = await errorsAlong(solution, chosen);
  const error: Curve[] =
    errors && errors.length > 0
      ? [{ name: "relative L2 error", x: chosen.map(at), y: errors.map((e) => e.relativeL2 || Number.NaN) }]
      : [];
  return curveFigure({
    title: solution.problem.name,
    curves: [residual, ...error],
    x: { name: timed ? "seconds" : "step" },
    y: { name: "after each round", log: true },
  });
}

/** State of a run after a round. */
export type Snapshot = Parameters<typeof solutionCurves>[1][number];

/** Residuals of random features over seconds. */
export const trialCurve = (trials: readonly { readonly seconds: number; readonly residual: number }[]): Curve => ({
  name: "random features",
  x: trials.map(({ seconds }) => seconds),
  y: trials.map(({ residual }) => residual || Number.NaN),
});

/**
 * Draws the trials of the automatic method selection, over seconds: the residual of every set of random features, and
 * of networks after each round.
 *
 * @param title - over the picture
 * @param trials - in order
 * @param snapshots - of all networks, in order; none where there were none
 * @returns the SVG text
 */
export async function searchCurves(
  title: string,
  trials: readonly FeatureTrial[],
  snapshots: readonly Snapshot[],
): Promise<string> {
  const rounds = { x: snapshots.map((s) => s.seconds), y: snapshots.map((s) => Math.sqrt(s.freshLoss) || Number.NaN) };
  return curveFigure({
    title,
    curves: [
      ...(trials.length > 0 ? [trialCurve(trials)] : []),
      ...(snapshots.length > 0 ? [{ name: "networks", ...rounds }] : []),
    ],
    x: { name: "seconds" },
    y: { name: "residual of what was tried", log: true },
  });
}

/** Errors of earlier parameters, on part of the test set. */
async function errorsAlong(
  solution: NetworkSolution,
  snapshots: readonly { readonly theta: Float64Array }[],
): Promise<Errors[] | undefined> {
  const test = testSetOf(solution.problem);
  if (test === undefined) return undefined;
  const d = solution.domain.dimension;
  const n = solution.problem.unknowns.length;
  const count = test.points.length / d;
  // A stride without common factors with the sides of grids.
  const stride = count > mostPoints ? Math.floor(count / mostPoints) * 2 + 1 : 1;
  const kept = Array.from({ length: Math.min(count, mostPoints) }, (_, i) => (i * stride) % count);
  const take = (values: ArrayLike<number>, width: number) =>
    kept.flatMap((i) => Array.from({ length: width }, (_, k) => values[i * width + k]!));
  const part = {
    points: Float64Array.from(take(test.points, d)),
    values: Float64Array.from(take(test.values, n)),
    unknowns: n,
    ...(test.weights && { weights: Float64Array.from(take(test.weights, 1)) }),
    ...(test.known && { known: Uint8Array.from(take(test.known, n)) }),
  };
  const { problem, trial, coefficients, report } = solution;
  const copy = networkTrial(problem, trial.network, coefficients.slice(), report.conditions);
  const earlier = new Solution(problem, copy, report);
  const errors: Errors[] = [];
  for (const { theta } of snapshots) {
    earlier.coefficients.set(theta);
    errors.push(await earlier.errors(part));
  }
  await earlier.dispose();
  return errors;
}
