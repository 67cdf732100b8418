/** The limits of a solve, its end, and the clocks that count. */
import { process } from "../../engine/platform/machine.ts";

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
  /**
   * Estimated relative error at which to stop of automatic method selection, above 0: a larger one is no convergence.
   */
  readonly tolerance?: number;
}

/** The end of a run. */
export type Status = "converged" | "budget" | "diverged" | "aborted" | "stalled" | "doubtful";

/** Milliseconds that only go forward. */
export interface Clock {
  /** Of the wall. */
  readonly wall: () => number;
  /** Of the processor: used by the process, user and system, all threads together. */
  readonly processor: () => number;
}

/** Milliseconds of the wall for which what the processor has done is not asked for again: small marches took a tenth for it. */
const remembered = 0.5;
let [asked, used] = [Number.NEGATIVE_INFINITY, 0];

/** The clocks of the machine. */
export const systemClock: Clock = {
  wall: () => performance.now(),
  processor() {
    const now = performance.now();
    if (now - asked < remembered) return used;
    const { user, system } = process.cpuUsage();
    [asked, used] = [now, (user + system) / 1000];
    return used;
  },
};
