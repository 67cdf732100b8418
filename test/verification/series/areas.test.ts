/** Series of areas and their yearly indices against numpy: catchments by the size of cells, ETCCDI's definitions, CSV and NetCDF. */
import { readFileSync, writeFileSync } from "node:fs";
import { DomainError, OptionsError, rng } from "../../../engine/index.ts";
import { type Field, writeField } from "../../../io/index.ts";
import { areaSeries, squareAreas, yearlyIndices } from "../../../verification/index.ts";
import { mongeDone, mongeHere } from "../../cli/run.ts";
import { assert, evenly, suite, temporaryFolder, throws } from "../../harness.ts";
import { hasPython, python, skip } from "../../io/oracle.ts";
import { degrees, maps } from "../maps.ts";

const test = suite("series of areas");
const { at } = temporaryFolder(test);
const [DAYS, MEMBERS, ROWS, COLUMNS] = [365 + 366 + 365 + 40, 2, 6, 8];

/** Daily rain from 2003-01-01 on, far in the north, where rows differ in size. */
function rain(days = DAYS, units = "mm"): Field {
  const random = rng(8);
  const cells = days * MEMBERS * ROWS * COLUMNS;
  const values = Float32Array.from(random.normal(new Float32Array(cells)), (z) => Math.max(0, 6 * z - 1));
  // A gap in one cell of one day, and another day without most of an area.
  values[7] = Number.NaN;
  for (let i = 0; i < 40; i++) values[800 * MEMBERS * ROWS * COLUMNS + i] = Number.NaN;
  const lines = [degrees("lat", evenly(ROWS, 60, 4)), degrees("lon", evenly(COLUMNS, 0, 4))];
  return maps(values, [ROWS, COLUMNS], { members: MEMBERS, units, since: "days since 2003-01-01", lines });
}

const square = (name: string, [w, s, e, n]: readonly [number, number, number, number]) => ({
  ...{ type: "Feature", properties: { name } },
  geometry: {
    type: "Polygon",
    coordinates: [
      [
        [w, s],
        [e, s],
        [e, n],
        [w, n],
        [w, s],
      ],
    ],
  },
});
const catchments = {
  type: "FeatureCollection",
  features: [
    square("Upper Tana", [-1, 59, 13, 71]),
    square("Tornio", [14, 63, 30, 82]),
    square("pond", [1, 61, 2, 62]),
  ],
};

const code = `
import sys, json, numpy as np, xarray as xr
d = xr.open_dataset(sys.argv[1]).pr
lat = d.lat.values
edge = np.concatenate([[58], (lat[1:] + lat[:-1]) / 2, [82]])
size = np.sin(np.radians(edge[1:])) - np.sin(np.radians(edge[:-1]))
out = []
for w, s, e, n in ((-1, 59, 13, 71), (14, 63, 30, 82)):
    box = d.sel(lat=slice(s, n), lon=slice(w, e))
    k = xr.DataArray(size, coords=dict(lat=lat), dims='lat').sel(lat=slice(s, n))
    there = box.notnull() * k
    mean = (box.fillna(0) * k).sum(('lat', 'lon')) / there.sum(('lat', 'lon'))
    out.append(mean.where(there.sum(('lat', 'lon')) >= .5 * k.sum() * box.lon.size))
s = xr.concat(out, 'area').transpose('area', 'realization', 'time')
def run(b):
    best = c = 0
    for x in b: c = c + 1 if x else 0; best = max(best, c)
    return best
table = []
for a in range(2):
    for m in range(2):
        p = s[a, m]
        base = p.sel(time=slice('2003', '2004')).values; q = np.quantile(base[base >= 1], .95)
        for y in (2003, 2004, 2005):
            v = p.sel(time=str(y)).values; wet = v >= 1
            five = np.convolve(v, np.ones(5), 'valid').max()
            row = [v[wet].sum(), v.max(), five, v[wet].mean(), wet.sum(), (v >= 10).sum(), (v >= 20).sum(), v[v > q].sum(), run(~wet), run(wet)]
            table.append([None] * 10 if np.isnan(v).any() else [float(x) for x in row])
print(json.dumps(dict(series=[None if np.isnan(x) else x for x in s.values.ravel().tolist()], table=table)))
`;

test("--areas writes means by the size of cells and --indices ETCCDI's numbers of each whole year, as numpy has them", async () => {
  if (!hasPython("numpy", "xarray")) return skip("no numpy and xarray for /usr/bin/python3");
  await writeField(at("rain.nc"), rain());
  writeFileSync(at("catchments.geojson"), JSON.stringify(catchments));
  const areas = ["--areas", at("catchments.geojson")];
  const write = async (name: string, ...args: string[]) => {
    const said = await mongeDone("convert", at("rain.nc"), "-o", at(name), ...areas, ...args);
    assert.match(said.stderr, /1 of 3 areas hold the centre of no cell and have no values: pond/);
  };
  await write("series.csv");
  const indices = ["--indices", "--base", "2003:2004"];
  await write("indices.csv", ...indices);
  await write("indices.nc", ...indices);
  const theirs = python(code, at("rain.nc")) as {
    readonly series: (number | null)[];
    readonly table: (number | null)[][];
  };
  const rowsOf = (name: string) => readFileSync(at(name), "utf8").trim().split("\r\n");
  const near = (text: string | number, expected: number | null, what: string) => {
    if (expected === null) assert.ok(text === "" || Number.isNaN(text), `${what}: ${text}, numpy has none`);
    else
      assert.ok(Math.abs(Number(text) - expected) < 1e-5 * (1 + expected), `${what}: ${text}, numpy has ${expected}`);
  };
  const [header, ...series] = rowsOf("series.csv");
  assert.is(header, "area,member,time,pr [mm]");
  assert.is(series[0]!.slice(0, 33), "Upper Tana,0,2003-01-01T00:00:00,");
  assert.is(series.length, 3 * MEMBERS * DAYS);
  for (const [i, expected] of theirs.series.entries()) near(series[i]!.split(",")[3]!, expected, `row ${i}`);
  const [titles, ...years] = rowsOf("indices.csv");
  assert.match(titles!, /^area,member,year,PRCPTOT \[mm\],Rx1day \[mm\],.*,CWD \[days\]$/);
  assert.is(years.length, 3 * MEMBERS * 3);
  for (const [i, row] of theirs.table.entries()) {
    const own = years[i]!.split(",").slice(3);
    for (const [k, expected] of row.entries()) near(own[k]!, expected, `${years[i]!.slice(0, 20)} column ${k}`);
  }
  assert.is(theirs.table.flat().filter((v) => v === null).length, 20, "a year of one member has a gap");
  const read =
    "import sys,json,xarray as x\nd=x.open_dataset(sys.argv[1],decode_timedelta=False).drop_vars('time_bnds')\n" +
    "v=d.to_array()[:,:,:,:2].transpose('area','realization','time','variable').values\n" +
    "print(json.dumps([list(d.data_vars),d.R95p.base_period,d.area.flag_meanings,str(d.time.values[1])[:10],[None if a!=a else a for a in v.ravel().tolist()]]))";
  const [names, base, meanings, second, values] = python(read, at("indices.nc")) as [
    string[],
    string,
    string,
    string,
    number[],
  ];
  assert.equal(
    names.join(),
    titles!
      .replaceAll(/ \[[^\]]*\]/g, "")
      .split(",")
      .slice(3)
      .join(),
  );
  assert.equal([base, meanings, second], ["2003-2004", "Upper_Tana Tornio pond", "2004-01-01"]);
  for (const [i, expected] of theirs.table.flat().entries()) near(values[i] ?? Number.NaN, expected, `NetCDF ${i}`);
});

test("indices are refused where a value is no day, no year is whole, or the base period has no year", async () => {
  const series = await areaSeries(rain(400), squareAreas("all", [ROWS, COLUMNS], [ROWS, COLUMNS]));
  assert.equal(series.shape, [400, MEMBERS, 1]);
  throws(() => yearlyIndices(series, { base: [1961, 1990] }), OptionsError, /1961 to 1990 holds none.*2003 to 2003/);
  throws(() => yearlyIndices(series, { interval: 3600 }), OptionsError, /values over 3600 s; expected a day/);
  throws(() => yearlyIndices(series.isel({ time: [10, 360] })), DomainError, /no year has each of its days/);
  throws(
    () => yearlyIndices(series.with({ name: "tas", units: "K", attributes: {} })),
    OptionsError,
    /no precipitation/,
  );
  const hourly = { ...series.coordinates[0]!, attributes: { units: "hours since 2003-01-01" } };
  throws(() => yearlyIndices(series.with({ coordinates: [hourly] })), OptionsError, /values over 3600 s/);
});

test("a table is of areas, and OUTPUT of areas is a table or NetCDF", async () => {
  const cases: readonly (readonly [args: readonly string[], pattern: RegExp])[] = [
    [["-o", at("a.csv")], /a table is of --areas/],
    [["-o", at("a.tif"), "--areas", "16km"], /ends in \.csv or \.nc/],
    [["-o", at("a.nc"), "--indices"], /--indices are of --areas/],
    [["-o", at("a.nc"), "--areas", "16km", "--base", "1981:2010"], /--base is for --indices/],
    [["-o", at("a.nc"), "--areas", "16km", "--base", "2010:1981"], /first and last year/],
    [["-o", at("a.nc"), "--areas", "1km"], /--areas 1km is less than half a cell/],
  ];
  for (const [args, pattern] of cases) {
    const said = await mongeHere("convert", at("rain.nc"), ...args);
    assert.is(said.status, 2, said.stderr);
    assert.match(said.stderr, pattern);
  }
});

test.run();
