/** Optimizers and schedules as plain data; their updates are tfjs functions that become part of the training graph. */
import { anything, checkOptions, positive, real, share } from "../checks.ts";
import { tf } from "../tensors/tensor.ts";
import { constant } from "../tensors/trace.ts";

/** A constant learning rate, or one that falls from `peak` to `final` along half a cosine after a linear warm-up. */
export type Schedule =
  | number
  | {
      readonly kind: "warmup-cosine";
      /** Highest learning rate, > 0. */
      readonly peak: number;
      /** Learning rate from step `steps` on, ≥ 0. */
      readonly final: number;
      /** Steps until `final`; constant afterwards. */
      readonly steps: number;
      /** Steps of linear warm-up, as a factor min(1, (n + 1)/warmup). */
      readonly warmup: number;
    };

/** Adam or AdamW as plain data, made by {@link adam}. */
export interface Adam {
  readonly kind: "adam";
  /** Size of a step, > 0. */
  readonly learningRate: Schedule;
  /** Decay of the first moment, in [0, 1). */
  readonly beta1: number;
  /** Decay of the second moment, in [0, 1). */
  readonly beta2: number;
  /** Added to the root of the second moment; ≥ 0. */
  readonly epsilon: number;
  /** Decoupled weight decay; 0 for plain Adam. */
  readonly weightDecay: number;
}

/**
 * Adam (Kingma & Ba 2015, arXiv 1412.6980, Algorithm 1); with a weight decay AdamW (Loshchilov & Hutter 2019, arXiv
 * 1711.05101, Algorithm 2).
 *
 * @param options - any fields of an {@link Adam}. @defaultValue learning rate 1e-3, betas 0.9 and 0.999, epsilon 1e-8,
 * no weight decay
 * @throws OptionsError where a number is out of range
 */
export function adam(options: Partial<Omit<Adam, "kind">> = {}): Adam {
  const rates = { beta1: share, beta2: share, epsilon: real(0), weightDecay: real(0) };
  checkOptions("adam", options, { ...rates, learningRate: anything, kind: anything });
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  return Object.freeze({ kind: "adam", learningRate, beta1, beta2, epsilon, weightDecay });
}

/**
 * A learning rate with linear warm-up and cosine decay.
 *
 * @param options - `peak` > 0, `final` ≥ 0, `steps` ≥ 1, `warmup` ≥ 0, which is 0 unless given
 * @throws OptionsError where a number is out of range
 */
export function warmupCosine(options: {
  peak: number;
  final: number;
  steps: number;
  warmup?: number;
}): Exclude<Schedule, number> {
  checkOptions("warmupCosine", options, { peak: positive(), final: real(0), steps: real(1), warmup: real(0) });
  const { peak, final, steps, warmup = 0 } = options;
  return Object.freeze({ kind: "warmup-cosine", peak, final, steps, warmup });
}

/** The learning rate of step `n` = 0, 1, … */
export function learningRateAt(schedule: Schedule, n: number): number {
  if (typeof schedule === "number") return schedule;
  const { peak, final, steps, warmup } = schedule;
  const cosine = final + (peak - final) * 0.5 * (1 + Math.cos((Math.PI * Math.min(n, steps)) / steps));
  return cosine * (warmup > 0 ? Math.min(1, (n + 1) / warmup) : 1);
}

/** The same inside a graph, from the step counter. */
export function learningRateTensor(schedule: Schedule, step: tf.Tensor): tf.Tensor {
  if (typeof schedule === "number") return constant(schedule);
  const { peak, final, steps, warmup } = schedule;
  const phase = tf.mul(tf.minimum(step, steps), constant(Math.PI / steps));
  const cosine = tf.add(tf.mul(tf.add(tf.cos(phase), 1), constant(0.5 * (peak - final))), constant(final));
  return warmup > 0 ? tf.mul(cosine, tf.minimum(1, tf.div(tf.add(step, 1), warmup))) : cosine;
}

export interface AdamState {
  readonly parameters: tf.Tensor;
  readonly firstMoment: tf.Tensor;
  readonly secondMoment: tf.Tensor;
}

/**
 * Adam's update of parameters, elementwise.
 *
 * @param step - counts from 0
 * @returns from a state and a gradient of its shape to the next state
 */
export function adamUpdate(
  { beta1, beta2, epsilon, weightDecay }: Adam,
  step: tf.Tensor,
  learningRate: tf.Tensor,
): (state: AdamState, gradient: tf.Tensor) => AdamState {
  // 1 − βᵗ = −expm1(t log β), exact to rounding where β is near 1.
  const t = tf.add(step, 1);
  const correction = (beta: number) =>
    beta === 0 ? tf.scalar(1) : tf.neg(tf.expm1(tf.mul(t, constant(Math.log(beta)))));
  const size = tf.div(learningRate, correction(beta1));
  const root = tf.rsqrt(correction(beta2));
  const kept = weightDecay > 0 ? tf.sub(1, tf.mul(learningRate, constant(weightDecay))) : undefined;
  return (state, gradient) => {
    const firstMoment = tf.add(tf.mul(state.firstMoment, constant(beta1)), tf.mul(gradient, constant(1 - beta1)));
    const secondMoment = tf.add(
      tf.mul(state.secondMoment, constant(beta2)),
      tf.mul(tf.square(gradient), constant(1 - beta2)),
    );
    const scale = tf.add(tf.mul(tf.sqrt(secondMoment), root), constant(epsilon));
    const decayed = kept === undefined ? state.parameters : tf.mul(state.parameters, kept);
    return { parameters: tf.sub(decayed, tf.mul(size, tf.div(firstMoment, scale))), firstMoment, secondMoment };
  };
}
