/**
 * State that stays on the device, where there is one; a software one will do:
 *     VK_ICD_FILENAMES=/usr/share/vulkan/icd.d/lvp_icd.json node --import tsx test/run.ts --webgpu engine-resident.webgpu
 */
import {
  adam,
  BackendError,
  ConvergenceError,
  compileTraining,
  rng,
  type Trainer,
  type TrainingOptions,
  tf,
} from "../../../engine/index.ts";
import type { TrainingState } from "../../../engine/training/index.ts";
import { assert, refuses, test, throws } from "../../harness.ts";
import { webgpuMissing } from "./webgpu-missing.ts";

const random = rng(3);
const x = random.split("x").normal(new Float32Array(32));
const y = x.map((v) => Math.sin(2 * v));

const open = (options: TrainingOptions = {}): Promise<Trainer> =>
  compileTraining(
    {
      parameters: {
        a: { shape: [1, 8], values: random.split("a").normal(new Float32Array(8)) },
        b: { shape: [8, 1], values: random.split("b").normal(new Float32Array(8)) },
      },
      inputs: [{ shape: [32, 1] }, { shape: [32, 1] }],
      loss: ({ a, b }, [points, targets]) => {
        const hidden = tf.tanh(tf.matMul(points as tf.Tensor2D, a as tf.Tensor2D));
        const error = tf.sub(tf.matMul(hidden, b as tf.Tensor2D), targets!);
        return { loss: tf.mean(tf.square(error)) as tf.Scalar, metrics: { worst: tf.max(tf.abs(error)) as tf.Scalar } };
      },
      optimizer: adam({ learningRate: 0.02 }),
      clipNorm: 1,
      ema: { decay: 0.9, warmup: true },
    },
    { device: "webgpu", ...options },
  );

async function stateOf(trainer: Trainer): Promise<TrainingState> {
  await trainer.fetch();
  return trainer.state();
}

const reason = await webgpuMissing();
if (reason) console.log(`SKIP ${reason}`);
else {
  test("State that stays on the device goes the way of state that travels, bit for bit, in reports and in itself", async () => {
    const [resident, travelling] = [await open({ resident: true }), await open()];
    for (let k = 0; k < 12; k++) assert.equal(await resident.step([x, y]), await travelling.step([x, y]), `step ${k}`);
    assert.equal(await stateOf(resident), await stateOf(travelling));
    assert.is(resident.state().step, 12);
    // After the fetch it goes on where it was.
    assert.equal(await resident.step([x, y]), await travelling.step([x, y]));
    throws(() => resident.state(), BackendError, /fetch\(\)/);
    assert.equal(await stateOf(resident), await stateOf(travelling));
    await Promise.all([resident.dispose(), travelling.dispose()]);
  });

  test("Training on the device goes on from a loaded state as the uninterrupted one", async () => {
    const straight = await open({ resident: true });
    for (let k = 0; k < 4; k++) await straight.step([x, y]);
    const saved = await stateOf(straight);
    for (let k = 0; k < 3; k++) await straight.step([x, y]);
    const resumed = await open({ resident: true });
    await resumed.step([x, y]);
    resumed.load(saved);
    for (let k = 0; k < 3; k++) await resumed.step([x, y]);
    assert.equal(await stateOf(resumed), await stateOf(straight));
    await Promise.all([straight.dispose(), resumed.dispose()]);
  });

  test("A step that gives no number leaves the state on the device as it was", async () => {
    const trainer = await open({ resident: true });
    await trainer.step([x, y]);
    const before = await stateOf(trainer);
    await refuses(trainer.step([x, y.map(() => Number.NaN)]), /step 1 gave loss NaN/, ConvergenceError);
    assert.equal(await stateOf(trainer), before);
    await trainer.step([x, y]);
    assert.is((await stateOf(trainer)).step, 2);
    await trainer.dispose();
  });
}

test("Elsewhere the option changes nothing, and there is nothing to fetch", async () => {
  const [asked, plain] = [await open({ device: "cpu", resident: true }), await open({ device: "cpu" })];
  assert.equal(await asked.step([x, y]), await plain.step([x, y]));
  assert.equal(asked.state(), plain.state());
  await Promise.all([asked.dispose(), plain.dispose()]);
});

test.run();
