// Inside: a header, beside that of another library.
/** NetCDF classic formats: netcdfjs must see the same header, and generated files with awkward shapes must read exactly. */
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NetCDFReader } from "netcdfjs";
import { sniff } from "../../../io/formats/index.ts";
import { readClassicHeader } from "../../../io/formats/netcdf/classic/header.ts";
import { openGrid } from "../../../io/index.ts";
import type { AttributeValue } from "../../../io/storage/index.ts";
import { dataFiles } from "../../data.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder } = temporaryFolder(test);

/** netcdfjs takes each byte of a text for a character; the format says UTF-8. */
const utf8 = (text: string) => Buffer.from(text, "latin1").toString("utf8").replace(/\0+$/, "");
const TYPES: Readonly<Record<string, string>> = {
  byte: "int8",
  char: "char",
  short: "int16",
  int: "int32",
  float: "float32",
  double: "float64",
};

function adapted(list: readonly { readonly name: string; readonly type: string; readonly value: unknown }[]) {
  const out: Record<string, AttributeValue> = {};
  for (const { name, type, value } of list) {
    const numbers = (Array.isArray(value) ? value : [value]).map(Number);
    // It takes bytes for unsigned.
    const signed = type === "byte" ? numbers.map((v) => (v << 24) >> 24) : numbers;
    out[utf8(name)] = typeof value === "string" ? utf8(value) : signed.length === 1 ? signed[0]! : signed;
  }
  return out;
}

function secondOpinion(bytes: Uint8Array) {
  const reader = new NetCDFReader(bytes);
  const records = reader.recordDimension.length;
  return {
    dimensions: (reader.dimensions ?? []).map((d) => ({ name: utf8(d.name), size: d.size })),
    attributes: adapted(reader.globalAttributes ?? []),
    variables: (reader.variables ?? []).map((v) => ({
      name: utf8(v.name),
      dimensionIds: v.dimensions,
      attributes: adapted(v.attributes),
      dtype: TYPES[v.type],
      begin: v.offset,
    })),
    recordCount: records === 0xffffffff ? undefined : records,
  };
}

test("netcdfjs and monge see the same header in every real CDF-1 and CDF-2 file", () => {
  const files = dataFiles(["corpus/netcdf", "coarse", "radar"], /\.(nc|cdf)$/);
  const classic = files.filter((path) => /^netcdf3-(classic|64bit-offset)$/.test(sniff(path)));
  assert.ok(classic.length >= 10, `${classic.length} classic files`);
  for (const path of classic) {
    const bytes = new Uint8Array(readFileSync(path));
    const { length, ...mine } = readClassicHeader(path, bytes.length, (n) => bytes.subarray(0, n));
    assert.equal(mine, secondOpinion(bytes), path);
    const first = Math.min(...mine.variables.map((v) => v.begin));
    assert.ok(length <= first, `${path}: a header of ${length} bytes and data from ${first} on`);
  }
  console.log(`${classic.length} headers agree`);
});

/** Files with odd sizes, one or several record variables, scalars and every type; all values as float64. */
const MAKE = `
import sys, json, random, netCDF4, numpy as np
out = {}
rng = random.Random(20260101)
for version, types in (("NETCDF3_CLASSIC", "bhifd"), ("NETCDF3_64BIT_OFFSET", "bhifd"), ("NETCDF3_64BIT_DATA", ["i1","i2","i4","f4","f8","u1","u2","u4","i8","u8"])):
    for k in range(12):
        p = "%s/%s_%d.nc" % (sys.argv[1], version, k); d = netCDF4.Dataset(p, "w", format=version); res = {}
        d.createDimension("t", None); d.createDimension("a", rng.randint(1, 5)); d.createDimension("b", rng.choice([1, 3, 5, 7]))
        d.setncattr("note", "Précipitation °C")
        records = [0, 1, 4][k % 3]; nrec = k % 4
        kinds = {"b": "i1", "h": "i2", "i": "i4", "f": "f4", "d": "f8"}
        for v in range(records + 3):
            t = rng.choice(list(types)); t = kinds.get(t, t)
            dims = (("t",) if v < records else ()) + rng.choice([(), ("a",), ("b",), ("a", "b")])
            x = d.createVariable("v%d" % v, t, dims); x.set_auto_maskandscale(False)
            shape = [nrec if n == "t" else len(d.dimensions[n]) for n in dims]
            info = None if t[0] == "f" else np.iinfo(t)
            a = np.array([rng.randint(max(info.min, -2**52), min(info.max, 2**52)) if info else rng.uniform(-9, 9) for _ in range(int(np.prod(shape)))]).astype(t).reshape(shape)
            if 0 not in shape: x[...] = a
            x.setncattr("tag", np.array([1, -2, 3]).astype("i1" if t == "i1" else "i2"))
            res["v%d" % v] = a.astype("f8").ravel().tolist()
        d.close(); out[p] = res
print(json.dumps(out))
`;

test("odd sizes, lone record variables, scalars, signed bytes and 64-bit types read exactly in CDF-1, CDF-2 and CDF-5", async () => {
  if (!hasPython("netCDF4")) return skip("no netCDF4 for /usr/bin/python3");
  const made = python(MAKE, folder) as Record<string, Record<string, number[]>>;
  let count = 0;
  for (const [path, variables] of Object.entries(made)) {
    const source = await openGrid(path);
    assert.is(source.attributes.note, "Précipitation °C");
    for (const [name, expected] of Object.entries(variables)) {
      const label = `${path} ${name}`;
      const raw = Array.from(await source.read(name));
      assert.equal(raw, expected, label);
      const info = source.variables.find((v) => v.name === name)!;
      assert.equal(info.attributes.tag, [1, -2, 3], label);
      const rows = info.shape[0] ?? 0;
      if (rows > 1) {
        const width = expected.length / rows;
        const rest = info.shape.slice(1);
        const slab = { start: [1, ...rest.map(() => 0)], count: [rows - 1, ...rest] };
        assert.equal(Array.from(await source.read(name, slab)), expected.slice(width), label);
        // The last position along every dimension but the first.
        const edge = { start: [0, ...rest.map((n) => n - 1)], count: [rows, ...rest.map(() => 1)] };
        const last = Array.from({ length: rows }, (_, i) => expected[(i + 1) * width - 1]);
        if (width > 0) assert.equal(Array.from(await source.read(name, edge)), last, label);
      }
      count++;
    }
    source.close();
  }
  console.log(`${count} generated variables are exact`);
  assert.ok(count > 100);
});

const SPARSE = `
import sys, json, netCDF4, numpy as np
out = {}
for version in ("NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA"):
    p = "%s/sparse_%s.nc" % (sys.argv[1], version); d = netCDF4.Dataset(p, "w", format=version); d.set_fill_off()
    d.createDimension("t", None); d.createDimension("x", 500_000)
    f = d.createVariable("fixed", "f8", ("x",)); a = d.createVariable("a", "f4", ("t", "x")); b = d.createVariable("b", "i2", ("t", "x"))
    f[-1] = 0.5; a[1999, -3:] = [1.5, 2.5, 3.5]; b[1999, :2] = [7, -8]; b[1000, 5] = 9; d.close(); out[version] = p
print(json.dumps(out))
`;

test("values beyond 4 GiB are read, and of a file of 6 GB only what is asked for", async () => {
  if (!hasPython("netCDF4")) return skip("no netCDF4 for /usr/bin/python3");
  for (const path of Object.values(python(SPARSE, folder) as Record<string, string>)) {
    const size = statSync(path).size;
    assert.ok(size > 5.9e9, `${path} has ${size} bytes`);
    const source = await openGrid(path);
    const read = async (name: string, start: number[], count: number[]) =>
      Array.from(await source.read(name, { start, count }));
    assert.equal(await read("fixed", [499_999], [1]), [0.5]);
    assert.equal(await read("a", [1999, 499_997], [1, 3]), [1.5, 2.5, 3.5]);
    assert.equal(await read("b", [1999, 0], [1, 3]), [7, -8, 0]);
    assert.equal(await read("b", [999, 5], [3, 1]), [0, 9, 0]);
    source.close();
    rmSync(path);
  }
});

test("where the writer left the number of records open, the length of the file tells it", async () => {
  if (!hasPython("netCDF4")) return skip("no netCDF4 for /usr/bin/python3");
  const code = `
import sys, json, netCDF4, numpy as np
out = []
for version, extra in (("NETCDF3_CLASSIC", 0), ("NETCDF3_64BIT_OFFSET", 1), ("NETCDF3_64BIT_DATA", 1)):
    p = "%s/stream_%s.nc" % (sys.argv[1], version); d = netCDF4.Dataset(p, "w", format=version); d.createDimension("t", None); d.createDimension("x", 3)
    d.createVariable("a", "i2", ("t", "x"))[:] = np.arange(15).reshape(5, 3)
    if extra: d.createVariable("b", "f8", ("t",))[:] = np.arange(5)
    d.close(); out.append(p)
print(json.dumps(out))`;
  for (const path of python(code, folder) as string[]) {
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4, bytes[3] === 5 ? 12 : 8);
    writeFileSync(path, bytes);
    const source = await openGrid(path);
    assert.equal(source.dims[0], { name: "t", size: 5, unlimited: true }, path);
    assert.equal(
      Array.from(await source.read("a")),
      Array.from({ length: 15 }, (_, i) => i),
    );
    source.close();
  }
});

test("headers whose variables share bytes or whose counts do not fit are refused, however they are damaged", async () => {
  if (!hasPython("netCDF4")) return skip("no netCDF4 for /usr/bin/python3");
  const code = `
import sys, netCDF4, numpy as np
d = netCDF4.Dataset(sys.argv[1], "w", format="NETCDF3_CLASSIC"); d.createDimension("x", 4)
for n in "ab": d.createVariable(n, "i4", ("x",))[:] = 1
d.close(); print(1)`;
  const path = join(folder, "whole.nc");
  python(code, path);
  const good = readFileSync(path);
  const { variables } = readClassicHeader(path, good.length, (n) => good.subarray(0, n));
  const [a, b] = variables.map((v) => good.lastIndexOf(Buffer.from([0, 0, 0, v.begin])));
  const damages: [string, number, number, RegExp][] = [
    ["begin of b inside a", b!, variables[0]!.begin + 4, /variable b begins at \d+, before \d+/],
    ["begin of a inside the header", a!, 20, /variable a begins at 20, before \d+/],
    ["number of dimensions", 12, 0x7fffffff, /the header is cut off/],
    ["length of a name", 16, 0x7ffffff0, /the header is cut off/],
    ["length of a dimension", 24, 0x7fffffff, /begins at|ends before byte/],
    ["tag of the dimensions", 8, 11, /the header is broken \(tag 11 where 10 belongs\)/],
  ];
  for (const [what, at, value, message] of damages) {
    const bad = Buffer.from(good);
    bad.writeUInt32BE(value, at);
    writeFileSync(join(folder, "bad.nc"), bad);
    await refuses(openGrid(join(folder, "bad.nc")), message).catch((error) =>
      assert.unreachable(`${what}: ${error.message}`),
    );
  }
});

test.run();
