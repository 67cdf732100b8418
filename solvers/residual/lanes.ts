/**
 * Integrals inside of residuals: what depends on abscissae is a tensor [nodes of the deepest integral, …, nodes of the
 * outermost, n, 1], with 1 for those that it does not depend on, beside columns [n, 1]. All of them then go with one
 * another.
 */
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import type { ColumnFunction } from "../../equations/expression/index.ts";
import { asTensor, type TensorOrNumber } from "../jet/tensor-ring.ts";

/** The nodes of a rule as a tensor of its depth. */
export const abscissaTensor = (size: number, depth: number): tf.Tensor =>
  constant(gaussLegendre(size).nodes, alongDepth(size, depth));

/** Σ_q w_q f(x_q) of what depends on the abscissae of a rule and those of lower depth. */
export function weightedMean(size: number, depth: number, body: TensorOrNumber): TensorOrNumber {
  if (typeof body === "number" || body.rank < depth + 2) return body;
  const weights = constant(gaussLegendre(size).weights, alongDepth(size, depth));
  const sum = tf.sum(tf.mul(body, weights), 0);
  const used = sum.shape.findIndex((length, k) => length > 1 || k >= sum.rank - 2);
  return used > 0 ? tf.reshape(sum, sum.shape.slice(used)) : sum;
}

const alongDepth = (size: number, depth: number): number[] => [size, ...new Array<number>(depth + 1).fill(1)];

/** Values at all combinations of nodes that any of them depends on. */
export interface Spread {
  /** The number of nodes of each abscissa, from the deepest on: the shape before that of a column. */
  readonly lanes: readonly number[];
  /** Product of `lanes`. */
  readonly copies: number;
  /** Columns [copies · n, 1], one copy of all points after the other. */
  readonly columns: readonly tf.Tensor[];
}

/** Numbers, columns and what depends on abscissae as columns of one length. */
export function spreadOut(values: readonly TensorOrNumber[], count: number): Spread {
  const tensors = values.map(asTensor);
  const rank = Math.max(2, ...tensors.map((t) => t.rank));
  const lanes = Array.from({ length: rank - 2 }, (_, k) =>
    Math.max(1, ...tensors.map((t) => t.shape[k - (rank - t.rank)] ?? 1)),
  );
  const copies = lanes.reduce((a, b) => a * b, 1);
  const columns = tensors.map((t) => tf.reshape(tf.broadcastTo(t, [...lanes, count, 1]), [copies * count, 1]));
  return { lanes, copies, columns };
}

/** The way back: [copies · n, 1] as [lanes, n, 1]. */
export const gathered = (column: tf.Tensor, lanes: readonly number[], count: number): tf.Tensor =>
  lanes.length === 0 ? column : tf.reshape(column, [...lanes, count, 1]);

/** A function of columns, of values that may depend on abscissae. */
export function applied(f: ColumnFunction, args: readonly TensorOrNumber[], count: number): TensorOrNumber {
  const { lanes, columns } = spreadOut(args, count);
  return gathered(f(columns), lanes, count);
}
