/** Adam on the host, for θ in float64. */
import { ConvergenceError, ShapeError } from "../../engine/errors.ts";
import { type Adam, learningRateAt } from "../../engine/training/optimizer.ts";
import type { LeastSquaresProgram } from "../residual/program.ts";
import { storedNumbers } from "../stored-numbers.ts";
import type { Stepper } from "./optimizer.ts";

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
 * Sets `adam()` of the engine, with its learning-rate schedule, to work on the loss of a program: the same numbers as the
 * engine's update in a graph. Where loss or gradient at θ are not finite, the update that led there is halved until they
 * are, and the momentum is dropped. A step has the loss at the θ where the gradient was taken.
 */
export function adamStepper(
  { beta1, beta2, epsilon, weightDecay, learningRate }: Adam,
  { size, lossAndGradient }: Pick<LeastSquaresProgram, "size" | "lossAndGradient">,
): Stepper {
  let first = new Float64Array(size);
  let second = new Float64Array(size);
  let count = 0;
  /** θ before the last update, at which loss and gradient were finite. */
  let base: Float64Array | undefined;
  let report = {};
  const gradient = new Float64Array(size);
  return {
    async step(theta) {
      if (theta.length !== size) throw new ShapeError("adam: theta", [size], [theta.length]);
      const at = theta.slice();
      let loss = await lossAndGradient(at, gradient);
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
        loss = await lossAndGradient(at, gradient);
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
      report = { stepLength: rate, gradientNorm };
      return { loss, accepted: true };
    },
    changed() {},
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
    report: () => report,
  };
}
