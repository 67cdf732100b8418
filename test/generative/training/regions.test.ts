/** Training on several regions, each on a grid of its own. */

import { DomainError, OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import { joinedPairs, matchPairs, measureChannels } from "../../../generative/data/index.ts";
import { downscale, type PairData, type TrainOptions, train } from "../../../generative/index.ts";
import { Field, writeField } from "../../../io/index.ts";
import { verify } from "../../../verification/index.ts";
import { mongeDone, words } from "../../cli/run.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { cutInMemory, days, fieldOf, hours, steps } from "../fields-for-tests.ts";

const { at } = temporaryFolder(test);

const COUNT = 6;
const kelvin = { units: "K", standardName: "air_temperature" };

/** Standard deviation of what height and weather leave open, K. */
const NOISE = 0.2;

/** Temperature that falls by 3 K with each kilometre, and whose noise is that of a seed. */
function tall(
  seed: number,
  south: number,
  rows: number,
  columns: number,
  time = days(COUNT),
  [low, high]: readonly [number, number] = [0, 1],
) {
  const count = time.values.length;
  const noise = rng(seed).normal(count * rows * columns);
  const heights = rng(seed)
    .split("height")
    .uniform(rows * columns);
  const index = (y: number, x: number) => Math.round((y - south) / 0.5) * columns + Math.round(x / 0.5);
  const height = (y: number, x: number) => low + (high - low) * heights[index(y, x)]!;
  const weather = (t: number, y: number, x: number) => 280 + Math.sin(t + seed) + (y - south) + 0.3 * x;
  const value = (t: number, y: number, x: number) =>
    weather(t, y, x) - 3 * height(y, x) + NOISE * noise[t * rows * columns + index(y, x)]!;
  const fine = { lat: steps(south, 0.5, rows), lon: steps(0, 0.5, columns) };
  const coarse = { lat: steps(south + 0.25, 1, rows / 2), lon: steps(0.25, 1, columns / 2) };
  return {
    fine: fieldOf({ ...kelvin, ...fine, name: "tas", time, value }),
    coarse: fieldOf({ ...kelvin, ...coarse, name: "t2m", time, value: weather }),
    height: fieldOf({ ...fine, name: "z", units: "m", value: (_, y, x) => 1000 * height(y, x) }),
  };
}

const region = (seed: number, south: number, time = days(COUNT), heights: readonly [number, number] = [0, 1]) =>
  tall(seed, south, 8, 8, time, heights);

const [south, north] = [region(1, 40), region(2, 60)];
const both: PairData = {
  fine: [south.fine, north.fine],
  coarse: [south.coarse, north.coarse],
  static: [south.height, north.height],
};
const quick: TrainOptions = {
  ...{ seed: 2, steps: 4, batch: 4, crop: 8, warmup: 2, threads: 1 },
  network: { baseChannels: 8, multipliers: [1, 1], groups: 4, embedding: 16 },
};

/** Both regions as one of twice as many times: those of the second come later, and its height is a field of each time. */
async function byHand(): Promise<PairData> {
  const one = async (role: "fine" | "coarse" | "height") => {
    const like = await south[role].load();
    const [height, width] = like.shape.slice(-2) as [number, number];
    const values = new Float32Array(2 * COUNT * height * width);
    for (const [n, part] of [like, await north[role].load()].entries()) {
      for (let i = 0; i < values.length / 2; i++)
        values[(n * values.length) / 2 + i] = part.values[i % part.values.length]!;
    }
    const placed = like.coordinates.filter(({ dims }) => !dims.includes("time"));
    const dims = ["time", ...like.dims.slice(-2)];
    return new Field({
      ...like,
      ...{ dims, shape: [2 * COUNT, height, width], values, coordinates: [days(2 * COUNT), ...placed] },
    });
  };
  return { fine: await one("fine"), coarse: await one("coarse"), with: await one("height") };
}

test("a model of two regions is bit for bit that of the same images drawn from both by hand", async () => {
  const [regions, hand] = [await train(both, quick), await train(await byHand(), quick)];
  const [a, b] = [regions.downscaler!, hand.downscaler!];
  assert.equal(a.parameters, b.parameters);
  const numbers = ({ configuration: { channels, targets } }: typeof a) =>
    [...channels, ...targets].map(({ mean, deviation, range }) => [mean, deviation, range]);
  assert.equal(numbers(a), numbers(b));
  assert.is(a.configuration.grid, undefined);
  for (const model of [a, b]) await model.dispose();
});

test("images of regions of different sizes are those of each, of the size that the smallest allows", async () => {
  const large = { ...south, ...tall(4, 40, 20, 12) };
  const matched = [large, north].map(({ fine, coarse }) =>
    matchPairs({ fine: [fine], coarse: [coarse], context: ["position"] }),
  );
  const pairs = joinedPairs(matched);
  const times = pairs.times.map((_, n) => n);
  const description = await measureChannels(pairs, times);
  const joint = await cutInMemory(pairs, times, description, { rng: rng(1) });
  assert.equal([joint.height, joint.width], [8, 8]);
  const parts = [];
  for (const part of matched) {
    const own = part.times.map((_, n) => n);
    parts.push(await cutInMemory(part, own, description, { rng: rng(1), tile: 8 }));
  }
  for (const array of ["condition", "clean", "valid"] as const) {
    assert.equal(
      Array.from(joint.arrays[array]!),
      parts.flatMap(({ arrays }) => Array.from(arrays[array]!)),
    );
  }
  // 20 x 12 pixels need 3 x 2 tiles of 8 x 8, at each of the times.
  assert.is(joint.count, COUNT * 6 + COUNT);
  const [latitude] = description.channels.filter(({ role }) => role === "context");
  assert.equal(latitude!.range, [40, 63.5]);
});

test("boxes of one file are the regions that they cut out of it", async () => {
  const wide = tall(4, 40, 20, 12);
  const cut = (low: number, high: number) => wide.fine.sel({ lon: [0, 3.5], lat: [low, high] });
  const files = await train({ fine: [cut(40, 43.5), cut(45, 48.5)], coarse: wide.coarse }, quick);
  const regions = [[-0.1, 39.9, 3.6, 43.6] as const, [-0.1, 44.9, 3.6, 48.6] as const];
  const boxes = await train({ fine: wide.fine, coarse: wide.coarse }, { ...quick, regions });
  assert.equal(files.downscaler!.parameters, boxes.downscaler!.parameters);
  for (const { downscaler } of [files, boxes]) await downscaler!.dispose();
});

test("what does not fit several regions is refused, and the model asks for a grid of their spacing", async () => {
  const finer = fieldOf({
    ...kelvin,
    ...{ name: "tas", time: days(COUNT), lat: steps(60, 0.25, 8), lon: steps(0, 0.25, 8), value: (t) => t },
  });
  const hourly = region(
    2,
    60,
    hours(
      steps(0.5, 1, COUNT),
      steps(0, 1, COUNT).map((t) => [t, t + 1] as const),
    ),
  );
  const box = [0, 39, 4, 44] as const;
  const wrong: [PairData, TrainOptions, RegExp, new (...of: never[]) => Error][] = [
    [{ ...both, fine: [south.fine, finer] }, {}, /expected cells of the size of .*cells of 0.25 degrees/, ShapeError],
    [
      { fine: [south.fine, hourly.fine], coarse: [south.coarse, hourly.coarse] },
      {},
      /expected values over 86400 s/,
      ShapeError,
    ],
    [
      { ...both, static: [south.height, north.height, north.height] },
      {},
      /`static` has 3 fields named z; expected one that all regions share, or 2/,
      OptionsError,
    ],
    [both, { regions: [box] }, /`regions` are boxes of one fine source/, OptionsError],
    [{ fine: south.fine, coarse: south.coarse }, { regions: [[20, 39, 24, 44]] }, /`regions`: /, OptionsError],
    [{ fine: south.fine, coarse: south.coarse }, { regions: [box], archives: ["a"] }, /archives/, OptionsError],
    [{ fine: [south.fine, north.fine] }, { correct: true }, /correct takes one region, not several/, OptionsError],
  ];
  for (const [data, options, message, kind] of wrong)
    await refuses(train(data, { ...quick, ...options }), message, kind);
  const { downscaler: model } = await train({ fine: [south.fine, north.fine] }, { ...quick, factor: 2 });
  const draw = { members: 1, seed: 1, evaluations: 4, force: ["range"] } as const;
  await refuses(
    downscale(model!, south.coarse, draw),
    /the model has no grid; give a field as a template/,
    OptionsError,
  );
  await refuses(
    downscale(model!, south.coarse, { ...draw, grid: 4 }),
    /an output grid with cells of 0.25 degrees/,
    DomainError,
  );
  assert.equal((await downscale(model!, south.coarse, { ...draw, grid: 2 })).shape, [COUNT, 1, 8, 8]);
  await model!.dispose();
});

test("one model of plains and of mountains has nearly the exact scores on a third region with both", async () => {
  const of = [region(11, 40, days(40), [0, 1]), region(12, 50, days(40), [1, 2])];
  const third = region(13, 60, days(40), [0, 2]);
  const data: PairData = {
    fine: of.map(({ fine }) => fine),
    coarse: of.map(({ coarse }) => coarse),
    static: of.map(({ height }) => height),
  };
  const options = { ...quick, steps: 400, batch: 8, peakRate: 4e-3, network: { ...quick.network, baseChannels: 16 } };
  const { downscaler: model } = await train(data, options);
  const drawn = await downscale(model!, third.coarse, {
    ...{ static: [third.height], grid: third.fine, members: 8, seed: 1, evaluations: 8 },
    force: ["range"],
  });
  await model!.dispose();
  const { scores } = await verify(drawn, await third.fine.load());
  // The CRPS of the exact normal distribution: a model of the plains alone has 3.7 times as much.
  const exact = NOISE / Math.sqrt(Math.PI);
  assert.ok(scores.crps < 1.8 * exact, `${scores.crps}, exact ${exact}`);
  assert.ok(scores.spreadSkill! > 0.8 && scores.spreadSkill! < 1.45, `${scores.spreadSkill}`);
});

test("the command takes files of one variable as regions, or boxes of one, and says which grid to ask for", async () => {
  const paths = { south: at("south.nc"), north: at("north.nc") };
  await writeField(paths.south, await south.fine.load());
  await writeField(paths.north, await north.fine.load());
  const small = [...words("--steps 1 --batch 2 --crop 8 --channels 8 --threads 1 --out"), at("runs")];
  const files = await mongeDone("train", "--fine", paths.south, paths.north, "--factor", "2", ...small);
  assert.match(files.stderr, /learns from 2 regions: 8 x 8 at 6 times \(.*south.nc\), 8 x 8 at 6 times \(.*north.nc\)/);
  assert.match(files.stderr, /next: monge downscale \S+ INPUT --grid FILE -o out.nc/);
  const boxes = ["--regions", "-0.1,39.9,1.6,43.6", "--regions", "1.9,39.9,3.6,43.6"];
  const shown = await mongeDone("train", "--fine", paths.south, ...boxes, ...small, "--dry-run");
  assert.equal(JSON.parse(shown.stdout).choices.regions, [
    [-0.1, 39.9, 1.6, 43.6],
    [1.9, 39.9, 3.6, 43.6],
  ]);
});

test.run();
