/** Written NetCDF as ncdump, xarray and CDO see it, and what a refused write leaves. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OptionsError } from "../../../engine/errors.ts";
import { Field, readField, writeNetcdf } from "../../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { ensemble, line } from "../fields.ts";
import { hasPython, python, skip, tool } from "../oracle.ts";

const { folder } = temporaryFolder(test);

const XARRAY = `
import sys, json, numpy as np, xarray as xr
out = {}
for engine in ("netcdf4", "h5netcdf"):
    d = xr.open_dataset(sys.argv[1], engine=engine)
    a = d["pr"]
    out[engine] = {"dims": list(a.dims), "units": a.attrs["units"], "conventions": d.attrs["Conventions"],
      "history": d.attrs["history"], "title": d.attrs["title"], "times": [str(t) for t in d["time"].values],
      "coords": sorted(a.coords), "missing": int(np.isnan(a.values).sum()), "dtype": str(a.dtype),
      "values": [None if np.isnan(v) else float(v) for v in a.values.ravel()],
      "bounds": d["time_bnds"].values.astype(str).tolist() if "time_bnds" in d else None,
      "unlimited": sorted(d.encoding.get("unlimited_dims", [])), "mapping": d["crs"].attrs.get("grid_mapping_name")}
print(json.dumps(out))
`;
interface Seen {
  readonly dims: string[];
  readonly units: string;
  readonly conventions: string;
  readonly history: string;
  readonly title: string;
  readonly times: string[];
  readonly coords: string[];
  readonly missing: number;
  readonly dtype: string;
  readonly values: (number | null)[];
  readonly unlimited: string[];
  readonly mapping: string;
}

test("xarray decodes a written ensemble with both of its engines: values, masks, 360-day times, members, projection", async () => {
  const path = join(folder, "ensemble.nc");
  const field = ensemble();
  const now = new Date("2026-01-02T03:04:05Z");
  await writeNetcdf(path, field, {
    history: "monge downscale",
    now,
    attributes: { title: "Précipitation", history: "older line" },
  });
  if (!hasPython("xarray", "netCDF4", "h5netcdf", "cftime")) return skip("no xarray for /usr/bin/python3");
  for (const seen of Object.values(python(XARRAY, path) as Record<string, Seen>)) {
    assert.equal(seen.dims, ["realization", "time", "y", "x"]);
    assert.equal(
      [seen.units, seen.conventions, seen.title, seen.dtype],
      ["mm h-1", "CF-1.11", "Précipitation", "float32"],
    );
    assert.is(seen.history, "2026-01-02T03:04:05Z: monge downscale\nolder line");
    assert.equal(seen.times, ["2015-02-27 12:00:00", "2015-02-28 12:00:00", "2015-02-29 12:00:00"]);
    assert.equal(
      seen.values,
      Array.from(field.values, (v) => (Number.isNaN(v) ? null : v)),
    );
    assert.equal([seen.missing, seen.unlimited, seen.mapping], [field.countMissing(), ["time"], "polar_stereographic"]);
    for (const name of ["lat", "lon", "realization", "time", "x", "y"]) assert.ok(seen.coords.includes(name), name);
  }
});

test("reading back what was written gives the same field, bit for bit", async () => {
  const path = join(folder, "back.nc");
  for (const dtype of ["float32", "float64"] as const) {
    for (const compression of [0, 9]) {
      const field = ensemble();
      await writeNetcdf(path, field, { dtype, compression });
      const back = await readField(path);
      assert.equal(Array.from(back.values), Array.from(field.values));
      assert.equal([back.dims, back.shape, back.units], [field.dims, field.shape, field.units]);
      assert.equal(back.attributes, field.attributes);
      assert.equal(back.gridMapping, field.gridMapping);
      for (const c of field.coordinates) assert.equal(back.coordinate(c.name), c);
    }
  }
});

test("ncdump names the unlimited time, the fill value, bounds, auxiliary coordinates and the projection", async () => {
  const path = join(folder, "dump.nc");
  await writeNetcdf(path, ensemble());
  const text = tool("ncdump", "-hs", path);
  if (text === undefined) return skip("ncdump is not installed");
  for (const part of [
    "time = UNLIMITED ; // (3 currently)",
    "float pr(realization, time, y, x) ;",
    "pr:_FillValue = 9.96921e+36f ;",
    'pr:coordinates = "lat lon" ;',
    'pr:grid_mapping = "crs" ;',
    "double time_bnds(time, nv) ;",
    'time:bounds = "time_bnds" ;',
    ':Conventions = "CF-1.11" ;',
    "pr:_DeflateLevel = 4 ;",
    "crs:standard_parallel = 60 ;",
  ]) {
    assert.ok(text.includes(part), `${part} is not in\n${text}`);
  }
});

test("CDO takes the grid, the calendar and the bounds without a warning, and netCDF-C appends a record", async () => {
  const path = join(folder, "cdo.nc");
  // CDO warns of the scalar coordinate that a chosen member leaves, which CF 5.7 allows: without it here.
  const member = ensemble().isel({ realization: 1 });
  await writeNetcdf(path, member.with({ coordinates: member.coordinates.filter((c) => c.name !== "realization") }));
  const done = spawnSync("cdo", ["sinfon", path], { encoding: "utf8" });
  if (done.error) return skip("cdo is not installed");
  assert.not.match(done.stderr + done.stdout, /warning/i);
  assert.match(done.stdout, /Calendar = 360_day {2}Bounds = true/);
  if (!hasPython("netCDF4")) return skip("no netCDF4 for /usr/bin/python3");
  const append = `
import sys, netCDF4
d = netCDF4.Dataset(sys.argv[1], "a"); d["pr"][3] = 7.5; d["time"][3] = 3.5; d.close(); print("null")
`;
  python(append, path);
  const grown = await readField(path);
  assert.equal(grown.shape, [4, 5, 7]);
  assert.ok(grown.isel({ time: 3 }).values.every((v) => v === 7.5));
});

test("a map of 1500 x 1100 cells, longer than one slab in time, survives tiling and streaming", async () => {
  const [times, height, width] = [7, 1500, 1100];
  const values = new Float32Array(times * height * width);
  for (let i = 0; i < values.length; i++) values[i] = (i * 2654435761) % 977;
  const coordinates = [
    { name: "time", dims: ["time"], values: line(7, 0, 1), attributes: { units: "hours since 2000-01-01" } },
  ];
  const field = new Field({ name: "pr", dims: ["time", "y", "x"], shape: [times, height, width], values, coordinates });
  const path = join(folder, "large.nc");
  await writeNetcdf(path, field, { compression: 1 });
  const back = await readField(path);
  assert.ok(Buffer.compare(Buffer.from(back.values.buffer), Buffer.from(values.buffer)) === 0);
  assert.equal((await readField(path, { time: [5, 6] })).values, field.isel({ time: [5, 6] }).values);
});

test("the same field written at another time of the clock gives the same bytes", async () => {
  const paths = [join(folder, "first.nc"), join(folder, "second.nc")];
  for (const path of paths) {
    await writeNetcdf(path, ensemble(), { history: "monge", now: new Date(0) });
    await new Promise((resolve) => setTimeout(resolve, 1100));
  }
  assert.ok(readFileSync(paths[0]!).equals(readFileSync(paths[1]!)));
});

test("a failed write raises a typed error, leaves no file, and keeps the file that was there", async () => {
  const path = join(folder, "kept.nc");
  writeFileSync(path, "precious");
  const before = readdirSync(folder).length;
  await refuses(writeNetcdf(path, ensemble(), { compression: 11 }), /./, OptionsError);
  const twice = ensemble().with({ name: "lat" });
  await refuses(writeNetcdf(path, twice), /./, OptionsError);
  await refuses(writeNetcdf(join(folder, "no", "such.nc"), ensemble()), /./);
  assert.is(readFileSync(path, "utf8"), "precious");
  assert.is(readdirSync(folder).length, before);
});

test.run();
