/** The one-step generator behind the calls that diffusion has: training, files, tiles, sampling. */
import { existsSync } from "node:fs";
import { inspect } from "node:util";
import { OptionsError, rng } from "../../../engine/index.ts";
import { blockMean } from "../../../engine/numerics/grid.ts";
import { sampleEnergy } from "../../../examples/papers/sample-energy.ts";
import { tilesOf } from "../../../generative/data/tiles/tiles.ts";
import { Downscaler, downscale, train } from "../../../generative/index.ts";
import { findModel } from "../../../generative/model/find-model.ts";
import { loadTraining, saveTraining } from "../../../generative/training/checkpoint.ts";
import { readPlan } from "../../../generative/training/plan.ts";
import { type TileTrainingOptions, trainOnTiles } from "../../../generative/training/train-model.ts";
import { readField } from "../../../io/dataset/read.ts";
import { writeSyntheticRain } from "../../cli/data.ts";
import { assert, refuses as refusesBy, temporaryFolder, test } from "../../harness.ts";

const refuses = (work: Promise<unknown>, pattern: RegExp) => refusesBy(work, pattern, OptionsError);

const { at } = temporaryFolder(test);

const values = Float32Array.from(rng(1).normal(5 * 256), (z) => Math.max(0, Math.expm1(1.5 * z)));
const archive = tilesOf(values, 16);
const network = { baseChannels: 8, multipliers: [1, 2], embedding: 16 };
const recipe = {
  generator: "one-step",
  seed: 3,
  steps: 4,
  batch: 2,
  crop: 8,
  network,
  warmup: 2,
  unit: 0.3,
  term: sampleEnergy({ weight: 1, sides: [3], directions: 4 }),
} satisfies TileTrainingOptions;

/** The middle of each side of 16² pixels is the same rain, so that what lies beyond tells a tile nothing. */
const coarseOf = (height: number, width: number) => {
  const rates = Float32Array.from(rng(4).uniform(height * width), (u) => 12 * u * u);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const edge = y % 4 === 0 || y % 4 === 3 || x % 4 === 0 || x % 4 === 3;
      if (edge) rates[y * width + x] = 0.7;
    }
  }
  return { values: rates, shape: [height, width] };
};

test("a stopped, saved, loaded and resumed training equals an uninterrupted one, bit for bit, with a term of one's own and without", async () => {
  for (const term of [null, recipe.term]) {
    const whole = await trainOnTiles(archive, { ...recipe, term });
    const stop = new AbortController();
    const half = await trainOnTiles(archive, {
      ...recipe,
      term,
      progressEvery: 1,
      signal: stop.signal,
      onProgress: ({ step, metrics }) => {
        assert.equal(Object.keys(metrics), term === null ? ["crps"] : ["crps", term.name]);
        if (step === 2) stop.abort();
      },
    });
    assert.is(half.status, "aborted");
    const resume = await loadTraining(await saveTraining(at(`run-${term?.name}`), half.checkpoint));
    assert.equal(resume, half.checkpoint);
    const rest = await trainOnTiles(archive, { ...recipe, term, resume });
    assert.equal(rest.checkpoint.state, whole.checkpoint.state);
    await refuses(
      trainOnTiles(archive, { ...recipe, generator: "diffusion", term, resume }),
      /oneStep is|generator is/,
    );
    await refuses(
      trainOnTiles(archive, { ...recipe, term, oneStep: { members: 3 }, resume }),
      /oneStep is .*"members":3.*the checkpoint has/,
    );
    for (const { downscaler } of [whole, half, rest]) await downscaler.dispose();
  }
});

test("large fields drawn in tiles differ at borders alone", async () => {
  const { downscaler } = await trainOnTiles(archive, { ...recipe, term: null, steps: 8, peakRate: 5e-3 });
  const coarse = { values: Float32Array.from(rng(4).uniform(256), (u) => 12 * u * u), shape: [16, 16] };
  const draw = { members: 1, seed: 1, wetThreshold: 0 };
  const all = await downscaler.sample(coarse, { ...draw, tiles: [64, 16] });
  const tiled = await downscaler.sample(coarse, { ...draw, tiles: [48, 32] });
  const apart = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + Math.abs(v - b[i]!), 0) / a.length;
  const other = await downscaler.sample(coarse, { ...draw, seed: 2, tiles: [64, 16] });
  // Group norms see a tile, which is not the whole: what differs is a small part of what noise makes.
  const share = apart(tiled.values, all.values) / apart(other.values, all.values);
  assert.ok(share < 0.1, `${share}`);
  await downscaler.dispose();
});

test("choices of one generator are refused with the other, by name", async () => {
  const tell = (more: object, pattern: RegExp) =>
    refuses(trainOnTiles(archive, { ...recipe, ...more } as TileTrainingOptions), pattern);
  await tell({ generator: "two-step" }, /generator is "two-step"; expected diffusion or one-step/);
  await tell({ process: "ve-discrete" }, /process is "ve-discrete", but a one-step generator has no noise process/);
  await tell({ noise: { median: 1 } }, /noise is .*it belongs to diffusion/);
  await tell({ term: "wassdiff" }, /term is "wassdiff"; it is of diffusion/);
  await tell({ divisor: 5 }, /divisor is 5; it belongs to diffusion/);
  await tell({ term: { ...recipe.term, weight: -1 } }, /term.weight is -1/);
  await tell({ oneStep: { members: 1 } }, /oneStep.members is 1/);
  await tell({ oneStep: { scales: [3] } }, /oneStep.scales is \[3\], expected divisors of the crop, 8/);
  await tell({ generator: "diffusion", oneStep: {} }, /oneStep is .*goes with generator/);
});

test("a model says that it is of one step, gives the same bits when it is loaded, and refuses what it does not have", async () => {
  const { downscaler } = await trainOnTiles(archive, recipe);
  await downscaler.save(at("model.safetensors"));
  const loaded = await Downscaler.load(at("model.safetensors"));
  assert.is(loaded.generator, "one-step");
  assert.is(loaded.process, undefined);
  assert.match(inspect(loaded), /one step/);
  const coarse = coarseOf(4, 8);
  const four = await downscaler.sample(coarse, { members: 4, seed: 5 });
  const two = await loaded.sample(coarse, { members: 2, seed: 5, evaluations: 1 });
  assert.equal(two.values, four.values.slice(0, two.values.length));
  assert.ok(four.values.every((v) => v >= 0 && Number.isFinite(v)));
  assert.not.equal(four.values.slice(0, 512), four.values.slice(512, 1024), "members differ");
  const other = await loaded.sample(coarse, { members: 2, seed: 5, frame: 1 });
  assert.not.equal(other.values, two.values);
  const means = blockMean(four.values, 4, 16, 32, 4);
  for (const [i, v] of means.entries()) assert.ok(Math.abs(v - coarse.values[i % 32]!) < 1e-5 * (1 + v), `block ${i}`);
  await refuses(loaded.sample(coarse, { evaluations: 16 }), /evaluations is 16, but the model is a one-step/);
  await refuses(loaded.sample(coarse, { method: "heun" }), /method is "heun", but the model is a one-step/);
  await refuses(Downscaler.load(at("model.safetensors"), { process: {} as never }), /process is|one-step/);
  await downscaler.dispose();
  await loaded.dispose();
});

test("a tile alone has the bits that it has in the whole, where nothing beyond it is seen", async () => {
  const { downscaler } = await trainOnTiles(archive, { ...recipe, steps: 1 });
  const coarse = coarseOf(8, 8);
  const options = { members: 2, seed: 1, tiles: [16, 0] as const };
  const whole = await downscaler.sample(coarse, options);
  for (const [top, left] of [
    [0, 0],
    [0, 1],
    [1, 1],
  ] as const) {
    const own = Float32Array.from({ length: 16 }, (_, i) => {
      return coarse.values[(4 * top + Math.floor(i / 4)) * 8 + 4 * left + (i % 4)]!;
    });
    const origin = [16 * top, 16 * left] as const;
    const part = await downscaler.sample({ values: own, shape: [4, 4] }, { ...options, origin });
    for (let i = 0; i < part.values.length; i++) {
      const [member, y, x] = [Math.floor(i / 256), Math.floor(i / 16) % 16, i % 16];
      assert.is(part.values[i], whole.values[(member * 32 + 16 * top + y) * 32 + 16 * left + x], `${top} ${left} ${i}`);
    }
  }
  const dry = { ...coarse, values: new Float32Array(64) };
  assert.ok((await downscaler.sample(dry, options)).values.every((v) => v === 0));
  await downscaler.dispose();
});

test("the verbs train, record, resume and draw with it, an evaluation a member", async () => {
  await writeSyntheticRain(at("rain.nc"), { days: 8, units: "mm h-1" });
  const choices = {
    generator: "one-step",
    seed: 3,
    steps: 2,
    batch: 2,
    crop: 16,
    tile: 32,
    threads: 1,
    network: { baseChannels: 8 },
    oneStep: { scales: [1, 2, 4] },
    term: sampleEnergy({ unsorted: true, weight: 0.5 }),
  } as const;
  const { run, downscaler } = await train(at("rain.nc"), { ...choices, out: at("runs") });
  const { choices: recorded } = await readPlan(run!);
  assert.equal([recorded.generator, recorded.oneStep], ["one-step", choices.oneStep]);
  assert.ok(existsSync(findModel(run!)));
  const stop = new AbortController();
  const onProgress = ({ step }: { readonly step: number }) => {
    if (step === 1) stop.abort();
  };
  const half = await train(at("rain.nc"), { ...choices, out: at("half"), onProgress, signal: stop.signal });
  assert.is(half.status, "aborted");
  await refuses(train(null, { resume: half.run! }), /term is "unsorted", expected "wassdiff"; one of your own is/);
  const rest = await train(null, { resume: half.run!, term: choices.term });
  assert.equal(rest.downscaler!.parameters, downscaler!.parameters);
  const field = await readField(at("rain.nc"));
  const evaluations: number[][] = [];
  const drawing = { members: 2, coarsen: true, force: true, onProgress: (...done: number[]) => evaluations.push(done) };
  const fine = await downscale(downscaler!, field, drawing);
  assert.equal(evaluations.at(-1), [8, 8]);
  assert.equal(fine.shape.slice(-3), [2, ...field.shape.slice(-2)]);
  await refuses(downscale(downscaler!, field, { ...drawing, evaluations: 4 }), /evaluations is 4, but/);
  for (const one of [downscaler, half.downscaler, rest.downscaler]) await one?.dispose();
});

test.run();
