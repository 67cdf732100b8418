import { readFileSync } from "node:fs";
import { rng } from "../../../engine/index.ts";
import { type Cloud, type SinkhornOptions, sinkhorn, sinkhornDivergence } from "../../../wasserstein/index.ts";
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

test("early stops do not make the divergence of a measure with itself negative by more than ε times the error", () => {
  const x = random(1, 20, 2);
  for (const maxIterations of [5, 10, 40]) {
    const s = sinkhornDivergence(x, x, { epsilon: 0.01, maxIterations });
    assert.ok(Math.abs(s.value) <= 0.01 * s.marginalError + 1e-12, `${s.value} at error ${s.marginalError}`);
  }
});

test.run();
