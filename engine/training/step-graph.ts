/** The parts of a training step as tensor functions: the gradient of a batch, and what it does to the state. */
import { ShapeError } from "../errors.ts";
import { sizeOf } from "../tensors/graph.ts";
import { rowByRow } from "../tensors/loop.ts";
import { tf } from "../tensors/tensor.ts";
import { constant } from "../tensors/trace.ts";
import { adamUpdate, learningRateTensor } from "./optimizer.ts";
import type { TrainingProgram } from "./training.ts";

/** The vectors of a state, in this order; each holds all parameters one after the other. */
export const slots = ["parameters", "ema", "firstMoment", "secondMoment"] as const;

/** Position of a parameter in a vector. */
export interface ParameterSlot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly offset: number;
}

/** Positions of all parameters. @throws ShapeError where the values of one do not fill its shape */
export function layoutOf(program: TrainingProgram, name: string): ParameterSlot[] {
  let offset = 0;
  return Object.entries(program.parameters).map(([key, { shape, values }]) => {
    const size = sizeOf(shape);
    if (values.length !== size) {
      throw new ShapeError(`${name}: values of parameter ${key}`, `${size} for shape [${shape}]`, `${values.length}`);
    }
    const placed = { name: key, shape, size, offset };
    offset += size;
    return placed;
  });
}

/** Values of a row of a vector: as many as stay in the cache beside the other vectors and what an update holds in between. */
const rowLength = 2 ** 16;

/** The shape of a vector: rows of equal length, the last one filled up with zeros that stay zero. */
export function vectorShape(layout: readonly ParameterSlot[]): readonly [rows: number, columns: number] {
  const total = layout.reduce((sum, p) => sum + p.size, 0);
  const rows = Math.max(1, Math.round(total / rowLength));
  return [rows, Math.ceil(total / rows)];
}

/** Loss and metrics of a batch, [1 + metrics], and the gradient of the loss, in the shape of theta. */
export function gradientOf(
  program: TrainingProgram,
  layout: readonly ParameterSlot[],
  theta: tf.Tensor,
  inputs: readonly tf.Tensor[],
): { readonly gradient: tf.Tensor; readonly values: tf.Tensor; readonly metricNames: string[] } {
  const left = theta.size - layout.reduce((sum, p) => sum + p.size, 0);
  const flat = tf.split(tf.reshape(theta, [-1]), [...layout.map((p) => p.size), ...(left > 0 ? [left] : [])]);
  const tensors = layout.map((p, i) => tf.reshape(flat[i]!, [...p.shape]));
  let metrics: Readonly<Record<string, tf.Scalar>> = {};
  const { value, grads } = tf.valueAndGrads((...parameters: tf.Tensor[]) => {
    const named = Object.fromEntries(layout.map((p, i) => [p.name, parameters[i]!]));
    const result = program.loss(named, inputs);
    metrics = result.metrics ?? {};
    return result.loss;
  })(tensors);
  const filling = left > 0 ? [tf.zeros([left])] : [];
  return {
    gradient: tf.reshape(tf.concat([...grads.map((g) => tf.reshape(g, [-1])), ...filling]), theta.shape),
    values: tf.concat([value, ...Object.values(metrics)].map((t) => tf.reshape(t, [1]))),
    metricNames: Object.keys(metrics),
  };
}

/**
 * One step of the optimizer.
 *
 * @param vectors - as {@link slots}, each [rows, columns]
 * @param gradients - of parts of the batch, of the same shape; their mean counts
 * @returns the next vectors and counter, the gradient's norm and the rate
 */
export function updateOf(
  program: TrainingProgram,
  vectors: readonly tf.Tensor[],
  counter: tf.Tensor,
  gradients: readonly tf.Tensor[],
): { readonly state: tf.Tensor[]; readonly norm: tf.Tensor; readonly rate: tf.Tensor } {
  const mean = (all: readonly tf.Tensor[]) => (all.length === 1 ? all[0]! : tf.div(tf.addN([...all]), all.length));
  const [squares] = rowByRow(gradients, (rows) => [tf.sum(tf.square(mean(rows)))]);
  const norm = tf.sqrt(tf.sum(squares!));
  const clip =
    program.clipNorm === undefined
      ? undefined
      : tf.minimum(1, tf.div(constant(program.clipNorm), tf.add(norm, constant(1e-6))));
  const rate = learningRateTensor(program.optimizer.learningRate, counter);
  const update = adamUpdate(program.optimizer, counter, rate);
  const average = program.ema && movingAverage(program.ema, counter);
  const state = rowByRow([...vectors, ...gradients], (rows) => {
    const [theta, averaged, first, second] = rows as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const gradient = mean(rows.slice(slots.length));
    const next = update(
      { parameters: theta, firstMoment: first, secondMoment: second },
      clip === undefined ? gradient : tf.mul(gradient, clip),
    );
    const moved = average ? average(averaged, next.parameters) : next.parameters;
    return [next.parameters, moved, next.firstMoment, next.secondMoment];
  });
  return { state: [...state, tf.add(counter, 1)], norm, rate };
}

/** Report of a step: loss, norm, rate, metrics. */
export function reportOf(values: tf.Tensor, norm: tf.Tensor, rate: tf.Tensor): tf.Tensor {
  const [count] = values.shape as [number];
  const parts = [tf.slice(values, [0], [1]), tf.reshape(norm, [1]), tf.reshape(rate, [1])];
  return tf.concat(count === 1 ? parts : [...parts, tf.slice(values, [1], [count - 1])]);
}

function movingAverage({ decay, warmup = false }: NonNullable<TrainingProgram["ema"]>, counter: tf.Tensor) {
  const rate = warmup
    ? tf.sub(1, tf.minimum(constant(decay), tf.div(tf.add(counter, 1), tf.add(counter, 10))))
    : constant(1 - decay);
  return (average: tf.Tensor, parameters: tf.Tensor): tf.Tensor =>
    tf.add(average, tf.mul(rate, tf.sub(parameters, average)));
}
