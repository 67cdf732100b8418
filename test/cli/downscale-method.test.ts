/** `monge downscale --method`: baselines write what a model would. */
import { readFileSync, writeFileSync } from "node:fs";
import { baselineDownscaler, downscale } from "../../generative/index.ts";
import { coarsen, openDataset, readField, readStations, writeNetcdf } from "../../io/index.ts";
import { moreData } from "../data.ts";
import { assert, close, temporaryFolder, test } from "../harness.ts";
import { writeSyntheticRain } from "./data.ts";
import { line, mongeDone, mongeRefused, oneLine } from "./run.ts";

const { at } = temporaryFolder(test);
test.before(async () => {
  const fine = await writeSyntheticRain(at("fine.nc"), { days: 60, units: "mm" });
  await writeNetcdf(at("coarse.nc"), coarsen(fine, 4));
});

test("quantile delta mapping by the command is that of the library, times and history as they are asked for", async () => {
  const args = ["--fine", `${at("fine.nc")}:pr`, "--coarse", at("coarse.nc"), "--history", "0:40", "--window", "year"];
  const run = await mongeDone(
    ...["downscale", "--method", "qdm", at("coarse.nc"), "-o", at("qdm.nc"), "--time", "40:60", "--seed", "3", ...args],
    ...["--figure", at("map.png"), "--json"],
  );
  const said = JSON.parse(run.stdout);
  assert.equal([said.model, said.method, said.members, said.history], [null, "qdm", 1, [0, 40]]);
  assert.equal(said.dims, ["time", "realization", "y", "x"]);
  assert.equal([...readFileSync(at("map.png")).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  const [fine, coarse] = [await openDataset(at("fine.nc")), await openDataset(at("coarse.nc"))];
  const [truth, model] = [await fine.variable("pr"), await coarse.variable("pr")];
  const past = { time: [0, 40] } as const;
  const method = baselineDownscaler({
    method: "qdm",
    fine: truth.isel(past),
    coarse: model.isel(past),
    window: "year",
  });
  const expected = await downscale(method, model.isel({ time: [40, 60] }), { seed: 3 });
  const written = await readField(at("qdm.nc"));
  assert.equal([written.units, written.shape], ["mm", [20, 1, 32, 32]]);
  assert.equal(written.values, expected.values);
  const out = await openDataset(at("qdm.nc"));
  assert.match(
    String(out.attributes["history"]),
    /method qdm fitted to fine \S*fine\.nc coarse \S*coarse\.nc, window year, seed 3/,
  );
  for (const one of [fine, coarse, out]) one.close();
});

test("RainFARM needs a factor alone, and its block means are the input", async () => {
  const args = ["--factor", "4", "--slope", "2.5", "--members", "2", "--interval", "86400", "--time", "0:3"];
  const run = await mongeDone("downscale", "--method", "rainfarm", at("coarse.nc"), "-o", at("farm.zarr"), ...args);
  assert.match(oneLine(run.stderr), /3 frames on 32 x 32 cells, by RainFARM/);
  const fine = await readField(at("farm.zarr"));
  assert.equal(fine.shape, [3, 2, 32, 32]);
  const coarse = await readField(at("coarse.nc"));
  for (const [i, v] of coarsen(fine, 4).values.entries()) {
    const expected = coarse.values[Math.floor(i / 128) * 64 + (i % 64)]!;
    assert.ok(Math.abs(v - expected) <= 1e-5 * Math.max(1, expected), `${v} is not ${expected}`);
  }
});

test("times without a partner in the history are refused once the files are read", async () => {
  const method = ["downscale", "--method", "qm", at("coarse.nc"), "-o", at("no.nc")];
  const sources = ["--fine", at("fine.nc"), "--coarse", at("coarse.nc")];
  await mongeRefused(
    /the input has times in month 2, where --fine has 0; .*--window year/,
    ...line`${method} ${sources} --history 0:20 --window month`,
  );
});

/** A series in two cells of the synthetic rain, with a temperature that falls as rain rises. */
function writeGauges(): void {
  const rows = ["id,longitude,latitude,time,pr [mm],tas [degC]"];
  for (const [k, id] of ["a", "b"].entries()) {
    for (let day = 0; day < 60; day++) {
      const rain = (day * 7 + k * 3) % 5;
      const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
      rows.push([id, k, 45, date, rain, 20 - rain + ((day * 11) % 7)].join(","));
    }
  }
  writeFileSync(at("gauges.csv"), rows.join("\n"));
}

test("series of stations are corrected from table to table, by one variable and by several, and are scored against the stations", async () => {
  writeGauges();
  const gauges = at("gauges.csv");
  const common = ["--coarse", `${gauges}:pr`, "--window", "year", "--seed", "1"];
  const qdm = ["downscale", "--method", "qdm", `${gauges}:pr`, "--stations", `${gauges}:pr`, ...common];
  await mongeDone(...qdm, "-o", at("same.csv"), "--quantiles", "60");
  const [given, same] = [await readStations(`${gauges}:pr`), await readStations(`${at("same.csv")}:pr`)];
  assert.equal(same.ids, ["a", "b"]);
  assert.equal(same.field.coordinate("time")!.bounds, given.field.coordinate("time")!.bounds);
  same.field.values.forEach((v, i) => {
    close(v, given.field.values[i]!, 1e-5, `${i}`);
  });

  const both = `${gauges}:pr,tas`;
  const run = ["--stations", both, "--coarse", both, "--window", "year", "--seed", "1"];
  await mongeDone("downscale", "--method", "mbcn", both, ...run, "-o", at("joint.nc"));
  const joint = await openDataset(at("joint.nc"));
  assert.equal([joint.attributes["method"], joint.attributes["featureType"]], ["mbcn", "timeSeries"]);
  assert.equal((await joint.variable("tas")).shape, [60, 2]);
  joint.close();

  const verified = await mongeDone("verify", `${at("joint.nc")}:pr`, "--stations", `${gauges}:pr`, "--json");
  assert.match(oneLine(verified.stderr), /2 stations, the forecast of those with these names/);
  assert.is(JSON.parse(verified.stdout).scores.places[1].count, 60);

  const joined = await mongeDone(
    ...line`verify ${at("joint.nc")}:pr,tas --stations ${both} --json -o ${at("joint.csv")}`,
  );
  const [{ truth, difference, within }] = JSON.parse(joined.stdout).dependence;
  assert.ok(truth < -0.5 && difference < 0.05 && within === 1, joined.stdout);
  assert.match(readFileSync(at("joint.csv"), "utf8"), /^variables,part,places.*\r\n"pr, tas",year,2,/);

  for (const [args, pattern] of [
    [["verify", `${at("joint.nc")}:pr,tas`, "--stations", both, "--climate"], /--climate true: of several variables/],
    [
      ["verify", `${at("joint.nc")}:pr,tas`, "--stations", `${gauges}:pr`],
      /2 variables of the forecast and 1 of the truth/,
    ],
    [[...qdm, "-o", at("no.zarr")], /with --stations expected \.nc or \.csv/],
    [[...qdm, "-o", at("no.nc"), "--fine", gauges], /--stations does not go with --fine/],
    [[...qdm.with(5, at("fine.nc")), "-o", at("no.nc")], /fine\.nc: it holds no stations/],
    [["downscale", "--method", "mbcn", both, ...run, "-o", at("no.tif")], /expected \.nc or \.csv/],
    [
      ["downscale", "--method", "mbcn", both, ...run, "-o", at("no.nc"), "--members", "2"],
      /--members means nothing with/,
    ],
    [["downscale", "--method", "mbcn", both, "-o", at("no.nc")], /mbcn needs --fine or --stations/],
    [["plan", "--method", "mbcn", `${gauges}:pr`, "-o", at("no.zarr")], /mbcn is for monge downscale/],
  ] as const) {
    await mongeRefused(pattern, ...args);
  }
});

test("a variable of stations that names no places is read at the stations all the same", async () => {
  const [gauges, model] = [moreData("coarse/stations_ahccd_1950-2013.nc"), moreData("coarse/canesm2_1950-2100.nc")];
  if (gauges === undefined || model === undefined) return;
  const args = ["--stations", `${gauges}:tasmax`, "--time", "1950-01", "-o", at("january.nc")];
  await mongeDone("downscale", "--method", "bilinear", `${model}:tasmax`, ...args);
  const { values } = (await readStations(`${model}:tasmax`)).field;
  const { field, ids } = await readStations(at("january.nc"));
  assert.equal([ids, field.units], [["Vancouver", "Kugluktuk", "Amos"], "K"]);
  assert.equal([...field.values], [...values.subarray(0, 31 * 3)]);
});

test.run();
