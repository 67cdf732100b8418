/**
 * Loss and gradient of residual rows, in parts that fit the cache: every group of rows has a program of its own for some hundred points, and the
 * parts are summed in float64. With all points at once a step of six layers of 32 neurons on 5000 points waits for memory most of the time.
 */
import type { Compiled, TensorSpec } from "../../engine/tensors/compile.ts";
import type { Precision } from "../../engine/tensors/graph.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { type Model, parameterCount } from "./model.ts";
import type { GroupPoints } from "./program.ts";
import { type RowGroup, weightedRows } from "./rows.ts";

/** Points of a part, at most: arrays of a layer then have some hundred kilobytes. */
const most = 1000;

/** Compiles when first called. */
export type Compile = (
  name: string,
  specs: readonly TensorSpec[],
  fn: (inputs: readonly tf.Tensor[]) => readonly tf.Tensor[],
  precision: Precision,
) => () => Promise<Compiled>;

/** Σ r² and its gradient by θ, which fills `gradient`. */
export type LossAndGradient = (
  theta: Float64Array,
  points: readonly GroupPoints[],
  gradient: Float64Array,
) => Promise<number>;

type Numbers = Float32Array | Float64Array;

/**
 * Sums over all groups.
 *
 * @param precision - of the programs; θ, points and sums stay in float64
 */
export function gradientSums(
  model: Model,
  groups: readonly RowGroup[],
  precision: Precision,
  compile: Compile,
): LossAndGradient {
  const size = parameterCount(model);
  const made = (length: number): Numbers =>
    precision === "float64" ? new Float64Array(length) : new Float32Array(length);
  const [loss, slope, single] = [made(1), made(size), made(size)];
  const parts = groups.map((group) => partsOf(model, group, precision, compile, made));
  return async (theta, points, gradient) => {
    const at = precision === "float64" ? theta : single;
    if (at === single) single.set(theta);
    gradient.fill(0);
    let sum = 0;
    for (const [i, part] of parts.entries()) {
      for (const inputs of part.inputs(points[i]!)) {
        await (await part.program()).run([at, ...inputs], { into: [loss, slope] });
        sum += loss[0]!;
        for (let k = 0; k < size; k++) gradient[k]! += slope[k]!;
      }
    }
    return sum;
  };
}

function partsOf(
  model: Model,
  group: RowGroup,
  precision: Precision,
  compile: Compile,
  made: (length: number) => Numbers,
) {
  const { dimension } = model;
  // A row that is the sum of all points cannot be had from a part of them.
  const number = group.sum ? 1 : Math.ceil(group.count / most);
  const count = Math.ceil(group.count / number);
  const part: RowGroup = { ...group, count };
  const columns = Math.max(1, group.data.length);
  const specs = [{ shape: [count, dimension] }, { shape: [count, 1] }, { shape: [count, columns] }];
  const program = compile(
    `gradient of ${group.name}`,
    [{ shape: [parameterCount(model)] }, ...specs],
    ([theta, points, rootWeights, data]) => {
      const tensors = [{ points: points!, rootWeights: rootWeights!, data: data! }];
      const { value, grad } = tf.valueAndGrad(
        (t: tf.Tensor) => tf.sum(tf.square(weightedRows(model, [part], t, tensors))) as tf.Scalar,
      )(theta!);
      return [tf.reshape(value, [1]), grad];
    },
    precision,
  );
  const buffers = Array.from({ length: number }, () => [made(count * dimension), made(count), made(count * columns)]);
  let known: GroupPoints | undefined;
  return {
    program,
    /** The arrays of every part; what is left over in the last one repeats the first point, without weight. */
    inputs(given: GroupPoints): readonly (readonly Numbers[])[] {
      if (given === known) return buffers;
      known = given;
      const widths = [dimension, 1, columns];
      for (const [k, buffer] of buffers.entries()) {
        const from = k * count;
        const n = Math.min(count, group.count - from);
        [given.points, given.rootWeights, given.data].forEach((all, j) => {
          const width = widths[j]!;
          const into = buffer[j]!;
          into.set(all.subarray(from * width, (from + n) * width));
          for (let i = n; i < count; i++) into.set(all.subarray(0, width), i * width);
        });
        buffer[1]!.fill(0, n);
      }
      return buffers;
    },
  };
}
