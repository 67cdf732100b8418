/**
 * Linearisation and damped steps of Gauss–Newton: Levenberg–Marquardt with geodesic acceleration (Transtrum & Sethna
 * 2012, arXiv 1201.5885), by the normal equations, or in the space of the rows without a Jacobian: δ = −Jᵀ(JJᵀ + λ)⁻¹r
 * with JJᵀ by kernel.ts and Jᵀ as a reverse pass, whose work and memory grow with the number of weights only as a
 * gradient's do. One Cholesky factor per trial.
 */
import { norm } from "../../engine/numerics/vectors.ts";
import { type DenseAlgebra, mirrored } from "./dense-algebra.ts";
import type { Linearization, Trial } from "./program.ts";

/** Step h along δ of the difference that gives the second derivative. */
const probe = 0.1;
/** Largest ratio 2‖a‖/‖δ‖ at which the acceleration a is trusted. */
const largestBend = 0.75;

/** Sizes, and the rows at other parameters. */
export interface StepRows {
  /** Number of rows M and of parameters P. */
  readonly rows: number;
  readonly size: number;
  /** Fills r [M] at θ, and returns Σ r². */
  residual(theta: Float64Array, rows: Float64Array): Promise<number>;
}

/** The two halves of a step. */
export interface Steps {
  linearize(theta: Float64Array): Promise<Linearization>;
  trial(theta: Float64Array, shift: number, geodesic: boolean): Promise<Trial>;
}

/** The damped equations of one λ. */
interface Damped {
  /** −δ. */
  step(into: Float64Array): Promise<void>;
  /** −a, for the rows at θ + hδ. */
  bend(ahead: Float64Array, delta: Float64Array, into: Float64Array): Promise<void>;
}

/**
 * Steps by JᵀJ.
 *
 * @param jacobian - fills r [M] at θ, and returns Σ r² and J [M, P], which the next call may overwrite
 */
export function denseSteps(
  algebra: DenseAlgebra,
  given: StepRows,
  jacobian: (theta: Float64Array, rows: Float64Array) => Promise<{ loss: number; jacobian: Float64Array }>,
): Steps {
  const { rows: m, size: n } = given;
  const [r, gradient, along] = [new Float64Array(m), new Float64Array(n), new Float64Array(n)];
  const normal = dampedMatrix(algebra, n);
  let j: Float64Array = new Float64Array(0);
  const linearize = async (theta: Float64Array) => {
    const { loss, jacobian: filled } = await jacobian(theta, r);
    j = filled;
    await algebra.gram(j, m, n, normal.matrix());
    algebra.multiply(j, m, n, r, gradient, true);
    return { rows: r, jacobian: j, gradient, loss, ...normal.linearized() };
  };
  const damped = (shift: number): Damped | undefined => {
    const solve = normal.factored(shift);
    if (!solve) return undefined;
    return {
      async step(into) {
        into.set(gradient);
        solve(into);
      },
      async bend(ahead, delta, into) {
        // Jᵀk, k = (2/h)((r(θ + hδ) − r)/h − Jδ), with JᵀJδ = −g − λδ in the place of two products with J.
        algebra.multiply(j, m, n, ahead, along, true);
        for (let i = 0; i < n; i++) {
          into[i] = (2 / probe) * ((along[i]! - gradient[i]!) / probe + gradient[i]! + shift * delta[i]!);
        }
        solve(into);
      },
    };
  };
  return stepsOf(given, linearize, damped);
}

/** Parts of the steps by JJᵀ. */
export interface KernelRows extends StepRows {
  /** Fills r [M] and JJᵀ [M, M] at θ, and returns Σ r². */
  kernel(theta: Float64Array, rows: Float64Array, matrix: Float64Array): Promise<number>;
  /** Fills Jᵀy [P] at θ. */
  pullBack(theta: Float64Array, y: Float64Array, into: Float64Array): Promise<void>;
}

/** Steps by JJᵀ. The linearisation's `jacobian` is empty. */
export function kernelSteps(algebra: DenseAlgebra, given: KernelRows): Steps {
  const { rows: m, size: n, kernel, pullBack } = given;
  const [r, y, second, gradient] = [m, m, m, n].map((length) => new Float64Array(length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const dual = dampedMatrix(algebra, m);
  let at = new Float64Array(0);
  const linearize = async (theta: Float64Array) => {
    at = theta.slice();
    const loss = await kernel(theta, r, dual.matrix());
    await pullBack(theta, r, gradient);
    return { rows: r, jacobian: new Float64Array(0), gradient, loss, ...dual.linearized() };
  };
  const damped = (shift: number): Damped | undefined => {
    const solve = dual.factored(shift);
    if (!solve) return undefined;
    return {
      async step(into) {
        y.set(r);
        solve(y);
        await pullBack(at, y, into);
      },
      async bend(ahead, _delta, into) {
        // k = (2/h)((r(θ + hδ) − r)/h − Jδ) with Jδ = λy − r.
        for (let i = 0; i < m; i++) {
          second[i] = (2 / probe) * ((ahead[i]! - r[i]!) / probe + r[i]! - shift * y[i]!);
        }
        solve(second);
        await pullBack(at, second, into);
      },
    };
  };
  return stepsOf(given, linearize, damped);
}

/**
 * A symmetric matrix by its upper triangle, allocated when it is first needed, and its factors with a damped diagonal.
 */
function dampedMatrix(algebra: DenseAlgebra, side: number) {
  let [matrix, work, diagonal] = [new Float64Array(0), new Float64Array(0), new Float64Array(0)];
  return {
    matrix() {
      if (matrix.length === 0) [matrix, work] = [new Float64Array(side * side), new Float64Array(side * side)];
      return matrix;
    },
    linearized() {
      diagonal = Float64Array.from({ length: side }, (_, i) => matrix[i * (side + 1)]!);
      const whole = matrix;
      return {
        diagonal,
        get matrix() {
          return mirrored(whole, side);
        },
      };
    },
    /** b ← (A + λ)⁻¹b; undefined where that is not positive definite. */
    factored(shift: number) {
      work.set(matrix);
      for (let i = 0; i < side; i++) work[i * (side + 1)] = diagonal[i]! + shift;
      return algebra.factored(work, side);
    },
  };
}

function stepsOf(
  { rows: m, size: n, residual }: StepRows,
  linearize: Steps["linearize"],
  damped: (shift: number) => Damped | undefined,
): Steps {
  const ahead = new Float64Array(m);
  const [moved, delta, bend] = [0, 0, 0].map(() => new Float64Array(n)) as [Float64Array, Float64Array, Float64Array];
  const negated = (of: Float64Array) => {
    for (let i = 0; i < n; i++) of[i] = -of[i]!;
  };
  return {
    linearize,
    async trial(theta, shift, geodesic) {
      const equations = damped(shift);
      if (!equations) {
        for (const array of [moved, delta, bend]) array.fill(Number.NaN);
        return { theta: moved, delta, bend, loss: Number.NaN };
      }
      await equations.step(delta);
      negated(delta);
      bend.fill(0);
      let share = 0;
      if (geodesic) {
        for (let i = 0; i < n; i++) moved[i] = theta[i]! + probe * delta[i]!;
        await residual(moved, ahead);
        await equations.bend(ahead, delta, bend);
        negated(bend);
        if ((2 / largestBend) * norm(bend) <= norm(delta)) share = 0.5;
      }
      for (let i = 0; i < n; i++) moved[i] = theta[i]! + (delta[i]! + share * bend[i]!);
      return { theta: moved, delta, bend, loss: await residual(moved, ahead) };
    },
  };
}
