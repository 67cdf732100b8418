/** GeoTIFF against rasterio, pixel by pixel: real files nobody here wrote, and every way that GDAL has to store pixels. */
import { join } from "node:path";
import { isMongeError } from "../../../engine/index.ts";
import { readField } from "../../../io/index.ts";
import { dataFiles } from "../../data.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";
import { difference, float64File } from "../numbers.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder } = temporaryFolder(test);

const hasRasterio = hasPython("rasterio", "osgeo.gdal");

/** Masked and scaled values of every band that is not alpha, as float64 with NaN for missing. */
const VALUES = `
import sys, json, os, warnings, numpy as np, rasterio
from osgeo import gdal
warnings.filterwarnings("ignore")
def values(path):
    with rasterio.open(path) as d:
        keep = [i for i in range(1, d.count+1) if d.count == 1 or d.colorinterp[i-1].name != "alpha"]
        a = np.stack([np.ma.filled(d.read(i, masked=True).astype("float64"), np.nan) * d.scales[i-1] + d.offsets[i-1] for i in keep])
        return a, d
`;

const CORPUS = `${VALUES}
out, folder = {}, sys.argv[1]
for k, p in enumerate(sys.argv[2:]):
    try:
        a, d = values(p)
        a.tofile(os.path.join(folder, "%d.bin" % k))
        t = d.transform
        out[p] = {"shape": list(a.shape), "transform": None if gdal.Open(p).GetGeoTransform(can_return_null=True) is None else [t.c, t.a, t.b, t.f, t.d, t.e],
            "epsg": d.crs.to_epsg(confidence_threshold=100) if d.crs else None, "geographic": bool(d.crs and d.crs.is_geographic), "crs": bool(d.crs)}
    except Exception as e: out[p] = None
print(json.dumps(out))
`;

interface Opened {
  readonly shape: readonly number[];
  readonly transform: readonly number[] | null;
  readonly epsg: number | null;
  readonly geographic: boolean;
  readonly crs: boolean;
}

test("every real GeoTIFF has the pixels, mask, positions and reference system that rasterio gives, or is refused by name", async () => {
  if (!hasRasterio) return skip("no rasterio for /usr/bin/python3");
  const files = dataFiles(["corpus/tiff", "coarse"], /\.tiff?$/);
  const expected = python(CORPUS, folder, ...files) as Record<string, Opened | null>;
  const problems: string[] = [];
  let compared = 0;
  for (const [k, path] of files.entries()) {
    const name = path.split("/").at(-1)!;
    const want = expected[path]!;
    const complain = (what: string) => problems.push(`${name}: ${what}`);
    try {
      const field = await readField(path, { allowEmpty: true });
      if (want === null) {
        complain("read, where rasterio refuses it");
        continue;
      }
      compared++;
      const off = difference(field.values, float64File(join(folder, `${k}.bin`)));
      if (off) complain(off);
      if (String(field.shape) !== String(want.shape[0] === 1 ? want.shape.slice(1) : want.shape))
        complain(`shape ${field.shape}`);
      const t = want.transform;
      const [y, x] = ["yc", "xc"].map((n, i) => field.coordinate(n) ?? field.coordinate(field.dims.at(i - 2)!));
      if ((t === null) !== (x === undefined)) complain(`coordinates where rasterio's transform is ${t}`);
      if (t && x && y) {
        // The last pixel is as far from the origin as any.
        const [rows, columns] = field.shape.slice(-2) as [number, number];
        const [right, down] = [columns - 0.5, rows - 0.5];
        const cell = Math.hypot(t[1]!, t[4]!);
        const there = [t[0]! + right * t[1]! + down * t[2]!, t[3]! + right * t[4]! + down * t[5]!];
        const distance = Math.hypot(x.values.at(-1)! - there[0]!, y.values.at(-1)! - there[1]!);
        if (!(distance < 1e-6 * cell))
          complain(`last pixel at ${x.values.at(-1)}, ${y.values.at(-1)} instead of ${there}`);
      }
      const { epsg_code, grid_mapping_name, geo_key_directory } = field.gridMapping?.attributes ?? {};
      if (epsg_code !== undefined && want.epsg !== null && epsg_code !== `EPSG:${want.epsg}`)
        complain(`${epsg_code}, not ${want.epsg}`);
      if ((grid_mapping_name === "latitude_longitude") !== want.geographic)
        complain(`${grid_mapping_name} is geographic`);
      if (want.crs && geo_key_directory === undefined) complain("no reference system");
    } catch (error) {
      if (!isMongeError(error)) throw error;
      // Which files these are, `corpus.test.ts` says.
      if (!/compressed as JPEG; expected lossless numbers/.test(error.message)) complain(`refused: ${error.message}`);
    }
  }
  console.log(`compared ${compared} of ${files.length} files`);
  assert.equal(problems, []);
});

/** Every storage that GDAL writes, of the same noise with a few missing values; values as rasterio reads them back. */
const STORAGES = `${VALUES}
gdal.UseExceptions()
folder, made, rng = sys.argv[1], [], np.random.default_rng(1)
types = {"Byte": "u1", "Int8": "i1", "UInt16": "u2", "Int16": "i2", "UInt32": "u4", "Int32": "i4", "UInt64": "u8", "Int64": "i8", "Float32": "f4", "Float64": "f8"}
def write(name, kind, bands, shape, options, nodata=None):
    path = os.path.join(folder, name + ".tif")
    a = np.cumsum(rng.integers(0, 7, (bands,) + shape), axis=2)
    if kind[0] == "F": a = a * 0.37 - 5
    elif kind[0] == "I": a = a - 60
    if "NBITS=1" in options: a = a % 2
    if "NBITS=4" in options: a = a % 16
    a = a.astype(types[kind])
    if nodata is not None: a[:, 3:5, 2:9] = nodata
    d = gdal.GetDriverByName("GTiff").Create(path, shape[1], shape[0], bands, getattr(gdal, "GDT_" + kind), options)
    d.SetGeoTransform([10, .25, 0, 50, 0, -.25])
    for i in range(bands):
        d.GetRasterBand(i+1).WriteArray(a[i])
    if nodata is not None: d.GetRasterBand(1).SetNoDataValue(nodata)
    d = None
    v, _ = values(path)
    v.tofile(path + ".bin")
    made.append(path)
layouts = {"strip": ["BLOCKYSIZE=5"], "tile": ["TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=32"]}
for kind in types:
    for c in ["NONE", "LZW", "DEFLATE", "ZSTD", "PACKBITS", "LERC", "LERC_DEFLATE", "LERC_ZSTD"]:
        if c.startswith("LERC") and (kind.endswith("64") and kind != "Float64"): continue
        for p in [1, 2, 3]:
            if p > 1 and c not in ("LZW", "DEFLATE", "ZSTD") or p == 3 and kind[0] != "F": continue
            for i, (bands, inter, layout, end, big) in enumerate([(1, "PIXEL", "strip", "LITTLE", "NO"), (3, "PIXEL", "tile", "BIG", "NO"), (2, "BAND", "tile", "LITTLE", "YES"), (3, "PIXEL", "strip", "BIG", "YES")]):
                if c.startswith("LERC") and end == "BIG": continue
                options = layouts[layout] + ["COMPRESS=" + c, "INTERLEAVE=" + inter, "ENDIANNESS=" + end, "BIGTIFF=" + big] + (["PREDICTOR=%d" % p] if p > 1 else [])
                write("-".join([kind, c, str(p), str(i)]), kind, bands, (37, 53), options, 7 if i % 2 else None)
for bits, kind in [(1, "Byte"), (4, "Byte"), (12, "UInt16"), (20, "UInt32"), (16, "Float32")]:
    for c in ["NONE", "LZW", "DEFLATE"]:
        for bands, inter, end in [(1, "PIXEL", "LITTLE"), (3, "PIXEL", "LITTLE"), (2, "BAND", "LITTLE"), (3, "PIXEL", "BIG")]:
            write("bits%d-%s-%d%s%s" % (bits, c, bands, inter, end), kind, bands, (37, 53), ["NBITS=%d" % bits, "COMPRESS=" + c, "INTERLEAVE=" + inter, "ENDIANNESS=" + end, "TILED=" + ("YES" if bands == 2 else "NO")])
for c in ["NONE", "DEFLATE", "LZW"]:
    write("many-strips-" + c, "Float32", 1, (300, 7), ["BLOCKYSIZE=1", "ENDIANNESS=BIG", "COMPRESS=" + c])
    write("sparse-" + c, "Int16", 1, (200, 200), ["TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=" + c, "SPARSE_OK=TRUE"], -32768)
print(json.dumps(made))
`;

test("every compression, predictor, layout, byte order and sample type of GDAL gives rasterio's values", async () => {
  if (!hasRasterio) return skip("no rasterio for /usr/bin/python3");
  const made = python(STORAGES, folder) as string[];
  const problems: string[] = [];
  for (const path of made) {
    try {
      const off = difference((await readField(path)).values, float64File(`${path}.bin`));
      if (off) problems.push(`${path}: ${off}`);
    } catch (error) {
      problems.push(String(error));
    }
  }
  console.log(`compared ${made.length} storages`);
  assert.equal(problems, []);
});

test.run();
