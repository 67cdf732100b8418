/** Labels mean what they mean in xarray: dates in every calendar, ranges, nearest places, archives joined by combine_by_coords. */
import fc from "fast-check";
import { OptionsError } from "../../../engine/index.ts";
import type { Label, SelectOptions } from "../../../io/field/index.ts";
import { type Field, openDataset } from "../../../io/index.ts";
import { findData, moreData, testData } from "../../data.ts";
import { assert, equalBy, refuses, temporaryFolder, test, throws } from "../../harness.ts";
import { over } from "../fields.ts";
import { type Digest, digest, hasPython, python, skip } from "../oracle.ts";

const { folder, at } = temporaryFolder(test);

interface Case {
  readonly paths: readonly string[];
  readonly variable: string;
  readonly labels: Readonly<Record<string, Label>>;
  readonly options?: SelectOptions;
  /** Longitudes that xarray is to bring to -180 … 180 first. */
  readonly roll?: string;
}

interface Expected extends Digest {
  readonly times: readonly string[];
  readonly coordinates: Readonly<Record<string, readonly number[]>>;
}

const XARRAY = `
import sys, json, numpy as np, xarray as xr
def text(t):
    if isinstance(t, np.datetime64): return str(t.astype("datetime64[s]"))
    return t.isoformat()[:19] if t.year > 999 else "%04d%s" % (t.year, t.isoformat()[t.isoformat().index("-"):][:15])
out = []
for case in json.loads(sys.argv[1]):
    paths = case["paths"]
    kw = dict(decode_timedelta=False)
    ds = xr.open_dataset(paths[0], **kw) if len(paths) == 1 else xr.combine_by_coords([xr.open_dataset(p, **kw) for p in paths], data_vars="minimal", coords="minimal", compat="override")
    if "roll" in case:
        name = case["roll"]
        ds = ds.assign_coords({name: ((ds[name] + 180) % 360) - 180}).sortby(name)
    v = ds[case["variable"]]
    for name, label in case["labels"].items():
        if isinstance(label, str): label = [label, label]
        if isinstance(label, list):
            falling = v[name].ndim and v[name].size > 1 and bool(v[name][0] > v[name][1])
            a, b = label
            v = v.sel({name: slice(b, a) if falling else slice(a, b)})
        else:
            v = v.sel({name: label}, method="nearest" if case.get("options", {}).get("method") == "nearest" else None)
    a = np.asarray(v.values, dtype="f8")
    flat = a.ravel()
    known = flat[~np.isnan(flat)]
    n = flat.size
    coords = {d: [float(x) for x in v[d].values] for d in v.dims if d in v.coords and v[d].dtype.kind in "fiu"}
    times = [text(t) for t in v["time"].values] if "time" in v.dims and v["time"].dtype.kind in "MO" else []
    out.append(dict(shape=list(a.shape), missing=int(np.isnan(flat).sum()), sum=float(known.sum()),
        low=float(known.min()) if known.size else 0, high=float(known.max()) if known.size else 0,
        samples=[None if np.isnan(flat[i * (n - 1) // 6]) else float(flat[i * (n - 1) // 6]) for i in range(7)],
        times=times, coordinates=coords))
print(json.dumps(out))
`;

/** Daily files of three years in each calendar, each year with its own packing and epoch; latitudes fall. */
const WRITE = `
import sys, numpy as np, netCDF4, cftime
folder = sys.argv[1]
for calendar, year in [(calendar, year) for calendar in sys.argv[2:] for year in (1999, 2000, 2001)]:
    if year == 1999: rng = np.random.default_rng(7)
    units = "hours since %d-01-01" % year if year > 1999 else "days since 1850-01-01"
    first = cftime.datetime(year, 1, 1, calendar=calendar)
    days = (cftime.datetime(year + 1, 1, 1, calendar=calendar) - first).days
    with netCDF4.Dataset("%s/%s_%d.nc" % (folder, calendar, year), "w", format="NETCDF4" if year == 2000 else "NETCDF3_64BIT_OFFSET") as nc:
        for name, n in (("time", None), ("lat", 7), ("lon", 12)): nc.createDimension(name, n)
        time = nc.createVariable("time", "f8", ("time",)); time.units = units; time.calendar = calendar
        lat = nc.createVariable("lat", "f4", ("lat",)); lat.units = "degrees_north"; lat[:] = np.linspace(60, -60, 7)
        lon = nc.createVariable("lon", "f4", ("lon",)); lon.units = "degrees_east"; lon[:] = np.arange(12) * 30
        pr = nc.createVariable("pr", "i2", ("time", "lat", "lon"), fill_value=-999); pr.units = "mm"
        pr.scale_factor = 0.01 * (year - 1998); pr.add_offset = float(year - 1999)
        date = first + np.arange(days) * __import__("datetime").timedelta(days=1) + __import__("datetime").timedelta(hours=12)
        time[:] = cftime.date2num(date, units, calendar)
        pr.set_auto_maskandscale(False)
        raw = rng.integers(0, 9000, (days, 7, 12)); raw[rng.random(raw.shape) < 0.1] = -999
        pr[:] = raw
print("null")
`;

const plain = ({ dims, shape, values, coordinates, attributes, gridMapping }: Field) => ({
  // NaN equals itself in plain arrays only.
  ...{ dims, shape, values: Array.from(values), attributes, gridMapping },
  coordinates: coordinates.map((c) => ({ ...c, values: Array.from(c.values) })),
});

const CALENDARS = ["standard", "noleap", "360_day", "julian"];

async function check(cases: readonly Case[]): Promise<void> {
  const expected = python(XARRAY, JSON.stringify(cases)) as Expected[];
  for (const [i, { paths, variable, labels, options }] of cases.entries()) {
    const message = JSON.stringify(cases[i]);
    const data = await openDataset(paths);
    try {
      const whole = await data.variable(variable);
      const field = await whole.sel(labels, options).load();
      if (whole.bytes < 1e8) assert.equal(plain((await whole.load()).sel(labels, options)), plain(field), message);
      const { times, coordinates, ...values } = expected[i]!;
      const found = digest(field.values, field.shape);
      assert.equal([found.shape, found.missing, found.samples.length], [values.shape, values.missing, 7], message);
      // xarray unpacks small integers in float32 or float64, we in float64 rounded to float32.
      const near = (a: number, b: number, scale: number) =>
        assert.ok(Math.abs(a - b) <= 1e-6 * scale, `${a} ${b} ${message}`);
      near(found.sum, values.sum, 1e-3 + field.values.length * Math.max(Math.abs(values.low), Math.abs(values.high)));
      for (const [k, sample] of found.samples.entries()) {
        if (sample === null || values.samples[k] === null) assert.is(sample, values.samples[k], message);
        else near(sample, values.samples[k]!, 1e-3 + Math.abs(values.high));
      }
      if (times.length > 0) {
        equalBy(field.times(), ({ iso }) => iso?.slice(0, 19), times, message);
      }
      for (const [name, positions] of Object.entries(coordinates)) {
        const own = field.coordinate(name);
        for (const [k, v] of own?.values.entries() ?? []) near(v, positions[k]!, 360);
      }
    } finally {
      data.close();
    }
  }
}

test("dates and boxes in archives of every calendar are those of xarray", async () => {
  if (!hasPython("xarray", "cftime")) return skip("no xarray and cftime for /usr/bin/python3");
  python(WRITE, folder, ...CALENDARS);
  const cases = CALENDARS.flatMap((calendar): Case[] => {
    const paths = [1999, 2000, 2001].map((year) => at(`${calendar}_${year}.nc`));
    const last = calendar === "360_day" ? "2000-02-30" : calendar === "noleap" ? "2000-02-28" : "2000-02-29";
    const labels: Record<string, Label>[] = [
      { time: "2000" },
      { time: "2000-02" },
      { time: last },
      { time: ["1999-12-15", "2000-01-02"] },
      { time: ["1999-11", "2001-02"], lat: [-25, 45], lon: [30, 95] },
      { time: ["2000-06-30T12", "2000-07-02T11:59"] },
      { time: [null, "1999-01-03"], lat: 20 },
      { time: ["2001-12-29", null], lon: 330 },
    ];
    return [
      ...labels.map((one) => ({ paths, variable: "pr", labels: one })),
      { paths, variable: "pr", labels: { lat: 31, lon: 47, time: "2000-05" }, options: { method: "nearest" } },
      { paths, variable: "pr", labels: { time: "2000-05", lon: [-95, 60] }, roll: "lon" },
      { paths: paths.slice(1, 2), variable: "pr", labels: { time: "2000-03-01" } },
    ];
  });
  await check(
    cases.filter(({ options, labels }) => !(options?.method === "nearest" && typeof labels.time === "string")),
  );
  console.log(`${cases.length} selections agree`);
});

type Part = readonly [file: string, variable: string, labels: Record<string, Label>, more?: Partial<Case>];

test("parts of real files are xarray's", async () => {
  if (!hasPython("xarray", "cftime")) return skip("no xarray for /usr/bin/python3");
  // biome-ignore format: a table
  const parts: readonly Part[] = [
    ["coarse/bcsd_obs_1999.nc", "pr", { time: "1999-07", latitude: [34, 35], longitude: [-80.1, -79.2] }],
    ["corpus/netcdf/stars_test_adaptor.cams_regional_fc.nc", "pm10_conc", { longitude: [-0.31, 0.22] },
      { roll: "longitude" }],
    ["pairs/ncep_iberia_pr_cut.nc", "pr", { time: ["1983-12", "1984-01"], lat: [38, 42], lon: [-5, 3] }],
    ["pairs/arome_tp_nw_20180501_cut.nc", "tp", { time: "2018-05-01T06", lat: [48.2, 49], lon: [-1.5, 0.5] }],
    ["radar/fmi_20160928_cut.nc", "pr",
      { time: ["2016-09-28T16", "2016-09-28T16:20"], y: [1e6, 1.1e6], x: [4e5, 5e5] }],
    ["radar/radolan_sf_5days_cut.nc", "pr", { time: "2018", y: [-4.2e6, -4.1e6] }],
    ["radar/meteonet_rain_nw_201608_cut.nc", "pr", { time: ["2016-08", null], lat: [51, 51.5] }],
    ["radar/stageiv_xyt_cut.nc", "Total_precipitation_surface_1_Hour_Accumulation", { time: "2018-09-13T21" }],
    ["coarse/lisflood_fraser_tp_1986-2018.nc", "pr",
      { time: ["2001-06", "2001-08"], lat: [53, 53.5], lon: [-124, -123] }],
    ["coarse/canesm2_pr_na10km_365day.nc", "pr", { time: ["2095-02-27", "2095-03-01"], lat: [43, 44] }],
    ["coarse/era5_daily_5cities_1990-1993.nc", "pr", { time: "1992-02" }],
    ["coarse/sresa1b_ncar_ccsm3_pr.nc", "pr", { lat: [30, 50], lon: [-20, 15] }, { roll: "lon" }],
    ["corpus/netcdf/xclim_prsn_day_CanESM5_historical_r1i1p1f1_gn_19910101-20101231.nc", "prsn", { time: "1996-02" }],
    ["pairs/cordex_iberia_pr.nc", "pr", { time: ["1990-12", "1991-01"], rlat: [-10, -5] }],
    ["pairs/cmip5_iberia_pr.nc", "pr", { time: "1995-02", lat: [38, 42], lon: [-5, 3] }],
    ["pairs/arome_tp_nw_20180501.nc", "tp", { time: "2018-05-01T06", lat: [48, 50], lon: [-2, 1] }],
    ["radar/mch_20160711.nc", "pr", { time: ["2016-07-11T22", "2016-07-11T22:20"], y: [0, 1e5], x: [3e5, 4e5] }],
    ["corpus/netcdf/geps_ensemble.nc", "pr", { time: ["2020-12-11", "2020-12-12"], member: [3, 5] }],
  ];
  const missing = parts.filter(([file]) => findData(file) === undefined);
  if (missing.length > 0) skip(`${missing.length} of ${parts.length} archives that are not in MONGE_DATA`);
  const cases = parts.flatMap(([file, variable, labels, more]): Case[] => {
    const path = findData(file);
    return path === undefined ? [] : [{ paths: [path], variable, labels, ...more }];
  });
  if (cases.length > 0) await check(cases);
});

interface Turned {
  readonly path: string;
  readonly variable: string;
  readonly rows: string;
  readonly columns: string;
  readonly lat: readonly [number, number];
  readonly lon: readonly [number, number];
  readonly time: string;
}

/** A box of latitudes and longitudes on a grid with both in 2-D, and the cell nearest to its middle. */
async function boxOnTurnedGrid({ path, variable, rows: yDim, columns: xDim, lat, lon, time }: Turned): Promise<void> {
  const data = await openDataset(path);
  try {
    const pr = await data.variable(variable);
    const box = pr.sel({ lat, lon, time });
    const inside = (c: typeof pr, r: number, k: number) => {
      const i = r * c.size(xDim) + k;
      const [y, x] = [c.coordinate("lat")!.values[i]!, c.coordinate("lon")!.values[i]!];
      return y >= lat[0] && y <= lat[1] && x >= lon[0] && x <= lon[1];
    };
    const count = (c: typeof pr) => {
      let n = 0;
      for (let r = 0; r < c.size(yDim); r++) for (let k = 0; k < c.size(xDim); k++) if (inside(c, r, k)) n++;
      return n;
    };
    assert.ok(count(box) > 10);
    assert.is(count(box), count(pr));
    assert.ok(count(pr) < (pr.size(yDim) * pr.size(xDim)) / 2, "the box is a part");
    const [rows, columns] = [box.size(yDim), box.size(xDim)];
    for (const [r, c] of [
      [0, undefined],
      [rows - 1, undefined],
      [undefined, 0],
      [undefined, columns - 1],
    ] as const) {
      const edge = Array.from({ length: r === undefined ? rows : columns }, (_, i) => inside(box, r ?? i, c ?? i));
      assert.ok(edge.some(Boolean), "every edge of the box touches a cell inside");
    }
    const middle = { lat: (lat[0] + lat[1]) / 2, lon: (lon[0] + lon[1]) / 2 };
    const place = pr.sel(middle, { method: "nearest" });
    assert.equal(place.dims, ["time"]);
    assert.ok(Math.abs(place.coordinate("lat")!.values[0]! - middle.lat) < 0.3);
    assert.ok(Math.abs(place.coordinate("lon")!.values[0]! - middle.lon) < 0.4);
  } finally {
    data.close();
  }
}

test("a box of latitudes and longitudes on a turned grid is the smallest box of cells around those inside", async () => {
  await boxOnTurnedGrid({
    path: testData("radar/stageiv_xyt_cut.nc"),
    variable: "Total_precipitation_surface_1_Hour_Accumulation",
    rows: "y",
    columns: "x",
    lat: [34.5, 35.5],
    lon: [-78.5, -77.5],
    time: "2018-09-13T21",
  });
  const rotated = moreData("pairs/cordex_iberia_pr.nc");
  if (rotated === undefined) return;
  await boxOnTurnedGrid({
    path: rotated,
    variable: "pr",
    rows: "rlat",
    columns: "rlon",
    lat: [40, 42],
    lon: [-4, -1],
    time: "1990-12-24",
  });
});

test("a box of longitudes takes every meridian inside it once, in order, whatever the grid's convention", () => {
  const grid = fc.record({
    start: fc.integer({ min: -720, max: 720 }).map((v) => v / 2),
    step: fc.constantFrom(0.5, 1, 7.5, 45, -0.5, -15),
    share: fc.double({ min: 0.05, max: 1, noNaN: true }),
  });
  const box = fc.record({ west: fc.integer({ min: -540, max: 540 }), length: fc.integer({ min: 0, max: 359 }) });
  fc.assert(
    fc.property(grid, box, ({ start, step, share }, { west, length }) => {
      const n = Math.max(1, Math.floor((share * 360) / Math.abs(step)));
      const values = Float64Array.from({ length: n }, (_, i) => start + i * step);
      const whole = over({ lon: [values, "degrees_east"] });
      const inside = (v: number) => (((v - west) % 360) + 360) % 360 <= length;
      const expected = Array.from(values.keys()).filter((i) => inside(values[i]!));
      if (expected.length === 0) return void throws(() => whole.sel({ lon: [west, west + length] }), OptionsError, /./);
      const part = whole.sel({ lon: [west, west + length] });
      assert.equal(
        [...part.values].toSorted((a, b) => a - b),
        expected,
      );
      const given = part.coordinate("lon")!.values;
      for (const [i, v] of given.entries()) {
        assert.ok(v >= west - 1e-3 && v <= west + length + 1e-3, `${v} in ${west} + ${length}`);
        if (i > 0) assert.ok(Math.sign(v - given[i - 1]!) === Math.sign(step), `${given}`);
      }
    }),
    { numRuns: 2000, seed: 20261125 },
  );
});

test("files that do not belong together are refused with the names of both", async () => {
  if (!hasPython("netCDF4", "cftime")) return skip("no netCDF4 and cftime for /usr/bin/python3");
  for (const calendar of ["standard", "noleap", "proleptic_gregorian"]) python(WRITE, folder, calendar);
  const changed = python(
    `
import sys, json, shutil, netCDF4
base, folder = sys.argv[1:3]
out = {}
def change(name, how):
    path = folder + "/" + name + ".nc"
    shutil.copy(base, path)
    with netCDF4.Dataset(path, "a") as nc: how(nc)
    out[name] = path
change("grid", lambda nc: nc["lon"].__setitem__(slice(None), nc["lon"][:] + 1))
change("units", lambda nc: nc["pr"].setncattr("units", "cm"))
change("renamed", lambda nc: nc.renameVariable("pr", "rain"))
change("backwards", lambda nc: nc["time"].__setitem__(slice(3, 5), nc["time"][:][[4, 3]]))
print(json.dumps(out))`,
    at("standard_2000.nc"),
    folder,
  ) as Record<string, string>;
  const first = at("standard_1999.nc");
  const load = async (paths: string[]) => {
    const data = await openDataset(paths);
    await data.variable("pr").finally(() => data.close());
  };
  // biome-ignore format: a table
  const cases: [string[], RegExp][] = [
    [[first, changed.grid!], /grid\.nc: its grid is not that of .*standard_1999\.nc: coordinate lon .* from 1 to 331/],
    [[first, changed.units!], /units\.nc: its variable pr is in cm, that of .*standard_1999\.nc in mm/],
    [[first, changed.renamed!], /renamed\.nc: it has no variable pr, which .*standard_1999\.nc has; it has .*rain/],
    [[first, changed.backwards!],
      /backwards\.nc: its times do not increase \(2000-01-04T12:00:00 follows 2000-01-05T12/],
    [[first, at("noleap_2000.nc")],
      /noleap_2000\.nc: its calendar is 365_day, that of .*standard_1999\.nc is standard/],
    [[at("standard_2000.nc"), changed.units!],
      /: it begins at 2000-01-01T12:00:00, but .* goes on until 2000-12-31T12:00:00/],
    [[first, testData("corpus/netcdf/stars_3B42_Daily.19991231.7.test.nc")],
      /stars_3B42_.*\.nc: it has no time to join files by/],
  ];
  for (const [paths, pattern] of cases) {
    await refuses(load(paths), pattern);
  }
  // Standard and proleptic Gregorian days are the same now.
  await load([first, at("proleptic_gregorian_2000.nc")]);
});

test.run();
