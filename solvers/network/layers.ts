/** Parts of networks over jets. */
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import { derivativesOf } from "../jet/functions.ts";
import { type Jet, type JetAlgebra, jetAlgebra } from "../jet/jet.ts";
import type { SlotSet } from "../jet/slots.ts";
import { asTensor, type TensorOrNumber, tensorRing } from "../jet/tensor-ring.ts";
import type { Block, Listener } from "./network.ts";

/**
 * z = h W + b in every slot; the listener hears of it.
 *
 * @param theta - all parameters, [size]
 * @param layer - W [inputs, outputs] at `offset` of θ, then b [outputs] where there is a `bias`; its input h
 */
export function linear(
  theta: tf.Tensor,
  layer: { offset: number; inputs: number; outputs: number; bias: boolean; h: Block },
  listen?: Listener,
): Block {
  const { offset, inputs, outputs, bias, h } = layer;
  const weight = tf.reshape(tf.slice(theta, [offset], [inputs * outputs]), [inputs, outputs]) as tf.Tensor2D;
  const z = h.map((part, slot) => {
    const product = part && tf.matMul(part as tf.Tensor2D, weight);
    if (slot > 0 || !bias || !product) return product;
    return tf.add(product, tf.reshape(tf.slice(theta, [offset + inputs * outputs], [outputs]), [1, outputs]));
  });
  return listen ? listen(layer, z) : z;
}

/**
 * The activation of a block, slot by slot.
 *
 * @param name - of the function
 */
export function activate(name: "tanh" | "sin", z: Block, set: SlotSet): Block {
  const algebra = jetAlgebra<tf.Tensor | number>(tensorRing, set);
  const h =
    name === "tanh"
      ? algebra.call("tanh", [z])
      : algebra.compose(z, derivativesOf(tensorRing, "sin", z[0]!, set.order));
  return h as Block;
}

/**
 * Columns of a block as jets.
 *
 * @param columns - number of columns of the block
 * @param count - number of its rows
 */
export function columnsOf(block: Block, columns: number, count: number): Jet<TensorOrNumber>[] {
  return Array.from({ length: columns }, (_, j) =>
    block.map((part) => part && (columns === 1 ? part : tf.slice(part, [0, j], [part.shape[0] === 1 ? 1 : count, 1]))),
  );
}

/**
 * Columns side by side as a block, the input of a layer: the other way round of {@link columnsOf}.
 *
 * @param columns - at least one, each [count, 1]
 * @param count - number of rows
 */
export const blockOf = (columns: readonly Jet<TensorOrNumber>[], count: number): Block =>
  columns[0]!.map((_, slot) =>
    glue(
      columns.map((column) => column[slot] ?? 0),
      count,
    ),
  );

/** Columns side by side; a row of numbers where all are numbers, absent where all are zero. */
function glue(columns: readonly TensorOrNumber[], count: number): tf.Tensor | undefined {
  if (columns.every((c) => c === 0)) return undefined;
  if (columns.every((c) => typeof c === "number")) return constant(columns as number[], [1, columns.length]);
  const full = columns.map((c) => {
    const t = asTensor(c);
    return t.shape[0] === count && t.rank === 2 ? t : tf.broadcastTo(t, [count, 1]);
  });
  return full.length === 1 ? full[0]! : tf.concat(full, 1);
}

/** Arithmetic on columns [count, 1] that carry their derivatives by the coordinates. */
export const columnAlgebra = (set: SlotSet): JetAlgebra<TensorOrNumber> => jetAlgebra(tensorRing, set);

/**
 * Parameters as they are, for a formula that is no linear layer: `count` numbers of θ from `offset` on, each as a
 * column without derivatives.
 *
 * @param theta - all parameters, [size]
 * @param place - first of them and how many; `points` [rows, d] give the rows of a column
 */
export function freeParameters(
  theta: tf.Tensor,
  { offset, count, points }: { readonly offset: number; readonly count: number; readonly points: tf.Tensor },
  listen?: Listener,
): Jet<TensorOrNumber>[] {
  // A layer whose one input is 1: the solver then finds their columns of the Jacobian as those of any layer.
  const layer = { offset, inputs: 1, outputs: count, bias: false, h: [constant(1, [1, 1])] };
  return columnsOf(linear(theta, layer, listen), count, points.shape[0]!);
}
