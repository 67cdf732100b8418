/**
 * The Sinkhorn divergence inside a compiled training step: a fixed number of updates, then the dual value at potentials
 * that count as constants, so that its derivative is the envelope gradient and no update is differentiated.
 */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensor.ts";
import { constant } from "../../engine/trace.ts";
import { descent } from "./solve.ts";

/** Options of {@link sinkhornDivergenceGraph}. */
export interface DivergenceGraphOptions {
  /** Strength of the entropy, > 0, in the unit of ‖x − y‖². */
  readonly epsilon: number;
  /** Updates at this ε, each of all four potentials at once, halfway. @defaultValue 20 */
  readonly iterations?: number;
  /** An upper bound of the distances: ε comes down from its square by halves, one update each. @defaultValue start at ε */
  readonly diameter?: number;
  /** [n], positive, summing to one. @defaultValue equal */
  readonly a?: tf.Tensor1D;
  /** [m] */
  readonly b?: tf.Tensor1D;
}

/**
 * S_ε(x, y) with the cost ‖x − y‖² (see `sinkhornDivergence`), differentiable in points and weights. All four potentials
 * take symmetrised updates f ← ½(f + Tf) of one schedule, so S_ε(x, x) = 0 at any number of them.
 *
 * In float32 costs carry a rounding error of about 1e-7 of the squared extent of the points: keep ε above 1e-4 of it.
 *
 * @param x - [n, dim]
 * @param y - [m, dim]
 * @returns a scalar
 * @throws ShapeError where the arguments are not points of one space
 * @throws OptionsError for an option out of range
 */
export function sinkhornDivergenceGraph(x: tf.Tensor2D, y: tf.Tensor2D, options: DivergenceGraphOptions): tf.Scalar {
  const { epsilon, iterations = 20, diameter } = options;
  const where = "sinkhornDivergenceGraph";
  if (x.rank !== 2 || y.rank !== 2 || x.shape[1] !== y.shape[1]) {
    throw new ShapeError(where, "[n, dim] and [m, dim]", `[${x.shape}] and [${y.shape}]`);
  }
  for (const [name, value] of Object.entries({ epsilon, diameter, iterations })) {
    const whole = name === "iterations";
    if (value === undefined || (value > 0 && (whole ? Number.isInteger(value) : Number.isFinite(value)))) continue;
    const wanted = whole ? "a whole number ≥ 1" : "a positive finite number";
    throw new OptionsError(`${where}: ${name} is ${value}, expected ${wanted}`, name, value);
  }
  const schedule = diameter === undefined ? [] : descent(diameter ** 2, epsilon, 0.5);
  for (let k = 0; k < iterations; k++) schedule.push(epsilon);
  const a = options.a ?? equalWeights(x.shape[0]);
  const b = options.b ?? equalWeights(y.shape[0]);
  for (const [name, weights, points] of [
    ["a", a, x],
    ["b", b, y],
  ] as const) {
    if (weights.rank !== 1 || weights.shape[0] !== points.shape[0]) {
      throw new ShapeError(`${where}: ${name}`, [points.shape[0]], weights.shape, "one weight a point");
    }
  }
  const cross = transportCost(x, y, a, b, schedule, false);
  const self = tf.add(transportCost(x, x, a, a, schedule, true), transportCost(y, y, b, b, schedule, true));
  return tf.sub(cross, tf.mul(self, constant(0.5))) as tf.Scalar;
}

const equalWeights = (n: number): tf.Tensor1D => constant(new Float64Array(n).fill(1 / n), [n]) as tf.Tensor1D;

type Pair = readonly [tf.Tensor, tf.Tensor];

/** The dual value ⟨a, f⟩ + ⟨b, g⟩ − ε (ΣP − 1), in which f and g are constants. */
function transportCost(
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  a: tf.Tensor1D,
  b: tf.Tensor1D,
  schedule: readonly number[],
  symmetric: boolean,
): tf.Tensor {
  const [f, g] = potentials(x, y, a, b, schedule, symmetric);
  const n = x.shape[0];
  const epsilon = constant(schedule.at(-1)!);
  const exponent = tf.div(tf.sub(tf.add(tf.reshape(f, [n, 1]), g), squaredDistances(x, y)), epsilon);
  const mass = tf.sum(tf.mul(tf.mul(tf.reshape(a, [n, 1]), b), tf.exp(exponent)));
  const linear = tf.add(tf.sum(tf.mul(a, f)), tf.sum(tf.mul(b, g)));
  return tf.sub(linear, tf.mul(epsilon, tf.sub(mass, constant(1))));
}

/** Potentials after all updates; an op whose derivative is zero. */
function potentials(
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  a: tf.Tensor1D,
  b: tf.Tensor1D,
  schedule: readonly number[],
  symmetric: boolean,
): Pair {
  const n = x.shape[0];
  const m = y.shape[0];
  const op = tf.customGrad((...args) => {
    const [x, y, a, b, save] = args as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    save([x, y, a, b]);
    const cost = squaredDistances(x, y);
    const [logA, logB] = [tf.log(a), tf.log(b)];
    let f: tf.Tensor = tf.zeros([n]);
    let g: tf.Tensor = tf.zeros([m]);
    for (const epsilon of schedule) {
      const nextF = softmin(cost, g, logB, epsilon, 1);
      // The symmetric cost has one potential.
      const nextG = symmetric ? nextF : softmin(cost, f, logA, epsilon, 0);
      const half = constant(0.5);
      f = tf.mul(tf.add(f, nextF), half);
      g = symmetric ? f : tf.mul(tf.add(g, nextG), half);
    }
    return {
      value: tf.concat([f, g]),
      gradFunc: (_: tf.Tensor, saved: tf.Tensor[]) => saved.map((one) => tf.zerosLike(one)),
    };
  });
  const both = op(x, y, a, b);
  return [tf.slice(both, [0], [n]), tf.slice(both, [n], [m])];
}

/** −ε log Σ exp(logWeights + (h − C)/ε) along an axis of C. */
function softmin(cost: tf.Tensor, h: tf.Tensor, logWeights: tf.Tensor, epsilon: number, axis: 0 | 1): tf.Tensor {
  const scale = constant(epsilon);
  const height = tf.add(tf.div(h, scale), logWeights);
  const column = axis === 0 ? tf.reshape(height, [height.shape[0]!, 1]) : height;
  return tf.mul(tf.logSumExp(tf.sub(column, tf.div(cost, scale)), axis), constant(-epsilon));
}

/** ‖x_i − y_j‖² about the mean of y, so that a common shift costs no digits. */
function squaredDistances(x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor {
  const centre = tf.mean(y, 0, true);
  const [u, v] = [tf.sub(x, centre), tf.sub(y, centre)] as [tf.Tensor2D, tf.Tensor2D];
  const [uu, vv] = [tf.sum(tf.square(u), 1, true), tf.reshape(tf.sum(tf.square(v), 1), [1, y.shape[0]])];
  return tf.sub(tf.add(uu, vv), tf.mul(tf.matMul(u, v, false, true), constant(2)));
}
