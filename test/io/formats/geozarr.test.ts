/** GeoZarr's attributes: places as GDAL finds them from the attributes alone; none where they cannot be stated. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Field, readField, writeField } from "../../../io/index.ts";
import { allClose, assert, close, temporaryFolder, test } from "../../harness.ts";
import { hasPython, pythonOn, skip } from "../oracle.ts";

const { at } = temporaryFolder(test);
type Attributes = Readonly<Record<string, number | string>>;

/** Rows and columns with the numbers 0, 1, …, on lines of a kind. */
function grid(mapping: Attributes | undefined, y: readonly number[], x: readonly number[], units = "m"): Field {
  const plane = mapping !== undefined && !/latitude/.test(String(mapping["grid_mapping_name"]));
  const turned = mapping?.["grid_mapping_name"] === "rotated_latitude_longitude";
  const names = plane ? ["y", "x"] : turned ? ["rlat", "rlon"] : ["lat", "lon"];
  const kinds = plane
    ? ["projection_y_coordinate", "projection_x_coordinate"]
    : turned
      ? ["grid_latitude", "grid_longitude"]
      : ["latitude", "longitude"];
  const unit = plane ? [units, units] : turned ? ["degrees", "degrees"] : ["degrees_north", "degrees_east"];
  const line = (i: 0 | 1, values: readonly number[]) => ({
    ...{ name: names[i]!, dims: [names[i]!], values: Float64Array.from(values) },
    attributes: { standard_name: kinds[i]!, units: unit[i]! },
  });
  return new Field({
    ...{ name: "pr", units: "mm", dims: names, shape: [y.length, x.length] },
    values: Float32Array.from({ length: y.length * x.length }, (_, i) => i),
    coordinates: [line(0, y), line(1, x)],
    ...(mapping && { gridMapping: { name: "crs", attributes: mapping } }),
  });
}
async function attributesOf(field: Field, name: string): Promise<Record<string, unknown>> {
  await writeField(at(name), field, { overwrite: true });
  return JSON.parse(readFileSync(join(at(name), "pr", "zarr.json"), "utf8")).attributes;
}
const named = (attributes: Record<string, unknown>) =>
  Object.keys(attributes).filter((key) => /:|conventions/.test(key));

test("longitudes and latitudes have the conventions, a code, edges and a step", async () => {
  const found = await attributesOf(grid(undefined, [50, 49.5, 49], [10, 11]), "degrees.zarr");
  assert.equal(
    (found["zarr_conventions"] as { name: string; uuid: string }[]).map(({ name, uuid }) => [name, uuid]),
    [
      ["proj", "f17cb550-5864-4468-aeb7-f3180cfb622f"],
      ["spatial", "689b58e2-cf7b-45e0-9fff-9cfc0883d6b4"],
    ],
  );
  assert.is(found["proj:code"], "EPSG:4326");
  assert.equal(found["spatial:dimensions"], ["lat", "lon"]);
  assert.equal(found["spatial:shape"], [3, 2]);
  assert.equal(found["spatial:transform"], [1, 0, 9.5, 0, -0.5, 50.25]);
  assert.equal(found["spatial:bbox"], [9.5, 48.75, 11.5, 50.25]);
});

const sphere = { earth_radius: 6371229 };
const wgs = { semi_major_axis: 6378137, inverse_flattening: 298.257223563 };
const parallel = { latitude_of_projection_origin: 48, longitude_of_central_meridian: 9.75 };
const systems: readonly (readonly [Attributes, y: readonly number[], x: readonly number[], units?: string])[] = [
  [
    { grid_mapping_name: "lambert_conformal_conic", ...parallel, standard_parallel: 48, ...sphere },
    [0, 5e4],
    [-1e4, 1e4],
  ],
  [
    { grid_mapping_name: "albers_conical_equal_area", ...parallel, standard_parallel: 40, ...wgs },
    [0, 5],
    [-10, 10],
    "km",
  ],
  [
    {
      grid_mapping_name: "lambert_azimuthal_equal_area",
      latitude_of_projection_origin: 55,
      longitude_of_projection_origin: 10,
      false_easting: 4e6,
      ...wgs,
    },
    [0, -2000],
    [4e6, 4.002e6],
  ],
  [
    { grid_mapping_name: "transverse_mercator", ...parallel, scale_factor_at_central_meridian: 0.9996, ...wgs },
    [0, 1e4],
    [0, 1e4],
  ],
  [
    {
      grid_mapping_name: "polar_stereographic",
      straight_vertical_longitude_from_pole: 10,
      latitude_of_projection_origin: 90,
      standard_parallel: 60,
      earth_radius: 6370040,
    },
    [-4e6, -4.1e6],
    [0, 1e5],
  ],
  [
    {
      grid_mapping_name: "polar_stereographic",
      straight_vertical_longitude_from_pole: 0,
      latitude_of_projection_origin: 90,
      scale_factor_at_projection_origin: 0.97,
      ...wgs,
    },
    [-3e6, -3.1e6],
    [0, 1e5],
  ],
  [
    {
      grid_mapping_name: "rotated_latitude_longitude",
      grid_north_pole_latitude: 39.25,
      grid_north_pole_longitude: -162,
      ...sphere,
    },
    [0, 0.5],
    [-3, -2.5],
  ],
];

/** Places seen from a north pole at 39.25° N, 162° W. */
function rotated(lon: number, lat: number): readonly [number, number] {
  const [a, b, pole] = [lon + 162, lat, 39.25].map((v) => (v * Math.PI) / 180) as [number, number, number];
  const east = Math.atan2(
    -Math.cos(b) * Math.sin(a),
    Math.sin(b) * Math.cos(pole) - Math.cos(b) * Math.sin(pole) * Math.cos(a),
  );
  const north = Math.asin(Math.sin(b) * Math.sin(pole) + Math.cos(b) * Math.cos(pole) * Math.cos(a));
  return [(east * 180) / Math.PI, (north * 180) / Math.PI];
}

const PLACES = `
import sys, json
from osgeo import osr
osr.UseExceptions()
out = []
for system, (a, b, c, d, e, f), (rows, columns) in json.load(sys.stdin):
    here = osr.SpatialReference(); here.SetFromUserInput(json.dumps(system))
    there = here.CloneGeogCS()
    if here.IsDerivedGeographic(): there = osr.SpatialReference(); there.SetFromUserInput(json.dumps(system["base_crs"]))
    for s in (here, there): s.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    move = osr.CoordinateTransformation(here, there)
    out.append([move.TransformPoint(a * (i + .5) + c, e * (j + .5) + f)[:2] for j in range(rows) for i in range(columns)])
print(json.dumps(out))
`;

test("PROJJSON and step put every cell where its grid mapping has it, on planes in m and km and with a turned pole", async () => {
  const fields = systems.map((one) => grid(...one));
  const all = [];
  for (const [i, field] of fields.entries()) all.push(await attributesOf(field, `plane${i}.zarr`));
  for (const found of all) assert.ok(found["proj:projjson"], JSON.stringify(found));
  if (!hasPython("osgeo.osr")) return skip("no GDAL for /usr/bin/python3");
  const asked = all.map((one) => [one["proj:projjson"], one["spatial:transform"], one["spatial:shape"]]);
  const places = pythonOn(PLACES, asked) as [number, number][][];
  for (const [i, field] of fields.entries()) {
    const [, y, x] = systems[i]!;
    for (const [cell, [lon, lat]] of places[i]!.entries())
      if (field.dims[0] === "rlat") allClose(rotated(lon, lat), [x[cell % 2]!, y[cell >> 1]!], 1e-6);
      else assert.equal([...field.sel({ lat, lon }, { method: "nearest", tolerance: 1e-4 }).values], [cell], String(i));
  }
});

test("a code in the grid mapping is the system, and WKT of the second kind stands as it is", async () => {
  const coded = { ...systems[3]![0], crs_wkt: 'PROJCS["ETRS89 / UTM 32N",AUTHORITY["EPSG","25832"]]' };
  assert.is((await attributesOf(grid(coded, [0, 1], [0, 1]), "coded.zarr"))["proj:code"], "EPSG:25832");
  const text = { ...systems[3]![0], crs_wkt: 'PROJCRS["mine",BASEGEOGCRS["x"]]' };
  assert.is((await attributesOf(grid(text, [0, 1], [0, 1]), "text.zarr"))["proj:wkt2"], text.crs_wkt);
});

test("rows that are uneven, and planes that cannot be stated, have no such attributes; nor have other formats", async () => {
  const geostationary = { grid_mapping_name: "geostationary", perspective_point_height: 35785831, ...wgs };
  assert.equal(named(await attributesOf(grid(undefined, [50, 49, 47.5], [10, 11]), "uneven.zarr")), []);
  assert.equal(named(await attributesOf(grid(geostationary, [0, 1], [0, 1]), "far.zarr")), []);
  const back = await readField(at("degrees.zarr"));
  assert.equal(named(await attributesOf(back.isel({ lat: [1, 3] }), "part.zarr")).length, 7);
  const part = await attributesOf(back.isel({ lat: [1, 3] }), "part.zarr");
  close((part["spatial:transform"] as number[])[5]!, 49.75, 1e-12);
  await writeField(at("part.nc"), back);
  assert.equal(named((await readField(at("part.nc"))).attributes), []);
});

test.run();
