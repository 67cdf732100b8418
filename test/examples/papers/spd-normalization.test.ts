/** Batch normalisation of positive definite matrices: the host against closed forms and the geodesics, the graph against the host. */

import { compile, DomainError, OptionsError, rng, ShapeError, tf } from "../../../engine/index.ts";
import { buresBarycenter, buresWasserstein } from "../../../examples/papers/gaussian/index.ts";
import {
  positive as matrixOf,
  type SpdNormalizationOptions,
  spdBatchNormalization,
  spdBatchNormalizationGraph,
  spectralMap,
  symmetricEigen,
  symmetricPart,
  valuesOf,
} from "../../../examples/papers/spd-normalization.ts";
import { close, test, throws } from "../../harness.ts";

await tf.setBackend("cpu");

function positive(seed: number, name: string, d: number): Float64Array {
  const f = rng(seed)
    .split(name)
    .normal((d + 2) * d);
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) for (let r = 0; r < d + 2; r++) out[i * d + j]! += (f[r * d + i]! * f[r * d + j]!) / d;
    out[i * d + i]! += 0.3;
  }
  return out;
}

function batchOf(seed: number, count: number, d: number): Float64Array {
  const out = new Float64Array(count * d * d);
  for (let k = 0; k < count; k++) out.set(positive(seed, `x${k}`, d), k * d * d);
  return out;
}

const gaussian = (cov: ArrayLike<number>) => ({ mean: new Float64Array(Math.sqrt(cov.length)), cov });
const nth = (values: Float64Array, k: number, size: number) => values.slice(k * size, (k + 1) * size);

test("diagonal matrices: roots of the entries are centred, scaled and moved as numbers are", () => {
  const [roots, center] = [
    [
      [1, 3],
      [2, 2.5],
      [1.5, 4],
    ],
    [4, 2],
  ] as const;
  const batch = Float64Array.from(roots.flatMap(([r, s]) => [r * r, 0, 0, s * s]));
  const { values, mean, variance } = spdBatchNormalization(batch, 3, {
    center: [center[0] ** 2, 0, 0, center[1] ** 2],
    scale: 0.5,
    epsilon: 0,
  });
  const middle = [1.5, 9.5 / 3];
  const spread = roots.reduce((s, [p, q]) => s + ((p - middle[0]!) ** 2 + (q - middle[1]!) ** 2) / 3, 0);
  close(variance, spread, 1e-12);
  for (const [k, root] of roots.entries()) {
    for (const i of [0, 1]) {
      close(mean[3 * i]!, middle[i]! ** 2, 1e-12);
      close(values[4 * k + 3 * i]!, (center[i]! + (0.5 / Math.sqrt(spread)) * (root[i]! - middle[i]!)) ** 2, 1e-12);
    }
  }
});

test("with the batch's own barycenter and dispersion as centre and scale nothing moves, under any metric", () => {
  for (const d of [1, 3]) {
    const batch = batchOf(d, 4, d);
    for (const metric of [undefined, positive(9, "metric", d)]) {
      const options: SpdNormalizationOptions = { ...(metric && { metric }), epsilon: 0, meanSteps: 60 };
      const { mean, variance } = spdBatchNormalization(batch, 4, options);
      const same = spdBatchNormalization(batch, 4, { ...options, center: mean, scale: Math.sqrt(variance) });
      for (const [k, v] of same.values.entries()) close(v, batch[k]!, 1e-9);
      // In the metric M distances are those after x ↦ M^{-½}x.
      const half = metric && spectralMap(symmetricEigen(matrixOf("metric", metric, d)), (v) => 1 / Math.sqrt(v));
      const whitened = (cov: Float64Array) =>
        gaussian(half ? valuesOf(symmetricPart(half.mmul(matrixOf("cov", cov, d)).mmul(half))) : cov);
      const squares = [0, 1, 2, 3].map((k) => buresWasserstein(whitened(mean), whitened(nth(batch, k, d * d))).value);
      close(
        variance,
        squares.reduce((s, v) => s + v / 4, 0),
        1e-9,
      );
      if (metric === undefined) {
        const { cov } = buresBarycenter([0, 1, 2, 3].map((k) => gaussian(nth(batch, k, d * d))));
        for (const [k, v] of mean.entries()) close(v, cov[k]!, 1e-9);
      }
    }
  }
});

test("the compiled layer equals the host, and its derivatives in batch, metric, centre and scale are the central differences", async () => {
  const [count, d] = [3, 2];
  const [batch, metric, center, scale] = [
    batchOf(2, count, d),
    positive(3, "metric", d),
    positive(3, "center", d),
    Float64Array.of(0.7),
  ];
  const layer = (x: tf.Tensor, m: tf.Tensor, g: tf.Tensor, s: tf.Tensor) =>
    spdBatchNormalizationGraph(x as tf.Tensor3D, {
      metric: m as tf.Tensor2D,
      center: g as tf.Tensor2D,
      scale: tf.reshape(s, []) as tf.Scalar,
      meanSteps: 2,
      rootSteps: 12,
    });
  const loss = (x: tf.Tensor, m: tf.Tensor, g: tf.Tensor, s: tf.Tensor) => tf.sum(tf.sin(layer(x, m, g, s).values));
  const step = await compile(
    (...t) => {
      const { value, grads } = tf.valueAndGrads(loss as never)(t as tf.Tensor[]);
      const { values, mean, variance } = layer(...(t as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]));
      return [value as tf.Tensor, values, mean, variance, ...grads];
    },
    [{ shape: [count, d, d] }, { shape: [d, d] }, { shape: [d, d] }, { shape: [1] }],
    { precision: "float64" },
  );
  const [, values, mean, variance, ...grads] = (await step.run([batch, metric, center, scale])) as Float64Array[];
  await step.dispose();
  const host = spdBatchNormalization(batch, count, { metric, center, scale: 0.7, meanSteps: 2 });
  for (const [k, v] of values!.entries()) close(v, host.values[k]!, 1e-9, "values");
  for (const [k, v] of mean!.entries()) close(v, host.mean[k]!, 1e-9, "mean");
  close(variance![0]!, host.variance, 1e-9, "variance");
  const inputs = [batch, metric, center, scale];
  const at = (k: number, direction: Float64Array, h: number) => {
    const [x, m, g, s] = inputs.map((v, l) => (l === k ? v.map((p, i) => p + h * direction[i]!) : v));
    const { values: all } = spdBatchNormalization(x!, count, { metric: m!, center: g!, scale: s![0]!, meanSteps: 2 });
    return all.reduce((sum, v) => sum + Math.sin(v), 0);
  };
  for (const [k, input] of inputs.entries()) {
    const direction = k === 3 ? Float64Array.of(1) : k === 0 ? batchOf(8, count, d) : positive(8, `d${k}`, d);
    const difference = (at(k, direction, 1e-5) - at(k, direction, -1e-5)) / 2e-5;
    let slope = 0;
    for (let i = 0; i < input.length; i++) slope += grads[k]![i]! * direction[i]!;
    close(slope, difference, 1e-6 * Math.max(1, Math.abs(difference)), `derivative ${k}`);
  }
});

test("what does not fit is refused by name", () => {
  throws(() => spdBatchNormalization([1, 0, 0, 1], 3), ShapeError, /batch/);
  throws(() => spdBatchNormalization([1, 2, 2, 1], 1), DomainError, /batch\[0\]/);
  throws(() => spdBatchNormalization([1], 1, { scale: 0 }), OptionsError, /scale is 0/);
  throws(() => spdBatchNormalization([1], 1, { variance: -1 }), OptionsError, /variance is -1/);
});

test.run();
