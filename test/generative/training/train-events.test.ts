// Inside: the start of a training.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OptionsError } from "../../../engine/index.ts";
import { Downscaler, train } from "../../../generative/index.ts";
import { findModel } from "../../../generative/model/index.ts";
import { loadTraining, saveTraining, type TrainingStart } from "../../../generative/training/index.ts";
import { descriptionOf } from "../../../generative/training/start.ts";
import { openDataset, readField, writeField } from "../../../io/index.ts";
import { writeSyntheticRain } from "../../cli/data.ts";
import { mongeDone, mongeHere, oneLine, words } from "../../cli/run.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { stopAt } from "../models.ts";

const { at } = temporaryFolder(test);
const path = at("rain.nc");
const recipe = { seed: 3, steps: 4, batch: 2, crop: 16, tile: 32, threads: 1, network: { baseChannels: 8 } };

test.before(async () => {
  await writeSyntheticRain(path, { days: 8, units: "mm h-1" });
});

/** A run of eight steps that was stopped after four, which left a checkpoint. */
async function stopped(out: string): Promise<string> {
  const stop = stopAt(4);
  const { run, status } = await train(path, { ...recipe, steps: 8, out, ...stop });
  assert.is(status, "aborted");
  return run!;
}

/** Makes the weights of a run's checkpoint so large that the next step overflows float32. */
async function blowUp(run: string): Promise<void> {
  const checkpoint = await loadTraining(join(run, "checkpoints/step-00000004.safetensors"));
  const large = (values: ArrayLike<number>) => Float32Array.from(values, (v) => v * 1e30);
  const entries = Object.entries(checkpoint.state.parameters).map(([name, v]) => [name, large(v)] as const);
  await saveTraining(run, { ...checkpoint, state: { ...checkpoint.state, parameters: Object.fromEntries(entries) } });
}

test("a file, a pattern, a lazy field and a field in memory train the same weights", async () => {
  const field = await readField(path);
  const data = await openDataset(path);
  const results = [
    await train(path, recipe),
    await train(at("ra*.nc"), recipe),
    await train(await data.variable("pr"), recipe),
    await train([field], recipe),
  ];
  data.close();
  const weights = results.map(({ downscaler }) => downscaler!.parameters);
  for (const result of results) assert.equal([result.status, result.step, result.run], ["finished", 4, undefined]);
  for (const other of weights.slice(1)) assert.equal(other, weights[0]);
  const described = (n: number) => descriptionOf(results[n]!.downscaler!.configuration);
  assert.equal(described(0), described(3));
  for (const { downscaler } of results) await downscaler!.dispose();
});

test("maps that are smaller than a tile are named as the cause, with a tile that fits, by its flag", async () => {
  const refused = async (pattern: RegExp, file: string, ...more: readonly string[]) => {
    const said = await mongeHere("train", "--data", file, "--steps", "1", "--out", at("none"), ...more);
    assert.is(said.status, 2);
    assert.match(oneLine(said.stderr), pattern);
    assert.not.ok(existsSync(at("none")));
  };
  const tile = ["--set", "tile=64"];
  await refused(/maps of 32 x 32 cells are smaller than a tile of 64 x 64.* give --set tile=32\s*$/, path, ...tile);
  const field = await readField(path);
  await writeField(at("small.nc"), field.isel({ y: [0, 30] }));
  await refused(/30 x 32 cells are smaller .* give --set tile=28 and --crop 28\s*$/, at("small.nc"), ...tile);
  await refused(/give --set tile=16 and --crop 16\s*$/, at("small.nc"), "--factor", "16", ...tile);
  await writeField(at("tiny.nc"), field.isel({ y: [0, 3] }));
  await refused(/3 x 32 cells are smaller .* give larger maps\s*$/, at("tiny.nc"));
  const lines: string[] = [];
  const options = { ...recipe, tile: 32, steps: 1, onNotice: (line: string) => void lines.push(line) };
  await (await train([path, at("small.nc")], options)).downscaler!.dispose();
  assert.match(
    lines.join("\n"),
    /small.nc: its maps of 30 x 32 cells are smaller than a tile of 32 x 32, and give none/,
  );
});

test("where no tile is asked for, it is as large as the maps, and so are its crops", async () => {
  let size = 0;
  const { tile: _1, crop: _2, ...rest } = recipe as typeof recipe & { readonly tile?: number };
  const onStart = ({ tiles }: TrainingStart) => {
    size = tiles!.size;
  };
  const { downscaler } = await train(at("small.nc"), { ...rest, steps: 1, onStart });
  assert.is(size, 28);
  await downscaler!.dispose();
});

test("a training without held-out data says that it does not know whether it helped, one with them does not", async () => {
  const flags = words("--channels 8 --batch 2 --crop 16 --set tile=32 --steps 2 --threads 1");
  const open = await mongeDone("train", "--data", path, ...flags, "--out", at("open"));
  assert.match(oneLine(open.stderr), /no data were held out.*--validate.*monge downscale --coarsen --score/);
  const held = ["--validate", "0:2", "--set", "validation.every=2", "validation.members=2"];
  const judged = await mongeDone("train", "--data", path, ...flags, ...held, "--out", at("judged"));
  assert.not.match(oneLine(judged.stderr), /held out/);
});

test("a recorded run of the library is one that the command takes, and the reverse", async () => {
  const out = at("runs");
  const seen: string[] = [];
  const ended = await train(path, { ...recipe, out, name: "mine", onFinish: (run) => void seen.push(run) });
  await ended.downscaler!.dispose();
  const run = join(out, "00001-mine");
  assert.equal([ended.run, seen], [run, [run]]);
  assert.equal(readdirSync(run).sort(), [
    "checkpoints",
    "metrics.jsonl",
    "model.safetensors",
    "options.json",
    "result.json",
  ]);
  const flags = ["--channels", "8", "--batch", "2", "--crop", "16", "--set", "tile=32", "--steps", "4", "--seed", "3"];
  const said = await mongeDone("train", "--data", path, ...flags, "--threads", "1", "--out", out, "--name", "mine");
  const model = (of: string) => readFileSync(join(of, "model.safetensors"));
  assert.ok(model(run).equals(model(said.stdout.trim())));
  const { result } = JSON.parse(readFileSync(join(run, "result.json"), "utf8"));
  assert.equal([result.status, result.step, result.model], ["finished", 4, "model.safetensors"]);
  assert.ok(result.loss > 0 && result.loss === ended.loss);
});

test("an aborted run goes on to the bits of a whole one, from files and from fields", async () => {
  const whole = await train(path, { ...recipe, steps: 8 });
  const run = await stopped(at("cut"));
  const resumed = await train(null, { resume: at("cut") });
  assert.equal([resumed.run, resumed.status], [run, "finished"]);
  assert.equal(resumed.downscaler!.parameters, whole.downscaler!.parameters);
  const loaded = await Downscaler.load(join(run, "model.safetensors"));
  assert.equal(loaded.parameters, whole.downscaler!.parameters);

  const field = await readField(path);
  const stop = AbortSignal.abort();
  await refuses(train(field, { ...recipe, out: at("never"), signal: stop }), /aborted/, Error);
  assert.not.ok(existsSync(at("never")));
});

test("weights that turn NaN end a run as diverged: no model, the checkpoints before are kept, exit status 1", async () => {
  const run = await stopped(at("library"));
  await blowUp(run);
  const before = readFileSync(join(run, "checkpoints/step-00000004.safetensors"));
  const ended = await train(null, { resume: run });
  assert.equal([ended.status, ended.downscaler, ended.step], ["diverged", undefined, 4]);
  const kept = readdirSync(join(run, "checkpoints"));
  assert.equal(kept, ["step-00000004.safetensors"]);
  assert.ok(before.equals(readFileSync(join(run, "checkpoints", kept[0]!))));
  assert.not.ok(existsSync(join(run, "model.safetensors")));
  const { result } = JSON.parse(readFileSync(join(run, "result.json"), "utf8"));
  assert.equal([result.status, result.step, result.checkpoint], ["diverged", 4, kept[0]]);
  assert.match(result.reason, /step 4 gave loss/);

  // Nothing is left to finish in it.
  assert.throws(() => findModel(at("library")), /training ended without one \(see .*result\.json\); train again/);

  const other = await stopped(at("command"));
  assert.throws(() => findModel(at("command")), /finish .*00001-train with `monge train --resume`/);
  await blowUp(other);
  const said = await mongeHere("train", "--resume", other, "--json");
  assert.is(said.status, 1, said.stderr);
  assert.match(oneLine(said.stderr), /diverged after step 4 of 8/);
  const { status, step, model } = JSON.parse(said.stdout);
  assert.equal([status, step, model], ["diverged", 4, null]);
});

test("what does not fit is refused before anything is written", async () => {
  const field = await readField(path);
  const out = at("refused");
  await refuses(train([], { out }), /empty/, OptionsError);
  await refuses(train(null, { out }), /`data` is missing/, OptionsError);
  await refuses(train(at("no*.nc"), { out }), /no file has a name like this/, OptionsError);
  await refuses(train(at("no.nc"), { out }), /there is no such file/, OptionsError);
  await refuses(train(["a.nc", field], { out }), /a.nc: there is no such file/, OptionsError);
  await refuses(train(field, { out, variable: "pr" }), /variable is pr/, OptionsError);
  await refuses(train(field, { out, crop: 30 }), /crop is 30/, OptionsError);
  await refuses(train(field, { out, checkpointEvery: 0 }), /checkpointEvery is 0/, OptionsError);
  await refuses(train(field, { out, interval: [1, 2] }), /interval is 1,2/, OptionsError);
  assert.not.ok(existsSync(out));
});

test.run();
