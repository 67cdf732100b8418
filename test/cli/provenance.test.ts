/** Files that the commands write say what they hold, where it comes from, and are read again by monge and others. */

import { convertPrecipitation, Field, openDataset, readField, writeNetcdf } from "../../io/index.ts";
import { assert, axis, evenly, temporaryFolder, test } from "../harness.ts";
import { skip, tool } from "../io/oracle.ts";
import { writeUntrainedModel } from "./model.ts";
import { mongeDone } from "./run.ts";

const { at } = temporaryFolder(test);
const [rows, columns] = [4, 6];

/** Daily sums on latitudes and longitudes with bounds everywhere, as a service would deliver them. */
const daily = new Field({
  name: "rr",
  dims: ["time", "lat", "lon"],
  shape: [2, rows, columns],
  values: Float32Array.from({ length: 2 * rows * columns }, (_, i) => (i * 7) % 24),
  units: "mm",
  attributes: {
    standard_name: "lwe_thickness_of_precipitation_amount",
    long_name: "rain of a day",
    cell_methods: "time: sum",
    actual_range: [0, 23],
  },
  coordinates: [
    axis(
      "time",
      Float64Array.of(0.5, 1.5),
      { standard_name: "time", units: "days since 2020-01-01", calendar: "standard" },
      Float64Array.of(0, 1, 1, 2),
    ),
    axis(
      "lat",
      evenly(rows, 45.25, -0.5),
      { standard_name: "latitude", units: "degrees_north", actual_range: [43.75, 45.25] },
      Float64Array.from({ length: 2 * rows }, (_, i) => 45.5 - 0.5 * (Math.floor(i / 2) + (i % 2))),
    ),
    axis(
      "lon",
      evenly(columns, 5.25, 0.5),
      { standard_name: "longitude", units: "degrees_east", actual_range: [5.25, 7.75] },
      Float64Array.from({ length: 2 * columns }, (_, i) => 5 + 0.5 * (Math.floor(i / 2) + (i % 2))),
    ),
  ],
});
const about = {
  title: "Gauges",
  institution: "An institute",
  source: "rain gauges",
  license: "CC BY 4.0",
  history: "2020-02-01T00:00:00Z: first\n2020-01-31T00:00:00Z: earlier",
  geospatial_lat_resolution: "0.5 degree",
};

test.before(async () => {
  await writeNetcdf(at("daily.nc"), daily, { attributes: about });
  await writeUntrainedModel(at("model.safetensors"), 2);
});

const quick = ["--evaluations", "2", "--members", "2", "--threads", "1", "--seed", "5"];

async function globalsOf(path: string): Promise<Readonly<Record<string, unknown>>> {
  const data = await openDataset(path);
  data.close();
  return data.attributes;
}

test("daily sums come out of `downscale` as sums, and `convert` reads them again and makes the mean rates that they are", async () => {
  await mongeDone("downscale", at("model.safetensors"), at("daily.nc"), "-o", at("fine.nc"), ...quick);
  const fine = await readField(at("fine.nc"));
  assert.is(fine.units, "mm");
  assert.is(fine.attributes["cell_methods"], "time: sum");
  assert.is(fine.attributes["standard_name"], "lwe_thickness_of_precipitation_amount");
  assert.is(fine.attributes["long_name"], "rain of a day");
  await mongeDone("convert", at("fine.nc"), "-o", at("rates.nc"), "--to-units", "kg m-2 s-1");
  const rates = await readField(at("rates.nc"));
  assert.is(rates.attributes["cell_methods"], "time: mean");
  assert.is(rates.attributes["standard_name"], "precipitation_flux");
  fine.values.forEach((v, i) => {
    assert.ok(Math.abs(rates.values[i]! * 86400 - v) <= 1e-5 * Math.max(v, 1), `${rates.values[i]} against ${v}`);
  });
});

test("a range of values is left out where values, cells or units change, and kept where nothing does", async () => {
  const rangeOf = async (path: string) => (await readField(path)).attributes["actual_range"];
  await mongeDone("convert", at("daily.nc"), "-o", at("same.nc"));
  assert.equal(await rangeOf(at("same.nc")), [0, 23]);
  assert.equal((await readField(at("same.nc"))).coordinate("lat")!.attributes["actual_range"], [43.75, 45.25]);
  await mongeDone("convert", at("daily.nc"), "-o", at("inches.nc"), "--to-units", "inch");
  await mongeDone("convert", at("daily.nc"), "-o", at("part.nc"), "--bbox", "5,44,6,45");
  await mongeDone("convert", at("daily.nc"), "-o", at("grid.nc"), "--grid", "1", "--bbox", "5,44,8,45");
  for (const name of ["inches.nc", "part.nc", "grid.nc", "fine.nc"])
    assert.is(await rangeOf(at(name)), undefined, name);
  assert.is((await readField(at("part.nc"))).coordinate("lat")!.attributes["actual_range"], undefined);
  const stated = daily.with({
    attributes: { ...daily.attributes, valid_range: [0, 100], valid_min: 0, valid_max: 100 },
  });
  const inches = convertPrecipitation(stated, "inch").attributes;
  for (const name of ["valid_range", "valid_min", "valid_max", "actual_range"])
    assert.is(inches[name], undefined, name);
  assert.equal(
    convertPrecipitation(stated, "kg m-2").attributes["valid_range"],
    [0, 100],
    "a kilogram is a millimetre",
  );
});

test("institution, source, licence and history travel through every command, with its own line in front of history", async () => {
  await mongeDone("downscale", at("model.safetensors"), at("daily.nc"), "-o", at("fine.tif"), "--time", "0", ...quick);
  await mongeDone("convert", at("daily.nc"), "-o", at("day.tif"), "--time", "0");
  await mongeDone("convert", at("daily.nc"), "-o", at("all.zarr"));
  await mongeDone("convert", at("day.tif"), "-o", at("back.nc"));
  for (const name of ["same.nc", "grid.nc", "fine.nc", "fine.tif", "day.tif", "all.zarr", "back.nc"]) {
    const { institution, source, license, history, geospatial_lat_resolution, ...rest } = await globalsOf(at(name));
    assert.equal([institution, license], [about.institution, about.license], name);
    assert.match(String(source), /rain gauges$/, name);
    const lines = String(history).split("\n");
    assert.equal(lines.slice(-2), about.history.split("\n"), name);
    assert.is(lines.length, name === "back.nc" ? 4 : 3, name);
    assert.match(lines[0]!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: monge /, name);
    if (!name.startsWith("fine")) continue;
    assert.is(geospatial_lat_resolution, undefined, name);
    assert.match(String(source), /^monge .*, model [0-9a-f]{16}, seed 5; downscaled from: rain gauges$/, name);
    assert.match(String(rest["title"]), /^Ensemble .* from: Gauges$/, name);
    assert.match(String(rest["model_sha256"]), /^[0-9a-f]{64}$/, name);
    assert.is(Number(rest["seed"]), 5, name);
  }
});

test("gdalinfo shows history, model and seed of a GeoTIFF, and GDAL's NetCDF of it has them again", async () => {
  const shown = tool("gdalinfo", at("fine.tif"));
  if (shown === undefined) return skip("reading tags with gdalinfo: it is not installed");
  assert.match(shown, /NC_GLOBAL#history=.*monge .*\n.*first/);
  assert.match(shown, /NC_GLOBAL#model_sha256=[0-9a-f]{64}/);
  assert.match(shown, /NC_GLOBAL#seed=5/);
  assert.match(shown, /NC_GLOBAL#institution=An institute/);
  tool("gdal_translate", "-q", "-of", "netCDF", at("fine.tif"), at("gdal.nc"));
  assert.is((await globalsOf(at("gdal.nc")))["institution"], about.institution);
});

test.run();
