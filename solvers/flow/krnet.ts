/**
 * KRnet as published with deep adaptive sampling (K. Tang, X. Wan and Q. Liao, arXiv 2112.14038; the density model of
 * arXiv 2305.18702): a logit from the box to R^d, a Knothe–Rosenblatt arrangement of activation normalisation and affine
 * couplings, one piecewise-quadratic distribution function a coordinate, and the standard normal distribution.
 */
import { checkNames, checkWhole } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { normalQuantile } from "../../engine/numerics/normal-quantile.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { dense } from "../../engine/tensors/nn.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import type { ParameterSpec } from "../../engine/training/training.ts";
import {
  type Coupling,
  columns,
  type Flow,
  type FlowParameters,
  type FlowSizes,
  laidOut,
  type Mapped,
  replaced,
  sizeOf,
  stagesOf,
} from "./flow.ts";
import { inverseQuadraticMap, type LinearDensity, quadraticMap } from "./quadratic.ts";

/** By how much the support exceeds the box at each face, as a share of its side: that part of the mass lies outside, where samples are to be drawn again. */
const margin = 0.005;
/** Strength of the couplings' scaling, 1 ± 0.6. */
const STRENGTH = 0.6;
/** Largest logarithm of a scale. */
const LOG_SCALE = 5;
/** Half length of the last layer's mesh, and the ratio of neighbouring cells. */
const REACH = 50;
const RATIO = 1.2;
/** Points at which the logit is evaluated for points on a face of the support itself. */
const EDGE = 1e-15;

/**
 * Lay out a KRnet. Its parameters begin small, not at zero, and `measure` gives the activation normalisation for a first
 * batch. The density of a fresh flow is near the logit-normal one, which is not uniform.
 *
 * @throws OptionsError where a size is not a whole number in its range
 */
export function krnet(options: FlowSizes): Flow {
  checkNames("krnet", options, "dimension layers width bins");
  const { dimension, layers = 6, width = 24, bins = 32 } = options;
  checkWhole("krnet", { dimension, layers, width });
  checkWhole("krnet", { bins }, 2);
  if (bins % 2 !== 0) throw new OptionsError(`krnet: bins is ${bins}, expected an even number`, "bins", bins);
  const couplings = stagesOf(dimension, 1, layers, false).flatMap((s) => s.couplings);
  const shapes: Record<string, readonly number[]> = {};
  for (const { name, size, kept, moved } of couplings) {
    const [inputs, outputs] = [kept[1] - kept[0], moved[1] - moved[0]];
    shapes[`${name}.normBias`] = [size];
    shapes[`${name}.normScale`] = [size];
    shapes[`${name}.kernel1`] = [inputs, width];
    shapes[`${name}.bias1`] = [width];
    shapes[`${name}.kernel2`] = [width, width];
    shapes[`${name}.bias2`] = [width];
    shapes[`${name}.kernel3`] = [width, 2 * outputs];
    shapes[`${name}.bias3`] = [2 * outputs];
    shapes[`${name}.shift`] = [outputs];
  }
  shapes["last.normBias"] = [dimension];
  shapes["last.normScale"] = [dimension];
  shapes["last.density"] = [dimension, bins - 1];

  /** The coupling's factor and summand of the moved half, from the kept one. */
  const affine = (parameters: FlowParameters, { name, kept, moved }: Coupling, x: tf.Tensor2D) => {
    const p = (part: string) => parameters[`${name}.${part}`]!;
    const layer = (input: tf.Tensor2D, i: 1 | 2 | 3) =>
      dense(input, p(`kernel${i}`) as tf.Tensor2D, p(`bias${i}`) as tf.Tensor1D);
    const hidden = tf.relu(layer(tf.relu(layer(columns(x, kept), 1)), 2));
    const out = tf.tanh(layer(hidden, 3));
    const m = moved[1] - moved[0];
    const factor = tf.add(tf.mul(columns(out, [0, m]), constant(STRENGTH)), 1);
    const summand = tf.mul(columns(out, [m, 2 * m]), tf.exp(tf.clipByValue(p("shift"), -LOG_SCALE, LOG_SCALE)));
    return { factor, summand };
  };
  const scaleOf = (parameters: FlowParameters, name: string) =>
    tf.clipByValue(parameters[`${name}.normScale`]!, -LOG_SCALE, LOG_SCALE);
  const normalized = (parameters: FlowParameters, name: string, x: tf.Tensor2D) => {
    const scale = scaleOf(parameters, name);
    return { x: tf.mul(tf.add(x, parameters[`${name}.normBias`]!), tf.exp(scale)), log: tf.sum(scale) };
  };
  const restored = (parameters: FlowParameters, name: string, x: tf.Tensor2D) =>
    tf.sub(tf.mul(x, tf.exp(tf.neg(scaleOf(parameters, name)))), parameters[`${name}.normBias`]!) as tf.Tensor2D;

  const lengths = meshLengths(bins);
  const last = (parameters: FlowParameters): LinearDensity => {
    const row = (values: Float64Array) => constant(values, [1, 1, bins]);
    const heights = tf.exp(parameters["last.density"]!);
    const dual = constant(
      lengths.slice(1).map((h, k) => (h + lengths[k]!) / 2),
      [1, bins - 1],
    );
    const free = constant(2 * REACH - (lengths[0]! + lengths[bins - 1]!) / 2);
    const mass = tf.sum(tf.mul(heights, dual), 1, true);
    const inner = tf.reshape(tf.mul(heights, tf.div(free, mass)), [1, dimension, bins - 1]);
    const end = tf.ones([1, dimension, 1]);
    const left = tf.concat([end, inner], 2);
    const rise = tf.sub(tf.concat([inner, end], 2), left);
    const begin = lengths.map((_, k) => lengths.subarray(0, k).reduce((a, b) => a + b, -REACH));
    return { low: -REACH, begin: row(begin), widths: row(lengths), left, rise };
  };
  /** Part beyond the mesh, where the map is the identity. */
  const beyond = (x: tf.Tensor2D) => tf.sub(tf.relu(tf.sub(x, REACH)), tf.relu(tf.sub(tf.neg(x), REACH)));

  /** All layers; `norm` says what each activation normalisation does. */
  const through = (
    parameters: FlowParameters,
    points: tf.Tensor2D,
    norm: (name: string, x: tf.Tensor2D) => { x: tf.Tensor; log: tf.Tensor },
  ): Mapped => {
    const inner = tf.div(tf.add(points, constant(margin)), constant(1 + 2 * margin));
    const y = tf.clipByValue(inner, EDGE, 1 - EDGE);
    const rest = tf.sub(1, y);
    let x = tf.log(tf.div(y, rest)) as tf.Tensor2D;
    let total = tf.neg(tf.sum(tf.log(tf.mul(tf.mul(y, rest), constant(1 + 2 * margin))), 1));
    for (const coupling of couplings) {
      const active = columns(x, [0, coupling.size]);
      const step = norm(coupling.name, active);
      const { factor, summand } = affine(parameters, coupling, step.x as tf.Tensor2D);
      const moved = tf.add(tf.mul(columns(step.x as tf.Tensor2D, coupling.moved), factor), summand) as tf.Tensor2D;
      const next = replaced(step.x as tf.Tensor2D, coupling.moved, moved);
      x = replaced(x, [0, coupling.size], next);
      total = tf.add(total, tf.add(tf.sum(tf.log(factor), 1), step.log));
    }
    const step = norm("last", x);
    const { value, density } = quadraticMap(step.x as tf.Tensor2D, last(parameters));
    total = tf.add(total, tf.add(tf.sum(tf.log(density), 1), step.log));
    const reference = tf.add(value, beyond(step.x as tf.Tensor2D)) as tf.Tensor2D;
    return { reference, logDeterminant: total as tf.Tensor1D };
  };
  const forward: Flow["forward"] = (parameters, points) =>
    through(parameters, points, (name, x) => normalized(parameters, name, x));

  return Object.freeze<Flow>({
    kind: "krnet",
    dimension,
    ...laidOut(shapes, fresh),
    forward,
    inverse(parameters, reference) {
      const inside = tf.clipByValue(reference, -REACH, REACH) as tf.Tensor2D;
      let x = tf.add(inverseQuadraticMap(inside, last(parameters)), beyond(reference)) as tf.Tensor2D;
      x = restored(parameters, "last", x);
      for (const coupling of [...couplings].reverse()) {
        const active = columns(x, [0, coupling.size]);
        const { factor, summand } = affine(parameters, coupling, active);
        const moved = tf.div(tf.sub(columns(active, coupling.moved), summand), factor) as tf.Tensor2D;
        const before = restored(parameters, coupling.name, replaced(active, coupling.moved, moved));
        x = replaced(x, [0, coupling.size], before);
      }
      return tf.sub(tf.mul(tf.sigmoid(x), constant(1 + 2 * margin)), constant(margin)) as tf.Tensor2D;
    },
    logDensity(parameters, points) {
      const { reference, logDeterminant } = forward(parameters, points);
      const normal = tf.add(tf.mul(tf.square(reference), constant(0.5)), constant(0.5 * Math.log(2 * Math.PI)));
      return tf.sub(logDeterminant, tf.sum(normal, 1)) as tf.Tensor1D;
    },
    reference: (uniform) => uniform.map(normalQuantile),
    measure(parameters, points) {
      const measured: Record<string, tf.Tensor> = {};
      through(parameters, points, (name, x) => {
        const centre = tf.mean(x, 0, true);
        const deviation = tf.add(tf.sqrt(tf.mean(tf.square(tf.sub(x, centre)), 0)), constant(1e-6));
        const bias = tf.reshape(tf.neg(centre), [-1]);
        const scale = tf.neg(tf.log(deviation));
        measured[`${name}.normBias`] = bias;
        measured[`${name}.normScale`] = scale;
        return normalized({ [`${name}.normBias`]: bias, [`${name}.normScale`]: scale }, name, x);
      });
      return measured;
    },
  });
}

/** Lengths that grow by `RATIO` from the middle of [−REACH, REACH] to both ends. */
function meshLengths(bins: number): Float64Array {
  const half = bins / 2;
  const first = (REACH * (RATIO - 1)) / (RATIO ** half - 1);
  return Float64Array.from({ length: bins }, (_, k) => first * RATIO ** (k < half ? half - 1 - k : k - half));
}

/** Glorot's normal distribution for matrices, zeros for all else. */
function fresh(name: string, shape: readonly number[], rng: Rng): ParameterSpec {
  const values = new Float64Array(sizeOf(shape));
  if (name.includes("kernel")) {
    const deviation = Math.sqrt(2 / (shape[0]! + shape[1]!));
    rng.normal(values);
    for (let i = 0; i < values.length; i++) values[i]! *= deviation;
  }
  return { shape, values };
}
