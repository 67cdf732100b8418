// Inside: batches of training.
/** The recipe of WassDiff: its numbers to the letter, and that a small model goes by it from training to members. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OptionsError, rng } from "../../../engine/index.ts";
import { blockInputs, cropSource } from "../../../generative/data/images/source.ts";
import { tilesOf } from "../../../generative/data/index.ts";
import { lossTerm, wassdiffTerm } from "../../../generative/diffusion/loss-term.ts";
import { processOfModel } from "../../../generative/diffusion/process/kinds.ts";
import { unet } from "../../../generative/diffusion/unet.ts";
import { Downscaler } from "../../../generative/index.ts";
import { constantsOf } from "../../../generative/model/blocks.ts";
import { loadTraining, networkOf, saveTraining } from "../../../generative/training/checkpoint.ts";
import { plannedRecipe, trainOnTiles } from "../../../generative/training/index.ts";
import { trainingObjective } from "../../../generative/training/objective.ts";
import { checkedChoices } from "../../../generative/training/plan.ts";
import { withPreset } from "../../../generative/training/wassdiff.ts";
import type { WassersteinTerm } from "../../../wasserstein/index.ts";
import { writeSyntheticRain } from "../../cli/data.ts";
import { mongeHere } from "../../cli/run.ts";
import { assert, refuses, test } from "../../harness.ts";

const archive = tilesOf(
  Float32Array.from(rng(1).normal(5 * 256), (z) => Math.max(0, Math.expm1(1.5 * z))),
  16,
);
const small = { crop: 8, network: { baseChannels: 8, multipliers: [1, 2], blocks: 1, embedding: 16 }, seed: 3 };

test("the recipe has the released numbers, and options beside it go before", () => {
  const recipe = withPreset({ preset: "wassdiff" });
  const { batch, steps, unit, divisor, target, dropout, process, term, peakRate, finalRate, warmup, ...rest } =
    recipe as Record<string, unknown>;
  assert.equal([batch, steps, warmup, peakRate, finalRate], [12, 120_000, 5000, 2e-4, 2e-4]);
  assert.equal([unit, divisor, target, dropout, process], [1 / 24, 5, "field", 0.1, "ve-discrete"]);
  const { norm, weight, mixed, directions } = term as WassersteinTerm;
  assert.equal([norm, weight, mixed, directions], ["sliced", 0.2, true, 100]);
  assert.equal([rest["clipNorm"], rest["beta2"], rest["emaDecay"], rest["crop"]], [1, 0.999, 0.999, 256]);
  assert.equal(rest["sampling"], { method: "predictor-corrector", evaluations: 2000 });
  const sized = withPreset({ preset: "wassdiff", batch: 4, steps: 2400, network: { baseChannels: 16 } } as const);
  assert.equal(sized.batch, 4);
  assert.equal((sized as { warmup?: number }).warmup, 100);
  assert.equal(sized.network, { baseChannels: 16, multipliers: [1, 2, 2, 2], blocks: 4, attention: true } as object);
});

test("the recipe of a run has the sizes of the preset where none are given", async () => {
  const recipe = await plannedRecipe({
    data: { events: ["a.nc"] },
    choices: checkedChoices({ preset: "wassdiff", crop: 64, steps: 240, out: "runs" }, true),
  });
  const { tile, crop, batch, network, term } = recipe;
  const of = { norm: "sliced", p: 1, directions: 100, modes: 64 } as const;
  assert.equal(
    [tile, crop, batch, network.baseChannels, term],
    [64, 64, 12, 128, { name: "wasserstein", weight: 0.2, mixed: true, of }],
  );
  assert.equal([recipe.warmup, recipe.dropout, recipe.process, recipe.target], [10, 0.1, "ve-discrete", "field"]);
});

test("a small model trains, resumes bit for bit, is saved and loaded, and draws by predictor and corrector", async () => {
  const recipe = { ...small, preset: "wassdiff", steps: 4, batch: 3 } as const;
  const whole = await trainOnTiles(archive, recipe);
  const stop = new AbortController();
  const half = await trainOnTiles(archive, {
    ...recipe,
    progressEvery: 1,
    signal: stop.signal,
    onProgress: ({ step }) => (step === 2 ? stop.abort() : undefined),
  });
  const folder = await mkdtemp(join(tmpdir(), "monge-"));
  try {
    const resume = await loadTraining(await saveTraining(folder, half.checkpoint));
    const again = await trainOnTiles(archive, { ...recipe, resume });
    assert.equal(again.checkpoint.state, whole.checkpoint.state);
    const file = join(folder, "model.safetensors");
    await again.downscaler.save(file);
    const loaded = await Downscaler.load(file);
    assert.equal(loaded.configuration.sampling, { method: "predictor-corrector", evaluations: 2000 });
    const normalization = constantsOf(loaded.configuration)!;
    assert.equal([normalization.whole, normalization.divisor, normalization.missing], [true, 5, -1]);
    assert.equal([normalization.conditionMean, normalization.conditionStd], [0.5, 0.5]);
    const values = Float32Array.from(rng(5).uniform(12), (u) => 5 * u);
    values[5] = Number.NaN;
    const coarse = { values, shape: [3, 4] };
    const options = { members: 1, evaluations: 8, missing: "propagate", conserve: false } as const;
    // Two evaluations a level are those of predictor and corrector.
    let levels = 0;
    const onProgress = ({ total }: { readonly total: number }) => {
      levels = total;
    };
    const usual = await loaded.sample(coarse, { ...options, onProgress });
    assert.is(levels, 4);
    await loaded.sample(coarse, { ...options, onProgress, method: "dpm++2m" });
    assert.is(levels, 8);
    // Only the pixels of the missing cell are missing, although the network was told −1 there.
    assert.is(usual.values.filter(Number.isNaN).length, normalization.factor ** 2);
    await Promise.all([loaded.dispose(), again.downscaler.dispose(), half.downscaler.dispose()]);
  } finally {
    await rm(folder, { recursive: true });
    await whole.downscaler.dispose();
  }
});

test("batches hold ln(1 + R)/5 of rain in mm/day, conditions 2f − 1, and −3 = 2 · (−1) − 1 in a tenth of the crops", async () => {
  const { checkpoint, downscaler } = await trainOnTiles(archive, {
    ...small,
    preset: "wassdiff",
    steps: 1,
    batch: 400,
  });
  await downscaler.dispose();
  const { recipe, description, masked } = checkpoint;
  const source = cropSource(archive, blockInputs(constantsOf(description)!), recipe);
  const network = unet(networkOf(recipe, description, masked));
  const process = processOfModel(recipe.process);
  const objective = trainingObjective({
    source,
    recipe,
    description,
    masked,
    network,
    process,
    term: lossTerm(wassdiffTerm),
  });
  const [field, condition, , sigma, background, directions] = objective.batch(rng(9));
  assert.ok(background!.every((v) => v === 0));
  const largest = archive.values.reduce((a, b) => Math.max(a, b), 0);
  assert.ok(field!.every((v) => v >= 0 && v <= Math.log1p(24 * largest) / 5 + 1e-6));
  assert.ok(sigma!.every((v) => v >= 0.0099 && v <= 50.001));
  let withheld = 0;
  for (let n = 0; n < 400; n++) {
    const own = condition!.subarray(n * 128, (n + 1) * 128);
    if (own[0] === -3) {
      withheld++;
      assert.ok(own.every((v) => v === -3));
      continue;
    }
    // The second channel is the coarse rain by blocks: the mean over a block of 24 expm1-transformed pixels.
    const pixel = (y: number, x: number) => Math.expm1(5 * field![n * 64 + y * 8 + x]!) / 24;
    let mean = 0;
    for (let y = 0; y < 4; y++) for (let x = 0; x < 4; x++) mean += pixel(y, x) / 16;
    assert.ok(Math.abs(own[1]! - (2 * (Math.log1p(24 * mean) / 5) - 1)) < 1e-5);
  }
  // Four standard errors of 400 tosses of a tenth.
  assert.ok(Math.abs(withheld / 400 - 0.1) < 4 * Math.sqrt(0.09 / 400), `${withheld}`);
  const next = objective.batch(rng(10));
  assert.not.equal(next[5], directions);
});

test("unknown presets, and options that do not fit, are refused; the command says the recipe with --dry-run", async () => {
  const bad = { preset: "wassdif" as "wassdiff" };
  await refuses(trainOnTiles(archive, bad), /preset is "wassdif", expected "wassdiff"/, OptionsError);
  await refuses(trainOnTiles(archive, { dropout: 1 }), /dropout is 1/, OptionsError);
  await refuses(trainOnTiles(archive, { target: "rain" as "field" }), /target is "rain"/, OptionsError);
  const folder = await mkdtemp(join(tmpdir(), "monge-preset-"));
  const data = join(folder, "rain.nc");
  await writeSyntheticRain(data, { days: 2, units: "mm h-1" });
  const flags = ["train", "--data", data, "--out", "runs", "--preset", "wassdiff", "--crop", "64", "--dry-run"];
  const plan = JSON.parse((await mongeHere(...flags)).stdout);
  const { term, batch, steps, dropout } = plan.recipe;
  assert.equal([term.name, batch, steps, dropout], ["wasserstein", 12, 120_000, 0.1]);
  const other = JSON.parse((await mongeHere(...flags, "--term", "wasserstein:weight=0.5,norm=dual-sobolev")).stdout);
  assert.equal([other.recipe.term.weight, other.recipe.term.of.norm], [0.5, "dual-sobolev"]);
  assert.match((await mongeHere(...flags, "--term", "wassdiff")).stderr, /expected wasserstein/);
  const sized = JSON.parse((await mongeHere(...flags, "--batch", "2", "--set", "peakRate=1e-3")).stdout).recipe;
  assert.equal([sized.batch, sized.dropout, sized.peakRate], [2, 0.1, 1e-3]);
  await rm(folder, { recursive: true });
});

test.run();
