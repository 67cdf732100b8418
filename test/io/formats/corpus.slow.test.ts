/** The larger corpora of real files by today's netCDF-C and GDAL; every day their committed sums stand for them. */
import { assert, test } from "../../harness.ts";
import { hasPython, skip } from "../oracle.ts";
import { otherToday, references } from "../reference.ts";

test("the reference sums of every real file are what netCDF-C and GDAL give today", () => {
  if (!hasPython("netCDF4", "rasterio")) return skip("no netCDF4 and rasterio for /usr/bin/python3");
  const readable = references().known.filter(
    ({ file }) => !/\.grib2?$|knmi_RAD.*\.h5$|opera_.*\.hdf$|^hdf5-filters/.test(file),
  );
  assert.equal(otherToday(readable), []);
});

test.run();
