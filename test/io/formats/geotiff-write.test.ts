/** Cloud-optimised GeoTIFF as monge writes it: valid by GDAL's own script, the same numbers in rasterio, nothing lost in silence. */
import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { DomainError, OptionsError, rng } from "../../../engine/index.ts";
import { type GeotiffOptions, openGeotiff, writeGeotiff } from "../../../io/formats/index.ts";
import { Field, type FieldOptions, readField } from "../../../io/index.ts";
import { assert, axis, type ErrorKind, equalBy, evenly, none, refuses, temporaryFolder, test } from "../../harness.ts";
import { float64File, same } from "../numbers.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder, at } = temporaryFolder(test);
const hasRasterio = hasPython("rasterio", "osgeo_utils.samples.validate_cloud_optimized_geotiff");

/** What rasterio and GDAL's validator say of files: values of every level as float64, sums apart. */
const LOOK = `
import sys, json, warnings, numpy as np, rasterio
from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate
from osgeo import gdal
gdal.UseExceptions()
warnings.filterwarnings("ignore")
out = {}
for p in sys.argv[1:]:
    w, e, _ = validate(p, full_check=True)
    with rasterio.open(p) as d:
        a = d.read(masked=True)
        f = np.ma.filled(a.astype("float64"), np.nan)
        open(p + ".bin", "wb").write(f.tobytes())
        big = open(p, "rb").read(4)[2] == 43
        out[p] = {"problems": w + e, "dtype": d.dtypes[0], "shape": list(a.shape), "overviews": d.overviews(1), "scale": d.scales[0], "offset": d.offsets[0],
            "nodata": None if d.nodata is None else str(d.nodata), "descriptions": list(d.descriptions), "blocks": list(d.block_shapes[0]), "big": big, "units": d.units[0],
            "layout": d.tags(ns="IMAGE_STRUCTURE").get("LAYOUT"), "compression": d.tags(ns="IMAGE_STRUCTURE").get("COMPRESSION"), "transform": list(d.transform)[:6]}
print(json.dumps(out))
`;
type Look = Readonly<Record<string, unknown>>;

function lookAll(paths: readonly string[]): (Look & { readonly values: Float64Array })[] {
  const said = python(LOOK, ...paths) as Record<string, Look>;
  return paths.map((path) => ({ ...said[path]!, values: float64File(`${path}.bin`) }));
}
const look = (path: string) => lookAll([path])[0]!;

function raster(
  height: number,
  width: number,
  value: (i: number) => number,
  more: Partial<FieldOptions> & { readonly double?: boolean; readonly bands?: number } = {},
): Field {
  const { double = false, bands, ...options } = more;
  const shape = [...(bands === undefined ? [] : [bands]), height, width];
  const values = new (double ? Float64Array : Float32Array)((bands ?? 1) * height * width).map((_: number, i: number) =>
    value(i),
  );
  const lat = axis("lat", evenly(height, 60, -0.125), { standard_name: "latitude", units: "degrees_north" });
  const lon = axis("lon", evenly(width, 10, 0.25), { standard_name: "longitude", units: "degrees_east" });
  const dims = ["member", "lat", "lon"].slice(-shape.length);
  return new Field({ name: "pr", dims, shape, values, units: "mm h-1", coordinates: [lat, lon], ...options });
}

const cases: [string, Field, GeotiffOptions, Look][] = (() => {
  const noise = rng(3).uniform(4 * 700 * 901);
  const wet = (i: number) => (noise[i]! < 0.2 ? Number.NaN : Math.fround(noise[i]! * 40));
  const counts = (i: number) => Math.floor(noise[i]! * 200);
  // biome-ignore format: a table
  return [
    ["float32", raster(700, 901, wet), {},
      { dtype: "float32", nodata: "nan", overviews: [2], layout: "COG", blocks: [512, 512] }],
    ["float32-nodata", raster(700, 901, wet), { fillValue: -9999 }, { nodata: "-9999.0" }],
    ["float64", raster(300, 205, (i) => noise[i]! / 3, { double: true }), {},
      { dtype: "float64", overviews: [], blocks: [304, 304] }],
    ["bands", raster(700, 901, wet, { bands: 4 }), {}, { dtype: "float32", shape: [4, 700, 901], overviews: [2] }],
    ["uint8", raster(90, 1300, counts), { dtype: "uint8", tile: 256 },
      { dtype: "uint8", nodata: null, overviews: [2, 4, 8] }],
    ["uint16", raster(90, 130, (i) => counts(i) * 300), { dtype: "uint16" }, { dtype: "uint16" }],
    ["int16", raster(90, 130, (i) => (i % 7 === 0 ? Number.NaN : counts(i) - 100)), { dtype: "int16" },
      { dtype: "int16", nodata: "-32768.0" }],
    ["int32", raster(90, 130, (i) => counts(i) * 1e7 - 1e9, { double: true }), { dtype: "int32" }, { dtype: "int32" }],
    ["plain", raster(90, 130, wet), { compression: 0 }, { compression: null }],
    ["big", raster(700, 901, wet, { bands: 2 }), { bigTiff: true }, { big: true, compression: "DEFLATE" }],
    ["no-overviews", raster(400, 500, wet), { overviews: "none" }, { overviews: [], blocks: [512, 512] }],
    ["fine-tiles", raster(700, 901, wet), { tile: 64, compression: 9 }, { overviews: [2, 4, 8, 16], blocks: [64, 64] }],
  ];
})();

test("what is written is a valid COG with the same numbers in rasterio and in monge, whatever its type", async () => {
  if (!hasRasterio) return skip("no rasterio or no osgeo_utils for /usr/bin/python3");
  const paths = cases.map(([name]) => at(`${name}.tif`));
  for (const [i, [, field, options]] of cases.entries()) await writeGeotiff(paths[i]!, field, options);
  const seen = lookAll(paths);
  for (const [i, [name, field, , wanted]] of cases.entries()) {
    const [path, found] = [paths[i]!, seen[i]!];
    assert.equal(found.problems, [], name);
    for (const [key, value] of Object.entries(wanted)) assert.equal(found[key], value, `${name}: ${key}`);
    same(found.values, field.values, `${name} in rasterio`);
    assert.equal(found.transform, [0.25, 0, 10 - 0.125, 0, -0.125, 60.0625], name);
    assert.is(found.units, "mm h-1");
    const back = await readField(path);
    same(back.values, field.values, `${name} in monge`);
    assert.is(back.units, "mm h-1");
  }
});

test("gdalinfo reads every level without a word of complaint", async () => {
  const path = at("quiet.tif");
  await writeGeotiff(path, cases[3]![1]);
  const done = spawnSync("gdalinfo", ["-checksum", path], { encoding: "utf8" });
  if (done.error) return skip("gdalinfo is not installed");
  assert.is(done.stderr, "");
  assert.match(done.stdout, /Overviews checksum: \d+/);
});

test("packed values are the nearest multiple of the scale, and come back bit for bit when they were one", async () => {
  const path = at("packed.tif");
  const stored = Int16Array.from({ length: 60 * 50 }, (_, i) => ((i * 37) % 2000) - 50);
  const field = raster(60, 50, (i) => (i % 11 === 0 ? Number.NaN : Math.fround(stored[i]! * 0.01 + 3)));
  await writeGeotiff(path, field, { dtype: "int16", scale: 0.01, offset: 3 });
  same((await readField(path)).values, field.values, "packed");
  if (!hasRasterio) return skip("no rasterio for /usr/bin/python3");
  const { values, scale, offset, dtype } = look(path);
  assert.equal([scale, offset, dtype], [0.01, 3, "int16"]);
  assert.ok(values.every((v, i) => (i % 11 === 0 ? Number.isNaN(v) : v === stored[i])));
});

test("an overview pixel is the mean of the pixels below it that are not missing, and the mean of the map is kept", async () => {
  const path = at("mean.tif");
  const value = (i: number) => ((i * 7919) % 101) / 4;
  // 48 x 80 has exact halves; 45 x 77 has pixels shared between two.
  const holes = raster(48, 80, (i) => (i % 3 === 0 ? Number.NaN : value(i)), { double: true });
  await writeGeotiff(path, holes, { tile: 16 });
  for (const overview of [1, 2]) {
    const source = await openGeotiff(path, { overview });
    const k = 2 ** overview;
    const got = (await source.read("band_data")) as Float64Array;
    assert.equal(source.variables[0]!.shape, [48 / k, 80 / k]);
    for (let y = 0; y < 48 / k; y++) {
      for (let x = 0; x < 80 / k; x++) {
        const below = Array.from(
          { length: k * k },
          (_, j) => holes.values[(y * k + Math.floor(j / k)) * 80 + x * k + (j % k)]!,
        );
        const there = below.filter((v) => !Number.isNaN(v));
        const mean = there.reduce((a, b) => a + b, 0) / there.length;
        // A dozen additions in another order.
        assert.ok(
          Math.abs(got[(y * 80) / k + x]! - mean) <= 1e-13 * mean,
          `${got[(y * 80) / k + x]} instead of ${mean}`,
        );
      }
    }
    assert.equal(((await source.read("longitude")) as Float64Array)[0], 10 - 0.125 + (k * 0.25) / 2);
    source.close();
  }
  const full = raster(45, 77, value, { double: true });
  await writeGeotiff(path, full, { tile: 16 });
  const mean = (v: Float64Array) => v.reduce((a, b) => a + b, 0) / v.length;
  for (const overview of [1, 2, 3]) {
    const source = await openGeotiff(path, { overview });
    const got = mean((await source.read("band_data")) as Float64Array);
    assert.ok(Math.abs(got / mean(full.values as Float64Array) - 1) < 1e-12, `level ${overview}: ${got}`);
    source.close();
  }
});

test("overviews of categories hold only categories", async () => {
  const path = at("classes.tif");
  await writeGeotiff(
    path,
    raster(61, 83, (i) => [3, 17, 90][i % 3]!),
    { dtype: "uint8", overviews: "nearest", tile: 16 },
  );
  const source = await openGeotiff(path, { resolution: 1.1 });
  assert.equal(source.variables[0]!.shape, [16, 21]);
  assert.equal([...new Set((await source.read("band_data")) as Uint8Array)].sort(), [17, 3, 90]);
  source.close();
});

test("times become bands with ISO names and come back as times, whatever the calendar", async () => {
  for (const [calendar, units, values, first] of [
    ["360_day", "days since 2001-02-01", [28, 29, 30], "2001-02-29T00:00:00"],
    ["standard", "hours since 1900-01-01", [1000000, 1000006, 1000012], "2014-01-29T16:00:00"],
  ] as const) {
    const path = at("times.tif");
    const time = axis("time", Float64Array.from(values), { standard_name: "time", units, calendar });
    const base = raster(9, 7, (i) => i, { bands: 3 });
    const field = base.with({ dims: ["time", "lat", "lon"], coordinates: [...base.coordinates, time] });
    await writeGeotiff(path, field);
    const back = await readField(path);
    assert.equal(back.dims, ["time", "latitude", "longitude"]);
    equalBy(
      back.times(),
      (t) => t.iso,
      field.times().map((t) => t.iso),
    );
    assert.is(back.times()[0]!.iso, first);
    assert.equal(back.coordinate("time")?.values, time.values);
    assert.is(back.coordinate("time")?.attributes.calendar, calendar);
    if (hasRasterio) assert.is((look(path).descriptions as string[])[0], first);
  }
});

test("members over times come back as members over times", async () => {
  const path = at("members.tif");
  const base = raster(5, 6, (i) => i, { bands: 6 });
  const time = axis("time", Float64Array.of(3, 4), { units: "days since 2000-01-01" });
  const member = axis("realization", Float64Array.of(1, 2, 5), { standard_name: "realization" });
  const field = base.with({
    dims: ["time", "realization", "lat", "lon"],
    shape: [2, 3, 5, 6],
    coordinates: [...base.coordinates, time, member],
  });
  await writeGeotiff(path, field);
  const back = await readField(path);
  assert.equal(back.dims, ["time", "realization", "latitude", "longitude"]);
  assert.equal(back.shape, [2, 3, 5, 6]);
  assert.equal([...back.coordinate("realization")!.values], [1, 2, 5]);
  assert.equal(back.values, field.values);
  const source = await openGeotiff(path);
  const part = await source.read("band_data", { start: [0, 1, 2, 3], count: [2, 2, 2, 3] });
  const expected = [0, 1].flatMap((t) =>
    [1, 2].flatMap((m) => [2, 3].flatMap((y) => [3, 4, 5].map((x) => ((t * 3 + m) * 5 + y) * 6 + x))),
  );
  assert.equal([...part], expected);
  source.close();
});

test("a value that the type would change is refused, and the old file stays as it was", async () => {
  const path = at("kept.tif");
  const whole = raster(8, 9, (i) => i);
  await writeGeotiff(path, whole);
  const old = readFileSync(path);
  const value = (bad: number) => raster(8, 9, (i) => (i === 70 ? bad : i), { double: true });
  // biome-ignore format: a table
  const refused: readonly (readonly [number, GeotiffOptions, RegExp, ErrorKind])[] = [
    [256, { dtype: "uint8" }, /value 256 does not fit into uint8/, DomainError],
    [0.5, { dtype: "int16" }, /value 0.5 is no whole number.*state a `scale`/, DomainError],
    [-99, { fillValue: -99 }, /-99 would be stored as -99, which stands for missing/, DomainError],
    [Infinity, { dtype: "int32" }, /Infinity does not fit/, DomainError],
    [1, { dtype: "int16", fillValue: 1e6 }, /fillValue is 1000000; expected a whole number from -32768/, OptionsError],
    [1, { tile: 100 }, /tile is 100, expected a multiple of 16/, OptionsError],
    [1, { compression: 12 }, /compression is 12/, OptionsError],
    [1, { scale: 0 }, /scale is 0/, OptionsError],
  ];
  for (const [bad, options, pattern, kind] of refused)
    await refuses(writeGeotiff(path, value(bad), options), pattern, kind);
  assert.equal(readFileSync(path), old);
  none(readdirSync(folder), (name) => name.endsWith(".tmp"));
});

test("a tile that lies behind 4 GiB is read where BigTIFF says", async () => {
  const path = at("far.tif");
  const field = raster(16, 16, (i) => i);
  await writeGeotiff(path, field, { bigTiff: true, compression: 0 });
  const bytes = readFileSync(path);
  const start = Number(bytes.readBigUInt64LE(8));
  const entries = Array.from({ length: Number(bytes.readBigUInt64LE(start)) }, (_, i) => start + 8 + 20 * i);
  const entry = entries.find((e) => bytes.readUInt16LE(e) === 324)!;
  const tile = Number(bytes.readBigUInt64LE(entry + 12));
  const far = 5 * 2 ** 30;
  const file = openSync(path, "r+");
  const pointer = Buffer.alloc(8);
  pointer.writeBigUInt64LE(BigInt(far));
  writeSync(file, pointer, 0, 8, entry + 12);
  ftruncateSync(file, far + 1024);
  writeSync(file, bytes, tile, 1024, far);
  writeSync(file, Buffer.alloc(1024), 0, 1024, tile);
  closeSync(file);
  assert.equal((await readField(path)).values, field.values);
});

test.run();
