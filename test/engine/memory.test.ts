// Own process: the process's memory is measured

import { compile, tf } from "../../engine/index.ts";
import { compileEagerly, type TensorFunction } from "../../engine/tensors/index.ts";
import { assert, test } from "../harness.ts";
import { compileOn } from "./tensors/compile-on.ts";

const megabytes = () => process.memoryUsage().rss / 2 ** 20;
const step: TensorFunction = (x) => {
  const { value, grads } = tf.valueAndGrads((v: tf.Tensor) => tf.sum(tf.square(tf.tanh(v))).asScalar())([x!]);
  return [value, ...grads];
};

test("ten thousand runs leave memory flat", async () => {
  const compiled = await compile(step, [{ shape: [2048] }]);
  const x = new Float32Array(2048).fill(0.5);
  const growthOf = async (count: number) => {
    const before = megabytes();
    for (let i = 0; i < count; i++) await compiled.run([x]);
    return megabytes() - before;
  };
  await growthOf(5000);
  // One lost output array per run would add 40 MB to every round; garbage that waits for its collection adds to some.
  const growth = [await growthOf(5000), await growthOf(5000), await growthOf(5000)];
  const least = Math.min(...growth);
  assert.ok(
    least < 20,
    `resident memory grew by ${growth.map((each) => each.toFixed(1)).join(", ")} MB in three rounds`,
  );
  await compiled.dispose();
});

test("dispose frees the native session", async () => {
  // Each session holds 4 MB of constants.
  const once = async () => {
    const table = new Float64Array(2 ** 20).fill(0.25);
    const { constant } = await import("../../engine/index.ts");
    const compiled = await compile((x) => [tf.matMul(x!, constant(table, [1024, 1024]))], [{ shape: [1, 1024] }]);
    await compiled.run([new Float32Array(1024)]);
    await compiled.dispose();
  };
  for (let i = 0; i < 10; i++) await once();
  const before = megabytes();
  for (let i = 0; i < 60; i++) await once();
  const growth = megabytes() - before;
  assert.ok(growth < 160, `resident memory grew by ${growth.toFixed(1)} MB, the sessions held 240 MB`);
});

test("eager runs leave no tensor behind, and give tfjs' backend back", async () => {
  await tf.setBackend("cpu");
  const compiled = await compileEagerly(step, [{ shape: [16] }], { backend: "cpu" });
  const before = tf.memory().numTensors;
  for (let i = 0; i < 50; i++) await compiled.run([new Float32Array(16).fill(i)]);
  assert.is(tf.memory().numTensors, before);
  assert.is(tf.getBackend(), "cpu");
});

test("compiling leaves no tensor behind", async () => {
  await tf.setBackend("cpu");
  const before = tf.memory().numTensors;
  const compiled = await compile(step, [{ shape: [16] }]);
  assert.is(tf.memory().numTensors, before);
  await compiled.dispose();
});

test("eager and compiled runs started together do not disturb each other", async () => {
  const make =
    (factor: number): TensorFunction =>
    (x) => [tf.mul(tf.square(x!), factor)];
  const devices = ["eager", "cpu", "eager", "cpu", "eager"] as const;
  const results = await Promise.all(
    devices.map(async (device, i) => {
      const compiled = await compileOn({ device }, make(i + 1), [{ shape: [4] }]);
      const outputs = await Promise.all([1, 2, 3].map((v) => compiled.run([new Float32Array(4).fill(v)])));
      await compiled.dispose();
      return outputs.map(([y]) => y![0]);
    }),
  );
  assert.equal(
    results,
    devices.map((_, i) => [i + 1, 4 * (i + 1), 9 * (i + 1)]),
  );
});

test.run();
