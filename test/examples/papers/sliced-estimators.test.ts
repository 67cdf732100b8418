/** Control variates (arXiv 2305.00402) and energy-based weights (arXiv 2304.13586) of slices. */
import { rng } from "../../../engine/index.ts";
import { dot } from "../../../engine/numerics/index.ts";
import { byEnergy, controlled } from "../../../examples/papers/sliced-estimators.ts";
import { sampleDirections, slicedWasserstein } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";
import { normalCloud, weightedCloud } from "../../wasserstein/sliced/sliced-cases.ts";

test("the regression coefficient is exact for a translation from two directions on; the published one is not", () => {
  const x = normalCloud(rng(6), 30, 6);
  const t = [0.3, -1, 0.2, 0.9, 1.1, 0];
  const y = { ...x, points: x.points.map((v, i) => v + t[i % 6]!) };
  const exact = (0.09 + 1 + 0.04 + 0.81 + 1.21) / 6;
  for (const directions of [2, 3, 10]) {
    const drawn = slicedWasserstein(x, y, { directions, kind: "uniform", rng: rng(3) });
    close(controlled(x, y, drawn).value, exact, 1e-12);
    // The upper variate adds variances that differ from direction to direction, so W is no affine function of it.
    for (const variate of ["lower", "upper"] as const) {
      const { value } = controlled(x, y, drawn, { variate, coefficient: "paper" });
      assert.ok(Math.abs(value - exact) > 1e-6, `paper, ${variate}, ${directions} directions`);
    }
  }
});

test("the mean of either variate over many directions is the one that is taken off", () => {
  const [x, y] = [weightedCloud(rng(1), 20, 4), normalCloud(rng(2), 30, 4, 0.5, 1.5)];
  const drawn = slicedWasserstein(x, y, { directions: 20_000, rng: rng(3) });
  for (const variate of ["lower", "upper"] as const) {
    close(controlled(x, y, drawn, { variate }).value, drawn.value, 4 * drawn.standardError!);
  }
});

test("the control variate follows its formula", () => {
  const stream = rng(11);
  for (let trial = 0; trial < 50; trial++) {
    const [x, y] = [normalCloud(stream, 20, 5), normalCloud(stream, 20, 5, 0, 1.5)];
    const directions = sampleDirections(2 + (trial % 3), 5, { rng: stream });
    const drawn = slicedWasserstein(x, y, { directions });
    const shift = Float64Array.from({ length: 5 }, (_, k) => {
      let sum = 0;
      for (let i = 0; i < 20; i++) sum += (x.points[5 * i + k]! - y.points[5 * i + k]!) / 20;
      return sum;
    });
    const c = Array.from(drawn.slices, (_, l) => dot(directions.points.subarray(5 * l, 5 * l + 5), shift) ** 2);
    const mean = (v: ArrayLike<number>) => Array.from(v).reduce((sum, e) => sum + e, 0) / v.length;
    const [mw, mc] = [mean(drawn.slices), mean(c)];
    const top = c.reduce((sum, e, l) => sum + (e - mc) * (drawn.slices[l]! - mw), 0);
    const gamma = Math.min(2, Math.max(0, top / c.reduce((sum, e) => sum + (e - mc) ** 2, 0)));
    const found = controlled(x, y, drawn);
    close(found.coefficient, gamma, 1e-9 * (1 + gamma));
    close(found.value, Math.max(0, mw - gamma * (mc - dot(shift, shift) / 5)), 1e-9 * (1 + gamma));
  }
});

test("energy weights lead from the mean to the maximum of the slices", () => {
  const stream = rng(10);
  const [x, y] = [normalCloud(stream, 50, 3), normalCloud(stream, 50, 3, 1, 0.3)];
  const drawn = slicedWasserstein(x, y, { directions: sampleDirections(12, 3, { rng: stream }) });
  const at = (energy: "softmax" | number) => byEnergy(drawn, energy);
  const largest = Math.max(...drawn.slices);
  close(at(0), drawn.value, 1e-14);
  close(at(1e6), largest, 1e-12);
  assert.ok(drawn.value < at(1) && at(1) < at(2) && at(2) < largest);
  const weights = drawn.slices.map((w) => Math.exp(w));
  const total = weights.reduce((sum, w) => sum + w, 0);
  close(at("softmax"), dot(drawn.slices, weights) / total, 1e-14);
});

test.run();
