/**
 * Residual rows and their Jacobian. One row is √w·r at one point for one equation. The Jacobian of every row comes from one
 * reverse pass for the sum of the rows: its gradient with respect to a linear layer's outputs is, point by point, what
 * multiplies the layer's inputs in the derivative by its weights, ∂r_i/∂W = Σ_slots h_i ⊗ z̄_i.
 */
import { OptionsError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensor.ts";
import { constant } from "../../engine/trace.ts";
import { type Algebra, type Expression, evaluate, type FunctionName } from "../expression/expression.ts";
import { type SlotSet, slotSet } from "../jet/slots.ts";
import { type TensorOrNumber, tensorRing } from "../jet/tensor-ring.ts";
import type { Block, LinearLayer } from "../network/network.ts";
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
export function slotsOf(dimension: number, residuals: readonly Expression[]): SlotSet {
  const derivatives: number[][] = [];
  const laplacians = new Map<string, readonly number[]>();
  const probe: Algebra<null> = {
    number: () => null,
    coordinate: () => null,
    constant: () => null,
    data: () => null,
    call: () => null,
    apply: () => null,
    derivative: (_, order) => {
      derivatives.push(axesOf(order));
      return null;
    },
    laplacian: (_, axes) => {
      laplacians.set(axes.join(), axes);
      return null;
    },
  };
  for (const residual of residuals) evaluate(residual, probe);
  const [sum, ...others] = laplacians.values();
  // A second, different Laplacian is spelled out.
  for (const axes of others) derivatives.push(...axes.map((axis) => [axis, axis]));
  return slotSet(dimension, derivatives, sum ?? []);
}

const axesOf = (order: readonly number[]): number[] => order.flatMap((n, axis) => new Array<number>(n).fill(axis));

/** The residuals of a group as columns [n, 1], unweighted. `bind` may replace the lookup of constants. */
export function residualColumns(
  model: Model,
  group: RowGroup,
  theta: tf.Tensor,
  tensors: Omit<GroupTensors, "rootWeights">,
  constants: ConstantLookup,
  listen?: (layer: LinearLayer, z: Block) => Block,
): tf.Tensor[] {
  const { points, data } = tensors;
  const set = slotsOf(model.dimension, group.residuals);
  const jets = solutionJets(model, theta, points, set, constants, listen);
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
    call: callTensor,
    apply: (f, args) => f(args.map((arg) => asColumn(arg, group.count))),
  };
  const memo = new Map<Expression, TensorOrNumber>();
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
    case "neg":
      return tensorRing.mul(-1, a);
    case "square":
      return tensorRing.mul(a, a);
    case "pow":
      return typeof b === "number" ? tensorRing.power(a, b) : tf.pow(typeof a === "number" ? constant(a) : a, b);
    default:
      return tensorRing.unary(name, a);
  }
}

/** The rows of values [n, columns]: themselves, or their sum. */
const rowsOf = (group: RowGroup, values: tf.Tensor): tf.Tensor => (group.sum ? tf.sum(values, 0, true) : values);

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

/** A stretch of columns of the Jacobian: those of one layer's weights and bias, or of a trainable constant. */
export interface ColumnBlock {
  readonly offset: number;
  /** [rows, columns] */
  readonly values: tf.Tensor2D;
}

/** Weighted rows [rows, 1] and the Jacobian as column blocks in ascending order that cover all of θ. */
export function rowsAndJacobian(
  model: Model,
  groups: readonly RowGroup[],
  theta: tf.Tensor,
  tensors: readonly GroupTensors[],
): { readonly rows: tf.Tensor; readonly jacobian: readonly ColumnBlock[] } {
  const rows: tf.Tensor[] = [];
  const blocks = new Map<number, tf.Tensor[]>();
  groups.forEach((group, i) => {
    for (let equation = 0; equation < group.residuals.length; equation++) {
      const part = jacobianOf(model, group, equation, theta, tensors[i]!);
      rows.push(rowsOf(group, tf.mul(part.residual, tensors[i]!.rootWeights)));
      for (const { offset, values } of part.blocks) {
        blocks.set(offset, [...(blocks.get(offset) ?? []), rowsOf(group, values)]);
      }
    }
  });
  const join = (parts: readonly tf.Tensor[]) => (parts.length === 1 ? parts[0]! : tf.concat([...parts], 0));
  const jacobian = [...blocks.entries()]
    .sort(([a], [b]) => a - b)
    .map(([offset, parts]) => ({ offset, values: join(parts) as tf.Tensor2D }));
  return { rows: join(rows), jacobian };
}

function jacobianOf(model: Model, group: RowGroup, equation: number, theta: tf.Tensor, tensors: GroupTensors) {
  const layers: { layer: LinearLayer; z: Block }[] = [];
  const listened: tf.Tensor[] = [];
  // One copy of each trainable constant per point, so that its gradient is a column.
  const spread = new Map<string, tf.Tensor>();
  const plain = constantsOf(model, theta);
  let residual: tf.Tensor | undefined;
  const forward = () => {
    const constants: ConstantLookup = (name) => {
      if (!model.trainable.includes(name)) return plain(name);
      const known = spread.get(name);
      if (known) return known;
      const column = asColumn(plain(name), group.count);
      spread.set(name, column);
      listened.push(column);
      return column;
    };
    const columns = residualColumns(model, group, theta, tensors, constants, (layer, z) => {
      // A row shared by all points gets one copy per point, so that gradients stay apart.
      const full = z.map((part) =>
        part?.shape[0] === 1 && group.count > 1 ? tf.broadcastTo(part, [group.count, layer.outputs]) : part,
      );
      layers.push({ layer, z: full });
      listened.push(...full.filter((part) => part !== undefined));
      return full;
    });
    residual = columns[equation]!;
    return tf.sum(tf.mul(residual, tensors.rootWeights)) as tf.Scalar;
  };
  // The engine reads the list after the forward pass, when the layers' outputs are in it.
  const { grads } = tf
    .engine()
    .gradients(forward, listened.length > 0 ? listened : pushed(listened, theta), undefined, true);
  const gradients = new Map(listened.map((tensor, i) => [tensor, grads[i] as tf.Tensor | undefined]));
  const blocks: ColumnBlock[] = [];
  for (const { layer, z } of layers) {
    const values = layerBlock(
      layer,
      z.map((part) => part && gradients.get(part)),
      group.count,
    ) as tf.Tensor2D;
    // A layer that is used twice has the sum of both.
    const at = blocks.findIndex(({ offset }) => offset === layer.offset);
    if (at < 0) blocks.push({ offset: layer.offset, values });
    else blocks[at] = { offset: layer.offset, values: tf.add(blocks[at]!.values, values) };
  }
  checkCover(blocks, model.network.size);
  model.trainable.forEach((name, i) => {
    const column = spread.get(name);
    const gradient = (column && gradients.get(column)) ?? constantColumn(0, group.count);
    blocks.push({ offset: model.network.size + i, values: gradient as tf.Tensor2D });
  });
  return { residual: residual!, blocks };
}

/** @throws OptionsError where layers do not share out all parameters of a network among them */
function checkCover(blocks: readonly ColumnBlock[], size: number): void {
  let next = 0;
  for (const { offset, values } of [...blocks].sort((a, b) => a.offset - b.offset)) {
    if (offset !== next) break;
    next += values.shape[1];
  }
  if (next === size && blocks.every(({ offset }) => offset < size)) return;
  const way = "pass each of them through linear() or freeParameters() with the listener, without gaps or overlaps";
  throw new OptionsError(
    `solve: the layers of the network cover parameters 0 to ${next} of ${size}; ${way}`,
    "network",
    next,
  );
}

/** tfjs refuses an empty list before it looks at the function; any tensor does as a first entry. */
function pushed(list: tf.Tensor[], first: tf.Tensor): tf.Tensor[] {
  list.push(first);
  return list;
}

const constantColumn = (value: number, count: number): tf.Tensor => tf.broadcastTo(constant(value, [1, 1]), [count, 1]);

/**
 * Σ_slots h ⊗ z̄ as [n, (inputs + 1)·outputs]: one small product per point, [slots, inputs + 1]ᵀ · [slots, outputs], where the
 * input that belongs to the bias is 1 in the value and 0 in derivatives.
 */
function layerBlock(layer: LinearLayer, gradient: Block, count: number): tf.Tensor {
  const { inputs, outputs, h, bias } = layer;
  const width = inputs + (bias ? 1 : 0);
  const [left, right]: tf.Tensor[][] = [[], []];
  for (const [slot, part] of h.entries()) {
    const bar = gradient[slot];
    if (!part || !bar) continue;
    const full = part.shape[0] === count ? part : tf.broadcastTo(part, [count, inputs]);
    const pad = () => tf.broadcastTo(constant(slot === 0 ? 1 : 0, [1, 1]), [count, 1]);
    left!.push(bias ? tf.concat([full, pad()], 1) : full);
    right!.push(bar);
  }
  if (left!.length === 0) return tf.zeros([count, width * outputs]);
  if (left!.length === 1 && outputs === 1) return tf.mul(left![0]!, right![0]!);
  const h3 = tf.reshape(tf.concat(left!, 1), [count, left!.length, width]) as tf.Tensor3D;
  const z3 = tf.reshape(tf.concat(right!, 1), [count, left!.length, outputs]) as tf.Tensor3D;
  return tf.reshape(tf.matMul(h3, z3, true, false), [count, width * outputs]);
}
