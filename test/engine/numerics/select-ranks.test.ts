import { rng } from "../../../engine/index.ts";
import { eachSorted, pairDistances, quantileOfSorted, quantilesOf } from "../../../engine/numerics/index.ts";
import { assert, test } from "../../harness.ts";

/** Numbers with ties, of both signs, and of very different size. */
const crowd = (count: number, seed: number) =>
  rng(seed)
    .normal(count)
    .map((v, i) => (i % 3 === 0 ? 0 : i % 7 === 0 ? 1.5 : v ** 5 * 1e-3));

test("quantiles of values in parts are those of all values sorted, in float32 and float64", () => {
  const levels = [1, 0.999, 0, 0.01, 0.3, 0.5, 0.5, 0.9];
  // A copy of few values is partitioned, many are counted by their bits.
  for (const count of [1, 2, 5, 4000, 70_000]) {
    const doubles = crowd(count, count);
    for (const values of [doubles, new Float32Array(doubles)]) {
      const sorted = values.slice().sort();
      const parts = [values.subarray(0, count >> 1), values.subarray(count >> 1)];
      assert.equal(
        quantilesOf(parts, levels),
        levels.map((q) => quantileOfSorted(sorted, q)),
        `${count} values`,
      );
    }
  }
  const mixed = [new Float32Array([1, 3]), new Float64Array([2.1])];
  assert.equal(quantilesOf(mixed, [0, 0.5, 1]), [1, 2.1, 3], "mixed");
});

test("columns are sorted one by one, whatever their number and length", () => {
  for (const [rows, columns] of [
    [1, 3],
    [2, 1],
    [5, 401],
    [20, 200],
    [64, 7],
    [65, 9],
    [128, 3],
    [129, 3],
  ] as const) {
    const values = crowd(rows * columns, rows);
    const seen = new Float64Array(rows * columns);
    eachSorted(values, rows, columns, (sorted, stride, from, count) => {
      for (let r = 0; r < rows; r++) seen.set(sorted.subarray(r * stride, r * stride + count), r * columns + from);
    });
    for (let c = 0; c < columns; c++) {
      const column = (of: Float64Array) => Float64Array.from({ length: rows }, (_, r) => of[r * columns + c]!);
      assert.equal(Array.from(column(seen)), Array.from(column(values).sort()), `${rows} × ${columns}, column ${c}`);
    }
  }
});

test("squared distances between all pairs are those of their differences", () => {
  for (const [count, length] of [
    [1, 3],
    [3, 1],
    [5, 700],
  ] as const) {
    const vectors = Array.from({ length: count }, (_, k) => crowd(length, k + 1));
    const pairs = vectors.flatMap((a, i) =>
      vectors.slice(0, i).map((b) => a.reduce((sum, v, k) => sum + (v - b[k]!) ** 2, 0)),
    );
    const found = pairDistances(vectors);
    assert.equal(found.length, pairs.length);
    for (const [k, pair] of pairs.entries()) assert.ok(Math.abs(found[k]! - pair) <= 1e-13 * pair, `${count}: ${k}`);
  }
});

test.run();
