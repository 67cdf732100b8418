/** Multilayer perceptrons over jets, with initialisations for features of known scale. */
import {
  among,
  type Check,
  checkOptions,
  fields,
  flag,
  list,
  type OptionChecks,
  positive,
  real,
  whole,
} from "../../engine/checks.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { type FeatureOptions, featureBlock, featureCount } from "./features.ts";
import { activate, columnsOf, linear } from "./layers.ts";
import type { Box, Network, NetworkProgram } from "./network.ts";

/** Options of {@link mlp}. */
export interface MlpOptions extends FeatureOptions {
  /** Neurons of each hidden layer, ≥ 1. @defaultValue 16 */
  readonly width?: number;
  /** Hidden layers, ≥ 1. @defaultValue 4 */
  readonly depth?: number;
  /** Of the hidden layers. @defaultValue "tanh" */
  readonly activation?: "tanh" | "sin";
  /**
   * Length of the first layer's weight vectors, in scaled coordinates: about 1/(width of the finest feature); spread by
   * a factor e^±½. @defaultValue 2
   */
  readonly scale?: number;
  /** Standard deviation of the last layer's weights times √width. @defaultValue 1 */
  readonly outputScale?: number;
}

/** Checks of these, in a file as well: absurd sizes are wrong before anything of them is made. */
export const mlpChecks: OptionChecks<MlpOptions> & Record<"kind", Check> = {
  ...{ kind: among("mlp"), width: whole(1, 2 ** 20), depth: whole(1, 1000), activation: among("tanh", "sin") },
  ...{ scale: positive(), outputScale: positive(), squares: flag },
  ...{ periodic: fields(whole(0, 2 ** 16)), fourier: list(list(real(), 1)) },
};

/** An {@link MlpOptions} with all values filled in. */
export interface Mlp extends Network, Required<MlpOptions> {
  readonly kind: "mlp";
}

/**
 * A multilayer perceptron as plain data. Depth beats width for peaks and layers; one hidden layer is best for smooth
 * solutions.
 *
 * @throws OptionsError where a number is out of range
 */
export function mlp(options: MlpOptions = {}): Mlp {
  checkOptions("mlp", options, mlpChecks);
  const { width = 16, depth = 4, activation = "tanh", scale = 2, outputScale = 1 } = options;
  const { squares = false, periodic = {}, fourier = [] } = options;
  return Object.freeze({
    ...{ kind: "mlp", width, depth, activation, scale, outputScale, squares, periodic, fourier },
  });
}

/** The same network, periodic in the axes. */
export function periodicMlp(network: Mlp, axes: readonly number[]): Mlp {
  const periodic = Object.fromEntries(axes.map((axis) => [axis, network.periodic[axis] ?? 1]));
  return { ...network, periodic: { ...network.periodic, ...periodic } };
}

/** The program of an {@link Mlp} on a box, with `unknowns` outputs. */
export function mlpProgram(network: Mlp, box: Box, unknowns: number): NetworkProgram {
  const dimension = box.low.length;
  const features = featureCount(network, dimension);
  const widths = [features, ...new Array<number>(network.depth).fill(network.width), unknowns];
  const layers = widths.slice(1).map((outputs, i) => ({ inputs: widths[i]!, outputs }));
  const offsets = layers.map((_, i) => layers.slice(0, i).reduce((sum, l) => sum + (l.inputs + 1) * l.outputs, 0));
  const size = layers.reduce((sum, l) => sum + (l.inputs + 1) * l.outputs, 0);

  return {
    size,
    initial: (rng, centres) => initialise(network, box, layers, rng, centres),
    forward(theta, points, set, listen) {
      let h = featureBlock(network, box, points, set);
      for (const [i, layer] of layers.entries()) {
        const z = linear(theta, { ...layer, offset: offsets[i]!, bias: true, h }, listen);
        h = i < layers.length - 1 ? activate(network.activation, z, set) : z;
      }
      return columnsOf(h, unknowns, points.shape[0]!);
    },
  };
}

/**
 * First layer: random directions of length scale·e^±½ with the bias such that each neuron's transition passes through a
 * point of its own, half of them from `centres`. Hidden layers: variance 1/fan-in, biases ±½.
 */
function initialise(
  network: Mlp,
  box: Box,
  layers: readonly { inputs: number; outputs: number }[],
  rng: Rng,
  centres?: Float64Array,
): Float64Array {
  const d = box.low.length;
  const values: number[] = [];
  for (const [i, { inputs, outputs }] of layers.entries()) {
    const last = i === layers.length - 1;
    const weights = rng.split(`weights ${i}`).normal(inputs * outputs);
    if (i > 0) {
      const scale = (last ? network.outputScale : 1) / Math.sqrt(inputs);
      values.push(...weights.map((w) => w * scale));
      values.push(
        ...rng
          .split(`bias ${i}`)
          .uniform(outputs)
          .map((u) => (last ? 0 : u - 0.5)),
      );
      continue;
    }
    const draw = rng.split("first layer");
    const bias: number[] = [];
    for (let j = 0; j < outputs; j++) {
      let norm = 0;
      for (let k = 0; k < inputs; k++) norm += weights[k * outputs + j]! ** 2;
      const length = (network.scale * Math.exp(draw.uniform() - 0.5)) / Math.sqrt(norm);
      for (let k = 0; k < inputs; k++) weights[k * outputs + j]! *= length;
      const centre =
        centres && centres.length > 0 && j % 2 === 1 ? Math.floor(draw.uniform() * (centres.length / d)) : -1;
      const point = box.low.map((low, k) => {
        const high = box.high[k]!;
        return centre < 0 ? 2 * draw.uniform() - 1 : (2 * centres![centre * d + k]! - low - high) / (high - low);
      });
      const seen = plainFeatures(network, point);
      bias.push(-seen.reduce((sum, f, k) => sum + f * weights[k * outputs + j]!, 0));
    }
    values.push(...weights, ...bias);
  }
  return Float64Array.from(values);
}

/** The features of one scaled point, on the host. */
function plainFeatures({ squares, periodic, fourier }: Mlp, point: readonly number[]): number[] {
  const own = point.flatMap((x, k) => {
    const harmonics = periodic[k] ?? 0;
    if (harmonics === 0) return squares ? [x, x * x] : [x];
    return Array.from({ length: harmonics }, (_, j) => [
      Math.cos(Math.PI * (j + 1) * x),
      Math.sin(Math.PI * (j + 1) * x),
    ]).flat();
  });
  const waves = fourier.flatMap((wave) => {
    const phase = wave.reduce((sum, w, k) => sum + w * point[k]!, 0);
    return [Math.cos(phase), Math.sin(phase)];
  });
  return [...own, ...waves];
}
