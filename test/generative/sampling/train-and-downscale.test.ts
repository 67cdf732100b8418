import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OptionsError } from "../../../engine/index.ts";
import {
  Downscaler,
  downscale,
  downscaleTo,
  loadDownscaler,
  type PairData,
  type TrainOptions,
  train,
} from "../../../generative/index.ts";
import type { TrainingStart } from "../../../generative/training/index.ts";
import { type LazyField, readField, writeField } from "../../../io/index.ts";
import { assert, equalBy, refuses, test } from "../../harness.ts";
import { days, fieldOf, steps } from "../fields-for-tests.ts";
import { stopAt } from "../models.ts";

const lat = steps(40, 0.5, 12);
const lon = steps(0, 0.5, 10);
const count = 24;

/** Rain that runs with the latitude, strengthened by heights; dry where the wave is low. */
const wave = (t: number, y: number, x: number) => Math.max(0, 4 * Math.sin(t + y + x / 2) + 1);
const height = (y: number, x: number) => 500 + 400 * Math.sin(3 * y) * Math.cos(2 * x);
const rain = (t: number, y: number, x: number) => (wave(t, y, x) * height(y, x)) / 500;
const sea = (y: number, x: number) => y < 41 && x < 1;

const amount = { units: "mm", standardName: "lwe_thickness_of_precipitation_amount", time: days(count) };
const fine = fieldOf({ ...amount, name: "rr", lat, lon, value: (t, y, x) => (sea(y, x) ? Number.NaN : rain(t, y, x)) });
const coarse = fieldOf({
  ...{ name: "pr", units: "kg m-2 s-1", standardName: "precipitation_flux", time: days(count), lat: steps(39, 2.1, 5) },
  ...{ lon: steps(-1, 2.1, 5), value: (t, y, x) => (1.4 * wave(t, y, x)) / 86_400 },
});
const orography = fieldOf({
  ...{ name: "z", units: "m", lat: steps(39.5, 0.25, 28), lon: steps(-0.5, 0.25, 24) },
  value: (_, y, x) => height(y, x),
});
const data: PairData = { fine, coarse, static: orography, context: ["season"] };
const options: TrainOptions = {
  ...{ seed: 3, steps: 12, batch: 2, network: { baseChannels: 8, multipliers: [1, 1], groups: 4 } },
  ...{ validate: { indices: [18, 24] }, validation: { every: 6, images: 2, members: 2, evaluations: 2 }, threads: 1 },
};

const fresh = () => mkdtempSync(join(tmpdir(), "monge-"));

test("a model of two data sets and orography makes the fine variable on the fine grid, with the sea missing", async () => {
  const { downscaler, status, best } = await train(data, options);
  assert.equal(status, "finished");
  assert.ok(best !== undefined && best.step <= 12 && best.scores.targets[0]!.crps > 0);
  assert.ok(downscaler);
  if (downscaler === undefined) return;
  const draw = { members: 3, seed: 5, evaluations: 3, static: [orography] };
  const made = await downscale(downscaler, coarse, draw);
  assert.equal([made.name, made.units, made.dims], ["rr", "mm", ["time", "realization", "lat", "lon"]]);
  assert.equal(made.shape, [count, 3, 12, 10]);
  assert.equal(made.coordinate("time"), coarse.coordinate("time"));
  for (const [i, v] of made.values.entries()) {
    const [y, x] = [Math.floor(i / 10) % 12, i % 10];
    assert.equal(Number.isNaN(v), sea(lat[y]!, lon[x]!));
    if (!Number.isNaN(v)) assert.ok(v === 0 || v >= Math.fround(0.1));
  }
  const part = await downscale(downscaler, coarse.isel({ time: [7, 9] }), { ...draw, members: 2 });
  const same = made.isel({ time: [7, 9], realization: [0, 2] });
  assert.equal(new Uint8Array(part.values.buffer), new Uint8Array(Float32Array.from(same.values).buffer));
  const sampling = { method: "euler", evaluations: 7 } as const;
  const own = new Downscaler({ ...downscaler.configuration, sampling }, downscaler.parameters);
  const counts: number[] = [];
  const onProgress = ({ total }: { readonly total: number }) => void counts.push(total);
  await downscale(own, coarse.isel({ time: [0, 1] }), { members: 1, static: [orography], onProgress });
  assert.equal(counts, Array(7).fill(7), "evaluations are the model's own where none are asked for");
  for (const one of [downscaler, own]) await one.dispose();
});

test("times that a covariate lacks are left out, and the others have the members that they have in the whole", async () => {
  const warm = fieldOf({
    ...{ name: "t2m", units: "K", time: days(count), lat: steps(39, 2, 5), lon: steps(-1, 2, 5) },
    value: (t, y) => 280 + t / 9 + y,
  });
  const { downscaler } = await train({ fine, coarse, with: warm }, { ...options, steps: 1 });
  const draw = { members: 2, seed: 5, evaluations: 2 };
  const whole = await downscale(downscaler!, coarse, { ...draw, with: [warm] });
  const part = await downscale(downscaler!, coarse, { ...draw, with: [warm.isel({ time: [20, count] })] });
  assert.equal(Array.from(part.values), Array.from(whole.isel({ time: [20, count] }).values));
  assert.equal(part.coordinate("time")!.values, whole.coordinate("time")!.values.slice(20));
  await downscaler!.dispose();
});

test("training goes on to the same bits, and its model is read from the folder of runs", async () => {
  const [whole, halves] = [fresh(), fresh()];
  const uninterrupted = await train(data, { ...options, out: whole });
  const first = await train(data, { ...options, ...stopAt(5), out: halves, checkpointEvery: 5 });
  assert.equal(first.status, "aborted");
  const { status, run } = await train(data, { ...options, out: halves, checkpointEvery: 5, resume: true });
  assert.equal([status, run], ["finished", first.run]);
  const read = (folder: string) => readFileSync(join(folder, "model.safetensors"));
  const [a, b] = await Promise.all([uninterrupted.run!, run!].map((folder) => loadDownscaler(folder)));
  assert.ok(a instanceof Downscaler && b instanceof Downscaler);
  assert.equal(b.parameters, a.parameters);
  assert.equal(read(run!).length, read(uninterrupted.run!).length);
  const { channels, targets } = b.configuration;
  equalBy(channels, ({ name, role }) => [name, role], [
    ["pr", "coarse"],
    ["z", "static"],
    ["season cosine", "context"],
    ["season sine", "context"],
  ]);
  equalBy(targets, ({ name, units, background }) => [name, units, background], [["rr", "mm", "pr"]]);
  await refuses(train(data, { ...options, seed: 4, out: halves, resume: run! }), /finished/, OptionsError);
});

test("a run on files goes on without naming them, and a file that changed is refused", async () => {
  const folder = fresh();
  const paths = { fine: join(folder, "fine.nc"), coarse: join(folder, "coarse.nc"), static: join(folder, "dem.nc") };
  const put = (path: string, field: LazyField) => writeField(path, field, { overwrite: true });
  await Promise.all([put(paths.fine, fine), put(paths.coarse, coarse), put(paths.static, orography)]);
  const files: PairData = { fine: `${paths.fine}:rr`, coarse: paths.coarse, static: `${paths.static}:z` };
  const out = join(folder, "runs");
  const { run } = await train(files, { ...options, ...stopAt(6), out });
  const ended = await train(null, { resume: run! });
  assert.equal(ended.status, "finished");
  const model = await loadDownscaler(out);
  const target = join(folder, "fine-ensemble.nc");
  const draw = { members: 2, evaluations: 2, static: [orography] };
  await downscaleTo(target, model, coarse.isel({ time: [0, 2] }), draw);
  const written = await readField(target);
  assert.equal([written.shape, written.units], [[2, 2, 12, 10], "mm"]);
  const dem = await readField(paths.static);
  const over = downscaleTo(paths.static, model, coarse, { ...draw, static: [dem], overwrite: true });
  await refuses(over, /dem\.nc/, OptionsError);
  await refuses(downscale(model, coarse, { members: 2 }), /z/, OptionsError);
  await refuses(downscale(model, coarse, { ...draw, coarsen: true }), /coarsen/, OptionsError);
});

test("a run does not go on with a file that has changed", async () => {
  const folder = fresh();
  const path = join(folder, "fine.nc");
  await writeField(path, fine);
  const files: PairData = { ...data, fine: path };
  const { run } = await train(files, { ...options, ...stopAt(1), out: join(folder, "runs") });
  await writeField(path, fine.isel({ time: [0, 20] }), { overwrite: true });
  await refuses(train(files, { resume: run! }), /fine\.nc.*has changed since/s);
});

test("times of validation are not learned from", async () => {
  const seen: (readonly [number, number])[] = [];
  const onStart = ({ images }: TrainingStart) => void seen.push(images!.times);
  await train(data, { ...options, steps: 1, onStart });
  await train(data, { ...options, steps: 1, time: { indices: [10, 20] }, onStart });
  assert.equal(seen, [
    [18, 6],
    [8, 6],
  ]);
  await refuses(train(data, { ...options, time: { indices: [18, 24] } }), /no times are left/, OptionsError);
});

test("fine-tuning begins with another model's parameters and statistics", async () => {
  const out = fresh();
  const { run } = await train(data, { ...options, out });
  const tuned = await train(
    { ...data, fine: fine.isel({ time: [0, 18] }) },
    { ...options, validate: { indices: [12, 18] }, steps: 1, start: run!, peakRate: 1e-9, finalRate: 1e-9 },
  );
  const [before, after] = [await loadDownscaler(run!), tuned.downscaler!];
  assert.ok(before instanceof Downscaler);
  assert.equal(after.configuration.channels, before.configuration.channels);
  for (const [name, { values }] of Object.entries(before.parameters)) {
    const moved = Math.max(...values.map((v, i) => Math.abs(v - after.parameters[name]!.values[i]!)));
    assert.ok(moved < 1e-6, `${name} moved by ${moved}`);
  }
});

test.run();
