import { rng } from "../../../engine/index.ts";
import {
  eachRank,
  eachSorted,
  pairDistances,
  quantileOfSorted,
  quantilesOf,
  squaresOf,
} from "../../../engine/numerics/index.ts";
import { assert, close, test } from "../../harness.ts";

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

test("ranks among the rows and squares of columns are those of their definition, and what is not finite is told", () => {
  for (const [rows, columns] of [
    [1, 3],
    [2, 1],
    [20, 401],
    [129, 5],
  ] as const) {
    const others = crowd(columns, rows + 1);
    for (const values of [crowd(rows * columns, rows), new Float32Array(crowd(rows * columns, rows))]) {
      const column = (c: number) => Array.from({ length: rows }, (_, r) => values[r * columns + c]!);
      const [less, most] = [new Float64Array(columns), new Float64Array(columns)];
      const finite = eachRank(values, others, rows, (below, notAbove, from, count) => {
        for (let k = 0; k < count; k++) [less[from + k], most[from + k]] = [-below[2 * k]!, -notAbove[2 * k]!];
      });
      assert.ok(finite);
      let [squares, apart] = [0, 0];
      for (const [c, y] of others.entries()) {
        const own = column(c);
        assert.is(less[c]!, own.filter((x) => x < y).length, `${rows} × ${columns}, below in ${c}`);
        assert.is(most[c]!, own.filter((x) => x <= y).length, `${rows} × ${columns}, not above in ${c}`);
        const mean = own.reduce((a, b) => a + b, 0) / rows;
        squares += own.reduce((sum, x) => sum + (x - mean) ** 2, 0);
        apart += (mean - y) ** 2;
      }
      const found = squaresOf(values, others, rows)!;
      close(found[0], squares, 1e-12 * Math.max(1, squares), `${rows} × ${columns}, round the mean`);
      close(found[1], apart, 1e-12 * Math.max(1, apart), `${rows} × ${columns}, of the mean`);
      values[values.length - 1] = Number.NaN;
      assert.is(squaresOf(values, others, rows), undefined);
      assert.ok(!eachRank(values, others, rows, () => {}));
    }
  }
});

test.run();
