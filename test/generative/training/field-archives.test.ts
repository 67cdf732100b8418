/** Pairs of several archives: a network that is given which of them an image is from. */

import { OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import { joinedPairs, matchPairs, splitPairs } from "../../../generative/data/index.ts";
import { downscale, type PairData, type TrainOptions, train } from "../../../generative/index.ts";
import { archivesOf } from "../../../generative/model/index.ts";
import { planTraining } from "../../../generative/training/index.ts";
import { writeField } from "../../../io/index.ts";
import { mongeDone, mongeHere, oneLine } from "../../cli/run.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { days, fieldOf, steps } from "../fields-for-tests.ts";

const { at } = temporaryFolder(test);

const [lat, lon] = [steps(40, 0.5, 8), steps(0, 0.5, 8)];
const [coarseLat, coarseLon] = [steps(40.25, 1, 4), steps(0.25, 1, 4)];
const temperature = { units: "K", standardName: "air_temperature", time: days(24) };

/** A field that is smooth in space, of the noise of a seed around its level. */
function noisy(name: string, seed: number, level: number, spread: number, places: "fine" | "coarse") {
  const noise = rng(seed).normal(24 * 64);
  const grid = places === "fine" ? { lat, lon } : { lat: coarseLat, lon: coarseLon };
  let n = 0;
  const value = (t: number) => 280 + Math.sin(t) + level + spread * noise[n++]!;
  return fieldOf({ ...temperature, ...grid, name, value });
}

/** The fine field is 2 K warmer than what one archive says, and 2 K colder than the other. */
const fine = noisy("tas", 1, 0, 0.3, "fine");
const data: PairData = { fine, coarse: [noisy("t2m", 2, -2, 0.1, "coarse"), noisy("t2m", 3, 2, 0.1, "coarse")] };
const quick: TrainOptions = {
  ...{ seed: 2, steps: 120, batch: 4, crop: 8, warmup: 10, threads: 1 },
  network: { baseChannels: 8, multipliers: [1, 1], groups: 4, embedding: 16 },
  archives: ["cold", "warm"],
};

test("two archives with different conditional distributions are learned apart, and another archive is refused by name", async () => {
  const { downscaler: model } = await train(data, quick);
  assert.ok(model);
  if (model === undefined) return;
  assert.equal(archivesOf(model.configuration), ["cold", "warm"]);
  assert.is(model.configuration.channels.filter(({ role }) => role === "coarse").length, 1);
  // The same input: what is made of it is 2 K above or below.
  const input = fieldOf({ ...temperature, name: "t2m", lat: coarseLat, lon: coarseLon, value: () => 280 });
  const draw = { members: 4, seed: 1, evaluations: 4, force: true } as const;
  const meanOf = async (archive: string) => {
    const { values } = await downscale(model, input.isel({ time: [0, 4] }), { ...draw, archive });
    return Float64Array.from(values).reduce((sum, v) => sum + v, 0) / values.length - 280;
  };
  const [cold, warm] = [await meanOf("cold"), await meanOf("warm")];
  assert.ok(Math.abs(cold - 2) < 1.2 && Math.abs(warm + 2) < 1.2, `${cold}, ${warm}`);
  await refuses(downscale(model, input, draw), /`archive` is missing; the model knows cold, warm/, OptionsError);
  await refuses(downscale(model, input, { ...draw, archive: "ncep" }), /there is no archive "ncep"/, OptionsError);
  await model.dispose();
});

test("each role has one source, or one for each archive; names, grids and other options must fit", async () => {
  const three = { ...data, with: [fine, fine, fine] };
  const wrong: [PairData, TrainOptions, RegExp][] = [
    [data, { archives: ["a", "b", "c"] }, /`archives` has 3 names; expected 2, one for each source/],
    [{ ...data, coarse: fine }, { archives: true }, /one archive alone/],
    [three, {}, /`with` has 3 sources; expected one that all archives share, or 2/],
    [{ fine: [fine, fine] }, { correct: true }, /`archives` does not go with `correct`/],
  ];
  for (const [given, options, message] of wrong) {
    await refuses(train(given, { ...quick, ...options, steps: 1 }), message, OptionsError);
  }
  const elsewhere = fieldOf({ ...temperature, name: "tas", lat: steps(41, 1, 8), lon, value: () => 280 });
  await refuses(
    train({ ...data, fine: [fine, elsewhere] }, quick),
    /of archive warm: expected cells of the size/,
    ShapeError,
  );
  const one = await train(data, { ...quick, archives: undefined as never, steps: 1 }).catch((error: Error) => error);
  assert.match(String(one), /two fields have this name/);
});

test("times of an archive that has none in the range to validate on are all learned from", async () => {
  const later = { ...temperature, time: { ...days(4), values: Float64Array.from([900, 924, 948, 972]) } };
  const { bounds: _, ...time } = later.time;
  const of = (name: string, when: typeof time) => fieldOf({ ...later, time: when, name, lat, lon, value: (t) => t });
  const first = matchPairs({ fine: [fine], coarse: [fine] });
  const second = matchPairs({ fine: [of("tas", time)], coarse: [of("tas", time)] });
  const joined = joinedPairs([
    { ...first, archive: "a" },
    { ...second, archive: "b" },
  ]);
  const { inside, outside } = splitPairs(joined, { dates: ["2000-01-23", "2000-01-24"] });
  assert.equal(inside, [22, 23]);
  assert.equal(outside.slice(-5), [21, 24, 25, 26, 27]);
});

test("the command names archives by their files, and records them", async () => {
  await writeField(at("obs.nc"), await fine.load());
  for (const [n, name] of ["ncep.nc", "era5.nc"].entries()) {
    await writeField(at(name), await (data.coarse as (typeof fine)[])[n]!.load());
  }
  const files = ["--fine", at("obs.nc:tas"), "--coarse", at("ncep.nc:t2m"), at("era5.nc:t2m")];
  const shown = await mongeDone("train", ...files, "--archives", "--out", at("runs"), "--dry-run");
  assert.equal(JSON.parse(shown.stdout).recipe.archives, ["ncep", "era5"]);
  const short = await mongeHere("train", ...files, "--archives", "a", "--out", at("runs"), "--dry-run");
  assert.match(oneLine(short.stderr), /--archives has 1 names; expected 2, one for each source/);
  const { plan, opened } = await planTraining(data, quick);
  opened.close();
  assert.equal(plan.choices.archives, ["cold", "warm"]);
});

test.run();
