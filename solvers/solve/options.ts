/** Options of `solve`, with what they are where nothing is said. */

import { checkPositive, checkWhole } from "../../engine/check-numbers.ts";
import { OptionsError } from "../../engine/errors.ts";
import { getOwn } from "../../engine/files/get-own.ts";
import type { CompileOptions } from "../../engine/tensors/compile.ts";
import { adam } from "../../engine/training/optimizer.ts";
import type { Domain } from "../../equations/domain/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { type AnyNetwork, checkNetwork } from "../network/kinds.ts";
import { mlp } from "../network/mlp.ts";
import { gaussNewton } from "../optimizer/gauss-newton.ts";
import { type AnyOptimizer, checkOptimizer, stepsOf } from "../optimizer/kinds.ts";
import { dataOf } from "../own-kind.ts";
import { adversarial } from "../sampler/adversarial.ts";
import { gaussianMixture } from "../sampler/gaussian-mixture.ts";
import { type AnySampler, checkSampler } from "../sampler/kinds.ts";
import { sobol } from "../sampler/uniform.ts";
import type { GroupWeights } from "./assemble.ts";
import { blasName } from "./blas.ts";
import type { Budget, Clock } from "./budget.ts";
import { type Enforcement, enforcementOf } from "./enforcement.ts";
import { suggestedScale } from "./scale.ts";
import type { WarmStart } from "./stepper.ts";
import type { Progress, Starts } from "./train.ts";

/** Options of {@link solve}. */
export interface SolveOptions extends Pick<CompileOptions, "threads"> {
  /** A published method: its options in the place of the defaults below, see `presetOptions`. @defaultValue none */
  readonly preset?: PresetName;
  /** One of this package's, or your own. @defaultValue `mlp({ scale: suggestedScale(problem) })`: four layers of 16 tanh neurons */
  readonly network?: AnyNetwork;
  /** One of this package's, or your own. @defaultValue `adversarial()` to three dimensions, above `gaussianMixture()` on boxes, else `sobol()` */
  readonly sampler?: AnySampler;
  /** One of this package's, or your own. @defaultValue `gaussNewton()` */
  readonly optimizer?: AnyOptimizer;
  /** Another optimizer for the first steps. @defaultValue none */
  readonly warmStart?: WarmStart;
  /** Root of all randomness: results of the same seed and number of steps are bitwise identical on the same machine. @defaultValue 0 */
  readonly seed?: number;
  /** Time, steps or residual at which the run ends. @defaultValue 60 seconds */
  readonly budget?: Budget;
  /** Collocation points N of a set, ≥ 1; three times the number of parameters or more. @defaultValue 2000 */
  readonly points?: number;
  /**
   * Points of one step, a divisor of `points`: the set is shuffled and taken in parts, one a step. For Adam alone, which can do with
   * a loss that changes from step to step. @defaultValue all points of the set
   */
  readonly batch?: number;
  /** Points of each condition that is not held by construction. @defaultValue 500 */
  readonly boundaryPoints?: number;
  /** Optimizer steps on each set. @defaultValue 10 (Gauss–Newton), 200 (Adam) */
  readonly stepsPerRound?: number;
  /** After this share of the budget the number of points is multiplied. @defaultValue { after: 0.7, factor: 2 } */
  readonly growth?: { readonly after: number; readonly factor: number };
  /**
   * "exact": conditions hold by construction where that is possible; "penalty": all are residual rows.
   * @defaultValue "exact"
   */
  readonly conditions?: Enforcement;
  /** Weights of the kinds of rows. @defaultValue { equations: 1, conditions: 1e4, observations: 0.01 } */
  readonly weights?: Partial<GroupWeights>;
  /** Divisor of residuals, > 0. @defaultValue the root mean square of the residual of u = 0 */
  readonly residualScale?: number;
  /**
   * Random networks that are begun, and the steps of each before the one with the lowest residual on fresh points goes on. Where single runs
   * differ much from seed to seed, three starts are worth their time. They count in the budget. @defaultValue { count: 1, steps: 60 }
   */
  readonly starts?: Partial<Starts>;
  /**
   * First parameters θ, one number each, such as `theta` of another solution with the same network. @defaultValue
   * random ones
   */
  readonly start?: Float64Array;
  /**
   * Of loss and gradient in Adam's steps: "float32" takes about half the time, and its gradients have some seven digits, so that residuals end
   * where those of rounding begin, near 1e-3 of the sources. θ, the moments and all evaluations stay in float64. Gauss–Newton
   * lives on the digits beyond and refuses it. @defaultValue "float64"
   */
  readonly precision?: "float32" | "float64";
  /**
   * Linear algebra of Gauss–Newton: "auto" takes the machine's own BLAS and LAPACK where there is one (OpenBLAS, MKL or Accelerate; the
   * environment variable MONGE_BLAS names another or says none), "none" compiled graphs. The results agree to rounding and are not bitwise identical: what
   * was used is recorded, and a run goes on with the same. @defaultValue "auto", or what the run to go on with has
   */
  readonly blas?: string;
  /** Ends the run after the step in progress; the solution so far is returned with status "aborted". */
  readonly signal?: AbortSignal;
  /** Called after every round. */
  readonly onProgress?: (progress: Progress, round: Round) => void;
  /** Called after every set of random features that is fitted during automatic method selection. */
  readonly onTrial?: (trial: FeatureTrial) => void;
  /** Folder of runs: options, metrics, checkpoints and result are recorded in a folder of their own inside. @defaultValue none */
  readonly runs?: string;
  /** Rounds between checkpoints of a recorded run. @defaultValue 10 */
  readonly checkpointEvery?: number;
  /** Folder of a recorded run to go on with, under the same options. @defaultValue none */
  readonly resume?: string;
  /** Time as budgets and reports count it. @defaultValue performance.now and process.cpuUsage */
  readonly clock?: Clock;
}

/** Random features that were fitted while a method was chosen. */
export interface FeatureTrial {
  /** The features, in words. */
  readonly words: string;
  /** Wall seconds since the solve began. */
  readonly seconds: number;
  /** Root mean square of all rows on fresh points, relative to the equations' scale, as `report.residual`. */
  readonly residual: number;
  /** Root mean square of the rows on its own points before the first step of Newton's method and after each. */
  readonly course: readonly number[];
  /** Collocation points [n, axes]; not to be changed. */
  readonly points: Float64Array;
}

/** The state of a run after a round. */
export interface Round {
  /** One number per parameter, after the round's last step; a copy. */
  readonly theta: Float64Array;
  /** The round's collocation points [N, axes]; not to be changed, nor the following. */
  readonly points: Float64Array;
  /** Weights w of the points [N] in the loss Σ w r². */
  readonly weights: Float64Array;
  /** Density q of the sampler at the points [N], per unit volume. */
  readonly density: Float64Array;
}

/** Options of every method, with all values filled in. */
export type CommonOptions = Required<Pick<SolveOptions, "seed" | "budget" | "threads" | "blas">>;

/** {@link SolveOptions} with all values filled in, as they are recorded. */
export interface ResolvedOptions
  extends CommonOptions,
    Required<Pick<SolveOptions, "network" | "sampler" | "optimizer" | "points" | "boundaryPoints">>,
    Required<Pick<SolveOptions, "stepsPerRound" | "growth" | "conditions">>,
    Pick<SolveOptions, "warmStart" | "batch" | "residualScale" | "precision"> {
  readonly weights: GroupWeights;
  readonly starts: Starts;
}

/** Fills in the defaults of what every method has. @throws OptionsError where a value is out of range, or an option unknown */
export function commonOptions(options: SolveOptions): CommonOptions {
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      throw new OptionsError(`solve: unknown option "${name}", known are ${known.join(", ")}`, name);
  }
  const { seed = 0, threads = 1, checkpointEvery = 10, budget = { seconds: 60 } } = options;
  checkWhole("solve", { threads, checkpointEvery });
  checkWhole("solve", { seed }, 0);
  for (const [name, value] of Object.entries(budget)) {
    if (!budgets.includes(name)) fail("budget", name, "seconds, processorSeconds, steps, residual or tolerance");
    checkPositive("solve", { [`budget.${name}`]: value });
  }
  if (budget.seconds === undefined && budget.processorSeconds === undefined && budget.steps === undefined) {
    const expected = "seconds, processorSeconds or steps: a target residual may never be reached";
    fail("budget", JSON.stringify(budget), expected);
  }
  return { seed, budget, threads, blas: blasName("solve", options.blas) };
}

/** Fills in the defaults of a network and its training. @throws OptionsError where a value is out of range, or an option unknown */
export function resolveOptions(given: SolveOptions, problem: Problem, domain: Domain): ResolvedOptions {
  const { preset, ...said } = given;
  const stated = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const options: SolveOptions = preset === undefined ? said : { ...presetOptions(preset, domain.dimension), ...stated };
  const optimizer = options.optimizer ?? gaussNewton();
  checkOptimizer(optimizer);
  const conditions = enforcementOf("solve", options.conditions ?? "exact");
  const resolved: ResolvedOptions = {
    ...commonOptions(options),
    network: options.network ?? mlp({ scale: suggestedScale(problem, conditions) }),
    sampler: options.sampler ?? defaultSampler(domain),
    optimizer,
    ...(options.warmStart && { warmStart: options.warmStart }),
    points: options.points ?? 2000,
    ...(options.batch !== undefined && { batch: options.batch }),
    boundaryPoints: options.boundaryPoints ?? 500,
    stepsPerRound: options.stepsPerRound ?? stepsOf(optimizer),
    growth: options.growth ?? { after: 0.7, factor: 2 },
    conditions,
    weights: { equations: 1, conditions: 1e4, observations: 0.01, ...options.weights },
    starts: { count: 1, steps: 60, ...options.starts },
    ...(options.residualScale !== undefined && { residualScale: options.residualScale }),
    ...(options.precision !== undefined && { precision: options.precision }),
  };
  checkSampler(resolved.sampler);
  checkNetwork(resolved.network, problem.axes);
  if (resolved.warmStart) checkOptimizer(resolved.warmStart.optimizer, "warmStart.optimizer");
  const { points, boundaryPoints, stepsPerRound, growth, weights } = resolved;
  checkWhole("solve", { points, boundaryPoints, stepsPerRound });
  checkBatch(resolved, problem);
  checkPrecision(resolved);
  checkWhole("solve", { "warmStart.steps": resolved.warmStart?.steps });
  if (!(growth.after >= 0)) fail("growth.after", growth.after, "a number ≥ 0");
  if (!(growth.factor * Math.min(points, boundaryPoints) >= 1 && growth.factor < Infinity))
    fail("growth.factor", growth.factor, "a finite number > 0 that leaves at least one point");
  for (const [name, value] of Object.entries(weights)) {
    if (!["equations", "conditions", "observations"].includes(name))
      fail("weights", name, "equations, conditions or observations");
    checkPositive("solve", { [`weights.${name}`]: value });
  }
  const { count, steps } = resolved.starts;
  checkWhole("solve", { "starts.count": count, "starts.steps": steps });
  checkPositive("solve", { residualScale: resolved.residualScale });
  return resolved;
}

const budgets: readonly string[] = ["seconds", "processorSeconds", "steps", "residual", "tolerance"];
const known = (
  "preset network sampler optimizer warmStart seed budget points batch boundaryPoints stepsPerRound growth weights conditions starts residualScale start threads precision blas signal " +
  "onProgress onTrial runs checkpointEvery resume clock"
).split(" ");

/** @throws OptionsError where a batch does not divide the points, or something else asks for all of them at once */
function checkBatch(resolved: ResolvedOptions, problem: Problem): void {
  const { batch, points, growth } = resolved;
  if (batch === undefined) return;
  const whole = Number.isInteger(batch) && batch >= 1;
  const grown = Math.round(points * growth.factor);
  if (!whole || points % batch !== 0 || grown % batch !== 0) fail("batch", batch, `a divisor of the ${points} points`);
  const other = notAdam(resolved);
  if (other) fail("batch", batch, `all points for ${other.kind}; batches are for adam`);
  if (Object.keys(problem.trainable).length > 0) fail("batch", batch, "all points where constants are to be found");
}

const notAdam = ({ optimizer, warmStart }: ResolvedOptions) =>
  [optimizer, ...(warmStart ? [warmStart.optimizer] : [])].find(({ kind }) => kind !== "adam");

/** @throws OptionsError where single precision is asked of an optimizer that cannot do with it */
function checkPrecision(resolved: ResolvedOptions): void {
  const { precision } = resolved;
  if (precision === undefined || precision === "float64") return;
  if (precision !== "float32") fail("precision", precision, '"float32" or "float64"');
  const other = notAdam(resolved);
  if (other) fail("precision", precision, `float64 for ${other.kind}; float32 is for adam`);
}

function fail(option: string, value: unknown, expected: string): never {
  throw new OptionsError(`solve: ${option} is ${value}, expected ${expected}`, option, value);
}

/** The record of options: kinds that were handed in as data, without their functions. */
export function recorded(resolved: ResolvedOptions): ResolvedOptions {
  const { network, sampler, optimizer, warmStart } = resolved;
  return {
    ...resolved,
    network: dataOf(network),
    sampler: dataOf(sampler),
    optimizer: dataOf(optimizer),
    ...(warmStart && { warmStart: { ...warmStart, optimizer: dataOf(warmStart.optimizer) } }),
  };
}

/** The sampler of a domain where nothing is said. */
export function defaultSampler(domain: Domain): AnySampler {
  if (domain.dimension <= 3) return adversarial();
  return domain.isBox ? gaussianMixture() : sobol();
}

/** Names of `presetOptions`. */
export const presetNames = ["aas"] as const;

/** A published method. */
export type PresetName = (typeof presetNames)[number];

const presets: Readonly<Record<PresetName, (dimension: number) => SolveOptions>> = {
  aas: (dimension) => ({
    network: mlp({ width: dimension <= 3 ? 32 : 64, depth: 6, scale: 1 }),
    sampler: adversarial({ method: "paper" }),
    optimizer: adam({ learningRate: 1e-4 }),
    conditions: "penalty",
    weights: { conditions: 100 },
    points: 5000,
    boundaryPoints: 5000,
    residualScale: 1,
    stepsPerRound: 500,
    growth: { after: 1, factor: 1 },
    budget: { steps: 25_000 },
    precision: "float32",
  }),
};

/**
 * Options of a published method. "aas": adversarial adaptive sampling (K. Tang, J. Zhai, X. Wan and C. Yang, arXiv 2305.18702): 50 rounds of 500
 * Adam steps for the network and 1000 for the adversary, a KRnet with fixed β = 5 whose points alone are trained on, conditions by a penalty with
 * γ = 100, six layers of 32 tanh neurons (64 above three dimensions). The paper's text leaves sizes and rates open; they are those of the third-party
 * code that aims at it. Loss and gradient are in float32, as there; θ and the adversary are in float64.
 *
 * @throws OptionsError where there is none of that name
 */
export function presetOptions(name: PresetName, dimension: number): SolveOptions {
  const preset = getOwn(presets, name);
  if (preset) return preset(dimension);
  throw new OptionsError(`solve: there is no preset "${name}", only ${presetNames.join(", ")}`, "preset", name);
}
