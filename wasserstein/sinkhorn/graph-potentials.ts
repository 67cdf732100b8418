/**
 * Potentials of the debiased divergence in a graph. The self terms take averaged updates p ← ½(p + Tp), which converge
 * by a factor of 2 a step whatever the measure is (the slow modes fastest); the cross term takes alternating ones, twice
 * to four times as fast as averaged ones there, each corrected by how far the self potential still is from its own
 * update: f ← p⁺ + T g − T p. The correction dies out with the self terms, and for x = y it makes the cross potentials
 * those of the self term at every step, so that S_ε(x, x) = 0 is no matter of convergence.
 */
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";

/** Data of the updates. Costs are [n, m], [n, n], [m, m]; logarithms of weights are finite. */
export interface GraphProblem {
  readonly cross: tf.Tensor;
  readonly selfX: tf.Tensor;
  readonly selfY: tf.Tensor;
  readonly a: tf.Tensor;
  readonly b: tf.Tensor;
  readonly rho: number;
}

/** Of x against y: f and g. Of each measure against itself: the last two of its potentials, which differ by one update. */
export interface GraphPotentials {
  readonly f: tf.Tensor;
  readonly g: tf.Tensor;
  readonly x: readonly [tf.Tensor, tf.Tensor];
  readonly y: readonly [tf.Tensor, tf.Tensor];
}

const leastWeight = 1e-30;

/** @param schedule - ε of each step, as scalars */
export function graphPotentials(problem: GraphProblem, schedule: readonly tf.Tensor[]): GraphPotentials {
  const { cross, selfX, selfY, a, b, rho } = problem;
  const [logA, logB] = [a, b].map((w) => tf.log(tf.maximum(w, constant(leastWeight)))) as [tf.Tensor, tf.Tensor];
  const half = constant(0.5);
  const mean = (p: tf.Tensor, q: tf.Tensor) => tf.mul(tf.add(p, q), half);
  let f: tf.Tensor = tf.zerosLike(a);
  let g: tf.Tensor = tf.zerosLike(b);
  // The self potentials that f and g go with: those of y are one update ahead.
  let p: tf.Tensor = tf.zerosLike(a);
  let q: tf.Tensor = tf.zerosLike(b);
  let potentials: GraphPotentials = { f, g, x: [p, p], y: [q, q] };
  for (const epsilon of schedule) {
    const update = (cost: tf.Tensor, h: tf.Tensor, logWeights: tf.Tensor, axis: 0 | 1) => {
      const free = softmin(cost, h, logWeights, epsilon, axis);
      if (rho === Number.POSITIVE_INFINITY) return free;
      return tf.mul(free, tf.div(constant(rho), tf.add(epsilon, constant(rho))));
    };
    const [imageP, imageQ] = [update(selfX, p, logA, 1), update(selfY, q, logB, 1)];
    const [p1, q1] = [mean(p, imageP), mean(q, imageQ)];
    f = tf.add(p1, tf.sub(update(cross, g, logB, 1), imageP));
    const [imageP1, imageQ1] = [update(selfX, p1, logA, 1), update(selfY, q1, logB, 1)];
    const [p2, q2] = [mean(p1, imageP1), mean(q1, imageQ1)];
    g = tf.add(q2, tf.sub(update(cross, f, logA, 0), imageQ1));
    if (rho !== Number.POSITIVE_INFINITY) {
      const own = mean(
        tf.sub(logMass(logA, p1, rho), logMass(logA, p2, rho)),
        tf.sub(logMass(logB, q1, rho), logMass(logB, q2, rho)),
      );
      const t = tf.mul(tf.sub(tf.sub(logMass(logA, f, rho), logMass(logB, g, rho)), own), constant(rho / 2));
      [f, g] = [tf.add(f, t), tf.sub(g, t)];
    }
    [p, q] = [p2, q2];
    potentials = { f, g, x: [p1, p2], y: [q1, q2] };
  }
  return potentials;
}

/** log Σ w exp(−h/ρ), of which the shift of unbalanced potentials against each other is made (arXiv 2201.00730). */
const logMass = (logWeights: tf.Tensor, h: tf.Tensor, rho: number): tf.Tensor =>
  tf.logSumExp(tf.sub(logWeights, tf.div(h, constant(rho))));

/**
 * −ε log Σ exp(logWeights + (h − C)/ε) along an axis of C. Its derivative makes the shares of the terms again, so that an
 * unrolled loop keeps vectors only. ε counts as a constant.
 */
function softmin(cost: tf.Tensor, h: tf.Tensor, logWeights: tf.Tensor, epsilon: tf.Tensor, axis: 0 | 1): tf.Tensor {
  const [n, m] = cost.shape as [number, number];
  // A vector along the axis that is summed, and one along the other.
  const along = (v: tf.Tensor) => (axis === 1 ? tf.reshape(v, [1, m]) : tf.reshape(v, [n, 1]));
  const across = (v: tf.Tensor) => (axis === 1 ? tf.reshape(v, [n, 1]) : tf.reshape(v, [1, m]));
  const heights = (cost: tf.Tensor, h: tf.Tensor, logWeights: tf.Tensor, epsilon: tf.Tensor) =>
    tf.sub(along(tf.add(tf.div(h, epsilon), logWeights)), tf.div(cost, epsilon));
  const op = tf.customGrad((...args) => {
    const [cost, h, logWeights, epsilon, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const value = tf.neg(tf.mul(tf.logSumExp(heights(cost, h, logWeights, epsilon), axis), epsilon));
    save([cost, h, logWeights, epsilon, value]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [cost, h, logWeights, epsilon, value] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const shares = tf.exp(tf.add(heights(cost, h, logWeights, epsilon), across(tf.div(value, epsilon))));
      const ofCost = tf.mul(shares, across(dy));
      const pull = tf.neg(tf.sum(ofCost, 1 - axis));
      return [ofCost, pull, tf.mul(pull, epsilon), tf.zerosLike(epsilon)];
    };
    return { value, gradFunc };
  });
  return op(cost, h, logWeights, epsilon);
}
