/** Arithmetic that is the same on numbers and on tensors, so that a formula is written once for both. */
import { tf } from "../../../engine/tensors/tensor.ts";

/** Operations on a quantity, element by element; plain numbers mix in. */
export interface Arithmetic<T> {
  /** a + b. */
  add(a: T | number, b: T | number): T;
  /** a − b. */
  sub(a: T | number, b: T | number): T;
  /** a · b. */
  mul(a: T | number, b: T | number): T;
  /** a / b. */
  div(a: T | number, b: T | number): T;
  /** a². */
  square(a: T): T;
  /** √a, a ≥ 0. */
  sqrt(a: T): T;
  /** eᵃ. */
  exp(a: T): T;
  /** ln a, a > 0. */
  log(a: T): T;
}

/** On numbers, in float64. */
export const numbers: Arithmetic<number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  square: (a) => a * a,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
};

/** On tensors, in a graph. */
export const tensors: Arithmetic<tf.Tensor> = {
  add: (a, b) => tf.add(a, b),
  sub: (a, b) => tf.sub(a, b),
  mul: (a, b) => tf.mul(a, b),
  div: (a, b) => tf.div(a, b),
  square: (a) => tf.square(a),
  sqrt: (a) => tf.sqrt(a),
  exp: (a) => tf.exp(a),
  log: (a) => tf.log(a),
};
