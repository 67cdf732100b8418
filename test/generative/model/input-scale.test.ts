// Inside: scales of inputs, which no door exports.
import { OptionsError, rng } from "../../../engine/index.ts";
import { blockMean } from "../../../engine/numerics/grid.ts";
import { unet } from "../../../generative/diffusion/index.ts";
import type { Parameter } from "../../../generative/diffusion/unet.ts";
import { Downscaler } from "../../../generative/index.ts";
import { conditionsOf } from "../../../generative/model/blocks.ts";
import type { Channel } from "../../../generative/model/channel.ts";
import { constantsOf, type ModelConfiguration } from "../../../generative/model/index.ts";
import {
  atScale,
  rainUnits,
  scaleChannels,
  scaleNames,
  scaleNumbers,
  scaleOff,
  unlikeEvents,
} from "../../../generative/model/input-scale.ts";
import { assert, test } from "../../harness.ts";

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  "log spacing": [0, Math.log(16)],
  "log interval": [Math.log(1 / 12), Math.log(24)],
  "log factor": [Math.log(2), Math.log(8)],
};

/** An untrained model of many scales whose weights are all drawn, so that the numbers that it is given change its members. */
function modelOfScales(): Downscaler {
  const transform = { kind: "log", unit: rainUnits(undefined).unit } as const;
  const coarse = (name: string): Channel => ({
    ...{ name, role: "coarse", transform, mean: 0.8, deviation: 1.2 },
    range: [0, 200],
  });
  const numbers = scaleNames.map(
    (name): Channel => ({
      ...{ name, role: "scale", transform: { kind: "linear" }, mean: 0.5, deviation: 2 },
      range: ranges[name] ?? [0, 2],
    }),
  );
  const configuration: ModelConfiguration = {
    network: {
      ...{
        inputChannels: 3 + scaleNames.length,
        outputChannels: 1,
        baseChannels: 8,
        multipliers: [1, 1],
        embedding: 8,
      },
      frequencies: 4,
    },
    channels: [coarse("precipitation"), coarse("precipitation of blocks"), ...numbers],
    targets: [
      {
        ...{ name: "precipitation", units: "mm h-1", transform, background: "precipitation", mean: 0, deviation: 1 },
        ...{ range: [0, 200], wetThreshold: 0.1, ceiling: 400 },
      },
    ],
    sigmaData: 1,
    blocks: { factor: 4, scales: { deviations: { 2: 0.15, 4: 0.25, 8: 0.35 } } },
  };
  const { shapes } = unet(configuration.network);
  const parameters = Object.entries(shapes).map(([name, shape]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const values = Float32Array.from(rng(1).split(name).normal(count), (v) => 0.1 * v);
    return [name, { shape: [...shape], values }] satisfies [string, Parameter];
  });
  return new Downscaler(configuration, Object.fromEntries(parameters));
}

const side = 16;
const rain = Float32Array.from(rng(2).normal(side * side), (v) => Math.max(0, 2 * v));
const input = { values: rain, shape: [side, side] };
const hourly = { interval: 3600, grid: { units: "m", y: 8000, x: 8000 } } as const;
const how = { members: 2, evaluations: 4, place: hourly } as const;

test("a model of many scales refines by each of its factors, the same seed to the same bits, and conserves block means", async () => {
  const model = modelOfScales();
  for (const factor of [2, 4, 8]) {
    const [one, two] = [await model.sample(input, { ...how, factor }), await model.sample(input, { ...how, factor })];
    assert.equal(one.values, two.values);
    assert.is(one.height, side * factor);
    const means = blockMean(one.values, 2, one.height, one.width, factor);
    for (const [i, mean] of means.entries()) {
      const wanted = rain[i % rain.length]!;
      assert.ok(Math.abs(mean - wanted) <= 1e-5 * (1 + wanted), `${mean} is not ${wanted}`);
    }
  }
  await model.dispose();
});

test("what is given of spacing, interval and texture changes the members", async () => {
  const model = modelOfScales();
  const { values: own } = await model.sample(input, how);
  const differs = async (more: object) => {
    const { values } = await model.sample(input, { ...how, ...more });
    assert.ok(values.some((v, i) => v !== own[i]));
  };
  await differs({ place: { ...hourly, interval: 300 } });
  await differs({ place: { ...hourly, grid: { units: "m", y: 16_000, x: 16_000 } } });
  await differs({ texture: { slope: 1.5, wetShare: 0.9, intensity: 3 } });
  await model.dispose();
});

test("amounts of a day are seen in mm/day as rates of up to an hour are in mm/h", () => {
  const [hour, day] = [rainUnits(3600), rainUnits(86_400)];
  assert.ok(Math.abs(hour.wet / day.wet - 24) < 1e-9 && Math.abs(hour.unit / day.unit - 24) < 1e-9);
  assert.equal(rainUnits(300), rainUnits(undefined));
  const { configuration } = modelOfScales();
  const daily = { values: rain.map((v) => v / 24), shape: [side, side] };
  const [a, b] = [
    atScale(configuration, input, { factor: 4, place: { ...hourly, interval: 3600 } }),
    atScale(configuration, daily, { factor: 4, place: { ...hourly, interval: 86_400 } }),
  ];
  const [seen, seenDaily] = [
    conditionsOf(rain, 1, side, side, constantsOf(a)!),
    conditionsOf(daily.values, 1, side, side, constantsOf(b)!),
  ];
  const interval = 2 + scaleNames.indexOf("log interval");
  for (let i = 0; i < seen.condition.length; i++) {
    const apart = Math.abs(seen.condition[i]! - seenDaily.condition[i]!);
    const channel = i % (2 + scaleNames.length);
    if (channel === interval) assert.ok(Math.abs(apart - Math.log(24) / 2) < 1e-5);
    else assert.ok(apart < 1e-4, `channel ${channel}: ${apart}`);
  }
});

test("a number that is not known is given as the mean of training", () => {
  const { configuration } = modelOfScales();
  const scale = { factor: 4, interval: 3600 };
  assert.equal(scaleNumbers(scale).map(Number.isNaN), [true, false, false, true, true, true, true, true]);
  const given = scaleChannels(configuration.channels, scale);
  assert.equal([given[0], ...given.slice(3)], [0, 0, 0, 0, 0, 0]);
  assert.is(given[1], (0 - 0.5) / 2);
});

test("a factor that was not learned, and cells and intervals beyond training, are refused by name with the ones that were", async () => {
  const model = modelOfScales();
  for (const factor of [3, 16]) {
    const error = await model.sample(input, { ...how, factor }).then(
      () => undefined,
      (refused: unknown) => refused,
    );
    assert.ok(error instanceof OptionsError);
    assert.match(error.message, /factor is \d+; the model refines by 2, 4, 8; .*train/);
  }
  const off = (grid: number, interval: number) =>
    scaleOff(model.configuration, 4, { interval, grid: { units: "m", y: grid, x: grid } }).map(({ guard }) => guard);
  assert.equal(off(8000, 3600), []);
  assert.equal(off(4000 * 0.85, 3600), []);
  assert.equal(off(2000, 3600), ["spacing"]);
  assert.equal(off(100_000, 30 * 86_400), ["spacing", "interval"]);
  assert.equal(scaleOff(model.configuration, 4, {}), []);
  await model.dispose();
});

test("an input is unlike training where the nearest event is too far, and by the number in which that one differs most", async () => {
  const model = modelOfScales();
  const { configuration } = model;
  const texture = { slope: 1.2, wetShare: 0.5, intensity: 0.4 };
  const scale = { factor: 4, spacing: 2, interval: 3600, texture };
  const own = scaleChannels(configuration.channels, scale);
  const event = (number: number, by: number) => own.map((v, k) => (k === number ? v + by : v + 0.01));
  const unlike = (...seen: number[][]) =>
    unlikeEvents(
      { ...configuration, blocks: { factor: 4, scales: { ...configuration.blocks!.scales!, seen, near: 0.5 } } },
      scale,
    );
  const slope = scaleNames.indexOf("slope");
  assert.is(unlike(event(0, 3), event(slope, 0.3)), undefined);
  // Channels have a deviation of 2.
  assert.is(
    unlike(event(0, 3), event(slope, 1), event(1, -2)),
    "its slope is 1.20, of the nearest event of training 3.20",
  );
  assert.is(unlikeEvents(configuration, scale), undefined, "no events are recorded");
  await model.dispose();
});

test.run();
