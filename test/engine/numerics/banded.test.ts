import { test } from "uvu";
import * as assert from "uvu/assert";
import { solveBanded } from "../../../engine/numerics/banded.ts";
import { rng } from "../../../engine/random/rng.ts";

test("A·x = b holds to rounding for random matrices with 0 to 5 diagonals on each side whose diagonal leads", () => {
  for (const [n, w] of [
    [1, 0],
    [7, 0],
    [9, 1],
    [40, 2],
    [40, 5],
    [4, 5],
  ] as const) {
    const random = rng(100 * n + w);
    const width = 2 * w + 1;
    const a = random.normal(n * width);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < width; k++) if (i + k - w < 0 || i + k - w >= n) a[i * width + k] = 0;
      a[i * width + w] = 4 * (w + 1) * (i % 2 === 0 ? 1 : -1);
    }
    const b = random.normal(n);
    const [factors, x] = [a.slice(), b.slice()];
    solveBanded(factors, x, w);
    for (let i = 0; i < n; i++) {
      let sum = -b[i]!;
      for (let k = 0; k < width; k++) sum += a[i * width + k]! * (x[i + k - w] ?? 0);
      assert.ok(Math.abs(sum) < 1e-13, `${n} rows, ${w} diagonals, row ${i}: ${sum}`);
    }
  }
});

test("a pivot of 0 gives numbers that are not finite", () => {
  const b = Float64Array.of(1, 1);
  solveBanded(Float64Array.of(0, 0, 1, 1, 1, 0), b, 1);
  assert.not.ok(b.every(Number.isFinite));
});

test.run();
