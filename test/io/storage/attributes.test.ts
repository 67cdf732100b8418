/** Types of attributes from file to file, as netCDF4 and xarray for Python see them. */
import assertStrict from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inspect as print } from "node:util";
import type { OutputFormat } from "../../../io/formats/index.ts";
import { inspect, openDataset, readField, writeField } from "../../../io/index.ts";
import { attributeType, attributeTypes, pickAttributes, typedAttributes } from "../../../io/storage/index.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";
import { days } from "../fields.ts";
import { hasPython, python, skip, tool } from "../oracle.ts";

const { at } = temporaryFolder(test);

/** Writes one attribute of each type globally, to the data and to a coordinate. */
const MAKE = `
import sys, json, netCDF4, numpy as np
path, kind = sys.argv[1:]
d = netCDF4.Dataset(path, "w", format=kind)
d.createDimension("lat", 3)
d.createDimension("lon", 4)
for k, u in (("lat", "degrees_north"), ("lon", "degrees_east")):
    v = d.createVariable(k, "f8", (k,)); v.units = u; v[:] = np.arange(len(d.dimensions[k]))
v = d.createVariable("pr", "f4", ("lat", "lon"), fill_value=np.float32(-9)); v.units = "mm"; v[:] = 1
m = d.createVariable("crs", "i4"); m.grid_mapping_name = "latitude_longitude"; v.grid_mapping = "crs"
types = "i1 i2 i4 f4 f8".split() + ([] if "CLASSIC" in kind or "OFFSET" in kind else "u1 u2 u4 i8 u8".split())
for o in (d, v, d["lat"], m):
    for t in types:
        o.setncattr("one_" + t, np.array(7, t))
        o.setncattr("two_" + t, np.array([0, 100], t))
    o.setncattr("part_f4", np.float32(0.1)); o.setncattr("part_f8", np.float64(0.1))
    o.setncattr("nan_f4", np.float32("nan"))
d.close()
print(json.dumps(types))
`;
const LOOK = `
import sys, json, netCDF4, numpy as np
d = netCDF4.Dataset(sys.argv[1])
print(json.dumps([{k: [np.asarray(o.getncattr(k)).dtype.str[1:], str(np.asarray(o.getncattr(k)).tolist())] for k in sorted(o.ncattrs())
  if k[:4] in ("one_", "two_", "part", "nan_")} for o in (d, d["pr"], d["lat"], d["crs"])]))
`;
type Seen = Readonly<Record<string, readonly [type: string, value: string]>>[];
const look = (path: string) => python(LOOK, path) as Seen;

async function copy(from: string, to: string, format: OutputFormat): Promise<string> {
  const dataset = await openDataset(from);
  try {
    const field = await (await dataset.variable("pr")).load();
    const attributes = { ...dataset.attributes, title: "a copy" };
    await writeField(at(to), field, { format, attributes });
  } finally {
    await dataset.close();
  }
  return at(to);
}

const oracle = hasPython("netCDF4", "numpy");
const must = (name: string, run: () => Promise<void>) =>
  test(name, oracle ? run : () => skip(`no netCDF4 for Python: ${name}`));

for (const kind of ["NETCDF4", "NETCDF3_CLASSIC", "NETCDF3_64BIT_DATA"]) {
  must(`attributes of every type of ${kind} keep type and value in NetCDF-4`, async () => {
    const from = at(`${kind}.nc`);
    python(MAKE, from, kind);
    const expected = look(from);
    assert.is(Object.keys(expected[0]!).length, kind === "NETCDF3_CLASSIC" ? 13 : 23);
    assert.equal(look(await copy(from, `${kind}-4.nc`, "netcdf4")), expected);
  });
}

must("integers and floats stay so through NetCDF-3, NetCDF-4, both Zarr versions and back", async () => {
  const from = at("chain.nc");
  python(MAKE, from, "NETCDF3_CLASSIC");
  const four = await copy(from, "chain4.nc", "netcdf4");
  const zarr = await copy(four, "chain.zarr", "zarr");
  const back = await copy(zarr, "back.nc", "netcdf4");
  const wide = (type: string) => (type.startsWith("i") ? "i4" : "f8");
  const wanted = look(from).map((owner) =>
    Object.fromEntries(Object.entries(owner).map(([name, [type]]) => [name, wide(type)])),
  );
  // JSON has no NaN: what was one is the text "NaN".
  const found = look(back).map((owner) =>
    Object.fromEntries(Object.entries(owner).map(([name, [type]]) => [name, name === "nan_f4" ? "f8" : type])),
  );
  assert.equal(found, wanted);
});

test("ncdump shows whole numbers of a user as int, and those noted in the type that was noted", async () => {
  const field = days(0, 1).with({
    attributes: { level: 3, range: [0, 12], share: 0.5, id: 2 ** 40, [attributeTypes]: { range: "int16" } },
  });
  const attributes = { runs: 2, half: 1, [attributeTypes]: { half: "float32" } } as const;
  await writeField(at("plain.nc"), field, { attributes });
  const text = tool("ncdump", "-h", at("plain.nc"));
  if (text === undefined) return skip("no ncdump");
  for (const line of [
    "pr:level = 3 ;",
    "pr:range = 0s, 12s ;",
    "pr:share = 0.5 ;",
    "pr:id = 1099511627776LL ;",
    ":runs = 2 ;",
    ":half = 1.f ;",
  ]) {
    assert.ok(text.includes(line), `${line} is not in\n${text}`);
  }
});

test("a Zarr store of xarray gives integers and floats, and whole floats are written with a point", async () => {
  if (!hasPython("xarray", "zarr")) return skip("no xarray with zarr for Python");
  for (const version of [2, 3] as const) {
    const field = days(0, 1).with({
      attributes: { n: 1, x: 1, xs: [0, 2], [attributeTypes]: { x: "float64", xs: "float32" } },
    });
    await writeField(at(`x${version}.zarr`), field, { format: "zarr", version, attributes: { n: 4 } });
    const code = `
import sys, json, xarray as xr
x = xr.open_zarr(sys.argv[1])
print(json.dumps([repr(x.pr.attrs[k]) for k in ("n", "x", "xs")] + [repr(x.attrs["n"])]))
x.load().to_zarr(sys.argv[2], zarr_format=int(sys.argv[3]))`;
    const copied = at(`copy${version}.zarr`);
    assert.equal(python(code, at(`x${version}.zarr`), copied, String(version)), ["1", "1.0", "[0.0, 2.0]", "4"]);
    const { attributes } = await readField(copied, { variable: "pr" });
    assert.equal(attributes[attributeTypes], { x: "float64", xs: "float64" });
    assert.is(attributes.x, 1);
  }
});

test("a type is noted only where it is not the natural one, and dropped where the number no longer fits", () => {
  assert.is(attributeType([3]), "int32");
  assert.is(attributeType([2 ** 31]), "int64");
  assert.is(attributeType([2 ** 53]), "float64");
  assert.is(attributeType([-0]), "float64");
  assert.is(attributeType([1, 0.5]), "float64");
  assert.is(attributeType([Number.NaN], "float32"), "float32");
  assert.is(attributeType([0.1], "float32"), "float64");
  assert.is(attributeType([300], "int8"), "int32");
  const read = typedAttributes([
    ["a", 1, "int32"],
    ["b", "text", "char"],
    ["c", 2, "int8"],
    ["d", 0.25, "float64"],
  ]);
  assert.equal(read[attributeTypes], { c: "int8" });
  assert.equal(pickAttributes(read, (name) => name !== "c")[attributeTypes], undefined);
  assert.equal({ ...read, e: 1 }[attributeTypes], { c: "int8" });
});

test("the noted types show in no JSON and no print of a field, and common attributes equal their literal", async () => {
  await writeField(at("print.nc"), days(0, 1).with({ attributes: { a: 1, b: 2, [attributeTypes]: { b: "int16" } } }), {
    attributes: { runs: 2, share: 0.5, title: "x" },
  });
  const field = await readField(at("print.nc"), { variable: "pr" });
  assert.equal(field.attributes[attributeTypes], { b: "int16" });
  assert.is(JSON.stringify(field.attributes), '{"a":1,"b":2}');
  assert.not.match(print(field), "Symbol");
  const { history: _, ...global } = (await inspect(at("print.nc"))).attributes;
  assertStrict.deepEqual(global, { Conventions: "CF-1.11", runs: 2, share: 0.5, title: "x" });
  assertStrict.deepEqual(Object.entries(field.attributes), [
    ["a", 1],
    ["b", 2],
  ]);
});

test("text that looks like the mark of a number stays text in Zarr's metadata", async () => {
  await writeField(at("mark.zarr"), days(0, 1).with({ attributes: { a: "\u0001monge:}" } }), { format: "zarr" });
  JSON.parse(readFileSync(at("mark.zarr/zarr.json"), "utf8"));
  assert.is((await readField(at("mark.zarr"), { variable: "pr" })).attributes.a, "\u0001monge:}");
});

test.run();
