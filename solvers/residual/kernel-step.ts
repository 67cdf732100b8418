/**
 * Damped steps of Gauss–Newton in the space of the rows, without a Jacobian: δ = −Jᵀ(JJᵀ + λ)⁻¹r with JJᵀ by kernel.ts and Jᵀ as a
 * reverse pass. Work and memory grow with the number of weights only as a gradient's do, so that networks may have a million of them.
 */
import type { DenseAlgebra } from "./dense-algebra.ts";
import { largestBend, probe, type Steps } from "./dense-step.ts";

/** The rows that the steps reduce. */
export interface KernelRows {
  /** Number of rows M and of parameters P. */
  readonly rows: number;
  readonly size: number;
  /** Fills r [M] and JJᵀ [M, M] at θ, and returns Σ r². */
  kernel(theta: Float64Array, rows: Float64Array, matrix: Float64Array): Promise<number>;
  /** Fills r [M] at θ, and returns Σ r². */
  residual(theta: Float64Array, rows: Float64Array): Promise<number>;
  /** Fills Jᵀy [P] at θ. */
  pullBack(theta: Float64Array, y: Float64Array, into: Float64Array): Promise<void>;
}

/** Steps by the kernel. The linearisation's `jacobian` is empty. */
export function kernelSteps(
  algebra: DenseAlgebra,
  { rows: m, size: n, kernel, residual, pullBack }: KernelRows,
): Steps {
  const [r, ahead, second] = [new Float64Array(m), new Float64Array(m), new Float64Array(m)];
  const [gradient, moved, delta, bend] = [0, 0, 0, 0].map(() => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let [matrix, work, diagonal] = [new Float64Array(0), new Float64Array(0), new Float64Array(0)];

  /** b ← (JJᵀ + λ)⁻¹b for several b; undefined where the matrix is not positive definite. */
  const factored = (shift: number): ((b: Float64Array) => Float64Array) | undefined => {
    work.set(matrix);
    for (let i = 0; i < m; i++) work[i * (m + 1)] = diagonal[i]! + shift;
    const solve = algebra.factored(work, m);
    return (
      solve &&
      ((b) => {
        const y = b.slice();
        solve(y);
        return y;
      })
    );
  };

  return {
    async linearize(theta) {
      if (matrix.length === 0) [matrix, work] = [new Float64Array(m * m), new Float64Array(m * m)];
      const loss = await kernel(theta, r, matrix);
      await pullBack(theta, r, gradient);
      diagonal = Float64Array.from({ length: m }, (_, i) => matrix[i * (m + 1)]!);
      return { rows: r, jacobian: new Float64Array(0), matrix, gradient, diagonal, loss };
    },
    async trial(theta, shift, { geodesic }) {
      const solve = factored(shift);
      if (!solve) {
        for (const array of [moved, delta, bend]) array.fill(Number.NaN);
        return { theta: moved, delta, bend, loss: Number.NaN };
      }
      const y = solve(r);
      await pullBack(theta, y, delta);
      for (let i = 0; i < n; i++) delta[i] = -delta[i]!;
      bend.fill(0);
      let share = 0;
      if (geodesic) {
        for (let i = 0; i < n; i++) moved[i] = theta[i]! + probe * delta[i]!;
        await residual(moved, ahead);
        // k = (2/h)((r(θ + hδ) − r)/h − Jδ) with Jδ = λy − r.
        for (let i = 0; i < m; i++) {
          second[i] = (2 / probe) * ((ahead[i]! - r[i]!) / probe + r[i]! - shift * y[i]!);
        }
        await pullBack(theta, solve(second), bend);
        for (let i = 0; i < n; i++) bend[i] = -bend[i]!;
        if ((2 / largestBend) * norm(bend) <= norm(delta)) share = 0.5;
      }
      for (let i = 0; i < n; i++) moved[i] = theta[i]! + (delta[i]! + share * bend[i]!);
      return { theta: moved, delta, bend, loss: await residual(moved, ahead) };
    },
  };
}

const norm = (x: Float64Array): number => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0));
