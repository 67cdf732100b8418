/**
 * The compiled programs of a problem: residual rows, their Jacobian with JᵀJ and Jᵀr, loss and gradient. All in float64, all
 * on one set of points that the caller may replace between calls.
 */
import { type Compiled, compile, type TensorSpec } from "../../engine/compile.ts";
import { tf } from "../../engine/tensor.ts";
import { constant } from "../../engine/trace.ts";
import { type Model, parameterCount } from "./model.ts";
import { type GroupTensors, type RowGroup, rowCount, rowsAndJacobian, weightedRows } from "./rows.ts";

/** Points of one group. */
export interface GroupPoints {
  /** [n, d] */
  readonly points: Float64Array;
  /** √w per point, [n]. */
  readonly rootWeights: Float64Array;
  /** [n, max(1, number of data columns)] */
  readonly data: Float64Array;
}

/** r, J [M, P], g = Jᵀr and the matrix at one θ; the arrays are the program's own and change with the next call. */
export interface Linearization {
  readonly rows: Float64Array;
  readonly jacobian: Float64Array;
  /** JᵀJ [P, P], or JJᵀ [M, M] in the dual form. */
  readonly matrix: Float64Array;
  readonly gradient: Float64Array;
  /** Σ r². */
  readonly loss: number;
}

/** Least squares over residual rows. */
export interface LeastSquaresProgram {
  /** Number of parameters P. */
  readonly size: number;
  /** Number of rows M. */
  readonly rows: number;
  /** Replaces the points of all groups. */
  setPoints(groups: readonly GroupPoints[]): void;
  /** Σ r² (rows in {@link residual}). */
  loss(theta: Float64Array): Promise<number>;
  /** The rows of the last {@link loss}. */
  residual(): Float64Array;
  /** With `dual`, the matrix is JJᵀ (Woodbury): cheaper where there are fewer rows than parameters. */
  linearize(theta: Float64Array, dual?: boolean): Promise<Linearization>;
  /**
   * The second derivative of the rows along δ, k = (2/h)[(r(θ + hδ) − r(θ))/h − Jδ], at the last linearisation, and Jᵀk.
   */
  secondOrder(
    theta: Float64Array,
    delta: Float64Array,
    h: number,
  ): Promise<{ readonly rows: Float64Array; readonly gradient: Float64Array }>;
  /** Σ r² and its gradient. */
  lossAndGradient(theta: Float64Array, gradient: Float64Array): Promise<number>;
  dispose(): Promise<void>;
}

/** Options of {@link leastSquaresProgram}. */
export interface ProgramOptions {
  /** Threads of the matrix products. @defaultValue 1 */
  readonly threads?: number;
}

/** Compiles what a problem's rows need; each program when it is first used. */
export function leastSquaresProgram(
  model: Model,
  groups: readonly RowGroup[],
  options: ProgramOptions = {},
): LeastSquaresProgram {
  const { threads = 1 } = options;
  const size = parameterCount(model);
  const rows = groups.reduce((sum, group) => sum + rowCount(group), 0);
  const groupSpecs: TensorSpec[] = groups.flatMap(({ count, data }) => [
    { shape: [count, model.dimension] },
    { shape: [count, 1] },
    { shape: [count, Math.max(1, data.length)] },
  ]);
  const tensorsOf = (inputs: readonly tf.Tensor[]): GroupTensors[] =>
    groups.map((_, i) => ({
      points: inputs[3 * i]!,
      rootWeights: inputs[3 * i + 1]!,
      data: inputs[3 * i + 2]!,
    }));

  const opened: Promise<Compiled>[] = [];
  const lazily = (name: string, specs: readonly TensorSpec[], fn: (...inputs: tf.Tensor[]) => readonly tf.Tensor[]) => {
    let program: Promise<Compiled> | undefined;
    return () => {
      if (!program) {
        program = compile(fn, [...specs, ...groupSpecs], { precision: "float64", threads, name });
        opened.push(program);
      }
      return program;
    };
  };
  const vector: TensorSpec = { shape: [size] };
  const residualProgram = lazily("residual", [vector], (theta, ...rest) => {
    const r = weightedRows(model, groups, theta!, tensorsOf(rest));
    return [tf.reshape(r, [rows]), tf.reshape(tf.sum(tf.square(r)), [1])];
  });
  const linearProgram = (dual: boolean) =>
    lazily(dual ? "linearize (dual)" : "linearize", [vector], (theta, ...rest) => {
      const { rows: r, jacobian } = rowsAndJacobian(model, groups, theta!, tensorsOf(rest));
      const parts = jacobian.map((block) => block.values);
      const whole = tf.concat(parts, 1) as tf.Tensor2D;
      const gradient = tf.concat(parts.map((a) => tf.matMul(a, r as tf.Tensor2D, true, false)));
      return [
        tf.reshape(r, [rows]),
        whole,
        dual ? tf.matMul(whole, whole, false, true) : normalMatrix(parts),
        tf.reshape(gradient, [size]),
        tf.reshape(tf.sum(tf.square(r)), [1]),
      ];
    });
  const linear = { primal: linearProgram(false), dual: linearProgram(true) };
  const secondSpecs: TensorSpec[] = [vector, vector, { shape: [1] }, { shape: [rows, 1] }, { shape: [rows, size] }];
  const secondProgram = lazily("second order", secondSpecs, (theta, delta, h, r, jacobian, ...rest) => {
    const moved = weightedRows(model, groups, tf.add(theta!, tf.mul(h!, delta!)), tensorsOf(rest));
    const along = tf.matMul(jacobian as tf.Tensor2D, tf.reshape(delta!, [size, 1]));
    const k = tf.mul(tf.div(constant(2), h!), tf.sub(tf.div(tf.sub(moved, r!), h!), along));
    const gradient = tf.matMul(jacobian as tf.Tensor2D, k as tf.Tensor2D, true, false);
    return [tf.reshape(k, [rows]), tf.reshape(gradient, [size])];
  });
  const gradientProgram = lazily("gradient", [vector], (theta, ...rest) => {
    const tensors = tensorsOf(rest);
    const { value, grad } = tf.valueAndGrad(
      (t: tf.Tensor) => tf.sum(tf.square(weightedRows(model, groups, t, tensors))) as tf.Scalar,
    )(theta!);
    return [tf.reshape(value, [1]), grad];
  });

  let current: Float64Array[] = [];
  const buffers = {
    rows: new Float64Array(rows),
    trialRows: new Float64Array(rows),
    jacobian: new Float64Array(0),
    matrix: new Float64Array(0),
    gradient: new Float64Array(size),
    secondRows: new Float64Array(rows),
    second: new Float64Array(size),
    one: new Float64Array(1),
  };
  return {
    size,
    rows,
    setPoints(sets) {
      current = sets.flatMap(({ points, rootWeights, data }) => [points, rootWeights, data]);
    },
    residual: () => buffers.trialRows,
    async loss(theta) {
      const program = await residualProgram();
      await program.run([theta, ...current], { into: [buffers.trialRows, buffers.one] });
      return buffers.one[0]!;
    },
    async linearize(theta, dual = false) {
      const program = await linear[dual ? "dual" : "primal"]();
      const side = dual ? rows : size;
      if (buffers.jacobian.length === 0) buffers.jacobian = new Float64Array(rows * size);
      if (buffers.matrix.length !== side * side) buffers.matrix = new Float64Array(side * side);
      const { rows: r, jacobian, matrix, gradient, one } = buffers;
      await program.run([theta, ...current], { into: [r, jacobian, matrix, gradient, one] });
      return { rows: r, jacobian, matrix, gradient, loss: one[0]! };
    },
    async secondOrder(theta, delta, h) {
      const program = await secondProgram();
      const into = [buffers.secondRows, buffers.second];
      await program.run([theta, delta, Float64Array.of(h), buffers.rows, buffers.jacobian, ...current], { into });
      return { rows: buffers.secondRows, gradient: buffers.second };
    },
    async lossAndGradient(theta, gradient) {
      const program = await gradientProgram();
      await program.run([theta, ...current], { into: [buffers.one, gradient] });
      return buffers.one[0]!;
    },
    async dispose() {
      for (const program of opened) await (await program).dispose();
    },
  };
}

/** JᵀJ from column blocks of J: the products below the diagonal are transposes, which halves the work. */
function normalMatrix(parts: readonly tf.Tensor2D[]): tf.Tensor {
  const products = parts.map((a, i) => parts.slice(0, i + 1).map((b) => tf.matMul(a, b, true, false)));
  const rows = parts.map((_, i) =>
    tf.concat(
      parts.map((_, j) => (j <= i ? products[i]![j]! : tf.transpose(products[j]![i]!))),
      1,
    ),
  );
  return tf.concat(rows, 0);
}
