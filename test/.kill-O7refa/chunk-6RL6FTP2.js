import {
  constant
} from "./chunk-2JKOHZZA.js";
import {
  tf
} from "./chunk-JHNL2DBA.js";
import {
  OptionsError
} from "./chunk-Y46VEHZ7.js";

// engine/optimizer.ts
function adam(options = {}) {
  return adamW({ ...options, weightDecay: 0 });
}
function adamW(options = {}) {
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  for (const [name, value, low, high] of [
    ["beta1", beta1, 0, 1],
    ["beta2", beta2, 0, 1],
    ["epsilon", epsilon, 0, Number.POSITIVE_INFINITY],
    ["weightDecay", weightDecay, 0, Number.POSITIVE_INFINITY]
  ]) {
    if (!(value >= low && value < high)) {
      throw new OptionsError(`adam: ${name} must be in [${low}, ${high}), got ${value}`, name, value);
    }
  }
  return Object.freeze({ kind: "adam", learningRate, beta1, beta2, epsilon, weightDecay });
}
function warmupCosine(options) {
  const { peak, final, steps, warmup = 0 } = options;
  if (!(peak > 0) || !(final >= 0) || !(steps >= 1) || !(warmup >= 0)) {
    throw new OptionsError(
      `warmupCosine: needs peak > 0, final \u2265 0, steps \u2265 1, warmup \u2265 0, got ${JSON.stringify(options)}`,
      "schedule",
      options
    );
  }
  return Object.freeze({ kind: "warmup-cosine", peak, final, steps, warmup });
}
function learningRateAt(schedule, n) {
  if (typeof schedule === "number") return schedule;
  const { peak, final, steps, warmup } = schedule;
  const cosine = final + (peak - final) * 0.5 * (1 + Math.cos(Math.PI * Math.min(n, steps) / steps));
  return cosine * (warmup > 0 ? Math.min(1, (n + 1) / warmup) : 1);
}
function learningRateTensor(schedule, step) {
  if (typeof schedule === "number") return constant(schedule);
  const { peak, final, steps, warmup } = schedule;
  const phase = tf.mul(tf.minimum(step, steps), constant(Math.PI / steps));
  const cosine = tf.add(tf.mul(tf.add(tf.cos(phase), 1), constant(0.5 * (peak - final))), constant(final));
  return warmup > 0 ? tf.mul(cosine, tf.minimum(1, tf.div(tf.add(step, 1), warmup))) : cosine;
}
function adamUpdate(optimizer, state, gradient, step, learningRate) {
  const { beta1, beta2, epsilon, weightDecay } = optimizer;
  const firstMoment = tf.add(tf.mul(state.firstMoment, constant(beta1)), tf.mul(gradient, constant(1 - beta1)));
  const secondMoment = tf.add(
    tf.mul(state.secondMoment, constant(beta2)),
    tf.mul(tf.square(gradient), constant(1 - beta2))
  );
  const t = tf.add(step, 1);
  const correction = (beta) => beta === 0 ? tf.scalar(1) : tf.neg(tf.expm1(tf.mul(t, constant(Math.log(beta)))));
  const size = tf.div(learningRate, correction(beta1));
  const scale = tf.add(tf.mul(tf.sqrt(secondMoment), tf.rsqrt(correction(beta2))), constant(epsilon));
  const decayed = weightDecay > 0 ? tf.mul(state.parameters, tf.sub(1, tf.mul(learningRate, constant(weightDecay)))) : state.parameters;
  return { parameters: tf.sub(decayed, tf.mul(size, tf.div(firstMoment, scale))), firstMoment, secondMoment };
}

export {
  adam,
  adamW,
  warmupCosine,
  learningRateAt,
  learningRateTensor,
  adamUpdate
};
