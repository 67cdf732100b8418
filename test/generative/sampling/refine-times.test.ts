import { DomainError, OptionsError, ShapeError, UnitsError } from "../../../engine/index.ts";
import {
  type Downscaler,
  downscale,
  downscaleLazy,
  downscaleUnits,
  type TrainOptions,
  train,
} from "../../../generative/index.ts";
import { type Coordinate, coarsen, Field, type LazyField, lazyField, readField } from "../../../io/index.ts";
import { assert, equalBy, refuses, temporaryFolder, test } from "../../harness.ts";
import { fieldOf, hours, steps } from "../fields-for-tests.ts";

const [lat, lon] = [steps(40, 0.5, 12), steps(0, 0.5, 8)];
const [perStep, coarseTimes] = [4, 10];

/** Quarters of an hour with their bounds, stamped at their ends. */
const quarters = (count: number): Coordinate =>
  hours(
    Array.from({ length: count }, (_, i) => (i + 1) / perStep),
    Array.from({ length: count }, (_, i) => [i / perStep, (i + 1) / perStep] as const),
  );
const showers = (t: number, y: number, x: number) => Math.max(0, 6 * Math.sin(t / 3 + 3 * y + x) + 2 * Math.cos(t * x));
const rain = { name: "rr", lat, lon, time: quarters(perStep * coarseTimes), value: showers };
const fine = fieldOf({ ...rain, units: "mm", more: { attributes: { cell_methods: "time: sum" } } });
const options: TrainOptions = {
  ...{ factor: 2, timeFactor: perStep, seed: 3, steps: 8, batch: 2, threads: 1 },
  network: { baseChannels: 8, multipliers: [1, 1], groups: 4 },
};
const draw = { members: 2, seed: 5, evaluations: 3 };

/** Sums of amounts over steps, and their means over blocks. */
async function blocksOf(field: LazyField, factor: number): Promise<Field> {
  const { values, shape } = await field.load();
  const [times, height, width] = shape as [number, number, number];
  const plane = height * width;
  const sums = Float32Array.from({ length: (times / perStep) * plane }, (_, i) => {
    const [n, at] = [Math.floor(i / plane), i % plane];
    let sum = 0;
    for (let k = 0; k < perStep; k++) sum += values[(n * perStep + k) * plane + at]!;
    return sum;
  });
  const count = times / perStep;
  const time = hours(
    Array.from({ length: count }, (_, i) => i + 1),
    Array.from({ length: count }, (_, i) => [i, i + 1] as const),
  );
  const coordinates = [time, ...field.coordinates.filter(({ name }) => name !== "time")];
  const whole = new Field({
    ...{ name: "rr", dims: field.dims, shape: [count, height, width], values: sums, units: "mm" },
    coordinates,
  });
  return factor === 1 ? whole : coarsen(whole, factor);
}

const files = temporaryFolder(test);
let model: Downscaler;
let coarse: Field;

test.before(async () => {
  model = (await train([fine], options)).downscaler!;
  coarse = await blocksOf(fine, 2);
});
test.after(() => model.dispose());

test("a model of quarter-hours in hours makes fine times with bounds, in the fine units, whose sums in space and time are the input's", async () => {
  const made = await downscale(model, coarse, draw);
  assert.equal([made.name, made.units, made.attributes["cell_methods"]], ["rr", "mm", "time: sum"]);
  assert.equal(
    [made.dims, made.shape],
    [
      ["time", "realization", "lat", "lon"],
      [40, 2, 12, 8],
    ],
  );
  const time = made.coordinate("time")!;
  assert.equal([time.values, time.bounds], [rain.time.values, rain.time.bounds]);
  for (const member of [0, 1]) {
    const one = made.isel({ realization: member });
    const sums = await blocksOf(lazyField(one), 2);
    for (const [i, v] of sums.values.entries())
      assert.ok(Math.abs(v - coarse.values[i]!) <= 1e-5 * (1 + coarse.values[i]!));
  }
  assert.ok(made.values.every((v) => v >= 0));
});

test("a part of the times has the bits of the whole, steps before and after it included", async () => {
  const whole = lazyField(coarse);
  const made = await downscale(model, whole, draw);
  const part = await downscale(model, whole.isel({ time: [3, 6] }), { ...draw, whole });
  assert.equal(Array.from(part.values), Array.from(made.isel({ time: [12, 24] }).values));
  const other = await downscale(model, coarse.isel({ time: [3, 6] }), draw);
  assert.not.equal(Array.from(other.values), Array.from(part.values));
});

test("units of work and shards make the store that one run makes, fine times of a step in one unit", async () => {
  const [one, many] = [files.at("one.zarr"), files.at("many.zarr")];
  await downscaleUnits(one, model, coarse, draw);
  for (const index of [1, 0]) {
    const done = await downscaleUnits(many, model, coarse, {
      ...draw,
      unit: { times: 8, members: 1 },
      shard: { index, count: 2 },
    });
    assert.equal(done.total, 10);
  }
  const [a, b, memory] = [await readField(one), await readField(many), await downscale(model, coarse, draw)];
  assert.equal(Array.from(b.values), Array.from(a.values));
  assert.equal(Array.from(a.values), Array.from(memory.values));
});

test("rates are refined in time alone, and temperature keeps its means by a shift", async () => {
  const { downscaler: still } = await train([fieldOf({ ...rain, units: "mm h-1" })], {
    ...options,
    factor: 1,
    steps: 2,
  });
  const rates = await blocksOf(fine, 1);
  const made = await downscale(still!, rates, draw);
  assert.equal([made.units, made.shape], ["mm h-1", [40, 2, 12, 8]]);
  const warm = fieldOf({
    ...rain,
    ...{ name: "tas", units: "K", standardName: "air_temperature" },
    value: (t, y, x) => 280 + Math.sin(t / 2) + y + Math.cos(x * t),
  });
  const { downscaler: heat } = await train([warm], { ...options, steps: 2 });
  const sums = await blocksOf(warm, 2);
  const means = sums.with({ values: sums.values.map((v) => v / perStep), units: "K" });
  const drawn = await downscale(heat!, means, { ...draw, members: 1 });
  assert.equal([drawn.units, drawn.attributes["cell_methods"]], ["K", "time: mean"]);
  const back = await blocksOf(lazyField(drawn.isel({ realization: 0 })), 2);
  for (const [i, v] of back.values.entries()) assert.ok(Math.abs(v / perStep - means.values[i]!) < 1e-3);
  await still!.dispose();
  await heat!.dispose();
});

test("a coarse data set of its own is refined in time and space, unconserved but where it is asked for", async () => {
  const wet = coarse.with({ values: coarse.values.map((v) => 1.3 * v + 0.2) });
  const { downscaler: pair } = await train({ fine, coarse: wet }, { ...options, steps: 2 });
  equalBy(pair!.configuration.channels, ({ name }) => name, ["rr", "rr before", "rr after"]);
  const free = await downscale(pair!, wet, { ...draw, members: 1 });
  const kept = await downscale(pair!, wet, { ...draw, members: 1, conserve: true });
  const off = async (field: Field) => {
    const sums = await blocksOf(lazyField(field.isel({ realization: 0 })), 2);
    return Math.max(...sums.values.map((v, i) => Math.abs(v - wet.values[i]!)));
  };
  assert.ok((await off(kept)) < 1e-4);
  assert.ok((await off(free)) > 1e-2);
  await pair!.dispose();
});

test("wrong use is refused by name", async () => {
  const of = (more: object) => train([fieldOf({ ...rain, units: "mm h-1", ...more })], options);
  const { bounds: _, ...bare } = rain.time;
  await refuses(of({ time: bare }), /no bounds.*interval/, UnitsError);
  await refuses(of({ more: { attributes: { cell_methods: "time: point" } } }), /moments \(time: point\)/, DomainError);
  const odd = { ...rain.time, bounds: rain.time.bounds!.map((v, i) => (i === 7 ? v - 0.1 : v)) };
  await refuses(of({ time: odd }), /900 s each/, ShapeError);
  await refuses(
    train([fine.isel({ time: [0, 3] })], options),
    /timeFactor is 4, but no 4 of its 3 times/,
    OptionsError,
  );
  await refuses(train({ fine, coarse }, { ...options, timeFactor: 3 }), /take timeFactor 4/, OptionsError);
  await refuses(
    train({ fine: [fine, fine.rename({ rr: "other" })] }, options),
    /takes one fine variable/,
    OptionsError,
  );
  await refuses(train([fine], { ...options, timeFactor: 31 }), /timeFactor/, OptionsError);
  const { timeFactor: __, ...none } = options;
  await refuses(train({ fine }, { ...none, factor: 1 }), /factor is 1/, OptionsError);
  const half = coarse.with({
    coordinates: coarse.coordinates.map((c) => (c.name === "time" ? { ...c, bounds: c.bounds!.map((v) => v / 2) } : c)),
  });
  await refuses(downscaleLazy(model, half, draw), /1800 s long; the model refines steps of 3600 s/, OptionsError);
  await refuses(
    downscaleLazy(model, coarse, { ...draw, coherence: "measured" }),
    /`coherence` means nothing here/,
    OptionsError,
  );
});

test.run();
