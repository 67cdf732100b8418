/** What users get wrong with files: every error is typed and names file, variable, expectation and way out. */
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { DomainError, OptionsError, UnitsError } from "../../engine/index.ts";
import { writeGeotiff } from "../../io/formats/index.ts";
import { convertPrecipitation, type Field, inspect, openGrid, readField, writeNetcdf } from "../../io/index.ts";
import { testData } from "../data.ts";
import { assert, evenly, refuses, temporaryFolder, test, throws } from "../harness.ts";
import { over } from "./fields.ts";

const { folder, at } = temporaryFolder(test);

const grid = (t: number, y: number, x: number) => ({
  time: [evenly(t), "days since 2000-01-01"] as const,
  lat: [evenly(y), "degrees_north"] as const,
  lon: [evenly(x), "degrees_east"] as const,
});
const rain = (values = Float32Array.from(evenly(24))): Field => over(grid(2, 3, 4), { values, units: "furlongs" });

test("files that are not NetCDF or TIFF are told apart by content, with what to run instead", async () => {
  const cases: [string, Uint8Array | string, RegExp][] = [
    [
      "text.nc",
      "hello world",
      /text\.nc: it is plain text; expected NetCDF-3, NetCDF-4\/HDF5, GeoTIFF, GRIB, RADOLAN, Nimrod or Zarr; write it as NetCDF/,
    ],
    ["empty.tif", "", /empty\.tif: it is empty/],
    ["a.nc", gzipSync("CDF"), /a\.nc: inside it, a\.nc: it begins with "CDF"; expected NetCDF-3/],
    ["b.nc", "GRIB\0\0\0\x02", /message 1 at byte 0: it is cut off/],
    ["c.nc", "PK\x03\x04....", /c\.nc: its list of members is missing: it is truncated; .*unzip -t/],
    ["short.nc", "CDF\x01", /the header is cut off/],
    ["short.h5", Buffer.from("\x89HDF\r\n\x1a\n\0\0\0", "latin1"), /HDF5 cannot open it: it is truncated or damaged/],
    [
      "short.tif",
      Buffer.from("II*\0\x08\0\0\0", "latin1"),
      /the file ends before byte \d+ that its header promises: it is truncated; fetch or copy it again/,
    ],
  ];
  for (const [name, content, pattern] of cases) {
    writeFileSync(at(name), content);
    await refuses(inspect(at(name)), pattern);
  }
  await refuses(inspect(at("nothing.nc")), /nothing\.nc: there is no such file/);
  await refuses(inspect(folder), /it is a folder, and not one of a Zarr store; name a file or a store/);
});

test("the name of a file does not matter, its content does", async () => {
  await writeNetcdf(at("really-netcdf.tif"), rain());
  await writeGeotiff(at("really-tiff.nc"), rain());
  assert.is((await inspect(at("really-netcdf.tif"))).format, "hdf5");
  assert.is((await inspect(at("really-tiff.nc"))).format, "geotiff");
});

test("a variable that is not there, or not single, or not numeric lists the ones that are", async () => {
  await writeNetcdf(at("rain.nc"), rain());
  await refuses(
    readField(at("rain.nc"), { variable: "rr" }),
    /rain\.nc: variable rr is not in it; it has time, lat, lon, pr/,
  );
  assert.is((await readField(at("rain.nc"))).name, "pr");
  const several = testData("coarse/bcsd_obs_1999.nc");
  await refuses(
    readField(several),
    /it holds several variables \(pr, tas\); name one, as in .*bcsd_obs_1999\.nc:pr/,
    OptionsError,
  );
});

test("time ranges outside the file, and of variables without time, are option errors", async () => {
  await writeNetcdf(at("time.nc"), rain());
  await refuses(
    readField(at("time.nc"), { time: [1, 3] }),
    /time range is \[1, 3\]; expected \[from, to\) with 0 <= from < to <= 2/,
    OptionsError,
  );
  await refuses(
    readField(at("time.nc"), { variable: "lat", time: [0, 1] }),
    /variable lat has no time dimension \(it has lat\)/,
    OptionsError,
  );
});

test("a field without a single value is an error unless it is asked for", async () => {
  await writeNetcdf(at("void.nc"), rain(new Float32Array(24).fill(Number.NaN)));
  await refuses(readField(at("void.nc")), /void\.nc: variable pr has only missing values; .*allowEmpty/, DomainError);
  assert.is((await readField(at("void.nc"), { allowEmpty: true })).countMissing(), 24);
});

test("unknown units name file and variable, and can be stated", async () => {
  await writeNetcdf(at("units.nc"), rain());
  const field = await readField(at("units.nc"));
  throws(() => convertPrecipitation(field, "mm"), UnitsError, /units\.nc: variable pr: units "furlongs"/);
  assert.is(convertPrecipitation(await readField(at("units.nc"), { units: "cm" }), "mm").values[3], 30);
});

test("HDF5 without dimension scales opens, and its variables read", async () => {
  const source = await openGrid(testData("hdf5-filters/lzf.h5"));
  const rain = source.variables.find((v) => v.name === "rain");
  assert.equal(rain?.shape, [12, 10]);
  assert.is((await source.read("rain")).length, 120);
  source.close();
});

test.run();
