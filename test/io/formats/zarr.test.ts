/** Zarr stores of versions 2 and 3 as zarr-python and xarray write them, against what xarray decodes. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { auditZarr } from "../../../io/formats/index.ts";
import { inspect, openDataset, openGrid, readField } from "../../../io/index.ts";
import { assert, equalBy, refuses, temporaryFolder, test } from "../../harness.ts";
import { type Digest, digest, hasPython, python, skip } from "../oracle.ts";

const { folder, at } = temporaryFolder(test);

const MAKE = `
import sys, json, numpy as np, xarray as xr, zarr, numcodecs, warnings
warnings.simplefilter("ignore")
root = sys.argv[1]
rng = np.random.default_rng(7)
def rain(shape=(7, 5, 6), dtype="f4"):
    a = rng.gamma(0.4, 5, shape).astype(dtype); a[rng.random(shape) < 0.1] = np.nan; return a
def dataset(values=None, **extra):
    v = rain() if values is None else values
    ds = xr.Dataset({"pr": (("time", "lat", "lon"), v, {"units": "mm/day", "long_name": "pluie é", "cell_methods": "time: sum"})},
        coords={"time": xr.date_range("2001-02-25", periods=7, calendar="noleap", use_cftime=True), "lat": np.linspace(50, 46, 5), "lon": np.arange(6.0)},
        attrs={"title": "Zarr", "levels": [1, 2.5], "ok": True})
    ds.lat.attrs["units"] = "degrees_north"; ds.lon.attrs["units"] = "degrees_east"
    return ds
V2 = {"none": None, "zlib": numcodecs.Zlib(3), "gzip": numcodecs.GZip(2), "zstd": numcodecs.Zstd(3), "lz4": numcodecs.LZ4(),
      "blosc": numcodecs.Blosc("lz4", 5, 1), "blosc_zstd_bit": numcodecs.Blosc("zstd", 3, 2), "blosc_zlib": numcodecs.Blosc("zlib", 3, 0)}
for name, c in V2.items():
    dataset().to_zarr(f"{root}/v2_{name}.zarr", zarr_format=2, encoding={"pr": {"chunks": (3, 4, 4), "compressors": c}})
from zarr.codecs import BytesCodec, ZstdCodec, GzipCodec, BloscCodec, Crc32cCodec, TransposeCodec, ShardingCodec
V3 = {"none": None, "zstd": [ZstdCodec(level=5, checksum=True)], "gzip": [GzipCodec(level=4)], "blosc": [BloscCodec(cname="lz4", shuffle="shuffle")],
      "blosc_bit": [BloscCodec(cname="zstd", shuffle="bitshuffle")], "crc": [ZstdCodec(), Crc32cCodec()]}
for name, c in V3.items():
    dataset().to_zarr(f"{root}/v3_{name}.zarr", zarr_format=3, encoding={"pr": {"chunks": (3, 4, 4), "compressors": c}}, consolidated=name != "gzip")
packed = dataset(); packed["pr"] = packed.pr.round(1)
packed.to_zarr(f"{root}/v2_packed.zarr", zarr_format=2, encoding={"pr": {"dtype": "i2", "scale_factor": 0.1, "_FillValue": -1, "chunks": (2, 5, 6)}}, consolidated=False)
packed.to_zarr(f"{root}/v3_packed.zarr", zarr_format=3, encoding={"pr": {"dtype": "i2", "scale_factor": 0.1, "_FillValue": -1}})
dataset(rain(dtype="f2")).to_zarr(f"{root}/v2_half.zarr", zarr_format=2)
dataset(rain(dtype="f8")).to_zarr(f"{root}/v3_double.zarr", zarr_format=3)
dataset(np.arange(210, dtype="i8").reshape(7, 5, 6)).to_zarr(f"{root}/v3_int64.zarr", zarr_format=3)
dataset(np.arange(210, dtype=">u4").reshape(7, 5, 6)).to_zarr(f"{root}/v2_big.zarr", zarr_format=2, encoding={"pr": {"dtype": ">u4"}})
def by_hand(name, fmt, values, **kw):
    g = zarr.open_group(f"{root}/{name}.zarr", mode="w", zarr_format=fmt)
    dims = {"dimension_names": ["time", "lat", "lon"]} if fmt == 3 else {}
    a = g.create_array("pr", shape=values.shape, dtype=values.dtype, **kw, **dims)
    if fmt == 2: a.attrs["_ARRAY_DIMENSIONS"] = ["time", "lat", "lon"]
    a[...] = values
    return g
by_hand("v2_fortran", 2, rain(), chunks=(3, 4, 4), order="F")
by_hand("v2_nested", 2, rain(), chunks=(3, 4, 4), chunk_key_encoding={"name": "v2", "separator": "/"})
by_hand("v2_filters", 2, np.arange(210, dtype="i4").reshape(7, 5, 6), chunks=(3, 4, 4), filters=[numcodecs.Delta("<i4")], fill_value=None)
by_hand("v3_transpose", 3, rain(), chunks=(3, 4, 4), filters=[TransposeCodec(order=(2, 0, 1))])
by_hand("v3_bigendian", 3, rain(), chunks=(3, 4, 4), serializer=BytesCodec(endian="big"))
by_hand("v3_shards", 3, rain((8, 8, 8)), chunks=(2, 4, 4), shards=(4, 8, 8))
g = by_hand("v2_holes", 2, rain((2, 4, 4)), chunks=(1, 4, 4), fill_value=np.float32(-9)); g["pr"].resize((4, 4, 4))
g = by_hand("v3_groups", 3, rain(), chunks=(7, 5, 6)); s = g.create_group("model"); b = s.create_array("pr", shape=(7, 2), dtype="f4", dimension_names=["time", "basin"]); b[...] = 3.5
out = {}
import os
for name in sorted(os.listdir(root)):
    if not name.endswith(".zarr"): continue
    for group in (None, "model"):
        try: ds = xr.open_zarr(f"{root}/{name}", group=group, consolidated=None if group is None else False)
        except Exception as e:
            if group is None: raise
            continue
        a = ds.pr.values.astype("f8"); flat = a.ravel(); ok = flat[~np.isnan(flat)]; n = flat.size
        out[name + (f" {group}/pr" if group else " pr")] = {"shape": list(a.shape), "missing": int(n - ok.size), "sum": float(ok.sum()), "low": float(ok.min()), "high": float(ok.max()),
            "samples": [None if np.isnan(flat[i*(n-1)//6]) else float(flat[i*(n-1)//6]) for i in range(7)],
            "times": [str(t)[:19].replace(" ", "T") for t in ds.time.values] if "time" in ds.coords else [], "units": ds.pr.attrs.get("units")}
print(json.dumps(out))
`;
type Expected = Record<string, Digest & { readonly times: readonly string[]; readonly units: string | null }>;

const ready = hasPython("xarray", "zarr", "cftime");
const expected = ready ? (python(MAKE, folder) as Expected) : {};

test("arrays of both versions, in every codec, order and layout, decode to what xarray gives", async () => {
  if (!ready) return skip("no xarray or zarr for /usr/bin/python3");
  const names = Object.keys(expected);
  assert.ok(names.length > 25, `${names.length} stores`);
  for (const label of names) {
    const [store, variable] = label.split(" ") as [string, string];
    const { times, units, ...want } = expected[label]!;
    const field = await readField(at(store), { variable });
    const got = digest(field.values, field.shape);
    const close = (a: number, b: number) => Math.abs(a - b) <= 1e-6 * Math.abs(b);
    assert.equal(got.shape, want.shape, label);
    assert.is(got.missing, want.missing, label);
    for (const key of ["sum", "low", "high"] as const) assert.ok(close(got[key], want[key]), `${label} ${key}`);
    got.samples.forEach((v, i) => {
      const w = want.samples[i] ?? null;
      assert.ok(v === w || close(v!, w!), `${label} sample ${i}: ${v} instead of ${w}`);
    });
    if (times.length > 0) {
      equalBy(field.times(), (t) => t.iso?.slice(0, 19), times, label);
    }
    assert.is(field.units ?? null, units, label);
  }
});

test("a slab that crosses chunks and shards equals the same part of the whole", async () => {
  if (!ready) return skip("no xarray or zarr for /usr/bin/python3");
  for (const store of ["v2_fortran.zarr", "v3_shards.zarr", "v3_transpose.zarr", "v2_zlib.zarr"]) {
    const source = await openGrid(at(store));
    const shape = source.variables.find((v) => v.name === "pr")!.shape as [number, number, number];
    const whole = await source.read("pr");
    const part = await source.read("pr", { start: [1, 2, 3], count: [4, 3, 2] });
    const wanted: number[] = [];
    for (let t = 1; t < 5; t++)
      for (let y = 2; y < 5; y++) for (let x = 3; x < 5; x++) wanted.push(whole[(t * shape[1] + y) * shape[2] + x]!);
    assert.equal([...part].map(String), wanted.map(String), store);
    source.close();
  }
});

test("attributes, units, coordinates and chunks of a store are shown as those of other formats", async () => {
  if (!ready) return skip("no xarray or zarr for /usr/bin/python3");
  for (const version of [2, 3]) {
    const summary = await inspect(at(`v${version}_zstd.zarr`));
    assert.is(summary.format, `zarr-v${version}`);
    assert.equal(summary.dataVariables, ["pr"]);
    assert.is(summary.attributes.title, "Zarr");
    assert.equal(summary.attributes.levels, [1, 2.5]);
    const pr = summary.variables.find((v) => v.name === "pr")!;
    assert.equal([pr.dims, pr.shape, pr.chunks, pr.units], [["time", "lat", "lon"], [7, 5, 6], [3, 4, 4], "mm/day"]);
    assert.is(pr.attributes.long_name, "pluie é");
  }
});

// biome-ignore format: a table
const BROKEN: readonly (readonly [string, string, (text: string) => string, RegExp])[] = [
  ["v3_gzip", "zarr.json", () => "{", /zarr\.json is not JSON/],
  ["v3_gzip", "zarr.json", () => "[]", /zarr\.json holds no JSON object/],
  ["v3_gzip", "pr/zarr.json", (t) => t.replace('"regular"', '"odd"'), /array pr: the chunk grid is "odd"/],
  ["v3_gzip", "pr/zarr.json", (t) => t.replace(/"shape": \[\s*7/, '"shape": [-7'), /array pr: the shape is \[-7,5,6\]/],
  ["v3_gzip", "pr/zarr.json", (t) => t.replace(/"shape": \[\s*7/, '"shape": [700000'), /dimension time has/],
  ["v3_gzip", "pr/zarr.json", (t) => t.replace(/("chunk_shape": \[\s*)3/, "$1999999999"), /expected less than 2 GiB/],
  ["v3_gzip", "pr/zarr.json", (t) => t.replace(/("chunk_shape": \[\s*)3/, "$12"),
    /chunk 0\.0\.0 of variable pr cannot be/],
  ["v3_gzip", "pr/zarr.json", (t) => t.replace('"gzip"', '"bzip9"'),
    /variable pr is packed by bzip9, a codec that is not read here/],
  ["v3_crc", "pr/c/0/0/0", (t) => `${t.slice(0, -1)}\x01`, /chunk 0\.0\.0 of variable pr .*checksum/],
  ["v3_blosc", "pr/c/0/0/0", (t) => t.slice(0, 20), /chunk 0\.0\.0 of variable pr .*its header says/],
  ["v3_zstd", "pr/c/1/0/0", (t) => t.slice(0, 3), /chunk 1\.0\.0 of variable pr/],
  ["v2_packed", "pr/.zarray", (t) => t.replace('"<i2"', '"<q2"'), /array pr: dtype is "<q2"/],
  ["v2_zlib", ".zmetadata", (t) => t.replace('"pr/.zarray"', '"../pr/.zarray"'), /unfit entry "\.\.\/pr/],
];

for (const [store, file, damage, pattern] of BROKEN) {
  test(`a store with a damaged ${file} is refused with the place and the reason: ${pattern.source}`, async () => {
    if (!ready) return skip("no xarray or zarr for /usr/bin/python3");
    const copy = at(`broken-${store}`);
    rmSync(copy, { recursive: true, force: true });
    cpSync(at(`${store}.zarr`), copy, { recursive: true });
    const text = readFileSync(join(copy, file), "latin1");
    const changed = damage(text);
    assert.is.not(changed, text);
    writeFileSync(join(copy, file), changed, "latin1");
    await refuses(readField(copy, { variable: "pr" }), pattern);
  });
}

/** Metadata of an array of `size` × `size` values. */
const squareArray = (size: number, chunk: number, over: object = {}) => ({
  ...{ zarr_format: 3, node_type: "array", shape: [size, size], data_type: "float32", fill_value: -5 },
  chunk_grid: { name: "regular", configuration: { chunk_shape: [chunk, chunk] } },
  chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
  codecs: [{ name: "bytes", configuration: { endian: "little" } }],
  ...{ attributes: { _FillValue: -5 }, dimension_names: ["y", "x"] },
  ...over,
});

/** A store of one array `pr`, with these files. */
function storeWith(name: string, array: object, files: Readonly<Record<string, Buffer>>): string {
  const path = join(folder, name);
  mkdirSync(join(path, "pr"), { recursive: true });
  writeFileSync(join(path, "zarr.json"), JSON.stringify({ zarr_format: 3, node_type: "group", attributes: {} }));
  writeFileSync(join(path, "pr/zarr.json"), JSON.stringify(array));
  for (const [key, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(path, "pr", key)), { recursive: true });
    writeFileSync(join(path, "pr", key), bytes);
  }
  return path;
}

const floats = (...values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer);

test("of millions of chunks those are read that are there, at once, and it is said how many are not", async () => {
  const size = 1500;
  const number = size * size;
  const flat = { chunk_key_encoding: { name: "v2", configuration: { separator: "." } } };
  for (const [files, over] of [
    [{}, {}],
    [{ "c/5/7": floats(3.5) }, {}],
    [{ "c/5/7": floats(3.5), "c/0/0": floats(1), "c/1499/1499": floats(2) }, {}],
    [{ "5.7": floats(3.5), "1499.1499": floats(2) }, flat],
  ] as const) {
    const wanted = new Map(
      Object.entries(files).map(([key, bytes]) => {
        const [row, column] = key.match(/\d+/g)!.map(Number) as [number, number];
        return [row * size + column, bytes.readFloatLE(0)];
      }),
    );
    const path = storeWith(`sparse-${wanted.size}-${"codecs" in over}.zarr`, squareArray(size, 1, over), files);
    const data = await openDataset(path);
    const variable = await data.variable("pr");
    for (let time = 0; time < 2; time++) {
      const { values } = await variable.load();
      assert.is(values.length, number);
      assert.ok(values.every((v, i) => (wanted.has(i) ? v === wanted.get(i) : Number.isNaN(v))));
      assert.match(data.notices().join(), `${number - wanted.size} chunks that were read are not in the store`);
    }
    const corner = await variable.isel({ y: [4, 50], x: [6, 60] }).load();
    const near = Array.from(corner.values.entries()).filter(([, v]) => !Number.isNaN(v));
    assert.equal(near, wanted.has(5 * size + 7) ? [[54 + 1, 3.5]] : []);
    data.close();
    const { chunks, damaged, absent } = await auditZarr(path);
    assert.equal([chunks, damaged, absent], [number, [], { pr: number - wanted.size }]);
  }
});

test("shards that are there are found among millions of chunks, with what they lack inside", async () => {
  // A shard of 2 × 2 chunks of one value, of which the index (offset, length of each) names two.
  const none = 0xffffffffffffffffn;
  const index = BigUint64Array.from([0n, 4n, none, none, none, none, 4n, 4n]);
  const sharded = {
    chunk_grid: { name: "regular", configuration: { chunk_shape: [2, 2] } },
    codecs: [
      {
        name: "sharding_indexed",
        configuration: {
          chunk_shape: [1, 1],
          codecs: [{ name: "bytes", configuration: { endian: "little" } }],
          index_codecs: [{ name: "bytes", configuration: { endian: "little" } }],
          index_location: "end",
        },
      },
    ],
  };
  const shard = Buffer.concat([floats(3, 4), Buffer.from(index.buffer)]);
  const path = storeWith("sparse-shards.zarr", squareArray(1500, 2, sharded), { "c/10/20": shard });
  const data = await openDataset(path);
  const { values } = await (await data.variable("pr")).load();
  const found = Array.from(values.entries()).filter(([, v]) => !Number.isNaN(v));
  assert.equal(found, [
    [20 * 1500 + 40, 3],
    [21 * 1500 + 41, 4],
  ]);
  assert.match(data.notices().join(), /562499 chunks that were read are not in the store/);
  data.close();
  assert.equal((await auditZarr(path)).absent, { pr: 562499 });
});

test("a chunk that comes into a store of many while it is read is a change", async () => {
  const path = storeWith("sparse-grows.zarr", squareArray(3000, 1), { "c/5/7": floats(3.5) });
  const grid = await openGrid(path);
  await grid.read("pr", { start: [0, 0], count: [100, 100] });
  assert.is(grid.changed?.(), undefined);
  mkdirSync(join(path, "pr/c/6"));
  writeFileSync(join(path, "pr/c/6/9"), floats(1));
  assert.ok(grid.changed?.()?.startsWith(path));
  grid.close();
});

test("a file that stands where a folder of chunks belongs holds none", async () => {
  const path = storeWith("sparse-file.zarr", squareArray(3000, 1), { "c/5": floats(1), "c/6/x": floats(1) });
  const { values } = await readField(path, { variable: "pr", allowEmpty: true });
  assert.ok(values.every(Number.isNaN));
});

test.run();
