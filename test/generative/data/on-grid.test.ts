// Inside: regridding to the fine grid, which no door exports.
/** Inputs on the fine grid: bilinear as numpy's, the nearest value out to the edge of the cells, gaps where there are some. */

import { mapsOf, mapsOnGrid } from "../../../generative/data/channels/on-grid.ts";
import { fineGridCheck, fineGridOf, spacingOf, validOf } from "../../../generative/model/fine-grid.ts";
import { gridMappingOf } from "../../../io/field/grid-mapping.ts";
import { openDataset } from "../../../io/index.ts";
import { testData } from "../../data.ts";
import { assert, test } from "../../harness.ts";
import { hasPython, pythonOn, skip } from "../../io/oracle.ts";
import { days, fieldOf, steps } from "../fields-for-tests.ts";

const value = (t: number, y: number, x: number) => 10 * t + Math.sin(y) + Math.cos(3 * x) + y * x;
const coarse = fieldOf({ name: "t2m", time: days(3), lat: [50, 48.1, 46.2, 44.3], lon: steps(-3, 1.7, 5), value });
const same = (part: import("../../../io/field/index.ts").Field) => part;

test("between the centres of any two grids, maps are what numpy's interp gives along both axes", async () => {
  if (!hasPython("numpy")) return skip("python with numpy is missing");
  const [lat, lon] = [steps(44.4, 0.5, 11), steps(-2.9, 0.45, 14)];
  const grid = fineGridOf(fieldOf({ name: "fine", lat, lon, value }));
  const loaded = await coarse.load();
  const expected = pythonOn(
    `import sys, json, numpy as np
d = json.load(sys.stdin)
a, y = np.array(d["values"]).reshape(3, 4, 5), np.array(d["y"])
rows = np.apply_along_axis(lambda v: np.interp(d["lat"], y[::-1], v[::-1]), 1, a)
print(json.dumps(np.apply_along_axis(lambda v: np.interp(d["lon"], d["x"], v), 2, rows).ravel().tolist()))`,
    {
      ...{ values: Array.from(loaded.values), y: Array.from(coarse.coordinate("lat")!.values) },
      ...{ x: Array.from(coarse.coordinate("lon")!.values), lat, lon },
    },
  ) as number[];
  const maps = mapsOnGrid(coarse, grid, "bilinear", same);
  for (const t of [2, 0, 1]) {
    const map = await maps.read(t);
    for (const [i, v] of map.entries()) assert.ok(Math.abs(v - expected[t * map.length + i]!) < 1e-4, `${t} ${i} ${v}`);
  }
});

test("out to the edge of the outer cells the nearest value is taken, beyond it there is a gap", async () => {
  // Outer cells reach from 43.35 to 50.95 and from -3.85 to 4.65.
  const grid = fineGridOf(fieldOf({ name: "fine", lat: [43.3, 43.4, 50.9, 51], lon: [-3.9, -3.8, 4.6, 4.7], value }));
  const map = await mapsOnGrid(coarse, grid, "bilinear", same).read(1);
  const corner = (y: number, x: number) => Math.fround(value(1, y, x));
  const gap = Number.NaN;
  assert.equal(
    Array.from(map),
    [
      [gap, gap, gap, gap],
      [gap, corner(44.3, -3), corner(44.3, -3 + 1.7 * 4), gap],
      [gap, corner(50, -3), corner(50, -3 + 1.7 * 4), gap],
      [gap, gap, gap, gap],
    ].flat(),
  );
});

test("a pixel is a gap where more than half of its weights lie on gaps, else the weighted mean of what is there", async () => {
  const holed = fieldOf({
    ...{ name: "q", lat: [0, 1], lon: [0, 1] },
    value: (_, y, x) => (x === 1 ? Number.NaN : 4 + 2 * y),
  });
  const grid = fineGridOf(fieldOf({ name: "fine", lat: [0.25, 0.5], lon: [0.3, 0.49, 0.51, 0.9], value }));
  const map = await mapsOnGrid(holed, grid, "bilinear", same).read(0);
  const gap = Number.NaN;
  assert.equal(Array.from(map), [4.5, 4.5, gap, gap, 5, 5, gap, gap]);
});

test("conservative maps of a whole factor are the values of the cells, and nearest ones too", async () => {
  const cells = fieldOf({ name: "q", lat: [0, 1], lon: [0, 1], value: (_, y, x) => 1 + y + 2 * x });
  const grid = fineGridOf(
    fieldOf({ name: "fine", lat: steps(-0.25, 0.5, 4), lon: steps(-0.25, 0.5, 4), value: () => 0 }),
  );
  const expected = [1, 1, 3, 3, 1, 1, 3, 3, 2, 2, 4, 4, 2, 2, 4, 4];
  for (const method of ["conservative", "nearest"] as const) {
    assert.equal(Array.from(await mapsOnGrid(cells, grid, method, same).read(0)).map(Math.fround), expected, method);
  }
});

test("maps of a field that is read in blocks come in any order", async () => {
  // 5 MB a map: three of them in a block.
  const wide = { lat: steps(0, 0.08, 1000), lon: steps(0, 0.1, 1250) };
  const large = fieldOf({ name: "q", time: days(5), ...wide, value: (t, y) => t + y });
  const maps = mapsOf(large, same);
  const on = mapsOnGrid(
    large,
    fineGridOf(fieldOf({ name: "f", lat: [0.04, 0.12], lon: [1, 2], value })),
    "bilinear",
    same,
  );
  for (const t of [4, 0, 3, 2, 1]) {
    assert.is((await maps.read(t))[0], t);
    const map = await on.read(t);
    for (const [i, v] of map.entries()) assert.ok(Math.abs(v - (t + (i < 2 ? 0.04 : 0.12))) < 1e-6);
  }
});

test("the fine grid goes through JSON, and so do its pixels without values", () => {
  const field = fieldOf({ name: "fine", lat: steps(44, 0.5, 3), lon: steps(-3, 0.25, 4), value });
  const valid = Uint8Array.from([0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0]);
  const grid = JSON.parse(JSON.stringify(fineGridOf(field, valid)));
  assert.is(fineGridCheck(grid, "grid"), undefined);
  assert.equal(grid.runs, [0, 2, 3, 1, 5, 1]);
  assert.equal(validOf(grid), valid);
  assert.equal(spacingOf(grid), { units: "degrees", y: 0.5, x: 0.25, latitude: 44.5 });
  assert.is(fineGridOf(field, valid.fill(1)).runs, undefined);
  assert.is(fineGridCheck({ ...grid, runs: [0, 2] }, "grid"), "grid.runs sum to 2, expected 12 pixels");
  assert.match(fineGridCheck({ ...grid, y: { ...grid.y, bounds: [1, 2] } }, "grid") ?? "", /2 numbers, expected 6/);
});

test("on the grid of a KNMI composite a coarse plane in latitude and longitude comes out as the plane at each pixel", async () => {
  const data = await openDataset(testData("radar/knmi_20100826_cut.nc"));
  const fine = await data.variable("pr");
  const plane = (t: number, lat: number, lon: number) => 10 * t + 2 * (lat - 50) - 3 * lon;
  const coarse = fieldOf({
    ...{ name: "t2m", time: days(2), lat: steps(46, 0.7, 14), lon: steps(-2, 1.1, 14) },
    value: plane,
  });
  const maps = mapsOnGrid(coarse, fineGridOf(fine), "bilinear", (part) => part);
  const map = await maps.read(1);
  const place = gridMappingOf(fine.gridMapping!.attributes, 1);
  if (typeof place === "string") throw new Error(place);
  const [y, x] = ["y", "x"].map((name) => fine.coordinate(name)!.values) as [Float64Array, Float64Array];
  assert.is(map.length, y.length * x.length);
  for (let i = 0; i < map.length; i += 997) {
    const expected = plane(1, ...place.toEarth(y[Math.floor(i / x.length)]!, x[i % x.length]!));
    assert.ok(Math.abs(map[i]! - expected) < 1e-4, `pixel ${i}: ${map[i]} for ${expected}`);
  }
});

test.run();
