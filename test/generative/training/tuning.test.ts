// Inside: judgements of training by themselves.
/** Training that is judged on tiles that it does not see, and training that goes on from a model. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { OptionsError } from "../../../engine/index.ts";
import { blockMean } from "../../../engine/numerics/grid.ts";
import { heldTiles } from "../../../generative/data/images/source.ts";
import { type StackedTiles, tilesOf } from "../../../generative/data/index.ts";
import { Downscaler, type TrainingProgress, train } from "../../../generative/index.ts";
import { archivesOf, constantsOf } from "../../../generative/model/index.ts";
import { downscalerOf } from "../../../generative/training/checkpoint.ts";
import { loadTraining, saveTraining, type TrainingStart, trainOnTiles } from "../../../generative/training/index.ts";
import { validate } from "../../../generative/training/validation.ts";
import { readField } from "../../../io/index.ts";
import { writeSyntheticRain } from "../../cli/data.ts";
import { mongeDone, oneLine } from "../../cli/run.ts";
import { all, assert, equalBy, refuses, temporaryFolder, test } from "../../harness.ts";
import { network, noisyTiles, stopAt } from "../models.ts";

const { folder, at } = temporaryFolder(test);

const none = { wetFound: 0, drierFound: 0, wetKept: 0, drierKept: 0, places: [] };
const archiveOf = (count: number, seed: number, name = "rain.nc") =>
  noisyTiles(count, seed, [{ name, begin: 0, end: count, ...none }]);
const recipe = { seed: 3, steps: 8, batch: 3, crop: 8, network, warmup: 2 } as const;
const archive = archiveOf(5, 1);
const held = archiveOf(4, 2);
const validation = { every: 2, images: 3, members: 3, evaluations: 2 };
const judgedBy = { ...recipe, validate: held, validation };

test("judging changes no bit of training, resumes bit for bit, and keeps the model with the least CRPS", async () => {
  const plain = await trainOnTiles(archive, recipe);
  const seen: TrainingProgress[] = [];
  const whole = await trainOnTiles(archive, { ...judgedBy, onProgress: (progress) => void seen.push(progress) });
  assert.equal(whole.checkpoint.state, plain.checkpoint.state);
  const judged = seen.filter((one) => one.validation !== undefined);
  equalBy(judged, ({ step }) => step, [2, 4, 6, 8]);
  const least = judged.reduce((a, b) => (b.validation!.score < a.validation!.score ? b : a));
  assert.equal(whole.best, { step: least.step, scores: least.validation! });
  const again = await validate(whole.downscaler, heldTiles(held, 4), { seed: 3, ...validation });
  assert.equal(again.scores, least.validation);
  assert.is(whole.downscaler.configuration.provenance!["step"], least.step);
  const last = downscalerOf(whole.checkpoint, { last: true });
  assert.equal(last.parameters, plain.downscaler.parameters);

  const half = await trainOnTiles(archive, {
    ...judgedBy,
    ...stopAt(4),
  });
  assert.is(half.status, "aborted");
  const resume = await loadTraining(await saveTraining(folder, half.checkpoint));
  assert.equal(resume, half.checkpoint);
  const rest = await trainOnTiles(archive, { ...judgedBy, resume });
  assert.equal(rest.checkpoint, whole.checkpoint);
  assert.equal(rest.best, whole.best);
  await refuses(
    trainOnTiles(archive, { ...recipe, resume }),
    /validation is undefined, the checkpoint has/,
    OptionsError,
  );
  const unit = trainOnTiles(archive, { ...judgedBy, unit: 0.3, resume });
  await refuses(unit, /unit is 0.3, the checkpoint has "measured"/, OptionsError);
  for (const one of [plain, whole, half, rest]) await one.downscaler.dispose();
  await last.dispose();
});

test("the scores are those of the ensemble that is drawn from the block means of the tile", async () => {
  const { downscaler } = await trainOnTiles(archive, { ...recipe, steps: 1 });
  const one = tilesOf(held.values.subarray(0, 256), 16, held.events);
  const how = { seed: 7, images: 5, members: 3, evaluations: 2 };
  const [scores] = (await validate(downscaler, heldTiles(one, 4), how)).scores.targets;
  const coarse = { values: blockMean(one.values, 1, 16, 16, 4), shape: [4, 4] };
  const { values } = await downscaler.sample(coarse, { seed: 7, members: 3, evaluations: 2, wetThreshold: 0.1 });
  let [crps, variance, squared] = [0, 0, 0];
  for (let i = 0; i < 256; i++) {
    const members = [0, 1, 2].map((m) => values[m * 256 + i]!);
    const y = one.values[i]!;
    const apart = members.flatMap((a) => members.map((b) => Math.abs(a - b))).reduce((a, b) => a + b, 0);
    crps += members.reduce((sum, v) => sum + Math.abs(v - y), 0) / 3 - apart / (2 * 3 * 2);
    const mean = members.reduce((a, b) => a + b, 0) / 3;
    variance += members.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 2;
    squared += (mean - y) ** 2;
  }
  assert.ok(Math.abs(scores!.crps - crps / 256) < 1e-9, `${scores!.crps} is not ${crps / 256}`);
  assert.ok(Math.abs(scores!.spreadSkill! - Math.sqrt(((4 / 3) * variance) / squared)) < 1e-9);
  await downscaler.dispose();
});

test("the loss by noise level has four parts whose mean is the loss", async () => {
  await trainOnTiles(archive, {
    ...recipe,
    batch: 8,
    progressEvery: 1,
    onProgress({ loss, metrics }) {
      const parts = Object.entries(metrics).filter(([name]) => name.startsWith("loss σ"));
      equalBy(parts, ([name]) => name.slice(0, 7), ["loss σ<", "loss σ<", "loss σ<", "loss σ≥"]);
      const mean = parts.reduce((sum, [, v]) => sum + v, 0) / 4;
      assert.ok(Math.abs(mean - loss) < 1e-5 * loss, `${mean} is not ${loss}`);
    },
  });
});

test("fine-tuning begins with a model's averaged parameters, and keeps its normalisation, unit and archives", async () => {
  const events = ["alps.nc", "lakes.nc"].map((name, i) => ({ name, begin: 3 * i, end: 3 * i + 3, ...none }));
  const two = tilesOf(archiveOf(6, 4).values, 16, events);
  const { downscaler: model } = await trainOnTiles(two, { ...recipe, unit: 0.5, archives: true });
  const { network: _1, ...rest } = recipe;
  const lakes = archiveOf(4, 8, "lakes.nc");
  const begun = await trainOnTiles(lakes, { ...rest, start: model, signal: AbortSignal.abort() });
  const { state, ...checkpoint } = begun.checkpoint;
  for (const [name, { values }] of Object.entries(model.parameters)) {
    assert.equal(Float32Array.from(state.parameters[name]!), values, name);
  }
  assert.equal(
    [state.step, constantsOf(checkpoint.description), archivesOf(checkpoint.description)],
    [0, constantsOf(model.configuration), ["alps", "lakes"]],
  );
  const tuned = await trainOnTiles(lakes, { ...rest, seed: 5, start: model });
  assert.equal(archivesOf(tuned.downscaler.configuration), ["alps", "lakes"]);
  assert.equal(tuned.downscaler.configuration.network.baseChannels, 8);
  assert.not.equal(tuned.downscaler.parameters, model.parameters);
  const cases: [object, RegExp][] = [
    [{ network: { ...network, baseChannels: 16 } }, /network is .*"baseChannels":16.*the model to start from has/],
    [{ factor: 2 }, /factor is 2, the model to start from has 4; leave `factor` out/],
    [{ unit: 1 }, /unit is 1, the model to start from has 0.5/],
    [{ process: "ve-discrete" }, /process is "ve-discrete", the model to start from has "edm"/],
    [{ archives: ["sea"] }, /`archives` has "sea"; what is gone on from knows alps, lakes/],
  ];
  for (const [more, message] of cases) {
    await refuses(trainOnTiles(lakes, { ...rest, ...more, start: model }), message, OptionsError);
  }
  await refuses(trainOnTiles(archive, { ...rest, start: model }), /`archives` has "rain"/, OptionsError);
  for (const one of [model, begun.downscaler, tuned.downscaler]) await one.dispose();
});

const small = { seed: 3, steps: 4, batch: 2, crop: 16, tile: 32, threads: 1, network };
const flags = ["--channels", "8", "--batch", "2", "--crop", "16", "--set", "tile=32", "--seed", "3", "--threads", "1"];

test("held-out times are not learned from: the tiles are those of a file without them, and the model is the best by them", async () => {
  await writeSyntheticRain(at("rain.nc"), { days: 8, units: "mm h-1" });
  const field = await readField(at("rain.nc"));
  let tiles: StackedTiles | undefined;
  const onStart = ({ tiles: cut }: TrainingStart) => {
    tiles = cut as StackedTiles;
  };
  const run = await train(at("rain.nc"), {
    ...small,
    ...{ validate: { indices: [2, 5] }, out: at("runs"), onStart },
    validation: { every: 2, images: 4, members: 2, evaluations: 2 },
  });
  const cut = tiles!;
  const bare = await train(field.isel({ time: [0, 2] }), { ...small, onStart, cap: 1000 });
  assert.ok(cut.events[0]!.wetFound > tiles!.events[0]!.wetFound);
  const days = new Set(cut.events[0]!.places.map(({ frame }) => frame));
  all([...days], (frame) => frame < 5, [...days].join());
  assert.ok(run.status === "finished" && run.best !== undefined);
  const lines = readFileSync(join(run.run!, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const judged = lines.filter(({ validation: v }) => v !== undefined);
  equalBy(judged, ({ step }) => step, [2, 4]);
  const least = judged.reduce((a, b) => (b.validation.score < a.validation.score ? b : a));
  assert.equal(run.best, { step: least.step, scores: least.validation });
  assert.ok(lines.some((line) => Object.keys(line).some((name) => name.startsWith("loss σ≥"))));
  const kept = await Downscaler.load(join(run.run!, "model.safetensors"));
  assert.equal(kept.parameters, run.downscaler!.parameters);
  assert.is(kept.configuration.provenance!["step"], least.step);
  for (const one of [run.downscaler!, bare.downscaler!, kept]) await one.dispose();

  await refuses(train(field, { ...small, validate: { indices: [0, 8] } }), /no tile/, Error);
  await refuses(train(field, { ...small, validate: { dates: ["1850", "1851"] } }), /no tile|nothing/, Error);
  await refuses(train(field, { ...small, validation: { every: 1 } }), /validation.* needs `validate`/, OptionsError);
  // A field is learned from and a file validated on.
  const mixed = await train(field, { ...small, validate: at("rain.nc") });
  assert.ok(mixed.best !== undefined);
  await mixed.downscaler!.dispose();
});

test("fine-tuning that was interrupted goes on to the same bits, and its model knows what it began with", async () => {
  await writeSyntheticRain(at("tuned.nc"), { days: 6, units: "mm h-1" });
  const begin = { ...small, steps: 2 };
  const { run: start } = await train(at("tuned.nc"), { ...begin, out: at("tuned") });
  const tuned = { ...small, steps: 6, start: start! };
  const whole = await train(at("tuned.nc"), { ...tuned, out: at("tuned-whole") });
  const stop = stopAt(3);
  const half = await train(at("tuned.nc"), { ...tuned, out: at("tuned-half"), ...stop });
  assert.is(half.status, "aborted");
  const rest = await train(null, { resume: half.run! });
  assert.equal(rest.downscaler!.parameters, whole.downscaler!.parameters);
  const origin = (run: typeof whole) => run.downscaler!.configuration.provenance!["start"];
  assert.equal(origin(rest), origin(whole));
  assert.type((origin(rest) as { sha256: string }).sha256, "string");
});

test("tuning is scored before the first step, and a model that it does not make better is the one that it began with", async () => {
  const first = await trainOnTiles(held, { ...recipe, steps: 200, peakRate: 2e-3 });
  const { network: _, ...rest } = recipe;
  const seen: TrainingProgress[] = [];
  const onProgress = (progress: TrainingProgress) => void seen.push(progress);
  const tune = { ...rest, validate: held, validation, start: first.downscaler, onProgress };
  const worse = await trainOnTiles(archive, { ...tune, peakRate: 1, warmup: 1 });
  assert.equal([seen[0]!.step, worse.best!.step], [0, 0]);
  const own = await validate(first.downscaler, heldTiles(held, 4), { seed: 3, ...validation });
  assert.equal([seen[0]!.validation, worse.best!.scores], [own.scores, own.scores]);
  assert.equal(worse.downscaler.parameters, first.downscaler.parameters);
  const path = await saveTraining(at("kept"), worse.checkpoint);
  assert.equal(await loadTraining(path), worse.checkpoint);
  for (const one of [first, worse]) await one.downscaler.dispose();
});

test("without named data a fifth of the files, of the times or of the rows of one map is held out of tuning, and told", async () => {
  const field = await writeSyntheticRain(at("days.nc"), { days: 6, units: "mm h-1", size: 64 });
  const { downscaler: start } = await train(field, { ...small, steps: 1, out: at("before") });
  const cases = [
    [[field], /the last 1 of 6 times/],
    [[field.isel({ time: 1 })], /the last 32 of 64 rows of the only map/],
    [
      [field.isel({ time: [0, 2] }), field.isel({ time: [2, 4] }), field.isel({ time: [4, 6] })],
      /the last 1 of 3 files/,
    ],
  ] as const;
  for (const [data, notice] of cases) {
    const lines: string[] = [];
    const tuned = await train(data, {
      ...{ ...small, network: undefined as never, steps: 2, start: join(at("before"), "00001-train") },
      ...{ onNotice: (line: string) => void lines.push(line) },
    });
    assert.match(lines.join("\n"), notice);
    assert.ok(tuned.best !== undefined);
    await tuned.downscaler!.dispose();
  }
  await start!.dispose();
});

test("the command judges by other files, and tunes a model further", async () => {
  for (const name of ["a.nc", "b.nc"]) await writeSyntheticRain(at(name), { days: 6, units: "mm h-1" });
  const judge = ["--validate", at("b.nc"), "--set", "validation.every=1", "validation.patience=30"];
  const said = await mongeDone("train", "--data", at("a.nc"), ...flags, "--steps", "2", ...judge, "--out", at("cli"));
  assert.match(oneLine(said.stderr), /step 1: precipitation CRPS \d\.\d+, spread–skill \d/);
  const model = said.stdout.trim();
  const plan = JSON.parse(readFileSync(join(model, "options.json"), "utf8"));
  assert.ok(JSON.stringify(plan).includes("b.nc"));

  const shape = flags.slice(2);
  const tune = ["train", "--data", at("a.nc"), ...shape, "--steps", "2", "--start", model, "--out", at("cli")];
  const tuned = await mongeDone(...tune, "--name", "tuned");
  assert.match(tuned.stderr, /held out, to score the model before and after: the last 1 of 6 times/);
  assert.match(tuned.stderr, /on what was held out +CRPS before +after +spread\/skill before|made nothing better/);
  const [from, to] = await Promise.all(
    [model, tuned.stdout.trim()].map((run) => Downscaler.load(join(run, "model.safetensors"))),
  );
  assert.equal(constantsOf(to!.configuration), constantsOf(from!.configuration));
  assert.equal(to!.configuration.network, from!.configuration.network);
  const origin = to!.configuration.provenance!["start"] as { sha256: string };
  assert.is(origin.sha256, from!.file!.sha256);
  for (const one of [from!, to!]) await one.dispose();
});

test.run();
