/**
 * Common part of the optimizers of a scalar loss. An optimizer is plain data, made by `lbfgs()` or `adam()`;
 * `startLbfgs` and `startAdam` set it to work on θ of a given size.
 */
import { ConvergenceError, ShapeError } from "../../engine/errors.ts";
import type { NamedTensors } from "../../engine/files/safetensors.ts";
import type { LeastSquaresProgram } from "../residual/program.ts";
import { storedNumbers } from "../stored-numbers.ts";
import { type GaussNewton, startGaussNewton } from "./gauss-newton.ts";

/** A loss and its gradient. The same θ must give the same numbers as long as the points stay the same. */
export interface Objective {
  /** Number of parameters. */
  readonly size: number;
  /** Returns the loss at `theta` and fills `gradient`; both arrays are `[size]`. Not finite where the loss has no value. */
  evaluate(theta: Float64Array, gradient: Float64Array): Promise<number>;
}

/** Outcome of a step. */
export interface OptimizerStep {
  /** Loss after the step; for Adam, at the θ where the gradient was taken. */
  readonly loss: number;
  /** Loss at the θ that was given. */
  readonly before: number;
  /** True where θ was moved. Not so at a stationary point, or where rounding hides every descent. */
  readonly accepted: boolean;
  /** True where the strong Wolfe conditions hold for the step (false for Adam, and for a mere decrease near rounding). */
  readonly wolfe: boolean;
  /** Multiple of the direction that was taken, or the learning rate. */
  readonly stepLength: number;
  /** Calls of the objective. */
  readonly evaluations: number;
  /** Euclidean norm of the gradient at the θ that was given. */
  readonly gradientNorm: number;
}

/** An optimizer at work. */
export interface ActiveOptimizer {
  /**
   * One step, which changes `theta` in place.
   *
   * @throws ConvergenceError where loss or gradient at `theta` are not finite, or nowhere on the way down from it
   * @throws ShapeError where objective or `theta` have another size than the optimizer
   */
  step(objective: Objective, theta: Float64Array): Promise<OptimizerStep>;
  /** Tells that the objective changed (other points or weights): losses are not compared across, curvature is kept. */
  changed(): void;
  /** Everything that the next step depends on besides θ; restoring it continues bit for bit. */
  state(): NamedTensors;
  /** @throws FormatError if the tensors are not those of such an optimizer */
  restore(tensors: NamedTensors): void;
}

export const dot = (x: Float64Array, y: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
};

/** Scale-safe Euclidean norm: NaN and infinities come through. */
export const norm = (x: Float64Array): number => {
  let largest = 0;
  for (const v of x) {
    if (!Number.isFinite(v)) return Math.abs(v);
    largest = Math.max(largest, Math.abs(v));
  }
  if (largest === 0) return 0;
  let sum = 0;
  for (const v of x) sum += (v / largest) * (v / largest);
  return largest * Math.sqrt(sum);
};

export function checkSizes(where: string, size: number, objective: Objective, theta: Float64Array): void {
  if (objective.size !== size) throw new ShapeError(`${where}: objective`, [size], [objective.size]);
  if (theta.length !== size) throw new ShapeError(`${where}: theta`, [size], [theta.length]);
}

/** @throws ConvergenceError where loss or gradient are not finite */
export function checkFinite(where: string, loss: number, gradientNorm: number): void {
  if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) return;
  throw new ConvergenceError(
    `${where}: at the given parameters the loss is ${loss} and the gradient's norm ${gradientNorm}; ` +
      "start from other parameters, or go back to a checkpoint",
    "not-finite",
    { loss, gradientNorm },
  );
}

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
