/**
 * Separable networks: u(x) = Σ_r c_r Π_k f_{k,r}(x_k) with one small perceptron f_k per axis (SPINN, arXiv 2306.15969). For smooth
 * functions of many variables: the number of parameters grows with d, not exponentially.
 */
import { checkNames } from "../../engine/check-names.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import { jetAlgebra } from "../jet/jet.ts";
import { tensorRing } from "../jet/tensor-ring.ts";
import { activate, columnsOf, linear } from "./layers.ts";
import { checkLayers, type MlpOptions } from "./mlp.ts";
import type { Block, Box, Network, NetworkProgram } from "./network.ts";

/** Options of {@link separable}. */
export interface SeparableOptions extends Pick<MlpOptions, "width" | "depth" | "activation" | "scale"> {
  /** Number of products R, ≥ 1. @defaultValue 16 */
  readonly rank?: number;
}

/** A {@link SeparableOptions} with all values filled in. */
export interface Separable extends Network, Required<SeparableOptions> {
  readonly kind: "separable";
}

/** A separable network as plain data. @throws OptionsError where a number is out of range */
export function separable(options: SeparableOptions = {}): Separable {
  checkNames("separable", options, "rank activation width depth scale kind");
  const { rank = 16, width = 12, depth = 1, activation = "tanh", scale = 2 } = options;
  checkLayers("separable", { rank, width, depth }, { scale }, activation);
  return Object.freeze({ kind: "separable", rank, width, depth, activation, scale });
}

/** The program of a {@link Separable} on a box, with `unknowns` outputs. */
export function separableProgram(network: Separable, box: Box, unknowns: number): NetworkProgram {
  const { rank, width, depth, activation, scale } = network;
  const widths = [1, ...new Array<number>(depth).fill(width), rank];
  const layers = widths.slice(1).map((outputs, i) => ({ inputs: widths[i]!, outputs }));
  const perAxis = layers.reduce((sum, l) => sum + (l.inputs + 1) * l.outputs, 0);
  const dimension = box.low.length;
  const tail = dimension * perAxis;
  return {
    size: tail + rank * unknowns,
    initial(rng) {
      const values: number[] = [];
      for (let axis = 0; axis < dimension; axis++) {
        for (const [i, { inputs, outputs }] of layers.entries()) {
          const draw = rng.split(`axis ${axis} layer ${i}`);
          const weights = draw.normal(inputs * outputs).map((w) => (w * (i === 0 ? scale : 1)) / Math.sqrt(inputs));
          const centres = draw.uniform(outputs).map((u) => 2 * u - 1);
          values.push(...weights, ...centres.map((c, j) => (i === 0 ? -c * weights[j]! : c / 2)));
        }
      }
      const last = rng.split("last").normal(rank * unknowns);
      return Float64Array.from([...values, ...last.map((w) => w / Math.sqrt(rank))]);
    },
    forward(theta, points, set, listen) {
      const algebra = jetAlgebra<tf.Tensor | number>(tensorRing, set);
      const count = points.shape[0]!;
      const factors = box.low.map((low, axis): Block => {
        const half = (box.high[axis]! - low) / 2;
        const x = tf.mul(tf.sub(tf.slice(points, [0, axis], [count, 1]), constant(low + half)), constant(1 / half));
        let h: Block = algebra
          .variable(axis, x)
          .map((part) => (typeof part === "number" ? constant(part / half, [1, 1]) : part));
        let offset = axis * perAxis;
        for (const [i, layer] of layers.entries()) {
          const z = linear(theta, { ...layer, offset, bias: true, h }, listen);
          h = i < layers.length - 1 ? activate(activation, z, set) : z;
          offset += (layer.inputs + 1) * layer.outputs;
        }
        return h;
      });
      const product = factors.reduce((a, b) => algebra.mul(a, b) as Block);
      const sum = linear(theta, { offset: tail, inputs: rank, outputs: unknowns, bias: false, h: product }, listen);
      return columnsOf(sum, unknowns, count);
    },
  };
}
