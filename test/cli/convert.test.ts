/** `monge convert`: what it writes is what xarray selects and converts, in every format, or nothing at all. */
import { existsSync, writeFileSync } from "node:fs";
import { timeRange } from "../../cli/shell/read-options.ts";
import { Field, lazyField, openDataset, readField, regrid, regularGrid, writeNetcdf } from "../../io/index.ts";
import { testData } from "../data.ts";
import { all, allClose, assert, temporaryFolder, test } from "../harness.ts";
import { hasPython, python, skip, tool } from "../io/oracle.ts";
import { writeSyntheticRain } from "./data.ts";
import { line, mongeDone, mongeHere, mongeRefused, oneLine, type Said } from "./run.ts";

const { at } = temporaryFolder(test);

async function converted(...args: string[]): Promise<Said> {
  const said = await mongeDone("convert", ...args);
  return said;
}

test("a part of two yearly files in other units is xarray's, as NetCDF-4 and Zarr", async () => {
  if (!hasPython("xarray", "netCDF4")) return skip("no xarray and netCDF4 for /usr/bin/python3");
  const path = testData("pairs/ncep_iberia_pr_cut.nc");
  const whole = await readField(path);
  await writeNetcdf(at("early.nc"), whole.isel({ time: [0, 150] }));
  await writeNetcdf(at("late.nc"), whole.isel({ time: [150, 450] }));
  const outputs = ["out.nc", "out.zarr"].map(at);
  const cut = ["--bbox", "-5,38,3,42", "--time", "1983-12-20:1985-02", "--to-units", "mm"];
  // A slab of 0.001 MB is a few days: the writers are appended to many times.
  for (const output of outputs) await converted(at("late.nc"), at("early.nc"), "-o", output, ...cut, "--slab", "0.001");
  const [expected, bounds, ...found] = python(
    `
import sys, json, numpy as np, xarray as xr
path, *outputs = sys.argv[1:]
def told(v): return [list(v.shape), [str(t)[:19] for t in v.time.values], [float(x) for x in v.lat], [float(x) for x in v.lon], [float(x) for x in np.asarray(v, "f8").ravel()]]
ds = xr.open_dataset(path).sel(time=slice("1983-12-20", "1985-02"), lat=slice(38, 42), lon=slice(-5, 3))
out = [told(ds.pr.astype("f8") * 86400.0), [str(t)[:19] for t in ds.time_bnds.values.ravel()]]
for one in outputs:
    ds = xr.open_zarr(one) if one.endswith("zarr") else xr.open_dataset(one)
    out.append(told(ds.pr) + [ds.pr.attrs["units"], ds.pr.attrs["standard_name"], ds.attrs["history"], [str(t)[:19] for t in ds[ds.time.attrs.get("bounds") or ds.time.encoding["bounds"]].values.ravel()]])
print(json.dumps(out))`,
    path,
    ...outputs,
  ) as [unknown[], string[], ...unknown[][]];
  for (const [i, one] of found.entries()) {
    assert.equal(one.slice(0, 2), expected.slice(0, 2), outputs[i]);
    for (const k of [2, 3, 4]) {
      const [own, other] = [one[k] as number[], expected[k] as number[]];
      const scale = Math.max(...other.map(Math.abs));
      // Each day by the length of its bounds: float32 values, multiplied in float64 and rounded once.
      const worst = Math.max(...own.map((v, n) => Math.abs(v - other[n]!)));
      assert.ok(own.length === other.length && worst <= 1e-7 * scale, `${outputs[i]} ${k}: ${worst}`);
    }
    assert.equal(one.slice(5, 7), ["mm", "lwe_thickness_of_precipitation_amount"]);
    assert.match(one[7] as string, /monge convert/);
    assert.equal(one[8], bounds, outputs[i]);
  }
});

test("a month becomes the bands of a GeoTIFF", async () => {
  await writeSyntheticRain(at("rain.nc"), { days: 40, units: "mm" });
  await converted(at("rain.nc"), "-o", at("rain.tif"), "--time", "2020-02", "--epsg", "none");
  const field = await readField(at("rain.tif"));
  assert.equal(field.shape, [9, 32, 32]);
  assert.equal(field.values, (await readField(at("rain.nc"))).isel({ time: [31, 40] }).values);
});

test("amounts become rates by the stated interval or by the spacing of times, never by guessing", async () => {
  await writeSyntheticRain(at("daily.nc"), { days: 5, units: "mm" });
  await mongeRefused(
    /without the length of the interval/,
    ...line`convert ${at("daily.nc")} -o ${at("rate.nc")} --to-units mm/h`,
  );
  assert.not.ok(existsSync(at("rate.nc")));
  for (const interval of ["86400", "time"]) {
    await converted(
      ...line`${at("daily.nc")} -o ${at("rate.nc")} --to-units mm/h --interval ${interval} --time 2 --overwrite`,
    );
    const [rate, amount] = [await readField(at("rate.nc")), (await readField(at("daily.nc"))).isel({ time: [2, 3] })];
    assert.is(rate.units, "mm/h");
    for (const [i, v] of rate.values.entries())
      assert.ok(Math.abs(v * 24 - amount.values[i]!) <= 1e-6 * amount.values[i]!);
  }
  const sums = ["--to-units", "mm", "--interval", "86400"];
  const { stderr } = await mongeHere("convert", at("rate.nc"), "-o", at("sums.nc"), ...sums);
  assert.match(oneLine(stderr), /so no bounds of time are written; give the commands that read .* --interval 86400/);
});

test("accumulations since the start of a run become the amounts of each hour", async () => {
  const path = testData("pairs/arome_tp_nw_20180501_cut.nc");
  const cut = ["--bbox", "-2,48,-1,49", "--time", "2018-05-01T03:2018-05-01T09", "--tolerance", "0.01"];
  await converted(path, "-o", at("hourly.nc"), "--accumulated", "drop", ...cut);
  const data = await openDataset(path);
  const runs = await (await data.variable())
    .sel({ lon: [-2, -1], lat: [48, 49], time: ["2018-05-01T03", "2018-05-01T09"] })
    .load();
  data.close();
  const hourly = await readField(at("hourly.nc"));
  assert.equal([hourly.size("time"), hourly.times()[0]?.iso], [6, "2018-05-01T04:00:00"]);
  const plane = hourly.values.length / 6;
  assert.ok(hourly.values.every((v, i) => v === Math.fround(runs.values[i + plane]! - runs.values[i]!)));
  assert.equal(
    Array.from(hourly.coordinate("time")!.bounds!.slice(2, 4)),
    Array.from(hourly.coordinate("time")!.values.slice(0, 2)),
  );
});

test("--clip-negative sets negative precipitation to 0 and says how much", async () => {
  const rain = await writeSyntheticRain(at("wet.nc"), { days: 3, units: "mm" });
  const less = rain.with({ values: rain.values.map((v, i) => (i === 5 ? -6e-5 : v)) });
  await writeNetcdf(at("less.nc"), less);
  const { stderr } = await mongeDone("convert", at("less.nc"), "-o", at("clipped.nc"), "--clip-negative");
  assert.match(oneLine(stderr), /1 value was negative, down to -0\.00006 mm; set to 0/);
  const clipped = await readField(at("clipped.nc"));
  assert.ok(clipped.values.every((v, i) => v === (i === 5 ? 0 : rain.values[i])));
});

test("rows that turn back are copied, with a notice that names them", async () => {
  const field = new Field({
    name: "pr",
    dims: ["lat", "lon"],
    shape: [3, 2],
    values: new Float32Array(6),
    units: "mm",
    coordinates: [
      { name: "lat", dims: ["lat"], values: Float64Array.of(40, 42, 41), attributes: { units: "degrees_north" } },
      { name: "lon", dims: ["lon"], values: Float64Array.of(3, 4), attributes: { units: "degrees_east" } },
    ],
  });
  await writeNetcdf(at("back.nc"), field);
  const { stderr } = await mongeDone("convert", at("back.nc"), "-o", at("copied.nc"));
  assert.match(
    stderr,
    /coordinate lat[\s\S]*only increase or only decrease[\s\S]*41 at index 2[\s\S]*it is copied as it is/,
  );
});

test("a field in memory is selected by label as a file is", async () => {
  await writeSyntheticRain(at("memory.nc"), { days: 9, units: "mm" });
  const field = await readField(at("memory.nc"));
  const data = await openDataset(at("memory.nc"));
  const labels = { time: ["2020-01-03", "2020-01-05"], y: [4, 9] } as const;
  const stored = await (await data.variable())
    .sel(labels)
    .isel({ x: [3, 7] })
    .load();
  data.close();
  assert.equal(
    await lazyField(field)
      .sel(labels)
      .isel({ x: [3, 7] })
      .load(),
    stored,
  );
});

test("--coarsen 3 is xarray's coarsen(boundary='trim').mean(), gaps and bounds of cells included", async () => {
  if (!hasPython("xarray", "netCDF4")) return skip("no xarray and netCDF4 for /usr/bin/python3");
  const path = testData("radar/knmi_20100826_cut.nc");
  const { stderr } = await converted(path, "-o", at("blocks.nc"), "--coarsen", "3", "--time", "0:4", "--slab", "0.001");
  const [shape, worst, gaps, share, edges] = python(
    `
import sys, json, numpy as np, xarray as xr
path, own = sys.argv[1:]
v = xr.open_dataset(path).pr.isel(time=slice(0, 4)).astype("f8")
y, x = v.dims[-2:]
expected = v.coarsen({y: 3, x: 3}, boundary="trim").mean(skipna=False)
ds = xr.open_dataset(own)
got = ds.pr.astype("f8")
both = np.isfinite(expected.values)
places = max(float(abs(got[d].values - expected[d].values).max()) for d in (y, x))
size = float(abs(v[y][1] - v[y][0]))
b = ds[ds[y].attrs.get("bounds") or ds[y].encoding["bounds"]] if "bounds" in {**ds[y].attrs, **ds[y].encoding} else None
print(json.dumps([[list(got.shape), list(expected.shape), list(v.shape)], max(float(abs(got.values - expected.values)[both].max() / expected.max()), places), int((np.isnan(got.values) != ~both).sum()), float(both.mean()), None if b is None else float(abs(abs(b[:, 1] - b[:, 0]) - 3 * size).max())]))`,
    path,
    at("blocks.nc"),
  ) as [number[][], number, number, number, number | null];
  assert.equal(shape[0], shape[1]);
  assert.ok(worst < 1e-6, `${worst}`);
  assert.is(gaps, 0);
  assert.ok(share > 0.1 && share < 1, `${share} of the blocks have no gap`);
  assert.ok(edges === null || edges < 1e-6, `${edges}`);
  const left = [1, 2].map((k) => shape[2]![k]! % 3);
  assert.is(/are left out/.test(stderr), left.some(Boolean), stderr);
  await converted(path, "-o", at("more.nc"), "--coarsen", "3", "--minimum-valid", "0.1", "--time", "0:4");
  const [few, more] = await Promise.all(
    ["blocks.nc", "more.nc"].map(async (name) => (await readField(at(name))).values.filter(Number.isFinite).length),
  );
  assert.ok(more! > few!, `${few} ${more}`);
});

test("even steps in a box and another file's grid are those of cdo remapcon and remapbil", async () => {
  const [ncep, arpege, arome] = ["ncep_iberia_pr", "arpege_tp_nw_20180501", "arome_tp_nw_20180501"].map((name) =>
    testData(`pairs/${name}_cut.nc`),
  ) as [string, string, string];
  const grid = at("grid");
  if (tool("cdo", "--version") === undefined || !hasPython("xarray", "netCDF4"))
    return skip("no cdo or no xarray for /usr/bin/python3");
  writeFileSync(grid, "gridtype=lonlat\nxsize=10\nysize=6\nxfirst=-7.5\nxinc=1\nyfirst=37.5\nyinc=1\n");
  const even = ["--grid", "1", "--bbox=-8,37,2,43", "--time", "1984-01", "--slab", "0.0001"];
  await converted(ncep, "-o", at("even.nc"), ...even, "--minimum-valid", "0");
  await converted(ncep, "-o", at("even.zarr"), ...even);
  const like = ["--grid", arome, "--method", "bilinear", "--time", "4:10", "--slab", "0.01"];
  await converted(arpege, "-o", at("like.nc"), ...like);
  tool("cdo", "-s", "-O", `remapcon,${grid}`, "-selmon,1", "-selyear,1984", ncep, at("even-cdo.nc"));
  tool("cdo", "-s", "-O", `remapbil,${arome}`, "-seltimestep,5/10", arpege, at("like-cdo.nc"));
  const told = python(
    `
import sys, json, numpy as np, xarray as xr
out = []
for name, pair in [("pr", sys.argv[1:3]), ("tp", sys.argv[3:5])]:
    a, b = [xr.open_dataset(one) for one in pair]
    same = all(np.allclose(a[n].values, b[n].values, rtol=0, atol=1e-9) for n in ("lat", "lon")) and (a.time.values == b.time.values).all()
    x, y = a[name].values.astype("f8"), b[name].values.astype("f8")
    out.append([bool(same), list(x.shape), bool((np.isnan(x) == np.isnan(y)).all() and np.isfinite(x).mean() > 0.9), float(np.nanmax(abs(x - y)) / np.nanmax(y))])
z = xr.open_zarr(sys.argv[5]).pr
out.append([list(z.shape), z.attrs["cell_methods"], float(z.lon[0])])
print(json.dumps(out))`,
    ...["even.nc", "even-cdo.nc", "like.nc", "like-cdo.nc", "even.zarr"].map(at),
  ) as [boolean, number[], boolean, number][];
  assert.equal(told[0]![1], [31, 6, 10]);
  assert.equal(told[1]![1], [6, 80, 120]);
  for (const [same, , holes, worst] of told.slice(0, 2)) {
    assert.ok(same && holes, JSON.stringify(told));
    assert.ok(worst < 1e-6, String(worst));
  }
  assert.equal(told[2] as unknown, [[31, 6, 10], "time: mean area: mean", -7.5]);
});

/** The same values to the rounding of weights, the same cells missing. */
function close(a: Field, b: Field): void {
  assert.equal(a.shape, b.shape);
  const off = a.values.findIndex(
    (v, i) => !(Math.abs(v - b.values[i]!) < 1e-5) && !(Number.isNaN(v) && Number.isNaN(b.values[i]!)),
  );
  assert.is(off, -1, `${a.values[off]} ${b.values[off]}`);
}

test("radar on two-dimensional positions goes to even steps, and back to the rows and columns of the radar", async () => {
  const radar = testData("radar/stageiv_xyt_cut.nc");
  const name = "Total_precipitation_surface_1_Hour_Accumulation";
  const cut = ["--time", "0:3", "--variable", name];
  const box = ["--bbox=-80,33,-78,35"];
  await converted(radar, "-o", at("radar-even.nc"), ...cut, ...box, "--grid", "0.1", "--method", "bilinear");
  const [field, even] = [await readField(radar, { variable: name }), await readField(at("radar-even.nc"))];
  const grid = regularGrid({ step: 0.1, lat: [33, 35], lon: [-80, -78] });
  // The box of cells that is read has all that the whole has.
  close(even, regrid(field.isel({ time: [0, 3] }), grid, { method: "bilinear" }));
  assert.ok(even.countMissing() < even.values.length / 2);
  await converted(at("radar-even.nc"), "-o", at("like-radar.nc"), "--grid", `${radar}:${name}`, "--method", "bilinear");
  const like = await readField(at("like-radar.nc"));
  assert.equal(like.dims, ["time", "y", "x"]);
  assert.equal(like.shape, [3, 118, 87]);
  assert.equal(like.coordinate("lat")!.values, field.coordinate("lat")!.values);
  const back = regrid(even, field, { method: "bilinear" });
  assert.ok(back.countMissing() < back.values.length - 500);
  close(like, back);
});

test("--dry-run and --json say what part it is, and a dry run writes nothing", async () => {
  await writeSyntheticRain(at("dry.nc"), { days: 9, units: "mm" });
  const { stdout } = await converted(
    ...line`${at("dry.nc")} -o ${at("dry-out.nc")} --time 2020-01-03:2020-01-05 --dry-run`,
  );
  const plan = JSON.parse(stdout);
  assert.equal([plan.shape, plan.dims, plan.units, plan.format], [[3, 32, 32], ["time", "y", "x"], "mm", "netcdf4"]);
  assert.equal(plan.times, { first: "2020-01-03T00:00:00", last: "2020-01-05T00:00:00" });
  assert.not.ok(existsSync(at("dry-out.nc")));
});

test("times are dates, or indices where they cannot be years", () => {
  const cases: [string, ReturnType<typeof timeRange>][] = [
    ["2018", { dates: ["2018", "2018"] }],
    ["2018-06", { dates: ["2018-06", "2018-06"] }],
    ["2018-06:2018-08", { dates: ["2018-06", "2018-08"] }],
    ["2018:", { dates: ["2018", null] }],
    [":2018-02-30", { dates: [null, "2018-02-30"] }],
    ["2018-06-03T12:30:2018-06-03T13", { dates: ["2018-06-03T12:30", "2018-06-03T13"] }],
    ["2018-06-03T12:30", { dates: ["2018-06-03T12:30", "2018-06-03T12:30"] }],
    ["5", { indices: [5, 6] }],
    ["0:10", { indices: [0, 10] }],
    ["#1000:1200", { indices: [1000, 1200] }],
  ];
  for (const [text, expected] of cases) assert.equal(timeRange(text), expected, text);
  for (const text of ["", ":", "5:3", "June", "2018-06-", "#x", "2018 2019"])
    assert.throws(() => timeRange(text), text);
});

test("rates of hours become daily sums in millimetres, and those of a half day are missing and said", async () => {
  await writeSyntheticRain(at("daily.nc"), { days: 3, units: "mm" });
  const day = await readField(at("daily.nc"));
  const [time, ...others] = day.coordinates;
  const hours = Float64Array.from({ length: 60 }, (_, i) => Math.floor(time!.values[0]!) + i / 24);
  const { bounds: _, ...plain } = time!;
  const size = day.values.length / 3;
  await writeNetcdf(
    at("hourly.nc"),
    new Field({
      ...{ name: "pr", dims: day.dims, shape: [60, ...day.shape.slice(1)], units: "mm/h" },
      coordinates: [{ ...plain, values: hours }, ...others],
      values: Float32Array.from({ length: 60 * size }, (_, i) => day.values[i % size]!),
    }),
  );
  const units = ["--to-units", "mm", "--interval", "time"];
  const asked = [at("hourly.nc"), "-o", at("day-sums.nc"), "--every", "1day", "--sum"];
  const { stderr } = await converted(...asked, ...units);
  assert.match(stderr, /have no bounds: .*--closed right.*\n1 of 3 periods are not filled by times.*\(50 %\)/);
  const sums = await readField(at("day-sums.nc"));
  assert.equal([sums.shape[0], sums.units, sums.attributes["cell_methods"]], [3, "mm", "time: sum"]);
  allClose(
    sums.values.slice(0, size),
    (i) => 24 * day.values[i]!,
    (v) => 1e-6 * v,
  );
  all(sums.values.slice(2 * size), Number.isNaN);
  await converted(...asked, ...units, "--minimum-valid", "0.5", "--overwrite");
  allClose(
    (await readField(at("day-sums.nc"))).values.slice(2 * size),
    (i) => 12 * day.values[i]!,
    (v) => 1e-6 * v,
  );
});

test.run();
