/** Flow matching as a noise process of one's own: the network's velocity, times, and what samplers make of it. */
import { tf } from "../../../engine/index.ts";
import { flow } from "../../../examples/papers/flow-matching.ts";
import { integrate, noiseProcess, numbers, tensors } from "../../../generative/diffusion/index.ts";
import { edm } from "../../../generative/index.ts";
import { coefficientsAt, weightAt } from "../../generative/diffusion/at-level.ts";
import { assert, test } from "../../harness.ts";

test("the package takes the process as it is, and its formulas on tensors are those on numbers, to rounding in float32", async () => {
  assert.is(noiseProcess(flow), flow);
  await tf.setBackend("cpu");
  const sigmas = Float32Array.of(0.01, 0.13, 0.5, 2, 9, 50);
  for (const sigmaData of [0.13, 1, 7]) {
    const level = tf.tensor1d(sigmas) as tf.Tensor;
    const graph = flow.coefficients<tf.Tensor>(level, sigmaData, tensors);
    const weights = flow.weight<tf.Tensor>(level, sigmaData, tensors).dataSync();
    for (const [i, sigma] of sigmas.entries()) {
      for (const [name, value] of Object.entries(flow.coefficients(sigma, sigmaData, numbers))) {
        const given = graph[name as keyof typeof graph];
        const found = typeof given === "number" ? given : given.dataSync()[i]!;
        // The level of the network may cross 0; it is of size 1.
        const size = Math.max(Math.abs(value), name === "noise" ? 1 : 0);
        assert.ok(Math.abs(found - value) <= 4e-7 * size, `${name} at ${sigma}: ${found}, ${value}`);
      }
      assert.ok(Math.abs(weights[i]! / weightAt(flow, sigma, sigmaData) - 1) <= 4e-7, `weight at ${sigma}`);
    }
  }
});

test("flow matching: the network sees (1 − t) data + t noise in units of the data, and gives the velocity noise − data", () => {
  const sigmaData = 0.3;
  for (const t of [0.01, 0.3, 0.5, 0.9, 0.99]) {
    const sigma = (sigmaData * t) / (1 - t);
    const c = coefficientsAt(flow, sigma, sigmaData);
    const [data, z] = [0.7 * sigmaData, -1.1];
    const x = data + sigma * z;
    assert.ok(Math.abs(x * c.in - ((1 - t) * 0.7 + t * z)) < 1e-12, "state");
    // With the exact velocity the estimate is the data, and its squared error times the weight is the velocity's.
    assert.ok(Math.abs(c.skip * x + c.out * (z - 0.7) - data) < 1e-12, "estimate");
    assert.ok(Math.abs(c.out ** 2 * weightAt(flow, sigma, sigmaData) - 1) < 1e-12, "weight");
    assert.ok(Math.abs(c.noise - (2 * t - 1)) < 1e-12, "level");
    assert.ok(Math.abs(flow.trainingLevels([t], sigmaData)[0]! / sigma - 1) < 1e-6, "times are uniform");
  }
  const times = Array.from(flow.schedule(16, sigmaData), (sigma) => sigma / (sigma + sigmaData));
  for (let i = 1; i < 16; i++) assert.ok(Math.abs(times[i - 1]! - times[i]! - (times[0]! - times[15]!) / 15) < 1e-12);
  // A law of the levels is logit-normal in time: ln σ/σ_d is normal.
  const law = { median: 1, spread: 1.3 };
  assert.equal(flow.trainingLevels([0.1, 0.9], sigmaData, law), edm.trainingLevels([0.1, 0.9], sigmaData, law));
});

test("a step of Euler's method between noise levels is the step of the flow between times", async () => {
  // x' = x + (t' − t) (z − D) in the state's variable, with data of deviation 1 and any denoiser.
  const denoiser = (x: Float32Array, sigma: number) => x.map((v) => Math.tanh(v / (1 + sigma)));
  const [sigma, next] = [3, 0.8];
  const [t, then] = [sigma / (1 + sigma), next / (1 + next)];
  const x = 2.2;
  const estimate = Math.tanh(x / (1 + sigma));
  const velocity = (x - estimate) / sigma - estimate;
  const moved = (x * (1 - t) + (then - t) * velocity) / (1 - then);
  const [end] = await integrate(denoiser, Float32Array.of(x), [sigma, next], { method: "euler" });
  assert.ok(Math.abs(end! - Math.tanh(moved / (1 + next))) < 1e-6);
});

test("on Gaussian data 16 evaluations of the flow give 0.922 (Euler), 1.174 (Heun) and 1.016 (DPM-Solver++) of the deviation", async () => {
  // Levels even in time from σ = 50 to 0.02, computed independently with numpy.
  for (const [method, count, expected] of [
    ["euler", 16, 0.922],
    ["heun", 8, 1.174],
    ["dpm++2m", 16, 1.016],
  ] as const) {
    const denoiser = (x: Float32Array, sigma: number) => x.map((v) => v / (1 + sigma * sigma));
    const [end] = await integrate(denoiser, Float32Array.of(Math.hypot(50, 1)), flow.schedule(count, 1), { method });
    assert.ok(Math.abs(end! - expected) <= 6e-4, `${method}: ${end}`);
  }
});

test.run();
