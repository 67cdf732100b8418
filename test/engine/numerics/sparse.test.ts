/** Sparse systems against dense elimination. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { solveBanded } from "../../../engine/numerics/banded.ts";
import { solveSparse } from "../../../engine/numerics/sparse.ts";
import { rng } from "../../../engine/random/rng.ts";

/** Two unknowns at each node of a square of k × k, which diffuse, drift and react: rows and columns 2i + unknown. */
function steps(k: number, stiffness: number): Map<number, number>[] {
  const draw = rng(7).split("square");
  const rows = Array.from({ length: 2 * k * k }, () => new Map<number, number>());
  for (let i = 0; i < k * k; i++) {
    for (const q of [0, 1]) {
      const row = rows[2 * i + q]!;
      row.set(2 * i + 1 - q, draw.uniform() - 0.5);
      let sum = 1;
      for (const [near, by] of [
        [i - 1, i % k > 0],
        [i + 1, i % k < k - 1],
        [i - k, i >= k],
        [i + k, i < k * (k - 1)],
      ] as const) {
        if (!by) continue;
        const weight = stiffness * (0.5 + draw.uniform());
        row.set(2 * near + q, -weight);
        sum += weight;
      }
      row.set(2 * i + q, sum);
    }
  }
  return rows;
}

for (const stiffness of [0.1, 10, 1000]) {
  test(`A·x is b, and x that of elimination, for steps ${stiffness} times as long as explicit ones may be`, () => {
    const rows = steps(12, stiffness);
    const n = rows.length;
    const draw = rng(8);
    const b = Float64Array.from({ length: n }, () => draw.normal());
    const x = solveSparse(rows, b)!;
    const dense = new Float64Array(n * (2 * n - 1));
    rows.forEach((row, i) => {
      for (const [j, value] of row) dense[i * (2 * n - 1) + n - 1 + j - i] = value;
    });
    const exact = b.slice();
    solveBanded(dense, exact, n - 1);
    const size = Math.hypot(...exact);
    assert.ok(Math.hypot(...exact.map((v, i) => v - x[i]!)) < 1e-7 * size);
    rows.forEach((row, i) => {
      const product = [...row].reduce((sum, [j, value]) => sum + value * x[j]!, 0);
      assert.ok(Math.abs(product - b[i]!) < 1e-9 * Math.hypot(...b));
    });
  });
}

test("b = 0 has x = 0, and a matrix without an inverse has none", () => {
  assert.equal(solveSparse([new Map([[0, 2]])], new Float64Array(1)), new Float64Array(1));
  const singular = [
    new Map([
      [0, 1],
      [1, 1],
    ]),
    new Map([
      [0, 1],
      [1, 1],
    ]),
  ];
  assert.is(solveSparse(singular, Float64Array.of(1, 2)), undefined);
});

test.run();
