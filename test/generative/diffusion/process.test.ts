import { join } from "node:path";
import { OptionsError, rng, tf } from "../../../engine/index.ts";
import {
  denoise,
  denoisingLoss,
  noiseProcess,
  numbers,
  tensors,
  unet,
  veDiscrete,
} from "../../../generative/diffusion/index.ts";
import { Downscaler, edm, type NoiseProcess } from "../../../generative/index.ts";
import { constantsOf } from "../../../generative/model/index.ts";
import { loadTraining, saveTraining, trainOnTiles } from "../../../generative/training/index.ts";
import { assert, equalBy, inFolder, refuses as promiseRefuses, test } from "../../harness.ts";
import { noisyTiles, stopAt } from "../models.ts";
import { plainLoss } from "../toy-images.ts";
import { coefficientsAt, weightAt } from "./at-level.ts";

const small = { baseChannels: 8, multipliers: [1, 2], embedding: 16 };
const sigmas = Float32Array.of(0.01, 0.13, 0.5, 2, 9, 50);

const refuses = (run: () => unknown, pattern: RegExp) =>
  promiseRefuses(Promise.resolve().then(run), pattern, OptionsError);

/** A network with all parameters drawn, so that none of its parts is silent. */
function drawn(seed: number) {
  const network = unet(small);
  const parameters = Object.entries(network.shapes).map(([name, shape]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    return [
      name,
      tf.tensor(
        rng(seed)
          .split(name)
          .normal(new Float32Array(count))
          .map((z) => z / 10),
        [...shape],
      ),
    ] as const;
  });
  return { network, parameters: Object.fromEntries(parameters) };
}

function batch(seed: number) {
  const image = (name: string, depth: number) =>
    tf.tensor4d(
      rng(seed)
        .split(name)
        .normal(new Float32Array(6 * 64 * depth)),
      [6, 8, 8, depth],
    );
  return { clean: image("clean", 1), condition: image("condition", 2), noise: image("noise", 1) };
}

for (const process of [edm, veDiscrete]) {
  test(`${process.name}: the formula on tensors is the formula on numbers, to rounding in float32`, async () => {
    await tf.setBackend("cpu");
    for (const sigmaData of [0.13, 1, 7]) {
      const graph = process.coefficients<tf.Tensor>(tf.tensor1d(sigmas), sigmaData, tensors);
      const weights = process.weight<tf.Tensor>(tf.tensor1d(sigmas), sigmaData, tensors).dataSync();
      for (const [i, sigma] of sigmas.entries()) {
        const exact = process.coefficients(sigma, sigmaData, numbers);
        for (const [name, value] of Object.entries(exact)) {
          const given = graph[name as keyof typeof graph];
          const found = typeof given === "number" ? given : given.dataSync()[i]!;
          // What is told of the level may cross 0; it is of size 1.
          const size = Math.max(Math.abs(value), name === "noise" ? 1 : 0);
          assert.ok(Math.abs(found - value) <= 4e-7 * size, `${name} at ${sigma}: ${found}, ${value}`);
        }
        const weight = weightAt(process, sigma, sigmaData);
        assert.ok(Math.abs(weights[i]! / weight - 1) <= 4e-7, `weight at ${sigma}`);
      }
    }
  });
}

test("with EDM denoiser and loss are, bit for bit, table 1 of the paper written out", async () => {
  await tf.setBackend("cpu");
  const { network, parameters } = drawn(1);
  const { clean, condition, noise } = batch(2);
  const [sigma, sigmaData] = [tf.tensor1d(sigmas), 0.37];
  const level = tf.reshape(sigma, [-1, 1, 1, 1]);
  const x = tf.add(clean, tf.mul(level, noise)) as tf.Tensor4D;
  const total = tf.add(tf.square(level), sigmaData * sigmaData);
  const root = tf.sqrt(total);
  const input = tf.concat([tf.div(x, root), condition], 3) as tf.Tensor4D;
  const output = network.apply(parameters, input, tf.div(tf.log(sigma), 4) as tf.Tensor1D);
  const out = tf.div(tf.mul(level, sigmaData), root);
  const written = tf.add(tf.mul(tf.div(sigmaData * sigmaData, total), x), tf.mul(out, output));
  assert.equal(denoise(network, parameters, x, condition, sigma, sigmaData).dataSync(), written.dataSync());
  const squared = tf.square(sigma);
  const weight = tf.div(tf.add(squared, sigmaData * sigmaData), tf.mul(squared, sigmaData * sigmaData));
  const error = tf.mean(tf.square(tf.sub(written, clean)), [1, 2, 3]);
  const { loss } = denoisingLoss(network, { ...plainLoss, sigmaData })(parameters, [clean, condition, noise, sigma]);
  assert.is(loss.dataSync()[0], tf.mean(tf.mul(weight, error)).dataSync()[0]);
});

test("with VE a network that is silent leaves the noise, and the loss is its mean square at every level", async () => {
  await tf.setBackend("cpu");
  const { network, parameters } = drawn(1);
  const silent = Object.fromEntries(
    Object.entries(parameters).map(([name, p]) => [name, name.startsWith("output.") ? tf.zerosLike(p) : p]),
  );
  const { clean, condition, noise } = batch(3);
  const square = tf.mean(tf.square(noise)).dataSync()[0]!;
  const zero = tf.zerosLike(clean);
  for (const sigma of [0.01, 1, 50]) {
    const inputs = [zero, condition, noise, tf.fill([6], sigma)];
    const { loss } = denoisingLoss(network, { ...plainLoss, sigmaData: 0.2, process: veDiscrete })(silent, inputs);
    assert.ok(Math.abs(loss.dataSync()[0]! / square - 1) < 1e-5, `at ${sigma}`);
  }
});

test("VE has no preconditioning, the weight 1/σ², and geometric levels from 0.01 to 50", () => {
  const { noise, ...coefficients } = coefficientsAt(veDiscrete, 3, 0.2);
  assert.equal(coefficients, { skip: 1, out: 3, in: 1 });
  assert.is(noise, Math.log(3) / 4);
  assert.is(weightAt(veDiscrete, 4, 0.2), 1 / 16);
  const levels = veDiscrete.schedule(1000, 0.2);
  assert.equal([levels[0], levels[999]], [50, 0.01]);
  for (let i = 1; i < 1000; i++) {
    assert.ok(Math.abs(levels[i]! / levels[i - 1]! / (0.01 / 50) ** (1 / 999) - 1) < 1e-12);
  }
  equalBy([...veDiscrete.schedule(3, 0.2, [10, 0.1])], (v) => +v.toFixed(12), [2, 0.2, 0.02]);
});

test("discrete VE meets exactly the 1000 published levels in training, each as often, and takes them in sampling", () => {
  const levels = veDiscrete.schedule(1000, 0.2);
  const stratified = Float64Array.from({ length: 5000 }, (_, i) => (i + 0.5) / 5000);
  const met = veDiscrete.trainingLevels(stratified, 0.2);
  const counts = new Map<number, number>();
  for (const level of met) counts.set(level, (counts.get(level) ?? 0) + 1);
  assert.is(counts.size, 1000);
  assert.equal([...new Set(counts.values())], [5]);
  for (const [k, level] of [...counts.keys()].entries()) assert.ok(Math.abs(level / levels[999 - k]! - 1) < 1e-6);
  assert.equal(veDiscrete.trainingLevels([0, 1], 0.2), Float32Array.of(0.01, 50));
});

const archive = noisyTiles(5, 1);
const recipe = { seed: 3, steps: 4, batch: 3, crop: 8, network: small, warmup: 2 } as const;
const coarse = { values: Float32Array.from(rng(5).uniform(12), (u) => 5 * u), shape: [3, 4] };
const sampling = { members: 2, seed: 7, evaluations: 6, tiles: [16, 8] } as const;

/** EDM under another name, as a user outside the package writes it. */
const mine: NoiseProcess = {
  name: "mine",
  coefficients(sigma, sigmaData, { add, div, mul, square, sqrt, log }) {
    const total = add(square(sigma), sigmaData ** 2);
    const scale = sqrt(total);
    return {
      ...{ skip: div(sigmaData ** 2, total), out: div(mul(sigma, sigmaData), scale), scale },
      noise: div(log(sigma), 4),
    };
  },
  weight: (sigma, sigmaData, { add, div, mul, square }) =>
    div(add(square(sigma), sigmaData ** 2), mul(square(sigma), sigmaData ** 2)),
  trainingLevels: edm.trainingLevels,
  schedule: (count, sigmaData) => edm.schedule(count, sigmaData),
};

test("a process of one's own trains, resumes, is saved, loaded and samples as the same formulas of this package do", async () => {
  const theirs = await trainOnTiles(archive, recipe);

  const half = await trainOnTiles(archive, {
    ...recipe,
    ...{ process: mine, progressEvery: 1 },
    ...stopAt(2),
  });
  await inFolder(async (folder) => {
    const resume = await loadTraining(await saveTraining(folder, half.checkpoint));
    await refuses(() => trainOnTiles(archive, { ...recipe, resume }), /process is "edm", the checkpoint has "mine"/);
    const own = await trainOnTiles(archive, { ...recipe, process: mine, resume });
    assert.equal(own.checkpoint.state, theirs.checkpoint.state);
    assert.is(own.downscaler.configuration.process, "mine");
    const file = join(folder, "model.safetensors");
    await own.downscaler.save(file);
    await refuses(() => Downscaler.load(file), /process is "mine", which is none of edm, ve.*\{ process \}/);
    await refuses(() => Downscaler.load(file, { process: edm }), /process is "edm", but the model .* "mine"/);
    const loaded = await Downscaler.load(file, { process: mine });
    const [a, b] = [await loaded.sample(coarse, sampling), await theirs.downscaler.sample(coarse, sampling)];
    assert.equal(a.values, b.values);
    await Promise.all([loaded.dispose(), own.downscaler.dispose(), theirs.downscaler.dispose()]);
  });
});

test("a model trained with VE says so in its file, and samples as it did before it was saved", async () => {
  await inFolder(async (folder) => {
    const { downscaler } = await trainOnTiles(archive, { ...recipe, process: "ve-discrete" });
    const file = join(folder, "model.safetensors");
    await downscaler.save(file);
    const loaded = await Downscaler.load(file);
    assert.is(loaded.configuration.process, "ve-discrete");
    const [a, b] = [await downscaler.sample(coarse, sampling), await loaded.sample(coarse, sampling)];
    assert.equal(a.values, b.values);
    // The levels are those of VE: those of EDM give another sample.
    const { factor: _, sigmaData } = constantsOf(loaded.configuration)!;
    const ranged = await loaded.sample(coarse, { ...sampling, noiseRange: [50 / sigmaData, 0.01 / sigmaData] });
    for (const [i, v] of ranged.values.entries()) assert.ok(Math.abs(v - a.values[i]!) <= 1e-3 * (1 + v));
    const other = new Downscaler({ ...loaded.configuration, process: "edm" }, loaded.parameters);
    assert.not.equal((await other.sample(coarse, sampling)).values, a.values);
    await Promise.all([downscaler.dispose(), loaded.dispose(), other.dispose()]);
  });
});

test("unknown processes, halves of one, taken names, and laws that a process does not take are refused", async () => {
  await refuses(
    () => noiseProcess("flow" as "edm"),
    /process is "flow", which is none of edm, ve-discrete; .*\{ process \}/,
  );
  await refuses(
    () => noiseProcess({ ...mine, schedule: undefined } as unknown as NoiseProcess),
    /no function schedule/,
  );
  await refuses(() => noiseProcess({ ...mine, name: "edm" }), /called "edm", as this package's is/);
  await refuses(
    () => trainOnTiles(archive, { ...recipe, process: "ve-discrete", noise: { median: 2 } }),
    /noise.median is 2, but the process "ve-discrete" trains on geometric levels/,
  );
});

test.run();
