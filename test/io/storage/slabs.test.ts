/** Random variables of every type, shape and storage, written by netCDF4-python: every slab reads as numpy slices it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { OptionsError } from "../../../engine/index.ts";
import { openGrid } from "../../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder } = temporaryFolder(test);

const CLASSIC = ["i1", "i2", "i4", "f4", "f8"];
const ALL = [...CLASSIC, "u1", "u2", "u4", "i8", "u8"];
const FORMATS = { NETCDF3_CLASSIC: CLASSIC, NETCDF3_64BIT_OFFSET: CLASSIC, NETCDF3_64BIT_DATA: ALL, NETCDF4: ALL };

const slab = (rank: number) =>
  fc.record({
    // As parts of what there is; turned into indices once the shape is known.
    from: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: rank, maxLength: rank }),
    size: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: rank, maxLength: rank }),
  });

const variable = (types: readonly string[]) =>
  fc
    .record({
      type: fc.constantFrom(...types),
      record: fc.boolean(),
      axes: fc.constantFrom([], ["a"], ["b"], ["a", "b"], ["b", "a"], ["c", "a", "b"]),
    })
    .chain(({ type, record, axes }) => {
      const dims = record ? ["t", ...axes] : axes;
      const chunk = fc.option(fc.array(fc.nat(4), { minLength: dims.length, maxLength: dims.length }));
      return fc.record({
        type: fc.constant(type),
        dims: fc.constant(dims),
        chunks: dims.length > 0 ? chunk : fc.constant(null),
        zlib: fc.boolean(),
        shuffle: fc.boolean(),
        fletcher32: fc.boolean(),
        endian: fc.constantFrom("little", "big"),
        // Records of its own, at most; parts beyond were never written.
        records: fc.nat(6),
        part: fc.constantFrom(1, 0.5, 0),
        slabs: fc.array(slab(dims.length), { minLength: 3, maxLength: 3 }),
      });
    });

const file = fc.constantFrom(...(Object.keys(FORMATS) as (keyof typeof FORMATS)[])).chain((format) =>
  fc.record({
    format: fc.constant(format),
    sizes: fc.record({
      a: fc.integer({ min: 1, max: 9 }),
      b: fc.integer({ min: 1, max: 7 }),
      c: fc.constantFrom(1, 3),
    }),
    variables: fc.array(variable(FORMATS[format]), { minLength: 1, maxLength: 5 }),
  }),
);

const MAKE = `
import sys, json, math, netCDF4, numpy as np
folder, specs = sys.argv[1], json.load(open(sys.argv[2]))
def values(t, shape, k):
    n = int(np.prod(shape, dtype=int)); i = np.arange(n, dtype="u8") + np.uint64(31 * k)
    if t[0] == "f": return ((i.astype("f8") - 7) * 0.37).astype(t).reshape(shape)
    return (i * np.uint64(11400714819323198485)).astype("u8").view("i8").astype(t).reshape(shape)
out = []
for number, s in enumerate(specs):
    path = "%s/%d.nc" % (folder, number); d = netCDF4.Dataset(path, "w", format=s["format"]); four = s["format"] == "NETCDF4"
    d.createDimension("t", None)
    for n, size in s["sizes"].items(): d.createDimension(n, size)
    made = []
    for k, v in enumerate(s["variables"]):
        fixed = [len(d.dimensions[n]) for n in v["dims"] if n != "t"]
        shape = ([v["records"]] if "t" in v["dims"] else []) + fixed
        extra = {}
        if four and v["dims"]:
            extra = dict(zlib=v["zlib"], shuffle=v["shuffle"], fletcher32=v["fletcher32"])
            if v["chunks"] is not None: extra["chunksizes"] = [1 + c % (9 if n == "t" else len(d.dimensions[n])) for c, n in zip(v["chunks"], v["dims"])]
        if four: extra["endian"] = v["endian"]
        fill = 100 if v["type"][1] == "1" else None
        x = d.createVariable("v%d" % k, v["type"], v["dims"], fill_value=fill, **extra); x.set_auto_maskandscale(False)
        if not shape: x[...] = values(v["type"], (), k)
        elif 0 not in shape:
            part = [max(1, math.ceil(n * v["part"])) if i == len(shape) - 1 else n for i, n in enumerate(shape)]
            if v["part"] > 0 or "t" in v["dims"]: x[tuple(slice(0, n) for n in part)] = values(v["type"], part, k)
    d.close()
    d = netCDF4.Dataset(path); res = []
    for k, v in enumerate(s["variables"]):
        x = d["v%d" % k]; x.set_auto_maskandscale(False); a = np.asarray(x[...]).reshape(x.shape)
        slabs = [{"start": [0] * a.ndim, "count": list(a.shape)}]
        for p in v["slabs"]:
            start = [int(f * n) for f, n in zip(p["from"], a.shape)]
            slabs.append({"start": start, "count": [math.ceil(f * (n - i)) for f, n, i in zip(p["size"], a.shape, start)]})
        cut = lambda q: a[tuple(slice(i, i + n) for i, n in zip(q["start"], q["count"]))]
        res.append({"shape": list(a.shape), "slabs": [{**q, "values": cut(q).astype("f8").ravel().tolist()} for q in slabs]})
    out.append({"path": path, "variables": res})
print(json.dumps(out))
`;
interface Made {
  readonly path: string;
  readonly variables: readonly {
    readonly shape: readonly number[];
    readonly slabs: readonly { readonly start: number[]; readonly count: number[]; readonly values: number[] }[];
  }[];
}

test("any slab of any variable, of any type and storage in all four formats, reads as numpy slices it", async () => {
  if (!hasPython("netCDF4")) return skip("no netCDF4 for /usr/bin/python3");
  const specs = fc.sample(file, { seed: 20261125, numRuns: 120 });
  writeFileSync(join(folder, "specs.json"), JSON.stringify(specs));
  const made = python(MAKE, folder, join(folder, "specs.json")) as Made[];
  let count = 0;
  for (const [number, { path, variables }] of made.entries()) {
    const source = await openGrid(path);
    for (const [k, { shape, slabs }] of variables.entries()) {
      const label = `${number} v${k}: ${JSON.stringify(specs[number]!.variables[k])}`;
      assert.equal(source.variables.find((v) => v.name === `v${k}`)?.shape, shape, label);
      for (const { start, count: size, values } of slabs) {
        const read = await source.read(`v${k}`, { start, count: size });
        assert.equal(Array.from(read), values, `${label} from ${start} by ${size}`);
        count++;
      }
      assert.equal(Array.from(await source.read(`v${k}`)), slabs[0]!.values, label);
      if (shape.length === 0) continue;
      const beyond = { start: shape.map(() => 0), count: shape.map((n) => n + 1) };
      await refuses(source.read(`v${k}`, beyond), /./, OptionsError);
    }
    source.close();
  }
  console.log(`${count} slabs of ${made.length} files are exact`);
  assert.ok(count > 1000);
});

test.run();
