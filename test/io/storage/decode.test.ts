/** Packed values, missing values and limits: every decoded value and every gap is netCDF4-python's. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { FormatError } from "../../../engine/index.ts";
import { openGrid, type VariableInfo } from "../../../io/index.ts";
import { decoderOf } from "../../../io/storage/index.ts";
import { assert, temporaryFolder, test, throws } from "../../harness.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder } = temporaryFolder(test);

const stored = fc.integer({ min: -60, max: 60 });
const spec = fc.record({
  type: fc.constantFrom("i1", "i2", "i4", "u1", "u2", "u4", "f4", "f8", "i8"),
  unsigned: fc.boolean(),
  fill: fc.option(stored),
  missing: fc.option(fc.array(stored, { minLength: 1, maxLength: 3 })),
  scale: fc.option(fc.constantFrom(0.01, -0.5, 1e-3, 2)),
  offset: fc.option(fc.constantFrom(0, 273.15, -7)),
  limits: fc.constantFrom("none", "range", "min", "max", "halves"),
  low: fc.integer({ min: -50, max: 0 }),
  high: fc.integer({ min: 1, max: 50 }),
});

const MAKE = `
import sys, json, netCDF4, numpy as np
specs = json.load(open(sys.argv[2])); d = netCDF4.Dataset(sys.argv[1], "w"); d.createDimension("n", 160); out = []
for k, s in enumerate(specs):
    t = np.dtype(s["type"]); whole = lambda v: np.array(v).astype(t)
    # netCDF4-python has a default fill value for bytes, and none for signed values seen as unsigned; netCDF says otherwise.
    if (t.itemsize == 1 or s["unsigned"]) and s["fill"] is None: s["fill"] = 33
    x = d.createVariable("v%d" % k, t, ("n",), fill_value=None if s["fill"] is None else whole(s["fill"])); x.set_auto_maskandscale(False)
    a = np.arange(-80, 80).astype(t); a[:2] = netCDF4.default_fillvals[s["type"]]; x[:] = a
    if s["missing"] is not None: x.missing_value = whole(s["missing"])
    if s["scale"] is not None: x.scale_factor = float(s["scale"])
    if s["offset"] is not None: x.add_offset = float(s["offset"])
    low, high = s["low"], s["high"]
    if t.kind == "u" or s["unsigned"]: low, high = 3, 3 + high
    # Limits between whole numbers are not of an integer's type.
    if s["limits"] == "halves": low, high = low + 0.5, high + 0.5
    if s["limits"] in ("range", "halves"): x.valid_range = np.array([low, high], "f8") if s["limits"] == "halves" else whole([low, high])
    if s["limits"] == "min": x.valid_min = whole(low)
    if s["limits"] == "max": x.valid_max = whole(high)
    if s["unsigned"] and t.kind == "i": x.setncattr("_Unsigned", "true")
d.close(); d = netCDF4.Dataset(sys.argv[1])
for k, s in enumerate(specs):
    a = np.ma.masked_array(d["v%d" % k][:]).astype("f8"); out.append([None if m or np.isnan(v) else float(v) for v, m in zip(a.data, np.ma.getmaskarray(a))])
print(json.dumps(out))
`;

test("every gap and every value of packed, limited and unsigned variables is netCDF4-python's", async () => {
  if (!hasPython("netCDF4")) return skip("no netCDF4 for /usr/bin/python3");
  const drawn = fc.sample(spec, { seed: 20261126, numRuns: 400 });
  // Beyond 2^53 neighbours are one float64, and a fill value among them hides all.
  const specs = drawn.map((s) => ({ ...s, unsigned: s.unsigned && s.type !== "i8" }));
  const path = join(folder, "packed.nc");
  writeFileSync(join(folder, "specs.json"), JSON.stringify(specs));
  const expected = python(MAKE, path, join(folder, "specs.json")) as (number | null)[][];
  const source = await openGrid(path);
  for (const [k, want] of expected.entries()) {
    const info = source.variables.find((v) => v.name === `v${k}`)!;
    const decoder = decoderOf(path, info);
    // Decoded behind other values, which must stay.
    const out = new (decoder.target === "float32" ? Float32Array : Float64Array)(want.length + 2).fill(-1);
    decoder.decode(await source.read(info.name), out, 1);
    const label = `v${k}: ${JSON.stringify(specs[k])}`;
    assert.equal([out[0], out.at(-1)], [-1, -1], label);
    want.forEach((value, i) => {
      const got = out[i + 1]!;
      // netCDF4-python multiplies in float64; float32 keeps 24 bits of the result.
      const near = Math.abs(got - (value ?? Number.NaN)) <= Math.abs(got) * 2 ** -23 + 1e-12;
      assert.ok(value === null ? Number.isNaN(got) : near, `${label}: value ${i} is ${got} instead of ${value}`);
    });
  }
  source.close();
  const gaps = expected.flat().filter((v) => v === null).length;
  console.log(`${expected.length} variables agree, ${gaps} of ${expected.flat().length} values are gaps`);
});

test("a scale of 0, of two numbers, of text or of none is refused, and the way out is named", () => {
  const variable = (attributes: VariableInfo["attributes"]): VariableInfo => ({
    name: "pr",
    dtype: "int16",
    dims: ["x"],
    shape: [2],
    units: "mm",
    attributes,
  });
  for (const scale of [0, [0.1, 0.2], "0", "", Number.NaN, [] as number[]]) {
    throws(
      () => decoderOf("f.nc", variable({ scale_factor: scale })),
      FormatError,
      /f\.nc: attribute scale_factor of variable pr is .*expected one number other than 0; correct it/,
    );
  }
  assert.throws(
    () => decoderOf("f.nc", variable({ add_offset: [1, 2] })),
    /add_offset of variable pr is \[1,2\]; expected one number;/,
  );
  const out = new Float32Array(2);
  decoderOf("f.nc", variable({ scale_factor: "0.5", add_offset: 0 })).decode(Int16Array.of(2, 4), out, 0);
  assert.equal([...out], [1, 2]);
});

test.run();
