import { adam, compileTraining, type Rng, rng, warmupCosine } from "../../../engine/index.ts";
import { distributionTerm } from "../../../examples/papers/distribution-terms.ts";
import { compiledDenoiser, denoisingLoss, trainingNoise, unet } from "../../../generative/diffusion/index.ts";
import { constantsOf } from "../../../generative/model/index.ts";
import { loadTraining, saveTraining, trainOnTiles } from "../../../generative/training/index.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";
import { network, noisyTiles } from "../models.ts";
import { plainLoss } from "../toy-images.ts";

const { folder } = temporaryFolder(test);
const recipe = { seed: 3, steps: 6, batch: 3, crop: 8, network, warmup: 2 } as const;
const archive = noisyTiles(5, 1);

test("a downscaler is trained and saved with the unit of its logarithm, measured where none is stated", async () => {
  const short = { ...recipe, steps: 2 };
  const [none, one, small, measured] = await Promise.all(
    [{}, { unit: 1 }, { unit: 0.25 }, { unit: "measured" }].map((more) =>
      trainOnTiles(archive, { ...short, ...(more as object) }),
    ),
  );
  assert.equal(measured!.checkpoint, none!.checkpoint);
  assert.is(constantsOf(one!.downscaler.configuration)!.unit, undefined);
  assert.is(constantsOf(small!.downscaler.configuration)!.unit, 0.25);
  const wet = archive.values.filter((v) => v > 0).sort();
  const { unit } = constantsOf(measured!.downscaler.configuration)!;
  assert.ok(Math.abs(unit! - wet[Math.floor(wet.length / 4)]!) < 0.01, `${unit}`);
  assert.equal(await loadTraining(await saveTraining(folder, measured!.checkpoint)), measured!.checkpoint);
  assert.not.equal(small!.downscaler.parameters, none!.downscaler.parameters);
});

test("a fork begins with the parameters and the normalisation of its checkpoint", async () => {
  const base = await trainOnTiles(archive, recipe);
  const signal = AbortSignal.abort();
  const fork = await trainOnTiles(noisyTiles(5, 7), { ...recipe, seed: 9, start: base.checkpoint, signal });
  assert.equal(fork.checkpoint.state.parameters, base.checkpoint.state.parameters);
  assert.equal(constantsOf(fork.checkpoint.description), constantsOf(base.checkpoint.description));
  assert.is(fork.checkpoint.state.step, 0);
});

test("progress reports the step, the parts of the loss, and the learning rate of warm-up and cosine", async () => {
  const rates: number[] = [];
  const term = distributionTerm("wasserstein", { weight: 0.2 });
  await trainOnTiles(archive, {
    ...recipe,
    term,
    progressEvery: 1,
    onProgress: ({ step, loss, metrics, gradientNorm, learningRate }) => {
      assert.is(step, rates.length + 1);
      assert.ok(Math.abs(loss - metrics.denoising! - 0.2 * metrics["paper-wasserstein"]!) < 1e-5 * loss);
      assert.ok(gradientNorm > 0);
      rates.push(learningRate);
    },
  });
  for (const [n, rate] of rates.entries()) {
    const cosine = 1e-5 + (1e-3 - 1e-5) * 0.5 * (1 + Math.cos((Math.PI * n) / 6));
    const expected = cosine * Math.min(1, (n + 1) / 2);
    assert.ok(Math.abs(rate - expected) < 1e-6 * expected, `step ${n}: ${rate} against ${expected}`);
  }
});

test("the Wasserstein and the RMSE arm start from the parameters and batches of the arm without a term", async () => {
  const first: number[] = [];
  for (const term of [
    null,
    ...(["wasserstein", "rmse"] as const).map((kind) => distributionTerm(kind, { weight: 1 })),
  ]) {
    await trainOnTiles(archive, {
      ...recipe,
      steps: 1,
      term,
      onProgress: ({ metrics }) => {
        first.push(metrics.denoising!);
      },
    });
  }
  assert.is(first[1], first[0]);
  assert.is(first[2], first[0]);
});

test("trained on a correlated Gaussian field, the network approaches the exact error floor at every noise level", async () => {
  // A periodic field x = h * white noise has the spectrum P(k) = |H(k)|²; the least error of any denoiser of x + σz is
  // mean_k P σ²/(P + σ²) (Wiener), which a network can approach and never beat.
  const [size, batch, steps] = [8, 16, 500];
  const transfer = (k: number) => (0.5 + 0.5 * Math.cos((2 * Math.PI * k) / size)) ** 2;
  const raw = Array.from({ length: size * size }, (_, i) => (transfer(i >> 3) * transfer(i & 7)) ** 2);
  const variance = raw.reduce((a, b) => a + b, 0) / raw.length;
  const spectrum = raw.map((p) => p / variance);
  const field = (stream: Rng, out: Float32Array) => {
    const image = new Float64Array(size * size);
    for (let start = 0; start < out.length; start += image.length) {
      image.set(stream.normal(image.length).map((z) => z / Math.sqrt(variance)));
      for (let pass = 0; pass < 2; pass++) {
        for (const [step, wrap] of [
          [1, 7],
          [8, 56],
        ] as const) {
          const before = image.slice();
          for (const i of image.keys()) {
            const at = i & wrap;
            const next = (i & ~wrap) | ((at + step) & wrap);
            const last = (i & ~wrap) | ((at - step) & wrap);
            image[i] = 0.5 * before[i]! + 0.25 * (before[next]! + before[last]!);
          }
        }
      }
      out.set(image, start);
    }
    return out;
  };
  const net = unet({ ...network, inputChannels: 2 });
  const images = { shape: [batch, size, size, 1] };
  const trainer = await compileTraining({
    ...{ parameters: net.initialize(rng(1)), inputs: [images, images, images, { shape: [batch] }] },
    loss: denoisingLoss(net, { ...plainLoss, sigmaData: 1 }),
    optimizer: adam({ beta2: 0.99, learningRate: warmupCosine({ peak: 5e-3, final: 1e-5, steps, warmup: 20 }) }),
    ...{ clipNorm: 1, ema: { decay: 0.98, warmup: true } },
  });
  const empty = new Float32Array(batch * size * size);
  for (let step = 0; step < steps; step++) {
    const stream = rng(2).split(step);
    const clean = field(stream.split("field"), new Float32Array(empty.length));
    const noise = stream.split("noise").normal(new Float32Array(empty.length));
    await trainer.step([clean, empty, noise, trainingNoise(stream.split("sigma").stratified(batch), 1)]);
  }
  const { ema } = trainer.state();
  await trainer.dispose();
  const parameters = Object.fromEntries(
    Object.entries(net.shapes).map(([name, shape]) => [
      name,
      { shape: [...shape], values: Float32Array.from(ema[name]!) },
    ]),
  );
  const denoiser = compiledDenoiser(net, parameters, 1);
  const count = 256;
  const run = await denoiser.forShape(count, size, size);
  const clean = field(rng(3), new Float32Array(count * 64));
  const noise = rng(4).normal(new Float32Array(count * 64));
  for (const sigma of [0.2, 0.7, 2]) {
    const estimate = await run(
      clean.map((v, i) => v + sigma * noise[i]!),
      new Float32Array(count * 64),
      sigma,
    );
    const error = estimate.reduce((sum, d, i) => sum + (d - clean[i]!) ** 2, 0) / estimate.length;
    const floor = spectrum.reduce((sum, p) => sum + (p * sigma ** 2) / (p + sigma ** 2), 0) / spectrum.length;
    const blind = sigma ** 2 / (1 + sigma ** 2);
    const message = `sigma ${sigma}: error ${error}, floor ${floor}, pixel by pixel ${blind}`;
    // A few per cent of sampling error below; above, at most a third of what ignoring the neighbours costs.
    assert.ok(error > 0.93 * floor && error < floor + (blind - floor) / 3, message);
  }
  await denoiser.dispose();
});

test("on a pattern that the coarse rain determines the loss falls to less than half", async () => {
  // The untrained network's loss is 1 on average, for residuals of standard deviation σd whatever their law.
  const pattern = noisyTiles(8, 2);
  for (let i = 0; i < pattern.values.length; i++) {
    const [row, column, tile] = [(i >> 4) & 15, i & 15, i >> 8];
    pattern.values[i] = (row + column) % 2 === 0 ? 3 + tile : 0;
  }
  const losses: number[] = [];
  await trainOnTiles(pattern, {
    ...recipe,
    ...{ steps: 120, batch: 8, peakRate: 5e-3, warmup: 10, progressEvery: 20 },
    onProgress: ({ loss }) => {
      losses.push(loss);
    },
  });
  assert.ok(losses[0]! < 1.6 && losses[0]! > 0.3, `first ${losses[0]}`);
  assert.ok(losses.at(-1)! < 0.5 * losses[0]!, `from ${losses[0]} to ${losses.at(-1)}`);
});

test.run();
