/** RADOLAN composites: values as a reader of numpy finds them, places by the corners that DWD states, damage refused. */
import { writeFileSync } from "node:fs";
import { FormatError } from "../../../engine/index.ts";
import { readField } from "../../../io/index.ts";
import { dataFiles } from "../../data.ts";
import { allClose, assert, close, equalBy, refuses, temporaryFolder, test } from "../../harness.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { at } = temporaryFolder(test);

/** A composite that holds what a function of row (from the south) and column gives. */
function composite(
  head: string,
  [rows, columns]: readonly [number, number],
  number: (row: number, column: number) => number = () => 0,
): Buffer {
  const values = Buffer.alloc(2 * rows * columns);
  for (let i = 0; i < rows * columns; i++) values.writeUInt16LE(number(Math.floor(i / columns), i % columns), 2 * i);
  return Buffer.concat([Buffer.from(`${head}\x03`, "latin1"), values]);
}
const header = (version: number, grid: string, product = "RW", interval = 60) =>
  `${product}102050100000814BY1620134VS ${version}SW   2.13.1PR E-01INT${`${interval}`.padStart(4)}GP${grid}MS 10<boo,ros>`;

const READER = `
import sys, json, gzip, numpy as np
b = gzip.open(sys.argv[1]).read(); e = b.index(3)
v = np.frombuffer(b, "<u2", offset=e + 1).reshape(900, 900)[::-1].astype("i4")
x = np.where(v & 0x2000, np.nan, (v & 0xfff) / 10)
print(json.dumps([float(np.nansum(x)), int(np.isnan(x).sum()), float(x[299, 452]), float(np.nanmax(x)), [int(i) for i in np.unravel_index(np.nanargmax(x), x.shape)]]))
`;

for (const [pattern, hours, end] of [
  [/^raa01-rw.*gz$/, 1, "2014-08-10T20:50:00"],
  [/^raa01-sf.*gz$/, 24, "2014-06-10T00:50:00"],
] as const)
  test(`sums of ${hours} h of a real composite are what numpy reads, with their bounds`, async () => {
    const path = dataFiles("corpus/other", pattern)[0];
    if (path === undefined || !hasPython("numpy")) return skip("no data folder or no numpy for /usr/bin/python3");
    const [sum, gaps, one, most, place] = python(READER, path) as [number, number, number, number, [number, number]];
    const field = await readField(path);
    const there = [...field.values].filter((v) => !Number.isNaN(v));
    const found = there.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(found - sum) < 1e-6 * sum, `${found} ${sum}`);
    assert.equal([field.values.length - there.length, field.units], [gaps, "mm"]);
    allClose([field.values[299 * 900 + 452]!, field.values[place[0] * 900 + place[1]]!], [one, most], 1e-4);
    const { values, bounds } = field.coordinate("time")!;
    assert.equal([field.times()[0]!.iso, bounds![1]! - bounds![0]!, bounds![1]], [end, hours * 3600, values[0]]);
  });

test("squares lie where DWD states the corners of its grids, on the sphere and on WGS 84", async () => {
  // Edges in the west and north, km: the sphere's are stated; DE1200 has its first centre 543.1968 and 3622.5889 km from the pole.
  for (const [version, grid, size, west, north] of [
    [3, " 900x 900", [900, 900], -523.4622, -3758.645],
    [3, "1100x 900", [1100, 900], -443.4622, -3658.645],
    [3, "1500x1400", [1500, 1400], -673.4622, -3508.645],
    [5, "1200x1100", [1200, 1100], -543.6968, -3622.0889],
  ] as const) {
    writeFileSync(at("grid"), composite(header(version, grid), size));
    const field = await readField(at("grid"), { allowEmpty: true });
    close(field.coordinate("x")!.values[0]! / 1000 - 0.5, west, 1e-3);
    close(field.coordinate("y")!.values[0]! / 1000 + 0.5, north, 1e-3);
  }
  // Hannover's radar.
  writeFileSync(
    at("grid"),
    composite(header(3, " 900x 900"), [900, 900], (row, column) => (row * 900 + column) % 4096),
  );
  const field = (await readField(at("grid"))).isel({ time: 0 });
  const x = field.sel({ lat: 52.46, lon: 9.69 }, { method: "nearest", tolerance: 0.01 });
  assert.is(x.values.length, 1);
});

test("flags say what is missing, clutter or negative", async () => {
  const marked = [7, 7 | 0x1000, 7 | 0x2000, 7 | 0x4000, 7 | 0x8000];
  writeFileSync(
    at("flags"),
    composite(header(3, " 900x 900"), [900, 900], (row, column) => (row === 899 ? (marked[column] ?? 0) : 0)),
  );
  const { values } = await readField(at("flags"));
  equalBy([...values.slice(0, 6)], (v) => Math.round(v * 10), [7, 7, Number.NaN, -7, Number.NaN, 0]);
});

test("other products and grids, and what is cut off, are refused with the way out", async () => {
  const whole = composite(header(3, " 900x 900"), [900, 900]);
  for (const [bytes, message] of [
    [whole.subarray(0, 1000), /holds \d+ bytes of values; expected 1620000 for 900x900.*fetch it again/],
    [whole.subarray(0, 60), /no end/],
    [composite(header(3, " 200x 200"), [200, 200]), /product RW on 200x200.*wradlib/],
    [composite(header(3, " 900x 900").replace(/INT ../, ""), [900, 900]), /expected sums of precipitation/],
  ] as const) {
    writeFileSync(at("bad"), bytes);
    await refuses(readField(at("bad")), message, FormatError);
  }
});

test.run();
