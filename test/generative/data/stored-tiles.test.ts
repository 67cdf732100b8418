import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rng } from "../../../engine/index.ts";
import {
  type ChosenImages,
  cutTiles,
  type RainFrames,
  storedImages,
  tileShares,
  tileSource,
} from "../../../generative/data/index.ts";
import { type TrainOptions, train } from "../../../generative/index.ts";
import { readField, writeField } from "../../../io/index.ts";
import { writeSyntheticRain } from "../../cli/data.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";

const { at } = temporaryFolder(test);

/** Showers over 9 frames of 20 x 28. */
function event(name: string, seed: number): RainFrames {
  const [time, height, width] = [9, 20, 28];
  const values = rng(seed).uniform(time * height * width);
  // In every other frame one tile is drier, and its neighbour dry.
  for (let frame = 0; frame < time; frame += 2) {
    for (let row = 0; row < 8; row++) {
      const start = (frame * height + row) * width;
      values.fill(0, start, start + 16);
      if (row < 3) values[start] = 1;
    }
  }
  return { name, values: Float32Array.from(values), shape: [time, height, width] };
}

/** The same in pieces of some frames. */
function* inPieces(whole: RainFrames, size: number): Generator<RainFrames> {
  const [all, height, width] = whole.shape as [number, number, number];
  const plane = height * width;
  for (let first = 0; first < all; first += size) {
    const time = Math.min(size, all - first);
    const values = whole.values.slice(first * plane, (first + time) * plane);
    yield { ...whole, first, shape: [time, height, width], values };
  }
}

const size = { size: 8 };
const same = (a: Omit<ChosenImages, "dropped">, b: Omit<ChosenImages, "dropped">) => {
  assert.equal([a.count, a.height, a.width, a.events], [b.count, b.height, b.width, b.events]);
  for (let n = 0; n < a.count; n++) assert.equal(a.read(n), b.read(n));
};

test("events that are read in pieces give the tiles of whole ones, whatever the length of a piece", async () => {
  const events = [event("a", 1), event("b", 2)];
  const whole = await cutTiles(events, rng(5), size);
  assert.ok(whole.count > 20 && whole.events.every(({ drierKept, wetKept }) => drierKept > 0 && wetKept > 0));
  for (const length of [1, 4, 9]) {
    same(
      await cutTiles(
        events.flatMap((one) => [...inPieces(one, length)]),
        rng(5),
        size,
      ),
      whole,
    );
  }
});

test("a store gives the tiles that memory would hold, for every seed and limit, and reads the events once", async () => {
  const events = [event("a", 1), event("b", 2)];
  let read = 0;
  async function* source() {
    read++;
    for (const one of events) yield* inPieces(one, 2);
  }
  for (const [seed, limit] of [
    [5, Number.POSITIVE_INFINITY],
    [6, 10],
    [5, 3],
  ] as const) {
    const limited = events.map((one) => ({ ...one, limit }));
    const { images: tiles, notes } = await storedImages(at("a.safetensors"), tileSource(source, size), {
      ...{ shares: tileShares(limit), rng: rng(seed) },
      notes: () => ["seen"],
    });
    same(tiles, await cutTiles(limited, rng(seed), size));
    assert.equal(notes, ["seen"]);
    tiles.close?.();
  }
  assert.is(read, 1);
});

const network = { baseChannels: 8, multipliers: [1, 2] };
const small = { seed: 3, steps: 1, batch: 2, crop: 16, tile: 32, threads: 1, network };
const weights = async (data: string, options: TrainOptions) => {
  const { downscaler, run } = await train(data, { ...small, ...options });
  const { provenance, ...rest } = downscaler!.configuration;
  const found = { parameters: downscaler!.parameters, channels: rest.channels, targets: rest.targets, seen: rest.seen };
  await downscaler!.dispose();
  return { found, run };
};

test("a training through the store gives the model of one in memory, from a file and from a Zarr store, and a second one finds the tiles", async () => {
  await writeSyntheticRain(at("rain.nc"), { days: 8, units: "mm h-1" });
  await writeField(at("rain.zarr"), await readField(at("rain.nc")));
  const held = { validate: { indices: [6, 8] as const }, validation: { images: 1, members: 2, evaluations: 2 } };
  for (const data of [at("rain.nc"), at("rain.zarr")]) {
    const { found } = await weights(data, { ...held, tileStore: null });
    const stored = await weights(data, { ...held, out: at("runs"), tileStore: at("tiles") });
    assert.equal(stored.found, found);
  }
  const before = readdirSync(at("tiles")).sort();
  assert.is(before.length, 4);
  const other = await weights(at("rain.nc"), { ...held, seed: 4, cap: 4, tileStore: at("tiles") });
  assert.equal(other.found, (await weights(at("rain.nc"), { ...held, seed: 4, cap: 4 })).found);
  assert.equal(readdirSync(at("tiles")).sort(), before);
  await weights(at("rain.nc"), { every: 2, tileStore: at("tiles") });
  assert.is(readdirSync(at("tiles")).length, 5);
});

test("a damaged store is refused by name with the way out, and an aborted reading leaves none", async () => {
  const [name] = readdirSync(at("tiles"));
  for (const file of readdirSync(at("tiles"))) {
    const bytes = readFileSync(join(at("tiles"), file));
    bytes[9000]! ^= 1;
    writeFileSync(join(at("tiles"), file), bytes);
  }
  assert.ok(name);
  const damaged = weights(at("rain.nc"), { tileStore: at("tiles"), validate: { indices: [6, 8] } });
  await refuses(damaged, /checksum.*remove it/);
  const signal = AbortSignal.abort(new Error("enough"));
  await refuses(train(at("rain.nc"), { ...small, signal, tileStore: at("none") }), /enough/, Error);
  assert.equal(readdirSync(at("none")), []);
});

test.run();
