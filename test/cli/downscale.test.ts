import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { blockMean } from "../../engine/numerics/index.ts";
import { coarsen, readField, writeNetcdf } from "../../io/index.ts";
import { assert, equalBy, temporaryFolder, test } from "../harness.ts";
import { writeSyntheticRain } from "./data.ts";
import { line, mongeDone, mongeHere, mongeRefused } from "./run.ts";

const { at } = temporaryFolder(test);
const runs = at("runs");
const quick = ["--evaluations", "3", "--threads", "1"];

test.before(async () => {
  const fine = await writeSyntheticRain(at("fine.nc"), { days: 6, units: "mm" });
  await writeNetcdf(at("coarse.nc"), coarsen(fine, 4));
  const sizes = ["--channels", "8", "--batch", "4", "--crop", "16", "--set", "tile=32", "--steps", "20"];
  const trained = await mongeDone(
    ...line`train --data ${at("fine.nc")} --interval 86400 ${sizes} --out ${runs} --threads 1 --json`,
  );
  const { status, run, steps, loss } = JSON.parse(trained.stdout);
  assert.equal([status, run, steps], ["finished", join(runs, "00001-train"), 20]);
  assert.ok(loss > 0 && loss < 3, `${loss}`);
});

test("the run's folder holds options, metrics, a checkpoint, the model and the result", () => {
  for (const name of ["options.json", "metrics.jsonl", "checkpoints", "model.safetensors", "result.json", "loss.svg"]) {
    assert.ok(existsSync(join(runs, "00001-train", name)), name);
  }
  const steps = readFileSync(join(runs, "00001-train", "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((l) => JSON.parse(l).step);
  assert.equal(steps, [10, 20]);
});

test("members are on the fine grid in the input's units, and their block means are the input", async () => {
  const args = line`downscale ${runs} ${at("coarse.nc")} -o ${at("out.nc")} --interval time --members 3 ${quick}`;
  const { stdout } = await mongeDone(...args, "--figure", at("map.png"));
  assert.is(stdout.trim(), at("out.nc"));
  assert.equal([...readFileSync(at("map.png")).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  const out = await readField(at("out.nc"));
  assert.equal([out.name, out.units], ["pr", "mm"]);
  assert.equal(out.dims, ["time", "realization", "y", "x"]);
  assert.equal(out.shape, [6, 3, 32, 32]);
  const [coarse, fine] = [await readField(at("coarse.nc")), await readField(at("fine.nc"))];
  const means = blockMean(out.values, 18, 32, 32, 4);
  for (const [i, mean] of means.entries()) {
    const expected = coarse.values[Math.floor(i / 192) * 64 + (i % 64)]!;
    // Conservation runs in float32 after a change of units: a few roundings of the largest value of a block.
    assert.ok(Math.abs(mean - expected) <= 1e-4 * Math.max(1, expected), `${mean} is not ${expected}`);
  }
  for (const dim of ["time", "y", "x"])
    assert.equal([...out.coordinate(dim)!.values], [...fine.coordinate(dim)!.values]);
});

test("xarray opens the ensemble and finds times, members and provenance", () => {
  const code = `
import json, sys, xarray
d = xarray.open_dataset(sys.argv[1])
print(json.dumps([str(d.time.values[5])[:10], list(d.pr.dims), d.realization.values.tolist(), d.attrs["history"], d.pr.attrs["standard_name"], d.pr.attrs["units"]]))`;
  const { status, stdout } = spawnSync("/usr/bin/python3", ["-c", code, at("out.nc")], { encoding: "utf8" });
  if (status !== 0) return console.log("SKIP reading with xarray: /usr/bin/python3 has none");
  const [time, dims, members, history, name, units] = JSON.parse(stdout);
  assert.equal([time, dims, members], ["2020-01-06", ["time", "realization", "y", "x"], [0, 1, 2]]);
  assert.match(history, /monge .*model SHA-256 [0-9a-f]{64}, seed 0/);
  assert.equal([name, units], ["lwe_thickness_of_precipitation_amount", "mm"]);
});

test("the same seed gives the same members, also for a part of the times; another seed does not", async () => {
  const args = ["downscale", runs, at("coarse.nc"), "--interval", "86400", "--members", "3", ...quick];
  for (const [name, ...more] of [
    ["part.nc", "--time", "2:4"],
    ["other.nc", "--time", "2:4", "--seed", "9"],
  ] as const) {
    await mongeDone(...args, "-o", at(name), ...more);
  }
  const [all, part, other] = [
    await readField(at("out.nc")),
    await readField(at("part.nc")),
    await readField(at("other.nc")),
  ];
  assert.equal(part.values, all.isel({ time: [2, 4] }).values);
  assert.not.equal(part.values, other.values);
});

test("a GeoTIFF holds the members of one time as bands; several times are refused before the work", async () => {
  const args = line`downscale ${runs} ${at("coarse.nc")} -o ${at("out.tif")} --interval 86400 --members 3 ${quick}`;
  await mongeRefused(/--time INDEX/, ...args, "--epsg", "none");
  await mongeRefused(/epsg/, ...args, "--time", "2");
  await mongeDone(...args, "--time", "2", "--epsg", "3067");
  const [tif, all] = [await readField(at("out.tif")), await readField(at("out.nc"))];
  equalBy([tif.dimOf("time"), tif.dimOf("realization")], (dim) => dim && tif.size(dim), [1, 3]);
  assert.equal(Float32Array.from(tif.values), all.isel({ time: 2 }).values);
});

test("several files are one archive, and its times can be named by date", async () => {
  const whole = await readField(at("coarse.nc"));
  const days = whole.size("time");
  await writeNetcdf(at("first.nc"), whole.isel({ time: [0, 2] }));
  await writeNetcdf(at("second.nc"), whole.isel({ time: [2, days] }));
  const common = ["--interval", "time", "--members", "3", ...quick];
  await mongeDone("downscale", runs, at("second.nc"), at("first.nc"), "-o", at("two.nc"), ...common);
  const dated = ["--time", "2020-01-02:2020-01-03"];
  await mongeDone("downscale", runs, at("coarse.nc"), "-o", at("dated.nc"), ...common, ...dated);
  const [all, archive, part] = [
    await readField(at("out.nc")),
    await readField(at("two.nc")),
    await readField(at("dated.nc")),
  ];
  // Noise belongs to the place of a time in the whole archive: a part has the numbers of the whole.
  assert.equal(archive.values, all.values);
  assert.equal(part.values, all.isel({ time: [1, 3] }).values);
});

test("with --coarsen --score the conserving ensemble is scored against the fine input", async () => {
  const args = line`downscale ${runs} ${at("fine.nc")} -o ${at("again.nc")} --interval 86400 --members 3 ${quick}`;
  const { stdout } = await mongeDone(...args, "--coarsen", "--score", "--json", "--time", "0:2");
  const { scores } = JSON.parse(stdout);
  equalBy(scores, ({ method }: { method: string }) => method, ["monge", "bilinear"]);
  assert.equal([scores[0].times, scores[0].members, scores[1].members], [2, 3, 1]);
  // One member's CRPS is its absolute error.
  assert.ok(Math.abs(scores[1].crps - scores[1].mae) < 1e-12);
  const [drawn, given] = [await readField(at("again.nc")), (await readField(at("fine.nc"))).isel({ time: [0, 2] })];
  const means = coarsen(given, 4);
  for (let m = 0; m < 3; m++) {
    const member = coarsen(drawn.isel({ realization: m }), 4);
    for (const [i, v] of member.values.entries())
      assert.ok(Math.abs(v - means.values[i]!) <= 1e-4 * Math.max(1, means.values[i]!), `${v} ${means.values[i]}`);
  }
});

test("info tells what a model was trained on", async () => {
  const { stdout } = await mongeHere("info", runs, "--json");
  const found = JSON.parse(stdout);
  assert.equal([found.format, found.blocks.factor, found.provenance.step], ["monge-model", 4, 20]);
  assert.equal(found.provenance.data, { events: ["fine.nc"] });
});

test.run();
