/**
 * The compiled programs of a problem: residual rows, their Jacobian with JᵀJ and Jᵀr, loss and gradient. All in float64, all
 * on one set of points that the caller may replace between calls.
 */
import { type Compiled, compile, type TensorSpec } from "../../engine/compile.ts";
import { tf } from "../../engine/tensor.ts";
import { type Model, parameterCount } from "./model.ts";
import { type GroupTensors, type RowGroup, rowCount, rowsAndJacobian, weightedRows } from "./rows.ts";
import { type LinearTensors, trialStep } from "./trial.ts";

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
  /** JᵀJ [P, P], or JJᵀ [M, M] in the dual form; `trial` damps its diagonal. */
  readonly matrix: Float64Array;
  /** The diagonal of the matrix, undamped. */
  readonly diagonal: Float64Array;
  readonly gradient: Float64Array;
  /** Σ r². */
  readonly loss: number;
}

/** How a damped step is computed. */
export interface TrialForm {
  /** From JJᵀ instead of JᵀJ (Woodbury). */
  readonly dual: boolean;
  /** Adds half the geodesic acceleration where it is small against the step. */
  readonly geodesic: boolean;
  /** Rounds of iterative refinement with J itself. */
  readonly refine: number;
}

/** A damped step; the arrays are the program's own and change with the next call. */
export interface Trial {
  readonly theta: Float64Array;
  /** δ = −(JᵀJ + λ)⁻¹Jᵀr. */
  readonly delta: Float64Array;
  /** a = −(JᵀJ + λ)⁻¹Jᵀk, with k the second derivative of the rows along δ; zeros without geodesic acceleration. */
  readonly bend: Float64Array;
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
   * A damped step from θ at the last linearisation (of the same form), and the loss where it leads. Not finite where the
   * damped matrix is not positive definite in float64.
   *
   * @param shift - λ > 0, added to the diagonal of the matrix
   */
  trial(theta: Float64Array, shift: number, form: TrialForm): Promise<Trial>;
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
  const trialPrograms = new Map<string, () => Promise<Compiled>>();
  const trialProgram = (form: TrialForm) => {
    const side = form.dual ? rows : size;
    const specs: TensorSpec[] = [
      vector,
      { shape: [1] },
      { shape: [rows, 1] },
      { shape: [rows, size] },
      { shape: [side, side] },
      { shape: [size, 1] },
    ];
    return lazily("trial step", specs, (theta, shift, r, jacobian, matrix, gradient, ...rest) => {
      const tensors = tensorsOf(rest);
      const at = { rows: r, jacobian, matrix, gradient } as LinearTensors;
      const step = trialStep(form, at, theta!, shift!, (moved) => weightedRows(model, groups, moved, tensors));
      return [step.theta, step.delta, step.bend, tf.reshape(step.loss, [1])];
    });
  };
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
    diagonal: new Float64Array(0),
    moved: new Float64Array(size),
    delta: new Float64Array(size),
    bend: new Float64Array(size),
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
      buffers.diagonal = Float64Array.from({ length: side }, (_, i) => matrix[i * (side + 1)]!);
      return { rows: r, jacobian, matrix, gradient, diagonal: buffers.diagonal, loss: one[0]! };
    },
    async trial(theta, shift, form) {
      const key = JSON.stringify(form);
      const program = trialPrograms.get(key) ?? trialProgram(form);
      trialPrograms.set(key, program);
      const side = form.dual ? rows : size;
      for (let i = 0; i < side; i++) buffers.matrix[i * (side + 1)] = buffers.diagonal[i]! + shift;
      const { rows: r, jacobian, matrix, gradient, moved, delta, bend, one } = buffers;
      const inputs = [theta, Float64Array.of(shift), r, jacobian, matrix, gradient, ...current];
      await (await program()).run(inputs, { into: [moved, delta, bend, one] });
      return { theta: moved, delta, bend, loss: one[0]! };
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
