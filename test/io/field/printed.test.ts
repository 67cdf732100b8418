/** What a console shows of fields and datasets. */
import { join } from "node:path";
import { inspect } from "node:util";
import { Field, openDataset, writeField } from "../../../io/index.ts";
import { assert, axis, temporaryFolder, test } from "../../harness.ts";

const { folder } = temporaryFolder(test);

const rain = new Field({
  name: "pr",
  dims: ["time", "y", "x"],
  shape: [2, 2, 3],
  values: Float32Array.of(0, 1, 2, Number.NaN, 0, 0, 0, 0.5, 8.5, 0, 0, 0),
  units: "mm h-1",
  coordinates: [
    axis(
      "time",
      Float64Array.of(0, 6),
      { standard_name: "time", units: "hours since 2016-07-11", calendar: "noleap" },
      Float64Array.of(0, 6, 6, 12),
    ),
    { name: "y", dims: ["y"], values: Float64Array.of(0, 1000), attributes: { axis: "Y", units: "m" } },
    { name: "x", dims: ["x"], values: Float64Array.of(0, 1000, 2000), attributes: { axis: "X", units: "m" } },
  ],
  attributes: { standard_name: "precipitation_flux", long_name: "rain\u001b[2J", levels: [1, 2, 3] },
});

test("a field prints as a title, its coordinates, its range and its attributes, and steers no terminal", () => {
  assert.is(
    inspect(rain),
    [
      "Field pr (time: 2, y: 2, x: 3) float32, mm h-1",
      "Coordinates:",
      "  time  (time) 2016-07-11T00:00:00 … 2016-07-11T06:00:00, with bounds",
      "  y     (y) 0 … 1000 m",
      "  x     (x) 0 … 2000 m",
      "Values: min 0, mean 1.09091, max 8.5, 1 of 12 missing",
      "Attributes:",
      "  standard_name  precipitation_flux",
      "  long_name      rain\\u001b[2J",
      "  levels         1, 2, 3",
    ].join("\n"),
  );
});

test("a field without values, and one of gaps alone, say so", () => {
  const bare = (values: Float64Array) => inspect(new Field({ name: "a", dims: ["n"], shape: [values.length], values }));
  assert.is(bare(new Float64Array(0)), "Field a (n: 0) float64\nValues: none");
  assert.is(bare(Float64Array.of(Number.NaN, Number.NaN)), "Field a (n: 2) float64\nValues: 2 of 2 missing");
});

test("many attributes are counted, and long ones cut", () => {
  const attributes = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`a${i}`, "b".repeat(1e6)]));
  const lines = inspect(rain.with({ attributes })).split("\n");
  assert.is(lines.at(-1), "  … and 42 more");
  assert.ok(lines.every((line) => line.length < 150));
});

test("a dataset and a field that is not read print what they hold without reading it", async () => {
  const path = join(folder, "rain.nc");
  await writeField(path, rain.with({ attributes: {} }));
  const dataset = await openDataset(path);
  try {
    const lines = inspect(dataset).split("\n");
    assert.is(lines[0]!.replace(/, bnds: 2|, nv: 2/, ""), "Dataset (time: 2, y: 2, x: 3), hdf5");
    assert.match(lines[1]!, /^ {2}pr +\(time, y, x\) mm h-1$/);
    const lazy = inspect(await dataset.variable("pr")).split("\n");
    assert.is(lazy[0], "LazyField pr (time: 2, y: 2, x: 3), mm h-1");
    assert.ok(lazy.includes("Values: not read, 48 bytes"), lazy.join("\n"));
  } finally {
    await dataset.close();
  }
});

test.run();
