/** Regridding: integrals, constants and linear fields kept; masks and missing data by their rule; what is refused. */
import * as fc from "fast-check";
import { OptionsError, ShapeError } from "../../../engine/index.ts";
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
import { assert, axis, equalBy, evenly, test, throws } from "../../harness.ts";
import { irregularGrid, northUp, onGrid } from "./regrid-cases.ts";

const NaNs = (values: ArrayLike<number>) => Array.from(values, (v) => Number.isNaN(v));
const integral = (values: ArrayLike<number>, areas: Float64Array) =>
  Array.from(values).reduce((sum, v, i) => sum + (Number.isNaN(v) ? 0 : v * areas[i % areas.length]!), 0);

/** Rows and columns in a plane: how many, from where, how far apart. */
function plane(y: readonly [number, number, number], x: readonly [number, number, number], units = "m"): RegridGrid {
  const line = (name: string, numbers: readonly [number, number, number]) =>
    axis(name, evenly(...numbers), { standard_name: `projection_${name}_coordinate`, units });
  return { y: line("y", y), x: line("x", x) };
}

const globes = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  rows: fc.integer({ min: 1, max: 9 }),
  columns: fc.integer({ min: 2, max: 11 }),
  newRows: fc.integer({ min: 1, max: 9 }),
  newColumns: fc.integer({ min: 2, max: 11 }),
  west: fc.integer({ min: -200, max: 200 }),
  north: fc.boolean(),
});

test("a variable that is regridded when it is loaded gives what regridding all of it gives, whatever part is taken", async () => {
  const source = irregularGrid(3, 8, 12, { west: -180, northUp: true });
  const single = onGrid(source, (y, x) => 2 + Math.sin(y / 20) + Math.cos(x / 30), 6);
  const target = regularGrid({ step: 20 });
  const time = axis("time", evenly(6));
  for (const values of [single.values, Float32Array.from(single.values)]) {
    const field = new Field({
      ...single,
      dims: ["time", ...single.dims.slice(-2)],
      values,
      coordinates: [...single.coordinates, time],
    });
    const options = { method: "conservative", minimumValid: 0.5 } as const;
    const whole = regrid(field, target, options);
    const lazy = regridLazy(lazyField(field), target, options);
    assert.equal([lazy.dims, lazy.shape, lazy.bytes], [whole.dims, whole.shape, whole.values.byteLength]);
    assert.equal((await lazy.load()).values, whole.values);
    assert.equal([...(await lazy.load()).coordinate("time")!.values], [0, 1, 2, 3, 4, 5]);
    const part = { time: [2, 4], lat: [1, 5], lon: [3, 17] } as const;
    const [some, expected] = [await lazy.isel(part).load(), whole.isel(part)];
    assert.equal(some.values, expected.values);
    assert.equal(some.coordinate("lon")!.bounds, expected.coordinate("lon")!.bounds);
    assert.equal(some.attributes, expected.attributes);
    const pieces = lazy.pieces({ bytes: lazy.bytes / 6 });
    assert.is(pieces.length, 6);
    assert.equal((await pieces[5]!.load()).values, whole.isel({ time: [5, 6] }).values);
  }
});

test("what is larger than memory should be is regridded map by map, with the same result", async () => {
  const { y, x } = regularGrid({ step: 0.1 });
  const values = new Float32Array(3 * y.values.length * x.values.length);
  values.forEach((_, i) => {
    values[i] = i % 1013;
  });
  const shape = [3, y.values.length, x.values.length];
  const field = new Field({ name: "pr", dims: ["time", "lat", "lon"], shape, values, coordinates: [y, x] });
  const [target, options] = [regularGrid({ step: 30 }), { method: "conservative" } as const];
  const lazy = regridLazy(lazyField(field), target, options);
  assert.ok(lazyField(field).bytes > 64e6);
  assert.equal((await lazy.load()).values, regrid(field, target, options).values);
});

test("conservative regridding keeps the integral over the sphere to 1e-12, between random grids of any seam and order", () => {
  void fc.assert(
    fc.property(globes, (g) => {
      const source = irregularGrid(g.seed, g.rows, g.columns, { west: g.west, northUp: g.north });
      const target = irregularGrid(g.seed + 1, g.newRows, g.newColumns, { west: -180, northUp: !g.north });
      const field = onGrid(source, (y, x) => 2 + Math.sin(y / 20) + Math.cos(x / 30), 2);
      const got = regrid(field, target, { method: "conservative" });
      const [a, b] = [cellAreas(source), cellAreas(target)];
      const [before, after] = [integral(field.values, a), integral(got.values, b)];
      assert.ok(Math.abs(after / before - 1) < 1e-12, `${after / before - 1}`);
      // The whole sphere, from both grids.
      assert.ok(Math.abs(b.reduce((x, y) => x + y, 0) / (4 * Math.PI * 6_371_000 ** 2) - 1) < 1e-12);
    }),
    { seed: 11, numRuns: 100 },
  );
});

test("with destarea the integral of what is there stays even where values are missing", () => {
  void fc.assert(
    fc.property(globes, (g) => {
      const source = irregularGrid(g.seed, g.rows, g.columns, { west: g.west });
      const target = irregularGrid(g.seed + 1, g.newRows, g.newColumns);
      const field = onGrid(source, (y, x) => 2 + Math.sin(y + x));
      const holes = field.with({ values: field.values.map((v, i) => ((i * 7 + g.seed) % 3 === 0 ? Number.NaN : v)) });
      const got = regrid(holes, target, { method: "conservative", normalization: "destarea", minimumValid: 0 });
      const [before, after] = [integral(holes.values, cellAreas(source)), integral(got.values, cellAreas(target))];
      assert.ok(Math.abs(after - before) <= 1e-12 * Math.abs(before) + 1e-3);
    }),
    { seed: 12, numRuns: 60 },
  );
});

test("bilinear interpolation reproduces what is linear in latitude and longitude, and in the plane", () => {
  const target = regularGrid({ step: 0.7, lat: [-35, 35], lon: [300, 370] });
  for (const northUp of [false, true]) {
    const source = irregularGrid(5, 40, 30, { west: -70, east: 20, south: -40, north: 40, northUp });
    const linear = (y: number, x: number) => 3 + 0.25 * y - 0.125 * x + 0.01 * x * y;
    const got = regrid(onGrid(source, linear), target, { method: "bilinear" });
    let worst = 0;
    got.values.forEach((v, i) => {
      const [y, x] = [target.y.values[Math.floor(i / 100)]!, target.x.values[i % 100]! - 360];
      worst = Math.max(worst, Math.abs(v - linear(y, x)));
    });
    assert.ok(worst < 1e-11, `${worst}`);
  }
  const metres = plane([20, 5, 1000], [20, 5, 1000]);
  const kilometres = plane([30, 5, 0.5], [30, 5, 0.5], "km");
  const inner = { y: kilometres.y, x: { ...kilometres.x, values: kilometres.x.values.subarray(0, 8) } };
  const got = regrid(
    onGrid(metres, (y, x) => y + 2 * x),
    inner,
    { method: "bilinear" },
  );
  assert.is(got.values[8 * 3 + 2], 1000 * (5 + 0.5 * 3) + 2000 * (5 + 0.5 * 2));
});

test("beyond the last rows of a globe the south goes to the mean of the southern row, the north to that of the northern one", () => {
  // Rows 1, 2 and 3 degrees warm, the north first or last; 0.5 * 120 stays out of the mean by its sum around the circle.
  const away = (lat: number) => (Math.abs(lat) - 60) / 30;
  for (const lats of [
    [-60, 0, 60],
    [60, 0, -60],
  ]) {
    const line = (name: string, values: readonly number[], units: string) => ({
      ...axis(name, Float64Array.from(values), { units }),
    });
    const [lat, lon] = [line("lat", lats, "degrees_north"), line("lon", [0, 120, 240], "degrees_east")];
    const values = Float64Array.from(lats.flatMap((y) => [-30, 0, 30].map((more) => 200 + y + more)));
    const field = new Field({
      name: "t",
      units: "K",
      dims: ["lat", "lon"],
      shape: [3, 3],
      values,
      coordinates: [lat, lon],
    });
    for (const method of ["bilinear", "nearest", "conservative"] as const) {
      const target = regularGrid({ step: [10, 120], lat: [-90, 90], lon: [-60, 300] });
      const got = regrid(field, target, { method });
      got.values.forEach((v, i) => {
        const [y, more] = [target.y.values[Math.floor(i / 3)]!, [-30, 0, 30][i % 3]!];
        if (Math.abs(y) < 60) return;
        const border = 200 + 60 * Math.sign(y) + more;
        const pole = 200 + 60 * Math.sign(y);
        const want = method === "bilinear" ? border + away(y) * (pole - border) : border;
        assert.ok(Math.abs(v - want) < 1e-12 * 260, `${method} at ${y}: ${v} instead of ${want}`);
      });
    }
  }
});

test("outside the source a value is missing, or that of the border within half a cell where it is clamped", () => {
  const source = regularGrid({ step: 10, lat: [0, 50], lon: [0, 50] });
  const field = onGrid(source, (y) => y);
  const target = regularGrid({ step: 4, lat: [-4, 56], lon: [20, 24] });
  const missing = NaNs(regrid(field, target, { method: "bilinear" }).values);
  assert.equal(
    missing,
    Array.from(target.y.values, (y) => y < 5 || y > 45),
  );
  const clamped = regrid(field, target, { method: "bilinear", border: "clamp" });
  assert.equal(
    NaNs(clamped.values),
    Array.from(target.y.values, (y) => y < 0 || y > 50),
  );
  assert.is(clamped.values[1], 5);
  const nearest = regrid(field, target, { method: "nearest" });
  assert.equal(Array.from(nearest.values).slice(1, 5), [5, 5, 5, 15]);
  assert.equal(NaNs(nearest.values), NaNs(clamped.values));
});

test("minimumValid says how much of a cell must be there; the mean is over what is there", () => {
  const source = regularGrid({ step: 1, lat: [-1, 1], lon: [0, 2] });
  const target = regularGrid({ step: 2, lat: [-1, 1], lon: [0, 2] });
  const field = onGrid(source, () => 0);
  const of = (values: number[], options: object) =>
    regrid(field.with({ values: Float64Array.from(values) }), target, { method: "conservative", ...options })
      .values[0]!;
  const holes = [1, 2, 6, Number.NaN];
  assert.ok(Number.isNaN(of(holes, {})));
  assert.ok(Math.abs(of(holes, { minimumValid: 0.75 }) - 3) < 1e-14);
  assert.ok(Number.isNaN(of(holes, { minimumValid: 0.76 })));
  assert.ok(Math.abs(of(holes, { minimumValid: 0, normalization: "destarea" }) - 9 / 4) < 1e-14);
  assert.ok(Math.abs(of([1, 2, 6, 7], {}) - 4) < 1e-14);
  const wide = regularGrid({ step: 4, lat: [-2, 2], lon: [0, 4] });
  const share = regrid(field.with({ values: Float64Array.of(4, 4, 4, 4) }), wide, {
    method: "conservative",
    minimumValid: 0,
  });
  assert.ok(Math.abs(share.values[0]! - 4) < 1e-14);
  assert.equal(NaNs(regrid(field, wide, { method: "conservative" }).values), [true]);
  assert.equal(NaNs(regrid(field, wide, { method: "conservative", minimumValid: 0.25 }).values), [false]);
});

test("masks are gone, and the refusal says what does the same", () => {
  const target = regularGrid({ step: 90 });
  const masked = (name: string) => () =>
    regrid(
      onGrid(target, () => 0),
      target,
      { method: "conservative", [name]: [1] },
    );
  throws(masked("sourceMask"), OptionsError, /sourceMask is gone; set the cells that do not count to NaN/);
  throws(masked("targetMask"), OptionsError, /targetMask is gone; set the cells of the result/);
  throws(masked("mask"), OptionsError, /unknown option "mask"; known are method, border, normalization, minimumValid$/);
});

test("weights made once give the same values for times and members, whole or with changing holes, as one by one", () => {
  const source = irregularGrid(3, 9, 12);
  const target = irregularGrid(4, 5, 7);
  const field = onGrid(source, (y, x) => y * x, 6);
  field.values[9 * 12 * 2 + 5] = Number.NaN;
  field.values[9 * 12 * 3 + 5] = Number.NaN;
  field.values[9 * 12 * 4 + 50] = Number.NaN;
  const stack = field.with({
    dims: ["member", "time", "lat", "lon"],
    shape: [2, 3, 9, 12],
    coordinates: field.coordinates.filter((c) => c.name !== "time"),
  });
  for (const method of ["conservative", "bilinear", "nearest"] as const) {
    const weights = regridWeights(field, target, { method });
    const all = regrid(stack, weights, { minimumValid: 0.4 });
    assert.equal(all.shape, [2, 3, 5, 7]);
    for (let n = 0; n < 6; n++) {
      const one = regrid(field.isel({ time: n }), weights, { minimumValid: 0.4 });
      assert.equal(all.values.slice(n * 35, (n + 1) * 35), one.values);
    }
  }
  throws(
    () =>
      regrid(
        onGrid(irregularGrid(8, 9, 12), () => 1),
        regridWeights(field, target, { method: "nearest" }),
      ),
    ShapeError,
    /the grid that the weights were made for/,
  );
});

test("the result has the target's coordinates and mapping, keeps its own others, and says area: mean", () => {
  const source = onGrid(regularGrid({ step: 1, lat: [0, 4], lon: [0, 4] }), (y) => y, 2).with({
    attributes: { cell_methods: "time: sum" },
    gridMapping: { name: "crs", attributes: { grid_mapping_name: "latitude_longitude", GeoTransform: "0 1 0 4 0 -1" } },
  });
  const area: Coordinate = { name: "area", dims: ["lat", "lon"], values: new Float64Array(16), attributes: {} };
  const target = northUp(regularGrid({ step: 2, lat: [0, 4], lon: [0, 4] }));
  const field = source.with({ coordinates: [...source.coordinates, area] });
  const got = regrid(field, target, { method: "conservative" });
  equalBy(got.coordinates, (c) => c.name, ["time", "lat", "lon"]);
  assert.equal(got.coordinate("lat"), target.y);
  assert.equal(Array.from(got.coordinate("lat")!.bounds!), [4, 2, 2, 0]);
  assert.is(got.attributes.cell_methods, "time: sum area: mean");
  assert.equal(got.gridMapping?.attributes, { grid_mapping_name: "latitude_longitude" });
  assert.is(regrid(field, target, { method: "bilinear" }).attributes.cell_methods, "time: sum");
  const like = regrid(field, got.isel({ time: 0 }), { method: "bilinear" });
  assert.equal(like.shape, [2, 2, 2]);
});

test("grids that are no lines, other reference systems, repeated columns and bad options are refused with the way out", () => {
  const globe = regularGrid({ step: 30 });
  const field = onGrid(globe, () => 1);
  const lat: Coordinate = {
    name: "lat",
    dims: ["y", "x"],
    values: new Float64Array(6),
    attributes: { units: "degrees_north" },
  };
  const curved = new Field({
    name: "pr",
    dims: ["y", "x"],
    shape: [2, 3],
    values: new Float32Array(6),
    coordinates: [lat],
    source: "a.nc",
  });
  const turned = (name: string, standard: string, values: number[]) =>
    axis(name, Float64Array.from(values), { standard_name: `grid_${standard}`, units: "degrees" });
  const rotated = onGrid({ y: turned("rlat", "latitude", [0, 1]), x: turned("rlon", "longitude", [0, 1]) }, () => 1);
  const mapping = (pole: number) => ({
    name: "crs",
    attributes: { grid_mapping_name: "rotated_latitude_longitude", grid_north_pole_latitude: pole },
  });
  const repeated = onGrid({ y: globe.y, x: axis("lon", evenly(13, 20, 30), globe.x.attributes) }, () => 1);
  const [one, two] = [30, 40].map((pole) => rotated.with({ gridMapping: mapping(pole) }));
  // biome-ignore format: a table
  const cases: [() => unknown, RegExp][] = [
    [() => regrid(curved, globe, { method: "conservative" }),
      /a\.nc: variable pr: expected coordinates of y and x, got lat alone over both; .*latitudes and longitudes over both/],
    [() => regrid(rotated, globe, { method: "bilinear" }),
      /positions on the earth: .*a grid mapping that gives them, got rotated coordinates and no grid mapping.*cdo remapcon/],
    [() => regrid(one!, two!, { method: "bilinear" }), /positions on the earth.*gdalwarp/],
    [() => regrid(repeated, globe, { method: "conservative" }), /cells that do not overlap.*`isel`/],
    [() => regrid(field.isel({ lat: 0 }), globe, { method: "nearest" }), /y and x as its last two dimensions/],
    [() => regrid(field.with({ coordinates: [] }), globe, { method: "nearest" }),
      /coordinates of lat and lon, got none/],
    [() => regrid(field, globe, { method: "cubic" as "nearest" }), /method is "cubic", expected one of "conservative"/],
    [() => regrid(field, globe, { method: "conservative", minimumValid: 2 }), /minimumValid is 2, expected a number from 0 to 1/],
    [() => regrid(field, globe, { method: "conservative", normalization: "none" as "fracarea" }),
      /normalization is "none"/],
    [() => regularGrid({ step: 0.7 }), /whole number of steps/],
    [() => regularGrid({ step: 1, lat: [-91, 90] }), /edges of -90 to 90/],
    [() => regularGrid({ step: 1, lon: [0, 361] }), /at most 360/],
  ];
  for (const [run, message] of cases) {
    assert.throws(
      run,
      (e: Error) => (e instanceof ShapeError || e instanceof OptionsError) && message.test(e.message),
      String(message),
    );
  }
  assert.is(regrid(repeated, globe, { method: "bilinear" }).values[40], 1);
  assert.is(regrid(one!, rotated, { method: "conservative" }).gridMapping?.name, "crs");
});

test.run();
