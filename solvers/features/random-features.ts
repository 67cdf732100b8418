/**
 * Random features with linear least squares: one hidden layer that is drawn once and frozen, so that for a linear
 * problem the coefficients follow from one dense solve (PIELM, arXiv 1907.03507; random feature method, arXiv
 * 2207.13380; FastLSQ, arXiv
 * 2602.10541), and for a nonlinear one from Newton's method. The baseline to beat on smooth problems in few dimensions.
 */

import {
  among,
  anything,
  checkOptions,
  either,
  list,
  type OptionChecks,
  positive,
  real,
  text,
  whole,
} from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { type Rng, rng } from "../../engine/random/rng.ts";
import { percentText } from "../../engine/text/number.ts";
import { domainOf } from "../../equations/domain/index.ts";
import { fewerPoints } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { isKnownNetwork } from "../network/kinds.ts";
import { type MlpOptions, mlp } from "../network/mlp.ts";
import { type Sum, sum } from "../network/sum.ts";
import { uniformSet } from "../sampler/domain-points.ts";
import { systemClock } from "../solution/budget.ts";
import type { GroupWeights } from "../solution/options.ts";
import { blasName, blasOf, type SolveOptions, weightsCheck } from "../solution/options.ts";
import type { NetworkSolution } from "../solution/solution.ts";
import { Solution, type SolutionReport } from "../solution/solution.ts";
import { type Assembly, assemble } from "../solve/assemble.ts";
import { networkTrial } from "../solve/network-trial.ts";
import { silentParameters } from "../solve/start/begin.ts";
import { type Deadline, noDeadline } from "./deadline.ts";
import { type FilledGroup, featurePrograms } from "./feature-rows.ts";
import { checkedStretch, frozen } from "./feature-weights.ts";
import { isLinear } from "./linearity.ts";
import { minimise } from "./newton.ts";
import { sumOfSquares, unitOfResiduals } from "./unit.ts";

/**
 * Options of {@link randomFeatures}. Those of `solve` have the same meaning. Here `points` are three times as many as
 * features, `boundaryPoints` twice as many, and observations weigh 1 and features are sines, where nothing is said.
 */
export interface RandomFeatureOptions extends Pick<SolveOptions, SharedOption>, Pick<MlpOptions, "activation"> {
  /** Number of features of each unknown, ≥ 1. @defaultValue 1000 */
  readonly features?: number;
  /**
   * Standard deviation of the features' weights, in coordinates scaled to [−1, 1]: for sines, of their angular
   * frequencies. With several numbers the features are shared out evenly among them. @defaultValue [1, 2, 4]
   */
  readonly scale?: number | readonly number[];
  /**
   * Root mean square of the random sum of features that Newton's method begins with, ≥ 0: a nonlinear problem may have
   * other solutions, which other starts lead to.
   * @defaultValue 0
   */
  readonly startSize?: number;
  /**
   * A solution of the same problem that the features correct: they are added to its network, which stays as it is. For
   * a linear problem one solve then finds the error that its residual shows, as far as the features can; for others
   * Newton's method does. Conditions hold as they do in it. @defaultValue none
   */
  readonly base?: NetworkSolution;
}

type SharedOption =
  | ("points" | "boundaryPoints" | "conditions" | "weights" | "residualScale")
  | ("seed" | "threads" | "blas" | "clock");

/** State of random features while they are fitted. */
export interface FeatureFit {
  /** Collocation points [n, axes]. */
  readonly points: Float64Array;
  /**
   * Root mean square of all rows before the first step of Newton's method and after each; of a linear problem before
   * its one solve.
   */
  readonly course: readonly number[];
}

/** Options of features inside the package. */
export interface FitOptions extends RandomFeatureOptions {
  /** One factor per axis of the weights, for solutions that are steeper along one. @defaultValue all 1 */
  readonly stretch?: readonly number[];
  /** Most steps of Newton's method, for nonlinear problems. @defaultValue 20 */
  readonly newtonSteps?: number;
}

const checks: OptionChecks<RandomFeatureOptions> = {
  ...{ features: whole(), scale: either(list(positive(), 1), positive()), startSize: real(0), base: anything },
  ...{ threads: whole(), seed: whole(0), points: whole(), boundaryPoints: whole(), residualScale: positive() },
  ...{ weights: weightsCheck, conditions: among("exact", "penalty"), blas: text, clock: anything },
  activation: among("tanh", "sin"),
};

/** Fewest fresh points by which a solution is evaluated, and where time is short. */
const [fewestFresh, fewestInAHurry] = [2048, 128];
/** Newton begins with a part of the features on a part of the points, where there are as many at least. */
const [part, fewestForParts] = [4, 120];

/**
 * Solves a problem with random features. Conditions hold by construction or become rows exactly as in `solve`, and so
 * the result is a {@link Solution} like any other. Its status is "converged" for linear problems and where Newton's
 * method came to rest, "budget" where it was still at work after 20 steps, "stalled" where no step lowered the loss,
 * and "doubtful" where more than a fifth of the residual of u = 0 is left on fresh points.
 *
 * @param problem - made by `pde`
 * @throws OptionsError where an option is out of range, or the problem has constants to be found
 * @throws ConvergenceError where the residual of u = 0 is not finite
 * @example const solution = await randomFeatures(problem, { features: 500, scale: [2, 6] });
 */
export async function randomFeatures(problem: Problem, options: RandomFeatureOptions = {}): Promise<NetworkSolution> {
  checkOptions("randomFeatures", options, checks);
  if (Object.keys(problem.trainable).length > 0) {
    const names = Object.keys(problem.trainable).join(", ");
    throw new OptionsError(`randomFeatures: "${problem.name}" asks for ${names}; use solve`, "trainable", names);
  }
  const solution = await featuresWithin(problem, options, noDeadline());
  const { report } = solution;
  const left = report.residual / (await zeroResidual(problem, report));
  if (left <= mostLeft) return solution;
  const advice = `it leaves ${percentText(left)} of the residual of u = 0; take more features or other scales, or leave the method open`;
  return solution.reporting({ status: "doubtful", estimate: { relativeL2: Number.NaN, by: "nothing", advice } });
}

/** Share of the residual of u = 0 that a solution may leave. */
const mostLeft = 0.2;
/** Least residual of u = 0: residuals are in units of it, or of the terms where the conditions make the solution. */
const leastLeft = 1e-3;

/**
 * The same, within a time, of a problem without constants to be found. Newton's method ends early where the time is
 * over, and the solution is evaluated on fewer points.
 *
 * @param onFit - called with the fit, once the coefficients are found
 * @throws OutOfTime where there is none for a single step
 */
export async function featuresWithin(
  problem: Problem,
  options: FitOptions,
  pace: Deadline,
  onFit?: (fit: FeatureFit) => void,
): Promise<NetworkSolution> {
  const { wall, processor } = options.clock ?? systemClock;
  const [began, used] = [wall(), processor()];
  const domain = domainOf(problem.domain);
  const { features, activation, scales, conditions, newtonSteps, seed, threads, ...filling } = withDefaults(options);
  const { base } = options;
  const own = mlp({ width: features, depth: 1, activation, scale: scales[0]! });
  const network = base ? sum({ parts: [partOf(base), own] }) : own;
  const assembly = assemble(problem, domain, network, conditions);
  const root = rng(seed);
  const stretch = checkedStretch(problem, options.stretch);
  const known = base?.coefficients.length ?? 0;
  const drawn = frozen(assembly, { network: own, scales, stretch, known }, root.split("features"));
  const theta = Float64Array.from([...(base?.coefficients ?? []), ...drawn]);
  const coefficients = (features + 1) * problem.unknowns.length;
  const startSize = options.startSize ?? 0;
  if (startSize > 0) {
    const start = root.split("start").normal(coefficients);
    theta.set(
      start.map((v) => startSize * Math.sqrt(2 / features) * v),
      theta.length - coefficients,
    );
  }
  const scale = options.residualScale ?? base?.report.scale ?? (await unitOfResiduals(assembly, threads));
  const filled = (share: number, draw: Rng) => {
    const [points, boundaryPoints] = [filling.points, filling.boundaryPoints].map((n) => Math.ceil(n * share));
    return filledGroups(assembly, { ...filling, points: points!, boundaryPoints: boundaryPoints!, scale }, draw);
  };
  const { points, groups } = filled(1, root.split("points"));
  const linear = groups.every(({ group }) => group.residuals.every(isLinear));
  const programs = featurePrograms(assembly.model, threads);
  const regularization = linear ? 1e-14 : 1e-12;
  const blas = blasOf(blasName("randomFeatures", options.blas));
  let begun = 0;
  const course: number[] = [];
  const onLoss = (loss: number) => course.push(Math.sqrt(loss));
  const common = { coefficients, linear, regularization, machine: { threads, blas }, pace, onLoss };
  try {
    const rows = programs.of(groups);
    if (!linear && features >= fewestForParts && startSize === 0) {
      const free = firstFeatures(Math.floor(features / part), features, problem.unknowns.length);
      const some = programs.of(filled(1 / part, root.split("part")).groups);
      begun = (await minimise(some, theta, { ...common, free, steps: newtonSteps })).steps;
    }
    const { status, steps } = await minimise(rows, theta, { ...common, steps: linear ? 1 : newtonSteps });
    onFit?.({ points, course });
    // Features are dense in a few points; what they leave between them takes more points to see.
    const many = Math.max(filling.points, fewestFresh);
    const affordable = Math.floor(Math.max(0, pace.left()) / rows.secondsAPoint);
    const count = affordable < many ? Math.max(fewestInAHurry, affordable) : many;
    const fresh = programs.of(filledGroups(assembly, { ...filling, points: count, scale }, root.split("fresh")).groups);
    const residual = Math.sqrt(sumOfSquares(await fresh.rows(theta)));
    return new Solution(problem, networkTrial(problem, network, theta, conditions), {
      ...{ status, steps: begun + steps, residual, scale, conditions, rounds: 1, constants: {} },
      seconds: (wall() - began) / 1000,
      processorSeconds: (processor() - used) / 1000,
      exactConditions: assembly.held.map((c) => c.text),
      penalizedConditions: assembly.rows.map((c) => c.text),
    });
  } finally {
    await programs.dispose();
  }
}

/** Places of the first `some` of all features' coefficients, and of the biases after them. */
export function firstFeatures(some: number, features: number, unknowns: number): number[] {
  const biases = Array.from({ length: unknowns }, (_, i) => features * unknowns + i);
  return [...Array(some * unknowns).keys(), ...biases];
}

const zeroResiduals = new WeakMap<Problem, Map<string, Promise<number>>>();

/**
 * Residual of the zero function at quasi-uniform points, of equations and conditions together, in the units of a
 * solution's `report.residual`: a solution that leaves as much is none.
 */
export async function zeroResidual(problem: Problem, report: SolutionReport): Promise<number> {
  const known = zeroResiduals.get(problem) ?? new Map<string, Promise<number>>();
  zeroResiduals.set(problem, known);
  const units = JSON.stringify([report.scale, report.conditions]);
  const left = known.get(units) ?? residualOfZero(problem, report);
  known.set(units, left);
  return Math.max(leastLeft, await left);
}

async function residualOfZero(problem: Problem, { scale, conditions }: SolutionReport): Promise<number> {
  const network = mlp({ width: 1, depth: 1 });
  const assembly = assemble(problem, domainOf(problem.domain), network, conditions);
  const weights = { equations: 1, conditions: 1e4, observations: 1 };
  const filling = { points: fewerPoints(fewestFresh, problem.equations), boundaryPoints: 256, weights, scale };
  const programs = featurePrograms(assembly.model, 1);
  const { groups } = filledGroups(assembly, filling, rng(0).split("nothing"));
  const values = await programs.of(groups).rows(silentParameters(assembly));
  await programs.dispose();
  return Math.sqrt(sumOfSquares(values));
}

function withDefaults(options: FitOptions) {
  const { features = 1000, activation = "sin", scale = [1, 2, 4], newtonSteps = 20, seed = 0, threads = 1 } = options;
  const { points = 3 * features, boundaryPoints = 2 * features } = options;
  const scales = typeof scale === "number" ? [scale] : scale;
  const weights = { equations: 1, conditions: 1e4, observations: 1, ...options.weights };
  const conditions = options.base?.report.conditions ?? options.conditions ?? "exact";
  return { features, activation, scales, points, boundaryPoints, conditions, weights, newtonSteps, seed, threads };
}

/** The network of a solution, as part of a sum. @throws OptionsError where it is the user's own */
function partOf({ trial: { network } }: NetworkSolution): Sum["parts"][number] {
  if (isKnownNetwork(network)) return network;
  const message = `randomFeatures: base has a network of your own, "${network.kind}"; only those of this package can be corrected`;
  throw new OptionsError(message, "base", network.kind);
}

interface Filling {
  readonly points: number;
  readonly boundaryPoints: number;
  readonly weights: GroupWeights;
  readonly scale: number;
}

/** Groups of rows with uniform points, and those of the interior, [n, axes]. */
export function filledGroups(
  assembly: Assembly,
  filling: Filling,
  draw: Rng,
): { readonly points: Float64Array; readonly groups: readonly FilledGroup[] } {
  const { points: count, boundaryPoints, weights, scale } = filling;
  const points = assembly.domain.interior(count, draw.split("interior"));
  const set = uniformSet(assembly.domain, points);
  const others = assembly.others({ interior: count, boundary: boundaryPoints }, weights);
  const groups = [
    { group: assembly.interior(count, scale), at: assembly.interiorPoints(set, weights.equations) },
    ...others.map((o, i) => ({ group: o.group, at: o.draw(draw.split(`other ${i}`)) })),
  ];
  return { points, groups };
}
