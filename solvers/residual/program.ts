/**
 * The compiled programs of a problem: residual rows, their Jacobian with JᵀJ and Jᵀr, loss and gradient. All on one set
 * of points that the caller may replace between calls.
 */

import type { Rng } from "../../engine/random/rng.ts";
import type { SystemBlas } from "../../engine/system/system-blas.ts";
import { type Compiled, type CompileOptions, compile, type TensorSpec } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { pointsElsewhere } from "../../equations/expression/index.ts";
import { denseAlgebra } from "./dense-algebra.ts";
import { type FusedRows, fusedRows } from "./fused.ts";
import { type Compile, gradientSums, type RowTerm } from "./gradient.ts";
import { apart, rowsAndJacobian, rowsWithTallFactors } from "./jacobian.ts";
import { jacobianWriter } from "./jacobian-writer.ts";
import { kernelOf } from "./kernel.ts";
import { type Model, parameterCount } from "./model.ts";
import { type GroupTensors, type RowGroup, rowCount, weightedRows } from "./rows.ts";
import { denseSteps, kernelSteps } from "./steps.ts";

/** Points of one group. */
export interface GroupPoints {
  /** [n, d] */
  readonly points: Float64Array;
  /** √w per point, [n]. */
  readonly rootWeights: Float64Array;
  /** [n, max(1, number of data columns)] */
  readonly data: Float64Array;
  /**
   * Shares the points out among the parts of a term and draws its directions; needed for the first group where there is
   * a term.
   */
  readonly stream?: Rng;
}

/** r, J [M, P], g = Jᵀr and the matrix at one θ; the arrays are the program's own and change with the next call. */
export interface Linearization {
  /** r [M]. */
  readonly rows: Float64Array;
  /** J [M, P], row-major; empty without one. */
  readonly jacobian: Float64Array;
  /** JᵀJ [P, P], or JJᵀ [M, M] of the kernel. */
  readonly matrix: Float64Array;
  /** The diagonal of the matrix, undamped: [P], or [M] of the kernel. */
  readonly diagonal: Float64Array;
  /** Jᵀr [P]. */
  readonly gradient: Float64Array;
  /** Σ r². */
  readonly loss: number;
}

/** The computation of a damped step. */
export interface TrialForm {
  /** From JJᵀ without a Jacobian, not from JᵀJ. */
  readonly kernel: boolean;
  /** Adds half the geodesic acceleration where it is small against the step. */
  readonly geodesic: boolean;
}

/** A damped step; the arrays are the program's own and change with the next call. */
export interface Trial {
  /** θ + the step [P]. */
  readonly theta: Float64Array;
  /** δ = −(JᵀJ + λ)⁻¹Jᵀr, [P]. */
  readonly delta: Float64Array;
  /**
   * a = −(JᵀJ + λ)⁻¹Jᵀk, [P], with k the second derivative of the rows along δ; zeros without geodesic acceleration.
   */
  readonly bend: Float64Array;
  /** Σ r² at `theta`. */
  readonly loss: number;
}

/** Least squares over residual rows. */
export interface LeastSquaresProgram {
  /** Number of parameters P. */
  readonly size: number;
  /** Number of rows M. */
  readonly rows: number;
  /** Replaces the points of all groups; sets that come back, as the same objects, are prepared once. Their arrays may not change. */
  setPoints(groups: readonly GroupPoints[]): void;
  /** At how many points other than its own a row asks for unknowns, at most. */
  readonly elsewhere: number;
  /** Σ r² (rows in {@link residual}). */
  loss(theta: Float64Array): Promise<number>;
  /** The rows of the last {@link loss}. */
  residual(): Float64Array;
  /** With `kernel`, the matrix is JJᵀ, and J is not made: cheaper where there are fewer rows than parameters. */
  linearize(theta: Float64Array, kernel?: boolean): Promise<Linearization>;
  /**
   * A damped step from θ at the last linearisation (of the same form), and the loss where it leads. Not finite where
   * the damped matrix is not positive definite in float64.
   *
   * @param shift - λ > 0, added to the diagonal of the matrix
   */
  trial(theta: Float64Array, shift: number, form: TrialForm): Promise<Trial>;
  /** Σ r², with the term where there is one, and its gradient, in the program's precision. */
  lossAndGradient(theta: Float64Array, gradient: Float64Array): Promise<number>;
  /** Frees the compiled programs; nothing can be called afterwards. */
  dispose(): Promise<void>;
}

/** A program that is compiled on first use; the tensors of the points follow those of `specs`. */
export type Lazily = (
  name: string,
  specs: readonly TensorSpec[],
  fn: (inputs: readonly tf.Tensor[], points: readonly tf.Tensor[]) => readonly tf.Tensor[],
) => () => Promise<Compiled>;

/**
 * Options of {@link leastSquaresProgram}; `precision` is that of loss and gradient, float64 unless stated, as all else
 * is.
 */
export interface ProgramOptions extends Pick<CompileOptions, "threads" | "precision"> {
  /** The machine's BLAS for JᵀJ and the steps. @defaultValue none */
  readonly blas?: SystemBlas | undefined;
  /**
   * A regularizer of the first group of rows, in {@link LeastSquaresProgram.lossAndGradient} alone.
   * @defaultValue none
   */
  readonly term?: RowTerm | undefined;
}

/** Threads up to which one pass on one of them is faster than graphs on all. */
const mostThreads = 2;

/** Compiles what a problem's rows need; each program when it is first used. */
export function leastSquaresProgram(
  model: Model,
  groups: readonly RowGroup[],
  options: ProgramOptions = {},
): LeastSquaresProgram {
  const { threads = 1, blas, precision = "float64" } = options;
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
  const opening: Compile = (name, specs, fn, of) => {
    let program: Promise<Compiled> | undefined;
    return () => {
      if (!program) {
        program = compile((...inputs) => fn(inputs), specs, { precision: of, threads, name });
        opened.push(program);
      }
      return program;
    };
  };
  const lazily: Lazily = (name, specs, fn) => {
    const all = (inputs: readonly tf.Tensor[]) => fn(inputs.slice(0, specs.length), inputs.slice(specs.length));
    return opening(name, [...specs, ...groupSpecs], all, "float64");
  };
  const vector: TensorSpec = { shape: [size] };
  const residual = (theta: tf.Tensor, points: readonly tf.Tensor[]) =>
    weightedRows(model, groups, theta, tensorsOf(points));
  const linear = (theta: tf.Tensor, points: readonly tf.Tensor[]) => {
    const { rows: r, jacobian } = rowsAndJacobian(model, groups, theta, tensorsOf(points));
    return { rows: r, parts: jacobian.map((block) => block.values) };
  };
  const residualProgram = lazily("residual", [vector], ([theta], points) => {
    const r = residual(theta!, points);
    return [tf.reshape(r, [rows]), tf.reshape(tf.sum(tf.square(r)), [1])];
  });
  const kernelProgram = lazily("kernel", [vector], ([theta], points) => {
    const { rows: r, factors } = rowsWithTallFactors(model, groups, theta!, tensorsOf(points));
    return [tf.reshape(r, [rows]), kernelOf(factors.map(apart)), tf.reshape(tf.sum(tf.square(r)), [1])];
  });
  const pullBackProgram = lazily("pull back", [vector, { shape: [rows, 1] }], ([theta, y], points) => [
    tf.grad((t: tf.Tensor) => tf.sum(tf.mul(residual(t, points), y!)))(theta!),
  ]);
  const gradient = gradientSums(model, groups, precision, opening, options.term);

  let sets: readonly GroupPoints[] = [];
  let current: Float64Array[] = [];
  const last = new Float64Array(rows);
  const one = new Float64Array(1);
  let pass: FusedRows | undefined;
  let tried = false;
  /** The pass at the points at hand; more threads than a few are faster with graphs. */
  const fused = (): FusedRows | undefined => {
    if (!tried && blas && threads <= mostThreads) {
      pass = fusedRows(model, groups, blas);
      pass?.setPoints(sets);
    }
    tried = true;
    return pass;
  };
  const residualInto = async (theta: Float64Array, into: Float64Array) => {
    const found = fused();
    if (found) return found.residual(theta, into);
    await (await residualProgram()).run([theta, ...current], { into: [into, one] });
    return one[0]!;
  };
  const writer = jacobianWriter({
    ...{ rows, size, lazily, linear, points: () => current },
    factors: (theta, points) => rowsWithTallFactors(model, groups, theta, tensorsOf(points)),
  });
  const algebra = denseAlgebra(blas, threads);
  const sizes = { rows, size, residual: residualInto };
  const steps = denseSteps(algebra, sizes, async (theta, r) => fused()?.jacobian(theta, r) ?? writer(theta, r));
  const byKernel = kernelSteps(algebra, {
    ...sizes,
    async kernel(theta, r, matrix) {
      await (await kernelProgram()).run([theta, ...current], { into: [r, matrix, one] });
      return one[0]!;
    },
    async pullBack(theta, y, into) {
      await (await pullBackProgram()).run([theta, y, ...current], { into: [into] });
    },
  });
  return {
    size,
    rows,
    elsewhere: Math.max(0, ...groups.map(({ residuals }) => pointsElsewhere(residuals))),
    setPoints(given) {
      sets = given;
      pass?.setPoints(sets);
      current = given.flatMap(({ points, rootWeights, data }) => [points, rootWeights, data]);
    },
    residual: () => last,
    loss: (theta) => residualInto(theta, last),
    linearize: (theta, kernel = false) => (kernel ? byKernel : steps).linearize(theta),
    trial: (theta, shift, { kernel, geodesic }) => (kernel ? byKernel : steps).trial(theta, shift, geodesic),
    lossAndGradient: (theta, into) => gradient(theta, sets, into),
    async dispose() {
      for (const program of opened) await (await program).dispose();
      await algebra.dispose();
    },
  };
}
