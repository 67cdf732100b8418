import {
  adam,
  compileTraining,
  isMongeError,
  rng,
  type TrainingProgram,
  tf,
  warmupCosine,
} from "../../../engine/index.ts";
import { learningRateAt } from "../../../engine/training/index.ts";
import { assert, test } from "../../harness.ts";

const { random } = { random: rng(11) };
const points = random.split("x").normal(64);
const targets = points.map((x) => Math.sin(2 * x));
const starting = (width: number) => ({
  w1: { shape: [1, width], values: random.split("w1").normal(width) },
  b1: { shape: [width], values: random.split("b1").normal(width) },
  w2: {
    shape: [width, 1],
    values: random
      .split("w2")
      .normal(width)
      .map((w) => w / Math.sqrt(width)),
  },
});
const initial = starting(8);
type Named = Readonly<Record<string, tf.Tensor>>;
const loss = (p: Named, [x, y]: readonly tf.Tensor[]) => {
  const h = tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, p["w1"] as tf.Tensor2D), p["b1"]!));
  const e = tf.sub(tf.matMul(h as tf.Tensor2D, p["w2"] as tf.Tensor2D), y!);
  return { loss: tf.mean(tf.square(e)) as tf.Scalar, metrics: { largest: tf.max(tf.abs(e)) as tf.Scalar } };
};
const program = (options: Partial<TrainingProgram> = {}): TrainingProgram => ({
  parameters: initial,
  inputs: [{ shape: [64, 1] }, { shape: [64, 1] }],
  loss,
  optimizer: adam({ learningRate: 0.02, beta1: 0.9, beta2: 0.99 }),
  ...options,
});

/** The same training in plain float64 loops, gradients by hand. */
function reference(
  steps: number,
  o: { clip?: number; decay?: number; rate: (n: number) => number; ema?: number },
  initial = starting(8),
) {
  const width = initial.b1.values.length;
  const theta = [...initial.w1.values, ...initial.b1.values, ...initial.w2.values];
  const [m, v, average] = [theta.map(() => 0), theta.map(() => 0), [...theta]];
  const norms: number[] = [];
  for (let n = 0; n < steps; n++) {
    const g = theta.map(() => 0);
    points.forEach((x, i) => {
      const h = Array.from({ length: width }, (_, k) => Math.tanh(x * theta[k]! + theta[width + k]!));
      const e = h.reduce((sum, hk, k) => sum + hk * theta[2 * width + k]!, 0) - targets[i]!;
      h.forEach((hk, k) => {
        const back = ((2 * e) / 64) * theta[2 * width + k]! * (1 - hk * hk);
        g[k]! += back * x;
        g[width + k]! += back;
        g[2 * width + k]! += ((2 * e) / 64) * hk;
      });
    });
    const norm = Math.hypot(...g);
    norms.push(norm);
    const scale = o.clip === undefined ? 1 : Math.min(1, o.clip / (norm + 1e-6));
    const keep = o.ema === undefined ? 0 : Math.min(o.ema, (n + 1) / (n + 10));
    g.forEach((gk, k) => {
      m[k] = 0.9 * m[k]! + 0.1 * gk * scale;
      v[k] = 0.99 * v[k]! + 0.01 * (gk * scale) ** 2;
      const [mHat, vHat] = [m[k]! / (1 - 0.9 ** (n + 1)), v[k]! / (1 - 0.99 ** (n + 1))];
      theta[k] = theta[k]! * (1 - o.rate(n) * (o.decay ?? 0)) - (o.rate(n) * mHat) / (Math.sqrt(vHat) + 1e-8);
      average[k] = keep * average[k]! + (1 - keep) * theta[k]!;
    });
  }
  return { theta, average, norms };
}
const flat = (named: Readonly<Record<string, ArrayLike<number>>>) =>
  Object.keys(initial).flatMap((key) => Array.from(named[key]!));
const close = (actual: readonly number[], expected: readonly number[], tolerance: number) => {
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) <= tolerance, `${i}: ${value} is not ${expected[i]}`);
  });
};

test("thirty steps of Adam with clipping, decay, schedule and moving average are those of the formulas in float64", async () => {
  const learningRate = warmupCosine({ peak: 0.05, final: 0.001, steps: 20, warmup: 5 });
  const trainer = await compileTraining(
    program({
      optimizer: adam({ learningRate, beta1: 0.9, beta2: 0.99, weightDecay: 0.1 }),
      clipNorm: 0.5,
      ema: { decay: 0.9, warmup: true },
    }),
    { precision: "float64" },
  );
  const expected = reference(30, { clip: 0.5, decay: 0.1, ema: 0.9, rate: (n) => learningRateAt(learningRate, n) });
  let norm = 0;
  for (let n = 0; n < 30; n++) norm = (await trainer.step([points, targets])).gradientNorm;
  // Thirty steps of float64 rounding; a constant rounded to float32 on its way into the graph would show at 1e-8.
  close(flat(trainer.state().parameters), expected.theta, 1e-11);
  close(flat(trainer.state().ema), expected.average, 1e-11);
  close([norm], [expected.norms.at(-1)!], 1e-11);
  assert.is(trainer.state().step, 30);
  await trainer.dispose();
});

test("vectors that are taken in rows, the last one filled up, move as the formulas say", async () => {
  const wide = starting(32769);
  const learningRate = 1e-3;
  const o = { parameters: wide, optimizer: adam({ learningRate, beta1: 0.9, beta2: 0.99 }), clipNorm: 0.5 };
  const expected = reference(3, { clip: 0.5, ema: 0.9, rate: () => learningRate }, wide);
  const trainer = await compileTraining(program({ ...o, ema: { decay: 0.9, warmup: true } }), { precision: "float64" });
  let norm = 0;
  for (let n = 0; n < 3; n++) norm = (await trainer.step([points, targets])).gradientNorm;
  close(flat(trainer.state().parameters), expected.theta, 1e-12);
  close(flat(trainer.state().ema), expected.average, 1e-12);
  close([norm / expected.norms.at(-1)!], [1], 1e-12);
  await trainer.dispose();
});

test("a run that is saved and loaded continues as the uninterrupted one, bit for bit", async () => {
  const straight = await compileTraining(program({ ema: { decay: 0.99 } }));
  const [x, y] = [Float32Array.from(points), Float32Array.from(targets)];
  for (let n = 0; n < 3; n++) await straight.step([x, y]);
  const saved = straight.state();
  for (let n = 0; n < 4; n++) await straight.step([x, y]);
  const resumed = await compileTraining(program({ ema: { decay: 0.99 } }));
  resumed.load(saved);
  for (let n = 0; n < 4; n++) await resumed.step([x, y]);
  assert.equal(resumed.state(), straight.state());
  await Promise.all([straight.dispose(), resumed.dispose()]);
});

test("a NaN in a step is an error that keeps the state before the step", async () => {
  const trainer = await compileTraining(program(), { precision: "float64" });
  await trainer.step([points, targets]);
  const before = trainer.state();
  const poisoned = points.map((x, i) => (i === 5 ? Number.NaN : x));
  const error = await trainer.step([poisoned, targets]).then(
    () => undefined,
    (e: unknown) => e,
  );
  assert.ok(isMongeError(error) && error.kind === "convergence");
  assert.match((error as Error).message, /step 1 gave loss NaN/);
  assert.equal(trainer.state(), before);
  await trainer.step([points, targets]);
  assert.is(trainer.state().step, 2);
  await trainer.dispose();
});

test("a schedule warms up linearly, falls along half a cosine, and stays at its end", () => {
  const schedule = warmupCosine({ peak: 1, final: 0.2, steps: 100, warmup: 10 });
  close([learningRateAt(schedule, 0)], [0.1], 1e-12);
  close([learningRateAt(schedule, 50)], [0.6], 1e-12);
  close([learningRateAt(schedule, 100), learningRateAt(schedule, 1000)], [0.2, 0.2], 1e-12);
  assert.throws(() => adam({ beta2: 1 }), /beta2 is 1, expected a share from 0 to below 1/);
});

test.run();
