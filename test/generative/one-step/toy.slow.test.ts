/** A law that is known is learned by the fair loss, and its unfair form loses the spread. */

import { adam, compile, compileTraining, rng, tf, warmupCosine } from "../../../engine/index.ts";
import { unet } from "../../../generative/diffusion/unet.ts";
import { fairEnergy } from "../../../generative/one-step/fair-energy.ts";
import { initializeOneStep, oneStepOutput } from "../../../generative/one-step/loss.ts";
import { noiseBatch } from "../../../generative/one-step/noise.ts";
import { assert, test } from "../../harness.ts";

const [side, batch, steps] = [8, 16, 600];
const pixels = side * side;

/** Given c, a field is exp(0.3 c + (0.2 + 0.3 c²) z) with white z: a lognormal law whose mean and spread depend on c. */
const [meanOf, spreadOf] = [(c: number) => 0.3 * c, (c: number) => 0.2 + 0.3 * c * c];

/** Trains a small network, and gives 200 members' logarithms for each of two conditions. */
async function learn(fair: boolean): Promise<readonly (readonly [mean: number, spread: number])[]> {
  const network = unet({ inputChannels: 5, baseChannels: 8, multipliers: [1], groups: 1, embedding: 8 });
  const image = (channels: number, count = batch) => ({ shape: [count, side, side, channels] });
  const trainer = await compileTraining({
    parameters: initializeOneStep(network, rng(1)),
    inputs: [image(1), image(1), image(4, 2 * batch)],
    loss: (parameters, [truth, condition, noise]) => {
      const both = tf.concat([condition!, condition!], 0) as tf.Tensor4D;
      const drawn = tf.split(tf.exp(oneStepOutput(network, parameters, noise as tf.Tensor4D, both)), 2, 0);
      if (fair) return { loss: fairEnergy(drawn, truth!) };
      // Each member twice: nothing is apart, and the mean error is left.
      const errors = drawn.map((x) => fairEnergy([x, x], truth!));
      return { loss: tf.div(tf.add(errors[0]!, errors[1]!), 2) as tf.Scalar };
    },
    optimizer: adam({ learningRate: warmupCosine({ peak: 5e-3, final: 1e-4, steps, warmup: 30 }) }),
    clipNorm: 1,
    ema: { decay: 0.98, warmup: true },
  });
  for (let n = 0; n < steps; n++) {
    const stream = rng(2).split(n);
    const levels = stream.split("level").uniform(batch);
    const condition = Float32Array.from({ length: batch * pixels }, (_, i) => 2 * levels[Math.floor(i / pixels)]! - 1);
    const white = stream.split("white").normal(batch * pixels);
    const truth = condition.map((c, i) => Math.exp(meanOf(c) + spreadOf(c) * white[i]!));
    await trainer.step([truth, condition, noiseBatch(stream.split("noise"), 2 * batch, side)]);
  }
  const { ema } = trainer.state();
  await trainer.dispose();
  const members = 200;
  const program = await compile(
    (noise, condition) => {
      const of = ([name, shape]: readonly [string, readonly number[]]) =>
        [name, tf.tensor(ema[name] as Float32Array, [...shape])] as const;
      const parameters = Object.fromEntries(Object.entries(network.shapes).map(of));
      return [oneStepOutput(network, parameters, noise as tf.Tensor4D, condition as tf.Tensor4D)];
    },
    [image(4, members), image(1, members)],
  );
  const told: (readonly [number, number])[] = [];
  for (const c of [0, 0.8]) {
    const condition = new Float32Array(members * pixels).fill(c);
    const [logs] = (await program.run([noiseBatch(rng(3), members, side), condition])) as [Float32Array];
    const mean = logs.reduce((a, b) => a + b) / logs.length;
    told.push([mean, Math.sqrt(logs.reduce((sum, v) => sum + (v - mean) ** 2, 0) / logs.length)]);
  }
  await program.dispose();
  return told;
}

test("a lognormal law is learned: mean within 0.05, spread within a fifth, at two conditions", async () => {
  const told = await learn(true);
  for (const [i, c] of [0, 0.8].entries()) {
    const [mean, spread] = told[i]!;
    assert.ok(Math.abs(mean - meanOf(c)) < 0.05, `mean at ${c}: ${mean}`);
    assert.ok(Math.abs(spread / spreadOf(c) - 1) < 0.2, `spread at ${c}: ${spread} against ${spreadOf(c)}`);
  }
});

test("without the distance between members the spread collapses", async () => {
  for (const [i, [, spread]] of (await learn(false)).entries()) {
    assert.ok(spread < 0.4 * spreadOf([0, 0.8][i]!), `spread ${spread}`);
  }
});

test.run();
