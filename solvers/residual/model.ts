/** The trial solution: a network, made to satisfy conditions exactly by u = lift + distance · network. */
import { getOwn } from "../../engine/files/get-own.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import type { Interval } from "../../equations/domain/index.ts";
import { type Expression, evaluate } from "../../equations/expression/index.ts";
import { coordinateAlgebra, type Jet, jetAlgebra } from "../jet/jet.ts";
import type { SlotSet } from "../jet/slots.ts";
import { type TensorOrNumber, tensorRing } from "../jet/tensor-ring.ts";
import type { Listener, NetworkProgram } from "../network/network.ts";

/** Factor and summand of one output of the network, as expressions of the coordinates. */
export interface Ansatz {
  readonly lift?: Expression;
  readonly distance?: Expression;
}

/** A trial solution with parameters θ = (network parameters, trainable constants). */
export interface Model {
  readonly dimension: number;
  readonly network: NetworkProgram;
  /** One per unknown. */
  readonly ansatz: readonly Ansatz[];
  /**
   * Axes of which the two ends are one, with both: what is asked for beyond one of them is what comes after the other.
   */
  readonly around?: readonly { readonly axis: number; readonly ends: Interval }[];
  readonly constants: Readonly<Record<string, number>>;
  /** Names of trainable constants, in the order of θ's tail. */
  readonly trainable: readonly string[];
}

/** Length of θ. */
export const parameterCount = (model: Model): number => model.network.size + model.trainable.length;

/** Gives the value of a constant as a tensor or number while tracing. */
export type ConstantLookup = (name: string) => TensorOrNumber;

/** Fixed constants as numbers, trainable ones as scalars of θ. */
export function constantsOf(model: Model, theta: tf.Tensor): ConstantLookup {
  return (name) => {
    const at = model.trainable.indexOf(name);
    if (at >= 0) return tf.reshape(tf.slice(theta, [model.network.size + at], [1]), []);
    const value = getOwn(model.constants, name);
    if (value === undefined) throw new RangeError(`model: no constant "${name}"`);
    return value;
  };
}

/** The coordinates of points [count, d] as columns. */
export const coordinatesOf = (points: tf.Tensor): tf.Tensor[] =>
  Array.from({ length: points.shape[1]! }, (_, k) => tf.slice(points, [0, k], [points.shape[0]!, 1]));

/** The unknowns at the points, as jets of columns. */
export function solutionJets(
  model: Model,
  theta: tf.Tensor,
  points: tf.Tensor,
  set: SlotSet,
  constants: ConstantLookup,
  listen?: Listener,
): Jet<TensorOrNumber>[] {
  const outputs = model.network.forward(theta, points, set, listen);
  const algebra = jetAlgebra(tensorRing, set);
  const x = coordinateAlgebra<TensorOrNumber>(algebra, coordinatesOf(points), constants);
  const memo = new Map<Expression, Jet<TensorOrNumber>>();
  return outputs.map((output, j) => {
    const { lift, distance } = model.ansatz[j] ?? {};
    const shaped = distance ? algebra.mul(evaluate(distance, x, memo), output) : output;
    return lift ? algebra.add(evaluate(lift, x, memo), shaped) : shaped;
  });
}

/** A tensor or number as a column [count, 1]. */
export function asColumn(x: TensorOrNumber, count: number): tf.Tensor {
  const t = typeof x === "number" ? constant(x) : x;
  return t.rank === 2 && t.shape[0] === count ? t : tf.broadcastTo(tf.reshape(t, [1, 1]), [count, 1]);
}
