/** `monge convert` of what can be read but does not fit a file as it is: groups, orders, grid mappings, undated steps. */
import { existsSync } from "node:fs";
import { writeGeotiff } from "../../io/formats/index.ts";
import { Field, lazyField, readField, writeNetcdf } from "../../io/index.ts";
import { moreData } from "../data.ts";
import { all, assert, equalBy, temporaryFolder, test } from "../harness.ts";
import { hasPython, python, skip, tool } from "../io/oracle.ts";
import { line, mongeDone, mongeRefused, words } from "./run.ts";

const { at } = temporaryFolder(test);
const oracle = hasPython("netCDF4", "xarray");

async function convert(...args: readonly string[]): Promise<void> {
  await mongeDone("convert", ...args);
}

async function refused(pattern: RegExp, ...args: readonly string[]): Promise<void> {
  await mongeRefused(pattern, "convert", ...args);
}

/** What xarray decodes: dimensions, first and last time, values. */
function seen(path: string, name: string) {
  const code = `
import json, sys, numpy as np, xarray
d = xarray.open_dataset(sys.argv[1])
v = d[sys.argv[2]]
t = [str(x)[:19].replace(" ", "T") for x in d["time"].values] if "time" in d.coords else None
print(json.dumps([list(v.dims), t, np.asarray(v.values, dtype=float).ravel().tolist(), sorted(d.variables)]))`;
  return python(code, path, name) as [string[], string[] | null, number[], string[]];
}

const makeImerg = `
import sys, json, numpy as np, netCDF4
d = netCDF4.Dataset(sys.argv[1], "w")
g = d.createGroup("Grid")
g.createDimension("time", None); g.createDimension("lon", 3); g.createDimension("lat", 2); g.createDimension("nv", 2)
t = g.createVariable("time", "i4", ("time",)); t.units = "seconds since 1970-01-01 00:00:00 UTC"; t.calendar = "julian"; t.bounds = "time_bnds"
t[:] = [1577836800]
b = g.createVariable("time_bnds", "i4", ("time", "nv")); b[:] = [[1577836800, 1577838600]]
for n, u, v in [("lon", "degrees_east", [5.05, 5.15, 5.25]), ("lat", "degrees_north", [45.05, 45.15])]:
    x = g.createVariable(n, "f4", (n,)); x.units = u; x.bounds = n + "_bnds"; x[:] = v
    e = g.createVariable(n + "_bnds", "f4", (n, "nv")); e[:] = [[y - 0.05, y + 0.05] for y in v]
p = g.createVariable("precipitation", "f4", ("time", "lon", "lat"), fill_value=-9999.9)
p.units = "mm/hr"; p.coordinates = "time lon lat"
p[:] = np.arange(6).reshape(1, 3, 2)
d.close()
print(json.dumps(None))`;

test("a variable in a group over (time, lon, lat), as IMERG has it, is written, and transposed and renamed on request", async () => {
  if (!oracle) return skip("a file with groups: Python has no netCDF4 and xarray");
  python(makeImerg, at("imerg.nc4"));
  await convert(at("imerg.nc4"), "-o", at("plain.nc"));
  assert.equal(seen(at("plain.nc"), "precipitation"), [
    ["time", "lon", "lat"],
    ["2020-01-01T00:00:00"],
    [0, 1, 2, 3, 4, 5],
    ["lat", "lat_bnds", "lon", "lon_bnds", "precipitation", "time", "time_bnds"],
  ]);
  const order = ["--dims", "time,y,lon", "--rename", "Grid/precipitation=pr", "--rename", "lat=y"];
  await convert(at("imerg.nc4"), "-o", at("pr.nc"), ...order);
  const [dims, , values, names] = seen(at("pr.nc"), "pr");
  assert.equal(dims, ["time", "y", "lon"]);
  assert.equal(values, [0, 2, 4, 1, 3, 5]);
  assert.ok(names.includes("y_bnds"));
  await convert(at("imerg.nc4"), "-o", at("pr.tif"));
  assert.equal([...(await readField(at("pr.tif"))).values], [1, 3, 5, 0, 2, 4], "north up");
  await convert(at("imerg.nc4"), "-o", at("pr.zarr"), "--time", "2020");
  assert.equal([...(await readField(at("pr.zarr"))).values], [0, 1, 2, 3, 4, 5]);
  await convert(at("imerg.nc4"), "-o", at("grid.nc"), "--grid", "0.1", "--bbox", "5,45,5.3,45.2");
  // Positions in float32 are off by a millionth of a cell.
  const near = (await readField(at("grid.nc"))).values.map((v) => Math.round(v * 1e4) / 1e4);
  assert.equal([...near], [0, 2, 4, 1, 3, 5]);
  await refused(
    /there is no rain to rename; it has precipitation, time, lon, lat/,
    ...line`${at("imerg.nc4")} -o ${at("x.nc")} --rename rain=pr`,
  );
  await refused(/two of .* would be named lon/, at("imerg.nc4"), "-o", at("x.nc"), "--rename", "lat=lon");
  await refused(
    /dims is time, lat; expected all of time, lon, lat/,
    ...line`${at("imerg.nc4")} -o ${at("x.nc")} --dims time,lat`,
  );
  assert.not.ok(existsSync(at("x.nc")));
});

const makeNemo = `
import sys, json, numpy as np, netCDF4
for k, path in enumerate(sys.argv[1:]):
    d = netCDF4.Dataset(path, "w")
    d.createDimension("time_counter", None); d.createDimension("y", 2); d.createDimension("x", 2); d.createDimension("axis_nbounds", 2)
    c = d.createVariable("time_counter", "f8", ("time_counter",)); c[:] = [0, 1]
    t = d.createVariable("time_centered", "f8", ("time_counter",)); t.units = "seconds since 1900-01-01 00:00:00"; t.bounds = "time_centered_bounds"; t.calendar = "gregorian"
    s = 3786825600.0 + 172800 * k
    t[:] = [s + 43200, s + 129600]
    b = d.createVariable("time_centered_bounds", "f8", ("time_counter", "axis_nbounds")); b[:] = [[s, s + 86400], [s + 86400, s + 172800]]
    for n, u in [("nav_lat", "degrees_north"), ("nav_lon", "degrees_east")]:
        x = d.createVariable(n, "f4", ("y", "x")); x.units = u; x[:] = [[1, 2], [3, 4]]
    p = d.createVariable("precip", "f4", ("time_counter", "y", "x")); p.units = "kg/m2/s"; p.coordinates = "time_centered nav_lat nav_lon"
    p[:] = np.arange(8).reshape(2, 2, 2) + 8 * k
    d.close()
print(json.dumps(None))`;

test("NEMO's time_counter without units takes the times that `coordinates` names, in one file and in several", async () => {
  if (!oracle) return skip("NEMO's times: Python has no netCDF4 and xarray");
  python(makeNemo, at("nemo1.nc"), at("nemo2.nc"));
  const one = await readField(at("nemo1.nc"));
  equalBy(one.times(), ({ iso }) => iso, ["2020-01-01T12:00:00", "2020-01-02T12:00:00"]);
  assert.is(one.dimOf("time"), "time_counter");
  assert.ok(one.coordinate("time_counter")!.bounds, "bounds travel");
  await convert(at("nemo1.nc"), at("nemo2.nc"), "-o", at("nemo.nc"), "--rename", "time_counter=time");
  const [dims, times, values] = seen(at("nemo.nc"), "precip");
  assert.equal(dims, ["time", "y", "x"]);
  assert.equal(times, ["2020-01-01T12:00:00", "2020-01-02T12:00:00", "2020-01-03T12:00:00", "2020-01-04T12:00:00"]);
  assert.equal(
    values,
    Array.from({ length: 16 }, (_, i) => i),
  );
  await convert(at("nemo1.nc"), "-o", at("second.nc"), ...words("--time 2020-01-02 --to-units mm --interval bounds"));
  assert.equal(
    [...(await readField(at("second.nc"))).values],
    [4, 5, 6, 7].map((v) => v * 86400),
  );
});

test("a grid mapping among the coordinates, as rioxarray writes it, is written as a grid mapping", async () => {
  if (!oracle) return skip("rioxarray's layout: Python has no netCDF4 and xarray");
  const make = `
import sys, json, numpy as np, netCDF4
d = netCDF4.Dataset(sys.argv[1], "w")
d.createDimension("y", 2); d.createDimension("x", 2)
for n in ("y", "x"):
    v = d.createVariable(n, "f8", (n,)); v.units = "m"; v.standard_name = "projection_%s_coordinate" % n; v[:] = [500.0, 1500.0]
s = d.createVariable("spatial_ref", "i8"); s.grid_mapping_name = "transverse_mercator"; s.crs_wkt = "PROJCS[...]"
p = d.createVariable("pr", "f4", ("y", "x")); p.units = "mm"; p.coordinates = "spatial_ref"
if sys.argv[2] == "1": p.grid_mapping = "spatial_ref"
p[:] = [[1, 2], [3, 4]]
d.close()
print(json.dumps(None))`;
  for (const stated of ["0", "1"]) {
    python(make, at("rio.nc"), stated);
    await convert(at("rio.nc"), "-o", at("rio-out.nc"), "--overwrite");
    const header = tool("ncdump", "-h", at("rio-out.nc"));
    if (header === undefined) return skip("the header: ncdump is not installed");
    assert.match(header, /pr:grid_mapping = "spatial_ref"/);
    assert.not.match(header, /pr:coordinates/);
    assert.match(header, /spatial_ref:grid_mapping_name = "transverse_mercator"/);
  }
});

test("rioxarray's own files are written and read again", async () => {
  for (const [name, variable] of [
    ["MODIS_ARRAY", undefined],
    ["PLANET_SCOPE_3D", "blue"],
    ["tmmx_20190121", "air_temperature"],
    ["nonstandard_dim", undefined],
  ] as const) {
    const path = moreData(`corpus/netcdf/rioxarray_${name}.nc`);
    if (path === undefined) continue;
    await convert(path, "-o", at("out.nc"), "--overwrite", ...(variable ? ["--variable", variable] : []));
    const [before, after] = [await readField(path, variable ? { variable } : {}), await readField(at("out.nc"))];
    all(after.values, (v, i) => Object.is(v, before.values[i]), name);
    assert.equal(
      [after.name, after.dims, after.gridMapping?.name],
      [before.name, before.dims, before.gridMapping?.name],
      name,
    );
  }
});

const bands = new Field({
  name: "rain",
  dims: ["band", "lat", "lon"],
  shape: [3, 2, 2],
  values: Float32Array.from({ length: 12 }, (_, i) => i),
  units: "mm",
  coordinates: [
    { name: "lat", dims: ["lat"], values: Float64Array.of(2, 1), attributes: { units: "degrees_north" } },
    { name: "lon", dims: ["lon"], values: Float64Array.of(5, 6), attributes: { units: "degrees_east" } },
  ],
});

test("bands without dates get them from a start and a step: days, minutes, months of their own length", async () => {
  await writeGeotiff(at("bands.tif"), bands, { bands: ["a", "b", "c"] });
  await convert(at("bands.tif"), "-o", at("daily.nc"), "--start", "1983-02-27", "--step", "1day");
  const daily = await readField(at("daily.nc"));
  assert.equal(daily.dims, ["time", "latitude", "longitude"]);
  equalBy(daily.times(), ({ iso }) => iso, ["1983-02-27T00:00:00", "1983-02-28T00:00:00", "1983-03-01T00:00:00"]);
  const isosOf = (step: string, start = "2020-01-31") =>
    lazyField(bands)
      .withTimes({ start, step })
      .times()
      .map(({ iso }) => iso);
  assert.equal(isosOf("1 month"), ["2020-01-31T00:00:00", "2020-02-29T00:00:00", "2020-03-31T00:00:00"]);
  assert.equal(isosOf("10min", "2020-01-31T23:50"), [
    "2020-01-31T23:50:00",
    "2020-02-01T00:00:00",
    "2020-02-01T00:10:00",
  ]);
  assert.equal(isosOf("2years"), ["2020-01-31T00:00:00", "2022-01-31T00:00:00", "2024-01-31T00:00:00"]);
  const boundsOf = (start: string, step: string) =>
    lazyField(bands)
      .withTimes({ start, step })
      .coordinates.find(({ name }) => name === "time")!.bounds;
  assert.equal([...daily.coordinate("time")!.bounds!], [0, 1, 1, 2, 2, 3]);
  assert.equal([...boundsOf("2020-01", "1month")!], [0, 31, 31, 60, 60, 91]);
  assert.equal([...boundsOf("2019", "1year")!], [0, 365, 365, 731, 731, 1096]);
  // On which side of its date an hour lies, and of how many days a month from the 31st on is, nobody says.
  for (const [start, step] of [
    ["2020-01-31", "1month"],
    ["2020-01-01T06", "1day"],
    ["2020-01-01T00", "1hour"],
    ["2020-01-01", "5days"],
  ] as const)
    assert.is(boundsOf(start, step), undefined);
  assert.throws(() => isosOf("often"), /step is "often"; expected a whole number of seconds/);
  await refused(/--start goes with --step; give both/, at("bands.tif"), "-o", at("x.nc"), "--start", "1983");
  await refused(
    /it has times of its own \(time\)/,
    ...line`${at("daily.nc")} -o ${at("x.nc")} --start 1983 --step 1day`,
  );
});

test("fields and variables in files are renamed, ungrouped and transposed alike, 2-D coordinates with them", async () => {
  const field = new Field({
    name: "Grid/pr",
    dims: ["x", "Grid/t", "y"],
    shape: [2, 3, 4],
    values: Float64Array.from({ length: 24 }, (_, i) => i),
    coordinates: [
      { name: "lat", dims: ["x", "y"], values: Float64Array.from({ length: 8 }, (_, i) => i), attributes: {} },
      { name: "t", dims: ["x"], values: Float64Array.of(1, 2), attributes: {} },
    ],
  });
  const plain = field.ungroup();
  assert.equal([plain.name, plain.dims], ["pr", ["x", "Grid_t", "y"]], "t is taken");
  const order = ["Grid_t", "y", "x"];
  const turned = plain.transpose(order);
  assert.is(turned.values[2 * 8 + 3 * 2 + 1], field.values[1 * 12 + 2 * 4 + 3]);
  assert.equal([...turned.coordinate("lat")!.values], [0, 4, 1, 5, 2, 6, 3, 7]);
  assert.equal(turned.coordinate("lat")!.dims, ["y", "x"]);
  const lazy = lazyField(field).ungroup().transpose(order);
  assert.equal((await lazy.load()).values, turned.values);
  assert.equal((await lazy.isel({ x: 1, y: [1, 3] }).load()).values, turned.isel({ x: 1, y: [1, 3] }).values);
  assert.equal(
    (await lazy.isel({ y: 2 }).transpose(["x", "Grid_t"]).load()).values,
    turned.isel({ y: 2 }).transpose(["x", "Grid_t"]).values,
  );
  await writeNetcdf(at("turned.nc"), turned.rename({ Grid_t: "time", t: "station" }));
  assert.equal((await readField(at("turned.nc"))).dims, ["time", "y", "x"]);
});

test.run();
