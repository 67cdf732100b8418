/**
 * Linearisation and damped steps of Gauss–Newton: Levenberg–Marquardt with geodesic acceleration (Transtrum & Sethna 2012, arXiv 1201.5885), by the
 * normal equations or by Woodbury's identity, with refinement past the digits that JᵀJ loses. One Cholesky factor per trial.
 */
import { type DenseAlgebra, mirrored } from "./dense-algebra.ts";
import type { Linearization, Trial, TrialForm } from "./program.ts";

/** Step h along δ of the difference that gives the second derivative. */
export const probe = 0.1;
/** Largest ratio 2‖a‖/‖δ‖ at which the acceleration a is trusted. */
export const largestBend = 0.75;

/** The rows that the steps reduce. */
export interface DenseRows {
  /** Number of rows M and of parameters P. */
  readonly rows: number;
  readonly size: number;
  /** Fills r [M] at θ, and returns Σ r² and J [M, P], which the next call may overwrite. */
  jacobian(theta: Float64Array, rows: Float64Array): Promise<{ loss: number; jacobian: Float64Array }>;
  /** Fills r [M] at θ, and returns Σ r². */
  residual(theta: Float64Array, rows: Float64Array): Promise<number>;
}

/** The two halves of a step. */
export interface Steps {
  linearize(theta: Float64Array, dual: boolean): Promise<Linearization>;
  trial(theta: Float64Array, shift: number, form: TrialForm): Promise<Trial>;
}

/** Steps; arrays are allocated when they are first needed. */
export function denseSteps(algebra: DenseAlgebra, { rows: m, size: n, jacobian, residual }: DenseRows): Steps {
  const [r, ahead] = [new Float64Array(m), new Float64Array(m)];
  const [gradient, moved, delta, bend, along] = Array.from({ length: 5 }, () => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let j: Float64Array = new Float64Array(0);
  let [matrix, work, diagonal] = Array.from({ length: 3 }, () => new Float64Array(0)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];

  /** J·x or Jᵀ·y. */
  const forward = (x: Float64Array, into: Float64Array) => algebra.multiply(j, m, n, x, into);
  const back = (y: Float64Array, into: Float64Array) => algebra.multiply(j, m, n, y, into, true);

  return {
    async linearize(theta, dual) {
      const side = dual ? m : n;
      if (matrix.length !== side * side)
        [matrix, work] = [new Float64Array(side * side), new Float64Array(side * side)];
      const { loss, jacobian: filled } = await jacobian(theta, r);
      j = filled;
      await algebra.gram(j, m, n, matrix, dual);
      back(r, gradient);
      diagonal = Float64Array.from({ length: side }, (_, i) => matrix[i * (side + 1)]!);
      const whole = matrix;
      return {
        ...{ rows: r, jacobian: j, diagonal, gradient, loss },
        get matrix() {
          return mirrored(whole, side);
        },
      };
    },
    async trial(theta, shift, { dual, geodesic, refine }) {
      const side = dual ? m : n;
      work.set(matrix);
      for (let i = 0; i < side; i++) work[i * (side + 1)] = diagonal[i]! + shift;
      const solve = algebra.factored(work, side);
      if (!solve) {
        for (const array of [moved, delta, bend]) array.fill(Number.NaN);
        return { theta: moved, delta, bend, loss: Number.NaN };
      }
      /** x = (JᵀJ + λ)⁻¹Jᵀk, refined with k − Jx rather than with JᵀJ; in the dual form as Jᵀ(JJᵀ + λ)⁻¹k. */
      const leastSquares = (k: Float64Array, x: Float64Array, known?: Float64Array) => {
        if (dual) {
          const y = k.slice();
          solve(y);
          back(y, x);
        } else {
          if (known) x.set(known);
          else back(k, x);
          solve(x);
        }
        const rest = new Float64Array(m);
        for (let round = 0; round < refine; round++) {
          forward(x, rest);
          for (let i = 0; i < m; i++) rest[i] = k[i]! - rest[i]!;
          back(rest, along);
          for (let i = 0; i < n; i++) along[i]! -= shift * x[i]!;
          if (dual) {
            // (e − Jᵀ(JJᵀ + λ)⁻¹Je)/λ
            const e = along.slice();
            forward(e, rest);
            solve(rest);
            back(rest, along);
            for (let i = 0; i < n; i++) along[i] = (e[i]! - along[i]!) / shift;
          } else solve(along);
          for (let i = 0; i < n; i++) x[i]! += along[i]!;
        }
      };
      leastSquares(r, delta, gradient);
      for (let i = 0; i < n; i++) delta[i] = -delta[i]!;
      bend.fill(0);
      let share = 0;
      if (geodesic) {
        for (let i = 0; i < n; i++) moved[i] = theta[i]! + probe * delta[i]!;
        await residual(moved, ahead);
        if (!dual && refine === 0) {
          // Jᵀk with JᵀJδ = −g − λδ in the place of two products with J.
          back(ahead, along);
          for (let i = 0; i < n; i++) {
            along[i] = (2 / probe) * ((along[i]! - gradient[i]!) / probe + gradient[i]! + shift * delta[i]!);
          }
          leastSquares(ahead, bend, along);
        } else {
          const second = new Float64Array(m);
          forward(delta, second);
          for (let i = 0; i < m; i++) second[i] = (2 / probe) * ((ahead[i]! - r[i]!) / probe - second[i]!);
          leastSquares(second, bend);
        }
        for (let i = 0; i < n; i++) bend[i] = -bend[i]!;
        if ((2 / largestBend) * norm(bend) <= norm(delta)) share = 0.5;
      }
      for (let i = 0; i < n; i++) moved[i] = theta[i]! + (delta[i]! + share * bend[i]!);
      return { theta: moved, delta, bend, loss: await residual(moved, ahead) };
    },
  };
}

const norm = (x: Float64Array): number => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0));
