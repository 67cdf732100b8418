/** Adam on the host, for θ in float64. */
import { ConvergenceError, ShapeError } from "../../engine/errors.ts";
import type { NamedTensors } from "../../engine/files/safetensors.ts";
import { type Adam, learningRateAt } from "../../engine/training/optimizer.ts";
import type { LeastSquaresProgram } from "../residual/program.ts";
import { storedNumbers } from "../stored-numbers.ts";
import type { Stepper } from "./optimizer.ts";

/** A loss and its gradient. The same θ must give the same numbers as long as the points stay the same. */
export interface Objective {
  /** Number of parameters. */
  readonly size: number;
  /**
   * Returns the loss at `theta` and fills `gradient`; both arrays are `[size]`. Not finite where the loss has no value.
   */
  evaluate(theta: Float64Array, gradient: Float64Array): Promise<number>;
}

/** Outcome of a step. */
interface AdamStep {
  /**
   * Loss at the θ where the gradient was taken: that given, or the place between it and the θ before that has a finite
   * one.
   */
  readonly loss: number;
  /** Learning rate. */
  readonly stepLength: number;
  /** Euclidean norm of the gradient at the θ where it was taken. */
  readonly gradientNorm: number;
}

/** Adam at work. */
export interface ActiveAdam {
  /**
   * One step, which changes `theta` in place.
   *
   * @throws ConvergenceError where loss or gradient at `theta` are not finite, or nowhere on the way down from it
   * @throws ShapeError where objective or `theta` have another size than the optimizer
   */
  step(objective: Objective, theta: Float64Array): Promise<AdamStep>;
  /** Everything that the next step depends on besides θ; restoring it continues bit for bit. */
  state(): NamedTensors;
  /** @throws FormatError if the tensors are not those of such an optimizer */
  restore(tensors: NamedTensors): void;
}

/** Scale-safe Euclidean norm: NaN and infinities come through. */
const norm = (x: Float64Array): number => {
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

/** Number of times that a step to a place without a finite loss is halved before it is given up. */
const HALVINGS = 40;

/**
 * Sets `adam()` of the engine, with its learning-rate schedule, to work on `size` parameters: the same
 * numbers as the engine's update in a graph. Where loss or gradient at θ are not finite, the update that led there is
 * halved until they are, and the momentum is dropped.
 */
export function startAdam(options: Adam, size: number): ActiveAdam {
  const { beta1, beta2, epsilon, weightDecay, learningRate } = options;
  let first = new Float64Array(size);
  let second = new Float64Array(size);
  let count = 0;
  /** θ before the last update, at which loss and gradient were finite. */
  let base: Float64Array | undefined;
  const gradient = new Float64Array(size);
  return {
    async step(objective, theta) {
      if (objective.size !== size) throw new ShapeError("adam: objective", [size], [objective.size]);
      if (theta.length !== size) throw new ShapeError("adam: theta", [size], [theta.length]);
      const at = theta.slice();
      let loss = await objective.evaluate(at, gradient);
      let evaluations = 1;
      while (base && !(Number.isFinite(loss) && Number.isFinite(norm(gradient)))) {
        if (evaluations > HALVINGS) {
          throw new ConvergenceError(
            `adam: the loss stays ${loss} however small the last update is made; lower the learning rate`,
            "not-finite",
            { loss, evaluations },
          );
        }
        for (let i = 0; i < size; i++) at[i] = base[i]! + 0.5 * (at[i]! - base[i]!);
        loss = await objective.evaluate(at, gradient);
        evaluations++;
      }
      // The momentum that led out is spent.
      if (evaluations > 1) first.fill(0);
      const gradientNorm = norm(gradient);
      if (!(Number.isFinite(loss) && Number.isFinite(gradientNorm))) {
        throw new ConvergenceError(
          `adam: at the given parameters the loss is ${loss} and the gradient's norm ${gradientNorm}; ` +
            "start from other parameters, or go back to a checkpoint",
          "not-finite",
          { loss, gradientNorm },
        );
      }
      const rate = learningRateAt(learningRate, count);
      const t = count + 1;
      // 1 − βᵗ = −expm1(t log β), exact to rounding where β is near 1.
      const correction = (beta: number) => (beta === 0 ? 1 : -Math.expm1(t * Math.log(beta)));
      const size1 = rate / correction(beta1);
      const root = Math.sqrt(correction(beta2));
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        first[i] = beta1 * first[i]! + (1 - beta1) * g;
        second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
        theta[i] = at[i]! * (1 - rate * weightDecay) - (size1 * first[i]!) / (Math.sqrt(second[i]!) / root + epsilon);
      }
      base = at;
      count = t;
      return { loss, stepLength: rate, gradientNorm };
    },
    state: () => ({
      firstMoment: { shape: [size], data: first.slice() },
      secondMoment: { shape: [size], data: second.slice() },
      base: { shape: [base ? size : 0], data: base?.slice() ?? new Float64Array(0) },
      step: { shape: [], data: Float64Array.of(count) },
    }),
    restore(tensors) {
      const stored = (name: string, length?: number) => storedNumbers("adam", tensors, name, length);
      const from = stored("base");
      const restored = [stored("firstMoment", size), stored("secondMoment", size), stored("step", 1)] as const;
      if (from.length > 0) stored("base", size);
      [first, second] = restored;
      count = restored[2][0]!;
      base = from.length > 0 ? from : undefined;
    },
  };
}

/** Adam on the loss of a program. */
export function adamStepper(options: Adam, program: LeastSquaresProgram): Stepper {
  const run = startAdam(options, program.size);
  const objective: Objective = {
    size: program.size,
    evaluate: (theta, gradient) => program.lossAndGradient(theta, gradient),
  };
  let last: AdamStep | undefined;
  return {
    async step(theta) {
      last = await run.step(objective, theta);
      return { loss: last.loss, accepted: true };
    },
    changed() {},
    state: () => run.state(),
    restore: (state) => run.restore(state),
    report: () => (last ? { stepLength: last.stepLength, gradientNorm: last.gradientNorm } : {}),
  };
}
