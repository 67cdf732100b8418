/** The pages of the engine and of the distances do what they say, block by block. */

import { constant, rng, tf } from "../../engine/index.ts";
import * as critics from "../../examples/papers/gradient-penalty.ts";
import { assert, test } from "../harness.ts";
import { tryPage } from "./page.ts";

test("the engine's page computes what plain loops compute", async () => {
  const [x, w] = [rng(1).normal(new Float64Array(4000)), rng(2).normal(new Float64Array(128))];
  const { names, clear } = await tryPage("explanation/engine.md", { own: { x, w } });
  clear();
  let sum = 0;
  for (let i = 0; i < 2000; i++)
    for (let j = 0; j < 64; j++) sum += Math.tanh(x[2 * i]! * w[j]! + x[2 * i + 1]! * w[64 + j]!);
  const [value] = names["value"] as Float64Array;
  assert.ok(Math.abs(value! - sum) < 1e-9 * Math.abs(sum) + 1e-9, `${value} and ${sum}`);
});

test("the page of Sinkhorn converges, and the exact cost lies where it says", async () => {
  const [x, y] = [rng(1).uniform(new Float64Array(1000)), rng(2).uniform(new Float64Array(1400))];
  const { names, clear } = await tryPage("explanation/wasserstein-sinkhorn.md", { own: { x, y } });
  clear();
  const r = names["r"] as { converged: boolean; bounds: [number, number]; gradient(): { x: Float64Array } };
  assert.ok(r.converged && r.bounds[0] <= r.bounds[1] && r.bounds[0] > 0);
  assert.is(r.gradient().x.length, 1000);
});

test("the page of grids says how far a shower was moved: 10 km southward and 5 eastward", async () => {
  const shower = (row: number, column: number) =>
    Float64Array.from({ length: 256 * 256 }, (_, i) =>
      Math.exp(-((Math.floor(i / 256) - row) ** 2 + ((i % 256) - column) ** 2) / 200),
    );
  const { names, clear } = await tryPage("how-to/transport-on-grids.md", {
    own: { first: shower(100, 120), second: shower(110, 125) },
  });
  clear();
  const r = names["r"] as {
    readonly bounds: readonly [number, number];
    displacement(): { readonly x: readonly [Float64Array, Float64Array] };
  };
  assert.ok(r.bounds[0] <= 125 && 125 <= r.bounds[1] * (1 + 1e-9), `${r.bounds}`);
  const [southward, eastward] = r.displacement().x;
  const middle = 100 * 256 + 120;
  assert.ok(Math.abs(southward[middle]! - 10) < 0.1 && Math.abs(eastward[middle]! - 5) < 0.1);
});

test("the terms of the page of critics are numbers in a graph of the reader's", async () => {
  const draws = rng(3);
  const tensor = (...shape: [number, number]) =>
    tf.tensor2d(draws.normal(new Float32Array(shape[0] * shape[1])), shape);
  const own = {
    weights: [tensor(2, 8), tensor(8, 1)],
    biases: [tf.zeros([8]), tf.zeros([1])],
    ...{
      x: tensor(16, 2),
      y: tensor(16, 2),
      t: tf.fill([16], 0.5) as tf.Tensor1D,
      real: tensor(16, 8),
      made: tensor(16, 8),
    },
  };
  const { names, clear } = await tryPage("../research/critics.md", { own: { ...own, ...critics, constant } });
  clear();
  const { result, information } = names as { result: { loss: tf.Tensor }; information: tf.Tensor };
  for (const term of [result.loss, information]) {
    const [value, ...rest] = term.dataSync();
    assert.ok(Number.isFinite(value) && rest.length === 0, `${value}`);
  }
});

test.run();
