// Inside: blocks of a fine field, which no door exports.
/** Blocks of a fine field: means of those that do not fill it, and what is filled up loses no pixel. */
import { rng } from "../../../engine/index.ts";
import { ownBlocks, wholeBlocks } from "../../../generative/data/own-blocks.ts";
import { downscale } from "../../../generative/index.ts";
import { type Coordinate, coarsen, Field } from "../../../io/index.ts";
import { assert, axis, evenly, test } from "../../harness.ts";
import { days, fieldOf, steps } from "../fields-for-tests.ts";
import { blockModel } from "../models.ts";

const fieldOfSize = (height: number, width: number) =>
  fieldOf({
    ...{ name: "rr", units: "mm", time: days(2), lat: steps(40, 0.5, height), lon: steps(0, 0.5, width) },
    value: (t, y, x) => (y === 44.5 && x === 3 ? Number.NaN : 100 * t + y + 2 * x),
  }).load();

test("rows and columns that do not fill a block make smaller blocks, with their own mean at their middle", async () => {
  const means = ownBlocks(await fieldOfSize(10, 7), 4);
  assert.equal(means.shape, [2, 3, 2]);
  const [lat, lon] = ["lat", "lon"].map((name) => means.coordinate(name)!);
  assert.equal([...lat!.values], [40.75, 42.75, 44.25]);
  assert.equal([...lat!.bounds!], [39.75, 41.75, 41.75, 43.75, 43.75, 44.75]);
  assert.equal([...lon!.values], [0.75, 2.5]);
  for (let t = 0; t < 2; t++) {
    for (let i = 0; i < 5; i++) {
      const wanted = 100 * t + lat!.values[i >> 1]! + 2 * lon!.values[i & 1]!;
      assert.ok(Math.abs(means.values[6 * t + i]! - wanted) < 1e-4, `${t} ${i}: ${means.values[6 * t + i]}`);
    }
    // Five of six: without 44.5 + 2·3.
    const last = (6 * (44.25 + 2 * 2.5) - 50.5) / 5 + 100 * t;
    assert.ok(Math.abs(means.values[6 * t + 5]! - last) < 1e-4, `${means.values[6 * t + 5]} ${last}`);
  }
});

test("where blocks fill the grid they are those of coarsen", async () => {
  const whole = await fieldOfSize(8, 8);
  const [means, wanted] = [ownBlocks(whole, 4), coarsen(whole, 4, { minimumValid: 1 / 16 })];
  assert.equal([means.shape, means.values], [wanted.shape, wanted.values]);
});

const line = (name: string, n: number, first: number, step: number): Coordinate =>
  axis(
    name,
    evenly(n, first, step),
    { units: name === "lat" ? "degrees_north" : "degrees_east" },
    Float64Array.from({ length: 2 * n }, (_, i) => first + ((i >> 1) - 0.5 + (i & 1)) * step),
  );
const [lat, lon] = [line("lat", 5, 45, -0.5), line("lon", 7, -10, 0.5)];
const coast = (i: number) => (i % 35) % 7 < 2 && i % 3 === 0;
const field = new Field({
  ...{ name: "pr", dims: ["time", "lat", "lon"], shape: [2, 5, 7] },
  ...{ values: Float32Array.from(rng(4).normal(70), (z, i) => (coast(i) ? Number.NaN : Math.abs(z))), units: "mm h-1" },
  coordinates: [lat, lon],
});

test("a field is filled up to whole blocks with missing values, on coordinates that go on as they end", () => {
  const whole = wholeBlocks(field, 4)!;
  assert.equal(whole.shape, [2, 8, 8]);
  const kept = whole.isel({ lat: [0, 5], lon: [0, 7] }).values;
  for (const [i, v] of field.values.entries()) assert.ok(Object.is(kept[i], v), `${i}`);
  assert.is(whole.countMissing(), 128 - 70 + field.countMissing());
  const [more, wide] = [line("lat", 8, 45, -0.5), line("lon", 8, -10, 0.5)];
  for (const { name, values, bounds } of [more, wide]) {
    assert.equal(whole.coordinate(name)!.values, values);
    assert.equal(whole.coordinate(name)!.bounds, bounds);
  }
  assert.is(wholeBlocks(field.isel({ lat: [0, 4], lon: [0, 4] }), 4)!.shape[1], 4);
  const place: Coordinate = { name: "area", dims: ["lat", "lon"], values: new Float64Array(35), attributes: {} };
  assert.is(wholeBlocks(field.with({ coordinates: [...field.coordinates, place] }), 4), undefined);
});

test("what is coarsened and drawn again has the pixels of the field: missing where it is, and nowhere else", async () => {
  const model = blockModel();
  const options = { coarsen: true, missing: "propagate", members: 2, evaluations: 2 } as const;
  const fine = await downscale(model, field, options);
  assert.equal([fine.dims.join(), fine.shape.join()], ["time,realization,lat,lon", "2,2,5,7"]);
  for (const [i, v] of fine.values.entries()) {
    const there = field.values[Math.floor(i / 70) * 35 + (i % 35)];
    assert.is(Number.isNaN(v), Number.isNaN(there), `value ${i}`);
  }
  for (const given of [lat, lon]) {
    const { values } = fine.coordinate(given.name)!;
    assert.is(values.length, given.values.length);
    for (const [i, v] of values.entries()) assert.ok(Math.abs(v - given.values[i]!) < 1e-9, `${given.name} ${i}`);
  }
  // Blocks keep the means of those of their pixels that are there, also the ones that are no whole blocks.
  let [sum, count] = [0, 0];
  for (const [i, v] of field.isel({ time: 0, lat: 4, lon: [4, 7] }).values.entries()) {
    assert.not.ok(Number.isNaN(v), `${i}`);
    sum += v;
    count++;
  }
  const drawn = Float64Array.from(fine.isel({ time: 0, realization: 1, lat: 4, lon: [4, 7] }).values);
  assert.ok(Math.abs(drawn.reduce((a, b) => a + b, 0) - sum) < 1e-4, `${count} pixels`);
  await model.dispose();
});

test.run();
