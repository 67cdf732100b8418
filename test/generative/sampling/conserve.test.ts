/** Means of coarse cells that models of fields conserve, with gaps on both sides. */

import { OptionsError, rng } from "../../../engine/index.ts";
import { ownBlocks } from "../../../generative/data/index.ts";
import { downscale, downscaleTo, train } from "../../../generative/index.ts";
import { type LazyField, lazyField, writeField } from "../../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { hasPython, python, skip } from "../../io/oracle.ts";
import { days, fieldOf, steps } from "../fields-for-tests.ts";

const { at } = temporaryFolder(test);

const tiny = {
  ...{ seed: 1, steps: 2, batch: 2, threads: 1, crop: 8 },
  network: { baseChannels: 8, multipliers: [1, 1], blocks: 1, groups: 4 },
};
const draw = { members: 2, seed: 4, evaluations: 3, force: true } as const;
const [lat, lon] = [steps(40, 0.1, 14), steps(0, 0.1, 11)];
const rainy = { name: "pr", units: "mm", standardName: "lwe_thickness_of_precipitation_amount", time: days(4) };
const sea = (y: number, x: number) => y < 40.15 && x < 0.55;

/** Noise around a wave, with a sea; what is below 0 is dry where it is rain. */
function noisy(about: typeof rainy, lat: readonly number[], lon: readonly number[], least: number): LazyField {
  const noise = rng(7).normal(4 * lat.length * lon.length);
  let n = 0;
  const value = (t: number, y: number, x: number) => {
    const v = Math.max(least, 4 * Math.sin(t + 5 * y + 7 * x) + 2 * noise[n++]!);
    return sea(y, x) ? Number.NaN : v;
  };
  return fieldOf({ ...about, lat, lon, value });
}

/** Largest relative difference of block means, by a program that knows nothing of this package, and how many there are on both sides. */
const differences = (members: string, coarse: string, name: string) =>
  python(
    `
import sys, json, numpy, xarray
fine = xarray.open_dataset(sys.argv[1])[sys.argv[3]]
coarse = xarray.open_dataset(sys.argv[2])[sys.argv[3]].values[:, None]
means = fine.astype("float64").coarsen(lat=4, lon=4, boundary="pad").mean().values
off = numpy.abs(means - coarse) / numpy.maximum(1, numpy.abs(coarse))
print(json.dumps([float(numpy.nanmax(off)), int(numpy.isfinite(off).sum()), int(numpy.isfinite(coarse).sum() * 2)]))`,
    ...[members, coarse, name],
  ) as readonly [largest: number, compared: number, there: number];

for (const [about, least] of [
  [rainy, 0],
  [{ ...rainy, name: "tas", units: "K", standardName: "air_temperature" }, Number.NEGATIVE_INFINITY],
] as const) {
  test(`a model of fine ${about.name} alone conserves the means of blocks, also of cut ones, along a sea and beside missing cells`, async () => {
    const fine = noisy(about, lat, lon, least);
    const lines: string[] = [];
    const { downscaler: model } = await train({ fine }, { ...tiny, onNotice: (line) => void lines.push(line) });
    assert.match(lines.join(), /which members conserve/);
    const means = ownBlocks(await fine.load(), 4);
    means.values[3 * 12 + 7] = Number.NaN;
    await writeField(at(`${about.name}-coarse.nc`), means);
    const path = at(`${about.name}.nc`);
    await downscaleTo(path, model!, lazyField(means), { ...draw, missing: "propagate" });
    if (!hasPython("xarray")) skip("means of a written file: /usr/bin/python3 has no xarray");
    else {
      const [largest, compared, there] = differences(path, at(`${about.name}-coarse.nc`), about.name);
      assert.ok(largest < 1e-5, `${largest}`);
      assert.is(compared, there);
    }
    const loose = await downscale(model!, means, { ...draw, missing: "propagate", conserve: false });
    const tight = await downscale(model!, means, { ...draw, missing: "propagate" });
    assert.not.equal([...loose.values], [...tight.values]);
    await model!.dispose();
  });
}

test("between two data sets means are conserved where that is asked for, over the fine cells whose centres lie in a coarse one", async () => {
  const fine = noisy(rainy, lat, lon, 0);
  const [rows, columns] = [steps(40.1, 0.37, 4), steps(0.05, 0.41, 3)];
  const coarse = fieldOf({ ...rainy, lat: rows, lon: columns, value: (t, y, x) => 3 + Math.sin(t + y + x) });
  const { downscaler: model } = await train({ fine, coarse }, tiny);
  const lines: string[] = [];
  const drawn = await downscale(model!, coarse, { ...draw, conserve: true, onNotice: (line) => void lines.push(line) });
  assert.match(lines.join(), /no unions of fine ones: means are conserved over the fine cells/);
  const { values: means } = await coarse.load();
  let compared = 0;
  for (let t = 0; t < 4; t++) {
    for (let member = 0; member < 2; member++) {
      for (const [r, south] of rows.entries()) {
        for (const [c, west] of columns.entries()) {
          const inside = (p: number, middle: number, size: number) => Math.abs(p - middle) < size / 2;
          const own = lat.flatMap((y, i) =>
            lon.flatMap((x, j) => {
              const v = drawn.values[((t * 2 + member) * 14 + i) * 11 + j]!;
              return inside(y, south, 0.37) && inside(x, west, 0.41) && !Number.isNaN(v) ? [v] : [];
            }),
          );
          if (own.length === 0) continue;
          compared++;
          const mean = own.reduce((a, b) => a + b, 0) / own.length;
          assert.ok(Math.abs(mean - means[(t * 4 + r) * 3 + c]!) < 1e-4, `${mean}`);
        }
      }
    }
  }
  assert.ok(compared > 50);
  const usual = await downscale(model!, coarse, draw);
  assert.not.equal([...usual.values], [...drawn.values]);
  await model!.dispose();
});

test("a target without a coarse field has no means to conserve, and a grid that is not nested is said to have none", async () => {
  const fine = noisy(rainy, lat, lon, 0);
  const wind = fieldOf({
    ...rainy,
    ...{ name: "u", units: "m s-1", standardName: "eastward_wind", lat, lon, value: (t) => t },
  });
  const { downscaler: other } = await train({ fine, coarse: wind }, tiny);
  const asked = downscale(other!, wind, { ...draw, conserve: true });
  await refuses(asked, /`conserve` means nothing here: no coarse field of pr/, OptionsError);
  await other!.dispose();
  const { downscaler: model } = await train({ fine }, tiny);
  const lines: string[] = [];
  const [rows, columns] = [steps(40.1, 0.37, 4), steps(0.05, 0.41, 3)];
  const crooked = fieldOf({ ...rainy, lat: rows, lon: columns, value: () => 3 });
  await downscale(model!, crooked, { ...draw, onNotice: (line) => void lines.push(line) });
  assert.match(lines.join(), /no unions of fine ones, so that members do not conserve their means/);
  await model!.dispose();
});

test.run();
