/** Lazy variables: what is selected by label is what xarray selects, and what is loaded is what the selection says. */
import { copyFileSync } from "node:fs";
import { FormatError, OptionsError, ShapeError } from "../../../engine/index.ts";
import { expandPatterns } from "../../../io/dataset/index.ts";
import type { Label, SelectOptions } from "../../../io/field/index.ts";
import {
  cadenceOf,
  type Dataset,
  type Field,
  openDataset,
  readField,
  writeNetcdf,
  writeZarr,
} from "../../../io/index.ts";
import { assert, axis, equalBy, refuses, temporaryFolder, test, throws } from "../../harness.ts";
import { over } from "../fields.ts";

const { at } = temporaryFolder(test);

const opened: Dataset[] = [];
test.after(() => {
  for (const data of opened) data.close();
});
/** Closed after all tests. */
async function open(...args: Parameters<typeof openDataset>): Promise<Dataset> {
  const data = await openDataset(...args);
  opened.push(data);
  return data;
}

const line = (n: number, value: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => value(i));

/** Ten days on a grid of 4 by 8, every value its own number; latitudes fall, longitudes run from 0 to 315. */
function rain(from = 0, days = 10): Field {
  return over(
    {
      time: [
        line(days, (i) => from + i + 0.5),
        "days since 2000-02-25",
        line(2 * days, (i) => from + Math.ceil(i / 2)),
      ],
      lat: [line(4, (i) => 60 - 10 * i), "degrees_north"],
      lon: [line(8, (i) => 45 * i), "degrees_east", line(16, (i) => 45 * Math.ceil(i / 2) - 22.5)],
    },
    { values: Float32Array.from({ length: days * 32 }, (_, i) => from * 32 + i), units: "mm" },
  );
}

test("a part by index, then by index again, loads what the field's own isel gives", async () => {
  await writeNetcdf(at("rain.nc"), rain());
  const data = await open(at("rain.nc"));
  const whole = await readField(at("rain.nc"));
  const lazy = await data.variable("pr");
  assert.equal([lazy.dims, lazy.shape, lazy.units, lazy.bytes], [whole.dims, whole.shape, "mm", 1280]);
  assert.equal(lazy.coordinates, whole.coordinates);
  const part = await lazy
    .isel({ time: [2, 9], lon: [1, 7] })
    .isel({ time: [1, 5], lat: -1, lon: [0, 2] })
    .load();
  assert.equal(part, whole.isel({ time: [3, 7], lat: 3, lon: [1, 3] }));
  assert.equal(await lazy.load(), whole);
  throws(() => lazy.isel({ time: [3, 11] }), OptionsError, /time is \[3,11\]; expected \[from, to\)/);
  throws(() => lazy.isel({ lev: 0 }), ShapeError, /one of time, lat, lon, got lev/);
  data.close();
  await refuses(
    data.variable("pr").then((pr) => pr.load()),
    /its dataset has been closed/,
  );
});

test("pieces end where chunks end, stay within the size, and together are the whole", async () => {
  await writeNetcdf(at("pieces.nc"), rain());
  const data = await open(at("pieces.nc"));
  const pr = (await data.variable()).sel({ lon: [-100, 50] });
  const whole = await pr.load();
  for (const bytes of [1, 64, 130, 300, 1e6]) {
    const values: number[] = [];
    for await (const piece of pr.slabs({ bytes })) {
      assert.ok(piece.shape[0] === 1 || piece.values.byteLength <= bytes, `${piece.values.byteLength} of ${bytes}`);
      values.push(...piece.values);
    }
    assert.equal(values, Array.from(whole.values), `${bytes}`);
  }
});

test("labels that are not there say what the coordinate holds and what to do", async () => {
  await writeNetcdf(at("labels.nc"), rain());
  const data = await open(at("labels.nc"));
  const pr = await data.variable();
  const cases: [Record<string, Label>, SelectOptions, RegExp][] = [
    [{ lat: 45 }, {}, /lat 45 is not on the grid; the nearest is 50; pass \{ method: "nearest" \}/],
    [{ lat: 46 }, { method: "nearest", tolerance: 1 }, /the nearest is 50, 4 away; the tolerance is 1/],
    [{ lat: [0, 10] }, {}, /no lat from 0 to 10; lat runs from 30 to 60/],
    [{ time: "2001" }, {}, /no time in 2001; time runs from 2000-02-25T12:00:00 to 2000-03-05T12:00:00/],
    [{ time: "2001-02-29" }, {}, /"2001-02-29" is no day of the standard calendar; expected a date such as/],
    [{ time: "June" }, {}, /expected a date such as "2018"/],
    [{ time: ["2000-03", "2000-02"] }, {}, /the range ends before it begins/],
    [{ lat: "north" }, {}, /expected a number, or a range \[from, to\]/],
    [{ height: 2 }, {}, /there is no coordinate height to select by; it has time, lat, lon/],
  ];
  for (const [labels, options, pattern] of cases) throws(() => pr.sel(labels, options), OptionsError, pattern);
});

test("many files in any order are one field along time, with units and epochs of the earliest", async () => {
  const later = rain(10, 5);
  const [time, ...others] = later.coordinates;
  const hours = {
    ...time!,
    values: time!.values.map((v) => (v - 5) * 24),
    bounds: time!.bounds!.map((v) => (v - 5) * 24),
    attributes: { units: "hours since 2000-03-01", calendar: "gregorian" },
  };
  await writeNetcdf(at("b.nc"), later.with({ coordinates: [hours, ...others] }));
  await writeNetcdf(at("a.nc"), rain(0, 10));
  const data = await open([at("b.nc"), at("a.nc")]);
  assert.equal(data.paths, [at("a.nc"), at("b.nc")]);
  const pr = await data.variable();
  const whole = await pr.load();
  const one = rain(0, 15);
  assert.equal(whole.values, one.values);
  assert.equal(whole.coordinate("time")!.values, one.coordinate("time")!.values);
  assert.equal(whole.coordinate("time")!.bounds, one.coordinate("time")!.bounds);
  const part = await pr.sel({ time: ["2000-03-04", "2000-03-07"], lon: [-50, 50] }).load();
  equalBy(part.times(), (t) => t.iso?.slice(5, 10), ["03-04", "03-05", "03-06", "03-07"]);
  assert.equal(part.values.subarray(0, 3), Float32Array.of(8 * 32 + 7, 8 * 32, 8 * 32 + 1));
});

test("files of which one begins before the other has ended, or at its last time, are refused", async () => {
  await writeNetcdf(at("first.nc"), rain(0, 3));
  for (const from of [0, 1, 2]) {
    await writeNetcdf(at("second.nc"), rain(from, 3));
    const begins = `2000-02-${25 + from}T12:00:00`;
    const said = new RegExp(
      `second\\.nc.*begins at ${begins}.* until 2000-02-27T12:00:00: times overlap.*leave one out`,
    );
    // In the order of times where one begins earlier; files of one beginning as they were named.
    await refuses(openDataset([at("first.nc"), at("second.nc")]), said, FormatError);
    if (from > 0) await refuses(openDataset([at("second.nc"), at("first.nc")]), said, FormatError);
  }
  for (const i of [0, 1]) await writeNetcdf(at(`same${i}.nc`), rain(4, 1).isel({ time: 0 }));
  await refuses(openDataset([at("same0.nc"), at("same1.nc")]), /begins at 2000-02-29.*times overlap/, FormatError);
  await writeNetcdf(at("second.nc"), rain(3, 3));
  const data = await openDataset([at("second.nc"), at("first.nc")]);
  assert.equal((await data.variable("pr")).shape, [6, 4, 8]);
  data.close();
});

test("more files than are kept open at a time are read in turn", async () => {
  const paths = Array.from({ length: 18 }, (_, day) => at(`day-${day}.nc`));
  for (const [day, path] of paths.entries()) await writeNetcdf(path, rain(day, 1));
  const data = await open(paths);
  const pr = await data.variable();
  for (let turn = 0; turn < 2; turn++) assert.equal((await pr.load()).values, rain(0, 18).values);
});

test("the cadence of months and of days names every hole in its own calendar", () => {
  const time = (values: number[], calendar: string, units = "days since 2000-01-01") =>
    axis("time", Float64Array.from(values), { units, calendar });
  const months = cadenceOf(time([15, 45, 74, 166, 196], "noleap"));
  assert.equal([months?.unit, months?.step, months?.regular], ["months", 1, true]);
  assert.equal(months?.gaps, [{ after: "2000-03-16T00:00:00", before: "2000-06-16T00:00:00", missing: 2 }]);
  const thirty = cadenceOf(time([0, 90, 180, 360], "360_day"));
  assert.equal([thirty?.unit, thirty?.step], ["months", 3]);
  assert.equal(thirty?.gaps, [{ after: "2000-07-01T00:00:00", before: "2001-01-01T00:00:00", missing: 1 }]);
  const hours = cadenceOf(time([0, 3, 6, 12, 15], "standard", "hours since 2000-02-28"));
  assert.equal([hours?.unit, hours?.step, hours?.gaps.length, hours?.gaps[0]?.missing], ["seconds", 10800, 1, 1]);
  assert.is(cadenceOf(time([0, 1, 5, 17, 40], "standard"))?.regular, false);
  assert.is(cadenceOf(time([0], "standard")), undefined);
  assert.is(cadenceOf(time([0, 0, 1], "standard")), undefined);
});

test("files of a single time each are stacked along a new dimension", async () => {
  const days = rain();
  for (const i of [2, 0, 1]) await writeNetcdf(at(`day${i}.nc`), days.isel({ time: i }));
  const data = await open([at("day2.nc"), at("day0.nc"), at("day1.nc")]);
  const whole = await (await data.variable("pr")).load();
  assert.equal([whole.dims, whole.shape], [days.dims, [3, 4, 8]]);
  assert.equal(whole.values, days.isel({ time: [0, 3] }).values);
  assert.equal(Array.from(whole.coordinate("time")!.values), [0.5, 1.5, 2.5]);
  const place = await (await data.variable("pr")).sel({ lat: 40, lon: 90, time: ["2000-02-26", null] }).load();
  assert.equal(Array.from(place.values), [32 + 18, 64 + 18]);
});

test("files without a time are joined by the dates in their names, when that is asked for", async () => {
  const days = rain();
  for (const i of [0, 1, 2]) {
    const { coordinates } = days;
    const bare = days.isel({ time: i }).with({ coordinates: coordinates.filter(({ name }) => name !== "time") });
    await writeNetcdf(at(`rain.2018.06.0${3 + i}.nc`), bare);
  }
  const paths = [5, 3, 4].map((day) => at(`rain.2018.06.0${day}.nc`));
  await refuses(open(paths), /it has no time to join files by; .*`timeFromName`/);
  const data = await open(paths, { timeFromName: true });
  const pr = await data.variable("pr");
  equalBy(pr.times(), ({ iso }) => iso, ["2018-06-03T00:00:00", "2018-06-04T00:00:00", "2018-06-05T00:00:00"]);
  assert.equal((await pr.load()).values, days.isel({ time: [0, 3] }).values);
  const names: [string, string | undefined][] = [
    ["chirps-v2.0.2018.06.03.tif", "2018-06-03T00:00:00"],
    ["PRISM_ppt_stable_4kmD2_20180603_bil.tif", "2018-06-03T00:00:00"],
    ["PrecipRate_00.00_20190610-001200.tif", "2019-06-10T00:12:00"],
    ["bom_66_20201031_060000.nc", "2020-10-31T06:00:00"],
    ["saf_crr_20180601T0700.nc", "2018-06-01T07:00:00"],
    ["rain_2018-06.tif", "2018-06-01T00:00:00"],
    ["rain_20181306.tif", undefined],
    ["rain_v2.0_1234567.tif", undefined],
  ];
  for (const [name, iso] of names) {
    copyFileSync(paths[0]!, at(name));
    const one = open([at(name)], { timeFromName: true }).then((data) => data.variable("pr"));
    if (iso === undefined) await refuses(one, /its name holds no date/, OptionsError);
    else assert.is((await one).times()[0]?.iso, iso, name);
  }
});

test("wildcards stand for the files and stores of such names, in their order; a file with such a name is meant itself", async () => {
  for (const [name, day] of [
    ["wild_2.nc", 3],
    ["wild_1.nc", 0],
    ["wild_[1].nc", 6],
  ] as const)
    await writeNetcdf(at(name), rain(day, 3));
  await writeZarr(at("wild_3.zarr"), rain(9, 3));
  assert.equal(await expandPatterns([at("wild_[0-9].*")]), ["wild_1.nc", "wild_2.nc", "wild_3.zarr"].map(at));
  assert.equal(await expandPatterns([at("wild_[1].nc"), "no-pattern.nc"]), [at("wild_[1].nc"), "no-pattern.nc"]);
  const data = await open(at("wild_{1,2}.nc"));
  assert.equal((await (await data.variable()).load()).values, rain(0, 6).values);
  data.close();
  await refuses(open(at("wilder_*.nc")), /wilder_\*\.nc: no file has a name like this/, OptionsError);
});

test("a value that is said to mean missing is missing, and no other", async () => {
  const field = rain(0, 2);
  await writeNetcdf(at("undeclared.nc"), field.with({ values: field.values.map((v) => (v % 5 === 0 ? -9999.9 : v)) }));
  const data = await open(at("undeclared.nc"));
  const read = await (await data.variable("pr", { missingValue: -9999.9 })).load();
  data.close();
  assert.equal(
    [...read.values].map(String),
    [...field.values].map((v) => (v % 5 === 0 ? "NaN" : String(v))),
  );
});

test.run();
