/** Triangular factors by reflections, with and without the machine's LAPACK. */

import { rng } from "../../../engine/index.ts";
import { triangularise } from "../../../engine/numerics/householder.ts";
import { systemBlas } from "../../../engine/system/system-blas.ts";
import { assert, test } from "../../harness.ts";

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

test.run();
