// Inside: a single Newton step and its sweeper.
/**
 * Mistakes that are known from other programs for optimal transport, each as a test that fails if it is made here. Where
 * a name is given, the mistake was read in that program's code or tracker.
 */

import { rng, tf } from "../../engine/index.ts";
import {
  type Cloud,
  emd,
  sampleDirections,
  sinkhorn,
  sinkhornDivergence,
  slicedWasserstein,
  wasserstein1d,
  wasserstein1dGraph,
} from "../../wasserstein/index.ts";
import { matrixGeometry } from "../../wasserstein/measure/geometry.ts";
import { newtonStep } from "../../wasserstein/sinkhorn/newton.ts";
import { Sweeper } from "../../wasserstein/sinkhorn/sweep.ts";
import { assert, close, test } from "../harness.ts";
import { normalCloud } from "./sliced/sliced-cases.ts";

const pointAt = (...points: number[]): Cloud => ({ points: Float64Array.from(points), count: 1, dim: points.length });

test("Sinkhorn–Newton write-ups: the sign of the step descends; ours ascends in the dual and more than halves the error", () => {
  const n = 30;
  const geometry = matrixGeometry(rng(3).uniform(n * n), n, n);
  const equal = new Float64Array(n).fill(1 / n);
  const sweeper = new Sweeper({ geometry, a: equal, b: equal, rho: Number.POSITIVE_INFINITY }, true);
  for (const epsilon of [1, 0.5, 0.2, 0.1]) {
    sweeper.cool(epsilon);
    sweeper.sweep(false);
    sweeper.advance();
  }
  sweeper.sweep(true);
  const [error, value] = [sweeper.error(), sweeper.value()];
  assert.ok(error > 1e-3, "far enough from the end for a step to show");
  const step = newtonStep(sweeper, error, 1);
  assert.ok(step.accepted && step.error < error / 2, `${error} → ${step.error}`);
  assert.ok(sweeper.value() > value, `${value} → ${sweeper.value()}`);
});

test("self-attention DSW: costs are summed over points; ours are means, so doubling every point changes nothing", () => {
  const [x, y] = [normalCloud(rng(1), 12, 3), normalCloud(rng(2), 12, 3, 0.5)];
  const doubled = ({ points, count, dim }: Cloud): Cloud => ({
    points: Float64Array.from([...points, ...points]),
    count: 2 * count,
    dim,
  });
  const directions = sampleDirections(6, 3, { kind: "orthonormal", rng: rng(3) });
  const ways: ((x: Cloud, y: Cloud) => number)[] = [
    (p, q) => slicedWasserstein(p, q, { directions }).value,
    (p, q) => emd(p, q).value,
    (p, q) => sinkhornDivergence(p, q, { epsilon: 0.5 }).value,
  ];
  for (const [k, way] of ways.entries()) {
    const [once, twice] = [way(x, y), way(doubled(x), doubled(y))];
    close(twice, once, 1e-4 * once, `way ${k}`);
  }
});

test("EEG alignment: a distance wrapped in a fresh tensor has gradient zero; the graph form here pulls on its arguments", () => {
  const [x, y] = [tf.tensor2d(new Float32Array(rng(6).normal(24)), [8, 3]), tf.ones([8, 3]) as tf.Tensor2D];
  const gradient = tf
    .grad((u) => tf.sum(wasserstein1dGraph(u as tf.Tensor2D, y)) as tf.Scalar)(x)
    .dataSync();
  assert.ok(Math.hypot(...gradient) > 0.01);
});

test("TensorFlow.js: the gradient of |x| at 0 is −1, of a norm NaN; at matched values ours is 0", () => {
  const x = tf.tensor2d([0, 1, 2, 2], [1, 4]);
  for (const p of [1, 1.5, 2]) {
    const gradient = tf
      .grad((u) => tf.sum(wasserstein1dGraph(u as tf.Tensor2D, x, { p })))(tf.clone(x))
      .dataSync();
    for (const g of gradient) assert.is(Math.abs(g), 0, `p ${p}`);
  }
});

test("POT: float32 weights whose sums differ by rounding are called infeasible; ours are one mass", () => {
  const n = 1000;
  const stream = rng(8);
  const weights = () => {
    const w = stream.uniform(n);
    const total = w.reduce((s, v) => s + v, 0);
    return Float32Array.from(w, (v) => v / total);
  };
  const [a, b] = [weights(), weights()];
  assert.is.not(
    a.reduce((s, v) => s + v, 0),
    b.reduce((s, v) => s + v, 0),
  );
  const x = stream.normal(n);
  assert.ok(wasserstein1d({ values: x, weights: a }, { values: x, weights: b }).value > 0);
  const some = { points: x.slice(0, 50), count: 50, dim: 1 };
  const [c, d] = [a, b].map((w) => {
    const total = w.slice(0, 50).reduce((s, v) => s + v, 0);
    return Float32Array.from(w.slice(0, 50), (v) => v / total);
  }) as [Float32Array, Float32Array];
  assert.ok(emd({ ...some, weights: c }, { ...some, weights: d }).dualityGap <= 1e-12);
  assert.ok(sinkhorn({ ...some, weights: c }, { ...some, weights: d }, { maxIterations: 5000 }).converged);
});

test("POT: gradients of the exact cost forgot a factor on the costs; ours grow with it, and with the square of the unit", () => {
  const [x, y] = [normalCloud(rng(9), 15, 2), normalCloud(rng(10), 15, 2, 1)];
  const scaled = (cloud: Cloud): Cloud => ({ ...cloud, points: cloud.points.map((v) => 10 * v) });
  const [small, large] = [emd(x, y).gradient(), emd(scaled(x), scaled(y)).gradient()];
  for (const [i, g] of small.x!.entries()) close(large.x![i]!, 10 * g, 1e-11);
  for (const [i, g] of small.xWeights.entries()) close(large.xWeights[i]!, 100 * g, 1e-10);
});

test("GeomLoss against POT: a cost of ½‖x − y‖², or a root; between two points all of ours are ‖x − y‖²", () => {
  const [x, y] = [pointAt(0, 0), pointAt(3, 4)];
  assert.is(emd(x, y).value, 25);
  close(sinkhorn(x, y, { epsilon: 1 }).value, 25, 1e-12);
  close(sinkhorn(x, y, { epsilon: 1 }).entropicValue, 25, 1e-12);
  close(sinkhornDivergence(x, y, { epsilon: 1 }).value, 25, 1e-12);
  close(slicedWasserstein(x, y, { directions: 2, rng: rng(12) }).value, 25 / 2, 1e-12);
  assert.is(wasserstein1d([0], [5], { p: 2 }).value, 25);
});

test("GeomLoss: coincident single points have gradient NaN; ours have 0", () => {
  const x = pointAt(1, 2);
  const ways = [
    sinkhornDivergence(x, x, { epsilon: 0.1 }).gradient().x,
    emd(x, x, { p: 1 }).gradient().x!,
    emd(x, x, { root: true }).gradient().x!,
  ];
  for (const [k, gradient] of ways.entries()) for (const g of gradient) assert.is(Math.abs(g), 0, `way ${k}`);
});

test.run();
