/**
 * Costs of work on a nominal machine, with a BLAS of its own or without. Decisions are made by these numbers and not by
 * the clock, so that the same budget and seed decide alike on machines alike; the clock only ends what takes too long.
 */

import { rng } from "../../engine/random/rng.ts";
import { systemBlas } from "../../engine/system/system-blas.ts";
import { nodesOf, pointsElsewhere } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { isLinear } from "../features/linearity.ts";
import { suitsKernel } from "../optimizer/gauss-newton.ts";

/** Operations a second of dense least squares on one busy thread, by the machine's LAPACK and on the host. */
const [rateOfLapack, rateOnHost] = [1.2e10, 2.5e9];
/** Seconds for one entry of a matrix of features. */
const entry = 6e-8;
/** Seconds to trace and compile the programs of a problem, and for every operation in its equations. */
const [compiling, compilingEach] = [0.2, 2e-3];
/** Newton steps of a nonlinear problem with all features, after those with a part of them. */
const newtonSteps = 4;
/** Operations of an equation that compile in no time. */
const ordinary = 100;
/** Fewest and most features of a solve, and most coefficients. */
export const [fewest, most, mostColumns] = [24, 3200, 3200];

/** The seed of a further start, independent of the seeds of other runs. */
export const seedOfStart = (seed: number, start: number): number =>
  Math.floor(rng(seed).split(`start ${start}`).uniform() * 2 ** 53);

/** True where equations and conditions are linear in the unknowns. */
export const isLinearProblem = ({ equations, conditions, integrals }: Problem): boolean =>
  [
    ...equations,
    ...conditions.flatMap((c) => (c.kind === "periodic" ? c.matched : [c.residual])),
    ...integrals.map((i) => i.integrand),
  ].every(isLinear);

/** Rows of every condition that does not hold by construction, for so many features. */
export const boundaryPointsFor = ({ axes }: Problem, features: number): number =>
  axes.length <= 2 ? Math.min(300, 2 * features) : 2 * features;

/** Nominal seconds of one solve with random features. */
export function secondsOfFeatures(problem: Problem, features: number, blas = "auto"): number {
  const columns = (features + 1) * problem.unknowns.length;
  const rows = 3 * features * problem.equations.length + boundaryPointsFor(problem, features);
  const rate = blas !== "none" && systemBlas() ? rateOfLapack : rateOnHost;
  const entries = rows * columns * (1 + pointsElsewhere(problem.equations));
  const each = (2 * (rows + columns) * columns ** 2) / rate + entry * entries;
  const nodes = [...nodesOf(problem.equations)].length;
  const solves = isLinearProblem(problem) ? 1 : newtonSteps;
  return solves * each + compiling + compilingEach * Math.max(0, nodes - ordinary);
}

/** The largest number of features that so many seconds allow; none where even the fewest take longer. */
export function featuresFor(problem: Problem, seconds: number, blas = "auto"): number | undefined {
  const limit = Math.min(most, Math.floor(mostColumns / problem.unknowns.length) - 1);
  const costs = (features: number) => secondsOfFeatures(problem, features, blas);
  if (costs(fewest) > seconds) return undefined;
  let [low, high] = [fewest, limit];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (costs(middle) <= seconds) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Nominal seconds of a Gauss–Newton step with so many parameters and rows, each of which asks for unknowns at so many
 * other points.
 */
export function secondsOfStepWith(parameters: number, rows: number, elsewhere: number, blas = "auto"): number {
  const operations = suitsKernel(rows, parameters, elsewhere)
    ? 20 * rows * parameters + 10 * rows ** 2 * Math.sqrt(parameters)
    : 1.5 * rows * parameters ** 2 + parameters ** 3;
  return operations / (blas !== "none" && systemBlas() ? 1e10 : 5e9) + 0.02;
}
