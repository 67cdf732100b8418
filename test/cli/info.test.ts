/** `monge info`: numbers that xarray gives too, holes in time, archives, and everything that `ncdump -h` lists. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Field, readField, writeNetcdf, writeZarr } from "../../io/index.ts";
import { attributeTypes } from "../../io/storage/index.ts";
import { moreData, testData } from "../data.ts";
import { assert, axis, evenly, temporaryFolder, test } from "../harness.ts";
import { hasPython, python, skip, tool } from "../io/oracle.ts";
import { writeSyntheticRain } from "./data.ts";
import { mongeDone, mongeHere } from "./run.ts";

const { at } = temporaryFolder(test);

interface Info {
  readonly files?: readonly string[];
  readonly variables: readonly {
    name: string;
    chunks: number[] | null;
    values?: Record<string, unknown>;
    attributes: object;
  }[];
  readonly times: { count: number; first: string; last: string; step: string; missing: number; gaps: object[] };
}

async function inspected(...args: string[]): Promise<Info> {
  const { stdout } = await mongeDone("info", ...args, "--json");
  return JSON.parse(stdout);
}

/** What `info` tells of `pr` is what xarray computes. */
async function toldAsXarray(path: string, chunks: readonly number[]): Promise<void> {
  const [low, mean, high, missing, first] = python(
    `
import sys, json, numpy as np, xarray as xr
v = xr.open_dataset(sys.argv[1])["pr"].values.astype("f8")
n = next(t for t in range(len(v)) if t * 24 // len(v) > 0)
print(json.dumps([v.min(), v.mean(), v.max(), int(np.isnan(v).sum()), v[:n].mean()]))`,
    path,
  ) as [number, number, number, number, number];
  const pr = (await inspected(path)).variables.find(({ name }) => name === "pr")!;
  const values = pr.values as { min: number; mean: number; max: number; missing: number; course: number[] };
  assert.equal([values.min, values.max, values.missing, values.course.length], [low, high, missing, 24]);
  assert.ok(Math.abs(values.mean - mean) < 1e-9 * mean);
  assert.ok(Math.abs(values.course[0]! - first) < 1e-9 * first);
  assert.equal(pr.chunks, chunks);
}

const writeSyntheticRainAt = async (name: string): Promise<string> => {
  await writeSyntheticRain(at(name), { days: 2, units: "mm", size: 4 });
  return at(name);
};

test("minimum, mean, maximum, missing and course in time of an archive are xarray's", async () => {
  if (!hasPython("xarray")) return skip("no xarray for /usr/bin/python3");
  await toldAsXarray(testData("pairs/ncep_iberia_pr_cut.nc"), [1, 6, 8]);
  const long = moreData("coarse/lisflood_fraser_tp_1986-2018.nc");
  if (long !== undefined) await toldAsXarray(long, [5845, 7, 16]);
});

test("attributes in float32 are shown with the digits that float32 holds", async () => {
  const path = at("fills.nc");
  const rain = await readField(await writeSyntheticRainAt("fills-in.nc"));
  const [fill, third] = [Math.fround(1e20), Math.fround(1 / 3)];
  const types = { [attributeTypes]: { fill: "float32", third: "float32" } } as const;
  await writeNetcdf(path, rain.with({ attributes: { fill, third, double: 1 / 3, ...types } }));
  const { stdout } = await mongeHere("info", path);
  assert.match(stdout, /^ {2}fill: 100000000000000000000$/m);
  assert.match(stdout, /^ {2}third: 0\.33333334$/m);
  assert.match(stdout, /^ {2}double: 0\.3333333333333333$/m);
});

test("what a Zarr store lacks is told: chunks that were read, and arrays that its own list does not name", async () => {
  const path = at("lacks.zarr");
  await writeZarr(path, await writeSyntheticRain(at("lacks.nc"), { days: 2, units: "mm", size: 4 }), { version: 2 });
  rmSync(join(path, "pr/0.0.0"));
  const list = readFileSync(join(path, ".zmetadata"), "utf8");
  writeFileSync(join(path, ".zmetadata"), list.replace('"y/.zarray"', '"y/.zarrax"'));
  const { stderr } = await mongeDone("info", path);
  assert.match(stderr, /1 chunk that was read is not in the store/);
  assert.match(stderr, /: y\/\.zarray is not in the metadata that the store keeps of all; the latter are taken/);
});

test("of a variable in very many chunks progress is told while they are read", async () => {
  const path = at("many-chunks.nc");
  const values = Float32Array.from({ length: 320 * 320 }, (_, i) => i % 7);
  const coordinates = ["y", "x"].map((name) => axis(name, evenly(320)));
  const field = new Field({ name: "pr", dims: ["y", "x"], shape: [320, 320], values, coordinates });
  await writeNetcdf(path, field, { chunks: { y: 1, x: 1 } });
  const { stdout, stderr } = await mongeDone("info", path);
  assert.match(stdout, /stored in chunks of 1 x 1/);
  assert.match(stderr, /reading pr 102400\/102400 values/);
});

test("a time that holds a fill value is shown as missing, and refused where a date is asked for", async () => {
  const path = at("fill.nc");
  const rain = await writeSyntheticRain(at("rain.nc"), { days: 4, units: "mm/day" });
  for (const fill of [9.969209968386869e36, 1e20]) {
    const coordinates = rain.coordinates.map((one) =>
      one.name === "time" ? { ...one, values: Float64Array.of(0, 1, 2, fill) } : one,
    );
    await writeNetcdf(path, rain.with({ coordinates }));
    const { times } = await inspected(path);
    assert.equal([times.first, times.last, times.missing], ["2020-01-01T00:00:00", null, 1]);
    assert.match((await mongeHere("info", path)).stdout, /4 from 2020-01-01T00:00:00 to \(missing\).*\n.*1 missing/);
    const cut = await mongeHere("convert", path, "-o", at("cut.nc"), "--time", "2021:");
    assert.match(`${cut.status} ${cut.stderr}`, /^[1-9].*no time from 2021/s);
  }
});

test("the text holds every dimension, variable and attribute that ncdump lists", async () => {
  const path = testData("coarse/bcsd_obs_1999.nc");
  const header = tool("ncdump", "-h", path);
  if (header === undefined) return skip("no ncdump");
  const { stdout } = await mongeHere("info", path, "--no-values");
  const names = [...header.matchAll(/^\t+(?:\w+ )?(\w*)(?::(\w+))?(?:\(.*\))? (?:=|;)/gm)].flatMap((m) =>
    m.slice(1, 3),
  );
  const wanted = new Set(names.filter(Boolean));
  assert.ok(wanted.size > 40, String(wanted.size));
  for (const name of wanted) assert.ok(stdout.includes(name), name);
});

test("several files are told of as one, with what is missing between them", async () => {
  await writeSyntheticRain(at("whole.nc"), { days: 12, units: "mm" });
  const whole = await readField(at("whole.nc"));
  await writeNetcdf(at("a.nc"), whole.isel({ time: [0, 5] }));
  await writeNetcdf(at("b.nc"), whole.isel({ time: [8, 12] }));
  const { files, times, variables } = await inspected(at("b.nc"), at("a.nc"));
  assert.equal(files, [at("a.nc"), at("b.nc")]);
  assert.equal(
    [times.count, times.first, times.last, times.step],
    [9, "2020-01-01T00:00:00", "2020-01-12T00:00:00", "every 1 d"],
  );
  assert.equal(times.gaps, [{ after: "2020-01-05T00:00:00", before: "2020-01-09T00:00:00", missing: 3 }]);
  assert.is(variables.find(({ name }) => name === "pr")?.values?.["count"], 9 * 32 * 32);
  const { stdout } = await mongeHere("info", at("b.nc"), at("a.nc"));
  assert.match(stdout, /2 files/);
  assert.match(stdout, /gaps {8}3 missing after 2020-01-05T00:00:00, before 2020-01-09T00:00:00/);
  assert.match(stdout, /[▁▂▃▄▅▆▇█]{9}/);
});

test("the package's model is told with its scores by kind of rain and factor, and how many archives they stand on", async () => {
  const { stdout } = await mongeDone("info", "pretrained");
  const rows = [...stdout.matchAll(/^ +(up to 15 minutes|hours|days) +x(\d+) +(\d+) +([−+]\d+) %/gm)];
  const { scores } = JSON.parse((await mongeDone("info", "pretrained", "--json")).stdout);
  assert.is(
    rows.reduce((sum, [, , , archives]) => sum + Number(archives), 0),
    scores.length,
  );
  const days = scores.find((one: { archive: string; factor: number }) => one.archive === "prism" && one.factor === 4);
  const row = rows.find(([, kind, factor]) => kind === "days" && factor === "4")!;
  assert.is(row[4], `−${Math.round(100 * (1 - days.crps))}`);
  // A sentence names the kinds of rain that are off in half of their archives or more, and no other.
  const off = (least: number, most: number) => {
    const own = scores.filter((one: { factor: number; seconds: number }) => one.factor === 4 && one.seconds <= 900);
    const out = own.filter(({ spreadSkill }: { spreadSkill: number }) => spreadSkill < least || spreadSkill > most);
    return `${out.length} of ${own.length}`;
  };
  const sentence = /not calibrated in half .*/.exec(stdout)![0];
  const [narrow, wide] = [off(0.8, Number.POSITIVE_INFINITY), off(0, 1.25)];
  assert.match(sentence, new RegExp(`up to 15 minutes at x4 \\(too narrow in ${narrow}, too wide in ${wide}\\)`));
  assert.ok(!/days at x4/.test(sentence), sentence);
});

test.run();
