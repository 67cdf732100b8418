/**
 * Piecewise-quadratic distribution functions, that is piecewise-linear densities, and their inverses: the maps of one
 * coordinate in KRnet (arXiv 2112.14038) and in bounded KRnet (arXiv 2305.09063). No cell is searched for: each cell adds
 * what it contributes, nothing below it and all of it above, so that both directions are a few elementwise passes.
 */
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";

/** A mesh of n cells with a density linear in each; shapes may broadcast over the leading axes. */
export interface LinearDensity {
  /** Lower end. */
  readonly low: number;
  /** Lower ends of the cells, [..., n]. */
  readonly begin: tf.Tensor;
  /** Lengths of the cells, [..., n]. */
  readonly widths: tf.Tensor;
  /** Density at the lower end of each cell, [..., n]. */
  readonly left: tf.Tensor;
  /** Density at the upper end of each cell minus that at its lower end, [..., n]. */
  readonly rise: tf.Tensor;
}

/** Value low + ∫ density and density at y [rows, m] (the last density beyond an end). */
export function quadraticMap(
  y: tf.Tensor2D,
  { low, begin, widths, left, rise }: LinearDensity,
): { readonly value: tf.Tensor2D; readonly density: tf.Tensor2D } {
  const share = tf.clipByValue(tf.div(tf.sub(tf.expandDims(y, 2), begin), widths), 0, 1);
  const climb = tf.mul(rise, share);
  const area = tf.mul(tf.mul(widths, share), tf.add(left, tf.mul(climb, 0.5)));
  const first = tf.slice(
    left,
    left.shape.map(() => 0),
    [...left.shape.slice(0, -1), 1],
  );
  const density = tf.add(tf.reshape(first, first.shape.slice(0, -1)), tf.sum(climb, 2)) as tf.Tensor2D;
  const sum = tf.sum(area, 2);
  return { value: (low === 0 ? sum : tf.add(sum, constant(low))) as tf.Tensor2D, density };
}

/** The inverse of {@link quadraticMap}'s value, for v [rows, m] between its values at the two ends. */
export function inverseQuadraticMap(v: tf.Tensor2D, { low, widths, left, rise }: LinearDensity): tf.Tensor2D {
  const areas = tf.mul(widths, tf.add(left, tf.mul(rise, 0.5)));
  const from = tf.cumsum(areas, areas.rank - 1, true);
  const raised = low === 0 ? v : tf.sub(v, constant(low));
  const inside = tf.div(tf.minimum(tf.relu(tf.sub(tf.expandDims(raised, 2), from)), areas), widths);
  // The root of left·s + rise·s²/2 = inside that does not cancel where the density is flat.
  const root = tf.sqrt(tf.relu(tf.add(tf.square(left), tf.mul(tf.mul(inside, rise), 2))));
  const share = tf.div(tf.mul(inside, 2), tf.add(left, root));
  const sum = tf.sum(tf.mul(tf.minimum(share, 1), widths), 2);
  return (low === 0 ? sum : tf.add(sum, constant(low))) as tf.Tensor2D;
}
