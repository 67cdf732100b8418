import { compile, rng, tf } from "../../../engine/index.ts";
import {
  batchSlicedWassersteinGraph,
  sampleDirections,
  slicedWasserstein,
  wasserstein1d,
  wasserstein1dGraph,
} from "../../../wasserstein/index.ts";
import { close, test } from "../../harness.ts";

await tf.setBackend("cpu");

test("known values: shifts, repeated values, weights, unequal sizes", () => {
  const cases: readonly (readonly [number[], number[], number, number])[] = [
    [[0, 1, 3], [5, 6, 8], 1, 5],
    [[0, 1, 3], [5, 6, 8], 2, 25],
    [[0, 1, 2, 3], [0, 2, 5], 1, 1],
    [[0, 1, 2, 3], [0, 2, 5], 2, 2],
    [[0, 1, 2, 3], [0, 2, 5], 3, 4.5],
    [[0, 0, 0, 0, 0, 0, 1, 2], [0, 0, 0, 0, 0, 3, 4, 10], 1, 1.75],
    [[0, 0, 0, 0, 0, 0, 1, 2], [0, 0, 0, 0, 0, 3, 4, 10], 2, 10.25],
    [[1, 1, 1, 1, 1, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 5, 5, 5, 5, 5], 1, 2],
  ];
  for (const [x, y, p, expected] of cases) close(wasserstein1d(x, y, { p }).value, expected, 1e-12);
  close(wasserstein1d({ values: [0, 1], weights: [3, 1] }, { values: [0, 1], weights: [2, 2] }).value, 0.25, 1e-15);
});

const matrix = (seed: number, rows: number, columns: number) =>
  tf.tensor2d(new Float32Array(rng(seed).normal(rows * columns)), [rows, columns]);

test("the graph form equals the host form, row by row, in value and in both gradients", () => {
  const [rows, columns] = [3, 40];
  const a = matrix(1, rows, columns);
  const b = matrix(2, rows, columns);
  const values = wasserstein1dGraph(a, b).dataSync();
  const upstream = tf.tensor1d([1, -2, 0.5]);
  const [da, db] = tf.grads((x, y) => tf.sum(tf.mul(upstream, wasserstein1dGraph(x as tf.Tensor2D, y as tf.Tensor2D))))(
    [a, b],
  );
  for (let row = 0; row < rows; row++) {
    const cut = (t: tf.Tensor) => t.dataSync().slice(row * columns, (row + 1) * columns);
    const found = wasserstein1d(cut(a), cut(b));
    const host = found.gradient();
    close(values[row]!, found.value, 1e-6);
    const factor = upstream.dataSync()[row]!;
    for (let i = 0; i < columns; i++) {
      close(cut(da!)[i]!, factor * host.x[i]!, 1e-7);
      close(cut(db!)[i]!, factor * host.y[i]!, 1e-7);
    }
  }
});

test("inside a compiled function value and gradient are those of the eager one", async () => {
  const [rows, columns] = [3, 40];
  const step = (a: tf.Tensor, b: tf.Tensor) => {
    const pull = tf.tensor1d([1, -2, 0.5]);
    const value = (x: tf.Tensor, y: tf.Tensor) =>
      tf.sum(tf.mul(pull, wasserstein1dGraph(x as tf.Tensor2D, y as tf.Tensor2D))) as tf.Scalar;
    const { value: sum, grads } = tf.valueAndGrads(value)([a, b]);
    return [sum, ...grads];
  };
  const a = matrix(1, rows, columns);
  const b = matrix(2, rows, columns);
  const compiled = await compile(step, [{ shape: [rows, columns] }, { shape: [rows, columns] }]);
  const fast = await compiled.run([a.dataSync() as Float32Array, b.dataSync() as Float32Array]);
  for (const [k, slow] of step(a, b).entries()) {
    for (const [i, v] of slow.dataSync().entries()) close(fast[k]![i]!, v, 1e-6, `output ${k}`);
  }
  await compiled.dispose();
});

test("the batch-sliced form has the known mean over directions and does not see the order of the batch", () => {
  // Unit directions v and a shift δ: E|v·δ| = ‖δ‖ Γ(d/2)/(√π Γ((d+1)/2)), 0.202610‖δ‖ for d = 16.
  const [d, count] = [16, 20_000];
  const draws = rng(6).normal(d * count);
  for (let j = 0; j < count; j++) {
    let norm = 0;
    for (let i = 0; i < d; i++) norm += draws[i * count + j]! ** 2;
    for (let i = 0; i < d; i++) draws[i * count + j]! /= Math.sqrt(norm);
  }
  const directions = tf.tensor2d(new Float32Array(draws), [d, count]);
  const a = matrix(4, 3, d);
  const shifted = tf.add(a, 0.5) as tf.Tensor2D;
  // ‖δ‖ = 0.5·4; the spread of |v·δ| over directions is about 0.3, so 20 000 give ± 0.002.
  close(batchSlicedWassersteinGraph(a, shifted, directions).dataSync()[0]!, 0.20261 * 2, 0.008);
  const reversed = tf.reverse(shifted, 0) as tf.Tensor2D;
  close(
    batchSlicedWassersteinGraph(a, reversed, directions).dataSync()[0]!,
    batchSlicedWassersteinGraph(a, shifted, directions).dataSync()[0]!,
    1e-6,
  );
});

test("the mean over projections is the sliced distance, and its derivative that of the host", async () => {
  const [n, dim, count] = [24, 5, 7];
  const cloud = (seed: number) => ({ points: rng(seed).normal(n * dim), count: n, dim });
  const [x, y, directions] = [cloud(1), cloud(2), sampleDirections(count, dim, { rng: rng(3) })];
  const sliced = (...inputs: tf.Tensor[]): tf.Tensor[] => {
    const [a, b, theta] = inputs as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    const onto = (points: tf.Tensor) => tf.matMul(theta, points as tf.Tensor2D, false, true) as tf.Tensor2D;
    const { value, grad } = tf.valueAndGrad((u) => tf.mean(wasserstein1dGraph(onto(u), onto(b), { p: 2 })))(a);
    return [value, grad];
  };
  const specs = [{ shape: [n, dim] }, { shape: [n, dim] }, { shape: [count, dim] }];
  const step = await compile(sliced, specs, { precision: "float64" });
  const [value, slope] = await step.run([x.points, y.points, directions.points]);
  const host = slicedWasserstein(x, y, { directions });
  close(value![0]!, host.value, 1e-12);
  for (const [i, g] of host.gradient().x.entries()) close(slope![i]!, g, 1e-13);
  await step.dispose();
});

test.run();
