/** KRnet as published: invertible and normalised. */
import { krnet } from "../../../bench/solver-aas/krnet.ts";
import { compile, rng, type tf } from "../../../engine/index.ts";
import type { Flow } from "../../../solvers/flow/index.ts";
import { openFlow } from "../../../solvers/flow/model.ts";
import { assert, test } from "../../harness.ts";

/** A flow with parameters moved at random, so that nothing is trivial. */
async function roughFlow(flow: Flow, size: number, seed = 1) {
  const model = await openFlow(flow, rng(seed), { objective: "cross-entropy", batch: 16, rows: 512 });
  const state = model.state();
  const noise = rng(seed).split("noise");
  for (const [name, { data }] of Object.entries(state)) {
    if (!name.startsWith("ema.")) continue;
    for (let i = 0; i < data.length; i++) data[i] = Number(data[i]) + size * noise.normal();
  }
  model.restore(state);
  return model;
}

const largest = (values: ArrayLike<number>) => Array.from(values).reduce((m, v) => Math.max(m, Math.abs(v)), 0);

test("inverse ∘ forward is the identity to 1e-10, the logit and 28 layers amplify rounding", async () => {
  const flow = krnet({ dimension: 3 });
  const model = await roughFlow(flow, 0.1);
  const points = rng(2).uniform(300 * 3);
  const { reference } = await model.forward(points);
  // `sample` takes uniform numbers; the reference points are already normal.
  const names = Object.keys(flow.shapes);
  const inverse = await compile(
    (...tensors) => {
      const parameters = Object.fromEntries(names.map((n, i) => [n, tensors[i]!]));
      return [flow.inverse(parameters, tensors.at(-1) as tf.Tensor2D)];
    },
    [...names.map((n) => ({ shape: flow.shapes[n]! })), { shape: [300, 3] }],
    { precision: "float64" },
  );
  const state = model.state();
  const parameters = names.map((n) => state[`ema.${n}`]!.data as Float64Array);
  const [back] = (await inverse.run([...parameters, reference])) as [Float64Array];
  assert.ok(largest(back.map((z, i) => z - points[i]!)) < 1e-10);
  await inverse.dispose();
  await model.dispose();
});

test("∫ p over the box and its margin is 1, the margin's share being small", async () => {
  const model = await roughFlow(krnet({ dimension: 2 }), 0.1);
  const [side, margin] = [400, 0.005];
  const points = Float64Array.from({ length: side * side * 2 }, (_, at) => {
    const cell = Math.floor(at / 2);
    return ((1 + 2 * margin) * ((at % 2 === 0 ? cell % side : Math.floor(cell / side)) + 0.5)) / side - margin;
  });
  const sum = (await model.logDensity(points)).reduce((all, l) => all + Math.exp(l), 0);
  const mass = (sum * (1 + 2 * margin) ** 2) / side ** 2;
  assert.ok(Math.abs(mass - 1) < 2e-3, `mass ${mass}`);
  await model.dispose();
});

test.run();
