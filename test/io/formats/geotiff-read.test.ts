// Inside: texts of missing values.
/** What GeoTIFF files say besides numbers: masks, alpha, scales, nodata, times, turned grids, overviews; against rasterio. */
import { readFileSync, writeFileSync } from "node:fs";
import { OptionsError } from "../../../engine/index.ts";
import { nodataOf } from "../../../io/formats/geotiff/bands.ts";
import { openGeotiff, writeGeotiff } from "../../../io/formats/index.ts";
import { inspect, openGrid, readField, writeNetcdf } from "../../../io/index.ts";
import { dataFiles } from "../../data.ts";
import { assert, equalBy, refuses, temporaryFolder, test } from "../../harness.ts";
import { float64File, same as sameNumbers } from "../numbers.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder, at } = temporaryFolder(test);
const hasGdal = hasPython("osgeo.gdal", "rasterio");
const GONE = "no GDAL or rasterio for /usr/bin/python3";

/** Files of 20 x 30 pixels, value 100 * band + row + column / 100 (whole numbers: row * 3 + band), by name. */
const MAKE = `
import sys, os, json, warnings, numpy as np, rasterio
from osgeo import gdal
warnings.filterwarnings("ignore"); gdal.UseExceptions()
gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES")
folder = sys.argv[1]
H, W = 20, 30
def create(name, bands=1, kind=gdal.GDT_Float32, options=(), turned=False):
    d = gdal.GetDriverByName("GTiff").Create(os.path.join(folder, name), W, H, bands, kind, list(options))
    d.SetGeoTransform([100, 3, 1, 200, .5, -2] if turned else [10, .5, 0, 50, 0, -.5])
    for b in range(bands):
        r, c = np.mgrid[0:H, 0:W]
        d.GetRasterBand(b+1).WriteArray(100 * (b + 1) + r + c / 100 if kind in (gdal.GDT_Float32, gdal.GDT_Float64) else r * 3 + b)
    return d
d = create("mask.tif", 2, gdal.GDT_Byte); d.CreateMaskBand(gdal.GMF_PER_DATASET); m = np.full((H, W), 255, "u1"); m[3:9, 4:] = 0; d.GetRasterBand(1).GetMaskBand().WriteArray(m); d = None
d = create("both.tif", 2, gdal.GDT_UInt16, ["ALPHA=YES"]); d.CreateMaskBand(gdal.GMF_PER_DATASET); d.GetRasterBand(1).GetMaskBand().WriteArray(m); d = None
gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", "NO")
d = create("outer.tif"); d.CreateMaskBand(gdal.GMF_PER_DATASET); d.GetRasterBand(1).GetMaskBand().WriteArray(m); d = None
a = np.full((H, W), 255); a[:5] = 0; a[7] = 100
d = create("alpha.tif", 2, gdal.GDT_UInt16, ["ALPHA=YES"]); d.GetRasterBand(2).WriteArray(a); d = None
d = create("middle.tif", 3, gdal.GDT_Int16, ["ALPHA=YES"]); d.GetRasterBand(2).WriteArray(a); d = None
d = create("scales.tif", 2, gdal.GDT_Int16)
for b, s, o in [(1, .1, 0), (2, .5, -3)]: d.GetRasterBand(b).SetScale(s); d.GetRasterBand(b).SetOffset(o)
d.GetRasterBand(1).SetNoDataValue(6); d = None
d = create("wide.tif", 1, gdal.GDT_Int8); d = None
d = create("full.tif", 1, gdal.GDT_UInt16); x = np.zeros((H, W), "u2"); x[0] = 65535; d.GetRasterBand(1).WriteArray(x); d = None
d = create("turned.tif", turned=True); d = None
d = create("copied.tif"); d.SetMetadata({"TITLE": "radar", "Observation time": "201608241020", "GDAL_METADATA": '<GDALMetadata><Item name="Nominal time" format="YYYYMMDDhhmm">201608241015</Item><Item name="Gain" unit="dBZ">0.5</Item></GDALMetadata>'}); d = None
d = create("gcps.tif"); d = None
d = gdal.GetDriverByName("GTiff").Create(os.path.join(folder, "gcps.tif"), W, H, 1, gdal.GDT_Float32)
from osgeo import osr
s = osr.SpatialReference(); s.ImportFromEPSG(4326)
d.SetGCPs([gdal.GCP(10, 50, 0, 0, 0), gdal.GCP(11, 50, 0, 30, 0), gdal.GCP(10, 49, 0, 0, 20), gdal.GCP(11.1, 49.1, 0, 30, 20)], s); d = None
for name, names in [("dates.tif", ["2001-01-30", "2001-01-31", "2001-02-01"]), ("chirps.tif", ["chirps-v2.0.2001.01.30", "chirps-v2.0.2001.01.31", "chirps-v2.0.2001.02.01"]), ("hours.tif", ["2001-01-30T06:00:00Z", "2001-01-30T07:00:00Z", "2001-01-30T08:30:00Z"]), ("words.tif", ["red", "2001-01-31", ""])]:
    d = create(name, 3)
    for b, n in enumerate(names): d.GetRasterBand(b+1).SetDescription(n)
    d = None
d = gdal.GetDriverByName("GTiff").Create(os.path.join(folder, "cog0.tif"), 1000, 700, 2, gdal.GDT_Float32, ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=3", "BLOCKXSIZE=256", "BLOCKYSIZE=256"])
d.SetGeoTransform([10, .5, 0, 50, 0, -.5])
r, c = np.mgrid[0:700, 0:1000]
for b in (1, 2): d.GetRasterBand(b).WriteArray(b * 1000 + r + c / 1000)
d = None
gdal.Translate(os.path.join(folder, "cog.tif"), os.path.join(folder, "cog0.tif"), format="COG", creationOptions=["COMPRESS=LZW", "BLOCKSIZE=128", "RESAMPLING=NEAREST", "PREDICTOR=YES"])
out = {}
for name in os.listdir(folder):
    with rasterio.open(os.path.join(folder, name)) as d:
        keep = [i for i in range(1, d.count+1) if d.colorinterp[i-1].name != "alpha"]
        a = np.stack([np.ma.filled(d.read(i, masked=True).astype("f8"), np.nan) * d.scales[i-1] + d.offsets[i-1] for i in keep])
        a.tofile(os.path.join(folder, name + ".bin")); out[name] = {"shape": list(a.shape), "transform": list(d.transform)[:6]}
for level in (0, 1):
    with rasterio.open(os.path.join(folder, "cog.tif"), overview_level=level) as d:
        d.read().astype("f8").tofile(os.path.join(folder, "cog.%d.bin" % level)); out["cog.%d" % level] = {"shape": list(d.shape), "transform": list(d.transform)[:6]}
print(json.dumps(out))
`;
type Made = Record<string, { readonly shape: number[]; readonly transform: number[] }>;
const made = hasGdal ? (python(MAKE, folder) as Made) : undefined;

const wanted = (name: string) => float64File(at(`${name}.bin`));
const same = (got: ArrayLike<number>, name: string) => sameNumbers(got, wanted(name), name);

test("pixels that a mask in the file, a mask beside it or an alpha band hides are missing", async () => {
  if (!made) return skip(GONE);
  for (const [name, missing, shape] of [
    ["mask.tif", 2 * 6 * 26, [2, 20, 30]],
    ["outer.tif", 6 * 26, [20, 30]],
    ["alpha.tif", 5 * 30, [20, 30]],
    ["both.tif", 6 * 26, [20, 30]],
  ] as const) {
    const field = await readField(at(name));
    same(field.values, name);
    assert.is(field.countMissing(), missing, name);
    assert.equal(field.shape, shape);
  }
  // Here the alpha band lies between two others; GDAL sees no mask in that.
  const source = await openGrid(at("middle.tif"));
  assert.equal(source.variables[0]!.shape, [2, 20, 30]);
  const both = await source.read("band_data", { start: [0, 4, 2], count: [2, 2, 2] });
  assert.equal([...both].map(String), ["NaN", "NaN", "15", "15", "NaN", "NaN", "17", "17"]);
  const last = await source.read("band_data", { start: [1, 4, 2], count: [1, 2, 2] });
  assert.equal([...last].map(String), ["NaN", "NaN", "17", "17"]);
  source.close();
});

test("bands with different scales are unpacked one by one, nodata before scale", async () => {
  if (!made) return skip(GONE);
  const field = await readField(at("scales.tif"));
  same(field.values, "scales.tif");
  assert.ok(field.countMissing() > 0);
  assert.equal((await inspect(at("scales.tif"))).variables[0]!.dtype, "float32");
});

test("nodata that the type cannot hold hides nothing; the largest float hides however it is rounded", async () => {
  const most = 3.4028234663852886e38;
  for (const [text, dtype, values] of [
    ["-9999", "int8", []],
    ["-1", "uint8", []],
    ["255", "uint8", [255]],
    ["0.5", "int16", []],
    ["nan", "int16", []],
    ["nan", "float32", [Number.NaN]],
    ["-3.40282e+38", "float32", [-most, Math.fround(-3.40282e38)]],
    ["-3.4028234663852886e+38", "float32", [-most]],
    ["-3.4e+38", "float32", [Math.fround(-3.4e38)]],
    ["-1.79769313486232e+308", "float64", [-Number.MAX_VALUE]],
    ["1e300", "float32", []],
    ["-inf", "float32", [-Infinity]],
    [" -9999 ", "float32", [-9999]],
    ["n/a", "float32", []],
    ["", "float32", []],
  ] as const)
    assert.equal(nodataOf(text, dtype).map(String), values.map(String), text);
  if (!made) return skip(GONE);
  // 65535 is netCDF's fill value for this type, but a GeoTIFF without nodata has no missing values.
  const field = await readField(at("full.tif"));
  assert.is(field.countMissing(), 0);
  assert.is(field.values[0], 65535);
});

test("bands whose names are dates, or end in one, run over time; others over band, counted from 1", async () => {
  if (!made) return skip(GONE);
  const days = ["2001-01-30T00:00:00", "2001-01-31T00:00:00", "2001-02-01T00:00:00"];
  for (const [name, wantedTimes] of [
    ["dates.tif", days],
    ["chirps.tif", days],
    ["hours.tif", ["2001-01-30T06:00:00", "2001-01-30T07:00:00", "2001-01-30T08:30:00"]],
  ] as const) {
    const field = await readField(at(name));
    assert.is(field.dims[0], "time");
    equalBy(field.times(), (t) => t.iso, wantedTimes);
    same(field.values, name);
    assert.equal((await readField(at(name), { time: [1, 2] })).values, field.values.slice(600, 1200));
  }
  const words = await readField(at("words.tif"));
  assert.is(words.dims[0], "band");
  assert.equal([...words.coordinate("band")!.values], [1, 2, 3]);
});

test("a turned grid has a longitude and latitude, or x and y, for every pixel, and keeps them when written again", async () => {
  if (!made) return skip(GONE);
  const field = await readField(at("turned.tif"));
  const [c, r] = [17, 11];
  const i = r * 30 + c;
  assert.equal(
    [field.coordinate("xc")!.values[i], field.coordinate("yc")!.values[i]],
    [100 + 3 * 17.5 + 11.5, 200 + 0.5 * 17.5 - 2 * 11.5],
  );
  await writeGeotiff(at("turned-again.tif"), field, { epsg: "none" });
  const again = await readField(at("turned-again.tif"));
  assert.equal(again.coordinate("xc")!.values, field.coordinate("xc")!.values);
  assert.equal(again.coordinate("yc")!.values, field.coordinate("yc")!.values);
  assert.equal(again.values, field.values);
});

test("the reference system of real GeoTIFFs survives a detour through NetCDF", async () => {
  if (!made) return skip(GONE);
  const files = dataFiles("corpus/tiff", /(nt_2020|utm\.tif|Lisbon|olinda|stars_lc|band_tags|171px|geotiffdata_nz)/);
  const pairs: string[] = [];
  for (const path of files) {
    const [detour, back] = [at("detour.nc"), at(`back${pairs.length}.tif`)];
    await writeNetcdf(detour, await readField(path));
    await writeGeotiff(back, await readField(detour));
    pairs.push(path, back);
  }
  const SAME = `
import sys, json, rasterio
out = []
for a, b in zip(sys.argv[1::2], sys.argv[2::2]):
    with rasterio.open(a) as x, rasterio.open(b) as y:
        off = max(abs(p - q) / abs(x.transform.a) for p, q in zip(x.transform, y.transform))
        if x.crs != y.crs or off > 1e-9: out.append([a, str(x.crs), str(y.crs), off])
print(json.dumps(out))`;
  assert.equal(python(SAME, ...pairs), []);
});

test("metadata that a program copied into an item of its own are read by name, and names in words are joined", async () => {
  if (!made) return skip(GONE);
  const source = await openGeotiff(at("copied.tif"));
  const { TITLE, Observation_time, Nominal_time, Gain, GDAL_METADATA } = source.attributes;
  assert.equal([TITLE, Observation_time, Nominal_time, Gain], ["radar", "201608241020", "201608241015", "0.5"]);
  assert.is(GDAL_METADATA, undefined);
  source.close();
});

test("scales and offsets in damaged metadata are not taken in parts, and names with single quotes are read", async () => {
  if (!made) return skip(GONE);
  const whole = readFileSync(at("scales.tif"));
  const begin = whole.indexOf("<GDALMetadata>");
  assert.ok(begin > 0);
  const changed = (from: string, to: string) => {
    const bytes = Buffer.from(whole);
    bytes.write(to, bytes.indexOf(from, begin), "latin1");
    writeFileSync(at("changed.tif"), bytes);
    return readField(at("changed.tif"));
  };
  for (const [from, to] of [
    ['name="SCALE"', 'name="SCALE '],
    ["</Item>", "</Itex>"],
    ["</Item>", "<<Item>"],
    ["</GDALMetadata>", " ".repeat(15)],
    ['role="scale"', "role=scale "],
    ["<Item", ">Item"],
  ] as const)
    await refuses(changed(from, to), /metadata of bands \(tag 42112\) are damaged XML/);
  same((await changed('name="SCALE"', "name='SCALE'")).values, "scales.tif");
});

test("ground control points are kept as such, and no coordinates are made up from them", async () => {
  if (!made) return skip(GONE);
  const { variables } = await inspect(at("gcps.tif"));
  const mapping = variables.find((v) => v.name === "spatial_ref")!;
  const points = mapping.attributes.ground_control_points as readonly number[];
  assert.equal(points.slice(18), [30, 20, 0, 11.1, 49.1, 0]);
  equalBy(variables, (v) => v.name, ["band_data", "spatial_ref"]);
});

test("an overview is read by number or by the cell size that is enough, with its own positions", async () => {
  if (!made) return skip(GONE);
  for (const [options, level, size] of [
    [{ overview: 1 }, 0, [350, 500]],
    [{ overview: 2 }, 1, [175, 250]],
    [{ resolution: 1 }, 0, [350, 500]],
    [{ resolution: 1.9 }, 0, [350, 500]],
    [{ resolution: 2 }, 1, [175, 250]],
  ] as const) {
    const source = await openGeotiff(at("cog.tif"), options);
    assert.equal(source.variables[0]!.shape, [2, ...size]);
    same(await source.read("band_data"), `cog.${level}`);
    const [a, , c] = made[`cog.${level}`]!.transform;
    const { axis: _, ...x } = source.variables.find((v) => v.name === "x")!.attributes;
    assert.equal(x, {});
    assert.is(((await source.read("x")) as Float64Array)[3], c! + 3.5 * a!);
    source.close();
  }
  assert.equal((await readField(at("cog.tif"), { overview: 2 })).shape, [2, 175, 250]);
  const fine = await openGeotiff(at("cog.tif"), { resolution: 0.1 });
  assert.equal(fine.variables[0]!.shape, [2, 700, 1000]);
  assert.is(fine.attributes.overviews, "350 x 500, 175 x 250, 87 x 125");
  fine.close();
  for (const options of [{ overview: 4 }, { overview: 0.5 }, { resolution: -1 }, { overview: 1, resolution: 2 }]) {
    await refuses(openGeotiff(at("cog.tif"), options), /./, OptionsError);
  }
});

test("a window takes only the blocks that it touches: damage elsewhere is not met", async () => {
  if (!made) return skip(GONE);
  const bytes = readFileSync(at("cog0.tif"));
  // The last two thirds of the file are noise now; the directory lies at its start or end and stays.
  const directory = bytes.readUInt32LE(4);
  const from = Math.floor(bytes.length / 3);
  bytes.fill(0x5a, from, directory > from ? directory : bytes.length);
  writeFileSync(at("torn.tif"), bytes);
  const source = await openGrid(at("torn.tif"));
  const want = wanted("cog0.tif");
  const part = await source.read("band_data", { start: [0, 100, 200], count: [1, 100, 100] });
  for (const [i, v] of part.entries())
    assert.is(v, Math.fround(want[(100 + Math.floor(i / 100)) * 1000 + 200 + (i % 100)]!));
  await refuses(source.read("band_data"), /torn\.tif: its block \d+ cannot be decoded as deflate/);
  source.close();
});

test("windows of every kind are the parts of the whole, from kept blocks as from the disk", async () => {
  if (!made) return skip(GONE);
  const source = await openGrid(at("cog.tif"));
  const want = wanted("cog.tif");
  for (let k = 0; k < 40; k++) {
    const start = [k % 2, (k * 67) % 640, (k * 131) % 900] as const;
    const count = [1 + ((k + 1) % 2) * ((k % 3) % 2), 1 + ((k * 29) % 60), 1 + ((k * 41) % 100)] as const;
    const part = await source.read("band_data", { start, count });
    assert.is(part.length, count[0] * count[1] * count[2]);
    for (const [i, v] of part.entries()) {
      const [b, y, x] = [Math.floor(i / (count[1] * count[2])), Math.floor(i / count[2]) % count[1], i % count[2]];
      const there = want[((start[0] + b) * 700 + start[1] + y) * 1000 + start[2] + x]!;
      if (v !== Math.fround(there)) assert.unreachable(`${v} instead of ${there} in window ${k}`);
    }
  }
  source.close();
});

test("a size that the file cannot hold is refused at once", async () => {
  if (!made) return skip(GONE);
  const bytes = readFileSync(at("dates.tif"));
  const start = bytes.readUInt32LE(4);
  const entries = bytes.readUInt16LE(start);
  for (let i = 0; i < entries; i++) {
    const entry = start + 2 + 12 * i;
    // Width and height become two thousand million.
    if ([256, 257].includes(bytes.readUInt16LE(entry))) {
      bytes.writeUInt16LE(4, entry + 2);
      bytes.writeUInt32LE(2_000_000_000, entry + 8);
    }
  }
  writeFileSync(at("huge.tif"), bytes);
  await refuses(readField(at("huge.tif")), /huge\.tif: (it has \d+ blocks|its \d+ bytes cannot hold)/, Error);
});

test.run();
