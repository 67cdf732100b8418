/** Stations: tables and CF time series hold the same measurements, and fields at their places are those of xarray. */
import { writeFileSync } from "node:fs";
import { DomainError, FormatError } from "../../../engine/index.ts";
import { atStations, Field, openDataset, readStations, writeField } from "../../../io/index.ts";
import { moreData } from "../../data.ts";
import { assert, axis, equalBy, refuses, suite, temporaryFolder } from "../../harness.ts";
import { hasPython, python, skip } from "../oracle.ts";

const test = suite("stations");
const { at } = temporaryFolder(test);

const rows = [
  ["Porto", -8.6, 41.2, "2003-02-01", 1.5],
  ["Porto", -8.6, 41.2, "2003-02-02", 0],
  ["Porto", -8.6, 41.2, "2003-02-04", 7.25],
  ['Sierra, "high"', -3.25, 37, "2003-02-02", 3],
  ['Sierra, "high"', -3.25, 37, "2003-02-01", ""],
] as const;
const quote = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const tableText = (head = "id,longitude,latitude,time,pr [mm]") =>
  [head, ...rows.map(([id, ...rest]) => [quote(id), ...rest].join(","))].join("\r\n");

const gap = Number.NaN;
const expected = [
  [1.5, gap],
  [0, 3],
  [7.25, gap],
].flat();

test("a table of one measurement a row becomes a field over times and stations, whole days with their bounds", async () => {
  writeFileSync(at("table.csv"), tableText());
  const { field, ids } = await readStations(`${at("table.csv")}:pr`);
  assert.equal(ids, ["Porto", 'Sierra, "high"']);
  assert.equal([...field.values], expected);
  assert.equal(field.dims, ["time", "station"]);
  assert.is(field.units, "mm");
  assert.equal([...field.coordinate("longitude")!.values], [-8.6, -3.25]);
  equalBy(field.times(), ({ iso }) => iso, ["2003-02-01T00:00:00", "2003-02-02T00:00:00", "2003-02-04T00:00:00"]);
  const { bounds, values } = field.coordinate("time")!;
  assert.equal(
    [...bounds!],
    [...values].flatMap((v) => [v, v + 86_400]),
  );
});

test("times with a clock have no bounds, and units may stand in a column", async () => {
  const text = [
    "Station,lon,lat,date,value,units",
    "a,1,2,2003-02-01T06:00,4,mm h-1",
    "a,1,2,2003-02-01 07:00Z,NA,mm h-1",
    "",
  ];
  writeFileSync(at("clock.csv"), text.join("\n"));
  const { field } = await readStations(at("clock.csv"));
  assert.is(field.units, "mm h-1");
  assert.is(field.coordinate("time")!.bounds, undefined);
  assert.equal([...field.values], [4, gap]);
});

test("what a table lacks or contradicts is refused with its line", async () => {
  const head = "id,longitude,latitude,time,value,units";
  const cases: readonly (readonly [text: string, pattern: RegExp, kind?: typeof DomainError])[] = [
    ["", /is empty/],
    ["id,longitude,latitude,time,rain\na,1,2,2003,4", /no column value.*id, longitude, latitude, time, rain/],
    ["id,longitude,time,value\na,1,2003,4", /no column latitude/],
    [`${head}\na,1,2,2003-02-30,4,mm`, /line 2: the time is "2003-02-30"/],
    [`${head}\na,1,2,2003-02-01,4,mm\na,1,2,2003-02-02,wet,mm`, /line 3: value is "wet"/],
    [`${head}\na,1,,2003-02-01,4,mm`, /line 2: latitude is ""/],
    [`${head}\na,1,2,2003-02-01,4`, /line 2 has 5 cells/],
    [`${head}\na,1,2,2003-02-01,4,mm\na,1,2,2003-02-02,4,inch`, /line 3: units are inch, and were mm/],
    [
      `${head}\na,1,2,2003-02-01,4,mm\na,1,3,2003-02-02,4,mm`,
      /line 3: station a is at 1, 3 and was at 1, 2/,
      DomainError,
    ],
    [`${head}\na,1,2,2003-02-01,4,mm\na,1,2,2003-02-01,5,mm`, /station a comes twice/, DomainError],
    [head, /no measurements/, DomainError],
  ];
  for (const [text, pattern, kind = FormatError] of cases) {
    writeFileSync(at("bad.csv"), text);
    await refuses(readStations(at("bad.csv")), pattern, kind);
  }
});

const layouts = `
import sys, numpy as np, netCDF4 as n
folder = sys.argv[1]
t, v, ids = [12084, 12085, 12087], np.array([[1.5, 0, 7.25], [np.nan, 3, np.nan]]), ['Porto', 'Sierra, "high"']
def begin(name, **dims):
    d = n.Dataset(f'{folder}/{name}.nc', 'w'); d.featureType = 'timeSeries'; d.Conventions = 'CF-1.11'
    for k, s in dims.items(): d.createDimension(k, s)
    d.createDimension('name', 20)
    i = d.createVariable('station_name', 'S1', ('station', 'name')); i.cf_role = 'timeseries_id'; i[:] = n.stringtochar(np.array(ids, 'S20'))
    for k, u, x in (('lat', 'degrees_north', [41.2, 37]), ('lon', 'degrees_east', [-8.6, -3.25])):
        c = d.createVariable(k, 'f8', ('station',)); c.units = u; c[:] = x
    return d
def put(d, dims, values, times, time_dims):
    w = d.createVariable('time', 'f8', time_dims); w.units = 'days since 1970-01-01'; w.standard_name = 'time'; w[:] = times
    p = d.createVariable('pr', 'f4', dims, fill_value=-9999); p.units = 'mm'; p.coordinates = 'time lat lon station_name'
    p[:] = np.ma.masked_invalid(values); d.close()
put(begin('orthogonal', station=2, time=3), ('station', 'time'), v, t, ('time',))
put(begin('incomplete', station=2, obs=3), ('station', 'obs'), v[:, ::-1], [t[::-1], t[::-1]], ('station', 'obs'))
flat, when, who = np.array([1.5, 0, 7.25, np.nan, 3]), [t[0], t[1], t[2], t[0], t[1]], [0, 0, 0, 1, 1]
d = begin('contiguous', station=2, obs=5); r = d.createVariable('row_size', 'i4', ('station',)); r.sample_dimension = 'obs'; r[:] = [3, 2]
put(d, ('obs',), flat, when, ('obs',))
order = [4, 0, 3, 2, 1]
d = begin('indexed', station=2, obs=5); r = d.createVariable('whose', 'i4', ('obs',)); r.instance_dimension = 'station'; r[:] = np.array(who)[order]
put(d, ('obs',), flat[order], np.array(when)[order], ('obs',))
print('{}')
`;

test("each of the four layouts of CF time series holds the measurements of the table", async () => {
  if (!hasPython("netCDF4", "numpy")) return skip("no netCDF4 for /usr/bin/python3");
  python(layouts, at(""));
  for (const name of ["orthogonal", "incomplete", "contiguous", "indexed"]) {
    const { field, ids } = await readStations(at(`${name}.nc`));
    assert.equal(ids, ["Porto", 'Sierra, "high"'], name);
    assert.equal([...field.values], expected, name);
    assert.equal([...field.coordinate("latitude")!.values], [41.2, 37], name);
    assert.is(field.times().at(-1)!.iso, "2003-02-04T00:00:00", name);
  }
});

test("homogenised stations of Canada are read as xarray reads them", async () => {
  const path = moreData("coarse/stations_ahccd_1950-2013.nc");
  if (path === undefined) return;
  if (!hasPython("xarray")) return skip("no xarray for /usr/bin/python3");
  const { field, ids } = await readStations(`${path}:pr`);
  const code =
    "import sys,json,xarray as x\np=x.open_dataset(sys.argv[1]).pr\n" +
    "print(json.dumps([p.location.values.tolist(),p.sum('time').values.astype(float).tolist(),p.isnull().sum('time').values.tolist()]))";
  const [names, sums, gaps] = python(code, path) as [string[], number[], number[]];
  assert.equal(ids, names);
  for (const k of ids.keys()) {
    const own = field.values.filter((_, i) => i % ids.length === k);
    assert.is(own.filter(Number.isNaN).length, gaps[k]);
    const sum = Array.from(own, (v) => v || 0).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum / sums[k]! - 1) < 1e-5, `${ids[k]}: ${sum}, ${sums[k]}`);
  }
});

const line = (name: string, units: string, values: readonly number[]) =>
  axis(name, Float64Array.from(values), { units });

/** Two times of two members on a map whose rows run southwards and whose longitudes run from 0 to 360. */
const map = new Field({
  ...{ name: "pr", dims: ["time", "realization", "lat", "lon"], shape: [2, 2, 4, 5], units: "mm" },
  values: Float64Array.from({ length: 80 }, (_, i) => ((i * 37) % 41) + i / 7),
  coordinates: [
    line("time", "days since 2003-02-01", [0, 1]),
    line("lat", "degrees_north", [42, 41, 40, 39]),
    line("lon", "degrees_east", [350, 351, 352, 353, 354]),
  ],
});
const places = "id,longitude,latitude,time,value\n";
const spots = [
  ["a", -8.6, 41.2],
  ["b", 353.49, 39.6],
  ["edge", -5.7, 42.3],
  ["far", 20, 41],
] as const;

test("a forecast at stations is xarray's nearest cell or its linear interpolation, and nothing outside of the cells", async () => {
  writeFileSync(at("spots.csv"), places + spots.map(([id, x, y]) => `${id},${x},${y},2003-02-01,1`).join("\n"));
  const { field: stations } = await readStations(at("spots.csv"));
  const [nearest, bilinear] = [atStations(map, stations), atStations(map, stations, "bilinear")];
  assert.equal(nearest.outside, [3]);
  assert.equal(bilinear.outside, [2, 3]);
  assert.equal(nearest.field.dims, ["time", "realization", "station"]);
  const [cells, between] = [(await nearest.field.load()).values, (await bilinear.field.load()).values];
  assert.ok([...cells.keys()].every((i) => Number.isNaN(cells[i]!) === (i % 4 === 3)));
  if (!hasPython("xarray", "scipy")) return skip("no xarray and scipy for /usr/bin/python3");
  await writeField(at("map.nc"), map);
  const code =
    "import sys,json,xarray as x\np=x.open_dataset(sys.argv[1]).pr\nx0=x.DataArray([351.4,353.49,354.3],dims='s')\n" +
    "y0=x.DataArray([41.2,39.6,42.3],dims='s')\nq=dict(lat=y0,lon=x0)\n" +
    "print(json.dumps([p.sel(**q,method='nearest').values.ravel().tolist(),p.interp(**q).values[...,:2].ravel().tolist()]))";
  const [theirs, linear] = python(code, at("map.nc")) as [number[], number[]];
  theirs.forEach((v, i) => {
    assert.is(cells[4 * Math.floor(i / 3) + (i % 3)], v, `cell ${i}`);
  });
  linear.forEach((v, i) => {
    assert.ok(Math.abs(between[4 * Math.floor(i / 2) + (i % 2)]! - v) < 1e-9, `between ${i}`);
  });
});

test("on a turned grid the nearest cell is the one whose centre is nearest on the sphere", async () => {
  const path = moreData("pairs/cordex_iberia_pr.nc");
  if (path === undefined) return;
  const data = await openDataset(path);
  try {
    const pr = (await data.variable("pr")).isel({ time: [0, 3] });
    const text = "a,-3.7,40.1,2003-02-01,1\nb,-8.4,43.1,2003-02-01,1";
    writeFileSync(at("iberia.csv"), places + text);
    const { field } = await atStations(pr, (await readStations(at("iberia.csv"))).field);
    const [whole, found] = [await pr.load(), await field.load()];
    const [lat, lon] = [whole.coordinate("lat")!.values, whole.coordinate("lon")!.values];
    const turn = Math.PI / 180;
    for (const [k, [x, y]] of (
      [
        [-3.7, 40.1],
        [-8.4, 43.1],
      ] as const
    ).entries()) {
      const nearness = Array.from(lat, (v, i) => {
        const [a, b, d] = [v * turn, y * turn, (lon[i]! - x) * turn];
        return Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(d);
      });
      const cell = nearness.indexOf(Math.max(...nearness));
      for (let t = 0; t < 3; t++) assert.is(found.values[2 * t + k], whole.values[t * lat.length + cell]);
    }
  } finally {
    data.close();
  }
});

test.run();
