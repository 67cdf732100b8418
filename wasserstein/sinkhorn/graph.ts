/**
 * The Sinkhorn divergence inside a compiled training step: a fixed number of updates, then the dual value. Its derivative
 * runs through the updates, which makes it that of the number returned, and closer to that of the limit than the envelope
 * formula is: the error is of second order in that of the potentials (Ablin, Peyré and Moreau, arXiv 2002.03722).
 */

import { checkPositive, checkWhole } from "../../engine/check-numbers.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import { type GraphPotentials, type GraphProblem, graphPotentials } from "./graph-potentials.ts";
import type { SinkhornOptions } from "./input.ts";

/** Options of {@link sinkhornDivergenceGraph}. */
export interface DivergenceGraphOptions extends Pick<SinkhornOptions, "reach"> {
  /** Strength of the entropy, > 0, in the unit of ‖x − y‖². */
  readonly epsilon: number;
  /** Updates of all potentials at this ε. @defaultValue 20 */
  readonly iterations?: number;
  /**
   * `"unrolled"`: the derivative of the number returned. `"envelope"`: potentials count as constants; a third of the work,
   * with an error of first order in the marginal error. @defaultValue "unrolled"
   */
  readonly gradient?: "unrolled" | "envelope";
  /** [n], ≥ 0, summing to one (to anything with `reach`). @defaultValue equal, summing to one */
  readonly xWeights?: tf.Tensor1D;
  /** [m] */
  readonly yWeights?: tf.Tensor1D;
}

/** Updates on the way down to ε. */
const stages = 8;

/**
 * S_ε(x, y) with the cost ‖x − y‖² (see `sinkhornDivergence`), differentiable in points and weights. S_ε(x, x) = 0 at any
 * number of updates. At 20 of them the derivative is within 1e-3 of the limit's where ε is above a twentieth of the mean cost.
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
  const [a, b] = check("sinkhornDivergenceGraph", x, y, options);
  const { epsilon, iterations = 20, reach, gradient = "unrolled" } = options;
  const rho = reach === undefined ? Number.POSITIVE_INFINITY : 2 * reach ** 2;
  const last = constant(epsilon);
  const schedule = [...wayDown(x, y, epsilon), ...Array.from({ length: iterations }, () => last)];
  const problem = problemOf(x, y, a, b, rho);
  const {
    f,
    g,
    x: ownX,
    y: ownY,
  } = gradient === "unrolled" ? graphPotentials(problem, schedule) : still(problem, schedule);
  const cross = dualValue(problem.cross, f, g, a, b, epsilon, rho);
  const selfX = dualValue(problem.selfX, ...ownX, a, a, epsilon, rho);
  const selfY = dualValue(problem.selfY, ...ownY, b, b, epsilon, rho);
  let value = tf.sub(cross, tf.mul(tf.add(selfX, selfY), constant(0.5)));
  if (reach !== undefined) {
    value = tf.add(value, tf.mul(tf.square(tf.sub(tf.sum(a), tf.sum(b))), constant(epsilon / 2)));
  }
  return value as tf.Scalar;
}

function check(
  where: string,
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  options: DivergenceGraphOptions,
): [tf.Tensor1D, tf.Tensor1D] {
  if (x.rank !== 2 || y.rank !== 2 || x.shape[1] !== y.shape[1]) {
    throw new ShapeError(where, "[n, dim] and [m, dim]", `[${x.shape}] and [${y.shape}]`);
  }
  const { epsilon, iterations, reach, gradient } = options;
  checkPositive(where, { epsilon: epsilon ?? Number.NaN, reach });
  checkWhole(where, { iterations });
  if (gradient !== undefined && gradient !== "unrolled" && gradient !== "envelope") {
    throw new OptionsError(
      `${where}: gradient is ${gradient}, expected "unrolled" or "envelope"`,
      "gradient",
      gradient,
    );
  }
  const [a, b] = [options.xWeights ?? equalWeights(x.shape[0]), options.yWeights ?? equalWeights(y.shape[0])];
  for (const [name, weights, points] of [
    ["xWeights", a, x],
    ["yWeights", b, y],
  ] as const) {
    if (weights.rank !== 1 || weights.shape[0] !== points.shape[0]) {
      throw new ShapeError(`${where}: ${name}`, [points.shape[0]], weights.shape, "one weight a point");
    }
  }
  return [a, b];
}

const equalWeights = (n: number): tf.Tensor1D => constant(new Float64Array(n).fill(1 / n), [n]) as tf.Tensor1D;

function problemOf(x: tf.Tensor2D, y: tf.Tensor2D, a: tf.Tensor1D, b: tf.Tensor1D, rho: number): GraphProblem {
  const [cross, selfX, selfY] = [squaredDistances(x, y), squaredDistances(x, x), squaredDistances(y, y)];
  return { cross, selfX, selfY, a, b, rho };
}

/** ε from the squared diagonal of the box around both clouds down to the last, in equal ratios; no derivative runs through it. */
function wayDown(x: tf.Tensor2D, y: tf.Tensor2D, epsilon: number): tf.Tensor[] {
  const op = tf.customGrad((...args) => {
    const [x, y, save] = args as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    save([x, y]);
    const sides = tf.sub(tf.maximum(tf.max(x, 0), tf.max(y, 0)), tf.minimum(tf.min(x, 0), tf.min(y, 0)));
    const value = tf.maximum(tf.log(tf.add(tf.sum(tf.square(sides)), constant(1e-30))), constant(Math.log(epsilon)));
    return { value, gradFunc: (_: tf.Tensor, saved: tf.Tensor[]) => saved.map((one) => tf.zerosLike(one)) };
  });
  const top = op(x, y);
  return Array.from({ length: stages }, (_, k) => {
    const share = k / stages;
    return tf.exp(tf.add(tf.mul(top, constant(1 - share)), constant(share * Math.log(epsilon))));
  });
}

/** Potentials as constants of the differentiation. */
function still(problem: GraphProblem, schedule: readonly tf.Tensor[]): GraphPotentials {
  const { cross, selfX, selfY, a, b, rho } = problem;
  const [n, m] = [a.shape[0]!, b.shape[0]!];
  const op = tf.customGrad((...args) => {
    const [cross, selfX, selfY, a, b, save] = args as [...tf.Tensor[], tf.GradSaveFunc] as unknown as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.GradSaveFunc,
    ];
    save([cross, selfX, selfY, a, b]);
    const { f, g, x, y } = graphPotentials({ cross, selfX, selfY, a, b, rho }, schedule);
    return {
      value: tf.concat([f, ...x, g, ...y]),
      gradFunc: (_: tf.Tensor, saved: tf.Tensor[]) => saved.map((one) => tf.zerosLike(one)),
    };
  });
  const [f, p, p1, g, q, q1] = tf.split(op(cross, selfX, selfY, a, b), [n, n, n, m, m, m]) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  return { f, g, x: [p, p1], y: [q, q1] };
}

/** a b exp((f + g − C)/ε) */
function planOf(cost: tf.Tensor, f: tf.Tensor, g: tf.Tensor, a: tf.Tensor, b: tf.Tensor, epsilon: number): tf.Tensor {
  const column = (v: tf.Tensor) => tf.reshape(v, [v.shape[0]!, 1]);
  const exponent = tf.div(tf.sub(tf.add(column(f), g), cost), constant(epsilon));
  return tf.mul(tf.mul(column(a), b), tf.exp(exponent));
}

/** ⟨a, f⟩ + ⟨b, g⟩ − ε (ΣP − Σa Σb), with −ρ⟨a, e^{−f/ρ} − 1⟩ in place of ⟨a, f⟩ where transport is unbalanced. */
function dualValue(
  cost: tf.Tensor,
  f: tf.Tensor,
  g: tf.Tensor,
  a: tf.Tensor,
  b: tf.Tensor,
  epsilon: number,
  rho: number,
): tf.Tensor {
  const mass = tf.sum(planOf(cost, f, g, a, b, epsilon));
  if (rho === Number.POSITIVE_INFINITY) {
    const linear = tf.add(tf.sum(tf.mul(a, f)), tf.sum(tf.mul(b, g)));
    return tf.sub(linear, tf.mul(tf.sub(mass, constant(1)), constant(epsilon)));
  }
  const part = (w: tf.Tensor, h: tf.Tensor) =>
    tf.mul(tf.sum(tf.mul(w, tf.expm1(tf.div(h, constant(-rho))))), constant(-rho));
  const product = tf.mul(tf.sum(a), tf.sum(b));
  return tf.sub(tf.add(part(a, f), part(b, g)), tf.mul(tf.sub(mass, product), constant(epsilon)));
}

/** ‖x_i − y_j‖² about the mean of y, so that a common shift costs no digits. */
function squaredDistances(x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor {
  const centre = tf.mean(y, 0, true);
  const [u, v] = [tf.sub(x, centre), tf.sub(y, centre)] as [tf.Tensor2D, tf.Tensor2D];
  const [uu, vv] = [tf.sum(tf.square(u), 1, true), tf.reshape(tf.sum(tf.square(v), 1), [1, y.shape[0]])];
  return tf.sub(tf.add(uu, vv), tf.mul(tf.matMul(u, v, false, true), constant(2)));
}
