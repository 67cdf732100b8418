import { tmpdir } from "node:os";
import { join } from "node:path";
import { fieldMass } from "../../../cli/distance/field-mass.ts";
import { ShapeError } from "../../../engine/index.ts";
import { syntheticPairs } from "../../../generative/index.ts";
import { cellSize } from "../../../io/field/index.ts";
import { writeGeotiff } from "../../../io/formats/index.ts";
import { coarsen, Field, refine, regrid, regularGrid } from "../../../io/index.ts";
import { mapAxes } from "../../../pages/map-axes.ts";
import { assert, inFolder, refuses, test } from "../../harness.ts";

const north = { standard_name: "latitude", units: "degrees_north" };
const east = { standard_name: "longitude", units: "degrees_east" };
const lats = [10, 11, 12, 13];
const lons = [20, 21, 22, 23];

interface Lines {
  readonly lat?: readonly number[];
  readonly lon?: readonly number[];
  readonly lonBounds?: readonly number[];
}

const rain = ({ lat = lats, lon = lons, lonBounds }: Lines): Field =>
  new Field({
    name: "pr",
    dims: ["lat", "lon"],
    shape: [lat.length, lon.length],
    values: Float32Array.from({ length: lat.length * lon.length }, (_, i) => i),
    units: "mm",
    coordinates: [
      { name: "lat", dims: ["lat"], values: Float64Array.from(lat), attributes: north },
      {
        ...{ name: "lon", dims: ["lon"], values: Float64Array.from(lon), attributes: east },
        ...(lonBounds && { bounds: Float64Array.from(lonBounds) }),
      },
    ],
  });

/** Latitudes and longitudes over (y, x). */
const plane = (height: number, width: number, place: (r: number, c: number) => readonly [number, number]): Field => {
  const places = Array.from({ length: height * width }, (_, i) => place(Math.floor(i / width), i % width));
  const over = (name: string, k: 0 | 1, attributes: Record<string, string>) => ({
    ...{ name, attributes, dims: ["y", "x"], values: Float64Array.from(places, (p) => p[k]) },
  });
  return new Field({
    ...{ name: "pr", dims: ["y", "x"], shape: [height, width], values: new Float32Array(height * width) },
    coordinates: [over("lat", 0, north), over("lon", 1, east)],
  });
};

const numbers = (field: Field, name: string) => Array.from(field.coordinate(name)!.values);

test("over the date line, and over Greenwich, refining and coarsening give the longitudes of the other convention", () => {
  const across = rain({ lon: [178.5, 179.5, -179.5, -178.5] });
  assert.equal(numbers(refine(across, 2), "lon"), [178.25, 178.75, 179.25, 179.75, 180.25, 180.75, 181.25, 181.75]);
  assert.equal(numbers(coarsen(across, 2), "lon"), [179, 181]);
  assert.equal(
    numbers(refine(rain({ lon: [359, 0, 1, 2] }), 2), "lon"),
    [-1.25, -0.75, -0.25, 0.25, 0.75, 1.25, 1.75, 2.25],
  );
  const west = refine(rain({ lon: [-178.5, -179.5, 179.5, 178.5] }), 2);
  assert.equal(numbers(west, "lon"), [181.75, 181.25, 180.75, 180.25, 179.75, 179.25, 178.75, 178.25]);
  // What goes one way already stays as it is, beyond 180 and below -180 too.
  assert.equal(numbers(refine(rain({ lon: [358, 359, 360, 361] }), 1), "lon"), [358, 359, 360, 361]);
});

test("bounds of longitudes in the other convention are those of their cell", () => {
  const field = rain({ lon: [0, 90, 180, 270], lonBounds: [315, 45, 45, 135, 135, 225, 225, 315] });
  assert.equal(numbers(refine(field, 2), "lon"), [-22.5, 22.5, 67.5, 112.5, 157.5, 202.5, 247.5, 292.5]);
  const over = rain({
    lon: [178, 179, 180, -179],
    lonBounds: [177.5, 178.5, 178.5, 179.5, 179.5, -179.5, -179.5, -178.5],
  });
  assert.equal(Array.from(coarsen(over, 2).coordinate("lon")!.bounds!), [177.5, 179.5, 179.5, 181.5]);
  assert.throws(
    () => refine(rain({ lonBounds: [19, 20, 21, 21, 22, 23, 23, 24] }), 2),
    /cell 1 of lon: expected an extent/,
  );
});

test("regridding, maps, cell sizes and GeoTIFFs take longitudes over the date line", async () => {
  const across = rain({ lon: [178.5, 179.5, -179.5, -178.5] });
  assert.equal(cellSize(across), { units: "degrees", y: 1, x: 1, latitude: 11.5 });
  assert.equal(mapAxes(across).axes!.x.range, [178, 182]);
  const target = regularGrid({ step: 1, lat: [9.5, 13.5], lon: [-182, -178] });
  assert.equal(regrid(across, target, { method: "conservative" }).values, across.values);
  assert.equal(
    numbers(regrid(rain({ lon: [178, 179, 180, 181] }), across, { method: "bilinear" }), "lon"),
    [178.5, 179.5, 180.5, 181.5],
  );
  await inFolder(async (folder) => {
    await writeGeotiff(join(folder, "a.tif"), across, {});
  });
});

test("maps of a real place have coasts, those of coordinates that say that they are idealised none", () => {
  assert.is(mapAxes(rain({})).coast, true);
  assert.is(mapAxes(syntheticPairs({ seed: 1, times: 1 }).fine.isel({ time: 0 })).coast, undefined);
});

test("what refines, coarsens, regrids, measures, maps or writes pixels refuses coordinates that lie nowhere or turn back, by index and value", async () => {
  const target = regularGrid({ step: 1, lat: [10, 12], lon: [20, 22] });
  const uses: Record<string, (field: Field) => unknown> = {
    refine: (field) => refine(field, 2),
    coarsen: (field) => coarsen(field, 2),
    "regrid from": (field) => regrid(field, target, { method: "bilinear" }),
    "regrid to": (field) => regrid(rain({}), field, { method: "nearest" }),
    cellSize: (field) => cellSize(field),
    maps: (field) => mapAxes(field),
    distance: (field) => fieldMass(field, 1),
    geotiff: (field) => writeGeotiff(join(tmpdir(), "monge-never.tif"), field),
  };
  const cases: readonly (readonly [Lines, RegExp])[] = [
    [{ lon: [20, Number.NaN, 22, 23] }, /lon: expected a finite position for every cell, got NaN at index 1/],
    [{ lat: [10, 11, 12, Number.POSITIVE_INFINITY] }, /lat: expected a finite .* got Infinity at index 3/],
    [{ lat: [10, 11, 10.5, 12] }, /lat: expected positions that only increase or only decrease, got 10.5 at index 2/],
    [{ lat: [10, 10, 11, 12] }, /lat: expected positions that only .* got 10 at index 1/],
    [{ lon: [20, 22, 21, 23] }, /lon: expected positions that only .* got 21 at index 2/],
    [{ lat: [92, 93, 94, 95] }, /lat: expected latitudes of -90 to 90 .* got 92 at index 0/],
    [
      { lon: [0, 130, 260, 390] },
      /lon: expected longitudes that go around the circle once at most, got 390 at index 3/,
    ],
  ];
  for (const [lines, pattern] of cases) {
    for (const [name, use] of Object.entries(uses)) {
      await refuses((async () => use(rain(lines)))(), pattern, ShapeError).catch((error) => {
        throw new Error(`${name}, ${JSON.stringify(lines)}: ${error}`);
      });
    }
  }
});

test("latitudes beyond the pole by rounding are the pole", () => {
  const field = refine(rain({ lat: [88.5, 89, 89.5, 90.00001] }), 2);
  assert.is(
    numbers(field, "lat").every((v) => v <= 90),
    true,
  );
  assert.is(coarsen(rain({ lat: [-90.000008, -89, -88, -87] }), 2).coordinate("lat")!.values[0], -89.5);
});

test("positions over rows and columns go on over the date line", () => {
  const at = (lon: (c: number) => number) => plane(4, 4, (r, c) => [r, lon(c) + 0.1 * r]);
  const [across, plain] = [at((c) => (c < 2 ? 178 + c : c - 182)), at((c) => 178 + c)];
  for (const change of [(f: Field) => refine(f, 2), (f: Field) => coarsen(f, 2)]) {
    const [a, b] = [change(across), change(plain)].map((f) => f.coordinate("lon")!);
    assert.ok(a!.values.every((v, i) => Math.abs(v - b!.values[i]!) < 1e-9));
    assert.ok(a!.bounds!.every((v, i) => Math.abs(v - b!.bounds![i]!) < 1e-9));
  }
});

test("around a pole, refined and coarsened positions are those of the stereographic plane", () => {
  const degrees = 180 / Math.PI;
  const place = (y: number, x: number) =>
    [90 - 2 * degrees * Math.atan(Math.hypot(y, x) / 2), degrees * Math.atan2(x, -y)] as const;
  const step = 0.004;
  const grid = (n: number, cell: number) =>
    plane(n, n, (r, c) => place((r - (n - 1) / 2) * cell, (c - (n - 1) / 2) * cell));
  const apart = (a: Field, b: Field) => {
    const [lat, lon, toLat, toLon] = [a, b].flatMap((f) => [numbers(f, "lat"), numbers(f, "lon")]) as [
      number[],
      number[],
      number[],
      number[],
    ];
    return Math.max(
      ...lat.map((phi, i) => {
        const [p, q] = [phi / degrees, toLat[i]! / degrees];
        const cosine =
          Math.sin(p) * Math.sin(q) + Math.cos(p) * Math.cos(q) * Math.cos((lon[i]! - toLon[i]!) / degrees);
        return Math.acos(Math.min(1, cosine));
      }),
    );
  };
  // The projection bends by the square of the distance from the pole.
  assert.ok(apart(refine(grid(8, step), 2), grid(16, step / 2)) < 1e-3 * step);
  assert.ok(apart(coarsen(grid(8, step), 2), grid(4, 2 * step)) < 1e-3 * step);
});

test("refining refuses positions over rows and columns that are missing, beyond a pole, repeated or folded", () => {
  const with_ = (index: number, place: readonly [number, number]) =>
    plane(4, 4, (r, c) => (4 * r + c === index ? place : [10 + r, 20 + c]));
  const cases: readonly (readonly [Field, RegExp])[] = [
    [with_(6, [Number.NaN, 22]), /lat: expected a finite .* got NaN at index \[1, 2\]/],
    [with_(6, [95, 22]), /lat: expected latitudes of -90 to 90 .* got 95 at index \[1, 2\]/],
    [with_(6, [11, 21]), /lat and lon: expected rows and columns that go one way.* got 11, 21 at index \[1, 1\]/],
    [plane(4, 4, (r, c) => [10 + Math.abs(r - 1.9), 20 + c]), /lat and lon: expected rows and columns that go one way/],
  ];
  for (const [field, pattern] of cases) assert.throws(() => refine(field, 2), pattern);
  // A block without a place has none, and a row at the pole is one place.
  assert.ok(Number.isNaN(coarsen(with_(6, [Number.NaN, 22]), 2).coordinate("lat")!.values[1]));
  assert.ok(
    refine(
      plane(3, 4, (r, c) => [88 + r, 20 + c]),
      2,
    ),
  );
});

test.run();
