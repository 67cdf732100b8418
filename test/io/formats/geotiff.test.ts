/** GeoTIFF against GDAL: positions, windows, reference systems. */
import { join } from "node:path";
import { writeGeotiff } from "../../../io/formats/index.ts";
import { type Field, type FieldOptions, readField } from "../../../io/index.ts";
import { dataFiles, testData } from "../../data.ts";
import { assert, axis, evenly, temporaryFolder, test } from "../../harness.ts";
import { over } from "../fields.ts";
import { hasPython, python, skip, tool } from "../oracle.ts";

const { folder } = temporaryFolder(test);

const ORACLE = `
import sys, json, numpy as np
from osgeo import gdal
gdal.UseExceptions()
out = {}
for p in sys.argv[1:]:
    d = gdal.Open(p); bands = [d.GetRasterBand(i + 1) for i in range(d.RasterCount)]; s = d.GetSpatialRef()
    a = np.stack([b.ReadAsArray().astype("float64") for b in bands]); n = bands[0].GetNoDataValue()
    ok = a[a != n]
    out[p] = {"shape": list(a.shape), "missing": int(a.size - ok.size), "sum": float(ok.sum()), "transform": d.GetGeoTransform(can_return_null=True),
      "epsg": s.GetAuthorityCode(None) if s else None, "descriptions": [b.GetDescription() for b in bands]}
print(json.dumps(out))
`;
interface Opened {
  readonly shape: readonly number[];
  readonly missing: number;
  readonly sum: number;
  readonly transform: readonly number[] | null;
  readonly epsg: string | null;
  readonly descriptions: readonly string[];
}
type Expected = Record<string, Opened>;

const hasGdal = hasPython("osgeo.gdal");

/** A field whose value at every cell names the cell. */
const numbered = (bands: number, height: number, width: number, more: Partial<FieldOptions> = {}): Field =>
  over(
    {
      realization: [evenly(bands), "1"],
      lat: [evenly(height, -3, 0.125), "degrees_north"],
      lon: [evenly(width, 10, 0.25), "degrees_east"],
    },
    { values: Float32Array.from({ length: bands * height * width }, (_, i) => i * 0.37 - 5), units: "mm h-1", ...more },
  );

test("pixel-is-point puts the tie point in the middle of its pixel", async () => {
  const [area, point] = [join(folder, "area.tif"), join(folder, "point.tif")];
  await writeGeotiff(area, numbered(1, 6, 5));
  if (tool("gdal_translate", "-q", "-mo", "AREA_OR_POINT=Point", area, point) === undefined)
    return skip("gdal_translate is not installed");
  assert.equal(
    (await readField(point)).coordinate("longitude")?.values,
    (await readField(area)).coordinate("longitude")?.values,
  );
});

test("a written GeoTIFF has north up, cell edges half a cell outside the centres, its EPSG code, band names and every value", async () => {
  if (!hasGdal) return skip("no GDAL for /usr/bin/python3");
  const path = join(folder, "members.tif");
  const field = numbered(3, 500, 301);
  field.values[17] = Number.NaN;
  await writeGeotiff(path, field, { fillValue: -9999 });
  const { transform, missing, sum, epsg, descriptions, shape } = (python(ORACLE, path) as Expected)[path]!;
  assert.equal(transform, [10 - 0.125, 0.25, 0, -3 + 0.125 * 499 + 0.0625, 0, -0.125]);
  assert.equal([missing, epsg, shape], [1, "4326", [3, 500, 301]]);
  assert.equal(descriptions, ["realization=0", "realization=1", "realization=2"]);
  const exact = Array.from(field.values).reduce((a, v) => (Number.isNaN(v) ? a : a + v), 0);
  assert.ok(Math.abs(sum - exact) <= 1e-9 * Math.abs(exact));
  const back = await readField(path);
  for (let band = 0; band < 3; band++) {
    for (const [row, column] of [
      [0, 0],
      [499, 300],
      [250, 17],
    ] as const) {
      const there = back.values[(band * 500 + (499 - row)) * 301 + column]!;
      assert.is(there, field.values[(band * 500 + row) * 301 + column]!);
    }
  }
});

test("kilometres become metres and the reference system of a read GeoTIFF is passed through", async () => {
  if (!hasGdal) return skip("no GDAL for /usr/bin/python3");
  const field = numbered(1, 4, 5, {
    dims: ["band", "y", "x"],
    coordinates: [
      axis("y", evenly(4, 5200, -2), { standard_name: "projection_y_coordinate", units: "km" }),
      axis("x", evenly(5, 400, 2), { standard_name: "projection_x_coordinate", units: "km" }),
    ],
  });
  const [path, copy] = [join(folder, "utm.tif"), join(folder, "utm-copy.tif")];
  let message = "";
  await writeGeotiff(path, field).catch((error: Error) => {
    message = error.message;
  });
  assert.match(message, /no EPSG code and cannot be spelled out.*epsg: CODE/);
  await writeGeotiff(path, field, { epsg: 32633 });
  await writeGeotiff(copy, await readField(path));
  const both = python(ORACLE, path, copy) as Expected;
  for (const file of [path, copy]) {
    assert.is(both[file]!.epsg, "32633");
    assert.equal(both[file]!.transform, [399000, 2000, 0, 5201000, 0, -2000]);
  }
});

const CENTRES = `
import sys, json
from osgeo import gdal, osr
gdal.UseExceptions()
def corners(name):
    d = gdal.Open(name); s = d.GetSpatialRef(); g = d.GetGeoTransform(); t = s.CloneGeogCS()
    s.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER); t.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    c = osr.CoordinateTransformation(s, t)
    return [list(c.TransformPoint(g[0] + a * d.RasterXSize * g[1], g[3] + b * d.RasterYSize * g[5])[:2]) for a in (0, .5, 1) for b in (0, .5, 1)]
print(json.dumps([corners(a) for a in sys.argv[1:]]))
`;

test("projections without an EPSG code are spelled out: GDAL puts every corner where the NetCDF original has it", async () => {
  if (!hasGdal) return skip("no GDAL for /usr/bin/python3");
  const radar = dataFiles("radar", /^(bom_brisbane|fmi_2016|knmi|opera|radolan).*\.nc$/);
  assert.ok(radar.length >= 3, radar.join());
  for (const path of [...radar, testData("corpus/netcdf/stars_lcc_km.nc")]) {
    const copy = join(folder, "projected.tif");
    const field = await readField(path, radar.includes(path) ? { time: [0, 1] } : {});
    await writeGeotiff(copy, field);
    const [here, there] = python(CENTRES, copy, `NETCDF:"${path}":${field.name}`) as number[][][];
    here!.forEach((point, i) => {
      const off = Math.hypot(point[0]! - there![i]![0]!, point[1]! - there![i]![1]!);
      // A ten-millionth of a degree is a centimetre.
      assert.ok(off < 1e-7, `${path}: corner ${i} at ${point} instead of ${there![i]}`);
    });
  }
});

test.run();
