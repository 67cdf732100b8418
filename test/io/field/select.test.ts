/** Labels select from a field in memory as from one that is not read, and every value keeps its place on every coordinate. */
import fc from "fast-check";
import { isMongeError, OptionsError } from "../../../engine/index.ts";
import type { Label, SelectOptions } from "../../../io/field/index.ts";
import { type Coordinate, Field, LazyField, lazyField } from "../../../io/index.ts";
import { assert, equalBy, evenly, test, throws } from "../../harness.ts";
import { ensemble, over } from "../fields.ts";
import { hasPython, pythonOn, skip } from "../oracle.ts";

type Labels = Readonly<Record<string, Label>>;

const along = (name: string, dims: readonly string[], values: Float64Array, units: string): Coordinate => ({
  ...{ name, dims, values, attributes: { units, ...(units.includes("since") && { calendar: "noleap" }) } },
});
const edged = (c: Coordinate): Coordinate => ({
  ...c,
  bounds: Float64Array.from({ length: 2 * c.values.length }, (_, i) => c.values[i >> 1]! + (i % 2 ? 0.5 : -0.5)),
});
/** Values say where they stand. */
const field = (dims: readonly string[], shape: readonly number[], coordinates: readonly Coordinate[]): Field =>
  new Field({
    ...{ name: "pr", dims, shape, coordinates, source: "pr.nc", units: "mm" },
    values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    attributes: { long_name: "rain", valid_range: [0, 9] },
    gridMapping: { name: "crs", attributes: { grid_mapping_name: "latitude_longitude", GeoTransform: "0 1 0 0 0 1" } },
  });

const days = (n: number) => edged(along("time", ["time"], evenly(n, 40, 7), "days since 2001-01-01"));

const regular = (west: number, latStep: number): Field =>
  field(
    ["time", "lat", "lon"],
    [6, 5, 12],
    [
      days(6),
      edged(along("lat", ["lat"], evenly(5, -10 * Math.sign(latStep), latStep), "degrees_north")),
      edged(along("lon", ["lon"], evenly(12, west, 30), "degrees_east")),
    ],
  );
const stations = field(
  ["time", "station"],
  [4, 9],
  [
    days(4),
    along("lat", ["station"], evenly(9, 40, 2), "degrees_north"),
    along("lon", ["station"], Float64Array.of(350, 352, 8, 1, 4, 350, 9, 2, 0), "degrees_east"),
  ],
);
const turned = field(
  ["member", "y", "x"],
  [2, 4, 5],
  [
    along("y", ["y"], evenly(4, 3000, -1000), "m"),
    along("x", ["x"], evenly(5, 0, 1000), "m"),
    along("lat", ["y", "x"], evenly(20, 44, 0.25), "degrees_north"),
    along("lon", ["y", "x"], evenly(20, 4, 0.125), "degrees_east"),
  ],
);
const fields = [regular(0, 5), regular(-180, -5), regular(190, 5), stations, turned];

const text = fc.constantFrom("2001", "2001-02", "2001-02-17", "2001-03-03T00", "2001-02-29", "2002", "soon");
const endOf = (inner: fc.Arbitrary<number | string>) => fc.oneof({ weight: 5, arbitrary: inner }, fc.constant(null));
/** Labels near the values of a coordinate, now and then of another kind. */
function labelOf(c: Coordinate): fc.Arbitrary<Label> {
  const near = fc.constantFrom(...c.values).chain((v) => fc.constantFrom(v, v, v + 1, v - 360, v + 0.3));
  const ranges = (inner: fc.Arbitrary<number | string>) => fc.tuple(endOf(inner), endOf(inner));
  const dates = fc.oneof(text, ranges(text));
  const numbers = fc.oneof(near, { weight: 2, arbitrary: ranges(near) });
  return c.name === "time"
    ? fc.oneof({ weight: 6, arbitrary: dates }, numbers)
    : fc.oneof({ weight: 12, arbitrary: numbers }, dates);
}
const cases = fc.constantFrom(...fields).chain((whole) => {
  const named = whole.coordinates.map((c) =>
    fc.tuple(
      fc.constantFrom(
        c.name,
        c.name.replace(/^(lat|lon)$/, (n) => (n === "lat" ? "latitude" : "longitude")),
      ),
      labelOf(c),
    ),
  );
  const odd = fc.tuple(
    fc.constantFrom("latitude", "x", "station", "member", "elevation"),
    labelOf(whole.coordinates[0]!),
  );
  const entry = fc.oneof({ weight: 12, arbitrary: fc.oneof(...named) }, odd);
  const labels = fc.array(entry, { minLength: 1, maxLength: 3 }).map((all): Labels => Object.fromEntries(all));
  return fc.tuple(fc.constant(whole), labels);
});
const options: fc.Arbitrary<SelectOptions> = fc.record(
  { method: fc.constantFrom("exact", "nearest"), tolerance: fc.constantFrom(0, 1, 50, 86_400) },
  { requiredKeys: [] },
);

type Outcome = { readonly field: Field } | { readonly kind: string; readonly message: string };

async function outcome(work: () => Field | Promise<Field>): Promise<Outcome> {
  try {
    return { field: await work() };
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return { kind: error.name, message: error.message };
  }
}

const plain = ({ name, dims, shape, units, values, coordinates, attributes, gridMapping, source }: Field) => ({
  ...{ name, dims, shape, units, values, coordinates, attributes, gridMapping, source },
});

test("a part by label is the same before and after reading, and so is every refusal", async () => {
  let [parts, refusals] = [0, 0];
  await fc.assert(
    fc.asyncProperty(cases, options, async ([whole, labels], how) => {
      const lazy = lazyField(whole);
      const before = await outcome(() => lazy.sel(labels, how).load());
      const after = await outcome(async () => (await lazy.load()).sel(labels, how));
      if ("field" in before && "field" in after) {
        parts++;
        assert.equal(plain(after.field), plain(before.field));
      } else {
        refusals++;
        assert.equal(after, before);
      }
    }),
    { numRuns: 3000, seed: 20261126 },
  );
  assert.ok(parts > 500 && refusals > 500, `${parts} parts, ${refusals} refusals`);
});

/** Positions along each dimension of the value that stands at a flat index. */
const unravel = (index: number, shape: readonly number[]): number[] =>
  shape.map((n, axis) => Math.floor(index / shape.slice(axis + 1).reduce((a, b) => a * b, 1)) % n);

const at = (c: Coordinate, dims: readonly string[], shape: readonly number[], place: readonly number[]): number =>
  c.values[c.dims.reduce((sum, dim) => sum * shape[dims.indexOf(dim)]! + place[dims.indexOf(dim)]!, 0)]!;

test("every value of a part stands where it stood, and ranges hold all that lies in them", () => {
  let [checked, ranges] = [0, 0];
  fc.assert(
    fc.property(cases, options, ([whole, labels], how) => {
      let part: Field;
      try {
        part = whole.sel(labels, how);
      } catch (error) {
        if (isMongeError(error)) return;
        throw error;
      }
      for (const [index, value] of part.values.entries()) {
        const [here, there] = [unravel(index, part.shape), unravel(value, whole.shape)];
        for (const c of part.coordinates) {
          const before = at(whole.coordinate(c.name)!, whole.dims, whole.shape, there);
          const turns = (at(c, part.dims, part.shape, here) - before) / 360;
          assert.ok(c.name === "lon" ? Number.isInteger(turns) : turns === 0, `${c.name} of ${value}`);
          checked++;
        }
      }
      const [name, label] = Object.entries(labels)[0]!;
      const c = whole.coordinate(name);
      if (c?.dims.length !== 1 || c.name === "time" || !Array.isArray(label) || Object.keys(labels).length > 1) return;
      const [a, b] = [label[0] ?? -Infinity, label[1] ?? Infinity] as [number, number];
      const arc = c.name === "lon" && Number.isFinite(b - a);
      const within = (v: number) => v >= Math.min(a, b) && v <= Math.max(a, b);
      const east = (v: number) => ((v % 360) + 360) % 360;
      const inside = Array.from(whole.values).filter((value) => {
        const v = at(c, whole.dims, whole.shape, unravel(value, whole.shape));
        return arc ? b - a >= 360 || east(v - a + 1e-4) <= east(b - a) + 2e-4 : within(v);
      });
      assert.equal(
        Array.from(part.values).toSorted((p, q) => p - q),
        inside,
        JSON.stringify(labels),
      );
      ranges++;
    }),
    { numRuns: 3000, seed: 20261127 },
  );
  assert.ok(checked > 10_000 && ranges > 100, `${checked} values, ${ranges} ranges`);
});

test("dates take what fell in them, by bounds, wherever its stamp lies; texts with minutes are stamps", () => {
  const daily = (stamp: number) => {
    const time = along("time", ["time"], evenly(5, 362 + stamp), "days since 2015-01-01");
    const bounds = Float64Array.from({ length: 10 }, (_, i) => 362 + (i >> 1) + (i % 2));
    return field(["time"], [5], [{ ...time, bounds }]);
  };
  // Days from 29 December on, called by their beginnings, middles and ends.
  for (const stamp of [0, 0.5, 1]) {
    assert.equal(Array.from(daily(stamp).sel({ time: "2015-12-31" }).values), [2], `stamped ${stamp}`);
    assert.equal(Array.from(daily(stamp).sel({ time: ["2015-12-30", "2015"] }).values), [1, 2]);
    assert.equal(Array.from(daily(stamp).sel({ time: "2016" }).values), [3, 4]);
    // An hour of a day whose value stands for all of it.
    assert.equal(Array.from(daily(stamp).sel({ time: "2015-12-31T07" }).values), [2]);
  }
  assert.equal(Array.from(daily(1).sel({ time: "2015-12-31T00:00" }).values), [1]);
  assert.equal(Array.from(daily(1).sel({ time: ["2015-12-31T00:00", "2016-01-01T00:00"] }).values), [1, 2]);
  throws(() => daily(0.5).sel({ time: "2015-12-31T00:00" }), OptionsError, /no time in 2015-12-31T00:00/);
  // Those of a climatology are edges of years.
  const month = along("time", ["time"], Float64Array.of(15), "days since 2000-01-01");
  const climate = {
    ...month,
    bounds: Float64Array.of(-3650, 31),
    attributes: { ...month.attributes, climatology: "b" },
  };
  assert.equal(field(["time"], [1], [climate]).sel({ time: "2000-01" }).shape, [1]);
});

test("the order of labels does not matter, where one of them cuts a line out of two-dimensional latitudes too", () => {
  for (const labels of [
    { lat: [45, 46.5], y: 2000 },
    { lon: 4.75, lat: [45, 46.5], y: 2000 },
    { time: "2001-02", lon: [-40, 40] },
  ] as Labels[]) {
    const whole = "time" in labels ? fields[0]! : turned;
    const backwards = Object.fromEntries(Object.entries(labels).reverse());
    assert.equal(plain(whole.sel(backwards)), plain(whole.sel(labels)));
  }
  assert.equal([...turned.sel({ lat: [45.5, 46], y: 2000 }).values], [6, 7, 8, 26, 27, 28]);
});

test("a box of a field in memory crosses the seam of its longitudes, with bounds in the convention of the box", () => {
  const part = fields[0]!.sel({ lon: [-45, 30], time: ["2001-02-20", null] });
  assert.equal(part.shape, [4, 5, 3]);
  assert.equal([...part.coordinate("lon")!.values], [-30, 0, 30]);
  assert.equal([...part.coordinate("lon")!.bounds!], [-30.5, -29.5, -0.5, 0.5, 29.5, 30.5]);
  equalBy(part.times(), ({ iso }) => iso?.slice(0, 10), ["2001-02-24", "2001-03-03", "2001-03-10", "2001-03-17"]);
  assert.equal(part.attributes, { long_name: "rain" });
  assert.equal(part.gridMapping?.attributes, { grid_mapping_name: "latitude_longitude" });
});

test("words that sel does not know are refused: a method of xarray's that fills, a negative tolerance, one name twice", () => {
  const refused = (labels: Labels, how: SelectOptions, pattern: RegExp) =>
    throws(() => turned.sel(labels, how), OptionsError, pattern);
  refused({ y: 1000 }, { method: "pad" as "nearest" }, /^pr\.nc: variable pr: method is "pad"; expected "exact" or/);
  refused({ y: 1000 }, { method: "nearest", tolerance: -1 }, /tolerance is -1; expected a number from 0 on/);
  refused({ y: 1000 }, { method: "nearest", tolerance: Number.NaN }, /tolerance is null|tolerance is NaN/);
  refused({ lat: [44, 46], latitude: [45, 47] }, {}, /latitude names lat twice; name it once/);
  refused({ elevation: 3 }, {}, /no coordinate elevation to select by; it has y, x, lat, lon/);
  refused({ member: 0 }, {}, /the dimension has no coordinate; select it by position with isel/);
  assert.throws(() => turned.with({ source: undefined }).sel({ y: 1 }), /^variable pr: y 1 is not on the grid/);
});

test("a coordinate that comes with the values is named where one selects by it before they are read", async () => {
  const { parts } = lazyField(fields[0]!);
  const moving = along("XLAT", ["time", "lat"], evenly(30, 0, 1), "degrees_north");
  const read = async () => moving.values;
  const store = { dims: moving.dims, shape: [6, 5], chunks: undefined, target: "float64" as const, read };
  const coordinates = parts.coordinates.filter(({ name }) => name !== "lat");
  const lazy = new LazyField({ ...parts, coordinates, late: [{ ...moving, store }] });
  for (const name of ["XLAT", "lat"]) {
    const pattern = new RegExp(`no coordinate ${name} to select by; XLAT changes with time: load a part of the times`);
    assert.throws(() => lazy.sel({ [name]: 3 }), pattern);
  }
});

const XARRAY = `
import sys, json, numpy as np, xarray as xr
out = []
for case in json.load(sys.stdin):
    coords = {c["name"]: (c["dims"], c["values"], c["attributes"]) for c in case["coordinates"]}
    v = xr.decode_cf(xr.Dataset({"pr": (case["dims"], np.array(case["values"], dtype="f4").reshape(case["shape"]))}, coords=coords))["pr"]
    for name, label in case["labels"].items():
        if isinstance(label, str): label = [label, label]
        if isinstance(label, list):
            falling = bool(v[name][0] > v[name][1])
            v = v.sel({name: slice(*(label[::-1] if falling else label))})
        else:
            v = v.sel({name: label}, method=None if case["method"] == "exact" else "nearest")
    out.append(dict(shape=list(v.shape), values=[float(x) for x in v.values.ravel()]))
print(json.dumps(out))
`;

test("parts of fields in memory are xarray's", () => {
  if (!hasPython("xarray", "cftime")) return skip("no xarray and cftime for /usr/bin/python3");
  const labels: Labels[] = [
    { time: "2001-02" },
    { time: ["2001-02-17", "2001-03"], lat: [-5, 5] },
    { lat: 3, lon: 100 },
    { lat: -5, time: ["2001-03", null] },
    { lon: [60, 200], lat: [null, 0] },
  ];
  // A date with "nearest" is a moment.
  const methodOf = ({ time }: Labels) => (time === undefined ? "nearest" : "exact");
  const cases = [fields[0]!, fields[1]!].flatMap((whole) => labels.map((one) => ({ whole, labels: one })));
  const inputs = cases.map(({ whole: { dims, shape, values, coordinates }, ...rest }) => ({
    ...{ dims, shape, values: [...values], method: methodOf(rest.labels), ...rest },
    coordinates: coordinates.map((c) => ({ ...c, values: [...c.values], bounds: null })),
  }));
  const expected = pythonOn(XARRAY, inputs) as { shape: number[]; values: number[] }[];
  for (const [i, { whole, labels }] of cases.entries()) {
    // xarray knows no circle: a grid that begins at -180 holds no longitude beyond 150.
    const { lon } = labels;
    if (Array.isArray(lon) && whole === fields[1]) continue;
    const part = whole.sel(labels, { method: methodOf(labels) });
    assert.equal({ shape: part.shape, values: [...part.values] }, expected[i], JSON.stringify(labels));
  }
});

test("two single labels along one dimension are refused with the way out, ranges of both are taken", () => {
  const stations = field(
    ["station"],
    [4],
    [
      along("lat", ["station"], evenly(4, 40, 1), "degrees_north"),
      along("lon", ["station"], evenly(4, 2, 3), "degrees_east"),
    ],
  );
  const way = /lat and lon both lie along station.*ranges, as lon: \[LOW, HIGH\].*isel\(\{ station: INDEX \}\)/;
  for (const method of ["exact", "nearest"] as const) {
    const select = () => stations.sel({ lat: 41, lon: 5 }, { method });
    throws(select, OptionsError, way);
  }
  assert.equal(Array.from(stations.sel({ lat: [40.5, 42.5], lon: [4, 6] }).values), [1]);
});

test("a box of degrees is cut out of a plane by its grid mapping, as by the latitudes and longitudes that it means", () => {
  const [n, mapping] = [24, ensemble().gridMapping!];
  const km = Array.from({ length: n }, (_, i) => 200 * (i - 11.5));
  const plane = over({ y: [km.toReversed(), "km"], x: [km, "km"] }).with({ gridMapping: mapping });
  // Polar stereographic on a sphere, true at 60 degrees (Snyder 1987, 21-5 to 21-15).
  const scale = 6371.288 * (1 + Math.sin(Math.PI / 3));
  const place = (i: number): [number, number] => {
    const [y, x] = [km[n - 1 - Math.floor(i / n)]!, km[i % n]!];
    const lat = 90 - (360 / Math.PI) * Math.atan(Math.hypot(x, y) / scale);
    return [lat, 25 + (180 / Math.PI) * Math.atan2(x, -y)];
  };
  const over2d = (name: string, k: 0 | 1, units: string) => ({
    ...{ name, dims: ["y", "x"], attributes: { units, standard_name: k ? "longitude" : "latitude" } },
    values: Float64Array.from({ length: n * n }, (_, i) => place(i)[k]),
  });
  const stated = plane.with({
    coordinates: [...plane.coordinates, over2d("lat", 0, "degrees_north"), over2d("lon", 1, "degrees_east")],
  });
  for (const box of [
    { lat: [72, 80], lon: [0, 40] },
    { lon: [150, -150], lat: [70, 85] },
    { lat: 71, lon: 30 },
  ] as const) {
    const way = "lat" in box && typeof box.lat === "number" ? { method: "nearest" as const } : {};
    const [ours, theirs] = [plane.sel(box, way), stated.sel(box, way)];
    assert.equal([...ours.values], [...theirs.values]);
    assert.not(ours.coordinates.some(({ name }) => name === "lat"));
  }
  throws(() => plane.sel({ lat: [-20, -10], lon: [0, 40] }), OptionsError, /no cell has lat -20,-10/);
});

test.run();
