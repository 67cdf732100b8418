/** Triangular factors and least squares by reflections, with and without the machine's LAPACK. */

import { DomainError, rng, ShapeError } from "../../../engine/index.ts";
import { leastSquares, triangularise } from "../../../engine/numerics/index.ts";
import { systemBlas } from "../../../engine/system/index.ts";
import { assert, test, throws } from "../../harness.ts";

for (const blas of systemBlas() ? [false, true] : [false]) {
  for (const [m, n] of [
    [7, 3],
    [40, 31],
    [31, 40],
  ] as const) {
    test(`R of a ${m} by ${n} matrix is triangular and has its Gram matrix, ${blas ? "by LAPACK" : "on the host"}`, () => {
      const a = rng(1).normal(m * n);
      const r = Float64Array.from(a);
      triangularise(r, m, n, undefined, blas);
      const rows = Math.min(m, n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          if (j < i && i < rows) assert.is(r[i * n + j], 0);
          let [gram, product] = [0, 0];
          for (let k = 0; k < m; k++) gram += a[k * n + i]! * a[k * n + j]!;
          for (let k = 0; k < rows; k++) product += r[k * n + i]! * r[k * n + j]!;
          assert.ok(Math.abs(gram - product) < 1e-12 * m);
        }
      }
    });
  }
}

for (const blas of systemBlas() ? [false, true] : [false]) {
  test(`rows that are a staircase have the same factor as any others, ${blas ? "by LAPACK" : "on the host"}`, () => {
    for (const [m, n, step] of [
      [150, 120, 1],
      [97, 130, 2],
      [130, 70, 0.3],
    ] as const) {
      const a = rng(2).normal(m * n);
      const leads = Int32Array.from({ length: m }, (_, i) => Math.min(n, Math.floor(step * Math.max(0, i - 9))));
      for (let i = 0; i < m; i++) a.fill(0, i * n, i * n + leads[i]!);
      const [r, whole] = [a.slice(), a.slice()];
      triangularise(r, m, n, leads, blas);
      triangularise(whole, m, n, undefined, blas);
      for (let i = 0; i < Math.min(m, n); i++)
        for (let j = 0; j < n; j++) assert.ok(Math.abs(Math.abs(r[i * n + j]!) - Math.abs(whole[i * n + j]!)) < 1e-9);
    }
  });
}

test("columns that depend on others, or are zero, keep the Gram matrix", () => {
  const a = Float64Array.of(1, 2, 0, 2, 4, 0, 3, 6, 0);
  triangularise(a, 3, 3, undefined, false);
  assert.ok(Math.abs(a[0]! ** 2 - 14) < 1e-12 && Math.abs(a[4]!) < 1e-12 && a[5] === 0 && a[8] === 0);
});

/** A random matrix with singular values from 1 down to 1/condition, in rough steps, as rows. */
function graded(m: number, n: number, condition: number): Float64Array {
  const stream = rng(4);
  const a = stream.split("a").normal(m * n);
  // Columns of falling length, then mixed with one another, so that no scaling of columns undoes it.
  const mixed = stream.split("mix").normal(n * n);
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < n; k++) {
      const v = a[i * n + k]! * condition ** (-k / (n - 1));
      for (let j = 0; j < n; j++) out[i * n + j]! += (v * mixed[k * n + j]!) / n;
    }
  }
  return out;
}

const norm = (x: ArrayLike<number>): number => Math.hypot(...Array.from(x));
const times = (a: Float64Array, x: Float64Array): Float64Array =>
  Float64Array.from({ length: a.length / x.length }, (_, i) =>
    x.reduce((sum, v, j) => sum + a[i * x.length + j]! * v, 0),
  );

/** [A | b …] of right sides one after the other. */
const beside = (a: Float64Array, m: number, n: number, sides: readonly Float64Array[]): Float64Array =>
  Float64Array.from(
    Array.from({ length: m }, (_, i) => [...a.subarray(i * n, (i + 1) * n), ...sides.map((b) => b[i]!)]).flat(),
  );

for (const blas of new Set([undefined, systemBlas()])) {
  const way = blas ? "by LAPACK" : "on the host";
  const solved = (a: Float64Array, m: number, n: number, ...sides: readonly Float64Array[]) =>
    leastSquares(beside(a, m, n, sides), m, n, sides.length, { threads: 1, blas });

  test(`least squares with condition number 1e12 leaves a residual of rounding size, ${way}`, () => {
    const [m, n] = [400, 149];
    const a = graded(m, n, 1e12);
    const b = times(a, rng(5).normal(n));
    const r = times(a, solved(a, m, n, b)).map((v, i) => v - b[i]!);
    // Normal equations would leave about the root of rounding times ‖b‖, or fail to factor.
    assert.ok(norm(r) <= 1e-13 * norm(b), `residual ${norm(r) / norm(b)}`);
  });

  test(`the residual of inconsistent equations is orthogonal to all columns, ${way}`, () => {
    const [m, n] = [300, 65];
    const a = graded(m, n, 1e3);
    const b = rng(6).normal(m);
    const r = times(a, solved(a, m, n, b)).map((v, i) => v - b[i]!);
    assert.ok(norm(r) > 0.1 * norm(b), "the equations are inconsistent");
    for (let j = 0; j < n; j++) {
      const column = Array.from({ length: m }, (_, i) => a[i * n + j]!);
      const dot = column.reduce((sum, v, i) => sum + v * r[i]!, 0);
      assert.ok(Math.abs(dot) <= 1e-12 * norm(column) * norm(r), `column ${j}: ${dot}`);
    }
  });

  test(`several right sides have the solutions of each alone, and what is left of them has its lengths and angles, ${way}`, () => {
    const [m, n] = [150, 70];
    const a = rng(1).normal(m * n);
    const sides = [rng(2).normal(m), rng(3).normal(m)];
    const both = beside(a, m, n, sides);
    const x = leastSquares(both, m, n, 2, { threads: 1, blas });
    const left = sides.map((side, k) => {
      const alone = solved(a, m, n, side);
      assert.ok(norm(alone.map((v, j) => v - x[k * n + j]!)) < 1e-12);
      return times(a, alone).map((v, i) => side[i]! - v);
    });
    const rotated = [0, 1].map((k) => [0, 1].map((i) => both[(n + i) * (n + 2) + n + k]!));
    const dot = (u: ArrayLike<number>, v: ArrayLike<number>) => Array.from(u).reduce((sum, w, i) => sum + w * v[i]!, 0);
    for (const k of [0, 1])
      for (const l of [0, 1]) assert.ok(Math.abs(dot(left[k]!, left[l]!) - dot(rotated[k]!, rotated[l]!)) < 1e-10);
  });

  test(`columns of zeros, numbers that are not finite and more columns than rows are refused, ${way}`, () => {
    const [m, n] = [40, 17];
    const a = rng(7).normal(m * n);
    const b = rng(8).normal(m);
    const empty = a.map((v, i) => (i % n === 3 ? 0 : v));
    throws(
      () => solved(empty, m, n, b),
      DomainError,
      /column 3 is a combination of those before it; leave columns out/,
    );
    for (const at of [0, n - 1])
      throws(() => solved(a.with(at, Number.NaN), m, n, b), DomainError, /a number of the rows is not finite/);
    throws(
      () => solved(a, m, n, b.with(2, Number.POSITIVE_INFINITY)),
      DomainError,
      /a number of the rows is not finite/,
    );
    throws(() => solved(a, n, m, rng(9).normal(n)), ShapeError, /no more columns than rows/);
  });
}

test.run();
