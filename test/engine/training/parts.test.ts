import {
  adam,
  compileTraining,
  isMongeError,
  rng,
  type TrainingOptions,
  type TrainingProgram,
  tf,
} from "../../../engine/index.ts";
import { openReplicas } from "../../../engine/training/replicas.ts";
import { assert, test } from "../../harness.ts";

const random = rng(7);
const [count, blocks] = [12, 2];
const x = random.split("x").normal(count * 3);
const noise = random.split("noise").normal(blocks * count * 3);
const scale = Float64Array.of(0.5, 1, 2);
const inputs = [x, noise, scale];

/** Each sample has a row of its own and one in each block of noise; a scale is shared. */
const program = (options: Partial<TrainingProgram> = {}): TrainingProgram => ({
  parameters: { w: { shape: [3, 3], values: random.split("w").normal(9) } },
  inputs: [{ shape: [count, 3] }, { shape: [blocks * count, 3] }, { shape: [3] }],
  loss(p, [x, noise, scale]) {
    const members = tf
      .split(noise!, blocks, 0)
      .map((z) => tf.tanh(tf.matMul(tf.add(x!, z) as tf.Tensor2D, p["w"] as never)));
    const errors = members.map((m, k) => tf.square(tf.sub(tf.mul(m, scale!), tf.mul(x!, k + 1))));
    return {
      loss: tf.mean(tf.addN(errors)) as tf.Scalar,
      metrics: { first: tf.mean(errors[0]!) as tf.Scalar, second: tf.mean(errors[1]!) as tf.Scalar },
    };
  },
  samples: [1, blocks, 0],
  optimizer: adam({ learningRate: 0.02 }),
  clipNorm: 0.5,
  ema: { decay: 0.9 },
  ...options,
});
const trainerOf = (threads: number, o: Partial<TrainingProgram> = {}, options: TrainingOptions = {}) =>
  compileTraining(program(o), { precision: "float64", threads, ...options });
const refusal = (made: Promise<unknown>): Promise<Error> =>
  made.then(
    () => {
      throw new Error("was taken");
    },
    (error: unknown) => error as Error,
  );

test("a batch in two or three parts, one of them for each thread, takes the steps of the whole batch", async () => {
  const whole = await trainerOf(1);
  const reports = [];
  for (let n = 0; n < 4; n++) reports.push(await whole.step(inputs));
  for (const threads of [2, 3, 5]) {
    const split = await trainerOf(threads);
    for (const expected of reports) {
      const report = await split.step(inputs);
      const of = (r: typeof report) => [r.loss, r.gradientNorm, r.learningRate, ...Object.values(r.metrics)];
      assert.equal(Object.keys(report.metrics), ["first", "second"]);
      of(report).forEach((value, i) => {
        assert.ok(Math.abs(value - of(expected)[i]!) < 1e-13, `${threads}: ${value} is not ${of(expected)[i]}`);
      });
    }
    const [a, b] = [split.state(), whole.state()];
    assert.is(a.step, 4);
    for (const slot of ["parameters", "ema", "firstMoment", "secondMoment"] as const) {
      a[slot]["w"]!.forEach((value, i) => {
        assert.ok(Math.abs(value - b[slot]["w"]![i]!) < 1e-13);
      });
    }
    await split.dispose();
  }
  await whole.dispose();
});

test("in parts, equal runs give equal bits, and a run that is saved and loaded is the uninterrupted one", async () => {
  const straight = await trainerOf(2);
  for (let n = 0; n < 2; n++) await straight.step(inputs);
  const saved = straight.state();
  for (let n = 0; n < 3; n++) await straight.step(inputs);
  const resumed = await trainerOf(2);
  resumed.load(saved);
  for (let n = 0; n < 3; n++) await resumed.step(inputs);
  assert.equal(resumed.state(), straight.state());
  assert.equal(inputs, [x, noise, scale]);
  await Promise.all([straight.dispose(), resumed.dispose()]);
});

test("a NaN in the part of another thread is an error that keeps the state, and the next step goes on", async () => {
  const trainer = await trainerOf(3);
  await trainer.step(inputs);
  const before = trainer.state();
  const poisoned = [x.map((v, i) => (i === x.length - 1 ? Number.NaN : v)), noise, scale];
  const error = await refusal(trainer.step(poisoned));
  assert.ok(isMongeError(error) && error.kind === "convergence");
  assert.equal(trainer.state(), before);
  await trainer.step(inputs);
  assert.is(trainer.state().step, 2);
  await trainer.dispose();
});

test("an input of another length is refused before any thread has it", async () => {
  const trainer = await trainerOf(2);
  assert.match((await refusal(trainer.step([x.slice(1), noise, scale]))).message, /input 0.*36 values.*35/);
  await trainer.step(inputs);
  await trainer.dispose();
  assert.match((await refusal(trainer.step(inputs))).message, /disposed/);
});

test("blocks that do not hold the same number of samples are refused by name", async () => {
  for (const samples of [
    [1, 1, 0],
    [1, 2],
    [1, 5, 0],
    [0, 0, 0],
  ]) {
    assert.match((await refusal(trainerOf(2, { samples }))).message, /samples are \[.*\] blocks of inputs/);
  }
});

test("a batch of fewer than eight samples stays whole, with the bits of a program that says nothing of samples", async () => {
  const few = { inputs: [{ shape: [7, 3] }, { shape: [14, 3] }, { shape: [3] }] };
  const arrays = [x.slice(0, 21), noise.slice(0, 42), scale];
  const { samples: _, ...silent } = program(few);
  const [told, untold] = [await trainerOf(2, few), await compileTraining(silent, { precision: "float64", threads: 2 })];
  for (const trainer of [told, untold]) await trainer.step(arrays);
  assert.equal(told.state(), untold.state());
  assert.is(told.nodeCount, untold.nodeCount);
  await Promise.all([told.dispose(), untold.dispose()]);
});

test("a program that the runtime refuses to open is an error", async () => {
  const port = { name: "x", shape: [1], type: "float32" } as const;
  const broken = { model: Uint8Array.of(1, 2, 3), inPorts: [port], outPorts: [port], nodeCount: 0 };
  const error = await refusal(openReplicas(broken, 1, { count: 3, threads: 1, name: "broken" }));
  assert.ok(isMongeError(error) && error.kind === "backend", String(error));
});

test.run();
