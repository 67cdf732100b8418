/** Fine fields whose sides are no multiples of the factor lose no pixel. */

import { rng } from "../../../engine/index.ts";
import { wholeBlocks } from "../../../generative/data/own-blocks.ts";
import { unet } from "../../../generative/diffusion/unet.ts";
import { Downscaler, downscale } from "../../../generative/index.ts";
import { fromBlocks } from "../../../generative/model/older-files.ts";
import { type Coordinate, Field } from "../../../io/field/index.ts";
import { assert, axis, evenly, test } from "../../harness.ts";

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
  const network = { baseChannels: 8, multipliers: [1, 2] };
  const normalization = { factor: 4, sigmaData: 0.13, conditionMean: 0.3, conditionStd: 0.5 };
  const model = new Downscaler(fromBlocks({ network, normalization }), unet(network).initialize(rng(1)));
  const options = { coarsen: true, missing: "propagate", members: 2, evaluations: 2 } as const;
  const fine = await downscale(model, field, options);
  assert.equal(
    [fine.dims, fine.shape],
    [
      ["time", "realization", "lat", "lon"],
      [2, 2, 5, 7],
    ],
  );
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
