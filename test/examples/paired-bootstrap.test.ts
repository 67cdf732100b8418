import { DomainError, rng, ShapeError } from "../../engine/index.ts";
import { pairedBootstrap } from "../../examples/paired-bootstrap.ts";
import { assert, close, test } from "../harness.ts";

test("the interval is mean ± 1.96 standard errors of the differences, however large the scores", () => {
  const n = 200;
  const noise = rng(1).normal(n);
  const base = rng(2)
    .normal(n)
    .map((z) => 1000 * z); // common to both methods, and cancelled by pairing
  const result = pairedBootstrap(
    base.map((b, i) => b + 0.5 + noise[i]!),
    base,
    { random: rng(3), draws: 4000 },
  );
  const mean = noise.reduce((a, b) => a + b, 0) / n + 0.5;
  const error = Math.sqrt(noise.reduce((a, b) => a + (b + 0.5 - mean) ** 2, 0)) / n;
  close(result.difference, mean, 1e-12);
  close(result.low, mean - 1.96 * error, 0.1 * error, "low"); // quantile noise of 4000 draws ≈ 0.04 errors
  close(result.high, mean + 1.96 * error, 0.1 * error, "high");
});

test("differences between events are not redrawn: two constant events give an interval of no width", () => {
  const first = [3, 3, 3, -1, -1];
  const result = pairedBootstrap(first, [0, 0, 0, 0, 0], { random: rng(4), events: ["a", "a", "a", "b", "b"] });
  for (const end of [result.difference, result.low, result.high]) close(end, 1.4, 1e-12);
});

test("the interval covers the true difference as often as it says", () => {
  const random = rng(5);
  let covered = 0;
  for (let k = 0; k < 400; k++) {
    const { low, high } = pairedBootstrap(random.normal(60), new Float64Array(60), {
      random,
      draws: 300,
      coverage: 0.9,
    });
    if (low <= 0 && 0 <= high) covered++;
  }
  close(covered / 400, 0.89, 0.05, "coverage"); // the percentile interval is a little short at 60 tiles; 3 errors
});

test("unequal lengths, NaN and a single tile are refused", () => {
  const expect = (run: () => unknown, type: new (...args: never[]) => Error) =>
    assert.throws(run, (e: unknown) => e instanceof type);
  expect(() => pairedBootstrap([1, 2], [1], { random: rng(1) }), ShapeError);
  expect(() => pairedBootstrap([1, Number.NaN], [1, 2], { random: rng(1) }), DomainError);
  expect(() => pairedBootstrap([1], [1], { random: rng(1) }), DomainError);
});

test.run();
