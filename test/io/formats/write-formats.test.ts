/** NetCDF-4 through other programs' eyes: the same numbers to the last bit, nobody complains, and what a refused write leaves. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Field, inspect, type NetcdfOptions, readField, writeNetcdf } from "../../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { days, edges, ensemble, line, over } from "../fields.ts";
import { hasPython, python, skip, tool } from "../oracle.ts";
import { cfComplaints, convertible } from "./cf-rules.ts";

const { at } = temporaryFolder(test);

const now = new Date("2026-01-02T03:04:05Z");
const bits = (values: ArrayBufferView) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex");

/** Rain as whole numbers, without times. */
function lonely(): Field {
  const coordinates = days(0, 4).coordinates.filter((c) => c.name !== "time");
  return days(0, 4).with({
    name: "class",
    units: "1",
    attributes: {},
    values: Float32Array.from({ length: 60 }, (_, i) => i - 30),
    coordinates,
  });
}

/** Every kind of field with the options to write it. */
const CASES: readonly (readonly [name: string, field: Field, options: NetcdfOptions])[] = [
  ["days", days(0, 4), {}],
  ["standard", days(0, 1, { calendar: "standard" }), {}],
  ["double", days(0, 4), { dtype: "float64" }],
  ["fixed", days(0, 4), { unlimitedTime: false }],
  ["map", days(0, 1).isel({ time: 0 }), {}],
  ["ensemble", ensemble("time"), {}],
  ["members", ensemble(), { dtype: "float64", compression: 9 }],
  ["stored", ensemble(), { compression: 0 }],
  ["lonely", lonely(), { dtype: "int8" }],
  ["short", lonely(), { dtype: "int16" }],
  ["two", days(0, 4), { also: [days(0, 4, { name: "other" })] }],
];

const LOOK = `
import sys, json, warnings, numpy as np, xarray as xr, netCDF4
def numbers(v):
    v = np.ma.filled(np.ma.asarray(v).astype(float), np.nan)
    return np.ascontiguousarray(v).tobytes().hex()
out = {}
for arg in sys.argv[1:]:
    path, name, engines = arg.split("|")
    d = netCDF4.Dataset(path)
    v = d[name]
    seen = {"dtype": str(v.dtype), "dims": list(v.dimensions), "netCDF4": numbers(v[:]), "model": d.data_model,
      "unlimited": [k for k, x in d.dimensions.items() if x.isunlimited()],
      "bounds": {k: numbers(d[k][:]) for k in d.variables if k.endswith("_bnds")},
      "coordinates": {k: numbers(d[k][:]) for k in d.variables if d[k].dimensions == (k,)}}
    d.close()
    for engine in engines.split(","):
        with warnings.catch_warnings():
            warnings.simplefilter("error", xr.SerializationWarning)
            x = xr.open_dataset(path, engine=engine)
            seen[engine] = numbers(x[name].values)
            x.close()
    out[path] = seen
print(json.dumps(out))
`;

interface Seen {
  readonly dtype: string;
  readonly dims: readonly string[];
  readonly model: string;
  readonly unlimited: readonly string[];
  readonly bounds: Readonly<Record<string, string>>;
  readonly coordinates: Readonly<Record<string, string>>;
  readonly [engine: string]: unknown;
}

test("netCDF4 and xarray's engines read what is written bit for bit: values, gaps, coordinates, bounds", async () => {
  const expected = new Map<string, Field>();
  const args: string[] = [];
  for (const [name, field, options] of CASES) {
    const path = at(`${name}.nc`);
    await writeNetcdf(path, field, { ...options, history: "monge test", now });
    expected.set(path, field);
    args.push(`${path}|${field.name}|netcdf4,h5netcdf`);
  }
  if (!hasPython("xarray", "netCDF4", "h5netcdf", "cftime")) return skip("no xarray for /usr/bin/python3");
  const all = python(LOOK, ...args) as Record<string, Seen>;
  for (const [path, field] of expected) {
    const seen = all[path]!;
    const what = basename(path);
    const values = bits(Float64Array.from(field.values));
    for (const engine of ["netCDF4", "netcdf4", "h5netcdf"]) {
      if (engine in seen) assert.is(withoutSigns(seen[engine] as string), withoutSigns(values), `${what} by ${engine}`);
    }
    assert.equal(seen.dims, field.dims, what);
    for (const { name, values: positions, bounds } of field.coordinates) {
      if (field.dims.includes(name)) assert.is(seen.coordinates[name], bits(positions), `${what}: ${name}`);
      if (bounds) assert.is(seen.bounds[`${name}_bnds`], bits(bounds), `${what}: bounds of ${name}`);
    }
    const dtype = /lonely/.test(path)
      ? "int8"
      : /short/.test(path)
        ? "int16"
        : /double|members/.test(path)
          ? "float64"
          : "float32";
    assert.is(seen.dtype, dtype, what);
    assert.equal(seen.unlimited, /map|fixed/.test(path) ? [] : ["time"], what);
  }
  assert.is(all[at("days.nc")]!.model, "NETCDF4");
});

/** NaN has many bit patterns: one for all. */
function withoutSigns(hex: string): string {
  const numbers = new Float64Array(new Uint8Array(Buffer.from(hex, "hex")).buffer);
  return bits(numbers.map((v) => (Number.isNaN(v) ? Number.NaN : v)));
}

test("reading back gives the same field, bit for bit", async () => {
  for (const [name, field, options] of CASES) {
    const path = at(`back.${name}.nc`);
    await writeNetcdf(path, field, options);
    const back = await readField(path, { variable: field.name });
    assert.equal(Array.from(back.values), Array.from(field.values), path);
    assert.equal([back.dims, back.shape, back.units], [field.dims, field.shape, field.units], path);
    assert.equal(back.attributes, field.attributes, path);
    assert.equal(back.gridMapping, field.gridMapping, path);
    for (const c of field.coordinates) assert.equal(back.coordinate(c.name), c, path);
  }
});

test("the rules of CF-1.11 hold for every kind of field, and a broken file is found out", async () => {
  if (!hasPython("netCDF4") || !convertible("mm day-1", "m s-1")) return skip("no netCDF4, or no udunits2");
  const paths: string[] = [];
  for (const [name, field, options] of CASES) {
    paths.push(at(`rules.${name}.nc`));
    await writeNetcdf(paths.at(-1)!, field, options);
  }
  paths.push(at("rules.packed.nc"));
  await writeNetcdf(paths.at(-1)!, days(0, 4), { packing: { range: [0, 100] } });
  // What a field brings from a file whose other variables it left behind is not passed on.
  const from = days(0, 2);
  const torn = from.with({
    attributes: { ...from.attributes, ancillary_variables: "quality", cell_measures: "area: cells" },
  });
  paths.push(at("rules.torn.nc"));
  await writeNetcdf(paths.at(-1)!, torn);
  assert.equal(
    cfComplaints(paths),
    paths.map(() => []),
  );

  const wrong = from.with({
    units: "furlongs",
    attributes: { standard_name: "lwe_precipitation_rate", cell_methods: "depth: mean" },
    coordinates: from.coordinates.map((c) =>
      c.name === "lat" ? { ...c, values: c.values.map((v, i) => (i === 1 ? 80 : v)) } : c,
    ),
  });
  await writeNetcdf(at("rules.wrong.nc"), wrong);
  const text = cfComplaints([at("rules.wrong.nc")])[0]!.join("\n");
  for (const rule of [/lat: 2\.1/, /pr: 3\.3: units furlongs/, /pr: 7\.3: cell_methods names depth/])
    assert.match(text, rule);
});

/** Everything that a program says. */
function saying(command: string, ...args: string[]): string | undefined {
  const done = spawnSync(command, args, { encoding: "utf8" });
  return done.error ? undefined : `${done.status}\n${done.stdout}${done.stderr}`;
}

test("CDO, NCO, nccopy and GDAL take it without a word of warning", async () => {
  const regular = days(0, 4);
  const member = ensemble("time").isel({ realization: 0 });
  const projected = member.with({ coordinates: member.coordinates.filter((c) => c.name !== "realization") });
  for (const [name, field] of [
    ["regular", regular],
    ["projected", projected],
  ] as const) {
    const path = at(`tools.${name}.nc`);
    await writeNetcdf(path, field);
    const info = saying("cdo", "sinfon", path);
    if (info === undefined) skip("cdo is not installed");
    else {
      assert.match(info, /^0\n[\s\S]*File format : NetCDF4/);
      assert.not.match(info, /warning|unsupported/i);
      assert.match(info, name === "regular" ? /Calendar = 365_day {2}Bounds = true/ : /Calendar = 360_day/);
      const grid = saying("cdo", "-s", "griddes", path)!;
      assert.not.match(grid, /warning/i);
      assert.match(
        grid,
        name === "regular" ? /xinc\s+= 0\.5[\s\S]*yinc\s+= -0\.5/ : /gridtype\s+= (curvilinear|projection)/,
      );
    }
    const checks = ["--chk_bnd", "--chk_chr", "--chk_mss", "--chk_nan", "--chk_xtn"];
    for (const check of checks) {
      const said = saying("ncks", check, path);
      if (said === undefined) skip("ncks is not installed");
      // Bounds are wanted by NCO for every axis, which a projected grid of cell centres has not.
      else if (!(check === "--chk_bnd" && name === "projected")) assert.is(said.trim(), "0", `${check} ${path}`);
    }
    if (tool("nccopy", "-k", "nc6", path, at("copied.nc")) === undefined) skip("no nccopy");
    else {
      const copied = await readField(at("copied.nc"));
      assert.equal(Array.from(copied.values), Array.from(field.values));
    }
    const gdal = saying("gdalinfo", "-stats", `NETCDF:${path}:pr`);
    if (gdal === undefined) skip("gdalinfo is not installed");
    else {
      assert.match(gdal, /^0\n/);
      assert.not.match(gdal, /warning|error/i);
      assert.match(gdal, /NoData Value=9\.969/);
    }
  }
});

test("every integer type is written, and read again", async () => {
  const whole = lonely().with({ values: lonely().values.map((v) => v + 30) });
  for (const dtype of ["uint8", "uint16", "uint32", "int64", "uint64"] as const) {
    await writeNetcdf(at("types.nc"), whole, { dtype });
    const info = await inspect(at("types.nc"));
    assert.is(info.variables.find((v) => v.name === "class")?.dtype, dtype);
    assert.equal(Array.from((await readField(at("types.nc"))).values), Array.from(whole.values));
  }
});

test("a coordinate off its own dimension is refused, as no format can name it", async () => {
  const field = days(0, 2);
  const odd = { name: "lat", dims: ["lat", "lon"], values: line(15, 0, 1), attributes: { units: "degrees_north" } };
  const coordinates = [...field.coordinates.filter((c) => c.name !== "lat"), odd];
  await refuses(writeNetcdf(at("odd.nc"), field.with({ coordinates })), /would be named lat/, Error);
  assert.ok(edges(line(2, 0, 1), 1).every(Number.isFinite));
});

test("a map of 1500 x 1100 cells, longer than one slab in time, survives tiling and streaming", async () => {
  const [times, height, width] = [7, 1500, 1100];
  const values = new Float32Array(times * height * width);
  for (let i = 0; i < values.length; i++) values[i] = (i * 2654435761) % 977;
  const field = over(
    { time: [line(7, 0, 1), "hours since 2000-01-01"], y: [line(height, 0, 1), "m"], x: [line(width, 0, 1), "m"] },
    { values },
  );
  const path = at("large.nc");
  await writeNetcdf(path, field, { compression: 1 });
  const back = await readField(path);
  assert.ok(Buffer.compare(Buffer.from(back.values.buffer), Buffer.from(values.buffer)) === 0);
  assert.equal((await readField(path, { time: [5, 6] })).values, field.isel({ time: [5, 6] }).values);
});

test("the same field written at another time of the clock gives the same bytes", async () => {
  const paths = ["first.nc", "second.nc"].map(at);
  for (const path of paths) {
    if (path === paths[1]) await new Promise((resolve) => setTimeout(resolve, 1100));
    await writeNetcdf(path, ensemble(), { history: "monge", now: new Date(0) });
  }
  assert.ok(readFileSync(paths[0]!).equals(readFileSync(paths[1]!)));
});

test.run();
