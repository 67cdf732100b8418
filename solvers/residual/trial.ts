/**
 * A damped Gauss–Newton step inside a graph: Levenberg–Marquardt with geodesic acceleration (Transtrum & Sethna 2012, arXiv
 * 1201.5885), by the normal equations or by Woodbury's identity, with refinement past the digits that JᵀJ loses.
 */
import { choleskySolve } from "../../engine/tensors/cholesky-graph.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import type { TrialForm } from "./program.ts";

/** The result of a linearisation. */
export interface LinearTensors {
  /** r [M, 1] */
  readonly rows: tf.Tensor2D;
  /** J [M, P] */
  readonly jacobian: tf.Tensor2D;
  /** JᵀJ + λ [P, P], or JJᵀ + λ [M, M]. */
  readonly matrix: tf.Tensor2D;
  /** Jᵀr [P, 1] */
  readonly gradient: tf.Tensor2D;
}

/** Step h along δ of the difference that gives the second derivative. */
export const probe = 0.1;
/** Largest ratio 2‖a‖/‖δ‖ at which the acceleration a is trusted. */
export const largestBend = 0.75;

/** θ + δ + a/2, δ, a, and the loss there. */
export function trialStep(
  { dual, geodesic, refine }: TrialForm,
  { rows, jacobian, matrix, gradient }: LinearTensors,
  theta: tf.Tensor,
  shift: tf.Tensor,
  rowsAt: (theta: tf.Tensor) => tf.Tensor,
): { readonly theta: tf.Tensor; readonly delta: tf.Tensor; readonly bend: tf.Tensor; readonly loss: tf.Tensor } {
  const size = theta.shape[0]!;
  const vector = (x: tf.Tensor) => tf.reshape(x, [size]);
  const forward = (x: tf.Tensor2D): tf.Tensor2D => tf.matMul(jacobian, x);
  const back = (y: tf.Tensor2D): tf.Tensor2D => tf.matMul(jacobian, y, true, false);
  const first = choleskySolve(matrix, dual ? rows : gradient);

  /** Solves with the damped JᵀJ for any right-hand side; in the dual form (e − Jᵀ(JJᵀ + λ)⁻¹Je)/λ. */
  const inverse = (e: tf.Tensor2D): tf.Tensor2D =>
    dual ? (tf.div(tf.sub(e, back(first.factor.solve(forward(e)))), shift) as tf.Tensor2D) : first.factor.solve(e);
  /** The least-squares solution x of Jx = k with damping, refined with k − Jx rather than with JᵀJ. */
  const refined = (start: tf.Tensor2D, k: tf.Tensor2D): tf.Tensor2D => {
    let x = start;
    for (let round = 0; round < refine; round++) {
      const error = tf.sub(back(tf.sub(k, forward(x))), tf.mul(shift, x)) as tf.Tensor2D;
      x = tf.add(x, inverse(error));
    }
    return x;
  };
  const delta = tf.neg(refined(dual ? back(first.solution) : first.solution, rows));
  let bend: tf.Tensor = tf.zeros([size, 1]);
  let step: tf.Tensor = delta;
  if (geodesic) {
    const ahead = rowsAt(tf.add(theta, vector(tf.mul(delta, constant(probe)))));
    const slope = tf.div(tf.sub(ahead, rows), constant(probe));
    const second = tf.mul(tf.sub(slope, forward(delta)), constant(2 / probe)) as tf.Tensor2D;
    const start = dual ? back(first.factor.solve(second)) : first.factor.solve(back(second));
    bend = tf.neg(refined(start, second));
    const norm = (x: tf.Tensor) => tf.sqrt(tf.sum(tf.square(x)));
    const trusted = tf.lessEqual(tf.mul(norm(bend), constant(2 / largestBend)), norm(delta));
    step = tf.add(delta, tf.where(tf.reshape(trusted, [1, 1]), tf.mul(bend, constant(0.5)), tf.zerosLike(bend)));
  }
  const moved = tf.add(theta, vector(step));
  const loss = tf.sum(tf.square(rowsAt(moved)));
  return { theta: moved, delta: vector(delta), bend: vector(bend), loss };
}
