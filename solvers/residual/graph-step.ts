/** Linearisation and damped steps of Gauss–Newton as compiled graphs: what is used where the machine has no BLAS. */
import type { Compiled, TensorSpec } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import type { Steps } from "./blas-step.ts";
import type { TrialForm } from "./program.ts";
import { type LinearTensors, trialStep } from "./trial.ts";

/** The parts that graphs are made of. */
export interface GraphRows {
  /** Number of rows M and of parameters P. */
  readonly rows: number;
  readonly size: number;
  /** A program that is compiled on first use; the tensors of the points follow those of `specs`. */
  lazily(
    name: string,
    specs: readonly TensorSpec[],
    fn: (inputs: readonly tf.Tensor[], points: readonly tf.Tensor[]) => readonly tf.Tensor[],
  ): () => Promise<Compiled>;
  /** r [M, 1] and J in blocks of columns. */
  linear(theta: tf.Tensor, points: readonly tf.Tensor[]): { rows: tf.Tensor; parts: readonly tf.Tensor2D[] };
  /** r [M, 1]. */
  residual(theta: tf.Tensor, points: readonly tf.Tensor[]): tf.Tensor;
  /** The points at hand. */
  points(): readonly Float64Array[];
}

/** Steps by graphs. */
export function graphSteps({ rows, size, lazily, linear, residual, points }: GraphRows): Steps {
  const linearProgram = (dual: boolean) =>
    lazily(dual ? "linearize (dual)" : "linearize", [{ shape: [size] }], ([theta], rest) => {
      const { rows: r, parts } = linear(theta!, rest);
      const whole = tf.concat([...parts], 1) as tf.Tensor2D;
      const gradient = tf.concat(parts.map((a) => tf.matMul(a, r as tf.Tensor2D, true, false)));
      return [
        tf.reshape(r, [rows]),
        whole,
        dual ? tf.matMul(whole, whole, false, true) : normalMatrix(parts),
        tf.reshape(gradient, [size]),
        tf.reshape(tf.sum(tf.square(r)), [1]),
      ];
    });
  const linearized = { primal: linearProgram(false), dual: linearProgram(true) };
  const trialPrograms = new Map<string, () => Promise<Compiled>>();
  const trialProgram = (form: TrialForm) => {
    const side = form.dual ? rows : size;
    const specs: TensorSpec[] = [
      { shape: [size] },
      { shape: [1] },
      { shape: [rows, 1] },
      { shape: [rows, size] },
      { shape: [side, side] },
      { shape: [size, 1] },
    ];
    return lazily("trial step", specs, ([theta, shift, r, jacobian, matrix, gradient], rest) => {
      const at = { rows: r, jacobian, matrix, gradient } as LinearTensors;
      const step = trialStep(form, at, theta!, shift!, (moved) => residual(moved, rest));
      return [step.theta, step.delta, step.bend, tf.reshape(step.loss, [1])];
    });
  };
  const buffers = {
    rows: new Float64Array(rows),
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
    async linearize(theta, dual) {
      const program = await linearized[dual ? "dual" : "primal"]();
      const side = dual ? rows : size;
      if (buffers.jacobian.length === 0) buffers.jacobian = new Float64Array(rows * size);
      if (buffers.matrix.length !== side * side) buffers.matrix = new Float64Array(side * side);
      const { rows: r, jacobian, matrix, gradient, one } = buffers;
      await program.run([theta, ...points()], { into: [r, jacobian, matrix, gradient, one] });
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
      const inputs = [theta, Float64Array.of(shift), r, jacobian, matrix, gradient, ...points()];
      await (await program()).run(inputs, { into: [moved, delta, bend, one] });
      return { theta: moved, delta, bend, loss: one[0]! };
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
