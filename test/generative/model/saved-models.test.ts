/**
 * Model files of both forms that commit c23b090 wrote, one of each kind, in `saved/models/`: they are read whole and draw what they
 * drew then. With SAME_BITS=1, on the machine that recorded them, to the last bit.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSafetensors } from "../../../engine/files/index.ts";
import { type DownscaleOptions, Downscaler, downscale } from "../../../generative/index.ts";
import { archivesOf, constantsOf, describeModel, seenOf } from "../../../generative/model/index.ts";
import type { LazyField } from "../../../io/index.ts";
import { mongeRefused } from "../../cli/run.ts";
import { assert, equalBy, refuses, test } from "../../harness.ts";
import { days, fieldOf, steps } from "../fields-for-tests.ts";

const saved = (name: string) => fileURLToPath(new URL(`../../saved/models/${name}.safetensors`, import.meta.url));
const { tensors: drawn } = await readSafetensors(saved("drawn"));
const tolerance = process.env["SAME_BITS"] === "1" ? 0 : 1e-3;

const wave = (t: number, y: number, x: number) => Math.max(0, 4 * Math.sin(t + y + x / 2) + 1);
const height = (y: number, x: number) => 500 + 400 * Math.sin(3 * y) * Math.cos(2 * x);
const rain = (t: number, y: number, x: number) => (wave(t, y / 4, x / 4) * height(y / 4, x / 4)) / 500;
const cells = { name: "pr", units: "mm h-1", time: days(2), lat: steps(40, 2, 7), lon: steps(0, 2, 6) };
const whole = fieldOf({ ...cells, value: rain });
const holes = fieldOf({ ...cells, value: (t, y, x) => (y > 50 && x > 8 ? Number.NaN : rain(t, y, x)) });
const coarse = fieldOf({
  ...{ name: "pr", units: "kg m-2 s-1", standardName: "precipitation_flux", time: days(12), lat: steps(39, 2.1, 5) },
  ...{ lon: steps(-1, 2.1, 5), value: (t, y, x) => (1.4 * wave(t, y, x)) / 86_400 },
}).isel({ time: [3, 5] });
const warm = fieldOf({
  ...{ name: "t2m", units: "K", time: days(12), lat: steps(39, 2, 5), lon: steps(-1, 2, 5) },
  value: (t, y, x) => (t % 3 === 0 && y < 41 ? Number.NaN : 280 + t / 9 + y + x),
});
const orography = fieldOf({
  ...{ name: "z", units: "m", lat: steps(39.5, 0.25, 28), lon: steps(-0.5, 0.25, 24) },
  value: (_, y, x) => height(y, x),
});

const draws: Readonly<Record<string, readonly [LazyField, DownscaleOptions]>> = {
  blocks: [whole, { evaluations: 4 }],
  archives: [holes, { evaluations: 4, archive: "south", missing: "propagate" }],
  "blocks-whole-field": [holes, { missing: "propagate", conserve: false }],
  covariates: [coarse, { evaluations: 4, with: [warm] }],
  "two-targets": [coarse, { evaluations: 4, static: [orography], target: "tas" }],
};

for (const [name, [input, options]] of Object.entries(draws)) {
  test(`a model of before, "${name}", draws what it drew, and so does the file that it is saved to now`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "monge-saved-"));
    const old = await Downscaler.load(saved(name));
    const path = join(folder, "model.safetensors");
    await old.save(path);
    const again = await Downscaler.load(path);
    rmSync(folder, { recursive: true });
    assert.equal(again.configuration, old.configuration);
    const wanted = drawn.get(name)!;
    for (const model of [old, again]) {
      const { values, shape } = await downscale(model, input, { members: 2, seed: 3, ...options });
      await model.dispose();
      assert.equal(shape, [...wanted.shape]);
      for (const [i, v] of values.entries()) {
        const then = Number(wanted.data[i]!);
        assert.ok(
          Object.is(v, then) || Math.abs(v - then) <= tolerance * (1 + Math.abs(then)),
          `${i}: ${v}, was ${then}`,
        );
      }
    }
  });
}

for (const name of ["blocks-one-step", "pairs-one-step"]) {
  test(`a model of before, "${name}", which drew a member in one step, is refused with the way out`, async () => {
    const way = /draws a member in one step, which is no longer supported; train again; .*--evaluations 5/;
    await refuses(Downscaler.load(saved(name)), way);
    await refuses(describeModel(saved(name)), way);
    await mongeRefused(way, "info", saved(name));
  });
}

test("what older files of block means say of constants, archives and training is in channels and targets now", async () => {
  const { metadata } = await readSafetensors(saved("archives"));
  const stored = JSON.parse(metadata["monge-downscaler"]!);
  const { configuration } = await Downscaler.load(saved("archives"));
  assert.equal(constantsOf(configuration), stored.normalization);
  assert.equal(archivesOf(configuration), ["north", "south"]);
  const { quantity: _1, units: _2, fine: _3, ...seen } = stored.trainedOn;
  assert.equal(seenOf(configuration), seen);
  const [target] = configuration.targets;
  assert.equal(
    [target!.wetThreshold, target!.ceiling],
    [stored.provenance.wetThreshold, 2 * stored.provenance.largestRate],
  );
});

const savedPaired = fileURLToPath(new URL("../../saved/paired/", import.meta.url));
const expected = JSON.parse(await readFile(join(savedPaired, "expected.json"), "utf8"));

/** A climate model in its own units on its own grid. */
const climateModel = (change: number) =>
  fieldOf({
    ...{ name: "pr", units: "kg m-2 s-1", standardName: "precipitation_flux", time: days(12) },
    lat: steps(39, 1.5, 5),
    lon: steps(-1, 1.5, 5),
    value: (t, y, x) => (change * (5 * Math.sin(1.7 * t + y / 3 + x / 5) + 7)) / 86_400,
  });

test("a paired model that 0.1.0 saved is read whole, and draws what it drew", async () => {
  const model = await Downscaler.load(join(savedPaired, "model.safetensors"));
  const { channels, targets, correction } = model.configuration;
  equalBy(channels, ({ role, name }) => `${role} ${name}`, expected.channels);
  equalBy(targets, ({ name, units, transform }) => [name, units, transform.kind], [["rr", "mm", "log"]]);
  assert.equal([correction?.quantiles, model.observedQuantiles?.length], [100, expected.law]);
  // Of 0.1.0; the default is another by now.
  const how = { members: 2, seed: 3, evaluations: 4, noiseRange: [10, 0.02] } as const;
  const drawn = await downscale(model, climateModel(1.2), { past: climateModel(1), ...how });
  assert.equal([drawn.name, drawn.units, drawn.shape], ["rr", "mm", expected.shape]);
  // The first day, and the corner of each day that observations always miss.
  const first = drawn.values.subarray(0, expected.first.length);
  for (const [i, v] of first.entries()) {
    const wanted = expected.first[i] ?? Number.NaN;
    assert.ok(Object.is(v, wanted) || Math.abs(v - wanted) < 1e-3 * (1 + wanted), `${i}: ${v} against ${wanted}`);
  }
  await model.dispose();
});

test.run();
