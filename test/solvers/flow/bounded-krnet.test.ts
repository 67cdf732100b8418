// Inside: objectives of flows.
/** The flows: invertible, normalised, differentiable, and the identity where they promise it. */

import { compile, rng, type tf } from "../../../engine/index.ts";
import { sobolSequence } from "../../../engine/random/sobol.ts";
import { gridPoints } from "../../../equations/domain/index.ts";
import type { FlowParameters } from "../../../solvers/flow/flow.ts";
import { differencePoints, openFlow } from "../../../solvers/flow/index.ts";
import { adversaryLoss, crossEntropyLoss, type Regularizer } from "../../../solvers/flow/objective.ts";
import { boundedKrnet, type Flow, krnet } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

/** A flow with parameters moved at random, so that nothing is trivial. */
async function roughFlow(flow: Flow, size: number, seed = 1) {
  const model = await openFlow(flow, rng(seed), {
    objective: "cross-entropy",
    batch: 16,
    learningRate: 3e-3,
    ...memory,
  });
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

for (const dimension of [1, 2, 3, 5]) {
  test(`bounded KRnet in ${dimension} dimensions: inverse ∘ forward is the identity to 1e-12`, async () => {
    const model = await roughFlow(boundedKrnet({ dimension }), 0.3);
    const points = rng(2).uniform(300 * dimension);
    const { reference } = await model.forward(points);
    const back = await model.sample(reference);
    assert.ok(largest(reference.map((u, i) => u - points[i]!)) > 0.05, "the flow moves points");
    assert.ok(largest(back.map((z, i) => z - points[i]!)) < 1e-12);
    assert.ok(reference.every((u) => u >= 0 && u <= 1 + 1e-14));
    await model.dispose();
  });
}

const memory = { beta2: 0.95, average: 0.95 };

test("KRnet: inverse ∘ forward is the identity to 1e-10, the logit and 28 layers amplify rounding", async () => {
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

for (const flow of [boundedKrnet({ dimension: 3 }), krnet({ dimension: 3 })]) {
  test(`${flow.kind}: log |det| is that of the difference Jacobian to 1e-6`, async () => {
    const model = await roughFlow(flow, 0.1, 3);
    const [n, d, h] = [40, 3, 1e-6];
    const points = rng(4)
      .uniform(n * d)
      .map((u) => 0.05 + 0.9 * u);
    const { logDeterminant } = await model.forward(points);
    const columns: Float64Array[] = [];
    for (let k = 0; k < d; k++) {
      const shift = (s: number) => points.map((z, i) => (i % d === k ? z + s : z));
      const [up, down] = [await model.forward(shift(h)), await model.forward(shift(-h))];
      columns.push(up.reference.map((u, i) => (u - down.reference[i]!) / (2 * h)));
    }
    const errors = Array.from({ length: n }, (_, i) => {
      const j = (row: number, column: number) => columns[column]![i * d + row]!;
      const minor = (a: number, b: number) => j(1, a) * j(2, b) - j(1, b) * j(2, a);
      const determinant = j(0, 0) * minor(1, 2) - j(0, 1) * minor(0, 2) + j(0, 2) * minor(0, 1);
      return Math.abs(Math.log(Math.abs(determinant)) - logDeterminant[i]!);
    }).sort((a, b) => a - b);
    // A difference over the end of a cell is off by h times a jump of the slope: allow one such point in twenty.
    assert.ok(errors[Math.floor(0.95 * n) - 1]! < 1e-6, `errors up to ${errors}`);
    assert.ok(errors.at(-1)! < 1e-3);
    await model.dispose();
  });
}

for (const [dimension, side, tolerance] of [
  [1, 4096, 1e-6],
  [2, 256, 1e-4],
  [3, 48, 2e-3],
] as const) {
  test(`bounded KRnet in ${dimension} dimensions: ∫ p = 1 by the midpoint rule`, async () => {
    const model = await roughFlow(boundedKrnet({ dimension, layers: 2 }), 0.3);
    const count = side ** dimension;
    const ends = (at: number) => new Array<number>(dimension).fill(at);
    const points = gridPoints(ends(0), ends(1), ends(side), true);
    const density = (await model.logDensity(points)).map(Math.exp);
    const mass = density.reduce((a, b) => a + b, 0) / count;
    assert.ok(Math.abs(mass - 1) < tolerance, `mass ${mass}`);
    assert.ok(Math.max(...density) > 1.2, "the density is not uniform");
    await model.dispose();
  });
}

test("KRnet: ∫ p over the box and its margin is 1, the margin's share being small", async () => {
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

test("samples have the law of the density: χ² over 64 cells", async () => {
  const model = await roughFlow(boundedKrnet({ dimension: 2, layers: 2 }), 0.3);
  const [cells, fine, count] = [8, 16, 20_000];
  const sample = await model.sample(rng(8).uniform(count * 2));
  const observed = new Float64Array(cells * cells);
  for (let i = 0; i < count; i++) {
    observed[Math.floor(sample[2 * i]! * cells) * cells + Math.floor(sample[2 * i + 1]! * cells)]! += 1;
  }
  const side = cells * fine;
  const grid = gridPoints([0, 0], [1, 1], [side, side], true);
  const density = (await model.logDensity(grid)).map(Math.exp);
  const expected = new Float64Array(cells * cells);
  density.forEach((p, i) => {
    expected[Math.floor(Math.floor(i / side) / fine) * cells + Math.floor((i % side) / fine)]! +=
      (p * count) / side ** 2;
  });
  const chi = observed.reduce((sum, o, i) => sum + (o - expected[i]!) ** 2 / expected[i]!, 0);
  // 63 degrees of freedom: mean 63, standard deviation 11; the 10⁻⁶ quantile is 128.
  assert.ok(chi < 128, `χ² ${chi}`);
  const flat = observed.reduce((sum, o) => sum + (o - count / 64) ** 2 / (count / 64), 0);
  assert.ok(flat > 500, "a uniform law would fail this test");
  await model.dispose();
});

test("an untrained bounded KRnet is the identity and its density uniform", async () => {
  for (const dimension of [1, 2, 7]) {
    const model = await openFlow(boundedKrnet({ dimension }), rng(1), {
      objective: "wasserstein",
      batch: 8,
      learningRate: 3e-3,
      ...memory,
    });
    const points = rng(3).uniform(100 * dimension);
    const { reference } = await model.forward(points);
    assert.ok(largest(await model.logDensity(points)) < 1e-13);
    assert.ok(largest(reference.map((u, i) => u - points[i]!)) < 1e-13);
    await model.dispose();
  }
});

for (const flow of [
  boundedKrnet({ dimension: 2, layers: 2, width: 6, bins: 4 }),
  krnet({ dimension: 2, layers: 2, width: 6 }),
]) {
  test(`${flow.kind}: gradients of all objectives in the weights are central differences`, async () => {
    const names = Object.keys(flow.shapes);
    const initial = flow.initialize(rng(5));
    const noise = rng(6);
    const values = names.map((n) => Float64Array.from(initial[n]!.values, (v) => v + 0.2 * noise.normal()));
    const points = sobolSequence(2, rng(7)).next(24);
    const own = points.subarray(0, 24);
    const each = new Float64Array(12).fill(1 / 12);
    const shifted = differencePoints(own, each, [1, 2], 2, rng(8));
    const gained = points.subarray(24);
    const weights = rng(9).uniform(12);
    const rest = [Float64Array.of(0.01), Float64Array.of(0.3)];
    const adversary = (regularizer: Regularizer, paid: Float64Array, c: Float64Array, shape: readonly number[]) => ({
      loss: (parameters: FlowParameters, inputs: readonly tf.Tensor[]) =>
        adversaryLoss(flow, parameters, inputs, regularizer),
      inputs: [gained, paid, weights, c, ...rest],
      shapes: [[12, 2], [paid.length / 2, 2], [12], shape, [1], [1]],
    });
    const { tf: ops } = await import("../../../engine/index.ts");
    const entropy = (parameters: FlowParameters, inputs: readonly tf.Tensor[]) =>
      crossEntropyLoss(flow, parameters, inputs);
    for (const { loss, inputs, shapes } of [
      adversary("wasserstein", shifted.points, shifted.weights, [2, 12]),
      adversary("chi-square", own, each, [12]),
      adversary("entropy", own, each, [12]),
      { loss: entropy, inputs: [gained, weights], shapes: [[12, 2], [12]] },
    ]) {
      const specs = shapes.map((shape) => ({ shape }));
      const program = await compile(
        (...tensors) => {
          const { value, grads } = ops.valueAndGrads((...parameters: tf.Tensor[]) => {
            const named = Object.fromEntries(names.map((n, i) => [n, parameters[i]!]));
            return loss(named, tensors.slice(names.length)).loss;
          })(tensors.slice(0, names.length));
          return [ops.reshape(value, [1]), ...grads];
        },
        [...names.map((n) => ({ shape: flow.shapes[n]! })), ...specs],
        { precision: "float64" },
      );
      const run = async (parameters: readonly Float64Array[]) =>
        (await program.run([...parameters, ...inputs])) as Float64Array[];
      const [, ...gradients] = await run(values);
      const scale = Math.max(...gradients.map((g) => largest(g)));
      for (const [k, vector] of values.entries()) {
        const at = (7 * k) % vector.length;
        const moved = async (h: number) => {
          const copy = values.map((v) => v.slice());
          copy[k]![at]! += h;
          return (await run(copy))[0]![0]!;
        };
        const difference = ((await moved(1e-6)) - (await moved(-1e-6))) / 2e-6;
        const error = Math.abs(difference - gradients[k]![at]!);
        // Rounding of the loss over the step, 1e-10 relative, with room for the curvature.
        assert.ok(error < 1e-6 * scale, `${names[k]}: ${difference} against ${gradients[k]![at]}`);
      }
      await program.dispose();
    }
  });
}

test("fitted to two Gaussians by cross-entropy, the divergence falls to below 0.05", async () => {
  const flow = boundedKrnet({ dimension: 2 });
  const model = await openFlow(flow, rng(1), { objective: "cross-entropy", batch: 512, learningRate: 5e-3, ...memory });
  const s = 0.06;
  const target = (x: number, y: number) =>
    [0.3, 0.7].reduce((sum, m) => sum + Math.exp(-((x - m) ** 2 + (y - m) ** 2) / (2 * s * s)), 0) /
    (4 * Math.PI * s * s);
  const side = 64;
  const grid = gridPoints([0, 0], [1, 1], [side, side], true);
  const divergence = async () => {
    const logs = await model.logDensity(grid);
    let sum = 0;
    for (let i = 0; i < logs.length; i++) {
      const t = target(grid[2 * i]!, grid[2 * i + 1]!);
      if (t > 0) sum += (t * (Math.log(t) - logs[i]!)) / side ** 2;
    }
    return sum;
  };
  const stream = rng(2);
  const weights = new Float64Array(512).fill(1 / 512);
  const seen = [await divergence()];
  for (let round = 0; round < 3; round++) {
    for (let step = 0; step < 100; step++) {
      const middle = stream.integers(512, 0, 2);
      const z = stream.normal(1024).map((e, i) => Math.min(Math.max((middle[i >> 1]! ? 0.7 : 0.3) + s * e, 0), 1));
      await model.step([z, weights]);
    }
    seen.push(await divergence());
  }
  assert.ok(seen[0]! > 2 && seen[1]! < seen[0]! && seen[2]! < seen[1]!, `divergences ${seen}`);
  assert.ok(seen[3]! < 0.05 && seen[3]! > -1e-3, `divergences ${seen}`);
  await model.dispose();
});

test.run();
