/** Functions to minimise, with gradients and known minima. */
import { cholesky } from "../../../engine/numerics/cholesky.ts";
import { rng } from "../../../engine/random/rng.ts";
import type { Objective } from "../../../solvers/optimizer/optimizer.ts";

/** A function that returns its value and fills its gradient. */
export type Scalar = (x: Float64Array, gradient: Float64Array) => number;

export const objective = (size: number, f: Scalar): Objective => ({
  size,
  evaluate: async (x, gradient) => f(x, gradient),
});

export const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, v, i) => sum + v * y[i]!, 0);

/** Σ 100(x_{i+1} − x_i²)² + (1 − x_i)²: minimum 0 at ones. */
export const rosenbrock: Scalar = (x, g) => {
  g.fill(0);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [x[i + 1]! - x[i]! ** 2, 1 - x[i]!];
    value += 100 * a * a + b * b;
    g[i]! += -400 * a * x[i]! - 2 * b;
    g[i + 1]! += 200 * a;
  }
  return value;
};

/** Powell's singular function: minimum 0 at zero, where the Hessian is singular. */
export const powell: Scalar = (x, g) => {
  const [a, b, c, d] = [x[0]! + 10 * x[1]!, x[2]! - x[3]!, x[1]! - 2 * x[2]!, x[0]! - x[3]!];
  g[0] = 2 * a + 40 * d ** 3;
  g[1] = 20 * a + 4 * c ** 3;
  g[2] = 10 * b - 8 * c ** 3;
  g[3] = -10 * b - 40 * d ** 3;
  return a * a + 5 * b * b + c ** 4 + 10 * d ** 4;
};

/** ½ xᵀAx − bᵀx with A = diag + a random low-rank part, and its minimiser by Cholesky. */
export function quadratic(n: number, condition: number, seed: number) {
  const random = rng(seed);
  const a = new Float64Array(n * n);
  const u = random.split("u").normal(n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) a[i * n + j] = (i === j ? condition ** (i / (n - 1)) : 0) + 0.5 * u[i]! * u[j]!;
  const b = random.split("b").normal(n);
  const f: Scalar = (x, g) => {
    let value = 0;
    for (let i = 0; i < n; i++) {
      const ax = dot(a.subarray(i * n, i * n + n), x);
      g[i] = ax - b[i]!;
      value += x[i]! * (0.5 * ax - b[i]!);
    }
    return value;
  };
  return { f, minimiser: cholesky(a, n)!.solve(b) };
}

export const distance = (x: Float64Array, y: Float64Array): number => Math.hypot(...x.map((v, i) => v - y[i]!));
