import { readFileSync } from "node:fs";
import { rng } from "../../../engine/index.ts";
import type { Cloud } from "../../../wasserstein/measure/index.ts";
import type { SinkhornOptions } from "../../../wasserstein/sinkhorn/index.ts";
import { sinkhorn, sinkhornDivergence } from "../../../wasserstein/sinkhorn/index.ts";
import { assert, close, test } from "../../harness.ts";
import { planarPair } from "../clouds.ts";

const random = (seed: number, count: number, dim: number, scale = 1, shift = 0): Required<Cloud> => {
  const points = rng(seed)
    .split("points")
    .uniform(new Float64Array(count * dim));
  const weights = rng(seed).split("weights").uniform(new Float64Array(count));
  return { points: points.map((v) => scale * v + shift), count, dim, weights: weights.map((w) => w + 0.2) };
};
const tight: SinkhornOptions = { tolerance: 1e-12, maxIterations: 20000 };

test("on the pair of 50-point clouds the divergence has the recorded values and rises to W₂²", () => {
  const [x, y] = planarPair();
  for (const [epsilon, expected] of [
    [1, 0.128904763225],
    [0.1, 0.157062455256],
    [0.01, 0.161471084625],
    [0.003, 0.162334236947],
  ] as const) {
    for (const refine of [{}, { refine: "newton" }] as const) {
      const s = sinkhornDivergence(x, y, { epsilon, ...tight, tolerance: 1e-11, ...refine });
      assert.ok(s.converged);
      close(s.value, expected, 1e-11);
      assert.ok(s.value < 0.16310492361);
    }
  }
});

test("POT's debiased transport cost ⟨P, C⟩ is ours", () => {
  const { cases } = JSON.parse(readFileSync(new URL("../../oracles/sinkhorn-pot.json", import.meta.url), "utf8"));
  const one = cases.find((c: { kind: string }) => c.kind === "divergence");
  const of = (points: number[]): Cloud => ({ points: Float64Array.from(points), count: points.length / 2, dim: 2 });
  const [x, y] = [of(one.x), of(one.y)];
  const linear = (p: Cloud, q: Cloud) => sinkhorn(p, q, { epsilon: one.epsilon, ...tight }).linearCost;
  close(linear(x, y) - (linear(x, x) + linear(y, y)) / 2, one.linear, 1e-9);
});

test("S(α, α) = 0, S(α, β) = S(β, α) > 0, and a shift by t costs ‖t‖²", () => {
  for (const reach of [undefined, 0.5]) {
    for (const epsilon of [0.01, 0.3]) {
      const [x, y] = [random(1, 12, 2), random(2, 15, 2)];
      const options = { ...tight, epsilon, refine: "newton", ...(reach ? { reach } : { normalize: true }) } as const;
      close(sinkhornDivergence(x, x, options).value, 0, 1e-12);
      const value = sinkhornDivergence(x, y, options).value;
      assert.ok(value > 1e-4);
      close(sinkhornDivergence(y, x, options).value, value, 1e-11);
      if (reach === undefined) {
        const moved = { ...x, points: x.points.map((v, k) => v + [0.7, -0.3][k % 2]!) as Float64Array };
        close(sinkhornDivergence(x, moved, options).value, 0.58, 1e-11);
      }
    }
  }
});

test("early stops do not make the divergence of a measure with itself negative by more than ε times the error", () => {
  const x = random(1, 20, 2);
  for (const maxIterations of [5, 10, 40]) {
    const s = sinkhornDivergence(x, x, { epsilon: 0.01, maxIterations });
    assert.ok(Math.abs(s.value) <= 0.01 * s.marginalError + 1e-12, `${s.value} at error ${s.marginalError}`);
  }
});

test("gradients in points and weights are those of central differences, for transport and divergence", () => {
  const [x, y] = [random(1, 7, 2), random(2, 9, 2, 0.8, 0.3)];
  const direction = (label: string, length: number) => rng(9).split(label).normal(new Float64Array(length));
  const [dx, dy] = [direction("x", 14), direction("y", 18)];
  const moved = (c: Required<Cloud>, d: Float64Array, w: Float64Array, h: number, k: number): Cloud => ({
    ...c,
    points: c.points.map((v, i) => v + h * d[i]!) as Float64Array,
    weights: Float64Array.from(c.weights).map((v, i) => v + k * w[i]!),
  });
  for (const options of [
    { epsilon: 0.05, normalize: true },
    { epsilon: 0.02, reach: 0.6 },
    { epsilon: 0.05, reach: 0.6, normalize: true },
    { epsilon: 0.02, normalize: true, refine: "newton" },
  ] as const) {
    // Without `normalize` the masses may change, with it their sum does not matter.
    const [wx, wy] = [direction("wx", 7), direction("wy", 9)];
    for (const f of [sinkhorn, sinkhornDivergence]) {
      const at = (h: number, k: number) => {
        const found = f(moved(x, dx, wx, h, k), moved(y, dy, wy, h, k), { ...tight, ...options });
        return "entropicValue" in found ? found.entropicValue : found.value;
      };
      const g = f(x, y, { ...tight, ...options }).gradient();
      const dot = (p: Float64Array, q: Float64Array) => p.reduce((s, v, i) => s + v * q[i]!, 0);
      const step = 1e-4;
      const points = (at(step, 0) - at(-step, 0)) / (2 * step);
      close(dot(g.x!, dx) + dot(g.y!, dy), points, 1e-6 * Math.max(1, Math.abs(points)), `${f.name} points`);
      const weights = (at(0, step) - at(0, -step)) / (2 * step);
      close(
        dot(g.xWeights, wx) + dot(g.yWeights, wy),
        weights,
        1e-6 * Math.max(1, Math.abs(weights)),
        `${f.name} weights`,
      );
    }
  }
});

test("steps against the gradient carry one cloud onto the other", () => {
  const y = random(4, 16, 2);
  let x: Cloud = { ...random(3, 16, 2, 0.5, 2), weights: y.weights };
  const options = { epsilon: 0.02, normalize: true };
  const start = sinkhornDivergence(x, y, options).value;
  const total = Float64Array.from(y.weights).reduce((s, w) => s + w, 0);
  for (let k = 0; k < 60; k++) {
    const { x: slope } = sinkhornDivergence(x, y, options).gradient();
    const points = x.points.map((v, i) => v - (0.4 * slope[i]! * total) / y.weights[i >> 1]!) as Float64Array;
    x = { ...x, points };
  }
  const end = sinkhornDivergence(x, y, options).value;
  assert.ok(end < 5e-3 * start, `${start} to ${end}`);
});

test.run();
