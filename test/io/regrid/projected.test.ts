/** Projected grids that state no latitudes and longitudes: their grid mapping says where cells lie. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { gridMappingOf } from "../../../io/field/grid-mapping.ts";
import { type Field, type RegridMethod, readField, regrid, regularGrid, writeNetcdf } from "../../../io/index.ts";
import { gridOf } from "../../../io/regrid/grid.ts";
import { centresOf, sideOf } from "../../../io/regrid/positions.ts";
import { eastward } from "../../../io/regrid/sphere.ts";
import { testData } from "../../data.ts";
import { hasPython, pythonOn, skip } from "../oracle.ts";
import { cdoGrid } from "./regrid-cases.ts";

const folder = mkdtempSync(join(tmpdir(), "monge-"));
test.after(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
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
    const read = (await readField(testData(`radar/${name}_cut.nc`), { variable: "pr" })).isel({ time: [0, 2] });
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
      assert.ok(worst < 1e-5 && there === 0 && compared > 5000, told);
      if (method === "bilinear") between = theirs;
      // cdo's remapnn takes the nearest centre however far it is; here a cell must hold the place.
      const lost = method === "nearest" ? compare(ours, between!).here : here;
      assert.is(lost, 0, told);
    }
  });
}

const wgs84 = { semi_major_axis: 6378137, inverse_flattening: 298.257223563 };
const bessel = { semi_major_axis: 6377397.155, inverse_flattening: 299.1528128 };
const sphere = { earth_radius: 6371229 };
const swiss = {
  grid_mapping_name: "oblique_mercator",
  azimuth_of_central_line: 90,
  latitude_of_projection_origin: 46.95240555555556,
  longitude_of_projection_origin: 7.43958333333333,
  scale_factor_at_projection_origin: 1,
  false_easting: 600000,
  false_northing: 200000,
  ...bessel,
};
const at2 = (lat: number, lon: number) => ({ latitude_of_projection_origin: lat, longitude_of_projection_origin: lon });
const cone = (lat: number, lon: number) => ({ latitude_of_projection_origin: lat, longitude_of_central_meridian: lon });
const polar = (lat: number, lon: number) => ({
  grid_mapping_name: "polar_stereographic",
  latitude_of_projection_origin: lat,
  straight_vertical_longitude_from_pole: lon,
});
const abridged = (method: string, ...values: readonly number[]) => {
  const names = ["X-axis translation", "Y-axis translation", "Z-axis translation"];
  const more = ["X-axis rotation", "Y-axis rotation", "Z-axis rotation", "Scale difference"];
  const listed = [...names, ...more].map((name, i) => `PARAMETER["${name}",${values[i]},ID["EPSG",${8605 + i}]]`);
  return `BOUNDCRS[SOURCECRS[],TARGETCRS[],ABRIDGEDTRANSFORMATION["t",METHOD["${method}"],${listed.join(",")}]]`;
};

/** Grid mappings, the same by hand in PROJ's words, and the reach of x and y in km. */
const same: readonly (readonly [
  Readonly<Record<string, string | number | readonly number[]>>,
  string,
  number,
  number,
  number,
  number,
])[] = [
  [
    { ...polar(90, 10), standard_parallel: 60, earth_radius: 6370040 },
    "+proj=stere +lat_0=90 +lon_0=10 +lat_ts=60 +R=6370040",
    -523,
    377,
    -4659,
    -3759,
  ],
  [
    { ...polar(90, 0), standard_parallel: 60, semi_major_axis: 6378137, semi_minor_axis: 6356752 },
    "+proj=stere +lat_0=90 +lat_ts=60 +a=6378137 +b=6356752",
    0,
    700,
    -4415,
    -3650,
  ],
  [
    { ...polar(-90, 30), standard_parallel: -71, false_easting: 1000, ...wgs84 },
    "+proj=stere +lat_0=-90 +lon_0=30 +lat_ts=-71 +x_0=1000 +ellps=WGS84",
    -3000,
    3000,
    -3000,
    3000,
  ],
  [
    { ...polar(90, 30), scale_factor_at_projection_origin: 0.97, ...wgs84 },
    "+proj=stere +lat_0=90 +lon_0=30 +k_0=0.97 +ellps=WGS84",
    -3000,
    3000,
    -3000,
    3000,
  ],
  [
    { grid_mapping_name: "stereographic", ...at2(47, 5), scale_factor_at_projection_origin: 0.9999, ...wgs84 },
    "+proj=stere +lat_0=47 +lon_0=5 +k_0=0.9999 +ellps=WGS84",
    -1000,
    1000,
    -1000,
    1000,
  ],
  [
    {
      grid_mapping_name: "lambert_azimuthal_equal_area",
      ...at2(55, 10),
      false_easting: 1950000,
      false_northing: -2100000,
      ...wgs84,
    },
    "+proj=laea +lat_0=55 +lon_0=10 +x_0=1950000 +y_0=-2100000 +ellps=WGS84",
    0,
    3800,
    -4400,
    0,
  ],
  [
    { grid_mapping_name: "lambert_conformal_conic", ...cone(46, 3), standard_parallel: [30, 60], ...wgs84 },
    "+proj=lcc +lat_1=30 +lat_2=60 +lat_0=46 +lon_0=3 +ellps=WGS84",
    -2000,
    2000,
    -2000,
    2000,
  ],
  [
    { grid_mapping_name: "lambert_conformal_conic", ...cone(46.5, 3), standard_parallel: 46.5, ...sphere },
    "+proj=lcc +lat_1=46.5 +lat_0=46.5 +lon_0=3 +R=6371229",
    -2000,
    2000,
    -2000,
    2000,
  ],
  [
    { grid_mapping_name: "lambert_conformal_conic", ...cone(10, 3), standard_parallel: [20, 0], ...wgs84 },
    "+proj=lcc +lat_1=20 +lat_2=0 +lat_0=10 +lon_0=3 +ellps=WGS84",
    -2000,
    2000,
    -2000,
    2000,
  ],
  [
    {
      grid_mapping_name: "albers_conical_equal_area",
      ...cone(-27.7178, 153.24),
      standard_parallel: [-26.2, -29.3],
      ...wgs84,
    },
    "+proj=aea +lat_1=-26.2 +lat_2=-29.3 +lat_0=-27.7178 +lon_0=153.24 +ellps=WGS84",
    -256,
    256,
    -256,
    256,
  ],
  [
    { grid_mapping_name: "albers_conical_equal_area", ...cone(20, -96), standard_parallel: 30, ...sphere },
    "+proj=aea +lat_1=30 +lat_2=30 +lat_0=20 +lon_0=-96 +R=6371229",
    -3000,
    3000,
    -1000,
    3000,
  ],
  [
    {
      grid_mapping_name: "transverse_mercator",
      ...cone(49, -2),
      scale_factor_at_central_meridian: 0.9996,
      false_easting: 400000,
      false_northing: -100000,
      semi_major_axis: 6377563.396,
      semi_minor_axis: 6356256.909,
    },
    "+proj=tmerc +lat_0=49 +lon_0=-2 +k_0=0.9996 +x_0=400000 +y_0=-100000 +a=6377563.396 +b=6356256.909",
    0,
    700,
    0,
    1200,
  ],
  [
    { grid_mapping_name: "transverse_mercator", ...cone(49, -2), ...sphere },
    "+proj=tmerc +lat_0=49 +lon_0=-2 +R=6371229",
    -900,
    900,
    -900,
    900,
  ],
  [
    { grid_mapping_name: "mercator", longitude_of_projection_origin: 10, standard_parallel: 30, ...wgs84 },
    "+proj=merc +lon_0=10 +lat_ts=30 +ellps=WGS84",
    -9000,
    9000,
    -5000,
    5000,
  ],
  [
    {
      grid_mapping_name: "mercator",
      longitude_of_projection_origin: 10,
      scale_factor_at_projection_origin: 0.9,
      ...sphere,
    },
    "+proj=merc +lon_0=10 +k_0=0.9 +R=6371229",
    -9000,
    9000,
    -5000,
    5000,
  ],
  [
    swiss,
    "+proj=somerc +lat_0=46.95240555555556 +lon_0=7.43958333333333 +x_0=600000 +y_0=200000 +ellps=bessel",
    255,
    965,
    -160,
    480,
  ],
  [
    { ...swiss, towgs84: [674.374, 15.056, 405.346] },
    "+proj=somerc +lat_0=46.95240555555556 +lon_0=7.43958333333333 +x_0=600000 +y_0=200000 +ellps=bessel +towgs84=674.374,15.056,405.346",
    255,
    965,
    -160,
    480,
  ],
  [
    {
      ...swiss,
      crs_wkt: abridged(
        "Position Vector transformation (geog2D domain)",
        565.4,
        50.3,
        465.5,
        -0.4,
        0.34,
        -1.88,
        1.0000040725,
      ),
    },
    "+proj=somerc +lat_0=46.95240555555556 +lon_0=7.43958333333333 +x_0=600000 +y_0=200000 +ellps=bessel +towgs84=565.4,50.3,465.5,-0.4,0.34,-1.88,4.0725",
    255,
    965,
    -160,
    480,
  ],
  [
    {
      ...swiss,
      crs_wkt: abridged(
        "Coordinate Frame rotation (geog2D domain)",
        565.4,
        50.3,
        465.5,
        0.4,
        -0.34,
        1.88,
        1.0000040725,
      ),
    },
    "+proj=somerc +lat_0=46.95240555555556 +lon_0=7.43958333333333 +x_0=600000 +y_0=200000 +ellps=bessel +towgs84=565.4,50.3,465.5,-0.4,0.34,-1.88,4.0725",
    255,
    965,
    -160,
    480,
  ],
  [
    {
      ...swiss,
      crs_wkt: 'PROJCS["a",GEOGCS["b",DATUM["c",SPHEROID["Bessel",6377397.155,299.1528128],TOWGS84[0,0,0,0,0,0,0]]]]',
    },
    "+proj=somerc +lat_0=46.95240555555556 +lon_0=7.43958333333333 +x_0=600000 +y_0=200000 +ellps=bessel +towgs84=0,0,0",
    255,
    965,
    -160,
    480,
  ],
  [
    {
      grid_mapping_name: "oblique_mercator",
      ...at2(4, 102.25),
      azimuth_of_central_line: 53.3,
      scale_factor_at_projection_origin: 0.99984,
      false_easting: 804671,
      ...wgs84,
    },
    "+proj=omerc +lat_0=4 +lonc=102.25 +alpha=53.3 +k_0=0.99984 +x_0=804671 +ellps=WGS84",
    500,
    1000,
    -300,
    300,
  ],
  [
    { grid_mapping_name: "azimuthal_equidistant", ...at2(47, 5), ...wgs84 },
    "+proj=aeqd +lat_0=47 +lon_0=5 +ellps=WGS84",
    -2000,
    2000,
    -2000,
    2000,
  ],
  [
    {
      grid_mapping_name: "lambert_cylindrical_equal_area",
      longitude_of_central_meridian: 5,
      standard_parallel: 30,
      ...wgs84,
    },
    "+proj=cea +lon_0=5 +lat_ts=30 +ellps=WGS84",
    -2000,
    2000,
    -2000,
    2000,
  ],
  [
    { grid_mapping_name: "sinusoidal", longitude_of_projection_origin: 5, earth_radius: 6371007.181 },
    "+proj=sinu +lon_0=5 +R=6371007.181",
    -4000,
    4000,
    -4000,
    4000,
  ],
  [
    { grid_mapping_name: "orthographic", ...at2(30, 5), ...sphere },
    "+proj=ortho +lat_0=30 +lon_0=5 +R=6371229",
    -2000,
    2000,
    -2000,
    2000,
  ],
  [
    {
      grid_mapping_name: "geostationary",
      ...at2(0, -75),
      perspective_point_height: 35786023,
      sweep_angle_axis: "x",
      ...wgs84,
    },
    "+proj=geos +h=35786023 +lon_0=-75 +sweep=x +ellps=WGS84",
    -3000,
    3000,
    -3000,
    3000,
  ],
  [
    {
      grid_mapping_name: "geostationary",
      ...at2(0, 0),
      perspective_point_height: 35785831,
      fixed_angle_axis: "x",
      ...wgs84,
    },
    "+proj=geos +h=35785831 +sweep=y +ellps=WGS84",
    -3000,
    3000,
    -3000,
    3000,
  ],
  [
    { grid_mapping_name: "transverse_mercator", ...cone(0, 0), longitude_of_prime_meridian: 2.33722917, ...wgs84 },
    "+proj=tmerc +pm=2.33722917 +ellps=WGS84",
    -300,
    300,
    4000,
    5000,
  ],
];

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
  const line = (name: string, values: number[], units: string) => ({
    ...{ name, dims: [name], values: Float64Array.from(values) },
    attributes: { standard_name: `projection_${name}_angular_coordinate`, units },
  });
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
