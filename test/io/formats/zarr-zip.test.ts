/** Zarr stores in a zip, and codecs of numcodecs, as zarr-python and xarray write them, against their own values. */
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { Field, readField, writeZarrRegion } from "../../../io/index.ts";
import { all, assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder, at } = temporaryFolder(test);
const SKIP = "no zarr and xarray for /usr/bin/python3";
const ready = hasPython("zarr", "xarray", "numcodecs");

const ZIPS = `
import sys, json, os, warnings, zipfile, numpy as np, xarray as xr, zarr
warnings.simplefilter("ignore")
root = sys.argv[1]
v = np.random.default_rng(3).gamma(0.4, 5, (7, 5, 6)).astype("f4")
def data(name):
    return xr.DataArray(v, dims=("time", "lat", "lon"), coords={"time": np.arange(7.0), "lat": np.linspace(50, 46, 5), "lon": np.arange(6.0)}, name=name, attrs={"units": "mm"})
for fmt in (2, 3):
    with zarr.storage.ZipStore(f"{root}/root{fmt}.zarr.zip", mode="w") as store:
        data("pr").to_dataset().to_zarr(store, zarr_format=fmt, consolidated=False, encoding={"pr": {"chunks": (3, 4, 4)}})
    data("pr").to_dataset().to_zarr(f"{root}/in{fmt}.zarr", zarr_format=fmt)
    with zipfile.ZipFile(f"{root}/folder{fmt}.zip", "w", zipfile.ZIP_DEFLATED) as z:
        for base, _, files in os.walk(f"{root}/in{fmt}.zarr"):
            for f in files:
                p = os.path.join(base, f); z.write(p, os.path.relpath(p, root))
data(None).to_zarr(f"{root}/unnamed.zarr")
print(json.dumps(v.ravel().tolist()))
`;

test("a Zarr store in a zip is read, at its root or in one folder, and nothing is left behind", async () => {
  if (!ready) return skip(SKIP);
  const want = python(ZIPS, folder) as number[];
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith("monge-unpacked-")).length;
  for (const name of ["root2.zarr.zip", "root3.zarr.zip", "folder2.zip", "folder3.zip"]) {
    const field = await readField(at(name));
    assert.equal([field.name, field.units, [...field.values]], ["pr", "mm", want], name);
  }
  assert.is(readdirSync(tmpdir()).filter((name) => name.startsWith("monge-unpacked-")).length <= before, true);
  assert.equal([...(await readField(at("unnamed.zarr"))).values], want);
});

const CODECS = `
import sys, json, warnings, numpy as np, zarr, numcodecs
warnings.simplefilter("ignore")
root = sys.argv[1]
v = np.round(np.random.default_rng(3).gamma(0.4, 5, (6, 5, 4)), 2).astype("f4")
out = {}
for name, kw in {
    "crc32": dict(filters=[], compressors=numcodecs.CRC32()), "adler32": dict(filters=[], compressors=numcodecs.Adler32()),
    "quantize": dict(filters=[numcodecs.Quantize(2, "f4")], compressors=numcodecs.Zlib()),
    "fixedscaleoffset": dict(filters=[numcodecs.FixedScaleOffset(0, 100, "<f4", "<i4")], compressors=numcodecs.Zlib()),
    "delta": dict(filters=[numcodecs.Delta("<f4")], compressors=numcodecs.Zlib()),
    "bz2": dict(filters=[], compressors=numcodecs.BZ2()), "lzma": dict(filters=[], compressors=numcodecs.LZMA()),
}.items():
    g = zarr.open_group(f"{root}/{name}.zarr", mode="w", zarr_format=2)
    a = g.create_array("pr", shape=v.shape, dtype="f4", chunks=(3, 5, 4), fill_value=None, **kw)
    a.attrs["_ARRAY_DIMENSIONS"] = ["time", "lat", "lon"]
    a[...] = v
    out[name] = g["pr"][...].ravel().tolist()
print(json.dumps(out))
`;

test("codecs of numcodecs give its values, or are refused by their name", async () => {
  if (!ready) return skip(SKIP);
  const want = python(CODECS, folder) as Record<string, number[]>;
  for (const [name, values] of Object.entries(want)) {
    if (name === "bz2" || name === "lzma") {
      await refuses(readField(at(`${name}.zarr`)), new RegExp(`pr is packed by ${name}, .*not read.*drop_encoding`));
      const map = new Field({
        name: "pr",
        dims: ["time", "lat", "lon"],
        shape: [3, 5, 4],
        values: new Float32Array(60),
      });
      const work = writeZarrRegion(at(`${name}.zarr`), map, { region: { time: [0, 3] } });
      await refuses(work, new RegExp(`packed by ${name}, a codec that is not written here; write a new store`));
      continue;
    }
    const got = [...(await readField(at(`${name}.zarr`))).values];
    all(got, (v, i) => Math.abs(v - values[i]!) <= 1e-6 * Math.max(1, values[i]!), name);
  }
});

test.run();
