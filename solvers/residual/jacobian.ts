/**
 * The Jacobian of residual rows. That of every row comes from one reverse pass for the sum of the rows: its gradient
 * with respect to a linear layer's outputs is, point by point, what multiplies the layer's inputs in the derivative by
 * its weights, ∂r_i/∂W = Σ_slots h_i ⊗ z̄_i. These factors are put together inside the graph, or handed out.
 */
import { OptionsError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import type { Block, LinearLayer } from "../network/network.ts";
import { asColumn, type ConstantLookup, constantsOf, type Model } from "./model.ts";
import { type GroupTensors, type RowGroup, residualColumns, rowsOf } from "./rows.ts";

/** A stretch of columns of the Jacobian: those of one layer's weights and bias, or of a trainable constant. */
export interface ColumnBlock {
  readonly offset: number;
  /** [rows, columns] */
  readonly values: tf.Tensor2D;
}

/** The factors of a layer in one slot. */
export interface SlotFactors {
  /** The layer's inputs [n, inputs], or [1, inputs] where all points share them. */
  readonly h: tf.Tensor;
  /** The derivative of the rows by its outputs [n, outputs]. */
  readonly bar: tf.Tensor;
  /** It is the slot of the value, in which the bias has the input 1. */
  readonly value: boolean;
}

/** The part of the Jacobian that one layer has in the rows of one equation: Σ_slots h ⊗ bar, and the bias after it. */
export interface LayerFactors {
  /** First column. */
  readonly offset: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
  readonly slots: readonly SlotFactors[];
}

/** Rows of one equation at the points of one group: `count` of them, or one that is their sum. */
export interface RowFactors {
  readonly count: number;
  readonly sum: boolean;
  readonly layers: readonly LayerFactors[];
}

/**
 * The same with `copies` of all points of the group below one another in h and bar: each is as many slots of its own
 * point.
 */
export interface TallLayer extends LayerFactors {
  readonly copies: number;
}

/**
 * {@link RowFactors} with the copies of points below one another: a tensor for all of them, where an integral has
 * hundreds.
 */
export interface TallFactors extends RowFactors {
  readonly layers: readonly TallLayer[];
}

const columnsIn = ({ inputs, outputs, bias }: Pick<LayerFactors, "inputs" | "outputs" | "bias">): number =>
  (inputs + (bias ? 1 : 0)) * outputs;

/** Weighted rows [rows, 1] and the Jacobian as column blocks in ascending order that cover all of θ. */
export function rowsAndJacobian(
  model: Model,
  groups: readonly RowGroup[],
  theta: tf.Tensor,
  tensors: readonly GroupTensors[],
): { readonly rows: tf.Tensor; readonly jacobian: readonly ColumnBlock[] } {
  const blocks = new Map<number, tf.Tensor[]>();
  const { rows, factors } = rowsAndTallFactors(model, groups, theta, tensors);
  for (const { count, sum, layers } of factors) {
    const own = new Map<number, tf.Tensor>();
    for (const layer of layers) {
      const values = layerBlock(layer, count);
      // A layer that is used twice has the sum of both.
      const before = own.get(layer.offset);
      own.set(layer.offset, before ? tf.add(before, values) : values);
    }
    for (const [offset, values] of own) {
      blocks.set(offset, [...(blocks.get(offset) ?? []), sum ? tf.sum(values, 0, true) : values]);
    }
  }
  const jacobian = [...blocks.entries()]
    .sort(([a], [b]) => a - b)
    .map(([offset, parts]) => ({ offset, values: join(parts) as tf.Tensor2D }));
  return { rows: join(rows), jacobian };
}

const join = (parts: readonly tf.Tensor[]) => (parts.length === 1 ? parts[0]! : tf.concat([...parts], 0));

/** Weighted rows [rows, 1], and the factors of the Jacobian by equation, in the order of the rows. */
export function rowsWithTallFactors(
  model: Model,
  groups: readonly RowGroup[],
  theta: tf.Tensor,
  tensors: readonly GroupTensors[],
): { readonly rows: tf.Tensor; readonly factors: readonly TallFactors[] } {
  const { rows, factors } = rowsAndTallFactors(model, groups, theta, tensors);
  return { rows: join(rows), factors };
}

/** The same for each equation of one group, with the column of its rows. */
export function columnsAndFactors(
  model: Model,
  group: RowGroup,
  theta: tf.Tensor,
  tensors: GroupTensors,
): { readonly rows: tf.Tensor; readonly factors: RowFactors }[] {
  const { rows, factors } = rowsAndTallFactors(model, [group], theta, [tensors]);
  return factors.map((one, i) => ({ rows: rows[i]!, factors: apart(one) }));
}

/** The same with a tensor for each copy of the points. */
export const apart = ({ layers, ...one }: TallFactors): RowFactors => ({
  ...one,
  layers: layers.map((layer) => copyByCopy(layer, one.count)),
});

/** The network at a row's other points, as more slots of its own point. */
function copyByCopy({ copies, slots, ...layer }: TallLayer, count: number): LayerFactors {
  const all = slots.flatMap(({ h, bar, value }) =>
    Array.from({ length: copies }, (_, k) => ({
      h: copyOf(h, k, copies, count),
      bar: copyOf(bar, k, copies, count),
      value,
    })),
  );
  return { ...layer, slots: all };
}

function rowsAndTallFactors(
  model: Model,
  groups: readonly RowGroup[],
  theta: tf.Tensor,
  tensors: readonly GroupTensors[],
) {
  const rows: tf.Tensor[] = [];
  const factors = groups.flatMap((group, i) =>
    group.residuals.map((_, equation) => {
      const { residual, layers } = factorsOf(model, group, equation, theta, tensors[i]!);
      rows.push(rowsOf(group, tf.mul(residual, tensors[i]!.rootWeights)));
      return { count: group.count, sum: group.sum === true, layers };
    }),
  );
  return { rows, factors };
}

function factorsOf(model: Model, group: RowGroup, equation: number, theta: tf.Tensor, tensors: GroupTensors) {
  const layers: { layer: LinearLayer; z: Block; copies: number }[] = [];
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
    const columns = residualColumns(model, group, theta, tensors, constants, (layer, z, copies) => {
      // A row shared by all points gets one copy per point, so that gradients stay apart.
      const count = group.count * copies;
      const full = z.map((part) =>
        part?.shape[0] === 1 && count > 1 ? tf.broadcastTo(part, [count, layer.outputs]) : part,
      );
      layers.push({ layer, z: full, copies });
      listened.push(...full.filter((part) => part !== undefined));
      return full;
    });
    residual = columns[equation]!;
    return tf.sum(tf.mul(residual, tensors.rootWeights)) as tf.Scalar;
  };
  // The engine reads the list after the forward pass, when the layers' outputs are in it; an empty one it refuses
  // before. Not θ: what leads to
  // it is not asked for, and each row that is copied to all points would be followed back point by point.
  listened.push(constant(0, []));
  const { grads } = tf.engine().gradients(forward, listened, undefined, true);
  const gradients = new Map(listened.map((tensor, i) => [tensor, grads[i] as tf.Tensor | undefined]));
  const factors = layers.map(({ layer: { offset, inputs, outputs, bias, h }, z, copies }): TallLayer => {
    const slots = h.flatMap((part, slot): SlotFactors[] => {
      const bar = z[slot] && gradients.get(z[slot]);
      return part && bar ? [{ h: part, bar, value: slot === 0 }] : [];
    });
    return { offset, inputs, outputs, bias, slots, copies };
  });
  checkCover(factors, model.network.size);
  const columns = model.trainable.map((name, i): TallLayer => {
    const column = spread.get(name);
    const bar = (column && gradients.get(column)) ?? constantColumn(0, group.count);
    // Like a layer whose one input is 1.
    const slots = [{ h: constant(1, [1, 1]), bar, value: true }];
    return { offset: model.network.size + i, inputs: 1, outputs: 1, bias: false, slots, copies: 1 };
  });
  return { residual: residual!, layers: [...factors, ...columns] };
}

/** The rows of one copy of the points; a row shared by all stays as it is. */
const copyOf = (part: tf.Tensor, copy: number, copies: number, count: number): tf.Tensor =>
  copies === 1 || part.shape[0] === 1 ? part : tf.slice(part, [copy * count, 0], [count, part.shape[1]!]);

/** @throws OptionsError where layers do not share out all parameters of a network among them */
function checkCover(layers: readonly LayerFactors[], size: number): void {
  let next = 0;
  // A layer may be used more than once.
  const distinct = new Map(layers.map((layer) => [layer.offset, layer]));
  for (const layer of [...distinct.values()].sort((a, b) => a.offset - b.offset)) {
    if (layer.offset !== next) break;
    next += columnsIn(layer);
  }
  if (next === size && layers.every(({ offset }) => offset < size)) return;
  const way = "pass each of them through linear() or freeParameters() with the listener, without gaps or overlaps";
  throw new OptionsError(
    `solve: the layers of the network cover parameters 0 to ${next} of ${size}; ${way}`,
    "network",
    next,
  );
}

const constantColumn = (value: number, count: number): tf.Tensor => tf.broadcastTo(constant(value, [1, 1]), [count, 1]);

/**
 * Σ_slots h ⊗ z̄ as [n, (inputs + 1)·outputs]: one small product per point, [slots, inputs + 1]ᵀ · [slots, outputs],
 * where the input that belongs to the bias is 1 in the value and 0 in derivatives.
 */
function layerBlock({ inputs, outputs, bias, slots, copies }: TallLayer, count: number): tf.Tensor {
  const width = inputs + (bias ? 1 : 0);
  const tall = copies * count;
  const left = slots.map(({ h, value }) => {
    const full = h.shape[0] === tall ? h : tf.broadcastTo(h, [tall, inputs]);
    if (!bias) return full;
    return tf.concat([full, tf.broadcastTo(constant(value ? 1 : 0, [1, 1]), [tall, 1])], 1);
  });
  const right = slots.map(({ bar }) => bar);
  if (left.length === 0) return tf.zeros([count, width * outputs]);
  if (left.length === 1 && copies === 1 && outputs === 1) return tf.mul(left[0]!, right[0]!);
  const byPoint = (parts: readonly tf.Tensor[], columns: number): tf.Tensor3D => {
    const all = tf.concat([...parts], 1);
    const apart =
      copies === 1 ? all : tf.transpose(tf.reshape(all, [copies, count, parts.length * columns]), [1, 0, 2]);
    return tf.reshape(apart, [count, copies * parts.length, columns]);
  };
  return tf.reshape(tf.matMul(byPoint(left, width), byPoint(right, outputs), true, false), [count, width * outputs]);
}
