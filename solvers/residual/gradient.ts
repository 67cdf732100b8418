/**
 * Loss and gradient of residual rows, in parts that fit the cache: every group of rows has a program of its own for
 * some hundred points, and the parts are summed in float64. With all points at once a step of six layers of 32 neurons
 * on 5000 points waits for memory most of the time.
 */
import type { Compiled, TensorSpec } from "../../engine/tensors/compile.ts";
import type { Precision } from "../../engine/tensors/graph.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import { ofMasses, placesOf, placesSpecs, type WassersteinTerm } from "../../wasserstein/term/index.ts";
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
/** The arrays of a part. */
type Inputs = readonly (Numbers | Int32Array)[];

/** A Wasserstein regularizer of the density of r², in the box of the domain. */
export interface RowTerm {
  readonly term: WassersteinTerm;
  readonly box: { readonly low: readonly number[]; readonly high: readonly number[] };
}

/**
 * Sums over all groups. With a term the loss R of the first group becomes R (1 + λ T), T the distance between the
 * densities in proportion to w r² and to w on its points, which for unbiased weights w are those of r² and of the
 * uniform one. Where there are more points than a part takes, random parts have a T each, as batches of training have.
 *
 * @param precision - of the programs; θ, points and sums stay in float64
 */
export function gradientSums(
  model: Model,
  groups: readonly RowGroup[],
  precision: Precision,
  compile: Compile,
  term?: RowTerm,
): LossAndGradient {
  const size = parameterCount(model);
  const made = (length: number): Numbers =>
    precision === "float64" ? new Float64Array(length) : new Float32Array(length);
  const [loss, slope, single] = [made(1), made(size), made(size)];
  const parts = groups.map((group, i) => partsOf(model, group, precision, compile, made, i === 0 ? term : undefined));
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
  given: RowTerm | undefined,
) {
  const { dimension } = model;
  // A row that is the sum of all points cannot be had from a part of them.
  const number = group.sum ? 1 : Math.ceil(group.count / most);
  const count = Math.ceil(group.count / number);
  const part: RowGroup = { ...group, count };
  const columns = Math.max(1, group.data.length);
  const specs: readonly TensorSpec[] = [
    ...[dimension, 1, columns].map((width) => ({ shape: [count, width] })),
    ...(given ? placesSpecs(given.term, count, dimension) : []),
  ];
  const program = compile(
    `gradient of ${group.name}`,
    [{ shape: [parameterCount(model)] }, ...specs],
    ([theta, points, rootWeights, data, ...places]) => {
      const tensors = [{ points: points!, rootWeights: rootWeights!, data: data! }];
      const { value, grad } = tf.valueAndGrad((t: tf.Tensor) => {
        const squares = tf.square(weightedRows(model, [part], t, tensors));
        return given ? regularized(given.term, squares, rootWeights!, places) : (tf.sum(squares) as tf.Scalar);
      })(theta!);
      return [tf.reshape(value, [1]), grad];
    },
    precision,
  );
  const inPrecision = (values: Float64Array | Int32Array) =>
    precision === "float64" || values instanceof Int32Array ? values : Float32Array.from(values);
  const partsWith = (points: GroupPoints): Inputs[] => {
    const widths = [dimension, 1, columns];
    const order = given && number > 1 ? points.stream!.split("parts").permutation(group.count) : undefined;
    return Array.from({ length: number }, (_, k) => {
      const buffer = widths.map((width) => made(count * width));
      const from = k * count;
      const n = Math.min(count, group.count - from);
      [points.points, points.rootWeights, points.data].forEach((all, j) => {
        const width = widths[j]!;
        const into = buffer[j]!;
        if (order)
          for (let i = 0; i < n; i++)
            into.set(all.subarray(order[from + i]! * width, (order[from + i]! + 1) * width), i * width);
        else into.set(all.subarray(from * width, (from + n) * width));
        for (let i = n; i < count; i++) into.set(all.subarray(0, width), i * width);
      });
      buffer[1]!.fill(0, n);
      if (given === undefined) return buffer;
      const places = placesOf(given.term, Float64Array.from(buffer[0]!), given.box, points.stream!.split(k));
      return [...buffer, ...places.map(inPrecision)];
    });
  };
  /** Sets of batches come back every few steps, and sorting one along all directions takes as long as a step. */
  const known = new WeakMap<GroupPoints, Inputs[]>();
  return {
    program,
    /** The arrays of every part; what the last one has room for repeats the first point, without weight. */
    inputs(points: GroupPoints): readonly Inputs[] {
      const inputs = known.get(points) ?? partsWith(points);
      known.set(points, inputs);
      return inputs;
    },
  };
}

/** R (1 + λ T), or R (1 − λ + λ T) mixed. A part without residual has T = 0. */
function regularized(
  term: WassersteinTerm,
  squares: tf.Tensor,
  rootWeights: tf.Tensor,
  places: readonly tf.Tensor[],
): tf.Scalar {
  const count = rootWeights.shape[0]!;
  const each = tf.sum(tf.reshape(squares, [-1, count]), 0);
  const total = tf.sum(each);
  const weights = tf.reshape(tf.square(rootWeights), [count]);
  const share = (x: tf.Tensor) => tf.div(x, tf.maximum(tf.sum(x), constant(1e-30))) as tf.Tensor1D;
  const distance = ofMasses(term, share(each), share(weights), places);
  return tf.mul(
    total,
    tf.add(tf.mul(distance, constant(term.weight)), constant(term.mixed ? 1 - term.weight : 1)),
  ) as tf.Scalar;
}
