/** Images of pairs: whole maps of small grids; of large ones tiles with values, mostly wet, that cover all of it. */

import { DomainError, OptionsError, rng, UnitsError } from "../../../engine/index.ts";
import { matchPairs, measureChannels } from "../../../generative/data/index.ts";
import { deaccumulate, lazyField, openDataset } from "../../../io/index.ts";
import { moreData } from "../../data.ts";
import { assert, equalBy, refuses, test } from "../../harness.ts";
import { cutInMemory, days, type FieldSketch, fieldOf, steps } from "../fields-for-tests.ts";

const count = 4;
const [lat, lon] = [steps(40, 0.1, 20), steps(0, 0.1, 24)];
const around = { lat: steps(39, 0.5, 8), lon: steps(-1, 0.5, 10) };
const hill = (t: number, y: number, x: number) => 1 + t + (y - 40) ** 2 * (x + 1);
const pairsOf = (value: FieldSketch["value"]) =>
  matchPairs({
    fine: [fieldOf({ name: "rr", units: "mm", time: days(count), lat, lon, value })],
    coarse: [fieldOf({ name: "pr", units: "mm", time: days(count), ...around, value: hill })],
  });

/** Column of a longitude. */
const column = (x: number) => Math.round(x / 0.1);

test("tiles cover a grid that they do not fill with the least overlap", async () => {
  const pairs = pairsOf(hill);
  const description = await measureChannels(pairs, [0, 1]);
  const archive = await cutInMemory(pairs, [1], description, { rng: rng(1), tile: 8, drierPart: 0 });
  equalBy(
    archive.places,
    ({ time, row, column: at }) => [time, row, at],
    [0, 6, 12].flatMap((row) => [0, 8, 16].map((at) => [1, row, at])),
  );
  assert.equal([archive.height, archive.width, archive.count], [8, 8, 9]);
  // Every tile has the pixels of the place that it names.
  const whole = await cutInMemory(pairs, [1], description, { rng: rng(1) });
  assert.equal([whole.height, whole.width], [20, 24]);
  for (const [n, { row, column: at }] of archive.places.entries()) {
    for (let i = 0; i < 64; i++) {
      const there = (row + (i >> 3)) * 24 + at + (i & 7);
      assert.is(archive.arrays.clean[n * 64 + i], whole.arrays.clean[there]);
      assert.is(archive.arrays.condition[n * 64 + i], whole.arrays.condition[there]);
    }
  }
});

test("tiles without enough values, too dry ones and clutter are left out and counted", async () => {
  const value = (t: number, y: number, x: number) => {
    const at = column(x);
    if (at < 5 || (at < 8 && t === 0)) return Number.NaN;
    if (at < 16) return t === 3 && at === 9 && y > 41.85 ? 5000 : hill(t, y, x);
    return y === 40 ? 0.05 : 0;
  };
  const pairs = pairsOf(value);
  const description = await measureChannels(pairs, [0, 1, 2]);
  const options = { rng: rng(1), tile: 8, drierPart: 0 };
  const archive = await cutInMemory(pairs, [0, 3], description, options);
  // The first column of tiles has 3/8 of its values at time 3, none at time 0; the last one is dry.
  assert.equal(archive.dropped, { empty: 6, dry: 6, clutter: 1, surplus: 0, drier: 0 });
  const kept = archive.places.map(({ time, row, column: at }) => `${time} ${row} ${at}`);
  assert.is(kept.join(", "), "0 0 8, 0 6 8, 0 12 8, 3 0 8, 3 6 8");
  const loose = { ...options, validShare: 0.3, largest: 1e4 };
  const more = await cutInMemory(pairs, [0, 3], description, { ...loose, wetShare: 0 });
  assert.equal(more.dropped, { empty: 3, dry: 0, clutter: 0, surplus: 0, drier: 0 });
  // Of the pixels with values of a tile, 3 of 8, all are wet: the share is of those.
  const half = await cutInMemory(pairs, [3], description, { ...loose, wetShare: 0.9, drierShare: 0.9 });
  equalBy(half.places, ({ column: at }) => at, [0, 8, 0, 8, 0, 8]);
  const first = 64 * more.places.findIndex((place) => place.time === 3 && place.column === 0);
  const part = more.arrays.valid!.subarray(first, first + 64);
  assert.equal(Array.from(part.subarray(0, 8)), [0, 0, 0, 0, 0, 1, 1, 1]);
  for (let i = 0; i < 64; i++) if (part[i] === 0) assert.is(more.arrays.clean[first + i], 0);
});

test("a limit keeps a seeded choice, a fifth of it drier tiles", async () => {
  // Left half wet, right half with rain on one pixel in 32.
  const value = (t: number, y: number, x: number) =>
    column(x) < 12 ? hill(t, y, x) : column(x) % 8 === 3 && Math.round(y * 10) % 4 === 1 ? 1 : 0;
  const pairs = pairsOf(value);
  const all = [0, 1, 2, 3];
  const description = await measureChannels(pairs, all);
  const cut = (seed: number, limit: number) => cutInMemory(pairs, all, description, { rng: rng(seed), tile: 4, limit });
  const [one, again, other] = [await cut(1, 20), await cut(1, 20), await cut(2, 20)];
  assert.equal(one.places, again.places);
  assert.equal(one.arrays.clean, again.arrays.clean);
  assert.not.equal(one.places, other.places);
  assert.is(one.places.filter(({ column: at }) => at < 12).length, 16);
  assert.is(one.places.filter(({ column: at }) => at >= 12).length, 4);
  assert.ok(one.dropped.surplus > one.dropped.drier!);
  const { drier, surplus } = (await cut(1, Number.POSITIVE_INFINITY)).dropped;
  assert.ok(drier! > 0 && drier === surplus, "without a limit only drier ones are left out");
});

test("of a grid that is taken whole, dry times stay in", async () => {
  const pairs = pairsOf((t, y, x) => (t === 2 ? 0 : hill(t, y, x)));
  const description = await measureChannels(pairs, [0, 1]);
  const archive = await cutInMemory(pairs, [0, 1, 2, 3], description, { rng: rng(1), multiple: 16 });
  assert.equal([archive.count, archive.height, archive.width], [4, 32, 32]);
});

test("an archive without images, and a tile that 4 does not divide, are refused", async () => {
  const pairs = pairsOf((t, y, x) => (t === 2 ? Number.NaN : t === 3 ? 0 : hill(t, y, x)));
  const description = await measureChannels(pairs, [0, 1]);
  const cut = (options: object) => cutInMemory(pairs, [2], description, { rng: rng(1), ...options });
  await refuses(cut({}), /no image of 20 x 24 is left of 1 times: 1 had too few values/, DomainError);
  await refuses(cut({ tile: 6 }), /tile is 6; expected a positive whole number of pixels that 4 divides/, OptionsError);
  await refuses(measureChannels(pairs, [2]), /fine variable rr has only missing values/, DomainError);
  await refuses(measureChannels(pairs, [3]), /rr is dry at all times/, DomainError);
  await refuses(measureChannels(pairs, []), /no times to learn from/, OptionsError);
  await refuses(measureChannels(pairs, [4]), /times has 4; expected indices of 0 to 3/, OptionsError);
});

test("ARPEGE and AROME accumulate since midnight: refused as they are, hourly sums of them make tiles", async () => {
  const paths = ["arome", "arpege"].map((name) => moreData(`pairs/${name}_tp_nw_20180501.nc`));
  if (paths[0] === undefined || paths[1] === undefined) return;
  const sets = [await openDataset(paths[0]), await openDataset(paths[1])];
  const [fine, coarse] = await Promise.all(sets.map((set) => set.variable()));
  const bare = matchPairs({ fine: [fine!], coarse: [coarse!] });
  await refuses(measureChannels(bare, [0]), /have no bounds.*`deaccumulate`/, UnitsError);
  const told = matchPairs({ fine: [fine!], coarse: [coarse!] }, { interval: "time" });
  const seven = [0, 1, 2, 3, 4, 5, 6];
  await refuses(measureChannels(told, seven), /only rise on 6 of 6 steps.*`deaccumulate`/, DomainError);
  const [hourly, wide] = await Promise.all(
    [fine!, coarse!].map(async (field) =>
      lazyField(deaccumulate(await field.load(), { start: "2018-05-01", tolerance: 0.1, clamp: true }).field),
    ),
  );
  const half = matchPairs({ fine: [hourly!], coarse: [coarse!] }, { interval: "time" });
  await refuses(measureChannels(half, seven), /coarse .*arpege.*only rise on 6 of 6 steps/, DomainError);
  const pairs = matchPairs({ fine: [hourly!], coarse: [wide!] });
  const all = pairs.times.map((_, n) => n);
  const description = await measureChannels(pairs, all);
  assert.is(description.targets[0]!.interval, 3600);
  const archive = await cutInMemory(pairs, all, description, { rng: rng(1) });
  assert.equal([archive.height, archive.width], [64, 64]);
  assert.ok(archive.count > 20, `${archive.count}`);
  for (const set of sets) set.close();
});

test.run();
