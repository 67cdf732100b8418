/** A network that is told which archive an image is from. */

import { join } from "node:path";
import { inspect } from "node:util";
import { OptionsError, rng } from "../../../engine/index.ts";
import { blockInputs, cropSource, eventOf, tilesOf } from "../../../generative/data/index.ts";
import { Downscaler, train } from "../../../generative/index.ts";
import {
  archiveIndex,
  archiveList,
  archivesOf,
  archivesOfEvents,
  conditionsOf,
  constantsOf,
} from "../../../generative/model/index.ts";
import { loadTraining, saveTraining, trainOnTiles } from "../../../generative/training/index.ts";
import { writeSyntheticRain } from "../../cli/data.ts";
import { mongeDone, mongeHere, mongeRefused, words } from "../../cli/run.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { days, fieldOf, steps } from "../fields-for-tests.ts";

const { folder, at } = temporaryFolder(test);

/** Tiles of two events; rain of the second is stronger. */
const size = 16;
const values = Float32Array.from({ length: 8 * size * size }, (_, i) => {
  const [tile, row, column] = [i >> 8, (i >> 4) & 15, i & 15];
  return (row + column) % 2 === 0 ? (tile < 5 ? 3 : 20) + (tile % 5) : 0;
});
const none = { wetFound: 0, drierFound: 0, wetKept: 0, drierKept: 0, places: [] };
const events = [
  { name: "0:alps.nc", begin: 0, end: 5, ...none },
  { name: "1:lakes.nc", begin: 5, end: 8, ...none },
];
const archive = tilesOf(values, size, events);
const network = { baseChannels: 8, multipliers: [1, 2], embedding: 16 };
const recipe = { seed: 3, batch: 8, crop: 8, network, warmup: 10, archives: true } as const;

test("events are archives by their files' names, or by names that several share", () => {
  assert.equal(archivesOfEvents(true, ["0:radar/mch_2015.nc", "1:a.b.tif"]), ["mch_2015", "a.b"]);
  const shared = archivesOfEvents(["b", "a", "b"], ["x", "y", "z"]);
  assert.equal(archiveList(shared), ["b", "a"]);
  const wrong: [Parameters<typeof archivesOfEvents>, RegExp][] = [
    [[true, ["one.nc"]], /one archive alone \(one\); there is nothing to distinguish/],
    [[["a"], ["x", "y"]], /has 1 names; expected 2, one for each event/],
    [
      [
        ["a", " "],
        ["x", "y"],
      ],
      /empty name/,
    ],
    [[true, Array.from({ length: 62 }, (_, i) => `${i}.nc`)], /62 archives; expected at most 61/],
  ];
  for (const [args, message] of wrong) assert.throws(() => archivesOfEvents(...args), message);
});

test("each archive has a channel that is 1 in its images alone, behind conditions with the bits of before", () => {
  const coarse = Float32Array.from(rng(1).normal(3 * 4), Math.abs);
  const constants = { factor: 2, sigmaData: 1, conditionMean: 0.2, conditionStd: 2 };
  const told = conditionsOf(coarse, 3, 2, 2, constants, { names: ["a", "b"], of: [1, 0, 1] }).condition;
  const plain = conditionsOf(coarse, 3, 2, 2, constants).condition;
  for (let i = 0; i < 48; i++) {
    const second = Math.floor(i / 16) !== 1;
    assert.equal(
      [...told.subarray(4 * i, 4 * i + 4)],
      [...plain.subarray(2 * i, 2 * i + 2), Number(!second), Number(second)],
    );
  }
});

test("a crop of a batch is told to be from the event that its tile was cut from", async () => {
  const { checkpoint } = await trainOnTiles(archive, { ...recipe, steps: 1 });
  const constants = constantsOf(checkpoint.description)!;
  const crops = (names: readonly string[]) => {
    const labels = { names, of: (tile: number) => Math.min(eventOf(archive, tile), names.length - 1) };
    return cropSource(archive, blockInputs(constants, labels), checkpoint.recipe).crops(rng(9));
  };
  const { clean: residual, condition, background } = crops(checkpoint.recipe.archives!);
  const { unit = 1 } = constants;
  const seen = new Set<number>();
  for (let n = 0; n < 8; n++) {
    const strongest = Math.max(...residual.subarray(64 * n, 64 * n + 64).map((r, i) => r + background[64 * n + i]!));
    const second = Number(unit * Math.expm1(strongest) > 15);
    assert.equal([...condition.subarray(4 * 64 * n + 2, 4 * 64 * n + 4)], [1 - second, second]);
    seen.add(second);
  }
  assert.equal([...seen].sort(), [0, 1]);
  const alone = crops(["same"]).condition;
  assert.is(alone.length, (condition.length / 4) * 3);
});

test("a model stores its archives, asks for one of them by name, draws from it, and refuses others with the list", async () => {
  const trained = await trainOnTiles(archive, { ...recipe, steps: 2 });
  const path = await saveTraining(folder, trained.checkpoint);
  assert.equal(await loadTraining(path), trained.checkpoint);
  const resumed = await trainOnTiles(archive, { ...recipe, steps: 2, resume: await loadTraining(path) });
  assert.equal(resumed.downscaler.parameters, trained.downscaler.parameters);
  await trained.downscaler.save(at("model.safetensors"));
  const model = await Downscaler.load(at("model.safetensors"));
  assert.equal(archivesOf(model.configuration), ["alps", "lakes"]);
  assert.match(inspect(model), /archives +alps, lakes/);
  const coarse = { values: new Float32Array(16).fill(2), shape: [4, 4] };
  const options = { members: 1, evaluations: 2, conserve: false };
  // Two steps have hardly moved the weights of the new channels: any difference tells that they are used.
  const alps = await model.sample(coarse, { ...options, archive: "alps" });
  assert.equal((await model.sample(coarse, { ...options, archive: "alps" })).values, alps.values);
  assert.not.equal((await model.sample(coarse, { ...options, archive: "lakes" })).values, alps.values);
  await refuses(model.sample(coarse, options), /`archive` is missing; the model knows alps, lakes/, OptionsError);
  await refuses(
    model.sample(coarse, { ...options, archive: "sea" }),
    /there is no archive "sea"; the model knows alps, lakes/,
    OptionsError,
  );
  assert.throws(() => archiveIndex("downscale", undefined, "alps"), /trained without archives; leave it out/);
  const channels = model.configuration.channels.slice(0, 2);
  const fewer = () => new Downscaler({ ...model.configuration, channels }, model.parameters);
  assert.throws(fewer, /inputChannels is 5, expected 3/);
  await refuses(
    trainOnTiles(archive, { ...recipe, steps: 2, archives: ["a", "b"], resume: trained.checkpoint }),
    /`archives` has "a"; what is gone on from knows alps, lakes/,
    OptionsError,
  );
  for (const one of [trained.downscaler, resumed.downscaler, model]) await one.dispose();
});

test("times that events are validated by are of the archives of these events", async () => {
  const of = (name: string, phase: number) =>
    fieldOf({
      ...{ name, units: "mm h-1", time: days(5), lat: steps(45, 0.01, 24), lon: steps(5, 0.01, 24) },
      value: (t, y, x) => Math.max(0, 2 + 5 * Math.sin(phase + t + 90 * y + 40 * x)),
    });
  const { downscaler, best } = await train([of("alps", 1), of("lakes", 2)], {
    ...{ factor: 2, steps: 1, batch: 2, tile: 8, crop: 8, network, threads: 1, archives: ["high", "low"] },
    ...{ validate: { indices: [3, 5] }, validation: { images: 2, members: 2, evaluations: 2 } },
  });
  assert.equal(archivesOf(downscaler!.configuration), ["high", "low"]);
  assert.ok(best !== undefined);
  await downscaler!.dispose();
});

test("the command trains with archives and resumes, and downscales with one of them", async () => {
  for (const name of ["alps.nc", "lakes.nc"]) await writeSyntheticRain(at(name), { days: 4, units: "mm h-1" });
  const flags = words("--steps 2 --batch 2 --set tile=32 --crop 16 --channels 8 --threads 1");
  const training = ["train", "--data", at("alps.nc"), at("lakes.nc"), ...flags, "--out", at("runs")];
  const said = await mongeDone(...training, "--archives");
  const shown = await mongeHere(...training, "--archives", "mountains,water", "--dry-run");
  assert.equal(JSON.parse(shown.stdout).recipe.archives, ["mountains", "water"]);
  await mongeRefused(/--archives has 1 names; expected 2/, ...training, "--archives", "mountains");
  const info = await mongeHere("info", join(said.stdout.trim(), "model.safetensors"));
  assert.match(info.stdout, /learned +as rain: ln.*\narchives +alps, lakes\n/);
  const input = ["downscale", at("runs"), at("alps.nc"), "--coarsen", "--members", "1", "--evaluations", "2"];
  await mongeRefused(/--archive is missing; the model knows alps, lakes/, ...input, "-o", at("no.nc"), "--time", "0");
  await mongeDone(...input, "-o", at("fine.nc"), "--time", "0", "--archive", "lakes");
});

test.run();
