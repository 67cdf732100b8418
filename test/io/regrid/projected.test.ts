// Inside: a projection by itself.
/** Projected grids that state no latitudes and longitudes: their grid mapping says where cells lie. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { gridMappingOf } from "../../../io/field/grid-mapping.ts";
import { type Field, readField, regrid, regularGrid, writeNetcdf } from "../../../io/index.ts";
import type { RegridMethod } from "../../../io/regrid/index.ts";
import { centresOf, gridOf, sideOf } from "../../../io/regrid/index.ts";
import { eastward } from "../../../io/regrid/sphere.ts";
import { testData } from "../../data.ts";
import { assert, axis, temporaryFolder, test } from "../../harness.ts";
import { hasPython, pythonOn, skip } from "../oracle.ts";
import { polar, same } from "./projections.ts";
import { cdoGrid } from "./regrid-cases.ts";

const { at } = temporaryFolder(test);
const has = (command: string) => !spawnSync(command, ["--version"]).error;

const operators = { bilinear: "remapbil", nearest: "remapnn", conservative: "remapcon" } as const;

/** What cdo makes of a file. */
async function remap(method: RegridMethod, grid: string, file: string): Promise<Field> {
  const args = ["-s", "-O", "-b", "F64", `${operators[method]},${grid}`, file, at("out.nc")];
  const done = spawnSync("cdo", args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`cdo ${args.join(" ")}: ${done.stderr}`);
  return readField(at("out.nc"), { variable: "pr" });
}

/** Largest difference over the largest value, and cells that are missing here alone and there alone. */
function compare(ours: Field, theirs: Field) {
  assert.equal(ours.shape, theirs.shape);
  let [worst, here, there, compared, largest] = [0, 0, 0, 0, 0];
  theirs.values.forEach((v, i) => {
    const mine = ours.values[i]!;
    if (Number.isNaN(v) !== Number.isNaN(mine)) Number.isNaN(v) ? there++ : here++;
    if (Number.isNaN(v - mine)) return;
    compared++;
    largest = Math.max(largest, Math.abs(v));
    worst = Math.max(worst, Math.abs(v - mine));
  });
  return { worst: worst / largest, here, there, compared };
}

for (const name of ["fmi_20160928", "knmi_20100826", "radolan_sf_5days"]) {
  test(`${name} comes out on latitudes and longitudes as cdo's remapbil, remapnn and remapcon give it`, async () => {
    if (!has("cdo")) return skip("no cdo");
    const whole = (await readField(testData(`radar/${name}_cut.nc`), { variable: "pr" })).isel({ time: [0, 2] });
    // A quarter of the map with the finest cells, and all of the others.
    const read = name.startsWith("fmi") ? whole.isel({ y: [0, 128], x: [0, 128] }) : whole;
    const { latitude, longitude } = centresOf(sideOf("test", gridOf(read)));
    const reach = (all: Float64Array) => [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))] as const;
    const grid = regularGrid({ step: 0.05, lat: reach(latitude), lon: reach(longitude) });
    await writeNetcdf(at("in.nc"), read);
    writeFileSync(at("grid.txt"), cdoGrid(grid));
    let between: Field | undefined;
    for (const method of ["bilinear", "nearest", "conservative"] as const) {
      const ours = regrid(read, grid, { method, minimumValid: method === "conservative" ? 0 : 1 });
      const theirs = await remap(method, at("grid.txt"), at("in.nc"));
      const { worst, here, there, compared } = compare(ours, theirs);
      const told = `${method}: ${worst} of the largest, missing here ${here}, there ${there}, of ${compared}`;
      assert.ok(worst < 1e-5 && there === 0 && compared > 2000, told);
      if (method === "bilinear") between = theirs;
      // cdo's remapnn takes the nearest centre however far it is; here a cell must hold the place.
      const lost = method === "nearest" ? compare(ours, between!).here : here;
      assert.is(lost, 0, told);
    }
  });
}

/** Points of a lattice over the reach, in metres, none on an axis. */
const lattice = ([west, east, south, north]: readonly number[]) =>
  Array.from(
    { length: 81 },
    (_, i) =>
      [
        1000 * (west! + ((i % 9) + 0.37) * ((east! - west!) / 9)),
        1000 * (south! + (Math.floor(i / 9) + 0.61) * ((north! - south!) / 9)),
      ] as const,
  );

const projectionOf = (mapping: (typeof same)[number][0], unit = 1) => {
  const found = gridMappingOf(mapping, unit);
  if (typeof found === "string") throw new Error(found);
  return found;
};

test("places of each grid mapping are those of PROJ to two millimetres, datum shifts included", () => {
  if (!hasPython("rasterio")) return skip("no rasterio");
  const code = `
import json, sys
from rasterio.warp import transform
out = []
for text, points in json.load(sys.stdin):
    out.append(transform(text + " +type=crs", "EPSG:4326", [p[0] for p in points], [p[1] for p in points]))
print(json.dumps(out))`;
  const asked = same.map(([, text, ...reach]) => [text, lattice(reach)]);
  const answers = pythonOn(code, asked) as [longitude: number[], latitude: number[]][];
  for (const [k, [mapping, text, ...reach]] of same.entries()) {
    const { toEarth } = projectionOf(mapping);
    for (const [i, [x, y]] of lattice(reach).entries()) {
      const [lat, lon] = toEarth(y, x);
      const [north, east] = [answers[k]![1][i]!, answers[k]![0][i]!];
      const off = Math.hypot(lat - north, eastward(east, lon) * Math.cos(north * (Math.PI / 180)));
      assert.ok(off < 2e-8, `${text} at ${x}, ${y}: ${lat}, ${lon} here, ${north}, ${east} there`);
    }
  }
});

test("each grid mapping leads to the earth and back to the place", () => {
  for (const [mapping, text, ...reach] of same) {
    const { toEarth, fromEarth } = projectionOf(mapping);
    for (const [x, y] of lattice(reach)) {
      const [v, u] = fromEarth(...toEarth(y, x));
      assert.ok(Math.hypot(u - x, v - y) < 0.01, `${text}: ${x}, ${y} comes back as ${u}, ${v}`);
    }
  }
});

test("the middle of RADOLAN's grid lies at 9 degrees east and 51 north, false eastings are in the unit of the axes", () => {
  const radolan = { ...polar(90, 10), standard_parallel: 60, earth_radius: 6370040 };
  const [lat, lon] = projectionOf(radolan).toEarth(-4208645, -73462);
  assert.ok(Math.abs(lat - 51) < 1e-5 && Math.abs(lon - 9) < 1e-5, `${lat}, ${lon}`);
  const moved = { ...radolan, false_easting: 500, false_northing: -20 };
  const [north, east] = projectionOf(moved, 1000).toEarth(-4208645 - 20000, -73462 + 500000);
  assert.ok(Math.hypot(north - lat, east - lon) < 1e-9);
});

test("angles of a geostationary imager in radians are so many heights above the earth", () => {
  const line = (name: string, values: number[], units: string) =>
    axis(name, Float64Array.from(values), { standard_name: `projection_${name}_angular_coordinate`, units });
  const height = 35786023;
  const [, [attributes]] = [0, same.find(([{ perspective_point_height: h }]) => h === height)!];
  const gridMapping = { name: "goes", attributes };
  const angles = { y: line("y", [0.08, 0.06], "rad"), x: line("x", [-0.03, 0, 0.03], "radian"), gridMapping };
  const metres = (c: typeof angles.y) =>
    line(
      c.name,
      Array.from(c.values, (v) => v * height),
      "m",
    );
  const plane = { y: metres(angles.y), x: metres(angles.x), gridMapping };
  assert.equal(centresOf(sideOf("a", angles)), centresOf(sideOf("b", plane)));
  assert.ok(Math.abs(centresOf(sideOf("a", angles)).longitude[1]! + 75) < 1e-9);
});

test("a grid mapping that says too little, or a plane beyond the earth's rim, has no places", () => {
  const { earth_radius, ...bare } = { ...polar(90, 10), standard_parallel: 60, earth_radius: 6370040 };
  assert.match(gridMappingOf(bare, 1) as string, /polar_stereographic without semi_major_axis or earth_radius/);
  assert.match(gridMappingOf({ earth_radius }, 1) as string, "no grid_mapping_name");
  assert.match(gridMappingOf({ grid_mapping_name: "rotated_mercator", earth_radius }, 1) as string, "rotated_mercator");
  const disc = same.find(([, text]) => text.includes("geos"))![0];
  assert.ok(Number.isNaN(projectionOf(disc).toEarth(0, 6e6)[0]));
});

test.run();
