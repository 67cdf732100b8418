/** Options, progress and result of training. */
import type { Stepper } from "../optimizer/stepper.ts";
import type { LeastSquaresProgram } from "../residual/program.ts";
import type { ActiveSampler, PointSet } from "../sampler/sampler.ts";
import type { Assembly } from "./assemble.ts";
import type { ResolvedOptions } from "./options.ts";
import type { TrainState } from "./train-state.ts";

/** Limits of a run; whichever is met first ends it. */
export interface Budget {
  /** Wall-clock seconds, compilation included. */
  readonly seconds?: number;
  /** Seconds of the processor, all threads of the process together: what other work on the machine disturbs least. */
  readonly processorSeconds?: number;
  /** Optimizer steps. With this limit alone, results of the same seed are bitwise identical. */
  readonly steps?: number;
  /** Root mean square of the scaled residual on a fresh set at which to stop. */
  readonly residual?: number;
  /** Estimated relative error at which to stop of automatic method selection, above 0: a larger one is no convergence. */
  readonly tolerance?: number;
}

/** The end of a run. */
export type Status = "converged" | "budget" | "diverged" | "aborted" | "stalled" | "doubtful";

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
  /** Loss of θ on fresh points before the round's first step: with the mean of r² over the domain, whatever the sampler's weights. */
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

/** Options of the loop: those of a run that say what is done in it, and the parts that are made of the others. */
export interface TrainOptions
  extends Omit<ResolvedOptions, "network" | "sampler" | "optimizer" | "warmStart" | "conditions" | "blas"> {
  readonly assembly: Assembly;
  readonly sampler: ActiveSampler;
  /** Makes the optimizer for a program; called again, with the state, when the number of points grows. */
  readonly stepper: (program: LeastSquaresProgram) => Stepper;
  /** Name of the machine's library. @defaultValue "none" */
  readonly blas?: string;
  /** First parameters; random ones where there are none. */
  readonly start?: Float64Array;
  readonly signal?: AbortSignal;
  /** Seconds since the start; a clock of the caller's. */
  readonly elapsed: () => number;
  /** Seconds of the processor since the start. */
  readonly processor: () => number;
  readonly onRound?: (progress: Progress, theta: Float64Array, set: PointSet) => void | Promise<void>;
  /**
   * Called before the first round and after every whole round with what a resumed run needs. A round that the budget or the signal
   * cuts short is not handed out: a run that goes on repeats it, and so has the bits of one that was never interrupted.
   */
  readonly onCheckpoint?: (state: TrainState) => Promise<void>;
  readonly resume?: TrainState;
}

/** The result of the loop. */
export interface TrainResult {
  readonly theta: Float64Array;
  readonly status: Status;
  /** The message of a sampler or an optimizer that could not go on. */
  readonly reason?: string;
  readonly freshLoss: number;
  readonly scale: number;
  readonly steps: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly lastRound: Progress | undefined;
  /** Standard deviations of the trainable constants, as `laplace` gives them. */
  readonly deviations: readonly (number | undefined)[];
}
