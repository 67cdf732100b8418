/**
 * Products with J, Jᵀ and JJᵀ from the factors of its rows: since a layer's part of a row is Σ_slots h ⊗ z̄, Jᵀy is hᵀ(z̄ y) and Jv the sum of z̄ (h V), a
 * matrix product a layer and slot. JJᵀ itself is never made; its columns of a few rows are, for a preconditioner.
 */
import { tf } from "../../engine/tensors/tensor.ts";
import type { LayerFactors, RowFactors } from "./jacobian.ts";
import { kernelBetween } from "./kernel.ts";

/** The numbers of factors, without their tensors. */
export type FactorLayout = readonly (Omit<RowFactors, "layers"> & {
  readonly layers: readonly (Omit<LayerFactors, "slots"> & { readonly values: readonly boolean[] })[];
})[];

/** The layout of factors, and their tensors one after the other. */
export function takenApart(factors: readonly RowFactors[]): { layout: FactorLayout; tensors: tf.Tensor[] } {
  const layout = factors.map(({ layers, ...rest }) => ({
    ...rest,
    layers: layers.map(({ slots, ...layer }) => ({ ...layer, values: slots.map(({ value }) => value) })),
  }));
  const all = factors.flatMap(({ layers }) => layers.flatMap(({ slots }) => slots));
  return { layout, tensors: all.flatMap(({ h, bar }) => [h, bar]) };
}

/** The factors that {@link takenApart} took apart. */
export function putTogether(layout: FactorLayout, tensors: readonly tf.Tensor[]): RowFactors[] {
  let next = 0;
  return layout.map(({ layers, ...rest }) => ({
    ...rest,
    layers: layers.map(({ values, ...layer }) => ({
      ...layer,
      slots: values.map((value) => ({ h: tensors[next++]!, bar: tensors[next++]!, value })),
    })),
  }));
}

const rowsIn = ({ count, sum }: Pick<RowFactors, "count" | "sum">): number => (sum ? 1 : count);

/** Weights [inputs, outputs] and bias [1, outputs] of the layers, by their offset in θ. */
type ByLayer = ReadonlyMap<number, { readonly weight: tf.Tensor; readonly bias: tf.Tensor | undefined }>;

function byLayer(factors: readonly RowFactors[], y: tf.Tensor): ByLayer {
  const found = new Map<number, { weight: tf.Tensor; bias: tf.Tensor | undefined }>();
  const sum = (a: tf.Tensor | undefined, b: tf.Tensor | undefined) => (a && b ? tf.add(a, b) : (a ?? b));
  let first = 0;
  for (const one of factors) {
    const own = tf.slice(y, [first, 0], [rowsIn(one), 1]);
    first += rowsIn(one);
    for (const { offset, inputs, outputs, bias, slots } of one.layers) {
      let { weight, bias: shift } = found.get(offset) ?? { weight: undefined, bias: undefined };
      for (const { h, bar, value } of slots) {
        const weighted = tf.mul(bar, own) as tf.Tensor2D;
        const together = h.shape[0] === one.count && one.count > 1 ? undefined : tf.sum(weighted, 0, true);
        const product = tf.matMul(h as tf.Tensor2D, (together as tf.Tensor2D) ?? weighted, true, false);
        weight = sum(weight, product);
        if (bias && value) shift = sum(shift, together ?? tf.sum(weighted, 0, true));
      }
      weight ??= tf.zeros([inputs, outputs]);
      found.set(offset, { weight, bias: bias ? (shift ?? tf.zeros([1, outputs])) : undefined });
    }
  }
  return found;
}

/** Jᵀy [P] for y [rows, 1]. */
export function timesTransposed(factors: readonly RowFactors[], y: tf.Tensor): tf.Tensor {
  const layers = [...byLayer(factors, y).entries()].sort(([a], [b]) => a - b);
  return tf.concat(
    layers.flatMap(([, { weight, bias }]) => [weight, ...(bias ? [bias] : [])].map((t) => tf.reshape(t, [-1]))),
  );
}

/** JJᵀy [rows, 1] for y [rows, 1]. */
export function timesKernel(factors: readonly RowFactors[], y: tf.Tensor): tf.Tensor {
  const weights = byLayer(factors, y);
  const rows = factors.map(({ count, sum, layers }) => {
    const parts = layers.flatMap(({ offset, slots }) => {
      const { weight, bias } = weights.get(offset)!;
      return slots.map(({ h, bar, value }) => {
        const product = tf.matMul(h as tf.Tensor2D, weight as tf.Tensor2D);
        return tf.sum(tf.mul(bar, bias && value ? tf.add(product, bias) : product), 1, true);
      });
    });
    const total = tf.broadcastTo(
      parts.reduce((a, b) => tf.add(a, b)),
      [count, 1],
    );
    return sum ? tf.sum(total, 0, true) : total;
  });
  return rows.length === 1 ? rows[0]! : tf.concat(rows, 0);
}

/** The diagonal of JJᵀ [rows, 1]. */
export function kernelDiagonal(factors: readonly RowFactors[]): tf.Tensor {
  const rows = factors.map((one) => {
    if (one.sum) return kernelBetween([one], [one]);
    const merged = new Map<number, LayerFactors>();
    for (const layer of one.layers) {
      const before = merged.get(layer.offset);
      merged.set(layer.offset, before ? { ...layer, slots: [...before.slots, ...layer.slots] } : layer);
    }
    const products = [...merged.values()].flatMap(({ bias, slots }) =>
      slots.flatMap((s, i) =>
        slots.slice(i).map((t, k) => {
          const inner = tf.sum(tf.mul(s.h, t.h), 1, true);
          const inputs = bias && s.value && t.value ? tf.add(inner, 1) : inner;
          const product = tf.mul(inputs, tf.sum(tf.mul(s.bar, t.bar), 1, true));
          return k === 0 ? product : tf.mul(product, 2);
        }),
      ),
    );
    return tf.broadcastTo(
      products.reduce((a, b) => tf.add(a, b)),
      [one.count, 1],
    );
  });
  return rows.length === 1 ? rows[0]! : tf.concat(rows, 0);
}

/** Rows spread over those of all equations, at least one of each and about `wanted`: their numbers by equation. */
export function landmarksOf(layout: readonly Pick<RowFactors, "count" | "sum">[], wanted: number): number[][] {
  const rows = layout.reduce((sum, one) => sum + rowsIn(one), 0);
  return layout.map((one) => {
    const own = rowsIn(one);
    const count = Math.max(1, Math.min(own, Math.round((wanted * own) / rows)));
    return Array.from({ length: count }, (_, i) => Math.floor((i * own) / count));
  });
}

/** The columns of JJᵀ that belong to landmarks, [rows, landmarks]. */
export function landmarkColumns(factors: readonly RowFactors[], landmarks: readonly (readonly number[])[]): tf.Tensor {
  const chosen = factors.map((one, i): RowFactors => {
    if (one.sum) return one;
    const at = landmarks[i]!;
    const index = tf.tensor1d([...at], "int32");
    const taken = (t: tf.Tensor) => (t.shape[0] === one.count && one.count > 1 ? tf.gather(t, index) : t);
    const layers = one.layers.map(({ slots, ...layer }) => ({
      ...layer,
      slots: slots.map(({ h, bar, value }) => ({ h: taken(h), bar: taken(bar), value })),
    }));
    return { count: at.length, sum: false, layers };
  });
  return kernelBetween(factors, chosen);
}
