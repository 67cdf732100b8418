/** Packing, rounding, integer types, fill values, chunks and filters of written NetCDF. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { DomainError, FormatError, OptionsError } from "../../../engine/index.ts";
import { type Field, type NetcdfOptions, openGrid, readField, writeNetcdf } from "../../../io/index.ts";
import { assert, equalBy, refuses, temporaryFolder, test } from "../../harness.ts";
import { days, lehmer, line } from "../fields.ts";
import { hasPython, python, skip, tool } from "../oracle.ts";

const { folder } = temporaryFolder(test);
const path = join(folder, "x.nc");

const refused = (field: Field, options: NetcdfOptions, kind: new (...args: never[]) => Error, pattern: RegExp) =>
  refuses(writeNetcdf(path, field, options), pattern, kind);

/** A field of `days` with other numbers. */
function holding(numbers: ArrayLike<number>, dtype: "float32" | "float64" = "float32"): Field {
  const n = Math.ceil(numbers.length / 15);
  const values = dtype === "float32" ? new Float32Array(n * 15) : new Float64Array(n * 15);
  values.set(Array.from(numbers));
  return days(0, n).with({ values });
}

test("packed values are at most half a step off, zero is exactly zero, gaps stay gaps", async () => {
  for (const dtype of ["int8", "int16", "int32"] as const) {
    for (const range of [
      [0, 300],
      [-5, 300],
      [-40.5, 1e-3],
      [12, 13],
    ] as const) {
      const [low, high] = range;
      const steps = { int8: 252, int16: 65532, int32: 4294967292 }[dtype];
      const inside = low <= 0 && high >= 0 ? [0] : [];
      const numbers = [low, high, Number.NaN, ...inside, ...line(60, low, (high - low) / 59.3).subarray(0, 59)];
      const field = holding(
        numbers.map((v) => v),
        "float64",
      ).with({});
      for (let i = numbers.length; i < field.values.length; i++) field.values[i] = low;
      await writeNetcdf(path, field, { packing: { range, dtype } });
      const back = await readField(path);
      // Half a step, and the rounding of what the reader gives.
      const precision = back.values instanceof Float32Array ? 2 ** -24 * Math.max(-low, high) : 1e-13 * (high - low);
      field.values.forEach((value, i) => {
        const found = back.values[i]!;
        if (Number.isNaN(value)) assert.ok(Number.isNaN(found));
        else if (value === 0) assert.is(found, 0);
        else
          assert.ok(Math.abs(found - value) <= (0.5 * (high - low)) / steps + precision, `${dtype} ${value} ${found}`);
      });
    }
  }
});

test("xarray and netCDF4 unpack what was packed: the same numbers as our reader, zeros exactly", async () => {
  if (!hasPython("xarray", "netCDF4")) return skip("no xarray for /usr/bin/python3");
  const field = days(0, 4).with({ values: days(0, 4).values.map((v, i) => (i % 3 === 0 ? 0 : v)) });
  await writeNetcdf(path, field, { packing: { range: [0, 10] } });
  const look = `
import sys, json, numpy as np, xarray as xr, netCDF4
v = xr.open_dataset(sys.argv[1])["pr"].values.astype(np.float64).ravel()
m = np.ma.filled(netCDF4.Dataset(sys.argv[1])["pr"][:], np.nan).ravel()
print(json.dumps([[None if np.isnan(x) else float(x) for x in a] for a in (v, m)]))
`;
  const back = (await readField(path)).values;
  for (const seen of python(look, path) as (number | null)[][]) {
    equalBy(
      seen,
      (v) => (v === null ? null : Math.fround(v)),
      Array.from(back, (v) => (Number.isNaN(v) ? null : Math.fround(v))),
    );
  }
  assert.equal(field.values.filter((v) => v === 0).length, back.filter((v) => Object.is(v, 0)).length);
});

test("a value beyond the packed range, the integer type or float32 is an error that names it", async () => {
  const packing = { range: [0, 1.5] } as const;
  await refused(days(0, 4), { packing }, DomainError, /pr has the value 1\.50.*from 0 to 1\.5, .*`packing\.range`/);
  await refused(holding([1, 2.5]), { dtype: "int16" }, DomainError, /value 2\.5, which int16 cannot hold/);
  await refused(holding([1, 40000]), { dtype: "int16" }, DomainError, /value 40000; expected values from -32768/);
  await refused(holding([1, Infinity]), { packing }, DomainError, /value Infinity/);
  await refused(holding([1, 1e39], "float64"), { dtype: "float32" }, DomainError, /1e\+39.*`dtype: "float64"`/);
  await refused(holding([1, -9999]), { fillValue: -9999 }, DomainError, /-9999, which stands for a missing one/);
});

test("options that cannot be are refused by name before any file is made", async () => {
  const field = days(0, 2);
  const cases: readonly (readonly [NetcdfOptions, RegExp])[] = [
    [{ compression: 10 }, /compression is 10, expected a whole number from 0 to 9/],
    [{ chunks: { depth: 3 } }, /chunks is \{"depth":3\}; expected whole numbers from 1 for some of time, lat, lon/],
    [{ chunks: { lat: 0 } }, /chunks is \{"lat":0\}; expected whole numbers from 1/],
    [{ packing: { range: [1, 1] } }, /packing\.range is \[1,1\]/],
    [{ packing: { range: [0, 1] }, dtype: "int16" }, /dtype is "int16"; expected none beside `packing`/],
    [{ significantDigits: 0 }, /significantDigits is 0, expected a whole number from 1 to 7/],
    [{ fillValue: Number.NaN }, /fillValue is NaN, expected a finite number/],
    [{ fillValue: 1e5, dtype: "int16" }, /fillValue of pr is 100000; expected a number that int16 holds/],
    [
      { format: "netcdf3-classic" } as NetcdfOptions,
      /format is "netcdf3-classic"; expected none, for NetCDF-4 alone is written; .*nccopy -k classic/,
    ],
    [{ dtype: "float16" as "float32" }, /dtype is "float16"/],
  ];
  for (const [options, pattern] of cases) await refused(field, options, OptionsError, pattern);
});

test("rounding keeps the digits that are asked for, to half a unit of the last, and makes the file smaller", async () => {
  const random = lehmer(20260101);
  const numbers = Float32Array.from({ length: 15 * 400 }, () => 10 ** (6 * random() - 3) * (random() < 0.1 ? -1 : 1));
  numbers.set([0, -0, 1, 9.995, 0.1, 3.4e38, 1e-45, 65504]);
  let size = Number.POSITIVE_INFINITY;
  for (const digits of [7, 5, 3, 2, 1]) {
    {
      await writeNetcdf(path, holding(numbers), { significantDigits: digits, shuffle: true });
      const back = await readField(path);
      numbers.forEach((value, i) => {
        if (value === 0) {
          assert.is(back.values[i], value);
          return;
        }
        const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - digits + 1);
        // The smallest numbers of float32 have fewer digits of their own and stay as they are.
        const error = Math.abs(back.values[i]! - value);
        assert.ok(error <= 0.5 * unit || error === 0, `${digits} digits of ${value}: ${back.values[i]}`);
      });
      const smaller = statSync(path).size;
      assert.ok(smaller < size, `${digits} digits: ${smaller} of ${size} bytes`);
      size = smaller;
    }
  }
  const text = tool("ncdump", "-h", path);
  if (text === undefined) return skip("ncdump is not installed");
  assert.match(text, /pr:_QuantizeBitRoundNumberOfSignificantBits = 4 ;/);
});

test("rounding is what netCDF-C's own bit rounding gives", async () => {
  if (!hasPython("netCDF4")) return skip("no netCDF4 for /usr/bin/python3");
  const random = lehmer(20260101);
  const field = holding(Float32Array.from({ length: 15 * 200 }, () => 10 ** (4 * random() - 2)));
  await writeNetcdf(path, field);
  const theirs = `
import sys, json, netCDF4, numpy as np
v = netCDF4.Dataset(sys.argv[1])["pr"][:].filled(np.nan)
d = netCDF4.Dataset(sys.argv[1] + "q", "w"); d.createDimension("n", v.size)
q = d.createVariable("q", "f4", ("n",), zlib=True, significant_digits=10, quantize_mode="BitRound"); q[:] = v.ravel(); d.close()
print(json.dumps(netCDF4.Dataset(sys.argv[1] + "q")["q"][:].astype(float).tolist()))
`;
  const expected = python(theirs, path) as number[];
  await writeNetcdf(path, field, { significantDigits: 3 });
  const back = (await readField(path)).values;
  assert.equal(Array.from(back), expected);
});

test("integers get the shuffle filter, floats do not, unless asked; chunks and levels are as asked, of small maps 64 kB of steps", async () => {
  const cases: readonly (readonly [NetcdfOptions, string, boolean, number | undefined])[] = [
    [{}, "1024, 3, 5", false, 4],
    [{ packing: { range: [0, 100] } }, "1, 3, 5", true, 4],
    [{ shuffle: true, chunks: { time: 2, lat: 2, lon: 5 } }, "2, 2, 5", true, 4],
    [{ packing: { range: [0, 100] }, shuffle: false, compression: 9 }, "1, 3, 5", false, 9],
    [{ packing: { range: [0, 100] }, compression: 0 }, "1, 3, 5", false, undefined],
    [{ chunks: { time: 100, lat: 100, lon: 100 } }, "100, 3, 5", false, 4],
  ];
  for (const [options, chunks, shuffle, level] of cases) {
    await writeNetcdf(path, days(0, 4), options);
    const expected = options.packing ? 1 / 65532 : 0;
    (await readField(path)).values.forEach((v, i) => {
      assert.ok(Math.abs(v - days(0, 4).values[i]!) <= 100 * expected || Number.isNaN(v));
    });
    const text = tool("ncdump", "-hs", path);
    if (text === undefined) return skip("ncdump is not installed");
    assert.match(text, new RegExp(`pr:_ChunkSizes = ${chunks} ;`));
    assert.is(/pr:_Shuffle = "true"/.test(text), shuffle);
    assert.is(/pr:_DeflateLevel = (\d)/.exec(text)?.[1], level?.toString());
    assert.not.match(text, /pr:_NoFill/);
  }
});

test("lists of texts are NC_STRING; numbers of flags have the variable's type", async () => {
  const attributes = {
    flag_values: [0, 1],
    flag_meanings: "dry wet",
    valid_range: [0, 100],
    words: ["a", "bc"],
    empty: "",
  };
  const field = holding([0, 1, 1]).with({ units: "1", attributes });
  await writeNetcdf(path, field, { dtype: "int8" });
  const source = await openGrid(path);
  const found = source.variables.find((v) => v.name === "pr")!.attributes;
  source.close();
  assert.equal([found.flag_values, found.valid_range, found.words, found.empty], [[0, 1], [0, 100], ["a", "bc"], ""]);
  const text = tool("ncdump", "-h", path);
  if (text === undefined) return skip("ncdump is not installed");
  assert.match(text, /pr:flag_values = 0b, 1b ;/);
  assert.match(text, /pr:_FillValue = -127b ;/);
});

test("a text longer than a header of HDF5 is written whole, and numbers longer than one are refused by name", async () => {
  const text = "ä".repeat(40_000);
  await writeNetcdf(path, days(0, 1).with({ attributes: { text } }));
  const source = await openGrid(path);
  assert.is(source.variables.find((v) => v.name === "pr")!.attributes.text, text);
  source.close();
  if (hasPython("netCDF4")) {
    const code = 'import sys, netCDF4, json; print(json.dumps(netCDF4.Dataset(sys.argv[1])["pr"].text))';
    assert.is(python(code, path), text);
  }
  const numbers = Array.from({ length: 9000 }, (_, i) => i + 0.5);
  const long = days(0, 1).with({ attributes: { numbers } });
  await refused(long, {}, FormatError, /attribute numbers has 9000 numbers of 8 bytes.*as a variable/);
});

test("netCDF-C adds variables, attributes and times to a file, and HDF5 finds all of them in their order", async () => {
  if (!hasPython("netCDF4", "h5py")) return skip("no netCDF4 or h5py for /usr/bin/python3");
  await writeNetcdf(path, days(0, 3));
  const code = `
import sys, netCDF4, h5py, json
d = netCDF4.Dataset(sys.argv[1], "a")
for k in range(12):
    d.createVariable("new%d" % k, "f4", ("time", "lat"))[:] = k; d.setncattr("g%d" % k, k); d["pr"].setncattr("a%d" % k, k)
d["pr"][3] = 7; d["time"][3] = 3; d.close(); d = netCDF4.Dataset(sys.argv[1]); f = h5py.File(sys.argv[1])
print(json.dumps([list(d.variables)[-12:], list(d["pr"].ncattrs())[-12:], float(d["pr"][3].mean()), [k for k in f["time"].attrs if k == "REFERENCE_LIST"], [f["pr"].dims[0].keys()[0], len(f["time"].attrs["REFERENCE_LIST"])]]))
`;
  const twelve = (what: string) => Array.from({ length: 12 }, (_, k) => `${what}${k}`);
  const found = python(code, path);
  assert.equal(found, [twelve("new"), twelve("a"), 7, ["REFERENCE_LIST"], ["time", 14]]);
});

test.run();
