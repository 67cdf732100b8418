/** Dense linear algebra of Gauss–Newton's steps: by the machine's BLAS, or on the host where it has none. */
import { cholesky } from "../../engine/numerics/cholesky.ts";
import type { SystemBlas } from "../../engine/system/system-blas.ts";
import { type Compiled, compile } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";

/** Products and factors of row-major matrices. */
export interface DenseAlgebra {
  /** AᵀA [n, n] for A [m, n]: the upper triangle, what is below has no meaning. */
  gram(a: Float64Array, m: number, n: number, into: Float64Array): Promise<void>;
  /** y = A·x, or with `transposed` Aᵀ·x, for A [m, n]. */
  multiply(a: Float64Array, m: number, n: number, x: Float64Array, y: Float64Array, transposed?: boolean): void;
  /**
   * b ← A⁻¹·b for the symmetric A [n, n] given by its upper triangle, which may be overwritten; undefined where it is
   * not positive definite.
   */
  factored(a: Float64Array, n: number): ((b: Float64Array) => void) | undefined;
  dispose(): Promise<void>;
}

/** The algebra of a machine, for matrices A of one size. */
export const denseAlgebra = (blas: SystemBlas | undefined, threads: number): DenseAlgebra =>
  blas ? byBlas(blas, threads) : onHost(threads);

function byBlas(blas: SystemBlas, threads: number): DenseAlgebra {
  return {
    async gram(a, m, n, into) {
      blas.useThreads(threads);
      blas.gram(a, m, n, into);
    },
    multiply: blas.multiply,
    factored(a, n) {
      blas.useThreads(threads);
      return blas.factor(a, n) ? (b) => blas.solve(a, n, b) : undefined;
    },
    async dispose() {},
  };
}

/** Products of matrices by compiled graphs, the rest in plain loops. */
function onHost(threads: number): DenseAlgebra {
  let program: Promise<Compiled> | undefined;
  return {
    async gram(a, m, n, into) {
      const options = { precision: "float64", threads, name: "gram" } as const;
      program ??= compile((x) => [upperGram(x!, m, n)], [{ shape: [m, n] }], options);
      await (await program).run([a], { into: [into] });
    },
    multiply(a, m, n, x, y, transposed = false) {
      if (transposed) y.fill(0);
      for (let i = 0; i < m; i++) {
        const row = a.subarray(i * n, (i + 1) * n);
        if (transposed) for (let k = 0; k < n; k++) y[k]! += row[k]! * x[i]!;
        else {
          let sum = 0;
          for (let k = 0; k < n; k++) sum += row[k]! * x[k]!;
          y[i] = sum;
        }
      }
    },
    factored(a, n) {
      const factor = cholesky(mirrored(a, n), n);
      return factor && ((b) => b.set(factor.solve(b)));
    },
    async dispose() {
      await (await program)?.dispose();
    },
  };
}

/** The upper triangle of AᵀA in four strips of rows, with zeros before them. */
function upperGram(a: tf.Tensor, m: number, n: number): tf.Tensor {
  const strip = Math.ceil(n / 4);
  const strips: tf.Tensor[] = [];
  for (let from = 0; from < n; from += strip) {
    const left = tf.slice(a, [0, from], [m, Math.min(strip, n - from)]);
    const product = tf.matMul(left, tf.slice(a, [0, from], [m, n - from]), true, false);
    strips.push(from === 0 ? product : tf.concat([tf.zeros([left.shape[1]!, from]), product], 1));
  }
  return strips.length === 1 ? strips[0]! : tf.concat(strips, 0);
}

/** The triangle below the diagonal, filled from above. */
export function mirrored(a: Float64Array, n: number): Float64Array {
  for (let i = 1; i < n; i++) for (let k = 0; k < i; k++) a[i * n + k] = a[k * n + i]!;
  return a;
}
