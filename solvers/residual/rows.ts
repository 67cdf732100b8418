/** Residual rows. One row is √w·r at one point for one equation; jacobian.ts has their derivatives. */
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import type { FunctionName } from "../../equations/expression/index.ts";
import { type Algebra, type Expression, evaluate, nodesOf } from "../../equations/expression/index.ts";
import { angle } from "../jet/ring.ts";
import { type SlotSet, slotSet } from "../jet/slots.ts";
import { type TensorOrNumber, tensorRing } from "../jet/tensor-ring.ts";
import type { Block, LinearLayer } from "../network/network.ts";
import { elsewhereColumns } from "./elsewhere.ts";
import { abscissaTensor, applied, weightedMean } from "./lanes.ts";
import { asColumn, type ConstantLookup, constantsOf, coordinatesOf, type Model, solutionJets } from "./model.ts";

/** Equations that hold at the same points. */
export interface RowGroup {
  readonly name: string;
  /** Number of points. */
  readonly count: number;
  /** One residual per equation. */
  readonly residuals: readonly Expression[];
  /** Names of the columns that come with the points. */
  readonly data: readonly string[];
  /** The weighted residuals are added up to one row per equation (an integral by quadrature). @defaultValue false */
  readonly sum?: boolean;
}

/** Tensors of one group: points [n, d], √w [n, 1], data [n, max(1, names)]. */
export interface GroupTensors {
  readonly points: tf.Tensor;
  readonly rootWeights: tf.Tensor;
  readonly data: tf.Tensor;
}

/** Number of rows of a group. */
export const rowCount = (group: RowGroup): number => (group.sum ? 1 : group.count) * group.residuals.length;

/** The derivatives that residuals use, over all unknowns. */
function slotsOf(dimension: number, residuals: readonly Expression[]): SlotSet {
  const derivatives: number[][] = [];
  const laplacians = new Map<string, readonly number[]>();
  for (const node of nodesOf(residuals)) {
    if (node.kind === "derivative") derivatives.push(axesOf(node.order));
    if (node.kind === "laplacian") laplacians.set(node.axes.join(), node.axes);
  }
  const [sum, ...others] = laplacians.values();
  // A second, different Laplacian is spelled out.
  for (const axes of others) derivatives.push(...axes.map((axis) => [axis, axis]));
  return slotSet(dimension, derivatives, sum ?? []);
}

const axesOf = (order: readonly number[]): number[] => order.flatMap((n, axis) => new Array<number>(n).fill(axis));

/**
 * Hears of the layers of a network at `copies` points for each point of a group, one copy of all points after the
 * other.
 */
export type CopyListener = (layer: LinearLayer, z: Block, copies: number) => Block;

/** The residuals of a group as columns [n, 1], unweighted. `bind` may replace the lookup of constants. */
export function residualColumns(
  model: Model,
  group: RowGroup,
  theta: tf.Tensor,
  tensors: Omit<GroupTensors, "rootWeights">,
  constants: ConstantLookup,
  listen?: CopyListener,
): tf.Tensor[] {
  const { points, data } = tensors;
  const set = slotsOf(model.dimension, group.residuals);
  const jets = solutionJets(model, theta, points, set, constants, listen && ((layer, z) => listen(layer, z, 1)));
  const x = coordinatesOf(points);
  const algebra: Algebra<TensorOrNumber> = {
    number: (value) => value,
    coordinate: (axis) => x[axis]!,
    constant: constants,
    data: (name) => tf.slice(data, [0, group.data.indexOf(name)], [group.count, 1]),
    derivative: (unknown, order) => jets[unknown]![set.indexOf(axesOf(order))] ?? 0,
    laplacian(unknown, axes) {
      if (axes.join() === set.laplacianAxes.join()) return jets[unknown]![set.laplacian] ?? 0;
      return axes.map((axis) => jets[unknown]![set.indexOf([axis, axis])] ?? 0).reduce((a, b) => tensorRing.add(a, b));
    },
    elsewhere: (_unknown, _order, _at, node) => elsewhere(node),
    call: callTensor,
    abscissa: abscissaTensor,
    quadrature: weightedMean,
    apply: (f, args) => applied(f, args, group.count),
  };
  const memo = new Map<Expression, TensorOrNumber>();
  const elsewhere = elsewhereColumns({ model, group, theta, constants, listen }, (e) => evaluate(e, algebra, memo));
  return group.residuals.map((residual) => asColumn(evaluate(residual, algebra, memo), group.count));
}

/** Functions of expressions over tensors. */
function callTensor(name: FunctionName, args: readonly TensorOrNumber[]): TensorOrNumber {
  const [a, b] = args as [TensorOrNumber, TensorOrNumber];
  switch (name) {
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "min":
    case "max":
      return tensorRing[name](a, b);
    case "if":
      return tensorRing.where(a, b, args[2]!);
    case "neg":
      return tensorRing.mul(-1, a);
    case "square":
      return tensorRing.mul(a, a);
    case "atan2":
      return angle(tensorRing, a, b);
    case "pow":
      return typeof b === "number" ? tensorRing.power(a, b) : tf.pow(typeof a === "number" ? constant(a) : a, b);
    default:
      return tensorRing.unary(name, a);
  }
}

/** The rows of values [n, columns]: themselves, or their sum. */
export const rowsOf = (group: RowGroup, values: tf.Tensor): tf.Tensor => (group.sum ? tf.sum(values, 0, true) : values);

/** Weighted rows of all groups, [rows, 1]. */
export function weightedRows(
  model: Model,
  groups: readonly RowGroup[],
  theta: tf.Tensor,
  tensors: readonly GroupTensors[],
): tf.Tensor {
  const constants = constantsOf(model, theta);
  const columns = groups.flatMap((group, i) =>
    residualColumns(model, group, theta, tensors[i]!, constants).map((r) =>
      rowsOf(group, tf.mul(r, tensors[i]!.rootWeights)),
    ),
  );
  return columns.length === 1 ? columns[0]! : tf.concat(columns, 0);
}
