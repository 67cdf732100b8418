/** An optimizer at work on a program of residual rows: what the loop of `solve` calls, whatever the optimizer. */
import type { NamedTensors } from "../../engine/files/safetensors.ts";
import type { LeastSquaresProgram } from "../residual/program.ts";
import { storedNumbers } from "../stored-numbers.ts";
import { type GaussNewton, startGaussNewton } from "./gauss-newton.ts";
import type { ActiveOptimizer, Objective, OptimizerStep } from "./optimizer.ts";

/** An optimizer at work on a program. */
export interface Stepper {
  /**
   * One step: changes `theta` [size] in place where it finds a better one.
   *
   * @returns the loss after the step, and whether θ was moved; where it was not, the loop goes on to new points
   * @throws ConvergenceError where it finds no finite loss; the run then ends with the best θ before, as diverged
   */
  step(theta: Float64Array): Promise<{ readonly loss: number; readonly accepted: boolean }>;
  /** The points were replaced: losses are not to be compared across. */
  changed(): void;
  /** Everything that the next step depends on besides θ; restoring it continues bit for bit. */
  state(): NamedTensors;
  /** Takes up a state, also after the number of points grew. @throws FormatError where it is not that of such an optimizer */
  restore(state: NamedTensors): void;
  /** Numbers worth a line in the log. */
  report(): Readonly<Record<string, number>>;
}

/**
 * Least λ after a reset, when no step was found on a set, before the next one; and by what it grows if none is found
 * again: on sets that a step on the last one has left with a large loss, small λ have nothing to offer.
 */
const restart = 1e-9;
const growth = 1e3;

/** Levenberg–Marquardt. */
export function gaussNewtonStepper(options: GaussNewton, program: LeastSquaresProgram): Stepper {
  const run = startGaussNewton(options, program);
  let trials = 0;
  let failed = false;
  return {
    async step(theta) {
      const before = run.damping;
      const step = await run.step(theta);
      trials = step.trials;
      if (!step.accepted) {
        failed = true;
        run.damping = Math.max(before * growth, restart);
      }
      return step;
    },
    changed() {
      failed = false;
    },
    state: () => ({ damping: { shape: [1], data: Float64Array.of(run.damping) } }),
    restore(state) {
      run.damping = storedNumbers("gaussNewton", state, "damping", 1)[0]!;
    },
    report: () => ({ damping: run.damping, trials, failed: failed ? 1 : 0 }),
  };
}

/** L-BFGS or a first-order optimizer on loss and gradient. */
export function gradientStepper(optimizer: ActiveOptimizer, program: LeastSquaresProgram): Stepper {
  const objective: Objective = {
    size: program.size,
    evaluate: (theta, gradient) => program.lossAndGradient(theta, gradient),
  };
  let last: OptimizerStep | undefined;
  return {
    async step(theta) {
      last = await optimizer.step(objective, theta);
      return last;
    },
    changed: () => optimizer.changed(),
    state: () => optimizer.state(),
    restore: (state) => optimizer.restore(state),
    report: () => (last ? { stepLength: last.stepLength, gradientNorm: last.gradientNorm } : {}),
  };
}
