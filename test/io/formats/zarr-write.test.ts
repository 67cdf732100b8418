// Inside: a kernel, the checksum of its author's vectors.
/** Zarr stores that monge writes: read back bit for bit, opened by xarray and GDAL, filled by several processes, appended. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { FormatError, OptionsError, ShapeError, UnitsError } from "../../../engine/index.ts";
import { auditZarr } from "../../../io/formats/index.ts";
import { xxh64 } from "../../../io/formats/zarr/checksums.ts";
import {
  appendZarr,
  createZarr,
  Field,
  openDataset,
  openGrid,
  readField,
  writeNetcdf,
  writeZarr,
  writeZarrRegion,
} from "../../../io/index.ts";
import { assert, axis, type ErrorKind, evenly, none, refuses, temporaryFolder, test } from "../../harness.ts";
import { nodeFlags, piece } from "../../pieces.ts";
import { hasPython, python, skip, tool } from "../oracle.ts";

const { folder, at } = temporaryFolder(test);
const NOW = new Date("2026-01-02T03:04:05Z");

/** Rain over time, lat and lon from position `from` of an endless series; every 7th value is missing. */
function rain(steps: number, from = 0, Values: typeof Float32Array | typeof Float64Array = Float32Array): Field {
  const bounds = Float64Array.from({ length: 2 * steps }, (_, i) => from + Math.floor((i + 1) / 2));
  const values = new Values(steps * 30).map((_: number, i: number) => {
    const k = from * 30 + i;
    return k % 7 === 3 ? Number.NaN : Math.abs(Math.sin(k * 12.9898)) * 40;
  });
  return new Field({
    name: "pr",
    dims: ["time", "lat", "lon"],
    shape: [steps, 5, 6],
    values,
    units: "mm/day",
    attributes: { standard_name: "lwe_precipitation_rate", cell_methods: "time: mean", long_name: "Niederschlag ü" },
    coordinates: [
      axis(
        "time",
        evenly(steps, from + 0.5, 1),
        { units: "days since 2000-02-27", calendar: "noleap", axis: "T" },
        bounds,
      ),
      { name: "lat", dims: ["lat"], values: evenly(5, 50, -0.1), attributes: { units: "degrees_north" } },
      { name: "lon", dims: ["lon"], values: evenly(6, 3, 0.1), attributes: { units: "degrees_east" } },
      { name: "height", dims: [], values: Float64Array.of(2), attributes: { units: "m" } },
    ],
    gridMapping: { name: "crs", attributes: { grid_mapping_name: "latitude_longitude", semi_major_axis: 6378137 } },
  });
}

const bits = (values: Float32Array | Float64Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

function sameField(got: Field, want: Field): void {
  assert.equal(got.shape, want.shape);
  assert.ok(bits(got.values).equals(bits(want.values)), "values differ");
  for (const c of want.coordinates) {
    const other = got.coordinate(c.name)!;
    assert.ok(bits(other.values).equals(bits(c.values)), c.name);
    assert.equal(other.attributes, c.attributes);
    if (c.bounds) assert.ok(bits(other.bounds!).equals(bits(c.bounds)), `${c.name} bounds`);
  }
  assert.equal(got.gridMapping, want.gridMapping);
  assert.equal(got.attributes, want.attributes);
  assert.is(got.units, want.units);
}

/** All files of a store with their bytes. */
function bytesOf(store: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const entry of readdirSync(store, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) out[relative(store, path)] = readFileSync(path).toString("base64");
  }
  return out;
}

const chunkOf = (store: string, version: 2 | 3, n = 0) => join(store, version === 2 ? `pr/${n}.0.0` : `pr/c/${n}/0/0`);

const KINDS = [
  { version: 3 },
  { version: 3, compressor: "gzip", chunks: { time: 4, lat: 2, lon: 4 } },
  { version: 3, compressor: "none", chunks: { time: 3 } },
  { version: 2 },
  { version: 2, compressor: "gzip", compression: 9, chunks: { time: 4, lat: 3 } },
  { version: 2, compressor: "none" },
] as const;

for (const [i, options] of KINDS.entries()) {
  for (const Values of [Float32Array, Float64Array]) {
    test(`a field comes back bit for bit from a store ${JSON.stringify(options)} in ${Values.name}`, async () => {
      const path = at(`back-${i}-${Values.name}.zarr`);
      const field = rain(10, 0, Values);
      await writeZarr(path, field, { ...options, now: NOW });
      sameField(await readField(path), field);
    });
  }
}

const LOOK = `
import sys, json, numpy as np, xarray as xr, zarr, warnings
warnings.simplefilter("ignore")
out = {}
for p in sys.argv[1:]:
    ds = xr.open_zarr(p)
    a = ds.pr
    raw = xr.open_zarr(p, decode_cf=False)
    v = a.values
    out[p] = {"dtype": str(v.dtype), "dims": list(a.dims), "bits": np.ascontiguousarray(v).tobytes().hex(), "missing": int(np.isnan(v).sum()),
      "times": [str(t)[:19].replace(" ", "T") for t in ds.time.values], "calendar": ds.time.dt.calendar, "bounds": ds.time.attrs.get("bounds"), "bnds": raw.time_bnds.values.ravel().tolist(),
      "attrs": {k: v for k, v in a.attrs.items()}, "coords": sorted(ds.coords), "mapping": a.encoding.get("grid_mapping", a.attrs.get("grid_mapping")),
      "global": dict(ds.attrs), "format": zarr.open_group(p, mode="r").metadata.zarr_format, "consolidated": zarr.open_group(p, mode="r").metadata.consolidated_metadata is not None}
print(json.dumps(out))
`;

test("xarray finds values, mask, times, bounds, attributes and consolidated metadata as they were written", async () => {
  if (!hasPython("xarray", "zarr", "cftime")) return skip("no xarray or zarr for /usr/bin/python3");
  const field = rain(10);
  const paths = KINDS.map((options, i) => [at(`xarray-${i}.zarr`), options] as const);
  for (const [path, options] of paths) {
    await writeZarr(path, field, { ...options, history: "monge test", attributes: { title: "Ü" }, now: NOW });
  }
  const seen = python(LOOK, ...paths.map(([path]) => path)) as Record<string, Record<string, unknown>>;
  for (const [path, options] of paths) {
    const { bits: hex, attrs, coords, bnds, global, ...rest } = seen[path]!;
    const got = new Float32Array(new Uint8Array(Buffer.from(hex as string, "hex")).buffer);
    assert.equal([...got].map(String), [...field.values].map(String), path);
    assert.equal(rest, {
      dtype: "float32",
      dims: ["time", "lat", "lon"],
      missing: field.countMissing(),
      times: field.times().map((t) => t.iso!.slice(0, 19)),
      calendar: "noleap",
      bounds: "time_bnds",
      mapping: "crs",
      format: options.version,
      consolidated: true,
    });
    assert.equal(bnds, [...field.coordinate("time")!.bounds!]);
    const { cell_methods, long_name, standard_name, units } = attrs as Record<string, string>;
    assert.equal({ cell_methods, long_name, standard_name }, field.attributes);
    assert.is(units, "mm/day");
    for (const name of ["time", "lat", "lon", "height"]) assert.ok((coords as string[]).includes(name), name);
    assert.equal(global, { Conventions: "CF-1.11", title: "Ü", history: "2026-01-02T03:04:05Z: monge test" });
  }
});

test("GDAL reads the same values from a store of version 2", async () => {
  const path = at("gdal.zarr");
  const field = rain(2);
  await writeZarr(path, field, { version: 2, compressor: "gzip" });
  if (!tool("gdalinfo", "--formats")?.includes("Zarr")) return skip("no gdalinfo with Zarr");
  const text = tool("gdal_translate", "-q", "-of", "XYZ", "-b", "2", `ZARR:"${path}":/pr`, "/vsistdout/")!;
  const values = text
    .trim()
    .split("\n")
    .map((line) => Number(line.split(/\s+/)[2]));
  const want = [...field.values.subarray(30)];
  assert.is(values.length, 30);
  values.forEach((v, i) => {
    assert.ok(Number.isNaN(want[i]) ? Number.isNaN(v) : Math.abs(v - want[i]!) < 1e-5 * want[i]! + 1e-12, `${i}: ${v}`);
  });
});

test("what is appended along time is as if it had been written at once", async () => {
  for (const version of [2, 3] as const) {
    const options = { version, chunks: { time: 4 }, now: NOW };
    const [path, once] = [at(`append-${version}.zarr`), at(`once-${version}.zarr`)];
    await writeZarr(path, rain(3), options);
    await appendZarr(path, rain(2, 3));
    await appendZarr(path, rain(6, 5));
    await writeZarr(once, rain(11), options);
    sameField(await readField(path), rain(11));
    assert.equal(bytesOf(path), bytesOf(once));
  }
});

test("monge appends to a store of xarray, and xarray to one of monge", async () => {
  if (!hasPython("xarray", "zarr", "cftime")) return skip("no xarray or zarr for /usr/bin/python3");
  const program = `
import sys, xarray as xr, warnings
warnings.simplefilter("ignore")
for fmt in (2, 3):
    ours, following, theirs = [f"{sys.argv[1]}/{name}-{fmt}.zarr" for name in ("ours", "following", "theirs")]
    times = {"units": "days since 2000-02-27", "calendar": "noleap", "dtype": "f8"}
    load = lambda path: xr.open_zarr(path).drop_encoding().load()
    load(ours).to_zarr(theirs, zarr_format=fmt, encoding={"pr": {"chunks": (4, 5, 6)}, "time": times, "time_bnds": {"dtype": "f8"}})
    load(following).drop_vars(["lat", "lon", "height", "crs"], errors="ignore").to_zarr(ours, append_dim="time")
print("{}")`;
  for (const version of [2, 3] as const) {
    await writeZarr(at(`ours-${version}.zarr`), rain(3), { version, chunks: { time: 4 } });
    await writeZarr(at(`following-${version}.zarr`), rain(4, 3), { version });
  }
  python(program, folder);
  const want = rain(7);
  for (const version of [2, 3]) {
    const got = await readField(at(`ours-${version}.zarr`), { variable: "pr" });
    assert.ok(bits(got.values).equals(bits(want.values)), `xarray appended, version ${version}`);
    await appendZarr(at(`theirs-${version}.zarr`), rain(4, 3));
    const back = await readField(at(`theirs-${version}.zarr`), { variable: "pr" });
    assert.equal([...back.values].map(String), [...want.values].map(String), `monge appended, version ${version}`);
    assert.equal([...back.coordinate("time")!.values], [...want.coordinate("time")!.values]);
  }
});

const CHILD = `
import { readField, writeZarrRegion } from ${piece("io")};
const [source, path, from, to] = process.argv.slice(-4);
const range = [Number(from), Number(to)];
await writeZarrRegion(path, await readField(source, { time: range }), { region: { time: range } });
`;

test("two processes that write neighbouring regions at once leave the same bytes as one writer", async () => {
  const [source, once, twice] = [at("source.zarr"), at("one-writer.zarr"), at("two-writers.zarr")];
  const field = rain(16);
  const options = { chunks: { time: 4, lat: 2 }, now: NOW };
  await writeZarr(source, field);
  await writeZarr(once, field, options);
  await createZarr(twice, field, options);
  assert.is(
    (await readField(twice, { allowEmpty: true })).countMissing(),
    field.values.length,
    "nothing is there before",
  );
  writeFileSync(at("child.mjs"), CHILD);
  const run = (from: number, to: number) =>
    new Promise<number | null>((resolve) => {
      const args = [...nodeFlags, at("child.mjs"), source, twice, String(from), String(to)];
      spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] }).on("exit", resolve);
    });
  assert.equal(await Promise.all([run(0, 8), run(8, 16)]), [0, 0]);
  assert.equal(bytesOf(twice), bytesOf(once));
});

/** Every file of chunks of a store with each of some bits turned over, and turned back. */
async function withFlips(store: string, step: number, see: (what: string) => Promise<void>): Promise<void> {
  for (const entry of readdirSync(store, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /zarr\.json$|^\.z/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const whole = readFileSync(path);
    for (let bit = 0; bit < 8 * whole.length; bit += step) {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      writeFileSync(path, bytes);
      await see(`${relative(store, path)} bit ${bit}`);
    }
    writeFileSync(path, whole);
  }
}

for (const options of [
  { version: 3 },
  { version: 3, compressor: "gzip" },
  { version: 3, compressor: "none" },
  { version: 2 },
] as const) {
  test(`no turned bit in values, coordinates or bounds of a store ${JSON.stringify(options)} is read as another number`, async () => {
    const path = at(`flips-${JSON.stringify(options).replace(/\W/g, "")}.zarr`);
    const field = rain(3);
    await writeZarr(path, field, { ...options, chunks: { time: 2 } });
    let refused = 0;
    await withFlips(path, "compressor" in options && options.compressor === "none" ? 997 : 97, async (what) => {
      try {
        sameField(await readField(path), field);
      } catch (error) {
        assert.instance(error, FormatError, what);
        assert.match((error as Error).message, /cannot be read \(/, what);
        refused++;
      }
    });
    assert.ok(refused > 12, `${refused}`);
    sameField(await readField(path), field);
  });
}

test("an audit reads every chunk of a store: damaged ones, absent ones, and variables without checksums are told", async () => {
  for (const version of [2, 3] as const) {
    const path = at(`audited-${version}.zarr`);
    await writeZarr(path, rain(5), { version, chunks: { time: 2, lat: 5, lon: 6 } });
    const told: number[] = [];
    const sound = await auditZarr(path, (done, total) => told.push(done / total));
    assert.equal(sound, { chunks: 9, damaged: [], absent: {}, unchecked: [] });
    assert.equal([told.length, told.at(-1)], [9, 1]);
    const bytes = readFileSync(chunkOf(path, version, 1));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(chunkOf(path, version, 1), bytes);
    rmSync(chunkOf(path, version, 2));
    const { damaged, absent } = await auditZarr(path);
    assert.equal(absent, { pr: 1 });
    assert.match(damaged.join(), /^[^,]*chunk 1\.0\.0 of variable pr cannot be read/);
    const data = await openDataset(path);
    const field = await data.variable("pr");
    assert.equal(data.notices(), []);
    await field.isel({ time: [4, 5] }).load();
    assert.match(data.notices().join(), /zarr: 1 chunk that was read is not in the store: values there are missing/);
    data.close();
  }
  await writeZarr(at("bare.zarr"), rain(2), { version: 2, compressor: "none" });
  const { unchecked } = await auditZarr(at("bare.zarr"));
  assert.equal(unchecked, ["time", "time_bnds", "lat", "lon", "height", "crs", "pr"]);
});

test("a climatology's edges are named so, and variables that are not written are not named, in NetCDF as in Zarr", async () => {
  const field = rain(2);
  const coordinates = field.coordinates.map((c) =>
    c.name === "time" ? { ...c, attributes: { ...c.attributes, climatology: "elsewhere" } } : c,
  );
  const climate = field.with({ coordinates, attributes: { ...field.attributes, cell_measures: "area: areacella" } });
  await writeNetcdf(at("climate.nc"), climate);
  await writeZarr(at("climate.zarr"), climate);
  for (const path of [at("climate.nc"), at("climate.zarr")]) {
    const source = await openGrid(path);
    const attributes = (name: string) => source.variables.find((v) => v.name === name)!.attributes;
    assert.equal([attributes("time").climatology, attributes("time").bounds], ["time_bnds", undefined], path);
    assert.is(attributes("pr").cell_measures, undefined, path);
    source.close();
  }
});

test("an array that the metadata of the whole store and its folder do not both name is told of, whatever its name became", async () => {
  for (const version of [2, 3] as const) {
    const path = at(`names-${version}.zarr`);
    await writeZarr(path, rain(2), { version });
    const root = join(path, version === 2 ? ".zmetadata" : "zarr.json");
    const sound = readFileSync(root, "utf8");
    const own = version === 2 ? "lat/.zarray" : "lat/zarr.json";
    const key = version === 2 ? '"lat/.zarray"' : '"lat"';
    const unkept = (file: string) => `${file} is not in the metadata that the store keeps of all`;
    const missing = (file: string) => `${file} is missing, which is in the metadata that the store keeps of all`;
    const renamed = version === 2 ? '"lap/.zarray"' : '"lap"';
    const changes: readonly (readonly [key: string, said: readonly string[]])[] = [
      [renamed, [unkept(own), missing(own.replace("lat", "lap"))]],
      ...(version === 2 ? ([['"lat/.zarrax"', [unkept(own)]]] as const) : []),
    ];
    for (const [changed, said] of changes) {
      const entry = new RegExp(`${key}(?=:\\s*\\{)`);
      assert.match(sound, entry);
      writeFileSync(root, sound.replace(entry, changed));
      const { damaged } = await auditZarr(path);
      for (const line of said) assert.ok(damaged.includes(line), `${version}: ${line} is not in ${damaged}`);
      const data = await openDataset(path);
      const told = data.notices().join("\n");
      for (const line of said) assert.ok(told.includes(`${line}; the latter are taken`), `${version}: ${told}`);
      data.close();
    }
    writeFileSync(root, sound);
    // One more in a group of its own, which nobody put into the metadata of the whole.
    mkdirSync(join(path, "more"));
    const group =
      version === 2 ? [".zgroup", '{"zarr_format":2}'] : ["zarr.json", '{"zarr_format":3,"node_type":"group"}'];
    writeFileSync(join(path, "more", group[0]!), group[1]!);
    cpSync(join(path, "lat"), join(path, "more/lat"), { recursive: true });
    assert.equal((await auditZarr(path)).damaged, [unkept(`more/${own}`)]);
    if (version === 3) continue;
    rmSync(join(path, "more"), { recursive: true });
    writeFileSync(join(path, ".zattrs"), '{"title":"other"}');
    const other = ".zattrs differs from the metadata that the store keeps of all";
    assert.equal((await auditZarr(path)).damaged, [other]);
  }
});

test("a chunk of Zstandard that goes on behind its frame is refused, by a byte or by a second frame", async () => {
  for (const version of [2, 3] as const) {
    const path = at(`longer-${version}.zarr`);
    await writeZarr(path, rain(2), { version });
    const chunk = chunkOf(path, version);
    const frame = readFileSync(chunk);
    for (const more of [Uint8Array.of(0x57), Uint8Array.of(0x28), new Uint8Array(5), frame]) {
      writeFileSync(chunk, Buffer.concat([frame, more]));
      const sizes = new RegExp(
        `chunk 0.0.0 .*its frame has ${frame.length} bytes, it has ${frame.length + more.length}`,
      );
      await refuses(readField(path), sizes);
    }
    writeFileSync(chunk, frame.subarray(0, -1));
    await refuses(readField(path), /chunk 0.0.0 .*its frame has/);
    writeFileSync(chunk, frame);
    sameField(await readField(path), rain(2));
  }
});

test("zarr-python finds a turned bit in a chunk of either version", async () => {
  if (!hasPython("zarr")) return skip("no zarr for /usr/bin/python3");
  for (const version of [2, 3] as const) {
    const path = at(`flipped-${version}.zarr`);
    await writeZarr(path, rain(3), { version });
    const chunk = chunkOf(path, version);
    const bytes = readFileSync(chunk);
    bytes[bytes.length >> 1]! ^= 16;
    writeFileSync(chunk, bytes);
    const seen = python(
      `
import sys, json, zarr
try: zarr.open_group(sys.argv[1], mode="r")["pr"][:]; said = "read"
except Exception as error: said = str(error)
print(json.dumps(said))
`,
      path,
    );
    assert.match(String(seen), /checksum|corrupt|match/i);
    const ours = await readField(path).then(String, String);
    assert.match(ours, /cannot be read \(zstd codec error/);
  }
});

test("the checksum of a chunk is XXH64 (vectors of its author)", () => {
  for (const [text, sum] of [
    ["", 0xef46db3751d8e999n],
    ["a", 0xd24ec4f1a98c6e5bn],
    ["abc", 0x44bc2cf5ad770999n],
  ] as const) {
    assert.is(xxh64(Buffer.from(text)), sum);
  }
});

test("a region that is off the borders of chunks is refused, and the error names them", async () => {
  const path = at("borders.zarr");
  await createZarr(path, rain(18), { chunks: { time: 4, lat: 2 } });
  await writeZarrRegion(path, rain(2, 16), { region: { time: [16, 18] } });
  // biome-ignore format: a table
  const refused: readonly (readonly [Field, Record<string, readonly [number, number]>, RegExp, ErrorKind?])[] = [
    [rain(4, 1), { time: [1, 5] },
      /region time is \[1, 5\); expected .* such as \[0, 8\); .* 0, 4, 8, … and at the end, 18/],
    [rain(3, 4), { time: [4, 7] }, /such as \[4, 8\)/],
    [rain(4, 16), { time: [16, 20] }, /such as \[16, 18\)/],
    [rain(4), { time: [4, 8] }, /time of the field begins to differ at position 0 \(0\.5\); expected 4\.5/],
    [rain(4), { time: [0, 8] }, /\[8, 5, 6\]/, ShapeError],
    [rain(4), { level: [0, 8] }, /region names level/],
    [rain(4).with({ units: "mm" }), { time: [0, 4] }, /pr is in mm; expected mm\/day/, UnitsError],
  ];
  for (const [field, region, pattern, kind = OptionsError] of refused)
    await refuses(writeZarrRegion(path, field, { region }), pattern, kind);
  await refuses(writeZarrRegion(at("none.zarr"), rain(4), { region: {} }), /there is no Zarr store/);
});

test("a store is not replaced unless that is asked for, and what does not fit is not appended", async () => {
  const path = at("kept.zarr");
  await writeZarr(path, rain(3), { now: NOW });
  const before = bytesOf(path);
  await refuses(writeZarr(path, rain(4)), /there is a store already; pass `overwrite: true`/);
  await refuses(appendZarr(path, rain(2, 1)), /time goes on with 1\.5 after 2\.5/, OptionsError);
  await refuses(appendZarr(path, rain(2, 2)), /time goes on with 2\.5 after 2\.5/, OptionsError);
  const [days, ...others] = rain(2, 3).coordinates;
  const twice = rain(2, 3).with({ coordinates: [{ ...days!, values: Float64Array.of(3.5, 3.5) }, ...others] });
  await refuses(appendZarr(path, twice), /time goes on with 3\.5 after 3\.5/, OptionsError);
  const inches = rain(2, 3).with({
    coordinates: rain(2, 3).coordinates.map((c) =>
      c.name === "time" ? { ...c, attributes: { ...c.attributes, units: "hours since 2000-01-01" } } : c,
    ),
  });
  await refuses(appendZarr(path, inches), /units of time is hours since/, UnitsError);
  await refuses(
    appendZarr(path, rain(2, 3).with({ name: "tas" })),
    /variable tas is not in it; it has time, time_bnds/,
  );
  const bare = rain(2, 3).with({ coordinates: rain(2, 3).coordinates.filter((c) => c.name !== "time") });
  await refuses(appendZarr(path, bare), /values for time, which has time too/, ShapeError);
  mkdirSync(at("folder"));
  await refuses(writeZarr(at("folder"), rain(3)), /it is there and is no Zarr store/);
  await refuses(writeZarr(at("nowhere/a.zarr"), rain(3)), /the folder .* does not exist/);
  await refuses(writeZarr(at("bad.zarr"), rain(3), { chunks: { time: 0 } }), /chunks has time: 0/, OptionsError);
  await refuses(writeZarr(at("bad.zarr"), rain(3), { compression: 40 }), /1 to 22 for zstd/, OptionsError);
  await refuses(
    writeZarr(at("bad.zarr"), rain(3).with({ name: "lat" })),
    /two variables or dimensions would be named lat/,
    OptionsError,
  );
  assert.equal(bytesOf(path), before);
  await writeZarr(path, rain(4), { overwrite: true });
  sameField(await readField(path), rain(4));
  none(readdirSync(folder), (name) => /\.(tmp|old)$/.test(name));
});

test.run();
