/** One verb that writes: every format, whole and lazily, and formats of one's own. */
import { chmodSync, existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { DomainError, FormatError, OptionsError, ShapeError } from "../../../engine/index.ts";
import { asciiGrid } from "../../../examples/own-format.ts";
import { sniff } from "../../../io/formats/index.ts";
import {
  type Field,
  type GridFormat,
  inspect,
  LazyField,
  openDataset,
  readField,
  type WriteFieldOptions,
  writeField,
  writeNetcdf,
  writeZarrRegion,
} from "../../../io/index.ts";
import { assert, equalBy, none, refuses, temporaryFolder, test } from "../../harness.ts";
import { classicBytes } from "../classic-file.ts";
import { days } from "../fields.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder, at } = temporaryFolder(test);
const rain = days(0, 7);

const refused = (name: string, options: WriteFieldOptions, pattern: RegExp, field: Field | LazyField = rain) =>
  refuses(writeField(at(name), field, options), pattern, OptionsError);

function sameValues(a: Field, b: Field): void {
  assert.equal([...a.shape], [...b.shape]);
  assert.equal([...a.values], [...b.values]);
}

for (const [name, format] of [
  ["a.nc", "hdf5"],
  ["a.tif", "geotiff"],
  ["a.zarr", "zarr-v3"],
] as const)
  test(`a field written as ${name} is read again, bit for bit, in memory and slab by slab alike`, async () => {
    await writeField(at(name), rain);
    assert.is(sniff(at(name)), format);
    sameValues(await readField(at(name)), rain);
    const data = await openDataset(at(name));
    const told: number[] = [];
    // Two maps of 60 bytes fit, and Zarr's chunks of 5 do not divide 7.
    const more = name.endsWith("zarr") ? { chunks: { time: 5 } } : {};
    const lazy = await data.variable();
    await writeField(at(`lazy-${name}`), lazy, { bytes: 130, ...more, onProgress: ({ done }) => told.push(done) });
    data.close();
    assert.is(told.at(-1), rain.values.length);
    assert.is(told.length, { hdf5: 4, geotiff: 1, "zarr-v3": 2 }[format]);
    const again = await readField(at(`lazy-${name}`));
    sameValues(again, rain);
    if (format !== "geotiff") {
      assert.equal([...again.coordinate("time")!.values], [...rain.coordinate("time")!.values]);
      assert.equal([...again.coordinate("time")!.bounds!], [...rain.coordinate("time")!.bounds!]);
    }
  });

test("the format that is asked for goes before the name, and an unclear name is an error", async () => {
  await writeField(at("plain"), rain, { format: "netcdf4" });
  assert.is(sniff(at("plain")), "hdf5");
  await refused("b.txt", {}, /b\.txt: the format is not clear .*one of \.nc, \.nc4, \.tif/);
  await refused(
    "b.nc",
    { format: "grib" as "zarr" },
    /format is "grib", a format that is only read; expected one of netcdf4, geotiff, zarr/,
  );
  await refused("b.nc", { format: "nc" as "zarr" }, /format is "nc", no format that monge knows/);
});

for (const [kind, rewrite] of [
  ["in.nc3", async (path: string, other: Field) => writeFileSync(path, classicBytes(other))],
  // In place, as other programs write: the same file, of the same length.
  [
    "in.nc",
    async (path: string, other: Field) => {
      await writeNetcdf(at("other.nc"), other, { compression: 0 });
      writeFileSync(path, readFileSync(at("other.nc")));
    },
  ],
  [
    "in.zarr",
    async (path: string, other: Field) => {
      for (const [i, dim] of other.dims.entries()) assert.is(other.shape[i], rain.size(dim));
      await writeZarrRegion(path, other, { region: {} });
    },
  ],
  // Behind what is still to be read: chunks that were read already.
  [
    "first.zarr",
    async (path: string, other: Field) =>
      writeZarrRegion(path, other.isel({ time: [0, 1] }), { region: { time: [0, 1] } }),
  ],
] as const)
  for (const out of ["out.nc", "out.zarr"])
    test(`an input ${kind} that changes while ${out} is written is an error, and nothing takes the name`, async () => {
      const [input, output] = [at(`${out}-${kind}`), at(`${kind}-${out}`)];
      if (kind === "in.nc3") writeFileSync(input, classicBytes(rain));
      else await writeField(input, rain, kind === "in.nc" ? { compression: 0 } : { chunks: { time: 1 } });
      const twice = rain.with({ values: rain.values.map((v) => 2 * v) });
      const data = await openDataset(input);
      const lazy = await data.variable();
      let slabs = 0;
      const change = (slab: Field) => {
        slabs++;
        return slab;
      };
      let begun: Promise<void> | undefined;
      const onProgress = () => {
        if (slabs === 2) begun ??= rewrite(input, twice);
      };
      const slow = new LazyField({
        ...lazy.parts,
        store: {
          ...lazy.parts.store,
          read: async (slab) => {
            await begun;
            return lazy.parts.store.read(slab);
          },
        },
      });
      await refuses(
        writeField(output, slow, { bytes: 65, change, onProgress }),
        /(in|first).*: it changed while it was read, .*let nothing write to it meanwhile/,
        FormatError,
      );
      data.close();
      assert.ok(slabs >= 2);
      none(readdirSync(folder), (name) => name.includes(`${kind}-${out}`));
    });

test("a file that is linked, given other rights or removed while it is read is read on", async () => {
  await writeField(at("linked.nc"), rain, {});
  const data = await openDataset(at("linked.nc"));
  const lazy = await data.variable();
  await lazy.isel({ time: [0, 1] }).load();
  linkSync(at("linked.nc"), at("linked-too.nc"));
  chmodSync(at("linked.nc"), 0o600);
  sameValues(await lazy.load(), rain);
  rmSync(at("linked.nc"));
  sameValues(await lazy.load(), rain);
  data.close();
});

test("what is there stands, byte for byte, unless it may be replaced", async () => {
  for (const name of ["there.nc", "there.tif"]) {
    writeFileSync(at(name), "precious");
    await refused(name, {}, /it is there already; .*`overwrite: true`/);
    assert.is(readFileSync(at(name), "utf8"), "precious");
    await writeField(at(name), rain, { overwrite: true });
    sameValues(await readField(at(name)), rain);
  }
  await writeField(at("there.zarr"), rain);
  await refused("there.zarr", {}, /it is there already/, rain.isel({ time: [0, 2] }));
  assert.is((await readField(at("there.zarr"))).size("time"), 7);
  await writeField(at("there.zarr"), rain.isel({ time: [0, 2] }), { overwrite: true });
  assert.is((await readField(at("there.zarr"))).size("time"), 2);
  // A folder that is no store is never replaced.
  await refuses(
    writeField(folder, rain, { format: "zarr", overwrite: true }),
    /it is there and is no Zarr store/,
    OptionsError,
  );
});

test("a file that is still to be read is never written over", async () => {
  await writeField(at("input.nc"), rain);
  const data = await openDataset(at("input.nc"));
  const lazy = await data.variable();
  await refused("input.nc", { overwrite: true }, /it is an input or belongs to one/, lazy);
  data.close();
  sameValues(await readField(at("input.nc")), rain);
});

test("a failure half-way leaves nothing, and what was there", async () => {
  for (const name of ["fail.nc", "fail.zarr"]) {
    await writeField(at(name), rain);
    await writeField(at("source.nc"), rain, { overwrite: true });
    const data = await openDataset(at("source.nc"));
    let count = 0;
    const change = (slab: Field): Field => {
      if (++count === 3) throw new DomainError("half-way");
      return slab.with({ values: slab.values.map(() => 1) as Float32Array });
    };
    const chunks = name.endsWith("zarr") ? { chunks: { time: 1 } } : {};
    const lazy = await data.variable();
    await refuses(
      writeField(at(name), lazy, { overwrite: true, bytes: 70, change, ...chunks }),
      /half-way/,
      DomainError,
    );
    data.close();
    sameValues(await readField(at(name)), rain);
  }
  none(readdirSync(folder), (name) => name.startsWith("."));
});

test("options of a format pass through, and those of another one are errors", async () => {
  await writeField(at("packed.nc"), rain, { packing: { range: [0, 20] }, compression: 9, chunks: { time: 7 } });
  const packed = await inspect(at("packed.nc"));
  const pr = packed.variables.find(({ name }) => name === "pr")!;
  assert.equal([pr.dtype, pr.chunks], ["int16", [7, 3, 5]]);
  await writeField(at("v2.zarr"), rain, { version: 2, compression: 0, dtype: "float64" });
  assert.is(sniff(at("v2.zarr")), "zarr-v2");
  assert.is((await inspect(at("v2.zarr"))).variables.find(({ name }) => name === "pr")!.dtype, "float64");
  await writeField(at("int.tif"), rain, { dtype: "int16", scale: 0.001 });
  await refused("no.nc", { epsg: 4326 }, /`epsg` is no option of netcdf4/);
  await refused("no.zarr", { packing: { range: [0, 1] } }, /`packing` is no option of zarr/);
  await refused("no.zarr", { dtype: "int16" }, /dtype is "int16", expected one of "float32", "float64"/);
  for (const [name, format] of [
    ["no.nc3", undefined],
    ["no.cdf", undefined],
    ["no.nc", "netcdf3"],
  ] as const) {
    await refused(
      name,
      { ...(format && { format: format as "zarr" }) },
      /format is "netcdf3", a format that is only read; .*write \.nc \(NetCDF-4\); `nccopy -k classic/,
    );
  }
  assert.not(["no.nc", "no.zarr", "no.nc3", "no.cdf"].some((name) => existsSync(at(name))));
});

test("a format of one's own writes and reads through every verb, and GDAL reads what it wrote", async () => {
  const map = rain.isel({ time: 2 });
  await writeField(at("map.asc"), map, { format: asciiGrid });
  const formats = [asciiGrid];
  assert.is((await inspect(at("map.asc"), { formats })).format, "ascii-grid");
  const back = await readField(at("map.asc"), { formats });
  sameValues(back, map);
  assert.equal([...back.coordinate("lat")!.values], [...map.coordinate("lat")!.values]);
  const data = await openDataset(at("map.asc"), { formats });
  const part = await (await data.variable()).sel({ lat: [45.7, 46.5], lon: [6.7, 7.8] }).load();
  data.close();
  assert.equal([...part.values], [...map.isel({ lat: [0, 2], lon: [1, 4] }).values]);
  await refuses(readField(at("map.asc")), /it is an ASCII grid; expected NetCDF-3/);
  await refuses(writeField(at("map.asc"), map, { format: asciiGrid }), /it is there already/, OptionsError);
  // A writer that fails leaves nothing half-written.
  await refuses(writeField(at("whole.asc"), rain, { format: asciiGrid }), /one map with coordinates/, ShapeError);
  assert.not(existsSync(at("whole.asc")));
  if (!hasPython("rasterio")) return skip("no rasterio for /usr/bin/python3");
  const code = `import sys, json, rasterio
d = rasterio.open(sys.argv[1]); a = d.read(1); print(json.dumps([d.nodata, [float(v) for v in a.ravel()], list(d.transform)[:6]]))`;
  const [nodata, values, transform] = python(code, at("map.asc")) as [number, number[], number[]];
  equalBy(
    values,
    (v) => (v === nodata ? Number.NaN : v),
    [...map.values].map((v) => Number(v)),
  );
  assert.equal(transform, [0.5, 0, 6, 0, -0.5, 46.5]);
});

test("a damaged file of one's own format is its typed error, and many files of it are one archive", async () => {
  writeFileSync(at("cut.asc"), "ncols 3\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2 3 4");
  const formats = [asciiGrid];
  await refuses(readField(at("cut.asc"), { formats }), /cut\.asc: it has 4 of 3 x 2 numbers; fetch it again/);
  const only: GridFormat = { name: "out", extensions: [], recognise: () => true };
  await refuses(readField(at("cut.asc"), { formats: [only] }), /it is out, a format that is only written/);
  await refused("x.out", { format: only }, /format is "out", a format that is only read/);
  for (const day of [0, 1])
    await writeField(at(`rain-2000010${day + 1}.asc`), rain.isel({ time: day }), { format: asciiGrid });
  const data = await openDataset(at("rain-2000010*.asc"), { formats, timeFromName: true });
  const joined = await (await data.variable()).load();
  data.close();
  assert.equal([...joined.values], [...rain.isel({ time: [0, 2] }).values]);
});

test.run();
