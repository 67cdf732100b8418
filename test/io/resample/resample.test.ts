/** Values of calendar periods: against cdo's daysum, monmean, seasmax and yearmean, and against what must hold by hand. */
import { spawnSync } from "node:child_process";
import { OptionsError, UnitsError } from "../../../engine/index.ts";
import { type Coordinate, type Field, readField, resample, writeField } from "../../../io/index.ts";
import { allClose, assert, temporaryFolder, test, throws } from "../../harness.ts";
import { line, over } from "../fields.ts";
import { skip } from "../oracle.ts";

const { at } = temporaryFolder(test);
const hasCdo = !spawnSync("cdo", ["--version"]).error;

/** `count` values of 2 x 3 cells a step apart, with a value missing here and there where asked. */
function series(count: number, units: string, step = 1, { gaps = false, calendar = "standard" } = {}): Field {
  const values = Float32Array.from({ length: 6 * count }, (_, i) =>
    gaps && i % 97 === 5 ? Number.NaN : ((i * 7919) % 1013) / 64,
  );
  return timed(
    over({ time: [line(count, 0, step), units], lat: [[10, 20], "degrees_north"], lon: [[0, 1, 2], "degrees_east"] }),
    { units, calendar },
  ).with({ values, units: "mm" });
}

/** The field with other times, or attributes of them. */
function timed(field: Field, attributes: Coordinate["attributes"], more: Partial<Coordinate> = {}): Field {
  const [time, ...others] = field.coordinates;
  return field.with({ coordinates: [{ ...time!, attributes, ...more }, ...others] });
}

const iso = (field: { times(): readonly { readonly iso: string | undefined }[] }) =>
  field.times().map((time) => time.iso?.slice(0, 13));

const cases = [
  ["daysum", "1day", "sum", series(24 * 40, "hours since 2019-12-20")],
  ["daymax", "day", "maximum", series(8 * 30, "hours since 2019-12-20", 3, { gaps: true })],
  ["monmean", "1month", "mean", series(4 * 150, "hours since 2020-01-01", 6)],
  ["monmin", "month", "minimum", series(800, "days since 1999-01-01", 1, { calendar: "360_day" })],
  ["seasmean", "season", "mean", series(720, "days since 2000-12-01", 1, { calendar: "noleap" })],
  ["yearsum", "1year", "sum", series(3 * 365, "days since 2001-01-01")],
  ["yearmean", "year", "mean", series(1440, "days since 2000-01-01", 1, { calendar: "360_day" })],
  ["timselsum,5", "5days", "sum", series(100, "days since 2001-03-03")],
  ["hoursum", "1h", "sum", series(12 * 60, "minutes since 2001-03-03", 5)],
] as const;

for (const [operator, every, statistic, field] of cases) {
  test(`${statistic} of every ${every} is cdo's ${operator}`, async () => {
    if (!hasCdo) return skip("no cdo");
    await writeField(at("in.nc"), field, { overwrite: true });
    const done = spawnSync("cdo", ["-s", "-O", "-b", "F64", operator, at("in.nc"), at("out.nc")], { encoding: "utf8" });
    assert.is(done.status, 0, done.stderr);
    const theirs = await readField(at("out.nc"));
    const ours = await resample(field, { every, statistic, minimumValid: 0 }).load();
    assert.equal(ours.shape, theirs.shape);
    allClose(ours.values, theirs.values, 2e-6);
  });
}

test("a period of which a value is missing is missing, unless a smaller share is enough", async () => {
  const field = series(48, "hours since 2020-05-01");
  field.values[6 * 5 + 2] = Number.NaN;
  const strict = await resample(field, { every: "1day", statistic: "sum" }).load();
  assert.equal(
    [...strict.values].map((v, i) => (Number.isNaN(v) ? i : -1)).filter((i) => i >= 0),
    [2],
  );
  const enough = await resample(field, { every: "1day", statistic: "sum", minimumValid: 23 / 24 }).load();
  const sum = Array.from({ length: 24 }, (_, k) => field.values[6 * k + 2]!).reduce((a, b) => (b >= 0 ? a + b : a), 0);
  assert.is(enough.values[2], Math.fround(sum));
  const count = await resample(field, { every: "1day", statistic: "count" }).load();
  assert.equal([...count.values], [24, 24, 23, 24, 24, 24, 24, 24, 24, 24, 24, 24]);
});

test("a day of which hours are not in the file is missing too, and days without times are left out", async () => {
  const field = series(24 * 4, "hours since 2020-05-01T06");
  const daily = await resample(field, { every: "1day", statistic: "mean" }).load();
  assert.equal(
    Array.from({ length: 5 }, (_, day) => Number.isNaN(daily.values[6 * day]!)),
    [true, false, false, false, true],
  );
  const kept = timed(field.isel({ time: [0, 48] }), field.coordinates[0]!.attributes, {
    values: Float64Array.from({ length: 48 }, (_, i) => (i < 42 ? i : i + 48)),
  });
  assert.equal(iso(resample(kept, { every: "1day", statistic: "sum" })), [
    ...["2020-05-01T00", "2020-05-02T00", "2020-05-05T00"],
  ]);
});

test("bounds say where a value belongs: an hour that ends at midnight is of the day before", async () => {
  const ends = series(48, "hours since 2020-05-01T01");
  const { attributes, values } = ends.coordinates[0]!;
  const bounds = Float64Array.from({ length: 96 }, (_, i) => values[i >> 1]! - ((i + 1) % 2));
  const bounded = timed(ends, attributes, { bounds });
  const sums = resample(bounded, { every: "1day", statistic: "sum" });
  assert.equal(iso(sums), ["2020-05-01T00", "2020-05-02T00"]);
  assert.equal([...sums.coordinates[0]!.bounds!], [-1, 23, 23, 47]);
  const right = await resample(ends, { every: "1day", statistic: "sum", closed: "right" }).load();
  assert.equal([...right.values], [...(await sums.load()).values]);
  throws(
    () => resample(bounded, { every: "1day", statistic: "sum", closed: "right" }),
    OptionsError,
    /leave closed out/,
  );
});

test("a mean over months weighs each by its days", async () => {
  const months = timed(series(3, ""), { units: "days since 2001-01-01" }, { values: Float64Array.of(0, 31, 59) });
  const quarter = await resample(months, { every: "3months", statistic: "mean" }).load();
  const mean = [31, 28, 31].reduce((sum, n, k) => sum + n * months.values[6 * k]!, 0) / 90;
  assert.is(quarter.values[0], Math.fround(mean));
});

test("a part is what the whole holds there, in any order of dimensions, and memory is that of slabs", async () => {
  const field = series(24 * 10, "hours since 2020-05-01").transpose(["lat", "time", "lon"]);
  const daily = resample(field, { every: "1day", statistic: "mean" });
  assert.equal(daily.dims, ["lat", "time", "lon"]);
  const whole = await daily.load();
  const part = await daily.isel({ time: [3, 7], lon: [1, 3] }).load();
  assert.equal([...part.values], [...whole.isel({ time: [3, 7], lon: [1, 3] }).values]);
});

test("attributes say what was done: a maximum of means is time: mean time: maximum", () => {
  const field = series(48, "hours since 2020-05-01").with({ attributes: { cell_methods: "time: mean" } });
  const methods = (statistic: "mean" | "maximum") =>
    resample(field, { every: "1day", statistic }).attributes["cell_methods"];
  assert.equal([methods("mean"), methods("maximum")], ["time: mean", "time: mean time: maximum"]);
});

test("sums of rates, periods shorter than values, lengths that no calendar has and maps without times are refused", () => {
  const field = series(48, "hours since 2020-05-01");
  throws(() => resample(field.with({ units: "mm/h" }), { every: "1day", statistic: "sum" }), UnitsError, /is a rate/);
  throws(() => resample(field, { every: "10min", statistic: "mean" }), OptionsError, /longer than every 10min/);
  for (const every of ["7months", "day of rest", "0days", "1.5h", "2seasons"])
    throws(() => resample(field, { every, statistic: "mean" }), OptionsError, /every is "/);
  const map = over({ lat: [[1, 2], "degrees_north"], lon: [[1, 2], "degrees_east"] });
  throws(() => resample(map, { every: "1day", statistic: "mean" }), OptionsError, /no times/);
});

test.run();
