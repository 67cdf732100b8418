/** Images of pairs in a file are those in memory. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rng } from "../../../engine/index.ts";
import {
  drawCrops,
  hasGaps,
  matchPairs,
  measureChannels,
  pairImages,
  storedImages,
  usualImages,
} from "../../../generative/data/index.ts";
import { type TrainOptions, train } from "../../../generative/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { cutInMemory, days, fieldOf, steps } from "../fields-for-tests.ts";

const { at } = temporaryFolder(test);

const count = 6;
const [lat, lon] = [steps(40, 0.1, 20), steps(0, 0.1, 24)];
const rain = (t: number, y: number, x: number) => 2 + Math.sin(7 * y + 3 * x + t);
const sea = (y: number, x: number) => y < 40.75 && x < 0.45;
const fine = fieldOf({
  ...{ name: "rr", units: "mm", time: days(count), lat, lon },
  value: (t, y, x) => (sea(y, x) ? Number.NaN : rain(t, y, x)),
});
const around = { lat: steps(39, 0.5, 8), lon: steps(-1, 0.5, 10) };
const coarse = fieldOf({ name: "pr", units: "mm", time: days(count), ...around, value: rain });

test("images that are read from a file are those in memory, gaps included, and so is every crop, for every seed and limit; they are cut once", async () => {
  const pairs = matchPairs({ fine: [fine], coarse: [coarse] });
  const description = await measureChannels(pairs, [0, 1, 2, 3]);
  const shares = { ...usualImages, tile: 8, validShare: 0.2 };
  const source = pairImages(pairs, [0, 1, 3], description, shares);
  let read = 0;
  const counted = {
    ...source,
    frames() {
      read++;
      return source.frames();
    },
  };
  for (const [seed, limit] of [
    [1, Number.POSITIVE_INFINITY],
    [1, 5],
    [2, 5],
  ] as const) {
    const held = await cutInMemory(pairs, [0, 1, 3], description, { ...shares, limit, rng: rng(seed) });
    assert.ok(hasGaps(held) && (limit === 5 ? held.count === 4 : held.count > 9));
    const how = { shares: { ...shares, limit }, rng: rng(seed) };
    const { images: stored } = await storedImages(at("a.safetensors"), counted, how);
    assert.equal([stored.count, stored.events, stored.dropped], [held.count, held.events, held.dropped]);
    for (let n = 0; n < held.count; n++) assert.equal(stored.read(n), held.read(n));
    assert.ok(hasGaps(stored));
    const crop = { count: 12, height: 4, width: 8, stride: 1, symmetries: true };
    assert.equal(drawCrops(stored, rng(3), crop), drawCrops(held, rng(3), crop));
    stored.close?.();
  }
  assert.is(read, 1);
});

const options: TrainOptions = {
  ...{ seed: 3, steps: 2, batch: 2, tile: 8, crop: 8, threads: 1 },
  network: { baseChannels: 8, multipliers: [1, 1], groups: 4 },
  validate: { indices: [4, 6] },
  validation: { every: 1, images: 1, members: 2, evaluations: 2 },
};

test("a training through the store gives the model of one in memory, a second one finds the images, and damage is refused by name", async () => {
  const modelOf = async (more: TrainOptions) => {
    const { downscaler, best } = await train({ fine, coarse }, { ...options, ...more });
    const { parameters } = downscaler!;
    await downscaler!.dispose();
    return { parameters, best };
  };
  const held = await modelOf({});
  for (const _ of [1, 2]) {
    assert.equal(await modelOf({ tileStore: at("tiles") }), held);
    assert.is(readdirSync(at("tiles")).length, 2);
  }
  for (const name of readdirSync(at("tiles"))) {
    const bytes = readFileSync(join(at("tiles"), name));
    bytes[5000]! ^= 1;
    writeFileSync(join(at("tiles"), name), bytes);
  }
  await refuses(modelOf({ tileStore: at("tiles") }), /checksum.*remove it, and it is made again/);
});

test.run();
