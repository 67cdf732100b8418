/**
 * A network as the solver sees it: parameters in one flat vector, outputs as jets, linear layers that can be listened
 * to.
 */
import type { Rng } from "../../engine/random/rng.ts";
import type { tf } from "../../engine/tensors/tensor.ts";
import type { Jet } from "../jet/jet.ts";
import type { SlotSet } from "../jet/slots.ts";
import type { TensorOrNumber } from "../jet/tensor-ring.ts";

/** One matrix of values per slot: [count, columns], or [1, columns] where all points share it; absent means zero. */
export type Block = readonly (tf.Tensor | undefined)[];

/**
 * A linear layer z = h W + b as it was computed. Its parameters are columns `offset` (W, row-major [inputs, outputs])
 * and, right after, b of the Jacobian.
 */
export interface LinearLayer {
  readonly offset: number;
  /** Columns of h. */
  readonly inputs: number;
  /** Columns of z. */
  readonly outputs: number;
  /** True where there is b. */
  readonly bias: boolean;
  /** Its input, [count, inputs] in every slot. */
  readonly h: Block;
}

/** Hears of every linear layer, and may replace its output by an equal one. */
export type Listener = (layer: LinearLayer, z: Block) => Block;

/** The box that coordinates are scaled from. */
export interface Box {
  /** Lower end of each axis. */
  readonly low: readonly number[];
  /** Upper end of each axis, above the lower. */
  readonly high: readonly number[];
}

/** A network for given numbers of axes and unknowns. */
export interface NetworkProgram {
  /** Number of parameters. */
  readonly size: number;
  /**
   * Initial parameters.
   *
   * @param centres - points [m, d] near which the first layer should vary, such as draws from the source; else uniform
   */
  initial(rng: Rng, centres?: Float64Array): Float64Array;
  /**
   * Outputs, one jet of columns [count, 1] per unknown.
   *
   * @param theta - all parameters, [size]
   * @param points - [count, d]
   */
  forward(theta: tf.Tensor, points: tf.Tensor, set: SlotSet, listen?: Listener): Jet<TensorOrNumber>[];
}

/** A network as plain data; `mlp` and `sum` make them. */
export interface Network {
  /** Tells what it is: `"mlp"`, `"sum"`, or a name of your own. */
  readonly kind: string;
}

/**
 * A network of your own, to be handed to `solve` and to `loadSolution`: a kind that no network here has, your options
 * as plain data (they are saved with a solution, and compared), and its program.
 */
export interface OwnNetwork extends Network {
  /**
   * The program for a box, with `unknowns` outputs. Every parameter must pass through `linear` or `freeParameters` with
   * the listener, which is how the solver finds the Jacobian.
   */
  program(box: Box, unknowns: number): NetworkProgram;
  /** The same network, periodic in these axes (by index); without it periodic conditions cannot be held. */
  periodicIn?(axes: readonly number[]): OwnNetwork;
}
