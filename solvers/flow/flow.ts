/**
 * The normalising flows of this folder have in common. A flow is an invertible map between points z of the unit box
 * and a reference of known distribution, written with TensorFlow.js ops so that it compiles; the change of variables gives the
 * density p(z) = p_reference(u(z))·|det ∂u/∂z|, whose integral is one by construction.
 */
import type { Rng } from "../../engine/random/rng.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import type { ParameterSpec, TrainingProgram } from "../../engine/training/training.ts";

/** Tensors by the names of a flow's `shapes`. */
export type FlowParameters = Readonly<Record<string, tf.Tensor>>;

/** Image of points under a flow, and how volumes change there. */
export interface Mapped {
  /** `[rows, dimension]` */
  readonly reference: tf.Tensor2D;
  /** log |det ∂reference/∂point|, `[rows]` */
  readonly logDeterminant: tf.Tensor1D;
}

/** A normalising flow on the unit box, as functions of its parameters. */
export interface Flow {
  /** Architecture. */
  readonly kind: "bounded-krnet" | "krnet";
  /** Coordinates of a point, d ≥ 1. */
  readonly dimension: number;
  /** Shapes of all parameters by name. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Fresh parameters in float64. */
  initialize(rng: Rng): TrainingProgram["parameters"];
  /** Points of the unit box `[rows, dimension]` to reference points. */
  forward(parameters: FlowParameters, points: tf.Tensor2D): Mapped;
  /** Reference points `[rows, dimension]` to points: the inverse of `forward`. */
  inverse(parameters: FlowParameters, reference: tf.Tensor2D): tf.Tensor2D;
  /** log p at points of the unit box, `[rows]`; p is 1 on average over the support. */
  logDensity(parameters: FlowParameters, points: tf.Tensor2D): tf.Tensor1D;
  /** `uniform` numbers in (0, 1), row-major `[rows, dimension]`, to points distributed as the reference. */
  reference(uniform: Float64Array): Float64Array;
  /**
   * Parameters that a batch decides before training (activation normalisation); `{}` where there are none.
   *
   * @param points - `[rows, dimension]`
   */
  measure(parameters: FlowParameters, points: tf.Tensor2D): Readonly<Record<string, tf.Tensor>>;
}

/** Sizes of a flow. */
export interface FlowSizes {
  /** Number of coordinates, at least 1. */
  readonly dimension: number;
  /** Couplings of a stage, at least 1. @defaultValue 6, as published; 4 if bounded */
  readonly layers?: number;
  /** Width of the two hidden layers of each coupling's network, at least 1. @defaultValue 24 */
  readonly width?: number;
  /** Cells of the distribution functions, at least 2; an even number if not bounded. @defaultValue 32, as published; 8 if bounded */
  readonly bins?: number;
}

/** One coupling: of `size` coordinates, the first or second half stays and the other one moves. */
export interface Coupling {
  readonly name: string;
  readonly size: number;
  /** Half-open ranges of coordinates. */
  readonly kept: readonly [number, number];
  readonly moved: readonly [number, number];
}

/** Couplings of one stage of a Knothe–Rosenblatt arrangement, and the coordinates that are final after it. */
export interface Stage {
  readonly size: number;
  readonly couplings: readonly Coupling[];
}

/**
 * The block-triangular arrangement: stage i maps the first `size` coordinates with `layers` couplings whose halves
 * alternate, and then leaves the last `drop` of them alone.
 *
 * @param single - whether a last lone coordinate gets a stage of one unconditional map
 */
export function stagesOf(dimension: number, drop: number, layers: number, single: boolean): readonly Stage[] {
  const stages: Stage[] = [];
  for (let size = dimension; size > 0; size -= drop) {
    const half = Math.ceil(size / 2);
    if (size === 1 && !single) break;
    const couplings = Array.from({ length: size === 1 ? 1 : layers }, (_, layer): Coupling => {
      const name = `stage${stages.length}.layer${layer}`;
      if (size === 1) return { name, size, kept: [0, 0], moved: [0, 1] };
      return layer % 2 === 0
        ? { name, size, kept: [0, half], moved: [half, size] }
        : { name, size, kept: [half, size], moved: [0, half] };
    });
    stages.push({ size, couplings });
  }
  return stages;
}

/** Shapes of parameters and how they begin, each from a stream of its own. */
export const laidOut = (
  shapes: Flow["shapes"],
  fresh: (name: string, shape: readonly number[], rng: Rng) => ParameterSpec,
): Pick<Flow, "shapes" | "initialize"> => ({
  shapes,
  initialize: (rng) =>
    Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, fresh(name, shape, rng.split(name))])),
});

/** Number of elements of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Columns [from, to) of z. */
export function columns(z: tf.Tensor2D, [from, to]: readonly [number, number]): tf.Tensor2D {
  return from === 0 && to === z.shape[1] ? z : tf.slice(z, [0, from], [z.shape[0], to - from]);
}

/** z with the columns [from, to) replaced. */
export function replaced(z: tf.Tensor2D, [from, to]: readonly [number, number], value: tf.Tensor2D): tf.Tensor2D {
  const parts = [
    ...(from > 0 ? [columns(z, [0, from])] : []),
    value,
    ...(to < z.shape[1] ? [columns(z, [to, z.shape[1]])] : []),
  ];
  return parts.length === 1 ? value : (tf.concat(parts, 1) as tf.Tensor2D);
}
