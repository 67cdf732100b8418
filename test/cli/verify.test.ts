/** `monge verify`: tables, JSON, CSV and figures are what `verify` finds; wrong commands are refused by their flags. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rng } from "../../engine/index.ts";
import { Field, lazyField, readField, regridLazy, writeField } from "../../io/index.ts";
import { changeSignal, verify } from "../../verification/index.ts";
import { assert, axis, evenly, suite, temporaryFolder } from "../harness.ts";
import { line, mongeDone, mongeRefused, oneLine } from "./run.ts";

const test = suite("monge verify");
const { at } = temporaryFolder(test);
const [DAYS, SIDE] = [12, 12];

function rain(seed: number, members: number | undefined, side = SIDE, factor = 1): Field {
  const count = DAYS * (members ?? 1) * side * side;
  const values = Float32Array.from(rng(seed).normal(new Float32Array(count)), (z) => Math.max(0, 4 * z * factor));
  const along = evenly(side, 40 + 6 / side, 12 / side);
  return new Field({
    name: "pr",
    dims: ["time", ...(members === undefined ? [] : ["realization"]), "lat", "lon"],
    shape: [DAYS, ...(members === undefined ? [] : [members]), side, side],
    values,
    units: "mm",
    attributes: { standard_name: "lwe_thickness_of_precipitation_amount" },
    coordinates: [
      axis("time", evenly(DAYS), { units: "days since 2003-02-23" }),
      axis("lat", along, { units: "degrees_north" }),
      axis("lon", along, { units: "degrees_east" }),
    ],
  });
}

const [forecast, truth, other] = [rain(1, 3), rain(2, undefined), rain(3, 2)];

test.before(async () => {
  await writeField(at("forecast.nc"), forecast);
  await writeField(at("truth.nc"), truth);
  await writeField(at("other.nc"), other);
  await writeField(at("coarse.nc"), rain(4, undefined, 3));
  await writeField(at("half.nc"), rain(5, 2, SIDE / 2));
});

const files = [at("forecast.nc"), at("truth.nc")] as const;

async function done(...args: readonly string[]) {
  const found = await mongeDone("verify", ...args);
  return found;
}

test("--accumulate and --areas print scores of sums, of squares and of polygons, as a table, JSON and CSV", async () => {
  const basin = [
    [41, 41],
    [45, 41],
    [45, 46],
    [41, 46],
    [41, 41],
  ];
  const polygon = {
    type: "Feature",
    properties: { name: "basin" },
    geometry: { type: "Polygon", coordinates: [basin] },
  };
  writeFileSync(at("basins.geojson"), JSON.stringify(polygon));
  const more = ["--draws", "0", "--accumulate", "1day,3days", "--areas", `300km,${at("basins.geojson")}`];
  const { stdout } = await done(...files, ...more, "-o", at("sums.csv"));
  for (const part of [
    /^3 day +300km +4 /m,
    /^1 day +basins\.geojson +12 +12 /m,
    /departures correlate at a place/,
    /wet spells/,
  ]) {
    assert.match(stdout, part);
  }
  const { scores } = JSON.parse((await done(...files, ...more, "--json")).stdout);
  assert.is(scores.time.step, 86400);
  assert.equal(scores.time.sums.map((one: { of: string }) => one.of).slice(0, 3), ["cells", "300km", "basins.geojson"]);
  assert.ok(Math.abs(scores.time.sums[0].crps - scores.crps) < 1e-12 * scores.crps);
  assert.match(readFileSync(at("sums.csv"), "utf8"), /^all,time sums 259200 s cells spreadSkill,/m);
});

test("--cordex prints the benchmark's scores by its names, and refuses times that are no days", async () => {
  const { stdout } = await done(...files, "--draws", "0", "--cordex");
  for (const name of [
    "cordex rmse",
    "cordex indices rx1day absolute",
    "cordex indices lag1_corr bias",
    "wasserstein pooled",
  ])
    assert.match(stdout, new RegExp(`^${name} +\\S+$`, "m"));
  const [time, ...lines] = truth.coordinates;
  const hourly = truth.with({
    coordinates: [{ ...time!, attributes: { units: "hours since 2003-02-23" } }, ...lines],
  });
  await writeField(at("hourly.nc"), hourly);
  await mongeRefused(/need one map a day.*leave --cordex out/, "verify", at("hourly.nc"), at("hourly.nc"), "--cordex");
});

test("--json prints what the library finds for the same fields, seed and thresholds", async () => {
  const { stdout } = await done(...files, "--json", "--thresholds", "1,5", "--draws", "150", "--by", "season");
  const printed = JSON.parse(stdout);
  const found = await verify(forecast, truth, {
    ...{ thresholds: [1, 5], events: "season", seed: 0, spectrum: true, sal: true },
    bootstrap: { seed: 0, draws: 150, tooFew: "none" },
  });
  assert.equal(printed.scores, JSON.parse(JSON.stringify(found.scores)));
  assert.equal(printed.intervals, JSON.parse(JSON.stringify(found.intervals)));
  assert.equal(Object.keys(printed.events), ["DJF", "MAM"]);
  assert.is(printed.truth, files[1]);
});

test("the tables tell coverage, scores with intervals, the difference to another forecast, and ranks", async () => {
  const { stdout } = await done(...files, "--against", at("other.nc"), "--by", "season", "--draws", "150");
  assert.match(stdout, /scored {4}12 times, of 12 in the forecast and 12 in the truth/);
  assert.match(stdout, /cells {5}1728 of 1728 \(100.0 %\); 0 cells miss in the truth/);
  assert.match(stdout, /3 members, in mm; rain below 0.1 mm counts as 0/);
  assert.match(
    stdout,
    /\n\nThe CRPS, the error of the whole ensemble, is [\d.]+ mm\.\nThis is [\d.]+ % (?:above|below) the other/,
  );
  assert.match(stdout, /score +value +95 % from +to +other +difference +from +to/);
  assert.match(stdout, /\ncrps +\d/);
  assert.match(stdout, /events ≥ 1 brierReliability/);
  assert.match(stdout, /Diebold–Mariano test of equal CRPS: −?-?\d/);
  assert.match(stdout, /ranks of the truth, %: \d/);
  assert.match(stdout, /\nMAM +\d/);
});

test("--output has every score of every part in full, and --figures draws each kind", async () => {
  await done(...files, "-o", at("scores.csv"), "--figures", at("figures"), "--by", "month", "--draws", "100");
  const lines = readFileSync(at("scores.csv"), "utf8").trim().split("\r\n");
  assert.is(lines[0], "part,score,value,low,high,against,difference,difference_low,difference_high");
  const found = await verify(forecast, truth);
  assert.ok(lines.some((line) => line.startsWith(`all,crps,${found.scores.crps},`)));
  assert.ok(lines.some((line) => line.startsWith("02,")) && lines.some((line) => line.startsWith("03,")));
  for (const name of ["ranks", "reliability", "roc", "quantiles", "spectrum", "fss"]) {
    assert.ok(existsSync(join(at("figures"), `${name}.png`)), name);
  }
  await mongeRefused(/--output .*--overwrite/, "verify", ...files, "-o", at("scores.csv"));
});

test("--transport tells how far the rain must be moved, and what has no partner", async () => {
  const { stdout } = await done(...files, "--transport", "300", "--draws", "0");
  assert.match(
    stdout,
    /rain moved, forecast: \d[\d.]* km on average, [\d.]+ % of the observed rain; surplus [\d.]+ %, missing/,
  );
  const folder = at("moved");
  const drawn = await done(
    ...line`${files} --transport 300 --draws 100 --block 1 --figures ${folder} -o ${at("moved.csv")}`,
  );
  assert.match(drawn.stdout, /km \([\d.]+ to [\d.]+\) on average, .*surplus [\d.]+ % \([\d.]+ % to [\d.]+ %\)/);
  assert.ok(existsSync(join(folder, "transport.png")));
  // The interval stands in the score's row.
  assert.match(readFileSync(at("moved.csv"), "utf8"), /^all,transport surplusShare,[\d.e-]+,[\d.e-]+,[\d.e-]+,/m);
  assert.not.match(readFileSync(at("moved.csv"), "utf8"), /intervals/);
});

test("a baseline of the coarse field stands beside the forecast, scored where the coarse field has no gap", async () => {
  const beside = ["--against", "bilinear", "--json", "--draws", "100", "--coarse"];
  const { against, coverage } = JSON.parse((await done(...files, ...beside, at("coarse.nc"))).stdout);
  assert.is(against.members, 1);
  assert.ok(against.differences.crps.low < against.differences.crps.high);
  const coarse = rain(4, undefined, 3);
  coarse.values.fill(Number.NaN, 0, 1);
  await writeField(at("gap.nc"), coarse);
  const { coverage: less } = JSON.parse((await done(...files, ...beside, at("gap.nc"))).stdout);
  assert.is(coverage.cells[1], less.cells[1]);
  // One block of 4 x 4 cells at one time.
  assert.is(coverage.cells[0] - less.cells[0], 16);
});

test("another grid is refused with the flag that regrids, and regridded by it", async () => {
  await mongeRefused(/--regrid/, "verify", at("half.nc"), at("truth.nc"));
  const { stdout } = await done(at("half.nc"), at("truth.nc"), "--regrid", "nearest", "--json", "--draws", "0");
  assert.is(JSON.parse(stdout).coverage.times[0], DAYS);
});

test("a few times have no intervals, and that is said", async () => {
  const { stdout, stderr } = await done(...files, "--time", "2003-02-23");
  assert.match(oneLine(stderr), /no intervals: 1 times are too few/);
  assert.not.match(stdout, /95 %/);
});

test("--change prints what changeSignal finds between two periods, with its intervals, and --output has all of it", async () => {
  const said = ["--change", "2003-02,2003-03", "--seed", "3", "--draws", "200", "--wet-threshold", "2"] as const;
  const coarse = [files[0], at("coarse.nc"), "--regrid", "conservative"] as const;
  const { stdout } = await done(...coarse, ...said, "--json", "-o", at("change.csv"));
  const printed = JSON.parse(stdout);
  const driving = regridLazy(lazyField(await readField(at("coarse.nc"))), forecast, { method: "conservative" });
  const found = await changeSignal(forecast, driving, {
    ...{ from: { dates: ["2003-02", "2003-02"] }, to: { dates: ["2003-03", "2003-03"] }, wetThreshold: 2 },
    bootstrap: { seed: 3, draws: 200, tooFew: "none" },
  });
  for (const name of ["mean", "wetFrequency", "quantiles", "pattern", "coverage"] as const) {
    assert.equal(printed[name], JSON.parse(JSON.stringify(found[name])));
  }
  assert.equal([printed.forecast, printed.truth], [files[0], at("coarse.nc")]);
  const [header, mean, ...others] = readFileSync(at("change.csv"), "utf8").trim().split("\r\n");
  assert.match(header!, /^statistic,units,change_units,forecast_from,forecast_to,forecast_change,forecast_change_low/);
  assert.ok(mean!.startsWith(`mean,mm,1,${found.mean.forecast.from},${found.mean.forecast.to},`), mean);
  assert.ok(mean!.endsWith(`,${found.mean.difference.low},${found.mean.difference.high}`), mean);
  assert.is(others.length, 4);
  const told = await done(...coarse, ...said);
  assert.match(told.stdout, /^from {6}2003-02-23\S* to 2003-02-28\S*: 6 times, of 6 and 6; 864 of 864 values/);
  assert.match(told.stdout, /\nmean +\d\S+ +\d\S+ +[−+]\d+\.\d % +\d.*% to [−+]/);
  assert.match(oneLine(told.stderr), /earlier period 6\/6 maps.*\nlater period 6\/6 maps/);
});

test("what is rain, and what is done with negative values, is as the flags say", async () => {
  const open = (f: Field) => f.with({ name: "Band1", units: "m", attributes: {} });
  const bare = [at("bare-forecast.nc"), at("bare-truth.nc")] as const;
  await writeField(bare[0], open(forecast));
  await writeField(bare[1], open(truth.with({ values: truth.values.map((v, i) => (i === 7 ? -1 : v)) })));
  const scored = await done(...bare, "--draws", "0", "--rain", "--clip-negative");
  assert.match(scored.stdout, /rain below 0\.0001 m counts as 0 \(values over 86400 s\)/);
  assert.match(oneLine(scored.stderr), /1 values of the truth are negative, down to -1; set to 0/);
  const other = await done(...bare, "--draws", "0", "--not-rain");
  assert.match(other.stdout, /not taken as rain: values as they are, no events/);
  assert.match(oneLine(other.stderr), /nothing is an event: CSI, Brier score, ROC and FSS are left out; say --rain/);
});

test("thresholds are printed in six digits", async () => {
  const { stdout } = await done(...files, "--thresholds", String(10 / 12), "--draws", "0");
  assert.match(stdout, /events ≥ 0\.833333 csi/);
});

test("--against without redraws prints differences without intervals, and says so", async () => {
  const { stdout, stderr } = await done(...files, "--against", files[0], "--draws", "0");
  assert.match(stdout, /\ncrps .* – +–/);
  assert.match(oneLine(stderr), /differences have no intervals; --draws 1000 gives them/);
});

test.run();
