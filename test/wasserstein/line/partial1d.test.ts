/** Partial transport on the line against brute force and exact partial transport. */

import { OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import { partialTransport, partialWasserstein1d } from "../../../wasserstein/index.ts";
import { assert, close, test, throws } from "../../harness.ts";

test("for every number of pairs the cost is that of exact partial transport, with ties and samples of other sizes", () => {
  const stream = rng(5);
  for (let round = 0; round < 60; round++) {
    const own = stream.split(`${round}`);
    const [n, m] = [1 + Math.floor(own.uniform() * 9), 1 + Math.floor(own.uniform() * 9)];
    const draw = (key: string, count: number) =>
      own
        .split(key)
        .normal(count)
        .map((v) => (round % 3 === 0 ? Math.round(2 * v) : v));
    const [x, y] = [draw("x", n), draw("y", m)];
    for (const p of [1, 1.5, 2, 3]) {
      const { costs, value } = partialWasserstein1d(x, y, { p });
      assert.is(costs.length, Math.min(n, m));
      assert.is(value, costs.at(-1));
      for (const [k, cost] of costs.entries()) {
        const [a, b] = [new Float64Array(n).fill(1), new Float64Array(m).fill(1)];
        const exact = partialTransport(
          { points: x, count: n, dim: 1, weights: a },
          { points: y, count: m, dim: 1, weights: b },
          { mass: k + 1, p },
        );
        close(cost, exact.value, 1e-9 * Math.max(1, exact.value), `n ${n}, m ${m}, p ${p}, ${k + 1} pairs`);
      }
    }
  }
});

test("the pairs that are named cost what is said, and costs rise ever faster", () => {
  const [x, y] = [rng(1).normal(300), rng(2).normal(400)];
  const { value, costs, plan, gradient } = partialWasserstein1d(x, y, { p: 2, count: 250 });
  const { rows, columns, masses } = plan();
  assert.is(rows.length, 250);
  let sum = 0;
  const slopes = new Float64Array(x.length);
  for (let k = 0; k < 250; k++) {
    const gap = x[rows[k]!]! - y[columns[k]!]!;
    sum += masses[k]! * gap ** 2;
    slopes[rows[k]!] = 2 * gap;
  }
  close(sum, value, 1e-10 * value);
  assert.equal(gradient().x, slopes);
  close(
    gradient().y.reduce((s, v) => s + v, 0),
    -slopes.reduce((s, v) => s + v, 0),
    1e-10,
  );
  const rises = costs.map((c, k) => c - (costs[k - 1] ?? 0));
  for (let k = 1; k < rises.length; k++) assert.ok(rises[k]! >= rises[k - 1]! - 1e-12);
});

test("a count out of range and an empty sample are refused", () => {
  throws(
    () => partialWasserstein1d([1], [2, 3], { count: 2 }),
    OptionsError,
    /count is 2, expected a whole number in \[1, 1\]/,
  );
  throws(() => partialWasserstein1d([], [2]), ShapeError, /samples/);
  throws(() => partialWasserstein1d({ values: [1], weights: [2] }, [2]), OptionsError, /weights/);
});

test.run();
