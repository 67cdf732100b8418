/** The compiled programs behind nystrom-step.ts: factors of the rows once a linearisation, and products from them. */
import type { Compiled } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import type { Compile } from "./gradient.ts";
import { type RowFactors, rowsAndFactors } from "./jacobian.ts";
import {
  type FactorLayout,
  kernelDiagonal,
  landmarkColumns,
  landmarksOf,
  putTogether,
  takenApart,
  timesKernel,
  timesTransposed,
} from "./matrix-free.ts";
import { type Model, parameterCount } from "./model.ts";
import { type MatrixFreeRows, mostLandmarks } from "./nystrom-step.ts";
import type { GroupTensors, RowGroup } from "./rows.ts";

/** The parts that the programs are made from. */
export interface MatrixFreeContext {
  readonly model: Model;
  readonly groups: readonly RowGroup[];
  /** Number of rows M. */
  readonly rows: number;
  readonly opening: Compile;
  /** As in graph-step.ts: the points of all groups come after the inputs. */
  lazily(
    name: string,
    specs: readonly { readonly shape: readonly number[] }[],
    fn: (inputs: readonly tf.Tensor[], points: readonly tf.Tensor[]) => readonly tf.Tensor[],
  ): () => Promise<Compiled>;
  tensorsOf(points: readonly tf.Tensor[]): readonly GroupTensors[];
  points(): readonly Float64Array[];
}

/** Their outputs before the factors: r, Σ r², the diagonal, the columns. */
const before = 4;

/** Linearisation and products. */
export function matrixFreeProducts(
  context: MatrixFreeContext,
): Pick<MatrixFreeRows, "linearize" | "landmarks" | "product" | "pullBack"> {
  const { model, groups, rows, opening, lazily, tensorsOf, points } = context;
  const size = parameterCount(model);
  let layout: FactorLayout = [];
  let landmarks: number[][] = [];
  const factorProgram = lazily("factors", [{ shape: [size] }], ([theta], set) => {
    const { rows: r, factors } = rowsAndFactors(model, groups, theta!, tensorsOf(set));
    const apart = takenApart(factors);
    layout = apart.layout;
    landmarks = landmarksOf(layout, Math.min(mostLandmarks, Math.ceil(rows / 4)));
    const flat = (t: tf.Tensor) => tf.reshape(t, [rows]);
    const loss = tf.reshape(tf.sum(tf.square(r)), [1]);
    return [flat(r), loss, flat(kernelDiagonal(factors)), landmarkColumns(factors, landmarks), ...apart.tensors];
  });
  let tensors: readonly Float64Array[] = [];
  let columns = new Float64Array(0);
  const withFactors = (name: string, fn: (factors: readonly RowFactors[], y: tf.Tensor) => tf.Tensor) => {
    let program: (() => Promise<Compiled>) | undefined;
    return async (y: Float64Array, into: Float64Array) => {
      const factors = (await factorProgram()).outputs.slice(before).map(({ shape }) => ({ shape }));
      program ??= opening(
        name,
        [{ shape: [rows, 1] }, ...factors],
        ([vector, ...parts]) => [tf.reshape(fn(putTogether(layout, parts), vector!), [-1])],
        "float64",
      );
      await (await program()).run([y, ...tensors], { into: [into] });
    };
  };
  return {
    async linearize(theta, r, diagonal) {
      const program = await factorProgram();
      if (tensors.length === 0) {
        const made = program.outputs
          .slice(before - 1)
          .map(({ shape }) => new Float64Array(shape.reduce((a, b) => a * b, 1)));
        columns = made[0]!;
        tensors = made.slice(1);
      }
      const loss = new Float64Array(1);
      await program.run([theta, ...points()], { into: [r, loss, diagonal, columns, ...tensors] });
      return { loss: loss[0]!, columns };
    },
    landmarks() {
      let first = 0;
      return layout.flatMap(({ count, sum }, i) => {
        const own = landmarks[i]!.map((at) => first + at);
        first += sum ? 1 : count;
        return own;
      });
    },
    product: withFactors("product with JJᵀ", timesKernel),
    pullBack: withFactors("product with Jᵀ", timesTransposed),
  };
}
