/** Options of `solve`, and those of every method with all values filled in. */
import {
  among,
  anything,
  type Check,
  callback,
  checkOptions,
  type OptionChecks,
  optionals,
  positive,
  real,
  record,
  text,
  whole,
} from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { type SystemBlas, systemBlas } from "../../engine/system/system-blas.ts";
import type { CompileOptions } from "../../engine/tensors/compile.ts";
import type { WassersteinTerm } from "../../wasserstein/term/index.ts";
import type { AnyNetwork } from "../network/kinds.ts";
import type { AnyOptimizer } from "../optimizer/kinds.ts";
import type { AnySampler } from "../sampler/kinds.ts";
import type { Budget, Clock } from "./budget.ts";

/**
 * "exact": conditions hold by construction where that is possible; values on the faces of a box of more than three
 * dimensions fade from their face as harmonic functions do. "penalty": all are residual rows, and hold in the
 * least-squares sense. Values and starts with kinks or jumps are rows in any case.
 */
export type Enforcement = "exact" | "penalty";

/** Names of `presetOptions`. */
export const presetNames = ["aas"] as const;

/** A published method. */
export type PresetName = (typeof presetNames)[number];

/** Options of {@link solve}. */
export interface SolveOptions extends Pick<CompileOptions, "threads"> {
  /** A published method: its options in the place of the defaults below, see `presetOptions`. @defaultValue none */
  readonly preset?: PresetName;
  /**
   * One of this package's, or your own.
   * @defaultValue `mlp({ scale: suggestedScale(problem) })`: four layers of 16 tanh neurons
   */
  readonly network?: AnyNetwork;
  /**
   * One of this package's, or your own.
   * @defaultValue `adversarial()` to three dimensions, above `gaussianMixture()` on boxes, else `sobol()`
   */
  readonly sampler?: AnySampler;
  /** One of this package's, or your own. @defaultValue `gaussNewton()`; `adam()` with a term */
  readonly optimizer?: AnyOptimizer;
  /**
   * A regularizer by `wassersteinTerm` of `monge/wasserstein`, for Adam: with R the mean of squares of the equations
   * the loss is R (1 + λ T), T the distance between the density of r² and the uniform one. The θ of the least R is
   * kept.
   * @defaultValue null, none
   */
  readonly term?: WassersteinTerm | null;
  /** Another optimizer for the first steps. @defaultValue none */
  readonly warmStart?: WarmStart;
  /**
   * Root of all randomness: results of the same seed and number of steps are bitwise identical on the same machine.
   * @defaultValue 0
   */
  readonly seed?: number;
  /** Time, steps or residual at which the run ends. @defaultValue 60 seconds */
  readonly budget?: Budget;
  /** Collocation points N of a set, ≥ 1; three times the number of parameters or more. @defaultValue 2000 */
  readonly points?: number;
  /**
   * Points of one step, a divisor of `points`: the set is shuffled and taken in parts, one a step. For Adam alone,
   * which can do with a loss that changes from step to step. @defaultValue all points of the set
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
   * Random networks that are begun, and the steps of each before the one with the lowest residual on fresh points goes
   * on. Where single runs differ much from seed to seed, three starts are worth their time. They count in the budget.
   * @defaultValue { count: 1, steps: 60 }
   */
  readonly starts?: Partial<Starts>;
  /**
   * First parameters θ, one number each, such as `theta` of another solution with the same network. @defaultValue
   * random ones
   */
  readonly start?: Float64Array;
  /**
   * Of loss and gradient in Adam's steps: "float32" takes about half the time, and its gradients have some seven
   * digits, so that residuals end where those of rounding begin, near 1e-3 of the sources. θ, the moments and all
   * evaluations stay in float64. Gauss–Newton lives on the digits beyond and refuses it. @defaultValue "float64"
   */
  readonly precision?: "float32" | "float64";
  /**
   * Linear algebra of Gauss–Newton: "auto" takes the machine's own BLAS and LAPACK where there is one (OpenBLAS, MKL or
   * Accelerate; the environment variable MONGE_BLAS names another or says none), "none" compiled graphs. The results
   * agree to rounding and are not bitwise identical: what was used is recorded, and a run goes on with the same.
   * @defaultValue "auto", or what the run to go on with has
   */
  readonly blas?: string;
  /** Ends the run after the step in progress; the solution so far is returned with status "aborted". */
  readonly signal?: AbortSignal;
  /** Called after every round. */
  readonly onProgress?: (progress: RoundProgress) => void;
  /** Called after every set of random features that is fitted during automatic method selection. */
  readonly onTrial?: (trial: FeatureTrial) => void;
  /**
   * Folder of runs: options, metrics, checkpoints and result are recorded in a folder of their own inside.
   * @defaultValue none
   */
  readonly runs?: string;
  /** Rounds between checkpoints of a recorded run. @defaultValue 10 */
  readonly checkpointEvery?: number;
  /** Folder of a recorded run to go on with, under the same options. @defaultValue none */
  readonly resume?: string;
  /** Time as budgets and reports count it. @defaultValue performance.now and process.cpuUsage */
  readonly clock?: Clock;
}

/** One optimizer for the first steps, then another. */
export interface WarmStart {
  /** For the first steps. */
  readonly optimizer: AnyOptimizer;
  /** Steps of it, ≥ 1. */
  readonly steps: number;
}

/** Weights of the groups of rows, each a mean of squares. */
export interface GroupWeights {
  /** Equations, divided by `scale` first. @defaultValue 1 */
  readonly equations: number;
  /** Conditions that are not held by construction. @defaultValue 1e4 */
  readonly conditions: number;
  /**
   * (quantity − observed)/σ, divided by the root mean square of observed/σ. Small, so that noise does not bend the
   * equations: with weight 1 the standard deviation of the decay rate of exp(−at) came out 24 % too large, with 0.01
   * 0.3 %. @defaultValue 0.01
   */
  readonly observations: number;
}

/** Several random networks are begun; the one with the lowest loss on a fresh set goes on. */
export interface Starts {
  /** Their number, ≥ 1. */
  readonly count: number;
  /** Steps of each before they are compared, ≥ 1. */
  readonly steps: number;
}

/** The progress after a round. */
export interface Progress {
  /** 0, 1, 2, … */
  readonly round: number;
  /** Optimizer steps so far. */
  readonly steps: number;
  /** Since training began, of all sessions of a resumed run. */
  readonly seconds: number;
  /**
   * Loss of θ on fresh points before the round's first step: with the mean of r² over the domain, whatever the
   * sampler's weights.
   */
  readonly freshLoss: number;
  /** Standard error of `freshLoss`, as if points were independent. */
  readonly freshError: number;
  /** Loss on the round's points after its last step. */
  readonly loss: number;
  /** Least `freshLoss` so far. */
  readonly bestFreshLoss: number;
  /** Collocation points of the round's set. */
  readonly points: number;
  /** Values that the optimizer reports, by name. */
  readonly optimizer: Readonly<Record<string, number>>;
  /** Values that the sampler reports, by name. */
  readonly sampler: Readonly<Record<string, number>>;
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

/** Progress of a run after a round, and its state. */
export interface RoundProgress extends Progress {
  readonly state: Round;
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

const budgetParts = record(
  optionals({
    ...{ seconds: positive(), processorSeconds: positive(), steps: whole(), residual: positive() },
    tolerance: positive(),
  } satisfies OptionChecks<Budget>),
);

/** A budget that ends: a target residual may never be reached. */
const budgetCheck: Check = (value, at) => {
  const { seconds, processorSeconds, steps } = (value ?? {}) as Budget;
  return (
    budgetParts(value, at) ??
    (seconds === undefined && processorSeconds === undefined && steps === undefined
      ? `${at} is ${JSON.stringify(value)}, expected seconds, processorSeconds or steps: a target may never be reached`
      : undefined)
  );
};

/** Weights of rows. */
export const weightsCheck: Check = record(
  optionals({
    ...{ equations: positive(), conditions: positive(), observations: positive() },
  } satisfies OptionChecks<GroupWeights>),
);

/** Checks of the options of `solve`, each by itself. */
const solveChecks: OptionChecks<SolveOptions> = {
  ...{ preset: among(...presetNames), network: anything, sampler: anything, optimizer: anything, term: anything },
  warmStart: record({ optimizer: anything, steps: whole() } satisfies OptionChecks<WarmStart>),
  ...{ seed: whole(0), budget: budgetCheck, points: whole(), batch: whole(), boundaryPoints: whole() },
  ...{ stepsPerRound: whole(), growth: record({ after: real(0), factor: positive() }) },
  ...{ conditions: among("exact", "penalty"), weights: weightsCheck, residualScale: positive() },
  starts: record(optionals({ count: whole(), steps: whole() } satisfies OptionChecks<Starts>)),
  ...{ start: anything, precision: among("float64", "float32"), blas: text, signal: anything },
  ...{ onProgress: callback, onTrial: callback, runs: text, checkpointEvery: whole(), resume: text },
  ...{ clock: anything, threads: whole() },
};

/** Options of every method, with all values filled in. */
export type CommonOptions = Required<Pick<SolveOptions, "seed" | "budget" | "threads" | "blas">>;

/**
 * Checks all options of `solve`, each by itself, and fills in the defaults of what every method has.
 *
 * @throws OptionsError where a value is out of range, or an option unknown
 */
export function commonOptions(options: SolveOptions): CommonOptions {
  checkOptions("solve", options, solveChecks);
  const { seed = 0, threads = 1, budget = { seconds: 60 } } = options;
  return { seed, budget, threads, blas: blasName("solve", options.blas) };
}

/**
 * The name of the machine's BLAS, or "none".
 *
 * @param asked - "auto", "none", or the name that a run was begun with
 * @throws OptionsError where that is another one: bits would differ
 */
export function blasName(caller: string, asked = "auto"): string {
  if (asked === "none") return asked;
  const found = systemBlas()?.name ?? "none";
  if (asked === "auto" || asked === found) return found;
  const way = `take "auto" or "none"; a run that began with "${asked}" goes on where that is`;
  throw new OptionsError(
    `${caller}: blas is "${asked}", but this machine has ${found === "none" ? "none" : `"${found}"`}; ${way}`,
    "blas",
    asked,
  );
}

/** The library of a resolved name. */
export const blasOf = (name: string): SystemBlas | undefined => (name === "none" ? undefined : systemBlas());
