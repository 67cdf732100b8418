/** Channels and targets of small fields whose statistics are known. */

import { DomainError, OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import { matchPairs, measureChannels, pairInputs, splitPairs } from "../../../generative/data/index.ts";
import { openDataset } from "../../../io/index.ts";
import { moreData } from "../../data.ts";
import { allClose, assert, equalBy, refuses, test, throws } from "../../harness.ts";
import { cutInMemory, days, type FieldSketch, fieldOf, steps } from "../fields-for-tests.ts";

const [lat, lon] = [steps(40, 0.5, 4), steps(0, 0.5, 5)];
const around = { lat: steps(39, 2, 3), lon: steps(-1, 2, 4) };
/** Three days of a variable, on the fine grid or around it. */
const of = (name: string, units: string, value: FieldSketch["value"], place = { lat, lon }) =>
  fieldOf({ name, units, time: days(3), ...place, value });
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

test("a linear target is its background, an affine field, plus a residual whose root mean square is its deviation", async () => {
  // Bilinear interpolation is exact for affine fields; the fine one is off by ±1 and a bias of 2.
  const affine = (t: number, y: number, x: number) => 280 + t + 2 * y + x;
  const sign = (t: number, y: number, x: number) => (Math.round(2 * y + 2 * x + t) % 2 === 0 ? 1 : -1);
  const fine = of("tas", "K", (...p) => affine(...p) + 2 + sign(...p));
  const coarse = of("t2m", "K", affine, around);
  const pairs = matchPairs({ fine: [fine], coarse: [coarse] });
  const { channels, targets } = await measureChannels(pairs, [0, 1, 2]);
  assert.is(targets[0]!.background, "t2m");
  const all = [0, 1, 2].flatMap((t) => lat.flatMap((y) => lon.map((x) => affine(t, y, x))));
  const off = [0, 1, 2].flatMap((t) => lat.flatMap((y) => lon.map((x) => 2 + sign(t, y, x))));
  assert.ok(Math.abs(channels[0]!.mean - mean(all)) < 1e-4);
  const spread = Math.sqrt(all.reduce((a, v) => a + (v - mean(all)) ** 2, 0) / (all.length - 1));
  assert.ok(Math.abs(channels[0]!.deviation - spread) < 1e-4 * spread);
  assert.equal(channels[0]!.range, [Math.min(...all), Math.max(...all)]);
  const square = mean(off.map((v) => v * v));
  assert.ok(Math.abs(targets[0]!.deviation - Math.sqrt(square)) < 1e-4);
  const archive = await cutInMemory(pairs, [0, 1, 2], { channels, targets, grid: pairs.grid }, { rng: rng(1) });
  assert.equal([archive.count, archive.height, archive.width, archive.channels, archive.outputs], [3, 4, 8, 1, 1]);
  const tall = await cutInMemory(pairs, [1], { channels, targets }, { rng: rng(1), tile: 5, multiple: 5 });
  assert.equal([tall.height, tall.width], [5, 5]);
  assert.equal(Array.from(tall.arrays.condition.subarray(20)), Array.from(tall.arrays.condition.subarray(15, 20)));
  // Rows of 5 are filled up to 8: the last column is repeated, and there is nothing to learn.
  for (const [i, v] of archive.arrays.clean.entries()) {
    const [row, column] = [Math.floor(i / 8), i % 8];
    assert.is(archive.arrays.valid![i], column < 5 ? 1 : 0);
    assert.ok(Math.abs(v - (column < 5 ? off[row * 5 + column]! / Math.sqrt(square) : 0)) < 1e-4);
    const under = all[row * 5 + Math.min(column, 4)]!;
    assert.ok(Math.abs(archive.arrays.condition[i]! - (under - mean(all)) / spread) < 1e-4);
  }
});

test("rain and temperature together: each is refined from its own coarse field, and may have gaps of its own", async () => {
  const wave = (t: number, y: number, x: number) => Math.max(0, 5 * Math.sin(t + y + x));
  const [north, west] = [lat.at(-1)!, lon[0]!];
  const rain = of("rr", "mm", (t, y, x) => (y === north ? Number.NaN : wave(t, y, x)));
  const warmth = of("tg", "K", (t, y, x) => (x === west ? Number.NaN : 280 + wave(t, x, y)));
  const inputs = [of("ta", "K", (t, y) => 270 + t + y, around), of("tp", "m", (...p) => wave(...p) / 1000, around)];
  const pairs = matchPairs({ fine: [rain, warmth], coarse: inputs }, { interval: 86400 });
  const description = await measureChannels(pairs, [0, 1, 2]);
  const { channels, targets, grid } = description;
  equalBy(targets, ({ name, background, wetThreshold }) => [name, background, wetThreshold], [
    ["rr", "tp", 0.1],
    ["tg", "ta", undefined],
  ]);
  equalBy(channels, ({ name, units, transform }) => [name, units, transform.kind], [
    ["ta", "K", "linear"],
    ["tp", "mm", "log"],
  ]);
  assert.equal(channels[1]!.transform, targets[0]!.transform);
  // One corner is in neither.
  assert.equal(grid!.runs, [15, 1, 4]);
  const archive = await cutInMemory(pairs, [2], description, { rng: rng(1) });
  for (let i = 0; i < 32; i++) {
    const [row, column] = [Math.floor(i / 8), i % 8];
    assert.is(archive.arrays.valid![2 * i], row < 3 && column < 5 ? 1 : 0);
    assert.is(archive.arrays.valid![2 * i + 1], column > 0 && column < 5 ? 1 : 0);
  }
});

test("where the coarse field has gaps, the background is its mean, and what is learned still has mean square 1", async () => {
  const holed = (t: number, y: number, x: number) => (x > 0.5 && t === 1 ? Number.NaN : 280 + t + y);
  const fine = of("tas", "K", (t, y, x) => 281 + t + y + Math.sin(9 * x * y));
  const coarse = of("tas", "K", holed, around);
  const pairs = matchPairs({ fine: [fine], coarse: [coarse] });
  const description = await measureChannels(pairs, [0, 1, 2]);
  equalBy(description.channels, ({ name, of }) => [name, of], [
    ["tas", undefined],
    ["tas missing", "tas"],
  ]);
  const archive = await cutInMemory(pairs, [0, 1, 2], description, { rng: rng(1) });
  let [sum, count] = [0, 0];
  for (const [i, valid] of archive.arrays.valid!.entries())
    if (valid) [sum, count] = [sum + archive.arrays.clean[i]! ** 2, count + 1];
  assert.is(count, 60);
  assert.ok(Math.abs(sum / count - 1) < 1e-5, `${sum / count}`);
  // Time 1, last pixel of a row: from the mean of the coarse field.
  const { mean: under } = description.channels[0]!;
  const truth = (await fine.load()).values[20 + 4]!;
  assert.ok(Math.abs(archive.arrays.clean[32 + 4]! * description.targets[0]!.deviation + under - truth) < 1e-4);
  assert.equal([archive.arrays.condition[2 * (32 + 4)], archive.arrays.condition[2 * (32 + 4) + 1]], [0, 1]);
});

test("an input that is missing only where the target is gets no channel of its gaps", async () => {
  const sea = (x: number, value: number) => (x < 0.9 ? Number.NaN : value);
  const fine = of("tas", "K", (t, y, x) => sea(x, 281 + t + y * x));
  const cover = of("ndvi", "1", (t, y, x) => sea(x, t + y + x));
  const coarse = of("tas", "K", (t, y) => 280 + t + y, around);
  const { channels } = await measureChannels(matchPairs({ fine: [fine], coarse: [coarse], with: [cover] }), [0, 1, 2]);
  equalBy(channels, ({ name }) => name, ["tas", "ndvi"]);
});

test("fine fields on two grids are refused with both", () => {
  const moved = { lat: lat.map((v) => v + 0.1), lon };
  const fine = [of("tn", "K", (t) => t), of("tx", "K", (t) => t, moved)];
  const way = /fine \(variable tx\): expected the grid of variable tn \(4 positions from 40 to 41.5\)/;
  throws(() => matchPairs({ fine, coarse: [of("t2m", "K", (t) => t, around)] }), ShapeError, way);
});

test("the unit of the logarithm is the lower quartile of the wet values, and drizzle is dry", async () => {
  const value = (t: number, _: number, x: number) => (t === 0 ? 0.09 : t === 1 ? 0 : 1 + Math.round(2 * x));
  const coarse = of("rr", "mm", (t) => t, around);
  const pairs = matchPairs({ fine: [of("rr", "mm", value)], coarse: [coarse] });
  const { targets } = await measureChannels(pairs, [0, 1, 2]);
  assert.equal([targets[0]!.transform, targets[0]!.range], [{ kind: "log", unit: 2 }, [0, 5]]);
  const { targets: high } = await measureChannels(pairs, [0, 1, 2], [], 2.5);
  assert.equal([high[0]!.transform, high[0]!.wetThreshold], [{ kind: "log", unit: 3 }, 2.5]);
  const cluttered = of("rr", "mm", (t, y, x) => (t + y + x === 40 && t === 0 ? 1e5 : value(t, y, x)));
  const { targets: cut } = await measureChannels(matchPairs({ fine: [cluttered], coarse: [coarse] }), [0, 1, 2]);
  assert.equal(cut[0]!.range, [0, 5]);
});

test("a model goes on with fields of other units and names: they are brought to what it has measured", async () => {
  const value = (t: number, y: number, x: number) => Math.max(0, 4 * Math.cos(t + y * x));
  const metres: typeof value = (...p) => value(...p) / 1000;
  const first = matchPairs({ fine: [of("rr", "mm", value)], coarse: [of("pr", "mm", value, around)] });
  const description = await measureChannels(first, [0, 1, 2]);
  const other = matchPairs({ fine: [of("precip", "m", metres)], coarse: [of("tp", "mm/day", value, around)] });
  const cut = (pairs: typeof first) => cutInMemory(pairs, [0, 1, 2], description, { rng: rng(1) });
  const [one, two] = [await cut(first), await cut(other)];
  for (const part of ["clean", "condition"] as const) allClose(two.arrays[part], one.arrays[part], 1e-5);
});

test("two coarse rains, an unknown optional and coarse fields that do not vary are refused by name", async () => {
  const fine = [of("rr", "mm", (t, y, x) => t + y * x)];
  const measured = (names: readonly string[], optional: readonly string[] = []) => {
    const coarse = names.map((name) => of(name, "mm", () => 1, around));
    return measureChannels(matchPairs({ fine, coarse }), [0, 1, 2], optional);
  };
  await refuses(measured(["cp", "lsp"]), /several fields are precipitation \(cp, lsp\)/, OptionsError);
  await refuses(measured(["tp"]), /coarse tp is 1 everywhere/, DomainError);
  await refuses(measured(["tp"], ["z"]), /optional has z; with and static have none/, OptionsError);
});

test("NCEP and E-OBS: daily means of a flux meet daily sums, the sea stays out, and what is learned has mean square 1", async () => {
  const [fine, coarse] = ["eobs", "ncep"].map((name) => moreData(`pairs/${name}_iberia_pr.nc`));
  if (fine === undefined || coarse === undefined) return;
  const [eobs, ncep] = [await openDataset(fine), await openDataset(coarse)];
  const [pr, flux] = [await eobs.variable(), await ncep.variable()];
  const pairs = matchPairs({ fine: [pr], coarse: [flux], context: ["position", "season"] });
  const { inside, outside } = splitPairs(pairs, { dates: ["1997", "2002"] });
  assert.equal([pairs.times.length, inside.length, outside.length], [1805, 510, 1295]);
  const description = await measureChannels(pairs, outside);
  const { channels, targets, grid } = description;
  equalBy(channels, ({ name, role }) => `${role} ${name}`, [
    "coarse pr",
    "context latitude",
    "context longitude",
    "context season cosine",
    "context season sine",
  ]);
  assert.equal([channels[0]!.units, channels[0]!.interval, targets[0]!.interval], ["mm", 86400, 86400]);
  assert.is(targets[0]!.wetThreshold, 0.1);
  const archive = await cutInMemory(pairs, outside, description, { rng: rng(1) });
  const first = await pr.isel({ time: 0 }).load();
  assert.equal([archive.height, archive.width], [20, 32]);
  assert.is(
    archive.arrays.valid!.subarray(0, 640).reduce((a, b) => a + b),
    551 - first.countMissing(),
  );
  let [sum, count] = [0, 0];
  for (const [i, valid] of archive.arrays.valid!.entries())
    if (valid) [sum, count] = [sum + archive.arrays.clean[i]! ** 2, count + 1];
  assert.ok(Math.abs(sum / count - 1) < 1e-5, `${sum / count}`);
  // What is learned leads back to E-OBS.
  const inputs = await pairInputs({ coarse: [flux] }, description);
  assert.is(inputs.count, 1805);
  const { background, valid } = await inputs.read(7);
  const [map, unit] = [await pr.isel({ time: 7 }).load(), (targets[0]!.transform as { unit: number }).unit];
  const at = outside.indexOf(7) * 640;
  for (let i = 0; i < 551; i++) {
    assert.is(valid![i] === 0, Number.isNaN(map.values[i]!));
    if (valid![i] === 0) continue;
    const rain =
      unit *
      Math.expm1(
        archive.arrays.clean[at + Math.floor(i / 29) * 32 + (i % 29)]! * targets[0]!.deviation + background[i]!,
      );
    const truth = map.values[i]! < 0.1 ? 0 : map.values[i]!;
    assert.ok(Math.abs(rain - truth) < 1e-4 * (1 + truth), `${rain} ${truth}`);
  }
  assert.ok(grid!.runs !== undefined);
  eobs.close();
  ncep.close();
});

test("E-OBS onto the turned pole of CORDEX: the fine grid of the pair is the turned one, with its latitudes", async () => {
  const [fine, coarse] = ["cordex", "cmip5"].map((name) => moreData(`pairs/${name}_iberia_pr.nc`));
  if (fine === undefined || coarse === undefined) return;
  const sets = [await openDataset(fine), await openDataset(coarse)];
  const [pr, flux] = await Promise.all(sets.map((set) => set.variable()));
  const pairs = matchPairs({ fine: [pr!], coarse: [flux!], context: ["position"] });
  const { channels, grid } = await measureChannels(pairs, [3, 4, 5, 6]);
  assert.equal(channels.map(({ name }) => name).slice(0, 3), ["pr", "latitude", "longitude"]);
  const lat = pr!.coordinates.find(({ name }) => name === "lat")!.values;
  assert.ok(Math.abs(channels[1]!.range[0] - Math.min(...lat)) < 1e-5);
  assert.equal([grid!.y.name, grid!.positions![0].values.length], ["rlat", lat.length]);
  for (const set of sets) set.close();
});

test.run();
