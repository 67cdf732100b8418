/** Files that are something else than they seem: foreign formats beside a header of ESRI's kind, addresses, CPC's binaries. */
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { cpcGauges } from "../../../examples/cpc-gauges.ts";
import { sniff } from "../../../io/formats/index.ts";
import { readField } from "../../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder, at } = temporaryFolder(test);
const HEADER = "NROWS 4\nNCOLS 4\nNBITS 8\n";

test("a file of another format is named by its content, whatever header stands beside it", async () => {
  const heads: readonly (readonly [string, string, RegExp])[] = [
    ["a.jp2", "\0\0\0\x0cjP  \r\n\x87\n", /JPEG 2000.*gdal_translate/],
    ["b.img", "EHFA_HEADER_TAG\0", /Erdas Imagine/],
    ["c.ntf", "NITF02.10", /NITF/],
    ["d.gpkg", "SQLite format 3\0", /GeoPackage/],
    ["e.asc", "ncols 4\nnrows 4\n1 2", /ASCII grid/],
    ["f.shp", "\0\0\x27\x0a\0\0\0\0", /shapefile.*gdal_rasterize/],
    ["g.bil", "\xfd7zXZ\0", /xz; .*unxz/],
    ["h.bil", "\x28\xb5\x2f\xfd", /Zstandard; .*unzstd/],
    ["i.json", '{"version": 1, "refs": {}}', /kerchunk.*xarray/],
    ["j.rda", "RDX3\nX\n", /RData.*ncdf4/],
    ["j.RData", "\xfd7zXZ\0", /RData of R, packed by xz; .*ncdf4/],
    ["j.rds", "BZh91AY", /RData of R, packed by bzip2; .*ncdf4/],
    ["k.nc", "<!DOCTYPE html><html>", /web page.*fetch it again/],
    ["l.nc", "version https://git-lfs.github.com/spec/v1\n", /Git LFS.*git lfs pull/],
    ["m.jpg", "\xff\xd8\xff\xe0\0\x10JFIF", /JPEG/],
    ["n.txt", "station,rain\n1,2\n", /plain text/],
    ["o.xyz", "\x01\x02\x03\x04", /raw numbers, described by .*o\.hdr; .*gdal_translate/],
  ];
  for (const [name, start, pattern] of heads) {
    writeFileSync(at(name.replace(/\.\w+$/, ".hdr")), HEADER);
    writeFileSync(at(name), Buffer.from(start.padEnd(16, start.endsWith("\n") ? "\n" : " "), "latin1"));
    await refuses(readField(at(name)), pattern);
  }
});

test("an address is no file, and says how to fetch one", () => {
  for (const [url, way] of [
    ["https://a.org/pr.nc", /curl/],
    ["s3://bucket/pr.zarr", /copy it to this machine/],
  ] as const)
    assert.throws(() => sniff(url), way);
});

const CPC = `
import sys, json, numpy as np
r = np.random.default_rng(1)
for name, ny, nx in (("PRCP_CU_GAUGE_V1.0GLB_0.50deg.lnx.20180603.RT", 360, 720), ("PRCP_CU_GAUGE_V1.0CONUS_0.25deg.lnx.20060101", 120, 300)):
    rain = np.round(r.gamma(0.3, 50, (ny, nx)), 1).astype("<f4"); rain[:5] = -999
    with open(sys.argv[1] + "/" + name, "wb") as f: f.write(rain.tobytes()); f.write(r.integers(0, 9, (ny, nx)).astype("<f4").tobytes())
print(json.dumps(0))
`;

test("a format of one's own reads CPC's daily gauge binaries by their name: rain in mm, the day, the grid, and the gauges", async () => {
  if (!hasPython("numpy")) return skip("no numpy for /usr/bin/python3");
  python(CPC, folder);
  for (const [name, shape, corner, bounds] of [
    [
      "PRCP_CU_GAUGE_V1.0GLB_0.50deg.lnx.20180603.RT",
      [360, 720],
      [-89.75, 0.25, 359.75],
      ["2018-06-03T00", "2018-06-04T00"],
    ],
    [
      "PRCP_CU_GAUGE_V1.0CONUS_0.25deg.lnx.20060101",
      [120, 300],
      [20.125, 230.125, 304.875],
      ["2005-12-31T12", "2006-01-01T12"],
    ],
  ] as const) {
    const bytes = readFileSync(at(name));
    const n = shape[0] * shape[1];
    const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    writeFileSync(at(`${name}.gz`), gzipSync(bytes));
    for (const path of [at(name), at(`${name}.gz`)]) {
      const rain = await readField(path, { variable: "precip", formats: [cpcGauges] });
      assert.equal([rain.shape, rain.units, rain.attributes.cell_methods], [[1, ...shape], "mm", "time: sum"]);
      assert.is(rain.countMissing(), 5 * shape[1]);
      for (let i = 5 * shape[1]; i < n; i += 97) assert.ok(Math.abs(rain.values[i]! - all[i]! * 0.1) < 1e-5);
      const lon = rain.coordinate("lon")!.values;
      assert.equal([rain.coordinate("lat")!.values[0], lon[0], lon.at(-1)], corner);
      const edges = [...rain.coordinate("time")!.bounds!].map((h) => new Date(h * 3.6e6).toISOString().slice(0, 13));
      assert.equal(edges, bounds);
      const gauges = await readField(path, { variable: "gauges", formats: [cpcGauges] });
      assert.equal([gauges.values[7], gauges.values[n - 1]], [all[n + 7], all[2 * n - 1]]);
    }
    writeFileSync(at(name), bytes.subarray(1));
    await refuses(readField(at(name), { formats: [cpcGauges] }), /has \d+ bytes; expected \d+ /);
  }
});

test.run();
