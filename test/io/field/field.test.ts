/** Fields: parts, views, shapes and rates, and errors that show the way out. */
import { OptionsError, ShapeError, UnitsError } from "../../../engine/index.ts";
import { precipitationFactor } from "../../../io/field/index.ts";
import { convertPrecipitation, Field } from "../../../io/index.ts";
import { assert, axis, equalBy, test, throws } from "../../harness.ts";

function small(): Field {
  return new Field({
    name: "pr",
    dims: ["time", "y", "x"],
    shape: [3, 2, 2],
    values: Float32Array.from({ length: 12 }, (_, i) => (i === 5 ? Number.NaN : i)),
    units: "mm",
    source: "rain.nc",
    coordinates: [
      axis(
        "time",
        Float64Array.of(0, 1, 2),
        { units: "days since 2000-02-28", calendar: "standard" },
        Float64Array.of(-1, 0, 0, 1, 1, 2),
      ),
      { name: "x", dims: ["x"], values: Float64Array.of(10, 20), attributes: {} },
      { name: "height", dims: ["y", "x"], values: Float64Array.of(1, 2, 3, 4), attributes: {} },
    ],
  });
}

test("isel takes one index or a range along a dimension, with coordinates and bounds", () => {
  const field = small();
  const day = field.isel({ time: 1 });
  assert.equal(day.dims, ["y", "x"]);
  assert.equal(day.shape, [2, 2]);
  assert.equal(Array.from(day.values), [4, Number.NaN, 6, 7]);
  assert.equal(day.coordinate("time"), {
    ...field.coordinate("time")!,
    dims: [],
    values: Float64Array.of(1),
    bounds: Float64Array.of(0, 1),
  });
  const part = field.isel({ time: [1, 3], x: -1 });
  assert.equal(part.dims, ["time", "y"]);
  assert.equal(part.shape, [2, 2]);
  assert.equal(Array.from(part.values), [Number.NaN, 7, 9, 11]);
  assert.equal(part.coordinate("height")?.values, Float64Array.of(2, 4));
  assert.equal(part.coordinate("time")?.bounds, Float64Array.of(0, 1, 1, 2));
  throws(() => field.isel({ time: 3 }), OptionsError, /expected 0 to 2/);
  throws(() => field.isel({ lev: 0 }), ShapeError, /one of time, y, x, got lev/);
});

test("the ndarray view, the mask and the typed array tell the same", () => {
  const field = small();
  assert.is(field.array.get(2, 1, 0), 10);
  assert.equal(field.array.shape, [3, 2, 2]);
  assert.equal(Array.from(field.missing()), [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  assert.is(field.countMissing(), 1);
  equalBy(field.times(), (t) => t.iso, ["2000-02-28T00:00:00", "2000-02-29T00:00:00", "2000-03-01T00:00:00"]);
  assert.is(field.times()[1]?.date?.toISOString(), "2000-02-29T00:00:00.000Z");
});

test("parts that do not fit together are shape errors that say what was expected", () => {
  const values = new Float32Array(6);
  const cases: [Partial<ConstructorParameters<typeof Field>[0]>, RegExp][] = [
    [{ shape: [2, 2] }, /expected 4 of shape \[2, 2\], got 6/],
    [{ dims: ["y"] }, /expected 1 sizes, one for each of y, got \[2, 3\]/],
    [{ dims: ["y", "y"] }, /expected different names/],
    [{ shape: [2, 3.5] }, /whole numbers/],
    [
      { coordinates: [{ name: "x", dims: ["x"], values: new Float64Array(2), attributes: {} }] },
      /coordinate x: expected \[3\], got \[2\]/,
    ],
    [
      { coordinates: [{ name: "x", dims: ["z"], values: new Float64Array(3), attributes: {} }] },
      /dims among y, x, got z/,
    ],
  ];
  for (const [change, message] of cases) {
    const build = () => new Field({ name: "pr", dims: ["y", "x"], shape: [2, 3], values, ...change });
    throws(build, ShapeError, message);
  }
});

test("amounts become rates only over an interval that is stated or bounded", () => {
  const time = small().coordinate("time")!;
  const { bounds: _, ...unbounded } = time;
  const bare = small().with({ coordinates: [unbounded] });
  throws(
    () => convertPrecipitation(bare, "mm h-1"),
    UnitsError,
    /^rain\.nc: variable pr: cannot turn amount "mm" into rate "mm h-1" without .*`interval`/,
  );
  throws(() => precipitationFactor("mm", "mm h-1", -1), UnitsError, /^/);
  const rate = convertPrecipitation(small(), "mm h-1", { interval: 600 });
  assert.equal([rate.values[4], rate.units, rate.attributes.standard_name], [24, "mm h-1", "lwe_precipitation_rate"]);
  assert.ok(Number.isNaN(rate.values[5]));
  const sums = small().with({ attributes: { cell_methods: "time: sum area: mean" } });
  assert.is(convertPrecipitation(sums, "mm h-1", { interval: 600 }).attributes.cell_methods, "time: mean area: mean");
  assert.is(convertPrecipitation(sums, "cm").attributes.cell_methods, "time: sum area: mean");
  const flux = convertPrecipitation(small(), "kg m-2 s-1", { interval: 86400 });
  assert.equal([flux.values[6], flux.attributes.standard_name], [Math.fround(6 / 86400), "precipitation_flux"]);
  assert.ok(Math.abs(precipitationFactor("mm h-1", "m", 7200) - 0.002) < 1e-17);
  assert.is(convertPrecipitation(small(), "mm").values[11], 11);
});

test("means leave out missing values and dimensions, a map keeps all but the values, and equality sees each difference", () => {
  const field = small();
  const mean = field.mean("time");
  assert.equal(
    [mean.dims, mean.shape],
    [
      ["y", "x"],
      [2, 2],
    ],
  );
  // Of 0, 4, 8; of 1, 9, where 5 is missing.
  assert.equal([...mean.values], [4, 5, 6, 7]);
  assert.equal(mean.coordinates.map(({ name }) => name).sort(), ["height", "x"]);
  assert.is(mean.attributes.cell_methods, "time: mean");
  assert.equal([...field.mean(["x", "y"]).values], [1.5, 17 / 3, 9.5]);
  assert.equal([field.mean().shape, [...field.mean().values]], [[], [61 / 11]]);
  assert.ok(Number.isNaN(field.isel({ time: [1, 2], y: [0, 1], x: [1, 2] }).mean().values[0]));
  throws(() => field.mean("lat"), ShapeError, /lat/);
  const doubled = field.map((v) => 2 * v);
  assert.equal([doubled.values[11], doubled.units, doubled.countMissing()], [22, "mm", 1]);
  assert.ok(field.equals(small()) && field.equals(field.map((v) => v)));
  const others = [doubled, field.with({ units: "cm" }), field.isel({ time: [0, 2] }), field.with({ coordinates: [] })];
  const [time, x, height] = small().coordinates;
  others.push(field.with({ coordinates: [time!, { ...x!, values: Float64Array.of(10, 21) }, height!] }));
  for (const other of others) assert.not.ok(field.equals(other) || other.equals(field));
});

test.run();
