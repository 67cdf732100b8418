/** The flow adversary against the exact maximum of its objective. */
import { type ActiveSampler, adversarial, type SamplingDomain } from "../../../solvers/index.ts";
import { obstacleMaximum, start } from "../../../solvers/sampler/index.ts";
import { dualSobolevNorm } from "../../../wasserstein/index.ts";
import { assert, test } from "../../harness.ts";
import { box, centres, contextOf } from "./flow-cases.ts";

/** J of a sampler's density on cells, the discrete problem of `dualSobolevNorm`; the density's mass on the cells is made 1. */
async function objectiveOn(side: number, domain: SamplingDomain, active: ActiveSampler, f: Float64Array, beta: number) {
  const spacing = [0, 1].map((k) => (domain.high[k]! - domain.low[k]!) / side);
  const p = Float64Array.from(await active.density(centres(side, domain)));
  const cell = spacing[0]! * spacing[1]!;
  const mass = p.reduce((a, b) => a + b, 0) * cell;
  let [gain, energy] = [0, 0];
  for (let i = 0; i < side * side; i++) {
    p[i]! /= mass;
    gain += f[i]! * p[i]! * cell;
  }
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const at = i * side + j;
      if (i + 1 < side) energy += ((p[at + side]! - p[at]!) / spacing[0]!) ** 2 * cell;
      if (j + 1 < side) energy += ((p[at + 1]! - p[at]!) / spacing[1]!) ** 2 * cell;
    }
  }
  return { value: gain - beta * energy, mass, spacing };
}

test("for a Neumann eigenfunction J stays below the exact maximum and reaches 97 % of its gain in 200 steps", async () => {
  const domain = box([0, 0], [1, 1]);
  const squared = ([x, y]: ArrayLike<number> & Iterable<number>) =>
    1 + Math.cos(Math.PI * x!) * Math.cos(2 * Math.PI * y!);
  const active = start(adversarial({ regularizer: "wasserstein", form: "flow", kappa: 1 }), domain);
  await active.draw(contextOf(domain, squared, 0));
  const beta = active.report()["beta"]!;
  // κ = 1 is a floor of 0.2: β = 1/(2π²·5·0.8), where the maximum is 1 + ¼/(4βπ²·5) (aas.md §6.7).
  const exactBeta = 1 / (10 * Math.PI ** 2 * 0.8);
  assert.ok(Math.abs(beta / exactBeta - 1) < 1e-3, `β ${beta} against ${exactBeta}`);
  const side = 128;
  const at = centres(side, domain);
  const f = Float64Array.from({ length: side * side }, (_, i) => squared(at.subarray(2 * i, 2 * i + 2)));
  const { value, mass } = await objectiveOn(side, domain, active, f, beta);
  const { maximum } = dualSobolevNorm({ values: f, shape: [side, side] }, { spacing: 1 / side, beta });
  assert.ok(Math.abs(maximum - (1 + 0.25 / (20 * beta * Math.PI ** 2))) < 1e-4);
  assert.ok(value <= maximum, `${value} above ${maximum}`);
  assert.ok((value - 1) / (maximum - 1) > 0.97, `reached ${(value - 1) / (maximum - 1)}`);
  assert.ok(Math.abs(mass - 1) < 1e-3);
  active.dispose?.();
});

test("on the peak problem's residual J stays below the certified bound and reaches 85 % of its gain", async () => {
  const domain = box([-1, -1], [1, 1]);
  // −Δu = s with u = exp(−1000 |x − ½|²), at u = 0.
  const squared = ([x, y]: ArrayLike<number> & Iterable<number>) => {
    const q = (x! - 0.5) ** 2 + (y! - 0.5) ** 2;
    return (Math.exp(-1000 * q) * (4000 - 4e6 * q)) ** 2;
  };
  const active = start(adversarial({ regularizer: "wasserstein", form: "flow" }), domain);
  for (const round of [0, 1]) await active.draw(contextOf(domain, squared, round));
  const side = 256;
  const at = centres(side, domain);
  const f = Float64Array.from({ length: side * side }, (_, i) => squared(at.subarray(2 * i, 2 * i + 2)));
  const beta = active.report()["beta"]!;
  const floor = 1e-3;
  const { beta: unit } = dualSobolevNorm({ values: f, shape: [side, side] }, { spacing: 2 / side, floor });
  const exact = obstacleMaximum({
    ...{ values: f, shape: [side, side], spacing: [2 / side, 2 / side], floor },
    ...{ kappa: beta / unit, tolerance: 0.01, maxIterations: 500 },
  });
  const { value } = await objectiveOn(side, domain, active, f, beta);
  const mean = f.reduce((a, b) => a + b, 0) / f.length;
  // The bound is for p ≥ 0.001/|Ω|; without that floor the maximum is larger by at most a factor 1/(1 − 0.001)².
  assert.ok(value - mean <= (exact.bound - mean) * 1.003, `${value} above ${exact.bound}`);
  assert.ok((value - mean) / (exact.value - mean) > 0.85, `reached ${(value - mean) / (exact.value - mean)}`);
  active.dispose?.();
});

test("with chi-square and entropy the flow's objective stays below the exact maximum and reaches 95 % of its gain", async () => {
  const domain = box([0, 0], [1, 1]);
  const squared = ([x, y]: ArrayLike<number> & Iterable<number>) =>
    1 + 0.8 * Math.cos(Math.PI * x!) * Math.cos(2 * Math.PI * y!);
  const at = centres(64, domain);
  const g = Float64Array.from({ length: 64 ** 2 }, (_, i) => squared(at.subarray(2 * i, 2 * i + 2)));
  const mean = (f: (g: number, i: number) => number) => g.reduce((sum, v, i) => sum + f(v, i), 0) / g.length;
  // Chi-square, β = ½: p = g. Entropy, β = κ max g: p ∝ exp(g/β), where the maximum is β ln ∫ exp(g/β).
  const beta = 0.5 * 1.8;
  const each = [
    {
      regularizer: "chi-square",
      kappa: 1,
      divergence: (p: number) => 0.5 * (p - 1) ** 2,
      most: mean((v) => v * v - 0.5 * (v - 1) ** 2),
    },
    {
      regularizer: "entropy",
      kappa: 0.5,
      divergence: (p: number) => beta * p * Math.log(p),
      most: beta * Math.log(mean((v) => Math.exp(v / beta))),
    },
  ] as const;
  for (const { regularizer, kappa, divergence, most } of each) {
    const active = start(adversarial({ regularizer, kappa, payoff: "square", form: "flow" }), domain);
    await active.draw(contextOf(domain, squared, 0));
    const p = await active.density(at);
    const value = mean((v, i) => p[i]! * v - divergence(p[i]!));
    assert.ok(value <= most + 1e-4, `${regularizer}: ${value} above ${most}`);
    assert.ok((value - 1) / (most - 1) > 0.95, `${regularizer}: reached ${(value - 1) / (most - 1)}`);
    active.dispose?.();
  }
});

test.run();
