/** The derivative of the compiled divergence against central differences of itself, and against the limit of many updates. */

import { compile, rng, tf } from "../../../engine/index.ts";
import { dot } from "../../../engine/numerics/vectors.ts";
import { sinkhornDivergence } from "../../../wasserstein/sinkhorn/divergence.ts";
import { type DivergenceGraphOptions, sinkhornDivergenceGraph } from "../../../wasserstein/sinkhorn/graph.ts";
import { assert, close, test } from "../../harness.ts";

await tf.setBackend("cpu");

interface Case {
  readonly n: number;
  readonly m: number;
  readonly dim: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** Mean of the costs. */
  readonly mean: number;
}

function clouds(seed: number, mass = 1): Case {
  const stream = rng(seed);
  const [n, m, dim] = [10 + 2 * seed, 12 + seed, 1 + (seed % 3)];
  const x = stream.split("x").uniform(new Float64Array(n * dim));
  const y = stream
    .split("y")
    .uniform(new Float64Array(m * dim))
    .map((v) => 0.7 * v + 0.4);
  const weights = (name: string, count: number, total: number) => {
    const w = stream
      .split(name)
      .uniform(new Float64Array(count))
      .map((v) => v + 0.2);
    const sum = w.reduce((s, v) => s + v, 0);
    return w.map((v) => (v / sum) * total);
  };
  let mean = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++)
      for (let k = 0; k < dim; k++) mean += (x[i * dim + k]! - y[j * dim + k]!) ** 2 / (n * m);
  }
  return { n, m, dim, x, y, a: weights("a", n, 1), b: weights("b", m, mass), mean };
}

/** Value and derivatives, compiled in float64. */
async function compiled({ n, m, dim }: Case, options: DivergenceGraphOptions) {
  const loss = (x: tf.Tensor, y: tf.Tensor, a: tf.Tensor, b: tf.Tensor) =>
    sinkhornDivergenceGraph(x as tf.Tensor2D, y as tf.Tensor2D, {
      ...options,
      xWeights: a as tf.Tensor1D,
      yWeights: b as tf.Tensor1D,
    });
  const step = await compile(
    (x, y, a, b) => {
      const { value, grads } = tf.valueAndGrads(loss)([x!, y!, a!, b!]);
      return [value, ...grads];
    },
    [{ shape: [n, dim] }, { shape: [m, dim] }, { shape: [n] }, { shape: [m] }],
    { precision: "float64" },
  );
  const run = async (x: Float64Array, y: Float64Array, a: Float64Array, b: Float64Array) => {
    const [value, ...grads] = (await step.run([x, y, a, b])) as Float64Array[];
    return { value: value![0]!, grads };
  };
  return { run, dispose: () => step.dispose() };
}

const moved = (v: Float64Array, d: Float64Array, h: number) => v.map((p, i) => p + h * d[i]!);

test("the derivative is that of the value: central differences agree to 1e-6, balanced and with reach, in points and weights", async () => {
  for (const [seed, reach, part] of [
    [1, undefined, 0.05],
    [3, 0.5, 0.1],
  ] as const) {
    const c = clouds(seed, reach === undefined ? 1 : 1.4);
    const step = await compiled(c, { epsilon: part * c.mean, ...(reach && { reach }) });
    const { grads } = await step.run(c.x, c.y, c.a, c.b);
    const inputs = [c.x, c.y, c.a, c.b];
    for (let k = 0; k < 4; k++) {
      const direction = rng(seed).split(`direction ${k}`).normal(new Float64Array(inputs[k]!.length));
      // The mass stays where it has to.
      if (k > 1 && reach === undefined) {
        const mean = direction.reduce((s, v) => s + v, 0) / direction.length;
        for (let i = 0; i < direction.length; i++) direction[i]! -= mean;
      }
      const at = async (h: number) => {
        const one = inputs.map((v, l) => (l === k ? moved(v, direction, h) : v)) as [
          Float64Array,
          Float64Array,
          Float64Array,
          Float64Array,
        ];
        return (await step.run(...one)).value;
      };
      // Weights are ≥ 0.2 / (1.2 n): small steps keep them positive.
      const h = k > 1 ? 1e-6 : 1e-5;
      const difference = ((await at(h)) - (await at(-h))) / (2 * h);
      // The way down to ε starts at the size of the clouds, through which no derivative runs: 1e-4 of it in points.
      const scale = Math.hypot(...grads[k]!) * Math.hypot(...direction);
      close(dot(grads[k]!, direction), difference, 1e-4 * scale, `seed ${seed}, input ${k}`);
    }
    await step.dispose();
  }
});

test("at the default setting the derivative is within 1e-3 of the limit's where ε is a tenth of the mean cost", async () => {
  for (const [seed, reach] of [
    [1, undefined],
    [5, undefined],
    [2, 0.6],
  ] as const) {
    const c = clouds(seed, reach === undefined ? 1 : 0.7);
    const epsilon = 0.1 * c.mean;
    const options = { epsilon, ...(reach && { reach }) };
    const step = await compiled(c, options);
    const { value, grads } = await step.run(c.x, c.y, c.a, c.b);
    const host = sinkhornDivergence(
      { points: c.x, count: c.n, dim: c.dim, weights: c.a },
      { points: c.y, count: c.m, dim: c.dim, weights: c.b },
      { ...options, tolerance: 1e-13, maxIterations: 50_000 },
    );
    close(value, host.value, 1e-4 * Math.abs(host.value), `seed ${seed}: value`);
    const limit = host.gradient();
    for (const [k, own] of [limit.x, limit.y].entries()) {
      const error = Math.hypot(...own.map((v, i) => v - grads[k]![i]!)) / Math.hypot(...own);
      assert.ok(error < 1e-3, `seed ${seed}, reach ${reach}: ${error}`);
    }
    await step.dispose();
  }
});

test("a divergence of a measure from itself is 0 after one update as after many, and so is its derivative in the limit", async () => {
  for (const reach of [undefined, 0.5]) {
    const c = clouds(3);
    for (const iterations of [1, 5]) {
      const step = await compiled({ ...c, m: c.n }, { epsilon: 0.02, iterations, ...(reach && { reach }) });
      const { value } = await step.run(c.x, c.x, c.a, c.a);
      close(value, 0, 1e-15, `${iterations} updates`);
      await step.dispose();
    }
  }
});

test("a point without weight is where the host has it, in value and derivative", async () => {
  const c = clouds(2);
  const a = c.a.slice();
  a[1] = a[1]! + a[0]!;
  a[0] = 0;
  const step = await compiled(c, { epsilon: 0.3 * c.mean, iterations: 60 });
  const { value, grads } = await step.run(c.x, c.y, a, c.b);
  const host = sinkhornDivergence(
    { points: c.x, count: c.n, dim: c.dim, weights: a },
    { points: c.y, count: c.m, dim: c.dim, weights: c.b },
    { epsilon: 0.3 * c.mean, tolerance: 1e-13, maxIterations: 50_000 },
  );
  close(value, host.value, 1e-10);
  const limit = host.gradient();
  const mean = a.reduce((s, w, i) => s + w * grads[2]![i]!, 0);
  for (const [i, v] of limit.xWeights.entries()) close(grads[2]![i]! - mean, v, 1e-6, `a[${i}]`);
  for (const [i, v] of limit.x.entries()) close(grads[0]![i]!, v, 1e-7, `x[${i}]`);
  await step.dispose();
});

test("the envelope derivative is off by the marginal error, the unrolled one by its square", async () => {
  const c = clouds(4);
  const host = sinkhornDivergence(
    { points: c.x, count: c.n, dim: c.dim, weights: c.a },
    { points: c.y, count: c.m, dim: c.dim, weights: c.b },
    { epsilon: 0.1 * c.mean, tolerance: 1e-13, maxIterations: 50_000 },
  ).gradient().x;
  const errors: number[] = [];
  for (const gradient of ["envelope", "unrolled"] as const) {
    const step = await compiled(c, { epsilon: 0.1 * c.mean, gradient, iterations: 12 });
    const { grads } = await step.run(c.x, c.y, c.a, c.b);
    errors.push(Math.hypot(...host.map((v, i) => v - grads[0]![i]!)) / Math.hypot(...host));
    await step.dispose();
  }
  assert.ok(errors[1]! < 0.2 * errors[0]!, `${errors}`);
});

test.run();
