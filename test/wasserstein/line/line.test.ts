import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { isMongeError, rng } from "../../../engine/index.ts";
import { barycenter1d, upperTailWeight, wasserstein1d } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";

interface LineCase {
  readonly kind: string;
  readonly x: number[];
  readonly y: number[];
  readonly a: number[];
  readonly b: number[];
  readonly scipy: number;
  readonly pot: Readonly<Record<string, number>>;
}
const oracle: { readonly line: readonly LineCase[] } = JSON.parse(
  readFileSync(new URL("../../oracles/wasserstein-line.json", import.meta.url), "utf8"),
);

const sample = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 12 });

test("W₁, W₂², W₃³ agree with POT and SciPy: ties, zeros, heavy tails, weights of 0, unequal sizes", () => {
  for (const { kind, x, y, a, b, scipy, pot } of oracle.line) {
    for (const p of [1, 2, 3]) {
      const value = wasserstein1d({ values: x, weights: a }, { values: y, weights: b }, { p }).value;
      close(value, pot[p]!, 1e-12 * (1 + value), `${kind}, p ${p}`);
    }
    close(wasserstein1d({ values: x, weights: a }, { values: y, weights: b }).value, scipy, 1e-12 * (1 + scipy), kind);
  }
});

test("among ties the gradient is shared in proportion to weight, so equal elements are treated alike", () => {
  const { x } = wasserstein1d([2, 0, 0, 0], [0, 0, 1, 5], { p: 1 }).gradient();
  assert.equal([...x], [-0.25, -1 / 12, -1 / 12, -1 / 12]);
  const weighted = wasserstein1d(
    { values: [0, 0, 3], weights: [1, 3, 4] },
    { values: [1, 2], weights: [5, 3] },
    { p: 2 },
  ).gradient();
  close(weighted.x[1]!, 3 * weighted.x[0]!, 1e-15);
  for (const options of [{}, { p: 2, root: true }]) {
    const dry = wasserstein1d(new Float64Array(9), new Float64Array(9), options).gradient();
    assert.ok(dry.x.every((g) => g === 0) && dry.xWeights.every((g) => g === 0));
  }
});

test("masked elements have no route", () => {
  const masked = wasserstein1d([5, Number.NaN, 1], [0, 9, 7], { mask: [1, 0, 1] }).plan();
  assert.equal([...masked.rows, ...masked.columns, ...masked.masses], [2, 0, 0, 2, 0.5, 0.5]);
});

test("the mask leaves out elements of both sides, NaN included, and their gradient is 0", () => {
  const [x, y] = [
    [1, Number.NaN, 5, 2],
    [0, 7, 3, 4],
  ];
  const mask = [true, false, true, true];
  close(wasserstein1d(x!, y!, { mask, p: 2 }).value, wasserstein1d([1, 5, 2], [0, 3, 4], { p: 2 }).value, 0);
  const { x: slope } = wasserstein1d(x!, y!, { mask }).gradient();
  for (const [i, g] of [1 / 3, 0, 1 / 3, -1 / 3].entries()) close(slope[i]!, g, 1e-15, `slope ${i}`);
  assert.is(slope[1], 0);
  close(
    wasserstein1d({ values: x!, weights: [1, 9, 2, 1] }, { values: y!, weights: [2, 0, 1, 1] }, { mask }).value,
    wasserstein1d({ values: [1, 5, 2], weights: [1, 2, 1] }, { values: [0, 3, 4], weights: [2, 1, 1] }).value,
    1e-15,
  );
});

test("Huber: quadratic at small gaps, W₁ − δ/2 at large ones, and W₁ as δ → 0", () => {
  close(wasserstein1d([0, 10], [0.2, 20], { huber: 1 }).value, (0.02 + 9.5) / 2, 1e-15);
  const [x, y] = [rng(3).normal(50), rng(4).normal(30)];
  close(wasserstein1d(x, y, { huber: 1e-9 }).value, wasserstein1d(x, y).value, 1e-9);
  close(2e6 * wasserstein1d(x, y, { huber: 1e6 }).value, wasserstein1d(x, y, { p: 2 }).value, 1e-9);
});

test("weights on levels: the flat weight changes nothing, and the tail weight sees the tail", () => {
  const [x, y] = [rng(5).normal(200), rng(6).normal(150)];
  const flat = { density: () => 1, cumulative: (q: number) => q };
  close(wasserstein1d(x, y, { quantileWeight: flat }).value, wasserstein1d(x, y).value, 1e-14);
  const base = Float64Array.from({ length: 100 }, (_, i) => i);
  const top = base.map((v) => (v > 90 ? v + 10 : v));
  const bottom = base.map((v) => (v < 9 ? v - 10 : v));
  const tail = { quantileWeight: upperTailWeight(0.01) };
  close(wasserstein1d(base, top).value, wasserstein1d(base, bottom).value, 1e-12);
  assert.ok(wasserstein1d(base, top, tail).value > 5 * wasserstein1d(base, bottom, tail).value);
  const weight = upperTailWeight(0.3);
  close(weight.cumulative(1), 1, 1e-15);
  close((weight.cumulative(0.7 + 1e-6) - weight.cumulative(0.7 - 1e-6)) / 2e-6, weight.density(0.7), 1e-8);
});

test("nothing is NaN: huge and tiny values, one point, and what float64 cannot hold is said", () => {
  close(wasserstein1d([1e300, -1e300], [0, 0], { p: 2, root: true }).value / 1e300, 1, 1e-15);
  close(wasserstein1d([3e-200], [0], { p: 3, root: true }).value / 3e-200, 1, 1e-14);
  close(wasserstein1d([1e300], [0], { p: 3, root: true }).gradient().x[0]!, 1, 1e-15);
  assert.is(wasserstein1d([4], [4], { p: 2, root: true }).value, 0);
  assert.throws(
    () => wasserstein1d([1e300], [0], { p: 2 }),
    (e: unknown) => isMongeError(e) && e.kind === "domain" && e.message.includes("root: true"),
  );
});

test("a million float32 samples, heavy-tailed or half zeros: W₁ and W₂² are those of their float64 copies, and of the unrounded values to float32 rounding", () => {
  // POT cumulates 1/n in float32, which is off by 0.9 % here.
  const n = 1_000_000;
  const draw = (name: string, shift: number) =>
    rng(11)
      .split(name)
      .normal(n)
      .map((v) => v + shift);
  const laws: Record<string, (v: number) => number> = { lognormal: Math.exp, rain: (v) => Math.max(0, v - 0.1) };
  for (const [law, map] of Object.entries(laws)) {
    const [x, y] = [draw("x", 0).map(map), draw("y", 0.2).map(map)];
    const [x32, y32] = [new Float32Array(x), new Float32Array(y)];
    // |x − x32| ≤ 2⁻²⁴·|x|, in the mean over both samples.
    const first = (v: Float64Array) => v.reduce((s, t) => s + Math.abs(t), 0) / n;
    const second = (v: Float64Array) => v.reduce((s, t) => s + t * t, 0) / n;
    const w1 = wasserstein1d(x32, y32).value;
    close(
      w1,
      wasserstein1d(new Float64Array(x32), new Float64Array(y32)).value,
      1e-14 * w1,
      `${law} W₁, the same values`,
    );
    close(w1, wasserstein1d(x, y).value, 2 ** -24 * (first(x) + first(y)), `${law} W₁`);
    const w2 = wasserstein1d(x32, y32, { p: 2 }).value;
    close(
      w2,
      wasserstein1d(new Float64Array(x32), new Float64Array(y32), { p: 2 }).value,
      1e-14 * w2,
      `${law} W₂², the same`,
    );
    const rounding = 2 ** -24 * Math.sqrt(second(x) + second(y));
    close(Math.sqrt(w2), wasserstein1d(x, y, { p: 2, root: true }).value, 2 * rounding, `${law} W₂`);
    assert.ok(w1 > 0.05 && Number.isFinite(w2), law);
  }
});

test("the barycenter of equal samples is the mean of their sorted values; quantiles average for any sizes and weights", () => {
  assert.equal(
    [
      ...barycenter1d([
        [3, 1, 2],
        [10, 30, 20],
      ]).points,
    ],
    [5.5, 11, 16.5],
  );
  assert.equal(
    [
      ...barycenter1d(
        [
          [1, 2],
          [3, 6],
        ],
        { weights: [3, 1] },
      ).points,
    ],
    [1.5, 3],
  );
  const { points, weights } = barycenter1d([
    [0, 4],
    [1, 2, 6],
  ]);
  assert.equal([...points], [0.5, 1, 3, 5]);
  for (const [i, w] of [1 / 3, 1 / 6, 1 / 6, 1 / 3].entries()) close(weights![i]!, w, 1e-15);
});

test("the barycenter keeps means, lies between, and minimises the mean of W₂² among perturbed clouds", () => {
  void fc.assert(
    fc.property(sample, sample, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (x, y, t) => {
      const mean = (v: readonly number[]) => v.reduce((s, u) => s + u, 0) / v.length;
      const { points, weights, count } = barycenter1d([x, y], { weights: [1 - t, t] });
      const mass = weights ?? new Float64Array(count).fill(1 / count);
      const found = Float64Array.from(points).reduce((s, v, i) => s + v * mass[i]!, 0);
      close(found, (1 - t) * mean(x) + t * mean(y), 1e-10, "mean");
      const to = (v: readonly number[], q: ArrayLike<number>) =>
        wasserstein1d(v, { values: q, weights: mass }, { p: 2 }).value;
      const root = (v: readonly number[]) => Math.sqrt(to(v, points));
      const apart = wasserstein1d(x, y, { p: 2, root: true }).value;
      // The displacement interpolation divides the distance in the ratio of the weights.
      close(root(x), t * apart, 1e-6, "distance to x");
      close(root(y), (1 - t) * apart, 1e-6, "distance to y");
      const cost = (q: ArrayLike<number>) => (1 - t) * to(x, q) + t * to(y, q);
      const moved = Float64Array.from(points, (v, i) => v + 0.1 * Math.sin(3 * i));
      assert.ok(cost(points) <= cost(moved) + 1e-9);
    }),
    { seed: 3, numRuns: 100 },
  );
});

test("resampled to a count it keeps the mean, and at a multiple of the pieces it is exact", () => {
  const samples = [
    [0, 4],
    [1, 2, 6],
  ];
  const six = barycenter1d(samples, { count: 6 });
  for (const [i, v] of [0.5, 0.5, 1, 3, 5, 5].entries()) close(six.points[i]!, v, 1e-13, `${i}`);
  const weighted = [{ values: samples[0]!, weights: [1, 2] }, samples[1]!];
  const five = barycenter1d(weighted, { count: 5 });
  const exact = barycenter1d(weighted);
  const mean = Float64Array.from(exact.points).reduce((s, v, i) => s + v * exact.weights![i]!, 0);
  close(
    Float64Array.from(five.points).reduce((s, v) => s + v / 5, 0),
    mean,
    1e-13,
    "mean",
  );
});

test.run();
