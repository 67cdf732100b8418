// Inside: batches of training.
import { OptionsError, rng } from "../../../engine/index.ts";
import { covariateGroups } from "../../../generative/data/images/dropout.ts";
import type { Images } from "../../../generative/data/images/images.ts";
import { channelInputs, cropSource } from "../../../generative/data/images/source.ts";
import { Downscaler, edm } from "../../../generative/index.ts";
import { backgroundOf } from "../../../generative/model/standardise.ts";
import { trainOnImages } from "../../../generative/training/index.ts";
import { noisyBatch } from "../../../generative/training/objective.ts";
import { resolveRecipe } from "../../../generative/training/recipe.ts";
import type { ImageTrainingOptions } from "../../../generative/training/train-model.ts";
import { wassersteinTerm } from "../../../wasserstein/index.ts";
import { assert, equalBy, refuses, test } from "../../harness.ts";
import { stopAt } from "../models.ts";
import { describe, law, network, toyArchive, withParts } from "../toy-images.ts";

const brief = { seed: 3, steps: 4, batch: 3, crop: 8, network, warmup: 2 } as const;

/** Trains briefly, and frees the model. */
async function trained(options: ImageTrainingOptions = {}, archive: Images = toyArchive(6, 16, 1, 1)) {
  const result = await trainOnImages(archive, describe(1), { ...brief, ...options });
  await result.downscaler.dispose();
  return result;
}

/** Slopes, spreads and correlation of what a model draws. */
async function lawDrawn({ downscaler }: Awaited<ReturnType<typeof trainOnImages>>) {
  const description = describe(2);
  const { height, width, condition } = toyArchive(1, 32, 9, 2);
  const background = backgroundOf(condition, description.channels, description.targets);
  const members = 32;
  const { values } = await downscaler.sample({ height, width, condition, background }, { members });
  await downscaler.dispose();
  const pixels = height * width;
  const sums = { zz: 0, zm: [0, 0], products: [0, 0, 0] };
  for (let i = 0; i < pixels; i++) {
    const z = condition[3 * i + 1]!;
    const of = (m: number, k: number) => values[(m * pixels + i) * 2 + k]! - background[2 * i + k]!;
    const mean = [0, 1].map(
      (k) => Array.from({ length: members }, (_, m) => of(m, k)).reduce((a, b) => a + b) / members,
    );
    sums.zz += z * z;
    for (const k of [0, 1]) sums.zm[k]! += z * mean[k]!;
    for (let m = 0; m < members; m++) {
      const [a, b] = [of(m, 0) - mean[0]!, of(m, 1) - mean[1]!];
      for (const [j, product] of [a * a, b * b, a * b].entries()) sums.products[j]! += product;
    }
  }
  const [first, second, both] = sums.products as [number, number, number];
  return {
    slopes: sums.zm.map((zm) => zm / sums.zz),
    spreads: [first, second].map((squares) => Math.sqrt(squares / pixels / (members - 1))),
    correlation: both / Math.sqrt(first * second),
  };
}

test("trained on a Gaussian law with gaps, members have its conditional mean, spread, and correlation of outputs", async () => {
  const recipe = { seed: 1, steps: 500, batch: 16, crop: 8, peakRate: 5e-3, warmup: 20, emaDecay: 0.98, network };
  const trained = await trainOnImages(toyArchive(2048, 8, 1, 2), describe(2), recipe);
  assert.is(trained.status, "finished");
  const { slopes, spreads, correlation } = await lawDrawn(trained);
  const within = (value: number, wanted: number, off: number) =>
    assert.ok(Math.abs(value - wanted) <= off, `${value} against ${wanted}`);
  // Measured: slopes 1.199 and -0.443, spreads 0.595 and 0.953, correlation 0.781.
  for (const [k, off] of [0.06, 0.09].entries()) {
    within(slopes[k]!, law.slopes[k]!, 0.1);
    within(spreads[k]!, law.spreads[k]!, off);
  }
  within(correlation, law.correlation, 0.06);
});

test("what an archive holds at missing pixels changes no bit of a training", async () => {
  const archive = toyArchive(6, 16, 1, 1);
  const clean = archive.clean.map((v, i) => (archive.valid[i] === 0 ? Number.NaN : v));
  const { state } = (await trained({}, archive)).checkpoint;
  assert.equal((await trained({}, withParts(archive, { clean }))).checkpoint.state, state);
});

test("a run stopped by its signal and resumed equals an uninterrupted one, bit for bit, validations and best model too", async () => {
  const validate = toyArchive(3, 16, 8, 1);
  const validation = { every: 1, images: 2, members: 3, evaluations: 2 };
  const options = { validate, validation, steps: 5, dropout: 0.3, symmetries: true };
  const scores: unknown[] = [];
  const whole = await trained({ ...options, onProgress: ({ validation: v }) => void scores.push(v) });
  assert.is(scores.length, 5);
  const half = await trained({
    ...options,
    ...stopAt(2),
  });
  assert.is(half.status, "aborted");
  assert.is(half.checkpoint.state.step, 2);
  const later: unknown[] = [];
  const rest = await trained({
    ...options,
    resume: half.checkpoint,
    onProgress: ({ validation: v }) => void later.push(v),
  });
  assert.equal(rest.checkpoint, whole.checkpoint);
  assert.equal(rest.best, whole.best);
  assert.equal(later, scores.slice(2));
  await refuses(
    trained({ ...options, seed: 4, resume: half.checkpoint }),
    /seed is 4, the checkpoint has 3/,
    OptionsError,
  );
});

test("the model is the one with the best score, and training stops when patience is at its end", async () => {
  const seen: { step: number; score: number }[] = [];
  // A rate far too high: the first validation is soon not reached again.
  const options = { validate: toyArchive(3, 16, 8, 1), steps: 60, peakRate: 0.5, warmup: 0, emaDecay: 0 };
  const validation = { every: 3, images: 2, members: 4, evaluations: 2, patience: 2 };
  const onProgress: ImageTrainingOptions["onProgress"] = ({ step, validation: v }) =>
    void (v && seen.push({ step, score: v.score }));
  const { status, best, checkpoint, downscaler } = await trained({ ...options, validation, onProgress });
  assert.is(status, "stopped");
  const least = seen.reduce((a, b) => (b.score < a.score ? b : a));
  assert.is(best?.step, least.step);
  assert.is(best?.scores.score, least.score);
  assert.is(seen.at(-1)!.step, least.step + 2 * 3);
  assert.is(checkpoint.worse, 2);
  assert.equal(downscaler.configuration.provenance?.["step"], least.step);
  const again = await trained({ ...options, validation, resume: checkpoint });
  assert.is(again.status, "stopped");
  assert.is(again.checkpoint.state.step, checkpoint.state.step);
});

test("fine-tuning begins with the parameters of a model, its network and its channels, and refuses others", async () => {
  const { downscaler } = await trained();
  const start = new Downscaler(downscaler.configuration, downscaler.parameters);
  const { network: _, ...own } = brief;
  const run = (description = describe(1), options: ImageTrainingOptions = {}) =>
    trainOnImages(toyArchive(4, 16, 5, 1, 0), description, { ...own, start, signal: AbortSignal.abort(), ...options });
  const fork = await run();
  for (const [name, { values }] of Object.entries(downscaler.parameters)) {
    assert.equal(fork.checkpoint.state.parameters[name], values, name);
  }
  assert.is(fork.checkpoint.masked, true);
  const { channels, targets } = describe(1);
  const other = { channels: channels.map((c, i) => (i === 1 ? { ...c, mean: 4 } : c)), targets };
  await refuses(run(other), /channels\[1\] is .*"mean":4.*`start` has .*"mean":0/, OptionsError);
  await refuses(
    run(describe(1), { network: { ...network, embedding: 32 } }),
    /network is .*"embedding":32.*leave `network` out/,
    OptionsError,
  );
});

test("a term of the loss on images, and the generator that is gone, are refused by name", async () => {
  const gone = { generator: "one-step" } as ImageTrainingOptions;
  await refuses(trained(gone), /generator is "one-step"; all models are of diffusion; .*few evaluations/, OptionsError);
  await refuses(trained({ term: wassersteinTerm() }), /term is "wasserstein"; it goes with block means/, OptionsError);
});

test("a covariate that is left out is 0 with all its channels, and its mask says so", () => {
  const { channels } = describe(1);
  assert.equal(covariateGroups(channels), [{ values: [1], absent: 0, missing: [2] }]);
  const more = [
    ...channels,
    { ...channels[1]!, name: "season cosine", role: "context" },
    { ...channels[1]!, name: "season sine", role: "context" },
    { ...channels[1]!, name: "latitude", role: "context" },
    { ...channels[1]!, name: "longitude", role: "context" },
  ] as const;
  equalBy(covariateGroups(more), ({ values }) => values, [[1], [3, 4], [5, 6]]);
  const marked = more.map((c) => (c.name === "latitude" ? { ...c, optional: true } : c));
  equalBy(covariateGroups(marked), ({ values }) => values, [[5, 6]]);
});

test("of half the crops a covariate is left out, whole crops at a time, and nothing else is changed", () => {
  const archive = toyArchive(6, 16, 1, 1);
  const batch = (dropout: number) => {
    const recipe = resolveRecipe({ ...brief, batch: 200, dropout }, { symmetries: false, validated: false });
    const crops = cropSource(archive, channelInputs(describe(1)), recipe).crops(rng(5));
    return [...noisyBatch(crops, rng(5), recipe, edm, 1), crops.valid!];
  };
  const [told, some] = [batch(0), batch(0.5)];
  for (const part of [0, 2, 3, 4]) assert.equal(some[part], told[part]);
  let dropped = 0;
  for (let n = 0; n < 200; n++) {
    const crops = [told[1]!, some[1]!].map((condition) => condition.subarray(n * 192, (n + 1) * 192));
    const out = crops[1]![2] === 1;
    if (out) dropped++;
    assert.equal(
      crops[1],
      crops[0]!.map((v, i) => (out && i % 3 === 1 ? 0 : out && i % 3 === 2 ? 1 : v)),
    );
  }
  // Five standard deviations of a binomial law are 35.
  assert.ok(Math.abs(dropped - 100) <= 35, `${dropped} of 200`);
});

test("with full dropout a covariate has no influence on training; without any it has", async () => {
  const archive = toyArchive(6, 16, 1, 1);
  const condition = archive.condition.map((v, i) => (i % 3 === 1 ? v + 1 : v));
  const stateOf = async (dropout: number, changed: boolean) =>
    (await trained({ dropout }, changed ? withParts(archive, { condition }) : archive)).checkpoint;
  const told = await stateOf(1, false);
  assert.equal((await stateOf(1, true)).state, told.state);
  assert.is.not(
    (await stateOf(0, true)).state.parameters["input.filter"]![5],
    (await stateOf(0, false)).state.parameters["input.filter"]![5],
  );
  equalBy(told.description.channels, ({ optional = false }) => optional, [false, true, false]);
});

test("an archive that does not fit is refused before training, by the name of what is wrong", async () => {
  const archive = toyArchive(2, 16, 1, 1);
  const spoilt = (at: number, array: Float32Array) => array.map((v, i) => (i === at ? Number.NaN : v));
  const known = archive.valid.indexOf(1);
  for (const [wrong, pattern] of [
    [{ channels: 2 }, /archive.condition/],
    [{ height: 15 }, /archive \[count, height, width\]/],
    [{ clean: archive.clean.subarray(1) }, /archive.clean/],
    [{ condition: spoilt(4, archive.condition) }, /NaN in z; gaps are 0/],
    [{ clean: spoilt(known, archive.clean) }, /NaN in fine/],
    [{ valid: archive.valid.map(() => 0) }, /no value of fine/],
  ] as const) {
    const broken = withParts(archive, wrong);
    await refuses(trained({}, broken), pattern, Error);
    await refuses(trained({ validate: broken }), new RegExp(pattern.source.replace("archive", "validate")), Error);
  }
  await refuses(trained({ crop: 9 }), /crop is 9; expected a multiple of 2/, OptionsError);
  await refuses(trained({ dropout: 2 }), /dropout is 2/, OptionsError);
});

test.run();
