/**
 * Bounded KRnet: a Knothe–Rosenblatt flow from the unit box to the uniform distribution on it. Structure from L. Zeng, X. Wan and
 * T. Zhou, arXiv 2305.09063 (SISC 47, 2025): couplings move one half of the coordinates by piecewise-quadratic
 * distribution functions whose mesh and nodal density a network computes from the other half. There is no logit, hence
 * no atom, no singularity and no forbidden zone at the faces.
 */

import { checkNames, checkWhole } from "../../engine/checks.ts";
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
  replaced,
  sizeOf,
  stagesOf,
} from "./flow.ts";
import { inverseQuadraticMap, type LinearDensity, quadraticMap } from "./quadratic.ts";

/** Logarithms of cell lengths and of nodal densities stay within ± these, before normalisation. */
const RANGE = { widths: 2.5, nodes: 4 } as const;

/**
 * Lay out a bounded KRnet.
 *
 * Deviation from the paper: cell lengths are ∝ exp(ŝ) and nodal densities ∝ exp(ŵ) with both exponents bounded by a tanh
 * (5 and 8 natural logarithms from least to most), instead of stick breaking with 1 + 0.97 tanh ŝ and 1 + 0.99 tanh ŵ:
 * the same family of maps, symmetric in the cells, and additive in log p. Fresh networks end in zeros, so that the
 * untrained flow is the identity and its density uniform.
 *
 * The density is continuous and piecewise smooth; its gradient jumps across the cells' ends. Each coupling changes log p by at
 * most 13 in one coordinate.
 *
 * @throws OptionsError where a size is not a whole number in its range
 */
export function boundedKrnet(options: FlowSizes): Flow {
  checkNames("boundedKrnet", options, "dimension layers width bins");
  const { dimension, layers = 4, width = 24, bins = 8 } = options;
  checkWhole("boundedKrnet", { dimension, layers, width });
  checkWhole("boundedKrnet", { bins }, 2);
  const couplings = stagesOf(dimension, Math.ceil(dimension / 2), layers, true).flatMap((s) => s.couplings);
  const shapes: Record<string, readonly number[]> = {};
  for (const { name, kept, moved } of couplings) {
    const [inputs, outputs] = [kept[1] - kept[0], (moved[1] - moved[0]) * (2 * bins + 1)];
    if (inputs > 0) {
      shapes[`${name}.kernel1`] = [inputs, width];
      shapes[`${name}.bias1`] = [width];
      shapes[`${name}.kernel2`] = [width, width];
      shapes[`${name}.bias2`] = [width];
      shapes[`${name}.kernel3`] = [width, outputs];
    }
    shapes[`${name}.bias3`] = [outputs];
  }

  const mesh = (parameters: FlowParameters, { name, kept, moved }: Coupling, all: tf.Tensor2D): LinearDensity => {
    const p = (part: string) => parameters[`${name}.${part}`]!;
    const m = moved[1] - moved[0];
    let raw = tf.reshape(p("bias3"), [1, m, 2 * bins + 1]);
    if (kept[1] > kept[0]) {
      const centred = tf.sub(tf.mul(columns(all, kept), 2), 1);
      const first = tf.tanh(dense(centred as tf.Tensor2D, p("kernel1") as tf.Tensor2D, p("bias1") as tf.Tensor1D));
      const second = tf.tanh(dense(first, p("kernel2") as tf.Tensor2D, p("bias2") as tf.Tensor1D));
      raw = tf.reshape(dense(second, p("kernel3") as tf.Tensor2D, p("bias3") as tf.Tensor1D), [-1, m, 2 * bins + 1]);
    }
    const rows = raw.shape[0]!;
    const part = (from: number, size: number) => tf.slice(raw, [0, 0, from], [rows, m, size]);
    const lengths = tf.exp(bounded(part(0, bins), RANGE.widths));
    const widths = tf.div(lengths, tf.sum(lengths, 2, true));
    const heights = tf.exp(bounded(part(bins, bins + 1), RANGE.nodes));
    const lower = tf.slice(heights, [0, 0, 0], [rows, m, bins]);
    const upper = tf.slice(heights, [0, 0, 1], [rows, m, bins]);
    const mass = tf.mul(tf.sum(tf.mul(widths, tf.add(lower, upper)), 2, true), 0.5);
    const left = tf.div(lower, mass);
    const rise = tf.div(tf.sub(upper, lower), mass);
    return { low: 0, begin: tf.cumsum(widths, 2, true), widths, left, rise };
  };

  const forward: Flow["forward"] = (parameters, points) => {
    let z = points;
    let logDeterminant: tf.Tensor | undefined;
    for (const coupling of couplings) {
      const { value, density } = quadraticMap(columns(z, coupling.moved), mesh(parameters, coupling, z));
      const term = tf.sum(tf.log(density), 1);
      logDeterminant = logDeterminant ? tf.add(logDeterminant, term) : term;
      z = replaced(z, coupling.moved, value);
    }
    return { reference: z, logDeterminant: logDeterminant as tf.Tensor1D };
  };

  return Object.freeze<Flow>({
    kind: "bounded-krnet",
    dimension,
    ...laidOut(shapes, fresh),
    forward,
    inverse(parameters, reference) {
      let z = reference;
      for (const coupling of [...couplings].reverse()) {
        z = replaced(z, coupling.moved, inverseQuadraticMap(columns(z, coupling.moved), mesh(parameters, coupling, z)));
      }
      return z;
    },
    logDensity: (parameters, points) => forward(parameters, points).logDeterminant,
    reference: (uniform) => uniform.slice(),
    measure: () => ({}),
  });
}

/** Networks begin with kinks all over the box; the last layer is zero. */
function fresh(name: string, shape: readonly number[], rng: Rng): ParameterSpec {
  const values = new Float64Array(sizeOf(shape));
  const scale = name.endsWith("kernel1")
    ? 2.5 / Math.sqrt(shape[0]!)
    : name.endsWith("bias1")
      ? 1.5
      : name.endsWith("kernel2")
        ? 1 / Math.sqrt(shape[0]!)
        : 0;
  if (scale > 0) rng.normal(values);
  for (let i = 0; i < values.length; i++) values[i]! *= scale;
  return { shape, values };
}

/** Near 0 the identity, and within ±limit everywhere. */
const bounded = (x: tf.Tensor, limit: number): tf.Tensor =>
  tf.mul(tf.tanh(tf.mul(x, constant(1 / limit))), constant(limit));
