/**
 * JJᵀ without J. Since a layer's part of a row is Σ_slots h ⊗ z̄, the product of two rows is Σ over layers and pairs of
 * slots of (h_s · h_t + bias) (z̄_s · z̄_t): products of the width of a layer in the place of its number of weights
 * (the neural tangent kernel of the residual, Jacot et al. 2018, arXiv 1806.07572).
 */
import { tf } from "../../engine/tensors/tensor.ts";
import type { LayerFactors, RowFactors, SlotFactors } from "./jacobian.ts";

/** JJᵀ [rows, rows]. */
export function kernelOf(factors: readonly RowFactors[]): tf.Tensor {
  const blocks = factors.map((a, i) => factors.slice(i).map((b, j) => block(a, b, j === 0)));
  const strips = factors.map((_, i) =>
    join(
      factors.map((_b, j) => (j >= i ? blocks[i]![j - i]! : tf.transpose(blocks[j]![i - j]!))),
      1,
    ),
  );
  return join(strips, 0);
}

/** The products of the rows of two equations; `own` where they are the same. */
function block(a: RowFactors, b: RowFactors, own: boolean): tf.Tensor {
  const layers = byOffset(a.layers);
  const whole = own ? ownBlock(layers) : crossBlock(layers, byOffset(b.layers));
  const full = tf.broadcastTo(whole ?? tf.zeros([1, 1]), [a.count, b.count]);
  const rows = a.sum ? tf.sum(full, 0, true) : full;
  return b.sum ? tf.sum(rows, 1, true) : rows;
}

const join = (parts: readonly tf.Tensor[], axis: number): tf.Tensor =>
  parts.length === 1 ? parts[0]! : tf.concat([...parts], axis);

/** A layer's slots, of all the times that it is used. */
interface Layer {
  readonly bias: boolean;
  readonly slots: readonly SlotFactors[];
}

function byOffset(layers: readonly LayerFactors[]): Map<number, Layer> {
  const found = new Map<number, Layer>();
  for (const { offset, bias, slots } of layers) {
    found.set(offset, { bias, slots: [...(found.get(offset)?.slots ?? []), ...slots] });
  }
  return found;
}

/** (h_s · h_t + 1 where both carry a bias) (z̄_s · z̄_t), [n, m]. */
function product(bias: boolean, s: SlotFactors, t: SlotFactors): tf.Tensor {
  const inner = tf.matMul(s.h as tf.Tensor2D, t.h as tf.Tensor2D, false, true);
  const inputs = bias && s.value && t.value ? tf.add(inner, 1) : inner;
  return tf.mul(inputs, tf.matMul(s.bar as tf.Tensor2D, t.bar as tf.Tensor2D, false, true));
}

const total = (parts: readonly tf.Tensor[]): tf.Tensor | undefined =>
  parts.length === 0 ? undefined : parts.reduce((a, b) => tf.add(a, b));

/** Rows with themselves: pairs of different slots once, with their transposes. */
function ownBlock(layers: ReadonlyMap<number, Layer>): tf.Tensor | undefined {
  const all = [...layers.values()];
  const equal = total(all.flatMap(({ bias, slots }) => slots.map((s) => product(bias, s, s))));
  const mixed = total(
    all.flatMap(({ bias, slots }) => slots.flatMap((s, i) => slots.slice(i + 1).map((t) => product(bias, s, t)))),
  );
  return equal && mixed ? tf.add(equal, tf.add(mixed, tf.transpose(mixed))) : equal;
}

function crossBlock(a: ReadonlyMap<number, Layer>, b: ReadonlyMap<number, Layer>): tf.Tensor | undefined {
  return total(
    [...a].flatMap(([offset, { bias, slots }]) =>
      (b.get(offset)?.slots ?? []).flatMap((t) => slots.map((s) => product(bias, s, t))),
    ),
  );
}
