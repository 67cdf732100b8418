// Inside: distributions of observations, which no door exports.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OptionsError, rng } from "../../../engine/index.ts";
import { hazenQuantile } from "../../../engine/numerics/quantile.ts";
import {
  type Downscaler,
  downscale,
  effectiveResolutionFactor,
  loadDownscaler,
  train,
} from "../../../generative/index.ts";
import { distributionField } from "../../../generative/model/correction.ts";
import { corrected } from "../../../generative/sampling/correct.ts";
import { measureDistribution } from "../../../generative/training/own-coarse.ts";
import { coarsen, type Field, lazyField } from "../../../io/index.ts";
import { assert, refuses, test } from "../../harness.ts";
import { days, fieldOf, steps } from "../fields-for-tests.ts";

const lat = steps(40, 0.5, 16);
const lon = steps(0, 0.5, 16);
const count = 60;
const noise = rng(1).normal(count * 256);
const at = (t: number, y: number, x: number) => {
  const [row, column] = [Math.round((y - 40) * 2), Math.round(x * 2)];
  return Math.max(0, 4 * Math.sin(1.7 * t + row / 6) + 3 + noise[(t * 16 + row) * 16 + column]!);
};
const amount = { units: "mm", standardName: "lwe_thickness_of_precipitation_amount", time: days(count) };
const fine = await fieldOf({
  ...amount,
  ...{ name: "rr", lat, lon, value: (t, y, x) => (y >= 46 && x >= 6 ? Number.NaN : at(t, y, x)) },
}).load();
/** A climate model: too much rain by half, another phase, in its own units on its own grid. */
const climate = (change: number): Promise<Field> =>
  fieldOf({
    ...{ name: "pr", units: "kg m-2 s-1", standardName: "precipitation_flux", time: days(count) },
    ...{ lat: steps(39, 1.5, 8), lon: steps(-1, 1.5, 8) },
    value: (t, y) => (change * 1.5 * (4 * Math.sin(1.7 * t + 1 + y / 3) + 5)) / 86_400,
  }).load();
const options = {
  ...{ correct: true, factor: 4, steps: 3, batch: 2, threads: 1 },
  network: { baseChannels: 8, multipliers: [1, 1], groups: 4 },
} as const;

const trained = async (more = {}): Promise<Downscaler> => {
  const { downscaler } = await train({ fine }, { ...options, ...more });
  assert.ok(downscaler);
  return downscaler!;
};

test("a model that has lost all below some scale meets the observations there, and observations meet themselves at once", async () => {
  assert.is(await effectiveResolutionFactor(fine, fine), 2);
  // Rough at every scale, as white noise is: means of four cells have none of it below eight.
  const white = await fieldOf({
    ...amount,
    ...{ name: "rr", lat: steps(40, 0.25, 64), lon: steps(0, 0.25, 64) },
    value: (t, y, x) => Math.sin(1e4 * Math.sin(t + 7 * y + 13 * x)),
  }).load();
  const met = await effectiveResolutionFactor(white, coarsen(white, 4));
  assert.ok(met >= 3 && met <= 8, `${met}`);
});

test("the law of observations is kept by season and cell, and as a field its times are in their seasons", async () => {
  const coarse = coarsen(fine, 4, { minimumValid: 0.5 });
  const all = Array.from({ length: count }, (_, t) => t);
  const { correction, values: law } = await measureDistribution(lazyField(coarse), all, 86_400, 20);
  const field = distributionField(correction, law);
  assert.equal([field.units, field.shape.slice(1)], ["mm", [4, 4]]);
  assert.is(field.shape[0], 20 * correction.seasons.length);
  const own = Array.from({ length: count }, (_, t) => coarse.values[16 * t + 5]!).sort((a, b) => a - b);
  const kept = Array.from({ length: field.shape[0]! }, (_, n) => field.values[16 * n + 5]!);
  if (correction.seasons.length === 1) {
    for (const [i, v] of kept.entries()) assert.is(v, Math.fround(hazenQuantile(own, (i + 0.5) / 20)));
  }
  assert.ok(Number.isNaN(field.values[15]!), "the corner is missing");
  const again = await measureDistribution(
    lazyField(field),
    Array.from({ length: field.shape[0]! }, (_, n) => n),
    86_400,
    20,
  );
  assert.equal(again.correction.seasons, correction.seasons);
  for (const [i, v] of again.values.entries()) {
    assert.ok(Number.isNaN(law[i]!) ? Number.isNaN(v) : Math.abs(v - law[i]!) < 1e-5, `${i}: ${v} ${law[i]}`);
  }
});

test("a climate model's past gets the law of the observations, and its change stays what it was", async () => {
  const model = await trained();
  const means = async (input: Field) => {
    const field = await (await corrected(model, lazyField(input), await climate(1), {})).load();
    return Array.from({ length: 16 }, (_, cell) => {
      let sum = 0;
      for (let t = 0; t < count; t++) sum += field.values[16 * t + cell]!;
      return sum / count;
    });
  };
  const [now, later] = [await means(await climate(1)), await means(await climate(1.3))];
  const wanted = coarsen(fine, 4, { minimumValid: 1 / 16 });
  for (let cell = 0; cell < 16; cell++) {
    let sum = 0;
    for (let t = 0; t < count; t++) sum += wanted.values[16 * t + cell]! / count;
    if (Number.isNaN(sum)) assert.ok(Number.isNaN(now[cell]!));
    else {
      assert.ok(Math.abs(now[cell]! / sum - 1) < 0.02, `cell ${cell}: ${now[cell]} against ${sum}`);
      assert.ok(Math.abs(later[cell]! / now[cell]! - 1.3) < 0.02, `cell ${cell}: ${later[cell]! / now[cell]!}`);
    }
  }
  await model.dispose();
});

test("a model that corrects is stored with its law, asks for the past, and others refuse one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "monge-correct-"));
  const model = await trained({ out: folder });
  const loaded = (await loadDownscaler(folder)) as Downscaler;
  assert.ok(loaded.observedQuantiles?.every((v, i) => Object.is(v, model.observedQuantiles?.[i])));
  assert.equal(loaded.configuration.correction, model.configuration.correction);
  const draw = { members: 2, evaluations: 2, past: await climate(1) };
  const input = await climate(1.2);
  const made = await downscale(loaded, input, draw);
  assert.equal([made.name, made.units, made.shape], ["rr", "mm", [count, 2, 16, 16]]);
  assert.equal(made.coordinate("time")?.values, input.coordinate("time")?.values);
  const again = await downscale(model, input, draw);
  assert.ok(made.values.every((v, i) => Object.is(v, again.values[i])));
  assert.ok(made.values.every((v, i) => Number.isNaN(v) === Number.isNaN(fine.values[i % 256])));
  await refuses(downscale(loaded, input, { members: 2 }), /trained to correct; give `past`/, OptionsError);
  const plain = await trained({ correct: false });
  await refuses(downscale(plain, input, draw), /`past`: the model was not trained to correct/, OptionsError);
  await refuses(
    train({ fine, coarse: await climate(1) }, options),
    /`correct` learns from observations alone/,
    OptionsError,
  );
  for (const one of [model, loaded, plain]) await one.dispose();
  await rm(folder, { recursive: true });
});

test.run();
