/**
 * Damped steps of Gauss–Newton in the space of the rows without any matrix of their size: (JJᵀ + λ)y = r by conjugate gradients, preconditioned by the Nyström
 * approximation of JJᵀ from some hundred of its columns (Frangella, Tropp & Udell 2021, arXiv 2110.02820, with columns in the place of random
 * combinations). For networks of any size on ten thousand points and more.
 */
import { cholesky } from "../../engine/numerics/cholesky.ts";
import type { SystemBlas } from "../../engine/system/system-blas.ts";
import type { Steps } from "./blas-step.ts";
import { largestBend, probe } from "./trial.ts";

/** Columns of JJᵀ that the preconditioner knows, at most; beyond a quarter of the rows they would not pay. */
export const mostLandmarks = 400;
/** Part of the right-hand side that may be left, and products with JJᵀ after which a solution is taken as it is. */
const tolerance = 1e-9;
const mostProducts = 400;
/** Added to the small matrix, in units of its trace, so that it is positive definite in float64. */
const jitter = 1e-14;

/** The rows that the steps reduce. */
export interface MatrixFreeRows {
  /** Number of rows M and of parameters P. */
  readonly rows: number;
  readonly size: number;
  readonly threads: number;
  readonly blas: SystemBlas | undefined;
  /** Fills r [M], the diagonal of JJᵀ [M] and its columns of landmarks [M, ℓ] at θ, takes up the factors for products, and returns Σ r². */
  linearize(
    theta: Float64Array,
    rows: Float64Array,
    diagonal: Float64Array,
  ): Promise<{ loss: number; columns: Float64Array }>;
  /** Numbers of the landmarks among the rows [ℓ]; known after {@link linearize}. */
  landmarks(): readonly number[];
  /** Fills JJᵀy [M] at the last linearisation. */
  product(y: Float64Array, into: Float64Array): Promise<void>;
  /** Fills Jᵀy [P] at the last linearisation. */
  pullBack(y: Float64Array, into: Float64Array): Promise<void>;
  /** Fills r [M] at θ, and returns Σ r². */
  residual(theta: Float64Array, rows: Float64Array): Promise<number>;
}

/** Steps by conjugate gradients. The linearisation's `jacobian` and `matrix` are empty. */
export function nystromSteps(given: MatrixFreeRows): Steps {
  const { rows: m, size: n, threads, blas, residual, product, pullBack } = given;
  const [r, ahead, second, diagonal] = [0, 0, 0, 0].map(() => new Float64Array(m)) as Four;
  const [gradient, moved, delta, bend] = [0, 0, 0, 0].map(() => new Float64Array(n)) as Four;
  let columns = new Float64Array(0);
  let [gram, own]: [Float64Array, Float64Array] = [columns, columns];
  const multiply = (x: Float64Array, into: Float64Array, transposed: boolean) => {
    const width = columns.length / m;
    if (blas) return blas.multiply(columns, m, width, x, into, transposed);
    into.fill(0);
    for (let i = 0; i < m; i++) {
      const row = columns.subarray(i * width, (i + 1) * width);
      if (transposed) for (let k = 0; k < width; k++) into[k]! += row[k]! * x[i]!;
      else into[i] = dot(row, x);
    }
  };

  /** x ↦ P⁻¹x with P = C W⁻¹ Cᵀ + λ, that is (x − C(λW + CᵀC)⁻¹Cᵀx)/λ; undefined where λ is too small for it. */
  const preconditioner = (shift: number): ((x: Float64Array, into: Float64Array) => void) | undefined => {
    const width = columns.length / m;
    const small = gram.map((v, i) => v + shift * own[i]!);
    let trace = 0;
    for (let k = 0; k < width; k++) trace += small[k * (width + 1)]!;
    for (let k = 0; k < width; k++) small[k * (width + 1)]! += jitter * trace;
    const factor = cholesky(small, width);
    if (!factor) return undefined;
    const seen = new Float64Array(width);
    return (x, into) => {
      multiply(x, seen, true);
      multiply(factor.solve(seen), into, false);
      for (let i = 0; i < m; i++) into[i] = (x[i]! - into[i]!) / shift;
    };
  };

  /** y with (JJᵀ + λ)y = b, and JJᵀy; undefined where rounding leaves no descent. */
  const solved = async (shift: number, apply: (x: Float64Array, into: Float64Array) => void, b: Float64Array) => {
    const [y, image, rest, p, q, z] = [0, 0, 0, 0, 0, 0].map(() => new Float64Array(m)) as [
      ...Four,
      Float64Array,
      Float64Array,
    ];
    rest.set(b);
    apply(rest, z);
    p.set(z);
    let old = dot(rest, z);
    const enough = tolerance ** 2 * dot(b, b);
    for (let k = 0; k < mostProducts && dot(rest, rest) > enough; k++) {
      await product(p, q);
      const slope = dot(p, q) + shift * dot(p, p);
      if (!(slope > 0 && old > 0)) return k === 0 ? undefined : { y, image };
      const step = old / slope;
      for (let i = 0; i < m; i++) {
        y[i]! += step * p[i]!;
        image[i]! += step * q[i]!;
        rest[i]! -= step * (q[i]! + shift * p[i]!);
      }
      apply(rest, z);
      const now = dot(rest, z);
      for (let i = 0; i < m; i++) p[i] = z[i]! + (now / old) * p[i]!;
      old = now;
    }
    return { y, image };
  };

  return {
    async linearize(theta) {
      const found = await given.linearize(theta, r, diagonal);
      columns = found.columns as Float64Array<ArrayBuffer>;
      const at = given.landmarks();
      const width = at.length;
      gram = new Float64Array(width * width);
      if (blas) {
        blas.useThreads(threads);
        blas.gram(columns, m, width, gram);
      } else gramOf(columns, m, width, gram);
      for (let i = 0; i < width; i++) for (let k = 0; k < i; k++) gram[i * width + k] = gram[k * width + i]!;
      own = Float64Array.from(
        { length: width * width },
        (_, i) => columns[at[Math.floor(i / width)]! * width + (i % width)]!,
      );
      await pullBack(r, gradient);
      const none = new Float64Array(0);
      return { rows: r, jacobian: none, matrix: none, gradient, diagonal, loss: found.loss };
    },
    async trial(theta, shift, { geodesic }) {
      const apply = preconditioner(shift);
      const first = apply && (await solved(shift, apply, r));
      if (!(apply && first)) {
        for (const array of [moved, delta, bend]) array.fill(Number.NaN);
        return { theta: moved, delta, bend, loss: Number.NaN };
      }
      await pullBack(first.y, delta);
      for (let i = 0; i < n; i++) delta[i] = -delta[i]!;
      bend.fill(0);
      let share = 0;
      if (geodesic) {
        for (let i = 0; i < n; i++) moved[i] = theta[i]! + probe * delta[i]!;
        await residual(moved, ahead);
        // k = (2/h)((r(θ + hδ) − r)/h − Jδ) with Jδ = −JJᵀy.
        for (let i = 0; i < m; i++) {
          second[i] = (2 / probe) * ((ahead[i]! - r[i]!) / probe + first.image[i]!);
        }
        const bent = await solved(shift, apply, second);
        if (bent) {
          await pullBack(bent.y, bend);
          for (let i = 0; i < n; i++) bend[i] = -bend[i]!;
        }
        if ((2 / largestBend) * norm(bend) <= norm(delta)) share = 0.5;
      }
      for (let i = 0; i < n; i++) moved[i] = theta[i]! + (delta[i]! + share * bend[i]!);
      return { theta: moved, delta, bend, loss: await residual(moved, ahead) };
    },
  };
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];

/** The upper triangle of AᵀA. */
function gramOf(a: Float64Array, m: number, n: number, into: Float64Array): void {
  for (let row = 0; row < m; row++) {
    for (let i = 0; i < n; i++) {
      const x = a[row * n + i]!;
      for (let k = i; k < n; k++) into[i * n + k]! += x * a[row * n + k]!;
    }
  }
}

const dot = (x: Float64Array, y: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
};
const norm = (x: Float64Array): number => Math.sqrt(dot(x, x));
