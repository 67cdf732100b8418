/** Turned and curvilinear grids: what must hold of them exactly, whatever their shape, at the date line and over the poles. */
import * as fc from "fast-check";
import { ShapeError } from "../../../engine/index.ts";
import {
  type Coordinate,
  cellAreas,
  Field,
  lazyField,
  type RegridGrid,
  regrid,
  regridLazy,
  regridWeights,
  regularGrid,
} from "../../../io/index.ts";
import type { Weights } from "../../../io/regrid/index.ts";
import { assert, axis, evenly, test, throws } from "../../harness.ts";
import { irregularGrid, onGrid } from "./regrid-cases.ts";

const radians = Math.PI / 180;

/** Rows and columns around a turned pole. */
function turnedGrid(pole: readonly [number, number], lat: readonly number[], lon: readonly number[]): RegridGrid {
  const line = (name: string, values: readonly number[]): Coordinate =>
    axis(name === "latitude" ? "rlat" : "rlon", Float64Array.from(values), {
      standard_name: `grid_${name}`,
      units: "degrees",
    });
  const attributes = {
    grid_mapping_name: "rotated_latitude_longitude",
    grid_north_pole_latitude: pole[0],
    grid_north_pole_longitude: pole[1],
  };
  return { y: line("latitude", lat), x: line("longitude", lon), gridMapping: { name: "crs", attributes } };
}

const steps = (from: number, step: number, n: number) => Array.from({ length: n }, (_, i) => from + step * i);

/** The grid with its places on the earth alone, as a field of a function of latitude and longitude. */
function placed(grid: RegridGrid, value: (lat: number, lon: number) => number): Field {
  const [height, width] = [grid.y.values.length, grid.x.values.length];
  const geographic = regularGrid({ step: 30 });
  // Where the cells lie: latitudes and longitudes are fields too, brought over from the globe's own by their formula.
  const pole = [
    Number(grid.gridMapping?.attributes["grid_north_pole_latitude"]) * radians,
    Number(grid.gridMapping?.attributes["grid_north_pole_longitude"]),
  ] as const;
  const places = Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [grid.y.values[Math.floor(i / width)]! * radians, grid.x.values[i % width]! * radians];
    // Cartesian: turn about the y-axis by the colatitude of the pole, then about z by its longitude.
    const [a, b, c] = [Math.cos(y) * Math.cos(x), Math.cos(y) * Math.sin(x), Math.sin(y)];
    const tilt = Math.PI / 2 - pole[0];
    const [u, v, w] = [-Math.cos(tilt) * a + Math.sin(tilt) * c, -b, Math.sin(tilt) * a + Math.cos(tilt) * c];
    return [Math.asin(w) / radians, pole[1] + Math.atan2(v, u) / radians] as const;
  });
  const flat = (k: 0 | 1): Coordinate => ({
    name: k === 0 ? "lat" : "lon",
    dims: ["j", "i"],
    values: Float64Array.from(places, (p) => p[k]),
    attributes: (k === 0 ? geographic.y : geographic.x).attributes,
  });
  return new Field({
    name: "z",
    dims: ["j", "i"],
    shape: [height, width],
    values: Float64Array.from(places, ([lat, lon]) => value(lat, lon)),
    coordinates: [flat(0), flat(1)],
  });
}

const iberia = turnedGrid([39.25, -162], steps(-13, 0.44, 30), steps(-24, 0.44, 34));

test("bilinear interpolation on a curvilinear grid gives back what is linear in latitude and longitude, and keeps constants", () => {
  const target = regularGrid({ step: 0.25, lat: [38, 44], lon: [-8, 2] });
  for (const options of [{}, { border: "clamp" }] as const) {
    const got = regrid(
      placed(iberia, (lat, lon) => 3 + 0.25 * lat - 0.5 * lon),
      target,
      { method: "bilinear", ...options },
    );
    assert.not.ok(got.values.some(Number.isNaN));
    got.values.forEach((v, i) => {
      const expected = 3 + 0.25 * target.y.values[Math.floor(i / 40)]! - 0.5 * target.x.values[i % 40]!;
      assert.ok(Math.abs(v - expected) < 1e-12, `${v} ${expected}`);
    });
  }
});

test("places of a turned pole by spherical trigonometry are those of turned vectors", () => {
  const target = regularGrid({ step: 0.25, lat: [37, 45], lon: [-9, 3] });
  for (const method of ["bilinear", "nearest", "conservative"] as const) {
    const value = (lat: number, lon: number) => Math.sin(lat / 3) + Math.cos(lon / 2);
    const curved = placed(iberia, value);
    const turned = new Field({
      name: "z",
      dims: ["rlat", "rlon"],
      shape: curved.shape,
      values: curved.values,
      coordinates: [iberia.y, iberia.x],
      gridMapping: iberia.gridMapping,
    });
    const [a, b] = [curved, turned].map((field) => regrid(field, target, { method, minimumValid: 0 }).values);
    // Corners between centres on the earth are not quite those of the turned rows.
    const tolerance = method === "conservative" ? 1e-3 : 1e-11;
    assert.ok(a!.every((v, i) => Math.abs(v - b![i]!) < tolerance || (Number.isNaN(v) && Number.isNaN(b![i]!))));
  }
});

test("positions over both dimensions that are really rows and columns give what these give", () => {
  const source = irregularGrid(4, 16, 20, { west: 150, east: 220, south: -40, north: 30 });
  const lines = onGrid(source, (y, x) => Math.sin(y / 7) * Math.cos(x / 9));
  lines.values[75] = Number.NaN;
  const flat = (c: Coordinate, k: 0 | 1): Coordinate => ({
    name: `${c.name}2`,
    dims: ["y", "x"],
    values: Float64Array.from({ length: 320 }, (_, i) => c.values[k === 0 ? Math.floor(i / 20) : i % 20]!),
    attributes: c.attributes,
  });
  const curved = lines.with({ dims: ["y", "x"], coordinates: [flat(source.y, 0), flat(source.x, 1)] });
  const target = regularGrid({ step: 2, lat: [-50, 40], lon: [-230, -120] });
  for (const [method, border, tolerance] of [
    ["bilinear", "missing", 1e-12],
    ["bilinear", "clamp", 1e-12],
    // Edges between centres are not those of the uneven bounds.
    ["nearest", "missing", Infinity],
  ] as const) {
    const [a, b] = [curved, lines].map((field) => regrid(field, target, { method, border }).values);
    const both = a!.filter((v, i) => !Number.isNaN(v) && !Number.isNaN(b![i]!));
    assert.ok(both.length > 500, `${both.length}`);
    a!.forEach((v, i) => {
      const off = Math.abs(v - b![i]!);
      assert.ok(Number.isNaN(off) || off <= tolerance, `${method} ${off}`);
      if (border === "missing" && method === "bilinear") assert.is(Number.isNaN(v), Number.isNaN(b![i]!));
    });
  }
});

const poles = fc.record({
  latitude: fc.integer({ min: -90, max: 90 }),
  longitude: fc.integer({ min: -180, max: 180 }),
  rows: fc.integer({ min: 4, max: 12 }),
  columns: fc.integer({ min: 5, max: 16 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

test("between a globe and one around any other pole the integral is kept, and areas sum to the sphere, both ways", () => {
  void fc.assert(
    fc.property(poles, ({ latitude, longitude, rows, columns, seed }) => {
      const globe = irregularGrid(seed, 7, 9);
      const turned = turnedGrid(
        [latitude, longitude],
        steps(-90 + 90 / rows, 180 / rows, rows),
        steps(180 / columns - 180, 360 / columns, columns),
      );
      for (const [from, to] of [
        [turned, globe],
        [globe, turned],
      ] as const) {
        const weights = regridWeights(from, to, { method: "conservative" }) as Weights;
        assert.ok("cells" in weights);
        const { total, weight, start } = weights.cells;
        const sum = (all: Float64Array) => all.reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(sum(total) / (4 * Math.PI) - 1) < 1e-3, `areas ${sum(total) / (4 * Math.PI)}`);
        assert.ok(Math.abs(sum(weight) / (4 * Math.PI) - 1) < 1e-3, `overlaps ${sum(weight) / (4 * Math.PI)}`);
        // Every cell is covered, once.
        total.forEach((area, i) => {
          const covered = sum(weight.slice(start[i], start[i + 1]));
          assert.ok(Math.abs(covered / area - 1) < 2e-2, `${i}: ${covered / area}`);
        });
      }
    }),
    { seed: 21, numRuns: 30 },
  );
});

test("cells of a part of the globe share with those around any other pole what the same cells of the whole globe share", () => {
  const part = fc.record({ south: fc.integer({ min: 0, max: 14 }), west: fc.integer({ min: -20, max: 39 }) });
  void fc.assert(
    fc.property(poles, part, ({ latitude, longitude, rows, columns }, { south, west }) => {
      const turned = turnedGrid(
        [latitude, longitude],
        steps(-90 + 90 / rows, 180 / rows, rows),
        steps(180 / columns - 180, 360 / columns, columns),
      );
      const [high, wide] = [4, 6];
      const shared = (grid: RegridGrid, cell: number): ReadonlyMap<number, number> => {
        const weights = regridWeights(turned, grid, { method: "conservative" }) as Weights;
        assert.ok("cells" in weights);
        const { start, index, weight } = weights.cells;
        return new Map(Array.from(index.slice(start[cell], start[cell + 1]), (i, k) => [i, weight[start[cell]! + k]!]));
      };
      // 18 rows and 36 columns of ten degrees; the part may lie over the date line, and in other turns.
      const globe = regularGrid({ step: 10 });
      const [y, x] = [-90 + 10 * south, -180 + 10 * west];
      const region = regularGrid({ step: 10, lat: [y, y + 10 * high], lon: [x, x + 10 * wide] });
      for (const [row, column] of [
        [0, 0],
        [high - 1, wide - 1],
      ] as const) {
        const whole = shared(globe, (south + row) * 36 + ((west + column + 72) % 36));
        const own = shared(region, row * wide + column);
        const cells = new Set([...whole.keys(), ...own.keys()]);
        for (const cell of cells) {
          assert.ok(Math.abs((own.get(cell) ?? 0) - (whole.get(cell) ?? 0)) < 1e-12, `${row}, ${column}: ${cell}`);
        }
      }
    }),
    { seed: 22, numRuns: 60 },
  );
});

test("a smooth field is interpolated over the poles and across the date line without holes, to the square of the step", () => {
  const smooth = (lat: number, lon: number) =>
    Math.sin(lat * radians) + 0.5 * Math.cos(lat * radians) * Math.cos(lon * radians);
  // The north pole, the south pole and the date line in the middle of the turned grid.
  for (const [pole, box] of [
    [[0, 0], { lat: [80, 90], lon: [-180, 180] }],
    [[0, 180], { lat: [80, 90], lon: [-180, 180] }],
    [[90, 0], { lat: [-8, 8], lon: [170, 190] }],
    [[60, 0], { lat: [24, 36], lon: [170, 190] }],
  ] as const) {
    const grid = turnedGrid(pole, steps(-15.3, 0.6, 52), steps(-15.1, 0.6, 52));
    const target = regularGrid({ step: 1, ...box } as never);
    for (const method of ["bilinear", "nearest", "conservative"] as const) {
      const got = regrid(placed(grid, smooth), target, { method });
      assert.is(got.countMissing(), 0, `${pole} ${method}`);
      const width = target.x.values.length;
      got.values.forEach((v, i) => {
        const expected = smooth(target.y.values[Math.floor(i / width)]!, target.x.values[i % width]!);
        const most = method === "bilinear" ? 1e-4 : 1e-2;
        assert.ok(Math.abs(v - expected) < most, `${pole} ${method} ${v} ${expected}`);
      });
    }
  }
});

test("places inside a grid around any pole are found, where its rows and columns have them, to the square of a cell", () => {
  void fc.assert(
    fc.property(poles, fc.double({ min: 0.1, max: 2, noNaN: true }), ({ latitude, longitude, seed }, step) => {
      const pole = [latitude + (seed % 89) / 90, longitude] as const;
      const [y, x] = [steps(-8 * step + 0.013, step, 16), steps(-8 * step + 0.017, step, 16)];
      const source = placed(turnedGrid(pole, y, x), () => 0);
      const inner = [steps(y[0]! + 0.1 * step, 0.77 * step, 19), steps(x[0]! + 0.3 * step, 0.63 * step, 23)] as const;
      const target = placed(turnedGrid(pole, ...inner), () => 0);
      for (const k of [0, 1] as const) {
        const values = source.values.map((_, i) => (k === 0 ? y[Math.floor(i / 16)]! : x[i % 16]!));
        const got = regrid(source.with({ values }), target, { method: "bilinear" }).values;
        got.forEach((v, i) => {
          const off = Math.abs(v - (k === 0 ? inner[0][Math.floor(i / 23)]! : inner[1][i % 23]!)) / step;
          // Longitudes bend most at 75 degrees: by an eighth of the square of the step, in radians, times the tangent.
          assert.ok(off < 0.5 * step * radians, `pole ${pole} step ${step}: ${off} of a cell`);
        });
      }
    }),
    { seed: 23, numRuns: 40 },
  );
});

test("beyond the outer centres a value is missing, or that of the border up to the edge of the cells", () => {
  const field = placed(iberia, () => 2);
  field.values[0] = 7;
  const target = regularGrid({ step: 0.1, lat: [30, 55], lon: [-25, 10] });
  const counts = (["missing", "clamp"] as const).map((border) => {
    const { values } = regrid(field, target, { method: "bilinear", border });
    return values.filter((v) => !Number.isNaN(v)).length;
  });
  const covered = regrid(field, target, { method: "conservative", minimumValid: 0.5 }).values;
  const inside = covered.filter((v) => !Number.isNaN(v)).length;
  // 29 by 33 quadrilaterals of centres in 30 by 34 cells, up to what rows of the target cut.
  assert.ok(Math.abs(counts[1]! / inside - 1) < 5e-3, `${counts} ${inside}`);
  assert.ok(Math.abs(counts[0]! / counts[1]! - (29 * 33) / (30 * 34)) < 5e-3, `${counts}`);
  const nearest = regrid(field, target, { method: "nearest" }).values.filter((v) => !Number.isNaN(v)).length;
  assert.is(nearest, counts[1]);
});

test("missing values, shares and masks count on curvilinear grids as on others", () => {
  const field = placed(iberia, () => 5);
  field.values[34 * 10 + 12] = Number.NaN;
  const target = regularGrid({ step: 1, lat: [38, 44], lon: [-8, 0] });
  const missing = (minimumValid: number, normalization: "fracarea" | "destarea" = "fracarea") =>
    regrid(field, target, { method: "conservative", minimumValid, normalization });
  const whole = missing(1);
  assert.ok(whole.countMissing() > 0 && whole.countMissing() < 5);
  assert.ok(missing(0.5).values.every((v) => Math.abs(v - 5) < 1e-12));
  const less = missing(0, "destarea").values;
  assert.ok(less.every((v, i) => v < 5 - 1e-4 === Number.isNaN(whole.values[i]!)));
});

test("weights for a curvilinear grid serve every time, lazily too, and no grid with other positions", async () => {
  const still = placed(iberia, (lat, lon) => lat * lon);
  const time = axis("time", evenly(3));
  const field = new Field({
    name: "z",
    dims: ["time", "j", "i"],
    shape: [3, ...still.shape],
    values: Float64Array.from(
      { length: 3 * still.values.length },
      (_, i) => still.values[i % still.values.length]! + i,
    ),
    coordinates: [time, ...still.coordinates],
  });
  const target = regularGrid({ step: 1, lat: [38, 44], lon: [-8, 0] });
  const weights = regridWeights(field, target, { method: "bilinear" });
  const got = regrid(field, weights);
  assert.equal(got.dims, ["time", "lat", "lon"]);
  assert.equal(got.shape, [3, 6, 8]);
  assert.equal(regrid(field.isel({ time: 1 }), weights).values, got.isel({ time: 1 }).values);
  const lazy = regridLazy(lazyField(field), target, { method: "bilinear" });
  assert.equal(
    (await lazy.isel({ time: [1, 3], lat: [2, 4] }).load()).values,
    got.isel({ time: [1, 3], lat: [2, 4] }).values,
  );
  const moved = field.with({
    coordinates: field.coordinates.map((c) => (c.name === "lat" ? { ...c, values: c.values.map((v) => v + 1) } : c)),
  });
  assert.throws(() => regrid(moved, weights), /the grid that the weights were made for/);
});

test("positions stored as (x, y) are those of (y, x), and areas of cells are those of great circles", () => {
  const field = placed(iberia, (lat) => lat);
  const [height, width] = field.shape as [number, number];
  const turned = field.with({
    coordinates: field.coordinates.map((c) => ({
      ...c,
      dims: ["i", "j"],
      values: c.values.map((_, i) => c.values[(i % height) * width + Math.floor(i / height)]!),
    })),
  });
  const target = regularGrid({ step: 1, lat: [38, 44], lon: [-8, 0] });
  for (const method of ["bilinear", "conservative"] as const)
    assert.equal(regrid(turned, target, { method }).values, regrid(field, target, { method }).values);
  const [areas, exact] = [cellAreas(field), cellAreas(iberia)];
  assert.ok(areas.every((area, i) => Math.abs(area / exact[i]! - 1) < 2e-3));
});

test("turned rows without a grid mapping are compared by their places on the earth, where both have them", () => {
  const value = (lat: number, lon: number) => lat + lon / 3;
  const named = (grid: RegridGrid) => {
    const field = placed(grid, value);
    const dims = ["rlat", "rlon"];
    return field.with({ dims, coordinates: [grid.y, grid.x, ...field.coordinates.map((c) => ({ ...c, dims }))] });
  };
  const [lat, lon] = [steps(-10, 0.5, 20), steps(-20, 0.5, 20)];
  const [own, other] = [named(turnedGrid([39.25, -162], lat, lon)), named(turnedGrid([41, -160], lat, lon))];
  const fine = named(turnedGrid([39.25, -162], steps(-9, 0.25, 30), steps(-19, 0.25, 30)));
  assert.ok("rows" in regridWeights(own, fine, { method: "bilinear" }));
  const across = regrid(own, other, { method: "bilinear" });
  // Rows and columns are the same numbers, but not the same places.
  assert.ok(across.countMissing() > 20 && across.countMissing() < 300);
  const wrong = across.values.filter((v, i) => Math.abs(v - other.values[i]!) > 1e-9).length;
  assert.is(wrong, 0);
});

test("projected rows without places on the earth, positions in other units and single rows are refused with the way out", () => {
  const plane = (name: string): Coordinate =>
    axis(name, Float64Array.of(0, 1000, 2000), { standard_name: `projection_${name}_coordinate`, units: "m" });
  const projected = onGrid({ y: plane("y"), x: plane("x") }, () => 1);
  const globe = regularGrid({ step: 30 });
  const field = placed(iberia, () => 1);
  const inUnits = (units: string) =>
    field.with({ coordinates: field.coordinates.map((c) => ({ ...c, attributes: { ...c.attributes, units } })) });
  const row = field.isel({ j: [0, 1] });
  const half = field.with({ coordinates: field.coordinates.slice(0, 1) });
  // biome-ignore format: a table
  const cases: [Field, "bilinear" | "conservative" | "nearest", RegExp][] = [
    [projected, "bilinear", /positions on the earth.*projected coordinates and no grid mapping.*gdalwarp/],
    [inUnits("radian"), "bilinear", /degrees.*units "radian"/],
    [row, "bilinear", /at least 2 rows and 2 columns/],
    [row, "conservative", /corners of cells, or at least 2 rows/],
    [half, "nearest", /got lat alone over both/],
  ];
  for (const [source, method, message] of cases) throws(() => regrid(source, globe, { method }), ShapeError, message);
});

test.run();
