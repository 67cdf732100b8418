/**
 * Gauss–Newton with Levenberg–Marquardt damping and geodesic acceleration (Transtrum & Sethna 2012, arXiv 1201.5885):
 * the optimizer for small networks in float64.
 */
import { among, type Check, checkOptions, flag, kind, type OptionChecks, positive } from "../../engine/checks.ts";
import type { LeastSquaresProgram } from "../residual/program.ts";
import { storedNumbers } from "../stored-numbers.ts";
import type { Stepper } from "./optimizer.ts";

/** Options of {@link gaussNewton}. */
export interface GaussNewtonOptions {
  /** First damping λ, relative to the largest diagonal entry of JᵀJ. @defaultValue 0.1 */
  readonly damping?: number;
  /**
   * Update of λ. "delayed": by `decrease` and `increase` alone ("delayed gratification"), three trials a step in the
   * long run. "gain": by ρ, the decrease of the loss over the one that the linear model predicts. Where λ is too small,
   * 1 − ρ is as λ⁻⁴ (measured): an accepted λ is multiplied by (2 (1 − ρ))^¼, between 1/`decrease` and 2, a refused one
   * by as much, between `increase` and 10. That takes 1.3 trials, and may stick where the start is hard. @defaultValue
   * "delayed"
   */
  readonly control?: "gain" | "delayed";
  /** λ is divided by this when a step is accepted, at most so with "gain". @defaultValue 5 */
  readonly decrease?: number;
  /** λ is multiplied by this when a trial is refused, at least so with "gain". @defaultValue 2 */
  readonly increase?: number;
  /** Second-order correction of the step along the geodesic. @defaultValue true */
  readonly geodesic?: boolean;
  /**
   * Solve with JᵀJ ("primal"), or with JJᵀ without a Jacobian ("kernel"), for networks of any size on some thousand
   * points. "auto": the smaller matrix, and "primal" where a row asks for unknowns at several points. @defaultValue
   * "auto"
   */
  readonly form?: "auto" | "primal" | "kernel";
}

/** Least λ, and trials with one Jacobian before the points are given up. */
const [leastDamping, mostTrials] = [1e-16, 20];

/** A {@link GaussNewtonOptions} with all values filled in, but for one that stands only where it is not the default. */
export interface GaussNewton
  extends Required<Omit<GaussNewtonOptions, "control">>,
    Pick<GaussNewtonOptions, "control"> {
  readonly kind: "gauss-newton";
}

const aboveOne = kind("a finite number > 1", (v) => typeof v === "number" && v > 1 && v < Infinity);
const checks: OptionChecks<GaussNewtonOptions> & Record<"kind", Check> = {
  ...{ kind: among("gauss-newton"), damping: positive(), control: among("gain", "delayed") },
  ...{ decrease: aboveOne, increase: aboveOne, geodesic: flag, form: among("auto", "primal", "kernel") },
};

/**
 * Levenberg–Marquardt as plain data.
 *
 * @throws OptionsError where a number is out of range
 */
export function gaussNewton(options: GaussNewtonOptions = {}): GaussNewton {
  checkOptions("gaussNewton", options, checks);
  const { damping = 0.1, decrease = 5, increase = 2 } = options;
  const { geodesic = true, form = "auto", control = "delayed" } = options;
  return Object.freeze({
    kind: "gauss-newton",
    damping,
    // What records of before do not have stands only where it is not the default.
    ...(control === "gain" && { control }),
    decrease,
    increase,
    geodesic,
    form,
  });
}

/** Points of a row's own up to which JJᵀ is cheap: its products are those of pairs of points. */
const mostElsewhere = 2;

/** True where steps with JJᵀ are the default: fewer rows than parameters, which ask for few points of their own. */
export const suitsKernel = (rows: number, size: number, elsewhere: number): boolean =>
  rows < size && elsewhere <= mostElsewhere;

/** The decrease of Σ r² by a step δ where the rows are linear: −gᵀδ + λ‖δ‖². */
function predicted(gradient: Float64Array, delta: Float64Array, shift: number): number {
  let sum = 0;
  for (let i = 0; i < delta.length; i++) sum += delta[i]! * (shift * delta[i]! - gradient[i]!);
  return sum;
}

/** The factor that would bring λ to where half of the decrease is had; 10 where a trial gave no numbers. */
function wantedFactor(gain: number): number {
  return Number.isFinite(gain) ? (2 * Math.max(0, 1 - gain)) ** 0.25 : 10;
}

/**
 * Least λ after a reset, when no step was found on a set, before the next one; and by what it grows if none is found
 * again: on sets that a step on the last one has left with a large loss, small λ have nothing to offer.
 */
const restart = 1e-9;
const growth = 1e3;

/** Levenberg–Marquardt. */
export function gaussNewtonStepper(options: GaussNewton, program: LeastSquaresProgram): Stepper {
  const { size, rows, elsewhere } = program;
  const kernel = options.form === "kernel" || (options.form === "auto" && suitsKernel(rows, size, elsewhere));
  const form = { kernel, geodesic: options.geodesic };
  const byGain = options.control === "gain";
  let { damping } = options;
  let trials = 0;
  let failed = false;
  return {
    async step(theta) {
      const { diagonal, gradient, loss: before } = await program.linearize(theta, kernel);
      const largest = diagonal.reduce((most, value) => Math.max(most, value), 0);
      const begun = damping;
      for (trials = 1; trials <= mostTrials; trials++) {
        const shift = damping * largest;
        const { theta: moved, delta, loss } = await program.trial(theta, shift, form);
        const wanted = byGain ? wantedFactor((before - loss) / predicted(gradient, delta, shift)) : undefined;
        if (loss < before) {
          theta.set(moved);
          const factor = Math.max(1 / options.decrease, Math.min(2, wanted ?? 0));
          damping = Math.max(leastDamping, damping * factor);
          return { loss, accepted: true };
        }
        damping *= wanted === undefined ? options.increase : Math.max(options.increase, Math.min(10, wanted));
      }
      [trials, failed, damping] = [mostTrials, true, Math.max(begun * growth, restart)];
      return { loss: before, accepted: false };
    },
    changed() {
      failed = false;
    },
    state: () => ({ damping: { shape: [1], data: Float64Array.of(damping) } }),
    restore(state) {
      damping = storedNumbers("gaussNewton", state, "damping", 1)[0]!;
    },
    report: () => ({ damping, trials, failed: failed ? 1 : 0 }),
  };
}
