/**
 * Rain whose block means are the coarse rain, inside the generator, so that the loss is computed on what is
 * delivered: with f the field in ln(1 + R/c), R = c (exp(softplus f) − 1), then each block is scaled to its coarse mean as
 * `conserveBlocks` does, and the logarithm is taken again. A dry block is exactly dry.
 */

import { conserveBlocks } from "../../engine/numerics/conserve-blocks.ts";
import { rowSlabs } from "../../engine/numerics/row-slabs.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { upsampleNearest } from "../../engine/tensors/nn.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";

/** Scale and blocks of the rain. */
export interface RainScale {
  /** Fine pixels along a side of a coarse cell. */
  readonly factor: number;
  /** The unit c of ln(1 + R/c), in mm/h. @defaultValue 1 */
  readonly unit?: number;
}

/** The softplus ln(1 + exp(12 f))/12 bends within about ± 0.2: dry pixels keep a slope, wet ones their value. */
const SHARPNESS = 12;
/** Rates before conservation are cut at this, in mm/h. */
const LARGEST = 400;
const CAP = 10;
const EMPTY = 1e-6;

/** Means over k × k blocks of [batch, height, width, 1]. */
export function blockMeansGraph(x: tf.Tensor4D, k: number): tf.Tensor4D {
  if (k === 1) return x;
  const [batch, height, width] = x.shape;
  const [rows, columns] = [height / k, width / k];
  const down = tf.sum(tf.reshape(x, [batch * rows, k, width]), 1);
  const across = tf.sum(tf.reshape(down, [batch * rows * columns, k]), 1);
  return tf.div(tf.reshape(across, [batch, rows, columns, 1]), k * k) as tf.Tensor4D;
}

/**
 * Settles a field in graph form; differentiable in it.
 *
 * @param field - ln(1 + R/c) as the network would have it, of any sign, [batch, height, width, 1]
 * @param coarse - mm/h, ≥ 0, [batch, height / factor, width / factor, 1]
 * @returns ln(1 + R/c) of rain with those block means to rounding, ≥ 0, the shape of `field`
 */
export function conserveGraph(field: tf.Tensor4D, coarse: tf.Tensor4D, { factor, unit = 1 }: RainScale): tf.Tensor4D {
  const positive = tf.minimum(softplus(field), constant(Math.log1p(LARGEST / unit)));
  const rain = tf.mul(tf.expm1(positive), constant(unit)) as tf.Tensor4D;
  return tf.log1p(tf.div(conservedGraph(rain, coarse, factor), constant(unit))) as tf.Tensor4D;
}

/** Each block scaled to its coarse mean as `conserveBlocks` does: what a factor of at most 10 cannot give is spread evenly. */
function conservedGraph(rain: tf.Tensor4D, coarse: tf.Tensor4D, factor: number): tf.Tensor4D {
  const mean = blockMeansGraph(rain, factor);
  const scale = tf.minimum(tf.div(coarse, tf.maximum(mean, constant(EMPTY))), CAP) as tf.Tensor4D;
  const missing = tf.relu(tf.sub(coarse, tf.mul(scale, mean))) as tf.Tensor4D;
  return tf.add(tf.mul(upsampleNearest(scale, factor), rain), upsampleNearest(missing, factor)) as tf.Tensor4D;
}

/** ln(1 + exp(12 f))/12 with its own gradient, finite for all f. */
export function softplus(field: tf.Tensor4D): tf.Tensor4D {
  const op = tf.customGrad((...args) => {
    const [f, save] = args as [tf.Tensor4D, tf.GradSaveFunc];
    save([f]);
    return {
      value: tf.div(tf.softplus(tf.mul(f, SHARPNESS)), SHARPNESS),
      gradFunc: (upstream: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(upstream, tf.sigmoid(tf.mul(saved!, SHARPNESS))),
    };
  });
  return op(field) as tf.Tensor4D;
}

/** {@link softplus} on the host. */
export const bent = (f: number): number => Math.max(f, 0) + Math.log1p(Math.exp(-Math.abs(SHARPNESS * f))) / SHARPNESS;

/**
 * {@link conserveGraph} for members that share the coarse rain, on the host.
 *
 * @param field - [members, height · factor, width · factor], overwritten by the result
 * @param coarse - mm/h, ≥ 0, [height, width]
 */
export function conserve(field: Float32Array, { values, shape }: ShapedArray, { factor, unit = 1 }: RainScale): void {
  const most = Math.log1p(LARGEST / unit);
  const rates = Float64Array.from(field, (f) => {
    return unit * Math.expm1(Math.min(bent(f), most));
  });
  const [height, width] = shape as [number, number];
  const members = field.length / (values.length * factor ** 2);
  const fine = { values: rates, shape: [1, members, height * factor, width * factor] };
  const conserved = conserveBlocks(fine, { values, shape: [1, ...shape] }, factor, { cap: CAP });
  for (let i = 0; i < field.length; i++) field[i] = Math.log1p(conserved.values[i]! / unit);
}

/** Output of the network on the host, and the means that it must have. */
export interface ConservedOutput extends RainScale {
  /** Of the network's outputs. */
  readonly sigmaData: number;
  /** ln(1 + R/c) of some rows, [rows, width · factor]. */
  readonly background: (top: number, rows: number) => Float32Array;
  /** mm/h without gaps, [height, width]. */
  readonly coarse: ShapedArray;
}

/**
 * From outputs of the network to ln(1 + R/c) less the background, of rain that has the coarse means.
 *
 * @param output - [members, height · factor, width · factor], overwritten
 */
export function conserveResidual(
  output: Float32Array,
  { sigmaData, background, coarse, ...rain }: ConservedOutput,
): void {
  const { factor } = rain;
  const columns = coarse.shape[1]!;
  const [height, width] = coarse.shape.map((n) => n * factor) as [number, number];
  for (const [top, rows] of rowSlabs(height, factor)) {
    const own = background(top, rows);
    const values = coarse.values.subarray((top / factor) * columns, ((top + rows) / factor) * columns);
    const cells = { values, shape: [rows / factor, columns] };
    for (let from = top * width; from < output.length; from += height * width) {
      const slab = output.subarray(from, from + rows * width);
      for (let i = 0; i < slab.length; i++) slab[i] = own[i]! + sigmaData * slab[i]!;
      conserve(slab, cells, rain);
      for (let i = 0; i < slab.length; i++) slab[i] = slab[i]! - own[i]!;
    }
  }
}

/** One output of the network: t = background + deviation · value. */
export interface OutputScale {
  readonly deviation: number;
  /** True if t is a logarithm ln(1 + R/c), which is bent to be at least 0. */
  readonly log: boolean;
}

/** Bends the logarithms among the outputs, which come in units of their deviation. */
export function positiveGraph(field: tf.Tensor4D, outputs: readonly OutputScale[]): tf.Tensor4D {
  if (outputs.every(({ log }) => !log)) return field;
  const own = (outputs.length === 1 ? [field] : tf.split(field, outputs.length, 3)) as tf.Tensor4D[];
  const of = own.map((x, k) => {
    const { deviation, log } = outputs[k]!;
    return log ? (tf.div(softplus(tf.mul(x, deviation) as tf.Tensor4D), deviation) as tf.Tensor4D) : x;
  });
  return of.length === 1 ? of[0]! : (tf.concat(of, 3) as tf.Tensor4D);
}

/**
 * The same on the host: from what the network says to standardised residuals, [members, height, width, outputs], in its place.
 *
 * @param background - of t, [height, width, outputs]
 */
export function positiveResidual(
  output: Float32Array,
  background: Float32Array,
  outputs: readonly OutputScale[],
): void {
  for (let i = 0; i < output.length; i++) {
    const { deviation, log } = outputs[i % outputs.length]!;
    if (!log) continue;
    const level = background[i % background.length]!;
    output[i] = (bent(level + deviation * output[i]!) - level) / deviation;
  }
}
